"""What becomes of an answer that is longer than the screen? A pager shows it: PAGER, or less.

The beginning of an answer is held back until it is over, or longer than the screen. A short one is then written as if
nobody had held it; for a long one a pager is started, which gets the rest as it comes. The command waits for the pager
at its very end, when it has let go of the ledger. Messages come after it, for they would be drawn over. A pager that is
not there, or fails, costs a warning and no line of the answer.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Final, cast

import click

from .harmless import visible
from .layout import width

if TYPE_CHECKING:
    from .pager import Pager

_NO_PAGER: Final = ("", "cat")
_WANTED: Final = [True]
_OPEN: Final[list[PagedAnswer]] = []


def choose_pager(wanted: bool) -> None:
    """Whether a pager may be used at all."""
    _WANTED[:] = [wanted]


def pager_command() -> str | None:
    """The pager that is wanted, as a line for the shell; None where none is."""
    if not _WANTED[0] or os.environ.get("TERM", "dumb") == "dumb":
        return None
    for name in ("ENGAGE_PAGER", "PAGER"):
        if (named := os.environ.get(name)) is not None:
            return None if named.strip() in _NO_PAGER else named
    return "less" if shutil.which("less") else None


def paged(out: IO[str]) -> IO[str]:
    """Where an answer goes that is for `out`: itself, or what shows a long answer in a pager."""
    if _OPEN:
        return cast(IO[str], _OPEN[0])
    command = pager_command() if out.isatty() else None
    context = click.get_current_context(silent=True)
    if command is None or context is None:
        return out
    answer = PagedAnswer(out, command)
    _OPEN.append(answer)
    context.call_on_close(answer.finish)
    return cast(IO[str], answer)


def held_back(message: str) -> bool:
    """Take a message that has to wait for its place: within an answer that is held back, or after a pager."""
    return bool(_OPEN) and sys.stderr.isatty() and _OPEN[0].takes(message)


def settle() -> None:
    """The answer is over, if not the command."""
    for one in _OPEN:
        one.settle()


def is_left(out: object) -> bool:
    """Whether the reader has left the pager: nobody sees what is written now."""
    return isinstance(out, PagedAnswer) and out.is_left


def shows_colours(out: object) -> bool:
    """Whether colours come through: less shows them as signs where it is told to."""
    return not isinstance(out, PagedAnswer) or out.shows_colours


class PagedAnswer(io.TextIOBase):
    """An answer for a terminal, held back until it is known whether it needs a pager."""

    def __init__(self, out: IO[str], command: str) -> None:
        """`command`: the pager, as a line for the shell."""
        self._out, self._command = out, command
        self._screen = shutil.get_terminal_size((80, 24))
        self._held: list[tuple[bool, str]] | None = []
        self._rows = self._column = 0
        self._pager: Pager | None = None
        self._messages: list[str] = []

    @property
    def shows_colours(self) -> bool:
        """Whether the pager shows colours: less does with -R, which it is given where LESS is not set."""
        options = os.environ.get("LESS")
        name, *words = self._command.split()
        return options is None or PurePath(name).name != "less" or "r" in " ".join([options, *words]).lower()

    @property
    def is_left(self) -> bool:
        """Whether the reader has left the pager."""
        return self._pager is not None and self._pager.is_left

    def isatty(self) -> bool:
        """It ends on a terminal, whatever is between."""
        return True

    def write(self, text: str) -> int:
        """Hold it back, or pass it on."""
        if self._pager is not None:
            self._pager.give(text.encode("utf-8", "backslashreplace"))
        elif self._held is None:
            self._out.write(text)
        else:
            self._held.append((False, text))
            self._count(text)
            if self._rows + self._column // self._screen.columns >= self._screen.lines:
                self._start()
        return len(text)

    def flush(self) -> None:
        """What is held back stays so; what is written already is seen at once."""
        if self._held is None and self._pager is None:
            self._out.flush()

    def takes(self, message: str) -> bool:
        """Whether it keeps a message for its place."""
        if self._pager is not None:
            self._messages.append(message)
        elif self._held is not None:
            self._held.append((True, message))
        else:
            return False
        return True

    def settle(self) -> None:
        """Write what is still held back. A pager goes on with what it has."""
        held, self._held = self._held, None
        for is_message, text in held or ():
            if is_message:
                self._out.flush()
                click.echo(text, err=True, color=True)
            else:
                self._out.write(text)
        self.flush()

    def finish(self) -> None:
        """The command is over: wait until the pager is, and say what waited for that."""
        _OPEN.remove(self)
        self.settle()
        if self._pager is not None:
            code, unseen = self._pager.end()
            if unseen:
                self._out.write(unseen.decode("utf-8"))
                self._out.flush()
                self._say_failed(f"exit {code}")
        for message in self._messages:
            click.echo(message, err=True, color=True)

    def _count(self, text: str) -> None:
        """Count the rows of the screen that a text takes."""
        first, *others = click.unstyle(text).split("\n")
        self._column += width(first)
        for line in others:
            self._rows += max(-(-self._column // self._screen.columns), 1)
            self._column = width(line)

    def _start(self) -> None:
        """Start the pager, and give it what was held back."""
        from .pager import Pager  # here, as most answers are short

        held, self._held = self._held or [], None
        self._out.flush()
        try:
            self._pager = Pager(self._command)
        except OSError as error:
            self._say_failed(str(error.strerror))
        for is_message, text in held:
            if is_message:
                self._messages.append(text)
            else:
                self.write(text)

    def _say_failed(self, why: str) -> None:
        mark = click.style("warning", fg="yellow", bold=True)
        told = f"the pager {visible(self._command)} failed ({why}), and was not used; without one: --no-pager"
        self._messages.append(f"{mark}: {told}")
