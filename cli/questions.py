"""Questions: parse, ask, print. Each answer names both clocks, resolved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

import click

from ..ledger.clocks import as_of_day, in_order, moment, resolve
from ..ledger.named import check_words, find_stream, whole_stream
from .common import KINDS, F, chosen, clock_line, clocks, formats, output, reading, say_if_older
from .printing import cell, echo, escaped, say, visible, write_rows

if TYPE_CHECKING:
    from ..history.periods import Period


@click.command(short_help="What stands where on a day.")
@click.argument("streams", nargs=-1, metavar="[STREAM[/PART]]…")
@click.option(
    "--status", "wanted", multiple=True, metavar="WORD", help="Only what has this status, or possibly has it."
)
@click.option("--kind", type=click.Choice(KINDS), help="Only streams of this kind.")
@click.option("--count", "counting", is_flag=True, help="How many stand where, instead of each.")
@clocks
@formats
def status(
    streams: tuple[str, ...], wanted: tuple[str, ...], kind: str | None, counting: bool,
    as_of: str | None, known_at: str | None, form: str, as_json: bool, **rest: Any,
) -> None:  # fmt: skip
    """What is the state of play on a day, as known then? Without a STREAM, of everything."""
    from ..projections import status as question

    form = chosen(form, as_json)
    with reading() as reader, output(rest["output"]) as out:
        check_words(reader, statuses=wanted)
        at = resolve(reader, as_of, known_at)
        named: list[tuple[str | None, str | None]] = [find_stream(reader, text) for text in streams]

        def periods() -> Iterator[Period]:
            for stream, part in named or [(None, None)]:
                for one in question.shown(reader.periods(at.known, at.day, stream, part), at.coverage):
                    if kind and not one[0].startswith(kind + ":"):
                        continue
                    if wanted and not ({one[2].status or "open", *one[2].possible} & set(wanted)):
                        continue
                    yield one

        if counting:
            doubted = any(scope["passed"] for scope in at.coverage)
            limited = bool(named or kind or wanted or doubted)
            _write_counts(_tally(periods()) if limited else _counted(reader, at), at, form, out)
            return
        if form != "table":
            from .listing import write_periods

            write_periods(periods(), form, out, at.header())
            return
        echo(click.style(clock_line(at), dim=True), out)
        lines = [
            {
                **row,
                "status": question.in_words(row),
                "until": row["valid_to"],
                "since": row["valid_from"],
                "entry": f"#{row['known_from']}",
            }
            for row in map(question.as_row, periods())
        ]
        _status_table(lines, out)
        if not lines:
            say("nothing is recorded of it for that day" if reader.size else "the ledger is empty")


def _status_table(lines: list[dict[str, Any]], out: IO[str]) -> None:
    columns = ["stream", "part", "status", "since", "until", "detail"]
    if any(line["flags"] for line in lines):
        columns.insert(3, "flags")
    write_rows(lines, columns, "table", out)


_Counts = Counter[tuple[str, str, str]]


def _counted(reader: Any, at: Any) -> _Counts:
    """How many stand where, by the index alone."""
    counts: _Counts = Counter()
    for part, standing, number in reader.counts(at.known, at.day):
        counts[part.partition("/")[0], standing.status or "open", " or ".join(standing.possible)] += number
    return counts


def _tally(periods: Iterator[Any]) -> _Counts:
    """The same of some periods."""
    return Counter(
        (part.partition("/")[0], standing.status or "open", " or ".join(standing.possible))
        for _, part, standing, *_ in periods
    )


def _write_counts(counts: _Counts, at: Any, form: str, out: IO[str]) -> None:
    rows = [
        {"part": part, "status": word, "possible": possible, "count": number}
        for (part, word, possible), number in sorted(counts.items())
    ]
    if form == "table":
        echo(click.style(clock_line(at), dim=True), out)
    header = at.header() if form == "json" else None
    write_rows(rows, ("part", "status", "possible", "count"), form, out, header)


def as_recorded(command: F) -> F:
    """--as-recorded: without corrections."""
    return click.option(
        "--as-recorded", is_flag=True, help="The values that were recorded at first, without corrections."
    )(command)


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
    from ..ledger.entries import logged

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        known = reader.known_at(moment(known_at))
        name = whole_stream(reader, stream) if stream else None
        check_words(reader, types=kinds)
        entries = logged(
            reader, known, stream=name, kinds=kinds, by_world=by == "world", last=last, as_recorded=as_recorded
        )
        header = {"known_at": {"position": known.position, "known": known.known}, "size": known.position}
        if form in ("json", "jsonl"):
            write_rows(entries, (), form, out, header, key="entries")
            return
        columns = ["entry", *([] if name else ["stream"]), "occurred", "what", "known", "by", "note"]
        if form == "table":
            echo(click.style(visible(f"{name or 'all entries'} · as known at #{known.position}"), dim=True), out)
        if not _write_entries(entries, columns, form, out, reader, known, name):
            say("no entries")


def _write_entries(
    entries: Iterable[dict[str, Any]], columns: list[str], form: str, out: IO[str],
    reader: Any, known: Any, stream: str | None = None,
) -> int:  # fmt: skip
    """Write entries in one line each, with what put them right where there is any such thing."""
    from ..ledger.entries import put_right

    rows = ({**_summary(one, reader), "stream": one["stream"]} for one in entries)
    if form == "table":
        told = list(rows)
        marked = any(row["mark"] for row in told)
        return write_rows(told, [*columns, *(["mark"] if marked else [])], form, out)
    marked = bool(put_right(reader, known, stream))
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
def show(what: str, as_of: str | None, known_at: str | None, **options: Any) -> None:
    """What is known of a stream, with the status of its parts or of PART; or the whole of an entry ('#12', its id)."""
    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        if what.startswith("#") or what.isdecimal() or (":" not in what and what.count("-") == 4):
            _show_entry(reader, what, form, out)
            return
        stream, part = find_stream(reader, what)
        at = resolve(reader, as_of, known_at)
        _show_stream(reader, stream, part, at, form, out)


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


def _show_stream(reader: Any, stream: str, part: str | None, at: Any, form: str, out: IO[str]) -> None:
    from dataclasses import fields

    from ..domain.dates import When
    from ..ledger.asking import aggregate_of, said_of
    from ..projections import said
    from ..projections import status as question

    known = aggregate_of(reader, stream, at.known, at.day)
    facts = {one.name: getattr(known, one.name) for one in fields(known)}
    facts = {k: v.text if isinstance(v, When) else v for k, v in facts.items() if v not in (None, (), "", {})}
    rows = list(question.answer(reader.periods(at.known, at.day, stream, part), at.coverage))
    spoken = said_of(reader, stream, at.known, at.day)
    if form in ("json", "jsonl"):
        answer = {**at.header(), "aggregate": facts, "rows": rows, "said": spoken}
        out.write(escaped(json.dumps(answer, ensure_ascii=False, default=str)) + "\n")
        return
    if form != "table":
        write_rows(rows, question.COLUMNS, form, out)
        return
    echo(click.style(clock_line(at), dim=True), out)
    for name, value in facts.items():
        echo(f"{name.replace('_', ' '):<16}{visible(cell(value))}", out)
    lines = [
        {**row, "status": question.in_words(row), "since": row["valid_from"], "until": row["valid_to"]} for row in rows
    ]
    if lines or not spoken:
        echo("", out)
        _status_table(lines, out)
    if spoken:
        echo("", out)
        told = [{**one, "what": _event(one["type"]), "says": one["body"], "mark": _mark(one)} for one in spoken]
        write_rows(told, [*said.COLUMNS, *(["mark"] if any(one["mark"] for one in told) else [])], "table", out)


@click.command(short_help="The periods of one stream, as bars.")
@click.argument("stream", metavar="STREAM[/PART]")
@click.option("--known-at", metavar="INSTANT|#POS", help="What the ledger knew then.")
@click.option("--from", "first", metavar="DAY", help="First day of the picture.")
@click.option("--to", "last", metavar="DAY", help="Last day of the picture.")
@formats
def timeline(stream: str, known_at: str | None, first: str | None, last: str | None, **options: Any) -> None:
    """Draw the periods of STREAM: what held over which days, as known then."""
    import shutil

    from ..domain.dates import day
    from ..ledger.over_time import timeline_of
    from ..projections import status as question
    from ..projections import timeline as picture

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        name, part = find_stream(reader, stream)
        at = resolve(reader, None, known_at)
        periods = timeline_of(reader, at.known, name, part)
        rows = list(question.answer(periods))
        if form != "table":
            write_rows(rows, question.COLUMNS, form, out, at.header())
            return
        scale = picture.scale(edge for one in periods for edge in one[3:5])
        start, stop = day(first) if first else scale[0], day(last) if last else scale[1]
        shown = [
            (row, valid_from, valid_to)
            for row, (_, _, _, valid_from, valid_to, _, _) in zip(rows, periods, strict=True)
            if valid_to > start and valid_from <= stop
        ]
        words = [visible(_with_flags(row)) for row, _, _ in shown]
        label = max((len(word) for word in words), default=0)
        columns = max(20, min(shutil.get_terminal_size((100, 24)).columns - label - 28, 72))
        echo(click.style(visible(f"{name} · as known at #{at.known.position}"), dim=True), out)
        previous = None
        echo(f"{'':<2}{picture.ruler(start, stop, columns)}", out)
        for bar, word in zip(picture.bars(shown, start, stop, columns), words, strict=True):
            if bar.row["part"] != previous:
                echo(click.style(visible(str(bar.row["part"])), bold=True), out)
                previous = bar.row["part"]
            days = f"{bar.row['valid_from'] or '…'} → {bar.row['valid_to'] or '…'}"
            echo(f"  {picture.drawn(bar, columns)}  {word:<{label}}  {days}", out)
        echo(
            click.style("  █ certain   ▒ certain, with something else possible   ░ only possible", dim=True),
            out,
        )


def _with_flags(row: dict[str, Any]) -> str:
    from ..projections.status import in_words

    flags = f" [{' '.join(row['flags'])}]" if row["flags"] else ""
    return in_words(row) + flags


@click.command(short_help="What changed between two days, or what was learned between two moments.")
@click.argument("days", required=False, metavar="[DAY..DAY]")
@click.option("--known", "moments", metavar="K1..K2", help="What was learned between: '#12..#20' or two instants.")
@click.option("--stream", metavar="STREAM[/PART]", help="Only this stream, or this part of it.")
@click.option("--known-at", metavar="INSTANT|#POS", help="With DAY..DAY: what the ledger knew then.")
@formats
def diff(days: str | None, moments: str | None, stream: str | None, known_at: str | None, **options: Any) -> None:
    """What changed in the world between two days; with --known, what the ledger learned between two moments."""
    from ..ledger.over_time import changed, learned_between, said_between
    from ..projections import changes

    if (days is None) == (moments is None):
        raise click.UsageError("give either DAY..DAY, or --known K1..K2")
    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        name, part = find_stream(reader, stream) if stream else (None, None)
        if days is not None:
            first, last = (as_of_day(one) for one in _two(days))
            if first > last:
                raise click.UsageError(f"{days}: the earlier day comes first")
            at = resolve(reader, None, known_at)
            found = changed(reader, at.known, first, last, name, part)
            header = {**at.header(), "between": list(_two(days))}
            _write_changes(
                found,
                changes.COLUMNS,
                form,
                out,
                header,
                f"changed between {days} · as known at #{at.known.position}",
            )
            return
        earlier, later = (reader.known_at(moment(one)) for one in _two(moments or ""))
        if not in_order(*_two(moments or ""), earlier, later):
            raise click.UsageError(f"{moments}: the earlier moment comes first")
        found = learned_between(reader, earlier, later, name, part)
        header = {
            "known": [f"#{earlier.position}", f"#{later.position}"],
            "size": later.position,
            "root": reader.root(later.position),
        }
        title = f"learned between #{earlier.position} and #{later.position}"
        spoken = said_between(reader, earlier, later, name) if part is None else []
        if form in ("json", "jsonl"):
            header["said"] = spoken
        _write_changes(found, changes.LEARNED_COLUMNS, form, out, header, title, nothing=not spoken)
        if spoken and form == "table":
            if found:
                echo("", out)
            write_rows(spoken, ("stream", "entry", "before", "after", "since"), form, out)


def _two(text: str) -> tuple[str, str]:
    first, dots, last = text.partition("..")
    if not dots or not first or not last:
        raise click.UsageError(f"{text!r} is not FIRST..LAST")
    return first, last


def _write_changes(
    rows: list[dict[str, Any]], columns: Any, form: str, out: IO[str], header: dict[str, Any], title: str,
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
def blame(what: str, field: str | None, known_at: str | None, **options: Any) -> None:
    """Where each present value of STREAM comes from: entry, person, source. FIELD, or a PART, limits it."""
    from ..ledger.asking import blamed
    from ..projections.origins import COLUMNS

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        stream, part = find_stream(reader, what)
        check_words(reader, fields=(field,) if field else (), kind=stream.partition(":")[0])
        known = reader.known_at(moment(known_at))
        rows = blamed(reader, stream, part, field, known)
        header = {
            "known_at": {"position": known.position, "known": known.known},
            "stream": stream,
            "size": known.position,
        }
        if form == "table":
            echo(
                click.style(visible(f"{stream}{'/' + part if part else ''} · as known at #{known.position}"), dim=True),
                out,
            )
        columns = [*COLUMNS, *(["corrects"] if any(row.get("corrects") for row in rows) else [])]
        if not write_rows(rows, columns, form, out, header):
            say(visible(f"no entry sets {field or part or 'anything there'}"))


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
def due(within: int, as_of: str | None, known_at: str | None, **options: Any) -> None:
    """The agenda on a day: overdue, due and planned within some days, awaiting outcome, and silent commitments."""
    from ..ledger.asking import agenda_rows
    from ..projections.agenda import COLUMNS

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        at = resolve(reader, as_of, known_at)
        rows = agenda_rows(reader, at.known, at.day, within)
        if form == "table":
            echo(click.style(f"{clock_line(at)} · next {within} days", dim=True), out)
        if not write_rows(rows, COLUMNS, form, out, at.header()):
            say("nothing is due")


@click.command(short_help="Entries that hold all of these words.")
@click.argument("words", nargs=-1, required=True)
@click.option("--known-at", metavar="INSTANT|#POS", help="What the ledger knew then.")
@as_recorded
@formats
def search(words: tuple[str, ...], known_at: str | None, as_recorded: bool, **options: Any) -> None:
    """Entries whose text holds all WORDS, as the facts are shown, corrected, whatever their case."""
    from ..ledger.entries import found_by

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        known = reader.known_at(moment(known_at))
        found = found_by(reader, known, words, as_recorded=as_recorded)
        if form in ("json", "jsonl"):
            write_rows(found, (), form, out, {"size": known.position}, key="entries")
            return
        if not _write_entries(found, ["entry", "stream", "occurred", "what", "by"], form, out, reader, known):
            say(visible(f"no entry holds {' '.join(words)}"))


@click.command(short_help="Rebuild from entry 1 in front of you, and compare with what is stored.")
@click.option("--to", "until", metavar="INSTANT|#POS", help="Stop there.")
@click.option("--stream", metavar="STREAM", help="Only this stream.")
@click.option("--end", "only_end", is_flag=True, help="Print the end state alone, not each step.")
@formats
def replay(until: str | None, stream: str | None, only_end: bool, **options: Any) -> int:
    """Rebuild every period from entry 1 on, showing each step, and say whether that equals what is stored."""
    from ..domain.errors import Altered
    from ..ledger.asking import replayed
    from ..projections.status import COLUMNS

    form = chosen(options["form"], options["as_json"])
    with reading() as reader, output(options["output"]) as out:
        known = reader.known_at(moment(until))
        name = whole_stream(reader, stream) if stream else None
        for problem in (problems := reader.verify().problems)[:20]:
            say(f"altered: {visible(problem)}")
        if problems:
            raise Altered(
                "nothing is replayed: the entries are not as they were recorded",
                f"{len(problems)} thing{'s do' if len(problems) > 1 else ' does'} not agree",
                "run engage verify, and compare with a copy or an export",
            )
        say_if_older(reader)
        result = replayed(reader, known, name)
        if only_end:
            write_rows(
                result.end_rows(),
                COLUMNS,
                form,
                out,
                {"known_at": {"position": known.position, "known": known.known}},
            )
        else:
            columns = ("entry", "stream", "what", "part", "from", "to", "now")
            steps = (row for row in result.steps())
            write_rows(
                steps,
                columns,
                form,
                out,
                {"known_at": {"position": known.position, "known": known.known}},
                key="steps",
            )
        difference = result.differences()
        for line in difference[:20]:
            say(f"differs: {visible(line)}")
        if not known.position:
            say("the ledger is empty: there is nothing to replay")
            return 0
        told = f"replayed #1 to #{known.position}: {result.entries} entries give {result.rows} periods"
        if difference:
            say(f"{told}, and {len(difference)} differ from what is stored; find out why: engage verify --full")
            return 4
        say(f"{told}, equal to what is stored")
        return 0
