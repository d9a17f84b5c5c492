"""How is a large register taken in? A stream of JSON lines, validated beside the writing, chunk by chunk.

One process validates and finds the steps of each fact; the other judges and writes, and validates too while it would
wait. Chunks are written whole: a killed import leaves whole chunks, which a second run recognises by their ids and
passes over. An export of a ledger can be imported too: what its entries were known at becomes their claim
(known_since).
"""

from __future__ import annotations

import gc
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..domain.errors import InvalidFact
from ..domain.limits import LONGEST_INPUT, MOST_KNOWN_AT_ONCE, mebibytes
from ..domain.refusal import Refusal, shown
from ..ledger.append import BatchRefused, PreparedFact, Receipt, prepare
from ..ledger.application import Ledger
from ..ledger.drafts import LEDGERS_OWN, encoded_draft
from ..record.strict_json import Unreadable, parsed_json
from ..store.port import Progress
from ..store.workers import processors, shared_with_us
from .defaults import no_defaults_in_json

CHUNK: Final = 2_000
"""Facts in one group, where they are not grouped already."""
SECONDS: Final = 2.0
"""How long a transaction takes in chunks before it is committed: what a killed import has to do again at most."""
MOST_BYTES_AT_ONCE: Final = 128 * 1024 * 1024
"""Bytes of the facts of one group."""
ENOUGH: Final = 8 * 1024 * 1024
"""Bytes of a chunk, whose facts may be few and long, or all blank."""
_MARK: Final = b"\xef\xbb\xbf"
"""What some programs write before UTF-8."""
WORTH_A_PROCESS: Final = 2 * 1024 * 1024
"""Bytes from which on a second process is started."""


_NOT_WRITTEN: Final = "its group was not written, nor what follows"


class Portion(NamedTuple):
    """Some lines of the file: what one process validates at once."""

    path: Path
    offset: int
    size: int
    """bytes"""
    number: int
    """of the first line, from 1"""
    recorded_by: str
    today: str
    content: bytes | None = None
    """its lines, where they can be read only once"""
    refusal: Unreadable | None = None
    """why the file cannot be read on; there are no lines then"""


class Chunk(NamedTuple):
    """Some facts of the file, ready, and how far it was read."""

    facts: list[PreparedFact | Refusal]
    places: list[str]
    groups: list[str]
    """per fact, what it was known with: facts alike in this and next to each other are one group"""
    read: int
    """bytes read so far"""


@dataclass(slots=True)
class Imported:
    """What an import came to so far."""

    created: int = 0
    existed: int = 0
    refused: list[tuple[str, Refusal]] = field(default_factory=list)


def portions_of(path: Path, recorded_by: str) -> Iterator[Portion]:
    """Where each chunk of a file lies. A group is known as a whole, so a chunk ends where a group does, unless it is
    too large for that; a line that is too long is said in its place, when all before it was taken in.
    """
    today = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    lasts = path.is_file()  # a pipe can be read only once
    offset, first, facts = 0, 1, 0
    kept: list[bytes] = []

    def portion(refusal: Unreadable | None = None) -> Portion:
        content = None if lasts else b"".join(kept)
        return Portion(path, offset, read - offset, first, recorded_by, today, content, refusal)

    read = number = 0
    with path.open("rb") as lines:
        while line := lines.readline(LONGEST_INPUT + 1):
            if len(line) > LONGEST_INPUT:
                yield portion()
                problem = f"the line is longer than {mebibytes(LONGEST_INPUT)}"
                yield portion(_no_further(path, number + 1, problem, "no fact is that long"))
                return
            number += 1
            read += len(line)
            facts += not line.isspace()
            if not lasts:
                kept.append(line)
            if facts > MOST_KNOWN_AT_ONCE or read - offset > MOST_BYTES_AT_ONCE:
                problem = f"more than {MOST_KNOWN_AT_ONCE} facts, or {mebibytes(MOST_BYTES_AT_ONCE)}, of one known time"
                hint = "they would be one group, known as a whole: give some of them a later known_since"
                yield portion(_no_further(path, number, problem, hint))
                return
            full = max(facts / CHUNK, (read - offset) / ENOUGH)
            if full >= 1 and _ends_group(line, lines):
                yield portion()
                offset, first, facts = read, number + 1, 0
                kept.clear()
    if read > offset:
        yield portion()


