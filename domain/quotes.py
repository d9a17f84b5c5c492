"""Do the words of a citation stand in its source, and only once? Found in one pass, on text that is folded.

After W3C Web Annotation, TextQuoteSelector: the exact words, with those just before and just after them. Folded is what
a copy of the words changes without anybody noticing: runs of white space, soft hyphens, the forms of quotation marks
and dashes, and whether an accent is a character of its own (NFC).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import product
from typing import Final

from .entry import Citation

_STEP: Final = 1 << 16
"""Characters that are folded at a time: a text of many short words takes many times its own room while in words."""
_MOST_ACCENTS: Final = 30
_RUN: Final = re.compile(f"[\u0300-\U0001ffff]{{{_MOST_ACCENTS + 1},}}")
"""Where such a run may be: found quickly, in letters of many scripts too."""
_JOINER: Final = "\u034f"
"""COMBINING GRAPHEME JOINER, over which no accents change places."""
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
        text = normalized(text)
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


def normalized(text: str) -> str:
    """A text in NFC, in time that its length says: runs of accents are put in order, which takes their square.

    After UAX #15, stream-safe text: no language has more than thirty on a letter, so a longer run is divided.
    """
    return unicodedata.normalize("NFC", _RUN.sub(_divided, text))


def _divided(run: re.Match[str]) -> str:
    accents, found = _accents()
    return run[0] if accents.isdisjoint(run[0]) else found.sub(_in_pieces, run[0])


@cache
def _accents() -> tuple[frozenset[str], re.Pattern[str]]:
    """All characters that are put in order behind a letter, and a run of more than are looked for."""
    accents = frozenset(chr(one) for one in range(0x300, 0x20000) if unicodedata.combining(chr(one)))
    return accents, re.compile(f"[{''.join(sorted(accents))}]{{{_MOST_ACCENTS + 1},}}")


def _in_pieces(run: re.Match[str]) -> str:
    marks = run[0]
    return _JOINER.join(marks[start : start + _MOST_ACCENTS] for start in range(0, len(marks), _MOST_ACCENTS))


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
