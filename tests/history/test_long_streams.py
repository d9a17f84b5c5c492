"""Are late arrivals in a long stream judged as its whole history would judge them, and is what is kept of it right?

Streams are called long from three entries on here, and half of the days that may bear a base do, so that small random
histories go every way. Cost: in memory, but for one property on real files; under two minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from histories import DAYS, FIELDS, Line, names
from history.test_properties import Dealt, as_known, dealt, entries_of, from_scratch, taken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import known

from engagement_ledger.domain.dates import When
from engagement_ledger.domain.entry import Draft
from engagement_ledger.domain.errors import Refusal
from engagement_ledger.history import decide as keeping
from engagement_ledger.history import step_index as steps
from engagement_ledger.history.decide import StreamInMemory
from engagement_ledger.history.effective import Frontier, effective, regions, worlds_of
from engagement_ledger.history.periods import STILL_KNOWN
from engagement_ledger.history.step_index import BEFORE_ALL, Restart, laid_out
from engagement_ledger.ledger.append import prepare
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.ledger.rebuild import all_differences
from engagement_ledger.projections.told import entries_of as entries_of_stream
from engagement_ledger.record.instants import parse_instant
from engagement_ledger.record.lines import writer_bytes
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader

KINDS = sorted(FIELDS)
some = st.builds(
    dealt,
    st.sampled_from(KINDS),
    st.integers(0, 2**48),
    st.sampled_from((DAYS, 12, 40, 100)),
    st.integers(6, 20),
    st.booleans(),
)


@pytest.fixture(scope="module", autouse=True)
def few_are_many() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "LONG", 3)
        patch.setattr(keeping, "LONG", 3)
        patch.setattr(steps, "EVERY", 2)
        yield


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each late arrival that was judged without the history: whether it began from a base."""
    found = []
    plain = StreamInMemory.restart

    def restart(self: StreamInMemory, region: str, before: int) -> Restart:
        there = plain(self, region, before)
        found.append(there.since != BEFORE_ALL)
        return there

    monkeypatch.setattr(StreamInMemory, "restart", restart)
    return found


def frontiers(stream: str, entries: Sequence[Any]) -> dict[str, Frontier]:
    """What the whole history says that the next step of each region is judged by."""
    found = {}
    for region, told in regions(effective(entries, known).values()).items():
        one = worlds_of(stream, region, told)
        found[region] = Frontier(one.base_day, one.base_states, one.open_steps)
    return found


def same_as_from_scratch(state: StreamInMemory, position: int) -> None:
    assert as_known(state, position) == from_scratch(state.stream, state.entries)
    there = {region: one for region, one in state.frontiers.items() if one.open_steps}
    assert there == frontiers(state.stream, state.entries)
    laid = laid_out(state.stream, state.entries, known)
    assert {region: places for region, places in state.laid.items() if places} == {
        region: sorted(one.come) for region, one in laid.items()
    }
    assert {region: bases for region, bases in state.bases.items() if bases} == {
        region: list(one.bases) for region, one in laid.items() if one.bases
    }


often = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


@often
@given(some)
def test_what_is_kept_step_by_step_of_a_long_stream_is_what_its_history_gives(one: Dealt) -> None:
    taken(one, one.groups, lambda state, group: same_as_from_scratch(state, group[-1].position))


@often
@given(some)
def test_a_long_stream_refuses_what_a_short_one_does_in_the_same_words(one: Dealt) -> None:
    def told(groups: Iterable[Sequence[Line]]) -> tuple[list[str], Any, Any]:
        state, accepted, words = StreamInMemory(one.field.stream), list[Sequence[Line]](), list[str]()
        for group in groups:
            there = {line.id for earlier in accepted for line in earlier} | {line.id for line in group}
            if any(not there.issuperset(names(line)) for line in group):
                continue
            *_, entries = entries_of(one, [*accepted, group])
            try:
                state.add(entries, entries[-1].position, known)
            except Refusal as refusal:
                words.append(f"{type(refusal).__name__} {refusal.message} {refusal.because} {refusal.hint}")
                continue
            accepted.append(group)
        return words, set(state.rows()), state.frontiers

    as_long = told(one.groups)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "LONG", 1_000)
        assert as_long == told(one.groups)


def test_the_histories_hold_what_these_properties_are_about(joined: list[bool]) -> None:
    """The control: many late arrivals are judged without the history, many of those from a base."""
    lengths = []
    for number in range(450):
        days = (DAYS, 12, 40, 100)[number % 4]
        one = dealt(KINDS[number % len(KINDS)], number, days, 6 + number % 15, number % 2 == 0)
        lengths.append(len(taken(one, one.groups, lambda _, __: None).entries))
    assert sum(length > 3 for length in lengths) > 150
    print(len(joined), sum(joined))  # noqa: T201 - pytest shows it where a test fails
    assert len(joined) > 120
    assert sum(joined) > 30


# --- on real files ---------------------------------------------------------------------------------------


def drafts(one: Dealt) -> list[list[Draft]]:
    return [
        [
            Draft(stream=one.field.stream, fact=line.fact, occurred=When.parse(line.on), after=line.after,
                  entry_id=line.id, recorded_by="tester")
            for line in group
        ]
        for group in one.groups
    ]  # fmt: skip


def recorded_together(ledger: Ledger, groups: Sequence[Sequence[Draft]]) -> None:
    """Record groups in as few transactions as can be; what is refused ends one."""
    left = iter([[prepare(told, writer_bytes(told)) for told in group] for group in groups])
    while (group := next(left, None)) is not None:
        with suppress(Refusal):
            ledger.append_prepared(chain([group], left), atomic=False, taken=lambda _: None)


def recorded_alone(ledger: Ledger, groups: Sequence[Sequence[Draft]]) -> None:
    for group in groups:
        with suppress(Refusal):
            ledger.append(*group)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(some, st.sampled_from((recorded_together, recorded_alone)))
def test_a_file_holds_what_its_entries_give(one: Dealt, recorded: Callable[[Ledger, Any], None]) -> None:
    clock = count(parse_instant("2030-01-01T00:00:00Z"), 1_000_000)
    with TemporaryDirectory() as folder, Ledger(Path(folder, "l"), clock=lambda: next(clock), create=True) as ledger:
        recorded(ledger, drafts(one))
        with Reader(Path(ledger.place)) as reader:
            assert list(all_differences(reader)) == []
            for stream in reader.streams():
                entries = entries_of_stream(reader, stream, reader.known_at())
                now = {row[1:5] for row in reader.all_periods(stream) if row.known_to == STILL_KNOWN}
                assert now == from_scratch(stream, entries)
                assert len(entries) > 3 or not reader.rows("SELECT 1 FROM steps")
        assert ledger.rebuild().differences == []
