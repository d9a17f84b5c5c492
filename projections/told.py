"""What does a stream say, as known at one moment? Its entries, corrected, in the order of display."""

from __future__ import annotations

from ..domain.entry import Entry
from ..history.effective import Effective, effective, known_of
from ..record.lines import entry_of
from ..store.port import KnownAt, Snapshot


def entries_of(reader: Snapshot, stream: str, known: KnownAt) -> list[Entry]:
    """A stream's entries as known then, in order of position."""
    return [entry_of(line) for _, line in reader.lines(last=known.position, stream=stream)]


def told_by(reader: Snapshot, stream: str, known: KnownAt) -> list[Effective]:
    """What a stream says as known then, corrections applied, in the order of display."""
    return sorted(effective(entries_of(reader, stream, known), known_of).values(), key=displayed)


def displayed(one: Effective) -> tuple[int, int, int]:
    """Key of the order of display: earliest day, latest day, position."""
    latest = one.occurred.latest if one.occurred.latest is not None else 10_000_000
    return one.occurred.earliest or 0, latest, position(one)


def position(one: Effective) -> int:
    """Where an entry stands in the ledger; 0 of a draft."""
    return one.entry.position if isinstance(one.entry, Entry) else 0
