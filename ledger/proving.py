"""How does a ledger become provable? Its holder signs checkpoints; it keeps them, and what others say of them.

Whatever is signed here costs no more than a question: neither the events nor the library are loaded for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ..domain.errors import CannotVerify, InvalidFact
from ..domain.refusal import Refusal, shown
from ..domain.streams import CHECKPOINT_NAME
from ..proof import verifier
from ..record.instants import format_instant, now
from ..store.adapters import adapter_of
from ..store.port import Attestation, Place
from .checkpoints import MOST_SIGNATURES, Kept, goes_on, kept, log_keys, signed_now
from .key_files import Last, key_place, signing
from .reading import snapshot
from .who import recorder_name


class NothingRestored(Refusal):
    """The ledger goes on from what was signed last."""

    CODE = 2

    def __init__(self) -> None:
        super().__init__(
            "nothing was restored: the ledger goes on from what was signed last",
            "every entry that was signed is there as it was",
            "sign it without ⟦field after_restore⟧",
        )


class NotOfThisLedger(Refusal):
    """A checkpoint is none that was made of this ledger."""

    CODE = 3

    def __init__(self) -> None:
        super().__init__(
            "this is no checkpoint that the ledger keeps",
            "signatures are added to a checkpoint that was made here, word for word",
            "see them: ⟦checkpoints⟧",
        )


class NotCosigned(Refusal):
    """What came back from a witness is not what it signed, or too much."""

    CODE = 4

    def __init__(self, why: str) -> None:
        super().__init__("no cosignature is kept", why, "ask the witness for it again")


KeyFile = str | os.PathLike[str] | None
"""Where a key is kept; None for ENGAGE_KEY, or the user's own."""


def make_checkpoint(
    ledger: Place,
    *,
    name: str | None = None,
    key: KeyFile = None,
    origin: str | None = None,
    by: str | None = None,
    after_restore: Callable[[str, Last], None] | None = None,
    clock: Callable[[], int] = now,
) -> Kept:
    """Sign what a ledger holds now, and keep the checkpoint in it; of an unchanged ledger it is kept once.

    `after_restore` is called, with the origin and what was signed last, where the ledger does not go on from that: it
    records so. Raises NothingRestored where the ledger does go on; OtherThanSigned where it does not, and it is None.
    """
    if name is not None and not CHECKPOINT_NAME.fullmatch(name):
        raise InvalidFact(
            [f"{shown(name)} is no name of a checkpoint"],
            "use small letters, digits and dashes, a letter first: before-the-summit",
        )
    who, place = by or recorder_name(), key_place(key)
    if after_restore is not None:
        named = origin or log_keys(place)[0].name
        after_restore(named, _other_than(ledger, place, named))
    found = signed_now(partial(snapshot, ledger), place, origin, is_restored=after_restore is not None)
    text = found.checkpoint.text.encode()
    with snapshot(ledger) as reader:
        for one in kept(reader):
            if one.checkpoint.body.startswith(text) and name in (None, one.checkpoint.name):
                return one
    size, at = found.checkpoint.size, format_instant(clock())
    added = Attestation(0, "checkpoint", 0, size, name, found.note.encode(), at, who)
    adapter_of(ledger).attest(ledger, added)
    return Kept(added, ())


def add_cosignatures(
    ledger: Place, content: bytes, trust: verifier.Trust, *, by: str | None = None, clock: Callable[[], int] = now
) -> Kept:
    """Keep the signatures that trusted witnesses added to a checkpoint of this ledger, once they are verified.

    What others signed is left out: kept as it came, one bad line would make the checkpoint useless to everybody.
    Raises NotOfThisLedger, CannotVerify where no trusted witness signed, NotCosigned.
    """
    text, _, below = content.decode("utf-8", "replace").rpartition("\n\n")
    with snapshot(ledger) as reader:
        there = [one for one in kept(reader) if one.checkpoint.body.startswith(f"{text}\n\n".encode())]
    if not there or not text:
        raise NotOfThisLedger
    one = there[-1]
    added = list(one.others)
    for name, line in _cosigned(content, below, trust, one):
        if line.encode() not in [other.body for other in added]:
            at, who = format_instant(clock()), by or recorder_name()
            about = one.checkpoint
            new = Attestation(0, "cosignature", about.number, about.size, name, line.encode(), at, who)
            if Kept(about, (*added, new)).signatures > MOST_SIGNATURES:
                raise NotCosigned(f"it has {MOST_SIGNATURES} signatures, as many as a signed note may have")
            adapter_of(ledger).attest(ledger, new)
            added.append(new)
    return Kept(one.checkpoint, tuple(added))


def _cosigned(content: bytes, below: str, trust: verifier.Trust, one: Kept) -> list[tuple[str, str]]:
    """The name and line of each signature of a trusted witness; raises CannotVerify, NotCosigned."""
    try:
        signed, signatures = verifier.note_of(content)
        found = verifier.signers(signed, signatures, trust, verifier.checkpoint_of(signed))
    except verifier.CannotVerify as error:
        raise CannotVerify("these cosignatures cannot be verified", str(error), "name whose they are") from None
    except ValueError as error:
        raise NotCosigned(str(error)) from None
    keys = {(key.name, key.id) for key in found}
    lines = zip(signatures, below.splitlines(keepends=True), strict=True)
    trusted = [
        (name, line) for (name, key_id, _), line in lines if (name, key_id) in keys and line not in one.as_signed
    ]
    if not trusted:
        names = ", ".join(dict.fromkeys(shown(name) for name, *_ in signatures))
        raise CannotVerify(
            "no witness that you named cosigned it",
            f"it is signed by {names}",
            "name the witness's key: ⟦field witness⟧ VKEY, or ⟦field policy⟧ FILE",
        )
    return trusted


def _other_than(ledger: Place, place: Path, origin: str) -> Last:
    """What was signed last, and the ledger does not go on from; raises NothingRestored where it does."""
    with signing(place) as signed, snapshot(ledger) as reader:
        last = signed.last(origin)
        if last is None or goes_on(reader, last):
            raise NothingRestored
        return last
