"""Real shells at a terminal of their own: what is typed, with TAB, comes out as the words that the shell then runs.

Imported as `cli.shells`. In each, `engage` is a function that asks the command where a completion is wanted, and else
prints the words that it was given: so a test sees what the shell made of a line, and that nothing in it was run.
"""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

_PATIENCE: Final = 60
"""Seconds after which a shell that says nothing is taken for dead."""
_READY: Final = "ready-for-a-line"
_STARTED: Final = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "fish": ("fish", "--no-config", "--interactive"),
}
_SETTINGS: Final = {
    "bash": """
        bind 'set bell-style none'; bind 'set enable-bracketed-paste off'
        engage() { if [[ -n $_ENGAGE_COMPLETE ]]; then command engage "$@"; else printf '<%s>' "$@"; echo; fi; }
        source {script}
        PS1={ready}
    """,
    "zsh": """
        autoload -Uz compinit; compinit -u -D; unsetopt beep list_beep prompt_cr prompt_sp
        engage() { if [[ -n $_ENGAGE_COMPLETE ]]; then command engage "$@"; else printf '<%s>' "$@"; echo; fi; }
        source {script}
        PS1={ready}
    """,
    "fish": """
        function engage; if set -q _ENGAGE_COMPLETE; command engage $argv; else; printf '<%s>' $argv; echo; end; end
        source {script}
        function fish_prompt; echo -n {ready}; end
        function fish_greeting; end
    """,
}
SHELLS: Final = tuple(_STARTED)
_AT_A_TERMINAL: Final = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Makes standard input the terminal that a new session is controlled by: fish does not begin without."""


def is_here(shell: str) -> bool:
    """Whether a shell is installed on this machine."""
    return shutil.which(shell) is not None


class Terminal:
    """A shell that somebody types into."""

    def __init__(self, shell: str, folder: Path, env: Mapping[str, str], script: bytes) -> None:
        place = folder / f"completion.{shell}"
        place.write_bytes(script)
        settings = _SETTINGS[shell].replace("{script}", str(place)).replace("{ready}", f"{_READY[:5]}''{_READY[5:]}")
        (folder / f"settings.{shell}").write_text(settings)
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AT_A_TERMINAL, *_STARTED[shell]],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env={**env, "TERM": "dumb", "COLUMNS": "80", "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)},
            start_new_session=True,
        )
        os.close(slave)
        self.type(f"source {folder / f'settings.{shell}'}\r")
        self.until(_READY)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def until(self, end: str) -> str:
        """What is shown until it ends so."""
        shown, deadline = b"", time.monotonic() + _PATIENCE
        while not re.search(end.encode(), shown):
            ready, _, _ = select.select([self._master], [], [], max(deadline - time.monotonic(), 0))
            assert ready, f"the shell shows no {end!r}: {shown.decode(errors='replace')!r}"
            shown += os.read(self._master, 65536)
        return shown.decode(errors="replace")

    def words(self, keys: str) -> list[str]:
        """The words that the shell makes of a line that begins with engage, after what is typed there."""
        self.type(f"engage {keys}\r")
        shown = self.until(rf">\r+\n[^<>]*{_READY}")
        line = [one for one in re.split(r"[\r\n]+", shown) if one.startswith("<") and one.endswith(">")][-1]
        return line[1:-1].split("><")

    def close(self) -> None:
        """End the shell."""
        self._process.kill()
        self._process.wait()
        os.close(self._master)


@contextlib.contextmanager
def terminal(shell: str, folder: Path, env: Mapping[str, str], script: bytes) -> Iterator[Terminal]:
    """A shell at a terminal of its own, with the completion of the command in it."""
    found = Terminal(shell, folder, env, script)
    try:
        yield found
    finally:
        found.close()
