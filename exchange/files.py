"""What does a file on disk hold? A regular file alone, and no more of it than a stated number of bytes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..domain.limits import mebibytes
from ..record.strict_json import Unreadable
from ..store.new_file import replaced

__all__ = ["content_of", "replaced"]


def content_of(path: Path, most: int) -> bytes:
    """The bytes of a regular file; raises Unreadable for a pipe or a device, and for more than `most` bytes."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(str(path), "not a regular file", "save what it gives in a file, and name that")
    # Not blocking, should a pipe have taken its place meanwhile.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        content = file.read(most + 1) if found.st_size <= most else None
    if content is None or len(content) > most:
        raise Unreadable(str(path), f"larger than {mebibytes(most)}", "keep the part of it that is cited in a file")
    return content
