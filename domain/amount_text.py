"""How is an amount of money kept beside its stream, said in words, and added to others? By text, without the facts.

An amount is never a number of the machine: 0.1 has to stay 0.1. What may be added to what is decided here: amounts of
one currency, one way of counting (in all, or a year) and one bound (exactly, about, up to, at least). A sum of what is
`about` and what is `up to` would be neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple


class Unit(NamedTuple):
    """What amounts have to have in common to be added."""

    currency: str
    bound: str
    per: str


class AmountText(NamedTuple):
    """An amount, as text."""

    unit: Unit
    value: str
    over: str | None = None

    @classmethod
    def read(cls, text: str) -> AmountText:
        """The amount that `written` wrote."""
        currency, value, bound, per, *over = text.split(" ")
        return cls(Unit(currency, bound, per), value, over[0] if over else None)

    def written(self) -> str:
        """As it is kept: USD 810000000 at-least total 2022/2026."""
        unit = self.unit
        return " ".join(filter(None, (unit.currency, self.value, unit.bound, unit.per, self.over)))

    def words(self) -> str:
        """As people read it: at least USD 810,000,000 over 2022/2026."""
        return "".join(
            (
                "" if self.unit.bound == "exactly" else f"{self.unit.bound.replace('-', ' ')} ",
                f"{self.unit.currency} {grouped(self.value)}",
                " a year" if self.unit.per == "year" else "",
                f" over {self.over}" if self.over else "",
            )
        )


def grouped(value: str) -> str:
    """Digits in groups of three: 810,000,000."""
    whole, point, rest = value.partition(".")
    return f"{int(whole):,}{point}{rest}"


def added(values: Iterable[str]) -> str:
    """The sum of amounts of one unit, as decimal text."""
    return format(sum(map(Decimal, values), Decimal(0)), "f")
