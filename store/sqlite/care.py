"""What a snapshot offers to who takes care of a ledger: to verify it, to derive it again, to keep what is replaced.

Apart from what it reads, which each of these reads by: what they need is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..port import Progress, Range, Verified
from .snapshot import Reader

if TYPE_CHECKING:  # the read path must not wait for the events
    from .ranges import StoredStreams
    from .replaced import ReplacedRows


class SqliteSnapshot(Reader):
    """A ledger in a file at one moment: all that the port asks of a snapshot."""

    def verify(self, progress: Progress | None = None) -> Verified:
        """Recompute all that was recorded and compare."""
        from .verification import verify

        return verify(self, progress)

    def verify_since(self, size: int, progress: Progress | None = None) -> Verified:
        """Recompute the entries after the first `size`, and the root over all."""
        from .verification import verify_since

        return verify_since(self, size, progress)

    def ranges(self) -> Iterator[Range]:
        """All streams, in ranges of some thousand entries."""
        from .ranges import ranges

        return ranges(self)

    def stored(self, streams: Range) -> StoredStreams:
        """What is stored of a range of streams."""
        from .ranges import StoredStreams

        return StoredStreams(self, streams)

    def leftovers(self) -> Iterator[str]:
        """What is derived and belongs to nothing, in words."""
        from .orphans import leftovers

        return leftovers(self.rows)

    def replaced(self, instant: int) -> ReplacedRows:
        """Where what is replaced now, at `instant`, is kept: a file beside the ledger."""
        from .replaced import ReplacedRows

        return ReplacedRows(self.path, self.rows, instant)
