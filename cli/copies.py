"""Copies: a backup while others work, and a ledger made anew from one, or from an export."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .common import known_at, output, path, reading, trusting
from .printing import echo, say, visible
from .progress import progress


@click.command(short_help="Copy the ledger while others record in it.")
@click.argument("file", type=click.Path(dir_okay=False))
def backup(file: str) -> None:
    """Copy the ledger, as it is at this moment, to FILE, which must not be there yet. Nobody is held up."""
    from ..ledger.copies import back_up
    from ..ledger.reading import snapshot

    with progress() as telling:
        back_up(path(), file, telling("copy"))
    with snapshot(file) as reader:
        size, root = reader.size, reader.root()
    say(visible(f"copied {size} entries to {file}"))
    echo(f"entries {size}", sys.stdout)
    echo(f"root    {root}", sys.stdout)


@click.command(short_help="Make a ledger anew from a copy or an export.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--to", "target", metavar="NEW", required=True, help="The ledger to make; it must not be there yet.")
@click.option("--against", metavar="FILE", help="Only if it agrees with this checkpoint or export.")
@click.option("--older", is_flag=True, help="Even if it is older than that checkpoint.")
@trusting
@click.option("--sources", metavar="FOLDER", help="With an export: its documents. Default: FILE.sources.")
def restore(
    file: str, target: str, against: str | None, older: bool, keys: tuple[str, ...], policy: str | None,
    sources: str | None,
) -> None:  # fmt: skip
    """Make a ledger anew from FILE, a backup or an export: the very entries, and the same root. Verified first.

    From an export everything is derived again; checkpoints are not in it, nor documents, but for those of --sources.
    """
    from ..ledger.copies import restore as restored
    from ..ledger.held_against import trust_in

    beside = Path(f"{file}.sources")
    folder = Path(sources) if sources else beside if beside.is_dir() else None
    if sources and not Path(sources).is_dir():
        raise click.UsageError(f"{sources} is no folder")
    trust = trust_in(keys, policy) if keys or policy else None
    kept = Path(against) if against else None
    with progress() as telling:
        found = restored(
            Path(file), Path(target), against=kept, trust=trust, older=older, sources=folder, telling=telling
        )
    say(visible(f"restored {found.verified.size} entries in {target}"))
    echo(f"entries {found.verified.size}", sys.stdout)
    echo(f"root    {found.verified.root}", sys.stdout)
    if found.against:
        say(f"verified: its first {found.against.size} entries are those of {visible(found.against.words)}")
    elif against:
        say("older than the checkpoint it was held against: what was recorded in between is not there")
    for digits in found.missing:
        say(f"missing: the document sha256:{digits} is not there: archive it again")


@click.command(short_help="Write a report for whoever audits the ledger.")
@click.option("-o", "--output", "output_to", metavar="FILE", required=True, help="The report: .html or .md.")
@known_at
@click.option("--against", metavar="FILE", help="Hold it against this checkpoint or export.")
@trusting
def audit(output_to: str, known_at: str | None, against: str | None, keys: tuple[str, ...], policy: str | None) -> int:
    """A report for a person: what was asked, whether it holds, checkpoints, totals, what is odd, what was put right.

    One file that needs nothing beside it. Ends with 4 where the ledger is not what was recorded.
    """
    from ..domain.dates import iso
    from ..ledger.clocks import today
    from ..ledger.held_against import held_against, trust_in
    from ..reports.audit import audit as audited
    from ..reports.document import as_html, as_markdown

    if not output_to.endswith((".html", ".htm", ".md")):
        raise click.UsageError("-o must name a file that ends in .html or .md")
    with reading() as reader, output(output_to) as out, progress() as telling:
        found = reader.verify(telling("verify"))
        trust = trust_in(keys, policy) if keys or policy else None
        kept = held_against(reader, against, trust) if against and not found.problems else None
        report = audited(
            reader, known_at=known_at, verified=found, against=kept, asked_on=iso(today()), telling=telling
        )
        out.write(as_markdown(report) if output_to.endswith(".md") else as_html(report))
    say(visible(f"wrote {output_to}"))
    return 4 if found.problems else 0
