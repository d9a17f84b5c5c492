"""How does an answer look? Tables for people, JSON, CSV, TSV and Markdown for everything else.

Data goes to stdout, messages to stderr. What comes from sources is shown so that it does nothing (see `harmless`).
"""

from __future__ import annotations

import io
import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Final

import click

from ..domain.quarters import quarters
from .harmless import escaped, in_cell, in_markdown, visible
from .layout import GAP, INDENT, arranged, folded, width
from .paging import held_back, is_left, shows_colours
from .progress import erase
from .quiet import is_quiet

__all__ = [
    "FORMATS", "cell", "cells_in", "choose_colours", "echo", "encoded", "escaped", "fitting", "flat", "head",
    "plain_stdout", "say", "table", "terminal_width", "visible", "warn", "write_encoded", "write_fields",
    "write_lines", "write_rows",
]  # fmt: skip
Row = Mapping[str, Any]
FORMATS: Final = ("table", "json", "jsonl", "csv", "tsv", "md")
COLOURS: Final = {
    "held": "green", "fulfilled": "green", "in-force": "green", "established": "green", "bound": "green",
    "in-effect": "green", "embassy": "green", "scheduled": "cyan", "made": "cyan", "in-progress": "cyan",
    "signed": "cyan", "proposed": "cyan", "awaiting-outcome": "yellow", "postponed": "yellow", "stalled": "yellow",
    "suspended": "yellow", "unknown": "yellow", "cancelled": "red", "not-held": "red", "severed": "red",
    "lapsed": "red", "withdrawn": "red", "terminated": "red", "undetermined": "yellow",
}  # fmt: skip


def say(message: str) -> None:
    """A message to the person, not part of the data; nothing with --quiet."""
    if not is_quiet():
        warn(message)


def warn(message: str) -> None:
    """A message that is said whatever was asked: an error or a warning."""
    erase()
    if not held_back(message if _colours(sys.stderr) else click.unstyle(message)):
        click.echo(message, err=True, color=_colours(sys.stderr))


def changes_in(body: Mapping[str, Any]) -> str:
    """What a correction changes, as text: field by field; of what it takes out, that it does."""
    found = body.get("changes") or {}
    return cell({name: "taken out" if value in (None, "", [], {}) else value for name, value in found.items()})


