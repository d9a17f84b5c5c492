"""What are streams about in a ledger that keeps no traits, as an earlier version laid it out? Derived when asked for.

Costs the entries of each stream that is asked about; an upgrade makes it a look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..domain.entry import Entry
from ..domain.trait_names import MEETING_TITLE, PARTY, TITLE
from ..history.decide import StreamInMemory
from ..history.effective import Told
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


def traits_of(stream: str, lines: Iterable[bytes]) -> Iterator[TraitRow]:
    """The traits of a stream, in the order in which a store reads them."""
    rows = kept_of(stream, map(entry_of, lines)).trait_rows()
    yield from sorted(rows, key=lambda row: (row.trait, row.since, row.version, row.value))


def about(rows: Iterable[tuple[str, TraitRow]], day: int) -> tuple[str | None, tuple[str, ...]]:
    """Title and parties of a stream on a day, of its traits in the order in which a store reads them."""
    parties: set[str] = set()
    title = meeting = None
    for _, row in rows:
        if row.since <= day:
            if row.trait == TITLE:
                title = row.value
            elif row.trait == MEETING_TITLE:
                meeting = meeting or row.value
            elif row.trait.startswith(PARTY):
                parties.add(row.value)
    return title or meeting, tuple(sorted(parties))


def known_of(told: Told) -> str:
    """Known time of a recorded entry."""
    return told.known if isinstance(told, Entry) else told.known_since or ""
