"""Is the file laid out as a ledger is, object by object and to the letter? Asked before anything in it is read.

A table that is a view, a trigger that swallows what is recorded, an index that is not there: each would make the file
answer something else than what was recorded, or nothing at all. So whatever is missing, other, or extra is refused.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from ...domain.errors import LedgerUnusable
from .schema import FORMAT, GUARDS, OLDER, SINCE, TABLES

_MOST: Final = 200
"""Objects that are looked at; a ledger has some thirty."""
_BY_ITSELF: Final = ("CREATE TABLE sqlite_sequence(name,seq)",)
"""What SQLite makes where a key counts up."""


class OtherLayout(LedgerUnusable):
    """The tables, indexes, views or triggers of the file are not those of a ledger."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(
            f"{path} is not laid out as a ledger is: {found}",
            "a table, trigger or view that is missing, changed or extra could hide or swallow what is recorded",
            "do not use the file as it is: restore a copy, or ask whoever it came from for an export",
        )


def check_layout(path: Path, connection: sqlite3.Connection) -> int:
    """Return the format of a file whose layout is a ledger's; raises OtherLayout.

    A newer version may lay out more: there each object of this version must be as it is here.
    """
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < 1:
        raise OtherLayout(path, f"it says that its format is {version}, and there is none of that number")
    statement = f"SELECT type, name, tbl_name, sql, rootpage FROM sqlite_master LIMIT {_MOST}"
    rows = connection.execute(statement).fetchall()
    pages = [row[4] for row in rows if row[0] in ("table", "index")]
    if len(set(pages)) < len(pages):
        raise OtherLayout(path, "two tables lie in one place")
    wanted = {sql: one for sql, one in _WANTED.items() if _since(sql) <= version <= _UNTIL.get(sql, version)}
    if missing := _missing(rows, wanted):
        raise OtherLayout(path, missing)
    if version <= FORMAT and (extra := _extra(rows, wanted)):
        raise OtherLayout(path, extra)
    return version


Wanted = dict[str, tuple[str, str]]
"""The text that makes an object → its kind and name."""


def _since(sql: str) -> int:
    """The format in which an object came."""
    return next((number for table, number in SINCE.items() if table in sql), 1)


def _missing(rows: list[Any], wanted: Wanted) -> str | None:
    there = {row[3]: (row[0], row[1]) for row in rows if row[3] is not None}
    for sql, (kind, name) in wanted.items():
        if sql not in there:
            return f"the {kind} {name} is not there, or not as it was made"
        if there[sql] != (kind, name):
            return f"the {kind} {name} goes by another name"
    return None


def _extra(rows: list[Any], wanted: Wanted) -> str | None:
    for kind, name, table, sql, _ in rows:
        by_itself = str(name).startswith(f"sqlite_autoindex_{table}_") if sql is None else sql in _BY_ITSELF
        if sql not in wanted and not by_itself:
            return f"the {kind} {name} is not part of a ledger"
    return None


def _as_kept(statement: str) -> tuple[str, tuple[str, str]]:
    """A statement as SQLite keeps it, with what it makes: kind and name."""
    sql = statement.replace("IF NOT EXISTS ", "", 1)
    words = sql.replace("(", " (").split(maxsplit=4)
    kind, name = (words[2], words[3]) if words[1] == "UNIQUE" else (words[1], words[2])
    return sql, (kind.lower(), name)


_WANTED: Final[Wanted] = dict(map(_as_kept, (*TABLES, *GUARDS, *OLDER)))
"""The objects of all formats; those of earlier ones are the same, as far as they were there."""
_UNTIL: Final = {_as_kept(statement)[0]: last for statement, last in OLDER.items()}
