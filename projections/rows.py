"""How is a period a row of an answer? One shape for all questions that show periods: JSON, CSV, tables, Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict

from ..domain.worlds import UNDETERMINED
from ..history.coverage import UNKNOWN
from ..history.periods import Period
from .columns import Column, columns_of
from .words import shown_day


class PeriodRow(TypedDict):
    """What one part of a stream shows, over which days, and since when that is held true."""

    stream: Annotated[str, Column("stream")]
    part: Annotated[str, Column("part")]
    status: Annotated[str | None, Column("word", "what holds on that day; null where even that is open")]
    possible: Annotated[list[str], Column("word", "what else may hold")]
    flags: Annotated[list[str], Column("text", "overdue, disputed, irregular, operations-suspended, …")]
    detail: Annotated[dict[str, str], Column("text", "window, due, venue, label, city, …")]
    valid_from: Annotated[str | None, Column("day", "first day; null where open to the left")]
    valid_to: Annotated[str | None, Column("day", "the day after the last; null where open to the right")]
    known_from: Annotated[int, Column("position", "last position of the group since which this is held true")]
    known_to: Annotated[
        None, Column("null", "always null: what ended a period later was not known at the time asked about")
    ]


COLUMNS: Final = columns_of(PeriodRow, but="known_to")


def as_row(period: Period) -> PeriodRow:
    """A period as a row of the answer. `known_to` is always null: what ended it later was not known then."""
    stream, part, standing, valid_from, valid_to, known_from, _ = period
    return {
        "stream": stream,
        "part": part,
        "status": standing.status,
        "possible": list(standing.possible),
        "flags": list(standing.flags),
        "detail": dict(standing.detail),
        "valid_from": shown_day(valid_from),
        "valid_to": shown_day(valid_to),
        "known_from": known_from,
        "known_to": None,
    }


def in_words(row: Mapping[str, Any]) -> str:
    """A status as a person says it: 'scheduled, possibly held'."""
    status, possible = row["status"], row["possible"]
    if status == UNKNOWN:
        return f"unknown (last: {' or '.join(possible)})" if possible else "unknown"
    if status is None:
        return f"{UNDETERMINED}: {' or '.join(possible)}" if len(possible) > 1 else f"possibly {possible[0]}"
    return f"{status}, possibly {' or '.join(possible)}" if possible else str(status)
