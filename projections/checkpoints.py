"""Which checkpoints does the ledger keep, who signed them, and what do others say of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ..store.port import Snapshot

COLUMNS: Final = ("name", "size", "root", "signed_by", "cosigned_by", "timestamps", "added_at", "added_by")


def listed(reader: Snapshot) -> list[dict[str, Any]]:
    """A row for each, in the order in which they were signed."""
    rows: dict[int, dict[str, Any]] = {}
    for one in reader.attestations():
        if one.kind == "checkpoint":
            text, _, lines = one.body.decode("utf-8", "replace").rpartition("\n\n")
            rows[one.number] = {
                "name": one.name,
                "size": one.size,
                "root": text.split("\n")[2],
                "signed_by": list(dict.fromkeys(line.split(" ")[1] for line in lines.splitlines())),
                "cosigned_by": [],
                "timestamps": [],
                "added_at": one.added_at,
                "added_by": one.added_by,
            }
        elif one.about in rows:
            rows[one.about]["cosigned_by" if one.kind == "cosignature" else "timestamps"].append(one.name)
    return list(rows.values())
