"""How is an attestation kept? In a transaction of its own, without the library: to sign takes no longer than to ask."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from ...domain.errors import NameTaken
from ...record.seals import ATTESTED, seal
from ..port import Attestation, Snapshot
from .opening import check_writable, unusable, uri
from .outcome import came_through, not_written
from .place import Place
from .schema import SETTINGS

_LOCK_SECONDS = 30
_NAMED = "SELECT 1 FROM attestations WHERE kind = 'checkpoint' AND name = ?"


def attest(path: Path, one: Attestation) -> None:
    """Keep an attestation; raises NameTaken, and what opening a ledger to write raises."""
    check_writable(path)
    place = Place(uri(path, "rw"))
    columns = {name: getattr(one, name) for name in ATTESTED}
    columns["seal"] = seal(columns, ATTESTED)
    statement = f"INSERT INTO attestations ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    try:
        connection = sqlite3.connect(uri(path, "rw"), uri=True, isolation_level=None, timeout=_LOCK_SECONDS)
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    with closing(connection):
        try:
            for setting in SETTINGS:
                connection.execute(setting)
            connection.execute("BEGIN IMMEDIATE")
            place.opened()
            if one.name and one.kind == "checkpoint" and connection.execute(_NAMED, (one.name,)).fetchone():
                raise NameTaken(one.name)
            connection.execute(statement, tuple(columns.values()))
            place.check()
        except sqlite3.Error as error:
            raise not_written(path, error) from error
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            if not came_through(path, error, lambda reader: _is_there(reader, one)):
                raise not_written(path, error) from error
        place.check(committed=True)


def _is_there(reader: Snapshot, one: Attestation) -> bool:
    return any(it[1:] == one[1:] for it in reader.attestations())
