"""What is known of one aggregate, beside the statuses of its parts? The base of the five."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from .entry import Fact


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """What its facts say of an aggregate, in the order of display. Statuses are in periods, not here."""

    stream: str
    version: int = 0
    """number of entries recorded in the stream"""
    title: str | None = None
    parties: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()

    def evolve(self, fact: Fact) -> Self:
        """Return what is known after `fact`."""
        return replace(self, themes=merged(self.themes, fact.themes)) if fact.themes else self

    def but(self, **changes: Any) -> Self:
        """A copy in which what is given, and neither None nor empty, is changed."""
        return replace(self, **{key: value for key, value in changes.items() if value not in (None, ())})


def merged(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """All of the groups' members, each once, in order of first appearance."""
    return tuple(dict.fromkeys(member for group in groups for member in group))
