"""What coverage does a ledger declare, as known at one moment? Found once, for every question.

Where the order of two declarations of one scope is open, the later of the days that they name counts: past it, whatever
their order, the register was kept up no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..history.coverage import PART, Coverage, Declared, last_day

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot


def coverage_of(reader: Snapshot, known: KnownAt) -> Coverage:
    """Every declaration that holds in the end, as known then."""
    return Coverage(
        Declared(stream, scope, until or _last_of(reader, known, stream, scope), position)
        for stream, scope, until, position in reader.coverage(known)
    )


def _last_of(reader: Snapshot, known: KnownAt, stream: str, scope: str) -> str:
    """Of the declarations that may be the last, the day that lies last (EDTF)."""
    # Here, for few ledgers leave this open, and what reads facts takes long to load.
    from ..history.effective import effective, regions, unfolded
    from .asking import entries_of, known_of

    part = f"{PART}{scope}"
    steps = regions(effective(entries_of(reader, stream, known), known_of).values())[part]
    nodes = unfolded(stream, part, steps).segments[-1].nodes
    days: list[str] = [dict(state.detail)["until"] for _, state in nodes]
    return max(days, key=lambda until: (last_day(until), until))
