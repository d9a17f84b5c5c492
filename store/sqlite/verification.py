"""Is what is stored still what was recorded? Every line, leaf, node and group, recomputed.

This proves that the file agrees with itself. Whoever holds the file can make it agree again after a change:
only a checkpoint kept elsewhere says that it is the same ledger.
"""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json

from ...domain.errors import Altered, NotReadSafely
from ...domain.refusal import Refusal
from ...domain.streams import STREAM, TYPE_NAME
from ...proof.merkle import Frontier, Node, leaf_hash
from ...record.instants import format_instant
from ...record.seals import ATTESTED, SEALED, seal
from ..port import Attestation, Progress, Verified
from .schema import ENTRIES
from .snapshot import ALL_ATTESTATIONS, Reader
from .sweep import AT_ONCE, DAMAGE, cited_in, swept

_STRUCTURE = "PRAGMA integrity_check(20)"
_PAGES = 64 * 1024
"""KiB that SQLite may keep of the file while it checks its structure: it looks entries up in no order."""


def verify(reader: Reader, progress: Progress | None = None) -> Verified:
    """Recompute the whole ledger and compare; reads every entry once, in flat memory. `progress` in entries.

    Where anything is wrong, every entry is read once more, by itself, to say what.
    """
    tree = Frontier()
    problems: list[str] = []
    cited: set[str] = set()
    reader.read_leniently()  # text that is no UTF-8 is a finding, not the end
    try:
        with _structure(reader.path) as structure:
            agreed = swept(reader, cited, progress)
            problems += structure()
        if agreed is None or problems:
            problems += _closer_look(reader, tree, cited)
        else:
            tree = agreed
        problems += _sources(reader, cited)
        problems += _attestations(reader)
        problems += _sequence(reader)
    except (sqlite3.Error, MemoryError, *DAMAGE) as error:
        why = f"SQLite says: {error}" if isinstance(error, sqlite3.Error) else "a value is not of the kind it should be"
        problems.append(f"the file cannot be read to its end: {why}")
    stored = _stored_root(reader, tree.size)
    if not problems and stored != tree.root().hex():
        problems.append(f"the stored root {stored} is not the recomputed {tree.root().hex()}")
    return Verified(tree.size, tree.root().hex(), problems)


def verify_since(reader: Reader, size: int, progress: Progress | None = None) -> Verified:
    """Recompute the entries after the first `size`, and with what is stored of those before the root over all."""
    tree, problems = Frontier(), list[str]()
    try:
        tree = reader.tree(size)
        whole = reader.size - size
        for position, line in reader.lines(size + 1):
            tree.add(leaf_hash(line))
            if progress and position % AT_ONCE == 0:
                progress(position - size, whole)
        stored = reader.root()
        if stored != tree.root().hex():
            problems.append(f"the stored root {stored} is not the recomputed {tree.root().hex()}")
    except Altered as error:
        problems.append(f"{error.message}: {error.because}")
    return Verified(tree.size, tree.root().hex(), problems)


@contextmanager
def _structure(path: Path) -> Iterator[Callable[[], list[str]]]:
    """Have SQLite check its own structure meanwhile; yields what waits for its findings.

    A thread is enough for two processors: SQLite holds none of Python's locks while it does so. It looks at a
    snapshot of its own, no older than the caller's.
    """
    readers: list[Reader] = []

    def check() -> list[str]:
        with Reader(path) as reader:
            readers.append(reader)
            reader.rows(f"PRAGMA cache_size = -{_PAGES}")
            return [f"SQLite: {row[0]}" for row in reader.rows(_STRUCTURE) if row[0] != "ok"]

    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(check)
        try:
            yield found.result
        finally:
            # Nobody waits for it any more where the caller failed or was interrupted.
            while not wait([found], 0.05).done:
                for one in readers:
                    one.interrupt()


def _closer_look(reader: Reader, tree: Frontier, cited: set[str]) -> Iterator[str]:
    """Say what is wrong with entries, groups, types and nodes; the tree grows by every entry."""
    nodes: list[Node] = []
    is_sound = True
    for problem, completed in _entries(reader, tree, cited):
        nodes += completed
        if problem:
            is_sound = is_sound and not problem.startswith("#")
            yield problem
    if is_sound:  # else the nodes over it differ as well, which says no more
        yield from _nodes(reader, nodes)


