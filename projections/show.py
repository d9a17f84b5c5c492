"""What is known of one aggregate on a day, beside the statuses of its parts, and what was said of it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Annotated, Any, Final, TypedDict

from ..domain.aggregate import Aggregate
from ..domain.amounts import Amount, Share
from ..domain.catalogue import blank
from ..domain.dates import When
from ..domain.entry import Entry
from ..domain.intervals import Interval
from ..domain.trait_names import MADE_AT
from ..domain.worlds import END
from ..history.coverage import on_one_day
from ..history.effective import Effective, effective, happened_by, known_of, told_from
from ..store.port import KnownAt, Snapshot
from .basis import Clocks, OnClocks
from .columns import Column
from .concerned import subject
from .rows import PeriodRow, as_row
from .said import SpokenRow
from .said import said as said_rows
from .told import displayed, entries_of, position

PLACES: Final = ("meeting", "statement")
"""Kinds of places at which something is said or agreed: stream/meeting/NAME, stream/statement/NAME."""


def folded(stream: str, entries: Iterable[Entry], day: int = END) -> Aggregate:
    """Fold entries into what is known of the aggregate by the end of `day`, in the order in which traits count."""
    told = list(entries)
    known: Aggregate = blank(stream)
    for one in sorted(effective(told, known_of).values(), key=_as_traits_count):
        if told_from(one) <= day:
            known = known.evolve(one.fact)
    return known.but(version=len(told))


def _as_traits_count(one: Effective) -> tuple[int, int]:
    return told_from(one), position(one)


def aggregate_of(reader: Snapshot, stream: str, known: KnownAt, day: int = END) -> Aggregate:
    """What is known of an aggregate on a day."""
    return folded(stream, entries_of(reader, stream, known), day)


def statements_of(reader: Snapshot, stream: str) -> list[str]:
    """The names of the statements of a dialogue that have one, in the order of recording."""
    told = effective(entries_of(reader, stream, reader.known_at()), known_of).values()
    names = (getattr(one.fact, "statement", None) for one in told)
    return list(dict.fromkeys(name for name in names if name))


def _is_about(one: Effective, stream: str, part: str | None) -> bool:
    """Whether an entry is about a meeting or a statement; whatever it says is about any other part."""
    kind, _, name = (part or "").partition("/")
    if kind not in PLACES:
        return True
    return getattr(one.fact, kind, None) == name or one.fact.made_at == f"{stream}/{part}"


class MadeThereRow(TypedDict):
    """A stream that began, or was gone on with, at a meeting or in a statement."""

    stream: Annotated[str, Column("stream")]
    title: Annotated[str | None, Column("text")]
    made_at: Annotated[str, Column("text", "the dialogue, the meeting or the statement")]


@dataclass(frozen=True, slots=True)
class Shown(OnClocks):
    """What is known of one stream on a day."""

    stream: str
    part: str | None
    known: Aggregate
    rows: list[PeriodRow]
    said: list[SpokenRow]
    """what was said by that day, and no status shows"""
    made_there: list[MadeThereRow]
    """of a dialogue, a meeting or a statement, what was agreed there by that day"""

    @property
    def aggregate(self) -> dict[str, Any]:
        """What is known beside the statuses, as text and lists; what is not known is left out."""
        facts = {one.name: getattr(self.known, one.name) for one in fields(self.known)}
        told = {name: _plain(one) for name, one in facts.items()}
        return {name: one for name, one in told.items() if one not in (None, (), "", {})}


def _plain(value: Any) -> Any:
    """A value as text, or a list of texts."""
    if isinstance(value, When | Interval | Amount | Share):
        return str(value)
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def shown(reader: Snapshot, at: Clocks, stream: str, part: str | None) -> Shown:
    """What is known of a stream on a day, and what its parts, or one of them, show. Reads the stream."""
    periods = on_one_day(reader.periods(at.known, at.day, stream, part), at.coverage)
    entries = entries_of(reader, stream, at.known)
    told = sorted(effective(entries, known_of).values(), key=displayed)
    by_then = [one for one in told if happened_by(one) <= at.day and _is_about(one, stream, part)]
    said = list(said_rows(by_then, {one.entry_id: one for one in entries}))
    known = folded(stream, entries, at.day)
    return Shown(at, stream, part, known, list(map(as_row, periods)), said, _made_there(reader, at, stream, part, told))


def _made_there(
    reader: Snapshot, at: Clocks, stream: str, part: str | None, told: Iterable[Effective]
) -> list[MadeThereRow]:
    """What was agreed by a day at a dialogue, or at one meeting or in one statement of it: other streams, by name.

    What stands in a statement that was issued at a meeting was agreed at that meeting. One search for each place.
    """
    if reader.is_older or not stream.startswith("dialogue:") or (part and part.partition("/")[0] not in PLACES):
        return []
    places = dict.fromkeys([f"{stream}/{part}" if part else stream])
    for one in told:
        there = [f"{kind}/{name}" for kind in PLACES if (name := getattr(one.fact, kind, None))]
        if part is None or (part in there and not part.startswith("statement/")):
            places.update(dict.fromkeys(f"{stream}/{one}" for one in there))
    found = {one: place for place in places for one in reader.streams_with(MADE_AT, place, at.known, at.day)}
    return [
        {"stream": one, "title": subject(reader, at.known, at.day, one).title, "made_at": found[one]}
        for one in sorted(found)
        if one != stream
    ]
