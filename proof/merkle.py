"""Which tree do the entries make? RFC 9162 §2.1 over the lines of the export.

Leaf hash = SHA-256(0x00 ‖ line), node hash = SHA-256(0x01 ‖ left ‖ right). Complete subtrees are stored from
the 8th level up; those below are computed again from the 256 leaves that they cover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final, NamedTuple

STORED_FROM: Final = 8
"""The lowest level whose nodes are stored; level 0 are the leaves."""
BLOCK: Final = 1 << STORED_FROM
EMPTY_ROOT: Final = sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: the `number`-th of 2**level leaves."""

    level: int
    number: int
    hash: bytes


def leaf_hash(line: bytes) -> bytes:
    """Hash one line of the export, without its line feed (RFC 9162 §2.1.1)."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one (RFC 9162 §2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def peak(leaves: list[bytes]) -> bytes:
    """Root of a complete subtree; the number of leaves is a power of two."""
    while len(leaves) > 1:
        both = iter(leaves)
        leaves = [sha256(b"\x01" + left + right).digest() for left, right in zip(both, both, strict=True)]
    return leaves[0]


def completed(
    size: int,
    new: list[bytes],
    leaves: Callable[[int, int], list[bytes]],
    node: Callable[[int, int], bytes],
) -> Iterator[Node]:
    """Yield the stored nodes that `new` leaves complete in a tree of `size` leaves.

    `leaves(first, last)` gives stored leaf hashes, `node(level, index)` a stored node.
    """
    made: dict[tuple[int, int], bytes] = {}
    start = size - size % BLOCK
    if size + len(new) < start + BLOCK:
        return
    block = [*leaves(start, size), *new]
    for offset in range(0, len(block) - BLOCK + 1, BLOCK):
        level, index = STORED_FROM, (start + offset) // BLOCK
        found = peak(block[offset : offset + BLOCK])
        while True:
            made[level, index] = found
            yield Node(level, index, found)
            if index % 2 == 0:
                break
            left = made.get((level, index - 1)) or node(level, index - 1)
            found, level, index = node_hash(left, found), level + 1, index // 2


Leaves = Callable[[int, int], list[bytes]]
"""Gives stored leaf hashes from a first up to but without a last, counted from 0."""
Stored = Callable[[int, int], bytes]
"""Gives the stored node of a level, `STORED_FROM` or higher, and of a number."""


def root(size: int, leaves: Leaves, node: Stored) -> bytes:
    """The tree's root over its first `size` leaves (RFC 9162 §2.1.1)."""
    return _over(0, size, leaves, node)


def _over(first: int, last: int, leaves: Leaves, node: Stored) -> bytes:
    """The hash over the leaves from `first` up to `last`: a subtree as the tree itself divides them."""
    if first == last:
        return EMPTY_ROOT
    peaks = [found for _, found in _peaks(first, last, leaves, node)]
    found = peaks.pop()
    while peaks:
        found = node_hash(peaks.pop(), found)
    return found


def _peaks(first: int, last: int, leaves: Leaves, node: Stored) -> Iterator[tuple[int, bytes]]:
    """Level and hash of each complete subtree that leaves come apart into, the largest first."""
    size, start = last - first, first
    for level in range(size.bit_length() - 1, STORED_FROM - 1, -1):
        if size >> level & 1:
            yield level, node(level, start >> level)
            start += 1 << level
    rest = leaves(start, last) if size else []
    for level in range(min(size.bit_length(), STORED_FROM) - 1, -1, -1):
        if size >> level & 1:
            yield level, peak(rest[: 1 << level])
            rest = rest[1 << level :]


def inclusion(index: int, size: int, leaves: Leaves, node: Stored) -> list[bytes]:
    """What shows that leaf `index`, from 0, is in the tree of `size` leaves: its siblings, from below (§2.1.3.1)."""
    first, last = 0, size
    path: list[bytes] = []
    while last - first > 1:
        middle = first + _left_part(last - first)
        if index < middle:
            path.append(_over(middle, last, leaves, node))
            last = middle
        else:
            path.append(_over(first, middle, leaves, node))
            first = middle
    return path[::-1]


def consistency(old: int, size: int, leaves: Leaves, node: Stored) -> list[bytes]:
    """What shows that the tree of `size` leaves begins with that of `old` leaves (RFC 9162 §2.1.4.1).

    Nothing for an `old` of 0, with which every tree begins, or of `size` itself.
    """
    if old in (0, size):
        return []
    first, last = 0, size
    path: list[bytes] = []
    is_whole = True
    while old != last - first:
        middle = first + _left_part(last - first)
        if old <= middle - first:
            path.append(_over(middle, last, leaves, node))
            last = middle
        else:
            path.append(_over(first, middle, leaves, node))
            old, first, is_whole = old - (middle - first), middle, False
    if not is_whole:  # else whoever asks knows this hash: it is the root of the older tree
        path.append(_over(first, last, leaves, node))
    return path[::-1]


def _left_part(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


class Frontier:
    """A tree that grows by one leaf at a time and keeps only its peaks: for checking from outside the store."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    @classmethod
    def of(cls, size: int, leaves: Leaves, node: Stored) -> Frontier:
        """The tree of so many leaves, by what is stored of it."""
        found = cls()
        found.size = size
        found._peaks = list(_peaks(0, size, leaves, node))
        return found

    def add(self, leaf: bytes) -> list[Node]:
        """Add a leaf hash; return the stored nodes that it completes."""
        return self._join(0, leaf)

    def grow(self, leaves: list[bytes]) -> list[Node]:
        """Add many, those that fill a block at once; return the stored nodes that they complete."""
        nodes: list[Node] = []
        done = 0
        while self.size % BLOCK == 0 and len(leaves) - done >= BLOCK:
            found = peak(leaves[done : done + BLOCK])
            nodes.append(Node(STORED_FROM, self.size >> STORED_FROM, found))
            nodes += self._join(STORED_FROM, found)
            done += BLOCK
        for leaf in leaves[done:]:
            nodes += self.add(leaf)
        return nodes

    def _join(self, level: int, found: bytes) -> list[Node]:
        nodes = []
        added = 1 << level
        while self._peaks and self._peaks[-1][0] == level:
            found = node_hash(self._peaks.pop()[1], found)
            level += 1
            if level >= STORED_FROM:
                nodes.append(Node(level, self.size >> level, found))
        self._peaks.append((level, found))
        self.size += added
        return nodes

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        found = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            found = node_hash(left, found)
        return found
