"""How is an instant written? UTC, RFC 3339, to the microsecond; counted in microseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from ..domain.refusal import Refusal, shown

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_WRITTEN: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?) ?(Z|[+-][0-9]{2}:[0-9]{2})?)?",
    re.ASCII,
)


class UnreadableInstant(Refusal):
    """A text that is not taken as an instant."""

    CODE = 2


def format_instant(microseconds: int) -> str:
    """An instant as text: 2026-02-03T09:00:00.000000Z."""
    moment = _EPOCH + microseconds * _MICROSECOND
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_instant(text: str, *, end_of_day: bool = False) -> int:
    """Microseconds since 1970 of an instant; a day alone means its end or its start, in UTC.

    Raises UnreadableInstant; an instant without a zone is taken as UTC.
    """
    match = _WRITTEN.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        day, time, zone = match.groups()
        if time is None:
            time = "23:59:59.999999" if end_of_day else "00:00"
        # In UTC at once, where the years 1 and 9999 may be left on the way: such an instant cannot be written.
        moment = datetime.fromisoformat(f"{day}T{time}{zone or 'Z'}").astimezone(UTC)
        return (moment - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        raise UnreadableInstant(
            f"{shown(text)} is not an instant",
            "known time is an instant, in UTC unless a zone is given",
            "write 2026-02-03T09:00:00Z, 2026-02-03 (its end), a position ('#12'), or the name of a checkpoint",
        ) from None


def now() -> int:
    """What the clock reads."""
    return (datetime.now(UTC) - _EPOCH) // _MICROSECOND
