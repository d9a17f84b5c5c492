"""Which of the steps that are open on a day must be tried next? As few as lead to the same ends of that day.

Only the ends of days are seen, and whatever is due on a day is done at the end of it. Two things follow.

*Twins*, steps alike in all but their key, are taken in one order: any world that swaps two of them is a world too.

*A closed group is enough.* Step `a` can be pulled ahead of `b` where, whenever `b` then `a` is lawful, `a` then `b` is
lawful too and leads to the same state. Take a group of undone steps, one of which is due today; with each of its steps
let it hold every undone one ahead of which that step cannot be pulled, and every one that it is stated to come after.
Any way to the end of the day takes a step of the group, for one of them is due. Whatever comes before the first that
it takes is not of the group; so that first step can be pulled ahead of it all, one place after another, and the day
ends as it would have ended. It is enough, therefore, to try the steps of the group, and to ask again at what each
leads to. Where a machine does not say what can be pulled ahead of what, the group is all that is open, as it is where
nothing is left that is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from .steps import Key, Step

FEW: Final = 4
"""So many are tried in every order sooner than it is found which of the orders make no difference."""


class Ground(NamedTuple):
    """What a step has to do with others. It can be pulled ahead of any that stirs nothing of what it minds.

    That is: whenever the other and then this one is lawful, this one and then the other is too, and both lead to the
    same state. A machine that says so where it is not so loses worlds; one that says nothing (None) never does.
    """

    of: str
    """whose order it is in: the obligor's, say"""
    stirs: frozenset[str]
    minds: frozenset[str]


class Alike(NamedTuple):
    """Steps of one cluster that are alike in all but their key; they are done in the order of their bits."""

    step: Step
    """the first of them, which stands for all"""
    bits: int
    last: int
    """the bit of the last: while it is not done, one of them is left"""
    need: int
    """the bits of what they are stated to come after"""


def alike(run: Sequence[Step]) -> list[Alike]:
    """Gather the steps of a cluster, in their order. One that others are stated to come after stands alone."""
    targets = {key for step in run for key in step.after}
    members: dict[tuple[object, ...], list[int]] = {}
    for number, step in enumerate(run):
        members.setdefault(step if step[0] in targets else step[1:], []).append(number)
    bit_of = {run[number].key: 1 << number for numbers in members.values() for number in numbers} if targets else {}
    return [_gathered(run[numbers[0]], numbers, bit_of) for numbers in members.values()]


def _gathered(step: Step, numbers: Sequence[int], bit_of: dict[Key, int]) -> Alike:
    need = 0
    for key in step.after:
        need |= bit_of.get(key, 0)
    last = 1 << numbers[-1]
    return Alike(step, last if len(numbers) == 1 else mask_of(numbers), last, need)


def mask_of(numbers: Sequence[int]) -> int:
    """The bits of these numbers, the last of which is the highest. Set in bytes: sums would copy long integers."""
    found = bytearray((numbers[-1] >> 3) + 1)
    for number in numbers:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


_UNSAID: Final = ""
"""Stirred by a step of which the machine says nothing, and minded by all."""


class Open:
    """The steps that may be taken on one day, and which of them to try where some are done."""

    def __init__(self, ready: Sequence[Alike], ground: Callable[[Step], Ground | None], day: int) -> None:
        self._ready = ready
        self._chooses = False
        self._grounds: list[Ground | None] = []
        if len(ready) <= FEW:
            return
        self._grounds = [ground(one.step) for one in ready]
        self._due = sum([one.last for one in ready if one.step.latest == day])
        self._chooses = self._due > 0 and any(self._grounds)
        if self._chooses:
            self._all = sum([one.last for one in ready])
            self._of = {one.last: one for one in ready}
            self._minds = _minds(ready, self._grounds, self._all)
            self._chosen: dict[int, Sequence[Alike]] = {}

    def to_try(self, mask: int) -> Sequence[Alike]:
        """Steps to try where those of `mask` are done; some may be done, or have to wait for others."""
        if not self._chooses:
            return self._ready
        left = self._all & ~mask
        found = self._chosen.get(left)
        if found is None:
            found = self._chosen[left] = [self._of[bit] for bit in _bits(self._smallest(left))]
        return found

    def counted(self, here: int) -> tuple[int, int]:
        """How many steps no other of `here` is stated to come before: of one order at the most, and in all."""
        if not self._grounds:
            return (sum([not one.need & here for one in self._ready]),) * 2
        orders = Counter(
            ground.of if ground else _UNSAID
            for one, ground in zip(self._ready, self._grounds, strict=True)
            if not one.need & here
        )
        of_any = orders.pop(_UNSAID, 0)
        return of_any + max(orders.values(), default=0), of_any + orders.total()

    def _smallest(self, left: int) -> int:
        """The smallest group that holds a step that is due; all that is left where there is none."""
        best, least = left, left.bit_count()
        for due in _bits(left & self._due):
            group = self._closed(due, left)
            size = group.bit_count()
            if size < least:
                best, least = group, size
            if least == 1:
                break
        return best

    def _closed(self, seed: int, left: int) -> int:
        group, unasked = seed, seed
        while unasked:
            minded = 0
            for bit in _bits(unasked):
                minded |= self._minds[bit]
            unasked = minded & left & ~group
            group |= unasked
        return group


def _minds(ready: Sequence[Alike], grounds: Sequence[Ground | None], everything: int) -> dict[int, int]:
    """Per step, which others must be in a group that it is in."""
    stirred = {_UNSAID: 0}
    for one, ground in zip(ready, grounds, strict=True):
        for thing in ground.stirs if ground else (_UNSAID,):
            stirred[thing] = stirred.get(thing, 0) | one.last
    minds = {}
    for one, ground in zip(ready, grounds, strict=True):
        # What others are stated to come after stands alone, so its bit is its last.
        minded = one.need & everything | stirred[_UNSAID] if ground else everything
        for thing in ground.minds if ground else ():
            minded |= stirred.get(thing, 0)
        minds[one.last] = minded
    return minds


def _bits(mask: int) -> Iterator[int]:
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit
