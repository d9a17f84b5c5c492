"""Which options may stand anywhere, before the command or after it? Ledger, colours, pager, and how much is said."""

from __future__ import annotations

from typing import Any, Final

import click
from click.core import ParameterSource

from .defaults import COLOURS
from .help_pages import lay_out
from .paging import choose_pager
from .printing import choose_colours
from .quiet import choose_quiet


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


LEDGER: Final = "The ledger's file (or ENGAGE_LEDGER, or engage.toml)."
COLOR: Final = "Colours in output."
NO_PAGER: Final = "Show long answers without a pager (PAGER, or less)."
QUIET: Final = "Say nothing but answers, warnings and errors."
_TAKES_THEM = "the options of engage"
_WITHOUT_SETTINGS: Final = ("completion", "doctor", "help")
"""Commands that do their work whatever the settings are, the doctor so as to say what is wrong with them."""


def _options() -> list[click.Option]:
    unsaid: dict[str, Any] = {"expose_value": False}
    return [
        click.Option(["--ledger", "its_ledger"], metavar="FILE", callback=_ledger, help=LEDGER, **unsaid),
        click.Option(["--color", "its_color"], type=click.Choice(COLOURS), callback=_color, help=COLOR, **unsaid),
        click.Option(["-q", "--quiet", "its_quiet"], is_flag=True, callback=_quiet, help=QUIET, **unsaid),
        click.Option(["--no-pager", "its_no_pager"], is_flag=True, callback=_no_pager, help=NO_PAGER, **unsaid),
    ]


def _ledger(ctx: click.Context, _: Any, value: str | None) -> None:
    if value is not None:
        if not value:
            raise click.UsageError("--ledger names no file")
        root = ctx.find_root()
        root.params["ledger"] = value
        root.set_parameter_source("ledger", ParameterSource.COMMANDLINE)


def _color(ctx: click.Context, _: Any, value: str | None) -> None:
    """Of the option; else, where the command is about to run, of the settings."""
    if value is not None:
        choose_colours(value)
    elif not ctx.resilient_parsing and ctx.command.name not in _WITHOUT_SETTINGS and _is_unsaid(ctx, "color"):
        from .settings import setting

        choose_colours(setting("color", COLOURS[0]).value)


def _is_unsaid(ctx: click.Context, option: str) -> bool:
    return ctx.find_root().get_parameter_source(option) is ParameterSource.DEFAULT


def _no_pager(_: Any, __: Any, value: bool) -> None:
    if value:
        choose_pager(False)


def _quiet(_: Any, __: Any, value: bool) -> None:
    if value:
        choose_quiet(True)
