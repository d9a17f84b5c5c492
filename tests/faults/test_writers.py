"""Do many processes append at once without an error, a gap or a loss? Cost: some 500 durable appends, under 15 s."""

import contextlib
import json
import os
import sqlite3
import time
from pathlib import Path

import pytest
from faults.ledgers import asked, consistent, fact, new, plain, stored_lines
from faults.processes import Child, Say, elsewhere, started

from engagement_ledger.ledger.application import Ledger
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
from engagement_ledger.store.sqlite.verification import verify

pytestmark = pytest.mark.faults

CROWDS = [(2, 80), (8, 25), (16, 15)]


def writer(path: Path, name: str, count: int, gate: Path, *, together: bool) -> Child:
    """A process that appends `count` facts, one by one, and reports each place that it was given."""

    def work(say: Say) -> None:
        with Ledger(path) as ledger:
            say("ready")
            while not gate.exists():
                time.sleep(0.001)
            for number in range(count):
                note = {"note": f"{name} {number}"}
                if together:
                    drafts = [fact("progress-reported", "shared", obligor="NZ", completion=number, envelope=note)]
                else:
                    drafts = [
                        fact("made", f"{name}-{number}", envelope=note),
                        fact("progress-reported", f"{name}-{number}", obligor="NZ", envelope=note),
                    ]
                for receipt in ledger.append(*drafts):
                    say(json.dumps([receipt.outcome, receipt.position, receipt.entry_id, receipt.version]))

    return started(work)


def all_of(path: Path, gate: Path, writers: int, count: int, *, together: bool) -> list[list[object]]:
    """What all of them were told, once all have ended well."""
    children = [writer(path, f"w{number}", count, gate, together=together) for number in range(writers)]
    for child in children:
        assert child.line() == "ready"
    gate.touch()
    told = []
    for child in children:
        told += [json.loads(line) if line.startswith("[") else pytest.fail(line) for line in child.lines()]
        assert child.end() == 0
    return told


@pytest.mark.parametrize(("writers", "count"), CROWDS)
@pytest.mark.parametrize("together", [True, False], ids=["in one stream", "in streams of their own"])
def test_everything_acknowledged_is_there_once_in_order_and_without_a_gap(
    tmp_path: Path, writers: int, count: int, together: bool
) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "shared"))
    told = all_of(path, tmp_path / "gate", writers, count, together=together)
    wanted = writers * count * (1 if together else 2)
    assert len(told) == wanted
    assert {one[0] for one in told} == {"created"}
    assert sorted(one[1] for one in told) == list(range(2, wanted + 2))
    there = [json.loads(line) for line in stored_lines(path)]
    assert [one["position"] for one in there] == list(range(1, wanted + 2))
    assert {(one["position"], one["entry_id"], one["version"]) for one in there[1:]} == {tuple(one[1:]) for one in told}
    recorded = [one["recorded_at"] for one in there]
    assert recorded == sorted(recorded)
    assert len(set(recorded)) == len({one["group"] for one in there})
    consistent(path)


def test_writers_who_send_the_same_facts_record_them_once(tmp_path: Path) -> None:
    path, gate = tmp_path / "l", tmp_path / "gate"
    new(path, fact("made", "shared"))
    children = [writer(path, "same", 20, gate, together=True) for _ in range(6)]
    for child in children:
        assert child.line() == "ready"
    gate.touch()
    told = [json.loads(line) for child in children for line in child.lines()]
    assert [child.end() for child in children] == [0] * 6
    outcomes = [one[0] for one in told]
    assert (outcomes.count("created"), outcomes.count("exists")) == (20, 100)
    assert len({(one[1], one[2]) for one in told}) == 20
    consistent(path)


def test_of_writers_who_expect_the_same_version_one_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "shared"))
    args = ["commitment", "progress", "shared", "--occurred", "2026-02-02", "--obligor", "NZ", "--expect-version", "1"]

    def work(number: int):  # type: ignore[no-untyped-def]
        return started(lambda _: asked(path, *args, "--note", f"by {number}").code)

    codes = [child.end() for child in [work(number) for number in range(6)]]
    assert sorted(codes) == [0, 5, 5, 5, 5, 5]
    assert len(stored_lines(path)) == 2


def test_what_is_read_meanwhile_is_whole_at_every_moment(tmp_path: Path) -> None:
    """A reader is one snapshot: its tree agrees, and the groups of two are never seen by halves."""
    path, gate = tmp_path / "l", tmp_path / "gate"
    new(path, fact("made", "shared"))
    children = [writer(path, f"w{number}", 40, gate, together=False) for number in range(2)]
    for child in children:
        assert child.line() == "ready"
    gate.touch()
    sizes = []
    while not sizes or sizes[-1] < 161:
        with Reader(path) as reader:
            assert verify(reader).problems == []
            sizes.append(reader.size)
    for child in children:
        list(child.lines())
        assert child.end() == 0
    assert sizes == sorted(sizes)
    assert all(size % 2 == 1 for size in sizes)
    assert len(set(sizes)) > 2, "the reader met the writers on their way"


def test_a_ledger_that_stays_locked_is_changed_meanwhile_and_to_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting is bounded. Somebody holds the lock all the while: 5, retry; and reading goes on."""
    path = tmp_path / "l"
    new(path, fact("made", "shared"))
    monkeypatch.setattr("engagement_ledger.store.sqlite.recorder.LOCK_TIMEOUT_SECONDS", 0.2)
    args = ["commitment", "progress", "shared", "--occurred", "2026-02-02", "--obligor", "NZ"]
    with plain(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        outcome = elsewhere(path, *args)
        assert elsewhere(path, "status").code == 0
        connection.execute("ROLLBACK")
    assert outcome.code == 5, outcome
    assert "try again" in outcome.err
    assert elsewhere(path, *args).code == 0
    assert len(stored_lines(path)) == 2


def test_writers_without_the_lock_would_lose_entries(tmp_path: Path) -> None:
    """The negative control: read first, lock later, as the library's own transactions begin, and writers fail."""
    path, gate = tmp_path / "plain", tmp_path / "gate"
    with plain(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE entries (position INTEGER PRIMARY KEY)")

    def work(say: Say) -> None:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
            say("ready")
            while not gate.exists():
                time.sleep(0.001)
            for _ in range(100):
                try:
                    connection.execute("BEGIN")
                    (last,) = connection.execute("SELECT coalesce(max(position), 0) FROM entries").fetchone()
                    os.sched_yield()
                    connection.execute("INSERT INTO entries VALUES (?)", (last + 1,))
                    connection.execute("COMMIT")
                except sqlite3.Error as error:
                    say(str(error))
                    connection.rollback()

    children = [started(work) for _ in range(4)]
    for child in children:
        assert child.line() == "ready"
    gate.touch()
    errors = [line for child in children for line in child.lines()]
    assert [child.end() for child in children] == [0] * 4
    with plain(path) as connection:
        (there,) = connection.execute("SELECT count(*) FROM entries").fetchone()
    assert there == 400 - len(errors)
    assert any("locked" in error for error in errors)
