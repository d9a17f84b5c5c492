"""`engage status`: the state of play, stream by stream, with what each is about; or how many stand where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import IO, Any, Final

import click

from ..domain.streams import KINDS, OWN
from ..ledger import questions as ask
from ..ledger.concerning import About
from ..projections.totals import COLUMNS as TOTALS
from ..projections.totals import Totals
from .common import clocks, formats, left_out, output, reading
from .concerning import concerning
from .layout import shortened, width
from .printing import echo, head, say, table, terminal_width, visible, write_rows
from .proving import Arguments, provable
from .supposing import Supposed, supposing


def _of_status(params: dict[str, Any]) -> Arguments:
    if params["counting"] or params["summing"]:
        raise click.UsageError("--proof is of what stands where, not of --count or --total")
    told = {name: params[name] for name in ("as_of", "known_at")}
    return params["streams"], {**told, "status": params["wanted"], "flag": params["flags"], **params["about"]}


@click.command(short_help="What stands where on a day.")
@click.argument("streams", nargs=-1, metavar="[STREAM[/PART]]…")
@click.option(
    "--status", "wanted", multiple=True, metavar="STATUS", help="Only what has this status, or possibly has it."
)
@click.option("--flag", "flags", multiple=True, metavar="FLAG", help="Only what has this flag: overdue, disputed …")
@concerning
@supposing()
@click.option("--count", "counting", is_flag=True, help="Count the parts in each status, instead of listing them.")
@click.option(
    "--by",
    multiple=True,
    metavar="party|theme|kind|year",
    help="With --count: count streams by party, theme, kind or year; may be given more than once.",
)
@click.option(
    "--total",
    "summing",
    is_flag=True,
    help="The sum of the money undertaken, where it can be added up; with --party, its share, where one is stated.",
)
@clocks
@formats
@provable("status", _of_status)
def status(
    streams: tuple[str, ...], wanted: tuple[str, ...], flags: tuple[str, ...], about: About, counting: bool,
    summing: bool, by: tuple[str, ...], supposed: Supposed, as_of: str | None, known_at: str | None, form: str,
    **rest: Any,
) -> None:  # fmt: skip
    """What is the state of play on a day, as known then? Without a STREAM, of everything."""
    if counting and summing:
        raise click.UsageError("--count and --total are two questions: ask one of them")
    if by and not counting:
        raise click.UsageError("--by says what to count by: give --count as well")
    with reading() as ledger, output(rest["output"]) as out:
        reader, known_at = supposed.view(ledger, known_at)
        asked: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "status": wanted, "flag": flags, **about}
        if summing:
            _write_totals(ask.total(reader, streams, **asked), supposed, form, out)
            return
        if counting:
            counts = ask.tally(reader, by, streams, **asked) if by else ask.count(reader, streams, **asked)
            _write_counts(counts, supposed, form, out)
            return
        found = ask.status(reader, streams, **asked)
        left_out(found.unknown_types)
        if form != "table":
            from .listing import write_standings

            write_standings(found.periods, found.subject, form, out, {**found.header(), **supposed.header})
            return
        head(supposed.line(found.at), out)
        supposed.say(out)
        if not write_state_of_play(found.rows, out):
            empty = "the ledger was empty then" if reader.size else "the ledger is empty"
            known = f"; what is known of it: engage show {streams[0]}" if len(streams) == 1 else ""
            say(visible(f"no status is recorded for that day{known}") if found.at.known.position else empty)


def _write_counts(counts: ask.Counts | ask.Tally, supposed: Supposed, form: str, out: IO[str]) -> None:
    left_out(counts.unknown_types)
    if form == "table":
        head(supposed.line(counts.at), out)
        supposed.say(out)
    columns = (*counts.by, "count") if isinstance(counts, ask.Tally) else ("part", "status", "possible", "count")
    header = {**counts.header(), **supposed.header} if form == "json" else None
    rows: Any = counts.rows
    if form == "table":
        rows = [{name: "(none)" if value is None else value for name, value in row.items()} for row in rows]
    if not write_rows(rows, columns, form, out, header) and form == "table":
        say("there is none")


def _write_totals(found: Totals, supposed: Supposed, form: str, out: IO[str]) -> None:
    left_out(found.unknown_types)
    header = {**found.header(), **supposed.header} if form == "json" else None
    if form != "table":
        write_rows(found.rows, TOTALS, form, out, header)
        return
    head(supposed.line(found.at), out)
    supposed.say(out)
    rows = [{"total": row["words"], "commitments": row["commitments"]} for row in found.rows]
    if not write_rows(rows, ("total", "commitments"), form, out):
        say("no amount is recorded of it for that day")
    if found.left_out:
        echo(click.style("\nnot added", bold=True), out)
        write_rows(found.left_out, ("stream", "amount", "why"), form, out)


def write_state_of_play(rows: Iterable[Mapping[str, Any]], out: IO[str]) -> int:
    """Write rows for people: a line for each stream with what it is about, and its parts below; returns how many.

    On a terminal titles are shortened to its width, and what does not fit beside a part goes on in its column.
    """
    from ..projections.rows import in_words

    told = sorted(rows, key=_by_kind)
    columns_there = terminal_width(out)
    lines = [{**row, "status": in_words(row), "since": row["valid_from"], "until": row["valid_to"]} for row in told]
    columns = [
        name
        for name in ("part", "status", "flags", "since", "until", "detail")
        if name in ("part", "status") or any(line[name] for line in lines)
    ]
    printed = table(lines, columns, columns_there and columns_there - 2)
    header = next(printed)
    for line in header if lines else ():
        echo(f"  {line}", out)
    kinds = {line["stream"].partition(":")[0] for line in lines}
    for kind, of_kind in groupby(lines, key=lambda line: line["stream"].partition(":")[0]):
        if len(kinds) > 1:
            echo(f"\n{click.style(_PLURAL.get(kind, kind), bold=True, underline=True)}", out)
        for stream, parts in groupby(of_kind, key=_stream_and_about):
            echo(_heading(*stream, columns_there), out)
            for _ in parts:
                for line in next(printed):
                    echo(f"  {line}" if line else "", out)
    return len(lines)


_PLURAL: Final = {
    "relationship": "Relationships", "dialogue": "Dialogues", "commitment": "Commitments", "instrument": "Instruments",
    "party": "Parties",
}  # fmt: skip


def _by_kind(row: Mapping[str, Any]) -> tuple[int, str, bool, str]:
    """In the order of kinds and streams; of a stream, the whole before its parts."""
    kinds = [*KINDS, *OWN]
    return kinds.index(row["stream"].partition(":")[0]), row["stream"], row["part"] != "overall", row["part"]


def _stream_and_about(line: Mapping[str, Any]) -> tuple[str, str | None, str | None, tuple[str, ...]]:
    money = ", ".join(filter(None, (line["strength"], line["amount"])))
    return line["stream"], line["title"], money, tuple(line["parties"])


def _heading(stream: str, title: str | None, amount: str | None, parties: Iterable[str], columns: int | None) -> str:
    """A stream, what it is called, its strength and amount, and whom it concerns, in one line of a terminal."""
    name, about, whom = visible(stream), visible(title or ""), visible(", ".join(filter(None, (amount, *parties))))
    if columns and width(f"{name} · {about} · {whom}") > columns:
        whom = whom if width(whom) <= _SHORT else ""
        about = shortened(about, max(columns - width(name) - 3 - (width(whom) + 3 if whom else 0), _SHORT))
    parts = [click.style(name, bold=True), about, click.style(whom, dim=True) if whom else ""]
    return " · ".join(filter(None, parts))


_SHORT: Final = 16
"""Columns that parties may take beside a title that is shortened, and that a title has at least."""
