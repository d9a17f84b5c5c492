"""A long answer on a terminal is shown by a pager; no line of it is ever lost, and exit codes stay what they are."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from typing import Any

import pytest
from cli.conftest import COMMAND
from cli.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no terminals here")
KEEPS = "cat > kept; echo paged"
with_less = pytest.mark.skipif(shutil.which("less") is None, reason="less is not there")


@pytest.fixture(autouse=True)
def nothing_kept(library: Any) -> None:
    (library.folder / "kept").unlink(missing_ok=True)


def shown(library: Any, *args: str, env: dict[str, str] | None = None, **more: Any) -> Terminal:
    return Terminal([*COMMAND, *args], env=library.environment(env), cwd=library.folder, **more)


def kept(library: Any) -> str:
    path = library.folder / "kept"
    return str(path.read_text()) if path.exists() else ""


def plain(library: Any, *args: str) -> str:
    terminal = shown(library, "--no-pager", *args)
    terminal.end()
    return terminal.text


LONG = (
    ("status",), ("log",), ("timeline", "--party", "NZ"), ("diff", "2026-01-01..2026-06-01"), ("search", "the"),
    ("brief", "NZ", "US"), ("catch-up", "--since", "#0"), ("blame", "relationship:nz-us"),
    ("show", "relationship:nz-us"), ("status", "--json"), ("log", "--format", "csv"), ("help", "status"),
)  # fmt: skip


@pytest.mark.parametrize("asked", LONG, ids=" ".join)
def test_an_answer_that_is_longer_than_the_screen_goes_to_the_pager_whole(library: Any, asked: tuple[str, ...]) -> None:
    terminal = shown(library, *asked, env={"PAGER": KEEPS, "NO_COLOR": "1"}, lines=10)
    assert (terminal.end(), terminal.text) == (0, "paged\n")
    assert kept(library) == plain(library, *asked).replace("\x1b", "")


def test_an_answer_that_fits_the_screen_needs_no_pager(library: Any) -> None:
    terminal = shown(library, "status", env={"PAGER": KEEPS}, lines=200)
    assert terminal.end() == 0
    assert terminal.text == plain(library, "status")
    assert "paged" not in terminal.text


@pytest.mark.parametrize(
    "env",
    [{"PAGER": ""}, {"PAGER": "cat"}, {"PAGER": KEEPS, "ENGAGE_PAGER": ""}, {"PAGER": KEEPS, "TERM": "dumb"},
     {"PAGER": KEEPS, "ENGAGE_NO_PAGER": "1"}],
    ids=str,
)  # fmt: skip
def test_whoever_wants_no_pager_gets_none(library: Any, env: dict[str, str]) -> None:
    terminal = shown(library, "log", env=env, lines=10)
    assert terminal.end() == 0
    assert "paged" not in terminal.text
    assert terminal.text == plain(library, "log")


@pytest.mark.parametrize("args", [("--no-pager", "log"), ("log", "--no-pager")], ids=" ".join)
def test_no_pager_may_stand_anywhere(library: Any, args: tuple[str, ...]) -> None:
    terminal = shown(library, *args, env={"PAGER": KEEPS}, lines=10)
    assert terminal.end() == 0
    assert "#28" in terminal.text
    assert not kept(library)


def test_engage_pager_comes_before_pager(library: Any) -> None:
    terminal = shown(library, "log", env={"PAGER": "false", "ENGAGE_PAGER": KEEPS}, lines=10)
    assert (terminal.end(), terminal.text) == (0, "paged\n")


def test_what_is_piped_or_written_to_a_file_meets_no_pager(library: Any) -> None:
    reading, writing = os.pipe()
    terminal = shown(library, "log", env={"PAGER": KEEPS}, lines=10, stdout=writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        piped = pipe.read()
    assert terminal.end() == 0
    assert b"#28" in piped
    written = shown(library, "log", "-o", "answer.txt", env={"PAGER": KEEPS}, lines=10)
    assert (written.end(), written.text) == (0, "")
    assert (library.folder / "answer.txt").read_bytes() == piped
    assert not kept(library)


@pytest.mark.parametrize("pager", ["no-such-pager", "false", "exit 3", "kill -SEGV $$"])
def test_a_pager_that_is_missing_or_fails_costs_no_line_of_the_answer(library: Any, pager: str) -> None:
    terminal = shown(library, "log", env={"PAGER": pager}, lines=10)
    assert terminal.end() == 0
    assert plain(library, "log") in terminal.text
    assert f"the pager {pager} failed" in terminal.text
    assert "Traceback" not in terminal.text


def test_a_pager_that_was_ended_early_ends_the_answer_quietly(library: Any) -> None:
    terminal = shown(library, "log", env={"PAGER": "head -n 1"}, lines=10)
    assert (terminal.end(), terminal.text) == (0, "all entries · as known at #28\n")
    streamed = shown(library, "log", "--format", "csv", env={"PAGER": "head -n 1"}, lines=10)
    assert streamed.end() == 0
    assert streamed.text.count("\n") == 1


def test_exit_codes_are_those_of_the_question(library: Any) -> None:
    for pager in (KEEPS, "head -n 1", "false"):
        assert shown(library, "check", env={"PAGER": pager}, lines=10).end() == 1
    assert shown(library, "replay", env={"PAGER": "head -n 1"}, lines=10).end() == 0


def test_messages_come_after_the_pager_and_in_their_place_without_one(library: Any) -> None:
    terminal = shown(library, "replay", env={"PAGER": KEEPS}, lines=10)
    assert terminal.end() == 0
    assert terminal.text.startswith("paged\nreplayed #1 to #28")
    short = shown(library, "due", "--as-of", "1990-01-01", env={"PAGER": KEEPS})
    short.end()
    assert short.text.index("as of 1990-01-01") < short.text.index("nothing is due")


def test_colours_reach_a_pager(library: Any) -> None:
    shown(library, "status", env={"PAGER": KEEPS}, lines=10).end()
    assert "\x1b[" in kept(library)


@with_less
def test_less_shows_a_screen_and_q_leaves_it(library: Any) -> None:
    terminal = shown(library, "check", "sources", lines=6)
    terminal.wait_for("\n:")
    assert terminal.text.count("\n") < 8
    terminal.press("q")
    assert terminal.end() == 1


@with_less
def test_a_ctrl_c_while_somebody_reads_is_for_the_pager(library: Any) -> None:
    terminal = shown(library, "log", lines=12)
    terminal.wait_for("\n:")
    terminal.press("\x03")
    terminal.press_until(" ", "#7")
    terminal.press("q")
    assert terminal.end() == 0
    assert "interrupted" not in terminal.text


@with_less
def test_less_is_told_what_the_user_set_and_gets_no_colours_that_it_would_show_as_signs(library: Any) -> None:
    terminal = shown(library, "status", env={"LESS": "X"}, lines=12)
    terminal.wait_for("\n:")
    terminal.press("q")
    assert terminal.end() == 0
    assert "ESC" not in terminal.text
    assert b"\x1b[36m" not in terminal.raw


def test_the_ledger_is_not_held_open_while_somebody_reads(example: Any) -> None:
    """A pager that is open until somebody has recorded something, whose log a reader would hold."""
    wait = "cat > kept; until [ -e go ]; do sleep 0.02; done; echo paged"
    terminal = shown(example, "log", env={"PAGER": wait}, lines=10)
    while "#28" not in kept(example).partition("\n")[2]:
        assert terminal.process.poll() is None
    made = ("commitment", "make", "c", "--obligors", "NZ", "--kind", "achievement", "--text", "T", "--on", "2026-01-01")
    example.process(*made).well()
    with contextlib.closing(sqlite3.connect(example.ledger)) as database:
        busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not busy, "a reader of the ledger as it was holds its log"
    (example.folder / "go").touch()
    assert terminal.end() == 0


@pytest.mark.parametrize(("command", "left"), [("false", False), ("exit 3", False), ("true", True)])
def test_what_a_pager_that_ended_early_was_to_show_is_given_back_whenever_it_came(command: str, left: bool) -> None:
    """However late it is noticed: the pieces come before and after its end, and none is kept for one that was left."""
    from engagement_ledger.cli.pager import Pager

    pager = Pager(command)
    pager.give(b"first, ")
    pager._process.wait()
    pieces = [b"second, ", b"third, ", b"fourth"]
    for piece in pieces:
        pager.give(piece)
    assert pager.is_left is left
    code, unseen = pager.end()
    assert (code != 0) is not left
    assert unseen == (b"" if left else b"first, " + b"".join(pieces))
