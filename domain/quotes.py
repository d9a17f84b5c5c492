"""Do the words of a citation stand in its source, and only once? Found in one pass, on text that is folded.

After W3C Web Annotation, TextQuoteSelector: the exact words, with those just before and just after them. Folded is what
a copy of the words changes without anybody noticing: runs of white space, soft hyphens, the forms of quotation marks
and dashes, and whether an accent is a character of its own (NFC).
"""

from __future__ import annotations

import unicodedata
from itertools import product
from typing import Final

from .entry import Citation

_STEP: Final = 1 << 16
"""Characters that are folded at a time: a text of many short words takes many times its own room while in words."""
_ALIKE: Final = {
    "": "\u00ad\u200b\u2060\ufeff",  # a soft hyphen, and what takes no room
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d",
    "'": "\u2018\u2019\u201a\u201b\u2032\u2039\u203a",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
}
"""What stands for each of several characters."""


def folded(text: str) -> str:
    """A text as it is compared."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        for plain, others in _ALIKE.items():
            for one in others:
                if one in text:
                    text = text.replace(one, plain)
    parts: list[str] = []
    blank = False
    for start in range(0, len(text), _STEP):
        piece = text[start : start + _STEP]
        words = piece.split()
        if words and parts and (blank or piece[0].isspace()):
            parts.append(" ")
        if words:
            parts.append(" ".join(words))
        blank = piece[-1].isspace() or (blank and not words)
    return "".join(parts)


def stands_in(citation: Citation, text: str) -> int:
    """How often the quote, between its prefix and suffix, stands in a folded text: 0, 1, or 2 for more than once.

    They may touch or have a blank between them, as whoever cites them need not know which.
    """
    told = [folded(part) for part in (citation.prefix, citation.quote, citation.suffix) if part]
    if not citation.quote or not told[1 if citation.prefix else 0]:
        return 0  # blanks are no words
    places: set[int] = set()
    for joint in product(("", " "), repeat=len(told) - 1):
        wanted = "".join(part + mark for part, mark in zip(told, (*joint, ""), strict=True))
        first = text.find(wanted)
        if first >= 0:
            places.add(first)
            if (again := text.find(wanted, first + 1)) >= 0:
                places.add(again)
    return min(len(places), 2)
