"""Is damage told once, in our own words, and as what it is? Nobody reads Python's or a guess. Cost: 20 s."""

import hashlib
import re
import sqlite3
from pathlib import Path

import pytest
from faults.ledgers import asked, plain, unguarded

from engagement_ledger.cli import wording

pytestmark = pytest.mark.faults

PYTHONS = re.compile(r"[A-Z]\w*Error|recursion|timedelta|Traceback|NoneType|object is|decode|\[\(|SQLite says")
DEEP = "[" * 5000
LEAF = hashlib.sha256(b"\x00" + DEEP.encode()).hexdigest()
ENTRIES = {
    "a known time is a word": ("UPDATE groups SET known = 'abc' WHERE last = 4", "#4: the times of its group"),
    "a known time is far off": ("UPDATE groups SET known = 9000000000000000000 WHERE last = 4", "#4: the times of its"),
    "a recorded time is bytes": ("UPDATE groups SET recorded = x'00' WHERE last = 4", "#4: the times of its group"),
    "an entry is gone": ("DELETE FROM entries WHERE rowid = 5", "#6: stands where #5 should: an entry is missing"),
    "a line is changed": ("UPDATE entries SET state = x'00' WHERE rowid = 2", "#2: the line is not the one"),
    "a line is no entry": (
        f"UPDATE entries SET state = CAST('{DEEP}' AS BLOB), leaf = x'{LEAF}' WHERE rowid = 2",
        "#2: the line is no entry",
    ),
    "a type is no text": ("UPDATE entries SET topic = CAST(x'ff' AS TEXT) WHERE rowid = 2", "#2: "),
    "a stream is bytes": ("UPDATE entries SET originator_id = x'ff' WHERE rowid = 2", "#2: its columns say"),
    "a group is gone": ("DELETE FROM groups WHERE last = 4", "#4: belongs to a group that ends at #4"),
    "a group ends elsewhere": ("UPDATE groups SET last = 5 WHERE last = 4", "#4: belongs to a group that ends at #4"),
    "the last group is gone": ("DELETE FROM groups WHERE last = 48", "#48: belongs to a group that ends at #48"),
    "a type is planted": ("INSERT INTO types VALUES ('x.y/9')", "the type x.y/9 is listed, and no entry has it"),
    "a type is planted that is none": ("INSERT INTO types VALUES ('rubbish')", "the type rubbish is listed"),
}


COMMITMENTS = 12


@pytest.fixture
def path(made_once: Path, tmp_path: Path) -> Path:
    (tmp_path / "l").write_bytes(made_once.read_bytes())
    return tmp_path / "l"


def damage(path: Path, *statements: str) -> None:
    with plain(path) as connection:
        unguarded(connection)
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("kind", ENTRIES)
def test_one_damage_is_one_finding(path: Path, kind: str) -> None:
    assert asked(path, "verify", "--json").json["problems"] == [], "the negative control"
    statement, said = ENTRIES[kind]
    damage(path, statement)
    for args in (["verify", "--json"], ["verify", "--full", "--json"]):
        outcome = asked(path, *args)
        assert outcome.code == 4, outcome
        (problem,) = (one["problem"] for one in outcome.json["problems"])
        assert problem.startswith(said)
        assert not PYTHONS.search(problem + outcome.err), outcome


def test_two_damages_are_two_findings(path: Path) -> None:
    """The control of the control: what does not follow from one is not left out."""
    damage(path, "DELETE FROM entries WHERE rowid = 5", "UPDATE entries SET state = x'00' WHERE rowid IN (2, 40)")
    damage(path, "DELETE FROM groups WHERE last = 20")
    problems = asked(path, "verify", "--json").json["problems"]
    assert [one["problem"].partition(":")[0] for one in problems] == ["#2", "#6", "#20", "#40"], problems


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE groups SET known = 'abc' WHERE last = 48",
        "UPDATE groups SET recorded = 'abc' WHERE last = 48",
        "UPDATE standings SET detail = '" + '{"a":' * 5000 + "'",
        "DELETE FROM names",
        "DELETE FROM standings",
        "UPDATE frontiers SET body = 'abc'",
        "INSERT INTO types VALUES (CAST(x'ff' AS TEXT))",
        "UPDATE entries SET topic = CAST(x'ff' AS TEXT)",
    ],
)
def test_no_command_says_what_python_says(path: Path, statement: str) -> None:
    damage(path, statement)
    for args in (
        ["status"],
        ["log"],
        ["due"],
        ["check"],
        ["doctor"],
        ["verify", "--full"],
        ["retract", "#2", "--reason", "x"],
    ):
        outcome = asked(path, *args)
        assert outcome.code in (0, 1, 4, 6), (args, outcome)
        assert not PYTHONS.search(outcome.err), (args, outcome.err)


@pytest.mark.parametrize("name", ["x.y/9", "rubbish"])
def test_a_planted_type_is_not_taken_for_that_of_a_newer_version(path: Path, name: str) -> None:
    damage(path, f"INSERT INTO types VALUES ('{name}')")
    outcome = asked(path, "retract", "#2", "--reason", "x")
    assert outcome.code == 4
    assert "no entry has that type" in outcome.err
    assert "newer version" not in outcome.err + asked(path, "doctor").out.decode()


def test_a_type_that_an_entry_has_is_that_of_a_newer_version(path: Path) -> None:
    """The negative control."""
    damage(path, "UPDATE entries SET topic = 'x.y/9' WHERE rowid = 2", "INSERT INTO types VALUES ('x.y/9')")
    outcome = asked(path, "retract", "#3", "--reason", "x")
    assert outcome.code == 6
    assert "newer version" in outcome.err


def test_a_schema_that_is_no_text_is_told_in_words(path: Path) -> None:
    """SQLite repeats the damaged words in its own, which are then no UTF-8 either."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET name = CAST(x'ff' AS TEXT), sql = 'CREATE (' WHERE name = 'types'")
    connection.close()
    for args in (["status"], ["verify"], ["doctor"], ["retract", "#2", "--reason", "x"], ["export", "-o", "l2"]):
        outcome = asked(path, *args)
        assert outcome.code in (4, 6), (args, outcome)
        assert "error:" in outcome.err or b"problem" in outcome.out


def test_what_looks_for_damage_never_raises(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("the same again")

    assert wording.defect(ValueError("first"), str(path)) == 70, "the negative control: nothing is damaged"
    monkeypatch.setattr("engagement_ledger.store.sqlite.verification.verify", fails)
    assert wording.defect(ValueError("first"), str(path)) == 70
    told = capsys.readouterr().err
    assert told.count("ValueError: first") == 2
    assert "the same again" not in told
