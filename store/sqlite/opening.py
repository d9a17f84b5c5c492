"""Is this file a ledger, and one that this version can read? Checked before anything is believed.

Nothing but SQLite opens a ledger's file, its log or its index of the log. A process that opens and closes one of them
beside SQLite drops all of its own locks on it (POSIX): another process then takes itself for the last one, removes the
log, and what the first goes on writing into it is lost.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from ...domain.errors import (
    Altered,
    ChangedMeanwhile,
    LedgerUnusable,
    NewerLedger,
    NoLedgerHere,
    NotReadSafely,
    OlderLedger,
    Refusal,
)
from ..new_file import names_of
from .layout import OtherLayout, check_layout
from .schema import APPLICATION_ID, FORMAT, NO_TRAITS, SETTINGS, SINCE
from .watch import Watch

BESIDE: Final = ("-wal", "-shm", "-journal")
"""What the names of the files end with that SQLite keeps beside a database."""
_HEADER: Final = 100
"""Bytes of the header of an SQLite file: what is shorter is none."""
_END: Final = "SELECT coalesce(max(last), 0) FROM groups"
_TRIES: Final = 50
_PAUSE_SECONDS: Final = 0.02
PATIENCE_SECONDS: Final = 30
"""How long a reader waits for another program that keeps the file to itself; as long as writers wait."""
_ONE_WAIT_SECONDS: Final = 5
"""How long of it at a stretch: meanwhile nobody can end the waiting by Ctrl-C."""
_LOOKS: Final = 4
_SETTLED_NS: Final = 50_000_000
"""How long ago a file must have been written to, for its time to tell whether it is written to again."""


class StaleLog(LedgerUnusable):
    """The log beside the file is of an earlier time than the file: it would take back what was recorded since."""

    def __init__(self, path: Path, by_itself: int, end: int) -> None:
        super().__init__(
            f"{path}-wal does not belong to {path}: it is of an earlier time",
            f"by itself the file ends at #{by_itself}, and with that log it would end at #{end}",
            "keep a copy of both as they are, and ask how they came together; then move the log elsewhere and verify",
        )


class BeingWritten(NotReadSafely):
    """The file is written to, and this process has no rights to take part in SQLite's locks."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} cannot be read safely while another process writes to it",
            "this process may not write to its folder, and so cannot take the lock that readers take",
            "try again; or get the right to write to the folder, or read a copy: ⟦export⟧, on the other side",
        )


class Still:
    """Whether a file that is read without locks is as it was when it was opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = log_of(path)
        self._seen = self._look()

    def _look(self) -> tuple[int, int, int]:
        found = self._path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def is_recent(self) -> bool:
        """Whether it was written to just now, so that its time may not tell a further write."""
        return time.time_ns() - self._seen[2] < _SETTLED_NS

    def check(self) -> None:
        """Raise BeingWritten where the file may have changed: who writes has a log, and in the end writes the file."""
        if self._log.exists() or self._look() != self._seen:
            raise BeingWritten(self._path)


class Opened(NamedTuple):
    """A connection that reads, and what watches over it."""

    connection: sqlite3.Connection
    watch: Watch
    still: Still | None
    """set where no lock is held: it is to be checked before anything that was read is believed"""
    format: int


def uri(path: Path, mode: str) -> str:
    """A URI that names this file and no other, whatever characters its path has."""
    # By its real name: of a path such as link/../ledger, SQLite's idea differs from the system's.
    return f"file:{quote(os.fsencode(os.path.realpath(path)))}?mode={mode}"


def _without_locks(path: Path) -> sqlite3.Connection:
    """Connect to the file by itself: without a lock, without its log, and so that nothing in its folder is touched."""
    return sqlite3.connect(uri(path, "ro") + "&immutable=1", uri=True, isolation_level=None)


def _with_locks(path: Path, until: float, patience: float) -> sqlite3.Connection:
    """Connect as a reader does; where another program keeps the file to itself, SQLite waits a while."""
    wait = min(_ONE_WAIT_SECONDS, max(until - time.monotonic(), min(1, patience)))
    return sqlite3.connect(uri(path, "ro"), uri=True, isolation_level=None, timeout=wait)


def log_of(path: Path) -> Path:
    """Where the log of the ledger at `path` lies: beside the file itself, whatever link leads there."""
    return files_of(path)[1]


def files_of(path: Path) -> list[Path]:
    """The ledger's file and those that SQLite keeps beside it, by their real names."""
    real = Path(os.path.realpath(path))
    return [real, *(real.with_name(real.name + end) for end in BESIDE)]


def is_file_of(path: Path, other: str | os.PathLike[str]) -> bool:
    """Whether `other` leads, by whatever name, to the ledger at `path` or to a file that SQLite keeps beside it."""
    there = Path(os.path.realpath(other))
    return any(there == one or (one.exists() and there.exists() and there.samefile(one)) for one in files_of(path))


