"""How much money was undertaken in all? Amounts that may be added, and what was left out of the sums and why.

Added are amounts of one currency, one bound (exactly, about, up to, at least), one way of counting (in all, or a year)
and one strength: what is only intended or considered is no part of what was undertaken. What is a part of another
commitment that has an amount is in that amount already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict

from ..domain.amount_text import AmountText, Unit, added
from ..history.subject import Subject
from .basis import OnClocks
from .columns import Column, columns_of
from .concerned import subject

if TYPE_CHECKING:
    from ..store.port import Snapshot
    from .basis import Clocks


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
FIRM: Final = "undertaken"
_STRENGTHS: Final = (FIRM, "intended", "considered")


@dataclass(frozen=True, slots=True)
class Totals(OnClocks):
    """The sums, and what they leave out."""

    rows: list[TotalRow]
    left_out: list[LeftOutRow]

    def header(self) -> dict[str, Any]:
        """Both clocks and the root, and what was left out."""
        return {**self.at.header(), "left_out": self.left_out}


def totals(reader: Snapshot, at: Clocks, found: Iterable[tuple[str, Subject]]) -> Totals:
    """Add the amounts of some streams, as of a day and as known then."""
    sums: dict[tuple[str, Unit], list[str]] = {}
    left_out: list[LeftOutRow] = []
    for stream, about in found:
        if about.amount is None:
            continue
        larger = about.part_of
        if larger and subject(reader, at.known, at.day, larger).amount is not None:
            why = f"part of {larger}, whose amount holds it"
            left_out.append({"stream": stream, "amount": about.amount.words(), "why": why})
        else:
            key = about.strength or FIRM, about.amount.unit
            sums.setdefault(key, []).append(about.amount.value)
    rows = [_row(*key, values) for key, values in sorted(sums.items(), key=_firmest_first)]
    return Totals(at, rows, left_out)


def _firmest_first(one: tuple[tuple[str, Unit], list[str]]) -> tuple[int, Unit]:
    (strength, unit), _ = one
    return _STRENGTHS.index(strength), unit


def _row(strength: str, unit: Unit, values: list[str]) -> TotalRow:
    value = added(values)
    weaker = "" if strength == FIRM else f", {strength}"
    return {
        "currency": unit.currency, "bound": unit.bound, "per": unit.per, "strength": strength, "value": value,
        "commitments": len(values), "words": AmountText(unit, value).words() + weaker,
    }  # fmt: skip
