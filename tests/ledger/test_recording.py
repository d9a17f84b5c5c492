"""Does a program record what the command records? The same facts, told in both ways, give the same lines."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import asked, stored_lines

import engagement_ledger as el
from engagement_ledger.domain import Citation, CommitmentMade, MeetingHeld, MeetingScheduled
from engagement_ledger.domain.dates import When
from engagement_ledger.domain.errors import InvalidFact, NotFound
from engagement_ledger.domain.refusal import DateRefused
from engagement_ledger.ledger.append import BatchRefused

HOST = CommitmentMade(obligors=("NZ",), kind="event", text="Host the talks.")


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    with el.open(tmp_path / "l", create=True) as made:
        yield made


def chosen(path: str | Path) -> list[dict[str, Any]]:
    """The entries, less what depends on when they were recorded."""
    found = [json.loads(line) for line in stored_lines(Path(path))]
    return [{name: value for name, value in one.items() if name != "recorded_at"} for one in found]


def test_a_fact_is_recorded_as_the_command_records_it(ledger: el.Ledger, tmp_path: Path) -> None:
    receipt = ledger.record(
        "commitment:c6", HOST, on="2026-02-02", source="Joint statement; publisher=NZ", by="mk", note="by telephone",
        tags=["talks"], occurred_text="on Monday",
    )  # fmt: skip
    other = tmp_path / "other"
    assert asked(other, "init").code == 0
    words = ["commitment", "make", "c6", "--obligors", "NZ", "--kind", "event", "--text", "Host the talks."]
    around = ["--on", "2026-02-02", "--source", "Joint statement; publisher=NZ", "--as", "mk", "--tag", "talks"]
    asides = ["--note", "by telephone", "--occurred-text", "on Monday"]
    assert asked(other, *words, *around, *asides).code == 0
    assert (receipt.position, receipt.stream, receipt.outcome) == (1, "commitment:c6", "created")
    assert chosen(ledger.place) == chosen(other)


@pytest.mark.parametrize("on", ["2026-02-02", date(2026, 2, 2), When.parse("2026-02-02")])
def test_a_date_is_given_in_any_form(on: Any, ledger: el.Ledger) -> None:
    ledger.record("c6", HOST, on=on, by="mk")
    assert [one["occurred"] for one in chosen(ledger.place)] == ["2026-02-02"]


def test_several_facts_are_one_group_and_say_for_themselves_what_differs(ledger: el.Ledger) -> None:
    receipts = ledger.record(
        [
            ("talks", MeetingScheduled(meeting="1", window=When.parse("2026-02")), {"by": "rt"}),
            ("dialogue:talks", MeetingHeld(meeting="1"), {"on": date(2026, 2, 10)}),
            {"stream": "commitment:c6", "type": "commitment.made", "body": {**HOST.model_dump(mode="json")}},
        ],
        on="2026-02-02",
        source=Citation(document="Joint statement"),
        by="mk",
    )
    assert [one.position for one in receipts] == [1, 2, 3]
    entries = chosen(ledger.place)
    assert {one["group"] for one in entries} == {3}
    assert [one["recorded_by"] for one in entries] == ["rt", "mk", "mk"]
    assert [one["occurred"] for one in entries] == ["2026-02-02", "2026-02-10", "2026-02-02"]
    assert all(one["sources"] == [{"document": "Joint statement"}] for one in entries)


def test_entries_that_come_before_are_named_by_position(ledger: el.Ledger) -> None:
    first = ledger.record("talks", MeetingScheduled(meeting="1", window=When.parse("2026-02")), on="2026-02-02")
    for after in (1, "1", "#1", [1], first.entry_id):
        held = MeetingHeld(meeting="1")
        ledger.record("talks", held, on="2026-02-02", after=after, note=str(after), dry_run=True)
    ledger.record("talks", held, on="2026-02-02", after=1)
    assert chosen(ledger.place)[1]["after"] == [first.entry_id]


def test_a_mapping_by_itself_is_a_group_of_one(ledger: el.Ledger) -> None:
    told = {"stream": "commitment:c6", "type": "commitment.made", "body": {**HOST.model_dump(mode="json")}}
    (receipt,) = ledger.record(told, on="2026-02-02")
    assert repr(receipt).startswith("<created #1 in commitment:c6")
    for wrong in ([("c6",)], [HOST], ["c6"], [("c6", HOST, {}, {})]):
        with pytest.raises(InvalidFact):
            ledger.record(wrong, on="2026-02-02")  # type: ignore[arg-type]  # that is the test


def test_told_again_it_exists(ledger: el.Ledger) -> None:
    assert [ledger.record("c6", HOST, on="2026-02-02").outcome for _ in range(2)] == ["created", "exists"]


def test_what_is_wrong_is_refused_and_nothing_is_written(ledger: el.Ledger) -> None:
    with pytest.raises(DateRefused):
        ledger.record("c6", HOST, on="next week")
    with pytest.raises(InvalidFact):
        ledger.record("dialogue:c6", HOST, on="2026-02-02")
    with pytest.raises(InvalidFact):
        ledger.record([("c6", "host")], on="2026-02-02")  # type: ignore[list-item]  # that is the test
    with pytest.raises(InvalidFact):
        ledger.record([{"stream": "commitment:c6", "kind": "made"}], on="2026-02-02")
    with pytest.raises(NotFound):
        ledger.record("c6", HOST, on="2026-02-02", after=12)
    with pytest.raises(BatchRefused):
        ledger.record([("c6", HOST), ("c6", HOST, {"note": "a second time"})], on="2026-02-02")
    assert chosen(ledger.place) == []


def test_an_entry_is_corrected_and_retracted_as_by_the_command(ledger: el.Ledger, tmp_path: Path) -> None:
    other = tmp_path / "other"
    asked(other, "init")
    with el.open(other) as second:
        for one in (ledger, second):
            one.record("c6", HOST, on="2026-02-02", by="mk")
    ledger.correct(
        1, {"occurred": "2026-02-03", "note": "heard on the 3rd"}, reason="misread", on="2026-03-01", by="mk"
    )
    ledger.retract("#1", reason="never said", on="2026-03-01", by="mk")
    on = ["--on", "2026-03-01", "--as", "mk"]
    changes = ["occurred=2026-02-03", "note=heard on the 3rd"]
    assert asked(other, "correct", "#1", *changes, "--reason", "misread", *on).code == 0
    assert asked(other, "retract", "#1", "--reason", "never said", *on).code == 0
    assert chosen(ledger.place) == chosen(other)


def test_every_fact_and_aggregate_can_be_imported_and_nothing_else_is_listed() -> None:
    from engagement_ledger import domain
    from engagement_ledger.domain.catalogue import AGGREGATES, CATALOGUE

    wanted = {one.__name__ for one in (*CATALOGUE.values(), *AGGREGATES.values())} | {"Citation"}
    assert set(dir(domain)) == wanted
    assert all(getattr(domain, name).__name__ == name for name in wanted)
    with pytest.raises(AttributeError):
        domain.Nothing  # noqa: B018 - the look is what is tried


SAMPLE = """
import engagement_ledger as el
from engagement_ledger.domain import CommitmentMade, MeetingHeld

