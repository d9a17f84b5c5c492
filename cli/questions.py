"""Questions: parse, ask, print. Each answer names both clocks, resolved; what is answered is decided in `ledger`."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Final

import click

from ..domain.quarters import quarters
from ..domain.streams import event_words
from ..ledger import questions as ask
from ..ledger.clocks import as_of_day
from ..ledger.concerning import Listed
from .common import F, clock_line, clocks, formats, known_at, left_out, output, reading, say_if_older, within
from .concerning import concerning_and_standing
from .printing import (
    cell,
    changes_in,
    echo,
    escaped,
    fitting,
    head,
    say,
    terminal_width,
    visible,
    write_fields,
    write_rows,
)  # fmt: skip
from .proving import Arguments, provable
from .supposing import Supposed, supposing


def as_recorded(command: F) -> F:
    """--as-recorded: without corrections."""
    return click.option(
        "--as-recorded", is_flag=True, help="The values that were recorded at first, without corrections."
    )(command)


def _of_log(params: dict[str, Any]) -> Arguments:
    told = {name: params[name] for name in ("known_at", "last", "as_recorded")}
    return _streams(params["stream"]), {**told, "by_world": params["by"] == "world", **params["about"]}


def _of_show(params: dict[str, Any]) -> Arguments:
    if _is_entry(params["what"]):
        raise click.UsageError("an entry is proven by itself: engage prove ENTRY -o FILE")
    return (params["what"],), {name: params[name] for name in ("as_of", "known_at")}


def _of_diff(params: dict[str, Any]) -> Arguments:
    if params["days"] is None:
        raise click.UsageError("--proof is of DAY..DAY; what was learned shows in the proofs of two moments")
    first, last = _two(params["days"], *_DAYS)
    return _streams(params["stream"]), {
        "first": first, "last": last, "known_at": params["known_at"], **params["about"],
    }  # fmt: skip


def _streams(stream: str | None) -> tuple[str, ...]:
    return (stream,) if stream else ()


def _is_entry(what: str) -> bool:
    """Whether an entry is named, by its position or id, and not a stream."""
    return what.startswith("#") or what.isdecimal() or (":" not in what and what.count("-") == _DASHES)


_DASHES: Final = 4
"""In a UUID."""


def _status_table(rows: Iterable[Mapping[str, Any]], out: IO[str]) -> int:
    """Periods of one stream, which is named above them, as people read them."""
    from ..projections.rows import in_words

    lines = [{**row, "status": in_words(row), "since": row["valid_from"], "until": row["valid_to"]} for row in rows]
    columns = ["part", "status", "since", "until", "detail"]
    if any(line["flags"] for line in lines):
        columns.insert(2, "flags")
    return write_rows(lines, columns, "table", out)


@click.command(short_help="The entries, in order of recording or of happening.")
@click.argument("stream", required=False)
@click.option(
    "--by",
    type=click.Choice(["record", "world"]),
    default="record",
    help="Order: of recording, or of happening.",
)
@known_at
@concerning_and_standing
@click.option("-n", "--last", type=click.IntRange(min=1), metavar="N", help="Only the last so many.")
@as_recorded
@formats
@provable("log", _of_log)
def log(
    stream: str | None,
    by: str,
    known_at: str | None,
    about: Listed,
    last: int | None,
    as_recorded: bool,
    **options: Any,
) -> None:
    """The entries of STREAM, of the streams that the options select, or of all, with their corrections applied.

    --recorded, --recorded-by, --tag and --type apply to each entry.
    """
    form = options["form"]
    with reading() as reader, output(options["output"]) as out:
        found = ask.log(
            reader, stream, known_at=known_at, by_world=by == "world", last=last, as_recorded=as_recorded, **about
        )
        left_out(found.unknown_types)
        if form in ("json", "jsonl"):
            write_rows(found.rows, (), form, out, found.header(), key="entries")
            return
        columns = ["entry", *([] if found.stream else ["stream"]), "occurred", "what", "known", "by", "note"]
        if form == "table":
            whole = "entries that were asked for" if about else "all entries"
            title = f"{found.stream or whole} · as known at #{found.known.position}"
            head(title, out)
        if not _write_entries(found, columns, form, out, reader):
            say("no entries")


def _write_entries(found: ask.Entries, columns: list[str], form: str, out: IO[str], reader: Any) -> int:
    """Write entries in one line each, with what put them right where there is any such thing."""
    from ..projections.entries import put_right

    rows = ({**_summary(one, reader), "stream": one["stream"]} for one in found.rows)
    if form == "table":
        told = list(rows)
        marked = any(row["mark"] for row in told)
        return write_rows(told, [*columns, *(["mark"] if marked else [])], form, out)
    marked = bool(put_right(reader, found.known, [found.stream] if found.stream else None))
    return write_rows(rows, [*columns, *(["mark"] if marked else [])], form, out)


def _summary(one: dict[str, Any], reader: Any) -> dict[str, Any]:
    """An entry in one line."""
    noun, what = one["type"].partition(".")[0], event_words(one["type"])
    body = one["body"]
    for field in (
        "obligor",
        "party",
        "member",
        "meeting",
        "window",
        "due",
        "text",
        "act",
        "title",
        "name",
        "entry",
        "label",
    ):
        if isinstance(body.get(field), str):
            what += f" · {_numbered(reader, {field: body[field]})[field]}"
    known = one.get("known_since") or one["recorded_at"]
    return {
        "entry": f"#{one['position']}",
        "occurred": one["occurred"],
        "what": what if noun != "entry" else f"{what} ({body.get('reason', '')})",
        "known": known[:16].replace("T", " ") + (" claimed" if one.get("known_since") else ""),
        "by": one["recorded_by"],
        "note": one.get("note"),
        "mark": _mark(one),
    }


def _mark(one: dict[str, Any]) -> str | None:
    """What put an entry right."""
    told = [f"corrected by {', '.join(one['corrected_by'])}"] if one.get("corrected_by") else []
    told += [f"{name} by {one[f'{name}_by']}" for name in _ENDS if f"{name}_by" in one]
    return "; ".join(told).replace("_", " ") or None


_ENDS = ("called_off", "retracted")
"""What takes an entry out of what shows."""


@click.command(short_help="What is known of one aggregate, or of one entry.")
@click.argument("what", metavar="STREAM[/PART]|ENTRY")
@clocks
@formats
@provable("show", _of_show)
def show(what: str, as_of: str | None, known_at: str | None, **options: Any) -> None:
    """What is known of a stream, with the status of its parts or of PART; or the whole of an entry ('#12', its id)."""
    form = options["form"]
    with reading() as reader, output(options["output"]) as out:
        if _is_entry(what):
            _show_entry(reader, what, form, out)
        else:
            found = ask.show(reader, what, as_of=as_of, known_at=known_at)
            left_out(found.unknown_types)
            _show_stream(reader, found, form, out)


def _show_entry(reader: Any, entry: str, form: str, out: IO[str]) -> None:
    position, line = reader.line(entry)
    _say_what_became_of(reader, position, json.loads(line))
    if form in ("json", "jsonl"):
        out.write(escaped(line.decode()) + "\n")
        return
    fields = json.loads(line)
    body = fields.pop("body")
    if form != "table":
        pairs = [*fields.items(), *((f"body.{name}", value) for name, value in body.items())]
        write_rows([{"field": name, "value": value} for name, value in pairs], ("field", "value"), form, out)
        return
    write_fields(((name, _date_shown(cell(value))) for name, value in fields.items()), out, 14)
    write_fields(((name, _date_shown(cell(value))) for name, value in body.items()), out, 20, "  ")


def _date_shown(text: str) -> str:
    """A date with its quarter as people write it; any other text as it is."""
    return quarters(text) if set(text) <= _OF_DATES else text


_OF_DATES: Final = frozenset("0123456789-./[]~?%")


def _say_what_became_of(reader: Any, position: int, entry: dict[str, Any]) -> None:
    """An entry is shown as it was recorded; that it was corrected or retracted since is said beside it."""
    for later, line in reader.lines(position + 1, stream=entry["stream"]):
        if b'"type":"entry.' not in line and b'"type":"announcement.' not in line:
            continue
        told = json.loads(line)
        if told["body"].get("entry") == entry["entry_id"]:
            changes = changes_in(told["body"])
            what = f"{event_words(told['type'])} by #{later}{f': {changes}' if changes else ''}"
            say(visible(f"{what} ({told['body']['reason']})"))


def _show_stream(reader: Any, found: Any, form: str, out: IO[str]) -> None:
    from ..projections import rows, said

    if form in ("json", "jsonl"):
        answer = {**found.header(), "aggregate": found.aggregate, "rows": found.rows, "said": found.said}
        answer["made_there"] = found.made_there
        out.write(escaped(json.dumps(answer, ensure_ascii=False, default=str)) + "\n")
        return
    if form != "table":
        write_rows(found.rows, rows.COLUMNS, form, out)
        return
    head(clock_line(found.at), out)
    write_fields(((name.replace("_", " "), cell(value)) for name, value in found.aggregate.items()), out, 16)
    if found.rows or not (found.said or found.made_there):
        echo("", out)
        _status_table(found.rows, out)
    if found.said:
        echo("", out)
        told = [
            {**one, "what": event_words(one["type"]), "says": _numbered(reader, one["body"]), "mark": _mark(one)}
            for one in found.said
        ]
        more = [name for name in ("builds_on", "mark") if any(one[name] for one in told)]
        write_rows(told, [*said.COLUMNS, *more], "table", out)
    if found.made_there:
        echo(click.style("\nagreed there", bold=True), out)
        write_rows(found.made_there, ("stream", "title", "made_at"), "table", out)


def _numbered(reader: Any, body: dict[str, Any]) -> dict[str, Any]:
    """What a fact says, with the entry that it is about by its position, as people name it."""
    return {**body, "entry": f"#{reader.line(body['entry'])[0]}"} if "entry" in body else body


@click.command(short_help="The periods of one stream, as bars.")
@click.argument("stream", required=False, metavar="[STREAM[/PART]]")
@concerning_and_standing
@supposing()
@known_at
@click.option("--from", "first", metavar="DAY", help="First day of the picture.")
@click.option("--to", "last", metavar="DAY", help="Last day of the picture.")
@formats
@provable("timeline", lambda params: (_streams(params["stream"]), {"known_at": params["known_at"], **params["about"]}))
def timeline(
    stream: str | None, about: Listed, supposed: Supposed, known_at: str | None, first: str | None, last: str | None,
    **options: Any,
) -> None:  # fmt: skip
    """Draw the periods of STREAM, or of those that the options select: what held over which days, as known then."""
    from ..projections.rows import COLUMNS, as_row

    form = options["form"]
    if not stream and not about:
        raise click.UsageError("name a stream, or say whom or what the streams concern: engage timeline --party NZ")
    start, stop = (as_of_day(one) if one else None for one in (first, last))
    if start and stop and stop <= start:
        raise click.UsageError(f"--to {last} is not after --from {first}")
    with reading() as ledger, output(options["output"]) as out:
        reader, known_at = supposed.view(ledger, known_at)
        found = ask.timeline(reader, stream, known_at=known_at, **about)
        left_out(found.unknown_types)
        if form != "table":
            write_rows(found.rows, COLUMNS, form, out, {**found.header(), **supposed.header})
            return
        title = f"{found.stream} · " if found.stream else ""
        head(f"{title}as known at #{supposed.recorded(found.at.known).position}", out)
        supposed.say(out)
        periods = list(found.periods)
        if not periods:
            say("nothing is recorded of it that lasts")
            return
        _draw([(as_row(one), one.valid_from, one.valid_to) for one in periods], start, stop, out, not found.stream)


def _draw(
    rows: Sequence[tuple[Any, int, int]], first: int | None, last: int | None, out: IO[str], several: bool
) -> None:
    """Periods as bars, part by part, on a scale that the terminal has room for.

    Where it has little, what a bar means stands below it.
    """
    import shutil

    from ..projections import timeline as picture

    scale = picture.scale(edge for _, *edges in rows for edge in edges)
    span = scale[1] - scale[0]
    start = first or min(scale[0], (last or scale[1]) - span)
    stop = last or max(scale[1], start + span)
    shown = [one for one in rows if one[2] > start and one[1] <= stop]
    if not shown:
        say("nothing that lasts is recorded of those days")
        return
    words = [visible(_with_flags(row)) for row, _, _ in shown]
    label = max((len(word) for word in words), default=0)
    terminal = terminal_width(out) or shutil.get_terminal_size((100, 24)).columns
    beside = terminal - label - _AROUND
    columns = min(beside if beside >= _SHORTEST else terminal - 4, _LONGEST)
    echo(f"{'':<2}{picture.ruler(start, stop, columns)}", out)
    of_part: dict[tuple[str, str], list[str]] = {}
    for bar, word in zip(picture.bars(shown, start, stop, columns), words, strict=True):
        days = f"{bar.row['valid_from'] or '…'} → {bar.row['valid_to'] or '…'}"
        drawn = f"  {picture.drawn(bar, columns)}"
        lines = (f"{drawn}  {word:<{label}}  {days}",) if beside >= _SHORTEST else (drawn, f"    {word}  {days}")
        of_part.setdefault((bar.row["stream"], bar.row["part"]), []).extend(line.rstrip() for line in lines)
    for (stream, picture_of), parts in itertools.groupby(of_part, key=lambda one: (one[0], of_part[one])):
        # Parts of a stream that went the same way share their bars.
        name = ", ".join(part for _, part in parts)
        for line in fitting(f"{stream}/{name}" if several else name, out):
            echo(click.style(line, bold=True), out)
        for line in picture_of:
            echo(line, out)
    for line in fitting("█ certain   ▒ certain, with something else possible   ░ only possible", out, 2):
        echo(click.style(f"  {line}", dim=True), out)


_AROUND: Final = 29
"""Columns of a line of the picture beside the bar and the words: gaps, and two days."""
_SHORTEST: Final = 16
_LONGEST: Final = 72
"""Columns of a bar, where the words stand beside it."""


def _with_flags(row: Mapping[str, Any]) -> str:
    from ..projections.rows import in_words

    flags = f" [{' '.join(row['flags'])}]" if row["flags"] else ""
    return in_words(row) + flags


@click.command(short_help="What changed between two days, or what was learned between two moments.")
@click.argument("days", required=False, metavar="[DAY..DAY]")
@click.option("--known", "moments", metavar="K1..K2", help="What was learned between: '#12..#20' or two instants.")
@click.option("--stream", metavar="STREAM[/PART]", help="Only this stream, or this part of it.")
@concerning_and_standing
@known_at
@formats
@provable("diff", _of_diff)
def diff(
    days: str | None, moments: str | None, stream: str | None, about: Listed, known_at: str | None, **options: Any
) -> None:
    """What changed in the world between two days; with --known, what the ledger learned between two moments."""
    from ..projections.diff import COLUMNS, LEARNED_COLUMNS, SAID_COLUMNS

    if (days is None) == (moments is None):
        raise click.UsageError("give either DAY..DAY, or --known K1..K2")
    form = options["form"]
    with reading() as reader, output(options["output"]) as out:
        if days is not None:
            changed = ask.diff(reader, *_two(days, *_DAYS), stream=stream, known_at=known_at, **about)
            left_out(changed.unknown_types)
            title = f"changed between {' and '.join(changed.between)} · as known at #{changed.at.known.position}"
            _write_changes(changed.rows, COLUMNS, form, out, changed.header(), title)
            return
        found = ask.learned(reader, *_two(moments or "", *_MOMENTS), stream=stream, **about)
        left_out(found.unknown_types)
        header = {**found.header(), **({"said": found.said} if form in ("json", "jsonl") else {})}
        title = f"learned between #{found.earlier.position} and #{found.later.position}"
        _write_changes(found.rows, LEARNED_COLUMNS, form, out, header, title, nothing=not found.said)
        if found.said and form == "table":
            if found.rows:
                echo("", out)
            write_rows(found.said, SAID_COLUMNS, form, out)


def _two(text: str, begin: str, end: str) -> tuple[str, str]:
    """Both ends of a range; one that is left open is the beginning, or the end."""
    first, dots, last = text.partition("..")
    if not dots or not (first or last):
        raise click.UsageError(f"{text!r} is not two days, such as 2026-02-01..2026-03-01")
    return first or begin, last or end


_DAYS: Final = ("0001-01-01", "today")
_MOMENTS: Final = ("#0", "")


def _write_changes(
    rows: Sequence[Mapping[str, Any]], columns: Any, form: str, out: IO[str], header: dict[str, Any], title: str,
    nothing: bool = True,
) -> None:  # fmt: skip
    if form == "table":
        head(title, out)
        if not rows and nothing:
            say("nothing changed")
    write_rows(rows, columns, form, out, header, key="changes")


@click.command(short_help="Which entry set this, who entered it, and on which source.")
@click.argument("what", metavar="STREAM[/PART]")
@click.argument("field", required=False)
@known_at
@formats
@provable("blame", lambda params: ((params["what"],), {name: params[name] for name in ("field", "known_at")}))
def blame(what: str, field: str | None, known_at: str | None, **options: Any) -> None:
    """Where each present value of STREAM comes from: entry, person, source. FIELD, or a PART, limits it."""
    from ..projections.blame import COLUMNS

    form = options["form"]
    with reading() as reader, output(options["output"]) as out:
        found = ask.blame(reader, what, field, known_at=known_at)
        left_out(found.unknown_types)
        if form == "table":
            name = f"{found.stream}/{found.part}" if found.part else found.stream
            head(f"{name} · as known at #{found.known.position}", out)
        more = [name for name in ("corrects", "called_off_by") if any(row.get(name) for row in found.rows)]
        rows: Sequence[Mapping[str, Any]] = found.rows
        if form == "table":
            rows = [{**row, **_value_numbered(reader, row)} for row in rows]
        if not write_rows(rows, [*COLUMNS, *more], form, out, found.header()):
            say(visible(f"no entry sets {field or found.part or 'anything there'}"))


def _value_numbered(reader: Any, row: Any) -> dict[str, Any]:
    return {"value": _numbered(reader, {"entry": row["value"]})["entry"]} if row["field"] == "entry" else {}


@click.command(short_help="What is due, overdue, awaiting its outcome, or silent.")
@within(90)
@concerning_and_standing
@supposing(according_to=False)
@clocks
@formats
@provable(
    "due", lambda params: ((), {**{name: params[name] for name in ("within", "as_of", "known_at")}, **params["about"]})
)
def due(
    within: int, about: Listed, supposed: Supposed, as_of: str | None, known_at: str | None, **options: Any
) -> None:
    """The agenda on a day: overdue, due and planned within some days, awaiting outcome, and silent commitments."""
    from ..projections.due import COLUMNS

    form = options["form"]
    with reading() as ledger, output(options["output"]) as out:
        reader, known_at = supposed.view(ledger, known_at)
        found = ask.due(reader, within=within, as_of=as_of, known_at=known_at, **about)
        left_out(found.unknown_types)
        if form == "table":
            head(f"{supposed.line(found.at)} · next {within} days", out)
            supposed.say(out)
        if not write_rows(found.rows, COLUMNS, form, out, {**found.header(), **supposed.header}):
            say("nothing is due")


@click.command(short_help="Entries that hold all of these words.")
@click.argument("words", nargs=-1, required=True)
@concerning_and_standing
@known_at
@as_recorded
@formats
def search(words: tuple[str, ...], about: Listed, known_at: str | None, as_recorded: bool, **options: Any) -> None:
    """Entries whose text, as shown and corrected, contains all WORDS, in upper or lower case."""
    form = options["form"]
    with reading() as reader, output(options["output"]) as out:
        found = ask.search(reader, words, known_at=known_at, as_recorded=as_recorded, **about)
        left_out(found.unknown_types)
        if form in ("json", "jsonl"):
            header = {"size": found.known.position, "unknown_types": found.unknown_types}
            write_rows(found.rows, (), form, out, header, key="entries")
            return
        if not _write_entries(found, ["entry", "stream", "occurred", "what", "by"], form, out, reader):
            say(visible(f"no entry contains {' '.join(words)}"))


@click.command(short_help="Rebuild from entry 1 in front of you, and compare with what is stored.")
@click.option("--to", "until", metavar="MOMENT", help="Stop there: at an instant, '#12', or a checkpoint.")
@click.option("--stream", metavar="STREAM", help="Only this stream.")
@click.option("--end", "only_end", is_flag=True, help="Print the end state alone, not each step.")
@formats
def replay(until: str | None, stream: str | None, only_end: bool, **options: Any) -> int:
    """Derive every period from entry 1 on, showing each step, and say whether that equals what is stored."""
    from ..projections.replay import STEP_COLUMNS
    from ..projections.rows import COLUMNS

    form = options["form"]
    with reading() as reader, output(options["output"]) as out:
        say_if_older(reader)
        replayed = ask.replay(reader, to=until, stream=stream)
        left_out(replayed.unknown_types)
        result = replayed.result
        if only_end:
            write_rows(result.end_rows(), COLUMNS, form, out, replayed.header())
        else:
            steps = result.steps()
            write_rows(steps, STEP_COLUMNS, form, out, replayed.header(), key="steps")
            deque(steps, 0)  # a reader may have left the pager before the last step, which is compared all the same
        difference = result.differences()
        for line in difference[:20]:
            say(f"differs: {visible(line)}")
        if not result.known.position:
            say("the ledger is empty: there is nothing to replay")
            return 0
        told = f"replayed #1 to #{result.known.position}: {result.entries} entries give {result.rows} periods"
        if difference:
            say(f"{told}, and {len(difference)} differ from what is stored; find out why: engage verify --full")
            return 4
        say(f"{told}, equal to what is stored")
        return 0
