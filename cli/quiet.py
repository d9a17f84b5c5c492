"""Is anything said beside answers, warnings and errors? Not with --quiet."""

from __future__ import annotations

from typing import Final

_QUIET: Final = [False]


def choose_quiet(choice: bool) -> None:
    """Whether messages that are neither errors nor warnings are left out."""
    _QUIET[:] = [choice]


def is_quiet() -> bool:
    """Whether they are."""
    return _QUIET[0]
