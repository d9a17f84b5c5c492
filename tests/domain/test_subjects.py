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

from engagement_ledger.domain import orders, worlds
from engagement_ledger.domain.obligations import CLOSED, OPEN, Obligations, State
from engagement_ledger.domain.orders import Ground
from engagement_ledger.domain.steps import Step
from engagement_ledger.domain.worlds import NoWorldError, TooManyOpenStepsError, search_worlds

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


class Silent(Counting):
    """Does not say which steps disturb each other, so that every order is tried."""

    def ground(self, step: Step) -> None:
        return None


class Lying(Obligations):
    """Says of every step that it disturbs no other."""

    def ground(self, step: Step) -> Ground:
        own = frozenset((str(step.key),))
        return Ground(str(step.key), own, own)


@pytest.fixture
def however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for orders that make no difference among few steps too: brute force is through with no more."""
    monkeypatch.setattr(orders, "FEW", 1)


def made(number: int, earliest: int, latest: int, parties: tuple[str, ...] = PARTIES, due: str | None = None) -> Step:
    return Step((str(number), 0), earliest, latest, "make", (parties, "achievement", due, "all", None))


VERBS_DRAWN = ("progress", "progress", "progress", "fulfil", "fulfil", "stall", "resume", "withdraw", "leave", "join",
               "due", "dispute", "close-dispute", "discontinue", "reopen", "lapse", "amend")  # fmt: skip


def some_steps(dice: Dice) -> list[Step]:
    """A commitment of several obligors, most of whose steps fall on few exact days; some are vague or of all."""
    made_on = FIRST + dice.randrange(2)
    found = [made(0, made_on - dice.randrange(2), made_on + dice.choice((0, 0, 1, 3)), PARTIES[: dice.randrange(2, 5)])]
    days = [made_on + dice.randrange(DAYS - 2) for _ in range(2)]
    for number in range(1, dice.randrange(3, 6)):
        earliest = latest = dice.choice(days)
        if dice.random() < 0.3:
            latest = min(earliest + dice.randrange(1, 4), AFTER)
        verb = dice.choice(VERBS_DRAWN)
        party: str | None = dice.choice(
            PARTIES if dice.random() < 0.3 else found[0].args[0]
        )  # mostly obligors, so that much is lawful
        if verb in ("stall", "resume", "discontinue", "reopen") and dice.random() < 0.5:
            party = None
        args: tuple[Any, ...] = {
            "due": (dice.choice(("2026-02-03", "2027")),),
            "amend": (dice.choice((None, "achievement", "achievement", "maintenance")),),
            "lapse": (party, dice.choice((None, "US", "US"))),
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
        return on_each_day(machine, search_worlds(machine, told), BEFORE, AFTER)
    except NoWorldError:
        return None


@pytest.mark.usefixtures("however_few")
def test_what_is_left_out_changes_no_answer_and_refuses_nothing() -> None:
    dice = Dice(seed())
    counts: Counter[str] = Counter()
    while counts["histories"] < HISTORIES:
        told = some_steps(dice)
        if not few_enough(told):
            continue
        expected = answers(Obligations(), told, BEFORE, AFTER)
        machine, all_orders = Counting(), Silent()
        assert found(machine, told) == expected, told
        assert found(all_orders, told) == expected, told
        counts["histories"] += 1
        counts["lawful"] += expected is not None
        counts["left out"] += machine.moves < all_orders.moves
        for what, verbs in {"terms": ("due", "amend"), "of all": ("stall", "resume", "discontinue", "reopen")}.items():
            counts[what] += any(step.verb in verbs and (what == "terms" or not step.args[0]) for step in told)
        counts["made some time"] += any(step.verb == "make" and step.earliest < step.latest for step in told)
        counts["linked"] += any(step.after for step in told)
    assert counts["lawful"] >= 0.25 * HISTORIES, counts
    for share in ("left out", "terms", "of all", "made some time", "linked"):
        assert counts[share] >= 0.1 * HISTORIES, counts


@pytest.mark.usefixtures("however_few")
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


VERBS = ("progress", "stall", "resume", "fulfil", "partly-fulfil", "withdraw", "leave", "join", "discontinue", "reopen",
         "dispute", "close-dispute")  # fmt: skip


def every_step() -> list[Step]:
    """Every verb, of one or another obligor, of all where it may be, and with whatever else tells."""
    told: list[tuple[str, tuple[Any, ...]]] = [(verb, (party,)) for verb in VERBS for party in ("AU", "NZ", "US")]
    told += [(verb, (None,)) for verb in ("stall", "resume", "discontinue", "reopen", "supersede")]
    told += [("lapse", (party, by)) for party in ("NZ", "US", None) for by in (None, "US")]
    told += [("due", (due,)) for due in ("2026-02-03", "2027")]
    told += [("amend", (kind,)) for kind in (None, "achievement", "maintenance")]
    told += [
        (verb, (parties, kind, due, "all", None))
        for verb in ("make", "propose", "recognise")
        for parties in (("US",), ("AU", "NZ"))
        for kind in ("achievement", "maintenance")
        for due in (None, "2026-02-03")
    ]
    return [Step((str(number), 0), FIRST, FIRST, verb, args) for number, (verb, args) in enumerate(told)]


def every_state() -> list[State]:
    statuses = (*OPEN, *CLOSED)
    obligors = [(), *((("NZ", one),) for one in statuses)]
    obligors += [(("NZ", one), ("US", other)) for one in statuses for other in statuses]
    return [
        State(some, kind, due, "all", None, disputed)
        for some in obligors
        for kind in ("achievement", "maintenance")
        for due in (None, "2026-02-03", "2027")
        for disputed in ((), ("NZ",))
    ]


def pulled_ahead(machine: Obligations, step: Step, other: Step) -> bool:
    one, two = machine.ground(step), machine.ground(other)
    return one is not None and two is not None and one.minds.isdisjoint(two.stirs)


def test_a_step_that_is_said_to_disturb_no_other_can_be_pulled_ahead_of_it_in_every_state() -> None:
    machine, states, told = Obligations(), every_state(), every_step()
    lawful = 0
    for other in told:
        reached = [(state, then) for state in states if (then := machine.move(state, other, FIRST)) is not None]
        for step in told:
            if not pulled_ahead(machine, step, other):
                continue
            for state, then in reached:
                last = machine.move(then, step, FIRST)
                if last is not None:
                    lawful += 1
                    first = machine.move(state, step, FIRST)
                    assert first is not None, (step, other, state)
                    assert machine.move(first, other, FIRST) == last, (step, other, state)
    assert lawful >= 50_000


def many(obligors: int, made_latest: int = FIRST) -> list[Step]:
    parties = tuple(f"x:p{number:03}" for number in range(obligors))
    acts = [Step((f"f{one}", 0), FIRST + 5, FIRST + 5, "fulfil", (one,)) for one in parties]
    return [made(0, FIRST, made_latest, parties), *acts]


@pytest.mark.parametrize("obligors", [11, 20, 190])
@pytest.mark.parametrize("made_latest", [FIRST, FIRST + 9], ids=["made on a day", "made some time"])
def test_many_obligors_may_act_on_one_day(obligors: int, made_latest: int) -> None:
    machine = Counting()
    shown = on_each_day(machine, search_worlds(machine, many(obligors, made_latest)), FIRST + 4, FIRST + 6)
    assert shown[FIRST + 5]["overall"].status == "fulfilled"
    assert {one.status for one in shown[FIRST + 5].values()} == {"fulfilled"}


def test_each_obligor_more_is_some_moves_more() -> None:
    moves = []
    for obligors in (20, 190):
        machine = Counting()
        search_worlds(machine, many(obligors, FIRST + 9))
        moves.append(machine.moves)
    assert moves[1] < 12 * moves[0]


def test_the_same_told_thousands_of_times_on_one_day_is_as_many_moves() -> None:
    reports = [Step((f"p{number}", 0), FIRST + 1, FIRST + 1, "progress", ("NZ",)) for number in range(4_000)]
    machine = Counting()
    shown = on_each_day(machine, search_worlds(machine, [made(0, FIRST, FIRST), *reports]), FIRST, FIRST + 2)
    assert shown[FIRST + 1]["obligor/NZ"].status == "in-progress"
    assert machine.moves < 10_000


def acts(obligors: int, *more: Step) -> list[Step]:
    """Each obligor reports and fulfils on one day, its report stated to come first."""
    told = many(obligors)
    linked = [step._replace(after=((f"r{step.args[0]}", 0),)) for step in told[1:]]
    reports = [Step((f"r{step.args[0]}", 0), FIRST + 5, FIRST + 5, "progress", step.args) for step in told[1:]]
    return [told[0], *more, *reports, *linked]


@pytest.mark.parametrize(
    "more",
    [
        Step(("x", 0), FIRST + 5, FIRST + 5, "due", ("2027",)),
        Step(("x", 0), FIRST + 1, FIRST + 20, "due", ("2027",)),
        Step(("x", 0), FIRST + 1, FIRST + 20, "amend", ("financial",)),
        Step(("x", 0), FIRST + 1, FIRST + 20, "dispute", ("US",)),
    ],
    ids=["a due date that day", "a due date some time", "an amendment some time", "a dispute some time"],
)
def test_what_is_said_of_all_and_stated_orders_do_not_set_obligors_against_each_other(more: Step) -> None:
    moves = []
    for obligors in (20, 190):
        machine = Counting()
        shown = on_each_day(machine, search_worlds(machine, acts(obligors, more)), FIRST + 4, FIRST + 6)
        assert {one.status for part, one in shown[FIRST + 5].items() if part != "overall"} == {"fulfilled"}
        moves.append(machine.moves)
    assert moves[1] < 12 * moves[0]


def test_reports_disputes_and_terms_of_one_day_told_thousands_of_times_are_as_many_moves() -> None:
    parties = tuple(f"x:p{number:02}" for number in range(20))
    verbs = [("progress", None), ("dispute", None), ("due", ("2027",)), ("amend", (None,))]
    told = []
    for number in range(4_000):
        verb, args = verbs[number % 4]
        told.append(Step((str(number), 1), FIRST + 1, FIRST + 1, verb, args or (parties[number // 4 % 20],)))
    machine = Counting()
    search_worlds(machine, [made(0, FIRST, FIRST, parties), *told])
    assert machine.moves < 10_000


def test_a_refusal_names_no_obligor_whose_step_stands_in_nobodys_way() -> None:
    told = [Step((f"f{one}", 0), FIRST + 5, FIRST + 5, "fulfil", (one,)) for one in many(20)[0].args[0]]
    at_odds = told[0].args[0]
    told.append(Step(("w", 0), FIRST + 5, FIRST + 5, "withdraw", (at_odds,)))
    for run in (told, told[::-1], [told[1], told[-1], *told[2:-1], told[0]]):
        with pytest.raises(NoWorldError) as refused:
            search_worlds(Obligations(), [many(20)[0], *run])
        assert refused.value.step.args == (at_odds,)


def test_more_than_ten_open_steps_of_one_obligor_are_asked_for_dates() -> None:
    verbs = ["progress", "stall", "resume"] * 4
    told = [
        Step((f"s{number}", 0), FIRST + 1, FIRST + 9, verb, ("NZ",), ((f"s{number}", 1),))
        for number, verb in enumerate(verbs)
    ]
    with pytest.raises(TooManyOpenStepsError):
        search_worlds(Obligations(), [made(0, FIRST, FIRST), *told])


def test_a_search_that_becomes_too_wide_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "MOST_NODES", 200)
    parties = tuple(f"x:p{number}" for number in range(14))
    vague = [Step((one, 0), FIRST + 1, FIRST + 20, "progress", (one,)) for one in parties]
    with pytest.raises(TooManyOpenStepsError):
        search_worlds(Obligations(), [made(0, FIRST, FIRST, parties), *vague])


def wide(number: int) -> list[Step]:
    """A history that is lawful, though three obligors leave some ten thousand sets of steps open."""
    turns = [
        Step((f"{number}.{one}", 0), FIRST + 1, FIRST + 20, ("stall", "progress")[one % 2], (f"x:p{one % 3}",))
        for one in range(18)
    ]
    return [made(0, FIRST, FIRST, ("x:p0", "x:p1", "x:p2")), *turns]


def searched(numbers: int, patience: worlds.Patience | None) -> None:
    for number in range(numbers):
        search_worlds(Obligations(), wide(number), patience=patience)


def test_the_searches_of_one_group_end_together_and_what_was_accepted_is_searched_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worlds, "MOST_MOVES", 200_000)
    patience = worlds.Patience(0)
    searched(1, patience)
    with pytest.raises(worlds.SearchTooLongError):
        searched(10, patience)
    searched(10, None)
