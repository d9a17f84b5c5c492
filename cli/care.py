"""Care for a ledger: make it, check it, verify it, derive its periods again, take its entries out."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from .. import __version__
from ..ledger.concerning import Listed
from .common import (
    Position,
    binary_output,
    formats,
    left_out,
    output,
    path,
    reading,
    say_if_older,
    spare_the_ledger,
    trusting,
    writing,
)
from .concerning import concerning_and_standing
from .printing import echo, escaped, plain_stdout, say, visible, write_fields, write_rows
from .progress import progress

if TYPE_CHECKING:
    from ..ledger.progress import Progress
    from ..ledger.reading import Snapshot

_MOST_NAMED: Final = 100
"""Problems beyond these are counted, not named."""


@click.command(short_help="Make an empty ledger.")
def init() -> None:
    """Make an empty ledger at --ledger (default: engagements.ledger in this folder)."""
    from ..ledger.application import Ledger

    Ledger(path(), create=True).close()
    say(visible(f"made {path()}, an empty ledger"))
    say("next: engage dialogue schedule --help, or engage append FILE")


@click.command(short_help="Build the example ledger and ask it questions.")
@click.option("--keep", metavar="FILE", type=click.Path(dir_okay=False), help="Keep the ledger in FILE, to try things.")
def demo(keep: str | None) -> None:
    """Build a ledger of one real meeting, as two batches made it known, and show what it answers."""
    from .demo import show_demo

    show_demo(Path(keep) if keep else None)


@click.command(short_help="Look for what is irregular; silent when clean.")
@click.argument("streams", nargs=-1, metavar="[sources|accounts] [STREAM]…")
@click.option("--list", "listing", is_flag=True, help="Name the checks.")
@click.option("--between", nargs=2, metavar="PARTY PARTY", help="With accounts: the two whose sources are compared.")
@concerning_and_standing
@formats
def check(
    streams: tuple[str, ...], listing: bool, between: tuple[str, str] | None, about: Listed, **options: Any
) -> int:
    """Run every check over every stream, or over those named: what was recorded although it is odd.

    `check sources` looks at what each fact rests on: no source, secondary reports, one side's word, no origin; and
    whether quotes are in their sources. `check accounts --between NZ US` lists where the two sides' sources differ.
    """
    from ..domain.errors import NotFound
    from ..ledger import questions as ask
    from ..projections.irregular import CHECKS

    form = options["form"]
    if streams[:1] == ("accounts",) and between is None:
        raise click.UsageError("say between whom: engage check accounts --between NZ US")
    if streams[:1] != ("accounts",) and between is not None:
        raise click.UsageError("--between is of accounts: engage check accounts --between NZ US")
    if between is not None:
        return _check_accounts(*between, form, options["output"])
    with output(options["output"]) as out:
        if listing:
            rows: list[dict[str, Any]] = [{"check": one.name, "finds": one.finds} for one in CHECKS.values()]
            write_rows(rows, ("check", "finds"), form, out, key="checks")
            return 0
        with reading() as reader, progress() as telling:
            group, named = (streams[0], streams[1:]) if streams[:1] == ("sources",) else ("", streams)
            try:
                found = ask.check(reader, named, group=group, progress=telling("check"), **about)
            except NotFound as refusal:
                refusal.remedy = _or_a_group(streams[0], refusal.remedy)
                raise
            left_out(found.unknown_types)
            rows = [
                {
                    "check": one.check,
                    "stream": one.stream,
                    "message": one.message,
                    "entries": [f"#{number}" for number in one.entries],
                }
                for one in found.rows
            ]
        if form == "table":
            for row in rows:
                row["entries"] = _few(row["entries"])
        if rows or form != "table":
            write_rows(rows, ("check", "stream", "entries", "message"), form, out, found.header(), key="findings")
        return 1 if rows else 0


def _or_a_group(word: str, remedy: str) -> str:
    """What to try where no stream has a name: it may be a group of checks that was meant."""
    from ..domain.near_names import meant, near

    found = [f"engage check {one}" for one in near(word, ("sources", "accounts"))]
    return meant(found) if found and "did you mean" not in remedy else remedy


def _check_accounts(first: str, second: str, form: str, to: str | None) -> int:
    from ..ledger.supposing import accounts

    with reading() as reader, output(to) as out:
        rows = accounts(reader, first, second)
        if form in ("json", "jsonl"):
            write_rows(rows, (), form, out, {"between": [first, second]}, key="accounts")
        else:
            told = [{**row, first: row["first"], second: row["second"]} for row in rows]
            write_rows(told, ("stream", "part", first, second), form, out)
    return 1 if rows else 0


def _few(entries: list[str]) -> str:
    """Entries in a cell for people: the first of many, and how many more there are."""
    more = f" and {len(entries) - _SHOWN} more" if len(entries) > _SHOWN else ""
    return ", ".join(entries[:_SHOWN]) + more


_SHOWN = 4
"""Entries of a finding that a table names; --json names all."""


@click.command(short_help="Recompute lines, leaves and root, and compare with what is stored.")
@click.option("--full", is_flag=True, help="Derive every period again as well, and compare.")
@click.option("--against", metavar="FILE", help="Compare it with a checkpoint or an export that was kept elsewhere.")
@click.option("--answer", metavar="FILE", help="Check the proof of an answer (--proof) instead; takes no ledger.")
@click.option("--since", metavar="FILE", help="Recompute only what came after the checkpoint in this file.")
@trusting
@formats
def verify(
    full: bool,
    against: str | None,
    answer: str | None,
    since: str | None,
    keys: tuple[str, ...],
    policy: str | None,
    **options: Any,
) -> int:
    """Is the ledger intact, and the one that somebody else saw?

    Exit 0 when it agrees with a checkpoint or an export kept elsewhere; 4 when altered; 7 when intact, but compared
    with nothing from elsewhere: a file that its holder can rewrite proves nothing by itself.
    """
    from ..domain.errors import Altered, NothingToCompareWith
    from ..ledger.held_against import held_against, trust_in

    form = options["form"]
    if answer:
        return _check_answer(answer, trust_in(keys, policy))
    with reading() as reader, output(options["output"]) as out:
        trust = trust_in(keys, policy) if keys or policy else None
        kept = held_against(reader, since, trust) if since else None
        with progress() as telling:
            told = telling("verify")
            found = reader.verify_since(kept.size, told) if kept else reader.verify(told)
        problems = list(found.problems)
        sound = not problems
        say_if_older(reader)
        if full and not problems:
            with progress() as telling:
                problems += _derived_otherwise(reader, telling("derive"))
            sound = sound and not since  # of the entries before it, only the hashes were read
        if against and not problems:
            kept = held_against(reader, against, trust)
        if form != "table":
            checkpoint = {"size": kept.size, "of": kept.words, "signatures": list(kept.details)} if kept else None
            header = {"size": found.size, "root": found.root, "intact": not problems, "checkpoint": checkpoint}
            write_rows([{"problem": one} for one in problems], ("problem",), form, out, header, key="problems")
        else:
            echo(f"entries {found.size}", out)
            echo(f"root    {found.root}", out)
    if problems:
        for one in problems[:_MOST_NAMED]:
            say(f"altered: {visible(one)}")
        if sound:
            raise Altered(
                f"{len(problems)} derived thing{'s are' if len(problems) > 1 else ' is'} not as the entries give",
                "the entries are as they were recorded; what is derived of them was damaged, or let something in",
                "keep a copy of the file; engage rebuild derives it again, and keeps what it replaces",
            )
        raise Altered(
            f"{len(problems)} thing{'s are' if len(problems) > 1 else ' is'} not as recorded",
            "what is stored does not agree with itself",
            "keep the file as it is, and compare it with a copy or an export",
        )
    if kept:
        _say_verified(kept, found.size, bool(since))
        return 0
    raise NothingToCompareWith(
        "intact, but not verified",
        "every line, leaf, node and group agrees, and nothing kept elsewhere was given to compare the root with",
        "compare it with a checkpoint or an export that somebody else kept: engage verify --against FILE",
    )


def _check_answer(file: str, trust: Any) -> int:
    from ..ledger.answers import check_answer

    first, *details = check_answer(file, trust)
    click.echo(f"verified: {visible(first)}")
    for one in details:
        click.echo(f"  {visible(one)}")
    return 0


def _derived_otherwise(reader: Any, told: Progress | None) -> list[str]:
    """What is derived, and not as the entries give it."""
    from ..domain.errors import NotReadSafely, Refusal, WorkerEnded
    from ..ledger.rebuild import all_differences

    try:
        return [f"derived otherwise: {one}" for one in all_differences(reader, told)]
    except (NotReadSafely, WorkerEnded):
        raise  # nothing was found out about the ledger
    except Refusal as refusal:
        return [f"{refusal.message} ({refusal.because})"]


def _say_verified(kept: Any, size: int, is_since: bool) -> None:
    what = "the stored hashes of its" if is_since else "its"
    say(f"verified: {what} first {kept.size} entries are those of {visible(kept.words)}")
    for one in kept.details:
        say(f"  {visible(one)}")
    if is_since:
        say("  the entries that they are of were not read again (engage verify --against does); those after them were")
    if size > kept.size:
        last = f" to #{size}, which agree" if size > kept.size + 1 else ", which agrees"
        say(f"  not covered by it: #{kept.size + 1}{last} with {'themselves' if size > kept.size + 1 else 'itself'}")


@click.command(short_help="Derive all periods again from the entries, and replace those that differ.")
def rebuild() -> None:
    """Derive every period again from the entries, put the new ones in place, and explain every difference."""
    with writing() as ledger, progress() as telling:
        result = ledger.rebuild(telling)
    for one in result.differences:
        click.echo(f"differed: {visible(one)}")
    fixed = (
        f"{len(result.differences)} differed and were replaced" if result.differences else "equal to what was stored"
    )
    say(f"derived {result.periods} periods from {result.entries} entries: {fixed}")
    if result.kept:
        say(visible(f"what was replaced is kept in {result.kept}"))


@click.command(short_help="Convert a ledger of an earlier version to this version's layout.")
def upgrade() -> None:
    """Derive anew all that is derived in a ledger of an earlier version; entries and root stay as they are."""
    from ..ledger.application import Ledger

    with Ledger(path(), older=True) as ledger, progress() as telling:
        result = ledger.upgrade(telling)
        after = ledger.format
    for one in result.differences:
        click.echo(f"differed: {visible(one)}")
    if result.before == after:
        say(visible(f"{path()} has format {after} already: nothing to do"))
        return
    say(f"upgraded from format {result.before} to {after}: {result.entries} entries, root {result.root}, as before")
    if result.kept:
        say(visible(f"what was replaced is kept in {result.kept}"))


@click.command(short_help="The entries, byte for byte, one a line.")
@click.option("--from", "first", type=Position(), default=1, metavar="#POS", help="First position.")
@click.option("--to", "last", type=Position(), metavar="#POS", help="Last position.")
@click.option("-o", "--output", "output_to", metavar="FILE", help="Write to a file instead of stdout.")
@click.option("--sources", metavar="FOLDER", help="Write the archived documents to this folder as well.")
@click.option("--tiles", metavar="FOLDER", help="Write static files for a web server instead (C2SP tlog-tiles).")
def export(first: int, last: int | None, output_to: str | None, sources: str | None, tiles: str | None) -> None:
    """Write the entries as they were recorded: line n is leaf n of the tree (RFC 9162).

    With --tiles: what the last checkpoint covers, as files that others fetch and prove by; only what is new is written.
    """
    if tiles:
        if first != 1 or last is not None or output_to or sources:
            raise click.UsageError("--tiles writes what a checkpoint covers: it takes no other option")
        from ..ledger.tiles import publish

        spare_the_ledger(tiles)
        with reading() as reader, progress() as telling:
            size, written = publish(reader, Path(tiles), progress=telling("publish"))
        new = "1 file is" if written == 1 else f"{written} files are"
        say(visible(f"published {size} entries in {tiles}: {new} new"))
        return
    with reading() as reader, binary_output(output_to) as out:
        if sources:
            from ..ledger.copies import write_sources

            number = write_sources(reader, Path(sources))
            say(f"wrote {number} document{'' if number == 1 else 's'}")
        if out.isatty():
            for _, line in reader.lines(first, last):
                out.write(escaped(line.decode("utf-8", "replace")).encode() + b"\n")
            return
        with progress() as telling:
            _write_lines(reader, first, min(last or reader.size, reader.size), out, telling("export"))


def _write_lines(reader: Snapshot, first: int, last: int, out: IO[bytes], told: Progress | None) -> None:
    for position, line in reader.lines(first, last):
        out.write(line + b"\n")
        if told and position % _TOLD == 0:
            told(position - first + 1, last - first + 1)


_TOLD: Final = 500
"""Entries between two looks at how far an export is."""


@click.command(short_help="The types of facts, their JSON Schemas, and the themes.")
@click.argument("name", required=False, metavar="[TYPE/VERSION]")
@click.option("--themes", is_flag=True, help="List the themes instead.")
def schema(name: str | None, themes: bool) -> None:
    """The JSON Schema of a type of fact (commitment.made/1), or the list of all types."""
    if themes:
        from ..domain.themes import THEMES

        for theme in THEMES:
            click.echo(f"{theme.id:<22} {theme.label}" + (f"  (under {theme.broader})" if theme.broader else ""))
        return
    from ..domain.catalogue import CATALOGUE
    from ..domain.describing import described
    from ..ledger.drafts import type_named

    if name is None:
        told = ((kind, f" {' '.join((fact.__doc__ or '').split())}") for kind, fact in CATALOGUE.items())
        write_fields(told, plain_stdout(), 40)
        return
    described()
    fact = type_named(name)
    click.echo(json.dumps({"$id": fact.TYPE, **fact.model_json_schema()}, ensure_ascii=False, indent=2))


@click.command(short_help="What this installation and this ledger look like.")
def doctor() -> int:
    """What helps to find out what is wrong: versions, the ledger's file, its settings and its state."""
    from ..domain.errors import Refusal
    from ..ledger.reading import diagnosis
    from .remedies import said
    from .settings import in_force

    lines = [
        ("engage", __version__),
        ("python", f"{platform.python_version()} ({platform.system()})"),
        *((name, _version(name)) for name in ("eventsourcing", "pydantic", "click")),
    ]
    code = 2
    try:
        lines += in_force()
        code = 6
        for line in diagnosis(path()):
            lines.append(line)
        with reading() as reader:
            lines += [("known", reader.known_at().known or "nothing recorded yet"), ("root", reader.root())]
            lines += _unknown_types(reader)
        code = 0
    except Refusal as refusal:
        lines.append(("problem", f"{refusal.message}: {refusal.because}; {said(refusal.remedy)}"))
    write_fields(lines, plain_stdout(), 14)
    return code


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:  # its folder cannot be read, or it was installed in another way
        return "unknown"


def _unknown_types(reader: Any) -> list[tuple[str, str]]:
    from ..domain.streams import TYPE_NAME
    from ..domain.type_names import KNOWN

    found = []
    for name in reader.types():
        if name not in KNOWN:
            count, first = reader.of_type(name)
            whose = (
                "written by a newer version" if TYPE_NAME.fullmatch(name) else "no version wrote it: run engage verify"
            )
            told = f"{count} entries, the first #{first}; {whose}" if count else "no entry has it: run engage verify"
            found.append(("unknown type", f"{name}: {told}"))
    return found


@click.command(short_help="The script that completes commands in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script by which Tab completes commands, options and what the ledger has."""
    from .shells import script

    click.echo(script(shell), nl=False)
