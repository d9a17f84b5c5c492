"""Is this the ledger that somebody else saw? Held against what they kept: a checkpoint, or an export.

A file that agrees with itself proves nothing: who holds it can make it agree again. What somebody else kept tells.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..domain.errors import Altered, CannotVerify, NotFound
from ..proof import verifier
from ..store.port import Snapshot
from .key_files import key_place, keys_of

_BEGINS: Final = b'{"position":'
"""What the first line of an export begins with, and no checkpoint does."""


@dataclass(frozen=True)
class Against:
    """What a ledger was held against."""

    size: int
    """how many of its entries that covers"""
    words: str
    """what it is, in words"""
    details: tuple[str, ...] = ()
    """who signed it, and who cosigned"""


class NotTheSame(Altered):
    """The ledger does not hold what somebody else kept of it."""

    covers: int | None = None
    """how many entries a checkpoint covers that is held against the ledger"""

    def __init__(self, kept: str, why: str) -> None:
        super().__init__(
            f"this is not the ledger of {kept}",
            why,
            "keep the file as it is, and compare it with a copy or an export of that time",
        )


def trust_in(keys: Iterable[str], policy: str | None) -> verifier.Trust:
    """Whose signatures count: those of these verifier keys, or by a policy; else your own key's.

    Raises CannotVerify where there is none, or it cannot be read.
    """
    try:
        if policy is not None:
            return verifier.trust_in_policy(verifier.contents(policy))
        if given := list(keys):
            return verifier.trust_in_keys(given)
        return verifier.trust_in_keys([one.verifier for one in keys_of(key_place())])
    except NotFound:
        raise _no_trust("no key is given, and you have none of your own") from None
    except (ValueError, OSError, verifier.CannotVerify) as error:
        raise _no_trust(str(error)) from None


def held_against(reader: Snapshot, file: str | os.PathLike[str], trust: verifier.Trust | None) -> Against:
    """Hold a ledger against a checkpoint or an export; `trust` is asked for a checkpoint.

    Raises NotTheSame, and CannotVerify where nobody who is trusted signed the checkpoint.
    """
    path = Path(file)
    if is_export(path):
        return _against_export(reader, path)
    return _against_checkpoint(reader, path, trust or trust_in([], None))


def contents_of(file: str) -> bytes:
    """All of a file of signatures, or of standard input for `-`; raises CannotVerify where it is too large."""
    try:
        return verifier.contents(file)
    except verifier.CannotVerify as error:
        raise CannotVerify("the file cannot be read as what is signed", str(error), "give a checkpoint") from None


def is_export(path: Path) -> bool:
    """Whether a file is an export, by how it begins; raises OSError."""
    with path.open("rb") as opened:
        return opened.read(len(_BEGINS)) == _BEGINS


def _against_export(reader: Snapshot, path: Path) -> Against:
    size = 0
    ours = (line for _, line in reader.lines())
    for size, line in enumerate(_lines(path), 1):
        if next(ours, None) != line:
            raise NotTheSame(f"the export {path}", f"its line {size} is not what the ledger holds as #{size}")
    return Against(size, f"the export {path}")


def _lines(path: Path) -> Iterator[bytes]:
    try:
        yield from verifier.entries(str(path))
    except verifier.Altered as error:
        raise NotTheSame(f"the export {path}", str(error)) from None


def _against_checkpoint(reader: Snapshot, path: Path, trust: verifier.Trust) -> Against:
    try:
        head, _, details = verifier.vouched(verifier.contents(str(path)), trust)
    except verifier.CannotVerify as error:
        raise _no_trust(str(error)) from None
    except ValueError as error:  # which says nothing of the ledger
        raise CannotVerify(
            f"{path} cannot be used as a checkpoint", str(error), "ask for it again, and keep it byte for byte"
        ) from None
    kept = f"the checkpoint of {head.origin}"
    if head.size > reader.size:
        refusal = NotTheSame(kept, f"it covers {head.size} entries, and the ledger has {reader.size}")
        refusal.covers = head.size
        raise refusal
    if reader.root(head.size) != head.root.hex():
        raise NotTheSame(kept, f"the first {head.size} entries have another root: some are not what they were")
    return Against(head.size, kept, tuple(details[2:]))


def _no_trust(why: str) -> CannotVerify:
    return CannotVerify(
        "the checkpoint cannot be verified",
        why,
        "name whose signature counts: ⟦field key⟧ VKEY, or ⟦field policy⟧ FILE",
    )
