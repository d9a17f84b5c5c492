"""How is a ledger published so that any web server can serve it? As static files of C2SP tlog-tiles.

Whoever fetches `checkpoint` fetches what it needs of `tile/`, and proves by it what it likes. What is whole never
changes, so only what is new is written; the checkpoint comes last, when all that it covers is there. What is there
already is of this ledger, or nothing is written: the checkpoint in the folder has to be one that it goes on from, tiles
of hashes are compared, and bundles of entries by their length.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ..domain.errors import InvalidFact
from ..domain.refusal import Refusal
from ..proof import verifier
from ..store.port import Progress, Snapshot
from .checkpoints import Kept, checkpoint_named
from .published import published

WIDTH: Final = 256
"""Hashes, or entries, of a whole tile."""
_LONGEST: Final = 65_535
"""Bytes of an entry in a bundle."""


class OtherTiles(Refusal):
    """The folder holds what was published of another ledger, or of another history of this one."""

    CODE = 4

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"{folder} holds what this ledger does not go on from", why, "publish to a new folder; nothing was written"
        )


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


def publish(
    reader: Snapshot, folder: Path, named: str | None = None, progress: Progress | None = None
) -> tuple[int, int]:
    """Write what a checkpoint covers, the last unless one is named; returns its size, and how many files were written.

    Raises NotFound where there is none, OtherTiles, NotOurPlace, InvalidFact for an entry that no bundle can hold, and
    OSError.
    """
    kept = checkpoint_named(reader, named)
    size = kept.checkpoint.size
    _check_before(reader, folder, kept)
    written, tiles = 0, list(tiles_of(size))
    for done, tile in enumerate(tiles, 1):
        if progress:
            progress(done, len(tiles))
        if not _is_there(reader, folder / tile.path, tile):
            with published(folder, tile.path) as file:
                file.write(_content(reader, tile))
            written += 1
    with published(folder, "checkpoint") as file:
        file.write(kept.note.encode())
    return size, written


def _check_before(reader: Snapshot, folder: Path, kept: Kept) -> None:
    """Raise OtherTiles unless the checkpoint in the folder, if any, is one that this ledger goes on from."""
    place = folder / "checkpoint"
    if place.is_symlink() or not place.is_file():
        return  # what may not stand there is refused when it is written
    try:
        text, _ = verifier.note_of(verifier.contents(str(place)))
        before = verifier.checkpoint_of(text)
    except (ValueError, verifier.CannotVerify):
        raise OtherTiles(folder, "its file checkpoint is no checkpoint") from None
    ours = verifier.checkpoint_of(verifier.note_of(kept.note.encode())[0])
    if before.origin != ours.origin:
        raise OtherTiles(folder, f"its checkpoint is of {before.origin[:99]}, and this one of {ours.origin[:99]}")
    if before.size > ours.size:
        raise OtherTiles(folder, f"its checkpoint covers {before.size} entries, and this one {ours.size}")
    if reader.root(before.size) != before.root.hex():
        raise OtherTiles(folder, f"the {before.size} entries that its checkpoint covers are not those of this ledger")


def _is_there(reader: Snapshot, place: Path, tile: Tile) -> bool:
    """Whether a tile lies there already, as it is to be."""
    if place.is_symlink() or not place.is_file():
        return False
    if tile.level >= 0:
        return place.stat().st_size == tile.width * 32 and place.read_bytes() == _content(reader, tile)
    first = tile.number * WIDTH
    return place.stat().st_size == reader.length(first + 1, first + tile.width) + 2 * tile.width


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
