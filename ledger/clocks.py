"""Which day of the world, and which moment of the record, is a question about? The header of every answer.

Days are given as `date` or YYYY-MM-DD, moments as a position (12, '12', '#12') or an instant. One place decides for
the command and for programs: the same question has the same answer.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from ..domain.dates import day
from ..domain.errors import InvalidFact, OutOfOrder
from ..projections.basis import Clocks, coverage_of
from .unknown_types import unknown_types

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot

Day = str | date | None
"""A day of the world; None, or 'today', for today; 'yesterday' and 'tomorrow' beside it."""
Moment = str | int | date | None
"""A moment of the record; None for everything."""


_FROM_TODAY: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
"""Words that a question may use, as its answer says which day it is of. What is recorded names its day."""


def today() -> int:
    """The day that questions are about when none is named; ENGAGE_TODAY reproduces an old report."""
    named = os.environ.get("ENGAGE_TODAY")
    return day(named) if named else date.today().toordinal()  # noqa: DTZ011 - the user's own day


def as_of_day(asked: Day) -> int:
    """The day asked about, as an ordinal; raises DateRefused, InvalidFact."""
    match asked:
        case None:
            return today()
        case str() if (word := asked.strip().lower()) in _FROM_TODAY:
            return today() + _FROM_TODAY[word]
        case date():
            return asked.toordinal()
        case str():
            return day(asked)
        case _:
            raise InvalidFact([f"{asked!r} is no day"], "give a date, or text: 2026-02-02")


def moment(asked: Moment) -> str | None:
    """A moment as the record names it: a number is a position, a date the end of that day, UTC. Raises InvalidFact."""
    match asked:
        case None:
            return None
        case bool():
            raise InvalidFact([f"{asked!r} is no moment"], _MOMENTS)
        case int():
            return f"#{asked}"
        case datetime() if asked.tzinfo is None:
            raise InvalidFact([f"{asked!r} has no time zone"], _MOMENTS)
        case date():
            return asked.isoformat()
        case str():
            text = asked.strip()
            return f"#{text}" if text.isascii() and text.isdecimal() else asked
        case _:
            raise InvalidFact([f"{asked!r} is no moment"], _MOMENTS)


_MOMENTS: Final = "give a position (12 or '#12'), a date, a datetime with its zone, or an instant as text"


def two_moments(reader: Snapshot, first: Moment, last: Moment) -> tuple[KnownAt, KnownAt]:
    """Two moments, from the beginning of the ledger and to its end where left out; raises OutOfOrder, NotFound."""
    asked = moment(first) or "#0", moment(last or None) or f"#{reader.size}"
    earlier, later = reader.known_at(asked[0]), reader.known_at(asked[1])
    if not _in_order(*asked, earlier, later):
        raise OutOfOrder("..".join(asked), "moment")
    return earlier, later


def _in_order(first: str, last: str, earlier: KnownAt, later: KnownAt) -> bool:
    """Whether two moments that were asked for, and what they were resolved to, come in that order.

    Two positions within one group are resolved alike, and yet one comes before the other.
    """
    if earlier.instant and later.instant:
        return earlier.instant <= later.instant
    if earlier.instant or later.instant:
        return earlier.position <= later.position
    places = [one.strip().removeprefix("#") for one in (first, last)]
    if not all(one.isdecimal() for one in places):  # a checkpoint, by its name
        return earlier.position <= later.position
    return int(places[0]) <= int(places[1])


def resolve(
    reader: Snapshot,
    as_of: Day = None,
    known_at: Moment = None,
    *,
    streams: Iterable[str] | None = None,
    kind: str | None = None,
) -> Clocks:
    """Resolve both clocks against a snapshot, for a question about some streams, those of a kind, or all.

    Raises DateRefused, UnreadableInstant, NotFound.
    """
    on = as_of_day(as_of)
    known = reader.known_at(moment(known_at))
    if known_at is None:
        known_day = today()
    else:
        text = known.instant or known.known
        known_day = date.fromisoformat(text[:10]).toordinal() if text else 0
    coverage = coverage_of(reader, known).on(on)
    unknown = unknown_types(reader, known.position, streams, kind)
    return Clocks(on, known, known.position, partial(reader.root, known.position), on > known_day, coverage, unknown)
