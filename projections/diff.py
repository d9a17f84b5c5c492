"""What changed in the world between two days, and what did we learn between two moments?"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, TypedDict

from ..domain.dates import iso
from ..domain.sayings import RETOLD, tells
from ..domain.trait_names import STRENGTHS
from ..domain.worlds import BEGIN, END, Standing
from ..history.coverage import PART, Coverage
from ..history.periods import Period
from ..history.subject import SHOWN, Subject, subject_on
from .basis import coverage_of
from .columns import Column, columns_of
from .words import standing_text

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot

_IN_WORDS: Final = Column("words", "status, what else is possible, flags and detail, for people")
# Made by a call, for "from" is no name that a class can have.
ChangeRow = TypedDict(
    "ChangeRow",
    {
        "stream": Annotated[str, Column("stream")],
        "part": Annotated[str, Column("part", "or title, amount or strength: what the stream is about")],
        "from": Annotated[str, Column("day", "from this day on")],
        "before": Annotated[str | None, _IN_WORDS],
        "after": Annotated[str | None, _IN_WORDS],
    },
)
"""One part shows something else from a day on."""
LearnedRow = TypedDict(
    "LearnedRow",
    {
        "stream": Annotated[str, Column("stream")],
        "part": Annotated[str, Column("part")],
        "from": Annotated[str | None, Column("day", "on these days")],
        "to": Annotated[str | None, Column("day", "the day after the last")],
        "before": Annotated[str | None, _IN_WORDS],
        "after": Annotated[str | None, _IN_WORDS],
        "since": Annotated[str | None, Column("entry", "the last entry of the group that taught it")],
    },
)
"""On these days another answer is given, and since which entry."""
COLUMNS: Final = columns_of(ChangeRow)
LEARNED_COLUMNS: Final = columns_of(LearnedRow)


class SaidRow(TypedDict):
    """Something that was said, without changing a status, is known otherwise."""

    stream: Annotated[str, Column("stream")]
    entry: Annotated[str, Column("entry")]
    before: Annotated[str | None, Column("words", "date, event and fields, for people")]
    after: Annotated[str | None, Column("words")]
    since: Annotated[str, Column("entry", "the last entry of the group that taught it")]


SAID_COLUMNS: Final = columns_of(SaidRow)


class Change(NamedTuple):
    """One part shows something else from a day on."""

    stream: str
    part: str
    day: int
    before: Standing | None
    after: Standing | None

    def as_row(self) -> ChangeRow:
        """For printing."""
        return {
            "stream": self.stream,
            "part": self.part,
            "from": iso(self.day),
            "before": standing_text(self.before),
            "after": standing_text(self.after),
        }


def in_the_world(rows: Iterable[tuple[str, str, Standing, int, int]], first: int, last: int) -> Iterator[Change]:
    """Yield what began or ended after the end of `first` and by the end of `last`.

    `rows` are (stream, part, standing, valid from, valid to), in order of stream, part and day.
    """
    previous: tuple[str, str, Standing, int] | None = None
    for stream, part, standing, valid_from, valid_to in rows:
        if previous is not None and (previous[0], previous[1]) != (stream, part):
            yield from _ended(previous, first, last)
            previous = None
        if previous is not None and previous[3] < valid_from:
            yield from _ended(previous, first, last)
            previous = None
        if first < valid_from <= last:
            yield Change(stream, part, valid_from, previous[2] if previous else None, standing)
        previous = (stream, part, standing, valid_to)
    if previous is not None:
        yield from _ended(previous, first, last)


def _ended(previous: tuple[str, str, Standing, int], first: int, last: int) -> Iterator[Change]:
    stream, part, standing, valid_to = previous
    if first < valid_to <= last and valid_to < END:
        yield Change(stream, part, valid_to, standing, None)


Learned = tuple[str, str, Standing, int, int, int, int]
"""Stream, part, standing, valid from, valid to, known from, known to: a period as a snapshot has it."""


def learned(
    before: Iterable[Learned],
    after: Iterable[Learned],
) -> Iterator[dict[str, Any]]:
    """Yield the days on which another answer is given than before, and since which entry.

    Where nothing is said any more, that is the entry which took away what was.
    """
    old, new = _by_part(before), _by_part(after)
    for key in sorted({*old, *new}):
        yield from _differences(key, old.get(key, []), new.get(key, []))


_Told = tuple[int, int, Standing, int, int]


def _by_part(rows: Iterable[Learned]) -> dict[tuple[str, str], list[_Told]]:
    found: dict[tuple[str, str], list[_Told]] = {}
    for stream, part, standing, valid_from, valid_to, known_from, known_to in rows:
        found.setdefault((stream, part), []).append((valid_from, valid_to, standing, known_from, known_to))
    return {key: sorted(told, key=lambda one: one[0]) for key, told in found.items()}


def _differences(key: tuple[str, str], old: list[_Told], new: list[_Told]) -> Iterator[dict[str, Any]]:
    cuts = sorted({day for one in (*old, *new) for day in one[:2]} | {BEGIN})
    pending: dict[str, Any] | None = None
    for first, last in zip(cuts, [*cuts[1:], END], strict=True):
        if first >= last:
            continue
        was, now = _at(old, first), _at(new, first)
        if (was and was[2]) == (now and now[2]):
            continue
        row = {
            "stream": key[0], "part": key[1],
            "from": None if first <= BEGIN else iso(first), "to": None if last >= END else iso(last),
            "before": standing_text(was[2]) if was else None, "after": standing_text(now[2]) if now else None,
            "since": now[3] if now else was[4] if was else None,
        }  # fmt: skip
        if pending and pending["to"] == row["from"] and all(pending[k] == row[k] for k in ("before", "after", "since")):
            pending["to"] = row["to"]
            continue
        if pending:
            yield pending
        pending = row
    if pending:
        yield pending


def _at(told: list[_Told], day: int) -> _Told | None:
    return next((one for one in told if one[0] <= day < one[1]), None)


# --- asked of a ledger --------------------------------------------------------------------------------


def changed(
    reader: Snapshot, known: KnownAt, first: int, last: int,
    streams: Collection[str] | None = None, part: str | None = None,
) -> list[ChangeRow]:  # fmt: skip
    """What shows something else at the end of a day than at the end of the day before, after `first` to `last`."""
    coverage = coverage_of(reader, known)
    if streams is None and not coverage.declared:  # else a day of coverage may change what no period says
        places = reader.changed_parts(known, first, last)
        periods = (row for one, its in places for row in reader.periods(known, stream=one, part=its))
        rows = (row[:5] for row in sorted(periods, key=_in_order))
    else:
        rows = (row[:5] for row in _covered(reader, known, coverage, streams, part))
    found = [one.as_row() for one in in_the_world(rows, first, last)]
    found += _retold(reader, known, first, last, streams) if part is None else []
    return sorted(found, key=lambda row: (row["from"], row["stream"], row["part"]))


def _retold(
    reader: Snapshot, known: KnownAt, first: int, last: int, streams: Collection[str] | None
) -> Iterator[ChangeRow]:
    """Yield what a stream is called, how much money it is about, and how firmly, where that changed between the days.

    What a stream was told to be when it began is no change.
    """
    if reader.is_older:
        return
    for stream in reader.retold(known, first, last) if streams is None else streams:
        told = [row for _, row in reader.traits(known, stream, SHOWN)]
        before = subject_on(first, told)
        for day in sorted({row.since for row in told if first < row.since <= last}):
            now = subject_on(day, told)
            for name, was, is_now in zip(_TOLD, _told(before), _told(now), strict=True):
                if was is not None and was != is_now:
                    yield {"stream": stream, "part": name, "from": iso(day), "before": was, "after": is_now}
            before = now


_TOLD: Final = ("title", "amount", "strength")
"""What is listed of a stream beside its parts."""


def _told(subject: Subject) -> tuple[str | None, str | None, str | None]:
    if subject.year is None:
        return None, None, None
    amount = subject.amount.words() if subject.amount else "none"
    return subject.title, amount, subject.strength or STRENGTHS[0]


def learned_between(
    reader: Snapshot, earlier: KnownAt, later: KnownAt,
    streams: Collection[str] | None = None, part: str | None = None,
) -> list[LearnedRow]:  # fmt: skip
    """The days on which another answer is given as known at `later` than at `earlier`, and since which entry.

    Only a stream in which something was recorded between can give another answer, unless a coverage changed.
    """
    was, now = coverage_of(reader, earlier), coverage_of(reader, later)
    if set(was.declared) == set(now.declared):
        touched = set(reader.streams_between(earlier.position + 1, later.position))
        streams = touched if streams is None else touched.intersection(streams)
    ended = _declarations_ended(reader, earlier, was, later)

    def since(stream: str, position: int) -> int:
        """What was known before, and is shown otherwise now, came with a declaration, or with the end of one."""
        return position if position > earlier.position else max(now.declared_for(stream), ended.declared_for(stream))

    before = _covered(reader, earlier, was, streams, part)
    after = ((*row[:5], since(row[0], row[5]), row[6]) for row in _covered(reader, later, now, streams, part))
    return [
        {**row, "since": f"#{row['since']}" if row["since"] else None}  # type: ignore[typeddict-item]  # as learned has it
        for row in learned(before, after)
    ]


def said_between(
    reader: Snapshot, earlier: KnownAt, later: KnownAt, streams: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """What was said, without changing a status, that is known otherwise at `later` than at `earlier`."""
    spoken_of = sorted(_streams_spoken_of(reader, earlier, later))
    wanted = spoken_of if streams is None else [one for one in spoken_of if one in streams]
    return [row for name in wanted for row in _learned_of(reader, earlier, later, name)]


def _streams_spoken_of(reader: Snapshot, earlier: KnownAt, later: KnownAt) -> set[str]:
    """The streams of which something was said, or in which what was said was put right, between two moments."""
    found = set()
    for _, line in reader.lines(earlier.position + 1, later.position):
        entry = json.loads(line)
        if entry["stream"] in found:
            continue
        changes = entry["body"].get("changes", {})
        if entry["type"].startswith("entry."):
            _, original = reader.line(entry["body"]["entry"])
            entry = json.loads(original)
        if tells(entry["type"], entry["body"]) or not RETOLD.isdisjoint(changes):
            found.add(entry["stream"])
    return found


def _learned_of(reader: Snapshot, earlier: KnownAt, later: KnownAt, stream: str) -> Iterator[dict[str, Any]]:
    # Here, as what reads facts takes long to load, and most that is learned is in periods.
    from ..domain.correction import EntryRetracted
    from ..history.effective import effective, known_of
    from .said import learned as learned_of_said
    from .told import entries_of

    entries = entries_of(reader, stream, later)
    return learned_of_said(
        effective([one for one in entries if one.position <= earlier.position], known_of),
        effective(entries, known_of),
        {one.entry_id: one for one in entries},
        {one.fact.entry: one for one in entries if isinstance(one.fact, EntryRetracted)},
    )


def _declarations_ended(reader: Snapshot, earlier: KnownAt, was: Coverage, later: KnownAt) -> Coverage:
    """The declarations known at `earlier` that hold no more at `later`, with the entry that ended each."""
    return Coverage(
        one._replace(position=row.known_to)
        for one in was.declared
        for row in reader.periods(earlier, stream=one.stream, part=f"{PART}{one.scope}")
        if row.known_to <= later.position
    )


def _covered(
    reader: Snapshot, known: KnownAt, coverage: Coverage, streams: Collection[str] | None, part: str | None
) -> Iterator[Period]:
    """Periods of some streams or all, in order of stream, part and day; unknown past the coverage."""
    some: Iterable[str | None] = (None,) if streams is None else streams
    rows = (row for one in some for row in reader.periods(known, stream=one, part=part))
    return coverage.applied(sorted(rows, key=_in_order))


def _in_order(row: Period) -> tuple[str, str, int]:
    return row.stream, row.part, row.valid_from
