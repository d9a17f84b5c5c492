"""Does a program get the answer that the command gives? Every question, in both ways, of one eventful ledger."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import asked, eventful, fact, opened

import engagement_ledger as el
from engagement_ledger.cli.main import QUESTIONS
from engagement_ledger.domain.errors import NotFound, OutOfOrder, UnknownWord

Ask = Callable[[el.Ledger], Any]
DAY = "2026-02-10"
C = "commitment:e1"

SAME: list[tuple[list[str], str, Ask]] = [
    (["status", "--as-of", DAY], "rows", lambda one: one.status(as_of=DAY)),
    (["status", C, "e2/overall"], "rows", lambda one: one.status("e1", f"{C[:-1]}2/overall", as_of=date(2026, 2, 10))),
    (["status", "--status", "stalled", "--kind", "commitment"], "rows",
     lambda one: one.status(status=["stalled"], kind="commitment", as_of=DAY)),
    (["status", "--known-at", "#30"], "rows", lambda one: one.status(known_at=30, as_of=DAY)),
    (["status", "--known-at", "2026-02-03T09:00:30Z"], "rows",
     lambda one: one.status(known_at="2026-02-03T09:00:30Z", as_of=DAY)),
    (["status", "--count"], "rows", lambda one: one.count(as_of=DAY)),
    (["status", "--count", "--kind", "commitment"], "rows", lambda one: one.count(kind="commitment", as_of=DAY)),
    (["log"], "entries", lambda one: one.log()),
    (["log", C, "--by", "world"], "entries", lambda one: one.log("e1", by_world=True)),
    (["log", "--type", "commitment.made", "-n", "3"], "entries", lambda one: one.log(type=["commitment.made"], last=3)),
    (["log", C, "--as-recorded", "--known-at", "12"], "entries", lambda one: one.log(C, as_recorded=True, known_at=12)),
    (["log", "--status", "stalled"], "entries", lambda one: one.log(status="stalled")),
    (["timeline", "--status", "stalled"], "rows", lambda one: one.timeline(status=["stalled"])),
    (["due", "--within", "400", "--status", "made"], "rows", lambda one: one.due(within=400, as_of=DAY, status="made")),
    (["search", "embassy", "e4"], "entries", lambda one: one.search("embassy", "e4")),
    (["timeline", C], "rows", lambda one: one.timeline("e1")),
    (["timeline", f"{C}/overall", "--known-at", "#9"], "rows", lambda one: one.timeline(f"{C}/overall", known_at="#9")),
    (["diff", "2026-01-01..2026-02-01"], "changes", lambda one: one.diff("2026-01-01", date(2026, 2, 1))),
    (["diff", "2026-01-01..2026-02-01", "--stream", C], "changes",
     lambda one: one.diff("2026-01-01", "2026-02-01", stream="e1")),
    (["diff", "--known", "#5..#30"], "changes", lambda one: one.learned(5, "#30")),
    (["blame", C], "rows", lambda one: one.blame("e1")),
    (["blame", C, "due"], "rows", lambda one: one.blame("e1", "due")),
    (["due", "--within", "400"], "rows", lambda one: one.due(within=400, as_of=DAY)),
    (["brief", "NZ", "US", "--since", "2026-01-01"], "changes",
     lambda one: one.brief("NZ", "US", since="2026-01-01").changes),
    (["brief", "NZ"], "commitments", lambda one: one.brief("New Zealand", as_of=DAY).commitments),
    (["status", "--party", "NZ", "--kind", "commitment"], "rows",
     lambda one: one.status(party="NZ", kind="commitment", as_of=DAY)),
    (["catch-up", "--since", "#5"], "new", lambda one: one.catch_up(5).new),
    (["status", "--count", "--by", "party"], "rows", lambda one: one.tally("party", as_of=DAY)),
    (["log", "--recorded", "#3..#5"], "entries", lambda one: one.log(recorded="#3..#5")),
    (["show", C, "--as-of", "2026-01-01"], "rows", lambda one: one.show("e1", as_of="2026-01-01").rows),
    (["show", C], "aggregate", lambda one: one.show("e1", as_of=DAY).aggregate),
    (["show", C], "said", lambda one: one.show("e1", as_of=DAY).said),
    (["replay"], "steps", lambda one: list(one.replay().steps())),
    (["replay", "--end", "--to", "#30"], "rows", lambda one: list(one.replay(to=30).end_rows())),
    (["source", "list"], "sources", lambda one: one.sources()),
    (["verify"], "size", lambda one: one.verify().size),
    (["verify"], "root", lambda one: one.verify().root),
    (["verify"], "root", lambda one: one.root()),
    (["check"], "findings", lambda one: [
        {"check": f.check, "stream": f.stream, "message": f.message, "entries": [f"#{n}" for n in f.entries]}
        for f in one.check()]),
]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asked") / "l"
    eventful(path, commitments=8)
    with opened(path) as ledger:
        ledger.append(
            fact("made", "odd", envelope={"sources": [{"document": "a readout", "publisher": "NZ"}]}),
            fact("reaffirmed", "e1", on="2026-01-20", by=["NZ"]),
        )
    return path


@pytest.fixture
def ledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ENGAGE_TODAY", DAY)
    with el.open(path) as there:
        yield there


@pytest.mark.parametrize(("words", "key", "ask"), SAME, ids=[" ".join([*one[0], one[1]]) for one in SAME])
def test_the_answer_is_that_of_the_command(words: list[str], key: str, ask: Ask, path: Path, ledger: el.Ledger) -> None:
    told = asked(path, *words, "--json")
    assert told.code in (0, 1, 7), told
    found = json.loads(json.dumps(ask(ledger)))
    assert found == told.json[key]
    assert found or key == "findings", "an answer with nothing in it compares nothing"


def test_every_question_of_the_command_is_compared() -> None:
    assert {one[0][0] for one in SAME} >= QUESTIONS.keys() - {"check"}


def test_the_export_is_that_of_the_command(path: Path, ledger: el.Ledger) -> None:
    assert (
        b"".join(line + b"\n" for line in ledger.export(2, 9)) == asked(path, "export", "--from", "2", "--to", "9").out
    )


def test_what_is_not_there_is_refused_as_by_the_command(ledger: el.Ledger) -> None:
    with pytest.raises(NotFound):
        ledger.status("nowhere")
    with pytest.raises(NotFound):
        ledger.timeline(f"{C}/nothing")
    with pytest.raises(UnknownWord):
        ledger.status(status=["sung"])
    with pytest.raises(OutOfOrder):
        ledger.diff("2026-02-01", "2026-01-01")
    with pytest.raises(OutOfOrder):
        ledger.learned(30, 5)


def test_an_aggregate_is_that_of_its_facts_on_a_day(ledger: el.Ledger) -> None:
    assert ledger.get("e1").parties == ("NZ", "US")
    assert ledger.get("e1", as_of="2020-01-01").parties == ()
    assert ledger.show("e1", as_of="2026-02-10").known == ledger.get("e1", as_of="2026-02-10")
    with pytest.raises(NotFound):
        ledger.get("e1", known_at=0)


def test_the_names_that_are_offered_are_those_of_a_ledger(ledger: el.Ledger) -> None:
    offered = dir(ledger)
    assert {
        *(name.replace("-", "_") for name in QUESTIONS),
        "record",
        "correct",
        "retract",
        "archive",
        "export",
        "verify",
        "get",
        "history",
    } <= {*offered}
    assert not {name for name in offered if name.startswith(("_", "construct"))}
    assert not {"repository", "notification_log", "snapshots", "save", "take_snapshot", "notify"} & {*offered}
    assert all(getattr(ledger, name).__doc__ for name in offered if callable(getattr(ledger, name)) and name != "clock")


def test_rows_are_a_table(ledger: el.Ledger) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: rows are not tried as a table")
    table = pandas.DataFrame(ledger.status(as_of=DAY))
    assert list(table["stream"]) == [row["stream"] for row in ledger.status(as_of=DAY)]


def test_one_word_is_a_word_and_not_its_letters(ledger: el.Ledger) -> None:
    assert ledger.status(status="stalled") == ledger.status(status=["stalled"])
    assert ledger.log(type="commitment.made") == ledger.log(type=["commitment.made"])


def test_moments_and_days_are_given_in_any_form(ledger: el.Ledger) -> None:
    last = ledger.log(last=1)[0]["recorded_at"]
    now = datetime.fromisoformat(last)
    for moment in (now, last, now.date() + timedelta(days=1), str(now.date() + timedelta(days=1))):
        assert ledger.status(known_at=moment, as_of=DAY) == ledger.status(as_of=DAY)
    assert ledger.status(known_at=date(2020, 1, 1)) == []


@pytest.mark.parametrize("moment", [1.5, True, object(), datetime(2026, 2, 3)])  # noqa: DTZ001 - that it has no zone
def test_what_is_no_moment_is_refused_in_words(moment: Any, ledger: el.Ledger) -> None:
    with pytest.raises(el.InvalidFact):
        ledger.status(known_at=moment)


def test_what_is_no_day_is_refused_in_words(ledger: el.Ledger) -> None:
    with pytest.raises(el.InvalidFact):
        ledger.status(as_of=20260210)  # type: ignore[arg-type]  # that is the test
    with pytest.raises(el.DateRefused):
        ledger.status(as_of="next week")


def test_a_search_for_nothing_is_refused(ledger: el.Ledger) -> None:
    with pytest.raises(el.InvalidFact):
        ledger.search()


def test_a_replay_lets_its_snapshot_go(ledger: el.Ledger) -> None:
    with ledger.replay(stream="e1") as replayed:
        assert replayed.differences() == []
    assert len(repr(replayed)) < 100


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    assert set(dir(el)) == set(el.__all__)
    assert all(getattr(el, name).__doc__ for name in el.__all__ if name != "__version__")