with el.open("ours.ledger", create=True) as ledger:
    made = CommitmentMade(obligors=("NZ",), kind="event", text="Host the talks.")
    position: int = ledger.record("c6", made, on="2026-02-02", by="mk").position
    held = ("talks", MeetingHeld(meeting="1"))
    outcomes: list[str] = [one.outcome for one in ledger.record([held, held], on="2026-02-02")]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sample", "right"), [(SAMPLE, True), (SAMPLE.replace('on="2026-02-02", by', "on=2026, by"), False)]
)
def test_a_program_that_records_is_checked_by_types(sample: str, right: bool, tmp_path: Path) -> None:
    """As installed: mypy --strict finds nothing in what is right, and the wrong argument in what is not."""
    file = tmp_path / "sample.py"
    file.write_text(sample)
    package = Path(el.__file__).parents[1]
    words = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), file.name]
    env = {"MYPYPATH": str(package), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is right, done.stdout + done.stderr


def vague(stream: str) -> list[dict[str, Any]]:
    """Facts of one commitment that may come in very many orders, each of them lawful."""
    made: dict[str, Any] = {"type": "commitment.made/1", "occurred": "2020"}
    made["body"] = {"obligors": ["NZ", "US", "AU"], "kind": "event", "text": "Host the talks."}
    turns = [
        {
            "type": f"commitment.{'progress-reported' if one % 2 else 'stalled'}/1",
            "occurred": "2021",
            "body": {"obligor": ("NZ", "US", "AU")[one % 3]},
            "note": str(one),
        }
        for one in range(29)
    ]
    return [{"stream": stream, **one} for one in (made, *turns)]


def test_a_group_that_leaves_more_open_than_can_be_searched_is_refused_and_said_of_one_stream(
    ledger: el.Ledger,
) -> None:
    with pytest.raises(BatchRefused) as refused:
        ledger.record([one for number in range(12) for one in vague(f"commitment:c{number}")], by="mk")
    assert [type(one).__name__ for _, one in refused.value.refusals] == ["SearchTooLong"]
    assert chosen(ledger.place) == []
    # Neither is too much by itself: two of them are recorded.
    ledger.record([*vague("commitment:c0"), *vague("commitment:c1")], by="mk")
    assert len(chosen(ledger.place)) == 60


@pytest.mark.parametrize("obligors", [40, 120])
def test_many_who_join_some_day_of_a_month_are_refused_soon_and_in_little_memory(
    ledger: el.Ledger, obligors: int
) -> None:
    made: dict[str, Any] = {"type": "commitment.made/1", "occurred": "2026-02"}
    made["body"] = {"obligors": ["NZ"], "kind": "event", "text": "Host the talks."}
    joined = [
        {"type": "commitment.obligor-joined/1", "occurred": "2026-02", "body": {"obligor": f"org:P{one}"}}
        for one in range(obligors)
    ]
    tracemalloc.start()
    try:
        with pytest.raises(BatchRefused) as refused:
            ledger.record([{"stream": "commitment:c", **one} for one in (made, *joined)], by="mk")
        assert tracemalloc.get_traced_memory()[1] < 400_000_000
    finally:
        tracemalloc.stop()
    assert {type(one).__name__ for _, one in refused.value.refusals} <= {"SearchTooLong", "TooManyOpenSteps"}
    # On days of their own they are recorded, however many they are.
    days = [{**one, "occurred": f"2026-02-{day % 20 + 2:02}"} for day, one in enumerate(joined)]
    told = [{"stream": "commitment:c", **one} for one in ({**made, "occurred": "2026-02-01"}, *days)]
    assert len(ledger.record(told, by="mk")) == obligors + 1
