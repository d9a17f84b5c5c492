"""What may be signed, and what was? A checkpoint says how many entries there are, and the root over them.

A key signs one history: each checkpoint goes on from the one before it. After a ledger of an earlier time was restored
it signs nothing until somebody says so, and that is recorded, as an entry, before anything is signed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..domain.errors import InvalidFact, NotFound
from ..domain.near_names import meant, near
from ..domain.refusal import Refusal, shown
from ..proof.notes import COSIGNATURE, ED25519, KEY_NAME, Checkpoint, SigningKey, note
from ..store.port import Attestation, Snapshot
from .key_files import Last, keys_of, signing


class OtherThanSigned(Refusal):
    """The ledger does not go on from the checkpoint that the key signed last."""

    def __init__(self, signed: int, size: int) -> None:
        """`signed`: how many entries were; `size`: how many there are now."""
        super().__init__(
            f"this ledger does not begin with the {signed} entries that were signed last",
            f"it has {size} entries, and among the first {signed} some are missing, or others",
            "if an older copy was restored, say so with ⟦field after_restore⟧ REASON: it is recorded; "
            "for another ledger give another ⟦field origin⟧",
        )


class NoLogKey(Refusal):
    """The file holds no key that signs the checkpoints of a ledger."""

    CODE = 2

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"the key at {place} is a witness's",
            "it signs what it saw of other people's ledgers, and no ledger of its own",
            "name another file with ⟦field key⟧, or make a key: ⟦key⟧",
        )


MOST_SIGNATURES: Final = 16
"""That a verifier reads (C2SP signed-note)."""


@dataclass(frozen=True)
class Kept:
    """A checkpoint that the ledger keeps, with all that was said of it."""

    checkpoint: Attestation
    others: tuple[Attestation, ...]

    @property
    def note(self) -> str:
        """The signed note, with the cosignatures that were added to it."""
        return self.as_signed + "".join(self._cosignatures())

    @property
    def as_signed(self) -> str:
        """The signed note without what others added: what an authority stamps."""
        return self.checkpoint.body.decode()

    @property
    def signatures(self) -> int:
        """How many signatures the note has."""
        return len(self.note.rpartition("\n\n")[2].splitlines())

    def _cosignatures(self) -> Iterable[str]:
        """The last line of each key that cosigned: name and id stand before what it made."""
        lines = [one.body.decode() for one in self.others if one.kind == "cosignature"]
        return {line[: line.rindex(" ") + 6]: line for line in lines}.values()

    @property
    def timestamps(self) -> tuple[Attestation, ...]:
        """The tokens of authorities."""
        return tuple(one for one in self.others if one.kind == "timestamp")


def kept(reader: Snapshot) -> list[Kept]:
    """The checkpoints that a ledger keeps, in the order in which they were signed."""
    found: dict[int, tuple[Attestation, list[Attestation]]] = {}
    for one in reader.attestations():
        if one.kind == "checkpoint":
            found[one.number] = (one, [])
        elif one.about in found:
            found[one.about][1].append(one)
    return [Kept(one, tuple(others)) for one, others in found.values()]


def checkpoint_named(reader: Snapshot, named: str | None = None, *, covering: int = 0) -> Kept:
    """A checkpoint by its name or by its size ('#27'); without one, the last that covers so many entries.

    Raises NotFound.
    """
    there = kept(reader)
    fitting = [one for one in there if named is None or named in (one.checkpoint.name, f"#{one.checkpoint.size}")]
    if named is not None and not fitting:
        names = [one.checkpoint.name or f"#{one.checkpoint.size}" for one in there]
        raise NotFound(
            f"there is no checkpoint {named}",
            f"there are {len(there)}: {', '.join(names[-_NAMED:])}" if there else "none was made",
            meant(near(named, names), "see them: ⟦checkpoints⟧"),
        )
    covers = [one for one in fitting if one.checkpoint.size >= covering]
    if not covers:
        raise NotFound(
            f"no checkpoint covers #{covering}" if covering else "there is no checkpoint",
            f"the last covers #1 to #{fitting[-1].checkpoint.size}" if fitting else "none was made",
            "make one: ⟦checkpoint⟧",
        )
    return max(covers, key=lambda one: (one.checkpoint.size, one.checkpoint.number))


_NAMED: Final = 5
"""Checkpoints that a refusal names."""


@dataclass(frozen=True)
class SignedNow:
    """A checkpoint, and the signed note of it."""

    checkpoint: Checkpoint
    note: str


def signed_now(
    snapshot: Callable[[], Snapshot], place: Path, origin: str | None = None, *, is_restored: bool = False
) -> SignedNow:
    """Sign how many entries a ledger has, and their root. Raises OtherThanSigned, and what `keys_of` raises.

    `is_restored`: it may be another history than the one that was signed last.
    """
    keys = log_keys(place)
    named = origin or keys[0].name
    if not KEY_NAME.fullmatch(named):  # it is a line of what is signed, and so no other line may stand in it
        raise InvalidFact(
            [f"{shown(named)} is no origin"],
            "write it as a web address without https://, with neither blanks nor plus signs: mfa.example/ledger",
        )
    with signing(place) as signed, snapshot() as reader:  # in this order: it is no earlier than what was signed
        checkpoint = Checkpoint(named, reader.size, bytes.fromhex(reader.root()))
        last = signed.last(named)
        if last and not is_restored and not goes_on(reader, last):
            raise OtherThanSigned(last.size, reader.size)
        signed.remember(named, Last(checkpoint.size, checkpoint.root))
    return SignedNow(checkpoint, note(checkpoint.text, *signature_lines(keys, checkpoint)))


def goes_on(reader: Snapshot, last: Last) -> bool:
    """Whether a ledger begins with the entries of a checkpoint."""
    return last.size <= reader.size and reader.root(last.size) == last.root.hex()


def log_keys(place: Path) -> list[SigningKey]:
    """The keys at a place that sign a ledger's checkpoints, that of Ed25519 first; raises NoLogKey."""
    found = [one for one in keys_of(place) if one.kind != COSIGNATURE]
    if not any(one.kind == ED25519 for one in found):
        raise NoLogKey(place)
    return sorted(found, key=lambda one: one.kind != ED25519)


def signature_lines(keys: Iterable[SigningKey], checkpoint: Checkpoint) -> list[str]:
    """A line by each key; those that state a time state the present."""
    return [one.sign(checkpoint, int(time.time())) for one in keys]
