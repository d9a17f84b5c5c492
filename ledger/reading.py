"""How is a ledger opened to be asked, by its place alone? What writes to it is `Ledger`.

The read path: it waits neither for the events nor for the library.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..store.adapters import adapter_of
from ..store.port import KnownAt, Place, Snapshot

__all__ = ["KnownAt", "Snapshot", "diagnosis", "is_any_kept_in", "is_kept_in", "snapshot"]


def snapshot(place: Place, *, waits: bool = True) -> Snapshot:
    """A ledger at this moment; raises LedgerUnusable. Unless it `waits`, also where another program holds it."""
    return adapter_of(place).snapshot(place, waits=waits)


def diagnosis(place: Place) -> Iterator[tuple[str, str]]:
    """Yield (what, how it is) of how a ledger is kept; raises LedgerUnusable."""
    return adapter_of(place).diagnosis(place)


def is_kept_in(place: Place, file: Place) -> bool:
    """Whether a file, by whatever name, is one that the ledger at `place` is kept in."""
    return adapter_of(place).holds(place, file)


def is_any_kept_in(file: Place) -> bool:
    """Whether some ledger is kept in this file."""
    return adapter_of(file).is_kept_in(file)
