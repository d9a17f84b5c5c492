"""What a person may do by mistake, and somebody behind the ledger's back: neither is taken for an answer."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.cli.main import run

MEETING = ["dialogue", "hold", "talks", "--meeting", "1", "--on", "2026-02-03"]


@pytest.fixture
def talks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENGAGE_LEDGER", "our.ledger")
    monkeypatch.setenv("ENGAGE_TODAY", "2026-03-01")
    assert run(["init"]) == 0
    assert run(MEETING) == 0
    return tmp_path / "our.ledger"


def tampered(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("name", ["our.ledger", "./our.ledger", "our.ledger-wal", "link"])
@pytest.mark.parametrize("question", [["status"], ["log", "--json"], ["export"], [*MEETING, "--note", "again"]])
def test_an_answer_is_never_written_over_the_ledger(talks: Path, question: list[str], name: str) -> None:
    Path("link").symlink_to(talks)
    before = talks.read_bytes()
    assert run([*question, "-o", name]) == 2
    assert talks.read_bytes() == before
    assert run(["verify"]) == 7


@pytest.mark.parametrize(
    "damage", ["DELETE FROM frontiers", "UPDATE frontiers SET body = CAST('[0,[[null,[],[],null,[]]],[]]' AS BLOB)"]
)
def test_a_lost_frontier_lets_nothing_unlawful_in(talks: Path, damage: str, capsys: Any) -> None:
    tampered(talks, damage)
    assert run([*MEETING[:-1], "2026-02-20"]) == 1
    assert "was held already" in capsys.readouterr().err
    assert run(["rebuild"]) == 0


def test_a_forged_entry_is_neither_replayed_nor_rebuilt_from(talks: Path, capsys: Any) -> None:
    with sqlite3.connect(talks) as connection:
        [guard] = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_no_update'").fetchone()
    connection.close()
    tampered(
        talks,
        "DROP TRIGGER entries_no_update",
        "UPDATE entries SET state = CAST(replace(CAST(state AS TEXT), '2026-02-03', '2026-02-04') AS BLOB)",
        guard,
    )
    for command in ("replay", "rebuild", "verify"):
        assert run([command]) == 4
        assert "#1" in capsys.readouterr().err
    assert run(["status", "talks", "--as-of", "2026-02-03"]) == 0
    assert "held" in capsys.readouterr().out


def test_days_of_a_difference_stand_in_their_order(talks: Path) -> None:
    assert run(["diff", "2026-02-01..2026-03-01"]) == 0
    assert run(["diff", "2026-03-01..2026-02-01"]) == 2


def test_an_entry_is_shown_with_what_became_of_it(talks: Path, capsys: Any) -> None:
    assert run(["correct", "#1", "occurred=2026-02-02", "--reason", "misread"]) == 0
    assert run(["retract", "#1", "--reason", "another dialogue"]) == 0
    capsys.readouterr()
    assert run(["show", "#1"]) == 0
    told = capsys.readouterr()
    assert "2026-02-03" in told.out
    assert "corrected by #2: occurred 2026-02-02 (misread)" in told.err
    assert "retracted by #3" in told.err


@pytest.mark.parametrize("command", [["retract", "#2"], ["correct", "#2", "reason=x"]])
def test_a_correction_is_not_corrected_itself(talks: Path, command: list[str], capsys: Any) -> None:
    assert run(["correct", "#1", "venue=Suva", "--reason", "misread"]) == 0
    assert run([*command, "--reason", "wrong"]) == 1
    assert "itself a correction" in capsys.readouterr().err


def test_a_status_that_begins_later_is_answered_with_its_day(talks: Path, capsys: Any) -> None:
    assert run(["instrument", "enter-into-force", "treaty", "--on", "2031-01-01"]) == 0
    assert "whole: in-force  (from 2031-01-01)" in capsys.readouterr().out


LATER = ["dialogue", "cancel", "talks", "--meeting", "1", "--on", "2026-02-04"]


@pytest.mark.parametrize("damage", ["DELETE FROM names WHERE name = 'dialogue:talks'", "DELETE FROM names"])
def test_a_stream_whose_number_is_lost_is_not_taken_for_a_new_one(talks: Path, damage: str, capsys: Any) -> None:
    """It was held already: without its periods the second meeting would have been lawful."""
    assert run(LATER) == 1
    tampered(talks, damage)
    assert run(LATER) == 4
    assert "the number of dialogue:talks is missing" in capsys.readouterr().err
    assert run(["rebuild"]) == 0
    assert run(LATER) == 1
    assert run(["verify", "--full"]) == 7


@pytest.mark.parametrize("detail", ["{x", "[1]", "7"])
def test_a_standing_that_cannot_be_read_is_damage_and_can_be_derived_again(
    talks: Path, detail: str, capsys: Any
) -> None:
    assert run(["status", "--json"]) == 0
    before = capsys.readouterr().out
    tampered(talks, f"UPDATE standings SET detail = '{detail}'")
    for question in (["status"], ["status", "--json"], ["status", "--count"], ["timeline", "dialogue:talks"]):
        assert run(question) == 4
        assert "engage rebuild" in capsys.readouterr().err
    assert run(["verify", "--full"]) == 4
    assert run(["rebuild"]) == 0
    assert run(["verify", "--full"]) == 7
    capsys.readouterr()
    assert run(["status", "--json"]) == 0
    assert capsys.readouterr().out == before


@pytest.mark.parametrize("redirected", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_a_closed_stream_keeps_nobody_from_recording(talks: Path, redirected: str) -> None:
    """What cannot be printed is an error of the answer; the ledger is as it would be."""
    second = "dialogue hold talks --meeting 2 --on 2026-02-04"
    command = f"{sys.executable} -m engagement_ledger.cli.main {second} {redirected}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == (6 if redirected.startswith(">&-") else 0), done
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr
    assert run(["verify"]) == 7
    assert run(["log", "dialogue:talks", "-o", "log"]) == 0
    assert "#2" in Path("log").read_text()
