"""What did the ledger learn since somebody last looked? What was put right first, then what shows otherwise, then news.

Costs what was recorded since.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ..domain.streams import event_words
from ..domain.worlds import END
from ..projections.basis import BetweenMoments
from ..projections.columns import Column
from ..projections.concerned import subject
from ..projections.diff import learned_between, said_between
from .clocks import Moment, two_moments
from .unknown_types import unknown_types

if TYPE_CHECKING:
    from ..projections.diff import LearnedRow
    from ..store.port import Snapshot


class PutRightRow(TypedDict):
    """A correction or a retraction."""

    entry: Annotated[str, Column("entry")]
    what: Annotated[str, Column("choice", "corrected or retracted")]
    of: Annotated[str, Column("entry")]
    stream: Annotated[str, Column("stream")]
    event: Annotated[str, Column("text", "what was put right, in words")]
    changes: Annotated[dict[str, Any], Column("anything", "field → its new value")]
    reason: Annotated[str, Column("text")]
    by: Annotated[str, Column("text")]


class NewRow(TypedDict):
    """A stream of which nothing was recorded before."""

    stream: Annotated[str, Column("stream")]
    title: Annotated[str | None, Column("text")]
    parties: Annotated[list[str], Column("text")]
    entries: Annotated[int, Column("count")]
    by: Annotated[list[str], Column("text", "who recorded them")]


@dataclass(frozen=True, slots=True)
class CaughtUp(BetweenMoments):
    """What was learned between two moments of the record."""

    entries: int
    put_right: list[PutRightRow]
    changes: list[LearnedRow]
    """of streams that were there before"""
    new: list[NewRow]
    said: list[dict[str, Any]]
    """of streams that were there before: what was said without changing a status"""

    def header(self) -> dict[str, Any]:
        """Both moments, the root as of the later, and how many entries lie between."""
        return self._header(entries=self.entries)


def caught_up(reader: Snapshot, since: Moment) -> CaughtUp:
    """What was learned after a position, an instant or a checkpoint of that name. Raises OutOfOrder, NotFound."""
    earlier, later = two_moments(reader, since, None)
    put_right: list[PutRightRow] = []
    new: dict[str, NewRow] = {}
    streams: set[str] = set()
    for position, line in reader.lines(earlier.position + 1, later.position):
        entry = json.loads(line)
        stream = entry["stream"]
        streams.add(stream)
        if entry["version"] == 1:
            about = subject(reader, later, END - 1, stream)
            new[stream] = {
                "stream": stream, "title": about.title, "parties": list(about.parties), "entries": 0, "by": [],
            }  # fmt: skip
        if stream in new:
            new[stream]["entries"] += 1
            new[stream]["by"] = sorted({*new[stream]["by"], entry["recorded_by"]})
        if entry["type"].startswith("entry."):
            put_right.append(_put_right(reader, position, entry))
    before = streams - new.keys()
    return CaughtUp(
        earlier=earlier,
        later=later,
        root=reader.root(later.position),
        entries=later.position - earlier.position,
        put_right=put_right,
        changes=learned_between(reader, earlier, later, before),
        new=list(new.values()),
        said=said_between(reader, earlier, later, before),
        unknown_types=unknown_types(reader, later.position, sorted(streams)),
    )


def _put_right(reader: Snapshot, position: int, entry: dict[str, Any]) -> PutRightRow:
    of, line = reader.line(entry["body"]["entry"])
    kind = json.loads(line)["type"]
    return {
        "entry": f"#{position}",
        "what": event_words(entry["type"]),
        "of": f"#{of}",
        "stream": entry["stream"],
        "event": event_words(kind),
        "changes": entry["body"].get("changes", {}),
        "reason": entry["body"]["reason"],
        "by": entry["recorded_by"],
    }
