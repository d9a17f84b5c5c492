"""What if another program keeps the file to itself? Waited for, for a while, and then said. Cost: 10 s."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.ledgers import asked, consistent, contents, fact, new, settled

from engagement_ledger.store.sqlite import opening, recorder

pytestmark = pytest.mark.faults

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
if len(sys.argv) > 2:
    connection.execute(f"PRAGMA journal_mode = {sys.argv[2]}")
connection.execute("BEGIN IMMEDIATE")
connection.execute("INSERT INTO names (name) VALUES ('held')")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
connection.close()
"""


@contextlib.contextmanager
def held(path: Path, *how: str) -> Iterator[subprocess.Popen[bytes]]:
    """The file in the hands of a program that lets nobody else at it."""
    words = [sys.executable, "-c", HOLD, str(path), *how]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.communicate(b"\n")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    new(tmp_path / "l", fact("made", "a"))
    settled(tmp_path / "l")
    return tmp_path / "l"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE_SECONDS", 1)
    monkeypatch.setattr(opening, "_ONE_WAIT_SECONDS", 0.2)
    monkeypatch.setattr(recorder, "LOCK_TIMEOUT_SECONDS", 1)


def test_readers_and_writers_are_equally_patient() -> None:
    assert opening.PATIENCE_SECONDS == recorder.LOCK_TIMEOUT_SECONDS == 30


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", [(), ("DELETE",)], ids=["with a log", "without one"])
@pytest.mark.parametrize("args", [["status"], ["verify"], ["export"], ["retract", "#1", "--reason", "x"]], ids=" ".join)
def test_what_another_program_keeps_to_itself_is_not_waited_for_without_end(
    path: Path, args: list[str], how: tuple[str, ...]
) -> None:
    before = contents(path)
    with held(path, *how):
        begun = time.monotonic()
        outcome = asked(path, *args)
        assert outcome.code == 5, outcome
        assert "is held by another process" in outcome.err
        assert outcome.out == b""
        assert time.monotonic() - begun < 20, "a bound that is generous to a busy machine"
    assert contents(path) == before
    assert asked(path, *args).code in (0, 7), "the negative control"
    consistent(path)


def test_what_is_let_go_in_time_is_read(path: Path) -> None:
    with held(path) as process:
        assert process.stdin is not None
        later = subprocess.Popen(
            [sys.executable, "-m", "engagement_ledger.cli.main", "--ledger", str(path), "status"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        time.sleep(1.5)
        assert later.poll() is None, "it waits"
    out, err = later.communicate(timeout=60)
    assert later.returncode == 0, err
    assert b"made" in out
