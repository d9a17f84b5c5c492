"""Does the ledger end where all say that it does, and are the groups that an answer goes by those of its entries?

Groups are what a moment of the record is found by, and where the next entry goes. So they are held against the lines,
which have leaves: a group that was moved, planted or taken out would otherwise answer for another moment, and what is
recorded after it could never be put right.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from ...domain.errors import Altered
from ...record.checked_lines import AlteredEntry, as_recorded
from ...record.instants import format_instant
from .schema import ENTRIES

Ask = Callable[[str, tuple[Any, ...]], Any]
"""Runs a statement and gives its first row, or None."""

_ENDS: Final = (
    "SELECT (SELECT coalesce(max(last), 0) FROM groups), "
    f"(SELECT coalesce(max(rowid), 0) FROM {ENTRIES}), "
    f"(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '{ENTRIES}')"
)
_NEXT: Final = "SELECT last, known, recorded FROM groups WHERE last > ? ORDER BY last LIMIT 1"
_AT: Final = "SELECT last, known, recorded FROM groups WHERE last = ?"
_LINE: Final = f"SELECT rowid, state, leaf FROM {ENTRIES} WHERE rowid = ?"


class AlteredGroups(Altered):
    """The groups are not those that the entries came in."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why, "⟦verify⟧, keep the file as it is, and compare with a copy or an export")


def check_end(ask: Ask) -> None:
    """Raise AlteredGroups where groups, entries and the positions that were given do not end alike."""
    groups, entries, given = ask(_ENDS, ())
    if not groups == entries == given:
        raise AlteredGroups(
            "the ledger does not end as it was recorded",
            f"its last group ends at #{groups}, its last entry is #{entries}, and #{given} was the last position given",
        )


def check_group(ask: Ask, last: int) -> None:
    """Raise AlteredGroups or AlteredEntry where the group that ends at `last`, or the one after it, is another's."""
    if last:
        _check(ask, ask(_AT, (last,)))
    following = ask(_NEXT, (last,))
    if following is None:
        return
    told = _told(ask, last + 1)
    if told["group"] != following[0]:
        raise AlteredGroups(
            f"#{last + 1} is not in the group that it was recorded in",
            f"its line says that the group ends at #{told['group']}, and the next group ends at #{following[0]}",
        )
    _check(ask, following)


def _check(ask: Ask, group: Any) -> None:
    last, *times_there = group
    told = _told(ask, last)
    if told["group"] != last:
        raise AlteredGroups(
            f"there is a group that ends at #{last}, and there was none",
            f"the line of that entry says that its group ends at #{told['group']}",
        )
    times = tuple(_instant(one) for one in times_there)
    if times != (told.get("known_since", told["recorded_at"]), told["recorded_at"]):
        raise AlteredGroups(
            f"the group that ends at #{last} has other times than its entries",
            f"known and recorded at {' and '.join(times)}, and by its line recorded at {told['recorded_at']}",
        )


def _instant(value: Any) -> str:
    try:
        return format_instant(value)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return f"{value!r}"[:40]


def _told(ask: Ask, position: int) -> dict[str, Any]:
    """The line of an entry, held against its leaf."""
    row = ask(_LINE, (position,))
    if row is None:
        raise AlteredEntry(position, "it is missing: no entry stands in its place")
    ((_, line),) = as_recorded([tuple(row)])
    try:
        told: dict[str, Any] = json.loads(line)
        told["group"], told["recorded_at"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise AlteredEntry(position, "its line is no entry") from error
    return told
