"""Given, when, then, in the words of the field. Real code only: what a ledger does, without its file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from engagement_ledger.domain.dates import When, day
from engagement_ledger.domain.entry import Citation, Entry, Fact
from engagement_ledger.domain.worlds import Standing
from engagement_ledger.history.decide import StreamInMemory
from engagement_ledger.history.effective import Told

LONG_AGO_KNOWN = "2030-01-01T00:00:00.000000Z"


@dataclass(frozen=True)
class E:
    """A fact as a test tells it: what happened, on which date, after which (ids of) other entries."""

    fact: Fact
    on: str = "2026-02-02"
    after: tuple[str, ...] = ()
    id: str | None = None
    known: str = LONG_AGO_KNOWN
    sources: tuple[Citation, ...] = ()

    def entry(self, stream: str, position: int) -> Entry:
        return Entry(
            stream=stream, fact=self.fact, occurred=When.parse(self.on), after=self.after, recorded_by="tester",
            entry_id=self.id or str(uuid.UUID(int=position)), position=position, group=position, version=position,
            recorded_at=self.known, sources=self.sources,
        )  # fmt: skip


def known(entry: Told) -> str:
    assert isinstance(entry, Entry)
    return entry.known


def kept(stream: str, told: Iterable[E]) -> StreamInMemory:
    """Record one entry after another; raises the refusal of the first that is refused."""
    state = StreamInMemory(stream)
    for number, one in enumerate(told, start=1):
        entry = one.entry(stream, number)
        entry.fact.check(stream)
        state.add([entry], number, known)
    return state


def recorded(stream: str, told: Iterable[E]) -> list[Entry]:
    """The entries of a history, judged one after another; raises the refusal of the first that is refused."""
    return [entry for entry in kept(stream, told).entries if isinstance(entry, Entry)]


def shown(stream: str, told: Iterable[E], part: str, on: str) -> Standing | None:
    """What a part shows at the end of a day, everything known; None where nothing is recorded."""
    for row in kept(stream, told).live([part], 0):
        if row.valid_from <= day(on) < row.valid_to:
            return row.standing
    return None