def _ends_group(line: bytes, lines: Any) -> bool:
    """Whether the next line is of another group than this one, as far as a look ahead can tell."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return True
    group = _claimed(told) if isinstance(told, dict) else ""
    if not group:
        return True
    ahead, whole, _ = lines.peek(4096).partition(b"\n")
    # Where the buffer ends within the next line it cannot be told: the line after it will tell.
    return bool(whole or not ahead) and not all(mark.encode() in ahead for mark in group.split("|") if mark)


def validated(_: None, portion: Portion) -> Chunk:
    """Read, validate and make ready; a line that cannot be read is a refusal in its place.

    Raises Unreadable where the file cannot be read on.
    """
    if portion.refusal is not None:
        raise portion.refusal
    content = _lines_of(portion) if portion.content is None else portion.content
    chunk = Chunk([], [], [], portion.offset + portion.size)
    for number, line in enumerate(content.split(b"\n"), portion.number):
        if line.removeprefix(_MARK).strip():
            place = f"{portion.path.name}:{number}"
            fact, group = _one(line, place, portion.recorded_by, portion.today)
            chunk.facts.append(fact)
            chunk.places.append(place)
            # A line that cannot be read belongs to the group that it stands in, which is then not written by halves.
            chunk.groups.append(group if group is not None else chunk.groups[-1] if chunk.groups else "")
    return chunk


def _lines_of(portion: Portion) -> bytes:
    with portion.path.open("rb") as file:
        file.seek(portion.offset)
        content = file.read(portion.size)
    if len(content) < portion.size:
        problem = "the file became shorter while it was read"
        raise _no_further(portion.path, portion.number, problem, "run it again when the file is whole")
    return content


def _no_further(path: Path, number: int, problem: str, hint: str) -> Unreadable:
    refusal = Unreadable(f"{path.name}:{number}", problem, hint)
    refusal.because = "the file was not read on; what came before was taken in, unless it was to be all or nothing"
    return refusal


def _one(line: bytes, place: str, recorded_by: str, today: str) -> tuple[PreparedFact | Refusal, str | None]:
    """A fact, or why there is none, and its group; None where that cannot be told."""
    group = None
    try:
        raw = parsed_json(line.removeprefix(_MARK).decode(), "the line")
        group = _claimed(raw) if isinstance(raw, dict) else None
        no_defaults_in_json("the line", raw)
        draft, encoded = encoded_draft(raw, recorded_by=recorded_by, resolve=_by_id)
        return prepare(draft, encoded, draft.known_since or today, place), group
    except UnicodeDecodeError:
        return Unreadable("the line", "not UTF-8", "save the file as UTF-8", _NOT_WRITTEN), None
    except Refusal as refusal:
        if isinstance(refusal, Unreadable):
            refusal.because = _NOT_WRITTEN
            is_said = "in quotes" in refusal.remedy or "in every line" in refusal.remedy
            refusal.remedy = refusal.remedy if is_said else "write one JSON object a line"
        return refusal, group


def _by_id(entry: str) -> str:
    """An entry by its id alone; raises InvalidFact for a position, which is that of a ledger and not of a file."""
    if re.fullmatch("#?[0-9]{1,18}", entry, re.ASCII):
        problem = f"{shown(entry)} is a position, and an import names an entry by its id"
        refusal = InvalidFact([problem], "give the entry_id; or record the file with append, which takes positions")
        refusal.because = "positions differ from ledger to ledger, and what is imported may come from another"
        raise refusal
    return entry


def _claimed(raw: dict[str, Any]) -> str:
    """Take the head of an exported line off; what it was known at becomes its claim. Returns its group."""
    group = str(raw.get("group", ""))
    if "recorded_at" in raw:
        raw.setdefault("known_since", raw["recorded_at"])
    for name in LEDGERS_OWN:
        raw.pop(name, None)
    claim = raw.get("known_since")
    return f'"group":{group}|{claim}' if group else str(claim or "")


def _groups_of(chunk: Chunk) -> Iterator[tuple[list[PreparedFact | Refusal], list[str]]]:
    """The groups of a chunk, in order: their facts, and where each was read."""
    start = 0
    for _, members in groupby(chunk.groups):
        end = start + sum(1 for _ in members)
        yield chunk.facts[start:end], chunk.places[start:end]
        start = end


def import_file(
    ledger: Ledger,
    path: Path,
    *,
    recorded_by: str,
    atomic: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Take a file in; what it came to. Refusals end it: the group they are in, or with `atomic` all, is not written.

    `progress` in bytes that were read. Raises Unreadable where the file cannot be read on, LedgerUnusable where SQLite
    fails.
    """
    result, size = Imported(), path.stat().st_size if path.is_file() else 0

    def told(read: int) -> None:
        if progress:
            progress(read, size)

    # What is remembered between chunks lives long and makes no circles: there is nothing to collect.
    collecting = gc.isenabled()
    gc.disable()
    source = chunks_of(path, recorded_by)
    try:
        while not result.refused and (first := next(source, None)) is not None:
            _take_in(ledger, chain([first], source), atomic, result, told, path.is_file())
    finally:
        if collecting:
            gc.enable()
        source.close()
    return result


def chunks_of(path: Path, recorded_by: str) -> Generator[Chunk, None, None]:
    """The chunks of a file, in order; those of a large one are made ready in another process as well."""
    portions = portions_of(path, recorded_by)
    if path.stat().st_size < WORTH_A_PROCESS or processors() == 1:
        yield from (validated(None, portion) for portion in portions)
    else:
        yield from shared_with_us(validated, portions, 1)


def _take_in(
    ledger: Ledger,
    chunks: Iterator[Chunk],
    atomic: bool,
    result: Imported,
    told: Callable[[int], None],
    at_hand: bool,
) -> None:
    """Write chunks in one transaction, for a while or with `atomic` to the end.

    Where the next lines may be long in coming (not `at_hand`), each chunk is committed: nobody else waits for them.
    """
    places: list[str] = []
    outcomes: Counter[str] = Counter()
    until = time.monotonic() + SECONDS

    def groups() -> Iterator[list[PreparedFact | Refusal]]:
        for chunk in chunks:
            for group, where in _groups_of(chunk):
                places[:] = where
                yield group
            told(chunk.read)
            if not atomic and (not at_hand or time.monotonic() > until):
                return

    def taken(receipts: list[Receipt]) -> None:
        outcomes.update(one.outcome for one in receipts)

    try:
        ledger.append_prepared(groups(), atomic=atomic, taken=taken)
    except BatchRefused as refused:
        result.refused = [(places[index], one) for index, one in refused.refusals]
    except Refusal as refusal:
        if len(places) != 1:
            raise
        result.refused = [(places[0], refusal)]
    if atomic and result.refused:
        return
    result.created += outcomes["created"]
    result.existed += outcomes["exists"]
