"""Are the stored periods those that the entries give? Derived again, range by range of streams, and compared.

Streams do not depend on each other, so ranges are shared out among processes; each compares the entries and the
periods of one snapshot, so that what is recorded meanwhile is no difference.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ..history.decide import StreamInMemory
from ..history.effective import Frontier, known_of
from ..history.flagless import same_but_for_flags
from ..history.periods import Period
from ..history.step_index import StepIndexChange
from ..history.trait_rows import TraitRow
from ..projections.replay import (
    compared,
    frontier_difference,
    groups,
    steps_difference,
    steps_laid,
    traits_difference,
    unlawful_words,
)
from ..record.lines import entry_of
from ..store.port import Progress, Range, Snapshot, StoredRange
from ..store.workers import processors, shared

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
    rows: list[Period]
    frontiers: dict[str, Frontier]
    laid: dict[str, StepIndexChange]
    """what is kept of its steps, where it is long"""
    steps_differ: bool = False
    traits: Sequence[TraitRow] = ()
    traits_differ: bool = False
    flags_alone: bool = False
    """whether its periods differ in flags alone, in a ledger whose flags an earlier version derived"""
    unlawful: tuple[str, ...] = ()
    """entries that no history allows, in words; they moved nothing"""


@dataclass(slots=True)
class Derived:
    """What became of a range of streams."""

    entries: int = 0
    periods: int = 0
    found: list[Found] = field(default_factory=list)


def rederived(reader: Snapshot, progress: Progress | None = None) -> Generator[Derived, None, None]:
    """Derive the periods of all streams again and compare, range by range in order of name, in flat memory.

    `Found` says of each stream that differs how; what no range can see is in `Snapshot.leftovers`. `progress` in
    entries.
    """
    done = 0
    with closing(_answers(reader)) as answers:
        for one in answers:
            done += one.entries
            if progress:
                progress(done, reader.size)
            yield one


def _answers(reader: Snapshot) -> Generator[Derived, None, None]:
    several = processors() if reader.size >= WORTH_PROCESSES else 1
    if several == 1:
        yield from (derived(reader, one) for one in reader.ranges())
        return
    with closing(shared(derived, reader.place, reader.ranges(), several)) as answers:
        yield from answers


def all_differences(reader: Snapshot, progress: Progress | None = None) -> Generator[str, None, None]:
    """What is stored and not derived, or derived and not stored, and entries that their history does not allow.

    In a ledger that an earlier version laid out, flags and what the next step is judged by are that version's, and not
    compared: nothing is recorded there before it is derived anew (`upgrade`), which names what differed.

    `progress` in entries.
    """
    with closing(rederived(reader, progress)) as ranges:
        for one in ranges:
            for found in one.found:
                yield from found.unlawful
                yield from found.differences if not found.flags_alone else ()
                if found.frontier_differs and not reader.is_older:
                    yield frontier_difference(found.stream)
                if found.steps_differ and not reader.is_older:
                    yield steps_difference(found.stream)
                if found.traits_differ and not reader.is_older:
                    yield traits_difference(found.stream)
    yield from reader.leftovers()


def derived(reader: Snapshot, streams: Range) -> Derived:
    """Derive the periods of a range of streams and compare them."""
    result = Derived()
    reader.read_leniently()
    stored = reader.stored(streams)
    for stream, lines in stored.lines():
        kept = StreamInMemory(stream)
        for group in groups(map(entry_of, lines)):
            kept.take_in(group, group[0].group, known_of)
        rows = kept.rows()
        result.entries += len(lines)
        result.periods += len(rows)
        found = _compared(stored, kept, rows, reader.is_older)
        if found is not None:
            result.found.append(found)
    return result


def _compared(stored: StoredRange, kept: StreamInMemory, rows: list[Period], is_older: bool) -> Found | None:
    """What differs in a stream; None where nothing does."""
    differ = not stored.matches_by_number(kept.stream, rows)
    there = stored.rows(kept.stream) if differ else []
    by_rules = differ and is_older and same_but_for_flags(rows, there)
    differences = compared(kept.stream, rows, there, by_rules=by_rules) if differ else []
    frontier_differs = stored.frontiers_differ(kept.stream, kept.frontiers)
    laid = steps_laid(kept)
    unlawful = unlawful_words(kept)
    steps_differ = stored.steps_differ(kept.stream, laid)
    traits = kept.trait_rows()
    traits_differ = kept.is_told_in_full and stored.traits_differ(kept.stream, traits)
    if not (differences or frontier_differs or steps_differ or traits_differ or unlawful):
        return None
    misleads = frontier_differs and stored.frontiers_mislead(kept.stream, kept.frontiers)
    return Found(
        kept.stream,
        differences,
        frontier_differs,
        misleads,
        rows,
        kept.frontiers,
        laid,
        steps_differ,
        traits,
        traits_differ,
        by_rules,
        unlawful,
    )
