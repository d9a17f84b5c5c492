"""Do all entries agree with what stands beside them? Answered for a whole block of entries at once.

The answer is a tree or None. None says that something is unusual and not what: a closer look, entry by entry, does
that (`verifying`), and may find that nothing is wrong. A tree is given only where a closer look would find nothing,
which is why each comparison here is of the very values that it compares. In flat memory, whatever the size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final

from pydantic_core import SchemaValidator

from ...domain.streams import STREAM, TYPE_NAME
from ...proof.merkle import BLOCK, Frontier, Node
from ...record.instants import format_instant
from ..port import Progress
from .schema import ENTRIES
from .snapshot import Reader

AT_ONCE: Final = 4 * BLOCK
"""Entries in a block: enough to make loops pay, few enough to stay in the processor's cache."""
DAMAGE: Final = (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError, RecursionError)
"""What reading a value that was damaged may bring up."""

_REPEATED: Final = ("position", "stream", "version", "type", "group", "recorded_at")
"""The fields of a line that something beside it repeats as they are."""
_CITES: Final = b'"sha256:'
_CITED: Final = re.compile(rb'"document":"sha256:([0-9a-f]{64})"')
_ANY: Final = {"type": "typed-dict-field", "schema": {"type": "any"}}
# The whole line is parsed, by the parser that reads it elsewhere; only what is compared becomes objects of Python.
_HEAD: Final = SchemaValidator(
    {
        "type": "typed-dict",
        "extra_behavior": "ignore",
        "fields": {
            **dict.fromkeys((*_REPEATED, "entry_id"), _ANY),
            "known_since": {**_ANY, "required": False},
        },
    }
)
_repeated = itemgetter(*_REPEATED)
_entry_id = itemgetter("entry_id")


def swept(reader: Reader, cited: set[str], progress: Progress | None = None) -> Frontier | None:
    """The tree over all entries, where lines, columns, leaves, nodes, groups, versions and types agree; else None.

    `cited` takes in the digest of each archived source that a line cites.
    """
    try:
        return _swept(reader, cited, progress)
    except DAMAGE:
        return None


def _swept(reader: Reader, cited: set[str], progress: Progress | None) -> Frontier | None:
    last = _end(reader, "rowid", ENTRIES)
    if last is None or last != _end(reader, "last", "groups"):
        return None
    tree, nodes, types = Frontier(), 0, set[str]()
    for first in range(1, last + 1, AT_ONCE):
        leaves = _leaves(reader, first, min(first + AT_ONCE - 1, last), types, cited)
        if leaves is None:
            return None
        completed = tree.grow(leaves)
        if not all(_is_stored(reader, node) for node in completed):
            return None
        nodes += len(completed)
        if progress:
            progress(min(first + AT_ONCE - 1, last), last)
    if nodes != reader.one("SELECT count(*) FROM nodes")[0] or types != set(reader.types()):
        return None
    return tree if _versions_go_on(reader) else None


def cited_in(line: bytes) -> list[str]:
    """The digests of the archived sources that a line cites. No text can hold the marks around them unescaped."""
    return [digest.decode() for digest in _CITED.findall(line)]


def _end(reader: Reader, column: str, table: str) -> int | None:
    """The last of the positions in a column, 0 where there is none; None where one lies before the first."""
    # Two questions: each is answered from one end of the table, and both in one would read all of it.
    first = reader.one(f"SELECT coalesce(min({column}), 1) FROM {table}")[0]
    last: int = reader.one(f"SELECT coalesce(max({column}), 0) FROM {table}")[0]
    return last if first >= 1 else None


def _leaves(reader: Reader, first: int, last: int, types: set[str], cited: set[str]) -> list[bytes] | None:
    """The leaf hashes of the entries from `first` to `last`, where each agrees with what is beside it; else None."""
    rows = reader.rows(
        "SELECT rowid, originator_id, originator_version, topic, state, entry_id, leaf "
        f"FROM {ENTRIES} WHERE rowid BETWEEN ? AND ? ORDER BY rowid",
        (first, last),
    )
    positions, streams, versions, topics, lines, entry_ids, leaves = zip(*rows, strict=True)
    if positions != tuple(range(first, last + 1)) or set(map(type, lines)) != {bytes}:
        return None
    joined = b"".join(lines)
    if b"\n" in joined:
        return None
    hashed = [sha256(b"\x00" + line).digest() for line in lines]
    if tuple(hashed) != leaves:
        return None
    told = list(map(_HEAD.validate_json, lines))
    groups, recorded, known = _groups(reader, first, last)
    beside = list(zip(positions, streams, versions, topics, groups, recorded, strict=True))
    if list(map(_repeated, told)) != beside or not _same_ids(list(map(_entry_id, told)), entry_ids):
        return None
    if [one.get("known_since") or one["recorded_at"] for one in told] != known:
        return None
    if _CITES in joined:
        cited.update(cited_in(joined))
    new = set(topics) - types
    types |= new
    return hashed if all(map(TYPE_NAME.fullmatch, new)) else None


def _same_ids(told: list[str], packed: Sequence[bytes]) -> bool:
    """Whether texts and bytes are the same ids; a text has no line feed where both sides have as many."""
    return set(map(len, packed)) == {16} and "\n".join(told).replace("-", "") == b"".join(packed).hex("\n", 16)


def _groups(reader: Reader, first: int, last: int) -> tuple[list[int], list[str], list[str]]:
    """Per entry, the group that it must belong to, and when that was recorded and known."""
    groups, recorded_at, known_since = [], [], []
    position = first
    for end, known, recorded in reader.rows(
        "SELECT last, known, recorded FROM groups WHERE last >= ?1 AND last <= "
        "(SELECT min(last) FROM groups WHERE last >= ?2) ORDER BY last",
        (first, last),
    ):
        count = min(end, last) - position + 1
        told = format_instant(recorded)
        groups += [end] * count
        recorded_at += [told] * count
        known_since += [told if known == recorded else format_instant(known)] * count
        position += count
    return groups, recorded_at, known_since


def _versions_go_on(reader: Reader) -> bool:
    """Whether each stream has the versions 1, 2, 3 … in order of position; read from an index that covers it."""
    stream: Any = None
    version = position = 0
    for name, number, place in reader.each(
        f"SELECT originator_id, originator_version, rowid FROM {ENTRIES} ORDER BY originator_id, originator_version"
    ):
        if name != stream:
            if not STREAM.fullmatch(name):
                return False
            stream, version, position = name, 0, 0
        if number != version + 1 or place <= position:
            return False
        version, position = number, place
    return True


def _is_stored(reader: Reader, node: Node) -> bool:
    row = reader.one("SELECT hash FROM nodes WHERE level = ? AND number = ?", (node.level, node.number))
    return row is not None and row[0] == node.hash
