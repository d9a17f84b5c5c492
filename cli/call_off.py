"""`engage call-off`: what was announced ahead is not to take effect."""

from __future__ import annotations

from typing import Any

import click

from .common import formats, who


@click.command(short_help="What was announced is not to take effect.")
@click.argument("entry")
@click.option("--reason", required=True, help="Why it was called off.")
@click.option("--occurred", "--on", "occurred", required=True, metavar="DATE", help="When it was called off.")
@click.option("--by", metavar="PARTY", help="Who called it off.")
@click.option("--source", "sources", multiple=True, metavar="CITATION", help="Who says so.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be written.")
@formats
@who
def call_off(entry: str, reason: str, by: str | None, **options: Any) -> int:
    """Call off what ENTRY ('#12' or its id) announced: it was announced, and will not take effect.

    Only what holds from a day of its own (--effective) can be called off, and only until that day.
    """
    from .facts import about

    body = {"reason": reason} if by is None else {"by": by, "reason": reason}
    return about(entry, "announcement.called-off/1", body, options)
