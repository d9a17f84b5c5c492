"""Which periods does a group of entries end, and which does it begin? How rows follow the entries.

Only the regions that the group touches are judged again. A step that comes after all that is settled is
judged by the region's frontier alone. A late arrival reads the history; in a long stream, the steps from the last
base before it on. A correction or a retraction reads the history.
All give the same rows: `rebuild` derives them from nothing and compares.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..domain.catalogue import has_many_parts, kind_of, machine_of
from ..domain.entry import Entry
from ..domain.errors import Refusal, SearchTooLong, StepsDamaged
from ..domain.steps import Step
from ..domain.worlds import (
    BEGIN,
    Machine,
    NoWorldError,
    Patience,
    RestartPoint,
    SearchTooLongError,
    Standing,
    TooManyOpenStepsError,
    Worlds,
)
from .effective import (
    Frontier,
    Steps,
    Told,
    as_recorded,
    effective,
    explained,
    reaches_back,
    regions,
    worlds_of,
)
from .periods import Period, periods
from .step_index import (
    BEFORE_ALL,
    LONG,
    IndexedStep,
    Restart,
    StepIndexChange,
    chosen,
    laid_out,
    numbered,
    placed,
    restart_at,
)
from .trait_rows import Key, TraitRow, key_of
from .traits import Said, TraitChanges, added, anew, said_at_first

Known = Callable[[Told], str]
Name = Callable[[str], str]


class StreamState(Protocol):
    """Where what was kept of one stream so far is found."""

    def frontier(self, region: str) -> Frontier | None:
        """What the region's next step is judged by; None where it has no step yet."""
        ...

    def live(self, parts: Iterable[str], from_day: int) -> list[Period]:
        """The rows held true now of `parts` that end after `from_day`."""
        ...

    def tail(self, region: str, parts: Iterable[str], from_day: int) -> list[Period]:
        """The rows held true now of a region's `parts` that end after its frontier's base day, `from_day`."""
        ...

    def has_no_frontier(self) -> bool:
        """Whether there are entries, and yet no region of the stream has a frontier."""
        ...

    def parts(self, region: str) -> list[str]:
        """The parts of a region that have rows."""
        ...

    def history(self) -> Sequence[Told]:
        """The stream's entries so far, in order of position."""
        ...

    def version(self) -> int:
        """How many they are."""
        ...

    def restart(self, region: str, before: int) -> Restart:
        """Of a long stream: the last point before a day from which a region can be judged again."""
        ...

    def trait(self, key: Key) -> TraitRow | None:
        """The trait of that key that is held true now."""
        ...

    def traits(self) -> list[TraitRow]:
        """All traits that are held true now."""
        ...

    def says(self, said: Said) -> bool:
        """Whether what is kept is known, without a look at it, to say so already."""
        ...


@dataclass(slots=True)
class Changes:
    """What a group does to the rows of one stream."""

    ended: list[Period] = field(default_factory=list)
    begun: list[Period] = field(default_factory=list)
    frontiers: dict[str, Frontier] = field(default_factory=dict)
    tails: dict[str, list[Period]] = field(default_factory=dict)
    """region → rows held true from now on that end after the frontier's base day"""
    laid: dict[str, StepIndexChange] = field(default_factory=dict)
    """of a long stream: region → what changes in what is kept of its steps"""
    traits: TraitChanges = field(default_factory=TraitChanges)


@dataclass(slots=True)
class Group:
    """The new entries of one group in one stream: what they do, and themselves where the history is needed."""

    position: int
    """that of its last entry in the ledger: what it changes is known from there on"""
    ids: Sequence[str]
    """of its entries; a refusal is about the last, for with those before it there was a world still"""
    corrects: bool
    """whether a correction or retraction is among them"""
    steps: Steps
    said: Sequence[Sequence[Said]]
    """what each entry says of the stream beside its steps"""
    told: Callable[[], Sequence[Told]]
    is_trial: bool = False
    """whether a refusal need not say who stands in the way"""
    patience: Patience | None = None
    """how far to search for worlds; None where all was accepted once"""

    @property
    def last(self) -> str | None:
        """The entry that a refusal is about; None where it need not say about which."""
        return None if self.is_trial else self.ids[-1]