def is_part_of_a_ledger(path: Path) -> bool:
    """Whether a ledger is at `path`, or beside it one whose log, index or journal would have that name."""
    names = [path, *(path.with_name(path.name.removesuffix(end)) for end in BESIDE if path.name.endswith(end))]
    return any(one.is_file() and (_first_page(one) or (0, 0))[0] == APPLICATION_ID for one in names)


def check_file(path: Path) -> None:
    """Raise LedgerUnusable where the file at `path` is certainly no ledger.

    SQLite looks at its first page without a lock and without its log, so that a foreign file is left as it is.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise NoLedgerHere(
            f"there is no ledger at {path}",
            "the file does not exist",
            f"make one: ⟦init {path}⟧",
        ) from None
    except OSError as error:
        raise LedgerUnusable(
            f"cannot read {path}", str(error.strerror or error), "check the path and its rights"
        ) from None
    if stat.S_ISDIR(found.st_mode):
        raise LedgerUnusable(
            f"{path} is a folder",
            "a ledger is one file",
            f"name a file in it: ⟦field ledger⟧ {path / 'engagements.ledger'}",
        )
    if not stat.S_ISREG(found.st_mode):
        raise LedgerUnusable(
            f"{path} is not a ledger", "it is no regular file", "name another file with ⟦field ledger⟧"
        )
    if not os.access(path, os.R_OK):
        raise LedgerUnusable(f"cannot read {path}", "you have no right to read it", "check the path and its rights")
    if names_of(path, found) > 1:
        raise LedgerUnusable(
            f"{path} has several names (hard links)",
            "SQLite keeps a log for each name: what is recorded by one name is not seen, or is lost, by the other",
            "copy the file, or remove the other names; a symbolic link does no harm",
        )
    if found.st_size < _HEADER:
        raise LedgerUnusable(
            f"{path} is not a ledger",
            "it is empty or truncated",
            "name another file with ⟦field ledger⟧, or make a ledger: ⟦init⟧",
        )
    seen = _first_page(path)
    if seen is None:
        return
    application, size = seen
    if application == APPLICATION_ID:
        _check_whole(path, size)
        return
    raise LedgerUnusable(
        f"{path} is not a ledger",
        "it is no SQLite file" if application < 0 else "it is an SQLite file of another application",
        "name another file with ⟦field ledger⟧",
    )


def _first_page(path: Path) -> tuple[int, int] | None:
    """Which application a file says it is of, -1 where it is no SQLite file, and its size in bytes.

    None where that cannot be told: a page that is just written may be seen in halves.
    """
    try:
        connection = _without_locks(path)
    except sqlite3.OperationalError:  # it may not be read: who needs to will be told so
        return None
    try:
        application, pages, size = (
            int(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("application_id", "page_count", "page_size")
        )
    except sqlite3.DatabaseError as error:
        return (-1, 0) if code_of(error) == sqlite3.SQLITE_NOTADB else None
    except UnicodeDecodeError:  # what SQLite says of a damaged schema may be no UTF-8
        return None
    else:
        return application, pages * size
    finally:
        connection.close()


def _check_whole(path: Path, size: int) -> None:
    """Raise LedgerUnusable where the file is shorter than it says; while it is written to, its log has the rest."""
    if log_of(path).exists() or (found := path.stat().st_size) >= size:
        return
    raise LedgerUnusable(
        f"{path} is truncated",
        f"it should have {size} bytes and has {found}",
        "restore it from a copy; what is left can be read with sqlite3's .recover",
    )


def connect_to_read(path: Path, patience: float | None = None) -> Opened:
    """Open a ledger to be read alone; raises LedgerUnusable. `patience`: seconds to wait for whoever holds the file."""
    check_file(path)
    patience = PATIENCE_SECONDS if patience is None else patience
    for _ in range(_LOOKS):  # a page of the file that is just written may have been seen in halves: so again
        try:
            return _connect(path, patience)
        except StaleLog:
            time.sleep(_PAUSE_SECONDS)
    return _connect(path, patience)


def _connect(path: Path, patience: float) -> Opened:
    log = log_of(path)
    by_itself = end_of_file(path)  # before the log is looked at: whoever records meanwhile makes it no shorter
    until = time.monotonic() + patience
    left = _TRIES if patience else 1
    try:
        while left:
            try:
                return _check_log(path, _settled(path, _with_locks(path, until, patience), None), by_itself)
            except sqlite3.OperationalError as error:
                is_held = code_of(error) & 0xFF == sqlite3.SQLITE_BUSY
                left -= not is_held
                if code_of(error) == sqlite3.SQLITE_INTERRUPT or (not left and log.exists()):
                    raise
                if is_held and time.monotonic() > until:
                    raise
            # A folder that cannot be written to. Where nobody writes there is no log, and no lock is needed.
            if not (is_held or log.exists()) and (found := _open_without_locks(path)) is not None:
                return found
            time.sleep(_PAUSE_SECONDS)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # what SQLite says of a damaged schema may be no UTF-8
        if code_of(error) == sqlite3.SQLITE_CORRUPT:
            raise LedgerUnusable(
                f"{path} is truncated or damaged",
                f"SQLite says: {error}",
                "restore it from a copy; what is left can be read with sqlite3's .recover",
            ) from error
        if is_for_want_of_rights(error):
            raise BeingWritten(path) from error
        if isinstance(error, UnicodeDecodeError) or "could not decode" in str(error).lower():
            raise OtherLayout(path, "what it says of its tables is no text") from error
        raise unusable(path, error) from error
    raise BeingWritten(path)


def end_of_file(path: Path) -> int:
    """The position at which the file ends without its log; 0 where there is no log, or that cannot be told."""
    log = log_of(path)
    if not log.exists() or log.stat().st_size == 0:
        return 0
    try:
        with closing(_without_locks(path)) as connection:
            check_layout(path, connection)
            return int(connection.execute(_END).fetchone()[0])
    except (sqlite3.Error, LedgerUnusable, TypeError, ValueError):
        return 0  # pages that are just written may be seen in halves; what is wrong is said by who opens the whole


def _check_log(path: Path, found: Opened, by_itself: int) -> Opened:
    """Raise StaleLog where the log takes the ledger back behind what the file holds."""
    if by_itself and (end := int(found.connection.execute(_END).fetchone()[0])) < by_itself:
        found.connection.close()
        raise StaleLog(path, by_itself, end)
    return found


def _open_without_locks(path: Path) -> Opened | None:
    """Open a file that nobody is writing to; None where that cannot be told yet."""
    still = Still(path)
    if still.is_recent():
        return None
    connection = _without_locks(path)
    try:
        found = _settled(path, connection, still)
        still.check()
    except BaseException as error:
        connection.close()
        if isinstance(error, BeingWritten):
            return None
        still.check()  # what was read in halves says nothing
        raise
    return found


def _settled(path: Path, connection: sqlite3.Connection, still: Still | None) -> Opened:
    try:
        for setting in SETTINGS:
            connection.execute(setting)
        layout = check_layout(path, connection)
        if layout < SINCE["traits"]:
            connection.execute(NO_TRAITS)
        connection.execute("PRAGMA query_only = ON")
        return Opened(connection, Watch(connection, path.stat().st_size), still, layout)
    except BaseException:
        connection.close()
        raise


def is_for_want_of_rights(error: BaseException) -> bool:
    """Whether a reader failed as it has no right to set the log in order, which whoever writes is busy with."""
    return code_of(error) & 0xFF == sqlite3.SQLITE_READONLY


def code_of(error: BaseException) -> int:
    """SQLite's code of an error; 0 where Python raised it by itself, as for text that is no UTF-8."""
    return getattr(error, "sqlite_errorcode", 0)


