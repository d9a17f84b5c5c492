"""What may a text do to a terminal, a spreadsheet or a page? Nothing: what would act there, or hide, is written out."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ACTING: Final = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
"""Categories of Unicode whose characters command, have no shape of their own, or end a line."""
_SHAPELESS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""What has no shape although its category is that of letters or marks (Default_Ignorable_Code_Point, UAX 44 §5.7.1)."""
_FORMULA: Final = ("=", "+", "-", "@")
_IN_MARKDOWN: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", **{mark: "\\" + mark for mark in "\\`*_~[]|!"}}
)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _ACTING or _SHAPELESS.fullmatch(character) is not None


class _Visible(dict[int, str]):
    """Code point → how it is shown; worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        shown = (
            chr(point) if not _is_hidden(chr(point)) else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
        )
        self[point] = shown
        return shown


class _Escaped(dict[int, str]):
    """Code point → how it stands in JSON that is written already."""

    def __missing__(self, point: int) -> str:
        # Below a blank stand only the line ends between rows: those of texts are escaped by then.
        units = chr(point).encode("utf-16-be", "surrogatepass") if point > 0x1F and _is_hidden(chr(point)) else b""
        self[point] = "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2)) or chr(point)
        return self[point]


_VISIBLE: Final = _Visible()
_ESCAPED: Final = _Escaped()


def visible(text: str) -> str:
    """`text` with every character that a terminal would obey, or hide, written out."""
    return text if _is_harmless(text) else text.translate(_VISIBLE)


def _is_harmless(text: str) -> bool:
    """Whether nothing in a text acts or hides. What acts is not printable; to look through that is far quicker."""
    return text.isprintable() and (text.isascii() or _SHAPELESS.search(text) is None)


def page(text: str) -> str:
    """A text of many lines for a terminal: its lines and tabs stay, nothing else in it acts."""
    lines = (line.removesuffix("\r").split("\t") for line in text.split("\n"))
    return "\n".join("\t".join(map(visible, line)) for line in lines)


def escaped(json: str) -> str:
    """Text that is JSON already, with the same characters as \\uXXXX: it says the same (RFC 8259 §7)."""
    if json.isascii():
        return json if "\x7f" not in json else json.translate(_ESCAPED)
    return json if _is_harmless(json.replace("\n", "")) else json.translate(_ESCAPED)


def in_cell(text: str) -> str:
    """A text as a cell of a spreadsheet: nothing hidden in it, and nothing that would run as a formula."""
    told = visible(text)
    first = unicodedata.normalize("NFKC", told.lstrip()[:1])  # wide and small signs are taken for these by some
    return "'" + told if first in _FORMULA else told


def in_markdown(text: str) -> str:
    """A text as a cell of a table in Markdown: no HTML, no links, no pictures, no marks."""
    return visible(text).translate(_IN_MARKDOWN)
