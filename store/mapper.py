"""How does the library read and write our entries? It sees lines, and types by name from the catalogue alone.

The library's own mapper imports whatever module a stored topic names, and bypasses validation on reading.
"""

from __future__ import annotations

from typing import Any, cast

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent

from ..domain.entry import Draft
from ..record.lines import entry_of, writer_bytes


class EntryMapper(Mapper[str]):
    """Drafts to the part of the line that the writer chose; lines to entries."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Encode a draft; the recorder adds the head of the line under its write lock."""
        draft = cast(Draft, domain_event)
        return StoredEvent(draft.stream, draft.originator_version, draft.fact.type_name, writer_bytes(draft))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Read an entry; raises Altered where the line is none."""
        return entry_of(stored_event.state)
