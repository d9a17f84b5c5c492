"""What a person may do by mistake, and somebody behind the ledger's back: neither is taken for an answer."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from faults import ledgers

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


@pytest.mark.parametrize("damage", ["DELETE FROM frontiers", "DELETE FROM frontiers; DELETE FROM periods"])
def test_a_lost_frontier_lets_nothing_unlawful_in(talks: Path, damage: str, capsys: Any) -> None:
    tampered(talks, *damage.split(";"))
    assert run([*MEETING[:-1], "2026-02-20"]) == 1
    assert "had already been held" in capsys.readouterr().err
    assert run(["verify", "--full"]) == 4
    assert run(["rebuild"]) == 0
    assert run(["verify", "--full"]) == 7


PLANTED = [
    "UPDATE frontiers SET body = CAST('[0,[[null,[],[],null,[]]],[]]' AS BLOB)",
    (
        "UPDATE frontiers SET body = (SELECT f.body FROM frontiers f JOIN names ON id = f.stream "
        "WHERE name = 'dialogue:others') WHERE stream = (SELECT id FROM names WHERE name = 'dialogue:talks')"
    ),
    "UPDATE frontiers SET body = CAST(body AS TEXT)",
    (
        "INSERT INTO names (name) VALUES ('dialogue:new'); INSERT INTO frontiers "
        "SELECT (SELECT id FROM names WHERE name = 'dialogue:new'), region, body FROM frontiers LIMIT 1"
    ),
]


@pytest.mark.parametrize("damage", PLANTED, ids=["unsealed", "another's", "text", "planted"])
def test_by_a_frontier_that_is_not_the_streams_own_nothing_is_decided(talks: Path, damage: str, capsys: Any) -> None:
    """It says that the meeting was never held; so a second time would be let in."""
    assert run(["dialogue", "schedule", "others", "--meeting", "1", "--window", "2026-05", "--on", "2026-02-01"]) == 0
    tampered(talks, *damage.split(";"))
    stream = "new" if "new" in damage else "talks"
    assert run(["dialogue", "hold", stream, *MEETING[3:-1], "2026-02-20"]) == 4
    assert "engage verify --full" in capsys.readouterr().err
    assert run(["verify", "--full"]) == 4
    assert run(["rebuild"]) == 0
    assert run(["verify", "--full"]) == 7
    capsys.readouterr()
    assert run(["dialogue", "hold", "talks", *MEETING[3:-1], "2026-02-20"]) == 1
    assert "had already been held" in capsys.readouterr().err


def test_what_damage_let_in_moves_nothing_and_can_be_retracted(
    talks: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier version decided by whatever frontier lay there: so it is put in, as that version would have."""
    from engagement_ledger.store.sqlite import transaction as writing

    with monkeypatch.context() as earlier:
        earlier.setattr(writing.StoredStreamState, "frontier", lambda *_: None)
        earlier.setattr(writing.StoredStreamState, "live", lambda *_: [])
        assert run([*MEETING[:-1], "2026-02-20", "--venue", "Suva"]) == 0
    for command in (["verify", "--full"], ["replay"]):
        assert run(command) == 4
        told = capsys.readouterr()
        assert "#2 is recorded, and its history does not allow it" in told.out + told.err
    assert run(["rebuild"]) == 0
    assert "#2 is recorded, and its history does not allow it" in capsys.readouterr().out
    assert run(["verify", "--full"]) == 4, "it is there still"
    assert run(["retract", "#2", "--reason", "let in by damage"]) == 0
    assert run(["verify", "--full"]) == 7
    assert run(["replay"]) == 0
    assert run(["dialogue", "hold", "talks", "--meeting", "2", "--on", "2026-02-20"]) == 0
    assert run(["verify", "--full"]) == 7


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
    for command in ("replay", "rebuild", "verify", "status"):  # the moment asked about is that of #1
        assert run([command]) == 4
        said = capsys.readouterr()
        assert "#1" in said.err
        assert not said.out or command == "verify"


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
        assert "engage verify --full" in capsys.readouterr().err
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


# --- answers in files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [["status"], ["log", "--json"], ["export"]])
def test_an_answer_in_a_file_touches_no_other_file(talks: Path, question: list[str]) -> None:
    """Not what a person has beside it, whatever its name, nor what a link of such a name leads to."""
    Path("mine").write_text("mine")
    Path("answer.part").symlink_to("mine")
    Path(".answer").write_text("mine too")
    assert run([*question, "-o", "answer"]) == 0
    assert Path("mine").read_text() == "mine"
    assert Path("answer.part").is_symlink()
    assert Path(".answer").read_text() == "mine too"
    assert Path("answer").read_text()
    assert {one.name for one in Path().iterdir()} - {"our.ledger-wal", "our.ledger-shm"} == {
        "our.ledger", "mine", "answer.part", ".answer", "answer",
    }  # fmt: skip


