"""What is a row of the agenda, and which words of a standing put it there?"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypedDict, get_args

from ..domain.dates import When
from ..domain.intervals import Interval
from ..domain.worlds import END, Standing
from ..history.coverage import UNKNOWN
from .columns import Column, columns_of

Listed = Literal[
    "overdue", "due", "takes effect", "planned", "awaiting outcome", "to be signed", "term ends", "coverage ends",
    "silent",
]  # fmt: skip
RANKS: Final = {name: rank for rank, name in enumerate(get_args(Listed))}
"""What presses first."""


class DueRow(TypedDict):
    """Something that a person would put on a calendar, or ask about."""

    what: Annotated[Listed, Column("choice")]
    stream: Annotated[str, Column("stream")]
    part: Annotated[str | None, Column("part")]
    when: Annotated[str | None, Column("text", "due date or window (EDTF)")]
    status: Annotated[str | None, Column("word")]
    note: Annotated[str | None, Column("text")]


COLUMNS: Final = columns_of(DueRow)
OPEN: Final = frozenset(("made", "in-progress", "stalled", "proposed"))
PLANNED: Final = frozenset(("scheduled", "postponed", "proposed"))


def words_of(standing: Standing) -> set[str]:
    """The words by which a standing is listed: what is undetermined, or unknown, may be each that is possible."""
    certain = standing.status if standing.status != UNKNOWN else None
    return {certain} if certain else set(standing.possible)


def begins_by(text: str, horizon: int) -> bool:
    earliest = When.parse(text).earliest
    return earliest is None or earliest <= horizon


def last_day_of(term: str) -> int:
    """The last day of an interval; END where it is open."""
    latest = Interval.parse(term).latest
    return END if latest is None else latest


def row_of(what: Listed, stream: str, part: str, when: str | None, standing: Standing) -> DueRow:
    note = f"possibly {' or '.join(standing.possible)}" if standing.possible else None
    return {
        "what": what,
        "stream": stream,
        "part": part,
        "when": when,
        "status": standing.status,
        "note": note,
    }
