"""Sources: the documents that are kept in the ledger, so that quotes of them can be checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .common import apart_from_the_ledger, binary_output, formats, output, reading, who, writing
from .harmless import page
from .printing import say, visible, write_rows
from .recorder import recorder


@click.group(short_help="Archive the documents that citations quote.")
def source() -> None:
    """Archived sources: a quote of one is checked against its text, and refused where it does not stand there."""


@source.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--title", help="Its title. Default: the file's name.")
@click.option("--url", help="Where it was found.")
@click.option("--published", metavar="DATE", help="When it was published (EDTF).")
@click.option("--publisher", metavar="PARTY", help="The party that published it.")
@click.option("--language", help="Its language (BCP 47).")
@click.option("--media", help="Its media type, if need be with a charset. Default: by the ending of the file's name.")
@who
def add(file: str, media: str | None, recorded_by: str | None, **described: Any) -> None:
    """Keep FILE, of at most 64 MiB, or `-` for standard input; prints sha256:…, by which citations name it.

    That it is held is an entry of its own. Quotes of plain text, HTML and PDF are checked; anything else is kept as it
    is, and cited without quotes.
    """
    from ..domain.limits import LARGEST_SOURCE
    from ..exchange.files import content_of
    from ..ledger.documents import media_of

    by = recorder(recorded_by)
    if file == "-":
        content = sys.stdin.buffer.read(LARGEST_SOURCE + 1)
    else:
        apart_from_the_ledger(file)
        content = content_of(Path(file), LARGEST_SOURCE)
    name = None if file == "-" else Path(file).name
    with writing() as ledger:
        receipt = ledger.record_source(content, name=name, media=media or media_of(name or ""), by=by, **described)
    document = f"sha256:{receipt.stream.partition(':')[2]}"
    click.echo(document)
    if receipt.outcome == "exists":
        say(f"archived already, as #{receipt.position}")
    else:
        say(f"recorded #{receipt.position}  {receipt.stream[:23]}…")
        say(f"next: cite it with --source '{document}; quote=…'")


@source.command("list")
@formats
def list_sources(form: str, **options: Any) -> None:
    """The archived sources."""
    from ..projections.sources import COLUMNS, archived

    columns = ("document", "title", "published", "publisher", "bytes", "entry") if form == "table" else COLUMNS
    with reading() as reader, output(options["output"]) as out:
        rows = list(archived(reader))
        if form == "table":
            for row in rows:
                row["document"] = f"{row['document'][:_SHOWN]}…"
        if not write_rows(rows, columns, form, out, key="sources"):
            say("no source is archived")


_SHOWN = 19
"""Characters of a document's name that a table shows: enough to name it by."""


@source.command("show")
@click.argument("document")
@click.option("--raw", is_flag=True, help="The document alone, byte for byte as it was archived.")
@click.option("-o", "--output", "output_to", metavar="FILE", help="Write to a file instead of stdout.")
def show_source(document: str, raw: bool, output_to: str | None) -> None:
    """A document, by its digest or the beginning of it: what is said of it, what quotes it, and its text."""
    from ..domain.refusal import Refusal
    from ..ledger.documents import text_of
    from ..projections.sources import archived, quotes_of

    with reading() as reader:
        digest = reader.source_named(document)
        held = reader.held(digest)
        assert held is not None  # noqa: S101 - it was named, and so it is there
        if raw:
            with binary_output(output_to) as binary:
                binary.write(
                    page(held.content.decode("utf-8", "replace")).encode() if binary.isatty() else held.content
                )
            return
        name = f"sha256:{digest.hex()}"
        row = next(one for one in archived(reader) if one["document"] == name)
        with output(output_to) as out:
            for label, value in row.items():
                if value is not None:
                    out.write(f"{label.replace('_', ' '):<12}{visible(str(value))}\n")
            for one in quotes_of(reader, name):
                words = f"“{one['quote']}”" if one["quote"] else "(as a whole)"
                out.write(f"{'cited by':<12}{one['entry']} {visible(one['stream'])}: {visible(words)}\n")
            try:
                text = text_of(held.content, held.media, name[:_SHOWN] + "…")
            except Refusal as refusal:
                say(f"its text is not shown: {visible(refusal.because)}; take it out with --raw")
                return
            out.write("\n" + page(text).strip() + "\n")
