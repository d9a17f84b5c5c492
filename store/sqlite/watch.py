"""Can any statement be ended? By Ctrl-C at once, and by itself where it takes more work than the file can give."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from ...domain.errors import LedgerUnusable

EVERY: Final = 100_000
"""Steps of SQLite's machine between two looks; some milliseconds."""
_PER_BYTE: Final = 20
"""Steps that one statement may take for each byte of the file: many times what reading and sorting all of it takes."""
_AT_LEAST: Final = 500_000_000


class Watch:
    """Watches over the statements of one connection. Whoever runs one says that it begins, so that each has its own."""

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        """`size`: bytes of the file."""
        self._most = max(_AT_LEAST, size * _PER_BYTE) // EVERY
        self._looks = 0
        self.stopped = False
        """ended from another thread"""
        connection.set_progress_handler(self._look, EVERY)

    def begin(self) -> None:
        """A statement begins."""
        self._looks = 0

    def _look(self) -> int:
        # Python runs what a signal asks for here; an error that comes of it ends the statement.
        self._looks += 1
        return self._looks > self._most

    def overrun(self) -> bool:
        """Whether the statement was ended because it took too much work."""
        return self._looks > self._most


class WatchedConnection(sqlite3.Connection):
    """A connection of which every statement is watched over, whoever runs it by a cursor: the library too."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.watch = Watch(self, 0)

    def cursor(self, factory: Any = None) -> Any:
        """A cursor that says where a statement begins."""
        return super().cursor(factory or _WatchedCursor)


class _WatchedCursor(sqlite3.Cursor):
    connection: WatchedConnection

    def execute(self, *given: Any) -> Any:
        self.connection.watch.begin()
        return super().execute(*given)

    def executemany(self, *given: Any) -> Any:
        self.connection.watch.begin()
        return super().executemany(*given)


def too_much_work(path: Path, what: str) -> LedgerUnusable:
    """Say that a statement was ended because it took too much work; `what` became of what was asked."""
    return LedgerUnusable(
        f"{path} {what}",
        "it took more work than a sound file of this size can give",
        "⟦verify⟧; restore the ledger from a copy or an export if it is damaged",
    )
