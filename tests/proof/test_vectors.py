"""Do we judge proofs as others do? The published vectors of transparency-dev/merkle, as figures."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.proof.verifier import EMPTY_ROOT, is_consistent, is_included

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
"""(index or older size, size, root or older root, leaf or root, proof, whether it holds)"""


def decoded(text: str | None) -> bytes:
    return b64decode(text or "")


def test_there_are_as_many_as_were_published() -> None:
    for name in ("inclusion", "consistency"):
        assert len(VECTORS[name]) == 98
        assert sum(one[-1] for one in VECTORS[name]) == 6


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=range(98))
def test_an_inclusion_is_judged_alike(vector: Any) -> None:
    index, size, root, leaf, proof, holds = vector
    if len(decoded(root)) != 32 or len(decoded(leaf)) != 32:
        assert not holds  # no such hash is ever asked about
        return
    assert is_included(index, size, decoded(leaf), [decoded(one) for one in proof], decoded(root)) == holds


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=range(98))
def test_consistency_is_judged_alike_but_for_what_every_tree_begins_with(vector: Any) -> None:
    old, size, old_root, root, proof, holds = vector
    found = is_consistent(old, decoded(old_root), size, decoded(root), [decoded(one) for one in proof])
    if old == 0 and not proof and decoded(old_root) in (EMPTY_ROOT, decoded(root)):
        return  # they ask for no such proof; C2SP tlog-witness asks for an empty one
    assert found == holds
