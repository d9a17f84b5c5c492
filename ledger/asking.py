"""What can be asked of a snapshot that needs the facts themselves, not their periods alone?

Questions bring the reader and a projection together here; the ledger and the command line ask through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..domain.aggregate import Aggregate
from ..domain.catalogue import AGGREGATES, has_many_parts, kind_of
from ..domain.dialogue import StatementIssued
from ..domain.entry import Entry, Fact
from ..domain.errors import Altered
from ..domain.machine import span
from ..domain.worlds import END, Standing, Step
from ..history.coverage import Coverage, on_one_day
from ..history.decide import Changes, Kept
from ..history.effective import Effective, Told, as_recorded, effective, known_day, steps_of
from ..history.periods import STILL_KNOWN, Period
from ..history.step_index import Laid, laid_out
from ..projections import agenda, origins
from ..projections.changes import said
from ..projections.irregular import Finding, Neighbours, findings
from ..projections.said import said as said_rows
from ..projections.status import answer, shown_day
from ..record.instants import now, written
from ..record.lines import entry_of
from ..store.port import KnownAt, Range, Snapshot
from .coverage import coverage_of


def known_of(told: Told) -> str:
    """Known time of a recorded entry."""
    return told.known if isinstance(told, Entry) else told.known_since or ""


def entries_of(reader: Snapshot, stream: str, known: KnownAt) -> list[Entry]:
    """A stream's entries as known then, in order of position."""
    return [entry_of(line) for _, line in reader.lines(last=known.position, stream=stream)]


def displayed(one: Effective) -> tuple[int, int, int]:
    """Key of the order of display: earliest day, latest day, position."""
    entry = one.entry
    latest = one.occurred.latest if one.occurred.latest is not None else 10_000_000
    return one.occurred.earliest or 0, latest, entry.position if isinstance(entry, Entry) else 0


def folded(stream: str, entries: Iterable[Entry], day: int = END) -> Aggregate:
    """Fold entries into what is known of the aggregate, from what had certainly happened by the end of `day`."""
    told = list(entries)
    known: Aggregate = AGGREGATES[kind_of(stream)](stream=stream)
    for one in sorted(effective(told, known_of).values(), key=displayed):
        if _had_happened(one, day):
            known = known.evolve(one.fact)
    return known.but(version=len(told))


def _had_happened(one: Effective, day: int) -> bool:
    return _happened_by(one) <= day


def _happened_by(one: Effective) -> int:
    """The day by which a fact has certainly happened."""
    latest = span(one.occurred)[1]
    return latest if one.fact.AHEAD else min(latest, known_day(one.known) + 1)


def aggregate_of(reader: Snapshot, stream: str, known: KnownAt, day: int = END) -> Aggregate:
    """What is known of an aggregate on a day."""
    return folded(stream, entries_of(reader, stream, known), day)


def said_of(reader: Snapshot, stream: str, known: KnownAt, day: int = END) -> list[dict[str, Any]]:
    """What was said of an aggregate by a day, without changing a status; rows of `said`, in the order of display."""
    entries = entries_of(reader, stream, known)
    told = sorted(effective(entries, known_of).values(), key=displayed)
    return list(said_rows([one for one in told if _had_happened(one, day)], {one.entry_id: one for one in entries}))


def blamed(
    reader: Snapshot, stream: str, part: str | None, field_name: str | None, known: KnownAt
) -> list[dict[str, Any]]:
    """Rows of `origins`, in the order of display; `part` limits them to the entries that move it."""
    entries = entries_of(reader, stream, known)
    told = sorted(effective(entries, known_of).values(), key=displayed)
    if part is not None:
        told = [one for one in told if _moves(one, stream, part)]
    return list(origins.origins(told, {entry.entry_id: entry for entry in entries}, field_name))


def _moves(one: Effective, stream: str, part: str) -> bool:
    if not has_many_parts(stream):
        return any(region == part for region, _ in steps_of(one))
    named = part.partition("/")[2]
    return not named or any(_concerns(step, named) for _, step in steps_of(one)) or _names(one.fact, named)


