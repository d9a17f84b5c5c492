"""Processes that are killed, crowded, short of room or without rights: forked, so that they start in no time.

A child reports by lines on a pipe, each flushed at once: what was acknowledged is known whenever it ends.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from faults.ledgers import asked

NOBODY = 65534
ROOMS = ("cli", "domain", "exchange", "history", "ledger", "projections", "proof", "record", "reports", "store")
ESCAPED = 99
"""What a child ends with when an error escaped from its work."""
Say = Callable[[str], None]


@dataclass
class Child:
    """A process of ours, and the end of the pipe on which it reports."""

    pid: int
    pipe: int
    heard: bytes = b""
    status: int | None = None

    def line(self) -> str | None:
        """The next line that it says; None when it has ended."""
        while b"\n" not in self.heard:
            more = os.read(self.pipe, 65536)
            if not more:
                return None
            self.heard += more
        line, _, self.heard = self.heard.partition(b"\n")
        return line.decode()

    def lines(self) -> Iterator[str]:
        """All that it still says, until it ends."""
        while (line := self.line()) is not None:
            yield line

    def send(self, number: int) -> None:
        """Send it, and no other process, a signal."""
        os.kill(self.pid, number)

    def end(self) -> int:
        """Wait for it; its exit code, negative for a signal."""
        if self.status is None:
            _, status = os.waitpid(self.pid, 0)
            os.close(self.pipe)
            self.status = os.waitstatus_to_exitcode(status)
        return self.status


def started(work: Callable[[Say], int | None]) -> Child:
    """Fork, and do `work` in the child with a means to report."""
    sys.stdout.flush()
    sys.stderr.flush()
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return Child(pid, read)
    code = ESCAPED
    try:
        os.close(read)
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def say(text: str) -> None:
            os.write(write, text.encode() + b"\n")

        try:
            code = work(say) or 0
        except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
            say(traceback.format_exc().replace("\n", " | "))
    finally:
        os._exit(code)


@dataclass(frozen=True)
class Told:
    """What a command in a child answered."""

    code: int
    out: str
    err: str


def elsewhere(path: Path, *args: str, before: Callable[[], None] = lambda: None) -> Told:
    """Run a command in a child that `before` has put into a tight spot."""

    def work(say: Say) -> int:
        before()
        outcome = asked(path, *args)
        say(outcome.out.hex())
        say(outcome.err.encode().hex())
        return outcome.code

    child = started(work)
    lines = list(child.lines())
    code = child.end()
    assert code != ESCAPED, f"an error escaped: {lines}"
    assert len(lines) == 2, (code, lines)
    return Told(code, bytes.fromhex(lines[0]).decode(), bytes.fromhex(lines[1]).decode())


def as_nobody() -> None:
    """Give up the rights of root, which no permission binds.

    Modules that are loaded when they are needed are loaded before: the folder of the clone may be closed to others.
    """
    import engagement_ledger

    rooms = tuple(f"engagement_ledger.{room}" for room in ROOMS)
    for one in pkgutil.walk_packages(engagement_ledger.__path__, "engagement_ledger."):
        if one.name.startswith(rooms):
            importlib.import_module(one.name)
    importlib.import_module("engagement_ledger.cli.index").commands()
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def no_file_beyond(size: int) -> Callable[[], None]:
    """No file grows beyond this size: the write that would make it does fails."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit
