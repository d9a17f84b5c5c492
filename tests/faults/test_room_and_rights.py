"""What if there is no room, or no right, to write? A clear error, 6, nothing lost, and on it goes when there is.

Cost: some sixty small ledgers, under 15 s. A real full disk, and folders that even root cannot write to, need the
right to mount; where that is missing the tests say so and other limits stand in for it.
"""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import PersistenceError
from faults.ledgers import (
    START,
    asked,
    consistent,
    contents,
    digest,
    fact,
    made,
    new,
    opened,
    plain,
    settled,
    stored_lines,
)
from faults.processes import Say, Told, as_nobody, elsewhere, no_file_beyond, started

from engagement_ledger.ledger.application import Ledger

pytestmark = pytest.mark.faults

PROGRESS = ["commitment", "progress", "a", "--occurred", "2026-02-02", "--obligor", "NZ"]


def clear(told: Told, code: int = 6) -> None:
    """An error in three lines, and its code."""
    assert told.code == code, told
    lines = told.err.splitlines()
    assert [line.partition(":")[0] for line in lines[:3]] == ["error", "because", "try"], told
    assert "Traceback" not in told.err


def batch(folder: Path, count: int) -> Path:
    """A file of facts."""
    file = folder / "facts.jsonl"
    with file.open("w") as out:
        for number in range(count):
            body = {"obligors": ["NZ", "US"], "kind": "event", "text": f"hold summit {number} " + "x" * 300}
            raw = {
                "stream": f"commitment:s{number}",
                "type": "commitment.made/1",
                "occurred": "2026-02-02",
                "body": body,
            }
            out.write(json.dumps(raw) + "\n")
    return file


# --- no room ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own, of that size."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_a_clear_error_and_with_room_it_goes_on(tmp_path: Path) -> None:
    facts = batch(tmp_path, 3000)
    with small_disk(tmp_path / "disk", "1m") as disk:
        path = disk / "l"
        new(path, fact("made", "a"))
        before = contents(path)
        told = elsewhere(path, "append", str(facts))
        clear(told)
        assert "full" in told.err
        assert "try: make room on the disk" in told.err
        assert contents(path) == before
        consistent(path)
        subprocess.run(["mount", "-o", "remount,size=32m", str(disk)], check=True)
        assert elsewhere(path, "append", str(facts)).code == 0
        assert len(stored_lines(path)) == 3001
        consistent(path)


def test_a_disk_that_fills_up_keeps_everything_acknowledged(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "600k") as disk:
        path = disk / "l"
        new(path, fact("made", "a"))

        def work(say: Say) -> int:
            for number in range(2000):
                with Ledger(path) as ledger:
                    try:
                        (receipt,) = ledger.append(made(number))
                    except Exception as error:  # noqa: BLE001 - told to the parent, which judges it
                        say(json.dumps([type(error).__name__, str(error)]))
                        return 6
                say(json.dumps([receipt.position, receipt.entry_id]))
            return 0

        child = started(work)
        said = [json.loads(line) if line.startswith("[") else pytest.fail(line) for line in child.lines()]
        assert child.end() == 6
        assert said[-1][0] == "LedgerUnusable", said[-1]
        there = {json.loads(line)["entry_id"]: json.loads(line)["position"] for line in stored_lines(path)}
        assert len(said) > 50
        assert all(there[entry_id] == position for position, entry_id in said[:-1])
        assert len(there) == len(said)
        assert asked(path, "status").code == 0, "what is there can be read on a full disk"
        consistent(path)


def test_init_on_a_full_disk_leaves_no_half_made_ledger(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "64k") as disk:
        (disk / "ballast").write_bytes(bytes(56 * 1024))
        clear(elsewhere(disk / "l", "init"))
        (disk / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        assert elsewhere(disk / "l", "init").code == 0
        assert elsewhere(disk / "l", "verify").code == 7


def test_a_limit_met_at_any_write_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    """A file may not grow beyond n bytes: at whichever write that is met, all of the batch is there or nothing."""
    facts = batch(tmp_path, 60)
    template = tmp_path / "template"
    new(template, fact("made", "a"), [made(number) for number in range(20)])
    settled(template)
    codes = []
    for size in range(0, 260_000, 10_000):
        path = tmp_path / f"l{size}"
        shutil.copy(template, path)
        before = contents(path)
        settled(path)
        told = elsewhere(path, "append", str(facts), before=no_file_beyond(size))
        codes.append(told.code)
        if told.code:
            clear(told)
            assert contents(path) == before, size
            consistent(path)
        assert elsewhere(path, "append", str(facts)).code == 0, "with room it goes on"
        assert len(stored_lines(path)) == 81
        consistent(path)
    assert set(codes) == {0, 6}, codes


def test_without_the_limit_the_same_batch_goes_in(tmp_path: Path) -> None:
    """The negative control."""
    new(tmp_path / "l", fact("made", "a"))
    assert elsewhere(tmp_path / "l", "append", str(batch(tmp_path, 60))).code == 0


@pytest.mark.parametrize("size", [0, 100, 4096, 20_000, 50_000])
def test_init_under_a_limit_can_be_repeated_without_it(tmp_path: Path, size: int) -> None:
    told = elsewhere(tmp_path / "l", "init", before=no_file_beyond(size))
    clear(told)
    assert elsewhere(tmp_path / "l", "init").code == 0, sorted(one.name for one in tmp_path.iterdir())
    assert elsewhere(tmp_path / "l", "verify").code == 7


def test_an_export_that_meets_the_limit_says_so(tmp_path: Path) -> None:
    new(tmp_path / "l", [made(number) for number in range(200)])
    before = digest(tmp_path / "l")
    told = elsewhere(tmp_path / "l", "export", "-o", str(tmp_path / "out"), before=no_file_beyond(10_000))
    clear(told)
    assert digest(tmp_path / "l") == before


# --- no right --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def by_mount(folder: Path) -> Iterator[Callable[[], None]]:
    """The folder is mounted read-only, which binds root too."""
    for options in (["--bind", str(folder), str(folder)], ["-o", "remount,ro,bind", str(folder)]):
        done = subprocess.run(["mount", *options], capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"a read-only folder cannot be mounted here: {done.stderr.decode().strip()}")
    try:
        yield lambda: None
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def by_rights(folder: Path) -> Iterator[Callable[[], None]]:
    """Nobody may write to the folder nor to what is in it; where root asks, it gives its rights up first."""
    modes = {one: one.stat().st_mode for one in (folder, *folder.iterdir())}
    for one in modes:
        one.chmod(0o555 if one.is_dir() else 0o444)
    try:
        yield as_nobody if os.geteuid() == 0 else lambda: None
    finally:
        for one, mode in modes.items():
            one.chmod(mode)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may enter, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        inner = Path(name) / "inner"
        inner.mkdir()
        Path(name).chmod(0o755)
        inner.chmod(0o755)
        yield inner


QUESTIONS = [
    ["status"],
    ["status", "--json"],
    ["log"],
    ["export"],
    ["show", "commitment:a"],
    ["verify"],
    ["replay"],
    ["doctor"],
]
WRITES = [
    PROGRESS,
    ["commitment", "make", "b", "--occurred", "2026-02-02", "--obligors", "NZ", "--kind", "event", "--text", "x"],
    ["retract", "#1", "--reason", "x"],
    ["rebuild"],
]


@pytest.mark.parametrize("barred", [by_mount, by_rights], ids=["by mount", "by rights"])
def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(folder: Path, barred) -> None:  # type: ignore[no-untyped-def]
    path = folder / "l"
    new(path, fact("made", "a"))
    settled(path)
    plainly = {str(question): asked(path, *question) for question in QUESTIONS}
    settled(path)
    before = digest(path), sorted(folder.iterdir())
    with barred(folder) as given_up:
        for question in QUESTIONS:
            told = elsewhere(path, *question, before=given_up)
            assert told.code == plainly[str(question)].code, (question, told)
            if question != ["doctor"]:
                assert told.out == plainly[str(question)].out.decode()
        for write in WRITES:
            told = elsewhere(path, *write, before=given_up)
            clear(told)
            assert "try: check that the file and its folder may be written to" in told.err
        clear(elsewhere(folder / "other", "init", before=given_up))
        assert "writable      no" in elsewhere(path, "doctor", before=given_up).out
        assert (digest(path), sorted(folder.iterdir())) == before
    assert elsewhere(path, *PROGRESS).code == 0, "the negative control: with the right it is written"


def test_a_file_that_cannot_be_written_to_in_a_folder_that_can(folder: Path) -> None:
    path = folder / "l"
    new(path, fact("made", "a"))
    settled(path)
    before = digest(path)
    with by_rights(folder) as given_up:
        folder.chmod(0o777)
        assert elsewhere(path, "status", before=given_up).code == 0
        for write in WRITES[:-1]:
            clear(elsewhere(path, *write, before=given_up))
        rebuilt = elsewhere(path, "rebuild", before=given_up)
        assert rebuilt.code == 6 or "equal to what was stored" in rebuilt.err, rebuilt
        assert elsewhere(path, "status", before=given_up).code == 0
        assert digest(path) == before
        consistent(path)


def test_a_file_that_cannot_even_be_read(folder: Path) -> None:
    path = folder / "l"
    new(path, fact("made", "a"))
    settled(path)
    with by_rights(folder) as given_up:
        path.chmod(0o000)
        for args in (["status"], ["export"], ["verify"], PROGRESS, ["rebuild"]):
            clear(elsewhere(path, *args, before=given_up))


@pytest.mark.parametrize("barred", [by_mount, by_rights], ids=["by mount", "by rights"])
def test_a_log_left_by_a_crash_in_a_folder_that_cannot_be_written_to_is_never_overlooked(folder: Path, barred) -> None:  # type: ignore[no-untyped-def]
    """What was acknowledged is in the log beside the file: either it is answered, or nothing is."""
    path = folder / "l"
    new(path, fact("made", "a"))
    settled(path)

    def work(_: Say) -> int:
        ledger = Ledger(path, clock=lambda: START + 10**9)
        ledger.append(fact("fulfilled", "a", obligor="NZ"))
        os._exit(0)  # without closing it: the log stays

    assert started(work).end() == 0
    assert (folder / "l-wal").stat().st_size > 0
    (folder / "l-shm").unlink(missing_ok=True)
    with barred(folder) as given_up:
        told = elsewhere(path, "status", "--json", "--as-of", "2026-02-10", before=given_up)
        if told.code == 0:
            assert json.loads(told.out)["size"] == 2, "the entry in the log was overlooked"
        else:
            clear(told)
    assert json.loads(elsewhere(path, "status", "--json").out)["size"] == 2
    consistent(path)


def test_a_ledger_is_written_on_after_it_was_only_read(folder: Path) -> None:
    path = folder / "l"
    new(path, fact("made", "a"))
    with by_rights(folder) as given_up:
        assert elsewhere(path, "status", before=given_up).code == 0
    with opened(path) as ledger:
        ledger.append(fact("progress-reported", "a", obligor="NZ"))
    with plain(path) as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (2,)
    consistent(path)


# --- a reader beside a writer, without its rights ---------------------------------------------------------


def reading_meanwhile(path: Path, seconds: float) -> Counter[int]:
    """What somebody without any rights to the folder is answered while its owner writes, again and again."""

    def work(say: Say) -> int:
        if os.geteuid() == 0:
            as_nobody()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for question in (["verify"], ["verify", "--full"], ["status", "--count"], ["export"], ["replay", "--end"]):
                outcome = asked(path, *question)
                say(json.dumps([outcome.code, outcome.err[:200]]))
        return 0

    child = started(work)
    told: list[tuple[int, str]] = []
    number = 0
    with contextlib.suppress(BlockingIOError):
        while (line := child.line()) is not None:
            code, error = json.loads(line)
            told.append((code, error))
            number += 1
            with opened(path) as ledger:  # its log comes and goes
                ledger.append(*(fact("made", f"m{number}-{one}") for one in range(20)))
    assert child.end() == 0
    for code, error in told:
        assert code in (0, 6, 7), error
        if code == 6:
            assert "cannot be read safely while another process writes" in error
    return Counter(code for code, _ in told)


def test_a_reader_without_rights_is_never_alarmed_by_a_writer(folder: Path) -> None:
    path = folder / "l"
    new(path, *(fact("made", f"c{number}") for number in range(40)))
    path.chmod(0o644)
    folder.chmod(0o755)
    codes = reading_meanwhile(path, 4)
    assert codes[0] + codes[7] > 5, codes
    consistent(path)


def test_a_reader_without_locks_that_does_not_look_again_is_alarmed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: what is read without a lock while somebody writes is in pieces."""
    from engagement_ledger.store.sqlite import opening

    path = folder / "l"
    new(path, *(fact("made", f"c{number}") for number in range(300)))
    settled(path)
    still = opening.Still(path)
    with opened(path) as ledger:
        ledger.append(fact("made", "more"))
        with pytest.raises(opening.BeingWritten):
            still.check()
    with pytest.raises(opening.BeingWritten):
        still.check()
    opening.Still(path).check()


def test_a_ledger_that_one_may_not_read_is_not_called_damaged(folder: Path) -> None:
    path = folder / "l"
    new(path, fact("made", "a"))
    settled(path)
    path.chmod(0o600)
    if os.geteuid() == 0:
        for args in (["status"], ["verify"], ["doctor"], ["retract", "#1", "--reason", "x"]):
            told = elsewhere(path, *args, before=as_nobody)
            assert told.code == 6, told
            assert "no right to read it" in told.err + told.out


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can make a file that another may not write to, and be that other"
)
def test_an_answer_does_not_replace_a_file_that_may_not_be_written_to(folder: Path) -> None:
    """Though its folder may be: a rename asks for no right to the file."""
    path, answer = folder / "l", folder / "answer"
    new(path, fact("made", "a"))
    settled(path)
    folder.chmod(0o777)
    answer.write_text("of before")
    answer.chmod(0o644)
    clear(elsewhere(path, "status", "-o", str(answer), before=as_nobody))
    assert answer.read_text() == "of before"
    answer.chmod(0o666)
    assert elsewhere(path, "status", "-o", str(answer), before=as_nobody).code == 0


# --- an end that is an error ------------------------------------------------------------------------------


def failing_after(monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> None:
    """Commits end with an error, and have reached the file or not."""
    from engagement_ledger.store.sqlite import recorder as sqlite

    whole = sqlite._Transaction.__exit__

    def ended(self: Any, kind: Any, error: Any, trace: Any) -> None:
        if error is None and self.commit and not committed:
            self.connection.rollback()
        else:
            whole(self, kind, error, trace)
        if error is None and self.commit:
            raise PersistenceError("disk I/O error")

    monkeypatch.setattr(sqlite._Transaction, "__exit__", ended)


@pytest.mark.parametrize("committed", [True, False])
def test_after_an_error_it_is_looked_for_before_anything_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "a"))
    failing_after(monkeypatch, committed=committed)
    outcome = asked(path, *PROGRESS)
    monkeypatch.undo()
    assert len(stored_lines(path)) == (2 if committed else 1)
    if committed:
        assert (outcome.code, outcome.out[:11]) == (0, b"recorded #2")
    else:
        assert outcome.code == 6
        assert "nothing was written" in outcome.err
    assert asked(path, *PROGRESS).code == 0
    assert len(stored_lines(path)) == 2
    consistent(path)


@pytest.mark.parametrize("committed", [True, False])
def test_of_an_import_it_is_what_is_new_that_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    """What ends the file was there before, and says nothing of whether the rest was written."""
    path, file = tmp_path / "l", tmp_path / "register.jsonl"
    body = {"obligors": ["NZ"], "kind": "event", "text": "x"}
    lines = [
        json.dumps({"stream": f"commitment:{name}", "type": "commitment.made/1", "occurred": "2026-01-02",
                    "known_since": f"2026-02-0{day}T09:00:00Z", "body": body})
        for name, day in (("new", 2), ("old", 1))
    ]  # fmt: skip
    assert asked(path, "init").code == 0
    file.write_text(lines[1])
    assert asked(path, "import", str(file)).code == 0
    file.write_text("\n".join(lines))
    failing_after(monkeypatch, committed=committed)
    outcome = asked(path, "import", str(file))
    monkeypatch.undo()
    assert len(stored_lines(path)) == (2 if committed else 1)
    assert outcome.code == (0 if committed else 6), outcome


def test_what_cannot_be_found_out_is_said_to_be_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engagement_ledger.store.sqlite import outcome as outcomes

    path = tmp_path / "l"
    new(path, fact("made", "a"))
    failing_after(monkeypatch, committed=True)

    def unreadable(_: Path) -> Any:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(outcomes, "SqliteSnapshot", unreadable)
    outcome = asked(path, *PROGRESS)
    monkeypatch.undo()
    assert outcome.code == 6
    assert "it is not known whether this was written" in outcome.err
    assert "run the same command again" in outcome.err
    again = asked(path, *PROGRESS)
    assert b"exists already as #2" in again.out
