"""What may a word that somebody began to type become? Ranges of indexes, of which a bounded number of rows is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Protocol

from ...domain.trait_names import MEETING_TITLE, TITLE
from .traits import of_name, value_name

_LAST: Final = "\U0010ffff"
"""Comes after every character that a name has."""
_PARTS_READ: Final = 5_000
_VALUES_READ: Final = 20_000
_DIGITS: Final = 64
"""Of a digest, in hex."""


class Asked(Protocol):
    """The snapshot that is asked."""

    has_traits: bool
    has_attestations: bool

    def rows(self, statement: str, params: tuple[Any, ...] = ()) -> list[Any]:
        """All rows of a statement."""
        ...

    def number(self, name: str) -> int | None:
        """The number of a stream's name."""
        ...

    def trait_numbers(self, trait: str) -> list[int]:
        """The number of a trait, or of all that begin so where it ends in /."""
        ...

    def need_traits(self) -> None:
        """Raise OlderLedger where there are none."""
        ...


class BegunWords:
    """What the port asks for under that name; read its docstrings there."""

    def __init__(self, reader: Asked) -> None:
        self._reader = reader

    def streams(self, kind: str, begun: str, most: int) -> list[str]:
        statement = "SELECT name FROM names WHERE name >= ? AND name < ? ORDER BY name{} LIMIT ?"
        return [row[0] for row in self._few(statement, _range(f"{kind}:{begun}"), most)]

    def titles(self, streams: Iterable[str]) -> dict[str, str]:
        which = [one for name in (TITLE, MEETING_TITLE) for one in self._reader.trait_numbers(name)]
        if not self._reader.has_traits or not which:
            return {}
        statement = (
            "SELECT value FROM traits WHERE stream = (SELECT id FROM names WHERE name = ?) "
            f"AND trait IN ({','.join('?' * len(which))}) AND known_to IS NULL "
            "ORDER BY trait = ? DESC, since DESC, version DESC LIMIT 1"  # its own title before one of a meeting
        )
        rows = ((stream, self._reader.rows(statement, (stream, *which, which[0]))) for stream in streams)
        return {stream: found[0][0] for stream, found in rows if found}

    def parts(self, stream: str, begun: str, most: int) -> list[str]:
        # From one part to the next, by the key: however many periods a part has, a search finds the one after it.
        statement = (
            "WITH RECURSIVE of(part) AS (SELECT min(part) FROM periods WHERE stream = ?1 UNION ALL "
            "SELECT (SELECT min(part) FROM periods WHERE stream = ?1 AND part > of.part) FROM of "
            "WHERE of.part IS NOT NULL LIMIT ?2) SELECT name FROM of JOIN names ON id = part"
        )
        rows = self._reader.rows(statement, (self._reader.number(stream), _PARTS_READ + 1))
        if len(rows) > _PARTS_READ:
            return []
        found = sorted(row[0] for row in rows if row[0].startswith(begun))
        return found if len(found) <= most else [*found[: most - 1], found[-1]]

    def values(self, trait: str, begun: str, most: int) -> list[str]:
        self._reader.need_traits()
        which = self._reader.trait_numbers(trait)
        statement = (  # +id: a number alone is sought in the index; as that of a column, text would be compared with it
            f"SELECT name FROM (SELECT id, name FROM names WHERE name >= ? AND name < ? ORDER BY name{{0}} "
            f"LIMIT {_VALUES_READ}) WHERE EXISTS (SELECT 1 FROM traits INDEXED BY streams_by_trait "
            f"WHERE value = +id AND trait IN ({','.join('?' * len(which))})) ORDER BY name{{0}} LIMIT ?"
        )
        found = self._few(statement, (*_range(value_name(begun)), *which), most)
        return [of_name(row[0]) for row in found]

    def checkpoints(self, begun: str, most: int) -> list[str]:
        if not self._reader.has_attestations:
            return []
        statement = (
            "SELECT name FROM attestations INDEXED BY checkpoint_by_name "
            "WHERE kind = 'checkpoint' AND name >= ? AND name < ? ORDER BY name{} LIMIT ?"
        )
        return [row[0] for row in self._few(statement, _range(begun), most)]

    def sources(self, digits: str, most: int) -> list[tuple[bytes, str | None]]:
        ends = tuple(bytes.fromhex(digits.ljust(_DIGITS, fill)) for fill in "0f")
        statement = "SELECT digest, title FROM sources WHERE digest >= ? AND digest <= ? ORDER BY digest{} LIMIT ?"
        return self._few(statement, ends, most)

    def _few(self, statement: str, params: tuple[Any, ...], most: int) -> list[Any]:
        """The rows of a statement if there are at most so many, else the first of them and the last.

        The statement says `{}` where its order may be turned, and ends in how many rows it is to give.
        """
        found = self._reader.rows(statement.format(""), (*params, most + 1))
        last = self._reader.rows(statement.format(" DESC"), (*params, 1))
        if len(found) > most or not set(last) <= set(found):
            return [*found[: most - 1], *last]
        return found


def _range(begun: str) -> tuple[str, str]:
    """The ends of all names that begin so: from the first up to but without the second."""
    return begun, begun + _LAST
