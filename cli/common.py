"""What do the commands share? Their options, the ledger they open, and both clocks in every header."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click

from .printing import FORMATS, plain_stdout

if TYPE_CHECKING:
    from ..ledger.application import Ledger
    from ..store.sqlite.snapshot import KnownAt, Reader

KINDS: Final = ("relationship", "dialogue", "commitment", "instrument", "party")
F = TypeVar("F", bound=Callable[..., Any])


def formats(command: F) -> F:
    """--json, --format and -o."""
    command = click.option("-o", "output", metavar="FILE", help="Write to a file instead of stdout.")(command)
    command = click.option("--json", "as_json", is_flag=True, help="Same as --format json.")(command)
    return click.option(
        "--format", "form", type=click.Choice(FORMATS), default="table", help="How the answer is written."
    )(command)


def clocks(command: F) -> F:
    """--as-of and --known-at: the world's clock and the record's."""
    command = click.option(
        "--known-at",
        metavar="INSTANT|#POS",
        help="What the ledger knew then: an instant, or '#12'. Default: everything.",
    )(command)
    return click.option(
        "--as-of", metavar="DAY", help="The day in the world asked about. Default: today (ENGAGE_TODAY)."
    )(command)


def who(command: F) -> F:
    """--as: who records."""
    return click.option(
        "--as",
        "recorded_by",
        metavar="WHO",
        envvar="ENGAGE_AS",
        help="Who records it (or ENGAGE_AS). Default: your login.",
    )(command)


def today() -> int:
    """The day that questions are about when none is named; ENGAGE_TODAY reproduces an old report."""
    from ..domain.dates import day

    named = os.environ.get("ENGAGE_TODAY")
    return day(named) if named else date.today().toordinal()  # noqa: DTZ011 - the user's own day


def as_of_day(text: str | None) -> int:
    """The day asked about."""
    from ..domain.dates import day

    return today() if text is None or text == "today" else day(text)


def login() -> str:
    """The name under which somebody records who gave none."""
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):
        return "unknown"


def path() -> Path:
    """The ledger's file."""
    context = click.get_current_context().find_root()
    return Path(context.params["ledger"])


@contextmanager
def reading() -> Iterator[Reader]:
    """A snapshot of the ledger."""
    from ..store.sqlite.snapshot import Reader

    with Reader(path()) as reader:
        yield reader


@contextmanager
def writing() -> Iterator[Ledger]:
    """The ledger, to append to."""
    from ..ledger.application import Ledger

    with Ledger(path()) as ledger:
        yield ledger


def spare_the_ledger(to: str | None) -> None:
    """Refuse to write an answer over the ledger, another ledger, or what SQLite keeps beside one."""
    from ..store.sqlite.opening import is_file_of, is_part_of_a_ledger

    if to is None or to == "-":
        return
    if not to:
        raise click.UsageError("-o names no file")
    if is_file_of(path(), to):
        raise click.UsageError(f"{to} is the ledger itself, or a part of it: an answer is never written over it")
    if is_part_of_a_ledger(Path(to)):
        raise click.UsageError(f"{to} is a ledger, or a part of one: an answer is never written over it")


def apart_from_the_ledger(file: str) -> None:
    """Refuse to read the ledger as if it were a file of facts or a source."""
    from ..store.sqlite.opening import is_file_of

    if is_file_of(path(), file):
        raise click.UsageError(f"{file} is the ledger itself; its entries are read by engage log, or engage export")


@contextmanager
def binary_output(to: str | None) -> Iterator[IO[bytes]]:
    """Where bytes go. A file is put in place when the answer is whole, and left alone where there is none."""
    from ..store.new_file import replaced

    spare_the_ledger(to)
    if to is None or to == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif os.path.lexists(to) and not Path(to).is_file() and Path(to).exists():  # a pipe or a device, as it is
        with Path(to).open("wb") as file:
            yield file
    else:
        with replaced(to) as file:
            yield file


@contextmanager
def output(to: str | None) -> Iterator[IO[str]]:
    """The same for text."""
    if to is None or to == "-":
        stream = plain_stdout()
        yield stream
        stream.flush()
        return
    with binary_output(to) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        yield text
        text.flush()
        text.detach()


def chosen(form: str, as_json: bool) -> str:
    """The form of the answer."""
    return "json" if as_json else form


class Clocks(NamedTuple):
    """Both clocks, resolved, with the tree that the answer rests on."""

    day: int
    known: KnownAt
    size: int
    root: Callable[[], str]
    """the tree's root: read only where it is told, as most that people read does without"""
    projection: bool
    coverage: list[dict[str, Any]]

    def header(self) -> dict[str, Any]:
        """What stands before the rows of every JSON answer."""
        from ..domain.dates import iso

        return {
            "as_of": iso(self.day),
            "known_at": {"position": self.known.position, "known": self.known.known},
            "size": self.size,
            "root": self.root(),
            "projection": self.projection,
            "coverage": self.coverage,
        }

    def line(self) -> str:
        """The same for people."""
        from ..domain.dates import iso

        told = f" ({self.known.known[:16].replace('T', ' ')} UTC)" if self.known.known else ""
        beyond = " · projection: that day lies after what was known" if self.projection else ""
        return f"as of {iso(self.day)} · as known at #{self.known.position}{told}{beyond}"


def resolve(reader: Reader, as_of: str | None, known_at: str | None) -> Clocks:
    """Resolve both clocks against a snapshot."""
    from ..projections.status import coverage_on

    day = as_of_day(as_of)
    known = reader.known_at(known_at)
    if known_at is None:
        known_day = today()
    else:
        text = known.instant or known.known
        known_day = date.fromisoformat(text[:10]).toordinal() if text else 0
    coverage = coverage_on(day, reader.coverage(known))
    root = partial(reader.root, known.position)
    return Clocks(day, known, known.position, root, day > known_day, coverage)


def stream_named(text: str, kind: str | None = None) -> str:
    """A stream as a person names it; its kind may be left out where the command says it."""
    named = text.partition(":")[0] if ":" in text else None
    if kind is None or named == kind:
        return text
    if named in KINDS:
        raise click.UsageError(f"{text} is a {named}, not a {kind}")
    return f"{kind}:{text}"
