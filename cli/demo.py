"""The example: one real meeting, as two batches made it known, and what the ledger answers."""

from __future__ import annotations

import shlex
import tempfile
from importlib.resources import files
from pathlib import Path

import click

from ..exchange.facts_file import facts_in
from ..ledger.application import Ledger
from ..ledger.drafts import draft_of
from .printing import say, visible

RECORDER = "example"
ASKED = (
    (
        'The Space Dialogue was announced for "March 2026". In the middle of March:',
        "status dialogue:nz-us-space --as-of 2026-03-15",
    ),
    (
        'In May, with nothing more recorded (never "not held"):',
        "status dialogue:nz-us-space --as-of 2026-05-01",
    ),
    (
        "The minerals ministerial on 5 February, as we know it now:",
        "status dialogue:minerals-ministerial --as-of 2026-02-05",
    ),
    (
        "The same day, as it was known on 3 February:",
        "status dialogue:minerals-ministerial --as-of 2026-02-05 --known-at 2026-02-03",
    ),
    ("What the second batch taught:", "diff --known '#27..#28'"),
    (
        "What changed in the world in February:",
        "diff 2026-02-01..2026-03-01 --stream dialogue:us-pacific-summit",
    ),
    ("Who says so?", "blame dialogue:nz-us-space/meeting/2 window"),
    (
        "A commitment to continue is never fulfilled:",
        "commitment fulfil nz-us-2026-c5 --obligor NZ --evidence 'a report' --on 2026-02-03",
    ),
    ("Derived again from the first entry:", "replay --end --stream dialogue:nz-us-space"),
)


def build(path: Path) -> None:
    """Make the example ledger at `path`: two groups, each known since its source was."""
    with Ledger(path, create=True) as ledger:
        for name in batches():
            located = facts_in(name, (files("engagement_ledger.exchange") / "example" / name).read_bytes())
            ledger.append(*(draft_of(one.value, recorded_by=RECORDER, resolve=str) for one in located))


def batches() -> list[str]:
    """The example's files, in the order in which they became known."""
    folder = files("engagement_ledger.exchange") / "example"
    return sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))


def show_demo(keep: Path | None) -> None:
    """Build the example and print what it answers, each time with the command that asked."""
    from .main import run

    with tempfile.TemporaryDirectory() as folder:
        path = keep or Path(folder) / "example.ledger"
        build(path)
        with Ledger(path) as ledger, ledger.reader() as reader:
            size, root = reader.size, reader.root()
        click.echo(f"The example ledger: one real meeting in {size} entries, root {root[:16]}…\n")
        for words, command in ASKED:
            click.echo(click.style(words, bold=True))
            click.echo(f"$ engage {command}")
            import sys

            sys.stdout.flush()
            run(["--no-pager", "--ledger", str(path), *shlex.split(command)])
            sys.stderr.flush()
            click.echo()
        if keep:
            say(visible(f"kept in {keep}; try: engage --ledger {keep} timeline dialogue:nz-us-space"))
        else:
            say("to play with it: engage demo --keep example.ledger")
