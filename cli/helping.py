"""`engage help [COMMAND]`: the help of a command, as its --help prints it, in a pager where it is long."""

from __future__ import annotations

import click

from .common import output
from .printing import echo


@click.command("help", short_help="Show what a command does and takes.")
@click.argument("words", nargs=-1, metavar="[COMMAND]…")
@click.pass_context
def help_(context: click.Context, words: tuple[str, ...]) -> None:
    """Show the help of COMMAND, as COMMAND --help does: engage help dialogue hold"""
    at = context.find_root()
    command = at.command
    for word in words:
        if not isinstance(command, click.Group):
            raise click.UsageError(f"{at.command_path} has no commands of its own", at)
        _, found, _ = command.resolve_command(at, [word])  # says what may have been meant
        if found is None:
            raise click.UsageError(f"there is no command {word!r}", at)
        at, command = click.Context(found, info_name=word, parent=at), found
    with output(None) as out:
        echo(command.get_help(at), out)
