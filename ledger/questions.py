"""The questions, one function each, named as the command: what is asked is resolved, and a projection answers.

The command line, `Ledger` and whatever else asks go through here, and so have the same answer. Each takes a snapshot,
and gives what stands before the rows (`header`) and the rows; they are read as they are taken, from that snapshot.

Streams are named as in the command: kind:name, or the name alone, with a part after a slash. `as_of` is a day, default
today; `known_at` an instant or a position, default everything. All raise NotFound for what is not there, UnknownWord
for what is in no list, DateRefused, UnreadableInstant, and what a snapshot raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Unpack

from ..domain.errors import InvalidFact, OutOfOrder, UnknownWord
from ..domain.near_names import listed, meant, near
from ..domain.worlds import END
from ..history.periods import Period
from ..projections.basis import BetweenMoments, Clocks, OnClocks
from ..projections.concerned import Concerned, streams_of
from ..projections.rows import PeriodRow, as_row
from ..projections.status import BY, CountRow, StatusRow, TallyRow, Wanted, described, subject_of
from .clocks import Day, Moment, as_of_day, moment, resolve, two_moments
from .concerning import About, Listed, Words, resolved, several
from .named import STATEMENT, check_statement, check_words, find_stream, whole_stream
from .unknown_types import unknown_types

if TYPE_CHECKING:
    from ..history.subject import Subject
    from ..projections.blame import OriginRow
    from ..projections.diff import ChangeRow, LearnedRow
    from ..projections.due import DueRow
    from ..projections.entries import Fields
    from ..projections.irregular import Finding
    from ..projections.replay import Replayed
    from ..projections.show import Shown
    from ..projections.totals import Totals
    from ..store.port import KnownAt, Progress, Snapshot


EVER: Final = END - 1
"""The last day there is: where no day is asked about, all that ever holds counts."""


def _among(
    reader: Snapshot, known: KnownAt, day: int, concerned: Concerned | None, named: list[str] | None = None
) -> list[str] | None:
    """The streams that a list is of: of those that are named, or of all, what is concerned; None where all are."""
    if concerned is None:
        return named
    found = streams_of(reader, known, day, concerned)
    return found if named is None else [one for one in named if one in found]


@dataclass(frozen=True, slots=True)
class Standings(OnClocks):
    """What stands on a day."""

    reader: Snapshot
    wanted: Wanted
    periods: Iterator[Period]

    @property
    def rows(self) -> Iterator[StatusRow]:
        """The rows of the answer."""
        subject = self.subject
        return (described(one, subject) for one in self.periods)

    @property
    def subject(self) -> Callable[[str], Subject]:
        """What a stream of the answer is about; streams are asked for in the order of the answer."""
        return subject_of(self.reader, self.at, self.wanted)


@dataclass(frozen=True, slots=True)
class Periods(OnClocks):
    """Periods of one stream over time."""

    periods: Iterator[Period]
    stream: str | None = None
    part: str | None = None

    @property
    def rows(self) -> Iterator[PeriodRow]:
        """The rows of the answer."""
        return map(as_row, self.periods)


def _on_a_day(
    reader: Snapshot, streams: Iterable[str], as_of: Day, known_at: Moment, status: Words, flag: Words, about: About
) -> tuple[Clocks, Wanted]:
    """Both clocks, and what is wanted."""
    statuses, flags = several(status), several(flag)
    check_words(reader, statuses=statuses, flags=flags)
    named = [find_stream(reader, one) for one in streams]
    concerned = resolved(reader, reader.known_at(moment(known_at)), about)
    kinds = concerned.kinds if concerned and concerned.is_of_kinds_alone else frozenset()
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    at = resolve(reader, as_of, known_at, streams=[name for name, _ in named] or None, kind=kind)
    return at, Wanted(named, concerned, frozenset(statuses), frozenset(flags))


def status(
    reader: Snapshot, streams: Iterable[str] = (), *, as_of: Day = None, known_at: Moment = None,
    status: Words = (), flag: Words = (), **about: Unpack[About],
) -> Standings:  # fmt: skip
    """What stands where on a day, as known then: of all, of streams or parts of them, or of what `about` says."""
    from ..projections.status import standing

    at, wanted = _on_a_day(reader, streams, as_of, known_at, status, flag, about)
    return Standings(at, reader, wanted, standing(reader, at, wanted))


@dataclass(frozen=True, slots=True)
class Counts(OnClocks):
    """How many stand where."""

    rows: list[CountRow]


def count(
    reader: Snapshot, streams: Iterable[str] = (), *, as_of: Day = None, known_at: Moment = None,
    status: Words = (), flag: Words = (), **about: Unpack[About],
) -> Counts:  # fmt: skip
    """How many parts stand where on a day: `engage status --count`."""
    from ..projections.status import counted

    at, wanted = _on_a_day(reader, streams, as_of, known_at, status, flag, about)
    return Counts(at, counted(reader, at, wanted))


@dataclass(frozen=True, slots=True)
class Tally(OnClocks):
    """How many streams there are of each."""

    by: tuple[str, ...]
    rows: list[TallyRow]


def tally(
    reader: Snapshot, by: Words, streams: Iterable[str] = (), *, as_of: Day = None, known_at: Moment = None,
    status: Words = (), flag: Words = (), **about: Unpack[About],
) -> Tally:  # fmt: skip
    """How many streams there are of each party, theme, kind or year: `engage status --count --by party`."""
    from ..projections.status import tallied

    columns = tuple(dict.fromkeys(several(by)))
    for one in columns:
        if one not in BY:
            raise UnknownWord(
                f"{one!r} is nothing to count by", f"streams are counted by {listed(BY)}", meant(near(one, BY))
            )
    at, wanted = _on_a_day(reader, streams, as_of, known_at, status, flag, about)
    return Tally(at, columns, tallied(reader, at, wanted, columns))


def total(
    reader: Snapshot, streams: Iterable[str] = (), *, as_of: Day = None, known_at: Moment = None,
    status: Words = (), flag: Words = (), **about: Unpack[About],
) -> Totals:  # fmt: skip
    """How much money was undertaken in all, of what may be added: `engage status --total`."""
    from ..projections.totals import totals

    at, wanted = _on_a_day(reader, streams, as_of, known_at, status, flag, about)
    return totals(reader, at, wanted)


def show(reader: Snapshot, stream: str, *, as_of: Day = None, known_at: Moment = None) -> Shown:
    """What is known of one stream on a day: its aggregate, the status of its parts or of one, and what was said.

    A statement is asked about as dialogue:ID/statement/NAME: what was said in it, and what was agreed.
    """
    from ..projections.show import shown, statements_of

    before, _, told = stream.partition("/")
    name, part = find_stream(reader, before if told.startswith(STATEMENT) else stream)
    if told.startswith(STATEMENT):
        part = told
        check_statement(name, told, statements_of(reader, name))
    return shown(reader, resolve(reader, as_of, known_at, streams=[name]), name, part)


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries as they count, or as they were recorded."""

    known: KnownAt
    rows: Iterator[Fields]
    unknown_types: list[str]
    stream: str | None = None

    def header(self) -> dict[str, Any]:
        """The moment of the record."""
        return {**_known(self.known), "size": self.known.position, "unknown_types": self.unknown_types}


