"""What do the commands share? Their options, the ledger they open, and both clocks in every header."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar, cast

import click

from ..domain.streams import KINDS
from .paging import paged, settle
from .printing import FORMATS, plain_stdout, say, visible, warn

if TYPE_CHECKING:
    from ..ledger.application import Ledger
    from ..ledger.reading import Snapshot
    from ..projections.basis import Clocks

F = TypeVar("F", bound=Callable[..., Any])


def written(forms: Sequence[str], default: str, said: str) -> Callable[[F], F]:
    """--json, --format and -o, for an answer that is written in some forms; the command gets `form` and `output`.

    Where no form is said, the ending of the file's name says it: .csv, .md.
    """

    def decorated(command: F) -> F:
        @wraps(command)
        def asked(*, form: str | None, as_json: bool, **params: Any) -> Any:
            ending = Path(params["output"] or "").suffix.lower()[1:]
            named = form or (ending if ending in forms else default)
            return command(form="json" if as_json else named, **params)

        found: Any = asked
        for option in (
            click.option("-o", "--output", "output", metavar="FILE", help="Write to a file instead of stdout."),
            click.option("--json", "as_json", is_flag=True, help="Same as --format json."),
            click.option("--format", "form", type=click.Choice(forms), help=said),
        ):
            found = option(found)
        return cast(F, found)

    return decorated


formats: Final = written(FORMATS, "table", "How it is written. Default: table, or as FILE ends.")
"""Of rows."""


known_at: Final = click.option(
    "--known-at",
    metavar="MOMENT",
    help="What the ledger knew then: an instant, '#12', or a checkpoint's name. Default: everything.",
)
"""The record's clock."""


def clocks(command: F) -> F:
    """--as-of and --known-at: the world's clock and the record's."""
    return click.option(
        "--as-of", metavar="DAY", help="The day in the world asked about. Default: today (ENGAGE_TODAY)."
    )(known_at(command))


class Position(click.IntRange):
    """The position of an entry: 12 or '#12'."""

    name = "position"

    def __init__(self) -> None:
        super().__init__(min=1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        bare: Any = value.removeprefix("#") if isinstance(value, str) else value
        return super().convert(bare, param, ctx)


def within(days: int) -> Callable[[F], F]:
    """--within, so many days where it is left out: how far ahead to look."""
    return click.option(
        "--within",
        type=click.IntRange(0, 36_500),
        default=days,
        show_default=True,
        metavar="DAYS",
        help="How far ahead to look.",
    )


def trusting(command: F) -> F:
    """--key and --policy: whose signatures count."""
    command = click.option(
        "--policy", metavar="FILE", help="Whose signatures count, by a C2SP tlog-policy: witnesses too."
    )(command)
    return click.option(
        "--key", "keys", metavar="VKEY", multiple=True, help="Whose signature counts. Default: your own key's."
    )(command)


def who(command: F) -> F:
    """--as: who records."""
    return click.option(
        "--as",
        "recorded_by",
        metavar="WHO",
        envvar="ENGAGE_AS",
        help="Who records it (or ENGAGE_AS, or engage.toml). Default: your login.",
    )(command)


def path() -> Path:
    """The ledger's file."""
    from .settings import ledger_setting

    return Path(ledger_setting().value)


@contextmanager
def reading() -> Iterator[Snapshot]:
    """A snapshot of the ledger."""
    from ..ledger.reading import snapshot

    with snapshot(path()) as found:
        yield found


@contextmanager
def writing() -> Iterator[Ledger]:
    """The ledger, to append to."""
    from ..ledger.application import Ledger

    with Ledger(path()) as ledger:
        yield ledger


def spare_the_ledger(to: str | None) -> None:
    """Refuse to write an answer over the ledger, another ledger, or what SQLite keeps beside one."""
    from ..ledger.key_files import is_of_a_key
    from ..ledger.reading import is_any_kept_in, is_kept_in

    if to is None or to == "-":
        return
    if not to:
        raise click.UsageError("-o names no file")
    if is_kept_in(path(), to):
        raise click.UsageError(f"{to} is the ledger itself, or a part of it: an answer is never written over it")
    if is_any_kept_in(to):
        raise click.UsageError(f"{to} is a ledger, or a part of one: an answer is never written over it")
    if is_of_a_key(to):
        raise click.UsageError(f"{to} is a key, or what one signed: an answer is never written over it")


def spare_what_is_there(to: str) -> None:
    """Refuse to replace what the command reads, what has other names, and what this user may not write to."""
    if not os.path.lexists(to) or not Path(to).is_file():
        return
    if _is_read(to):
        raise click.UsageError(f"{to} is what this command reads: write the answer to another file")
    if Path(to).stat().st_nlink > 1:
        raise click.UsageError(
            f"{to} has several names (hard links), of which one would be replaced: name another file"
        )
    if not os.access(to, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), to)


