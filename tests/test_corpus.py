"""Does the sweep give the answers of 1,500 histories that others worked out? They lie with the real registers."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from brute import TableMachine, answers

from engagement_ledger.domain.dates import When, day, iso
from engagement_ledger.domain.machine import span
from engagement_ledger.domain.steps import Step
from engagement_ledger.domain.worlds import BEGIN, END, NoWorldError, Standing, search_worlds
from engagement_ledger.history.periods import periods

Case = dict[str, Any]
Answer = list[tuple[str | None, str | None, list[str]]]


@pytest.fixture(scope="module")
def tables(data: Path) -> dict[str, TableMachine]:
    told = json.loads((data / "worlds" / "tables.json").read_text(encoding="utf-8"))
    return {name: TableMachine(table["start"], table["moves"]) for name, table in told.items()}


@pytest.fixture(scope="module")
def cases(data: Path) -> list[Case]:
    with (data / "worlds" / "cases.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def steps_of(case: Case) -> list[Step]:
    return [
        Step(
            (str(number), 0),
            *span(When.parse(step["occurred"])),
            step["verb"],
            (),
            tuple((str(other), 0) for other in step.get("after", ())),
        )
        for number, step in enumerate(case["steps"])
    ]


def answered(machine: TableMachine, told: list[Step]) -> Answer | None:
    try:
        rows = periods("", machine, search_worlds(machine, told))
    except NoWorldError:
        return None
    return [
        (None if row.valid_from == BEGIN else iso(row.valid_from), row.standing.status, list(row.standing.possible))
        for row in rows
    ]


def test_every_history_of_the_corpus_is_lawful_or_not_and_answered_as_it_says(
    cases: list[Case], tables: dict[str, TableMachine]
) -> None:
    counts: Counter[str] = Counter()
    for number, case in enumerate(cases, start=1):
        found = answered(tables[case["table"]], steps_of(case))
        assert (found is not None) == case["lawful"], number
        expected = case["answers"] and [tuple(answer) for answer in case["answers"]]
        assert found == expected, number
        counts["all"] += 1
        counts["no world"] += not case["lawful"]
        counts["something possible"] += any(answer[2] for answer in case["answers"] or ())
        counts["open"] += any(answer[1] is None for answer in case["answers"] or ())
    assert counts == {"all": 1500, "no world": 282, "something possible": 969, "open": 200}


@pytest.mark.parametrize("end", ["earliest", "latest"])
def test_the_corpus_would_notice_a_ledger_that_sorts_by_one_end_of_its_dates(
    cases: list[Case], tables: dict[str, TableMachine], end: str
) -> None:
    wrongly_refused = 0
    for case in cases:
        state: str | None = tables[case["table"]].start
        for step in sorted(steps_of(case), key=lambda step: getattr(step, end)):
            state = state and tables[case["table"]].move(state, step, step.latest)
        wrongly_refused += case["lawful"] and state is None
    assert wrongly_refused >= 100


def test_brute_force_gives_the_corpus_its_own_answers(cases: list[Case], tables: dict[str, TableMachine]) -> None:
    """So that the brute force that the sweep is held against elsewhere is itself held against something."""
    compared = 0
    for case in cases:
        told = steps_of(case)
        squeezed, days = fewer_days(told)
        widths = math.prod(min(step.latest, len(days)) - max(step.earliest, 0) + 1 for step in squeezed)
        if len(told) > 5 or widths * math.factorial(len(told)) > 100_000:
            continue
        compared += 1
        found = answers(tables[case["table"]], squeezed, 0, len(days) - 1)
        assert (found is not None) == case["lawful"], case
        for index, real in enumerate(days):
            if found is not None:
                assert found[index]["part"] == on_day(case["answers"], real), (case, iso(real))
    assert compared >= 500


def fewer_days(told: list[Step]) -> tuple[list[Step], list[int]]:
    """The same steps on a calendar of those days alone that can make a difference.

    Between two neighbouring ends of dates all days are alike, and two of them are enough: on the first a step may
    still be undone, and orders within a day are free.
    """
    ends = sorted({end for step in told for end in (step.earliest, step.latest) if BEGIN < end < END})
    chosen = sorted({day for end in ends for day in (end - 1, end, end + 1)})
    place = {real: index for index, real in enumerate(chosen)}
    squeezed = [
        step._replace(
            earliest=place.get(step.earliest, BEGIN),
            latest=place.get(step.latest, END),
        )
        for step in told
    ]
    return squeezed, chosen


def on_day(told: Answer, ordinal: int) -> Standing:
    """What the corpus answers for a day."""
    status, possible = next(
        (status, possible) for since, status, possible in reversed(told) if since is None or day(since) <= ordinal
    )
    return Standing(status, tuple(possible))
