"""Which field is a refusal about? A refusal of a fact carries the paths of its fields, for whoever has the file."""

from __future__ import annotations

from collections.abc import Iterable

from ..domain.errors import InvalidFact
from ..domain.refusal import Refusal
from ..domain.validation import place

FieldPath = tuple[str | int, ...]
"""The way to a field of a fact as it was given: ('body', 'obligors', 0); empty for the fact as a whole."""


def about(refusal: Refusal, *paths: FieldPath) -> None:
    """Say which fields a refusal is about, one for each of its problems; what was said of it before stands."""
    vars(refusal).setdefault("field_paths", paths)


def about_fields(refusal: Refusal, paths: Iterable[FieldPath], within: FieldPath = ()) -> None:
    """The same where each problem begins with the name of its field: `obligors 1: …`, `'venue' is no field of …`."""
    named = sorted(((place("", path), path) for path in paths), reverse=True)  # the longer name first
    problems = refusal.problems if isinstance(refusal, InvalidFact) else [refusal.message]
    found = [next((path for name, path in named if text.lstrip("'").startswith(name)), None) for text in problems]
    if len(named) == 1:  # a refusal in words of its own
        found = [named[0][1]] * len(problems)
    about(refusal, *((*within, *path) if path is not None else within for path in found))


def also(refusal: Refusal, problem: str, path: FieldPath) -> None:
    """Add a problem with another field to what a refusal says."""
    if isinstance(refusal, InvalidFact):
        refusal.problems = [*refusal.problems, problem]
        vars(refusal)["field_paths"] = (*fields_of(refusal), path)
    refusal.message += f"; {problem}"


def fields_of(refusal: Refusal) -> tuple[FieldPath, ...]:
    """The fields that a refusal is about; none where it is about the fact as a whole."""
    found: tuple[FieldPath, ...] = vars(refusal).get("field_paths", ())
    return found
