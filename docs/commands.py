"""The page of commands: every command with its options, as click declares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import click

from engagement_ledger.cli.examples import examples_of
from engagement_ledger.cli.help_pages import EVERYWHERE, broken
from engagement_ledger.cli.main import CARE, QUESTIONS, engage
from engagement_ledger.domain.streams import KINDS

PUT_RIGHT: Final = ("append", "correct", "retract", "call-off", "source")


def page() -> str:
    """Commands in the order of `engage --help`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "`engage [OPTIONS] COMMAND …`; every command answers `--help`. Data goes to stdout, messages to stderr;"
    yield "[exit codes](exit-codes.md) are the same everywhere."
    yield ""
    context = click.Context(engage, info_name="engage")
    yield from _options(engage.params, context)
    yield "A stream is named `kind:name` (`dialogue:nz-us-space`). In questions, and behind a kind's own command,"
    yield "the kind may be left out; a part is given after a slash (`dialogue:nz-us-space/meeting/2`). An entry is"
    yield "named by its position (`'#12'`) or its id."
    yield ""
    yield "- Record: " + ", ".join(_link(name) for name in KINDS)
    yield "- Record many, or put right: " + ", ".join(_link(name) for name in PUT_RIGHT)
    yield "- Ask: " + ", ".join(_link(name) for name in QUESTIONS)
    yield "- Maintain: " + ", ".join(_link(name) for name in CARE if name not in PUT_RIGHT)
    yield ""
    yield "## Record"
    yield ""
    yield from _shared(context)
    for name in KINDS:
        yield from _noun(name, context)
    for title, names in (
        ("Record many, or put right", PUT_RIGHT),
        ("Ask", tuple(QUESTIONS)),
        ("Maintain", tuple(name for name in CARE if name not in PUT_RIGHT)),
    ):
        yield f"## {title}"
        yield ""
        for name in names:
            command = engage.get_command(context, name)
            assert command is not None  # noqa: S101 - the name comes from the same table
            yield from _command(command, click.Context(command, info_name=name, parent=context), "###")


def _link(name: str) -> str:
    return f"[`{name}`](#engage-{name})"


def _shared(context: click.Context) -> Iterator[str]:
    """The options that every command of a fact has, said once."""
    yield "Each verb below records one fact of the aggregate that STREAM names. Its own options are listed with it;"
    yield "a field that holds several values is given several times. A nested value (a participant, a citation) is"
    yield "written `'first; second; …'` in the order of its fields, or `field=value` between the semicolons, or as"
    yield "JSON; `\\;` is a semicolon within a value. Every verb takes these as well:"
    yield ""
    commands = [command for _, command in _verbs(next(iter(KINDS)), context)]
    names = set.intersection(*({one.name for one in command.params} for command in commands))
    shared = [one for one in commands[0].params if one.name in names and isinstance(one, click.Option)]
    yield from _options(shared, context)


def _verbs(noun: str, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    group = engage.get_command(context, noun)
    assert isinstance(group, click.Group)  # noqa: S101 - nouns are groups of verbs
    for verb in group.list_commands(context):
        command = group.get_command(context, verb)
        if command is not None:
            yield verb, command


def _noun(noun: str, context: click.Context) -> Iterator[str]:
    yield f"### engage {noun}"
    yield ""
    yield KINDS[noun]
    yield ""
    verbs = list(_verbs(noun, context))
    every = set.intersection(*({one.name for one in command.params} for _, command in verbs))
    for verb, command in verbs:
        yield f"#### engage {noun} {verb}"
        yield ""
        yield _sentence(command.help)
        yield ""
        yield from _examples(click.Context(command, info_name=f"{noun} {verb}", parent=context))
        own = [one for one in command.params if one.name not in every]
        yield from _options(own, click.Context(command, info_name=verb, parent=context))


def _command(command: click.Command, context: click.Context, mark: str) -> Iterator[str]:
    yield f"{mark} {context.command_path}"
    yield ""
    yield f"`{' '.join([context.command_path, *command.collect_usage_pieces(context)])}`"
    yield ""
    yield _sentence(command.help)
    yield ""
    yield from _examples(context)
    yield from _options(command.params, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _command(inner, click.Context(inner, info_name=name, parent=context), mark + "#")


def _examples(context: click.Context) -> Iterator[str]:
    found = examples_of(context.command_path.partition(" ")[2])
    if found:
        yield "```sh"
        for meaning, line in found:
            yield from [f"# {meaning}"] if meaning else []
            yield from broken(line, _WIDTH)
        yield "```"
        yield ""


_WIDTH: Final = 100
"""Columns of an example."""


def _options(params: Iterable[click.Parameter], context: click.Context) -> Iterator[str]:
    own = [one for one in params if isinstance(one, click.Option) and one.name not in EVERYWHERE]
    rows = [_row(one, context) for one in own]
    if not rows:
        return
    yield "| option | meaning |"
    yield "| --- | --- |"
    yield from rows
    yield ""


def _row(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    metavar = "" if option.is_flag else f" `{_metavar(option, context)}`"
    default: Any = option.default
    shown = ""
    if isinstance(default, str | int) and not isinstance(default, bool) and not option.is_flag:
        shown = f" (default: `{default}`)"
    return f"| {names}{_cell(metavar)} | {_cell(option.help or '')}{shown} |"


def _metavar(option: click.Option, context: click.Context) -> str:
    return option.make_metavar(context)


def _sentence(text: str | None) -> str:
    return (text or "").replace("\n\n", "\n").strip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
