"""How do names and standings lie in the file? As integers; most are used many times over."""

from __future__ import annotations

import json
from typing import Any

from ..domain.worlds import Standing


class Dictionaries:
    """Numbers for names and standings, given once and remembered for as long as the transaction holds."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._names: dict[str, int] = {}
        self._standings: dict[Standing, int] = {}

    def find(self, name: str) -> int | None:
        """The number of a name, where it has one."""
        known: int | None = self._names.get(name)
        if known is None:
            self._cursor.execute("SELECT id FROM names WHERE name = ?", (name,))
            row = self._cursor.fetchone()
            if row is None:
                return None
            known = self._names[name] = row[0]
        return known

    def name(self, name: str) -> int:
        """The number of a name; it gets one where it has none."""
        known = self.find(name)
        if known is not None:
            return known
        self._cursor.execute("INSERT INTO names (name) VALUES (?)", (name,))
        number: int = self._cursor.lastrowid
        self._names[name] = number
        return number

    def standing(self, standing: Standing) -> int:
        """The number of a standing; it gets one where it has none."""
        known: int | None = self._standings.get(standing)
        if known is not None:
            return known
        columns = packed(standing)
        self._cursor.execute(
            "SELECT id FROM standings WHERE status = ? AND possible = ? AND flags = ? AND detail = ?", columns
        )
        row = self._cursor.fetchone()
        number: int
        if row is None:
            self._cursor.execute("INSERT INTO standings (status, possible, flags, detail) VALUES (?,?,?,?)", columns)
            number = self._cursor.lastrowid
        else:
            number = row[0]
        self._standings[standing] = number
        return number


def packed(standing: Standing) -> tuple[str, str, str, str]:
    """A standing as columns: words joined by blanks, detail as JSON, '' where the status is open."""
    detail = json.dumps(dict(standing.detail), ensure_ascii=False, separators=(",", ":")) if standing.detail else ""
    return standing.status or "", " ".join(standing.possible), " ".join(standing.flags), detail


def unpacked(status: str, possible: str, flags: str, detail: str) -> Standing:
    """Columns as a standing."""
    return Standing(
        status or None,
        tuple(possible.split()),
        tuple(flags.split()),
        tuple(sorted(json.loads(detail).items())) if detail else (),
    )
