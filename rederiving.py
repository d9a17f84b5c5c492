"""Are the stored periods those that the entries give? Derived again, range by range of streams, and compared.

Streams do not depend on each other, so ranges are shared out among processes; each compares the entries and the
periods of one snapshot, so that what is recorded meanwhile is no difference.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from .asking import (
    compared,
    frontier_difference,
    groups,
    known_of,
    no_world,
    orphan_difference,
    steps_difference,
)
from .domain.errors import Refusal
from .domain.history import Frontier
from .domain.steps import Laid, laid_out
from .projections.keeping import Kept
from .store.frontiers import FrontierUnreadable, frozen, thawed
from .store.lines import entry_of
from .store.ranges import Range, Rows, StoredRange, ranges
from .store.reading import Reader
from .store.sharing import processors, shared

WORTH_PROCESSES: Final = 20_000
"""Entries from which on other processes are started; starting them takes as long as some thousand entries."""


class Found(NamedTuple):
    """A stream whose periods are not those that its entries give, or whose entries give none."""

    stream: str
    differences: list[str]
    """of its periods, in words"""
    frontier_differs: bool
    """what its next step is judged by lies otherwise in the file than it would be written"""
    frontier_misleads: bool
    """and says something else"""
    rows: Rows
    frontiers: dict[str, Frontier]
    laid: dict[str, Laid]
    """what is kept of its steps, where it is long"""
    steps_differ: bool = False
    refused: tuple[int, Refusal] | None = None
    """the position at which its history has no world left, and why"""


@dataclass(slots=True)
class Derived:
    """What became of a range of streams."""

    entries: int = 0
    periods: int = 0
    found: list[Found] = field(default_factory=list)


def rederived(reader: Reader) -> Generator[Derived, None, None]:
    """Derive the periods of all streams again and compare, range by range in order of name, in flat memory."""
    several = processors() if reader.size >= WORTH_PROCESSES else 1
    if several == 1:
        yield from (derived(reader, one) for one in ranges(reader))
        return
    with closing(shared(derived, reader.path, ranges(reader), several)) as answers:
        yield from answers


def all_differences(reader: Reader) -> Generator[str, None, None]:
    """What is stored and not derived, or derived and not stored; raises Altered where a history has no world."""
    with closing(rederived(reader)) as ranges:
        for one in ranges:
            for found in one.found:
                if found.refused is not None:
                    raise no_world(*found.refused)
                yield from found.differences
                if found.frontier_differs:
                    yield frontier_difference(found.stream)
                if found.steps_differ:
                    yield steps_difference(found.stream)
    yield from map(orphan_difference, reader.orphans())


def derived(reader: Reader, streams: Range) -> Derived:
    """Derive the periods of a range of streams and compare them; ends at a history that has no world."""
    result = Derived()
    stored = StoredRange(reader, streams)
    for stream, lines in stored.lines():
        kept = Kept(stream)
        refused = _fold(kept, lines)
        if refused is not None:
            result.found.append(Found(stream, [], False, False, [], {}, {}, refused=refused))
            break
        rows = kept.rows()
        result.entries += len(lines)
        result.periods += len(rows)
        found = _compared(stored, kept, rows)
        if found is not None:
            result.found.append(found)
    return result


def _fold(kept: Kept, lines: list[bytes]) -> tuple[int, Refusal] | None:
    for group in groups(map(entry_of, lines)):
        try:
            kept.add(group, group[0].group, known_of)
        except Refusal as refusal:
            return group[0].position, refusal
    return None


def _compared(stored: StoredRange, kept: Kept, rows: Rows) -> Found | None:
    """What differs in a stream; None where nothing does."""
    differences = [] if stored.surely(kept.stream, rows) else compared(kept.stream, rows, stored.rows(kept.stream))
    bodies = stored.frontiers(kept.stream)
    frontier_differs = bodies != {region: frozen(one) for region, one in kept.frontiers.items()}
    laid = laid_out(kept.stream, kept.entries, known_of)
    steps_differ = stored.steps_differ(kept.stream, laid)
    if not differences and not frontier_differs and not steps_differ:
        return None
    misleads = frontier_differs and _thawed(kept.stream, bodies) != kept.frontiers
    return Found(kept.stream, differences, frontier_differs, misleads, rows, kept.frontiers, laid, steps_differ)


def _thawed(stream: str, bodies: dict[str, bytes]) -> dict[str, Frontier] | None:
    try:
        return {region: thawed(stream, region, body) for region, body in bodies.items()}
    except FrontierUnreadable:
        return None
