"""Do the rows that are kept step by step hold what the entries say, then and now? In memory, no I/O.

Random scripts of entries, in groups: facts, late arrivals, corrections, retractions. What cannot follow is refused,
as a ledger would, and the script goes on without it.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest
from histories import DAYS, FIELDS, Dice, Field, Line, names, recorded, script, shuffled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import known

from engagement_ledger.domain.catalogue import kind_of, machine_of
from engagement_ledger.domain.correction import EntryCorrected, EntryRetracted
from engagement_ledger.domain.entry import Entry
from engagement_ledger.domain.errors import Refusal
from engagement_ledger.domain.trait_names import LATEST
from engagement_ledger.domain.worlds import BEGIN, END, NoWorldError, Standing, TooManyOpenStepsError, search_worlds
from engagement_ledger.history.decide import StreamInMemory
from engagement_ledger.history.effective import as_recorded, effective, happened_by, regions
from engagement_ledger.history.periods import STILL_KNOWN, Period, periods
from engagement_ledger.history.trait_rows import TraitRow
from engagement_ledger.history.traits import anew

Rows = set[tuple[str, int, int, Standing]]


@dataclass(frozen=True)
class Dealt:
    """A script in groups, as chance deals it; `again` says how to have the same one."""

    again: str
    field: Field
    groups: list[list[Line]]
    dice: Dice

    def __repr__(self) -> str:
        return self.again


def dealt(name: str, seed: int, days: int, longest: int, in_groups: bool) -> Dealt:
    again = f"dealt({name!r}, {seed}, {days}, {longest}, {in_groups})"
    dice = Dice(again)
    dice.days = days
    told = script(dice, FIELDS[name], longest)
    return Dealt(again, FIELDS[name], grouped(dice, told) if in_groups else [[one] for one in told], dice)


def grouped(dice: Dice, told: Sequence[Line]) -> list[list[Line]]:
    """The same entries, some of them recorded together; what is recorded together is known together."""
    groups: list[list[Line]] = []
    for one in told:
        if groups and dice.random() < 0.35:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [[replace(one, known=group[-1].known) for one in group] for group in groups]


some = st.builds(
    dealt,
    st.sampled_from(sorted(FIELDS)),
    st.integers(0, 2**48),
    st.sampled_from((DAYS, DAYS, 12, 40)),
    st.integers(3, 9),
    st.booleans(),
)
often = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


def entries_of(one: Dealt, groups: Sequence[Sequence[Line]]) -> list[list[Entry]]:
    """The groups as recorded: positions without gaps, a group named by its last."""
    ends, last = list[int](), 0
    for group in groups:
        last += len(group)
        ends += [last] * len(group)
    told = iter(recorded(one.field.stream, [line for group in groups for line in group], ends))
    return [[next(told) for _ in group] for group in groups]


def taken(
    one: Dealt, groups: Sequence[Sequence[Line]], seen: Callable[[StreamInMemory, list[Entry]], None]
) -> StreamInMemory:
    """Record group after group, without those that are refused; calls `seen` after each that was not."""
    state = StreamInMemory(one.field.stream)
    accepted: list[Sequence[Line]] = []
    for group in groups:
        there = {line.id for earlier in accepted for line in earlier} | {line.id for line in group}
        if any(not there.issuperset(names(line)) for line in group):
            continue  # it names an entry that was refused
        *_, entries = entries_of(one, [*accepted, group])
        try:
            state.add(entries, entries[-1].position, known)
        except Refusal:
            continue
        accepted.append(group)
        seen(state, entries)
    return state


def unseen(_: StreamInMemory, __: list[Entry]) -> None:
    """Nothing is looked at on the way."""


def as_known(state: StreamInMemory, position: int) -> Rows:
    """The rows that were held true when the ledger ended with `position`."""
    return {
        tuple(row[1:5]) for row in state.rows() if row.known_from <= position < row.known_to
    }  # fmt: skip


def from_scratch(stream: str, entries: Iterable[Any]) -> Rows:
    """The rows that the whole history gives, searched for from nothing."""
    rows: Rows = set()
    for region, steps in regions(effective(entries, known).values()).items():
        machine = machine_of(kind_of(stream), region)
        rows.update(tuple(row[1:5]) for row in periods(stream, machine, search_worlds(machine, steps)))
    return rows


# --- then and now ----------------------------------------------------------------------------------------


@often
@given(some)
def test_rows_kept_step_by_step_are_those_derived_from_scratch_at_every_moment(one: Dealt) -> None:
    def compare(state: StreamInMemory, group: list[Entry]) -> None:
        assert as_known(state, group[-1].position) == from_scratch(one.field.stream, state.entries)

    state = taken(one, one.groups, compare)
    for position in {entry.group for entry in state.entries if isinstance(entry, Entry)}:
        then = [entry for entry in state.entries if isinstance(entry, Entry) and entry.position <= position]
        assert as_known(state, position) == from_scratch(one.field.stream, then)


@often
@given(some)
def test_no_answer_as_known_at_a_moment_ever_changes_after_it(one: Dealt) -> None:
    answers: dict[int, Rows] = {0: set()}

    def remember(state: StreamInMemory, group: list[Entry]) -> None:
        # Inside a group the answer is still that of before it, for a group is known as a whole.
        before = answers[group[0].position - 1]
        answers.update({entry.position: before for entry in group[:-1]})
        answers[group[-1].position] = as_known(state, group[-1].position)
        for position, rows in answers.items():
            assert as_known(state, position) == rows, position

    state = taken(one, one.groups, remember)
    assert len(answers) == len(state.entries) + 1


@often
@given(some)
def test_periods_of_one_part_follow_one_another_and_neighbours_differ(one: Dealt) -> None:
    def look(state: StreamInMemory, group: list[Entry]) -> None:
        by_part: dict[str, list[Period]] = {}
        for row in state.rows():
            assert row.known_from <= group[-1].position
            is_held = row.known_to == STILL_KNOWN
            assert is_held or row.known_from < row.known_to <= group[-1].position
            if is_held:
                by_part.setdefault(row.part, []).append(row)
        for rows in by_part.values():
            rows.sort(key=lambda row: row.valid_from)
            assert all(row.valid_from < row.valid_to for row in rows)
            for left, right in pairwise(rows):
                assert left.valid_to <= right.valid_from
                assert left.valid_to < right.valid_from or left.standing != right.standing

    taken(one, one.groups, look)


# --- the order of recording ------------------------------------------------------------------------------


@often
@given(some)
def test_the_order_of_recording_does_not_change_what_is_true_now(one: Dealt) -> None:
    told = on_one_day([line for group in one.groups for line in group])
    rows: list[Rows] = []
    for order in orders(one.dice, told):
        state = taken(one, grouped(one.dice, order), unseen)
        if len(state.entries) == len(order):
            rows.append(as_known(state, len(order)))
    assert all(other == rows[0] for other in rows)


def orders(dice: Dice, told: list[Line]) -> Iterator[list[Line]]:
    yield told
    for _ in range(4):
        yield shuffled(dice, told)


def on_one_day(told: Sequence[Line]) -> list[Line]:
    """The same facts, all known on one day; of two corrections of one entry the first, for the later one wins."""
    result, corrected = list[Line](), set[str | None]()
    for one in told:
        if isinstance(one.fact, EntryCorrected):
            if one.fact.entry in corrected:
                continue
            corrected.add(one.fact.entry)
        result.append(replace(one, known=0))
    return result


# --- refusals --------------------------------------------------------------------------------------------


@often
@given(some)
def test_a_group_is_refused_only_if_no_world_is_left_and_then_changes_nothing(one: Dealt) -> None:
    state = StreamInMemory(one.field.stream)
    accepted: list[list[Line]] = []
    for group in one.groups:
        *_, entries = entries_of(one, [*accepted, group])
        before = copy.deepcopy((state.entries, state.frontiers, state.standing, state.past))
        try:
            # A fact that tells what its recording cannot know is refused even where the group puts it right at once.
            regions(as_recorded(entry, known(entry)) for entry in entries)
            wanted: Rows | None = from_scratch(one.field.stream, [*state.entries, *entries])
        except (Refusal, NoWorldError, TooManyOpenStepsError):
            wanted = None
        if wanted is None:
            with pytest.raises(Refusal):
                state.add(entries, entries[-1].position, known)
            assert (state.entries, state.frontiers, state.standing, state.past) == before
        else:
            state.add(entries, entries[-1].position, known)
            accepted.append(group)
            assert as_known(state, entries[-1].position) == wanted


def test_the_scripts_hold_what_these_properties_are_about() -> None:
    """The control of this file: without these in good number, nothing above would say much."""
    counts: Counter[str] = Counter()
    for number in range(300):
        one = dealt(sorted(FIELDS)[number % len(FIELDS)], number, (DAYS, 12, 40)[number % 3], 3 + number % 7, True)
        state = taken(one, one.groups, unseen)
        facts = [entry.fact for entry in state.entries]
        days = [entry.occurred.latest or 0 for entry in state.entries]
        asked = sum(len(group) for group in one.groups)
        counts["scripts"] += 1
        counts["linked"] += any(line.after for group in one.groups for line in group)
        counts["several in a group"] += any(len(group) > 1 for group in one.groups)
        counts["late arrivals"] += days != sorted(days)
        counts["corrected"] += any(isinstance(fact, EntryCorrected) for fact in facts)
        counts["retracted"] += any(isinstance(fact, EntryRetracted) for fact in facts)
        counts["refused in part"] += len(facts) < asked
        counts["taken whole"] += len(facts) == asked
        counts["rows ended"] += bool(state.past)
        counts["settled before the end"] += any(frontier.base_day > 0 for frontier in state.frontiers.values())
    shares = {name: count / counts["scripts"] for name, count in counts.items()}
    print(shares)  # noqa: T201 - pytest shows it where a test fails
    assert len(shares) == 10
    assert min(shares.values()) >= 0.15


# --- traits: what a stream is called, whom and what it concerns


def told_plainly(entries: Sequence[Entry], position: int, day: int) -> set[tuple[str, str]]:
    """What a stream has on a day as known at a position, by looking at every fact: no row is kept or compared."""
    told = [one for one in entries if one.position <= position]
    found = {("by", one.recorded_by) for one in told}
    latest: dict[str, tuple[tuple[int, int], str]] = {}
    for one in effective(told, known).values():
        body = one.fact.model_dump(mode="json")
        named = one.fact.TYPE.startswith(("commitment.proposed", "commitment.made", "commitment.recog"))
        # What was undertaken is called so from the first day on which it may have been.
        since = one.occurred.earliest or BEGIN if named else happened_by(one)
        at = since, one.entry.position  # type: ignore[union-attr]  # all are recorded
        if (named or one.fact.TYPE.startswith("commitment.amend")) and since <= day:
            for trait, field in (("title", "text"), ("kind", "kind")):
                if body[field] is not None and at >= latest.get(trait, ((-1, 0), ""))[0]:
                    latest[trait] = at, body[field]
        if since > day:
            continue
        if named and since < happened_by(one) <= day:
            found.add(("began", str(since)))
        for field, role in (("obligors", "obligor"), ("obligor", "obligor"), ("sender", "sender"), ("host", "host"),
                            ("by", "by"), ("of", "of"), ("party", "party"), ("initiator", "initiator"),
                            ("assessor", "assessor"), ("decided_by", "decided_by"), ("lead", "lead"),
                            ("beneficiaries", "beneficiary"), ("obligees", "obligee"), ("invited", "invited"),
                            ("power", "power"), ("through", "through")):  # fmt: skip
            value = body.get(field)
            found |= {(f"party/{role}", code) for code in ([value] if isinstance(value, str) else value or ())}
        found |= {("theme", theme) for theme in body["themes"]}
        found |= {("effective", body["effective"])} if body.get("effective") else set()
    return found | {(trait, value) for trait, (_, value) in latest.items()}


def as_kept(rows: Sequence[TraitRow], position: int, day: int) -> set[tuple[str, str]]:
    """The same by the rows, as a store reads them."""
    there = [
        row
        for row in sorted(rows, key=lambda row: (row.since, row.version))
        if row.known_from <= position and (row.known_to is None or row.known_to > position) and row.since <= day
    ]
    latest = {row.trait: row.value for row in there if row.trait in LATEST}
    return {(row.trait, row.value) for row in there if row.trait not in LATEST} | set(latest.items())


@often
@given(some)
def test_traits_are_on_every_day_and_as_known_at_every_entry_what_the_facts_say(one: Dealt) -> None:
    groups: list[int] = []
    state = taken(one, one.groups, lambda _, entries: groups.append(entries[-1].position))
    rows, entries = state.trait_rows(), [entry for entry in state.entries if isinstance(entry, Entry)]
    days = sorted({row.since for row in rows} | {max(row.since - 1, BEGIN) for row in rows} | {END - 1})
    for position in groups:
        for day in days:
            assert as_kept(rows, position, day) == told_plainly(entries, position, day), (position, day)


@often
@given(some)
def test_whoever_records_group_by_group_keeps_the_same_traits_as_a_rebuild_of_the_end(one: Dealt) -> None:
    """What is held true now does not depend on the way there."""
    state = taken(one, one.groups, unseen)
    entries = [entry for entry in state.entries if isinstance(entry, Entry)]
    changes = anew([], entries, known, 1)
    assert not changes.ended
    assert {row[:4] for row in state.traits()} == {row[:4] for row in changes.begun}
