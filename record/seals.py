"""Is an archived source still what was archived? Its content by its digest, what is said of it by a seal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

SEALED: Final = ("digest", "title", "media", "language", "added_at", "added_by")


def seal(columns: Mapping[str, Any]) -> bytes:
    """Hash what is said of a source: its title, type and language, when it was added and by whom."""
    told = [columns[name].hex() if name == "digest" else columns[name] for name in SEALED]
    return sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).digest()
