"""Which database keeps the ledger at a place? Told by the place alone: a URL names it, anything else is a file."""

from __future__ import annotations

import os
import re
from typing import Final

from ..domain.errors import LedgerUnusable
from .port import Adapter, Place, Snapshot

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def adapter_of(place: Place) -> Adapter:
    """The adapter of the database that a place is in; raises LedgerUnusable for a URL of another."""
    named = _SCHEME.match(os.fspath(place)) if isinstance(place, str) else None
    if named is None:
        from .sqlite.adapter import Sqlite

        return Sqlite()
    raise LedgerUnusable(
        f"no ledger can be kept at {named[0]}…",
        "this version keeps ledgers in files",
        "name a file",
    )


def snapshot(place: Place, *, waits: bool = True) -> Snapshot:
    """Open a ledger to read it; raises LedgerUnusable."""
    return adapter_of(place).snapshot(place, waits=waits)
