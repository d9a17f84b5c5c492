"""Which options may stand anywhere, before the command or after it? The ledger, colours, and how much is said."""

from __future__ import annotations

from typing import Any, Final

import click

from .layout import lay_out
from .printing import choose_colours, choose_quiet


def everywhere(command: click.Command) -> click.Command:
    """A command, or a group of commands, that takes the options of `engage` itself as well."""
    if command.context_settings.get("obj") == _TAKES_THEM:
        return command  # a group of this module was asked for before
    command.context_settings = {**command.context_settings, "obj": _TAKES_THEM}
    if isinstance(command, click.Group):
        found = command.get_command

        def get_command(ctx: click.Context, name: str) -> click.Command | None:
            made = found(ctx, name)
            return None if made is None else everywhere(made)

        command.get_command = get_command  # type: ignore[assignment, method-assign]  # of this one group
    else:
        command.params += _options()
    lay_out(command)
    return command


LEDGER: Final = "The ledger's file (or ENGAGE_LEDGER)."
COLOURS: Final = ("auto", "always", "never")
COLOR: Final = "Colours in output."
QUIET: Final = "Say nothing but answers, warnings and errors."
_TAKES_THEM = "the options of engage"


def _options() -> list[click.Option]:
    unsaid: dict[str, Any] = {"expose_value": False}
    return [
        click.Option(["--ledger", "its_ledger"], metavar="FILE", callback=_ledger, help=LEDGER, **unsaid),
        click.Option(["--color", "its_color"], type=click.Choice(COLOURS), callback=_color, help=COLOR, **unsaid),
        click.Option(["-q", "--quiet", "its_quiet"], is_flag=True, callback=_quiet, help=QUIET, **unsaid),
    ]


def _ledger(ctx: click.Context, _: Any, value: str | None) -> None:
    if value is not None:
        if not value:
            raise click.UsageError("--ledger names no file")
        ctx.find_root().params["ledger"] = value


def _color(_: Any, __: Any, value: str | None) -> None:
    if value is not None:
        choose_colours(value)


def _quiet(_: Any, __: Any, value: bool) -> None:
    if value:
        choose_quiet(True)
