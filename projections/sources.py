"""Which documents are held, since when, and which quotes of one do entries rest on?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from .entries import Fields, as_they_count, put_right

if TYPE_CHECKING:
    from ..store.port import Snapshot

COLUMNS: Final = (
    "document", "title", "media", "language", "published", "publisher", "url", "bytes", "entry", "added_at", "added_by",
)  # fmt: skip
QUOTES: Final = ("entry", "stream", "quote")


def archived(reader: Snapshot) -> Iterator[dict[str, Any]]:
    """A row for each document, in the order in which they were archived; corrections are applied.

    Of those that an earlier version archived no entry tells. Costs a search for each document.
    """
    for one in reader.sources():
        digits = one.digest.hex()
        told = _told(reader, f"source:{digits}")
        said = told.get("body", {})
        yield {
            "document": f"sha256:{digits}",
            "title": said.get("title", one.title),
            "media": said.get("media", one.media),
            "language": said.get("language", one.language),
            "published": said.get("published"),
            "publisher": said.get("publisher"),
            "url": said.get("url"),
            "bytes": one.size,
            "entry": f"#{told['position']}" if told else None,
            "added_at": told.get("recorded_at", one.added_at),
            "added_by": told.get("recorded_by", one.added_by),
        }


def _told(reader: Snapshot, stream: str) -> Fields:
    """The entry that says that a document was archived; nothing where there is none."""
    lines = [line for _, line in reader.lines(stream=stream)]
    found = put_right(reader, reader.known_at(), [stream]) if lines else {}
    for one in as_they_count(lines, found, False):
        if one["type"].startswith("source.archived/"):
            return one
    return {}


def quotes_of(reader: Snapshot, document: str) -> Iterator[dict[str, Any]]:
    """Each quote of a document, with the entry that rests on it. Reads n entries."""
    mark = document.encode()
    known = reader.known_at()
    lines = [line for _, line in reader.lines() if mark in line]
    for one in as_they_count(lines, put_right(reader, known), False):
        if not one["stream"].startswith("source:") and "retracted_by" not in one:
            for quote in _quoted(one, document):
                yield {"entry": f"#{one['position']}", "stream": one["stream"], "quote": quote}


def _quoted(value: Any, document: str) -> Iterator[str | None]:
    """The quotes of a document wherever it is cited in an entry: None where it is cited as a whole."""
    if isinstance(value, dict):
        if value.get("document") == document:
            yield value.get("quote")
        else:
            for inner in value.values():
                yield from _quoted(inner, document)
    elif isinstance(value, list):
        for inner in value:
            yield from _quoted(inner, document)
