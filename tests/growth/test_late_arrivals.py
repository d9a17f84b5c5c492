"""Does a fact that arrives late cost more in a longer stream? Only by what follows it. Counted, not timed.

Beside statements and steps of SQLite: entries decoded, and steps read again.
The streams take some ten seconds to make.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from growth.test_work_per_operation import FIRST, Work, appending, draft, filled, missions, much_the_same

from engagement_ledger.domain.correction import EntryCorrected
from engagement_ledger.domain.dates import When, iso
from engagement_ledger.domain.dialogue import MeetingHeld, MeetingScheduled, VenueChanged
from engagement_ledger.domain.entry import Draft, Fact
from engagement_ledger.domain.relationship import MissionAtLevel
from engagement_ledger.history import step_index as steps
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.store.sqlite import transaction as writing

SHORT, LONG = 1_000, 20_000
IDS = count(90_000_000)


@dataclass
class Late:
    """What one append cost."""

    work: Work
    decoded: int
    """entries read again from their lines"""
    steps: int
    """steps read again"""


@contextmanager
def counted_reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    found = {"entries": 0, "steps": 0}
    entry_of, steps_after = writing.entry_of, writing.steps_after

    def entry(line: bytes) -> object:
        found["entries"] += 1
        return entry_of(line)

    def after(*args: object) -> object:
        read = steps_after(*args)  # type: ignore[arg-type]  # as it was called
        found["steps"] += len(read)
        return read

    with monkeypatch.context() as patch:
        patch.setattr(writing, "entry_of", entry)
        patch.setattr(writing, "steps_after", after)
        yield found


class Streams:
    """Ledgers of one long stream each, to which facts are added that count from none to the next."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def append(self, ledger: Ledger, stream: str, fact: Fact, on: int) -> Late:
        with counted_reads(self.patch) as read:
            work = appending(ledger, draft(stream, fact, on, next(IDS)), self.patch)
        return Late(work, read["entries"], read["steps"])


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Streams:
    return Streams(monkeypatch)


@pytest.fixture(scope="module")
def relationships(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Ledger]:
    folder = tmp_path_factory.mktemp("relationships")
    return {size: filled(folder / str(size), missions(size)) for size in (SHORT, LONG)}


def twice(meetings: int) -> Iterator[Draft]:
    for number in range(meetings):
        meeting, day = f"m{number}", FIRST + number
        planned = MeetingScheduled(meeting=meeting, window=When.parse(iso(day)))
        yield draft("dialogue:weekly", planned, day - 30, 2 * number + 1)
        yield draft("dialogue:weekly", MeetingHeld(meeting=meeting), day, 2 * number + 2)


@pytest.fixture(scope="module")
def dialogues(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Ledger]:
    folder = tmp_path_factory.mktemp("dialogues")
    return {size: filled(folder / str(size), twice(size)) for size in (100, 5_000)}


CONSULATE = MissionAtLevel(sender="NZ", host="US", level="consulate")


def test_a_late_arrival_near_the_end_costs_the_same_however_much_went_before(
    relationships: dict[int, Ledger], late: Streams
) -> None:
    costs = [late.append(ledger, "relationship:nz-us", CONSULATE, FIRST + size - 10)
             for size, ledger in relationships.items()]  # fmt: skip
    assert [one.decoded for one in costs] == [0, 0]
    assert all(10 <= one.steps < 10 + 4 * steps.EVERY for one in costs), costs
    for one in costs:  # how far back the last base lies differs by chance
        one.work.steps -= 2 * one.steps
    assert much_the_same(costs[0].work, costs[1].work), costs


def test_a_late_arrival_costs_by_what_follows_it(relationships: dict[int, Ledger], late: Streams) -> None:
    ledger = relationships[LONG]
    for back in (LONG - 20, LONG // 2, LONG // 10, LONG // 100):
        cost = late.append(ledger, "relationship:nz-us", CONSULATE, FIRST + LONG - back)
        assert cost.decoded == 0
        assert cost.steps <= back + 4 * steps.EVERY + 10
        assert cost.work.steps <= 2.5 * cost.steps + 200, cost


def test_a_late_fact_of_an_early_meeting_costs_the_same_however_many_meetings_follow(
    dialogues: dict[int, Ledger], late: Streams
) -> None:
    venue = VenueChanged(meeting="m17", venue="Apia")
    few, many = (late.append(ledger, "dialogue:weekly", venue, FIRST + 17 - 30) for ledger in dialogues.values())
    assert (few.decoded, many.decoded) == (0, 0)
    assert few.steps == many.steps == 2
    assert much_the_same(few.work, many.work), (few, many)


def test_the_counter_sees_what_reads_the_whole_history(
    relationships: dict[int, Ledger], late: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a correction, which is judged by the history, and a late arrival if no base were kept."""
    first = "00000000-0000-0000-0000-000000000001"
    fact = EntryCorrected(entry=first, changes={"occurred": iso(FIRST - 1)}, reason="Misread")
    costs = [late.append(ledger, "relationship:nz-us", fact, FIRST + LONG) for ledger in relationships.values()]
    assert [one.decoded >= size for one, size in zip(costs, relationships, strict=True)] == [True, True]
    assert not much_the_same(costs[0].work, costs[1].work)
    monkeypatch.setattr(writing, "base_before", lambda *_: None)
    costs = [late.append(ledger, "relationship:nz-us", CONSULATE, FIRST + size - 12)
             for size, ledger in relationships.items()]  # fmt: skip
    assert costs[1].steps > 10 * costs[0].steps
    assert not much_the_same(costs[0].work, costs[1].work)
