"""`engage brief`: what is recorded of two parties, a stream or a theme, on a page to carry into a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .common import clocks, left_out, output, reading, within
from .documents import documents, write_document
from .proving import Arguments, provable
from .supposing import Supposed, supposing

if TYPE_CHECKING:
    from ..ledger.briefs import Brief
    from ..reports.document import Document


def _of_brief(params: dict[str, Any]) -> Arguments:
    names = ("subject", "since", "within", "with_groups", "as_of", "known_at")
    return (), {name: params[name] for name in names}


@click.command(short_help="What to know before a meeting: two parties, a stream or a theme on one page.")
@click.argument("subject", nargs=-1, required=True, metavar="PARTY [PARTY]|STREAM|THEME")
@click.option("--since", metavar="DAY", help="Tell what changed since that day. Default: since the last session held.")
@within(365)
@click.option("--with-groups", is_flag=True, help="Also what concerns a party through its groups on that day.")
@supposing(assuming=False)
@clocks
@documents
@provable("brief", _of_brief)
def brief(
    subject: tuple[str, ...], since: str | None, within: int, with_groups: bool, supposed: Supposed,
    as_of: str | None, known_at: str | None, form: str, **options: Any,
) -> None:  # fmt: skip
    """The state of play between parties, of one, of a stream or of a theme, to carry into a meeting.

    Relations; the last and next session of each dialogue; open commitments, overdue ones first; instruments; what is
    due or silent; what changed since the last session; what was said; what is irregular; and the sources.
    """
    from ..ledger.briefs import brief as ask_brief

    with reading() as ledger, output(options["output"]) as out:
        reader, known_at = supposed.view(ledger, known_at)
        found = ask_brief(
            reader, *subject, since=since, within=within, as_of=as_of, known_at=known_at, with_groups=with_groups
        )
        left_out(found.unknown_types)
        if form == "text":
            supposed.say(out)
        answer = {**found.header(), **supposed.header, **found.sections()}
        write_document(answer, lambda: _document(found), form, out)


def _document(found: Brief) -> Document:
    from ..reports.brief import document

    return document(found)
