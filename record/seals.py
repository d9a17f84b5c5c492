"""Is what lies beside the entries what was put there? A source is known by its digest, what is said of it by a seal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from ..domain.errors import Altered

SEALED: Final = ("digest", "title", "media", "language", "added_at", "added_by")
"""What is said of a source: its title, type and language, when it was added and by whom."""
ATTESTED: Final = ("kind", "about", "size", "name", "body", "added_at", "added_by")
"""All of an attestation but its number."""


def seal(columns: Mapping[str, Any], names: Iterable[str] = SEALED) -> bytes:
    """Hash the columns of these names."""
    told = [one.hex() if isinstance(one := columns[name], bytes) else one for name in names]
    return sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).digest()


class AlteredSource(Altered):
    """The content of an archived source is not what was archived."""

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"the source sha256:{digest} is not as it was archived",
            "its content has another digest",
            "⟦verify⟧, keep the file as it is, and compare it with a copy of the ledger or of the source",
        )


class AlteredAttestation(Altered):
    """A checkpoint, or what was said of one, is not what was kept."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"the attestation number {number} is not as it was kept",
            "its seal differs",
            "⟦verify⟧, keep the file as it is, and compare it with a copy of the ledger or of the checkpoint",
        )


def as_archived(digest: bytes, content: Any) -> bytes:
    """The content of a source, held against its digest; raises AlteredSource."""
    if type(content) is not bytes or sha256(content).digest() != digest:
        raise AlteredSource(digest.hex())
    return content
