"""How does a witness cosign? It checks that a checkpoint goes on from the one it saw before, and says when it saw it.

A witness holds no ledger: it is shown a checkpoint with a proof of consistency (C2SP tlog-witness), remembers the last
one beside its key, and signs nothing that does not go on from that (C2SP tlog-cosignature).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from ..domain.errors import CannotVerify
from ..domain.refusal import Refusal
from ..proof import verifier
from ..proof.notes import ED25519, Checkpoint, note
from .key_files import Last, keys_of, signing


class NoWitnessKey(Refusal):
    """The file holds no key that cosigns."""

    CODE = 2

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"the key at {place} signs a ledger of its own",
            "a witness's key signs what it saw of other people's, and nothing else",
            "make another, in a file of its own: ⟦witness-key⟧",
        )


class NotShown(CannotVerify):
    """Nothing shows that a checkpoint goes on from the one that the witness saw before."""


class NotConsistent(Refusal):
    """A checkpoint does not go on from the one that the witness saw before."""

    CODE = 4

    def __init__(self, origin: str, why: str, remedy: str) -> None:
        super().__init__(f"this checkpoint of {origin} is not cosigned", why, remedy)


@dataclass(frozen=True)
class Request:
    """What a witness is shown."""

    old: int | None
    """entries from which the proof starts; None where there is a checkpoint alone"""
    proof: list[bytes]
    checkpoint: bytes


@dataclass(frozen=True)
class Cosigned:
    """The checkpoint with the witness's line, and what it had seen before."""

    note: str
    before: Last | None


def read_request(content: bytes) -> Request:
    """Read a request to a witness, or a checkpoint alone; raises CannotVerify."""
    if not content.startswith(b"old "):
        return Request(None, [], content)
    above, _, checkpoint = content.partition(b"\n\n")
    try:
        first, *hashes = above.decode().split("\n")
        return Request(
            verifier.number_of(first.removeprefix("old ")),
            [verifier.strict_base64(one, 32) for one in hashes],
            checkpoint,
        )
    except ValueError as error:
        raise CannotVerify("this is no request to a witness", str(error), _ASK) from None


_ASK = "ask whoever holds the ledger for one: ⟦consistency⟧"


def cosign(content: bytes, place: Path, trust: verifier.Trust) -> Cosigned:
    """Cosign a checkpoint that goes on from the last one seen. Raises CannotVerify, NotConsistent, NoWitnessKey."""
    request = read_request(content)
    keys = keys_of(place)
    if any(one.kind == ED25519 for one in keys):
        raise NoWitnessKey(place)
    try:
        head, _, _ = verifier.vouched(request.checkpoint, trust)
    except (ValueError, verifier.CannotVerify) as error:
        raise CannotVerify("this checkpoint is not cosigned", str(error), "name the log's key: ⟦field log⟧") from None
    with signing(place) as signed:
        last = signed.last(head.origin)
        if last is not None:
            _check(request, head, last)
        signed.remember(head.origin, Last(head.size, head.root))
    seen = Checkpoint(head.origin, head.size, head.root)
    text, _, lines = request.checkpoint.decode().rpartition("\n\n")
    return Cosigned(note(text + "\n", lines, *(one.sign(seen, int(time.time())) for one in keys)), last)


def _check(request: Request, head: verifier.Checkpoint, last: Last) -> None:
    """Raise NotConsistent unless the checkpoint goes on from the last one that was seen."""
    again = f"ask whoever holds the ledger: ⟦consistency #{last.size}⟧"
    if head.size < last.size:
        raise NotConsistent(head.origin, f"it covers {head.size} entries, and {last.size} were seen before", _KEEP)
    if head.size == last.size:
        if head.root != last.root:
            raise NotConsistent(head.origin, f"another one of {last.size} entries was seen before", _KEEP)
        return
    if request.old != last.size:
        why = f"nothing shows that it extends the {last.size} entries seen last"
        raise NotShown(f"this checkpoint of {head.origin} is not cosigned", why, again)
    if not verifier.is_consistent(last.size, last.root, head.size, head.root, request.proof):
        raise NotConsistent(head.origin, f"it does not extend the {last.size} entries seen last", _KEEP)


_KEEP = "keep both checkpoints: together they show that the ledger was not only added to"
