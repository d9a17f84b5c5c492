"""What stands where on a day, as known then? Periods that cover the day, with coverage applied.

Past the day to which its register was kept up, a stream's status is `unknown`, with the last one under possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ..domain.dates import iso
from ..domain.errors import Altered
from ..domain.worlds import BEGIN, END
from ..history.coverage import UNKNOWN, on_one_day, unknown
from ..history.periods import Period

__all__ = ["COLUMNS", "UNKNOWN", "answer", "as_row", "in_words", "shown", "shown_day", "unknown"]
COLUMNS: Final = (
    "stream",
    "part",
    "status",
    "possible",
    "flags",
    "detail",
    "valid_from",
    "valid_to",
    "known_from",
)


def shown_day(ordinal: int) -> str | None:
    """A day as ISO text; None where the period is open on that side. Raises Altered for a day that cannot be."""
    try:
        return None if ordinal <= BEGIN or ordinal >= END else iso(ordinal)
    except (ValueError, OverflowError, TypeError):  # in SQLite, damage can make bytes of a number
        raise Altered(
            f"a period begins or ends on day {ordinal}, which no calendar has",
            "what is derived from the entries was damaged",
            "see what else is: engage verify --full",
        ) from None


def answer(rows: Iterable[Period], coverage: Sequence[Mapping[str, Any]] = ()) -> Iterator[dict[str, Any]]:
    """Yield the rows of a status answer, in the order given."""
    return map(as_row, shown(rows, coverage))


def as_row(period: Period) -> dict[str, Any]:
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


def shown(rows: Iterable[Period], coverage: Sequence[Mapping[str, Any]] = ()) -> Iterator[Period]:
    """Yield the periods as they are shown: past its coverage, what a stream's parts last were is left in doubt."""
    return on_one_day(rows, coverage)


def in_words(row: Mapping[str, Any]) -> str:
    """A status as a person says it: 'scheduled, possibly held'."""
    status, possible = row["status"], row["possible"]
    if status == UNKNOWN:
        return f"unknown (last: {' or '.join(possible)})" if possible else "unknown"
    if status is None:
        return f"open: {' or '.join(possible)}" if len(possible) > 1 else f"possibly {possible[0]}"
    return f"{status}, possibly {' or '.join(possible)}" if possible else str(status)
