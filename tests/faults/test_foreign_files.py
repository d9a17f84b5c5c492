"""What if the file is no ledger, or one of another version? Told in three lines, and left byte for byte. Cost: 5 s."""

import gzip
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.ledgers import asked, command, digest, engage, environment, eventful, fact, new, plain, settled

from engagement_ledger.domain.errors import LedgerUnusable
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
from engagement_ledger.store.sqlite.opening import NewerLedger

pytestmark = pytest.mark.faults

COMMANDS = [
    ["status"], ["status", "--json"], ["log"], ["export"], ["show", "#1"], ["timeline", "commitment:a"], ["verify"],
    ["verify", "--full"], ["replay"], ["check"], ["due"], ["search", "x"], ["source", "list"], ["rebuild"],
    ["diff", "2026-01-01..2026-02-01"], ["blame", "commitment:a"], ["retract", "#1", "--reason", "x"],
    ["commitment", "make", "b", "--occurred", "2026-02-02", "--obligors", "NZ", "--kind", "event", "--text", "x"],
]  # fmt: skip


def _sqlite(path: Path, *statements: str) -> None:
    with plain(path) as connection:
        for statement in statements:
            connection.execute(statement)


def _text(path: Path) -> None:
    path.write_text("Dear diary,\n" + "today the officials met.\n" * 50)


def _empty(path: Path) -> None:
    path.touch()


def _foreign(path: Path) -> None:
    _sqlite(
        path,
        "CREATE TABLE entries (a)",
        "CREATE TABLE groups (last, known, recorded)",
        "INSERT INTO entries VALUES (1)",
    )


def _foreign_application(path: Path) -> None:
    _sqlite(path, "PRAGMA application_id = 252006674", "CREATE TABLE stash (a)")


def _claims_to_be_one(path: Path) -> None:
    _sqlite(path, "PRAGMA application_id = 1162757953", "PRAGMA user_version = 1", "CREATE TABLE stash (a)")


def _other_columns(path: Path) -> None:
    _foreign(path)
    _sqlite(path, "PRAGMA application_id = 1162757953", "PRAGMA user_version = 1")


def _packed(path: Path) -> None:
    other = path.with_name("packed")
    new(other, fact("made", "a"))
    settled(other)
    path.write_bytes(gzip.compress(other.read_bytes()))
    other.unlink()


def _cut(size: int) -> Callable[[Path], None]:
    def made(path: Path) -> None:
        eventful(path, commitments=10)
        settled(path)
        os.truncate(path, size if size > 0 else path.stat().st_size + size)

    return made


