"""Record facts: one by command, many by file, corrections and retractions. Parse, append, say what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

import click

from ..domain.dates import iso
from ..domain.entry import Draft
from ..domain.errors import Altered, ChangedMeanwhile, EditorFailed, LedgerUnusable, Refusal
from ..domain.limits import LARGEST
from ..domain.near_names import listed, meant
from ..domain.quarters import quarters
from ..domain.streams import REACHING_BACK, event_words
from ..domain.worlds import Standing
from ..exchange.facts_file import facts_in
from ..exchange.located import Located
from ..exchange.placing import placed, places_of
from ..ledger.append import BatchRefused, Receipt
from ..ledger.application import Ledger
from ..ledger.cautions import (
    leapt,
    near_to_named,
    near_to_new,
    not_there,
    opened,
    refuse_what_was_set_aside,
    restated,
    scopes_of_nothing,
    themes_not_listed,
)
from ..ledger.clocks import today
from ..ledger.drafts import citations, draft_of
from ..ledger.reading import Snapshot
from ..projections.irregular import irregular
from ..record.lines import entry_of, writer_bytes
from ..record.strict_json import Unreadable, parsed_value
from .common import (
    apart_from_the_ledger,
    output,
    reading,
    stream_named,
    writing,
)
from .envelope import ENVELOPE, MANY
from .printing import changes_in, echo, encoded, escaped, say, visible, warn, write_rows
from .progress import progress
from .quiet import is_quiet
from .recorder import recorder
from .settings import citation_text, setting
from .settings import listed as listed_sources


def record_one(kind: str, declared: dict[str, Any], stream: str, options: dict[str, Any]) -> int:
    """Record the fact that a command's options give."""
    names = [field["name"] for field in declared["fields"]]
    given = {name: options[name] for name in names if options[name] not in (None, ())}
    body = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    raw: dict[str, Any] = {"stream": stream_named(stream, kind), "type": declared["type"], "body": body}
    for name in (*(one[0] for one in ENVELOPE), *(one[0] for one in MANY)):
        if options[name]:
            raw[name] = list(options[name]) if isinstance(options[name], tuple) else options[name]
    origin = _with_sources(raw)
    if options["edit"]:
        return _edited(raw, declared, options)
    if "occurred" not in raw:
        raise click.UsageError(
            "missing option '--occurred': when did it happen? (2026-02-02, 2026-03, ../2026-02-02 …)"
        )
    code = _record([Located(1, raw)], options)
    if origin and not code:
        say(visible(f"source:   {', '.join(map(citation_text, raw['sources']))}"))
        say(visible(f"          (from {Path(origin).name}; to give none: --source '')"))
    return code


def _with_sources(raw: dict[str, Any]) -> str:
    """Give a fact the source of the settings, where none is given, not even an empty one; returns who says so."""
    if "sources" in raw:
        raw["sources"] = [one for one in raw["sources"] if one]
        return ""
    found = setting("source", None)
    if found.value is None:
        return ""
    raw["sources"] = [one.value for one in listed_sources(found)]
    try:
        citations(raw["sources"])
    except Refusal as refusal:
        refusal.message = f"{found.origin}: source: {refusal.message}"
        refusal.because = "it is cited for each fact that is recorded without --source"
        raise
    return found.origin


