"""What is derived, changed in the hands of somebody with nothing but SQLite: each way, and how it is explained."""

from __future__ import annotations

from pathlib import Path

from faults.ledgers import plain

DERIVED = ("periods", "frontiers")

TAMPERED = [
    ("a period is changed", "UPDATE periods SET valid_from = valid_from - 3 WHERE rowid_of = 5", "missing"),
    ("a period has another standing",
     "UPDATE periods SET standing = (SELECT max(id) FROM standings) WHERE rowid_of = 1", ("stored, but no "
     "entry gives it")),
    ("a period ends on another day",
     "UPDATE periods SET valid_to = valid_to - 1 WHERE rowid_of = 7", "stored, but no entry gives it"),
    ("a period was known from another group on",
     "UPDATE periods SET known_from = known_from + 1 WHERE rowid_of = 2", "missing"),
    ("a period is held true no more", "UPDATE periods SET known_to = 9 WHERE rowid_of = 3", "missing"),
    ("a period is gone", "DELETE FROM periods WHERE rowid_of = 4", "missing"),
    ("a stream's periods are gone",
     "DELETE FROM periods WHERE stream = (SELECT id FROM names WHERE name = 'commitment:e3')", "missing"),
    ("all periods are gone", "DELETE FROM periods", "missing"),
    ("a period is added",
     "INSERT INTO periods SELECT stream, part, 1, 1, 2, known_to, standing FROM periods LIMIT 1", ("stored, "
     "but no entry gives it")),
    ("a period of no stream is added",
     "INSERT INTO periods SELECT 99999, part, 1, 1, 2, known_to, standing FROM periods LIMIT 1", "no entries"),
    ("a standing says another word", "UPDATE standings SET status = 'sung' WHERE id = 1", "missing"),
    ("a standing loses its detail", "UPDATE standings SET detail = '' WHERE detail <> ''", "missing"),
    ("a standing is flagged", "UPDATE standings SET flags = 'disputed' WHERE id = 1", "missing"),
    ("a standing's detail is no JSON", "UPDATE standings SET detail = '{x'", "unreadable"),
    ("a standing's detail is JSON of another shape", "UPDATE standings SET detail = '[1]'", "unreadable"),
    ("the names are gone", "DELETE FROM names", "missing"),
    ("names are swapped",
     ("UPDATE names SET name = CASE name WHEN 'commitment:e1' THEN 'x' WHEN 'commitment:e2' THEN 'y' ELSE name "
     "END"), "commitment:e1"),
    ("a part has another name", "UPDATE names SET name = 'obligor/WS' WHERE name = 'obligor/NZ'", "obligor/NZ"),
    ("a frontier is changed",
     ("UPDATE frontiers SET body = CAST('[1,[[[],null,\"achievement\",\"all\",null,[]]],[]]' AS BLOB) WHERE "
     "rowid_of = 1"), "next step is judged"),
    ("a frontier is gone", "DELETE FROM frontiers WHERE rowid_of = 2", "next step is judged"),
    ("a frontier is no JSON", "UPDATE frontiers SET body = x'ff00' WHERE rowid_of = 1", "next step is judged"),
    ("a frontier is JSON of another shape",
     "UPDATE frontiers SET body = CAST('{}' AS BLOB) WHERE rowid_of = 1", "next step is judged"),
    ("all frontiers are gone", "DELETE FROM frontiers", "next step is judged"),
]  # fmt: skip


def tamper(path: Path, statement: str) -> None:
    """Change what is derived; `rowid_of = n` means the n-th row of the table."""
    keys = {"periods": "(stream, part, valid_from, known_from)", "frontiers": "(stream, region)"}
    before, found, number = statement.partition("rowid_of = ")
    if found:
        table = next(name for name in DERIVED if name in before)
        key = keys[table]
        statement = f"{before}{key} = (SELECT {key[1:-1]} FROM {table} ORDER BY 1, 2 LIMIT 1 OFFSET {number})"
    with plain(path) as connection:
        changed = connection.execute(statement).rowcount
        assert changed > 0, statement