def _magic_alone(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00" + bytes(84))


def _blank(path: Path) -> None:
    path.write_bytes(bytes(8192))


FILES: dict[str, Callable[[Path], None]] = {
    "a text": _text, "an empty file": _empty, "an SQLite file of somebody's": _foreign, "blanks": _blank,
    "an SQLite file of another application": _foreign_application, "one that claims to be a ledger": _claims_to_be_one,
    "one with other columns": _other_columns, "a packed ledger": _packed, "a ledger cut in the header": _cut(50),
    "a ledger cut after the header": _cut(100), "a ledger cut after its first page": _cut(4096),
    "a ledger cut in the middle": _cut(30_000), "a ledger without its last page": _cut(-4096),
    "a ledger without its last byte": _cut(-1), "a header alone": _magic_alone,
}  # fmt: skip


def test_the_application_id_in_these_tests_is_that_of_ledgers() -> None:
    from engagement_ledger.store.sqlite.schema import APPLICATION_ID

    assert APPLICATION_ID == 1162757953


def beside(path: Path) -> list[str]:
    """The files in its folder, but for the log and the index of the log that SQLite keeps beside a ledger."""
    return sorted(one.name for one in path.parent.iterdir() if not one.name.endswith(("-wal", "-shm")))


@pytest.mark.parametrize("kind", FILES)
def test_it_is_told_in_three_lines_and_left_as_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    FILES[kind](path)
    before = digest(path), beside(path)
    for args in COMMANDS:
        outcome = asked(path, *args)
        assert outcome.code == 6, (args, outcome)
        assert [line.partition(":")[0] for line in outcome.err.splitlines()] == ["error", "because", "try"], outcome
        assert outcome.out == b"" or kind == "one with other columns"
        assert (digest(path), beside(path)) == before, args


@pytest.mark.parametrize("kind", FILES)
def test_a_program_gets_the_same_refusal(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    FILES[kind](path)
    for opening in (Ledger, Reader):
        with pytest.raises(LedgerUnusable) as refused:
            opening(path)
        assert refused.value.because
        assert refused.value.hint


@pytest.mark.parametrize("kind", FILES)
def test_init_never_makes_a_ledger_over_it(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    FILES[kind](path)
    before = digest(path), beside(path)
    outcome = asked(path, "init")
    assert outcome.code == 6
    assert "exists already" in outcome.err
    assert (digest(path), beside(path)) == before


@pytest.mark.parametrize("kind", FILES)
def test_the_doctor_says_what_is_wrong(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    FILES[kind](path)
    before = digest(path), beside(path)
    outcome = asked(path, "doctor")
    assert outcome.code == 6
    assert b"problem" in outcome.out
    assert (digest(path), beside(path)) == before


def test_a_real_ledger_is_taken_by_all_of_these_commands(tmp_path: Path) -> None:
    """The negative control."""
    path = tmp_path / "x"
    new(path, fact("made", "a"))
    for args in COMMANDS:
        assert asked(path, *args).code in ((7,) if args[0] == "verify" else (0, 1)), args


def test_init_twice_keeps_the_first(tmp_path: Path) -> None:
    path = tmp_path / "x"
    new(path, fact("made", "a"))
    settled(path)
    before = digest(path)
    assert engage(path, "init").code == 6
    assert digest(path) == before


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_no_file_at_all_is_told_with_the_way_to_make_one(tmp_path: Path, args: list[str]) -> None:
    outcome = asked(tmp_path / "missing", *args)
    assert outcome.code == 6, outcome
    assert "there is no ledger at" in outcome.err
    assert "init" in outcome.err
    assert beside(tmp_path / "missing") == [], "asking makes no file"


@pytest.mark.parametrize("args", [["status"], ["export"], ["verify"], ["init"], ["rebuild"]], ids=" ".join)
def test_what_is_no_file_is_told_too(tmp_path: Path, args: list[str]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "text").write_text("x")
    places = [tmp_path / name for name in ("folder", "dangling", "pipe", "text/l", "none/l")]
    for path in [*places, Path("/dev/null")]:
        if args == ["init"] and path.name == "dangling":
            continue
        outcome = engage(path, *args, timeout=20)
        assert outcome.code in ((2, 6) if path.name == "folder" else (6,)), (path, outcome)
        assert "error:" in outcome.err
        assert "try:" in outcome.err
    assert not (tmp_path / "nowhere").exists()


def test_a_ledger_behind_a_link_is_the_ledger(tmp_path: Path) -> None:
    new(tmp_path / "real", fact("made", "a"))
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert engage(tmp_path / "link", "retract", "#1", "--reason", "x").code == 0
    assert asked(tmp_path / "real", "verify", "--json").json["size"] == 2


# --- a newer format --------------------------------------------------------------------------------------


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    path = tmp_path / "newer"
    eventful(path, commitments=8)
    shutil.copy(path, tmp_path / "older")
    _sqlite(path, "PRAGMA user_version = 99")
    settled(path)
    return path


QUESTIONS = [
    args for args in COMMANDS if args[0] not in ("rebuild", "retract", "commitment") and "commitment:a" not in args
]


def test_a_ledger_of_a_newer_format_is_read(newer: Path) -> None:
    older = newer.with_name("older")
    before = digest(newer)
    for args in QUESTIONS:
        there, here = asked(older, *args), asked(newer, *args)
        assert (here.code, here.out) == (there.code, there.out), args
    settled(newer)
    assert digest(newer) == before


@pytest.mark.parametrize(
    "args", [args for args in COMMANDS if args[0] in ("rebuild", "retract", "commitment")], ids=" ".join
)
def test_a_ledger_of_a_newer_format_is_not_written_to(newer: Path, args: list[str]) -> None:
    before = digest(newer), beside(newer)
    outcome = engage(newer, *args)
    assert outcome.code == 6, outcome
    assert "written by a newer version" in outcome.err
    assert "its format is 99, and this version writes 6" in outcome.err
    assert "try: update engage" in outcome.err
    assert (digest(newer), beside(newer)) == before
    assert asked(newer.with_name("older"), *args).code in (0, 1), "the negative control"


def test_a_source_is_not_archived_in_it_either(newer: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x")
    before = digest(newer)
    assert engage(newer, "source", "add", str(tmp_path / "text")).code == 6
    with pytest.raises(NewerLedger):
        Ledger(newer)
    assert digest(newer) == before


def test_a_newer_ledger_whose_tables_are_other_is_told_too(newer: Path) -> None:
    _sqlite(newer, "ALTER TABLE groups RENAME TO batches")
    settled(newer)
    outcome = asked(newer, "status")
    assert outcome.code == 6
    assert "Traceback" not in outcome.err
    assert sqlite3.OperationalError.__name__ not in outcome.err


def test_these_tests_start_the_command_as_a_person_does(tmp_path: Path) -> None:
    assert "--ledger" in command(tmp_path / "l", "status")
    assert not [name for name in environment() if name in ("ENGAGE_LEDGER", "ENGAGE_DEBUG")]


# --- a log of another time --------------------------------------------------------------------------------


def with_a_log_of_another_time(folder: Path, *, further: int) -> Path:
    """A ledger that goes on after a copy of its log was taken, with that copy laid beside it again."""
    path, kept = folder / "l", folder / "kept"
    new(path, *(fact("made", f"a{number}") for number in range(5)))
    settled(path)
    with Ledger(path) as ledger:
        ledger.append(fact("made", "in-the-log"))
        shutil.copy(path.with_name("l-wal"), kept)
    with Ledger(path) as ledger:
        for number in range(further):
            ledger.append(fact("made", f"later{number}"))
    settled(path)
    shutil.copy(kept, path.with_name("l-wal"))
    return path


def test_a_log_of_an_earlier_time_does_not_take_back_what_was_recorded_since(tmp_path: Path) -> None:
    path = with_a_log_of_another_time(tmp_path, further=3)
    before = path.read_bytes()
    for args in (["status"], ["verify"], ["log"], ["retract", "#1", "--reason", "x"], ["doctor"]):
        outcome = asked(path, *args)
        assert outcome.code == 6, (args, outcome)
        told = outcome.err + outcome.out.decode()
        assert "by itself the file ends at #9, and with that log it would end at #6" in told
    assert path.read_bytes() == before
    path.with_name("l-wal").unlink()
    assert asked(path, "verify", "--json").json["size"] == 9


def test_a_log_that_belongs_to_the_file_is_taken(tmp_path: Path) -> None:
    """The negative control."""
    path = with_a_log_of_another_time(tmp_path, further=0)
    assert asked(path, "verify", "--json").json["size"] == 6
    with Ledger(path) as ledger:
        ledger.append(fact("made", "more"))
        assert b"without it the ledger ends at #6, with it at #7" in asked(path, "doctor").out
