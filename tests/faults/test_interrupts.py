"""What does Ctrl-C in the middle of a batch leave? The ledger as it was, and 130. Cost: under 15 s."""

import json
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.ledgers import (
    command,
    consistent,
    contents,
    digest,
    environment,
    fact,
    new,
    noted,
    plain,
    settled,
    stored_lines,
)

pytestmark = pytest.mark.faults

FACTS = 6000
SEED = 20260205


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("facts") / "facts.jsonl"
    with file.open("w") as out:
        for number in range(FACTS):
            body = {"obligors": ["NZ", "US"], "kind": "event", "text": f"hold summit {number}"}
            raw = {
                "stream": f"commitment:s{number}",
                "type": "commitment.made/1",
                "occurred": "2026-02-02",
                "body": body,
            }
            out.write(json.dumps(raw) + "\n")
    return file


@pytest.fixture(autouse=True)
def _hearing_signals() -> Iterator[None]:
    """What runs in the background of a shell ignores Ctrl-C, and under nohup a hang-up; the command inherits that."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, how) for number, how in usual.items()}
    yield
    for number, how in before.items():
        signal.signal(number, how)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    new(tmp_path / "l", fact("made", "a"))
    settled(tmp_path / "l")
    return tmp_path / "l"


def append(path: Path, facts: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(path, "append", str(facts)), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def wait_until_locked(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the batch is being decided: its transaction has the lock."""
    with plain(path) as connection:
        connection.execute("PRAGMA busy_timeout = 0")
        while process.poll() is None:
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    return
            time.sleep(0.002)
    pytest.fail("it ended before it could be interrupted")


@pytest.mark.parametrize("wait", [0, 0.01, 0.05, 0.15])
def test_ctrl_c_in_the_middle_of_a_batch_changes_nothing(path: Path, facts: Path, wait: float) -> None:
    before, bytes_before = contents(path), digest(path)
    process = append(path, facts)
    wait_until_locked(path, process)
    time.sleep(wait)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert b"Traceback" not in err
    assert b"interrupted" in err
    assert b"recorded #" not in out
    assert contents(path) == before
    settled(path)
    assert digest(path) == bytes_before
    consistent(path)


def test_the_same_batch_goes_in_when_nobody_interrupts(path: Path, facts: Path) -> None:
    """The negative control, and that an interrupted batch can simply be sent again."""
    process = append(path, facts)
    wait_until_locked(path, process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    process.communicate()
    process = append(path, facts)
    assert process.wait(timeout=60) == 0
    process.communicate()
    assert len(stored_lines(path)) == FACTS + 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_another_signal_in_the_middle_of_a_batch_changes_nothing_either(path: Path, facts: Path, number: int) -> None:
    before = contents(path)
    process = append(path, facts)
    wait_until_locked(path, process)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert contents(path) == before
    consistent(path)


def test_ctrl_c_at_any_moment_is_all_or_nothing(path: Path, tmp_path: Path) -> None:
    noted("seed", SEED)
    chance = random.Random(SEED)
    for turn in range(6):
        file = tmp_path / f"{turn}.jsonl"
        with file.open("w") as out:
            for number in range(300):
                body = {"obligors": ["NZ"], "kind": "event", "text": f"hold summit {number}"}
                raw = {
                    "stream": f"commitment:t{turn}-{number}",
                    "type": "commitment.made/1",
                    "occurred": "2026-02-02",
                    "body": body,
                }
                out.write(json.dumps(raw) + "\n")
        before = len(stored_lines(path))
        process = append(path, file)
        wait_until_locked(path, process)
        time.sleep(chance.uniform(0, 0.08))
        process.send_signal(signal.SIGINT)
        out_said, err_said = process.communicate(timeout=60)
        assert b"Traceback" not in err_said
        there = len(stored_lines(path)) - before
        assert there in (0, 300)
        if process.returncode == 0:
            assert there == 300
            assert b"recorded #" in out_said
    consistent(path)
