"""Is this file a ledger, and one that this version can read? Checked before anything is believed."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..domain.errors import ChangedMeanwhile, LedgerUnusable, Refusal
from .schema import APPLICATION_ID, COLUMNS, FORMAT, SETTINGS

_MAGIC: Final = b"SQLite format 3\x00"


class NoLedgerHere(LedgerUnusable):
    """There is no file of that name."""


class NewerLedger(LedgerUnusable):
    """The ledger was written by a newer version, which this one may read but not write."""


def uri(path: Path, mode: str) -> str:
    """A URI that names this file and no other, whatever characters its path has."""
    return f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}"


def check_header(path: Path) -> int:
    """Return the format of the ledger at `path`; raises LedgerUnusable where it is none.

    Reads the first 100 bytes alone, so that SQLite is never shown a foreign file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise LedgerUnusable(f"{path} is not a ledger", "it is no regular file", "name another file with --ledger")
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        raise NoLedgerHere(
            f"there is no ledger at {path}",
            "the file does not exist",
            f"make one: engage --ledger {path} init",
        ) from None
    except OSError as error:
        raise LedgerUnusable(
            f"cannot read {path}", str(error.strerror or error), "check the path and its rights"
        ) from None
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise LedgerUnusable(
            f"{path} is not a ledger",
            "it is empty or truncated" if len(header) < 100 else "it is no SQLite file",
            "name another file with --ledger, or make a ledger: engage init",
        )
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise LedgerUnusable(
            f"{path} is not a ledger",
            "it is an SQLite file of another application",
            "name another file with --ledger",
        )
    pages, size = int.from_bytes(header[28:32], "big"), int.from_bytes(header[16:18], "big")
    expected = pages * (65536 if size == 1 else size)
    if path.stat().st_size < expected and not path.with_name(path.name + "-wal").exists():
        raise LedgerUnusable(
            f"{path} is truncated",
            f"it should have {expected} bytes and has {path.stat().st_size}",
            "restore it from a copy; what is left can be read with sqlite3's .recover",
        )
    return int.from_bytes(header[60:64], "big")


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a ledger for reading alone; raises LedgerUnusable."""
    check_header(path)
    try:
        try:
            return _settled(sqlite3.connect(uri(path, "ro"), uri=True, isolation_level=None))
        except sqlite3.OperationalError:
            if path.with_name(path.name + "-wal").exists():
                raise
            # A folder that cannot be written to: nobody can be writing there, so no lock is needed.
            address = uri(path, "ro") + "&immutable=1"
            return _settled(sqlite3.connect(address, uri=True, isolation_level=None))
    except (sqlite3.Error, UnicodeDecodeError) as error:  # what SQLite says of a damaged schema may be no UTF-8
        raise unusable(path, error) from error


def _settled(connection: sqlite3.Connection) -> sqlite3.Connection:
    for setting in (*SETTINGS, "PRAGMA query_only = ON"):
        connection.execute(setting)
    for table, columns in COLUMNS.items():
        connection.execute(f"SELECT {columns} FROM {table} LIMIT 0")
    return connection


def unusable(path: Path, error: BaseException) -> Refusal:
    """Say in our words what SQLite says in its own."""
    text = str(error)
    lower = text.lower()
    if "locked" in lower or "busy" in lower:
        return ChangedMeanwhile(
            f"{path} is held by another process", f"SQLite says: {text}", "nothing was written; try again"
        )
    if lower.startswith(("no such column", "no such table")):
        return LedgerUnusable(
            f"{path} is not laid out as this version lays a ledger out",
            f"SQLite says: {text}",
            "export it with the version that made it, and import that here",
        )
    if "full" in lower:
        hint = "make room on the disk and run the same command again: nothing was written"
    elif "readonly" in lower or "unable to open" in lower or "permission" in lower:
        hint = "check that the file and its folder may be written to"
    elif "disk i/o" in lower:
        hint = "check the disk; nothing was written"
    else:
        hint = "run engage verify; restore the ledger from a copy if it is damaged"
    return LedgerUnusable(f"{path} cannot be used", f"SQLite says: {text}", hint)


def writable_format(path: Path) -> None:
    """Refuse to write what a newer version laid out; raises NewerLedger or LedgerUnusable."""
    found = check_header(path)
    connect_to_read(path).close()  # a file without our tables is refused before anything in it is changed
    if found > FORMAT:
        raise NewerLedger(
            f"{path} was written by a newer version",
            f"its format is {found}, and this version writes {FORMAT}",
            "update engage to write to it; reading is possible",
        )
