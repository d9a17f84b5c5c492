"""How is a ledger copied while others record in it? By SQLite itself, to another name until the copy is whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ...domain.errors import LedgerUnusable
from ..new_file import fresh_name, put_in_place
from .creating import check_free
from .opening import BESIDE, connect_to_read, unusable, uri

Told = Callable[[int, int], None]
"""Is given how many pages are copied, and how many there are."""
_AT_ONCE = 4096
"""Pages that are copied between two looks at who waits."""


def copy_ledger(path: Path, target: Path, told: Told | None = None) -> None:
    """Copy the ledger at `path`, as it is at one moment, to a new file; raises LedgerUnusable.

    Whoever records meanwhile is not held up.
    """
    check_free(target)
    try:
        place = target.parent.resolve(strict=True) / target.name
    except OSError as error:
        raise _cannot(target, str(error.strerror or error)) from None
    fresh = fresh_name(place)
    opened = connect_to_read(path)
    try:
        # Within a transaction the copy is of one moment: else it begins anew whenever somebody records.
        opened.connection.execute("BEGIN")
        opened.connection.execute("SELECT coalesce(max(last), 0) FROM groups").fetchone()
        with closing(sqlite3.connect(uri(fresh, "rwc"), uri=True, isolation_level=None)) as copy:
            opened.watch.begin()
            opened.connection.backup(copy, pages=_AT_ONCE, progress=_telling(told))
        if opened.still is not None:
            opened.still.check()
        put_in_place(fresh, place)
    except FileExistsError:
        raise _cannot(target, "a file of that name is there already") from None
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    except OSError as error:
        raise _cannot(target, str(error.strerror or error)) from None
    finally:
        opened.connection.close()
        for end in ("", *BESIDE):
            fresh.with_name(fresh.name + end).unlink(missing_ok=True)


def _telling(told: Told | None) -> Callable[[int, int, int], None] | None:
    return None if told is None else lambda _status, left, pages: told(pages - left, pages)


def _cannot(target: Path, why: str) -> LedgerUnusable:
    return LedgerUnusable(f"cannot make {os.fspath(target)}", why, "name another file; nothing was written")
