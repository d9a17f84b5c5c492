"""What is a step? One dated change, which the search for worlds puts in order."""

from __future__ import annotations

from typing import Any, NamedTuple

Key = tuple[str, int]
"""Entry id, and which of the entry's steps it is (an entry that lasts has two: it begins and it ends)."""


class Step(NamedTuple):
    """One dated change of one region of an aggregate; `args` is all that the change depends on."""

    key: Key
    earliest: int
    latest: int
    verb: str
    args: tuple[Any, ...] = ()
    after: tuple[Key, ...] = ()
