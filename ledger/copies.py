"""How is a ledger copied, and made anew from a copy or an export? Whole or not at all, and verified first."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from ..domain.errors import Altered, LedgerUnusable
from ..domain.limits import LARGEST_SOURCE
from ..domain.refusal import Refusal
from ..domain.source import SourceArchived
from ..proof import verifier
from ..record.instants import parse_instant
from ..record.lines import entry_of
from ..record.strict_json import Unreadable
from ..store.adapters import adapter_of
from ..store.new_file import fresh_name
from ..store.port import Line, Place, Progress, Snapshot, Transaction, Verified
from .application import Ledger
from .held_against import Against, NotTheSame, held_against, is_export
from .progress import Telling, untold
from .published import published
from .reading import snapshot

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class OlderThanCheckpoint(Refusal):
    """What is to be restored is older than the checkpoint that it is held against."""

    def __init__(self, size: int, covers: int) -> None:
        """`size` of what is restored; `covers` of the checkpoint."""
        super().__init__(
            f"this copy has {size} entries, and the checkpoint covers {covers}",
            "what was recorded in between would be lost",
            "restore a later copy; or, where there is none, say so with ⟦field older⟧",
        )


@dataclass(frozen=True)
class Restored:
    """What came of it."""

    verified: Verified
    against: Against | None
    missing: list[str]
    """digests of the sources that entries say are held, and that were not found"""


def back_up(ledger: Place, target: Place, progress: Progress | None = None) -> None:
    """Copy a ledger, as it is at this moment, to a new file, while others go on recording."""
    adapter_of(ledger).copy(ledger, target, progress)


def restore(
    file: Path, to: Path, *, against: Path | None = None, trust: verifier.Trust | None = None, older: bool = False,
    sources: Path | None = None, telling: Telling = untold,
) -> Restored:  # fmt: skip
    """Make a ledger anew, at a new place, from a copy or from an export: the very entries, and the same root.

    `against`: a checkpoint or export that it has to agree with; `older`: even where it is older than that. `sources`: a
    folder of documents named by their digests, for an export. `telling` is asked for the progress of `read` (in bytes
    of an export), `derive`, `verify` and `copy`. Raises Altered where it is not what was recorded,
    OlderThanCheckpoint, LedgerUnusable, Unreadable.
    """
    if os.path.lexists(to):
        raise LedgerUnusable(f"{to} exists already", "a ledger is never made over another file", "name another file")
    fresh = fresh_name(to)
    from_export = is_export(file)
    try:
        missing = _from_export(file, fresh, sources, telling) if from_export else _from_copy(file, fresh, telling)
        with snapshot(fresh) as reader:
            found = reader.verify(telling("verify"))
            known_missing = [one for one in found.problems if one.endswith("and is not there") and missing]
            if problems := [one for one in found.problems if one not in known_missing]:
                raise Altered(
                    f"{file} is not what was recorded: {problems[0]}",
                    "what is restored is verified first",
                    "restore another copy, or an export; nothing was written",
                )
            kept = _agrees(reader, against, trust, older) if against else None
        adapter_of(to).copy(fresh, to, telling("copy"))
    finally:
        adapter_of(to).remove(fresh)
    return Restored(found, kept, missing)


def _agrees(reader: Any, against: Path, trust: verifier.Trust | None, older: bool) -> Against | None:
    try:
        return held_against(reader, against, trust)
    except NotTheSame as refusal:
        if refusal.covers is None or refusal.covers <= reader.size:
            raise
        if not older:
            raise OlderThanCheckpoint(reader.size, refusal.covers) from None
        return None


def _from_copy(file: Path, fresh: Path, telling: Telling) -> list[str]:
    adapter_of(file).copy(file, fresh, telling("copy"))
    return []


def _from_export(file: Path, fresh: Path, folder: Path | None, telling: Telling) -> list[str]:
    """Store the lines as they are, then derive everything; returns the digests of sources that were not found."""
    missing: list[str] = []
    with Ledger(fresh, create=True) as ledger:

        def put(writing: Transaction) -> None:
            for group, some in groupby(_lines(file, telling("read")), key=lambda one: one[1]["group"]):
                lines = list(some)
                last = lines[-1][1]
                if last["position"] != group:
                    raise Altered(f"{file} is cut off within a group", f"it ends before #{group}", "use a whole export")
                recorded = parse_instant(last["recorded_at"])
                known = parse_instant(last.get("known_since") or last["recorded_at"])
                writing.put(lines[0][1]["position"], [_stored(*one) for one in lines], known, recorded)
                missing.extend(_sources(writing, lines, folder))
                writing.settle()

        ledger.write(put)
        ledger.derive_again(telling)
    return missing


def _lines(file: Path, progress: Progress | None) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Each line of an export with its fields; raises Altered, Unreadable."""
    versions: dict[str, int] = {}
    done, whole = 0, file.stat().st_size
    try:
        for number, line in enumerate(verifier.entries(str(file)), 1):
            if not line.endswith(b"}"):
                raise Altered(
                    f"line {number} of {file} is not as it was exported",
                    "its end is another: line ends changed?",
                    _ANOTHER,
                )
            told = json.loads(line)
            entry = entry_of(line)
            versions[entry.stream] = versions.get(entry.stream, 0) + 1
            if (entry.position, entry.version) != (number, versions[entry.stream]) or entry.group < number:
                raise Altered(f"line {number} of {file} is out of its place", "a line before it is missing", _ANOTHER)
            done += len(line) + 1
            if progress:
                progress(done, whole)
            yield line, told
    except verifier.Altered as error:
        raise Altered(f"{file} is no export", str(error), _ANOTHER) from None
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(str(file), f"no export: {type(error).__name__}", _ANOTHER) from None


_ANOTHER: Final = "restore another copy, or an export; nothing was written"


def _stored(line: bytes, told: dict[str, Any]) -> Line:
    return Line(told["stream"], told["version"], told["type"], told["entry_id"], line)


def _sources(writing: Transaction, lines: list[tuple[bytes, dict[str, Any]]], folder: Path | None) -> Iterator[str]:
    """Archive what these entries say is held; yield the digests of what is not found in the folder."""
    for _, told in lines:
        if told["type"] != SourceArchived.TYPE:
            continue
        digits = told["stream"].partition(":")[2]
        content = _document(folder, digits)
        if content is None:
            yield digits
            continue
        body = told["body"]
        columns = {name: body.get(name) for name in ("title", "media", "language")}
        columns |= {"added_at": told["recorded_at"], "added_by": told["recorded_by"], "content": content}
        writing.add_source(bytes.fromhex(digits), columns)


def _document(folder: Path | None, digits: str) -> bytes | None:
    """The document of a digest, where the folder holds just that; no name but of digits is ever used."""
    if folder is None or not _DIGEST.fullmatch(digits) or not (file := folder / digits).is_file():
        return None
    if file.stat().st_size > LARGEST_SOURCE:
        return None
    content = file.read_bytes()
    return content if sha256(content).hexdigest() == digits else None


def write_sources(reader: Snapshot, folder: Path) -> int:
    """Write each archived document to a folder, named by the digits of its digest; how many there are.

    One that is there already is left as it is. Raises OSError, AlteredSource.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = [one.digest for one in reader.sources()]
    for digest in there:
        held = reader.held(digest)
        if held is not None and _document(folder, digest.hex()) is None:
            with published(folder, digest.hex()) as file:
                file.write(held.content)
    return len(there)
