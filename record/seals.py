"""Is an archived source still what was archived? Its content by its digest, what is said of it by a seal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from ..domain.errors import Altered

SEALED: Final = ("digest", "title", "media", "language", "added_at", "added_by")


def seal(columns: Mapping[str, Any]) -> bytes:
    """Hash what is said of a source: its title, type and language, when it was added and by whom."""
    told = [columns[name].hex() if name == "digest" else columns[name] for name in SEALED]
    return sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).digest()


class AlteredSource(Altered):
    """The content of an archived source is not what was archived."""

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"the source sha256:{digest} is not as it was archived",
            "its content has another digest",
            "⟦verify⟧, keep the file as it is, and compare it with a copy of the ledger or of the source",
        )


def as_archived(digest: bytes, content: Any) -> bytes:
    """The content of a source, held against its digest; raises AlteredSource."""
    if type(content) is not bytes or sha256(content).digest() != digest:
        raise AlteredSource(digest.hex())
    return content