def group_of(entries: Sequence[Told], position: int, known: Known) -> Group:
    """A group of entries; raises HappeningInTheFuture."""
    counted = [as_recorded(entry, known(entry)) for entry in entries]
    return Group(
        position=position,
        ids=[entry.entry_id for entry in entries],
        corrects=any(reaches_back(entry.fact) for entry in entries),
        steps=regions(counted),
        said=list(map(said_at_first, counted)),
        told=lambda: entries,
    )


def decide(stream: str, state: StreamState, new: Group, known: Known, name: Name) -> Changes:
    """Judge the new entries of one group in one stream, and say which rows change.

    Raises a Refusal where no world is left, whatever `effective` and `regions` refuse, SearchTooLong and StepsDamaged.
    `name` gives an entry id the name by which a refusal calls it.
    """
    version = state.version()
    judged = _decided_by_corrections if new.corrects else _kept
    try:
        changes = judged(stream, state, new, known, name, _places(new, version) if version > LONG else None)
    except SearchTooLongError:
        raise SearchTooLong(stream) from None
    if version <= LONG < version + len(new.ids):  # it has become long
        changes.laid = laid_out(stream, [*state.history(), *new.told()], known)
    if new.corrects:
        changes.traits = anew(state.traits(), [*state.history(), *new.told()], known, new.position)
    else:
        changes.traits = added(state.trait, enumerate(new.said, version + 1), new.position, state.says)
    return changes


Places = dict[str, list[IndexedStep]] | None
"""The new steps of a long stream with their places, region by region; None where the stream is short."""


def _places(new: Group, version: int) -> dict[str, list[IndexedStep]]:
    number = {entry_id: version + number for number, entry_id in enumerate(new.ids, 1)}
    return {
        region: [IndexedStep(step.earliest, number[step.key[0]], step.key[1], step) for step in steps]
        for region, steps in new.steps.items()
    }


def _kept(stream: str, state: StreamState, new: Group, known: Known, name: Name, places: Places) -> Changes:
    """Judge every region that the new facts touch, by as little as will do."""
    changes = Changes()
    history: Steps | None = None
    for region, steps in new.steps.items():
        frontier = state.frontier(region)
        come = places[region] if places else None
        if not _is_lost(frontier, state, region):
            in_order = frontier is None or all(step.earliest > frontier.base_day for step in steps)
            if in_order and _judged_from_frontier(stream, region, state, frontier, changes, name, new, come):
                continue
            if frontier and come and _judged_from_restart(stream, region, state, frontier, changes, new, come):
                continue
        if history is None:
            history = regions(effective([*state.history(), *new.told()], known).values())
        found = _judged_from_start(stream, region, state, history.get(region, []), changes, name, new)
        if come:
            changes.laid[region] = StepIndexChange((), come, BEFORE_ALL, chosen(found.bases))
    return changes


def _is_lost(frontier: Frontier | None, state: StreamState, region: str) -> bool:
    """Whether a region that has rows lacks what its next step is judged by; a frontier always has a last step."""
    if frontier is not None:
        return not frontier.open_steps
    return state.has_no_frontier() or bool(state.live(state.parts(region), BEGIN - 1))


def _judged_from_frontier(
    stream: str,
    region: str,
    state: StreamState,
    frontier: Frontier | None,
    changes: Changes,
    name: Name,
    new: Group,
    come: Sequence[IndexedStep] | None,
) -> bool:
    """Judge steps by the frontier, and compare the rows from the first day on that they can have changed.

    False where the steps before it are needed: to say who stands in the way, or because earlier days change.
    """
    steps = new.steps[region]
    try:
        found = worlds_of(stream, region, steps, frontier, new.patience)
    except (NoWorldError, TooManyOpenStepsError) as error:
        if frontier is None:
            raise explained(error, stream, region, steps, name, new.last, new.patience) from None
        return False
    machine = machine_of(kind_of(stream), region)
    if frontier is None:
        kept = _compare([], periods(stream, machine, found), changes, new.position)
    elif _same_start(stream, region, frontier, found):
        since = _changed_since(machine, frontier, found, steps)
        wanted = periods(stream, machine, found, since)
        tail = state.tail(region, dict.fromkeys(period.part for period in wanted), frontier.base_day)
        kept = [row for row in tail if row.valid_to <= since]
        kept += _compare([row for row in tail if row.valid_to > since], wanted, changes, new.position, since)
    else:
        return False
    _remember(region, found, kept, changes)
    if come:
        since = frontier.base_day if frontier else BEFORE_ALL
        changes.laid[region] = StepIndexChange((), come, since, chosen(found.bases))
    return True


