"""Over which days did each part of one stream stand where? Periods as bars in text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..domain.dates import iso
from ..domain.worlds import BEGIN, END
from ..history.coverage import UNKNOWN
from ..history.periods import Period
from .basis import coverage_of

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot


class Bar(NamedTuple):
    """One period on the scale: from column `start` to before `stop`; open sides are marked."""

    row: Mapping[str, Any]
    start: int
    stop: int
    open_left: bool
    open_right: bool


def scale(days: Iterable[int]) -> tuple[int, int]:
    """The first and last day of a picture that shows all of `days`, with some air on both sides."""
    known = [day for day in days if BEGIN < day < END]
    if not known:
        return 1, 2
    first, last = min(known), max(known)
    air = max((last - first) // 12, 7)
    return max(first - air, 1), min(last + air, 3_652_059)


def bars(rows: Sequence[tuple[Mapping[str, Any], int, int]], first: int, last: int, columns: int) -> Iterator[Bar]:
    """Place periods, given with their first day and the day after their last, on `columns` columns."""
    span = max(last - first, 1)

    def column(day: int) -> int:
        return min(max((day - first) * columns // span, 0), columns)

    for row, valid_from, valid_to in rows:
        start, stop = column(valid_from), column(valid_to)
        yield Bar(row, min(start, columns - 1), max(stop, start + 1), valid_from <= BEGIN, valid_to >= END)


def drawn(bar: Bar, columns: int) -> str:
    """A bar as text; what is only possible is drawn lightly."""
    certain = bar.row["status"] not in (None, UNKNOWN)
    fill = "█" if certain and not bar.row["possible"] else "▒" if certain else "░"
    body = fill * (bar.stop - bar.start)
    if bar.open_left:
        body = "◂" + body[1:]
    if bar.open_right:
        body = body[:-1] + "▸"
    return (" " * bar.start + body).ljust(columns)


def ruler(first: int, last: int, columns: int) -> str:
    """The first and last day of the scale, at its ends."""
    left, right = iso(first), iso(last)
    return left + " " * max(columns - len(left) - len(right), 1) + right


def timeline_of(reader: Snapshot, known: KnownAt, stream: str, part: str | None = None) -> list[Period]:
    """The periods of one stream, in order of part and day; unknown past its coverage."""
    return list(coverage_of(reader, known).applied(reader.periods(known, stream=stream, part=part)))
