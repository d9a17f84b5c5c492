"""Which names may somebody have meant who wrote another? Case, separators and the order of words make no difference.

Two measures. `near` is for questions, whose answer is only a hint: it takes what looks alike. `slips` is for writing,
where a wrong guess is in the way: nz-us-2026-c2 is no slip for nz-us-2026-c1, nor relationship:nz-au for nz-us.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

MOST: Final = 3
"""Near names that are said."""
_LIKENESS: Final = 0.6
_LIKENESS_OF_A_WORD: Final = 0.8
_COMPARED: Final = 200
"""Names that are compared letter by letter."""
_SHORTEST: Final = 4
"""Letters of a word in which a slip is looked for: shorter ones are codes, and another code is another name."""
_LONG: Final = 10
"""Letters from which on a word may have two slips."""
_OTHER_LETTERS: Final = 4
"""Letters that two slips can bring in and take out."""
_WORD: Final = re.compile(r"\d+|[^\W\d_]+")
_PIECE: Final = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """A text in which others are looked for, whatever the case of its letters."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


@lru_cache(maxsize=4096)
def form(name: str) -> tuple[str, ...]:
    """What stays of a name without its case, its separators and the order of its words.

    Numbers keep their order and their bounds: 2026-01-02 is not 2026-02-01, nor 1-11 the same as 11-1. Names are the
    same but for their form where these are equal.
    """
    pieces = _PIECE.findall(name.casefold())
    words = sorted(one for one in pieces if not one.isdigit())
    return (*words, "", *(one for one in pieces if one.isdigit()))


@lru_cache(maxsize=4096)
def run_together(name: str) -> str:
    """A name without its case and separators, in its order; two numbers stay two."""
    return re.sub(r"(?<!\d)[\W_]+|[\W_]+(?!\d)", "", name.casefold())


def alike(one: str, other: str) -> bool:
    """Whether two names differ in case, separators or the order of their words alone."""
    return form(one) == form(other) or run_together(one) == run_together(other)


_WHEN: Final = ("on", "date", "day", "when")
"""What people write for the date on which something happened."""


def near(name: str, pool: Iterable[str], most: int = MOST, likeness: float = _LIKENESS) -> list[str]:
    """At most so many names of `pool` that look like `name`, the nearest first; never `name` itself."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where something went wrong

    names = [one for one in dict.fromkeys(pool) if one != name]
    asked = name.casefold()
    if not asked.strip():
        return []
    if asked in _WHEN and "occurred" in names:
        return ["occurred"]
    same = [one for one in names if alike(name, one)]
    holding = [one for one in names if len(asked) > 1 and asked in one.casefold()]
    lowered: dict[str, list[str]] = {}
    for one in _likeliest(asked, names):
        lowered.setdefault(one.casefold(), []).append(one)
    close = [one for word in get_close_matches(asked, lowered, most, likeness) for one in lowered[word]]
    found = [*same, *sorted(holding, key=len), *close]
    if not found:  # criticl, of critical-minerals
        words = {word: one for one in reversed(names[:_COMPARED]) for word in _WORD.findall(one.casefold())}
        found = [words[word] for word in get_close_matches(asked, words, most, _LIKENESS_OF_A_WORD)]
    return list(dict.fromkeys(found))[:most]


def _likeliest(asked: str, names: list[str]) -> list[str]:
    """Of many names those that share most pairs of letters with the one asked for: comparing each takes seconds."""
    if len(names) <= _COMPARED:
        return names
    from heapq import nlargest  # noqa: PLC0415 - only where something went wrong

    pairs = _pairs(asked)
    return nlargest(_COMPARED, names, key=lambda one: 2 * len(pairs & _pairs(one.casefold())) - len(one))


def _pairs(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(len(name) - 1)}


def slips(name: str, pool: Iterable[str], most: int = MOST) -> list[str]:
    """At most so many names of `pool` for which `name` may have been written by a slip; never `name` itself."""
    letters = _letters(name)
    found = [
        one
        for one in dict.fromkeys(pool)
        if one != name and len(letters ^ _letters(one)) <= _OTHER_LETTERS and _is_slip(name, one)
    ]
    return sorted(found, key=lambda one: not alike(name, one))[:most]


def _letters(name: str) -> frozenset[str]:
    """The letters and digits of a name: compared first, for most names differ in many."""
    return frozenset(filter(str.isalnum, name.casefold()))


def _is_slip(one: str, other: str) -> bool:
    if alike(one, other):
        return True
    first, second = _WORD.findall(one.casefold()), _WORD.findall(other.casefold())
    return len(first) == len(second) and (
        _differ_by_slips(first, second) or _differ_by_slips(sorted(first), sorted(second))
    )


def _differ_by_slips(mine: list[str], theirs: list[str]) -> bool:
    """Whether one word alone differs, and by a slip."""
    differing = [(one, other) for one, other in zip(mine, theirs, strict=True) if one != other]
    return len(differing) == 1 and _few_slips(*differing[0])


def _few_slips(one: str, other: str) -> bool:
    """Whether two words differ in a letter, or in two where they are long; numbers never do."""
    shorter, both = min(len(one), len(other)), len(one) + len(other)
    if shorter < _SHORTEST or one.isdigit() or other.isdigit():
        return False
    if _one_slip(one, other):
        return True
    if shorter < _LONG:
        return False
    from difflib import SequenceMatcher  # noqa: PLC0415 - only where something may have gone wrong

    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= 1 - 4 / both


def _one_slip(one: str, other: str) -> bool:
    """A letter too many, too few or another one, or two that changed places."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return (len(one) <= 1 and len(other) <= 1) or (len(one) == 2 and one == other[::-1])


def meant(names: Iterable[str], otherwise: str = "") -> str:
    """The names as a hint: 'did you mean a, b or c?'; `otherwise` where there are none."""
    said = list(names)
    if not said:
        return otherwise
    return f"did you mean {listed(said)}?"


def listed(names: Iterable[str], joint: str = "or") -> str:
    """Names in a sentence: 'a, b or c'."""
    said = list(names)
    return f" {joint} ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
