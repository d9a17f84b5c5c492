"""Which periods does a group of entries end, and which does it begin? How rows follow the entries.

Only the regions that the group touches are judged again. A step that comes after all that is settled is
judged by the region's frontier alone; a late arrival, a correction or a retraction reads the history.
Both give the same rows: `rebuild` derives them from nothing and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..domain.catalogue import kind_of, machine_of
from ..domain.correction import EntryCorrected, EntryRetracted
from ..domain.history import (
    Frontier,
    Row,
    Steps,
    Told,
    as_recorded,
    effective,
    explained,
    regions,
    unfolded,
)
from ..domain.worlds import BEGIN, Machine, NoWorldError, Step, TooManyOpenStepsError, Unfolded
from .periods import Period, periods

Known = Callable[[Told], str]
Name = Callable[[str], str]


class Shelf(Protocol):
    """Where what was kept of one stream so far is found."""

    def frontier(self, region: str) -> Frontier | None:
        """What the region's next step is judged by; None where it has no step yet."""
        ...

    def live(self, parts: Iterable[str], from_day: int) -> list[Row]:
        """The rows held true now of `parts` that end after `from_day`."""
        ...

    def tail(self, region: str, parts: Iterable[str], from_day: int) -> list[Row]:
        """The rows held true now of a region's `parts` that end after its frontier's base day, `from_day`."""
        ...

    def parts(self, region: str) -> list[str]:
        """The parts of a region that have rows."""
        ...

    def history(self) -> Sequence[Told]:
        """The stream's entries so far, in order of position."""
        ...


@dataclass(slots=True)
class Changes:
    """What a group does to the rows of one stream."""

    ended: list[Row] = field(default_factory=list)
    begun: list[Row] = field(default_factory=list)
    frontiers: dict[str, Frontier] = field(default_factory=dict)
    tails: dict[str, list[Row]] = field(default_factory=dict)
    """region → rows held true from now on that end after the frontier's base day"""


@dataclass(slots=True)
class Group:
    """The new entries of one group in one stream: what they do, and themselves where the history is needed."""

    position: int
    """that of its last entry in the ledger: what it changes is known from there on"""
    last: str
    """id of the entry that a refusal is about: with those before it there was a world still"""
    corrects: bool
    """whether a correction or retraction is among them"""
    steps: Steps
    told: Callable[[], Sequence[Told]]


def group_of(entries: Sequence[Told], position: int, known: Known) -> Group:
    """A group of entries; raises HappeningInTheFuture."""
    return Group(
        position=position,
        last=entries[-1].entry_id,
        corrects=any(isinstance(entry.fact, EntryCorrected | EntryRetracted) for entry in entries),
        steps=regions(as_recorded(entry, known(entry)) for entry in entries),
        told=lambda: entries,
    )


def keep(stream: str, shelf: Shelf, new: Group, known: Known, name: Name) -> Changes:
    """Judge the new entries of one group in one stream, and say which rows change.

    Raises a Refusal where no world is left, and whatever `effective` and `regions` refuse.
    `name` gives an entry id the name by which a refusal calls it.
    """
    if new.corrects:
        return _kept_over(stream, shelf, new, known, name)
    changes = Changes()
    history: Steps | None = None
    for region, steps in new.steps.items():
        frontier = shelf.frontier(region)
        if _is_lost(frontier, shelf, region):
            pass  # what it was judged by was damaged: the history says what it was
        elif frontier is None or all(step.earliest > frontier.base_day for step in steps):
            try:
                found = unfolded(stream, region, steps, frontier)
            except (NoWorldError, TooManyOpenStepsError):
                if frontier is None:
                    raise _refusal(stream, region, steps, name, new) from None
                found = None  # the history will say who stands in the way
            if found is not None and (frontier is None or _same_start(stream, region, frontier, found)):
                _follow(stream, region, shelf, frontier, found, changes, new)
                continue
        if history is None:
            history = regions(effective([*shelf.history(), *new.told()], known).values())
        _judge_over(stream, region, shelf, history.get(region, []), changes, name, new)
    return changes


def _is_lost(frontier: Frontier | None, shelf: Shelf, region: str) -> bool:
    """Whether a region that has rows lacks what its next step is judged by; a frontier always has a last step."""
    if frontier is not None:
        return not frontier.open_steps
    return bool(shelf.live(shelf.parts(region), BEGIN - 1))


def _same_start(stream: str, region: str, frontier: Frontier, found: Unfolded) -> bool:
    """Whether the new steps leave alive just the states before them that were alive: else earlier days change."""
    if len(frontier.base_states) == 1:
        return True
    return found.start == unfolded(stream, region, [], frontier).start


def _kept_over(stream: str, shelf: Shelf, new: Group, known: Known, name: Name) -> Changes:
    """Judge again every region that a correction or retraction, before or after it, touches."""
    earlier = shelf.history()
    before = effective(earlier, known)
    after = effective([*earlier, *new.told()], known)
    steps = regions(after.values())
    changed = [one for key, one in before.items() if after.get(key) != one]
    changed += [one for key, one in after.items() if before.get(key) != one]
    changes = Changes()
    for region in regions(changed):
        _judge_over(stream, region, shelf, steps.get(region, []), changes, name, new)
    return changes