@pytest.mark.parametrize("question", [["status", "nowhere"], ["export", "--from", "0"]])
def test_where_there_is_no_answer_the_file_of_before_stays(talks: Path, question: list[str]) -> None:
    Path("answer").write_text("of before")
    assert run([*question, "-o", "answer"]) in (2, 3)
    assert Path("answer").read_text() == "of before"
    assert not list(Path().glob(".answer*"))


def test_an_answer_goes_where_a_link_leads_and_keeps_the_mode_of_the_file(talks: Path) -> None:
    Path("real").write_text("of before")
    Path("real").chmod(0o640)
    Path("link").symlink_to("real")
    assert run(["status", "-o", "link"]) == 0
    assert Path("link").is_symlink()
    assert "held" in Path("real").read_text()
    assert Path("real").stat().st_mode & 0o777 == 0o640


HELD = {"meeting": "9"}


def test_an_answer_is_not_written_over_what_the_command_reads(talks: Path) -> None:
    told = json.dumps({"stream": "dialogue:new", "type": "dialogue.meeting-held", "occurred": "2026", "body": HELD})
    Path("facts.jsonl").write_text(told)
    Path("link").symlink_to("facts.jsonl")
    for answer in ("facts.jsonl", "./facts.jsonl", "link"):
        assert run(["append", "facts.jsonl", "--json", "-o", answer]) == 2
    piped = ledgers.command(talks, "append", "-", "--json", "-o", "facts.jsonl")
    with Path("facts.jsonl").open() as stdin:
        assert (
            subprocess.run(piped, stdin=stdin, env=ledgers.environment(), capture_output=True, check=False).returncode
            == 2
        )
    assert Path("facts.jsonl").read_text() == told
    assert run(["status", "dialogue:new"]) == 3
    assert run(["append", "facts.jsonl", "--json", "-o", "answer"]) == 0


def test_an_answer_parts_no_file_from_its_other_names(talks: Path) -> None:
    Path("one").write_text("of before")
    Path("two").hardlink_to("one")
    assert run(["status", "-o", "one"]) == 2
    assert Path("one").samefile("two")
    assert Path("two").read_text() == "of before"
    Path("two").unlink()
    assert run(["status", "-o", "one"]) == 0


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("name", ["our.ledger", "link", "hard", "other.ledger"])
def test_no_file_of_any_ledger_is_written_over_by_any_name(talks: Path, name: str, end: str) -> None:
    Path("link").symlink_to(talks)
    Path("hard").hardlink_to(talks)
    assert run(["--ledger", "other.ledger", "init"]) == 0
    before = talks.read_bytes(), Path("other.ledger").read_bytes()
    for ledger in ("our.ledger", "link"):
        assert run(["--ledger", ledger, "export", "-o", name + end]) == 6  # it has several names
        assert run(["--ledger", "other.ledger", "export", "-o", name + end]) == 2
    assert (talks.read_bytes(), Path("other.ledger").read_bytes()) == before
    Path("hard").unlink()
    assert run(["export", "-o", "elsewhere"]) == 0


def test_a_ledger_comes_about_whole_or_not_at_all(tmp_path: Path) -> None:
    """Killed at any of its system calls, init leaves nothing, or a ledger; and can be run again."""
    path, outcomes = tmp_path / "new.ledger", set()
    script = (
        "import os, signal, sys\n"
        "from engagement_ledger.store.sqlite import creating\n"
        "step, path = int(sys.argv[1]), sys.argv[2]\n"
        "count = 0\n"
        "def look(frame, event, arg):\n"
        "    global count\n"
        "    if event in ('line', 'c_call', 'c_return'):\n"
        "        count += 1\n"
        "        if count == step:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return look\n"
        "from pathlib import Path\n"
        "sys.setprofile(look)\n"
        "creating.create_ledger(Path(path))\n"
    )
    for step in range(1, 1_000, 11):
        done = subprocess.run([sys.executable, "-c", script, str(step), str(path)], check=False, capture_output=True)
        outcomes.add(done.returncode)
        if path.exists():
            assert run(["--ledger", str(path), "verify"]) == 7
            path.unlink()
        assert run(["--ledger", str(path), "init"]) == 0
        assert run(["--ledger", str(path), "verify"]) == 7
        path.unlink()
        if done.returncode == 0:
            break
    assert outcomes == {-signal.SIGKILL, 0}, "all steps were killed at, and the last ran to its end"


