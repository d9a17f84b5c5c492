"""How is a figure taken? Programs are started one at a time; wall time, peak memory and answers are kept.

A child's peak is what the kernel counted for the largest single process of it (`wait4`); where several work at
once, a thread adds up the resident memory of all of them every 20 ms. As a child begins with the peak of whoever
started it, small ones are run once more under `time`, which is smaller. Nothing here imports what is measured.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

UNSET = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
"""What users do not have set: .pyc files are written before anything is measured, and stdout is buffered."""


def environment(**more: str) -> dict[str, str]:
    """The environment of everything that is measured."""
    kept = {k: v for k, v in os.environ.items() if k not in UNSET and not k.startswith(("ENGAGE", "_ENGAGE"))}
    return {**kept, "ENGAGE_AS": "bench", "BEANCOUNT_DISABLE_LOAD_CACHE": "1", **more}


@dataclass(slots=True)
class Run:
    """One run of a program."""

    seconds: float
    peak: int
    """bytes: the largest process"""
    together: int
    """bytes: all processes at once, where that was watched"""
    out: bytes
    err: bytes
    code: int


def run(
    command: Sequence[str],
    *,
    codes: tuple[int, ...] = (0,),
    out: Path | None = None,
    watch: bool = False,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
) -> Run:
    """Start a program, wait, and say what it took; raises where it ends with another code than `codes`."""
    if _under:
        command = [*_under, *command]
    with (out or Path(os.devnull)).open("wb") as sink:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=sink if out else subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env or environment(),
        )
        kept: dict[str, bytes] = {"out": b"", "err": b""}
        readers = [
            threading.Thread(target=_drain, args=(pipe, kept, name))
            for name, pipe in (("out", process.stdout), ("err", process.stderr))
            if pipe
        ]
        for reader in readers:
            reader.start()
        together = [0]
        if watch:
            watcher = threading.Thread(target=_watch, args=(process.pid, together), daemon=True)
            watcher.start()
        if stdin and process.stdin:
            process.stdin.write(stdin)
            process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        for reader in readers:
            reader.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    done = Run(seconds, usage.ru_maxrss * 1024, together[0], kept["out"], kept["err"], process.returncode)
    if done.code not in codes:
        raise RuntimeError(
            f"{' '.join(command)[:200]} ended with {done.code}: {done.err[-800:].decode(errors='replace')}"
        )
    return done


_under: list[str] = []


def smaller(peak: int, once: Callable[[], Run]) -> int:
    """The peak of a child that is smaller than this process, by running it under `time`, where that is installed."""
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    program = shutil.which("time")
    if program is None or peak > 1.1 * floor:
        return peak
    with tempfile.NamedTemporaryFile() as told:
        _under[:] = [program, "--quiet", "--format", "%M", "--output", told.name]
        try:
            once()
        finally:
            _under.clear()
        return int(told.read().split()[-1]) * 1024


def _drain(pipe, kept: dict[str, bytes], name: str) -> None:
    kept[name] = pipe.read()
    pipe.close()


def _watch(pid: int, together: list[int]) -> None:
    """Add up the resident memory of a process and all below it until it ends."""
    page = os.sysconf("SC_PAGE_SIZE")
    while Path(f"/proc/{pid}/statm").exists():
        total, waiting = 0, [pid]
        while waiting:
            one = waiting.pop()
            try:
                total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * page
                waiting += [int(c) for c in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
            except (OSError, IndexError):
                continue
        if total == 0:
            return
        together[0] = max(together[0], total)
        time.sleep(0.02)


@dataclass(slots=True)
class Figure:
    """Several values of one measurement."""

    question: str
    size: int
    who: str
    values: list[float] = field(default_factory=list)
    peak: int = 0
    together: int = 0
    note: str = ""

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    @property
    def lowest(self) -> float:
        """The least."""
        return min(self.values)

    @property
    def highest(self) -> float:
        """The greatest."""
        return max(self.values)


def repeated(figure: Figure, once: Callable[[], Run | float], runs: int, limit: float, warm: bool = True) -> Figure:
    """Fill a figure: `runs` values, fewer where they would take longer than `limit` seconds, never less than one.

    Short ones are run once before, uncounted, so that files are in the cache and byte code is written.
    """
    if warm:
        once()
    started = time.perf_counter()
    while len(figure.values) < runs and (not figure.values or _room(started, len(figure.values), limit)):
        done = once()
        if isinstance(done, Run):
            figure.values.append(done.seconds)
            figure.peak, figure.together = max(figure.peak, done.peak), max(figure.together, done.together)
        else:
            figure.values.append(done)
    if figure.peak:
        figure.peak = smaller(figure.peak, once)
    return figure


def _room(started: float, done: int, limit: float) -> bool:
    spent = time.perf_counter() - started
    return spent + spent / done <= limit
