"""How are many files written to a folder that somebody named? Beside what is there, and through no link.

What a folder holds may be anybody's: a link in the place of a file would lead to the ledger, or to a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..domain.refusal import Refusal
from ..store.new_file import replaced
from .key_files import is_of_a_key
from .reading import is_any_kept_in


class NotOurPlace(Refusal):
    """What stands where a file is to be written is none that may be replaced."""

    CODE = 2

    def __init__(self, place: Path, what: str) -> None:
        super().__init__(
            f"{place} is {what}",
            "files are written to this folder alone, and replace nothing else",
            "name a new folder",
        )


@contextmanager
def published(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """Yield a file to write to, `name` below a folder, which takes its place when all went well.

    Raises NotOurPlace where a link, a ledger, a key or no plain file stands there, and OSError.
    """
    place = folder
    *folders, last = name.split("/")
    folder.mkdir(parents=True, exist_ok=True)
    for one in folders:
        place /= one
        if place.is_symlink():
            raise NotOurPlace(place, "a link")
        place.mkdir(exist_ok=True)
    place /= last
    check_place(place)
    with replaced(place) as file:
        yield file


def check_place(place: Path) -> None:
    """Raise NotOurPlace where what stands there may not be replaced."""
    if place.is_symlink():
        raise NotOurPlace(place, "a link")
    if not place.exists():
        return
    if not place.is_file():
        raise NotOurPlace(place, "no plain file")
    if is_any_kept_in(place):
        raise NotOurPlace(place, "a ledger, or a part of one")
    if is_of_a_key(place):
        raise NotOurPlace(place, "a key, or what one signed")
