"""The commands that record many facts, or put one right. What they do is in `facts`, which imports all events."""

from __future__ import annotations

from typing import Any, Final

import click

from .common import F, formats, who


def put_right(command: F) -> F:
    """The options of a correction and a retraction alike."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Write nothing; print what would be written."),
        click.option(
            "--occurred", "--on", "occurred", metavar="DATE", help="When the error was found. Default: today."
        ),
        click.option("--source", "sources", multiple=True, metavar="CITATION", help="Who says so."),
    ):
        command = option(command)
    return command


_FILE: Final = click.Path(exists=True, dir_okay=False)


@click.command(short_help="Record facts from a file (YAML or JSON lines), all or none.")
@click.argument("file", type=click.Path(exists=True, allow_dash=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be written.")
@formats
@who
def append(file: str, **options: Any) -> int:
    """Record the facts of FILE (or of stdin: -), all or none, as one group.

    A fact is a mapping: stream, type, occurred, and body with the fact's own fields; see engage schema. In YAML,
    what holds for all of them may stand once at the head, under defaults:, with the list of them under facts:. What
    --dry-run prints is accepted here.
    """
    from .facts import record_file

    return record_file(file, options)


@click.command("import", short_help="Take in a large register (JSON lines), chunk by chunk; safe to run again.")
@click.argument("file", type=_FILE)
@click.option("--atomic", is_flag=True, help="All or nothing: one transaction for the whole file.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@who
def import_(file: str, atomic: bool, as_json: bool, recorded_by: str | None) -> int:
    """Take in the facts of FILE, one JSON object a line, also an export of another ledger.

    Facts that are there already are passed over, so a stopped import simply goes on when it is run again. A
    refusal ends it: what was taken in before stays, and every refused line of that chunk is named.
    """
    from .facts import take_in

    return take_in(file, atomic, as_json, recorded_by)


@click.command(short_help="An entry was recorded wrongly: give fields other values.")
@click.argument("entry")
@click.argument("changes", nargs=-1, required=True, metavar="FIELD=VALUE…")
@click.option("--reason", required=True, help="Why it is corrected.")
@put_right
@formats
@who
def correct(entry: str, changes: tuple[str, ...], reason: str, **options: Any) -> int:
    """Correct ENTRY ('#12' or its id): it was recorded wrongly. The original stays, and so do answers as known before.

    An empty value takes a field out; lists and nested values are given as JSON.
    """
    from .facts import record_correction

    return record_correction(entry, changes, reason, options)


@click.command(short_help="An entry was never true: leave it out from now on.")
@click.argument("entry")
@click.option("--reason", required=True, help="Why it is retracted.")
@put_right
@formats
@who
def retract(entry: str, reason: str, **options: Any) -> int:
    """Retract ENTRY ('#12' or its id): it was never true. The original stays, and so do answers as known before."""
    from .facts import record_retraction

    return record_retraction(entry, reason, options)
