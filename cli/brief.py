"""`engage brief`: what is recorded of two parties, a stream or a theme, on a page to carry into a meeting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

import click

from ..ledger.briefs import Brief
from .common import chosen, clocks, left_out, output, reading
from .printing import echo, escaped, terminal_width, visible
from .proving import Arguments, provable
from .supposing import Supposed, supposing


def _of_brief(params: dict[str, Any]) -> Arguments:
    names = ("subject", "since", "within", "with_groups", "as_of", "known_at")
    return (), {name: params[name] for name in names}


@click.command(short_help="What to know before a meeting: two parties, a stream or a theme on one page.")
@click.argument("subject", nargs=-1, required=True, metavar="PARTY [PARTY]|STREAM|THEME")
@click.option("--since", metavar="DAY", help="Tell what changed since that day. Default: since the last session held.")
@click.option(
    "--within",
    type=click.IntRange(0, 36_500),
    default=365,
    show_default=True,
    metavar="DAYS",
    help="How far ahead to look.",
)
@click.option("--with-groups", is_flag=True, help="Also what concerns a party through its groups on that day.")
@supposing(assuming=False)
@clocks
@click.option("--json", "as_json", is_flag=True, help="Same as --format json.")
@click.option("--format", "form", type=click.Choice(["text", "md", "json"]), help="Default: text, or as FILE ends.")
@click.option("-o", "--output", "to", metavar="FILE", help="Write to a file instead of stdout.")
@provable("brief", _of_brief)
def brief(
    subject: tuple[str, ...], since: str | None, within: int, with_groups: bool, supposed: Supposed,
    as_of: str | None, known_at: str | None, as_json: bool, form: str | None, to: str | None,
) -> None:  # fmt: skip
    """The state of play between parties, of one, of a stream or of a theme, to carry into a meeting.

    Relations; the last and next session of each dialogue; open commitments, overdue ones first; instruments; what is
    due or silent; what changed since the last session; what was said; what is irregular; and the sources.
    """
    from ..ledger.briefs import brief as ask_brief

    with reading() as ledger, output(to) as out:
        reader, known_at = supposed.view(ledger, known_at)
        found = ask_brief(
            reader, *subject, since=since, within=within, as_of=as_of, known_at=known_at, with_groups=with_groups
        )
        left_out(found.unknown_types)
        named = {".json": "json", ".md": "md"}.get(Path(to or "").suffix.lower(), "text")
        _write(found, supposed, chosen(form or named, as_json), out)


def _write(found: Brief, supposed: Supposed, form: str, out: IO[str]) -> None:
    from ..reports.brief import document
    from ..reports.document import as_markdown, as_text

    if form == "json":
        answer: dict[str, Any] = {**found.header(), **supposed.header, **found.sections()}
        out.write(escaped(json.dumps(answer, ensure_ascii=False)) + "\n")
    elif form == "md":
        out.write(as_markdown(document(found)))
    else:
        supposed.say(out)
        made = document(found)
        headings = {section.heading for section in made.sections}
        for line in as_text(made, terminal_width(out) or 80):
            echo(click.style(visible(line), bold=True) if line in headings else visible(line), out)
