"""Does a ledger whose end or groups were changed answer, or take in anything? Neither: said, and nothing is written.

Each change is made with nothing but SQLite, guards off and on again. The control is the same ledger as it was.
"""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from faults.ledgers import asked, contents, fact, new, plain, unguarded

pytestmark = pytest.mark.faults

CHANGES = {
    "a group is planted after the end": "INSERT INTO groups VALUES (5000, 1, 1)",
    "a group is planted within another": "INSERT INTO groups SELECT 2, known, recorded FROM groups WHERE last = 1",
    "the last group is taken out": "DELETE FROM groups WHERE last = 4",
    "all groups are taken out": "DELETE FROM groups",
    "a group in the middle is taken out": "DELETE FROM groups WHERE last = 3",
    "a group is known at another time": "UPDATE groups SET known = known - 10000000 WHERE last = 4",
    "a group in the middle is known at another time": "UPDATE groups SET known = known + 10000000 WHERE last = 3",
    "a group was recorded at another time": "UPDATE groups SET recorded = recorded + 1 WHERE last = 4",
    "a group is known at no time": "UPDATE groups SET known = 'soon' WHERE last = 4",
    "the last entry is taken out": "DELETE FROM entries WHERE rowid = 4",
    "the last entry and its group are taken out": (
        "DELETE FROM entries WHERE rowid = 4; DELETE FROM groups WHERE last = 4"
    ),
    "the last line is changed": "UPDATE entries SET state = CAST(replace(state, 'now', 'not') AS BLOB) WHERE rowid = 4",
    "the last leaf is changed": "UPDATE entries SET leaf = zeroblob(32) WHERE rowid = 4",
    "another position was given last": "UPDATE sqlite_sequence SET seq = 9",
    "no position was given": "DELETE FROM sqlite_sequence",
}
MOMENTS = {
    "a group is planted within another": "#2",
    "a group in the middle is taken out": "#3",
    "a group in the middle is known at another time": "#3",
}
"""Where it is seen: an append goes by the end alone, and so does an answer at the end."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "l"
    new(
        path,
        fact("made", "a"),
        [fact("progress-reported", "a", obligor="NZ", completion="10"), fact("made", "b")],
        fact("progress-reported", "a", obligor="NZ", completion="20", envelope={"note": "now"}),
    )
    return path


def change(path: Path, statements: str) -> None:
    with plain(path) as connection:
        unguarded(connection)
        for statement in statements.split(";"):
            assert connection.execute(statement).rowcount > 0, statement


@pytest.mark.parametrize("name", CHANGES)
def test_no_question_is_answered(name: str, path: Path) -> None:
    change(path, CHANGES[name])
    moment = MOMENTS.get(name, "#4")
    for question in (["status"], ["status", "commitment:b"], ["log"], ["due"], ["timeline", "commitment:a"]):
        outcome = asked(path, *question, "--known-at", moment)
        assert (outcome.code, outcome.out) == (4, b""), (question, outcome)
    assert asked(path, "verify").code == 4


@pytest.mark.parametrize("name", [name for name in CHANGES if name not in MOMENTS])
def test_nothing_is_recorded_after_it(name: str, path: Path) -> None:
    change(path, CHANGES[name])
    before = contents(path)
    outcome = asked(path, "commitment", "stall", "a", "--obligor", "US", "--reason", "no room", "--on", "2026-02-02")
    assert outcome.code == 4, outcome
    assert "engage verify" in outcome.err
    assert contents(path) == before


def test_the_same_ledger_as_it_was_answers_and_takes_in(path: Path) -> None:
    for moment in ("#0", "#1", "#2", "#3", "#4", "2026-02-03T09:00:02Z"):
        assert asked(path, "status", "--known-at", moment).code == 0
    assert asked(path, "commitment", "stall", "a", "--obligor", "US", "--reason", "x", "--on", "2026-02-02").code == 0
    assert asked(path, "verify", "--full").code == 7


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("UPDATE entries SET originator_id = 'commitment:b', originator_version = 2 WHERE rowid = 4", "commitment:b"),
        ("DELETE FROM entries WHERE rowid = 1", "commitment:a"),
        ("UPDATE entries SET originator_version = 7 WHERE rowid = 1", "commitment:a"),
    ],
)
def test_an_entry_is_not_shown_in_a_stream_that_it_was_not_recorded_in(
    statement: str, question: str, path: Path
) -> None:
    change(path, statement)
    outcome = asked(path, "log", question)
    assert outcome.code == 4, outcome


def test_an_entry_is_not_found_by_an_id_that_its_line_does_not_have(path: Path) -> None:
    with plain(path) as connection:
        unguarded(connection)
        ids = dict(connection.execute("SELECT rowid, entry_id FROM entries"))
        for rowid, other in ((1, bytes(16)), (4, ids[1]), (1, ids[4])):
            connection.execute("UPDATE entries SET entry_id = ? WHERE rowid = ?", (other, rowid))
    named = str(uuid.UUID(bytes=ids[1]))
    before = contents(path)
    for command in (["show", named], ["retract", named, "--reason", "x"]):
        outcome = asked(path, *command)
        assert (outcome.code, outcome.out) == (4, b""), outcome
    assert contents(path) == before


@pytest.mark.parametrize(("part", "standing"), [(1, 999), (999, 1), (999, 999)])
def test_a_planted_period_without_a_name_is_found_and_taken_out(part: int, standing: int, path: Path) -> None:
    with plain(path) as connection:
        stream = connection.execute("SELECT min(stream) FROM periods").fetchone()[0]
        row = (stream, part, 700_000, 4, 735_000, 140_737_488_355_327, standing)
        connection.execute("INSERT INTO periods VALUES (?,?,?,?,?,?,?)", row)
    assert asked(path, "verify", "--full").code == 4
    assert asked(path, "replay", "--end").code == 4
    assert asked(path, "rebuild").code == 0
    assert asked(path, "verify", "--full").code == 7
