"""What completes a value of an argument or an option? Its metavar says what the value is, here and in the help.

A shell asks at each press of a key: the ledger is read where it alone can tell, and where it cannot be read, nothing is
offered and nothing said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

import click
from click.shell_completion import CompletionItem

from ..domain.refusal import Refusal
from ..domain.streams import CHECKPOINT_NAME, KINDS
from ..ledger import completing as ledger
from ..ledger.completing import Candidate
from .common import path
from .index import words
from .layout import shortened
from .printing import visible

if TYPE_CHECKING:
    from ..ledger.reading import Snapshot

_WIDTH: Final = 60
"""Columns that a meaning takes beside its candidate."""


class _Begun:
    """A value that is being typed."""

    def __init__(self, ctx: click.Context, param: click.Parameter, text: str) -> None:
        self.ctx = ctx
        self.param = param
        self.text = text

    @property
    def noun(self) -> str | None:
        """The kind of aggregate of which a fact is recorded."""
        name = self.ctx.parent.info_name if self.ctx.parent else None
        return name if name in KINDS else None

    @property
    def is_field(self) -> bool:
        """Whether it is a field of a fact that is recorded, and not the stream that it is recorded in."""
        return self.noun is not None and isinstance(self.param, click.Option)

    @property
    def is_recorded(self) -> bool:
        """Whether the command records, and so takes what the ledger does not have yet."""
        return any("--as" in one.opts for one in self.ctx.command.params)

    def argument(self, name: str) -> str | None:
        """What was given before as the first argument; click has not yet named it where an option waits for a value."""
        rest = [one for one in self.ctx.args if not one.startswith("-")]
        return self.ctx.params.get(name) or next(iter(rest), None)

    @contextmanager
    def reader(self) -> Iterator[Snapshot]:
        """The ledger that the line names; raises a Refusal where none can be read, or it is held."""
        from ..ledger.reading import snapshot

        with self.ctx.scope(cleanup=False), snapshot(path(), waits=False) as found:
            yield found


Complete = Callable[[_Begun], list[Candidate]]


def _read(question: Callable[[Snapshot, str], list[Candidate]]) -> Complete:
    """What the ledger answers; nothing where it cannot be read."""

    def complete(begun: _Begun) -> list[Candidate]:
        try:
            with begun.reader() as reader:
                return question(reader, begun.text)
        except (Refusal, OSError, click.UsageError):  # of the ledger, or of what names it: a setting that is no good
            return []

    return complete


def _listed(found: Callable[[_Begun], Iterable[str]]) -> Complete:
    """Words of a list that is the same for every ledger."""
    return lambda begun: [Candidate(one) for one in found(begun) if one.startswith(begun.text)]


def _streams(begun: _Begun) -> list[Candidate]:
    if begun.is_field:
        return _references(begun)
    return _read(lambda reader, text: ledger.streams(reader, text, begun.noun))(begun)


def _parts(begun: _Begun) -> list[Candidate]:
    if begun.is_field:
        return _references(begun)
    return _read(lambda reader, text: ledger.streams(reader, text, parts=True))(begun)


def _references(begun: _Begun) -> list[Candidate]:
    """What a field of a fact refers to: with its kind, as it is recorded."""
    found = _read(lambda reader, text: ledger.streams(reader, text, parts=True))(begun)
    return [one for one in found if one.text.partition(":")[0] in KINDS]


def _parties(begun: _Begun) -> list[Candidate]:
    if not begun.is_recorded:
        return _read(ledger.parties)(begun)
    return _read(ledger.codes)(begun) or ledger.codes(None, begun.text)


def _themes(begun: _Begun) -> list[Candidate]:
    return _read(ledger.themes)(begun) or ledger.themes(None, begun.text)


def _kinds(begun: _Begun) -> list[Candidate]:
    return _read(ledger.kinds)(begun) or ledger.kinds(None, begun.text)


def _meetings(begun: _Begun) -> list[Candidate]:
    dialogue = begun.argument("stream")
    return _read(lambda reader, text: ledger.meetings(reader, text, dialogue))(begun) if dialogue else []


def _moments(begun: _Begun) -> list[Candidate]:
    if begun.text and not CHECKPOINT_NAME.fullmatch(begun.text.rstrip("._-")):
        return []  # a position or an instant: there is nothing to look up
    return _read(ledger.checkpoints)(begun)


def _fields(begun: _Begun) -> list[Candidate]:
    """The fields that `blame` takes, of the kind of the stream that is named before."""
    stream = begun.argument("what")
    if not stream:
        return []

    def asked(reader: Snapshot, text: str) -> list[Candidate]:
        found = ledger.stream_meant(reader, stream.partition("/")[0])
        names = words()["fields"][found.partition(":")[0]] if found else ()
        return [Candidate(one) for one in names if one.startswith(text)]

    return _read(asked)(begun)


def _citations(begun: _Begun) -> list[Candidate]:
    found = _read(ledger.documents)(begun)
    return [one._replace(goes_on=True) for one in found if one.text.startswith("sha256:")]


def _commands(begun: _Begun) -> list[Candidate]:
    """What `help` takes: a command, and a command of that one."""
    ctx = begun.ctx.find_root()
    for word in begun.ctx.params.get("words") or ():
        found = ctx.command.get_command(ctx, word) if isinstance(ctx.command, click.Group) else None
        if found is None:
            return []
        ctx = click.Context(found, info_name=word, parent=ctx, resilient_parsing=True)
    offered = ctx.command.shell_complete(ctx, begun.text) if isinstance(ctx.command, click.Group) else []
    return [Candidate(one.value, one.help or "") for one in offered if not one.value.startswith("-")]


_TAKES: Final[dict[str, Complete]] = {
    "STREAM": _streams,
    "STREAM/PART": _parts,
    "PARTY": _parties,
    "THEME": _themes,
    "MEETING": _meetings,
    "ROLE": _read(ledger.roles),
    "KIND": _kinds,
    "TAG": _read(ledger.tags),
    "WHO": _read(ledger.recorders),
    "TYPE": _read(ledger.types),
    "MOMENT": _moments,
    "CHECKPOINT": _moments,
    "DOCUMENT": _read(ledger.documents),
    "CITATION": _citations,
    "FIELD": _fields,
    "COMMAND": _commands,
    "STATUS": _listed(lambda _: words()["statuses"]),
    "FLAG": _listed(lambda _: words()["flags"]),
    "TYPE/VERSION": _listed(lambda _: words()["types"]),
}
"""What a metavar says a value is → what completes it."""
_FILES: Final = ("FILE", "FOLDER", "NEW")
"""Metavars of values that the shell itself completes."""


_COMPLETED: Final[WeakSet[click.Command]] = WeakSet()
"""Those that were asked for before, by the same process."""


def completed(command: click.Command) -> click.Command:
    """A command, or a group of commands, whose values are completed."""
    if command in _COMPLETED:
        return command
    _COMPLETED.add(command)
    if isinstance(command, click.Group):
        found = command.get_command

        def get_command(ctx: click.Context, name: str) -> click.Command | None:
            made = found(ctx, name)
            return None if made is None else completed(made)

        command.get_command = get_command  # type: ignore[assignment, method-assign]  # of this one group
    for one in command.params:
        if metavars := _metavars(one):
            one.shell_complete = _completer(one, metavars)  # type: ignore[assignment, method-assign]  # of this one parameter
    return command


def _metavars(param: click.Parameter) -> list[str]:
    """What the values of a parameter are: 'PARTY [PARTY]|STREAM[/PART]' is PARTY, and STREAM/PART.

    What stands in small letters is a word of the command itself.
    """
    named = param.metavar or (param.name or "").upper()
    found = re.split(r"[| ]", re.sub(r"[][…]", "", named))
    return [one for one in dict.fromkeys(found) if one in _TAKES or one in _FILES or one.islower()]


def _completer(param: click.Parameter, metavars: list[str]) -> Callable[[click.Context, str], list[Any]]:
    given = param.shell_complete

    def shell_complete(ctx: click.Context, begun: str) -> list[Any]:
        if param.type.name == "choice":
            return given(ctx, begun)
        if set(metavars) & set(_FILES):
            return [CompletionItem(begun, type="file")]
        found: list[Candidate] = []
        for name in metavars:
            if name in _TAKES:
                found += _TAKES[name](_Begun(ctx, param, begun))
            elif name.startswith(begun) and (isinstance(param, click.Option) or not ctx.params.get(param.name or "")):
                found.append(Candidate(name))  # an argument that is a word of the command comes first
        return [_item(one) for one in found if _is_harmless(one.text, isinstance(param, click.Argument))]

    return shell_complete


def _is_harmless(text: str, is_argument: bool) -> bool:
    """Whether a text can stand on a command line: nothing is hidden in it, and it is not taken for an option."""
    return visible(text) == text and not (is_argument and text.startswith("-"))


def _item(one: Candidate) -> CompletionItem[str]:
    meaning = shortened(visible(" ".join(one.meaning.split())), _WIDTH)
    return CompletionItem(one.text, type="part" if one.goes_on else "plain", help=meaning or None)
