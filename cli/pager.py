"""How is a pager fed? As it reads; what it has not read waits in memory, and what it failed to show is given back."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections import deque
from typing import Final

MOST_WAITING: Final = 64 * 1024 * 1024
"""Bytes that wait for a pager; beyond them whoever writes does."""
_BELIEVED: Final = 256 * 1024
"""Bytes from which on a pager is believed to show what it is given: more than a pipe holds that nobody reads."""
_SETTINGS: Final = {"LESS": "FRX", "LESSCHARSET": "utf-8"}
"""What less is told where the user has said nothing: colours, no question after a short text, and UTF-8."""


class Pager:
    """A pager that runs, and the pipe to it."""

    def __init__(self, command: str) -> None:
        """`command` is for the shell. Raises OSError."""
        # A reader that leaves is an error to be caught here; elsewhere that signal ends the command (`| head`).
        self._before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        try:
            reading, self._pipe = os.pipe()
            try:
                self._process = subprocess.Popen(  # noqa: S603 - PAGER is a command of the user's own, for the shell
                    ["/bin/sh", "-c", command], stdin=reading, env={**_SETTINGS, **os.environ}
                )
            except OSError:
                os.close(self._pipe)
                raise
            finally:
                os.close(reading)
        except OSError:
            signal.signal(signal.SIGPIPE, self._before)
            raise
        os.set_blocking(self._pipe, False)
        self._waiting: deque[memoryview] = deque()
        self._copy: list[bytes] | None = []
        self._given = self._unread = 0
        self._was_interrupted = False
        self._is_gone = False
        self.is_left = False
        """whether its reader has seen enough; one that fails shows nobody anything, and what it misses is kept"""

    def give(self, content: bytes) -> None:
        """Give it more; waits only where much is unread."""
        if self.is_left or not content:
            return
        if self._copy is not None:
            self._copy.append(content)
        if self._is_gone:
            return
        self._waiting.append(memoryview(content))
        self._unread += len(content)
        self._push()
        while self._unread > MOST_WAITING and not self._is_gone:
            self._push(wait=True)

    def end(self) -> tuple[int, bytes]:
        """Wait until it has ended: its exit code, and all that it was given where it failed to show that."""
        before = signal.signal(signal.SIGINT, self._interrupted)
        try:
            while self._waiting and not self._is_gone:
                self._push(wait=True)
            os.close(self._pipe)
            code = self._process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
            signal.signal(signal.SIGPIPE, self._before)
        failed = code and self._copy is not None and not self._was_interrupted
        return code, b"".join(self._copy or ()) if failed else b""

    def _interrupted(self, *_: object) -> None:
        """A Ctrl-C while somebody reads is for the pager."""
        self._was_interrupted = True

    def _push(self, wait: bool = False) -> None:
        """Write what it takes at once; or wait until it takes more."""
        try:
            if wait:
                select.select([], [self._pipe], [])
            while self._waiting:
                taken = os.write(self._pipe, self._waiting[0])
                self._unread -= taken
                self._given += taken
                rest = self._waiting.popleft()[taken:]
                if rest:
                    self._waiting.appendleft(rest)
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._is_gone = True
            self._waiting.clear()
            # Left by a reader, or failed? It has closed its end, so it ends by itself now.
            self.is_left = self._process.wait() == 0 or self._copy is None
        if self._given > _BELIEVED:
            self._copy = None