def _record(facts: Sequence[Located], options: dict[str, Any], file: str = "") -> int:
    """Append facts, of a file where one is named, and answer for each."""
    places = places_of(file, facts) if file else []
    recorded_by = recorder(options.get("recorded_by"))
    today()  # refused before anything is recorded, where ENGAGE_TODAY is no day
    with writing() as ledger, output(options.get("output")) as out:
        drafts, unread = _drafts(ledger, facts, recorded_by)
        if unread and not file:
            raise unread[0]
        read = [index for index in range(len(facts)) if index not in unread]
        receipts: list[Receipt] = []
        if not unread and not options.get("dry_run") and not _meant_to_open(ledger, drafts):
            say("nothing was recorded")
            return 1
        try:
            # With a fact that cannot be read nothing is written, yet the others are judged: all errors at once.
            with progress() as telling:
                receipts = ledger.append(
                    *drafts,
                    expect_version=options.get("expect_version"),
                    dry_run=bool(options.get("dry_run") or unread),
                    places=[places[index] for index in read] if file else (),
                    progress=telling("append"),
                )
        except BatchRefused as refused:
            unread |= {read[index]: refusal for index, refusal in refused.refusals}
        except Refusal as refusal:
            if not file or isinstance(refusal, ChangedMeanwhile | LedgerUnusable):
                raise
            unread[read[0] if read else 0] = refusal
        if unread:
            raise _located(file, facts, places, unread)
        if not file and (there := [one for one in receipts if one.outcome == "exists"]):
            with ledger.reader() as reader:
                for receipt in there:
                    refuse_what_was_set_aside(reader, receipt)
        _answer(ledger, drafts, receipts, options, out)
    return 0


def _drafts(ledger: Ledger, facts: Sequence[Located], recorded_by: str) -> tuple[list[Draft], dict[int, Refusal]]:
    """The facts that can be read, and of the others, by where they stand, why not."""
    resolve = cache(ledger.entry_id)
    drafts, unread = [], {}
    for index, fact in enumerate(facts):
        try:
            drafts.append(draft_of(fact.value, recorded_by=recorded_by, resolve=resolve))
        except Refusal as refusal:
            unread[index] = refusal
    return drafts, unread


def _located(file: str, facts: Sequence[Located], places: Sequence[str], refusals: dict[int, Refusal]) -> BatchRefused:
    """All refusals of a file, each at its own line; what its defaults are refused for is said once."""
    said: dict[tuple[str, str], tuple[int, Refusal]] = {}
    for index, refusal in sorted(refusals.items()):
        place = placed(file, facts[index], places[index], refusal)
        said.setdefault((place, refusal.message), (index, refusal))
    located = BatchRefused(list(said.values()))
    located.places = [""] * len(facts)
    for (place, _), (index, _) in said.items():
        located.places[index] = place
    return located


def _at_a_terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _meant_to_open(ledger: Ledger, drafts: Sequence[Draft]) -> bool:
    """Ask back before a stream is opened whose name is near to that of another; a script is never asked."""
    if not _at_a_terminal():
        return True
    with ledger.reader() as reader:
        found = near_to_new(reader, not_there(reader, (draft.stream for draft in drafts)))
    for stream, others in found.items():
        say(visible(f"nothing is recorded in {stream} yet; did you mean {listed(others, 'or')}?"))
    return not found or click.confirm("open a new stream all the same?", err=True)


_SCOPE = "a scope is a pattern of streams, such as dialogue:* or commitment:nz-*"


def _caution(reader: Snapshot, drafts: Sequence[Draft], receipts: Sequence[Receipt]) -> None:
    """Say what may be a slip in facts that were taken in, where nobody could be asked."""
    warning = click.style("warning", fg="yellow", bold=True)
    if not _at_a_terminal() or receipts[0].outcome == "would-create":
        first = {one.stream: one for one in reversed(receipts)}
        for stream, others in near_to_new(reader, opened(receipts)).items():
            said = f"{stream} is a new stream; its name is much like that of {listed(others, 'and')}"
            if first[stream].outcome == "created":
                said += f"; if they are the same, retract '#{first[stream].position}' and record it there"
            warn(f"{warning}: {visible(said)}")
    for one in restated(reader, drafts, receipts):
        said = f"#{one.position} is one more fact, and differs from #{one.earlier} in {listed(one.fields, 'and')} alone"
        if receipts[0].outcome != "would-create":
            said += f"; if it puts #{one.earlier} right: engage retract '#{one.position}' --reason …, and then"
        else:
            said += "; if it puts that right:"
        warn(f"{warning}: {visible(said)} engage correct '#{one.earlier}' …")
    new = {one.entry_id for one in receipts if one.outcome != "exists"}
    taken = [draft for draft in drafts if draft.entry_id in new]
    for stream, others in near_to_named(reader, taken).items():
        warn(f"{warning}: {visible(f'nothing is recorded in {stream}, which a fact names; {meant(others)}')}")
    for scope, likely in scopes_of_nothing(taken).items():
        warn(f"{warning}: {visible(f'no stream can be in {scope}; {meant(likely, _SCOPE)}')}")
    for theme, likely in themes_not_listed(taken).items():
        said = f"{theme} is not in the list of themes; {meant(likely, 'see them: engage schema --themes')}"
        warn(f"{warning}: {visible(said)}")


def _answer(
    ledger: Ledger, drafts: list[Draft], receipts: list[Receipt], options: dict[str, Any], out: IO[str]
) -> None:
    form = "json" if options.get("as_json") else options.get("form", "table")
    if options.get("dry_run"):
        for draft in drafts:
            out.write(escaped("{" + writer_bytes(draft).decode()) + "\n")
        say(f"dry run: {len(drafts)} fact{'s' if len(drafts) != 1 else ''} would be recorded, nothing was written")
        with ledger.reader() as reader:
            _caution(reader, drafts, receipts)
        return
    with ledger.reader() as reader:
        if form != "table":
            write_rows([_receipt_row(reader, one) for one in receipts], _COLUMNS, form, out, {"size": reader.size})
        elif len(receipts) == 1:
            _one(reader, receipts[0], out)
        else:
            _many(receipts, out)
        _caution(reader, drafts, receipts)
        try:
            _warn(reader, receipts)
        except Altered as refusal:
            warn(visible(f"warning: what stands beside it could not be read: {refusal.message}; see engage verify"))
        if created := [one.position for one in receipts if one.outcome == "created"]:
            warn_of_clock(reader, min(created) - 1)


_COLUMNS = ("outcome", "position", "entry_id", "stream", "version", "new_stream", "status")


def _receipt_row(reader: Snapshot, receipt: Receipt) -> dict[str, Any]:
    return {
        "outcome": receipt.outcome,
        "position": receipt.position,
        "entry_id": receipt.entry_id,
        "stream": receipt.stream,
        "version": receipt.version,
        "new_stream": bool(opened([receipt])),
        "status": {part: _said(standing) for part, standing, _ in _standings(reader, receipt)},
    }


def _standings(reader: Snapshot, receipt: Receipt) -> list[tuple[str, Standing, str]]:
    """What the parts that changed show today; of those that begin later, what they begin with, and when."""
    known = reader.known_at()
    found = []
    for part in receipt.parts:
        rows = sorted(reader.periods(known, stream=receipt.stream, part=part), key=lambda row: row.valid_from)
        if rows:
            now = [row for row in rows if row.valid_from <= today() < row.valid_to]
            when = f"as of {iso(today())}" if now else f"from {iso(rows[0].valid_from)}"
            found.append((part, (now or rows)[0].standing, when))
    return found


def _said(standing: Standing) -> str:
    from ..projections.words import standing_text as said

    return said(standing) or ""


def _one(reader: Snapshot, receipt: Receipt, out: IO[str]) -> None:
    word = "recorded" if receipt.outcome == "created" else "exists already as"
    echo(f"{click.style(word, bold=True)} #{receipt.position}  {receipt.stream}  {receipt.entry_id}", out)
    if opened([receipt]):
        echo(f"new stream: this is the first entry of {receipt.stream}", out)
    for told in _put_right(reader, receipt):
        echo(told, out)
    for part, standing, when in _standings(reader, receipt):
        echo(f"status    {part}: {visible(quarters(_said(standing)))}  ({when})", out)
    if not is_quiet():
        echo(f"next:     engage log {receipt.stream}", out)


_NEW_NAMED = 5
"""New streams of a file that are named."""


def _put_right(reader: Snapshot, receipt: Receipt) -> Iterator[str]:
    """Yield what a correction, a retraction or a calling off did, and to which entry."""
    told = json.loads(reader.line(f"#{receipt.position}")[1])
    if told["type"].startswith(REACHING_BACK):
        changes = changes_in(told["body"])
        word = event_words(told["type"])
        yield visible(f"{word:<9} #{reader.line(told['body']['entry'])[0]}{f': {changes}' if changes else ''}")


def _many(receipts: list[Receipt], out: IO[str]) -> None:
    made = [one for one in receipts if one.outcome == "created"]
    there = len(receipts) - len(made)
    streams = len({one.stream for one in made})
    where = "1 stream" if streams == 1 else f"{streams} streams"
    if len(made) == 1:
        echo(f"recorded #{made[0].position}: 1 fact in {where}", out)
    elif made:
        echo(f"recorded #{made[0].position} to #{made[-1].position}: {len(made)} facts in {where}", out)
    if new := opened(receipts):
        more = f" and {len(new) - _NEW_NAMED} more" if len(new) > _NEW_NAMED else ""
        echo(f"new stream{'s' if len(new) > 1 else ''}: {', '.join(new[:_NEW_NAMED])}{more}", out)
    if there:
        echo(f"{there} existed already", out)
    if not is_quiet():
        asks = f"diff --known '#{made[0].position - 1}..#{made[-1].position}'" if made else "status"
        echo(f"next:     engage {asks}", out)


def warn_of_clock(reader: Snapshot, before: int) -> None:
    """Say where what was recorded after a position leaps far ahead of what stands there."""
    if found := leapt(reader, before):
        say(f"{click.style('clock', fg='yellow', bold=True)}: {visible(found)}")


def _warn(reader: Snapshot, receipts: list[Receipt]) -> None:
    """Say what is irregular about the streams that were written to; it is taken in all the same."""
    created = {one.position for one in receipts if one.outcome == "created"}
    streams = dict.fromkeys(one.stream for one in receipts)
    with progress() as telling:
        for finding in irregular(reader, streams, recording=True, progress=telling("check")):
            if finding.at_once and created & set(finding.entries):
                warn(f"{click.style('irregular', fg='yellow', bold=True)}: {visible(finding.message)}")


# --- from a file -----------------------------------------------------------------------------------------


def record_file(file: str, options: dict[str, Any]) -> int:
    """Record the facts of a file, or of standard input: all or none."""
    name, content = content_of_facts(file)
    located = facts_in(name, content)
    if not located:
        say("no facts in it: nothing to record")
        return 0
    return _record(located, options, name)


def content_of_facts(file: str) -> tuple[str, bytes]:
    """The name and the bytes of a file of facts, or of standard input."""
    if file == "-":
        return "stdin", sys.stdin.buffer.read(LARGEST + 1)
    apart_from_the_ledger(file)
    with Path(file).open("rb") as stream:
        return file, stream.read(LARGEST + 1)


def take_in(file: str, atomic: bool, as_json: bool, recorded_by: str | None) -> int:
    """Take in a register, and say how much of it."""
    from ..exchange.import_jsonl import import_file

    apart_from_the_ledger(file)
    by = recorder(recorded_by)
    with writing() as ledger:
        with ledger.reader() as reader:
            before = reader.size
        with progress() as telling:
            result = import_file(ledger, Path(file), recorded_by=by, atomic=atomic, progress=telling("import"))
        if result.created:
            with ledger.reader() as reader:
                warn_of_clock(reader, before)
    if as_json:
        answer = {"created": result.created, "existed": result.existed, "refused": len(result.refused)}
        click.echo(json.dumps(answer))
    else:
        click.echo(
            f"imported {result.created} fact{'' if result.created == 1 else 's'}; {result.existed} existed already"
        )
    if result.refused:
        refused = BatchRefused([(index, one) for index, (_, one) in enumerate(result.refused)])
        refused.written = "nothing was written" if atomic else "the import ended there, what came before is kept"
        refused.places = [place for place, _ in result.refused]
        raise refused
    return 0


