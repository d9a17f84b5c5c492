"""How wide is each column of a table, and where does a text go on in the next line?

Nothing is cut off. Prose gives way first, between its words. An id, a date or a word of the field is broken only where
prose has given what it can, and then after a mark: `commitment:` and `nz-us-2026-c1`. Within a word a text is broken
where the word alone is wider than there is room.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

GAP: Final = 2
"""Columns between two cells."""
READABLE: Final = 20
"""Columns that prose keeps until ids have given what they can."""
NARROW: Final = 14
"""Columns that prose keeps until nothing else helps."""
INDENT: Final = "    "
"""Before what stands below its row."""
MOST_BELOW: Final = 2
"""Columns that stand below their row, while others stand beside each other."""
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_WORDS: Final = re.compile(r"\S+\s*|\s+")
# Where a word may be broken, the better places first. A date, a time and a number stay whole: 2026-02-02, 09:30, 8,000.
_MARKS: Final = (
    re.compile(r"(?<=\.\.)(?=\w)|(?<=/)(?=[^/\s]{2})|(?<=\w[:,;])(?=[^\W\d])|(?<=[^\W\d][:,;])(?=\w)|(?<=[–—])(?=\w)"),
    re.compile(r"(?<=\w-)(?=[^\W\d]\w\w)|(?<=[^\W\d]-)(?=\w{3})|(?<=[^\W\d]{2}\.)(?=[^\W\d]{2})|(?<=\w_)(?=\w)"),
)


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return len(text) + sum(_columns_of(character) - 1 for character in _BEYOND_ASCII.findall(text))


@lru_cache(maxsize=4096)
def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


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


def folded(text: str, columns: int) -> list[str]:
    """A text in lines of so many columns: broken between words, else after a mark, else anywhere."""
    if width(text) <= columns:
        return [text]
    lines = [""]
    for word in _WORDS.findall(text):
        _place(word, lines, columns, _MARKS)
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _place(piece: str, lines: list[str], columns: int, marks: Sequence[re.Pattern[str]]) -> None:
    """Add a piece to the last line, or to a new one; one that fits in none is divided at the next kind of marks."""
    if width(lines[-1] + piece.rstrip()) <= columns:
        lines[-1] += piece
    elif width(piece.rstrip()) <= columns:
        lines.append(piece)
    elif marks:
        for smaller in marks[0].split(piece):
            _place(smaller, lines, columns, marks[1:])
    else:
        _cut(piece, lines, columns)


def _cut(piece: str, lines: list[str], columns: int) -> None:
    """Divide what has no place to be broken; what combines with a character stays beside it."""
    if lines[-1].strip():
        lines.append("")
    for character in piece:
        if lines[-1] and width(lines[-1] + character) > columns and not character.isspace():
            lines.append("")
        lines[-1] += character


def longest_word(text: str) -> int:
    """The columns of its longest word."""
    return max(map(width, text.split()), default=0)


def longest_piece(text: str, kinds: int = len(_MARKS)) -> int:
    """The columns that it needs at least, where words are broken after marks of so many kinds, better ones first."""
    pieces = text.split()
    for marks in _MARKS[:kinds]:
        pieces = [smaller for piece in pieces for smaller in marks.split(piece)]
    return max(map(width, pieces), default=0)


def arranged(columns: Mapping[int, Sequence[str]], limit: int) -> tuple[list[int], list[int], list[int]]:
    """Which columns stand beside each other, which below their row, and how wide the first are.

    `columns`: the texts of each, its heading first. Prose goes below, the longest first, until the others have room;
    where more than a few columns would have to, all do.
    """
    beside, below = list(columns), list[int]()
    longest = {number: max(map(width, texts)) for number, texts in columns.items()}
    prose = {number for number, texts in columns.items() if max(map(longest_word, texts)) < longest[number]}
    while beside and len(below) <= MOST_BELOW:
        found = column_widths([columns[number] for number in beside], limit - GAP * (len(beside) - 1))
        squeezed = (
            below
            and found
            and any(
                number in prose and wide < READABLE and longest[number] > 2 * READABLE
                for number, wide in zip(beside, found, strict=True)
            )
        )
        if found is not None and not squeezed:
            return beside, sorted(below), found
        goes = max(beside[1:], key=lambda number: (number in prose, longest[number]), default=beside[0])
        beside.remove(goes)
        below.append(goes)
    return [], list(columns), []


def column_widths(columns: Sequence[Iterable[str]], room: int) -> list[int] | None:
    """How wide each column is, so that all together have room; None where prose or words would have to suffer.

    `columns`: the texts of each, its heading among them; `room`: what is left beside the gaps.
    """
    texts = [list(dict.fromkeys(column)) for column in columns]
    natural = [max(map(width, column), default=0) for column in texts]
    if sum(natural) <= room:
        return natural
    words = [max(map(longest_word, column), default=0) for column in texts]
    halves = [max((longest_piece(text, 1) for text in column), default=0) for column in texts]
    pieces = [max(map(longest_piece, column), default=0) for column in texts]
    is_prose = [longest < whole for longest, whole in zip(words, natural, strict=True)]
    lengths = [Counter(map(width, column)) for column in columns]
    readable = [_readable(one) if prose else 0 for one, prose in zip(lengths, is_prose, strict=True)]
    narrow = [NARROW if prose else 0 for prose in is_prose]
    stages = (
        (words, readable, words),
        (words, readable, halves),
        (words, narrow, halves),
        (halves, narrow, halves),
        (halves, narrow, pieces),
        (pieces, narrow, pieces),
    )  # the floors of prose: of its words, and of its lines; those of ids
    widths = list(natural)
    for of_words, of_lines, of_ids in stages:
        floors = [max(word, line) if line else one for word, line, one in zip(of_words, of_lines, of_ids, strict=True)]
        _narrow(widths, floors, room, lengths)
        if sum(widths) <= room:
            used = _used(texts, widths, natural)
            return _given([text[:_SAMPLED] for text in texts], used, room - sum(used))
    return None


def _readable(lengths: Counter[int]) -> int:
    """The columns that prose keeps at first: fewer where hardly a cell has more."""
    longer = sum(count for length, count in lengths.items() if length > READABLE)
    return READABLE if 2 * longer > lengths.total() else NARROW


def _narrow(widths: list[int], floors: Sequence[int], room: int, lengths: Sequence[Counter[int]]) -> None:
    """Take from the columns, down to their floors, until all have room: each time where it makes the fewest lines."""

    def costs(number: int) -> tuple[int, int]:
        wide = widths[number]
        lines = sum(
            count * (-(-length // (wide - 1)) - -(-length // wide)) for length, count in lengths[number].items()
        )
        return lines, -wide

    while sum(widths) > room:
        above = [number for number, floor in enumerate(floors) if widths[number] > floor]
        if not above:
            return
        widths[min(above, key=costs)] -= 1


def _used(texts: Sequence[list[str]], widths: Sequence[int], natural: Sequence[int]) -> list[int]:
    """What columns take once their texts are folded."""
    return [
        wide if wide == whole else max((width(line) for text in column for line in folded(text, wide)), default=0)
        for column, wide, whole in zip(texts, widths, natural, strict=True)
    ]


def _given(texts: Sequence[list[str]], used: list[int], spare: int) -> list[int]:
    """Give what is left to the columns where it saves the most lines."""

    @cache
    def lines(number: int, wide: int) -> int:
        return sum(len(folded(text, wide)) for text in texts[number])

    def saves(gift: tuple[int, int]) -> float:
        number, more = gift
        return (lines(number, used[number]) - lines(number, used[number] + more)) / more

    while spare:
        number, more = max(((n, more) for n in range(len(used)) for more in range(1, spare + 1)), key=saves)
        if not saves((number, more)):
            break
        used[number] += more
        spare -= more
    return used


_SAMPLED: Final = 40
"""Texts of a column that are looked at, to give it what is left."""
