"""`engage catch-up`: what the ledger learned since you last looked."""

from __future__ import annotations

from typing import IO, Any

import click

from ..ledger.catching_up import CaughtUp
from .common import left_out, output, path, reading
from .documents import documents, write_document
from .printing import say, visible, warn


@click.command("catch-up", short_help="What the ledger learned since you last looked.")
@click.option(
    "--since", metavar="MOMENT", help="Since an instant, '#12' or a checkpoint, instead of since you last looked."
)
@click.option("--keep", is_flag=True, help="Do not move the mark of how far you have looked.")
@documents
def catch_up(since: str | None, keep: bool, form: str, **options: Any) -> None:
    """What was put right, what shows differently, and what is new since you last ran this command.

    How far you have looked is remembered for you on this machine, not in the ledger. With --since it is left alone.
    """
    from ..ledger.catching_up import caught_up
    from ..ledger.last_seen import Seen, last_seen, memory_of, remember

    with reading() as reader:
        seen = None if since is not None else last_seen(reader)
        if since is None and seen is None:
            if memory_of(path()).exists():
                warn("warning: this ledger does not go on from your last look: it was replaced or rolled back")
            else:
                say("this is your first look at this ledger")
            if not keep and not remember(path(), Seen(reader.size, reader.root())):
                warn(
                    f"warning: how far you have looked cannot be remembered in {visible(str(memory_of(path()).parent))}"
                )
            say("see what came before: engage catch-up --since '#0', or --since 2026-02-03")
            if form == "json":
                with output(options["output"]) as out:
                    _write(caught_up(reader, f"#{reader.size}"), form, out)
            return
        with output(options["output"]) as out:
            found = caught_up(reader, since if since is not None else f"#{seen.position if seen else 0}")
            left_out(found.unknown_types)
            _write(found, form, out)
        if since is None and not keep and not remember(path(), Seen(found.later.position, found.root)):
            warn("warning: how far you have looked could not be remembered")


def _write(found: CaughtUp, form: str, out: IO[str]) -> None:
    from ..reports.news import document

    if form != "json" and not found.entries:
        say(f"nothing was recorded since #{found.earlier.position}")
        return
    answer = {**found.header(), **{name: getattr(found, name) for name in ("put_right", "changes", "new", "said")}}
    write_document(answer, lambda: document(found), form, out)
