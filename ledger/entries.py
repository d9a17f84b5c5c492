"""Which entries are there, as they count? Corrected, in the order of recording or of happening, and marked.

An entry that was corrected is listed with the values that it has now, and `corrected_by` names the corrections; one
that was retracted stays in the list, and `retracted_by` says so. As recorded, entries keep the values that they were
recorded with, and the marks. What nothing has put right is listed without loading the facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..domain.dates import When
from ..domain.worlds import BEGIN, END
from ..projections.search import searched

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot

Fields = dict[str, Any]
PutRight = dict[str, list[tuple[int, bytes]]]
"""Entry id → position and line of each correction, and of the retraction, of it."""


def logged(
    reader: Snapshot,
    known: KnownAt,
    *,
    stream: str | None = None,
    kinds: tuple[str, ...] = (),
    by_world: bool = False,
    last: int | None = None,
    as_recorded: bool = False,
) -> Iterator[Fields]:
    """Entries as known then, in order of recording; `by_world`: of happening. `last`: only the last so many."""
    first = 1
    if last is not None and stream is None and not by_world and not kinds:
        first = max(1, known.position - last + 1)
    lines = (line for _, line in reader.lines(first, known.position, stream) if not kinds or _is_of(line, kinds))
    if not by_world and last is None:
        yield from _as_they_count(lines, put_right(reader, known, stream), as_recorded)
        return
    some = list(lines)
    if not by_world:
        some = some[-(last or 0) :]
    streams = {json.loads(line)["stream"] for line in some} if stream is None and first > 1 else {stream}
    found = {entry: told for one in sorted(streams, key=str) for entry, told in put_right(reader, known, one).items()}
    entries = _as_they_count(some, found, as_recorded)
    yield from sorted(entries, key=_in_the_world)[-(last or 0) :] if by_world else entries


def found_by(reader: Snapshot, known: KnownAt, words: Iterable[str], *, as_recorded: bool = False) -> Iterator[Fields]:
    """Entries that hold all words, as they count then; `as_recorded`: as they were recorded."""
    holding = searched(words)
    told = put_right(reader, known)
    for _, line in reader.lines(last=known.position):
        changed = bool(told) and _id_of(line) in told
        if not changed or as_recorded:
            if (entry := holding(line)) is not None:
                yield _marked(entry, told.get(entry["entry_id"], []))
            continue
        (entry,) = _as_they_count([line], told, as_recorded=False)
        unmarked = {name: value for name, value in entry.items() if name not in ("corrected_by", "retracted_by")}
        if holding(json.dumps(unmarked, ensure_ascii=False).encode()) is not None:
            yield entry


def put_right(reader: Snapshot, known: KnownAt, stream: str | None = None) -> PutRight:
    """What corrections and retractions there are, as known then, of one stream or all."""
    found: PutRight = {}
    if any(kind.startswith("entry.") for kind in reader.types()):
        for position, line in reader.put_right(known.position, stream):
            found.setdefault(json.loads(line)["body"]["entry"], []).append((position, line))
    return found


def _as_they_count(lines: Iterable[bytes], told: PutRight, as_recorded: bool) -> Iterator[Fields]:
    for line in lines:
        entry: Fields = json.loads(line)
        later = told.get(entry["entry_id"], []) if told else []
        corrections = [one for _, one in later if b'"type":"entry.corrected/' in one]
        if corrections and not as_recorded:
            entry = _corrected(entry, line, corrections)
        yield _marked(entry, later)


def _marked(entry: Fields, later: list[tuple[int, bytes]]) -> Fields:
    """The entry, with the positions of what put it right."""
    corrections = [f"#{position}" for position, line in later if b'"type":"entry.corrected/' in line]
    retractions = [f"#{position}" for position, line in later if b'"type":"entry.retracted/' in line]
    if corrections:
        entry["corrected_by"] = corrections
    if retractions:
        entry["retracted_by"] = retractions[0]
    return entry


def _corrected(entry: Fields, line: bytes, corrections: list[bytes]) -> Fields:
    """An entry's fields with the values that its corrections give, in the order of a line."""
    # Here, as what reads facts takes long to load, and most entries were never corrected.
    from ..history.effective import effective
    from ..record.lines import entry_of
    from .asking import known_of

    told = [entry_of(one) for one in (line, *corrections)]
    (now,) = effective(told, known_of).values()
    given = {
        "occurred": now.occurred.text,
        "occurred_text": now.occurred_text,
        "after": list(now.after),
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
    "after", "known_since", "recorded_by", "sources", "note", "tags", "correlation", "body",
)  # fmt: skip


def _is_of(line: bytes, kinds: tuple[str, ...]) -> bool:
    return any(json.loads(line)["type"].startswith(kind) for kind in kinds)


def _id_of(line: bytes) -> str:
    """The id in a stored line: what stands before it is of the ledger itself, so the first is its own."""
    start = line.index(b'"entry_id":"') + 12
    return line[start : start + 36].decode()


def _in_the_world(one: Fields) -> tuple[int, int, int]:
    when = When.parse(one["occurred"])
    earliest, latest = when.earliest, when.latest
    return BEGIN if earliest is None else earliest, END if latest is None else latest, one["position"]
