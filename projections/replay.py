"""Do the entries give what is stored? All periods derived again from entry 1 on, step by step, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Annotated, Any, Final, Self, TypedDict

from ..domain.catalogue import has_many_parts
from ..domain.entry import Entry
from ..domain.errors import Altered
from ..history.decide import Changes, StreamInMemory
from ..history.effective import as_recorded, known_of, steps_of
from ..history.flagless import same_but_for_flags
from ..history.periods import STILL_KNOWN, Period
from ..history.step_index import StepIndexChange, laid_out
from ..record.lines import entry_of
from ..store.port import KnownAt, Range, Snapshot
from .columns import Column, columns_of
from .rows import PeriodRow, as_row
from .words import shown_day, standing_text

StepRow = TypedDict(
    "StepRow",
    {
        "entry": Annotated[str, Column("entry")],
        "stream": Annotated[str, Column("stream")],
        "what": Annotated[str, Column("text")],
        "part": Annotated[str | None, Column("part")],
        "from": Annotated[str | None, Column("day")],
        "to": Annotated[str | None, Column("day")],
        "now": Annotated[str | None, Column("words", "status, what else is possible, flags and detail, for people")],
    },
)
"""What an entry changed: a period that began with its group; where it changed none, nothing but the entry is said."""
STEP_COLUMNS: Final = columns_of(StepRow)


@dataclass(slots=True, repr=False)
class Replayed:
    """All periods, derived again from entry 1 on."""

    reader: Snapshot
    known: KnownAt
    stream: str | None
    streams: dict[str, StreamInMemory] = field(default_factory=dict)
    made: list[tuple[Entry, Changes]] = field(default_factory=list)
    entries: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.reader.close()

    def __repr__(self) -> str:
        return f"<Replayed: {self.entries} entries up to #{self.known.position} give {self.rows} periods>"

    def steps(self) -> Iterator[StepRow]:
        """Each entry, and what its group changed."""
        for entry, changes in self.made:
            shown = False
            for period in changes.begun:
                yield {
                    "entry": f"#{entry.position}",
                    "stream": entry.stream,
                    "what": entry.fact.words().partition(" ")[2],
                    "part": period.part,
                    "from": shown_day(period.valid_from),
                    "to": shown_day(period.valid_to),
                    "now": standing_text(period.standing),
                }
                shown = True
            if not shown:
                what = entry.fact.words().partition(" ")[2]
                yield {
                    "entry": f"#{entry.position}",
                    "stream": entry.stream,
                    "what": what,
                    "part": None,
                    "from": None,
                    "to": None,
                    "now": None,
                }

    def end_rows(self) -> Iterator[PeriodRow]:
        """The periods held true at the end."""
        for kept in self.streams.values():
            live = [row for row in kept.rows() if row.known_to == STILL_KNOWN]
            yield from map(as_row, sorted(live, key=lambda row: (row.part, row.valid_from)))

    @property
    def rows(self) -> int:
        """How many periods there are at the end."""
        return sum(1 for kept in self.streams.values() for row in kept.rows() if row.known_to == STILL_KNOWN)

    def differences(self) -> list[str]:
        """What is stored and not derived, or derived and not stored."""
        found = []
        names = list(self.streams) if self.stream else sorted({*self.streams, *self.reader.streams()})
        for stream in names:
            found += _stream_differences(self.reader, stream, self.streams.get(stream), self.known)
        if self.stream is None:
            found += self.reader.leftovers()
        return found


def _stream_differences(reader: Snapshot, stream: str, kept: StreamInMemory | None, known: KnownAt) -> list[str]:
    found = [*unlawful_words(kept)] if kept else []
    stored = reader.stored(Range(stream, stream + "\0"))
    derived, there = kept.rows() if kept else [], begun_by(known.position, stored.rows(stream))
    if not (reader.is_older and same_but_for_flags(derived, there)):
        found += compared(stream, derived, there)
    if known.position == reader.size and not reader.is_older:
        if stored.frontiers_differ(stream, kept.frontiers if kept else {}):
            found.append(frontier_difference(stream))
        if stored.steps_differ(stream, steps_laid(kept) if kept else {}):
            found.append(steps_difference(stream))
        if (not kept or kept.is_told_in_full) and stored.traits_differ(stream, kept.trait_rows() if kept else ()):
            found.append(traits_difference(stream))
    return found


# How the differences are said, whoever finds them.


def frontier_difference(stream: str) -> str:
    """A frontier that is not the derived one."""
    return f"{stream}: the frontier by which the next step is judged"


def steps_difference(stream: str) -> str:
    """Steps of a long stream that are not the derived ones."""
    return f"{stream}: the steps by which a late arrival is judged"


def traits_difference(stream: str) -> str:
    """Traits of a stream that are not the derived ones."""
    return f"{stream}: the titles, parties and themes by which it is found"


def unlawful_words(kept: StreamInMemory) -> tuple[str, ...]:
    """Entries that no history of their stream allows, though they are recorded, in words."""
    return tuple(
        f"#{position} is recorded, and its history does not allow it: {refusal.message}; "
        "it moves nothing, and is put right by retracting it"
        for position, refusal in kept.unlawful(known_of)
    )


def steps_laid(kept: StreamInMemory) -> dict[str, StepIndexChange]:
    """What is kept of the steps of a stream, if it is long; nothing where it has no world that they could be of."""
    return {} if kept.unlawful(known_of) else laid_out(kept.stream, kept.entries, known_of)


def begun_by(position: int, rows: Iterable[Period]) -> list[Period]:
    """Every period that was begun by `position`, with its end where that came by then."""
    return [
        row if row.known_to <= position else row._replace(known_to=STILL_KNOWN)
        for row in rows
        if row.known_from <= position
    ]


def compared(stream: str, derived: Iterable[Period], stored: Iterable[Period], *, by_rules: bool = False) -> list[str]:
    """Every difference between two sets of periods, in words; `by_rules`: those of the version that laid them out."""
    wanted, there = set(derived), set(stored)
    new, old = ("now", "before") if by_rules else ("missing", "stored, but no entry gives it")
    told = [f"{stream}/{_words(one)}: {new}" for one in sorted(wanted - there, key=_order)]
    return told + [f"{stream}/{_words(one)}: {old}" for one in sorted(there - wanted, key=_order)]


def _order(row: Period) -> tuple[str, ...]:
    # Whatever damage put there can be put in order as text.
    numbers: tuple[Any, ...] = (row.valid_from, row.known_from, row.known_to)
    return row.part, *(f"{value:>20}" if isinstance(value, int) else repr(value) for value in numbers)


def _day(ordinal: Any) -> str:
    try:
        return shown_day(ordinal) or "…"
    except (Altered, TypeError):
        return f"day {ordinal!r}"[:40]


def _words(row: Period) -> str:
    days = f"{_day(row.valid_from)} to {_day(row.valid_to)}"
    known = f"known from #{row.known_from}" + (f" to #{row.known_to}" if row.known_to != STILL_KNOWN else "")
    return f"{row.part} {standing_text(row.standing)}, {days}, {known}"


def replayed(reader: Snapshot, known: KnownAt, stream: str | None) -> Replayed:
    """Derive all periods from the entries up to `known`, in the order in which they were recorded.

    Raises Altered where the entries are not as they were recorded: nothing is replayed then.
    """
    problems = reader.verify().problems
    if problems:
        raise Altered(
            f"nothing is replayed: {problems[0]}",
            f"{len(problems)} thing{'s do' if len(problems) > 1 else ' does'} not agree",
            "⟦verify⟧, and compare with a copy or an export",
        )
    result = Replayed(reader, known, stream)
    for group in groups(entry_of(line) for _, line in reader.lines(last=known.position, stream=stream)):
        by_stream: dict[str, list[Entry]] = {}
        for entry in group:
            by_stream.setdefault(entry.stream, []).append(entry)
        for name, entries in by_stream.items():
            kept = result.streams.setdefault(name, StreamInMemory(name))
            changes = kept.take_in(entries, entries[0].group, known_of)
            result.made += _shared_out(entries, changes)
        result.entries += len(group)
    return result


def _shared_out(entries: list[Entry], changes: Changes) -> list[tuple[Entry, Changes]]:
    """What a group changed, beside the last of its entries that moved the part; else beside its last."""
    one_region = has_many_parts(entries[0].stream)
    owner: dict[str, int] = {}
    for index, entry in enumerate(entries):
        for region, _ in steps_of(as_recorded(entry, entry.known)):
            owner[region] = index
    shared = [Changes() for _ in entries]
    for period in changes.begun:
        region = next(iter(owner), "") if one_region else period.part
        shared[owner.get(region, len(entries) - 1)].begun.append(period)
    return list(zip(entries, shared, strict=True))


def groups(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Entries by group, in order."""
    group: list[Entry] = []
    for entry in entries:
        if group and entry.group != group[0].group:
            yield group
            group = []
        group.append(entry)
    if group:
        yield group
