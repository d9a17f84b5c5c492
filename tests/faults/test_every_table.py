"""Is every row of every table held against something? Each column is edited, rows are deleted and planted.

What is derived is found by `verify --full` and mended by `rebuild`; what is recorded is found, and never built upon.
Cost: some hundred damaged copies of a small ledger, about a minute.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import Outcome, asked, eventful, opened, plain, settled, unguarded

from engagement_ledger.domain.dates import When, iso
from engagement_ledger.domain.entry import Draft
from engagement_ledger.domain.relationship import MissionAtLevel
from engagement_ledger.ledger.drafts import draft_of
from engagement_ledger.ledger.key_files import create_key
from engagement_ledger.ledger.proving import add_cosignatures, make_checkpoint
from engagement_ledger.proof.notes import COSIGNATURE, ED25519, Checkpoint
from engagement_ledger.proof.verifier import checkpoint_of, note_of, trust_in_keys

pytestmark = pytest.mark.faults

RECORDED = {
    "entries": ("originator_id", "originator_version", "topic", "state", "entry_id", "leaf"),
    "groups": ("last", "known", "recorded"),
    "nodes": ("level", "number", "hash"),
    "sources": ("digest", "title", "media", "language", "added_at", "added_by", "content", "seal"),
    "types": ("name",),
    "attestations": ("id", "kind", "about", "size", "name", "body", "added_at", "added_by", "seal"),
}
DERIVED = {
    "names": ("id", "name"),
    "standings": ("id", "status", "possible", "flags", "detail"),
    "periods": ("stream", "part", "valid_from", "known_from", "valid_to", "known_to", "standing"),
    "frontiers": ("stream", "region", "body"),
    "steps": ("stream", "region", "earliest", "version", "number", "body"),
    "bases": ("stream", "region", "day", "body"),
}
KEYS = {
    "entries": "rowid", "groups": "last", "nodes": "(level, number)", "sources": "digest", "types": "name",
    "attestations": "id",
    "names": "id", "standings": "id", "periods": "(stream, part, valid_from, known_from)",
    "frontiers": "(stream, region)", "steps": "(stream, region, earliest, version, number)",
    "bases": "(stream, region, day)",
}  # fmt: skip
VALUES: dict[str, Any] = {
    "nothing": None, "text": "evil:a", "bytes": b"\xff\x00", "a number": -7, "a large number": 1 << 62,
    "a fraction": 0.5, "JSON": '{"a":[1]}', "deep JSON": '{"a":' + "[" * 50_000 + "]" * 50_000 + "}",
}  # fmt: skip
QUESTIONS = [
    ["status", "--json", "--as-of", "2026-02-10"],
    ["status", "--count"],
    ["log", "--json"],
    ["timeline", "commitment:e1", "--json"],
    ["check", "--json"],
    ["due", "--json"],
    ["replay"],
    ["commitment", "progress", "e1", "--obligor", "NZ", "--on", "2026-02-02", "--completion", "90", "--dry-run"],
    ["relationship", "mission", "nz-us", "--sender", "NZ", "--host", "US", "--level", "embassy", "--on",
     "2019-01-01", "--dry-run"],
]  # fmt: skip
ANSWERS = [
    ["status", "--json", "--as-of", "2026-02-10"],
    ["status", "--json", "--known-at", "#9"],
    ["status", "--count"],
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A little of everything: also a long stream, with steps and bases, and a citation of an archived source."""
    path = tmp_path_factory.mktemp("whole") / "l"
    eventful(path, commitments=3)
    with opened(path) as ledger:
        source = ledger.archive(b"The parties agree.", title="T", media="text/plain", language="en", by="Mere")
        ledger.append(
            draft_of(
                {"stream": "commitment:e0", "type": "commitment.reaffirmed/1", "occurred": "2026-02-01",
                 "sources": [{"document": source, "quote": "parties agree"}], "body": {"by": ["NZ"]}},
                recorded_by="Mere", resolve=str,
            )
        )  # fmt: skip
        levels = ("embassy", "legation", "consulate")
        ledger.append(*(mission(number, levels[number % 3]) for number in range(280)))
    create_key(path.with_name("key"), "mfa.example/ledger", (ED25519,))
    made = make_checkpoint(path, name="one", key=path.with_name("key"), by="Mere")
    witness = create_key(path.with_name("witness"), "witness.example/w1", (COSIGNATURE,))[0]
    head = checkpoint_of(note_of(made.note.encode())[0])
    other = witness.sign(Checkpoint(head.origin, head.size, head.root), 1_770_000_000)
    add_cosignatures(path, (made.note + other).encode(), trust_in_keys([witness.verifier]), by="Mere")
    settled(path)
    return path