def unusable(path: Path, error: BaseException) -> Refusal:
    """Say in our words what SQLite says in its own; raises KeyboardInterrupt where a person ended a statement."""
    text = str(error)
    lower = text.lower()
    if lower == "interrupted":
        raise KeyboardInterrupt from None
    if "locked" in lower or "busy" in lower:
        return ChangedMeanwhile(
            f"{path} is held by another process", f"SQLite says: {text}", "nothing was written; try again"
        )
    if "could not decode" in lower:
        return Altered(
            f"{path} holds text that is no text",
            "it is not UTF-8, which everything is that was recorded",
            "see what is wrong: ⟦verify-full⟧",
        )
    if "full" in lower:
        hint = "make room on the disk and run the same command again"
    elif "readonly" in lower or "unable to open" in lower or "permission" in lower:
        hint = "check that the file and its folder may be written to"
    elif "disk i/o" in lower:
        hint = "check the disk, and run the same command again"
    else:
        hint = "⟦verify⟧; restore the ledger from a copy if it is damaged"
    return LedgerUnusable(f"{path} cannot be used", f"SQLite says: {text}", hint)


def check_writable(path: Path, *, older: bool = False) -> int:
    """Return the format; refuse to write what another version laid out, but with `older` what an earlier one did.

    Raises NewerLedger, OlderLedger or LedgerUnusable.
    """
    opened = connect_to_read(path)  # a file without our tables is refused before anything in it is changed
    opened.connection.close()
    its = f"its format is {opened.format}, and this version writes {FORMAT}"
    if opened.format > FORMAT:
        raise NewerLedger(
            f"{path} was written by a newer version", its, "update engage to write to it; reading is possible"
        )
    if opened.format < FORMAT and not older:
        raise OlderLedger(
            f"{path} was laid out by an earlier version",
            its,
            "⟦upgrade⟧: entries and root stay as they are; reading is possible as it is",
        )
    return opened.format