def _judged_from_restart(
    stream: str,
    region: str,
    state: StreamState,
    frontier: Frontier,
    changes: Changes,
    new: Group,
    come: Sequence[IndexedStep],
) -> bool:
    """Judge late steps of a long stream with those that follow the last base before them; compare the rows from there.

    False where no world is left: the history will say who stands in the way. Raises StepsDamaged.
    """
    machine = machine_of(kind_of(stream), region)
    first = min(frontier.base_day, *(step.earliest for step in come))
    since, start, steps = state.restart(region, first)
    _check(stream, region, start, steps, frontier)
    try:
        found = worlds_of(stream, region, [*steps, *(one.step for one in come)], start, new.patience)
    except (NoWorldError, TooManyOpenStepsError):
        return False
    day = start.base_day
    wanted = periods(stream, machine, found, day)
    live = state.live(state.parts(region), day)
    if since != BEFORE_ALL and _on(day, wanted) != _on(day, live):
        raise StepsDamaged(stream, region, "the state kept of a day does not show what its rows do")
    _remember(region, found, _compare(live, wanted, changes, new.position, day), changes)
    changes.laid[region] = StepIndexChange((), come, since, chosen(found.bases))
    return True


def _check(stream: str, region: str, start: Frontier, steps: list[Step], frontier: Frontier) -> None:
    """Raise StepsDamaged unless the steps that were kept lead to the frontier, as they did before these came."""
    try:
        found = worlds_of(stream, region, steps, start)
    except (NoWorldError, TooManyOpenStepsError, LookupError, TypeError, ValueError, AttributeError):
        found = None  # foreign values can stop a state machine anywhere
    if found is None or (found.base_day, found.base_states, found.open_steps) != frontier:
        raise StepsDamaged(stream, region, "the steps kept do not lead to where the region stands")


def _on(day: int, rows: Iterable[Period]) -> dict[str, Standing]:
    """What each part shows on a day, of rows that end after it."""
    return {row.part: row.standing for row in rows if row.valid_from <= day}


def _same_start(stream: str, region: str, frontier: Frontier, found: Worlds) -> bool:
    """Whether the new steps leave alive just the states before them that were alive: else earlier days change."""
    if len(frontier.base_states) == 1:
        return True
    return found.start == worlds_of(stream, region, [], frontier).start


def _decided_by_corrections(
    stream: str, state: StreamState, new: Group, known: Known, name: Name, places: Places
) -> Changes:
    """Judge again every region that a correction or retraction, before or after it, touches."""
    earlier = state.history()
    entries = [*earlier, *new.told()]
    before = effective(earlier, known)
    after = effective(entries, known)
    steps = regions(after.values())
    ended = [one for key, one in before.items() if after.get(key) != one]
    begun = [one for key, one in after.items() if before.get(key) != one]
    changes = Changes()
    number = numbered(entries) if places is not None else {}
    gone, come = ({} if places is None else placed(some, number) for some in (ended, begun))
    for region in regions((*ended, *begun)):
        found = _judged_from_start(stream, region, state, steps.get(region, []), changes, name, new)
        if places is not None:
            changes.laid[region] = StepIndexChange(
                gone.get(region, ()), come.get(region, ()), BEFORE_ALL, chosen(found.bases)
            )
    return changes


