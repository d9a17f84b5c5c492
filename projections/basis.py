"""What do all questions rest on? Both clocks, and the coverage that was declared. Read without loading the facts.

Questions do not ask each other: what two of them need stands here, in `told`, `entries` and `words`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ..domain.dates import iso
from ..history.coverage import PART, Coverage, Declared, last_day

if TYPE_CHECKING:  # most questions read periods alone, and do not wait for the events
    from ..store.port import KnownAt, Snapshot


class Clocks(NamedTuple):
    """Both clocks, resolved, with the tree that the answer rests on."""

    day: int
    known: KnownAt
    size: int
    root: Callable[[], str]
    """the tree's root: read only where it is told, as most that people read does without"""
    projection: bool
    """whether the day lies after what was known"""
    coverage: list[dict[str, Any]]
    unknown_types: list[str]
    """types of a newer version that could change the answer"""

    def header(self) -> dict[str, Any]:
        """What stands before the rows of every JSON answer."""
        return {
            "as_of": iso(self.day),
            "known_at": {"position": self.known.position, "known": self.known.known},
            "size": self.size,
            "root": self.root(),
            "projection": self.projection,
            "coverage": self.coverage,
            "unknown_types": self.unknown_types,
        }


@dataclass(frozen=True, slots=True)
class OnClocks:
    """An answer on both clocks: what every one of them tells before its rows."""

    at: Clocks

    @property
    def unknown_types(self) -> list[str]:
        """Types of a newer version that could change the answer."""
        return self.at.unknown_types

    def header(self) -> dict[str, Any]:
        """Both clocks, size and root."""
        return self.at.header()


@dataclass(frozen=True, slots=True)
class BetweenMoments:
    """An answer about what was learned between two moments of the record."""

    earlier: KnownAt
    later: KnownAt
    root: str
    """as of the later"""
    unknown_types: list[str]

    def header(self) -> dict[str, Any]:
        """Both moments, size and root as of the later."""
        return self._header()

    def _header(self, **more: Any) -> dict[str, Any]:
        return {
            "known": [f"#{self.earlier.position}", f"#{self.later.position}"],
            "size": self.later.position,
            "root": self.root,
            **more,
            "unknown_types": self.unknown_types,
        }


def coverage_of(reader: Snapshot, known: KnownAt) -> Coverage:
    """Every declaration that holds in the end, as known then."""
    return Coverage(
        Declared(stream, scope, until or _last_of(reader, known, stream, scope), position)
        for stream, scope, until, position in reader.coverage(known)
    )


def _last_of(reader: Snapshot, known: KnownAt, stream: str, scope: str) -> str:
    """Of the declarations that may be the last, the day that lies last (EDTF)."""
    # Here, for few ledgers leave this open, and what reads facts takes long to load.
    from ..history.effective import effective, known_of, regions, worlds_of
    from .told import entries_of

    part = f"{PART}{scope}"
    steps = regions(effective(entries_of(reader, stream, known), known_of).values())[part]
    nodes = worlds_of(stream, part, steps).segments[-1].nodes
    days: list[str] = [dict(state.detail)["until"] for _, state in nodes]
    return max(days, key=lambda until: (last_day(until), until))
