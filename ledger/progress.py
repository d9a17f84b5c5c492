"""Who is told how far a work of several steps is? Whom a `Telling` names, step by step; nobody where it names none."""

from __future__ import annotations

from collections.abc import Callable

from ..store.port import Progress

__all__ = ["Progress", "Telling", "untold"]
Telling = Callable[[str], Progress | None]
"""Is given what is being done now (verify, derive, copy, read), and gives who is told how far that is, if anybody."""


def untold(_: str) -> None:
    """Nobody is."""
