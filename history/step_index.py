"""Which steps of a long stream are kept, and from which days on can a region be judged again?

A short stream's history is read when a fact arrives late. That of a long one would cost too much, so its steps are
kept by region and day, and with them the state that some days begin from (`bases`). Both follow from the entries
alone, whatever the order in which they were recorded, so what is kept can be compared with what the entries give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from ..domain.catalogue import kind_of, machine_of
from ..domain.steps import Step
from ..domain.worlds import BEGIN, RestartPoint
from .effective import Effective, Frontier, Told, effective, steps_of, worlds_of

LONG: Final = 64
"""A stream of more entries than this is long."""
EVERY: Final = 64
"""How many settled days with one state there are, or so, to each that is kept as a base."""
_GOLDEN: Final = 0x9E3779B1
"""2³² divided by the golden ratio: multiples of it spread evenly over 32 bits, and so do days one after another."""
BEFORE_ALL: Final = BEGIN - 1
Known = Callable[[Told], str]


class IndexedStep(NamedTuple):
    """A step with its place; in order, these are in the order in which `search_worlds` takes steps of one date."""

    earliest: int
    version: int
    """number of its entry in the stream"""
    number: int
    """which of the entry's steps it is"""
    step: Step


class StepIndexChange(NamedTuple):
    """What changes in what is kept of one region of a long stream."""

    gone: Sequence[IndexedStep]
    come: Sequence[IndexedStep]
    since: int
    """bases after this day are replaced by those here"""
    bases: Sequence[RestartPoint]


class Restart(NamedTuple):
    """From where a region of a long stream can be judged again: what stood at the end of a day, and the steps since."""

    since: int
    """the day; BEFORE_ALL where it is judged from its first step on"""
    start: Frontier
    steps: list[Step]
    """that begin after that day, in order"""


def restart_at(
    stream: str, region: str, base: RestartPoint | None, after: Callable[[int], list[IndexedStep]]
) -> Restart:
    """The point that a base gives, or the beginning where there is none; `after` gives the steps after a day."""
    day, state = base or (BEGIN, machine_of(kind_of(stream), region).start)
    since = day if base else BEFORE_ALL
    return Restart(since, Frontier(day, (state,), ()), [one.step for one in after(since)])


def placed(told: Iterable[Effective], versions: Mapping[str, int]) -> dict[str, list[IndexedStep]]:
    """All steps with their places, region by region; `versions` are the numbers of the entries in their stream."""
    found: dict[str, list[IndexedStep]] = {}
    for one in told:
        for region, step in steps_of(one):
            place = IndexedStep(step.earliest, versions[one.entry.entry_id], step.key[1], step)
            found.setdefault(region, []).append(place)
    return found


def numbered(entries: Iterable[Told]) -> dict[str, int]:
    """The number of each entry in its stream, by id."""
    return {entry.entry_id: number for number, entry in enumerate(entries, 1)}


def chosen(bases: Iterable[RestartPoint]) -> list[RestartPoint]:
    """Those that are kept. The day alone decides, so that the order of recording does not."""
    return [base for base in bases if (base[0] * _GOLDEN & 0xFFFFFFFF) * EVERY >> 32 == 0]


def laid_out(stream: str, entries: Sequence[Told], known: Known) -> dict[str, StepIndexChange]:
    """All that is kept of a stream, derived from its entries; nothing of a short one."""
    if len(entries) <= LONG:
        return {}
    return {
        region: StepIndexChange(
            (), places, BEFORE_ALL, chosen(worlds_of(stream, region, [one.step for one in places]).bases)
        )
        for region, places in placed(effective(entries, known).values(), numbered(entries)).items()
    }
