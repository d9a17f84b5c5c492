"""Which words of a page in HTML does a browser show? Found in one pass over it.

Python's own parser takes time by the square of what it is given (40 s for 60 kB of `<a `), and a page is what somebody
sends; a quote needs its words alone, not its tree. Read as the HTML Living Standard §13.2 tokenizes: what is not closed
goes to the end of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

_RAW: Final = frozenset(("script", "style", "template", "noscript", "title", "iframe"))
"""Elements that are not shown, or whose content is no text of the page, up to their end tag."""
_INLINE: Final = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "kbd", "mark", "q", "s", "samp",
     "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr")
)  # fmt: skip
"""Elements that begin no new word (phrasing content)."""
_AS_IT_IS: Final = frozenset(("textarea", "xmp"))
"""Elements whose content is text up to their end tag, whatever it holds."""
_EMPTY: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
"""Elements that have no end tag."""
_HIDDEN: Final = re.compile(r"\shidden(?:[\s=>/]|$)|display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
"""What in a tag says that its element is not shown. Sheets of style are not read."""
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_NAME: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]*)")
_BLANKS: Final = re.compile(r"[ \t]{2,}")
_ENDS: Final = re.compile(r"[>\"']")


@dataclass(slots=True)
class _Hidden:
    """Whether what is read now lies in an element that is not shown."""

    element: str = ""
    depth: int = 0
    """how many elements of its name are open, itself included"""

    def meets(self, element: str, opens: bool, page: str, first: int, last: int) -> None:
        """Take in a tag, which says of itself what stands from `first` to `last`."""
        if self.depth:
            if element == self.element:
                self.depth += 1 if opens else -1
        elif opens and last - first > 1 and element not in _EMPTY and _HIDDEN.search(page, first, last):
            self.element, self.depth = element, 1


def visible_text(page: str) -> str:
    """The words of a page, with a blank where an element begins a new line or cell."""
    lower = page.lower() if len(page.lower()) == len(page) else page
    parts: list[str] = []
    place = 0
    hidden = _Hidden()
    while (found := _TAG.search(page, place)) is not None:
        tag = found.start()
        if not hidden.depth:
            parts.append(page[place:tag])
        name = _NAME.match(page, tag)
        if name is None:
            place = _after_other(page, tag)
            continue
        element, opens = name[1].lower(), page[tag + 1] != "/"
        place = _after_tag(page, name.end())
        hidden.meets(element, opens, page, name.end(), place)
        if not hidden.depth and element not in _INLINE:
            parts.append(" ")
        if opens and (element in _RAW or element in _AS_IT_IS):
            end = lower.find(f"</{element}", place)
            end = len(page) if end < 0 else end
            parts.append(page[place:end] if element in _AS_IT_IS and not hidden.depth else "")
            place = end
    parts.append("" if hidden.depth else page[place:])
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
    return _after(page, ">", place)


def _after(page: str, mark: str, place: int) -> int:
    found = page.find(mark, place)
    return len(page) if found < 0 else found + len(mark)
