"""Is a long listing written as a short one is, byte for byte, and does it stop when its reader has seen enough?

Cost: a ledger of 1,200 facts, about five seconds.
"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
from typing import Any

import pytest

from engagement_ledger.cli.listing import write_standings
from engagement_ledger.cli.printing import write_rows
from engagement_ledger.domain.worlds import BEGIN, END, Standing
from engagement_ledger.history.periods import Period
from engagement_ledger.projections.concerned import Subject
from engagement_ledger.projections.status import STATUS_COLUMNS, described, shown

HEADER = {"as_of": "2026-02-10", "size": 3}
FORMS = ("json", "jsonl", "csv", "tsv", "md", "table")
AWKWARD = ("", "=1+1", "a,b", 'he said "no"', "tab\tbed", "two\nlines", "ōtautahi", "\u202eevil", "-3", "back\\slash")


def periods(count: int) -> list[Period]:
    """Periods with everything in them that a form writes in its own way."""
    chance = random.Random(7)
    standings = [
        Standing(
            chance.choice((None, "held", "made", *AWKWARD[1:])),
            tuple(chance.sample(AWKWARD, chance.randint(0, 2))),
            tuple(chance.sample(AWKWARD, chance.randint(0, 2))),
            tuple(sorted((word, chance.choice(AWKWARD)) for word in chance.sample(AWKWARD, chance.randint(0, 2)))),
        )
        for _ in range(40)
    ]
    return [
        Period(
            f"dialogue:{chance.choice('abcd')}{chance.choice(('', '+1', ':x'))}",
            f"meeting/{chance.choice(AWKWARD)}",
            chance.choice(standings),
            chance.choice((BEGIN, chance.randint(600_000, 800_000))),
            chance.choice((END, chance.randint(800_001, 900_000))),
            chance.randint(1, 10**6),
            1 << 40,
        )
        for _ in range(count)
    ]


def subject(stream: str) -> Subject:
    """What a stream is about, with everything in it that a form writes in its own way."""
    chance = random.Random(stream)
    title = chance.choice((None, *AWKWARD[1:]))
    return Subject(title, None, tuple(chance.sample(AWKWARD, chance.randint(0, 2))), (), None)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [0, 1, 2, 501, 502, 1_500])
def test_periods_are_written_as_the_rows_of_their_answer_are(form: str, count: int) -> None:
    told = periods(count)
    quick, plain = io.StringIO(), io.StringIO()
    assert write_standings(iter(told), subject, form, quick, HEADER) == count
    rows = [described(one, subject) for one in told]
    assert write_rows(rows, STATUS_COLUMNS, form, plain, HEADER) == count
    assert quick.getvalue() == plain.getvalue()


def test_what_is_written_is_json() -> None:
    told, out = periods(700), io.StringIO()
    write_standings(iter(told), subject, "json", out, HEADER)
    assert json.loads(out.getvalue()) == {**HEADER, "rows": [described(one, subject) for one in told]}


def test_past_its_coverage_a_stream_is_shown_in_doubt_and_others_are_not() -> None:
    coverage = [{"scope": "dialogue:a*", "passed": True}, {"scope": "dialogue:b*", "passed": False}]
    for before, after in zip(told := periods(400), shown(told, coverage), strict=True):
        assert (after[2].status == "unknown") == before[0].startswith("dialogue:a")
        assert (*before[:2], *before[3:]) == (*after[:2], *after[3:])


@pytest.fixture(scope="module")
def long(filled: Any) -> Any:
    """A ledger whose answers are longer than what a pipe holds."""
    facts = [
        {
            "stream": f"commitment:c{number}", "type": "commitment.made/1", "occurred": "2026-01-01",
            "note": "a word " * 40,
            "body": {"obligors": ["NZ", "US"], "kind": "achievement", "text": f"number {number}"},
        }
        for number in range(1_200)
    ]  # fmt: skip
    return filled("\n".join(map(json.dumps, facts)).encode())


@pytest.mark.skipif(os.name != "posix", reason="no such signal here")
@pytest.mark.parametrize(
    "args",
    [
        ("status", "--json"),
        ("status", "--format", "csv"),
        ("status",),
        ("log", "--json"),
        ("log",),
        ("search", "word", "--json"),
        ("search", "word"),
        ("export",),
    ],
    ids=" ".join,
)
def test_a_reader_that_has_seen_enough_ends_it_quietly(long: Any, args: tuple[str, ...]) -> None:
    with long.started(*args, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.readline()
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait(60) == -signal.SIGPIPE


def test_the_same_answer_is_longer_than_what_a_pipe_holds(long: Any) -> None:
    """The control: unread, it would wait for its reader."""
    for args in (("status",), ("search", "word"), ("export",)):
        assert len(long.engage(*args).well().raw) > 65_536
