"""Is a copy, or a ledger made anew from an export, the ledger itself? Its entries, root, answers and documents.

Cost: small ledgers, real processes that are killed; some ten seconds.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import (
    Outcome,
    asked,
    consistent,
    fact,
    opened,
    plain,
    stored_lines,
    unguarded,
    with_key,
)
from faults.processes import started

QUESTIONS = [
    ["status", "--json", "--as-of", "2026-02-10"],
    ["status", "--count", "--known-at", "#20", "--as-of", "2026-02-10"],
    ["log", "--json"],
    ["due", "--json", "--as-of", "2026-02-10"],
    ["check", "--json"],
]


COMMITMENTS = 12


@pytest.fixture
def path(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = with_key(made_once, tmp_path, monkeypatch)
    assert asked(path, "checkpoint", "create", "--name", "here", "-o", str(tmp_path / "kept")).code == 0
    return path


def in_any_order(outcome: Outcome) -> tuple[int, list[bytes]]:
    return outcome.code, sorted(line.rstrip(b",") for line in outcome.out.splitlines())


def same(path: Path, other: Path) -> None:
    assert stored_lines(other) == stored_lines(path)
    assert [in_any_order(asked(other, *one)) for one in QUESTIONS] == [
        in_any_order(asked(path, *one)) for one in QUESTIONS
    ]
    consistent(other)


def exported(path: Path, *, sources: bool = True) -> Path:
    file = path.with_name("export")
    more = ["--sources", f"{file}.sources"] if sources else []
    assert asked(path, "export", "-o", str(file), *more).code == 0
    return file


def test_a_backup_is_the_ledger_and_is_recorded_in_like_it(path: Path) -> None:
    copy = path.with_name("copy")
    assert asked(path, "backup", str(copy)).code == 0
    same(path, copy)
    assert asked(copy, "checkpoint", "list", "--json").json == asked(path, "checkpoint", "list", "--json").json
    with opened(copy) as ledger:
        ledger.append(fact("made", "more"))
    assert asked(path, "backup", str(copy)).code == 6, "never over another file"
    assert sorted(one.name for one in path.parent.iterdir() if one.name.startswith(".")) == []


def test_a_backup_is_of_one_moment_while_others_record(path: Path) -> None:
    def record(say: Any) -> int:
        with opened(path) as ledger:
            for number in range(60):
                ledger.append(*(fact("made", f"m{number}-{one}") for one in range(5)))
                say(str(number))
        return 0

    child = started(record)
    child.line()
    for number in range(6):
        copy = path.with_name(f"copy{number}")
        assert asked(path, "backup", str(copy)).code == 0
        consistent(copy)
    assert child.end() == 0
    consistent(path)
    whole = stored_lines(path)
    for number in range(6):
        part = stored_lines(path.with_name(f"copy{number}"))
        assert part == whole[: len(part)]


@pytest.mark.parametrize("command", ["backup", "restore"])
@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4])
def test_a_death_on_the_way_leaves_no_half_of_a_ledger(path: Path, command: str, after: float) -> None:
    copy = path.with_name("copy")
    words = ["backup", str(copy)] if command == "backup" else ["restore", str(exported(path)), "--to", str(copy)]
    child = started(lambda say: (say("begun"), asked(path, *words).code)[1])
    assert child.line() == "begun"
    time.sleep(after)
    child.send(signal.SIGKILL)
    child.end()
    if copy.exists():
        same(path, copy)
    else:
        assert asked(path, *words).code == 0
    consistent(path)


@pytest.mark.parametrize("kind", ["copy", "export"])
def test_what_is_restored_is_the_ledger_with_its_very_root(path: Path, kind: str) -> None:
    source = exported(path)
    if kind == "copy":
        source = path.with_name("copy")
        asked(path, "backup", str(source))
    new = path.with_name("new")
    outcome = asked(path, "restore", str(source), "--to", str(new), "--against", str(path.with_name("kept")))
    assert (outcome.code, "verified" in outcome.err) == (0, True), outcome
    same(path, new)
    assert asked(new, "source", "list", "--json").json == asked(path, "source", "list", "--json").json
    assert asked(path, "restore", str(source), "--to", str(new)).code == 6, "never over another file"


def test_documents_that_are_not_at_hand_are_named(path: Path) -> None:
    file, new = exported(path, sources=False), path.with_name("new")
    outcome = asked(path, "restore", str(file), "--to", str(new))
    (row,) = asked(path, "source", "list", "--json").json["sources"]
    assert (outcome.code, f"missing: the document {row['document']}" in outcome.err) == (0, True), outcome
    assert stored_lines(new) == stored_lines(path)
    folder = path.with_name("folder")
    folder.mkdir()
    (folder / row["document"].removeprefix("sha256:")).write_bytes(b"something else")
    outcome = asked(path, "restore", str(file), "--to", str(path.with_name("other")), "--sources", str(folder))
    assert "missing" in outcome.err, "what is not the document is not taken for it"


def test_what_is_older_than_its_checkpoint_is_restored_only_when_told(path: Path) -> None:
    file = exported(path)
    with opened(path) as ledger:
        ledger.append(fact("made", "more"))
    kept, new = path.with_name("later"), path.with_name("new")
    asked(path, "checkpoint", "create", "-o", str(kept))
    refused = asked(path, "restore", str(file), "--to", str(new), "--against", str(kept))
    assert (refused.code, "--older" in refused.err, new.exists()) == (1, True, False)
    told = asked(path, "restore", str(file), "--to", str(new), "--against", str(kept), "--older")
    assert (told.code, "older than the checkpoint" in told.err) == (0, True)
    assert asked(new, "checkpoint", "create").code == 1, "the key remembers what it signed"


def without_a_line(lines: list[bytes]) -> list[bytes]:
    return [*lines[:7], *lines[8:]]


def turned(lines: list[bytes]) -> list[bytes]:
    return [*lines[:7], lines[8], lines[7], *lines[9:]]


@pytest.mark.parametrize(
    "change",
    [
        without_a_line, turned,
        lambda lines: [*lines[:7], lines[7].replace(b'"version":', b'"version":9'), *lines[8:]],
        lambda lines: [*lines[:7], b"{", *lines[8:]],
        lambda lines: [*lines[:7], lines[7].replace(b'"group":', b'"group":9'), *lines[8:]],
        lambda lines: [*lines[:7], lines[7] + b"\n", *lines[8:]],
        lambda lines: [lines[0].replace(b"NZ", b"US"), *lines[1:]],
    ],
)  # fmt: skip
def test_an_export_that_was_changed_is_not_restored_against_a_checkpoint(path: Path, change: Any) -> None:
    file, new = exported(path), path.with_name("new")
    lines = file.read_bytes().split(b"\n")[:-1]
    file.write_bytes(b"".join(line + b"\n" for line in change(lines)))
    assert file.read_bytes() != b"".join(line + b"\n" for line in lines)
    outcome = asked(path, "restore", str(file), "--to", str(new), "--against", str(path.with_name("kept")))
    assert outcome.code in (2, 4), outcome
    assert not new.exists()
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []


def test_an_altered_copy_is_not_restored(path: Path) -> None:
    copy, new = path.with_name("copy"), path.with_name("new")
    asked(path, "backup", str(copy))
    with plain(copy) as connection:
        unguarded(connection)
        connection.execute("UPDATE entries SET leaf = zeroblob(32) WHERE rowid = 3")
    outcome = asked(path, "restore", str(copy), "--to", str(new))
    assert (outcome.code, new.exists()) == (4, False)


def test_a_document_that_was_missing_is_archived_again(path: Path, tmp_path: Path) -> None:
    with opened(path) as ledger:
        document = ledger.archive(b"The parties agree to meet.", title="T", media="text/plain", by="Mere")
        ledger.append(fact("made", "cited", envelope={"sources": [{"document": document, "quote": "agree to meet"}]}))
    file, copy, text = exported(path, sources=False), tmp_path / "copy", tmp_path / "text"
    text.write_bytes(b"The parties agree to meet.")
    assert asked(path, "restore", str(file), "--to", str(copy)).code == 0
    assert asked(copy, "verify").code == 4
    again = asked(copy, "source", "add", str(text))
    assert (again.code, again.out.decode().strip()) == (0, document)
    assert asked(copy, "source", "show", document, "--raw").out == text.read_bytes()
    same(path, copy)


def test_an_export_whose_line_ends_were_changed_is_none(path: Path, tmp_path: Path) -> None:
    file = exported(path)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    refused = asked(path, "restore", str(file), "--to", str(tmp_path / "copy"))
    assert (refused.code, "line ends" in refused.err) == (4, True)
    assert not (tmp_path / "copy").exists()


def test_a_quote_that_does_not_stand_is_found_wherever_it_came_from(path: Path, tmp_path: Path) -> None:
    """An export that was changed is another ledger, which agrees with itself."""
    with opened(path) as ledger:
        document = ledger.archive(b"The parties agree to meet again.", title="T", by="Mere")
        told = {"stream": "relationship:nz-us", "type": "relationship.position-affirmed/1", "occurred": "2026-02-02",
                "sources": [{"document": document, "quote": "to meet again"}],
                "body": {"by": ["NZ"], "text": "To meet"}}  # fmt: skip
        ledger.record(told)
    assert "quote is not in" not in asked(path, "check", "sources").out.decode()
    file, copy = exported(path), tmp_path / "copy"
    file.write_bytes(file.read_bytes().replace(b"to meet again", b"never to meet"))
    assert asked(path, "restore", str(file), "--to", str(copy)).code == 0
    found = asked(copy, "check", "sources")
    assert (found.code, b"the quote is not in" in found.out) == (1, True), found
    assert asked(copy, "audit", "-o", str(tmp_path / "audit.md")).code == 0
    assert "the quote is not in" in (tmp_path / "audit.md").read_text(encoding="utf-8")
