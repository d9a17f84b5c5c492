"""Which facts does an authored file hold? YAML or JSON lines, each with the line on which it stands.

Everything here is hostile until checked: nothing is guessed about values (in YAML, too, a date stays text), no doubled
keys, no floats, bounded size and depth, with aliases written out as well (see `limits`). Lines end at LF alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from ..domain.limits import (
    LARGEST,
    LARGEST_YAML,
    LONGEST_INPUT,
    MOST_FACTS,
    MOST_MARKS,
    mebibytes,
)
from ..record.strict_json import Unreadable, parsed_json
from .defaults import no_defaults_in_json
from .located import Located

__all__ = ["Located", "facts_in"]

_MARK: Final = b"\xef\xbb\xbf"
"""What some programs write before UTF-8."""
_BLANK: Final = re.compile(rb"[ \t\r\n]*")


def facts_in(name: str, content: bytes) -> list[Located]:
    """The raw facts of a file, in order; raises Unreadable with file and line."""
    if len(content) > LARGEST:
        raise Unreadable(name, f"larger than {mebibytes(LARGEST)}", "split it into smaller files, or import it")
    content = content.removeprefix(_MARK)
    first = next(_written_lines(content), None)
    if first is None:
        return []
    is_json = first[1].startswith(b"{") and first[1].rstrip().endswith(b"}")
    return _not_too_many(name, _json_lines(name, content) if is_json else _yaml(name, content))


def _not_too_many(name: str, facts: Iterable[Located]) -> list[Located]:
    found = list(islice(facts, MOST_FACTS + 1))
    if len(found) > MOST_FACTS:
        raise Unreadable(
            f"{name}:{found[-1].line}",
            f"more than {MOST_FACTS:,} facts, the limit of one file that is recorded as a whole",
            "split the file, or write it in JSON lines and take it in with ⟦import⟧",
        )
    return found


def _written_lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each line that is not blank; those that are take no step each."""
    number, at = 1, 0
    while True:
        blank = _BLANK.match(content, at)
        start = blank.end() if blank else at
        if start == len(content):
            return
        number += content.count(b"\n", at, start)
        end = content.find(b"\n", start)
        at = end if end >= 0 else len(content)
        yield number, content[start:at]


def _json_lines(name: str, content: bytes) -> Iterator[Located]:
    if sum(map(content.count, (b",", b"[", b"{"))) > MOST_MARKS:
        raise Unreadable(name, f"more than {MOST_MARKS:,} values", "split it into smaller files, or import it")
    for number, line in _written_lines(content):
        where = f"{name}:{number}"
        if len(line) > LONGEST_INPUT:
            problem = f"the line is longer than {mebibytes(LONGEST_INPUT)}"
            raise Unreadable(where, problem, "no fact is that long: cite a long text as an archived source")
        fact = parsed_json(_decoded(where, line), where)
        no_defaults_in_json(where, fact)
        yield Located(number, fact)


def _decoded(where: str, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise Unreadable(where, "not UTF-8", "save the file as UTF-8") from None


def _yaml(name: str, content: bytes) -> Iterator[Located]:
    if len(content) > LARGEST_YAML:
        problem = f"larger than {mebibytes(LARGEST_YAML)}, the limit of a file in YAML"
        raise Unreadable(name, problem, "write JSON lines (one JSON object a line), or split the file")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{name}:{line}", "not UTF-8", "save the file as UTF-8") from None
    from .strict_yaml import facts_in_yaml  # here, as only files in YAML need it

    yield from facts_in_yaml(name, text)
