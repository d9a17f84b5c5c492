"""What is stored of a range of streams, read at once: entries, periods, frontiers?

Streams are told apart by name, in the order of the index on them, so that neighbours are read together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from ...domain.worlds import Standing
from ...history.effective import Frontier
from ...history.periods import Period
from ...history.step_index import StepIndexChange
from ...history.trait_rows import TraitRow
from ..port import Range
from . import traits
from .dictionaries import as_stored
from .frontiers import FrontierUnreadable, decode_frontier, encode_frontier
from .schema import ENTRIES
from .snapshot import Reader
from .steps import steps_differ

AT_ONCE: Final = 2_000
"""Entries in a range, or so: a stream is never divided."""


def ranges(reader: Reader) -> Iterator[Range]:
    """All streams, in ranges of so many entries."""
    name = f"SELECT originator_id FROM {ENTRIES} WHERE originator_id"
    row = reader.one(f"{name} >= '' ORDER BY originator_id LIMIT 1")
    while row is not None:
        first = row[0]
        row = reader.one(f"{name} >= ? ORDER BY originator_id LIMIT 1 OFFSET {AT_ONCE}", (first,))
        if row is not None and row[0] == first:
            row = reader.one(f"{name} > ? ORDER BY originator_id LIMIT 1", (first,))
        yield Range(first, "\U0010ffff" if row is None else row[0])


class StoredStreams:
    """What is stored of a range of streams."""

    def __init__(self, reader: Reader, streams: Range) -> None:
        self._reader = reader
        self._streams = streams
        names = reader.rows("SELECT name, id FROM names WHERE name >= ? AND name < ?", streams)
        self._numbers: dict[str, int] = dict(names)
        self._number = lru_cache(maxsize=4096)(reader.number)  # traits and parties come again in each stream
        self._parts: dict[str, int] = {}
        self._standings: dict[Standing, int] = {}
        self._known_parts: set[int] = set()
        self._known_standings: set[int] = set()

    def lines(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield (stream, its lines in order of version)."""
        rows = self._reader.rows(
            f"SELECT originator_id, state FROM {ENTRIES} WHERE originator_id >= ? AND originator_id < ? "
            "ORDER BY originator_id, originator_version",
            self._streams,
        )
        told: dict[str, list[bytes]] = {}
        for stream, line in rows:
            told.setdefault(stream, []).append(line)
        yield from told.items()

    def rows(self, stream: str) -> list[Period]:
        """Every period stored of a stream, by what it says."""
        return list(self._reader.all_periods(stream))

    def frontiers_differ(self, stream: str, frontiers: Mapping[str, Frontier]) -> bool:
        """Whether what the next step is judged by is stored otherwise than it would be written now."""
        return self._frontiers(stream) != {
            region: encode_frontier(stream, region, one) for region, one in frontiers.items()
        }

    def frontiers_mislead(self, stream: str, frontiers: Mapping[str, Frontier]) -> bool:
        """Whether it also says something else than these."""
        try:
            return {
                region: decode_frontier(stream, region, one) for region, one in self._frontiers(stream).items()
            } != frontiers
        except FrontierUnreadable:
            return True

    def _frontiers(self, stream: str) -> dict[str, bytes]:
        statement = "SELECT region, body FROM frontiers WHERE stream = ?"
        return dict(self._reader.rows(statement, (self._numbers.get(stream, 0),)))

    def steps_differ(self, stream: str, laid: Mapping[str, StepIndexChange]) -> bool:
        """Whether other steps are stored of a stream than those derived."""
        return steps_differ(self._reader.rows, stream, self._numbers.get(stream, 0), laid)

    def traits_differ(self, stream: str, told: Iterable[TraitRow]) -> bool:
        """Whether other traits are stored of a stream than those derived."""
        return traits.differ(self._reader.rows, self._numbers.get(stream, 0), told, self._number)

    def matches_by_number(self, stream: str, rows: list[Period]) -> bool:
        """Whether just these rows are stored, told by numbers alone; where not, what they say must be compared."""
        stored = self._reader.rows(
            "SELECT part, valid_from, valid_to, standing, known_from, known_to FROM periods WHERE stream = ?",
            (self._numbers.get(stream, 0),),
        )
        if len(stored) != len(rows):
            return False
        self._learn_parts({row[0] for row in stored} - self._known_parts)
        self._learn_standings({row[3] for row in stored} - self._known_standings)
        part, standing = self._parts.get, self._standings.get
        return set(stored) == {
            (
                part(row.part),
                row.valid_from,
                row.valid_to,
                standing(row.standing),
                row.known_from,
                row.known_to,
            )
            for row in rows
        }

    def _learn_parts(self, numbers: set[int]) -> None:
        # By number, as the rows are read elsewhere: what they say is what their numbers stand for.
        self._known_parts |= numbers
        for number in numbers:
            for (name,) in self._reader.rows("SELECT name FROM names WHERE id = ?", (number,)):
                self._parts[name] = number

    def _learn_standings(self, numbers: set[int]) -> None:
        self._known_standings |= numbers
        for number in numbers:
            for row in self._reader.rows(
                "SELECT status, possible, flags, detail FROM standings WHERE id = ?", (number,)
            ):
                self._standings[as_stored(*row)] = number