def _stored_root(reader: Reader, size: int) -> str:
    try:
        return reader.root(size)
    except NotReadSafely:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a damaged file brings up is a finding, not a crash
        return f"cannot be computed ({error.message if isinstance(error, Refusal) else 'a hash is none'})"


def _entries(reader: Reader, tree: Frontier, cited: set[str]) -> Iterator[tuple[str | None, list[Node]]]:
    """Yield (what is wrong with an entry, nodes that it completes)."""
    groups = {row[0]: (row[1], row[2]) for row in reader.each("SELECT last, known, recorded FROM groups ORDER BY last")}
    versions: dict[str, int] = {}
    rows = reader.each(
        f"SELECT rowid, originator_id, originator_version, topic, state, entry_id, leaf FROM {ENTRIES} ORDER BY rowid"
    )
    ends = sorted(end for end in groups if type(end) is int)
    position, found = 0, None
    seen: set[int] = set()
    types: set[str] = set()
    for row in rows:
        position += 1
        versions[_MISSING] = versions.get(_MISSING, 0) + max(row[0] - position, 0)
        try:
            found = _wrong(position, row, versions, groups, seen)
        except DAMAGE:
            found = "cannot be read"
        position = row[0]
        if found:  # what only follows from it is no finding of its own: of its group, and of later versions
            seen.update(ends[(at := bisect_left(ends, position)) : at + 1])
            versions[row[1]] = row[2] if type(row[2]) is int else versions.get(row[1], 0) + 1
            versions[_MISSING] += 1  # perhaps its stream is another
        if _is_type(str(row[3])):
            types.add(str(row[3]))
        if isinstance(row[4], bytes):
            cited.update(cited_in(row[4]))
        yield (f"#{position}: {found}" if found else None), tree.add(leaf_hash(_as_bytes(row[4])))
    last = max(groups, default=0)
    if last > position or (last < position and not found):
        yield f"the last group ends at #{last}, and the last entry is #{position}", []
    for group in sorted(set(groups) - seen):
        yield f"no entry belongs to the group that ends at #{group}", []
    stored = set(reader.types())
    for name in sorted(types - stored):
        yield f"the type {name[:60]} is not listed among the ledger's types", []
    for name in sorted(stored - types):
        yield f"the type {name[:60]} is listed, and no entry has it", []


_MISSING: Final = ""
"""No stream's name; among the versions of the streams, how many entries are missing, or of an uncertain stream."""


def _as_bytes(line: Any) -> bytes:
    return line if isinstance(line, bytes) else str(line).encode("utf-8", "surrogateescape")


def _wrong(
    position: int, row: Any, versions: dict[str, int], groups: dict[int, tuple[int, int]], seen: set[int]
) -> str | None:
    rowid, stream, version, topic, state, entry_id, leaf = row
    if rowid != position:
        return f"stands where #{position} should: an entry is missing"
    line = _as_bytes(state)
    if leaf_hash(line) != leaf:
        return "the line is not the one that was recorded (its leaf hash differs)"
    if not isinstance(state, bytes):
        return "its line is not stored as bytes"
    if b"\n" in line:
        return "its line has a line feed in it, and so is two lines of an export"
    try:
        told = from_json(line)
        columns = (
            told["position"],
            told["stream"],
            told["version"],
            told["type"],
            bytes.fromhex(told["entry_id"].replace("-", "")),
        )
        group, recorded_at = told["group"], told["recorded_at"]
    except DAMAGE:
        return "the line is no entry: it is no JSON, or lacks what every entry has"
    if not _is_type(str(topic)):
        return f"{str(topic)[:60]!r} is no type of fact, in any version"
    if columns != (rowid, stream, version, topic, entry_id):
        return "its columns say something else than its line"
    if not STREAM.fullmatch(stream):
        return f"{stream[:60]!r} is no stream"
    return _of_group_and_stream(row, group, recorded_at, told, versions, groups, seen)


