"""Do two sets of periods say the same but for their flags? What flags follow from what may change with a version.

Statuses, details and days of parts follow from the entries alone, in every version. A flag (overdue, conditional,
late), the word of a commitment as a whole, what a member does for its group, and how long a protecting power acts
follow from rules that a later version may mend: a ledger that an earlier version laid out is compared without them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from .periods import Period

_WHOLE: Final = "overall"
_OF_A_MEMBER: Final = re.compile(r"obligor/[^>]+>")
_PROTECTING: Final = "protected_by"
_Cell = tuple[str, int, int]
"""A part, a day from which on nothing changes until the next, and a position of the same kind."""


def same_but_for_flags(one: Iterable[Period], other: Iterable[Period]) -> bool:
    """Whether each part shows the same on every day as known at every moment, flags aside."""
    first, second = list(one), list(other)
    days = sorted({day for row in (*first, *second) for day in (row.valid_from, row.valid_to)})
    moments = sorted({at for row in (*first, *second) for at in (row.known_from, row.known_to)})
    return _cells(first, days, moments) == _cells(second, days, moments)


def _cells(rows: list[Period], days: list[int], moments: list[int]) -> dict[_Cell, object]:
    found: dict[_Cell, object] = {}
    for row in rows:
        if row.part == _WHOLE or _OF_A_MEMBER.match(row.part):
            continue
        detail = tuple(one for one in row.standing.detail if one[0] != _PROTECTING)
        shown = row.standing._replace(flags=(), detail=detail)
        for day in days[bisect_left(days, row.valid_from) : bisect_left(days, row.valid_to)]:
            for at in moments[bisect_left(moments, row.known_from) : bisect_left(moments, row.known_to)]:
                found[row.part, day, at] = shown
    return found
