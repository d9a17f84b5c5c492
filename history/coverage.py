"""To which day was a stream's register kept up, and what is said past it?

Coverage is declared for a pattern of streams. A stream that some declarations concern is covered to the last day that
any of them reaches; of one that none concerns everything is said. Past that day a status is `unknown`, with the last
one under possible. Every question that shows what stands where asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ..domain.dates import When
from ..domain.worlds import END, Standing
from .periods import Period

UNKNOWN: Final = "unknown"
PART: Final = "coverage/"
"""With what the parts begin that say how far a register was kept up: they are known past any coverage."""


def last_day(until: str) -> int:
    """The last day that a date (EDTF) may mean; END where it is open."""
    latest = When.parse(until).latest
    return END if latest is None else latest


class Declared(NamedTuple):
    """That a scope of streams was kept up until a day (EDTF), who declares it, and since which entry it is known."""

    stream: str
    scope: str
    until: str
    position: int


class Coverage:
    """What was declared, as known at one moment."""

    def __init__(self, declared: Iterable[Declared] = ()) -> None:
        self.declared = tuple(declared)
        self._reaches = [(one.scope, last_day(one.until)) for one in self.declared]
        self.reach = lru_cache(maxsize=64)(self._reach)

    def _reach(self, stream: str) -> int | None:
        """The last day on which a stream was kept up; None where no declaration concerns it."""
        return max((last for scope, last in self._reaches if fnmatchcase(stream, scope)), default=None)

    def declared_for(self, stream: str) -> int:
        """Since which entry a stream is known to be covered as it is; 0 where no declaration concerns it."""
        return max((one.position for one in self.declared if fnmatchcase(stream, one.scope)), default=0)

    def is_beyond(self, stream: str, day: int) -> bool:
        """Whether a day lies past what is covered of a stream."""
        last = self.reach(stream)
        return last is not None and day > last

    def on(self, day: int) -> list[dict[str, Any]]:
        """What was declared, and whether a day lies past it: as the header of an answer shows it."""
        return [
            {"scope": scope, "until": until, "declared": f"#{position}", "passed": day > last}
            for (_, scope, until, position), (_, last) in zip(self.declared, self._reaches, strict=True)
        ]

    def applied(self, rows: Iterable[Period]) -> Iterator[Period]:
        """Yield periods as they are known: what lies past the coverage of its stream is unknown.

        `rows` are in order of stream, part and day. Neighbours that are unknown alike become one.
        """
        pending: Period | None = None
        for row in rows:
            for piece in self._pieces(row) if self._reaches else (row,):
                if pending and _goes_on(pending, piece):
                    pending = pending._replace(
                        valid_to=piece.valid_to,
                        known_from=max(pending.known_from, piece.known_from),
                        known_to=min(pending.known_to, piece.known_to),
                    )
                    continue
                if pending:
                    yield pending
                pending = piece
        if pending:
            yield pending

    def _pieces(self, row: Period) -> Iterator[Period]:
        reach = None if row.part.startswith(PART) else self.reach(row.stream)
        if reach is None or row.valid_to <= reach + 1:
            yield row
            return
        if row.valid_from <= reach:
            yield row._replace(valid_to=reach + 1)
        yield row._replace(standing=unknown(row.standing), valid_from=max(row.valid_from, reach + 1))


def _goes_on(before: Period, after: Period) -> bool:
    return (
        before.standing.status == UNKNOWN
        and before.standing == after.standing
        and (before.stream, before.part, before.valid_to) == (after.stream, after.part, after.valid_from)
    )


def on_one_day(rows: Iterable[Period], coverage: Sequence[Mapping[str, Any]]) -> Iterator[Period]:
    """Yield periods that cover one day as they are known then; `coverage` is what `Coverage.on` says of that day."""
    if not any(scope["passed"] for scope in coverage):
        yield from rows
        return
    beyond = lru_cache(maxsize=8)(lambda stream: _is_passed(stream, coverage))
    for row in rows:
        doubted = beyond(row.stream) and not row.part.startswith(PART)
        yield row._replace(standing=unknown(row.standing)) if doubted else row


def _is_passed(stream: str, coverage: Sequence[Mapping[str, Any]]) -> bool:
    """Whether some coverage concerns the stream, and none of those that do reaches the day."""
    concerned = [one for one in coverage if fnmatchcase(stream, one["scope"])]
    return bool(concerned) and all(one["passed"] for one in concerned)


def unknown(standing: Standing) -> Standing:
    """What is left of a standing past its coverage."""
    words = {*standing.possible, *((standing.status,) if standing.status else ())}
    return Standing(UNKNOWN, tuple(sorted(words)), (), standing.detail)
