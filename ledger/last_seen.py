"""Up to where did this person read a ledger? Remembered outside the ledger, for each by its place and root.

A file that somebody put in its place is another ledger: what was read of the one is not taken for what was read of the
other.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ..store.new_file import replaced
from ..store.port import Place, Snapshot


class Seen(NamedTuple):
    """A position, and the root over the entries up to it."""

    position: int
    root: str


def memory_of(place: Place) -> Path:
    """The file in which it is remembered: in the user's folder of states (XDG Base Directory)."""
    folder = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    name = sha256(os.path.realpath(place).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return Path(folder) / "engage" / "seen" / f"{name}.json"


def last_seen(reader: Snapshot) -> Seen | None:
    """Up to where it was read; None where it never was, or where this is another ledger."""
    try:
        told = json.loads(memory_of(reader.place).read_bytes())
        seen = Seen(int(told["position"]), str(told["root"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not 0 <= seen.position <= reader.size or reader.root(seen.position) != seen.root:
        return None
    return seen


def remember(place: Place, seen: Seen) -> bool:
    """Remember it; whether that could be done."""
    memory = memory_of(place)
    with suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with replaced(memory) as file:
            file.write(json.dumps({"place": os.path.realpath(place), **seen._asdict()}).encode())
        return True
    return False