def _judged_from_start(
    stream: str,
    region: str,
    state: StreamState,
    steps: list[Step],
    changes: Changes,
    name: Name,
    new: Group,
) -> Worlds:
    """Unfold a region from its first step, and compare all of its rows."""
    try:
        found = worlds_of(stream, region, steps, None, new.patience)
    except (NoWorldError, TooManyOpenStepsError) as error:
        raise explained(error, stream, region, steps, name, new.last, new.patience) from None
    wanted = periods(stream, machine_of(kind_of(stream), region), found)
    kept = _compare(state.live(state.parts(region), BEGIN - 1), wanted, changes, new.position)
    _remember(region, found, kept, changes)
    return found


def _changed_since(machine: Machine[Any], frontier: Frontier, found: Worlds, steps: Sequence[Step]) -> int:
    """The first day that the steps can have changed; nothing does before the frontier's base day.

    Steps that come after all others, which end in one state, leave the days before them as they were, unless what
    shows there depends on there being none.
    """
    last = found.open_steps
    if machine.settles or len(found.base_states) > 1 or len(last) != len(steps):
        return frontier.base_day
    if (len(last) == 1 and last[0] is steps[0]) or {step.key for step in last} == {step.key for step in steps}:
        return last[0].earliest
    return frontier.base_day


def _compare(
    live: list[Period], wanted: list[Period], changes: Changes, position: int, since: int = BEGIN
) -> list[Period]:
    """Rows as sets: what is no longer wanted ends, what is not there yet begins. Returns those that hold then.

    Compared is from the day `since` on: a row that began before it goes on where nothing changed, and ends there
    where something did.
    """
    there = {(row.part, row.valid_from): row for row in live}
    spanning = {row.part: row for row in live if row.valid_from < since}
    kept, begun = [], changes.begun
    for stream, part, standing, first, last, *_ in wanted:
        start = first
        if spanning and first == since and (row := spanning.get(part)) is not None and row.standing == standing:
            start = row.valid_from
            del spanning[part]
        row = there.get((part, start))
        if row is not None and row.valid_to == last and row.standing == standing:
            del there[part, start]
        else:
            row = Period(stream, part, standing, start, last, position)
            begun.append(row)
        kept.append(row)
    for row in spanning.values():
        cut = row._replace(valid_to=since, known_from=position)
        begun.append(cut)
        kept.append(cut)
    changes.ended += there.values()
    return kept


def _remember(region: str, found: Worlds, rows: list[Period], changes: Changes) -> None:
    """Keep what the next step in order is judged by."""
    changes.frontiers[region] = Frontier(found.base_day, found.base_states, found.open_steps)
    changes.tails[region] = [row for row in rows if row.valid_to > found.base_day]


