"""Several streams at once, in memory: what they say, and the periods of their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from support import E, known

from engagement_ledger.domain.dates import day
from engagement_ledger.domain.worlds import BEGIN, END, Standing
from engagement_ledger.history.decide import StreamInMemory
from engagement_ledger.history.effective import Effective, effective
from engagement_ledger.history.periods import STILL_KNOWN, Period
from engagement_ledger.projections.irregular import Alike, Codes, Finding, Neighbours, findings


class Streams:
    """What is told of each stream, recorded one entry after another."""

    def __init__(self, told: Mapping[str, Sequence[E]]) -> None:
        self._kept: dict[str, StreamInMemory] = {}
        position = 0
        for stream, entries in told.items():
            state = self._kept[stream] = StreamInMemory(stream)
            for one in entries:
                position += 1
                one.fact.check(stream)
                state.add([one.entry(stream, position)], position, known)

    def told(self, stream: str) -> list[Effective]:
        """What the stream says, in the order of days."""
        state = self._kept.get(stream)
        said = list(effective(state.history(), known).values()) if state else []
        return sorted(said, key=lambda one: (one.occurred.earliest or BEGIN, one.occurred.latest or END))

    def periods(self, stream: str) -> list[tuple[str, Standing, int, int]]:
        """(part, standing, valid from, valid to), everything known."""
        held = self._kept[stream].rows() if stream in self._kept else []
        rows = [row for row in held if row.known_to == STILL_KNOWN]
        return [(row.part, row.standing, row.valid_from, row.valid_to) for row in sorted(rows, key=_in_order)]

    def findings(self, group: str = "") -> list[Finding]:
        """What every check finds in every stream."""
        others = Neighbours(self.periods, self.told, self._kept.__contains__, Alike(self._kept).of)
        found = [
            one
            for stream in self._kept
            for one in findings(stream, self.told(stream), self.periods(stream), others, group)
        ]
        codes = Codes()
        for stream in self._kept:
            codes.add(stream, self.told(stream))
        registered = (stream.removeprefix("party:") for stream in self._kept if stream.startswith("party:"))
        return [*found, *codes.findings(registered)]

    def on(self, when: str) -> Iterator[tuple[str, str, Standing]]:
        """(stream, part, standing) at the end of a day."""
        for stream in self._kept:
            for part, standing, first, last in self.periods(stream):
                if first <= day(when) < last:
                    yield stream, part, standing

    def rows(self, position: int | None = None) -> list[Period]:
        """The periods as known then; in order."""
        at = STILL_KNOWN - 1 if position is None else position
        found = [row for state in self._kept.values() for row in state.rows() if row.known_from <= at < row.known_to]
        return sorted(found, key=_in_order)


def _in_order(row: Period) -> tuple[str, str, int]:
    return row.stream, row.part, row.valid_from
