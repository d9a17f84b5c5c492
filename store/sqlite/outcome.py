"""What became of a transaction whose end was an error? Looked for in the file, before anything is said.

A commit that fails may have reached the disk all the same, or reach it later from the log. So the log is brought into
the file first, after which what is not there never will be.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from ...domain.errors import ChangedMeanwhile, LedgerUnusable
from ...domain.refusal import Refusal
from ..port import Snapshot
from .care import SqliteSnapshot
from .opening import code_of, unusable, uri


class OutcomeUnknown(LedgerUnusable):
    """Whether something was recorded could not be found out."""

    def __init__(self, path: Path, error: BaseException) -> None:
        super().__init__(
            f"it is not known whether this was written to {path}",
            f"SQLite says: {error}; and the file could not be read afterwards to find out",
            "when the disk is sound, run the same command again: what is there already is not recorded twice",
        )


def came_through(path: Path, error: BaseException, is_there: Callable[[Snapshot], bool] | None) -> bool:
    """Whether what a failed commit was to write is in the file for good; raises OutcomeUnknown.

    `is_there` looks for it; None where nothing tells what was written from what was there.
    """
    if _code(error) == sqlite3.SQLITE_FULL:  # it could not be written to its end, and so not its end
        return False
    if is_there is None:
        raise OutcomeUnknown(path, error) from error
    try:
        settled = _log_is_settled(path)
        with SqliteSnapshot(path) as reader:
            found = is_there(reader)
    except (Refusal, sqlite3.Error):
        raise OutcomeUnknown(path, error) from error
    if not found and not settled:
        raise OutcomeUnknown(path, error) from error
    return found


def _code(error: BaseException) -> int:
    """SQLite's code of an error, which the library may have wrapped."""
    inner = error.args[0] if error.args and isinstance(error.args[0], sqlite3.Error) else error
    return code_of(inner)


def _log_is_settled(path: Path) -> bool:
    """Bring the log into the file and begin it anew; False where others still read from it, or it cannot be done."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(uri(path, "rw"), uri=True, timeout=1)) as connection:
        return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
    return False


def not_written(path: Path, error: BaseException) -> Refusal:
    """A refusal that says that nothing was written."""
    refusal = unusable(path, error)
    if not isinstance(refusal, ChangedMeanwhile):
        refusal.remedy += ": nothing was written"
    return refusal
