"""How is the help of a command laid out? Examples come first, options in the order in which they are used.

Both clocks, its own options, what is supposed, who records and how, where the answer goes; then the filters of a list
under a heading of their own; and last the options of `engage` itself, which every command takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import click

EVERYWHERE: Final = ("its_ledger", "its_color", "its_quiet", "its_no_pager")
"""Names of the options of `engage` itself, as every command takes them."""
_CLOCKS: Final = ("--as-of", "--known-at")
_FILTERS: Final = (
    "--status", "--flag", "--party", "--with-groups", "--role", "--theme", "--kind", "--title", "--tag",
    "--recorded-by", "--recorded", "--type",
)  # fmt: skip
FILTERS: Final = "Filters (all that are given must match)"
"""The heading of what says which streams a list is of."""
_AFTER_THEM: Final = (
    "--assuming", "--according-to", "--as", "--edit", "--dry-run", "--expect-version",
    "--format", "--json", "--output", "--proof",
)  # fmt: skip
"""Options that come after a command's own, in this order; its filters come after them."""
_OF_A_LIST: Final = "--recorded"
"""Which commands that have it take the filters too; in others, those words name something else."""


def in_order_of_use(params: Sequence[click.Parameter]) -> list[click.Parameter]:
    """Parameters as help lists them: arguments as they stand, options as they are used."""
    after = [*_AFTER_THEM, *(_FILTERS if _is_of_a_list(params) else ())]

    def place(param: click.Parameter) -> tuple[int, int]:
        if not isinstance(param, click.Option):
            return 0, 0
        if param.name in EVERYWHERE:
            return 4, 0
        for rank, order in ((1, _CLOCKS), (3, after)):
            found = next((order.index(one) for one in param.opts if one in order), None)
            if found is not None:
                return rank, found
        return 2, 0

    return sorted(params, key=place)


def _is_of_a_list(params: Sequence[click.Parameter]) -> bool:
    return any(_OF_A_LIST in one.opts for one in params)


def lay_out(command: click.Command) -> None:
    """Have a command's help begin with its examples, and end with what every command takes."""
    command.params = in_order_of_use(command.params)
    prose = command.format_help_text

    def format_help_text(ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_examples(ctx, formatter)
        prose(ctx, formatter)

    command.format_help_text = format_help_text  # type: ignore[method-assign]  # of this one command
    if isinstance(command, click.Group):
        command.format_commands = _commands_of(command)  # type: ignore[method-assign]  # of this one group
    else:
        command.format_options = _options_of(command)  # type: ignore[method-assign]  # of this one command


def _commands_of(group: click.Group) -> Any:
    def format_commands(ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = [(name, group.get_command(ctx, name)) for name in group.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(one)) for name, one in found if one is not None])

    return format_commands


def _summary(command: click.Command) -> str:
    """What a command does, whole: click would cut it to what fits in a line."""
    first, _, _ = (command.help or "").partition("\n\n")
    return command.short_help or " ".join(first.split())


def _options_of(command: click.Command) -> Any:
    def format_options(ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {"Options": [], FILTERS: [], "Options of every command": []}
        filters = _FILTERS if _is_of_a_list(command.params) else ()
        for param in command.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is not None:
                everywhere = param.name in (*EVERYWHERE, "help")
                narrows = any(one in filters for one in param.opts)
                title = "Options of every command" if everywhere else FILTERS if narrows else "Options"
                sections[title].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    return format_options


def write_examples(ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the examples of the command that help is asked of."""
    from .examples import examples_of

    found = examples_of(ctx.command_path.partition(" ")[2])
    if not found:
        return
    inner = "  " if any(meaning for meaning, _ in found) else ""
    with formatter.section("Examples"):
        margin = " " * formatter.current_indent
        for meaning, line in found:
            formatter.write(f"{margin}{meaning}\n" if meaning else "")
            for part in broken(line, formatter.width - len(margin + inner)):
                formatter.write(f"{margin}{inner}{part}\n")


def broken(line: str, width: int) -> Iterator[str]:
    """A line as a shell takes it in lines of that width: broken before options, with a backslash."""
    room = width - 2
    words = line.replace(" --", "\n--").split("\n")
    current = words[0]
    for word in words[1:]:
        if len(current) + 1 + len(word) > room:
            yield f"{current} \\"
            current = f"    {word}"
        else:
            current = f"{current} {word}"
    yield current
