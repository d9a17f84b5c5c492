"""Which entries are there, as they count? Corrected, in the order of recording or of happening, and marked.

Of some streams their entries are looked up; of the whole ledger, or where most of it is asked for, all are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domain.dates import When
from ..domain.worlds import BEGIN, END
from .entries import Fields, as_they_count, lines_of, put_right

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which entries are wanted, by themselves. What is empty limits nothing."""

    kinds: tuple[str, ...] = ()
    """beginnings of types"""
    recorders: frozenset[str] = frozenset()
    recorded: tuple[int, int] | None = None
    """positions, both included"""
    tags: frozenset[str] = frozenset()

    def test(self) -> Callable[[bytes], bool] | None:
        """A function that says whether a line is wanted; None where every one is, but for its position."""
        if not (self.kinds or self.recorders or self.tags):
            return None

        def wanted(line: bytes) -> bool:
            entry = json.loads(line)
            return (
                (not self.kinds or entry["type"].startswith(self.kinds))
                and (not self.recorders or entry["recorded_by"] in self.recorders)
                and (not self.tags or not self.tags.isdisjoint(entry.get("tags", ())))
            )

        return wanted


def logged(
    reader: Snapshot,
    known: KnownAt,
    *,
    streams: Sequence[str] | None = None,
    chosen: Chosen = Chosen(),
    by_world: bool = False,
    last: int | None = None,
    as_recorded: bool = False,
) -> Iterator[Fields]:
    """Entries as known then, in order of recording; `by_world`: of happening. `last`: only the last so many.

    `streams`: of these alone; None for all.
    """
    first, end = chosen.recorded or (1, known.position)
    end, test = min(end, known.position), chosen.test()
    if last is not None and streams is None and not by_world and test is None:
        first = max(first, end - last + 1)
    found = (line for line in lines_of(reader, first, end, streams) if test is None or test(line))
    if not by_world and last is None:
        yield from as_they_count(found, put_right(reader, known, streams), as_recorded)
        return
    some = list(found)
    if not by_world:
        some = some[-(last or 0) :]
    if streams is None and first > 1:
        streams = sorted({json.loads(line)["stream"] for line in some})
    entries = as_they_count(some, put_right(reader, known, streams), as_recorded)
    yield from sorted(entries, key=_in_the_world)[-(last or 0) :] if by_world else entries


def _in_the_world(one: Fields) -> tuple[int, int, int]:
    when = When.parse(one["occurred"])
    earliest, latest = when.earliest, when.latest
    return BEGIN if earliest is None else earliest, END if latest is None else latest, one["position"]
