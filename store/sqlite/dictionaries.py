"""How do names and standings lie in the file? As integers; most are used many times over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...domain.errors import Altered
from ...domain.worlds import Standing

if TYPE_CHECKING:
    from .stream_cache import StreamCache


class DictionaryDamaged(Altered):
    """What stands for a name or a standing is damaged; the entries that it comes from may be sound."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"what is derived from the entries is damaged: {what}",
            "names and standings are written with the periods that they are part of",
            "see what else is: ⟦verify-full⟧",
        )


def lenient_text(stored: bytes) -> str:
    """Text as it is stored, whatever bytes it has."""
    return stored.decode("utf-8", "surrogateescape")


class Dictionaries:
    """Numbers for names and standings, given once and remembered."""

    def __init__(self, cursor: Any, memory: StreamCache) -> None:
        self._cursor = cursor
        self._memory = memory

    def find(self, name: str) -> int | None:
        """The number of a name, where it has one."""
        known: int | None = self._memory.names.get(name)
        if known is None:
            self._cursor.execute("SELECT id FROM names WHERE name = ?", (name,))
            row = self._cursor.fetchone()
            if row is None:
                return None
            known = self._memory.names[name] = row[0]
        return known

    def name(self, name: str) -> int:
        """The number of a name; it gets one where it has none."""
        known = self.find(name)
        if known is not None:
            return known
        self._cursor.execute("INSERT INTO names (name) VALUES (?)", (name,))
        number: int = self._cursor.lastrowid
        self._memory.names[name] = number
        return number

    def name_of(self, number: int) -> str:
        """The name of a number."""
        self._cursor.execute("SELECT name FROM names WHERE id = ?", (number,))
        row = self._cursor.fetchone()
        if row is None:
            raise DictionaryDamaged(f"name number {number} is missing")
        found: str = row[0]
        return found

    def standing(self, standing: Standing) -> int:
        """The number of a standing; it gets one where it has none."""
        known: int | None = self._memory.standings.get(standing)
        if known is not None:
            return known
        columns = packed(standing)
        self._cursor.execute(
            "SELECT id FROM standings WHERE status = ? AND possible = ? AND flags = ? AND detail = ?", columns
        )
        row = self._cursor.fetchone()
        if row is None:
            self._cursor.execute("INSERT INTO standings (status, possible, flags, detail) VALUES (?,?,?,?)", columns)
        number: int = self._cursor.lastrowid if row is None else row[0]
        self._remember(standing, number)
        return number

    def standing_of(self, number: int) -> Standing:
        """The standing of a number."""
        known = self._memory.by_number.get(number)
        if known is None:
            self._cursor.execute("SELECT status, possible, flags, detail FROM standings WHERE id = ?", (number,))
            row = self._cursor.fetchone()
            if row is None:
                raise DictionaryDamaged(f"standing number {number} is missing")
            known = unpacked(*row)
            self._remember(known, number)
        return known

    def _remember(self, standing: Standing, number: int) -> None:
        self._memory.standings[standing] = number
        self._memory.by_number[number] = standing


def packed(standing: Standing) -> tuple[str, str, str, str]:
    """A standing as columns: words joined by blanks, detail as JSON, '' where the status is open."""
    detail = json.dumps(dict(standing.detail), ensure_ascii=False, separators=(",", ":")) if standing.detail else ""
    return standing.status or "", " ".join(standing.possible), " ".join(standing.flags), detail


def unpacked(status: str, possible: str, flags: str, detail: str) -> Standing:
    """Columns as a standing; raises DictionaryDamaged."""
    try:
        return _unpacked(status, possible, flags, detail)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DictionaryDamaged("a standing cannot be read") from error


def as_stored(status: str, possible: str, flags: str, detail: str) -> Standing:
    """The same, to compare with: what cannot be read is a standing that no entry gives."""
    try:
        return _unpacked(status, possible, flags, detail)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Standing("unreadable", (), (), tuple(("column", repr(one)) for one in (status, possible, flags, detail)))


def _unpacked(status: str, possible: str, flags: str, detail: str) -> Standing:
    if not {type(one) for one in (status, possible, flags, detail)} <= {str}:
        raise TypeError("a column is no text")
    told = json.loads(detail) if detail else {}
    if not all(type(value) is str for value in told.values()):
        raise TypeError("a detail is no text")
    return Standing(status or None, tuple(possible.split()), tuple(flags.split()), tuple(sorted(told.items())))
