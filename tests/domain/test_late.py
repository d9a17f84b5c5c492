"""Is `late` what was closed after its due date in every world? Every day and every order, enumerated. Cost: seconds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations, product
from typing import Any, Final

import pytest
from support import E, kept, shown

from engagement_ledger.domain.commitment import (
    CommitmentDiscontinued,
    CommitmentFulfilled,
    CommitmentLapsed,
    CommitmentMade,
    DueDateSet,
)
from engagement_ledger.domain.entry import Citation, Fact
from engagement_ledger.domain.errors import ImpossibleHistory

C: Final = "commitment:c"
DAYS: Final = 8
CLOSING: Final[dict[str, Callable[[], Fact]]] = {
    "fulfil": lambda: CommitmentFulfilled(obligor="NZ", evidence=Citation(document="A report")),
    "lapse": lambda: CommitmentLapsed(obligor="NZ"),
    "discontinue": lambda: CommitmentDiscontinued(obligor="NZ"),
}
Window = tuple[int, int]


def day(number: int) -> str:
    return (date(2020, 1, 1) + timedelta(number)).isoformat()


def told(window: Window) -> str:
    first, last = map(day, window)
    return first if first == last else f"[{first}..{last}]"


def late_in_each_world(windows: dict[str, Window], due: int | None, new: int, verb: str) -> set[bool]:
    """Whether NZ closed it late, in every lawful order of every choice of days."""
    found = set()
    for order in permutations(windows):
        spans = (range(windows[step][0], windows[step][1] + 1) for step in order)
        for days in product(*spans) if order[0] == "make" else ():
            when = dict(zip(order, days, strict=True))
            counts = new if "due" in when and order.index("due") < order.index("close") else due
            is_late = counts is not None and when["close"] > counts
            if list(days) == sorted(days) and (is_late or verb != "lapse"):
                found.add(is_late)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_late_is_what_was_closed_after_its_due_date_in_every_world(seed: int) -> None:
    """Both obligors undertook it, so that a due date may be set after one of them is done with it."""
    some = random.Random(seed)

    def window() -> Window:
        first = some.randrange(DAYS)
        return first, first + some.choice([0, 0, 1, 2, 4])

    seen = set()
    for _ in range(100):
        windows = {"make": window(), "close": window()}
        if some.random() < 0.7:
            windows["due"] = window()
        due, new, verb = some.choice([None, *range(DAYS)]), some.randrange(DAYS), some.choice(list(CLOSING))
        stated: dict[str, Any] = {} if due is None else {"due": day(due)}
        facts: dict[str, Fact] = {
            "make": CommitmentMade(obligors=("NZ", "US"), kind="achievement", text="It", **stated),
            "due": DueDateSet(due=day(new)),
            "close": CLOSING[verb](),
        }
        entries = [E(facts[step], told(windows[step])) for step in ("make", "due", "close") if step in windows]
        worlds = late_in_each_world(windows, due, new, verb)
        try:
            kept(C, entries)
        except ImpossibleHistory:
            assert not worlds, (windows, due, new, verb)
            continue
        flags = shown(C, entries, "obligor/NZ", "2030-01-01").flags
        assert ("late" in flags) is (worlds == {True}), (windows, due, new, verb)
        seen.add("late" in flags)
    assert seen == {True, False}
