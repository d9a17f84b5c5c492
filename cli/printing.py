"""How does an answer look? Tables for people, JSON, CSV, TSV and Markdown for everything else.

Data goes to stdout, messages to stderr. What comes from sources is shown so that it does nothing (see `harmless`).
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Final

import click

from ..domain.quarters import quarters
from .harmless import escaped, in_cell, in_markdown, visible

__all__ = [
    "FORMATS", "cell", "cells_in", "choose_colours", "echo", "encoded", "escaped", "flat", "plain_stdout", "say",
    "shortened", "table", "terminal_width", "visible", "warn", "width", "write_encoded", "write_lines", "write_rows",
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
    if not _QUIET[0]:
        warn(message)


def warn(message: str) -> None:
    """A message that is said whatever was asked: an error or a warning."""
    click.echo(message, err=True, color=_colours(sys.stderr))


def choose_quiet(choice: bool) -> None:
    """Whether messages that are neither errors nor warnings are left out."""
    _QUIET[:] = [choice]


_QUIET: Final = [False]


def cell(value: Any) -> str:
    """A value as one cell of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {cell(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(cell(one) for one in value)
    return str(value)


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def terminal_width(out: IO[str]) -> int | None:
    """The columns that a terminal has; None where the answer goes elsewhere, and is as wide as it is."""
    return max(shutil.get_terminal_size((80, 24)).columns, NARROWEST) if out.isatty() else None


def shortened(text: str, columns: int) -> str:
    """A text that takes no more columns: what is too long ends in …"""
    if width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if width(kept + character) >= columns:
            break
        kept += character
    return kept.rstrip() + "…"


def table(rows: Sequence[Row], columns: Sequence[str], limit: int | None = None) -> Iterator[list[str]]:
    """An aligned table: the lines of its header, then those of each row. Nothing is cut off.

    Where it would be wider than `limit`, the widest columns become narrower, and their cells go on in lines below.
    """
    cells = [[_shown(visible(cell(row.get(column))), column) for column in columns] for row in rows]
    widths = [max([len(column), *(width(line[i]) for line in cells)]) for i, column in enumerate(columns)]
    if limit is not None:
        _narrow(widths, limit - 2 * (len(columns) - 1))
    last = len(columns) - 1
    yield [
        "  ".join(
            click.style(_padded(column.replace("_", " "), widths[i], i == last), bold=True)
            for i, column in enumerate(columns)
        )
    ]
    for line in cells:
        wrapped = [[text] if width(text) <= widths[i] else _wrapped(text, widths[i]) for i, text in enumerate(line)]
        yield [
            "  ".join(
                _coloured(_padded(piece, widths[i], i == last), line[i], columns[i]) for i, piece in enumerate(pieces)
            ).rstrip()
            for pieces in itertools.zip_longest(*wrapped, fillvalue="")
        ]


def _narrow(widths: list[int], room: int) -> None:
    """Take from the widest columns, as long as they are wider than is readable, until all have room."""
    while sum(widths) > room and max(widths) > READABLE:
        widths[widths.index(max(widths))] -= 1


def _wrapped(text: str, columns: int) -> list[str]:
    """A text in lines of so many columns, broken between words, and within words that are too long, after a mark."""
    lines = [""]
    for word in _WORDS.findall(text):
        if width(lines[-1] + word.rstrip()) > columns and lines[-1]:
            lines.append("")
        while width(word.rstrip()) > columns:
            lines[-1] = word[:columns]
            word = word[columns:]  # noqa: PLW2901 - the rest of it
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines if line.strip()] or [""]


NARROWEST: Final = 60
"""Columns that a table takes even where a terminal has fewer."""
READABLE: Final = 12
"""Columns below which a column is not made narrower."""
_WORDS: Final = re.compile(r"[^\s/]+(?:/+|\s+|$)|[\s/]+")


_DATED: Final = ("detail", "occurred", "when", "value", "before", "after", "what", "now")


def _shown(text: str, column: str) -> str:
    return quarters(text) if column in _DATED else text


def _padded(text: str, columns: int, last: bool) -> str:
    return text if last else text + " " * (columns - width(text))


def _coloured(padded: str, text: str, column: str) -> str:
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
        for printed in table(everything, columns, terminal_width(out)):
            for line in printed:
                click.echo(line, file=out, color=_colours(out))
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
    return out.isatty()


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
    while block := list(itertools.islice(rest, 500)):
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


def echo(text: str, out: IO[str]) -> None:
    """A line for people, coloured where that is wanted."""
    click.echo(text, file=out, color=_colours(out))
