"""What is one trait of a stream, as a row? Without the facts, so that a question need not load them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..domain.trait_names import LATEST

Key = tuple[str, str | int]
"""Of what a stream has many: trait and value; of what the latest counts: trait and day."""


class TraitRow(NamedTuple):
    """One trait of a stream, as known from group to group."""

    trait: str
    value: str
    since: int
    """the first day on which it holds"""
    version: int
    """of the entry that says so: its place in the stream"""
    known_from: int
    known_to: int | None = None
    """the group since which it is no longer held true; None where it is"""

    def is_held(self, position: int) -> bool:
        """Whether it is held true as known at a position."""
        return self.known_from <= position and (self.known_to is None or self.known_to > position)

    def is_called(self, traits: Sequence[str]) -> bool:
        """Whether it is one of some traits, where one that ends in / is all that begin so; of none, it is."""
        return not traits or any(
            self.trait.startswith(one) if one.endswith("/") else self.trait == one for one in traits
        )


def in_order(rows: Iterable[TraitRow]) -> list[TraitRow]:
    """Rows of one stream in the order in which a store reads them: of trait and day."""
    return sorted(rows, key=lambda row: (row.trait, row.since, row.version, row.value))


def key_of(told: tuple[Any, ...]) -> Key:
    """By what a trait is told from the others of its stream: of (trait, value, since …)."""
    trait, value, since = told[:3]
    return (trait, since) if trait in LATEST else (trait, value)
