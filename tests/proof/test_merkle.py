"""Is the tree that of RFC 9162 §2.1? Against a straightforward implementation and against another library's.

Cost: one ledger of some 1,100 entries, under five seconds.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import pytest
from faults.ledgers import asked, made, opened, plain, settled
from pymerkle import InmemoryTree
from tlog_scales.tlog import ConsistencyProof, ConsistencyProofInvalid, InclusionProof, InclusionProofInvalid

from engagement_ledger.proof.merkle import (
    EMPTY_ROOT,
    STORED_FROM,
    Frontier,
    completed,
    consistency,
    inclusion,
    leaf_hash,
    root,
)
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader

LARGEST = 1030
EDGES = [255, 256, 257, 511, 512, 513, 767, 768, 769, 1023, 1024, 1025, LARGEST]
LINES = [f"line {number}".encode() for number in range(2 * LARGEST)]


def mth(lines: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\x00" + lines[0]).digest()
    k = 1
    while k * 2 < len(lines):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(lines[:k]) + mth(lines[k:])).digest()


class Grown:
    """Leaves and nodes as the store keeps them, in memory."""

    def __init__(self) -> None:
        self.hashes: list[bytes] = []
        self.nodes: dict[tuple[int, int], bytes] = {}

    def leaves(self, first: int, last: int) -> list[bytes]:
        return self.hashes[first:last]

    def node(self, level: int, number: int) -> bytes:
        return self.nodes[level, number]

    def grow(self, lines: list[bytes]) -> None:
        new = [leaf_hash(line) for line in lines]
        for node in completed(len(self.hashes), new, self.leaves, self.node):
            assert (node.level, node.number) not in self.nodes, "a node is given twice"
            self.nodes[node.level, node.number] = node.hash
        self.hashes += new

    def root(self, size: int) -> bytes:
        return root(size, self.leaves, self.node)


@pytest.fixture(scope="module")
def grown() -> Grown:
    tree = Grown()
    for line in LINES[:LARGEST]:
        tree.grow([line])
    return tree


def test_the_root_of_every_size_is_that_of_the_standard(grown: Grown) -> None:
    for size in [*range(601), *EDGES]:
        assert grown.root(size) == mth(LINES[:size]), size


@pytest.mark.oracle
def test_another_library_finds_the_same_root_at_every_size(grown: Grown) -> None:
    oracle = InmemoryTree(algorithm="sha256")
    assert grown.root(0) == EMPTY_ROOT == hashlib.sha256(b"").digest()
    for size, line in enumerate(LINES[:LARGEST], start=1):
        oracle.append_entry(line)
        if size <= 600 or size in EDGES:
            assert grown.root(size) == oracle.get_root(), size


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 100, 255, 256, 257, 512, 1000])
def test_the_nodes_do_not_depend_on_how_many_entries_come_at_once(grown: Grown, batch: int) -> None:
    tree = Grown()
    for first in range(0, LARGEST, batch):
        tree.grow(LINES[first : min(first + batch, LARGEST)])
    assert tree.nodes == grown.nodes
    assert tree.root(LARGEST) == grown.root(LARGEST)


def test_exactly_the_complete_subtrees_from_the_eighth_level_up_are_stored(grown: Grown) -> None:
    wanted = {
        (level, number): mth(LINES[number << level : (number + 1) << level])
        for level in range(STORED_FROM, 12)
        for number in range(LARGEST >> level)
    }
    assert STORED_FROM == 8
    assert grown.nodes == wanted
    assert len(wanted) == 4 + 2 + 1


def test_a_tree_that_keeps_only_its_peaks_agrees(grown: Grown) -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT
    nodes = {}
    for size, line in enumerate(LINES[:LARGEST], start=1):
        nodes |= {(node.level, node.number): node.hash for node in tree.add(leaf_hash(line))}
        if size <= 600 or size in EDGES:
            assert tree.root() == grown.root(size)
    assert nodes == grown.nodes


def test_a_leaf_is_never_mistaken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != mth([b"a", b"b"])
    assert leaf_hash(b"\x01" + left + right) != mth([b"a", b"b"])


# --- of a ledger -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,030 entries in groups of many sizes, some of which end just before, at and after whole subtrees."""
    path = tmp_path_factory.mktemp("tree") / "l"
    ends = [1, 3, 250, 255, 256, 257, 300, 511, 512, 513, 514, 900, 1023, 1024, LARGEST]
    with opened(path, create=True) as there:
        for first, last in zip([0, *ends], ends, strict=False):
            there.append(*(made(number) for number in range(first, last)))
    settled(path)
    return path


@lru_cache(maxsize=2)
def exported(path: Path) -> list[bytes]:
    return asked(path, "export").out.split(b"\n")[:-1]


