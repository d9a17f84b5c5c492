"""Which orders of vaguely dated steps are possible? The sweep against every day and every order. No I/O."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from brute import TableMachine, answers, on_each_day, said, seed, steps, worlds
from histories import AFTER, BEFORE, DAYS, FIELDS, FIRST, blurred, recorded, script
from support import known

from engagement_ledger.domain.correction import EntryCorrected
from engagement_ledger.domain.dates import When
from engagement_ledger.domain.entry import Citation
from engagement_ledger.domain.errors import HappeningInTheFuture
from engagement_ledger.domain.history import effective, regions
from engagement_ledger.domain.machine import span
from engagement_ledger.domain.worlds import (
    NoWorldError,
    Standing,
    Step,
    unfold,
)

HISTORIES = {"tables": 900, "commitment": 450, "meeting": 300, "relations": 250, "mission": 150, "consent": 250}
"""How many of each are tried in one run: 2,300 together."""
MOST_WORLDS = 40_000
PROOF = Citation(document="A report")


# --- random automata and steps ---------------------------------------------------------------------------


def some_table(dice: random.Random) -> TableMachine:
    words, verbs = "abcde"[: dice.randrange(3, 6)], "uvwxyz"[: dice.randrange(2, 7)]
    return TableMachine(
        "a",
        {word: {verb: dice.choice(words) for verb in verbs if dice.random() < 0.6} for word in words},
    )


def some_steps(dice: random.Random, machine: TableMachine, vague: float = 0.6) -> list[Step]:
    """Steps of a walk through the table, told vaguely, now and then one that does not belong, and links."""
    found: list[Step] = []
    state, on = machine.start, FIRST
    for number in range(dice.randrange(1, 6)):
        lawful = sorted(machine.moves[state])
        on = min(on + dice.choice((0, 0, 1, 2)), FIRST + DAYS - 1)
        verb = dice.choice(lawful) if lawful and dice.random() < 0.93 else dice.choice("uvwxyz")
        state = machine.moves[state].get(verb, state)
        earliest, latest = span(When.parse(blurred(dice, on, vague)))
        links = ((dice.choice(found).key,) if found and dice.random() < 0.2 else ())
        found.append(Step((str(number), 0), earliest, latest, verb, (), links))
    dice.shuffle(found)
    return found


def few_enough(told: Sequence[Step]) -> bool:
    """Whether brute force will be through with them before long."""
    widths = [min(step.latest, AFTER + 1) - max(step.earliest, BEFORE) + 1 for step in told]
    return len(told) <= 6 and math.prod(max(width, 1) for width in widths) * math.factorial(len(told)) <= MOST_WORLDS * 10


def of_the_sweep(machine: Any, told: Sequence[Step]) -> dict[int, dict[str, Standing]] | None:
    try:
        return on_each_day(machine, unfold(machine, told), BEFORE, AFTER)
    except NoWorldError:
        return None


# --- (a) brute force -------------------------------------------------------------------------------------


def test_the_sweep_agrees_with_every_day_and_every_order_on_automata_of_any_kind() -> None:
    dice = random.Random(seed())
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
    dice = random.Random(f"{seed()} {name}")
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
    return on_each_day(machine, unfold(machine, told), first, last)
