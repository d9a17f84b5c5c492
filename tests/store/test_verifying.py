"""Does `engage verify` find whatever was changed behind the guards, and say 7 of what was not?

Cost: real files, under ten seconds.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import asked, digest, engage, fact, opened, plain, unguarded

from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
from engagement_ledger.store.sqlite.verification import verify

COMMITMENTS = 70


def problems(path: Path) -> list[str]:
    with Reader(path) as reader:
        return verify(reader).problems


def test_an_untouched_copy_is_intact_and_yet_not_verified(path: Path) -> None:
    before = digest(path)
    outcome = engage(path, "verify")
    assert outcome.code == 7
    assert "intact, but not verified" in outcome.err
    assert "nothing kept elsewhere" in outcome.err
    assert "verified\n" not in outcome.out.decode()
    answer = engage(path, "verify", "--json")
    assert (answer.code, answer.json["intact"], answer.json["problems"], answer.json["checkpoint"]) == (
        7,
        True,
        [],
        None,
    )
    assert engage(path, "verify", "--full").code == 7
    assert digest(path) == before


def test_an_empty_ledger_is_intact_too(tmp_path: Path) -> None:
    assert asked(tmp_path / "l", "init").code == 0
    assert asked(tmp_path / "l", "verify").code == 7


CHANGES = [
    ("a letter of a line",
     ("UPDATE entries SET state = CAST(replace(CAST(state AS TEXT), 'embassy', 'Embassy') AS BLOB) WHERE rowid "
     "= 1"), "#1"),
    ("a blank in a line",
     "UPDATE entries SET state = CAST(CAST(state AS TEXT) || ' ' AS BLOB) WHERE rowid = 17", "#17"),
    ("a line as text", "UPDATE entries SET state = CAST(state AS TEXT) WHERE rowid = 17", "#17"),
    ("a line is empty", "UPDATE entries SET state = x'' WHERE rowid = 17", "#17"),
    ("a leaf", "UPDATE entries SET leaf = zeroblob(32) WHERE rowid = 17", "#17"),
    ("two leaves are swapped",
     ("UPDATE entries SET leaf = (SELECT leaf FROM entries e WHERE e.rowid = 37 - entries.rowid) WHERE rowid "
     "IN (18, 19)"), "#18"),
    ("a stream's column", "UPDATE entries SET originator_id = 'commitment:other' WHERE rowid = 17", "#17"),
    ("a version's column", "UPDATE entries SET originator_version = 77 WHERE rowid = 17", "#17"),
    ("a type's column", "UPDATE entries SET topic = 'commitment.fulfilled/1' WHERE rowid = 17", "#17"),
    ("an id's column", "UPDATE entries SET entry_id = zeroblob(16) WHERE rowid = 17", "#17"),
    ("an id's column is void", "UPDATE entries SET entry_id = NULL WHERE rowid = 17", "#17"),
    ("an entry is gone", "DELETE FROM entries WHERE rowid = 17", "#18"),
    ("the first entry is gone", "DELETE FROM entries WHERE rowid = 1", "#2"),
    ("the last entry is gone", "DELETE FROM entries WHERE rowid = (SELECT max(rowid) FROM entries)", "the last group"),
    ("all entries are gone", "DELETE FROM entries", "the last group"),
    ("an entry stands elsewhere", "UPDATE entries SET rowid = 10000 WHERE rowid = 17", "#18"),
    ("a group's end",
     "UPDATE groups SET last = last + 1 WHERE last = (SELECT max(last) FROM groups)", "the last group"),
    ("a group is gone", "DELETE FROM groups WHERE last = 2", "#1"),
    ("a group is added", "INSERT INTO groups SELECT 1, known, recorded FROM groups WHERE last = 2", "#1"),
    ("the first group is gone", "DELETE FROM groups WHERE last = (SELECT min(last) FROM groups)", "#1"),
    ("all groups are gone", "DELETE FROM groups", "#1"),
    ("when a group was recorded", "UPDATE groups SET recorded = recorded - 1 WHERE last = 2", "#1"),
    ("when a group was known", "UPDATE groups SET known = known - 1 WHERE last = 2", "#1"),
    ("a node", "UPDATE nodes SET hash = zeroblob(32)", "node 8/0"),
    ("a node is gone", "DELETE FROM nodes", "node 8/0"),
    ("a node is added", "INSERT INTO nodes VALUES (9, 0, zeroblob(32))", "node 9/0"),
    ("a node is another's", "UPDATE nodes SET number = 1", "node 8/0"),
    ("a source's text", "UPDATE sources SET content = CAST('Officials agreed to nothing.' AS BLOB)", "source"),
    ("a source's title", "UPDATE sources SET title = 'Another title'", "source"),
    ("who archived a source", "UPDATE sources SET added_by = 'Rangi'", "source"),
    ("when a source was archived", "UPDATE sources SET added_at = '2020-01-01T00:00:00.000000Z'", "source"),
    ("a source's language", "UPDATE sources SET language = NULL", "source"),
    ("a source's digest", "UPDATE sources SET digest = zeroblob(32)", "source"),
    ("a type is not listed", "DELETE FROM types WHERE name = 'commitment.made/1'", "type"),
    ("a type is listed that no entry has", "INSERT INTO types VALUES ('commitment.sung/9')", "type"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "statement", "named"), CHANGES, ids=[one[0] for one in CHANGES])
def test_a_change_behind_the_guards_is_found(path: Path, what: str, statement: str, named: str) -> None:
    with plain(path) as connection:
        unguarded(connection)
        connection.execute(statement)
    outcome = asked(path, "verify")
    assert outcome.code == 4, outcome
    assert named in outcome.err, outcome
    assert "error: " in outcome.err
    assert "try: " in outcome.err
    answer = asked(path, "verify", "--json")
    assert (answer.code, answer.json["intact"]) == (4, False)
    assert answer.json["problems"]


def test_a_guard_that_was_taken_off_and_put_back_is_no_finding(path: Path) -> None:
    """The negative control of the changes above: it is the change that is found, not the tampering with guards."""
    with plain(path) as connection:
        guards = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        unguarded(connection)
        for guard in guards:
            connection.execute(guard)
    assert asked(path, "verify").code == 7


def rewritten(path: Path, position: int, change: Any) -> None:
    """Forge a line with care: the leaf is made to fit it, and nothing else."""
    with plain(path) as connection:
        unguarded(connection)
        (line,) = connection.execute("SELECT state FROM entries WHERE rowid = ?", (position,)).fetchone()
        forged = change(line)
        assert forged != line
        leaf = hashlib.sha256(b"\x00" + forged).digest()
        connection.execute("UPDATE entries SET state = ?, leaf = ? WHERE rowid = ?", (forged, leaf, position))


def test_a_forgery_below_a_stored_node_is_found_by_the_node(path: Path) -> None:
    rewritten(path, 1, lambda line: line.replace(b"embassy", b"consulate"))
    found = problems(path)
    assert any("node 8/0" in one for one in found), found


def with_field(name: str, value: Any) -> Any:
    def change(line: bytes) -> bytes:
        return json.dumps({**json.loads(line), name: value}, ensure_ascii=False, separators=(",", ":")).encode()

    return change


FORGED = [
    ("position", 1), ("group", 10_000), ("group", 1), ("version", 9), ("stream", "commitment:other"),
    ("type", "commitment.sung/1"), ("type", "os:system"), ("type", 7), ("entry_id", "0" * 32), ("entry_id", "x"),
    ("entry_id", None), ("recorded_at", "2026-02-03T09:00:00.000000Z"), ("recorded_at", None),
    ("known_since", "2020-01-01T00:00:00.000000Z"), ("position", "270"), ("group", None),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), FORGED, ids=[f"{name}={value}" for name, value in FORGED])
def test_a_forged_field_is_found_by_what_stands_beside_the_line(path: Path, field: str, value: Any) -> None:
    """Beyond the last stored node, where a leaf alone vouches for a line and is forged with it."""
    with plain(path) as connection:
        last = connection.execute("SELECT max(rowid) FROM entries").fetchone()[0]
    assert last > 256
    rewritten(path, last, with_field(field, value))
    found = problems(path)
    assert any(f"#{last}" in one for one in found), found
    assert asked(path, "verify").code == 4


@pytest.mark.parametrize(
    ("field", "value"), [("body", None), ("body", {}), ("occurred", "next week"), ("occurred", None)]
)
def test_a_forged_field_that_no_column_repeats_is_found_where_it_makes_no_fact(
    path: Path, field: str, value: Any
) -> None:
    """What makes another lawful fact agrees with itself, and only a root from elsewhere tells."""
    rewritten(path, 271, with_field(field, value))
    assert asked(path, "verify", "--full").code == 4


@pytest.mark.parametrize(
    "line",
    [b"[]", b"null", b"7", b'"x"', b"{}", b"\xff", b"", b"[" * 100_000, b'{"a":NaN}'],
    ids=lambda line: repr(line[:10]),
)
def test_a_line_that_is_no_entry_is_a_finding_and_no_traceback(path: Path, line: bytes) -> None:
    rewritten(path, 271, lambda _: line)
    assert asked(path, "verify").code == 4
    assert asked(path, "verify", "--full").code == 4


def test_an_entry_slipped_in_at_the_end_is_found(path: Path) -> None:
    """Whoever adds a line must also make its group; the guards do not stop either, and verify tells them apart."""
    with plain(path) as connection:
        connection.execute(
            "INSERT INTO entries SELECT NULL, originator_id, 99, topic, state, zeroblob(16), leaf "
            "FROM entries WHERE rowid = 5"
        )
    assert asked(path, "verify").code == 4


def test_a_whole_ledger_rewritten_with_care_agrees_with_itself_and_is_still_not_verified(path: Path) -> None:
    """This is why 7 is not 0: its holder can make it agree again, but its root is another."""
    before = asked(path, "verify", "--json").json["root"]
    forged = path.with_name("forged")
    with opened(forged, create=True) as ledger:
        ledger.append(fact("made", "a", text="never undertaken"))
    outcome = asked(forged, "verify", "--json")
    assert (outcome.code, outcome.json["intact"]) == (7, True)
    assert outcome.json["root"] != before


def test_many_problems_are_counted_and_the_first_are_named(path: Path) -> None:
    with plain(path) as connection:
        unguarded(connection)
        connection.execute("UPDATE entries SET leaf = zeroblob(32)")
    outcome = asked(path, "verify")
    assert outcome.code == 4
    assert outcome.err.count("altered: ") <= 101
    assert "things are not as recorded" in outcome.err
