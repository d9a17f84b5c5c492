"""Steps that cannot disturb each other are no open order: many obligors may act on one day. No I/O.

What the sweep leaves out is compared with every day and every order.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
from brute import answers, on_each_day, seed
from histories import AFTER, BEFORE, DAYS, FIRST, Dice

from engagement_ledger.domain import worlds
from engagement_ledger.domain.commitment import Obligations
from engagement_ledger.domain.worlds import NoWorldError, Step, TooManyOpenStepsError, unfold

PARTIES = ("AU", "NZ", "US", "WS")
HISTORIES = 700


class Counting(Obligations):
    """Counts what the sweep asks."""

    def __init__(self) -> None:
        super().__init__()
        self.moves = 0

    def move(self, state: Any, step: Step, day: int) -> Any:
        self.moves += 1
        return super().move(state, step, day)


class Lying(Obligations):
    """Says of every step that it disturbs no other."""

    def subject(self, step: Step) -> Any:
        return step.key


def made(number: int, earliest: int, latest: int, parties: tuple[str, ...] = PARTIES, due: str | None = None) -> Step:
    return Step((str(number), 0), earliest, latest, "make", (parties, "achievement", due, "all", None))


def some_steps(dice: Dice) -> list[Step]:
    """A commitment of several obligors, most of whose steps fall on few exact days; some are vague or of all."""
    made_on = FIRST + dice.randrange(2)
    found = [made(0, made_on - dice.randrange(2), made_on + dice.choice((0, 0, 1, 3)), PARTIES[: dice.randrange(2, 5)])]
    days = [made_on + dice.randrange(DAYS - 2) for _ in range(2)]
    for number in range(1, dice.randrange(3, 6)):
        earliest = latest = dice.choice(days)
        if dice.random() < 0.3:
            latest = min(earliest + dice.randrange(1, 4), AFTER)
        verb = dice.choice(("progress", "progress", "fulfil", "stall", "resume", "withdraw", "leave", "join", "due",
                            "dispute", "close-dispute", "discontinue", "reopen", "lapse", "amend"))  # fmt: skip
        party: str | None = dice.choice(PARTIES)
        if verb in ("stall", "resume", "discontinue", "reopen") and dice.random() < 0.5:
            party = None
        args: tuple[Any, ...] = {
            "due": ("2026-02-03",), "amend": (None,), "lapse": (party, "US"),
        }.get(verb, (party,))  # fmt: skip
        links = (dice.choice(found).key,) if dice.random() < 0.1 else ()
        found.append(Step((str(number), 0), earliest, latest, verb, args, links))
    dice.shuffle(found)
    return found


def few_enough(told: list[Step]) -> bool:
    widths = [min(step.latest, AFTER + 1) - max(step.earliest, BEFORE) + 1 for step in told]
    return math.prod(max(width, 1) for width in widths) * math.factorial(len(told)) <= 60_000


def found(machine: Any, told: list[Step]) -> Any:
    try:
        return on_each_day(machine, unfold(machine, told), BEFORE, AFTER)
    except NoWorldError:
        return None


def test_what_is_left_out_changes_no_answer_and_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Dice(seed())
    counts: Counter[str] = Counter()
    while counts["histories"] < HISTORIES:
        told = some_steps(dice)
        if not few_enough(told):
            continue
        expected = answers(Obligations(), told, BEFORE, AFTER)
        machine, all_orders = Counting(), Counting()
        assert found(machine, told) == expected, told
        all_orders.subject = lambda step: None  # type: ignore[method-assign]
        assert found(all_orders, told) == expected, told
        counts["histories"] += 1
        counts["lawful"] += expected is not None
        counts["left out"] += machine.moves < all_orders.moves
    assert counts["lawful"] >= 0.25 * HISTORIES, counts
    assert counts["left out"] >= 0.1 * HISTORIES, counts


def test_a_machine_that_says_falsely_that_steps_do_not_disturb_each_other_is_found_by_that() -> None:
    """The negative control."""
    dice = Dice(7)
    wrong = 0
    for _ in range(2_000):
        told = some_steps(dice)
        if few_enough(told):
            wrong += found(Lying(), told) != answers(Obligations(), told, BEFORE, AFTER)
        if wrong > 3:
            return
    pytest.fail("a sweep that leaves out too much was not noticed")


def many(obligors: int, made_latest: int = FIRST) -> list[Step]:
    parties = tuple(f"x:p{number:03}" for number in range(obligors))
    acts = [Step((f"f{one}", 0), FIRST + 5, FIRST + 5, "fulfil", (one,)) for one in parties]
    return [made(0, FIRST, made_latest, parties), *acts]


@pytest.mark.parametrize("obligors", [11, 20, 190])
@pytest.mark.parametrize("made_latest", [FIRST, FIRST + 9], ids=["made on a day", "made some time"])
def test_many_obligors_may_act_on_one_day(obligors: int, made_latest: int) -> None:
    machine = Counting()
    shown = on_each_day(machine, unfold(machine, many(obligors, made_latest)), FIRST + 4, FIRST + 6)
    assert shown[FIRST + 5]["overall"].status == "fulfilled"
    assert {one.status for one in shown[FIRST + 5].values()} == {"fulfilled"}


def test_each_obligor_more_is_some_moves_more() -> None:
    moves = []
    for obligors in (20, 190):
        machine = Counting()
        unfold(machine, many(obligors, FIRST + 9))
        moves.append(machine.moves)
    assert moves[1] < 12 * moves[0]


def test_the_same_told_thousands_of_times_on_one_day_is_as_many_moves() -> None:
    reports = [Step((f"p{number}", 0), FIRST + 1, FIRST + 1, "progress", ("NZ",)) for number in range(4_000)]
    machine = Counting()
    shown = on_each_day(machine, unfold(machine, [made(0, FIRST, FIRST), *reports]), FIRST, FIRST + 2)
    assert shown[FIRST + 1]["obligor/NZ"].status == "in-progress"
    assert machine.moves < 10_000


def test_more_than_ten_open_steps_of_one_obligor_are_asked_for_dates() -> None:
    verbs = ["progress", "stall", "resume"] * 4
    told = [
        Step((f"s{number}", 0), FIRST + 1, FIRST + 9, verb, ("NZ",), ((f"s{number}", 1),))
        for number, verb in enumerate(verbs)
    ]
    with pytest.raises(TooManyOpenStepsError):
        unfold(Obligations(), [made(0, FIRST, FIRST), *told])


def test_a_search_that_becomes_too_wide_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "MOST_NODES", 200)
    parties = tuple(f"x:p{number}" for number in range(14))
    vague = [Step((one, 0), FIRST + 1, FIRST + 20, "progress", (one,)) for one in parties]
    with pytest.raises(TooManyOpenStepsError):
        unfold(Obligations(), [made(0, FIRST, FIRST, parties), *vague])
