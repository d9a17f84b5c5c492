"""What may follow what? A table of (status, step) → status for each part, and what the part shows.

The table is the rule, the documentation and the test: what is not in it is unlawful. A machine adds what a
status alone cannot say (a window, a level, a flag), and names the refusal that fits a forbidden row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, NamedTuple

from .dates import When, iso
from .errors import ImpossibleHistory
from .orders import Ground
from .steps import Step
from .worlds import BEGIN, END, Standing

LAST_DAY: Final = 3_652_059
"""31 December 9999, the last day that a calendar here has."""
TERM_OVER: Final = "term-over"
"""The flag of what runs for a term that is over, and of which nobody said that it ended."""
Table = Mapping[tuple[str | None, str], str]
Span = tuple[int, int]


class PartState(NamedTuple):
    """Status of one part, with what stands beside it."""

    status: str | None = None
    flags: tuple[str, ...] = ()
    detail: tuple[tuple[str, str], ...] = ()
    window: Span | None = None
    """earliest and latest day of what is planned"""
    memo: tuple[Any, ...] = ()
    """what later steps are judged by, and nobody is shown"""


class PartMachine:
    """The state machine of a region that is one part. Subclasses give the tables, and override what they need."""

    table: ClassVar[Table] = {}
    refusals: ClassVar[Mapping[tuple[str | None, str], type[ImpossibleHistory]]] = {}
    start: PartState = PartState()
    many: bool = False
    settles: bool = False

    def __init__(self, part: str) -> None:
        self.part = part

    def move(self, state: PartState, step: Step, day: int) -> PartState | None:
        status = self.table.get((state.status, step.verb))
        if status is None or self.guard(state, step, day) is not None:
            return None
        return self.arrive(state, status, step)

    def guard(self, state: PartState, step: Step, day: int) -> type[ImpossibleHistory] | None:
        """A rule that the table cannot hold: the refusal, or None where lawful."""
        return None

    def arrive(self, state: PartState, status: str, step: Step) -> PartState:
        """The new state; `status` is what the table gives."""
        return state._replace(status=status)

    def cuts(self, state: PartState) -> tuple[int, ...]:
        return ()

    def show(self, state: PartState, day: int, settled: bool) -> Mapping[str, Standing]:
        return {self.part: Standing(state.status, (), state.flags, state.detail)}

    def ground(self, step: Step) -> Ground | None:
        """Of one part any two steps may disturb each other."""
        return None

    def named(self, step: Step) -> str:
        """The part that a refusal is about."""
        return self.part

    def why(self, state: PartState, step: Step, day: int) -> tuple[type[ImpossibleHistory], str | None]:
        """Which refusal fits, and the status that stands in the way."""
        if (state.status, step.verb) in self.table:
            return self.guard(state, step, day) or ImpossibleHistory, state.status
        return self.refusals.get((state.status, step.verb), ImpossibleHistory), state.status


def span(when: When) -> Span:
    """The first and last day that a date may mean."""
    return (
        BEGIN if when.earliest is None else when.earliest,
        END if when.latest is None else when.latest,
    )


def with_detail(detail: tuple[tuple[str, str], ...], **changes: str | None) -> tuple[tuple[str, str], ...]:
    """`detail` with some values set, or taken out where None; keys keep one order, so equal states are equal."""
    kept = {**dict(detail), **changes}
    return tuple(sorted((key, value) for key, value in kept.items() if value is not None))


def with_flag(flags: tuple[str, ...], flag: str, on: bool = True) -> tuple[str, ...]:
    """`flags` with `flag` set or taken out."""
    return tuple(sorted({*flags, flag} if on else {*flags} - {flag}))


def day_after(day: int) -> int:
    """The day after; where the calendar ends, never."""
    return END if day >= LAST_DAY else day + 1


__all__ = [
    "TERM_OVER",
    "PartMachine",
    "PartState",
    "Span",
    "Table",
    "day_after",
    "iso",
    "span",
    "with_detail",
    "with_flag",
]
