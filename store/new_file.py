"""How does a file come about, whole or not at all? Beside its place under a name of its own, then renamed.

What stands at the place before is there until the new file is whole, and nothing else in the folder is touched.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

_END: Final = ".new"


def fresh_name(place: Path) -> Path:
    """A name beside `place` that nobody else uses: hidden, and with chance in it."""
    return place.with_name(f"{_begin(place)}{secrets.token_hex(6)}{_END}")


def names_of(place: Path, found: os.stat_result) -> int:
    """How many names a file has, of which `found` tells what the system knows.

    A death just after the file was put in place leaves it the name under which it was made. That one is taken away,
    and where it cannot be, it does not count: nobody opens a file by it.
    """
    count = found.st_nlink
    if count == 1:
        return count
    place = Path(os.path.realpath(place))
    with suppress(OSError):
        for other in os.scandir(place.parent):
            left = other.name.startswith(_begin(place)) and other.name.endswith(_END)
            if left and os.path.samestat(other.stat(follow_symlinks=False), found):
                count -= 1
                with suppress(OSError):
                    os.unlink(other.path)  # noqa: PTH108 - an entry of the scan, not a path
    return count


def _begin(place: Path) -> str:
    return f".{place.name[:200]}."


@contextmanager
def replaced(target: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Yield a file to write to; it takes the place of `target`, or of what that links to, when all went well.

    Raises OSError. A file that stood there keeps its mode.
    """
    place = Path(os.path.realpath(target))
    fresh = fresh_name(place)
    # Whether this file is ours is what O_EXCL says: a link or file of somebody else's of that name is refused.
    try:
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666)
    except OSError as error:  # of the name that was asked for, not of ours
        raise OSError(error.errno, error.strerror, os.fspath(target)) from None
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor is opened, not a path
            with suppress(FileNotFoundError):
                os.fchmod(handle, os.stat(place).st_mode & 0o7777)  # noqa: PTH116 - beside fchmod, which has no other form
            yield file
            file.flush()
            os.fsync(handle)
        fresh.replace(place)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(place.parent)


def put_in_place(fresh: Path, place: Path) -> None:
    """Give a whole file its name; raises FileExistsError where something has that name already."""
    handle = os.open(fresh, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(fresh, place)  # unlike a rename, this never takes the place of what is there
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
            raise
        # No links here (FAT, some network folders): claim the name first, then rename over our own empty file.
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        fresh.replace(place)
    with suppress(OSError):  # the file has its name: what is left of the other is no failure
        fresh.unlink(missing_ok=True)
    sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk; where a folder cannot be synced, the system's own order has to do."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