def _of_group_and_stream(
    row: Any, group: int, recorded_at: str, told: Any,
    versions: dict[str, int], groups: dict[int, tuple[int, int]], seen: set[int],
) -> str | None:  # fmt: skip
    rowid, stream, version = row[:3]
    ahead = version - versions.get(stream, 0) - 1
    if ahead and not 0 < ahead <= versions[_MISSING]:
        return f"is version {version} of {stream}, after {versions.get(stream, 0)}"
    versions[stream] = version
    if group not in groups or group < rowid:
        return f"belongs to a group that ends at #{group}, and there is none"
    seen.add(group)
    known = told.get("known_since") or recorded_at
    try:
        times = _times(*groups[group])
    except DAMAGE:
        return "the times of its group are no instants"
    if times != (known, recorded_at):
        return "its group has other times than its line"
    return None


@lru_cache(maxsize=1024)
def _is_type(name: str) -> bool:
    return TYPE_NAME.fullmatch(name) is not None


@lru_cache(maxsize=16)
def _times(known: int, recorded: int) -> tuple[str, str]:
    return format_instant(known), format_instant(recorded)


def _sources(reader: Reader, cited: set[str]) -> Iterator[str]:
    there: set[str] = set()
    for row in reader.each(f"SELECT content, seal, {', '.join(SEALED)} FROM sources"):
        content, sealed, told = row[0], row[1], dict(zip(SEALED, row[2:], strict=True))
        if type(content) is not bytes or type(told["digest"]) is not bytes:
            yield "a source is not stored as bytes"
            continue
        there.add(told["digest"].hex())
        if sha256(bytes(content)).digest() != told["digest"]:
            yield f"the source sha256:{bytes(told['digest']).hex()} has other content than it had"
        elif seal(told) != sealed:
            yield f"what is said of the source sha256:{bytes(told['digest']).hex()} is not what was recorded"
    for digest in sorted(cited - there):
        yield f"the source sha256:{digest} is cited, and is not there"


_HEX: Final = 64
"""Digits of a root; that one cannot be computed is said elsewhere."""


def _attestations(reader: Reader) -> Iterator[str]:
    """What is wrong with checkpoints and what was said of them; who signed them is not looked at here."""
    if not reader.has_attestations:
        return
    sizes: dict[Any, Any] = {}
    missing: list[int] = []
    rows = reader.each(ALL_ATTESTATIONS)
    for number, row in enumerate(rows, 1):
        one, body = Attestation(*row[:-1]), row[5]
        if one.number != number + sum(missing):
            missing.append(one.number - number - sum(missing))
            yield f"an attestation is missing before number {one.number}"
        if type(body) is not bytes or seal(one._asdict(), ATTESTED) != row[-1]:
            yield f"the attestation number {one.number} is not as it was kept"
        elif one.kind == "checkpoint":
            sizes[one.number] = one.size
            yield from _against(reader, one.number, one.size, body)
        elif sizes.get(one.about) != one.size:
            yield f"the {one.kind} number {one.number} is about a checkpoint that is not there"


def _against(reader: Reader, number: int, size: int, body: bytes) -> Iterator[str]:
    """What a checkpoint says otherwise than the entries do."""
    lines = body.decode("utf-8", "replace").split("\n")
    if lines[1:2] != [str(size)] or size > reader.size:
        yield f"the checkpoint number {number} covers entries that are not there"
        return
    root = _stored_root(reader, size)
    if len(root) == _HEX and lines[2:3] != [b64encode(bytes.fromhex(root)).decode()]:
        yield f"the first {size} entries are not those of the checkpoint number {number}: its root differs"


def _sequence(reader: Reader) -> Iterator[str]:
    """What SQLite keeps of the last position given; nothing, before the first."""
    rows = reader.rows("SELECT name, seq FROM sqlite_sequence")
    last = reader.one(f"SELECT coalesce(max(rowid), 0) FROM {ENTRIES}")[0]
    if rows != [(ENTRIES, last)] and (rows or last):
        noted = ", ".join(str(row[1])[:40] for row in rows[:3])
        yield f"the last position that was given is noted as {noted}, and the last entry is #{last}"


def _nodes(reader: Reader, recomputed: list[Node]) -> Iterator[str]:
    stored = {(row[0], row[1]): bytes(row[2]) for row in reader.each("SELECT level, number, hash FROM nodes")}
    for node in recomputed:
        if stored.pop((node.level, node.number), None) != node.hash:
            yield f"node {node.level}/{node.number} of the tree is not the recomputed one"
    for level, number in stored:
        yield f"node {level}/{number} of the tree covers entries that are not there"
