"""On which line of a file is a refusal to be mended? That of the field which it is about, else that of its fact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..domain.errors import HappeningInTheFuture, InvalidFact, KnownAfterRecording, KnownTimeGoesBack
from ..domain.quarters import quarters
from ..domain.refusal import Refusal
from ..ledger.field_paths import FieldPath, fields_of
from .located import Located


def places_of(name: str, facts: Sequence[Located]) -> list[str]:
    """File and line of each fact; where several stand on one line, with their number."""
    places = [f"{name}:{one.line}" for one in facts]
    if len(set(places)) == len(places):
        return places
    return [f"{place} (fact {number})" for number, place in enumerate(places, 1)]


def placed(name: str, fact: Located, place: str, refusal: Refusal) -> str:
    """File and line of the field that a refusal is about; its other problems are told with their lines."""
    lines = [fact.line_of(path) for path in _paths(fact.value, refusal)]
    if not lines or all(line == fact.line for line in lines):
        return place
    if isinstance(refusal, InvalidFact) and len(lines) == len(refusal.problems):
        told = [
            problem if line == lines[0] else f"line {line}: {problem}"
            for line, problem in zip(lines, refusal.problems, strict=True)
        ]
        refusal.message = InvalidFact(told).message
    return f"{name}:{lines[0]}"


def _paths(given: Any, refusal: Refusal) -> tuple[FieldPath, ...]:
    """The fields; of a refusal that comes from the ledger, the one that its rule is about."""
    if isinstance(refusal, HappeningInTheFuture) and f" on {quarters(str(given['occurred']))} " in refusal.message:
        return (("occurred",),)
    if isinstance(refusal, KnownAfterRecording | KnownTimeGoesBack):
        return (("known_since",),)
    return fields_of(refusal)
