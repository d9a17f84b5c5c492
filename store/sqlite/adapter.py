"""Ledgers that are kept in one SQLite file each. What the port asks of an adapter; read its docstrings there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from ..port import Attestation, Place, Progress, Recorder
from .care import SqliteSnapshot
from .opening import check_writable, end_of_file, is_file_of, is_part_of_a_ledger, unusable, uri
from .schema import FORMAT

if TYPE_CHECKING:  # the read path must not wait for the library
    from eventsourcing.persistence import ApplicationRecorder

    from .recorder import LedgerFactory


class Sqlite:
    """A place is the name of a file."""

    FORMAT: Final = FORMAT

    def create(self, place: Place) -> None:
        from .creating import create_ledger

        create_ledger(Path(place))

    def copy(self, place: Place, target: Place, progress: Progress | None = None) -> None:
        from .copying import copy_ledger

        copy_ledger(Path(place), Path(target), progress)

    def remove(self, place: Place) -> None:
        from .creating import remove_ledger

        remove_ledger(Path(place))

    def snapshot(self, place: Place, *, waits: bool = True) -> SqliteSnapshot:
        return SqliteSnapshot(Path(place)) if waits else SqliteSnapshot(Path(place), patience=0)

    def check(self, place: Place, *, older: bool = False) -> int:
        return check_writable(Path(place), older=older)

    def factory(self, place: Place) -> LedgerFactory:
        from eventsourcing.persistence import PersistenceError
        from eventsourcing.utils import Environment

        from .recorder import LedgerFactory

        path = Path(place)
        # The library reads the whole process environment; a stray variable in a shell must not move the ledger.
        env = {"SQLITE_DBNAME": uri(path, "rw"), "CREATE_TABLE": "no", "ORIGINATOR_ID_TYPE": "text"}
        try:
            return LedgerFactory(Environment("", env), path)
        except (PersistenceError, sqlite3.Error) as error:
            raise unusable(path, error) from error

    def recorder(self, made: ApplicationRecorder) -> Recorder:
        return cast(Recorder, made)

    def attest(self, place: Place, one: Attestation) -> None:
        from .attesting import attest

        attest(Path(place), one)

    def holds(self, place: Place, file: Place) -> bool:
        return is_file_of(Path(place), file)

    def is_kept_in(self, file: Place) -> bool:
        return is_part_of_a_ledger(Path(file))

    def diagnosis(self, place: Place) -> Iterator[tuple[str, str]]:
        path = Path(place)
        yield "sqlite", sqlite3.sqlite_version
        by_itself = end_of_file(path)
        with SqliteSnapshot(path) as reader:
            entries, streams = reader.one("SELECT count(*), count(DISTINCT originator_id) FROM entries")
            yield "entries", f"{entries} in {streams} streams"
            yield "bytes", str(path.stat().st_size)
            yield "log", _log(by_itself, reader.size)
            yield "writable", "yes" if _is_writable(path) else "no"


def _log(by_itself: int, size: int) -> str:
    """What SQLite keeps beside the file and has not brought into it yet."""
    if not by_itself:
        return "none: all is in the file"
    return f"beside the file; without it the ledger ends at #{by_itself}, with it at #{size}"


def _is_writable(path: Path) -> bool:
    """Whether the lock for writing can be had, by trying."""
    try:
        connection = sqlite3.connect(uri(path, "rw"), uri=True, isolation_level=None, timeout=1)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        finally:
            connection.close()
    except sqlite3.Error:
        return False
    return True