def mission(number: int, level: Any) -> Draft:
    fact = MissionAtLevel(sender="NZ", host="US", level=level)
    when = When.parse(iso(735_000 + number * 3))
    return draft_of(
        {"stream": "relationship:nz-us", "type": fact.TYPE, "occurred": when.text,
         "body": {"sender": "NZ", "host": "US", "level": level}},
        recorded_by="Mere", resolve=str,
    )  # fmt: skip


@pytest.fixture(scope="module")
def answers(whole: Path) -> list[Outcome]:
    assert asked(whole, "verify", "--full").code == 7
    return [asked(whole, *question) for question in ANSWERS]


def change(path: Path, statement: str, *values: object) -> bool:
    """Change the file; whether that changed anything."""
    with plain(path) as connection:
        unguarded(connection)
        try:
            connection.execute(statement, values)
        except sqlite3.Error:  # SQLite itself refuses: nothing is damaged
            return False
        return connection.total_changes > 0


def edits(table: str, column: str) -> list[tuple[str, object]]:
    key = KEYS[table]
    order = " ORDER BY 1 DESC LIMIT 1"
    where = f"WHERE {key} = (SELECT {key.strip('()')} FROM {table}{order})"
    return [(f"UPDATE {table} SET {column} = ? {where}", value) for value in VALUES.values()]


def damaged(tmp_path: Path, whole: Path, table: str, column: str) -> Iterator[Path]:
    """Copies in which a column of a row holds something else than it did, one for each value that SQLite takes."""
    for number, (statement, value) in enumerate(edits(table, column)):
        path = tmp_path / f"l{number}"
        shutil.copy(whole, path)
        if change(path, statement, value) and not same(path, column, table, whole):
            yield path


def same(path: Path, column: str, table: str, whole: Path) -> bool:
    """Whether the column holds what it did: what was written was there, or became it."""
    with plain(path) as one, plain(whole) as other:
        statement = f"SELECT typeof({column}), {column} FROM {table} ORDER BY 1, 2"
        return one.execute(statement).fetchall() == other.execute(statement).fetchall()


def found(path: Path) -> Outcome:
    """That it is found is checked, and that nothing asked of the file ends in an error that escapes."""
    outcome = asked(path, "verify", "--full")
    assert outcome.code in (4, 6), outcome
    for question in QUESTIONS:
        said = asked(path, *question)
        assert said.code in (0, 1, 4, 6), (question, said)
    return outcome


def in_any_order(answer: Outcome) -> tuple[int, list[bytes]]:
    """An answer less the order of its rows: a stream whose name was lost gets another number."""
    return answer.code, sorted(line.rstrip(b",") for line in answer.out.splitlines())


