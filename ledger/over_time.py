"""What stood where over time, and what changed between two days of the world or two moments of the record?

Read from periods alone: no facts are loaded. Past the coverage of its stream a period is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..domain.sayings import only_says
from ..history.coverage import PART, Coverage
from ..history.periods import Period
from ..projections.changes import in_the_world, learned
from .coverage import coverage_of

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot


def timeline_of(reader: Snapshot, known: KnownAt, stream: str, part: str | None = None) -> list[Period]:
    """The periods of one stream, in order of part and day; unknown past its coverage."""
    return list(coverage_of(reader, known).applied(reader.periods(known, stream=stream, part=part)))


def changed(
    reader: Snapshot, known: KnownAt, first: int, last: int, stream: str | None = None, part: str | None = None
) -> list[dict[str, Any]]:
    """What shows something else at the end of a day than at the end of the day before, after `first` to `last`."""
    rows = (row[:5] for row in _covered(reader, known, coverage_of(reader, known), stream, part))
    found = [one.as_row() for one in in_the_world(rows, first, last)]
    return sorted(found, key=lambda row: (row["from"], row["stream"], row["part"]))


def learned_between(
    reader: Snapshot, earlier: KnownAt, later: KnownAt, stream: str | None = None, part: str | None = None
) -> list[dict[str, Any]]:
    """The days on which another answer is given as known at `later` than at `earlier`, and since which entry."""
    was, now = coverage_of(reader, earlier), coverage_of(reader, later)
    ended = _declarations_ended(reader, earlier, was, later)

    def since(stream: str, position: int) -> int:
        """What was known before, and is shown otherwise now, came with a declaration, or with the end of one."""
        return position if position > earlier.position else max(now.declared_for(stream), ended.declared_for(stream))

    before = _covered(reader, earlier, was, stream, part)
    after = ((*row[:5], since(row[0], row[5]), row[6]) for row in _covered(reader, later, now, stream, part))
    return [{**row, "since": f"#{row['since']}" if row["since"] else None} for row in learned(before, after)]


def said_between(reader: Snapshot, earlier: KnownAt, later: KnownAt, stream: str | None = None) -> list[dict[str, Any]]:
    """What was said, without changing a status, that is known otherwise at `later` than at `earlier`."""
    streams = sorted(_streams_spoken_of(reader, earlier, later, stream))
    return [row for name in streams for row in _learned_of(reader, earlier, later, name)]


def _streams_spoken_of(reader: Snapshot, earlier: KnownAt, later: KnownAt, stream: str | None) -> set[str]:
    """The streams of which something was said, or in which what was said was put right, between two moments."""
    found = set()
    for _, line in reader.lines(earlier.position + 1, later.position, stream):
        entry = json.loads(line)
        if entry["stream"] in found:
            continue
        if entry["type"].startswith("entry."):
            _, original = reader.line(entry["body"]["entry"])
            entry = json.loads(original)
        if only_says(entry["type"], entry["body"]):
            found.add(entry["stream"])
    return found


def _learned_of(reader: Snapshot, earlier: KnownAt, later: KnownAt, stream: str) -> Iterator[dict[str, Any]]:
    # Here, as what reads facts takes long to load, and most that is learned is in periods.
    from ..domain.correction import EntryRetracted
    from ..history.effective import effective
    from ..projections.said import learned as learned_of_said
    from .asking import entries_of, known_of

    entries = entries_of(reader, stream, later)
    return learned_of_said(
        effective([one for one in entries if one.position <= earlier.position], known_of),
        effective(entries, known_of),
        {one.entry_id: one for one in entries},
        {one.fact.entry: one for one in entries if isinstance(one.fact, EntryRetracted)},
    )


def _declarations_ended(reader: Snapshot, earlier: KnownAt, was: Coverage, later: KnownAt) -> Coverage:
    """The declarations known at `earlier` that hold no more at `later`, with the entry that ended each."""
    return Coverage(
        one._replace(position=row.known_to)
        for one in was.declared
        for row in reader.periods(earlier, stream=one.stream, part=f"{PART}{one.scope}")
        if row.known_to <= later.position
    )


def _covered(
    reader: Snapshot, known: KnownAt, coverage: Coverage, stream: str | None, part: str | None
) -> Iterator[Period]:
    """Periods of one stream or all, in order of stream, part and day; unknown past the coverage."""
    rows = sorted(
        reader.periods(known, stream=stream, part=part), key=lambda row: (row.stream, row.part, row.valid_from)
    )
    return coverage.applied(rows)
