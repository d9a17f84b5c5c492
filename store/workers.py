"""How is work shared out among processes? Tasks go to whoever is free, and answers come in the order of the tasks.

A worker is a new Python, not a copy of this one, which may hold locks and does not know what its main module would do
when imported again. It reads the ledger in a snapshot of its own, no older than the caller's, and ends when its pipe
does. One that ends before its work is done is an error, never an answer.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any, Final, TypeVar

from ..domain.errors import WorkerEnded
from .adapters import snapshot
from .port import Place, Snapshot

T = TypeVar("T")
A = TypeVar("A")

MOST: Final = 4
"""Processes; each takes some 60 MB."""
_AHEAD: Final = 2
"""Tasks that a worker holds, so that it never waits for the next."""
_BEFORE: Final = 8
"""Tasks a worker may be ahead of the answer that is due, so that memory stays flat."""
_START: Final = f"import sys; end, *sys.path = sys.argv[1:]; from {__name__} import serve; serve(int(end))"


def processors() -> int:
    """How many processes are worth having."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MOST)


def shared(
    work: Callable[[Snapshot, T], A],
    place: Place,
    tasks: Iterable[T],
    processes: int,
) -> Generator[A, None, None]:
    """Yield what `work`, a function of a module, answers to each task, in order of the tasks.

    Raises what `work` raises, in its place; WorkerEnded.
    """
    yield from _shared(work, place, tasks, processes, None)


def shared_with_us(work: Callable[[None, T], A], tasks: Iterable[T], processes: int) -> Generator[A, None, None]:
    """The same of work that needs no ledger. Where its next answer is not there yet, this process works as well."""
    yield from _shared(work, None, tasks, processes, work)


def _shared(
    work: Callable[[Any, T], A],
    place: Place | None,
    tasks: Iterable[T],
    processes: int,
    ours: Callable[[None, T], A] | None,
) -> Iterator[A]:
    workers: list[_Worker] = []
    try:
        for _ in range(processes):
            workers.append(_Worker(work, place))  # noqa: PERF401 - those that were started are ended, whatever happens
        yield from _in_order(workers, enumerate(tasks), ours)
    finally:
        for worker in workers:
            worker.end()


def _in_order(
    workers: list[_Worker], tasks: Iterator[tuple[int, Any]], ours: Callable[[None, Any], Any] | None
) -> Iterator[Any]:
    answers: dict[int, tuple[Exception | None, Any]] = {}
    due = 0
    while True:
        error, answer = answers.get(due, (None, None))
        if error is not None:
            raise error
        for worker in workers:
            while worker.holds < _AHEAD and len(answers) < _BEFORE * len(workers):
                task = next(tasks, None)
                if task is None:
                    break
                worker.take(task)
        if due in answers:
            del answers[due]
            yield answer
            due += 1
            continue
        busy = {worker.connection: worker for worker in workers if worker.holds}
        if not busy:
            return
        finished = wait(list(busy), 0 if ours else None)
        if not finished and ours and len(answers) < _BEFORE and (task := next(tasks, None)) is not None:
            answers[task[0]] = _answered(ours, None, *task)[1:]
            continue
        for ready in finished or wait(list(busy)):
            number, error, answer = busy[ready].answer()  # type: ignore[index]  # `wait` returns what it was given
            answers[number] = (error, answer)


class _Worker:
    """A process that does tasks, one after another."""

    def __init__(self, work: Callable[[Any, Any], Any], place: Place | None) -> None:
        self.holds = 0
        self.connection, theirs = Pipe()
        end = theirs.fileno()
        # In a group of its own: a Ctrl-C is for us, who then end it.
        self._process = subprocess.Popen(  # noqa: S603 - this very Python, and a line of ours
            [sys.executable, "-P", "-c", _START, str(end), *sys.path],
            pass_fds=(end,),
            process_group=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        self._send((work, place))

    def take(self, task: tuple[int, Any]) -> None:
        """Hand it a task."""
        self._send(task)
        self.holds += 1

    def answer(self) -> tuple[int, Exception | None, Any]:
        """Its next answer: number of the task, what was raised, what was answered."""
        try:
            found: tuple[int, Exception | None, Any] = self.connection.recv()
        except (EOFError, OSError):
            raise WorkerEnded(self._process.wait()) from None
        self.holds -= 1
        return found

    def end(self) -> None:
        """End it, whatever it does: it only reads."""
        self.connection.close()
        self._process.kill()
        self._process.wait()

    def _send(self, what: Any) -> None:
        try:
            with _no_sigpipe():
                self.connection.send(what)
        except OSError:
            raise WorkerEnded(self._process.wait()) from None


@contextmanager
def _no_sigpipe() -> Iterator[None]:
    """Let writing to a process that has ended be an error: the command lets that signal end it, for `| head`."""
    pipe = {signal.SIGPIPE}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, pipe)
    try:
        yield
    finally:
        if signal.SIGPIPE not in before and signal.SIGPIPE in signal.sigpending():
            signal.sigwait(pipe)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(end: int) -> None:
    """Runs in the worker, until its pipe ends."""
    gc.freeze()
    gc.set_threshold(100_000)
    with Connection(end) as connection:
        try:
            work, place = connection.recv()
            reader = None if place is None else _opened(place)
            while True:
                number, task = connection.recv()
                connection.send(_answered(work, reader, number, task))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def _opened(place: Place) -> Snapshot | Exception:
    try:
        return snapshot(place)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer to every task
        return error


def _answered(
    work: Callable[[Any, Any], Any], reader: Snapshot | Exception | None, number: int, task: Any
) -> tuple[int, Exception | None, Any]:
    try:
        if isinstance(reader, Exception):
            raise reader
        return number, None, work(reader, task)
    except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
        return number, error, None