def log(
    reader: Snapshot, stream: str | None = None, *, known_at: Moment = None,
    by_world: bool = False, last: int | None = None, as_recorded: bool = False, **about: Unpack[Listed],
) -> Entries:  # fmt: skip
    """The entries of a stream, of the streams that `about` says, or of all, by recording or, `by_world`, happening.

    What is said of entries (`recorded`, `recorded_by`, `tag`, `type`) is asked of each.
    """
    from ..projections.log import Chosen, logged

    known = reader.known_at(moment(known_at))
    name = whole_stream(reader, stream) if stream else None
    kinds = several(about.get("type"))
    check_words(reader, types=kinds)
    concerned = resolved(reader, known, {**about, "type": ()})
    chosen = Chosen(kinds)
    if concerned is not None:
        chosen = Chosen(kinds, concerned.recorders, concerned.recorded, concerned.tags)
        concerned = concerned.but_for_entries()
    streams = _among(reader, known, EVER, concerned, [name] if name else None)
    found = logged(reader, known, streams=streams, chosen=chosen, by_world=by_world, last=last, as_recorded=as_recorded)
    return Entries(known, found, unknown_types(reader, known.position, streams), name)


def search(
    reader: Snapshot, words: Words, *, known_at: Moment = None, as_recorded: bool = False, **about: Unpack[Listed]
) -> Entries:
    """The entries that hold all words, as their facts are shown; of all streams, or those that `about` says."""
    from ..projections.search import found_by

    told = several(words)
    if not told:
        raise InvalidFact(["no words are given"], "give one word that an entry holds, or more")
    known = reader.known_at(moment(known_at))
    streams = _among(reader, known, EVER, resolved(reader, known, about))
    found = found_by(reader, known, told, as_recorded=as_recorded, streams=streams)
    return Entries(known, found, unknown_types(reader, known.position, streams))


def timeline(
    reader: Snapshot, stream: str | None = None, *, known_at: Moment = None, **about: Unpack[Listed]
) -> Periods:
    """Every period of a stream or of one of its parts, or of the streams that `about` says, as known then."""
    from ..projections.timeline import timeline_of

    name, part = find_stream(reader, stream) if stream else (None, None)
    known = reader.known_at(moment(known_at))
    streams = _among(reader, known, EVER, resolved(reader, known, about), [name] if name else None)
    if streams is None:
        raise InvalidFact(["no stream is named"], "name a stream, or say whom or what they concern: ⟦field party⟧ …")
    at = resolve(reader, None, known_at, streams=streams)
    rows = (row for one in streams for row in timeline_of(reader, known, one, part))
    return Periods(at, rows, name, part)


@dataclass(frozen=True, slots=True)
class Changes(OnClocks):
    """What changed in the world between two days."""

    between: tuple[str, str]
    rows: list[ChangeRow]

    def header(self) -> dict[str, Any]:
        """Both clocks, and the two days."""
        return {**self.at.header(), "between": list(self.between)}


def diff(
    reader: Snapshot, first: Day, last: Day, *, stream: str | None = None, known_at: Moment = None,
    **about: Unpack[Listed],
) -> Changes:  # fmt: skip
    """What changed in the world after the end of one day and by the end of another. Raises OutOfOrder."""
    from ..domain.dates import iso
    from ..projections.diff import changed

    name, part = find_stream(reader, stream) if stream else (None, None)
    days = as_of_day(first), as_of_day(last)
    if days[0] > days[1]:
        raise OutOfOrder(f"{iso(days[0])}..{iso(days[1])}", "day")
    at = resolve(reader, None, known_at, streams=[name] if name else None)
    between = (first if isinstance(first, str) else iso(days[0]), last if isinstance(last, str) else iso(days[1]))
    streams = _among(reader, at.known, days[1], resolved(reader, at.known, about), [name] if name else None)
    return Changes(at, between, changed(reader, at.known, *days, streams, part))


@dataclass(frozen=True, slots=True)
class Learned(BetweenMoments):
    """What the ledger learned between two moments."""

    rows: list[LearnedRow]
    said: list[dict[str, Any]]
    """what was said, without changing a status, that is known otherwise"""


