"""What are streams about in a ledger that keeps no traits, as an earlier version laid it out? Derived when asked for.

Costs the entries of each stream that is asked about; an upgrade makes it a look-up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..domain.entry import Entry
from ..history.decide import StreamInMemory
from ..history.effective import Told, known_of
from ..history.trait_rows import in_order
from ..record.lines import entry_of

if TYPE_CHECKING:
    from ..history.trait_rows import TraitRow


def kept_of(stream: str, entries: Iterable[Entry]) -> StreamInMemory:
    """A stream derived from its entries, group by group."""
    kept = StreamInMemory(stream)
    groups: dict[int, list[Told]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    for position, group in groups.items():
        kept.take_in(group, position, known_of)
    return kept


def traits_of(stream: str, lines: Iterable[bytes]) -> list[TraitRow]:
    """The traits of a stream, in the order in which a store reads them."""
    return in_order(kept_of(stream, map(entry_of, lines)).trait_rows())
