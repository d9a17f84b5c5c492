"""What may a process remember of a ledger between two writes?

Numbers of parts and standings never change once they are committed. What is remembered of a stream holds for as
long as nobody else has written: a write that finds the ledger longer than it was left forgets it, and one that
fails forgets everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from ...domain.worlds import Standing

if TYPE_CHECKING:  # the read path imports this module, and must not wait for the events
    from ...history.effective import Frontier
    from ...history.periods import Period

MOST: Final = 14_000
"""Streams remembered since the last sweep; those not used since the one before are forgotten then."""
MOST_NAMES: Final = 50_000
"""Names of parts, and standings, remembered at once; beyond that all are forgotten."""


class Judged(NamedTuple):
    """By what the next step of a region is judged, and what it is compared with."""

    frontier: Frontier
    tail: list[Period]
    """rows held true now that end after the frontier's base day"""


@dataclass(slots=True)
class Remembered:
    """What is known of one stream without asking the file."""

    number: int
    """its name's; 0 where it has none yet"""
    version: int
    regions: dict[str, Judged] = field(default_factory=dict)
    said: dict[tuple[str, str], int] = field(default_factory=dict)
    """of what a stream has many: trait and value, as far as they were looked for → the day since which it is said"""


@dataclass(slots=True)
class StreamCache:
    """Derived values, each of which can be read again from the file."""

    position: int = -1
    """where the ledger ended when these held"""
    names: dict[str, int] = field(default_factory=dict)
    """of parts"""
    standings: dict[Standing, int] = field(default_factory=dict)
    by_number: dict[int, Standing] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    """types of fact that the ledger holds; empty where they are not known"""
    _recent: dict[str, Remembered] = field(default_factory=dict)
    _older: dict[str, Remembered] = field(default_factory=dict)

    def at(self, position: int) -> None:
        """Forget what another writer may have changed."""
        if position != self.position:
            self.types.clear()
            self._recent.clear()
            self._older.clear()
        self.position = position

    def forget(self) -> None:
        """Forget everything."""
        self.at(-1)
        self.names.clear()
        self.standings.clear()
        self.by_number.clear()

    def stream(self, name: str) -> Remembered | None:
        """What is remembered of a stream; being asked for keeps it from being forgotten."""
        found = self._recent.get(name)
        if found is None:
            found = self._older.get(name)
            if found is not None:
                self.keep(name, found)
        return found

    def keep(self, name: str, remembered: Remembered) -> None:
        """Remember a stream."""
        if len(self._recent) >= MOST:
            self._older, self._recent = self._recent, {}
        self._recent[name] = remembered

    def sweep(self) -> None:
        """Forget names and standings where there are too many."""
        if len(self.names) > MOST_NAMES:
            self.names.clear()
        if len(self.standings) > MOST_NAMES:
            self.standings.clear()
            self.by_number.clear()
