"""What was decided in this transaction, and does not lie in the file yet?

Rows are put in order before they are written, so that neighbours go to one page, and what a later group of the same
transaction ends is written once, as it is in the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ...domain.worlds import RestartPoint
from ...history.effective import Frontier
from ...history.step_index import IndexedStep, StepIndexChange
from ...history.trait_rows import Key, TraitRow, key_of
from .steps import base_row, step_row
from .traits import KNOWN_TO

ENOUGH: Final = 20_000
"""Entries that may wait to be written."""

RowKey = tuple[int, int, int]
"""Part, valid_from and known_from of a period of one stream."""


StepKey = tuple[str, int, int, int]
"""Region and place of a step."""


EntryRow = tuple[int, str, int, str, bytes, bytes, bytes]
"""Position, stream, version, type, line, packed id and leaf of an entry."""


@dataclass(slots=True)
class OfLong:
    """What waits of the steps of a long stream."""

    stream: str
    steps: dict[StepKey, IndexedStep | None] = field(default_factory=dict)
    """place → step, None where one is gone"""
    since: dict[str, int] = field(default_factory=dict)
    """region → day after which the bases of the file hold no more"""
    bases: dict[str, list[RestartPoint]] = field(default_factory=dict)
    """region → those that hold instead"""

    def lay(self, region: str, laid: StepIndexChange) -> None:
        """Take in what changes in what is kept of a region's steps."""
        self.steps.update(dict.fromkeys([(region, *one[:3]) for one in laid.gone]))
        self.steps.update({(region, *one[:3]): one for one in laid.come})
        self.since[region] = min(laid.since, self.since.get(region, laid.since))
        earlier = [base for base in self.bases.get(region, ()) if base[0] <= laid.since]
        self.bases[region] = [*earlier, *laid.bases]


@dataclass(slots=True)
class OfStream:
    """What waits of one stream."""

    begun: dict[RowKey, list[int]] = field(default_factory=dict)
    """row → all of its columns"""
    ended: dict[RowKey, tuple[int, int, int, int, int]] = field(default_factory=dict)
    """row of the file → the group since which it is no longer held true, and its key"""
    entries: list[EntryRow] = field(default_factory=list)
    laid: OfLong | None = None
    """of a long stream"""
    traits: dict[TraitRow, list[Any]] = field(default_factory=dict)
    """trait that began → all of its columns as they are stored"""
    untold: dict[TraitRow, tuple[Any, ...]] = field(default_factory=dict)
    """trait of the file → the group since which it is no longer held true, and its key"""

    def told(self, key: Key | None) -> list[TraitRow]:
        """The traits that wait and are held true now; of one key, or all."""
        live = [row for row, columns in self.traits.items() if columns[KNOWN_TO] is None]
        return live if key is None else [row for row in live if key_of(row) == key]


@dataclass(slots=True)
class WriteBuffer:
    """Everything that waits, in the form in which it is written."""

    entries: list[EntryRow] = field(default_factory=list)
    ids: dict[bytes, EntryRow] = field(default_factory=dict)
    groups: list[tuple[int, int, int]] = field(default_factory=list)
    streams: dict[int, OfStream] = field(default_factory=dict)
    frontiers: dict[tuple[int, str], tuple[str, Frontier]] = field(default_factory=dict)
    """number of a stream, and region → name of the stream, and by what its next step is judged"""

    def of(self, number: int) -> OfStream:
        """What waits of a stream, to add to."""
        found = self.streams.get(number)
        if found is None:
            found = self.streams[number] = OfStream()
        return found

    def add(self, row: EntryRow, number: int) -> None:
        """Take in an entry of the stream of that number."""
        self.entries.append(row)
        self.ids[row[5]] = row
        self.of(number).entries.append(row)

    def in_order(self) -> list[OfStream]:
        """The streams in the order of their numbers. Within one, rows lie next to each other in any order."""
        return [self.streams[number] for number in sorted(self.streams)]

    def long(self) -> Long:
        """What waits of long streams, in order."""
        return sorted((number, one.laid) for number, one in self.streams.items() if one.laid is not None)


Long = list[tuple[int, OfLong]]
"""Numbers of long streams, with what waits of each."""


def steps_gone(long: Long) -> list[tuple[int, str, int, int, int]]:
    """The key of each step of the file that is no more."""
    return [(number, *key) for number, key, place in _steps(long) if place is None]


def steps_come(long: Long) -> list[tuple[int, str, int, int, int, bytes]]:
    """Each new step, in the order of the key."""
    return [(number, *step_row(key[0], place)) for number, key, place in _steps(long) if place is not None]


def bases_gone(long: Long) -> list[tuple[int, str, int]]:
    """The regions whose bases after a day hold no more, with the day."""
    return [(number, region, day) for number, waiting in long for region, day in sorted(waiting.since.items())]


def bases_come(long: Long) -> list[tuple[int, str, int, bytes]]:
    """Each new base, in the order of the key."""
    return [
        (number, *base_row(waiting.stream, region, base))
        for number, waiting in long
        for region, bases in sorted(waiting.bases.items())
        for base in bases
    ]


def _steps(long: Long) -> Iterator[tuple[int, StepKey, IndexedStep | None]]:
    for number, waiting in long:
        for key, place in sorted(waiting.steps.items(), key=_key):
            yield number, key, place


def _key(one: tuple[StepKey, IndexedStep | None]) -> StepKey:
    return one[0]
