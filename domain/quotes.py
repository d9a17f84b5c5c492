"""Do the words of a citation stand in its source? Found in one pass; runs of white space count as one blank.

After W3C Web Annotation, TextQuoteSelector: the exact words, with those just before and just after them.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import product
from typing import Final

from .entry import Citation

_STEP: Final = 1 << 16
"""Bytes that are folded at a time: a text of many short words takes many times its own room while it is in words."""


def folded(content: bytes) -> str:
    """A source as text in which each run of white space is one blank; what is no UTF-8 is marked as U+FFFD."""
    parts: list[str] = []
    blank = False
    for text in _pieces(content):
        words = text.split()
        if words and parts and (blank or text[0].isspace()):
            parts.append(" ")
        if words:
            parts.append(" ".join(words))
        blank = text[-1].isspace() or (blank and not words)
    return "".join(parts)


def _pieces(content: bytes) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for start in range(0, len(content), _STEP):
        if text := decoder.decode(content[start : start + _STEP]):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text


def stands_in(citation: Citation, text: str) -> bool:
    """Whether the quote, between its prefix and suffix, stands in a folded text.

    They may touch or have a blank between them, as whoever cites them need not know which.
    """
    told = [" ".join(part.split()) for part in (citation.prefix, citation.quote, citation.suffix) if part]
    joints = product(("", " "), repeat=len(told) - 1) if told else [()]
    return any(_joined(told, joint) in text for joint in joints)


def _joined(told: list[str], joint: tuple[str, ...]) -> str:
    return "".join(part + mark for part, mark in zip(told, (*joint, ""), strict=True)) if told else ""
