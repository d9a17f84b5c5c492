"""Which entries hold all of these words, as their facts are shown, whatever case the words are in?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from ..domain.errors import NotFound
from ..domain.near_names import folded
from ..domain.quarters import quarters
from ..record.checked_lines import id_of
from .entries import MARKS, Fields, PutRight, as_they_count, marked, numbered_lines_of, put_right

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot

_NOT_SHOWN: Final = ("position", "group", "version", "recorded_at", "clock", "known_since")
"""What the ledger adds: not the words of the fact."""
_OF_QUARTER: Final = re.compile(r"-q|\bq[1-4]")
"""What may be a piece of a quarter, which is stored otherwise than it is shown."""
_AS_STORED: Final = re.compile(r"[^\"\\\s/]+")
"""A word that stands in a line of JSON as it is shown: nothing of it is escaped or put together."""


def searched(words: Iterable[str]) -> Callable[[bytes], dict[str, Any] | None]:
    """A function that reads a stored line, and gives the entry where it holds all words, else None."""
    wanted = [folded(word) for word in words]
    # Most lines are passed over without being parsed: they do not even hold the letters.
    plain = [word for word in wanted if _AS_STORED.fullmatch(word) and not _OF_QUARTER.search(word)]

    def found(line: bytes) -> dict[str, Any] | None:
        if plain:
            letters = folded(line.decode("utf-8", "replace"))
            if not all(word in letters for word in plain):
                return None
        entry: dict[str, Any] = json.loads(line)
        text = folded("\n".join(shown_words(entry)))
        return entry if all(word in text for word in wanted) else None

    return found


def may_hold(words: Iterable[str]) -> Callable[[Iterable[bytes]], bool]:
    """A function that says whether lines may hold all words between them: an entry, and what put it right."""
    plain = [word for one in words if _AS_STORED.fullmatch(word := folded(one)) and not _OF_QUARTER.search(word)]

    def may(lines: Iterable[bytes]) -> bool:
        letters = folded(b"\n".join(lines).decode("utf-8", "replace"))
        return all(word in letters for word in plain)

    return may


def shown_words(entry: Mapping[str, Any]) -> Iterator[str]:
    """The words of an entry as people see them: values, not names of fields; quarters as 2026-Q3."""
    for name, value in entry.items():
        if name == "type":
            yield str(value).partition("/")[0].replace(".", " ").replace("-", " ")
        if name not in _NOT_SHOWN:
            yield from _values(value)


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _values(one)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one)
    elif isinstance(value, str):
        yield value
        if (shown := quarters(value)) != value:
            yield shown
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def found_by(
    reader: Snapshot, known: KnownAt, words: Iterable[str], *, as_recorded: bool = False,
    streams: Sequence[str] | None = None,
) -> Iterator[Fields]:  # fmt: skip
    """Entries of some streams or all that hold all words, as they count then; `as_recorded`: as they were recorded."""
    wanted = list(words)
    holding, may = searched(wanted), may_hold(wanted)
    told = put_right(reader, known, streams)
    apart = frozenset() if as_recorded else frozenset(_positions(reader, told))
    lines = iter(numbered_lines_of(reader, 1, known.position, streams))
    while some := list(islice(lines, _AT_ONCE)):
        # Mostly one of the words is in none of many lines: then none of these is looked at.
        worth = may(line for _, line in some)
        for position, line in some:
            if position in apart:
                yield from _as_it_counts(line, told, may, holding)
            elif worth and (entry := holding(line)) is not None:
                yield marked(entry, told.get(entry["entry_id"], []))


_AT_ONCE: Final = 256
"""Lines in which words are looked for together."""


def _positions(reader: Snapshot, told: PutRight) -> Iterator[int]:
    """Where the entries stand that something put right, of those that are here."""
    for entry_id in told:
        with suppress(NotFound):
            yield reader.line(entry_id)[0]


def _as_it_counts(
    line: bytes,
    told: PutRight,
    may: Callable[[Iterable[bytes]], bool],
    holding: Callable[[bytes], Fields | None],
) -> Iterator[Fields]:
    """Yield an entry that was put right, where it holds the words as it counts: its corrections may have them alone."""
    if not may([line, *(later for _, later in told[id_of(line)])]):
        return
    (entry,) = as_they_count([line], told, as_recorded=False)
    unmarked = {name: value for name, value in entry.items() if name not in MARKS}
    if holding(json.dumps(unmarked, ensure_ascii=False).encode()) is not None:
        yield entry
