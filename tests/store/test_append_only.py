"""Does what is recorded stay as it was, whoever writes to the file with plain SQLite? Cost: milliseconds."""

import sqlite3
from pathlib import Path

import pytest
from faults.ledgers import contents, made, new, opened, plain, unguarded

from engagement_ledger.domain.errors import ExistsWithDifferent

RECORDED = ("entries", "groups", "nodes", "sources")
CHANGES = [
    ("entries", "UPDATE entries SET state = '{}' WHERE rowid = 1"),
    ("entries", "UPDATE entries SET originator_version = 9 WHERE rowid = 2"),
    ("entries", "UPDATE OR REPLACE entries SET rowid = 2 WHERE rowid = 1"),
    ("entries", "UPDATE entries SET leaf = zeroblob(32)"),
    ("entries", "DELETE FROM entries"),
    ("entries", "DELETE FROM entries WHERE rowid = 257"),
    ("entries", ("INSERT OR REPLACE INTO entries SELECT rowid, originator_id, originator_version, topic, '{}', "
     "entry_id, leaf "
     "FROM entries WHERE rowid = 1")),
    ("entries", ("REPLACE INTO entries SELECT NULL, originator_id, originator_version, topic, '{}', NULL, leaf "
     "FROM entries WHERE rowid = 1")),
    ("entries", ("REPLACE INTO entries SELECT NULL, 'commitment:other', 1, topic, '{}', entry_id, leaf "
     "FROM entries WHERE rowid = 1")),
    ("entries", ("INSERT INTO entries SELECT * FROM entries WHERE rowid = 1 "
     "ON CONFLICT (rowid) DO UPDATE SET state = '{}'")),
    ("groups", "UPDATE groups SET known = 0"),
    ("groups", "UPDATE groups SET recorded = recorded + 1 WHERE last = 1"),
    ("groups", "DELETE FROM groups WHERE last = 1"),
    ("groups", "INSERT OR REPLACE INTO groups VALUES (1, 0, 0)"),
    ("groups", "INSERT INTO groups VALUES (1, 0, 0) ON CONFLICT (last) DO UPDATE SET known = 0"),
    ("nodes", "UPDATE nodes SET hash = zeroblob(32)"),
    ("nodes", "DELETE FROM nodes"),
    ("nodes", "INSERT OR REPLACE INTO nodes VALUES (8, 0, zeroblob(32))"),
    ("sources", "UPDATE sources SET content = 'another text'"),
    ("sources", "UPDATE sources SET title = 'another title'"),
    ("sources", "DELETE FROM sources"),
    ("sources", ("INSERT OR REPLACE INTO sources SELECT digest, title, media, language, added_at, added_by, "
     "'other', seal FROM sources")),
]  # fmt: skip


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("guarded") / "l"
    new(path, made(0), [made(number) for number in range(1, 260)])
    with opened(path) as ledger:
        ledger.archive(b"Officials agreed.", title="Readout", media="text/plain", language="en", by="Mere")
    return path


@pytest.fixture
def ledger(made_once: Path, tmp_path: Path) -> Path:
    with plain(made_once) as there, plain(tmp_path / "l") as here:
        there.backup(here)
    return tmp_path / "l"


@pytest.mark.parametrize(("table", "statement"), CHANGES, ids=[statement[:60] for _, statement in CHANGES])
def test_a_change_of_what_is_recorded_is_refused_and_changes_nothing(ledger: Path, table: str, statement: str) -> None:
    before = contents(ledger)
    with plain(ledger) as connection, pytest.raises(sqlite3.IntegrityError, match=f"append-only: {table}"):
        connection.execute(statement)
    assert contents(ledger) == before


@pytest.mark.parametrize(("table", "statement"), CHANGES, ids=[statement[:60] for _, statement in CHANGES])
def test_without_the_guards_the_same_statement_would_change_it(ledger: Path, table: str, statement: str) -> None:
    """The statements above are refused by the guards, and not for another reason."""
    with plain(ledger) as connection:
        before = contents(ledger)
        unguarded(connection)
        connection.execute(statement)
    assert contents(ledger) != before


@pytest.mark.parametrize("table", RECORDED)
def test_every_recorded_table_is_guarded_against_each_kind_of_change(ledger: Path, table: str) -> None:
    with plain(ledger) as connection:
        guards = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
        assert sorted(sql.partition(" BEFORE ")[2].split()[0] for (sql,) in guards) == ["DELETE", "INSERT", "UPDATE"]


def test_the_guards_hold_with_recursive_triggers_on_and_off(ledger: Path) -> None:
    for setting in ("ON", "OFF"):
        with plain(ledger) as connection:
            connection.execute(f"PRAGMA recursive_triggers = {setting}")
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute("REPLACE INTO nodes VALUES (8, 0, zeroblob(32))")


def test_the_same_source_archived_again_is_there_once(ledger: Path) -> None:
    before = contents(ledger)
    with opened(ledger) as there:
        there.archive(b"Officials agreed.", title="Readout", media="text/plain", by="Rangi")
        with pytest.raises(ExistsWithDifferent, match="exists with different title"):
            there.archive(b"Officials agreed.", title="Other title", media="text/plain", language="en", by="Rangi")
    assert contents(ledger) == before
