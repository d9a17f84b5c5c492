"""A real terminal of some size, with a command in it: what it shows, and keys that are pressed."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PATIENCE: Final = 120
"""Seconds after which nothing more is hoped for; no test waits for them."""


class Terminal:
    """A command whose standard streams are a terminal, which it can open as /dev/tty as well."""

    def __init__(
        self, command: list[str], *, env: Mapping[str, str], cwd: Path, columns: int = 80, lines: int = 24,
        stdout: int | None = None, stderr: int | None = None,
    ) -> None:  # fmt: skip
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        # A leader of a session that opens a terminal has it as its own.
        begun = ["sh", "-c", 'exec 0<>"$0" && exec "$@"', os.ttyname(theirs), *command]
        self.process = subprocess.Popen(
            begun, stdin=theirs, stdout=theirs if stdout is None else stdout,
            stderr=theirs if stderr is None else stderr, env={"TERM": "xterm", **env}, cwd=cwd, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.raw = b""

    @property
    def text(self) -> str:
        """What was shown, without colours and moves of the cursor."""
        plain = re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[=>])", "", self.raw.decode("utf-8", "replace"))
        return plain.replace("\r\n", "\n")

    @property
    def screen(self) -> list[str]:
        """The lines as they stand in the end, where some were written over."""
        lines = []
        for line in self.text.split("\n"):
            standing = ""
            for piece in line.split("\r"):
                standing = piece + standing[len(piece) :]
            lines.append(standing.rstrip())
        return lines

    def wait_for(self, words: str) -> None:
        """Read until some words are shown."""
        while words not in self.text:
            assert self._read(), f"{words!r} was never shown: {self.text[-2000:]}"

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def press_until(self, keys: str, words: str) -> None:
        """Press keys again and again, until some words are shown: a program may throw away what it was not yet for."""
        for _ in range(PATIENCE * 5):
            self.press(keys)
            while select.select([self._ours], [], [], 0.2)[0] and self._read():
                if words in self.text:
                    return
        raise AssertionError(f"{words!r} was never shown: {self.text[-2000:]}")

    def end(self) -> int:
        """Read to the end, and give the exit code."""
        while self._read():
            pass
        os.close(self._ours)
        return self.process.wait(PATIENCE)

    def _read(self) -> bool:
        assert select.select([self._ours], [], [], PATIENCE)[0], f"nothing more is shown: {self.text[-2000:]}"
        try:
            more = os.read(self._ours, 65536)
        except OSError:  # nobody has the other end open any more
            return False
        self.raw += more
        return bool(more)