def _is_open_as(descriptor: int, file: str) -> bool:
    """Whether a file is what one of the standard streams is connected to."""
    with suppress(OSError, ValueError):
        return os.path.samestat(os.fstat(descriptor), os.stat(file))  # noqa: PTH116 - beside fstat, which has no other
    return False


def _is_read(file: str) -> bool:
    """Whether a file is one that the command was given to read, or its standard input."""
    context = click.get_current_context()
    given = [context.params.get(one.name or "") for one in context.command.params if isinstance(one.type, click.Path)]
    if _is_open_as(0, file):
        return True
    return any(isinstance(one, str) and Path(one).exists() and Path(one).samefile(file) for one in given)


def apart_from_the_ledger(file: str) -> None:
    """Refuse to read the ledger as if it were a file of facts or a source."""
    from ..ledger.reading import is_kept_in

    if is_kept_in(path(), file):
        raise click.UsageError(f"{file} is the ledger itself; its entries are read by engage log, or engage export")


@contextmanager
def binary_output(to: str | None) -> Iterator[IO[bytes]]:
    """Where bytes go. A file is put in place when the answer is whole, and left alone where there is none."""
    from ..exchange.files import replaced

    spare_the_ledger(to)
    if to is None or to == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    for descriptor in (1, 2):
        if _is_open_as(descriptor, to):  # by another name, such as /dev/stdout: written to, and not replaced
            with open(os.dup(descriptor), "wb") as file:  # noqa: PTH123 - a descriptor is opened, not a path
                yield file
            return
    spare_what_is_there(to)
    if os.path.lexists(to) and not Path(to).is_file() and Path(to).exists():  # a pipe or a device, as it is
        with Path(to).open("wb") as file:
            yield file
    else:
        with replaced(to) as file:
            yield file


@contextmanager
def output(to: str | None) -> Iterator[IO[str]]:
    """The same for text. On a terminal a long answer goes to a pager."""
    if to is None or to == "-":
        stream = paged(plain_stdout())
        try:
            yield stream
        finally:
            settle()
        stream.flush()
        return
    with binary_output(to) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        yield text
        text.flush()
        text.detach()


def clock_line(at: Clocks) -> str:
    """Both clocks, for people."""
    from ..domain.dates import iso

    told = f" ({at.known.known[:16].replace('T', ' ')} UTC)" if at.known.known else ""
    unknown = f" · types not known here: {', '.join(at.unknown_types)}" if at.unknown_types else ""
    beyond = " · forecast: that day had not come yet when this was known" if at.projection else ""
    return f"as of {iso(at.day)} · as known at #{at.known.position}{told}{beyond}{unknown}"


def left_out(types: Iterable[str]) -> list[str]:
    """Say that facts of a newer version are left out of an answer, where they are; returns their types."""
    from ..ledger.unknown_types import in_words

    named = list(types)
    if named:
        warn(f"{click.style('warning', fg='yellow', bold=True)}: {visible(in_words(named))}")
    return named


def stream_named(text: str, kind: str | None = None) -> str:
    """A stream as a person names it; its kind may be left out where the command says it."""
    named = text.partition(":")[0] if ":" in text else None
    if kind is None or named == kind:
        return text
    if named in KINDS:
        raise click.UsageError(f"{text} is a {named}, not a {kind}")
    return f"{kind}:{text}"


def say_if_older(reader: Snapshot) -> None:
    """Say what is not looked at in a ledger that an earlier version laid out."""
    if reader.is_older:
        say(
            "laid out by an earlier version: its flags, and what the next step is judged by, are not compared; "
            "run engage upgrade"
        )
