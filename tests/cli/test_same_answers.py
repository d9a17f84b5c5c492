"""Is an answer that of the day and of the moment asked about, and the same from the command and from a program?"""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import Clock, asked, command, environment, fact, opened

from engagement_ledger.domain.entry import Draft
from engagement_ledger.domain.errors import NotFound
from engagement_ledger.ledger.drafts import draft_of
from engagement_ledger.record.instants import parse_instant


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        ledger.append(fact("made", "other", on="2026-01-01"))
        ledger.append(fact("made", "c", on="2026-01-10", obligors=["NZ"], kind="exploratory", text="A"))
        ledger.append(fact("amended", "c", on="2026-02-01", text="B"))
    return path


@pytest.mark.parametrize(("day", "text"), [("2026-01-09", None), ("2026-01-20", "A"), ("2026-02-01", "B")])
def test_what_is_shown_as_of_a_day_is_what_was_so_on_that_day(ours: Path, day: str, text: str | None) -> None:
    answer = asked(ours, "show", "commitment:c", "--as-of", day, "--json").json
    assert answer["aggregate"].get("text") == text


def test_members_are_those_of_the_day(tmp_path: Path) -> None:
    path = tmp_path / "l"
    assert asked(path, "init").code == 0
    for member, year in (("TO", "2010"), ("WS", "2020")):
        assert asked(path, "party", "join", "org:PIF", "--member", member, "--on", year).code == 0
    shown = asked(path, "show", "party:org:PIF", "--as-of", "2012-03-05", "--json").json["aggregate"]
    assert "WS" not in json.dumps(shown)
    assert "WS" in json.dumps(asked(path, "show", "party:org:PIF", "--json").json["aggregate"])


@pytest.mark.parametrize("moment", ["#1", "1", 1, "#0", 0])
def test_what_was_not_known_yet_is_not_found(ours: Path, moment: Any) -> None:
    with opened(ours) as ledger:
        with pytest.raises(NotFound):
            ledger.get("commitment:c", known_at=moment)
        assert ledger.history("commitment:c", known_at=moment) == []
        assert ledger.get("commitment:c", known_at=2).title == "A"


