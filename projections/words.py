"""How are a day and a standing said in one cell?"""

from __future__ import annotations

from ..domain.dates import iso
from ..domain.errors import Altered
from ..domain.worlds import BEGIN, END, UNDETERMINED, Standing


def shown_day(ordinal: int) -> str | None:
    """A day as ISO text; None where the period is open on that side. Raises Altered for a day that cannot be."""
    try:
        return None if ordinal <= BEGIN or ordinal >= END else iso(ordinal)
    except (ValueError, OverflowError, TypeError):  # in SQLite, damage can make bytes of a number
        raise Altered(
            f"a period begins or ends on day {ordinal}, which no calendar has",
            "what is derived from the entries was damaged",
            "see what else is: ⟦verify-full⟧",
        ) from None


def standing_text(standing: Standing | None) -> str | None:
    """A standing in one cell."""
    if standing is None:
        return None
    words = standing.status or UNDETERMINED
    if standing.possible:
        words += f" (possibly {' or '.join(standing.possible)})"
    if standing.flags:
        words += f" [{' '.join(standing.flags)}]"
    if standing.detail:
        words += " · " + ", ".join(f"{key} {value}" for key, value in standing.detail)
    return words