def test_the_root_of_a_ledger_at_every_earlier_size_is_that_of_its_export(ledger: Path) -> None:
    lines = exported(ledger)
    tree = InmemoryTree(algorithm="sha256")
    with Reader(ledger) as reader:
        assert reader.root(0) == EMPTY_ROOT.hex()
        for size, line in enumerate(lines, start=1):
            tree.append_entry(line)
            if size <= 600 or size in EDGES:
                assert reader.root(size) == tree.get_root().hex(), size
        assert reader.root() == reader.root(LARGEST) == mth(lines).hex()


def test_a_ledger_stores_the_same_nodes_as_its_export_gives(ledger: Path) -> None:
    lines = exported(ledger)
    with plain(ledger) as connection:
        stored = {(row[0], row[1]): row[2] for row in connection.execute("SELECT * FROM nodes")}
    assert stored == {
        (level, number): mth(lines[number << level : (number + 1) << level])
        for level in range(8, 11)
        for number in range(LARGEST >> level)
    }


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512, 514, 1024])
def test_an_answer_as_known_earlier_names_the_root_of_that_size(ledger: Path, size: int) -> None:
    answer = asked(ledger, "status", "--json", "--known-at", f"#{size}", "--as-of", "2026-02-10").json
    known = answer["known_at"]["position"]
    assert answer["size"] == known <= size
    assert answer["root"] == mth(exported(ledger)[:known]).hex()


def test_the_doctor_and_verify_name_the_same_root(ledger: Path) -> None:
    verified = asked(ledger, "verify", "--json").json
    assert verified["root"] == mth(exported(ledger)).hex()
    assert verified["root"].encode() in asked(ledger, "doctor").out


def test_a_retry_and_a_refusal_leave_the_root_as_it_is(ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "l"
    copy.write_bytes(ledger.read_bytes())
    with opened(copy) as there:
        before = there.reader().root()
        assert [one.outcome for one in there.append(made(3), made(700))] == ["exists", "exists"]
        with there.reader() as reader:
            assert (reader.size, reader.root()) == (LARGEST, before)


# --- proofs -----------------------------------------------------------------------------------------------

SIZES = [*range(71), *EDGES]


def some(most: int) -> list[int]:
    """All numbers below a small one; of a large one those at its edges and some between."""
    if most < 71:
        return list(range(most))
    return sorted({0, 1, 254, 255, 256, 257, 511, 512, most // 2, most - 2, most - 1})


def test_every_leaf_is_shown_to_be_in_every_tree_by_somebody_elses_verifier(grown: Grown) -> None:
    for size in SIZES:
        tree = grown.root(size)
        for index in (one for one in some(size) if one < size):
            path = inclusion(index, size, grown.leaves, grown.node)
            InclusionProof(index, size, path).check(grown.hashes[index], tree)
            with pytest.raises(InclusionProofInvalid):
                InclusionProof(index, size, path).check(leaf_hash(b"another"), tree)


def test_every_tree_is_shown_to_begin_with_every_earlier_one_by_somebody_elses_verifier(grown: Grown) -> None:
    for size in SIZES:
        for old in (one for one in some(size + 1) if one <= size):
            path = consistency(old, size, grown.leaves, grown.node)
            ConsistencyProof(old, size, path).check(grown.root(old), grown.root(size))
            if old > 0:
                with pytest.raises(ConsistencyProofInvalid):
                    ConsistencyProof(old, size, path).check(leaf_hash(b"another"), grown.root(size))


def test_proofs_are_those_of_another_library_hash_by_hash(grown: Grown) -> None:
    tree = InmemoryTree(algorithm="sha256")
    for line in LINES[:300]:
        tree.append_entry(line)
    for size in (1, 2, 3, 7, 8, 100, 255, 256, 257, 300):
        for index in range(size):
            theirs = tree.prove_inclusion(index + 1, size).path
            assert inclusion(index, size, grown.leaves, grown.node) == theirs[1:], (index, size)


def test_a_proof_reads_few_leaves_and_nodes_however_large_the_tree(grown: Grown) -> None:
    read: list[int] = []

    def leaves(first: int, last: int) -> list[bytes]:
        read.append(last - first)
        return grown.leaves(first, last)

    def node(level: int, number: int) -> bytes:
        read.append(1)
        return grown.node(level, number)

    for index in (0, 300, LARGEST - 1):
        read.clear()
        inclusion(index, LARGEST, leaves, node)
        assert sum(read) <= 2 * 256 + 11
        read.clear()
        consistency(index + 1, LARGEST, leaves, node)
        assert sum(read) <= 2 * 256 + 11
