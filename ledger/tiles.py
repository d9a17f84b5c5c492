"""How is a ledger published so that any web server can serve it? As static files of C2SP tlog-tiles.

Whoever fetches `checkpoint` fetches what it needs of `tile/`, and proves by it what it likes. What is whole never
changes, so only what is new is written; the checkpoint comes last, when all that it covers is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ..domain.errors import InvalidFact
from ..store.new_file import replaced
from ..store.port import Snapshot
from .checkpoints import checkpoint_named

WIDTH: Final = 256
"""Hashes, or entries, of a whole tile."""
_LONGEST: Final = 65_535
"""Bytes of an entry in a bundle."""


class Tile(NamedTuple):
    """A file of hashes, or of entries: `level` -1."""

    level: int
    number: int
    width: int

    @property
    def path(self) -> str:
        """Where it lies: tile/0/x001/234, and with .p/WIDTH where it is not whole."""
        digits = f"{self.number:03}"
        digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
        *high, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
        folder = "entries" if self.level < 0 else str(self.level)
        whole = "/".join(["tile", folder, *(f"x{one}" for one in high), last])
        return whole if self.width == WIDTH else f"{whole}.p/{self.width}"


def tiles_of(size: int) -> Iterator[Tile]:
    """The tiles of a tree of so many entries, and the bundles of its entries."""
    for level in (-1, *range(_levels(size))):
        hashes = size >> 8 * max(level, 0)
        for number in range(-(-hashes // WIDTH)):
            yield Tile(level, number, min(WIDTH, hashes - number * WIDTH))


def _levels(size: int) -> int:
    return next(level for level in range(9) if size >> 8 * level == 0)


def publish(reader: Snapshot, folder: Path, named: str | None = None) -> tuple[int, int]:
    """Write what a checkpoint covers, the last unless one is named; returns its size, and how many files were written.

    Raises NotFound where there is none, InvalidFact for an entry that no bundle can hold, OSError.
    """
    kept = checkpoint_named(reader, named)
    size = kept.checkpoint.size
    written = 0
    for tile in tiles_of(size):
        place = folder / tile.path
        if not place.is_file() or (tile.level >= 0 and place.stat().st_size != tile.width * 32):
            place.parent.mkdir(parents=True, exist_ok=True)
            with replaced(place) as file:
                file.write(_content(reader, tile))
            written += 1
    folder.mkdir(parents=True, exist_ok=True)
    with replaced(folder / "checkpoint") as file:
        file.write(kept.note.encode())
    return size, written


def _content(reader: Snapshot, tile: Tile) -> bytes:
    first = tile.number * WIDTH
    if tile.level >= 0:
        return b"".join(reader.hashes(tile.level, first, first + tile.width))
    parts = []
    for position, line in reader.lines(first + 1, first + tile.width):
        if len(line) > _LONGEST:
            raise InvalidFact([f"#{position} has {len(line)} bytes"], f"a bundle holds entries of at most {_LONGEST}")
        parts += [len(line).to_bytes(2, "big"), line]
    return b"".join(parts)
