"""How much money was undertaken in all? Amounts that may be added, and what was left out of the sums and why.

Added are amounts of one currency, one bound (exactly, about, up to, at least), one way of counting (in all, or a year)
and one strength: what is only intended or considered is no part of what was undertaken. Left out is what is a part of
another amount in the sum, and what is not owed: what was only proposed, or ended without being kept, unless that is
what was asked for. Where a party was asked for, its share counts, if shares were stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict

from ..domain.amount_text import AmountText, Unit, added
from ..domain.countries import same_party
from ..domain.trait_names import OBLIGOR, OVERALL, STRENGTHS
from ..history.coverage import UNKNOWN, on_one_day
from .basis import OnClocks
from .columns import Column, columns_of
from .concerned import subject
from .status import subjects_wanted

if TYPE_CHECKING:
    from ..store.port import Snapshot
    from .basis import Clocks
    from .status import Wanted


class TotalRow(TypedDict):
    """A sum of amounts that may be added."""

    currency: Annotated[str, Column("text", "ISO 4217")]
    bound: Annotated[str, Column("text", "exactly, about, up-to or at-least")]
    per: Annotated[str, Column("text", "total, or year")]
    strength: Annotated[str, Column("text", "undertaken, intended or considered")]
    value: Annotated[str, Column("text", "the sum, as decimal text")]
    commitments: Annotated[int, Column("count", "how many amounts were added")]
    words: Annotated[str, Column("text", "the sum in words")]


class LeftOutRow(TypedDict):
    """A commitment whose amount is in no sum."""

    stream: Annotated[str, Column("stream")]
    amount: Annotated[str, Column("text")]
    why: Annotated[str, Column("text")]


COLUMNS: Final = columns_of(TotalRow)
FIRM: Final = STRENGTHS[0]


@dataclass(frozen=True, slots=True)
class Totals(OnClocks):
    """The sums, and what they leave out."""

    rows: list[TotalRow]
    left_out: list[LeftOutRow]

    def header(self) -> dict[str, Any]:
        """Both clocks and the root, and what was left out."""
        return {**self.at.header(), "left_out": self.left_out}


def totals(reader: Snapshot, at: Clocks, wanted: Wanted) -> Totals:
    """Add the amounts of the streams that are wanted, as of a day and as known then.

    Reads what each is about, the status of each that has an amount, and for a party each one's entries.
    """
    counted: dict[str, tuple[str, AmountText]] = {}
    larger: dict[str, str] = {}
    left_out: list[LeftOutRow] = []
    for stream, about in subjects_wanted(reader, at, wanted):
        if about.part_of:
            larger[stream] = about.part_of
        if about.amount is None:
            continue
        if why := "" if wanted.statuses else _not_owed(reader, at, wanted, stream):
            left_out.append({"stream": stream, "amount": about.amount.words(), "why": why})
        else:
            counted[stream] = about.strength or FIRM, about.amount
    sums: dict[tuple[str, Unit], list[str]] = {}
    for stream, (strength, amount) in counted.items():
        if whole := _held_by(reader, at, stream, larger, counted):
            why = f"part of {whole}, whose amount holds it"
            left_out.append({"stream": stream, "amount": amount.words(), "why": why})
        else:
            value = _share(reader, at, wanted, stream) or amount.value
            sums.setdefault((strength, amount.unit), []).append(value)
    rows = [_row(*key, values) for key, values in sorted(sums.items(), key=_firmest_first)]
    return Totals(at, rows, sorted(left_out, key=lambda one: one["stream"]))


_NOT_OWED: Final = {
    "proposed": "only proposed", "superseded": "superseded", "withdrawn": "withdrawn", "lapsed": "lapsed",
    "discontinued": "discontinued",
}  # fmt: skip
"""Status of the whole → why its amount is in no sum of what was undertaken."""
_GONE: Final = frozenset(("withdrawn", "left", "lapsed", "discontinued"))
"""Of a party, that it does not owe its part any more."""


def _not_owed(reader: Snapshot, at: Clocks, wanted: Wanted, stream: str) -> str:
    """Why the amount of a stream is not owed on the day, or not by those that were asked for; empty where it is."""
    whole = next(on_one_day(reader.periods(at.known, at.day, stream, OVERALL), at.coverage), None)
    status = whole.standing.status if whole else None
    if status is None:
        return "not certain to be undertaken by then"
    if status == UNKNOWN:
        return "unknown: its register was not kept up to that day"
    if why := _NOT_OWED.get(status):
        return why
    asked = wanted.concerned
    parties = asked.parties if asked and not asked.with_groups else ()
    for code in (code for one in parties for code in same_party(one)):
        for row in reader.periods(at.known, at.day, stream, f"obligor/{code}"):
            if row.standing.status in _GONE:
                return f"of {code} it is {row.standing.status}"
    return ""


def _held_by(
    reader: Snapshot, at: Clocks, stream: str, larger: Mapping[str, str], counted: Mapping[str, object]
) -> str | None:
    """The commitment in the sum that a stream is a part of, near or far; None where there is none, or it is itself."""
    passed = {stream}
    whole = larger.get(stream)
    found = None
    while whole is not None and whole not in passed:
        passed.add(whole)
        found = found or (whole if whole in counted else None)
        whole = larger.get(whole) or subject(reader, at.known, at.day, whole).part_of
    return None if whole == stream else found


def _share(reader: Snapshot, at: Clocks, wanted: Wanted, stream: str) -> str | None:
    """What the parties that were asked for are to bear of it, where that was stated of each of them."""
    asked = wanted.concerned
    if not asked or not asked.parties or (asked.roles and OBLIGOR not in asked.roles):
        return None
    from .show import aggregate_of  # here, as what reads facts takes long to load, and most sums are of all

    known = aggregate_of(reader, stream, at.known, at.day)
    shares = {code: one.value for one in getattr(known, "shares", ()) for code in same_party(one.obligor)}
    return added([shares[one] for one in asked.parties]) if shares.keys() >= set(asked.parties) else None


def _firmest_first(one: tuple[tuple[str, Unit], list[str]]) -> tuple[int, Unit]:
    (strength, unit), _ = one
    return STRENGTHS.index(strength), unit


def _row(strength: str, unit: Unit, values: list[str]) -> TotalRow:
    value = added(values)
    weaker = "" if strength == FIRM else f", {strength}"
    return {
        "currency": unit.currency, "bound": unit.bound, "per": unit.per, "strength": strength, "value": value,
        "commitments": len(values), "words": AmountText(unit, value).words() + weaker,
    }  # fmt: skip
