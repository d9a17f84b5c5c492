"""How is an empty ledger made? Under another name until it is whole: a death on the way leaves no half of one."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from ...domain.errors import LedgerUnusable
from ..new_file import fresh_name, put_in_place
from .opening import BESIDE, check_file, unusable, uri
from .schema import GUARDS, SETTINGS, STAMP, TABLES

_INDEX_BYTES: Final = 32_768
_INDEX_VERSION: Final = 3_007_000
"""What the index of a log begins with, and what its size is a multiple of (sqlite.org/walformat.html §2.1)."""


def create_ledger(path: Path) -> None:
    """Make an empty ledger at `path`; raises LedgerUnusable where something is there already, or it cannot be made."""
    with made_whole(path) as fresh:
        try:
            _lay_out(fresh)
        except sqlite3.Error as error:
            if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
                raise _cannot_make(path, "its folder does not exist or cannot be written to") from None
            raise unusable(path, error) from error


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """Yield a name to make a ledger under, which takes its place at `path` when all went well; raises LedgerUnusable.

    Nothing of it is left behind where anything fails.
    """
    _check_free(path)
    try:
        place = path.parent.resolve(strict=True) / path.name
    except OSError as error:
        raise _cannot_make(path, str(error.strerror or error)) from None
    fresh = fresh_name(place)
    try:
        yield fresh
        put_in_place(fresh, place)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise _cannot_make(path, str(error.strerror or error)) from None
    finally:
        remove_ledger(fresh)


def remove_ledger(path: Path) -> None:
    """Remove a ledger that nobody has open, with what SQLite keeps beside it."""
    for end in ("", *BESIDE):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _check_free(path: Path) -> None:
    """Raise LedgerUnusable where something has the name, or one that SQLite would take for the new ledger's own."""
    if path.is_dir():
        check_file(path)  # which says that it is a folder
    if os.path.lexists(path):
        raise _exists(path)
    if path.name.endswith(BESIDE):
        raise _cannot_make(path, "SQLite keeps its log, and what else it needs, in files whose names end so")
    if left := [one.name for one in (path.with_name(path.name + end) for end in BESIDE) if _holds(one)]:
        raise LedgerUnusable(
            f"cannot make {path}: {left[0]} is there",
            "perhaps it belongs to a ledger of this name that was moved, and holds what was recorded",
            "bring the two together again, or move it elsewhere",
        )


def _holds(log: Path) -> bool:
    """Whether something is there that SQLite would take for its own, and that somebody may miss.

    SQLite leaves empty logs behind itself, and the index of a log, in which nothing is that is not in the log.
    """
    if not os.path.lexists(log):
        return False
    if not log.is_file():
        return True
    size = log.stat().st_size
    return size > 0 and not (log.name.endswith("-shm") and size % _INDEX_BYTES == 0 and _begins_as_index(log))


def _begins_as_index(file: Path) -> bool:
    with file.open("rb") as index:
        return int.from_bytes(index.read(4), sys.byteorder) in (0, _INDEX_VERSION)


def _lay_out(fresh: Path) -> None:
    with closing(sqlite3.connect(uri(fresh, "rwc"), uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for setting in SETTINGS:
            connection.execute(setting)
        connection.execute("BEGIN IMMEDIATE")
        for statement in (*TABLES, *GUARDS, *STAMP):
            connection.execute(statement)
        connection.execute("COMMIT")
        # The header must say by itself what the file is; the log would keep that to itself.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _exists(path: Path) -> LedgerUnusable:
    return LedgerUnusable(
        f"{path} exists already", "a ledger is never made over another file", "name another file with ⟦field ledger⟧"
    )


def _cannot_make(path: Path, why: str) -> LedgerUnusable:
    return LedgerUnusable(f"cannot make {path}", why, "check that the folder exists and may be written to")