def _judge_over(
    stream: str,
    region: str,
    shelf: Shelf,
    steps: list[Step],
    changes: Changes,
    name: Name,
    new: Group,
) -> None:
    """Unfold a region from its first step, and compare all of its rows."""
    try:
        found = unfolded(stream, region, steps)
    except (NoWorldError, TooManyOpenStepsError) as error:
        raise explained(error, stream, region, steps, name, new.last) from None
    wanted = periods(machine_of(kind_of(stream), region), found)
    kept = _compare(shelf.live(shelf.parts(region), BEGIN - 1), wanted, changes, new.position)
    _settle(region, found, kept, changes)


def _refusal(stream: str, region: str, steps: list[Step], name: Name, new: Group) -> Exception:
    try:
        unfolded(stream, region, steps)
    except (NoWorldError, TooManyOpenStepsError) as error:
        return explained(error, stream, region, steps, name, new.last)
    raise AssertionError("a history that was refused has a world")


def _follow(
    stream: str,
    region: str,
    shelf: Shelf,
    frontier: Frontier | None,
    found: Unfolded,
    changes: Changes,
    new: Group,
) -> None:
    """Compare the rows from the first day on that the new steps can have changed."""
    machine = machine_of(kind_of(stream), region)
    if frontier is None:
        kept = _compare([], periods(machine, found), changes, new.position)
        _settle(region, found, kept, changes)
        return
    since = _changed_since(machine, frontier, found, new.steps[region])
    wanted = periods(machine, found, since)
    tail = shelf.tail(region, dict.fromkeys(period.part for period in wanted), frontier.base_day)
    live = [row for row in tail if row.valid_to > since]
    # A row that began before that day goes on where nothing changed, and ends there where something did.
    spanning = {row.part: row for row in live if row.valid_from < since}
    for index, period in enumerate(wanted):
        if period.valid_from == since and (row := spanning.pop(period.part, None)) is not None:
            if period.standing == row.standing:
                wanted[index] = Period(row.part, row.valid_from, period.valid_to, row.standing)
            else:
                wanted.append(Period(row.part, row.valid_from, since, row.standing))
    wanted += [Period(row.part, row.valid_from, since, row.standing) for row in spanning.values()]
    kept = _compare(live, wanted, changes, new.position)
    _settle(region, found, [row for row in tail if row.valid_to <= since] + kept, changes)


def _changed_since(machine: Machine[Any], frontier: Frontier, found: Unfolded, steps: Sequence[Step]) -> int:
    """The first day that the steps can have changed; nothing does before the frontier's base day.

    Steps that come after all others, which end in one state, leave the days before them as they were, unless what
    shows there depends on there being none.
    """
    comes_last = {step.key for step in found.open_steps} == {step.key for step in steps}
    if machine.settles or len(found.base_states) > 1 or not comes_last:
        return frontier.base_day
    return found.open_steps[0].earliest


def _compare(live: list[Row], wanted: list[Period], changes: Changes, position: int) -> list[Row]:
    """Rows as sets: what is no longer wanted ends, what is not there yet begins. Returns those that hold then."""
    there = {(row.part, row.valid_from): row for row in live}
    kept = []
    for part, first, last, standing in wanted:
        row = there.get((part, first))
        if row is not None and row.valid_to == last and row.standing == standing:
            del there[part, first]
        else:
            row = Row(part, first, last, standing, position)
            changes.begun.append(row)
        kept.append(row)
    changes.ended += there.values()
    return kept


def _settle(region: str, found: Unfolded, rows: list[Row], changes: Changes) -> None:
    """Keep what the next step in order is judged by."""
    changes.frontiers[region] = Frontier(found.base_day, found.base_states, found.open_steps)
    changes.tails[region] = [row for row in rows if row.valid_to > found.base_day]


@dataclass(slots=True)
class Kept:
    """The rows of one stream in memory, as they come about group by group: a shelf for replay and rebuild."""

    stream: str
    entries: list[Told] = field(default_factory=list)
    frontiers: dict[str, Frontier] = field(default_factory=dict)
    standing: dict[str, list[Row]] = field(default_factory=dict)
    """part → rows held true now"""
    past: list[tuple[Row, int]] = field(default_factory=list)
    """rows no longer held true, with the group since which they are not"""

    def frontier(self, region: str) -> Frontier | None:
        """What the region's next step is judged by."""
        return self.frontiers.get(region)

    def live(self, parts: Iterable[str], from_day: int) -> list[Row]:
        """The rows held true now of `parts` that end after `from_day`."""
        return [row for part in parts for row in self.standing.get(part, ()) if row.valid_to > from_day]

    def tail(self, region: str, parts: Iterable[str], from_day: int) -> list[Row]:
        """The same of one region, whose base day is `from_day`."""
        return self.live(parts, from_day)

    def parts(self, region: str) -> list[str]:
        """The parts of a region that have rows."""
        return list(self.standing) if kind_of(self.stream) == "commitment" else [region]

    def history(self) -> Sequence[Told]:
        """The entries so far."""
        return self.entries

    def add(self, group: Sequence[Told], position: int, known: Known, name: Name = str) -> Changes:
        """Take in a group whose last position is `position`; raises what `keep` raises."""
        changes = keep(self.stream, self, group_of(group, position, known), known, name)
        self.entries.extend(group)
        for row in changes.ended:
            self.standing[row.part].remove(row)
            self.past.append((row, position))
        for row in changes.begun:
            self.standing.setdefault(row.part, []).append(row)
        self.frontiers.update(changes.frontiers)
        return changes

    def rows(self) -> list[tuple[Row, int | None]]:
        """All rows ever held true, with the group since which they are not."""
        return [*self.past, *((row, None) for rows in self.standing.values() for row in rows)]
