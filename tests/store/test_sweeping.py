"""May the quick answer be believed? It says yes only where a closer look finds nothing, whatever was changed.

Cost: real files and some thousands of damaged lines, under ten seconds.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import fact, noted, opened, plain, stored_lines, unguarded
from pydantic_core import from_json

from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.proof.merkle import BLOCK, Frontier
from engagement_ledger.store.sqlite import sweep as sweeping
from engagement_ledger.store.sqlite import verification as verifying
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
from engagement_ledger.store.sqlite.sweep import DAMAGE, swept
from engagement_ledger.store.sqlite.verification import verify

SEED = 20260207
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


COMMITMENTS = 140


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", BLOCK)


def closely(path: Path) -> tuple[list[str], str]:
    """What a closer look says, and the root that it finds."""
    tree = Frontier()
    with Reader(path) as reader:
        return list(verifying._closer_look(reader, tree, set())), tree.root().hex()


def test_an_untouched_ledger_is_swept_to_the_same_root_as_a_closer_look_finds(path: Path) -> None:
    with Reader(path) as reader:
        tree = swept(reader, set())
        assert tree is not None
        assert reader.size > 2 * BLOCK
        assert (tree.size, tree.root().hex()) == (reader.size, reader.root())
    assert closely(path) == ([], tree.root().hex())


CHANGES = [
    "UPDATE entries SET state = CAST(state AS TEXT) WHERE rowid = {at}",
    "UPDATE entries SET state = x'' WHERE rowid = {at}",
    "UPDATE entries SET leaf = zeroblob(32) WHERE rowid = {at}",
    "UPDATE entries SET leaf = hex(leaf) WHERE rowid = {at}",
    "UPDATE entries SET originator_id = 'commitment:other' WHERE rowid = {at}",
    "UPDATE entries SET originator_id = CAST(originator_id AS BLOB) WHERE rowid = {at}",
    "UPDATE entries SET originator_version = 77 WHERE rowid = {at}",
    "UPDATE entries SET originator_version = originator_version || 'x' WHERE rowid = {at}",
    "UPDATE entries SET topic = 'commitment.fulfilled/2' WHERE rowid = {at}",
    "UPDATE entries SET entry_id = zeroblob(16) WHERE rowid = {at}",
    "UPDATE entries SET entry_id = zeroblob(15) WHERE rowid = {at}",
    "UPDATE entries SET entry_id = hex(entry_id) WHERE rowid = {at}",
    "UPDATE entries SET entry_id = NULL WHERE rowid = {at}",
    "UPDATE entries SET rowid = 0 WHERE rowid = {at}",
    "UPDATE entries SET rowid = -5 WHERE rowid = {at}",
    "UPDATE entries SET rowid = 10000 WHERE rowid = {at}",
    "DELETE FROM entries WHERE rowid = {at}",
    "DELETE FROM entries WHERE rowid >= {at}",
    "DELETE FROM groups WHERE last = (SELECT min(last) FROM groups WHERE last >= {at})",
    "UPDATE groups SET known = known + 1 WHERE last = (SELECT min(last) FROM groups WHERE last >= {at})",
    "UPDATE groups SET recorded = recorded - 1 WHERE last = (SELECT min(last) FROM groups WHERE last >= {at})",
    "UPDATE groups SET recorded = 1 << 62 WHERE last = (SELECT min(last) FROM groups WHERE last >= {at})",
    "UPDATE groups SET recorded = 'soon' WHERE last = (SELECT min(last) FROM groups WHERE last >= {at})",
    "INSERT OR IGNORE INTO groups SELECT last - 1, known, recorded FROM groups WHERE last > {at} ORDER BY 1 LIMIT 5",
    "INSERT INTO groups SELECT -1, known, recorded FROM groups WHERE last = 2",
    "INSERT INTO groups SELECT 10000, known, recorded FROM groups WHERE last = 2",
    "UPDATE nodes SET hash = zeroblob(32) WHERE number = {at} / 256 AND level = 8",
    "UPDATE nodes SET hash = zeroblob(32) WHERE level = 9",
    "UPDATE nodes SET number = number + 1000 WHERE level = 9",
    "DELETE FROM nodes WHERE level = 9",
    "INSERT INTO nodes VALUES (8, 2 + {at}, zeroblob(32))",
    "INSERT INTO nodes VALUES (7, {at}, zeroblob(32))",
    "DELETE FROM types WHERE name = 'commitment.made/1'",
    "INSERT INTO types VALUES ('commitment.sung/9')",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("at", [1, 256, 300, 513])
def test_what_a_closer_look_finds_is_never_swept_over(path: Path, change: str, at: int) -> None:
    with plain(path) as connection:
        unguarded(connection)
        connection.execute(change.format(at=at))
        changed = connection.total_changes > 0
    problems, root = closely(path)
    with Reader(path) as reader:
        tree = swept(reader, set())
    assert not (tree and problems), problems
    if changed:
        assert problems
    else:
        assert tree is not None
        assert tree.root().hex() == root


def test_versions_that_come_in_another_order_than_the_entries_are_found(path: Path) -> None:
    """With every line, leaf and node made to fit: the order of a stream's versions alone is not that of its entries."""
    from engagement_ledger.proof.merkle import completed, leaf_hash

    with plain(path) as connection:
        unguarded(connection)
        rows = connection.execute("SELECT rowid, originator_version, state FROM entries WHERE rowid <= 2").fetchall()
        assert [row[1] for row in rows] == [1, 2]
        connection.execute("UPDATE entries SET originator_version = -rowid WHERE rowid <= 2")
        for rowid, version, state in rows:
            line = state.replace(f'"version":{version}'.encode(), f'"version":{3 - version}'.encode())
            connection.execute(
                "UPDATE entries SET originator_version = ?, state = ?, leaf = ? WHERE rowid = ?",
                (3 - version, line, leaf_hash(line), rowid),
            )
        leaves = [row[0] for row in connection.execute("SELECT leaf FROM entries ORDER BY rowid")]
        connection.execute("DELETE FROM nodes")
        connection.executemany("INSERT INTO nodes VALUES (?,?,?)", completed(0, leaves, lambda *_: [], _none))
    with Reader(path) as reader:
        assert swept(reader, set()) is None
    problems, _ = closely(path)
    assert problems[0] == "#1: is version 2 of commitment:e0, after 0"


