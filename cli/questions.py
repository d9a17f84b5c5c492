"""Questions: parse, ask, print. Each answer names both clocks, resolved; what is answered is decided in `ledger`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import IO, Any, Final, cast

import click

from ..domain.streams import KINDS
from ..ledger import questions as ask
from .common import F, chosen, clock_line, clocks, formats, left_out, output, path, reading, say_if_older
from .printing import cell, echo, escaped, say, visible, write_rows


def as_recorded(command: F) -> F:
    """--as-recorded: without corrections."""
    return click.option(
        "--as-recorded", is_flag=True, help="The values that were recorded at first, without corrections."
    )(command)


Arguments = tuple[Iterable[str], dict[str, Any]]
"""The streams that a question is about, and its other arguments, as `prove_answer` takes them."""


def provable(question: str, arguments: Callable[[dict[str, Any]], Arguments]) -> Callable[[F], F]:
    """--proof: a file that shows somebody else that this is the answer, and from which entries it follows."""

    def decorated(command: F) -> F:
        @wraps(command)
        def asked(*, proof: str | None, **params: Any) -> Any:
            told = arguments(params) if proof else None  # refused before anything is printed
            code = command(**params)
            if proof and told:
                _write_proof(question, proof, *told)
            return code

        described = "Write a proof of the answer as well, which others can check."
        return cast(F, click.option("--proof", metavar="FILE", help=described)(asked))

    return decorated


def _write_proof(question: str, to: str, streams: Iterable[str], arguments: dict[str, Any]) -> None:
    from ..ledger.answers import prove_answer

    with output(to) as out:
        out.write(prove_answer(path(), question, streams, **arguments))
    say(visible(f"proof of this answer: {to}; others check it with engage verify --answer {to}"))


def _of_status(params: dict[str, Any]) -> Arguments:
    if params["counting"]:
        raise click.UsageError("--proof is of what stands where, not of --count")
    told = {name: params[name] for name in ("as_of", "known_at", "kind")}
    return params["streams"], {**told, "status": params["wanted"]}


def _of_log(params: dict[str, Any]) -> Arguments:
    told = {name: params[name] for name in ("known_at", "last", "as_recorded")}
    return _streams(params["stream"]), {**told, "type": params["kinds"], "by_world": params["by"] == "world"}


def _of_show(params: dict[str, Any]) -> Arguments:
    if _is_entry(params["what"]):
        raise click.UsageError("an entry is proven by itself: engage prove ENTRY -o FILE")
    return (params["what"],), {name: params[name] for name in ("as_of", "known_at")}


def _of_diff(params: dict[str, Any]) -> Arguments:
    if params["days"] is None:
        raise click.UsageError("--proof is of DAY..DAY; what was learned shows in the proofs of two moments")
    first, last = _two(params["days"])
    return _streams(params["stream"]), {"first": first, "last": last, "known_at": params["known_at"]}


def _streams(stream: str | None) -> tuple[str, ...]:
    return (stream,) if stream else ()


def _is_entry(what: str) -> bool:
    """Whether an entry is named, by its position or id, and not a stream."""
    return what.startswith("#") or what.isdecimal() or (":" not in what and what.count("-") == _DASHES)


_DASHES: Final = 4
"""In a UUID."""


@click.command(short_help="What stands where on a day.")
@click.argument("streams", nargs=-1, metavar="[STREAM[/PART]]…")
@click.option(
    "--status", "wanted", multiple=True, metavar="WORD", help="Only what has this status, or possibly has it."
)
@click.option("--kind", type=click.Choice(list(KINDS)), help="Only streams of this kind.")
@click.option("--count", "counting", is_flag=True, help="How many stand where, instead of each.")
@clocks
@formats
@provable("status", _of_status)
def status(
    streams: tuple[str, ...], wanted: tuple[str, ...], kind: str | None, counting: bool,
    as_of: str | None, known_at: str | None, form: str, as_json: bool, **rest: Any,
) -> None:  # fmt: skip
    """What is the state of play on a day, as known then? Without a STREAM, of everything."""
    form = chosen(form, as_json)
    with reading() as reader, output(rest["output"]) as out:
        if counting:
            counts = ask.count(reader, streams, as_of=as_of, known_at=known_at, status=wanted, kind=kind)
            left_out(counts.unknown_types)
            if form == "table":
                echo(click.style(clock_line(counts.at), dim=True), out)
            header = counts.header() if form == "json" else None
            write_rows(counts.rows, ("part", "status", "possible", "count"), form, out, header)
            return
        found = ask.status(reader, streams, as_of=as_of, known_at=known_at, status=wanted, kind=kind)
        left_out(found.unknown_types)
        if form != "table":
            from .listing import write_periods

            write_periods(found.periods, form, out, found.header())
            return
        echo(click.style(clock_line(found.at), dim=True), out)
        if not _status_table(found.rows, out):
            say("nothing is recorded of it for that day" if reader.size else "the ledger is empty")


def _status_table(rows: Iterable[Mapping[str, Any]], out: IO[str]) -> int:
    """Periods as people read them."""
    from ..projections.rows import in_words

    lines = [{**row, "status": in_words(row), "since": row["valid_from"], "until": row["valid_to"]} for row in rows]
    columns = ["stream", "part", "status", "since", "until", "detail"]
    if any(line["flags"] for line in lines):
        columns.insert(3, "flags")
    return write_rows(lines, columns, "table", out)


@click.command(short_help="The entries, in order of recording or of happening.")
@click.argument("stream", required=False)
@click.option(
    "--by",
    type=click.Choice(["record", "world"]),
    default="record",
    help="Order: of recording, or of happening.",
)
@click.option("--known-at", metavar="INSTANT|#POS", help="What the ledger knew then.")
@click.option("--type", "kinds", multiple=True, metavar="TYPE", help="Only entries of this type.")
@click.option("-n", "--last", type=click.IntRange(min=1), help="Only the last so many.")
@as_recorded
@formats
@provable("log", _of_log)
def log(
    stream: str | None,
    by: str,
    known_at: str | None,
    kinds: tuple[str, ...],
    last: int | None,
    as_recorded: bool,
    **options: Any,
) -> None:
    """The entries of STREAM, or of the whole ledger, with their corrections applied."""
    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        found = ask.log(
            reader, stream, known_at=known_at, type=kinds, by_world=by == "world", last=last, as_recorded=as_recorded
        )
        left_out(found.unknown_types)
        if form in ("json", "jsonl"):
            write_rows(found.rows, (), form, out, found.header(), key="entries")
            return
        columns = ["entry", *([] if found.stream else ["stream"]), "occurred", "what", "known", "by", "note"]
        if form == "table":
            title = f"{found.stream or 'all entries'} · as known at #{found.known.position}"
            echo(click.style(visible(title), dim=True), out)
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
    marked = bool(put_right(reader, found.known, found.stream))
    return write_rows(rows, [*columns, *(["mark"] if marked else [])], form, out)


def _summary(one: dict[str, Any], reader: Any) -> dict[str, Any]:
    """An entry in one line."""
    noun, what = one["type"].partition(".")[0], _event(one["type"])
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
            value = f"#{reader.line(body[field])[0]}" if field == "entry" else body[field]
            what += f" · {value}"
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


def _event(kind: str) -> str:
    """The event in words, without the kind of its aggregate."""
    return kind.partition(".")[2].partition("/")[0].replace("-", " ")


def _mark(one: dict[str, Any]) -> str | None:
    """What put an entry right."""
    corrected, retracted = one.get("corrected_by"), one.get("retracted_by")
    told = [*([f"corrected by {', '.join(corrected)}"] if corrected else [])]
    return "; ".join([*told, *([f"retracted by {retracted}"] if retracted else [])]) or None


@click.command(short_help="What is known of one aggregate, or of one entry.")
@click.argument("what", metavar="STREAM[/PART]|ENTRY")
@clocks
@formats
@provable("show", _of_show)
def show(what: str, as_of: str | None, known_at: str | None, **options: Any) -> None:
    """What is known of a stream, with the status of its parts or of PART; or the whole of an entry ('#12', its id)."""
    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        if _is_entry(what):
            _show_entry(reader, what, form, out)
        else:
            found = ask.show(reader, what, as_of=as_of, known_at=known_at)
            left_out(found.unknown_types)
            _show_stream(found, form, out)


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
    for name, value in fields.items():
        echo(visible(f"{name:<14}{cell(value)}"), out)
    for name, value in body.items():
        echo(visible(f"  {name:<20}{cell(value)}"), out)


def _say_what_became_of(reader: Any, position: int, entry: dict[str, Any]) -> None:
    """An entry is shown as it was recorded; that it was corrected or retracted since is said beside it."""
    for later, line in reader.lines(position + 1, stream=entry["stream"]):
        if b'"type":"entry.' not in line:
            continue
        told = json.loads(line)
        if told["body"].get("entry") == entry["entry_id"]:
            word = told["type"].partition(".")[2].partition("/")[0]
            say(visible(f"{word} by #{later}: {cell(told['body'].get('changes')) or ''} ({told['body']['reason']})"))


def _show_stream(found: Any, form: str, out: IO[str]) -> None:
    from ..projections import rows, said

    if form in ("json", "jsonl"):
        answer = {**found.header(), "aggregate": found.aggregate, "rows": found.rows, "said": found.said}
        out.write(escaped(json.dumps(answer, ensure_ascii=False, default=str)) + "\n")
        return
    if form != "table":
        write_rows(found.rows, rows.COLUMNS, form, out)
        return
    echo(click.style(clock_line(found.at), dim=True), out)
    for name, value in found.aggregate.items():
        echo(f"{name.replace('_', ' '):<16}{visible(cell(value))}", out)
    if found.rows or not found.said:
        echo("", out)
        _status_table(found.rows, out)
    if found.said:
        echo("", out)
        told = [{**one, "what": _event(one["type"]), "says": one["body"], "mark": _mark(one)} for one in found.said]
        write_rows(told, [*said.COLUMNS, *(["mark"] if any(one["mark"] for one in told) else [])], "table", out)


@click.command(short_help="The periods of one stream, as bars.")
@click.argument("stream", metavar="STREAM[/PART]")
@click.option("--known-at", metavar="INSTANT|#POS", help="What the ledger knew then.")
@click.option("--from", "first", metavar="DAY", help="First day of the picture.")
@click.option("--to", "last", metavar="DAY", help="Last day of the picture.")
@formats
@provable("timeline", lambda params: ((params["stream"],), {"known_at": params["known_at"]}))
def timeline(stream: str, known_at: str | None, first: str | None, last: str | None, **options: Any) -> None:
    """Draw the periods of STREAM: what held over which days, as known then."""
    from ..projections.rows import COLUMNS, as_row

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        found = ask.timeline(reader, stream, known_at=known_at)
        left_out(found.unknown_types)
        if form != "table":
            write_rows(found.rows, COLUMNS, form, out, found.header())
            return
        echo(click.style(visible(f"{found.stream} · as known at #{found.at.known.position}"), dim=True), out)
        periods = list(found.periods)
        _draw([(as_row(one), one.valid_from, one.valid_to) for one in periods], first, last, out)


def _draw(rows: Sequence[tuple[Any, int, int]], first: str | None, last: str | None, out: IO[str]) -> None:
    """Periods as bars, part by part, on a scale that the terminal has room for."""
    import shutil

    from ..domain.dates import day
    from ..projections import timeline as picture

    scale = picture.scale(edge for _, *edges in rows for edge in edges)
    start, stop = day(first) if first else scale[0], day(last) if last else scale[1]
    shown = [one for one in rows if one[2] > start and one[1] <= stop]
    words = [visible(_with_flags(row)) for row, _, _ in shown]
    label = max((len(word) for word in words), default=0)
    columns = max(20, min(shutil.get_terminal_size((100, 24)).columns - label - 28, 72))
    previous = None
    echo(f"{'':<2}{picture.ruler(start, stop, columns)}", out)
    for bar, word in zip(picture.bars(shown, start, stop, columns), words, strict=True):
        if bar.row["part"] != previous:
            echo(click.style(visible(str(bar.row["part"])), bold=True), out)
            previous = bar.row["part"]
        days = f"{bar.row['valid_from'] or '…'} → {bar.row['valid_to'] or '…'}"
        echo(f"  {picture.drawn(bar, columns)}  {word:<{label}}  {days}", out)
    echo(click.style("  █ certain   ▒ certain, with something else possible   ░ only possible", dim=True), out)


def _with_flags(row: Mapping[str, Any]) -> str:
    from ..projections.rows import in_words

    flags = f" [{' '.join(row['flags'])}]" if row["flags"] else ""
    return in_words(row) + flags


@click.command(short_help="What changed between two days, or what was learned between two moments.")
@click.argument("days", required=False, metavar="[DAY..DAY]")
@click.option("--known", "moments", metavar="K1..K2", help="What was learned between: '#12..#20' or two instants.")
@click.option("--stream", metavar="STREAM[/PART]", help="Only this stream, or this part of it.")
@click.option("--known-at", metavar="INSTANT|#POS", help="With DAY..DAY: what the ledger knew then.")
@formats
@provable("diff", _of_diff)
def diff(days: str | None, moments: str | None, stream: str | None, known_at: str | None, **options: Any) -> None:
    """What changed in the world between two days; with --known, what the ledger learned between two moments."""
    from ..projections.diff import COLUMNS, LEARNED_COLUMNS, SAID_COLUMNS

    if (days is None) == (moments is None):
        raise click.UsageError("give either DAY..DAY, or --known K1..K2")
    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        if days is not None:
            changed = ask.diff(reader, *_two(days), stream=stream, known_at=known_at)
            left_out(changed.unknown_types)
            title = f"changed between {days} · as known at #{changed.at.known.position}"
            _write_changes(changed.rows, COLUMNS, form, out, changed.header(), title)
            return
        found = ask.learned(reader, *_two(moments or ""), stream=stream)
        left_out(found.unknown_types)
        header = {**found.header(), **({"said": found.said} if form in ("json", "jsonl") else {})}
        title = f"learned between #{found.earlier.position} and #{found.later.position}"
        _write_changes(found.rows, LEARNED_COLUMNS, form, out, header, title, nothing=not found.said)
        if found.said and form == "table":
            if found.rows:
                echo("", out)
            write_rows(found.said, SAID_COLUMNS, form, out)


def _two(text: str) -> tuple[str, str]:
    first, dots, last = text.partition("..")
    if not dots or not first or not last:
        raise click.UsageError(f"{text!r} is not FIRST..LAST")
    return first, last


def _write_changes(
    rows: Sequence[Mapping[str, Any]], columns: Any, form: str, out: IO[str], header: dict[str, Any], title: str,
    nothing: bool = True,
) -> None:  # fmt: skip
    if form == "table":
        echo(click.style(visible(title), dim=True), out)
        if not rows and nothing:
            say("nothing changed")
    write_rows(rows, columns, form, out, header, key="changes")


@click.command(short_help="Which entry set this, who entered it, and on which source.")
@click.argument("what", metavar="STREAM[/PART]")
@click.argument("field", required=False)
@click.option("--known-at", metavar="INSTANT|#POS", help="What the ledger knew then.")
@formats
@provable("blame", lambda params: ((params["what"],), {name: params[name] for name in ("field", "known_at")}))
def blame(what: str, field: str | None, known_at: str | None, **options: Any) -> None:
    """Where each present value of STREAM comes from: entry, person, source. FIELD, or a PART, limits it."""
    from ..projections.blame import COLUMNS

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        found = ask.blame(reader, what, field, known_at=known_at)
        left_out(found.unknown_types)
        if form == "table":
            name = f"{found.stream}/{found.part}" if found.part else found.stream
            echo(click.style(visible(f"{name} · as known at #{found.known.position}"), dim=True), out)
        columns = [*COLUMNS, *(["corrects"] if any(row["corrects"] for row in found.rows) else [])]
        if not write_rows(found.rows, columns, form, out, found.header()):
            say(visible(f"no entry sets {field or found.part or 'anything there'}"))


@click.command(short_help="What is due, overdue, awaiting its outcome, or silent.")
@click.option(
    "--within",
    type=click.IntRange(0, 36_500),
    default=90,
    show_default=True,
    metavar="DAYS",
    help="How far ahead to look.",
)
@clocks
@formats
@provable("due", lambda params: ((), {name: params[name] for name in ("within", "as_of", "known_at")}))
def due(within: int, as_of: str | None, known_at: str | None, **options: Any) -> None:
    """The agenda on a day: overdue, due and planned within some days, awaiting outcome, and silent commitments."""
    from ..projections.due import COLUMNS

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        found = ask.due(reader, within=within, as_of=as_of, known_at=known_at)
        left_out(found.unknown_types)
        if form == "table":
            echo(click.style(f"{clock_line(found.at)} · next {within} days", dim=True), out)
        if not write_rows(found.rows, COLUMNS, form, out, found.header()):
            say("nothing is due")


@click.command(short_help="Entries that hold all of these words.")
@click.argument("words", nargs=-1, required=True)
@click.option("--known-at", metavar="INSTANT|#POS", help="What the ledger knew then.")
@as_recorded
@formats
def search(words: tuple[str, ...], known_at: str | None, as_recorded: bool, **options: Any) -> None:
    """Entries whose text holds all WORDS, as the facts are shown, corrected, whatever their case."""
    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        found = ask.search(reader, words, known_at=known_at, as_recorded=as_recorded)
        left_out(found.unknown_types)
        if form in ("json", "jsonl"):
            header = {"size": found.known.position, "unknown_types": found.unknown_types}
            write_rows(found.rows, (), form, out, header, key="entries")
            return
        if not _write_entries(found, ["entry", "stream", "occurred", "what", "by"], form, out, reader):
            say(visible(f"no entry holds {' '.join(words)}"))


@click.command(short_help="Rebuild from entry 1 in front of you, and compare with what is stored.")
@click.option("--to", "until", metavar="INSTANT|#POS", help="Stop there.")
@click.option("--stream", metavar="STREAM", help="Only this stream.")
@click.option("--end", "only_end", is_flag=True, help="Print the end state alone, not each step.")
@formats
def replay(until: str | None, stream: str | None, only_end: bool, **options: Any) -> int:
    """Rebuild every period from entry 1 on, showing each step, and say whether that equals what is stored."""
    from ..projections.replay import STEP_COLUMNS
    from ..projections.rows import COLUMNS

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        say_if_older(reader)
        replayed = ask.replay(reader, to=until, stream=stream)
        left_out(replayed.unknown_types)
        result = replayed.result
        if only_end:
            write_rows(result.end_rows(), COLUMNS, form, out, replayed.header())
        else:
            write_rows(result.steps(), STEP_COLUMNS, form, out, replayed.header(), key="steps")
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
