"""Is the file that a connection has open still the one that stands under its name, and its log too?

A file that is moved, replaced or removed stays open, and what is recorded goes into it: acknowledged, and nowhere to
be found. SQLite does not look; so the writer does, before it commits and once more before it says that it has.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from ...domain.errors import LedgerUnusable
from .opening import files_of

_WRITTEN: Final = "what was recorded last is in the file that stood there before, if anywhere"
_NOT_WRITTEN: Final = "what is recorded now would not be found there; nothing was written"


class Moved(LedgerUnusable):
    """The file, or the log beside it, is not the one that was opened."""

    def __init__(self, path: str, which: str, why: str) -> None:
        super().__init__(
            f"{which} was moved, replaced or removed while {path} was open",
            why,
            "bring the file and its log back together, or open the ledger anew; then run the same command again",
        )


class Place:
    """The files of one connection, as they were when it was opened."""

    def __init__(self, database: str) -> None:
        """`database`: the URI that is opened. A database in memory has no place, and none to lose."""
        name = database.removeprefix("file:").partition("?")[0]
        self._path = Path(os.fsdecode(unquote_to_bytes(name))) if database.startswith("file:/") else None
        self._seen: dict[Path, tuple[int, int]] = {}
        if self._path is not None:
            self._remember(self._path)

    def opened(self) -> None:
        """Remember the log and its index, which are there once the database was read; raises Moved."""
        if self._path is not None:
            self.check()
            for which in files_of(self._path)[1:3]:  # the locks lie on the index of the log, the entries in the log
                self._remember(which)

    def check(self, *, committed: bool = False) -> None:
        """Raise Moved where a file is not the one that was opened."""
        for which, seen in self._seen.items():
            if _identity(which) != seen:
                raise Moved(str(self._path), str(which), _WRITTEN if committed else _NOT_WRITTEN)

    def _remember(self, which: Path) -> None:
        found = _identity(which)
        if found is not None:
            self._seen[which] = found


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