def cell(value: Any) -> str:
    """A value as one cell of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {cell(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_somebody(one) if _is_somebody(one) else cell(one) for one in value)
    return str(value)


def _is_somebody(value: Any) -> bool:
    """Whether a value in a list is somebody who took part, or signed."""
    return isinstance(value, Mapping) and ("person" in value or "office" in value)


def _somebody(value: Mapping[str, Any]) -> str:
    """Somebody as they are named in a record: Ana Vale (Director, NZ, chair)."""
    told = [f"in place of {one}" if name == "in_place_of" else cell(one) for name, one in value.items()]
    return f"{told[0]} ({', '.join(told[1:])})" if len(told) > 1 else told[0]


def terminal_width(out: IO[str]) -> int | None:
    """The columns that a terminal has; None where the answer goes elsewhere, and is as wide as it is."""
    return max(shutil.get_terminal_size((80, 24)).columns, NARROWEST) if out.isatty() else None


def table(rows: Sequence[Row], columns: Sequence[str], limit: int | None = None) -> Iterator[list[str]]:
    """An aligned table: the lines of its header, then those of each row. Nothing is cut off.

    Where it would be wider than `limit`, columns that say nothing are left out, and others become narrower: their
    cells go on in lines below. Where too little would be left of them, the longest texts stand below their row.
    """
    cells = [[_shown(visible(cell(row.get(column))), column) for column in columns] for row in rows]
    told = [column.replace("_", " ") for column in columns]
    natural = [max([len(name), *(width(line[i]) for line in cells)]) for i, name in enumerate(told)]
    if limit is None or sum(natural) + GAP * (len(columns) - 1) <= limit:
        beside, below, widths = list(range(len(columns))), list[int](), natural
    else:
        said = [i for i in range(len(columns)) if any(line[i] for line in cells)]
        beside, below, widths = arranged({i: [told[i], *(line[i] for line in cells)] for i in said}, limit)
    yield _line([told[i] for i in beside], widths, [_HEADING] * len(beside)) if beside else []
    label = max((len(told[i]) for i in below), default=0) + GAP
    for line in cells:
        lines = _line([line[i] for i in beside], widths, [columns[i] for i in beside]) if beside else []
        for i in below:
            lines += _below(line[i], columns[i], f"{told[i]:<{label}}", (INDENT if beside else ""), limit or 0)
        yield lines if beside else [*lines, ""]


def _below(text: str, column: str, label: str, indent: str, limit: int) -> Iterator[str]:
    """A cell that stands below its row, after its name, in lines of its own."""
    before = click.style(label, bold=True)
    for piece in folded(text, max(limit - len(indent + label), 2)) if text else ():
        yield f"{indent}{before}{_coloured(piece, text, column)}"
        before = " " * len(label)


def _line(texts: Sequence[str], widths: Sequence[int], columns: Sequence[str]) -> list[str]:
    """A row of cells, in as many lines as the longest of them takes."""
    last = len(texts) - 1
    wrapped = [folded(text, wide) for text, wide in zip(texts, widths, strict=True)]
    return [
        (" " * GAP)
        .join(_coloured(_padded(piece, widths[i], i == last), texts[i], columns[i]) for i, piece in enumerate(pieces))
        .rstrip()
        for pieces in itertools.zip_longest(*wrapped, fillvalue="")
    ]


NARROWEST: Final = 60
"""Columns that a table takes even where a terminal has fewer."""


_HEADING: Final = ""
"""No column is called so."""
_DATED: Final = ("detail", "occurred", "when", "value", "before", "after", "what", "now")


def _shown(text: str, column: str) -> str:
    return quarters(text) if column in _DATED else text


def _padded(text: str, columns: int, last: bool) -> str:
    return text if last else text + " " * (columns - width(text))


def _coloured(padded: str, text: str, column: str) -> str:
    if column == _HEADING:
        return click.style(padded, bold=True)
    if not padded.strip():
        return padded
    if column in ("status", "was", "now", "before", "after") and text in COLOURS:
        return click.style(padded, fg=COLOURS[text])
    if column == "flags" and text:
        return click.style(padded, fg="yellow", bold=True)
    return padded


def write_rows(
    rows: Iterable[Row],
    columns: Sequence[str],
    form: str,
    out: IO[str],
    header: Mapping[str, Any] | None = None,
    key: str = "rows",
) -> int:
    """Write rows as `form` to `out`, one by one but for tables; returns how many.

    `header` stands before the rows in JSON; `columns` are those of the flat forms.
    """
    if form in ("json", "jsonl"):
        return write_encoded(map(encoded, rows), form, out, header, key)
    if form in ("csv", "tsv"):
        lines = (cells_in([flat(row.get(column)) for column in columns], form) for row in rows)
        return write_lines(lines, cells_in(columns, form), out)
    if form == "md":
        return _markdown(rows, columns, out)
    everything = list(rows)
    if everything:
        printed = itertools.chain.from_iterable(table(everything, columns, terminal_width(out)))
        while not is_left(out) and (block := list(itertools.islice(printed, 500))):
            echo("\n".join(block), out)
    return len(everything)


def choose_colours(choice: str) -> None:
    """What --color says holds for everything that is printed, refusals too."""
    _CHOICE[:] = [choice]


_CHOICE: Final = ["auto"]


def _colours(out: IO[str]) -> bool | None:
    chosen = _CHOICE[0]
    if chosen in ("always", "never"):
        return bool(chosen == "always")
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return out.isatty() and shows_colours(out)


def encoded(value: Any) -> str:
    """A value as JSON, as every answer has it: nothing in it acts on a terminal."""
    return escaped(_ENCODE(value))


_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


def write_encoded(
    rows: Iterable[str], form: str, out: IO[str], header: Mapping[str, Any] | None = None, key: str = "rows"
) -> int:
    """Write rows that are encoded already, as JSON or JSON lines; returns how many."""
    if form == "jsonl":
        count = _in_blocks(rows, out, "\n")
        out.write("\n" if count else "")
        return count
    opening = encoded(dict(header or {}))[:-1]
    out.write(f"{opening}{', ' if header else ''}{json.dumps(key)}: [")
    count = _in_blocks(rows, out, ",\n", "\n")
    out.write("\n]}\n" if count else "]}\n")
    return count


def _in_blocks(lines: Iterable[str], out: IO[str], between: str, before: str = "") -> int:
    """Write the first line at once, so that a reader has it, and the others many at a time; returns how many."""
    rest = iter(lines)
    count = 0
    for line in itertools.islice(rest, 1):
        out.write(before + line)
        out.flush()
        count = 1
    while not is_left(out) and (block := list(itertools.islice(rest, 500))):
        out.write(between + between.join(block))
        count += len(block)
    return count


def write_lines(lines: Iterable[str], first: str, out: IO[str]) -> int:
    """Write lines below a first one that is none of them; returns how many."""
    out.write(first + "\n")
    return write_encoded(lines, "jsonl", out)


def cells_in(cells: Iterable[str], form: str) -> str:
    """Cells as a line of CSV or TSV, or as a piece of one."""
    import csv  # here, as most answers are tables or JSON

    line = io.StringIO()
    csv.writer(line, delimiter="," if form == "csv" else "\t", lineterminator="").writerow(cells)
    return line.getvalue()


def flat(value: Any) -> str:
    """A value as a cell of a spreadsheet."""
    return in_cell(cell(value))


def _markdown(rows: Iterable[Row], columns: Sequence[str], out: IO[str]) -> int:
    lines = ("| " + " | ".join(in_markdown(cell(row.get(c))) for c in columns) + " |" for row in rows)
    return write_lines(lines, "| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns), out)


def plain_stdout() -> IO[str]:
    """Standard output, in UTF-8 whatever the locale says."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


def head(text: str, out: IO[str]) -> None:
    """What an answer is of, in the lines before it."""
    for line in fitting(text, out):
        echo(click.style(line, dim=True), out)


def write_fields(pairs: Iterable[tuple[str, str]], out: IO[str], columns: int, indent: str = "") -> None:
    """Names and values, one below the other; a name takes so many columns, or more."""
    for name, value in pairs:
        before = f"{indent}{name:<{columns}}"
        for piece in fitting(value, out, len(before)):
            echo(f"{before}{piece}".rstrip(), out)
            before = " " * len(before)


def fitting(text: str, out: IO[str], taken: int = 0) -> list[str]:
    """A text in the lines that it takes on a terminal, beside what is taken; elsewhere it is one line."""
    told, columns = visible(text), terminal_width(out)
    return [told] if columns is None else folded(told, max(columns - taken, 16))


def echo(text: str, out: IO[str]) -> None:
    """A line for people, coloured where that is wanted."""
    click.echo(text, file=out, color=_colours(out))