def _none(level: int, number: int) -> bytes:
    raise AssertionError(level, number)


PIECES = [
    b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"NaN", b"-Infinity", b"1e999", b"9" * 4301, b"1.0", b"-0",
    b"\\ud800", b"\\u0000", b"\xff", b"\x00", b"\xed\xa0\x80", b'"position":7,', b'"stream":"x",', b'"type":null,',
    b'"known_since":"",', b"null", b"true", b" ", b"\n", b"\x0b", b"[" * 250, b"[" * 199 + b"]" * 199, b"01", b"1.",
    b"\xef\xbb\xbf", b'"\xc3"', b"\\x", b"\\ud83d\\ude00", b"tru",
]  # fmt: skip


def damaged(lines: list[bytes], chance: random.Random) -> bytes:
    line = bytearray(chance.choice(lines))
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(line) + 1)
        match chance.randrange(4):
            case 0 if line:
                line[at - 1] ^= 1 << chance.randrange(8)
            case 1:
                line[at:at] = chance.choice(PIECES)
            case 2:
                del line[at : at + chance.randrange(1, 4)]
            case _:
                marks = [i for i, byte in enumerate(line) if byte in b'{},:[]"'] or [0]
                at = chance.choice(marks) + chance.randrange(2)
                line[at:at] = chance.choice(PIECES)
    return bytes(line)


def test_a_line_is_read_in_bulk_as_it_is_read_by_itself(path: Path) -> None:
    """The same lines are no JSON to both, and fields that stand twice have the same one of their values."""
    noted("seed", SEED)
    chance, lines = random.Random(SEED), stored_lines(path)
    names = [*sweeping._REPEATED, "entry_id"]
    readable = 0
    for _ in range(20_000):
        line = damaged(lines, chance)
        try:
            whole = from_json(line)
            alone: Any = {name: whole[name] for name in names} | {"known_since": whole.get("known_since")}
        except DAMAGE:
            alone = None
        try:
            bulk: Any = {"known_since": None, **sweeping._HEAD.validate_json(line)}
        except DAMAGE:
            bulk = None
        assert repr(bulk and sorted(bulk.items())) == repr(alone and sorted(alone.items())), line
        readable += alone is not None
    assert 1_000 < readable < 19_000, "the negative control: both kinds were met"


def test_entries_that_are_recorded_during_a_verification_are_no_finding(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    appended: list[int] = []

    def meanwhile(work: Callable[..., Any]) -> Callable[..., Any]:
        def working(reader: Reader, *rest: Any) -> Any:
            with opened(path) as ledger:
                for _ in range(60):
                    name = f"meanwhile{len(appended)}"
                    receipts = ledger.append(fact("made", name), fact("reaffirmed", name, by=["NZ"]))
                    appended.append(receipts[0].position)
            return work(reader, *rest)

        return working

    with Reader(path) as reader:
        size, root = reader.size, reader.root()
        with opened(path) as ledger:
            ledger.append(fact("made", "since"))  # so that the thread beside has another snapshot
        monkeypatch.setattr(sweeping, "_leaves", meanwhile(sweeping._leaves))
        found = verify(reader)
    assert len(appended) > 100
    assert (found.size, found.root, found.problems) == (size, root, [])
    monkeypatch.undo()
    with Reader(path) as reader:
        found = verify(reader)
    assert (found.size, found.problems) == (size + 1 + 2 * len(appended), [])


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_STRUCTURE", ENDLESS)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, Refusal])
def test_what_ends_a_verification_ends_the_check_of_the_structure_too(
    path: Path, monkeypatch: pytest.MonkeyPatch, endless: None, error: type[BaseException]
) -> None:
    def ended(*_: object) -> None:
        raise error("enough")

    monkeypatch.setattr(verifying, "swept", ended)
    with Reader(path) as reader:
        if error is MemoryError:
            assert "cannot be read to its end" in verify(reader).problems[0]
        else:
            with pytest.raises(error):
                verify(reader)


def test_what_sqlite_finds_beside_is_a_finding(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_STRUCTURE", "SELECT 'row 7 missing from index'")
    with Reader(path) as reader:
        assert verify(reader).problems == ["SQLite: row 7 missing from index"]


def test_what_sqlite_cannot_read_beside_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_STRUCTURE", "SELECT * FROM nowhere")
    with Reader(path) as reader, pytest.raises(Refusal):
        verify(reader)