def test_a_program_goes_by_the_day_that_is_set(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for today, count in (("2026-01-05", 3), ("2026-01-15", 5)):
        monkeypatch.setenv("ENGAGE_TODAY", today)
        with opened(ours) as ledger:
            assert ledger.status() == asked(ours, "status", "--json").json["rows"]
            assert len(ledger.status()) == count


def test_days_and_positions_are_taken_as_python_has_them(ours: Path) -> None:
    with opened(ours) as ledger:
        for day in ("2026-01-20", date(2026, 1, 20)):
            for moment in (2, "2", "#2"):
                rows = ledger.status("commitment:c", as_of=day, known_at=moment)
                assert (
                    rows
                    == asked(ours, "status", "c", "--as-of", "2026-01-20", "--known-at", "2", "--json").json["rows"]
                )


def test_a_digest_that_two_sources_begin_with_is_ambiguous(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        digests = [
            ledger.archive(b"%d" % number, title=None, media=None, language=None, by="Mere") for number in range(40)
        ]
    first = min(digests).removeprefix("sha256:")
    assert asked(path, "source", "show", first[:20]).code == 0
    twice = next(one for one in "0123456789abcdef" if sum(d[7] == one for d in digests) > 1)
    outcome = asked(path, "source", "show", twice)
    assert outcome.code == 3
    assert "ambiguous" in outcome.err
    assert asked(path, "source", "show", "%").code == 3


def test_what_was_taken_away_names_the_entry_that_took_it(ours: Path) -> None:
    assert asked(ours, "retract", "#1", "--reason", "never true").code == 0
    rows = asked(ours, "diff", "--known", "3..4", "--json").json["changes"]
    assert {row["since"] for row in rows} == {"#4"}
    assert {row["after"] for row in rows} == {None}


def test_lists_are_in_one_order_whatever_the_hashes(tmp_path: Path) -> None:
    orders = set()
    for seed in ("1", "2", "3", "4"):
        path = tmp_path / f"l{seed}"
        args = [
            "make",
            "c",
            "--obligors",
            "NZ",
            "--obligors",
            "US",
            "--kind",
            "event",
            "--text",
            "x",
            "--on",
            "2026-02",
        ]
        for words in (["init"], ["commitment", *args], ["status", "--json", "--as-of", "2026-02-10"]):
            done = subprocess.run(
                command(path, *words), capture_output=True, env=environment({"PYTHONHASHSEED": seed}), check=True
            )
        orders.add(json.dumps([row["part"] for row in json.loads(done.stdout)["rows"]]))
    assert len(orders) == 1, orders


def test_what_was_corrected_is_told_as_corrected_and_by_whose_word(tmp_path: Path) -> None:
    path = tmp_path / "l"
    assert asked(path, "init").code == 0
    args = ["--obligors", "NZ", "--kind", "event", "--text", "x", "--on", "2026-02-02", "--source", "List A"]
    assert asked(path, "commitment", "make", "x", *args).code == 0
    assert asked(path, "correct", "#1", 'sources=[{"document":"List B"}]', "--reason", "misread").code == 0
    rows = asked(path, "blame", "x", "text", "--json").json["rows"]
    assert [row["source"] for row in rows] == ["List B"]


def test_what_moved_all_obligors_is_told_of_each(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        ledger.append(fact("made", "c"))
        ledger.append(fact("due-date-set", "c", due="2026-05"))
        ledger.append(fact("progress-reported", "c", obligor="US"))
        ledger.append(
            fact("compliance-assessed", "c", obligor="NZ", assessor="org:PIF", scheme="Scheme", score="on track")
        )
        ledger.append(fact("discontinued", "c"))
    rows = asked(path, "blame", "c/obligor/NZ", "--json").json["rows"]
    assert {row["entry"] for row in rows} == {"#1", "#2", "#4", "#5"}


def test_what_is_undetermined_between_open_statuses_is_due(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        ledger.append(fact("made", "c", on="2026-01-01", obligors=["NZ"], due="2026-03"))
        ledger.append(fact("stalled", "c", on="2026-01-05", obligor="NZ"))
        ledger.append(fact("progress-reported", "c", on="2026-01-05", obligor="NZ"))
    rows = asked(path, "due", "--as-of", "2026-02-10", "--json").json["rows"]
    assert {row["stream"] for row in rows} == {"commitment:c"}


@pytest.mark.parametrize(
    ("until", "on", "certain", "possible"),
    [
        ("2026-02-06", "2026-02-05", {"in-session"}, {"in-session"}),
        ("2026-02-06", "2026-02-06", {"held"}, {"held"}),
        ("2026-02", "2026-02-10", {"in-session", None}, {"held", "in-session"}),
        ("2026-02", "2026-02-21", {"held"}, {"held"}),
    ],
)
def test_a_date_that_a_correction_gives_is_cut_by_the_day_on_which_that_was_known(
    tmp_path: Path, until: str, on: str, certain: set[str | None], possible: set[str]
) -> None:
    """Held on the 3rd and known on the 4th; that it went on was learned on the 20th."""
    path = tmp_path / "l"
    claim = {"known_since": "2026-02-04T09:00:00Z"}
    held = {"stream": "dialogue:d", "type": "dialogue.meeting-held/1", "occurred": "2026-02-03"}
    with opened(path, Clock(parse_instant("2026-02-20T09:00:00Z")), create=True) as ledger:
        (receipt,) = ledger.append(drafted({**held, **claim, "body": {"meeting": "1"}}))
        body = {"entry": receipt.entry_id, "changes": {"until": until}, "reason": "it went on"}
        correction = {"stream": "dialogue:d", "type": "entry.corrected/1", "occurred": "2026-02-20", "body": body}
        ledger.append(drafted(correction))
        (row,) = ledger.status("dialogue:d", as_of=on)
    assert row["status"] in certain
    assert {row["status"], *row["possible"]} - {None} == possible
    assert asked(path, "verify", "--full").code == 7


def test_a_picture_tells_bars_apart_by_their_flags(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        ledger.append(fact("made", "c", on="2026-01-01", obligors=["NZ"], due="2026-03"))
    shown = asked(path, "timeline", "commitment:c").out.decode()
    assert "made [overdue]" in shown


def drafted(raw: dict[str, Any]) -> Draft:
    return draft_of(raw, recorded_by="Mere", resolve=str)
