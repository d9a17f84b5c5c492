"""How is a ledger written to SQLite? The library's recorder, with our lock, settings and columns.

A write takes the lock at once (BEGIN IMMEDIATE), so that what it reads stays true until it commits. What the
ledger decides with (`decide`) runs inside it; lines, tree, group and rows are written together or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import InterfaceError, PersistenceError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
    SQLiteTransaction,
)

from ...proof.merkle import leaf_hash
from ..port import Decide, Snapshot
from .outcome import came_through, not_written
from .place import Moved, Place
from .schema import ENTRIES, GUARDS, SETTINGS, STAMP, TABLES, WRITER_SETTINGS
from .stream_cache import StreamCache
from .transaction import SqliteTransaction
from .watch import Watch, WatchedConnection, too_much_work

LOCK_TIMEOUT_SECONDS = 30


class _Transaction(SQLiteTransaction):
    def __enter__(self) -> SQLiteCursor:
        if not self.commit:
            return super().__enter__()
        # The library begins deferred: to read and then write then fails at once when another writes meanwhile.
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        return cursor

    def _end(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        place = self.connection.place if self.commit and isinstance(self.connection, _Connection) else None
        if place and exc_type is None:
            try:
                place.check()
            except Moved as moved:  # and so it is taken back
                exc_type, exc_val, exc_tb = Moved, moved, moved.__traceback__
        super().__exit__(exc_type, exc_val, exc_tb)
        if place and exc_type is None:
            place.check(committed=True)

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        try:
            self._end(exc_type, exc_val, exc_tb)
        except PersistenceError:
            with suppress(sqlite3.Error, PersistenceError):
                self.connection.rollback()  # a commit that failed may have left the lock
            raise


class _Connection(SQLiteConnection):
    place: Place | None = None

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with _Transaction(self, commit=commit) as cursor, cursor:
            yield cursor


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        place = Place(self.db_name)
        try:
            connection = sqlite3.connect(
                self.db_name,
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                timeout=self.lock_timeout or LOCK_TIMEOUT_SECONDS,
                cached_statements=256,
                factory=WatchedConnection,
            )
            if not self.is_sqlite_memory_mode:
                connection.execute("PRAGMA journal_mode = WAL")
            for setting in (*SETTINGS, *WRITER_SETTINGS):
                connection.execute(setting)
            connection.watch = Watch(connection, _size(connection))
            place.opened()
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        connection.row_factory = sqlite3.Row
        opened = _Connection(sqlite_conn=connection, max_age=self.max_age)
        opened.place = place
        return opened


def _size(connection: sqlite3.Connection) -> int:
    """Bytes of the database."""
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * size)


class LedgerDatastore(SQLiteDatastore):
    """One file, text ids, our connections."""

    def __init__(self, db_name: str, lock_timeout: int | None = None) -> None:
        super().__init__(db_name=db_name, originator_id_type="text")
        self.pool.close()
        self.pool = _Pool(db_name=db_name, lock_timeout=lock_timeout)


class LedgerRecorder(SQLiteApplicationRecorder):
    """Entries as rows of the library's table, with the id and the leaf hash beside each."""

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = ENTRIES) -> None:
        super().__init__(datastore, events_table_name)
        self.committing = False
        """whether all of the last transaction was written but its end, so that an error leaves its outcome open"""
        self._memory = StreamCache()
        self._one_at_a_time = Lock()
        self._watch: Watch | None = None
        """over the statements of the last transaction"""
        self.path = Path()
        """the ledger's file, as it is said to people"""
        self.insert_events_statement = f"INSERT INTO {self.events_table_name} VALUES (NULL,?,?,?,?,NULL,?)"

    def construct_create_table_statements(self) -> list[str]:
        return [*TABLES, *GUARDS, *STAMP]

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        with self._one_at_a_time:
            self.committing, self._watch = False, None
            try:
                return super().insert_events(stored_events, **kwargs)
            except BaseException:
                self._memory = StreamCache()  # it may hold what was rolled back
                raise

    def write(self, decide: Decide, is_there: Callable[[Snapshot], bool] | None = None) -> None:
        """Run `decide` in a transaction; after an error, find out by `is_there` what became of it."""
        try:
            self.insert_events([], decide=decide)
        except (PersistenceError, sqlite3.Error) as error:
            if self._watch is not None and self._watch.overrun():
                raise too_much_work(self.path, "was not written to: nothing was recorded") from error
            if not self.committing or not came_through(self.path, error, is_there):
                raise not_written(self.path, error) from error

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], *, decide: Decide | None = None, **_: Any
    ) -> Sequence[int] | None:
        if decide is not None:
            self._watch = cast(WatchedConnection, c.sqlite_cursor.connection).watch
            writing = SqliteTransaction(c.sqlite_cursor, self._memory)
            decide(writing)
            writing.flush()
            self.committing = True
            return None
        # The library's plain way: states are stored as they are given.
        positions = []
        for event in stored_events:
            stream = event.originator_id.hex if isinstance(event.originator_id, UUID) else event.originator_id
            c.execute(
                self.insert_events_statement,
                (stream, event.originator_version, event.topic, event.state, leaf_hash(event.state)),
            )
            positions.append(c.lastrowid)
        return positions


class LedgerFactory(SQLiteFactory):
    """Makes the recorder of a ledger, from explicit settings alone."""

    application_recorder_class = LedgerRecorder

    def __init__(self, env: Any, path: Path) -> None:
        """`path`: of the ledger, as it is said to people."""
        super().__init__(env)
        self._path = path
        self.datastore.close()
        self.datastore = LedgerDatastore(self.env.get(self.SQLITE_DBNAME) or "")

    def application_recorder(self) -> LedgerRecorder:
        """The recorder, which knows how its ledger is called."""
        made = cast(LedgerRecorder, super().application_recorder())
        made.path = self._path
        return made
