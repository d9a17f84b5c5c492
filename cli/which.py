"""`engage which`: the words of a statement, and the command that records what they say."""

from __future__ import annotations

from typing import IO, Any

import click

from ..domain.errors import NotFound
from ..domain.phrases import Phrase, denial_in, meant_by
from .common import formats, output
from .printing import echo, warn, write_rows

_COLUMNS = ("phrase", "command", "give", "note")


@click.command(short_help="Which command records what a statement says.")
@click.argument("words", nargs=-1, required=True)
@formats
def which(words: tuple[str, ...], form: str, **options: Any) -> None:
    """Find the event from the WORDS of a statement: engage which "agreed to explore".

    What is affirmed, welcomed, discussed or acknowledged is recorded, and is no commitment: nobody undertook anything.
    """
    found = meant_by(" ".join(words))
    if not found:
        raise NotFound(
            "no phrase is near these words",
            "phrases are what statements say they did: affirmed, welcomed, agreed to, announced, discussed",
            "give the verb of the sentence; or see every event: engage schema",
        )
    if denied := denial_in(" ".join(words), found[0]):
        warn(f"note: “{denied}” may deny it; these record that it was done")
    with output(options["output"]) as out:
        if form == "table":
            _tell(found, out)
        else:
            write_rows(map(_row, found), _COLUMNS, form, out, {})


def _tell(found: list[Phrase], out: IO[str]) -> None:
    for one in found:
        row = _row(one)
        echo(click.style(f"“{row['phrase']}”", bold=True), out)
        echo("  " + " ".join(filter(None, (row["command"], row["give"]))), out)
        if row["note"]:
            echo(f"  {row['note']}", out)


def _row(one: Phrase) -> dict[str, str]:
    kind, _, _ = one.event.partition(".")
    verb = _verb_of(one.event)
    command = f"engage {verb}" if kind in ("entry", "announcement") else f"engage {kind} {verb}"
    give = " ".join(f"--{name.replace('_', '-')} {_quoted(value)}" for name, value in one.give)
    return {"phrase": one.words, "command": command, "give": give, "note": one.note}


def _quoted(value: str) -> str:
    return f"'{value}'" if " " in value else value


def _verb_of(event: str) -> str:
    """The verb of an event, by the index of commands, so that no event need be loaded."""
    from .index import commands

    of_any = {"entry.corrected": "correct", "entry.retracted": "retract", "announcement.called-off": "call-off"}
    verbs = commands().get(event.partition(".")[0], {})
    return of_any.get(event) or next(verb for verb, one in verbs.items() if one["type"].partition("/")[0] == event)
