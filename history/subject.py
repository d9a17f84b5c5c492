"""What is a stream about on a day: what is it called, whom and what does it concern? Folded from its traits.

Without the facts, so that a question need not load them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..domain.amount_text import AmountText
from ..domain.dates import iso
from ..domain.trait_names import AMOUNT, BEGAN, KIND, LATEST, MEETING_TITLE, PART_OF, PARTY, STRENGTH, THEME, TITLE
from ..domain.worlds import BEGIN, END
from .trait_rows import TraitRow

SHOWN: Final = (BEGAN, TITLE, MEETING_TITLE, KIND, PARTY, THEME, AMOUNT, PART_OF, STRENGTH)
"""The traits that it is folded from; others are passed over."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a stream is called, and whom and what it concerns, on a day."""

    title: str | None
    kind: str | None
    parties: tuple[str, ...]
    themes: tuple[str, ...]
    year: str | None
    """in which it began: of the first day on which anything certainly holds of it"""
    amount: AmountText | None = None
    """how much money was undertaken"""
    part_of: str | None = None
    """the larger commitment that it is a part of"""
    strength: str | None = None
    """how firmly it was undertaken, where it was less than that"""

    @property
    def money(self) -> tuple[str | None, str | None]:
        """Amount, as it is kept, and strength."""
        return self.amount.written() if self.amount else None, self.strength


def subject_on(day: int, rows: Iterable[TraitRow]) -> Subject:
    """What a stream is about on a day, by its traits in order (`trait_rows.in_order`)."""
    latest: dict[str, str] = {}
    parties, themes = set[str](), set[str]()
    first, meeting = END, None
    there = list(rows)
    certain = {int(value): since for trait, value, since, *_ in there if trait == BEGAN}
    for trait, value, since, *_ in there:
        if since > day:
            continue
        if trait in LATEST:  # which may hold from before it is certain that there is anything
            latest[trait] = value
            continue
        if trait == THEME:
            themes.add(value)
        elif trait == MEETING_TITLE:
            meeting = meeting or value
        elif trait.startswith(PARTY):
            parties.add(value)
        else:
            continue
        first = min(first, certain.get(since, since))
    year = iso(first)[:4] if BEGIN < first <= day else None
    title = latest.get(TITLE) or meeting
    # In the order of the alphabet, as stores have their own.
    amount = AmountText.read(latest[AMOUNT]) if AMOUNT in latest else None
    among = tuple(sorted(parties)), tuple(sorted(themes))
    return Subject(title, latest.get(KIND), *among, year, amount, latest.get(PART_OF), weaker(latest.get(STRENGTH)))


def weaker(strength: str | None) -> str | None:
    """A strength that is told; of what was undertaken there is nothing to tell."""
    return None if strength == "undertaken" else strength
