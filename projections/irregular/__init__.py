"""What was taken in although it is odd? Findings for `engage check`, until someone settles them.

A finding goes away when the facts do: by a correction, a retraction, or the fact that was missing. A check is a
function with its name and one sentence declared above it; the list in the reference is made from these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from ...domain.entry import Citation
from ...history.effective import Effective
from ...record.instants import format_instant, now
from ...store.port import Progress, Snapshot
from ..told import told_by
from . import histories, parties, sources
from .declared import CHECKS, Check, Finding, Neighbours, Periods
from .names import Alike, Codes
from .neighbours import neighbours, registered_codes

__all__ = ["CHECKS", "Alike", "Check", "Codes", "Finding", "Neighbours", "Periods", "findings", "irregular"]
_DECLARED = (histories, parties, sources)  # imported for the checks that they declare


def findings(
    stream: str, told: Sequence[Effective], periods: Periods, others: Neighbours, group: str = ""
) -> Iterator[Finding]:
    """Run every check, or those of a group, over one stream; what is found of several facts alike is one finding."""
    for check in CHECKS.values():
        if check.group != group if group else check.is_asked:
            continue
        found: dict[str, tuple[set[int], bool]] = {}
        for one in check.function(stream, told, periods, others):
            entries, _ = found.setdefault(one.message, (set(), one.at_once))
            entries.update(one.entries)
        for message, (entries, at_once) in found.items():
            yield Finding(check.name, stream, message, tuple(sorted(entries)), at_once)


def irregular(
    reader: Snapshot, streams: Iterable[str] | None = None, *, recording: bool = False, group: str = "",
    doubted: Callable[[Citation], str | None] | None = None, progress: Progress | None = None,
) -> Iterator[Finding]:  # fmt: skip
    """Findings of every check, over all streams or the given ones; while recording, of what is said at once alone.

    `doubted` says why a quote is not found in the source that it cites. `group`: of the checks of one group alone.
    `progress` in streams. Reads the streams, and those that they refer to.
    """
    known = reader.known_at()

    @lru_cache(maxsize=4096)
    def told(stream: str) -> list[Effective]:
        return told_by(reader, stream, known)

    @lru_cache(maxsize=4096)
    def periods(stream: str) -> list[Any]:
        return [(row.part, row.standing, row.valid_from, row.valid_to) for row in reader.periods(known, stream=stream)]

    everything = streams is None
    others = neighbours(reader, told, periods, everything, recording)._replace(now=format_instant(now()))
    if doubted is not None:
        others = others._replace(doubted=doubted)
    codes = Codes()
    named = list(reader.streams() if streams is None else streams)
    for done, stream in enumerate(named, 1):
        if progress:
            progress(done, len(named))
        yield from findings(stream, told(stream), periods(stream), others, group)
        codes.add(stream, told(stream))
    if not group:
        yield from codes.findings(registered_codes(reader, codes.used(), everything))
