"""A ledger that somebody sent: is anything believed that its file says of itself, beyond what a ledger's file says?

Each change is one that SQLite takes and that a glance does not show. Cost: some ten seconds.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from faults.ledgers import asked, command, digest, environment, eventful, settled

pytestmark = pytest.mark.faults

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x"
MAILED = {
    "what is recorded is swallowed": [
        f"CREATE TRIGGER swallow_{table} BEFORE INSERT ON {table} BEGIN SELECT raise(ignore); END"
        for table in ("entries", "groups", "nodes", "types", "periods", "frontiers")
    ],
    "one trigger more": ["CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM periods; END"],
    "a guard is gone": ["DROP TRIGGER entries_no_update"],
    "a guard guards nothing": [
        "DROP TRIGGER entries_no_update",
        "CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries WHEN 0 BEGIN SELECT RAISE(ABORT, 'x'); END",
    ],
    "a view for a table": [
        "ALTER TABLE types RENAME TO t2",
        f"CREATE VIEW types AS {ENDLESS} AS name FROM n",
    ],
    "a view that never ends": [
        "ALTER TABLE groups RENAME TO g2",
        f"CREATE VIEW groups AS {ENDLESS} AS last, x AS known, x AS recorded FROM n, entries, entries",
    ],
    "a table with another column": ["ALTER TABLE names ADD COLUMN more TEXT DEFAULT ''"],
    "one table more": ["CREATE TABLE extra (a)"],
    "one index more": ["CREATE INDEX extra ON entries (hex(state))"],
    "one view more": ["CREATE VIEW extra AS SELECT 1"],
    "an index is gone": ["DROP INDEX periods_by_standing"],
    "statistics that lead astray": ["ANALYZE"],
    "two tables in one place": [
        "PRAGMA writable_schema = ON",
        (
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'groups') "
            "WHERE name = 'nodes'"
        ),
    ],
    "a view that is told of in bytes that are no text": [
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = cast(cast(sql AS BLOB) || x'ff' AS TEXT) WHERE name = 'standing_periods'",
    ],
    "a format that never was": ["PRAGMA user_version = 0"],
}
COMMANDS = [
    ["status"], ["log"], ["check"], ["verify"], ["verify", "--full"], ["rebuild"], ["export"], ["due"], ["replay"],
    ["doctor"], ["retract", "#1", "--reason", "x"], ["upgrade"],
    ["commitment", "make", "n", "--obligors", "NZ", "--kind", "event", "--text", "x", "--on", "2026-02-02"],
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "l"
    eventful(path, commitments=3)
    settled(path)
    return path


@pytest.mark.parametrize("what", MAILED)
def test_a_file_laid_out_otherwise_is_refused_before_anything_in_it_is_read(
    whole: Path, tmp_path: Path, what: str
) -> None:
    path = tmp_path / "l"
    shutil.copy(whole, path)
    with closing(sqlite3.connect(path)) as connection:
        for statement in MAILED[what]:
            connection.execute(statement)
        connection.commit()
    settled(path)
    before = digest(path)
    for args in COMMANDS:
        outcome = asked(path, *args)
        assert outcome.code == 6, (args, outcome)
        assert "not laid out as a ledger is" in outcome.err + outcome.out.decode(), outcome
    assert digest(path) == before


def test_the_file_as_it_was_made_is_taken(whole: Path, tmp_path: Path) -> None:
    """The negative control."""
    path = tmp_path / "l"
    shutil.copy(whole, path)
    for args in COMMANDS:
        assert asked(path, *args).code in (0, 1, 7), args


def test_a_person_can_end_any_statement(whole: Path, tmp_path: Path) -> None:
    """The statement is one that never ends, in the place of one of ours; it is sent the signal of Ctrl-C."""
    script = (
        "import sys, signal\n"
        "from engagement_ledger.store.sqlite import verification\n"
        f"verification._STRUCTURE = '{ENDLESS} FROM n'\n"
        "from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader\n"
        "Reader.types = lambda self: self.rows('" + ENDLESS + " FROM n WHERE x < 0')\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from engagement_ledger.cli.main import run\n"
        "print('begun', flush=True)\n"
        "sys.exit(run(['--ledger', sys.argv[1], 'doctor']))\n"
    )
    assert command(whole, "doctor")
    python = command(whole)[0]
    with subprocess.Popen(
        [python, "-c", script, str(whole)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
    assert process.returncode == 130, error


def test_a_statement_that_takes_more_work_than_the_file_can_give_is_ended(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engagement_ledger.domain.errors import LedgerUnusable
    from engagement_ledger.store.sqlite import watch
    from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader

    monkeypatch.setattr(watch, "_AT_LEAST", 1_000_000)
    with Reader(whole) as reader:
        assert reader.rows("SELECT count(*) FROM entries")[0][0] > 3
        with pytest.raises(LedgerUnusable, match="not read to the end"):
            reader.rows(f"{ENDLESS} FROM n WHERE x < 0")
        assert reader.rows("SELECT count(*) FROM entries")[0][0] > 3
