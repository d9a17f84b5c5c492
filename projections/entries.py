"""How does an entry count in a list? With what its corrections say, and marked with what put it right.

An entry that was corrected is listed with the values that it has now, and `corrected_by` names the corrections; one
that was retracted stays in the list, and `retracted_by` says so. As recorded, entries keep the values that they were
recorded with, and the marks. What nothing has put right is listed without loading the facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..domain.streams import REACHING_BACK

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot

Fields = dict[str, Any]
PutRight = dict[str, list[tuple[int, bytes]]]
"""Entry id → position and line of each correction, of the retraction and of the calling off of it."""
_CORRECTED: Final = b'"type":"entry.corrected/'
_RETRACTED: Final = b'"type":"entry.retracted/'
_CALLED_OFF: Final = b'"type":"announcement.called-off/'
MARKS: Final = frozenset(("corrected_by", "retracted_by", "called_off_by"))
"""Names of what an entry is marked with."""


def lines_of(reader: Snapshot, first: int, last: int, streams: Sequence[str] | None) -> Iterator[bytes]:
    """Yield the lines of some streams, or of all, from position to position, in the order of recording."""
    for _, line in numbered_lines_of(reader, first, last, streams):
        yield line


def numbered_lines_of(
    reader: Snapshot, first: int, last: int, streams: Sequence[str] | None
) -> Iterable[tuple[int, bytes]]:
    """The same, each with its position."""
    if streams is None or len(streams) == 1:
        return reader.lines(first, last, streams[0] if streams else None)
    return sorted(one for stream in streams for one in reader.lines(first, last, stream))


def put_right(reader: Snapshot, known: KnownAt, streams: Sequence[str] | None = None) -> PutRight:
    """What corrections, retractions and callings off there are, as known then, of some streams or all."""
    found: PutRight = {}
    calling_off: list[tuple[int, bytes]] = []
    if any(kind.startswith(REACHING_BACK) for kind in reader.types()):
        some: Iterable[str | None] = (None,) if streams is None else streams
        for position, line in (told for one in some for told in reader.put_right(known.position, one)):
            if _CALLED_OFF in line:
                calling_off.append((position, line))
            else:
                found.setdefault(json.loads(line)["body"]["entry"], []).append((position, line))
    for position, line in calling_off:
        (counting,) = as_they_count([line], found, as_recorded=False)
        if "retracted_by" not in counting:
            found.setdefault(counting["body"]["entry"], []).append((position, line))
    return found


def as_they_count(lines: Iterable[bytes], told: PutRight, as_recorded: bool) -> Iterator[Fields]:
    for line in lines:
        entry: Fields = json.loads(line)
        later = told.get(entry["entry_id"], []) if told else []
        corrections = [one for _, one in later if _CORRECTED in one]
        if corrections and not as_recorded:
            entry = _corrected(entry, line, corrections)
        yield marked(entry, later)


def marked(entry: Fields, later: list[tuple[int, bytes]]) -> Fields:
    """The entry, with the positions of what put it right."""
    for name, kind in (("corrected_by", _CORRECTED), ("retracted_by", _RETRACTED), ("called_off_by", _CALLED_OFF)):
        if by := [f"#{position}" for position, line in later if kind in line]:
            entry[name] = by if name == "corrected_by" else by[0]
    return entry


def _corrected(entry: Fields, line: bytes, corrections: list[bytes]) -> Fields:
    """An entry's fields with the values that its corrections give, in the order of a line."""
    # Here, as what reads facts takes long to load, and most entries were never corrected.
    from ..domain.correction import EntryCorrected
    from ..history.effective import as_recorded, corrected, known_of
    from ..record.lines import entry_of

    now = as_recorded(told := entry_of(line), known_of(told))
    for one in map(entry_of, corrections):
        if isinstance(one.fact, EntryCorrected):
            now = corrected(now, one.fact, one, known_of(one))
    given = {
        "occurred": now.occurred.text,
        "occurred_text": now.occurred_text,
        "after": list(now.after),
        "builds_on": list(now.builds_on),
        "sources": [one.model_dump(mode="json", exclude_defaults=True) for one in now.sources],
        "note": now.note,
        "tags": list(now.tags),
        "body": now.fact.model_dump(mode="json", exclude_defaults=True),
    }
    merged = {**entry, **given}
    places = {name: number for number, name in enumerate(_ORDER)}
    return {
        name: merged[name]
        for name in sorted(merged, key=lambda name: places.get(name, -1))
        if merged[name] or name not in given or name == "body"
    }


_ORDER = (
    "position", "group", "version", "recorded_at", "clock", "entry_id", "stream", "type", "occurred", "occurred_text",
    "after", "builds_on", "known_since", "recorded_by", "sources", "note", "tags", "correlation", "body",
)  # fmt: skip
