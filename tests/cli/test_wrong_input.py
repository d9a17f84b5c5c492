"""What is wrong is refused in three lines, with the documented code, and the ledger stays as it is, to the byte."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.cli import wording
from engagement_ledger.domain import errors
from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.proof.merkle import leaf_hash

ON = ("--on", "2026-02-05")
FULFIL = ("commitment", "fulfil", "nz-us-2026-c3", "--obligor", "NZ")
EVIDENCE = ("--evidence", "A report")

REFUSED: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "an unknown stream": (
        "status dialogue:nz-us-spce",
        3,
        (
            "there is no stream dialogue:nz-us-spce",
            "did you mean dialogue:nz-us-space",
        ),
    ),
    "an unknown stream of another kind": ("log commitment:nz-us-space", 3, ("did you mean",)),
    "a stream by a part of its name": ("timeline pacific-summit", 3, ("did you mean dialogue:us-pacific-summit",)),
    "an unknown stream to blame": ("blame relationship:nz-au", 3, ("relationship:nz-us",)),
    "an unknown part": ("show nothing", 3, ("there is no stream nothing",)),
    "an ambiguous date": (
        "dialogue hold d --meeting 1 --on 02/03/2026",
        2,
        (
            "'02/03/2026' is ambiguous",
            "2026-03-02",
            "2026-02-03",
        ),
    ),
    "a day that no calendar has": (
        "dialogue hold d --meeting 1 --on 2026-02-30",
        2,
        (
            "2026-02-30",
            "2026-02-28",
        ),
    ),
    "a relative date": ("dialogue hold d --meeting 1 --on 'next week'", 2, ("next week",)),
    "an ambiguous window": (
        "dialogue schedule d --meeting 1 --window 02/03/2026 --on 2026-02-05",
        2,
        (
            "window",
            "2026-03-02",
        ),
    ),
    "an impossible day asked about": ("status --as-of 2026-02-30", 2, ("2026-02-30",)),
    "an ambiguous day asked about": ("status --as-of 02/03/2026", 2, ("02/03/2026",)),
    "a month asked about as a day": ("status --as-of 2026-03", 2, ("2026-03",)),
    "an unreadable moment": ("status --known-at yesterday", 2, ("yesterday",)),
    "a position that is not there": (
        "status --known-at '#99'",
        3,
        (
            "#99 is not recorded yet",
            "#28",
        ),
    ),
    "an impossible span": ("diff 2026-02-30..2026-03-01", 2, ("2026-02-30",)),
    "no end of a span": ("diff ..", 2, ("2026-02-01..2026-03-01",)),
    "no span of days": ("diff 2026-02-01", 2, ("2026-02-01..2026-03-01",)),
    "no span": ("diff", 2, ("DAY..DAY",)),
    "held in the future": (
        "dialogue hold nz-us-space --meeting 2 --on 2999-03-12",
        1,
        (
            "cannot have happened yet",
            "schedule",
        ),
    ),
    "held in a future month": ("dialogue hold nz-us-space --meeting 2 --on 2999-03", 1, ("cannot have happened yet",)),
    "held twice": (
        "dialogue hold nz-us-space --meeting 1 --on 2026-02-05",
        1,
        (
            "the meeting had already been held",
            "#21",
        ),
    ),
    "held before it was scheduled, cancelled after": (
        "dialogue cancel nz-us-space --meeting 9 --on 2026-02-05",
        1,
        ("no such meeting",),
    ),
    "a date outside the window": (
        "dialogue refine nz-us-space --meeting 2 --window 2026-05-02 --on 2026-02-05",
        1,
        (
            "not inside the announced window",
            "postpone",
        ),
    ),
    "fulfilled without evidence": (
        "commitment fulfil nz-us-2026-c3 --obligor NZ --on 2026-02-05",
        1,
        (
            "fulfilment needs evidence",
            "--evidence",
        ),
    ),
    "fulfilled before it was made": (
        "commitment fulfil nz-us-2026-c3 --obligor NZ --evidence 'A report' --on 2020-01-01",
        1,
        (
            "had not yet been made",
            "engage commitment recognise",
        ),
    ),
    "fulfilled by a non-obligor": (
        "commitment fulfil nz-us-2026-c3 --obligor AU --evidence 'A report' --on 2026-02-05",
        1,
        (
            "AU",
            "not an obligor",
        ),
    ),
    "withdrawn by a non-obligor": (
        "commitment withdraw nz-us-2026-c3 --by AU --on 2026-02-05",
        1,
        (
            "not an obligor of the commitment",
            "join",
        ),
    ),
    "lapsed without due date or decision": ("commitment lapse nz-us-2026-c3 --on 2026-02-05", 1, ("--decided-by",)),
    "superseded by itself": (
        "commitment supersede nz-us-2026-c3 --by-commitment commitment:nz-us-2026-c3 --on 2026-02-05",
        1,
        ("cannot supersede itself",),
    ),
    "a joint statement with one issuer": (
        "dialogue issue d --kind joint --issuers NZ --on 2026-02-05",
        1,
        (
            "at least two issuers",
            "unilateral",
        ),
    ),
    "a joint statement with one issuer named twice": (
        "dialogue issue d --kind joint --issuers NZ --issuers NZ --on 2026-02-05",
        1,
        ("at least two issuers",),
    ),
    "relations restored that never ended": (
        "relationship restore nz-us --on 2026-02-05",
        1,
        ("neither suspended nor severed",),
    ),
    "an unknown party": ("commitment make c --obligors ZZ --kind event --text t --on 2026-02-05", 2, ("ZZ",)),
    "a party by a name that is nearly its own": (
        "commitment make c --obligors 'New Zeeland' --kind event --text t --on 2026-02-05",
        2,
        ("NZ",),
    ),
    "a party by the name of two": (
        "commitment make c --obligors Korea --kind event --text t --on 2026-02-05",
        2,
        ("KP (North Korea) or KR (South Korea)",),
    ),
    "an unknown verb": (
        "dialogue shedule d",
        2,
        (
            "dialogue has no verb 'shedule'",
            "did you mean schedule",
        ),
    ),
    "an unknown command": (
        "statsu",
        2,
        (
            "there is no command 'statsu'",
            "did you mean status",
        ),
    ),
    "an unknown option": ("status --asof 2026-02-02", 2, ("--as-of",)),
    "an unknown word": (
        "commitment make c --obligors NZ --kind promise --text t --on 2026-02-05",
        2,
        (
            "promise",
            "achievement",
        ),
    ),
    "an unknown form": (
        "status --format xml",
        2,
        (
            "xml",
            "json",
        ),
    ),
    "a stream of another kind": ("dialogue hold commitment:c --meeting 1 --on 2026-02-05", 2, ("commitment:c",)),
    "a stream that is no name": ("dialogue hold 'a b' --meeting 1 --on 2026-02-05", 2, ("kind:name",)),
    "an id that is no id": ("dialogue hold d --meeting 1 --on 2026-02-05 --id 7", 2, ("no UUID",)),
    "a link to an entry of another stream": (
        "dialogue hold nz-us-space --meeting 3 --on 2026-02-05 --after '#1'",
        1,
        ("is not in dialogue:nz-us-space",),
    ),
    "a link to an entry that is not there": (
        "dialogue hold d --meeting 3 --on 2026-02-05 --after '#99'",
        3,
        ("there is no entry #99",),
    ),
    "a claim of the future": (
        "dialogue hold d --meeting 3 --on 2026-02-05 --known-since 2999-01-01T00:00:00Z",
        1,
        ("lies after the recording",),
    ),
    "a claim that goes back": (
        "dialogue hold d --meeting 3 --on 2020-01-01 --known-since 2020-01-02T00:00:00Z",
        1,
        (
            "would go back",
            "into a new ledger",
        ),
    ),
    "a digest that nobody archived": (
        "dialogue hold d --meeting 3 --on 2026-02-05 --source sha256:{ZEROS}",
        1,
        (
            "is not archived",
            "source add",
        ),
    ),
    "an unknown type of fact": ("schema commitment.promised/1", 2, ("did you mean",)),
    "a file that is not there": ("append nowhere.yaml", 2, ("nowhere.yaml",)),
    "a ledger that is not there": (
        "--ledger nowhere.ledger status",
        6,
        (
            "there is no ledger at nowhere.ledger",
            "engage --ledger nowhere.ledger init",
        ),
    ),
    "a ledger to be made where one is": ("init", 6, ("exists already",)),
    "an entry that is not there": (
        "show '#99'",
        3,
        (
            "there is no entry #99",
            "#28",
        ),
    ),
}
"""What is typed, the exit code, and words that must be in the answer."""


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_input_is_refused_with_the_reason_and_changes_nothing(example: Any, name: str) -> None:
    typed, code, words = REFUSED[name]
    with example.unchanged():
        answer = example.engage(*shlex.split(typed.replace("{ZEROS}", "0" * 64))).refused(code)
    for word in words:
        assert word in answer.err, answer.err
    assert answer.out == ""
    kinds = [line.partition(":")[0] for line in answer.err.splitlines()]
    assert [kind for kind in kinds if kind in ("error", "because", "try")] == ["error", "because", "try"]


def test_what_is_right_beside_it_is_taken_in_and_changes_the_ledger(example: Any) -> None:
    """The control: the comparison of bytes would see a fact that was written."""
    with pytest.raises(AssertionError, match="changed"), example.unchanged():
        example.engage(*FULFIL, *EVIDENCE, *ON).well()
    example.engage("dialogue", "issue", "d", "--kind", "joint", "--issuers", "NZ", "--issuers", "US", *ON).well()
    example.engage("commitment", "withdraw", "nz-us-2026-c3", "--by", "US", *ON).well()


def test_a_cancelled_meeting_is_not_held_until_it_is_reinstated(example: Any) -> None:
    meeting = ("nz-us-space", "--meeting", "2")
    example.engage("dialogue", "cancel", *meeting, "--on", "2026-03-01").well()
    with example.unchanged():
        answer = example.engage("dialogue", "hold", *meeting, "--on", "2026-03-12").refused(1)
    assert "the meeting was cancelled" in answer.err
    assert "#29" in answer.err
    assert "engage dialogue reinstate" in answer.err
    example.engage("dialogue", "reinstate", *meeting, "--on", "2026-03-05").well()
    example.engage("dialogue", "hold", *meeting, "--on", "2026-03-12").well()


def test_a_name_that_two_streams_bear_is_ambiguous(example: Any) -> None:
    example.engage(
        "commitment", "make", "nz-us-space", "--obligors", "NZ", "--kind", "event", "--text", "t", *ON
    ).well()
    with example.unchanged():
        answer = example.engage("status", "nz-us-space").refused(3)
    assert "ambiguous" in answer.err
    assert "commitment:nz-us-space" in answer.err
    assert "dialogue:nz-us-space" in answer.err
    example.engage("status", "dialogue:nz-us-space").well()


# --- batches ----------------------------------------------------------------------------------------------


def held(number: int, **more: Any) -> dict[str, Any]:
    return {
        "stream": f"dialogue:d{number}",
        "type": "dialogue.meeting-held/1",
        "occurred": "2026-02-05",
        "body": {"meeting": "1"},
        **more,
    }


def jsonl(facts: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(one) + "\n" for one in facts)


WRONG: dict[str, tuple[dict[str, Any], int, str]] = {
    "a date": ({"occurred": "02/03/2026"}, 2, "02/03/2026"),
    "a type": ({"type": "dialogue.meeting-hold/1"}, 2, "no type of fact"),
    "a field": ({"body": {"meeting": "1", "place": "Apia"}}, 2, "place"),
    "the future": ({"occurred": "2999-01-01"}, 1, "cannot have happened yet"),
    "the history": ({"stream": "dialogue:nz-us-space"}, 1, "already been held"),
    "the envelope": ({"position": 7}, 2, "position is set by the ledger"),
    "a link": ({"after": ["00000000-0000-8000-8000-000000000000"]}, 1, "is not in dialogue:d7"),
    "a link by position": ({"after": ["#99"]}, 3, "there is no entry #99"),
    "a quote": ({"sources": [{"document": "sha256:" + "0" * 64, "quote": "words"}]}, 1, "is not archived"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_batch_whose_seventh_fact_is_wrong_is_refused_as_a_whole_and_names_it(example: Any, name: str) -> None:
    change, code, said = WRONG[name]
    facts = [held(number, **(change if number == 7 else {})) for number in range(1, 10)]
    example.write("batch.jsonl", jsonl(facts))
    with example.unchanged():
        answer = example.engage("append", "batch.jsonl").refused(code)
    assert "batch.jsonl:7" in answer.err
    assert said in answer.err
    assert not re.search(r"batch\.jsonl:[1-689]\b", answer.err)
    del facts[6]
    example.write("batch.jsonl", jsonl(facts))
    example.engage("append", "batch.jsonl").well()
    assert len({entry["group"] for entry in example.entries()[28:]}) == 1


def test_a_batch_with_three_wrong_facts_names_all_three_with_their_lines(example: Any) -> None:
    facts = [held(number) for number in range(1, 10)]
    facts[1]["occurred"] = "2026-02-30"
    facts[4]["type"] = "dialogue.meeting-hold/1"
    facts[7]["body"]["place"] = "Apia"
    example.write("batch.jsonl", jsonl(facts))
    with example.unchanged():
        answer = example.engage("append", "batch.jsonl").refused(2)
    assert re.findall(r"batch\.jsonl:(\d+)", answer.err) == ["2", "5", "8"]
    assert answer.err.count("because:") == answer.err.count("try:") == 3
    assert "3 facts are refused" in answer.err


def test_three_wrong_facts_of_different_kinds_are_all_named(example: Any) -> None:
    """One that cannot be read, one that no history allows, one that nobody can know yet: all at once."""
    facts = [held(number) for number in range(1, 10)]
    facts[1]["occurred"] = "2026-02-30"
    facts[4]["stream"] = "dialogue:nz-us-space"
    facts[7]["occurred"] = "2999-01-01"
    example.write("batch.jsonl", jsonl(facts))
    with example.unchanged():
        answer = example.engage("append", "batch.jsonl").refused(1)
    assert re.findall(r"batch\.jsonl:(\d+)", answer.err) == ["2", "5", "8"]


def test_three_wrong_facts_in_yaml_are_named_by_the_lines_of_their_wrong_fields(example: Any) -> None:
    text = ""
    for number in range(1, 8):
        occurred = {2: "2026-02-30", 4: "next week", 7: "02/03/2026"}.get(number, "2026-02-05")
        text += f"- stream: dialogue:d{number}\n  type: dialogue.meeting-held/1\n  occurred: {occurred}\n"
        text += '  body:\n    meeting: "1"\n' + "\n# and then\n" * (number % 3)
    lines = [index for index, line in enumerate(text.splitlines(), 1) if line.startswith("  occurred")]
    example.write("batch.yaml", text)
    with example.unchanged():
        answer = example.engage("append", "batch.yaml").refused(2)
    assert [int(line) for line in re.findall(r"batch\.yaml:(\d+)", answer.err)] == [lines[1], lines[3], lines[6]]


def test_facts_of_a_batch_that_contradict_each_other_are_found(desk: Any) -> None:
    facts = [held(1), held(2), held(1, occurred="2026-02-06"), held(3)]
    desk.write("batch.jsonl", jsonl(facts))
    with desk.unchanged():
        answer = desk.engage("append", "batch.jsonl").refused(1)
    assert re.findall(r"error: batch\.jsonl:(\d+)", answer.err) == ["3"]
    assert "without batch.jsonl:1 (dialogue meeting held, 2026-02-05) it would be possible" in answer.err


def test_a_wrong_batch_is_refused_by_a_dry_run_as_well(example: Any) -> None:
    example.write("batch.jsonl", jsonl([held(1), held(2, occurred="2026-02-30")]))
    with example.unchanged():
        answer = example.engage("append", "batch.jsonl", "--dry-run").refused(2)
    assert answer.out == ""


# --- files that are no ledgers ------------------------------------------------------------------------------

ASKED = (
    ("status",),
    ("log",),
    ("verify",),
    ("export",),
    ("replay",),
    ("rebuild",),
    ("dialogue", "hold", "d", "--meeting", "1", *ON),
)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked[0])
def test_a_file_that_is_no_ledger_is_refused_and_left_alone(desk: Any, asked: tuple[str, ...]) -> None:
    foreign = desk.folder / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE stamps (country TEXT)")
    connection.close()
    whole = desk.ledger.read_bytes()
    files = {
        foreign: "another application",
        desk.write("notes.txt", "Not a ledger at all, but long enough to be one. " * 10): "no SQLite file",
        desk.write("empty.ledger", b""): "empty or truncated",
        desk.write("header.ledger", whole[:99]): "empty or truncated",
        desk.write("half.ledger", whole[: len(whole) // 2]): "truncated",
    }
    for path, said in files.items():
        before = path.read_bytes()
        answer = desk.engage("--ledger", path, *asked).refused(6)
        assert said in answer.err, (path, answer.err)
        assert path.read_bytes() == before
    assert "is not a ledger" in desk.engage("--ledger", desk.folder, "status").err or desk.engage(
        "--ledger", desk.folder, "status"
    ).code in (2, 6)


def test_a_ledger_laid_out_by_a_newer_version_is_not_written(desk: Any) -> None:
    with sqlite3.connect(desk.ledger) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = desk.digest()
    answer = desk.engage("dialogue", "hold", "d", "--meeting", "1", *ON).refused(6)
    assert "newer version" in answer.err
    desk.engage("append", "-", stdin=jsonl([held(1)])).refused(6)
    assert desk.digest() == before


def test_a_type_of_a_newer_version_is_kept_exported_and_reported_by_number(example: Any) -> None:
    """A ledger that a newer version wrote: it is read as far as it is known, and not written to."""
    _plant(example.ledger, {"type": "dialogue.livestreamed/1", "stream": "dialogue:nz-us-space"})
    assert example.engage("status", "dialogue:nz-us-space", "--as-of", "2026-02-20").well()
    assert len(example.export().splitlines()) == 29
    doctor = example.engage("doctor").well().out
    assert "dialogue.livestreamed/1: 1 entries, the first #29" in doctor
    before = example.digest()
    answer = example.engage("dialogue", "cancel", "nz-us-space", "--meeting", "2", *ON).refused(6)
    assert "newer version" in answer.err
    assert "dialogue.livestreamed/1" in answer.err
    assert example.digest() == before


def _plant(path: Path, changes: dict[str, Any]) -> None:
    """Put one more entry behind the last, as a newer version would have: line, leaf, group and type."""
    connection = sqlite3.connect(path, isolation_level=None)
    position, state = connection.execute("SELECT rowid, state FROM entries ORDER BY rowid DESC LIMIT 1").fetchone()
    known, recorded = connection.execute("SELECT known, recorded FROM groups ORDER BY last DESC LIMIT 1").fetchone()
    entry = json.loads(state)
    name = uuid.uuid4()
    version = 1 + connection.execute(
        "SELECT count(*) FROM entries WHERE originator_id = ?", (changes["stream"],)
    ).fetchone()[0]  # fmt: skip
    entry.update(changes, position=position + 1, group=position + 1, version=version, entry_id=str(name))
    line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
        (position + 1, entry["stream"], version, entry["type"], line, name.bytes, leaf_hash(line)),
    )
    connection.execute("INSERT INTO groups VALUES (?, ?, ?)", (position + 1, known, recorded))
    connection.execute("INSERT OR IGNORE INTO types VALUES (?)", (entry["type"],))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


# --- rights, room, interruptions ---------------------------------------------------------------------------


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    """Be somebody who owns nothing here; root is bound by no rights."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights are given otherwise here")
def test_a_read_only_folder_can_be_asked_and_not_written_to(example: Any) -> None:
    hold = ("dialogue", "hold", "nz-us-space", "--meeting", "1", *ON)
    example.engage(*hold).refused(1)  # whoever has no rights may not even import: everything is imported here
    example.engage("verify").refused(7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desk = replace(example, folder=folder, ledger=folder / "example.ledger")
        shutil.copyfile(example.ledger, desk.ledger)
        before = desk.digest()
        desk.ledger.chmod(0o444)
        folder.chmod(0o555)
        try:
            with without_rights():
                assert "awaiting-outcome" in desk.engage("status", "--as-of", "2026-05-01").well().out
                assert len(desk.engage("export").well().lines) == 28
                desk.engage("verify").refused(7)
                said = desk.engage("dialogue", "hold", "d", "--meeting", "1", *ON).refused(6).err
                assert "may be written to" in said
                desk.engage("--ledger", "another.ledger", "init").refused(6)
                told = desk.engage("doctor").well().out
                assert "writable      no" in told or os.getuid() == 0  # SQLite and os.access ask the real user
            assert [path.name for path in folder.iterdir()] == ["example.ledger"]
        finally:
            folder.chmod(0o755)
            desk.ledger.chmod(0o644)
        assert desk.digest() == before
        desk.engage("dialogue", "hold", "d", "--meeting", "1", *ON).well()


@pytest.mark.skipif(os.name != "posix", reason="there is no limit on the size of files here")
def test_a_disk_that_is_full_is_said_to_be_and_nothing_is_lost(example: Any) -> None:
    import resource

    entries = example.export()
    room = max(example.ledger.stat().st_size, 4096)

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    example.write("many.jsonl", jsonl([held(number, note="x" * 2000) for number in range(200)]))
    answer = example.process("append", "many.jsonl", preexec_fn=limited)
    assert answer.code == 6, answer.err
    assert "Traceback" not in answer.err
    assert "error:" in answer.err
    assert example.export() == entries
    assert example.engage("verify").code == 7
    example.engage("append", "many.jsonl").well()
    assert len(example.entries()) == 228


def _heed_interrupts() -> None:
    """A job that a shell started in the background ignores interrupts, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name != "posix", reason="interrupts are sent otherwise here")
def test_ctrl_c_in_the_middle_of_a_batch_leaves_nothing_of_it(example: Any) -> None:
    entries = example.export()
    example.write("many.jsonl", jsonl([held(number, note="x" * 2_000) for number in range(10_000)]))
    codes = set()
    before = example.ledger.read_bytes()
    for wait in (0.4, 0.8, 0.15, 0.6):
        process = example.started(
            "append", "many.jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_heed_interrupts
        )
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        # Killed by SIGINT itself, which a shell counts as 130 too: the signal came while Python was starting.
        code = 130 if process.returncode == -signal.SIGINT else process.returncode
        codes.add(code)
        if code == 0:  # it was through before the signal came, or Python ignored it while starting (in a finaliser)
            example.ledger.write_bytes(before)
            continue
        assert code == 130, err.decode()[-1000:]
        assert b"Traceback" not in err
        assert example.export() == entries
        assert example.engage("verify").code == 7
    assert 130 in codes


# --- exit codes, tracebacks --------------------------------------------------------------------------------

CODES = {
    errors.NotFound("x"): 3,
    errors.Altered("x"): 4,
    errors.ChangedMeanwhile("x"): 5,
    errors.LedgerUnusable("x"): 6,
    errors.CannotVerify("x"): 7,
    errors.InvalidFact(["x"]): 2,
    errors.UnknownType("x"): 2,
    errors.FulfilmentNeedsEvidence(): 1,
    errors.JointStatementNeedsTwoIssuers(): 1,
    Refusal("x"): 1,
}


@pytest.mark.parametrize("refusal", CODES, ids=lambda one: type(one).__name__)
def test_each_refusal_has_its_documented_code(refusal: Refusal) -> None:
    assert refusal.code == CODES[refusal]


def test_the_documented_codes_are_those_of_the_table() -> None:
    documented = dict(re.findall(r"(\d+) ([a-z][^·\n]*)", wording.__doc__ or ""))
    assert {int(code) for code in documented} == {*range(8), 70, 130}
    assert {*CODES.values()} == {1, 2, 3, 4, 5, 6, 7}


def test_every_refusal_of_the_field_is_refused_with_one_of_them() -> None:
    def kinds(of: type[Refusal]) -> list[type[Refusal]]:
        return [found for one in of.__subclasses__() for found in (one, *kinds(one))]

    for kind in kinds(Refusal):
        assert kind.CODE in range(1, 8), kind


def test_a_traceback_is_shown_only_where_it_is_asked_for(example: Any) -> None:
    asked = ("status", "dialogue:nowhere")
    assert "Traceback" not in example.process(*asked).refused(3).err
    assert "Traceback" in example.process("--debug", *asked).err
    assert "Traceback" in example.process(*asked, env={"ENGAGE_DEBUG": "1"}).err
    assert "Traceback" not in example.process("status", "--nonsense").refused(2).err


def test_the_word_debug_within_a_fact_asks_for_no_traceback(example: Any) -> None:
    answer = example.process("dialogue", "hold", "nz-us-space", "--meeting", "1", *ON, "--note", "--debug").refused(1)
    assert "Traceback" not in answer.err


# --- in our own words --------------------------------------------------------------------------------------

MAKE = ("commitment", "make", "q", "--obligors", "NZ", "--kind", "event", "--text", "A", *ON)
WORDS: dict[tuple[str, ...], tuple[str, str]] = {
    (*MAKE, "--source", "Title; quote="): ("sources 1.quote is empty", ""),
    (*MAKE, "--source", "A", "--source", '{"document":"a","quote":""}'): ("sources 2.quote is empty", ""),
    (*MAKE, "--source", '{"document":'): ("citation: not JSON at character 13", "is read as JSON"),
    (*MAKE, "--source", '{"document":' + "[" * 3_000): ("citation: nested too deeply", "is read as JSON"),
    ("correct", "#1", "title={x", "--reason", "x"): ("title: not JSON at character 2", "is read as JSON"),
    ("correct", "#1", 'parties=["NZ"', "--reason", "x"): ("a comma is missing there, or an end", "is read as JSON"),
    ("--ledger", "", "status"): ("--ledger names no file", ""),
    ("--ledger", "", "init"): ("--ledger names no file", ""),
}


@pytest.mark.parametrize("words", WORDS, ids=lambda one: " ".join(one)[:60])
def test_a_value_is_not_called_a_file_nor_told_in_words_of_python(example: Any, words: tuple[str, ...]) -> None:
    said, because = WORDS[words]
    told = example.engage(*words).refused(2).err
    assert said in told
    assert because in told
    assert "the file was not read" not in told
    assert "Expecting" not in told


@pytest.mark.parametrize("command", ["append", "import"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"stream":"\xff"}\n', "not UTF-8"),
        (b'{"x":' + b"9" * 5_000 + b"}\n", "a number of thousands of digits"),
        (b'{"x":' * 50_000 + b"}\n", "nested too deeply"),
        (b'{"x":}\n', "a value is missing there"),
    ],
)
def test_what_cannot_be_read_is_usage_whatever_takes_it_in(
    example: Any, command: str, content: bytes, said: str
) -> None:
    example.write("facts.jsonl", content)
    told = example.engage(command, "facts.jsonl").refused(2).err
    assert said in told
    assert "sys." not in told


@pytest.mark.parametrize("command", [("status",), ("init",), ("verify",), ("export",), MAKE])
def test_a_folder_is_called_a_folder(example: Any, command: tuple[str, ...]) -> None:
    (example.folder / "folder").mkdir()
    for name in ("folder", "folder/", "/"):
        told = example.engage("--ledger", name, *command).refused(6).err
        assert "is a folder" in told
        assert "damaged" not in told
    assert "is a folder" in example.engage("--ledger", "folder", "doctor").out
    example.engage("--ledger", "folder/l", "init").well()


@pytest.mark.parametrize("end", ["-shm", "-wal", "-journal"])
def test_a_file_of_ones_own_beside_a_ledger_that_is_not_there_stays(example: Any, end: str) -> None:
    mine = example.write(f"new{end}", "of my own")
    for command in (("status",), ("init",), ("doctor",), ("verify",), MAKE):
        assert example.engage("--ledger", "new", *command).code == 6
        assert mine.read_text() == "of my own"
    assert f"new{end} is there" in example.engage("--ledger", "new", "init").refused(6).err
    mine.unlink()
    example.engage("--ledger", "new", "init").well()
    example.engage("--ledger", "new", *MAKE).well()