def learned(
    reader: Snapshot, earlier: Moment, later: Moment, *, stream: str | None = None, **about: Unpack[Listed]
) -> Learned:
    """What the ledger learned between two moments of the record: `engage diff --known`. Raises OutOfOrder."""
    from ..projections.diff import learned_between, said_between

    name, part = find_stream(reader, stream) if stream else (None, None)
    named = [name] if name else None
    first, last = two_moments(reader, earlier, later)
    some = _among(reader, last, EVER, resolved(reader, last, about), named)
    streams = None if some is None else frozenset(some)
    said = said_between(reader, first, last, streams) if part is None else []
    rows = learned_between(reader, first, last, streams, part)
    unknown = unknown_types(reader, last.position, named)
    return Learned(first, last, reader.root(last.position), unknown, rows, said)


@dataclass(frozen=True, slots=True)
class Origins:
    """Where each present value of a stream comes from."""

    known: KnownAt
    stream: str
    part: str | None
    rows: list[OriginRow]
    unknown_types: list[str]

    def header(self) -> dict[str, Any]:
        """The moment of the record, and the stream."""
        return {
            **_known(self.known),
            "stream": self.stream,
            "size": self.known.position,
            "unknown_types": self.unknown_types,
        }


def blame(reader: Snapshot, stream: str, field: str | None = None, *, known_at: Moment = None) -> Origins:
    """Which entry set each value of a stream, or of one field or part, who entered it, and on which source."""
    from ..projections.blame import blamed

    name, part = find_stream(reader, stream)
    check_words(reader, fields=(field,) if field else (), kind=name.partition(":")[0])
    known = reader.known_at(moment(known_at))
    rows = blamed(reader, name, part, field, known)
    return Origins(known, name, part, rows, unknown_types(reader, known.position, [name]))


@dataclass(frozen=True, slots=True)
class Agenda(OnClocks):
    """What is due on a day, and ahead of it."""

    rows: list[DueRow]


def due(
    reader: Snapshot, *, within: int = 90, as_of: Day = None, known_at: Moment = None, **about: Unpack[Listed]
) -> Agenda:
    """What is overdue, due or planned within some days, awaiting its outcome, or silent."""
    from ..projections.due import agenda_rows

    at = resolve(reader, as_of, known_at)
    streams = _among(reader, at.known, at.day, resolved(reader, at.known, about))
    return Agenda(at, agenda_rows(reader, at.known, at.day, within, streams))


@dataclass(frozen=True, slots=True)
class Findings:
    """What was taken in although it is odd."""

    rows: Iterator[Finding]
    unknown_types: list[str]

    def header(self) -> dict[str, Any]:
        """What stands before the findings."""
        return {"unknown_types": self.unknown_types}


def check(
    reader: Snapshot, streams: Sequence[str] = (), *, group: str = "", progress: Progress | None = None,
    **about: Unpack[Listed],
) -> Findings:  # fmt: skip
    """What was taken in although it is odd: every check, or those of a group (sources), over every stream or some.

    `progress` in streams.
    """
    from ..projections.irregular import irregular

    known = reader.known_at()
    named = [whole_stream(reader, one) for one in streams] or None
    named = _among(reader, known, EVER, resolved(reader, known, about), named)
    doubts = None
    if group:
        from .append import doubted

        doubts = doubted(reader)
    rows = irregular(reader, named, group=group, doubted=doubts, progress=progress)
    return Findings(rows, unknown_types(reader, reader.size, named))


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay came to."""

    result: Replayed
    unknown_types: list[str]

    def header(self) -> dict[str, Any]:
        """The moment up to which it was replayed."""
        return {**_known(self.result.known), "unknown_types": self.unknown_types}


def replay(reader: Snapshot, *, to: Moment = None, stream: str | None = None) -> Replay:
    """All periods derived again from entry 1 on, step by step. Raises Altered where the entries are not as recorded."""
    from ..projections.replay import replayed

    known = reader.known_at(moment(to))
    name = whole_stream(reader, stream) if stream else None
    unknown = unknown_types(reader, known.position, [name] if name else None)
    return Replay(replayed(reader, known, name), unknown)


def _known(known: KnownAt) -> dict[str, Any]:
    return {"known_at": {"position": known.position, "known": known.known}}