def mended(path: Path, answers: list[Outcome]) -> None:
    outcome = asked(path, "rebuild")
    assert outcome.code == 0, outcome
    assert asked(path, "verify", "--full").code == 7, asked(path, "verify", "--full").err
    assert [in_any_order(asked(path, *question)) for question in ANSWERS] == list(map(in_any_order, answers))


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in DERIVED.items() for c in columns])
def test_whatever_is_edited_in_what_is_derived_is_found_and_mended(
    tmp_path: Path, whole: Path, answers: list[Outcome], table: str, column: str
) -> None:
    paths = list(damaged(tmp_path, whole, table, column))
    for path in paths:
        found(path)
        mended(path, answers)
    assert len(paths) >= 2


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in RECORDED.items() for c in columns])
def test_whatever_is_edited_in_what_is_recorded_is_found_and_never_built_upon(
    tmp_path: Path, whole: Path, table: str, column: str
) -> None:
    paths = list(damaged(tmp_path, whole, table, column))
    for path in paths:
        found(path)
        assert asked(path, "verify").code in (4, 6)
        assert asked(path, "rebuild").code in (4, 6)
    assert len(paths) >= 2


@pytest.mark.parametrize("table", [*DERIVED, *RECORDED])
def test_a_row_that_is_gone_is_missed(tmp_path: Path, whole: Path, answers: list[Outcome], table: str) -> None:
    for place in (0, 1):
        path = tmp_path / f"l{place}"
        shutil.copy(whole, path)
        key = KEYS[table]
        where = f"WHERE {key} = (SELECT {key.strip('()')} FROM {table} ORDER BY 1 LIMIT 1 OFFSET {place})"
        if change(path, f"DELETE FROM {table} {where}"):
            if table == "sources" and "cited" not in found_if_cited(path):
                continue
            if table == "attestations" and place == 1:
                continue  # what was added last can be taken out: nothing else in the file says that it was there
            found(path)
            if table in DERIVED:
                mended(path, answers)


def found_if_cited(path: Path) -> str:
    """A source that nothing cites can be taken out: nothing else in the file says that it was there."""
    return asked(path, "verify").err


PLANTED = {
    "names": "INSERT INTO names (name) VALUES ('commitment:planted')",
    "standings": "INSERT INTO standings (status, possible, flags, detail) VALUES ('held', '', 'planted', '')",
    "periods": "INSERT INTO periods SELECT 9999, part, valid_from, known_from, valid_to, known_to, standing "
    "FROM periods LIMIT 1",
    "periods of a stream": "INSERT INTO periods SELECT stream, part, valid_from - 1, known_from, valid_from, "
    "known_to, standing FROM periods LIMIT 1",
    "frontiers": "INSERT INTO frontiers SELECT 9999, region, body FROM frontiers LIMIT 1",
    "frontiers of a stream": "INSERT INTO frontiers SELECT stream, 'planted', body FROM frontiers LIMIT 1",
    "steps": "INSERT INTO steps SELECT 9999, region, earliest, version, number, body FROM steps LIMIT 1",
    "steps of a short stream": "INSERT INTO steps SELECT (SELECT id FROM names WHERE name = 'commitment:e0'), region, "
    "earliest, version, number, body FROM steps LIMIT 1",
    "bases": "INSERT INTO bases SELECT 9999, region, day, body FROM bases LIMIT 1",
    "bases of a stream": "INSERT INTO bases SELECT stream, region, day + 1, body FROM bases LIMIT 1",
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_row_that_was_planted_is_found_and_taken_out(
    tmp_path: Path, whole: Path, answers: list[Outcome], what: str
) -> None:
    path = tmp_path / "l"
    shutil.copy(whole, path)
    assert change(path, PLANTED[what])
    found(path)
    mended(path, answers)


def test_what_is_derived_again_is_kept_beside(tmp_path: Path, whole: Path) -> None:
    path = tmp_path / "l"
    shutil.copy(whole, path)
    change(path, "UPDATE periods SET valid_from = valid_from - 1 WHERE stream = 1")
    outcome = asked(path, "rebuild")
    (kept,) = tmp_path.glob("l.replaced-*.jsonl")
    assert str(kept) in outcome.err
    assert '"periods"' in kept.read_text()
    assert asked(path, "rebuild").code == 0, "where nothing differs nothing is kept"
    assert len(list(tmp_path.glob("l.replaced-*.jsonl"))) == 1
