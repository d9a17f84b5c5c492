"""What may a process remember of a ledger between two writes?

Numbers of names and standings never change once they are committed. Frontiers, the rows beyond them and the
versions of streams hold for as long as nobody else has written: a write that finds the ledger longer than it
was left forgets them, and one that fails forgets everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ..domain.worlds import Standing

if TYPE_CHECKING:  # the read path imports this module, and must not wait for the events
    from ..domain.history import Frontier, Row

MOST: Final = 50_000
"""Regions remembered at once; beyond that all are forgotten, and read again where they are needed."""


@dataclass(slots=True)
class Memory:
    """Derived values, each of which can be read again from the file."""

    position: int = -1
    """where the ledger ended when these held"""
    names: dict[str, int] = field(default_factory=dict)
    standings: dict[Standing, int] = field(default_factory=dict)
    by_number: dict[int, Standing] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    """types of fact that the ledger holds; empty where they are not known"""
    versions: dict[str, int] = field(default_factory=dict)
    frontiers: dict[tuple[str, str], Frontier] = field(default_factory=dict)
    tails: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    """rows held true now that end after the frontier's base day"""

    def at(self, position: int) -> None:
        """Forget what another writer may have changed."""
        if position != self.position or len(self.frontiers) > MOST:
            self.types.clear()
            self.versions.clear()
            self.frontiers.clear()
            self.tails.clear()
        self.position = position
