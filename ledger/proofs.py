"""What shows somebody else that an entry is in the ledger, and that the ledger goes on from what they saw?

Both in formats that others' tools read: C2SP tlog-proof, and the body of a request to a witness (tlog-witness).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

from ..domain.errors import InvalidFact
from ..store.port import Snapshot
from .checkpoints import checkpoint_named


def entry_proof(reader: Snapshot, entry: str, named: str | None = None) -> str:
    """A `.tlog-proof` that an entry ('#12', or its id) is covered by a checkpoint; by the last unless one is named.

    Raises NotFound where there is no such entry, or no checkpoint that covers it.
    """
    position, _ = reader.line(entry)
    kept = checkpoint_named(reader, named, covering=position)
    path = reader.inclusion(position, kept.checkpoint.size)
    return f"c2sp.org/tlog-proof@v1\nindex {position - 1}\n{_lines(path)}\n{kept.note}"


def consistency_proof(reader: Snapshot, old: str, new: str | None = None) -> str:
    """What shows that a checkpoint goes on from an older one: `old` is a name, or a size ('#12', '#0').

    Raises NotFound, InvalidFact.
    """
    kept = checkpoint_named(reader, new)
    size = _size(reader, old)
    if size > kept.checkpoint.size:
        raise InvalidFact(
            [f"{old} covers {size} entries, more than the {kept.checkpoint.size} of the newer checkpoint"],
            "name the older one first",
        )
    return f"old {size}\n{_lines(reader.consistency(size, kept.checkpoint.size))}\n{kept.note}"


def _size(reader: Snapshot, named: str) -> int:
    number = named.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 18:
        return int(number)
    return checkpoint_named(reader, named).checkpoint.size


def _lines(hashes: Iterable[bytes]) -> str:
    return "".join(f"{b64encode(one).decode()}\n" for one in hashes)