def _concerns(step: Step, party: str) -> bool:
    """Whether a step moves an obligor: by name, among others, or with all."""
    first = step.args[0] if step.args else None
    return first is None or step.verb in ("due", "amend") or party == first or party in _flat((first,))


def _names(fact: Fact, party: str) -> bool:
    """Whether a fact that moves nothing says something of an obligor: an assessment, say."""
    return party in (getattr(fact, "obligor", None), getattr(fact, "by", None))


def _flat(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(inner for arg in args if isinstance(arg, tuple) for inner in arg)


# --- agenda ----------------------------------------------------------------------------------------------


def agenda_rows(reader: Snapshot, known: KnownAt, day: int, within: int) -> list[dict[str, Any]]:
    """What is overdue, due, awaiting, planned or silent on a day; past its coverage, in doubt."""
    coverage = coverage_of(reader, known)
    overall: dict[str, Standing] = {}

    def now() -> Iterator[tuple[str, str, Standing]]:
        for stream, part, standing, *_ in on_one_day(reader.periods(known, day), coverage.on(day)):
            if part == "overall":
                overall[stream] = standing
            yield stream, part, standing

    rows = list(agenda.dated(now(), day, day + within))
    return [*rows, *silent_rows(reader, known, day, overall, coverage)]


def silent_rows(
    reader: Snapshot, known: KnownAt, day: int, overall: Mapping[str, Standing], coverage: Coverage
) -> Iterator[dict[str, Any]]:
    """Commitments that are open on a day, and that the next session of their dialogue did not mention.

    `overall`: what each commitment shows as a whole on that day.
    """
    told = {
        stream: sorted(effective(entries_of(reader, stream, known), known_of).values(), key=displayed)
        for stream in reader.streams("commitment:")
    }
    references = {one.fact.made_at for facts in told.values() for one in facts if one.fact.made_at}
    dialogues = {reference.partition("/")[0] for reference in references}
    issued = _meetings_of_statements(reader, known, references)

    made: dict[str, agenda.Made] = {}
    mentions: list[agenda.Mention] = []
    for stream, facts in told.items():
        for one in facts:
            if not one.fact.made_at or span(one.occurred)[0] > day:
                continue
            dialogue, meeting = agenda.session_meant(one.fact.made_at, issued)
            mentions.append(agenda.Mention(stream, dialogue, meeting))
            if one.fact.VERB in ("make", "recognise") and _had_happened(one, day):
                made.setdefault(stream, agenda.Made(dialogue, meeting, _happened_by(one)))
    sessions = [
        agenda.Session(dialogue, row.part.partition("/")[2], row.valid_from, not row.standing.possible)
        for dialogue in sorted(dialogues)
        for row in reader.periods(known, stream=dialogue)
        if row.part.startswith("meeting/") and row.standing.status == "held" and row.valid_from <= day
        if not coverage.is_beyond(dialogue, row.valid_from)
    ]
    yield from agenda.silent(made, sessions, mentions, overall)


def _meetings_of_statements(reader: Snapshot, known: KnownAt, references: Iterable[str]) -> dict[str, str]:
    """Statement, as dialogue:ID/statement/NAME → the meeting that issued it, for each that is referred to."""
    found = {}
    for dialogue in sorted(
        {reference.partition("/statement/")[0] for reference in references if "/statement/" in reference}
    ):
        for one in effective(entries_of(reader, dialogue, known), known_of).values():
            if isinstance(one.fact, StatementIssued) and one.fact.statement and one.fact.meeting:
                found[f"{dialogue}/statement/{one.fact.statement}"] = one.fact.meeting
    return found


# --- irregular -------------------------------------------------------------------------------------------


def irregular(reader: Snapshot, streams: Iterable[str] | None = None) -> Iterator[Finding]:
    """Findings of every check, over all streams or the given ones."""
    known = reader.known_at()

    @lru_cache(maxsize=4096)
    def told(stream: str) -> list[Effective]:
        return sorted(effective(entries_of(reader, stream, known), known_of).values(), key=displayed)

    @lru_cache(maxsize=4096)
    def periods(stream: str) -> list[Any]:
        return [(row.part, row.standing, row.valid_from, row.valid_to) for row in reader.periods(known, stream=stream)]

    others = Neighbours(periods, told, written(now()))
    for stream in list(reader.streams()) if streams is None else streams:
        yield from findings(stream, told(stream), periods(stream), others)


# --- replay ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Replayed:
    """All periods, derived again from entry 1 on."""

    reader: Snapshot
    known: KnownAt
    stream: str | None
    streams: dict[str, Kept] = field(default_factory=dict)
    made: list[tuple[Entry, Changes]] = field(default_factory=list)
    entries: int = 0

    def steps(self) -> Iterator[dict[str, Any]]:
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
                    "now": said(period.standing),
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

    def end_rows(self) -> Iterator[dict[str, Any]]:
        """The periods held true at the end."""
        for kept in self.streams.values():
            live = [row for row in kept.rows() if row.known_to == STILL_KNOWN]
            yield from answer(sorted(live, key=lambda row: (row.part, row.valid_from)))

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


def _stream_differences(reader: Snapshot, stream: str, kept: Kept | None, known: KnownAt) -> list[str]:
    found = [*unlawful_words(kept)] if kept else []
    stored = reader.stored(Range(stream, stream + "\0"))
    found += compared(stream, kept.rows() if kept else [], begun_by(known.position, stored.rows(stream)))
    if known.position == reader.size and not reader.is_older:
        if stored.frontiers_differ(stream, kept.frontiers if kept else {}):
            found.append(frontier_difference(stream))
        if stored.steps_differ(stream, steps_laid(kept) if kept else {}):
            found.append(steps_difference(stream))
    return found


# How the differences are said, whoever finds them.


def frontier_difference(stream: str) -> str:
    """A frontier that is not the derived one."""
    return f"{stream}: the frontier by which the next step is judged"


def steps_difference(stream: str) -> str:
    """Steps of a long stream that are not the derived ones."""
    return f"{stream}: the steps by which a late arrival is judged"


def unlawful_words(kept: Kept) -> tuple[str, ...]:
    """Entries that no history of their stream allows, though they are recorded, in words."""
    return tuple(
        f"#{position} is recorded, and its history does not allow it: {refusal.message}; "
        "it moves nothing, and is put right by retracting it"
        for position, refusal in kept.unlawful(known_of)
    )


def steps_laid(kept: Kept) -> dict[str, Laid]:
    """What is kept of the steps of a stream, if it is long; nothing where it has no world that they could be of."""
    return {} if kept.unlawful(known_of) else laid_out(kept.stream, kept.entries, known_of)


def begun_by(position: int, rows: Iterable[Period]) -> list[Period]:
    """Every period that was begun by `position`, with its end where that came by then."""
    return [
        row if row.known_to <= position else row._replace(known_to=STILL_KNOWN)
        for row in rows
        if row.known_from <= position
    ]


def compared(stream: str, derived: Iterable[Period], stored: Iterable[Period]) -> list[str]:
    """Every difference between two sets of periods, in words."""
    wanted, there = set(derived), set(stored)
    only_derived = [f"{stream}/{_words(one)}: missing" for one in sorted(wanted - there, key=_order)]
    return only_derived + [
        f"{stream}/{_words(one)}: stored, but no entry gives it" for one in sorted(there - wanted, key=_order)
    ]


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
    return f"{row.part} {said(row.standing)}, {days}, {known}"


def replayed(reader: Snapshot, known: KnownAt, stream: str | None) -> Replayed:
    """Derive all periods from the entries up to `known`, in the order in which they were recorded."""
    result = Replayed(reader, known, stream)
    for group in groups(entry_of(line) for _, line in reader.lines(last=known.position, stream=stream)):
        by_stream: dict[str, list[Entry]] = {}
        for entry in group:
            by_stream.setdefault(entry.stream, []).append(entry)
        for name, entries in by_stream.items():
            kept = result.streams.setdefault(name, Kept(name))
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
