"""Facts as commands: `engage commitment fulfil …`, made from the index of the declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from .common import who
from .envelope import ENVELOPE, MANY
from .index import commands

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Noun(click.Group):
    """The verbs of one kind of aggregate."""

    def __init__(self, kind: str, summary: str) -> None:
        super().__init__(kind, help=f"{summary}\n\nEach verb records one fact. Try any of them with --dry-run first.")
        self.kind = kind

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(commands()[self.kind])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        declared = commands()[self.kind].get(cmd_name)
        return None if declared is None else fact_command(self.kind, cmd_name, declared)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        from click.shell_completion import CompletionItem

        verbs = commands()[self.kind].items()
        return [
            *(CompletionItem(verb, help=one["help"]) for verb, one in verbs if verb.startswith(incomplete)),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from ..domain.near_names import meant, near

            hint = meant(near(args[0], self.list_commands(ctx)), f"see the verbs: engage {self.kind} --help")
            raise click.UsageError(f"{self.kind} has no verb {args[0]!r}; {hint}", ctx) from error


def noun(kind: str, summary: str) -> click.Command:
    """The group of one kind's verbs."""
    return Noun(kind, summary)


def option_of(field: dict[str, Any]) -> click.Option:
    """The option that gives one field of a fact."""
    words: list[str] = field.get("words") or []
    text = field["help"][:1].upper() + field["help"][1:]
    if is_wide := bool(words) and len("|".join(words)) > _WIDE:
        text += f": {', '.join(words[:-1])} or {words[-1]}"
    if field.get("nested"):
        text += f" — as '{'; '.join(field['nested'][:4])}' or field=value, or JSON"
    if field.get("required"):
        text += "  [required]"
    if field.get("many"):
        text += "  [repeatable]"
    flag = bool(field.get("flag"))
    kind = click.Choice(words) if words else None
    taken = field.get("takes") or ("DATE" if field.get("date") else field["name"].upper())
    metavar = None if flag or (words and not is_wide) else taken
    return click.Option(
        [_flag(field["name"]), field["name"]],
        help=text,
        is_flag=flag,
        multiple=bool(field.get("many")),
        type=None if flag else kind,
        metavar=metavar,
        default=None,
    )


_WIDE: Final = 60
"""Columns that the words of an option may take before what it means; more are listed in that."""
_OF_EVERY_FACT: Final = ("themes", "made_at")
"""Fields that every type of fact has."""


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def fact_command(kind: str, verb: str, declared: dict[str, Any]) -> click.Command:
    """The command that records one type of fact."""

    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @click.option("-o", "--output", "output", metavar="FILE", help="Write to a file instead of stdout.")
    @who
    @click.option("--edit", is_flag=True, help="Write the fact in $EDITOR, from a commented form.")
    @click.option("--dry-run", is_flag=True, help="Write nothing; print what would be written, as append takes it.")
    @click.option(
        "--expect-version",
        type=click.IntRange(min=0),
        metavar="N",
        help="Refuse if the stream has another number of entries.",
    )
    @click.argument("stream")
    def command(stream: str, **options: Any) -> int | None:
        from .facts import record_one

        return record_one(kind, declared, stream, options)

    made = click.command(verb, help=declared["help"])(command)
    fields = declared["fields"]
    of_every_fact = [one for one in fields if one["name"] in _OF_EVERY_FACT]
    occurred, *envelope = (
        click.Option([flag, *([short] if short else []), name], metavar=metavar, help=text)
        for name, flag, short, metavar, text in ENVELOPE
    )
    made.params += [
        *(option_of(one) for one in fields if one.get("required")),
        occurred,
        *(option_of(one) for one in fields if not one.get("required") and one not in of_every_fact),
        *(
            click.Option([flag, name], metavar=metavar, help=f"{text}  [repeatable]", multiple=True)
            for name, flag, metavar, text in MANY
        ),
        *(option_of(one) for one in of_every_fact),
        *envelope,
    ]
    return made
