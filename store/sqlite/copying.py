"""How is a ledger copied while others record in it? By SQLite itself, to another name until the copy is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ..port import Progress
from .creating import made_whole
from .opening import connect_to_read, unusable, uri

_AT_ONCE = 4096
"""Pages that are copied between two looks at who waits."""


def copy_ledger(path: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy the ledger at `path`, as it is at one moment, to a new file; raises LedgerUnusable.

    Whoever records meanwhile is not held up. `progress` in pages.
    """
    with made_whole(target) as fresh:
        opened = connect_to_read(path)
        try:
            # Within a transaction the copy is of one moment: else it begins anew whenever somebody records.
            opened.connection.execute("BEGIN")
            opened.connection.execute("SELECT coalesce(max(last), 0) FROM groups").fetchone()
            with closing(sqlite3.connect(uri(fresh, "rwc"), uri=True, isolation_level=None)) as copy:
                opened.watch.begin()
                opened.connection.backup(copy, pages=_AT_ONCE, progress=_telling(progress))
            if opened.still is not None:
                opened.still.check()
        except sqlite3.Error as error:
            raise unusable(path, error) from error
        finally:
            opened.connection.close()


def _telling(progress: Progress | None) -> Callable[[int, int, int], None] | None:
    return None if progress is None else lambda _status, left, pages: progress(pages - left, pages)
