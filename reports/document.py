"""What is a report made of? Headings, sentences, tables and bars, written as Markdown or as one page of HTML.

The page holds everything it needs and no script. Text of a ledger is shown as it is, and does nothing: characters that
act on a terminal or a page, or hide, are written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import TextWrapper
from typing import Final

Cell = str | int | None
_BREAKS: Final = str.maketrans({"\n": " ", "\r": " ", "\t": " "})
_MARKDOWN: Final = str.maketrans({one: f"\\{one}" for one in "\\`*_[]<>|#"})


@dataclass(frozen=True)
class Table:
    """Rows under the names of their columns."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Bars:
    """A picture of numbers, with the table of them beside it."""

    title: str
    values: Sequence[tuple[str, int]]

    def table(self) -> Table:
        """The same numbers in rows."""
        return Table((self.title, "number"), self.values)


@dataclass(frozen=True)
class Items:
    """A list, one sentence or some words each."""

    items: Sequence[str]


Part = str | Table | Bars | Items


@dataclass
class Section:
    """A heading and what stands under it."""

    heading: str
    parts: list[Part] = field(default_factory=list)


@dataclass
class Document:
    """A report."""

    title: str
    sections: list[Section] = field(default_factory=list)


def plain(value: Cell) -> str:
    """A value on one line, in characters that do nothing."""
    text = "" if value is None else str(value).translate(_BREAKS)
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


def as_markdown(document: Document) -> str:
    """The report as Markdown."""
    lines = [f"# {_marked(document.title)}", ""]
    for section in document.sections:
        lines += [f"## {_marked(section.heading)}", ""]
        for part in section.parts:
            lines += [*_markdown_of(part), ""]
    return "\n".join(lines)


def _markdown_of(part: Part) -> Iterable[str]:
    if isinstance(part, str):
        yield _marked(part)
        return
    if isinstance(part, Items):
        yield from (f"- {_marked(one)}" for one in part.items)
        return
    table = part if isinstance(part, Table) else part.table()
    yield "| " + " | ".join(map(_marked, table.columns)) + " |"
    yield "| " + " | ".join("---" for _ in table.columns) + " |"
    for row in table.rows:
        yield "| " + " | ".join(map(_marked, row)) + " |"


def _marked(value: Cell) -> str:
    return plain(value).translate(_MARKDOWN)


def as_html(document: Document) -> str:
    """The report as one page that needs nothing beside it."""
    body = [f"<h1>{_shown(document.title)}</h1>"]
    for section in document.sections:
        body.append(f"<h2>{_shown(section.heading)}</h2>")
        for part in section.parts:
            body += _html_of(part)
    title = _shown(document.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def as_text(document: Document, columns: int) -> Iterator[str]:
    """The lines of the report for a terminal of so many columns. Tables are written as items."""
    yield from _folded(plain(document.title), columns)
    for section in document.sections:
        yield ""
        yield plain(section.heading)
        for part in section.parts:
            if isinstance(part, str):
                yield from _folded(plain(part), columns, "  ", "  ")
            elif isinstance(part, Items):
                for one in part.items:
                    yield from _folded(plain(one), columns, "  - ", "    ")
            else:
                table = part if isinstance(part, Table) else part.table()
                for row in table.rows:
                    told = "; ".join(plain(one) for one in row if one not in (None, ""))
                    yield from _folded(told, columns, "  - ", "    ")


def _html_of(part: Part) -> Iterable[str]:
    if isinstance(part, str):
        yield f"<p>{_shown(part)}</p>"
        return
    if isinstance(part, Items):
        yield "<ul>" + "".join(f"<li>{_shown(one)}</li>" for one in part.items) + "</ul>"
        return
    if isinstance(part, Bars):
        yield _picture(part)
    table = part if isinstance(part, Table) else part.table()
    head = "".join(f"<th>{_shown(one)}</th>" for one in table.columns)
    rows = "".join("<tr>" + "".join(f"<td>{_shown(one)}</td>" for one in row) + "</tr>\n" for row in table.rows)
    yield f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"


_WIDTH: Final = 640
_HEIGHT: Final = 120


def _picture(bars: Bars) -> str:
    """Bars as SVG; what it shows stands in the table below it as well."""
    most = max((number for _, number in bars.values), default=0) or 1
    each = _WIDTH / max(len(bars.values), 1)
    shapes = "".join(
        f'<rect x="{place * each + 1:.1f}" y="{_HEIGHT - _HEIGHT * number / most:.1f}" width="{max(each - 2, 1):.1f}" '
        f'height="{_HEIGHT * number / most:.1f}"><title>{_shown(f"{name}: {number}")}</title></rect>'
        for place, (name, number) in enumerate(bars.values)
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{_shown(bars.title)}" width="100%" '
        f'height="{_HEIGHT}" fill="#2f5d8a">{shapes}</svg>'
    )


def _shown(value: Cell) -> str:
    return escape(plain(value), quote=True)


_STYLE: Final = (
    "body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #bbb}"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.25rem .6rem;"
    "border-bottom:1px solid #ddd;vertical-align:top;overflow-wrap:anywhere}"
    "@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}"
)


def _folded(text: str, columns: int, first: str = "", others: str = "") -> list[str]:
    """A text in lines, broken between words alone: a stream's name stays whole."""
    wrapper = TextWrapper(columns, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)
    return wrapper.wrap(text)
