"""How far is a work that takes a while? Said in one line of the terminal, which is written over and erased at the end.

Nothing is shown in the first second, nothing with --quiet, and nothing where stderr is no terminal: whoever works is
then given nobody to tell, which costs nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from .layout import shortened
from .quiet import is_quiet

if TYPE_CHECKING:
    from ..ledger.progress import Progress, Telling

PATIENCE: Final = 1.0
"""Seconds in which nothing is shown."""
EVERY: Final = 0.1
"""Seconds between two states of the line."""
_UNITS: Final = {"check": "streams", "append": "facts", "copy": "pages", "publish": "files"}
"""What each work is counted in, where not in entries."""
_IN_BYTES: Final = ("import", "read")
_SHOWN: Final[list[int]] = []
"""The columns that the line takes, while there is one."""


@contextmanager
def progress() -> Iterator[Telling]:
    """Whom a work tells how far it is; the line is gone at the end, whatever that is."""
    if is_quiet() or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    line = _Line()
    try:
        yield line.telling
    finally:
        erase()


def erase() -> None:
    """Take the line away, before something else is written there."""
    if _SHOWN:
        sys.stderr.write(f"\r{' ' * _SHOWN.pop()}\r")
        sys.stderr.flush()


class _Line:
    """The line."""

    def __init__(self) -> None:
        self._next = time.monotonic() + PATIENCE

    def telling(self, what: str) -> Progress:
        """Who is told how far `what` is."""
        return self._in_words(what, _in_bytes if what in _IN_BYTES else _counted(_UNITS.get(what, "entries")))

    def _in_words(self, what: str, words: Callable[[int, int], str]) -> Progress:
        def told(done: int, whole: int) -> None:
            now = time.monotonic()
            if now >= self._next:
                self._next = now + EVERY
                self._show(f"{what}  {words(done, whole)}" + (f"  {100 * done // whole} %" if whole else ""))

        return told

    def _show(self, text: str) -> None:
        # The last column stays free: a terminal goes on to the next line there.
        told = shortened(text, shutil.get_terminal_size((80, 24)).columns - 1)
        before = _SHOWN.pop() if _SHOWN else 0
        _SHOWN.append(len(told))
        sys.stderr.write(f"\r{told:<{before}}")
        sys.stderr.flush()


def _counted(unit: str) -> Callable[[int, int], str]:
    return lambda done, whole: f"{done:,} of {whole:,} {unit}" if whole else f"{done:,} {unit}"


def _in_bytes(done: int, whole: int) -> str:
    return f"{done / 1e6:,.1f} of {whole / 1e6:,.1f} MB" if whole else f"{done / 1e6:,.1f} MB"