@dataclass(slots=True)
class StreamInMemory:
    """The rows of one stream in memory, as they come about group by group: a state for replay and rebuild."""

    stream: str
    entries: list[Told] = field(default_factory=list)
    frontiers: dict[str, Frontier] = field(default_factory=dict)
    standing: dict[str, list[Period]] = field(default_factory=dict)
    """part → rows held true now, in order of days"""
    past: list[Period] = field(default_factory=list)
    """rows no longer held true"""
    aside: list[tuple[int, Refusal]] = field(default_factory=list)
    """(position, why) of groups that no history allows, though they are recorded: they moved nothing"""
    laid: dict[str, list[IndexedStep]] = field(default_factory=dict)
    """of a long stream: region → its steps, in order"""
    bases: dict[str, list[RestartPoint]] = field(default_factory=dict)
    told: dict[Key, TraitRow] = field(default_factory=dict)
    """traits held true now"""
    untold: list[TraitRow] = field(default_factory=list)
    """traits no longer held true"""

    def frontier(self, region: str) -> Frontier | None:
        """What the region's next step is judged by."""
        return self.frontiers.get(region)

    def live(self, parts: Iterable[str], from_day: int) -> list[Period]:
        """The rows held true now of `parts` that end after `from_day`."""
        found = []
        for part in parts:  # rows held true at once do not overlap, so they end in the order in which they begin
            rows = self.standing.get(part, [])
            found += rows[bisect_right(rows, from_day, key=_ended) :]
        return found

    def tail(self, region: str, parts: Iterable[str], from_day: int) -> list[Period]:
        """The same of one region, whose base day is `from_day`."""
        return self.live(parts, from_day)

    def has_no_frontier(self) -> bool:
        """Whether there are entries that move nothing alone."""
        return False  # here nothing is ever lost

    def parts(self, region: str) -> list[str]:
        """The parts of a region that have rows."""
        return list(self.standing) if has_many_parts(self.stream) else [region]

    def history(self) -> Sequence[Told]:
        """The entries so far."""
        return self.entries

    def version(self) -> int:
        """How many they are."""
        return len(self.entries)

    def restart(self, region: str, before: int) -> Restart:
        """The last point before a day from which a region can be judged again."""
        bases, steps = self.bases.get(region, []), self.laid.get(region, [])
        index = bisect_left(bases, before, key=_day_of)
        base = bases[index - 1] if index else None
        return restart_at(
            self.stream, region, base, lambda day: steps[bisect_left(steps, day + 1, key=_first_day_of) :]
        )

    def trait(self, key: Key) -> TraitRow | None:
        """The trait of that key that is held true now."""
        return self.told.get(key)

    def traits(self) -> list[TraitRow]:
        """All traits that are held true now."""
        return list(self.told.values())

    def says(self, _said: Said) -> bool:
        """Nothing is quicker than a look at what is kept."""
        return False

    def add(self, group: Sequence[Told], position: int, known: Known, name: Name = str) -> Changes:
        """Take in a group whose last position is `position`; raises what `keep` raises."""
        changes = decide(self.stream, self, group_of(group, position, known), known, name)
        self.entries.extend(group)
        for row in changes.ended:
            rows = self.standing[row.part]
            del rows[bisect_left(rows, row.valid_from, key=_began)]
            self.past.append(row._replace(known_to=position))
        for row in changes.begun:
            insort(self.standing.setdefault(row.part, []), row, key=_began)
        self.frontiers.update(changes.frontiers)
        for region, laid in changes.laid.items():
            self._lay(region, laid)
        for one in changes.traits.ended:
            del self.told[key_of(one)]
            self.untold.append(one._replace(known_to=position))
        self.told.update((key_of(one), one) for one in changes.traits.begun)
        return changes

    def take_in(self, group: Sequence[Told], position: int, known: Known) -> Changes:
        """Take in a group that is recorded, whatever it says: where no history allows it, it moves nothing.

        Such a group got in through damage to what is derived; it stands in the record until it is retracted.
        """
        try:
            return self.add(group, position, known)
        except Refusal as refusal:
            first = group[0]
            self.aside.append((first.position if isinstance(first, Entry) else position, refusal))
            self.entries.extend(group)
            return Changes()

    def unlawful(self, known: Known) -> list[tuple[int, Refusal]]:
        """What of `aside` is still against the rules: nothing where a correction or retraction has put it right."""
        return self.aside if self.aside and not _is_lawful(self.stream, self.entries, known) else []

    def _lay(self, region: str, laid: StepIndexChange) -> None:
        steps = self.laid.setdefault(region, [])
        for one in laid.gone:
            del steps[bisect_left(steps, one)]
        for one in laid.come:
            insort(steps, one)
        before = bisect_left(bases := self.bases.get(region, []), laid.since + 1, key=_day_of)
        self.bases[region] = [*bases[:before], *laid.bases]

    def rows(self) -> list[Period]:
        """All rows ever held true."""
        return [*self.past, *(row for rows in self.standing.values() for row in rows)]

    @property
    def is_told_in_full(self) -> bool:
        """Whether all traits are known; a fact of a newer version may say what cannot be told here."""
        return not any(entry.fact.FOREIGN for entry in self.entries)

    def trait_rows(self) -> list[TraitRow]:
        """All traits ever held true."""
        return [*self.untold, *self.told.values()]


def _is_lawful(stream: str, entries: Sequence[Told], known: Known) -> bool:
    try:
        for region, steps in regions(effective(entries, known).values()).items():
            worlds_of(stream, region, steps)
    except (Refusal, NoWorldError, TooManyOpenStepsError):
        return False
    return True


def _began(row: Period) -> int:
    return row.valid_from


def _ended(row: Period) -> int:
    return row.valid_to


def _day_of(base: RestartPoint) -> int:
    return base[0]


def _first_day_of(place: IndexedStep) -> int:
    return place.earliest
