"""How does a document become a source? A fact says that it is held from now on, and its bytes lie beside, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final, TypedDict

from ..domain.entry import Draft
from ..domain.errors import ExistsWithDifferent
from ..domain.source import SourceArchived, stream_of
from ..record.lines import entry_of
from ..store.port import Transaction
from .append import Receipt
from .recording import On, drafts_to_record


class Described(TypedDict, total=False):
    """What may be said of a source."""

    title: str | None
    name: str | None
    """the name of its file: its title, where none is given"""
    media: str | None
    """its media type: text/plain, text/html, application/pdf …"""
    language: str | None
    """BCP 47"""
    url: str | None
    """where it was found"""
    published: On | None
    """when: EDTF, or a date"""
    publisher: str | None
    """the party that published it"""
    by: str | None
    """who archives it"""


DESCRIBED: Final = ("title", "media", "language", "url", "published", "publisher")


def source_draft(content: bytes, described: Described, on: str, by: str) -> Draft:
    """The fact that a document was archived on a day; raises InvalidFact, DateRefused."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    body = {"digest": digest, "size": str(len(content)), **{n: v for n, v in described.items() if n in DESCRIBED and v}}
    if name := described.get("name"):
        body.setdefault("title", name)
    raw = {"stream": stream_of(digest), "type": SourceArchived.TYPE, "body": body}
    (draft,) = drafts_to_record([raw], {"on": on, "by": by}, str)
    return draft


def columns_again(writing: Transaction, draft: Draft, content: bytes) -> dict[str, Any]:
    """How a document is kept whose entry is there, and its bytes are not: as when it was archived."""
    (entry,) = [entry_of(one.line) for one in writing.stored_in(draft.stream)][:1]
    said = entry.fact.model_dump()
    columns = {name: said[name] for name in ("title", "media", "language")}
    return {**columns, "added_at": entry.recorded_at, "added_by": entry.recorded_by, "content": content}


def archived_already(writing: Transaction, draft: Draft, described: Described) -> Iterator[Receipt]:
    """The receipt of a source that is held already, whatever the day; none where it is not.

    Raises ExistsWithDifferent where something is said of it now that was not, or was said otherwise.
    """
    for one in writing.stored_in(draft.stream):
        entry = entry_of(one.line)
        if isinstance(entry.fact, SourceArchived) and isinstance(draft.fact, SourceArchived):
            then, now = entry.fact.model_dump(), draft.fact.model_dump()
            if differ := [name for name in DESCRIBED if described.get(name) and now[name] != then[name]]:
                raise ExistsWithDifferent(entry.entry_id, one.position, differ)
            yield Receipt("exists", entry.entry_id, draft.stream, one.position, one.version)
            return
