"""How many stand where on a day, counted by SQLite in the index `periods_by_standing` alone?

The index has the periods of each standing and part by how long they last. One that lasts at most so many days
covers the day only if it began within as many before it, so little is read of what cannot cover it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from ...domain.worlds import END
from ...history.periods import STILL_KNOWN
from .schema import DURATION_CLASS, LENGTHS

Each = Callable[[str, tuple[Any, ...]], Iterator[Any]]
"""Runs a statement and yields its rows."""

_WORTH_A_SEARCH: Final = 256
"""Entries that are scanned in about the time that one part and standing takes to be found and counted."""
_NEXT_PART: Final = (
    f"SELECT standing, part FROM periods WHERE known_to = {STILL_KNOWN} AND standing = ? AND part > ? "
    "ORDER BY part LIMIT 1"
)
_NEXT_STANDING: Final = (
    f"SELECT standing, part FROM periods WHERE known_to = {STILL_KNOWN} AND standing > ? "
    "ORDER BY standing, part LIMIT 1"
)
_OF_ONE: Final = "SELECT " + " + ".join(
    f"(SELECT count(*) FROM periods WHERE known_to = {STILL_KNOWN} AND standing = ?1 AND part = ?2 "
    f"AND {DURATION_CLASS} = {number} "
    f"AND valid_from > ?3 - {longest} AND valid_from <= ?3 AND valid_to > ?3)"
    for number, longest in enumerate((*LENGTHS, END))
)


def now(each: Each, day: int, entries: int) -> Iterator[tuple[int, int, int]]:
    """Yield (part, standing, how many) of what is held true now; `entries` says how large the ledger is."""
    most = entries // _WORTH_A_SEARCH
    found = list(islice(_pairs(each), most + 1))
    if len(found) > most:  # nearly each row has a part of its own: one scan is less than many searches
        yield from _scanned(each, f"known_to = {STILL_KNOWN}", (), day)
        return
    for standing, part in found:
        for (number,) in each(_OF_ONE, (standing, part, day)):
            if number:
                yield part, standing, number


def then(each: Each, day: int, position: int) -> Iterator[tuple[int, int, int]]:
    """The same of what was known up to a position."""
    return _scanned(each, "known_from <= ? AND known_to > ?", (position, position), day)


def _scanned(each: Each, known: str, params: tuple[int, ...], day: int) -> Iterator[tuple[int, int, int]]:
    return each(
        "SELECT part, standing, count(*) FROM periods "
        f"WHERE {known} AND valid_to > ? AND valid_from <= ? GROUP BY part, standing",
        (*params, day, day),
    )


def _pairs(each: Each) -> Iterator[tuple[int, int]]:
    """Every standing with every part that has it now, from one to the next without what lies between."""
    last: tuple[int, int] | None = next(each(_NEXT_STANDING, (0,)), None)
    while last is not None:
        yield last
        last = next(each(_NEXT_PART, last), None) or next(each(_NEXT_STANDING, last[:1]), None)
