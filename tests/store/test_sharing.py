"""Do several processes find what one finds, and is one that dies an error? Answers in order, and nobody left behind.

Cost: some fifty processes, under a minute.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from faults import working
from faults.ledgers import asked, consistent, contents, environment, fact, new, opened, plain
from faults.tampering import TAMPERED, tamper
from faults.working import FAIL, KILL, REFUSE

from engagement_ledger.domain.errors import NotFound, WorkerEnded
from engagement_ledger.ledger import rebuild as rederiving
from engagement_ledger.ledger.rebuild import all_differences, derived
from engagement_ledger.store.sqlite import ranges
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
from engagement_ledger.store.workers import shared


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "AT_ONCE", 7)


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rederiving, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(rederiving, "processors", lambda: 2)


def gone(pid: int, within: float = 10) -> bool:
    """Whether a process ends in that time, in seconds."""
    for _ in range(int(within * 50)):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":  # ended, and only not yet waited for
            return True
        time.sleep(0.02)
    return False


# --- the work itself --------------------------------------------------------------------------------------


def test_answers_come_in_the_order_of_the_tasks_from_whoever_was_free(path: Path) -> None:
    found = list(shared(working.told, path, range(40), 2))
    assert [task for _, task, _ in found] == list(range(40))
    workers = {pid for *_, pid in found}
    assert len(workers) == 2
    assert os.getpid() not in workers
    assert all(gone(pid) for pid in workers)


def test_there_may_be_nothing_to_do(path: Path) -> None:
    assert list(shared(working.told, path, [], 2)) == []


@pytest.mark.parametrize("after", [0, 1, 5, 20])
def test_a_worker_that_is_killed_is_an_error_and_never_an_answer(path: Path, after: int) -> None:
    answers = shared(working.told, path, [*range(after), KILL, *range(20)], 2)
    found = []
    with pytest.raises(WorkerEnded, match="not done") as error:
        found.extend(answers)
    assert "-9" in error.value.because
    assert [task for _, task, _ in found] == list(range(len(found)))
    assert len(found) <= after


def test_what_a_task_is_refused_for_is_raised_in_its_place(path: Path) -> None:
    found = []
    with pytest.raises(NotFound, match="no such task"):
        found.extend(shared(working.told, path, [0, 1, 2, 3, REFUSE, 5, 6], 2))
    assert [task for _, task, _ in found] == [0, 1, 2, 3]
    with pytest.raises(ZeroDivisionError):
        list(shared(working.told, path, [FAIL], 2))


def test_a_ledger_that_a_worker_cannot_open_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="there is no ledger"):
        list(shared(working.told, tmp_path / "nowhere", range(5), 2))


@pytest.mark.parametrize("guarded", [True, False], ids=["as it is", "the negative control"])
def test_a_task_for_a_worker_that_has_died_does_not_end_the_command_without_a_word(path: Path, guarded: bool) -> None:
    """The command is ended by a closed pipe, as Unix tools are (| head); this pipe is none of its output."""
    program = f"""
import contextlib, pathlib, signal
from engagement_ledger.store import workers as sharing
from faults import working
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
if not {guarded}:
    sharing._no_sigpipe = contextlib.nullcontext
worker = sharing._Worker(working.told, pathlib.Path({str(path)!r}))
worker._process.kill()
worker._process.wait()
try:
    for task in range(100):
        worker.take((task, task))
except sharing.WorkerEnded:
    worker.end()
    signal.raise_signal(signal.SIGUSR1)