# --- put right -------------------------------------------------------------------------------------------


_AS_JSON = """write a list as ["NZ", "US"], and put a text that begins so in quotes"""


def _target(entry: str) -> dict[str, Any]:
    """The entry that a correction or retraction is about."""
    with reading() as reader:
        found = entry_of(reader.line(entry)[1])
    return {"stream": found.stream, "entry": found.entry_id}


def record_correction(entry: str, changes: Sequence[str], reason: str, options: dict[str, Any]) -> int:
    """Record that fields of an entry have other values, given as FIELD=VALUE."""
    pairs = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise click.UsageError(f"{change!r} is not FIELD=VALUE")
        pairs[name] = None if value == "" else parsed_value(value, name, _AS_JSON) if value[:1] in '[{"' else value
    body = {"changes": pairs, "reason": reason}
    return about(entry, "entry.corrected/1", body, options)


def record_retraction(entry: str, reason: str, options: dict[str, Any]) -> int:
    """Record that an entry was never true."""
    return about(entry, "entry.retracted/1", {"reason": reason}, options)


def about(entry: str, kind: str, body: dict[str, Any], options: dict[str, Any]) -> int:
    """Record a fact about another entry, in its stream."""
    target = _target(entry)
    raw: dict[str, Any] = {
        "stream": target["stream"],
        "type": kind,
        "occurred": options["occurred"] or iso(today()),
        "body": {"entry": target["entry"], **body},
    }
    if options["sources"]:
        raw["sources"] = list(options["sources"])
    return _record([Located(1, raw)], options)


# --- in an editor ----------------------------------------------------------------------------------------


def _edited(raw: dict[str, Any], declared: dict[str, Any], options: dict[str, Any]) -> int:
    """Open a commented form in $EDITOR; on error the text is kept and its place is named."""
    try:
        text = click.edit(_form(raw, declared), extension=".yaml", require_save=True)
    except click.ClickException as failed:
        raise EditorFailed(failed.message) from failed
    if text is None or not text.strip():
        say("nothing was saved in the editor: nothing was recorded")
        return 0
    try:
        located = facts_in("the edited fact", text.encode())
        if len(located) != 1:
            raise Unreadable("the edited fact", f"{len(located)} facts in it", "write one fact")
        return _record(located, options)
    except (Refusal, click.UsageError):
        from tempfile import NamedTemporaryFile

        with NamedTemporaryFile("w", suffix=".yaml", delete=False, encoding="utf-8") as kept:
            kept.write(text)
        say(f"your text is kept in {kept.name}; when it is right: engage append {kept.name}")
        raise


def _form(raw: dict[str, Any], declared: dict[str, Any]) -> str:
    """The fact as commented YAML: what was given on the command line is filled in."""

    def line(name: str, value: Any, text: str, indent: str = "") -> str:
        shown = encoded(value) if value is not None else ""
        mark = "" if value is not None else "# "
        return f"{indent}{mark}{name}: {shown}".ljust(40) + f"  # {text}"

    lines = [
        f"# {declared['help']}",
        "# Remove the # before what you fill in. Save to record, or leave without saving.",
        "",
        f"- stream: {json.dumps(raw['stream'])}",
        f"  type: {declared['type']}",
        line("occurred", raw.get("occurred", ""), "2026-02-02, 2026-03, ../2026-02-02 …", "  "),
        line("sources", raw.get("sources"), "['TITLE or URL; quote=…']", "  "),
        line("note", raw.get("note"), "free text", "  "),
        "  body:",
    ]
    for field in declared["fields"]:
        text = field["help"] + (" (required)" if field.get("required") else "")
        value = raw["body"].get(field["name"], "" if field.get("required") else None)
        lines.append(line(field["name"], value, text, "    "))
    return "\n".join(lines) + "\n"
