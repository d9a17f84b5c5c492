"""Ledgers that the tests of the store and of faults begin with, and the command as a process of its own.

Imported as `faults.ledgers`, by tests and by the processes that they start and end.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.domain.entry import Draft
from engagement_ledger.ledger.application import Ledger, Receipt
from engagement_ledger.ledger.drafts import draft_of
from engagement_ledger.ledger.key_files import create_key
from engagement_ledger.proof.notes import ED25519
from engagement_ledger.record.instants import parse_instant

TESTS = Path(__file__).resolve().parents[1]
DEFECT = 70
"""What the command ends with on an error that nobody expected."""
START = parse_instant("2026-02-03T09:00:00Z")
SECOND = 1_000_000
PARTIES = ("NZ", "US", "AU", "JP", "WS", "FJ", "org:PIF")


def noted(*words: object) -> None:
    """Say what a failed test must be known by: its seed, and what it met."""
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


class Clock:
    """A clock that goes on by a second whenever it is read, and can be set."""

    def __init__(self, reads: int = START) -> None:
        self.reads = reads

    def __call__(self) -> int:
        self.reads += SECOND
        return self.reads


def fact(
    kind: str, name: str = "a", /, *, on: str = "2026-02-02", envelope: dict[str, Any] | None = None, **body: Any
) -> Draft:
    """A draft of a commitment: fact("made", "c1", obligors=["NZ"], …); its id follows from its content."""
    if kind in ("proposed", "made", "recognised"):
        body = {"obligors": ["NZ", "US"], "kind": "achievement", "text": f"open an embassy ({name})", **body}
    if kind == "fulfilled":
        body = {"evidence": {"document": "https://example.org/report"}, **body}
    raw = {
        "stream": f"commitment:{name}",
        "type": kind if "." in kind else f"commitment.{kind}/1",
        "occurred": on,
        "body": body,
        **(envelope or {}),
    }
    return draft_of(raw, recorded_by="Mere", resolve=lambda entry: entry)


def made(number: int) -> Draft:
    """The `number`-th of many commitments that have nothing to do with each other."""
    return fact("made", f"n{number}", obligors=[PARTIES[number % 7], "CK"], text=f"undertaking {number} – ō ‖ “quoted”")


@contextlib.contextmanager
def opened(path: Path, clock: Any = None, *, create: bool = False) -> Iterator[Ledger]:
    """A ledger, closed at the end; its clock ticks by the second from 2026-02-03 09:00 on."""
    with Ledger(path, clock=clock or Clock(), create=create) as ledger:
        yield ledger


def new(path: Path, *batches: Sequence[Draft] | Draft, clock: Any = None) -> list[Receipt]:
    """Make a ledger of these batches."""
    receipts = []
    with opened(path, clock, create=True) as ledger:
        for batch in batches:
            receipts += ledger.append(*([batch] if isinstance(batch, Draft) else batch))
    return receipts


def eventful(path: Path, commitments: int = 60) -> None:
    """A ledger of a few hundred entries: open dates, late arrivals, corrections, retractions, batches, a source."""
    with opened(path, create=True) as ledger:
        for number in range(commitments):
            name = f"e{number}"
            ledger.append(
                fact("made", name, on="2025-11" if number % 3 else "2025-11-05", due="2026-03"),
                fact("progress-reported", name, on="2026-01", obligor="NZ", completion="40"),
            )
            late = fact("stalled", name, on=f"2026-01-{number % 28 + 1:02}", obligor="US", reason="no room")
            (receipt,) = ledger.append(late)
            if number % 4 == 0:
                ledger.append(fact("entry.retracted/1", name, entry=receipt.entry_id, reason="misread"))
            elif number % 4 == 1:
                changes = {"occurred": "2026-01-02"}
                ledger.append(
                    fact("entry.corrected/1", name, entry=receipt.entry_id, changes=changes, reason="misread")
                )
            if number % 2:
                ledger.append(fact("fulfilled", name, on="2026-02-01", obligor="NZ"))
        ledger.archive(b"Officials agreed to go on.", title="Readout", media="text/plain", language="en", by="Mere")


def settled(path: Path) -> None:
    """Bring everything into the one file, so that it can be copied as bytes."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not path.with_name(path.name + "-wal").exists()


@contextlib.contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """The file in the hands of somebody with nothing but SQLite; what is done is committed.

    Guards that are taken off (`unguarded`) are put back at the end, so that nothing is seen of it.
    """
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        guards = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        yield connection
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            guards.pop(name, None)
        for guard in guards.values():
            connection.execute(guard)


def unguarded(connection: sqlite3.Connection) -> None:
    """Take the guards off, as somebody would who means to change what was recorded."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")


def stored_lines(path: Path) -> list[bytes]:
    """The state column, in order."""
    with plain(path) as connection:
        return [row[0] for row in connection.execute("SELECT state FROM entries ORDER BY rowid")]


def digest(path: Path) -> str:
    """What the bytes of a file are, in short."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(path: Path) -> str:
    """All that a ledger holds, table by table: equal for files that are logically the same."""
    with plain(path) as connection:
        return "\n".join(connection.iterdump())


@dataclass(frozen=True)
class Outcome:
    """What a command said and how it ended."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def engage(
    path: Path, *args: str, stdin: bytes | None = None, env: dict[str, str] | None = None, timeout: int = 120
) -> Outcome:
    """Run the command as a process of its own; never a traceback, never a defect."""
    done = subprocess.run(
        command(path, *args), input=stdin, capture_output=True, env=environment(env), timeout=timeout, check=False
    )
    error = done.stderr.decode()
    assert "Traceback" not in error, error
    assert done.returncode != DEFECT, error
    return Outcome(done.returncode, done.stdout, error)


def command(path: Path, *args: str) -> list[str]:
    """The words that start it."""
    return [sys.executable, "-m", "engagement_ledger.cli.main", "--ledger", str(path), *args]


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """A surrounding without settings of the caller's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
    places = [str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(places),
        "ENGAGE_TODAY": "2026-02-10",
        "ENGAGE_AS": "Mere",
        **(extra or {}),
    }


def asked(path: Path, *args: str) -> Outcome:
    """Run the command in this process, for questions put hundreds of times; an escaped error is the caller's."""
    from engagement_ledger.cli.main import run

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
        code = run(["--ledger", str(path), *args])
        out.flush()
    assert code != DEFECT, err.getvalue()
    return Outcome(code, out.buffer.getvalue(), err.getvalue())  # type: ignore[attr-defined]  # it wraps a BytesIO


def consistent(path: Path) -> None:
    """Lines, tree and rows of a ledger agree: verify finds nothing, and every period follows from the entries."""
    outcome = asked(path, "verify", "--full", "--json")
    assert outcome.code == 7, outcome
    assert outcome.json["problems"] == []
    with plain(path) as connection:
        positions = [row[0] for row in connection.execute("SELECT rowid FROM entries ORDER BY rowid")]
    assert positions == list(range(1, len(positions) + 1)), "a position is missing"


def with_key(made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str = "mfa.example/ledger") -> Path:
    """A copy of a ledger in a folder, beside a key that its commands and programs sign with."""
    shutil.copy(made, folder / "l")
    monkeypatch.setenv("ENGAGE_KEY", str(folder / "key"))
    create_key(folder / "key", name, (ED25519,))
    return folder / "l"
