"""Which worlds has a history? Every order of its steps, and every day for each, one after another.

The definition of a world taken at its word, and nothing clever: no days are cut, no states are merged, no plain fold.
It shares with the ledger the tables of what may follow what, and nothing of how worlds are found. What
entries say together (corrections, retractions, the cut at the known day) is worked out here once more as well.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.correction import EntryCorrected, EntryRetracted
from engagement_ledger.domain.dates import When
from engagement_ledger.domain.entry import Entry
from engagement_ledger.domain.steps import Step
from engagement_ledger.domain.worlds import BEGIN, END, Standing, Worlds
from engagement_ledger.history.periods import periods

Shown = dict[str, Standing]


def seed() -> int:
    """A new seed for every run, or the one to run again; printed, so that a failure says which it was."""
    chosen = int(os.environ.get("ENGAGEMENT_SEED") or random.SystemRandom().randrange(2**32))
    print(f"ENGAGEMENT_SEED={chosen}")  # noqa: T201 - pytest shows it where a test fails
    return chosen


# --- worlds ----------------------------------------------------------------------------------------------

World = list[tuple[int, int, Any]]
"""Steps in the order in which they came: (day, which step, the state it led to)."""


def worlds(machine: Any, steps: Sequence[Step], first: int, last: int) -> Iterator[World]:
    """Yield every world in which each step comes on a day from `first` to `last`."""
    place = {step.key: number for number, step in enumerate(steps)}
    known: dict[tuple[Any, int, int], Any] = {}

    def moved(state: Any, number: int, day: int) -> Any:
        key = state, number, day
        if key not in known:
            known[key] = machine.move(state, steps[number], day)
        return known[key]

    def go_on(world: World, left: frozenset[int], state: Any, today: int) -> Iterator[World]:
        if not left:
            yield world
        for number in left:
            step = steps[number]
            if any(place.get(key) in left for key in step.after):
                continue
            for day in range(max(today, step.earliest, first), min(step.latest, last) + 1):
                if any(steps[other].latest < day for other in left):
                    break  # days never go back, so the other would never come
                then = moved(state, number, day)
                if then is not None:
                    yield from go_on([*world, (day, number, then)], left - {number}, then, day)

    yield from go_on([], frozenset(range(len(steps))), machine.start, first)


def answers(machine: Any, steps: Sequence[Step], first: int, last: int) -> dict[int, Shown] | None:
    """What each part shows at the end of each day from `first` to `last`; None where there is no world.

    `first` stands for all the days before it too, and the day after `last` for all that follow.
    """
    seen: dict[int, set[tuple[frozenset[int], Any]]] = {day: set() for day in range(first, last + 1)}
    found = False
    for world in worlds(machine, steps, first, last + 1):
        found = True
        done: frozenset[int] = frozenset()
        state, at = machine.start, 0
        for day in range(first, last + 1):
            while at < len(world) and world[at][0] <= day:
                done, state, at = done | {world[at][1]}, world[at][2], at + 1
            seen[day].add((done, state))
    return {day: _answer(machine, ends, day, len(steps)) for day, ends in seen.items()} if found else None


def _answer(machine: Any, ends: set[tuple[frozenset[int], Any]], day: int, count: int) -> Shown:
    """Possible is what some world shows; certain is what the worlds show in which no less has come yet."""
    shows = [(done, machine.show(state, day, len(done) == count)) for done, state in ends]
    late = [shown for done, shown in shows if not any(other < done for other, _ in shows)]
    result = {}
    for part in {part for _, shown in shows for part in shown}:
        words = {shown[part].status for shown in late if part in shown} | {None for shown in late if part not in shown}
        status = words.pop() if len(words) == 1 else None
        told = [shown[part] for _, shown in shows if part in shown]
        possible = {word for one in told for word in (one.status, *one.possible)} - {status, None}
        agreed = [shown.get(part, Standing(None)) for shown in late]
        if status is not None or possible:
            result[part] = Standing(
                status,
                tuple(sorted(possible)),
                tuple(sorted(set.intersection(*(set(one.flags) for one in agreed)))),
                tuple(sorted(set.intersection(*(set(one.detail) for one in agreed)))),
            )
    return result


def on_each_day(machine: Any, found: Worlds, first: int, last: int) -> dict[int, Shown]:
    """What the ledger's own periods show at the end of each day."""
    rows = periods("", machine, found)
    return {
        day: {row.part: row.standing for row in rows if row.valid_from <= day < row.valid_to}
        for day in range(first, last + 1)
    }


@dataclass(frozen=True)
class TableMachine:
    """A state machine that is a table and nothing else: status → step → status."""

    start: str
    moves: Mapping[str, Mapping[str, str]]

    def move(self, state: str, step: Step, day: int) -> str | None:
        return self.moves.get(state, {}).get(step.verb)

    def cuts(self, state: str) -> tuple[int, ...]:
        return ()

    def show(self, state: str, day: int, settled: bool) -> Shown:
        return {"part": Standing(state)}

    def ground(self, step: Step) -> None:
        return None

    def why(self, state: str, step: Step, day: int) -> tuple[type[Exception], str | None]:
        return ValueError, state


# --- what entries say together ---------------------------------------------------------------------------


@dataclass
class Said:
    """One entry as it counts in the end."""

    type: str
    body: dict[str, Any]
    occurred: str
    after: tuple[str, ...]
    known: str
    moved_known: str = ""
    """known time of the correction that gave another end or effective date"""
    corrected: set[str] = field(default_factory=set)


def said(entries: Iterable[Entry]) -> dict[str, Said]:
    """Entry id → what it says after every correction, without the entries that were retracted."""
    told: dict[str, Said] = {}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, EntryRetracted):
            del told[fact.entry]
        elif isinstance(fact, EntryCorrected):
            target = told[fact.entry]
            for name, value in fact.changes.items():
                target.corrected.add(name)
                if name == "occurred":
                    target.occurred, target.known = str(value), entry.known
                elif name == "after":
                    target.after = tuple(value or ())
                else:
                    target.body[name] = value
                    if name in ("until", "effective"):
                        target.moved_known = entry.known
        else:
            body = fact.model_dump(mode="json", exclude_defaults=True)
            told[entry.entry_id] = Said(fact.TYPE, body, entry.occurred.text, entry.after, entry.known)
    return told


def steps(told: Mapping[str, Said]) -> dict[str, list[Step]] | None:
    """Region → its steps, cut at the day after the known day; None where something would lie in the future."""
    found: dict[str, list[Step]] = {}
    for entry_id, one in told.items():
        fact = CATALOGUE[one.type].model_validate({k: v for k, v in one.body.items() if v is not None})
        tomorrow = (date.fromisoformat(one.known[:10]) + timedelta(days=1)).toordinal()
        if not fact.AHEAD and (When.parse(one.occurred).earliest or BEGIN) > tomorrow:
            return None
        for number, move in enumerate(fact.moves()):
            when = move.when or When.parse(one.occurred)
            ahead = move.ahead if move.when else fact.AHEAD
            earliest = BEGIN if when.earliest is None else when.earliest
            latest = END if when.latest is None else when.latest
            if not ahead:
                by = one.moved_known if move.when and one.moved_known else one.known
                latest = min(latest, (date.fromisoformat(by[:10]) + timedelta(days=1)).toordinal())
            if earliest > latest:
                return None
            links = [(other, 0) for other in one.after] + [(entry_id, number - 1)] * move.follows
            step = Step((entry_id, number), earliest, latest, move.verb, move.args, tuple(links))
            found.setdefault(move.region, []).append(step)
    return found
