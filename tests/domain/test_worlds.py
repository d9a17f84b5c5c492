"""Which orders of vaguely dated steps are possible? The sweep against every day and every order. No I/O."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from brute import TableMachine, answers, on_each_day, said, seed, steps, worlds
from histories import AFTER, BEFORE, DAYS, FIELDS, FIRST, Dice, blurred, recorded, script
from support import E, known, shown

from engagement_ledger.domain.commitment import CommitmentFulfilled, CommitmentMade, ProgressReported
from engagement_ledger.domain.correction import EntryCorrected
from engagement_ledger.domain.dates import When
from engagement_ledger.domain.entry import Citation
from engagement_ledger.domain.errors import (
    HappeningInTheFuture,
    ImpossibleHistory,
    NothingToRestore,
    TooManyOpenSteps,
)
from engagement_ledger.domain.machine import span
from engagement_ledger.domain.relationship import (
    MissionAtLevel,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from engagement_ledger.domain.remedy import Remedy
from engagement_ledger.domain.steps import Step
from engagement_ledger.domain.worlds import BEGIN, END, NoWorldError, Standing, clusters, search_worlds
from engagement_ledger.history.effective import effective, regions

HISTORIES = {"tables": 2_000, "commitment": 800, "meeting": 600, "relations": 400, "mission": 200, "consent": 400}
"""How many of each are tried in one run: 4,400 together."""
MOST_WORLDS = 400_000
"""Histories that may have more are left out, for brute force would not be through with them before long."""
PROOF = Citation(document="A report")


# --- random state machines and steps ---------------------------------------------------------------------------


def some_table(dice: Dice) -> TableMachine:
    words, verbs = "abcde"[: dice.randrange(3, 6)], "uvwxyz"[: dice.randrange(2, 7)]
    return TableMachine(
        "a",
        {word: {verb: dice.choice(words) for verb in verbs if dice.random() < 0.6} for word in words},
    )


def some_steps(dice: Dice, machine: TableMachine, vague: float = 0.6) -> list[Step]:
    """Steps of a walk through the table, told vaguely, now and then one that does not belong, and links."""
    found: list[Step] = []
    state, on = machine.start, FIRST
    for number in range(dice.randrange(1, 6)):
        lawful = sorted(machine.moves[state])
        on = min(on + dice.choice((0, 0, 1, 2)), FIRST + DAYS - 1)
        verb = dice.choice(lawful) if lawful and dice.random() < 0.93 else dice.choice("uvwxyz")
        state = machine.moves[state].get(verb, state)
        earliest, latest = span(When.parse(blurred(dice, on, vague)))
        links = (dice.choice(found).key,) if found and dice.random() < 0.2 else ()
        found.append(Step((str(number), 0), earliest, latest, verb, (), links))
    dice.shuffle(found)
    return found


def few_enough(told: Sequence[Step]) -> bool:
    widths = [min(step.latest, AFTER + 1) - max(step.earliest, BEFORE) + 1 for step in told]
    return len(told) <= 6 and math.prod(max(width, 1) for width in widths) * math.factorial(len(told)) <= MOST_WORLDS


def of_the_sweep(machine: Any, told: Sequence[Step]) -> dict[int, dict[str, Standing]] | None:
    try:
        return on_each_day(machine, search_worlds(machine, told), BEFORE, AFTER)
    except NoWorldError:
        return None


# --- brute force -----------------------------------------------------------------------------------------


def test_the_sweep_agrees_with_every_day_and_every_order_on_automata_of_any_kind() -> None:
    dice = Dice(seed())
    counts: Counter[str] = Counter()
    while counts["histories"] < HISTORIES["tables"]:
        machine = some_table(dice)
        told = some_steps(dice, machine)
        if not few_enough(told):
            continue
        expected = answers(machine, told, BEFORE, AFTER)
        assert of_the_sweep(machine, told) == expected, (machine, told)
        counts["histories"] += 1
        counts["lawful"] += expected is not None
        counts["linked"] += any(step.after for step in told)
        counts["possible"] += _any(expected, lambda standing: bool(standing.possible))
        counts["open"] += _any(expected, lambda standing: standing.status is None)
    _say(counts)
    assert 0.4 <= counts["lawful"] / counts["histories"] <= 0.95
    assert counts["linked"] >= 0.2 * counts["histories"]
    assert counts["possible"] >= 0.3 * counts["histories"]
    assert counts["open"] >= 0.05 * counts["histories"]


def _any(expected: dict[int, dict[str, Standing]] | None, wanted: Any) -> bool:
    return any(wanted(standing) for shown in (expected or {}).values() for standing in shown.values())


def _say(counts: Counter[str]) -> None:
    print({name: f"{number / counts['histories']:.0%}" for name, number in counts.items()}, counts["histories"])  # noqa: T201


@pytest.mark.parametrize("name", list(FIELDS))
def test_what_entries_say_together_agrees_with_every_day_and_every_order(name: str) -> None:
    field = FIELDS[name]
    dice = Dice(f"{seed()} {name}")
    counts: Counter[str] = Counter()
    while counts["histories"] < HISTORIES[name]:
        told = recorded(field.stream, script(dice, field))
        left = said(told)
        expected_steps = steps(left)
        if expected_steps is not None and not few_enough(expected_steps.get(field.region, [])):
            continue
        try:
            found = regions(effective(told, known).values())
        except HappeningInTheFuture:
            found = None
        assert found == expected_steps, told
        counts["histories"] += 1
        counts["corrected"] += any(isinstance(entry.fact, EntryCorrected) for entry in told)
        counts["retracted"] += len(left) + sum(isinstance(e.fact, EntryCorrected) for e in told) < len(told)
        counts["linked"] += any(one.after for one in left.values())
        if expected_steps is None:
            counts["in the future"] += 1
            continue
        here = expected_steps.get(field.region, [])
        expected = answers(field.machine, here, BEFORE, AFTER)
        assert of_the_sweep(field.machine, here) == expected, told
        counts["lawful"] += expected is not None
        counts["possible"] += _any(expected, lambda standing: bool(standing.possible))
        counts["open"] += _any(expected, lambda standing: standing.status is None)
    _say(counts)
    for share in ("corrected", "retracted", "linked", "possible"):
        assert counts[share] >= 0.2 * counts["histories"], share
    assert 0.35 <= counts["lawful"] / counts["histories"] <= 0.97
    assert counts["open"] >= 0.02 * counts["histories"]


def test_brute_force_itself_gives_the_worlds_that_one_can_count_by_hand() -> None:
    # Two steps on one day of three, in one order: (1,1) (1,2) (1,3) (2,2) (2,3) (3,3).
    machine = TableMachine("a", {"a": {"u": "b"}, "b": {"v": "c"}})
    told = [Step(("1", 0), 1, 3, "v"), Step(("2", 0), 1, 3, "u")]
    assert len(list(worlds(machine, told, 1, 3))) == 6
    assert [step for _, step, _ in next(worlds(machine, told, 1, 3))] == [1, 0]
    assert answers(machine, told, 1, 3) == {
        1: {"part": Standing("a", ("b", "c"))},
        2: {"part": Standing("a", ("b", "c"))},
        3: {"part": Standing("c")},
    }


def test_brute_force_notices_a_sweep_that_forgets_what_cannot_be_finished() -> None:
    # The negative control: without pruning backwards, `c` would be possible from day 1 on.
    machine = TableMachine("a", {"a": {"u": "b", "w": "c"}, "b": {"w": "b"}})
    told = [Step(("1", 0), 1, 3, "u"), Step(("2", 0), 1, 3, "w")]
    assert answers(machine, told, 1, 3) == of_days(machine, told, 1, 3)
    assert Standing("a", ("b", "c")) not in [shown["part"] for shown in of_days(machine, told, 1, 3).values()]


def of_days(machine: Any, told: Sequence[Step], first: int, last: int) -> dict[int, dict[str, Standing]]:
    return on_each_day(machine, search_worlds(machine, told), first, last)


# --- the plain fold ----------------------------------------------------------------------------------


def folded(machine: Any, told: Sequence[Step]) -> list[tuple[int, Any]] | None:
    """The state from each day on, where every step has its day and no two share one; None where unlawful."""
    states = [(BEGIN, machine.start)]
    for step in sorted(told, key=lambda step: step.earliest):
        then = machine.move(states[-1][1], step, step.earliest)
        if then is None:
            return None
        states.append((step.earliest, then))
    return states


def test_where_nothing_overlaps_a_plain_fold_gives_what_the_sweep_gives() -> None:
    dice = Dice(seed())
    lawful = 0
    for _ in range(1500):
        machine = some_table(dice)
        told = some_steps(dice, machine, vague=0)
        days = dice.sample(range(FIRST, FIRST + 60), len(told))
        told = [step._replace(earliest=on, latest=on, after=()) for step, on in zip(told, days, strict=True)]
        expected = folded(machine, told)
        if expected is None:
            with pytest.raises(NoWorldError) as stopped:
                search_worlds(machine, told)
            assert machine.move(stopped.value.state, stopped.value.step, stopped.value.day) is None
            continue
        lawful += 1
        found = search_worlds(machine, told)
        assert [(first, [state for _, state in nodes]) for first, nodes, _ in found.segments] == [
            (first, [state]) for first, state in expected
        ]
        # Two states to start from, though the same, make it search; it finds the same.
        searched = search_worlds(machine, told, BEGIN, (machine.start,) * 2) if told else found
        assert _plainly(searched) == _plainly(found)
    assert 300 <= lawful <= 1450


def _plainly(found: Any) -> list[tuple[int, set[Any]]]:
    shown: list[tuple[int, set[Any]]] = []
    for first, nodes, _ in found.segments:
        states = {state for _, state in nodes}
        if not shown or shown[-1][1] != states:
            shown.append((first, states))
    return shown


class Counting(TableMachine):
    """A state machine that counts how often it is asked."""

    asked: ClassVar[Counter[str]] = Counter()

    def move(self, state: str, step: Step, day: int) -> str | None:
        self.asked["moves"] += 1
        return super().move(state, step, day)


def test_where_nothing_overlaps_no_step_is_tried_twice() -> None:
    machine = Counting("a", {"a": {"u": "b"}, "b": {"v": "a"}})
    told = [Step((str(n), 0), FIRST + n, FIRST + n, "uv"[n % 2]) for n in range(500)]
    Counting.asked.clear()
    search_worlds(machine, told)
    assert Counting.asked["moves"] == 500
    # The control: two steps that share a day are tried in both orders.
    Counting.asked.clear()
    search_worlds(machine, [*told, Step(("x", 0), FIRST + 499, FIRST + 499, "u")])
    assert Counting.asked["moves"] > 501


# --- the examples of the language --------------------------------------------------------------------

C, R = "commitment:nz-us", "relationship:nz-us"


def made(*obligors: str, on: str, **more: Any) -> E:
    return E(CommitmentMade(obligors=obligors or ("NZ",), kind="achievement", text="To act"), on, **more)


def fulfilled(by: str, on: str, **more: Any) -> E:
    return E(CommitmentFulfilled(obligor=by, evidence=PROOF), on, **more)


def status(standing: Standing | None) -> tuple[str | None, tuple[str, ...]] | None:
    return standing and (standing.status, standing.possible)


def test_fulfilled_some_time_in_the_year_comes_after_it_was_made() -> None:
    told = [made(on="2026-02-02"), fulfilled("NZ", on="2026")]
    assert status(shown(C, told, "obligor/NZ", "2026-02-01")) is None
    assert status(shown(C, told, "obligor/NZ", "2026-02-02")) == ("made", ("fulfilled",))
    assert status(shown(C, told, "obligor/NZ", "2026-12-30")) == ("made", ("fulfilled",))
    assert status(shown(C, told, "obligor/NZ", "2026-12-31")) == ("fulfilled", ())


def test_relations_restored_by_a_day_were_suspended_before() -> None:
    told = [
        E(RelationsEstablished(), "../2026-02-02"),
        E(RelationsSuspended(), "2025-03-01"),
        E(RelationsRestored(), "../2026-02-02"),
    ]
    assert status(shown(R, told, "relations", "1900-01-01")) == (None, ("established",))
    assert status(shown(R, told, "relations", "2025-02-28")) == (None, ("established",))
    assert status(shown(R, told, "relations", "2025-03-01")) == ("suspended", ("established",))
    assert status(shown(R, told, "relations", "2026-02-01")) == ("suspended", ("established",))
    assert status(shown(R, told, "relations", "2026-02-02")) == ("established", ())


def test_one_vague_made_is_made_by_all_at_once() -> None:
    told = [made("NZ", "US", on="2026-03"), fulfilled("NZ", on="2026-03-20")]
    assert status(shown(C, told, "obligor/US", "2026-03-10")) == (None, ("made",))
    assert status(shown(C, told, "obligor/US", "2026-03-19")) == (None, ("made",))
    # What one of them did fixes the day by which the other had made it too.
    assert status(shown(C, told, "obligor/US", "2026-03-20")) == ("made", ())
    assert status(shown(C, told, "obligor/NZ", "2026-03-20")) == ("fulfilled", ())
    assert status(shown(C, told, "overall", "2026-03-20")) == ("made", ())


SAME_DAY = [E(RelationsEstablished(), "2020-01-01"), E(RelationsSuspended(), "2026-03-01")]


def test_two_facts_of_one_day_whose_order_nobody_stated_leave_both_possible() -> None:
    told = [*SAME_DAY, E(RelationsRestored(), "2026-03-05"), E(RelationsSevered(), "2026-03-05")]
    assert status(shown(R, told, "relations", "2026-03-04")) == ("suspended", ())
    assert status(shown(R, told, "relations", "2026-03-05")) == (None, ("established", "severed"))


def test_two_facts_of_one_day_are_certain_once_their_order_is_stated() -> None:
    told = [
        *SAME_DAY,
        E(RelationsRestored(), "2026-03-05", id=_uuid(1)),
        E(RelationsSevered(), "2026-03-05", after=(_uuid(1),)),
    ]
    assert status(shown(R, told, "relations", "2026-03-05")) == ("severed", ())
    told = [
        *SAME_DAY,
        E(RelationsSevered(), "2026-03-05", id=_uuid(1)),
        E(RelationsRestored(), "2026-03-05", after=(_uuid(1),)),
    ]
    assert status(shown(R, told, "relations", "2026-03-05")) == ("established", ())


def test_two_facts_of_one_day_that_are_lawful_in_one_order_alone_need_no_link() -> None:
    told = [E(RelationsSuspended(), "2026-03-05"), E(RelationsEstablished(), "2026-03-05")]
    # The order of recording is not the order of the world, but here a world is left only after both.
    with pytest.raises(ImpossibleHistory):
        shown(R, told, "relations", "2026-03-05")
    assert status(shown(R, told[::-1], "relations", "2026-03-05")) == ("suspended", ())


def test_a_stated_order_that_the_dates_forbid_is_refused() -> None:
    late, early = E(RelationsSuspended(), "2026-03-05", id=_uuid(1)), "2026-03-01"
    told = [E(RelationsEstablished(), "2020"), late, E(RelationsRestored(), early, after=(_uuid(1),))]
    with pytest.raises(ImpossibleHistory):
        shown(R, told, "relations", "2026-03-05")


def test_restored_though_neither_suspended_nor_severed_is_refused_with_its_reason() -> None:
    with pytest.raises(NothingToRestore):
        shown(R, [E(RelationsEstablished(), "2020"), E(RelationsRestored(), "2021")], "relations", "2022-01-01")


def test_sorting_by_the_earliest_or_the_latest_day_would_refuse_what_is_possible() -> None:
    by_earliest = [made(on="2026-02-02"), fulfilled("NZ", on="2026")]
    by_latest = [made(on="2026"), fulfilled("NZ", on="2026-03-01")]
    for told in (by_earliest, by_latest):
        assert status(shown(C, told, "obligor/NZ", "2026-12-31")) == ("fulfilled", ())


# --- too many ----------------------------------------------------------------------------------------

CITIES = ("Apia", "Suva", "Nadi", "Port Vila", "Honiara", "Tarawa", "Majuro", "Palikir", "Yaren", "Funafuti", "Avarua")


def missions(count: int) -> list[E]:
    ends = {"sender": "NZ", "host": "US"}
    return [E(MissionAtLevel(**ends, level="embassy", city=city), "2026-03") for city in CITIES[:count]]


def test_ten_open_steps_are_put_into_every_order() -> None:
    told = missions(10)
    assert status(shown(R, told, "mission/NZ>US", "2026-03-31")) == ("embassy", ())
    assert status(shown(R, told, "mission/NZ>US", "2026-03-30")) == (None, ("embassy",))


def test_eleven_open_steps_are_asked_for_dates_or_an_order() -> None:
    with pytest.raises(TooManyOpenSteps) as refusal:
        shown(R, missions(11), "mission/NZ>US", "2026-03-31")
    assert "11" in refusal.value.message
    assert Remedy("field", "after") in refusal.value.remedies


def test_eleven_open_steps_are_taken_once_an_order_between_two_is_stated() -> None:
    told = missions(11)
    first = E(told[0].fact, told[0].on, id=_uuid(1))
    linked = E(told[10].fact, told[10].on, after=(_uuid(1),))
    assert status(shown(R, [first, *told[1:10], linked], "mission/NZ>US", "2026-03-31")) == ("embassy", ())


def test_eleven_steps_that_are_not_open_at_once_are_taken() -> None:
    ends = {"sender": "NZ", "host": "US"}
    days = [f"[2026-03-{2 * n + 1:02}..2026-03-{2 * n + 2:02}]" for n in range(11)]
    told = [E(MissionAtLevel(**ends, level="embassy", city=city), on) for city, on in zip(CITIES, days, strict=True)]
    assert status(shown(R, told, "mission/NZ>US", "2026-03-31")) == ("embassy", ())


def test_steps_alike_in_all_but_their_name_count_as_one_that_is_open() -> None:
    told = [made(on="2026-01-01")] + [E(ProgressReported(obligor="NZ"), "2026-03") for _ in range(40)]
    assert status(shown(C, told, "obligor/NZ", "2026-03-15")) == ("made", ("in-progress",))
    assert status(shown(C, told, "obligor/NZ", "2026-03-31")) == ("in-progress", ())


def test_steps_alike_may_be_taken_in_one_order_only_without_losing_a_world() -> None:
    dice = Dice(seed())
    tried = 0
    while tried < 300:
        machine = some_table(dice)
        told = some_steps(dice, machine)[:4]
        twin = dice.choice(told)
        told = [step._replace(after=()) if dice.random() < 0.5 else step for step in told]
        told.insert(dice.randrange(len(told) + 1), twin._replace(key=("twin", 0)))
        if few_enough(told):
            tried += 1
            assert of_the_sweep(machine, told) == answers(machine, told, BEFORE, AFTER), (machine, told)


def test_clusters_are_runs_of_steps_whose_dates_overlap() -> None:
    told = [Step(("a", 0), 1, 3, "u"), Step(("b", 0), 3, 4, "u"), Step(("c", 0), 5, 5, "u"), Step(("d", 0), 2, 2, "u")]
    assert [[step.key[0] for step in run] for run in clusters(told)] == [["a", "d", "b"], ["c"]]
    assert clusters([]) == []


def test_a_part_of_which_nothing_is_recorded_shows_its_start_and_no_more() -> None:
    found = search_worlds(TableMachine("a", {}), [])
    assert [(first, nodes) for first, nodes, _ in found.segments] == [(BEGIN, ((0, "a"),))]
    assert found.open_steps == ()
    assert END > AFTER


def _uuid(number: int) -> str:
    return f"00000000-0000-0000-0000-{number + 900:012}"
