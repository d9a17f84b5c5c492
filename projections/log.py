"""Which entries are there, as they count? Corrected, in the order of recording or of happening, and marked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..domain.dates import When
from ..domain.worlds import BEGIN, END
from .entries import Fields, as_they_count, put_right

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot


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
        yield from as_they_count(lines, put_right(reader, known, stream), as_recorded)
        return
    some = list(lines)
    if not by_world:
        some = some[-(last or 0) :]
    streams = {json.loads(line)["stream"] for line in some} if stream is None and first > 1 else {stream}
    found = {entry: told for one in sorted(streams, key=str) for entry, told in put_right(reader, known, one).items()}
    entries = as_they_count(some, found, as_recorded)
    yield from sorted(entries, key=_in_the_world)[-(last or 0) :] if by_world else entries


def _is_of(line: bytes, kinds: tuple[str, ...]) -> bool:
    return any(json.loads(line)["type"].startswith(kind) for kind in kinds)


def _in_the_world(one: Fields) -> tuple[int, int, int]:
    when = When.parse(one["occurred"])
    earliest, latest = when.earliest, when.latest
    return BEGIN if earliest is None else earliest, END if latest is None else latest, one["position"]
