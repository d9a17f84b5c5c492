"""Which words of a page in HTML does a browser show? Found in one pass over it.

Python's own parser takes time by the square of what it is given (40 s for 60 kB of `<a `), and a page is what somebody
sends; a quote needs its words alone, not its tree. Read as the HTML Living Standard §13.2 tokenizes: what is not closed
goes to the end of the page.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

_RAW: Final = frozenset(("script", "style", "template", "noscript", "title", "textarea", "iframe", "xmp"))
"""Elements that are not shown, or whose content is no text of the page, up to their end tag."""
_INLINE: Final = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "kbd", "mark", "q", "s", "samp",
     "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr")
)  # fmt: skip
"""Elements that begin no new word (phrasing content)."""
_NAME: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]*)")
_BLANKS: Final = re.compile(r"[ \t]{2,}")
_ENDS: Final = re.compile(r"[>\"']")


def visible_text(page: str) -> str:
    """The words of a page, with a blank where an element begins a new line or cell."""
    lower = page.lower() if len(page.lower()) == len(page) else page
    parts: list[str] = []
    place = 0
    while (tag := page.find("<", place)) >= 0:
        parts.append(page[place:tag])
        name = _NAME.match(page, tag)
        if name is None:
            place = _after_other(page, tag)
            parts.append(page[tag:place] if place == tag + 1 else "")
            continue
        element = name[1].lower()
        place = _after_tag(page, name.end())
        if element not in _INLINE:
            parts.append(" ")
        if element in _RAW and page[tag + 1] != "/":
            end = lower.find(f"</{element}", place)
            place = len(page) if end < 0 else end
    parts.append(page[place:])
    return _BLANKS.sub(" ", unescape("".join(parts)))


def _after_tag(page: str, place: int) -> int:
    """Where a tag ends; a `>` within quotes does not end it."""
    while (found := _ENDS.search(page, place)) is not None:
        if found[0] == ">":
            return found.end()
        closing = page.find(found[0], found.end())
        if closing < 0:
            break
        place = closing + 1
    return len(page)


def _after_other(page: str, place: int) -> int:
    """Where a comment, a declaration or what looks like one ends; a `<` before anything else is a character."""
    if page.startswith("<!--", place):
        return _after(page, "-->", place + 2)
    if page.startswith(("<!", "<?", "</"), place):
        return _after(page, ">", place)
    return place + 1


def _after(page: str, mark: str, place: int) -> int:
    found = page.find(mark, place)
    return len(page) if found < 0 else found + len(mark)
