"""Is a line that is read the one that was recorded? Held against its leaf, its position and its place in the stream.

What fails here is said and never shown: an answer from an altered line would look like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final

from ..domain.errors import Altered

_HEAD: Final = re.compile(rb'\{"position":[0-9]+,"group":[0-9]+,"version":([0-9]+),')
_STREAM: Final = re.compile(rb'"recorded_at":"[^"]*",(?:"clock":"[^"]*",)?"entry_id":"[^"]*","stream":"([^"]*)",')
"""What follows the head, up to the stream."""


class AlteredEntry(Altered):
    """A line does not agree with the leaf beside it, or does not stand where it was recorded."""

    def __init__(self, position: Any, why: str) -> None:
        super().__init__(
            f"#{position} is not as it was recorded",
            why,
            "⟦verify⟧, keep the file as it is, and compare it with a copy or an export",
        )


def as_recorded(
    rows: Iterable[Any], stream: str | None = None, *, from_start: bool = False
) -> Iterator[tuple[int, bytes]]:
    """Yield (position, line) of rows (position, line, leaf); raises AlteredEntry.

    With `stream`, the rows are all of that stream from some version on; from the first, with `from_start`.
    """
    before = 0 if from_start else None
    name = (stream or "").encode()
    for position, line, leaf in rows:
        if type(line) is not bytes or sha256(b"\x00" + line).digest() != leaf:
            raise AlteredEntry(position, "its line does not agree with the leaf hash that is stored beside it")
        if not line.startswith(b'{"position":%d,' % position):
            raise AlteredEntry(position, "its line says that it stands elsewhere")
        if stream is not None:
            head = _HEAD.match(line)
            told = head and _STREAM.match(line, head.end())
            if head is None or told is None or told[1] != name:
                raise AlteredEntry(position, f"its line is not of {stream}, among whose entries it stands")
            version = int(head[1])
            if before is not None and version != before + 1:
                raise AlteredEntry(position, f"it is version {version} of {stream}, after {before or 'none'}")
            before = version
        yield position, line


def all_of(lines: Iterator[tuple[int, bytes]], first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines, which are those from `first` to `last`; raises AlteredEntry where one is missing."""
    due = first
    for one in lines:
        if one[0] != due:
            break
        yield one
        due += 1
    if due <= last:
        raise AlteredEntry(due, "it is missing: another entry stands in its place, or none")


def id_of(line: bytes) -> str:
    """The id in a stored line: what stands before it is of the ledger itself, so the first is its own."""
    start = line.find(b'"entry_id":"') + 12
    return line[start : start + 36].decode("ascii", "replace")
