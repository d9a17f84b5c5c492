"""What is known of one aggregate on a day, beside the statuses of its parts, and what was said of it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from ..domain.aggregate import Aggregate
from ..domain.amounts import Amount, Share
from ..domain.catalogue import AGGREGATES, kind_of
from ..domain.dates import When
from ..domain.entry import Entry
from ..domain.intervals import Interval
from ..domain.worlds import END
from ..history.coverage import on_one_day
from ..history.effective import effective, happened_by, holds_by, known_of
from ..store.port import KnownAt, Snapshot
from .basis import Clocks, OnClocks
from .rows import PeriodRow, as_row
from .said import SpokenRow
from .said import said as said_rows
from .told import displayed, entries_of


def folded(stream: str, entries: Iterable[Entry], day: int = END) -> Aggregate:
    """Fold entries into what is known of the aggregate, from what had certainly happened by the end of `day`."""
    told = list(entries)
    known: Aggregate = AGGREGATES[kind_of(stream)](stream=stream)
    for one in sorted(effective(told, known_of).values(), key=displayed):
        if holds_by(one) <= day:
            known = known.evolve(one.fact)
    return known.but(version=len(told))


def aggregate_of(reader: Snapshot, stream: str, known: KnownAt, day: int = END) -> Aggregate:
    """What is known of an aggregate on a day."""
    return folded(stream, entries_of(reader, stream, known), day)


def said_of(reader: Snapshot, stream: str, known: KnownAt, day: int = END) -> list[SpokenRow]:
    """What was said of an aggregate by a day, without changing a status; rows of `said`, in the order of display."""
    entries = entries_of(reader, stream, known)
    told = sorted(effective(entries, known_of).values(), key=displayed)
    return list(said_rows([one for one in told if happened_by(one) <= day], {one.entry_id: one for one in entries}))


@dataclass(frozen=True, slots=True)
class Shown(OnClocks):
    """What is known of one stream on a day."""

    stream: str
    part: str | None
    known: Aggregate
    rows: list[PeriodRow]
    said: list[SpokenRow]
    """what was said by that day without changing a status"""

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
    known = aggregate_of(reader, stream, at.known, at.day)
    return Shown(at, stream, part, known, list(map(as_row, periods)), said_of(reader, stream, at.known, at.day))