CUT_SHORT = (
    "import os, signal, sys\n"
    "link = os.link\n"
    "def last(*names, **how):\n"
    "    link(*names, **how)\n"
    "    os.kill(os.getpid(), signal.SIGKILL)\n"
    "os.link = last\n"
    "from engagement_ledger.cli.main import run\n"
    "sys.exit(run(sys.argv[1:]))\n"
)
"""The command, killed when the file that it made has got its name, and has not lost the one it was made under."""


@pytest.mark.parametrize(
    ("made", "command", "then"),
    [
        ("new.ledger", ["--ledger", "new.ledger", "init"], ["--ledger", "new.ledger", "status"]),
        ("copy.ledger", ["backup", "copy.ledger"], ["--ledger", "copy.ledger", "status", "talks"]),
        ("a.key", ["key", "create", "example.org/a", "--key", "a.key"], ["key", "show", "--key", "a.key"]),
    ],
)
def test_what_was_put_in_place_is_used_though_its_maker_died_there(
    talks: Path, made: str, command: list[str], then: list[str]
) -> None:
    done = subprocess.run([sys.executable, "-c", CUT_SHORT, *command], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    place = Path(made)
    assert place.stat().st_nlink == 2, "killed between the two"
    Path("third").hardlink_to(place)
    assert run(then) == 6, "a name that somebody gave it is refused as ever"
    Path("third").unlink()
    assert run(then) == 0
    assert place.stat().st_nlink == 1
    assert not [one for one in Path().iterdir() if one.name.endswith(".new") and one.samefile(place)]


def test_a_ledger_is_the_one_that_the_system_means_whatever_the_way_to_it(tmp_path: Path) -> None:
    """link/../l is not l: SQLite by itself would think so."""
    inner = tmp_path / "far" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "link").symlink_to(inner)
    way = str(tmp_path / "link" / ".." / "l")
    assert run(["--ledger", way, "init"]) == 0
    assert (tmp_path / "far" / "l").exists()
    assert not (tmp_path / "l").exists()
    assert run(["--ledger", way, *MEETING]) == 0
    assert run(["--ledger", str(tmp_path / "far" / "l"), "status", "talks"]) == 0
    assert run(["--ledger", way, "export", "-o", str(tmp_path / "far" / "l-wal")]) == 2


def test_where_a_ledger_cannot_be_made_nothing_is_left(tmp_path: Path) -> None:
    assert run(["--ledger", str(tmp_path / "sub" / ".." / "l"), "init"]) == 6
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_of_several_names_is_neither_read_nor_written_to(talks: Path, capsys: Any) -> None:
    """SQLite keeps a log for each name: by another, what was recorded last is not seen."""
    Path("hard").hardlink_to(talks)
    for name in ("our.ledger", "hard"):
        assert run(["--ledger", name, *LATER]) == 6
        assert "has several names" in capsys.readouterr().err
        assert run(["--ledger", name, "status", "talks"]) == 6
    Path("hard").unlink()
    assert run(["status", "talks"]) == 0
    assert run(LATER) == 1, "the negative control: it was held already"


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_no_ledger_is_made_beside_what_another_left(tmp_path: Path, end: str, capsys: Any) -> None:
    """A log would be taken for the new ledger's own, and what it holds would be lost."""
    left = tmp_path / f"l{end}"
    left.write_text("precious")
    assert run(["--ledger", str(tmp_path / "l"), "init"]) == 6
    assert f"l{end} is there" in capsys.readouterr().err
    assert left.read_text() == "precious"
    assert run(["--ledger", str(tmp_path / f"other{end}"), "init"]) == 6
    left.unlink()
    assert run(["--ledger", str(tmp_path / "l"), "init"]) == 0


@pytest.mark.parametrize(("name", "descriptor"), [("/dev/stdout", 1), ("/dev/stderr", 2)])
def test_an_answer_goes_through_a_stream_that_is_open_and_replaces_no_file(
    talks: Path, name: str, descriptor: int
) -> None:
    Path("log.txt").write_text("of before\n")
    with Path("log.txt").open("ab") as log:
        streams = {1: {"stdout": log}, 2: {"stderr": log, "stdout": subprocess.PIPE}}[descriptor]
        words = ledgers.command(talks, "export", "-o", name)
        assert subprocess.run(words, env=ledgers.environment(), check=False, **streams).returncode == 0
    told = Path("log.txt").read_text()
    assert told.startswith("of before\n{")


def test_completion_that_was_set_by_hand_is_no_defect(talks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_ENGAGE_COMPLETE", "bash_complete")
    monkeypatch.delenv("COMP_WORDS", raising=False)
    done = subprocess.run(
        ledgers.command(talks), env=ledgers.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode in (2, 0)
    assert "defect" not in done.stderr