"""
    done = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, check=False)
    assert done.returncode == -(signal.SIGUSR1 if guarded else signal.SIGPIPE), done.stderr.decode()


def test_whoever_wants_no_more_answers_leaves_no_worker_behind(path: Path) -> None:
    answers = shared(working.told, path, range(10_000), 2)
    workers = {next(answers)[2] for _ in range(10)}
    answers.close()
    assert all(gone(pid, 1) for pid in workers)


# --- what is derived ----------------------------------------------------------------------------------------


def differences(path: Path) -> list[str]:
    with Reader(path) as reader:
        return list(all_differences(reader))


@pytest.mark.parametrize(("what", "statement", "explained"), TAMPERED, ids=[one[0] for one in TAMPERED])
def test_several_processes_find_and_put_right_what_one_does(
    path: Path, monkeypatch: pytest.MonkeyPatch, what: str, statement: str, explained: str
) -> None:
    tamper(path, statement)
    alone = differences(path)
    assert any(explained in one for one in alone)
    other = path.with_name("other")
    shutil.copy(path, other)
    alone_rebuilt, alone_contents = asked(path, "rebuild"), contents(path)
    monkeypatch.setattr(rederiving, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(rederiving, "processors", lambda: 2)
    assert differences(other) == alone
    rebuilt = asked(other, "rebuild")
    assert (rebuilt.code, rebuilt.out) == (alone_rebuilt.code, alone_rebuilt.out)
    assert contents(other) == alone_contents
    assert differences(other) == []


def test_several_processes_find_a_history_that_has_no_world(path: Path, several: None) -> None:
    with plain(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE entries SET state = CAST(replace(CAST(state AS TEXT), '2026-02-01', '2024-02-01') AS BLOB) "
            "WHERE originator_id = 'commitment:e7' AND topic = 'commitment.fulfilled/1'"
        )
    assert any("its history does not allow it" in one for one in differences(path))


def test_entries_that_are_recorded_meanwhile_are_no_difference(
    path: Path, several: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rederiving, "derived", working.derived_slowly)
    with Reader(path) as reader:
        found = all_differences_while_appending(path, reader)
        assert found == []
        assert reader.size < len(plain_positions(path))


def all_differences_while_appending(path: Path, reader: Reader) -> list[str]:
    """Ask for the differences, and record in old streams and new ones before each range is given out."""
    found: list[str] = []
    with opened(path) as ledger:
        ledger.append(fact("progress-reported", "e0", on="2026-02-02", obligor="NZ", completion="77"))
        number = 0
        for one in rederiving.rederived(reader):
            number += 1
            ledger.append(fact("made", f"e{number}-meanwhile"))
            ledger.append(fact("progress-reported", f"e{number}", on="2026-02-02", obligor="US", completion="78"))
            found += [f"{each.stream}: {each.differences}" for each in one.found]
    assert number > 5
    return found


def plain_positions(path: Path) -> list[int]:
    with plain(path) as connection:
        return [row[0] for row in connection.execute("SELECT rowid FROM entries")]


def test_a_rebuild_in_which_a_worker_is_killed_is_an_error_and_changes_nothing(
    path: Path, several: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper(path, "DELETE FROM periods")
    before = contents(path)
    monkeypatch.setattr(rederiving, "derived", working.derived_until_killed)
    for command in (["rebuild"], ["verify", "--full"]):
        outcome = asked(path, *command)
        assert outcome.code == 6, outcome
        assert "a part of the work was not done" in outcome.err
        assert contents(path) == before
    monkeypatch.setattr(rederiving, "derived", derived)
    assert asked(path, "rebuild").code == 0, "the negative control: nobody is killed, and it is done"
    consistent(path)


INTERRUPTED = """
import signal, sys
from faults import working
from engagement_ledger.ledger import rebuild as rederiving
from engagement_ledger.cli import main
from engagement_ledger.store.sqlite import ranges
rederiving.WORTH_PROCESSES, ranges.AT_ONCE = 0, 7
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts behind itself ignore it
rederiving.processors, rederiving.derived = (lambda: 2), working.derived_slowly
sys.exit(main.run(sys.argv[1:]))
"""


def started(path: Path, *words: str) -> tuple[subprocess.Popen[bytes], list[int]]:
    """The command as a terminal starts it, in a group of its own, with its workers."""
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, "--ledger", str(path), *words],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    notes = Path(f"{path}.workers")
    for _ in range(1500):
        told = notes.read_text().split() if notes.exists() else []
        if len(told) >= 3:
            return process, sorted({int(one) for one in told})
        time.sleep(0.02)
    process.kill()
    pytest.fail(f"no worker began: {process.communicate()}")


@pytest.mark.parametrize("words", [["rebuild"], ["verify", "--full"]], ids=" ".join)
def test_ctrl_c_ends_all_processes_quietly_and_changes_nothing(path: Path, words: list[str]) -> None:
    tamper(path, "DELETE FROM periods")
    before = contents(path)
    process, workers = started(path, *words)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err.decode()
    assert b"Traceback" not in err
    assert err.decode().count("interrupted") == 1
    assert len(workers) == 2
    assert all(gone(pid) for pid in workers)
    assert contents(path) == before


def test_workers_end_with_a_parent_that_is_killed(path: Path) -> None:
    process, workers = started(path, "rebuild")
    process.kill()
    process.communicate()
    assert all(gone(pid) for pid in workers)


def test_a_small_ledger_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new(tmp_path / "l", fact("made", "a"))

    def none(*_: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(rederiving, "shared", none)
    assert asked(tmp_path / "l", "verify", "--full").code == 7
    assert asked(tmp_path / "l", "rebuild").code == 0
