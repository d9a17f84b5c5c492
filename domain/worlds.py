"""Which orders of vaguely dated steps are possible, and what can hold on each day?

A *world* gives every step one day within its date, and an order, such that days never go back, stated
``after`` links hold, and each step is lawful in the state in which it comes. A history is lawful if it
has a world. The sweep below never lists worlds: it cuts time where something can change and carries the
set of (steps done, state), so its cost grows with the steps that are open at once, not with the history.

Of the orders within one day it tries no more than can make a difference (`orders`): twenty obligors that act on one day
are twenty moves, not 2²⁰ sets.

Days are proleptic Gregorian ordinals; ``BEGIN`` stands for open to the left, ``END`` for open to the right.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from .orders import Alike, Ground, Open, alike
from .steps import Step

BEGIN: Final = 0
END: Final = 10_000_000
MOST_OPEN_STEPS: Final = 10
"""Steps that are open at once and can disturb each other; beyond that dates or `after` links are asked for."""
MOST_NODES: Final = MOST_OPEN_STEPS << MOST_OPEN_STEPS
"""Nodes that one day is searched to, where more steps are open than that: as many as ten can lead to."""
MOST_IN_ALL: Final = 10 * MOST_NODES
"""Nodes that the days of one cluster are searched to together; some more for each of its steps. Ten steps may be told
many times over, so that it takes more than they alone."""
MORE_A_STEP: Final = 64
"""So many more."""
MOST_MOVES: Final = 2_000_000
"""Moves that all searches for one group of new entries may try together, some three seconds of them."""
MORE_MOVES_AN_ENTRY: Final = 640
"""So many more for each of its entries."""
LARGE: Final = 8
"""Where more steps than this are open, the states are larger, and a move counts for several."""


class Standing(NamedTuple):
    """What one part shows on one day; `possible` is what else it may be."""

    status: str | None
    possible: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    detail: tuple[tuple[str, str], ...] = ()


UNDETERMINED: Final = "undetermined"
"""Said, counted and asked for in the place of a status where none is certain."""

S = TypeVar("S", bound=Hashable)


class Machine(Protocol[S]):
    """A small state machine: what is lawful, what it leads to, and what it shows."""

    @property
    def start(self) -> S: ...

    @property
    def many(self) -> bool:
        """Whether the one region has many parts, which share worlds; else it is one part, of its own name."""
        ...

    @property
    def settles(self) -> bool:
        """Whether what shows on a day depends on there being no later step (`settled`)."""
        ...

    def move(self, state: S, step: Step, day: int) -> S | None:
        """Return the state that `step` leads to on `day`, or None where it is unlawful."""
        ...

    def cuts(self, state: S) -> tuple[int, ...]:
        """Return the days from which on this state shows, or allows, something else."""
        ...

    def show(self, state: S, day: int, settled: bool) -> Mapping[str, Standing]:
        """Return the standing of each part; `settled` once no recorded step is still to come."""
        ...

    def ground(self, step: Step) -> Ground | None:
        """Return ahead of which other steps this one can be pulled, whatever the state; None where it is not known."""
        ...

    def named(self, step: Step) -> str:
        """Return the part that a refusal of `step` is about."""
        ...

    def why(self, state: S, step: Step, day: int) -> tuple[type[Exception], str | None]:
        """Return the refusal that fits an unlawful step, and the status that stands in its way."""
        ...


Node = tuple[int, Any]
"""Steps of the cluster that are done, as a bit mask, and the state that they led to."""


class Segment(NamedTuple):
    """From day `first` on, until the next segment, these nodes are alive at the end of each day."""

    first: int
    nodes: tuple[Node, ...]
    settled: int
    """The mask in which no recorded step is still to come; -1 where later clusters follow."""


RestartPoint = tuple[int, Any]
"""A day by which every step before is done and after which every other begins, and the one state that can hold then:
what lies before it is settled, whatever comes after it."""


class Worlds(NamedTuple):
    """All days from a base on, and the new base from which the next step in order can be judged."""

    segments: list[Segment]
    start: frozenset[Any]
    """Those of the states at the start that some world passes through."""
    base_day: int
    """A day by which every step before the last cluster is done."""
    base_states: tuple[Any, ...]
    """The states that can hold at the end of `base_day`."""
    open_steps: tuple[Step, ...]
    """The last cluster: the steps whose order a next one may still join."""
    bases: list[RestartPoint]
    """The last days of the clusters before it at which one state alone can hold, in order."""


class NoWorldError(Exception):
    """No world is left: `step` is the one at which the furthest world stopped, in `state`."""

    def __init__(self, step: Step, state: Any, day: int) -> None:
        super().__init__(f"{step.verb} is unlawful in {state!r}")
        self.step, self.state, self.day = step, state, day


class TooManyOpenStepsError(Exception):
    """More steps are mutually open than a sweep will order."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} steps are open at once")
        self.count = count


class SearchTooLongError(Exception):
    """All searches together have tried as many moves as they may."""


class Patience:
    """How many moves the searches for one group of new entries may try, all together.

    What is recorded already is searched without: it has been accepted, so it must go on to load.
    """

    def __init__(self, entries: int) -> None:
        """Of a group of so many entries."""
        self._left = MOST_MOVES + MORE_MOVES_AN_ENTRY * entries

    def spend(self, moves: int) -> None:
        """Count moves before they are tried; raises SearchTooLongError where they are too many."""
        self._left -= moves
        if self._left < 0:
            raise SearchTooLongError


class _Layer(NamedTuple):
    """One cut of time: the nodes reachable from it on, joined by single steps."""

    day: int
    edges: dict[Node, list[Node]]
    ends: set[Node]
    """Nodes in which nothing is undone that cannot come later."""
    settled: int
    closes: bool
    """The last layer of its cluster."""


def clusters(steps: Iterable[Step]) -> list[list[Step]]:
    """Group steps, in order of days, into runs whose dates overlap."""
    runs: list[list[Step]] = []
    latest = -1
    for step in sorted(steps, key=_by_days):
        if step.earliest > latest:
            runs.append([step])
        else:
            runs[-1].append(step)
        latest = max(latest, step.latest)
    return runs


def _by_days(step: Step) -> tuple[int, int]:
    return step.earliest, step.latest


def search_worlds(
    machine: Machine[Any],
    steps: Iterable[Step],
    base_day: int = BEGIN,
    base_states: tuple[Any, ...] | None = None,
    patience: Patience | None = None,
) -> Worlds:
    """Find the nodes that are alive on every day from `base_day` on.

    Raises NoWorldError where no order is lawful, TooManyOpenStepsError where too many steps are open at once, and
    SearchTooLongError where `patience` ends.
    """
    start = states = (machine.start,) if base_states is None else base_states
    ordered = sorted(steps, key=_by_days)
    if len(start) == 1 and _is_plain(ordered, base_day):
        return _folded(machine, ordered, base_day, start)
    runs = clusters(ordered)
    _links_never_go_back(runs, states)
    segments: list[Segment] = []
    alive = frozenset(start)
    bases: list[RestartPoint] = []
    pending: list[_Layer] = []
    before = states
    for number, run in enumerate(runs):
        is_last = number == len(runs) - 1
        before, step = states, run[0]
        if not pending and len(run) == 1 and len(states) == 1 and step.earliest == step.latest:
            # One state, one step, one day: nothing is open here, so nothing is searched for.
            state = machine.move(states[0], step, step.earliest)
            if state is None:
                raise NoWorldError(step, states[0], step.earliest)
            states = (state,)
            segments.append(Segment(step.earliest, ((1, state),), 1 if is_last else -1))
            if not is_last:
                bases.append((step.latest, state))
            continue
        pending += _sweep(machine, run, states, is_last, patience)
        # In one order whatever the hashes of this process: what is kept of them is compared.
        states = tuple(sorted({state for _, state in pending[-1].ends}, key=repr))
        if len(states) == 1 or is_last:
            found, first_alive = _prune(pending)
            if len(segments) == 0:
                alive = first_alive if len(start) > 1 else alive
            segments += found
            if not is_last:
                bases.append((pending[-1].day, states[0]))
            pending = []
    if not segments or segments[0].first > base_day:
        opening = tuple((0, state) for state in start if state in alive)
        segments.insert(0, Segment(base_day, opening, -1 if runs else 0))
    settled_day = max((step.latest for step in runs[-2]), default=base_day) if len(runs) > 1 else base_day
    return Worlds(segments, alive, settled_day, before, tuple(runs[-1]) if runs else (), bases)


def _is_plain(ordered: list[Step], base_day: int) -> bool:
    """Whether each step has a day of its own, after the one before it: then there is one order, and no search."""
    day = base_day
    for step in ordered:
        if not day < step.earliest == step.latest or step.after:
            return False
        day = step.latest
    return bool(ordered)


def _folded(machine: Machine[Any], ordered: list[Step], base_day: int, start: tuple[Any, ...]) -> Worlds:
    """The plain fold."""
    before = state = start[0]
    segments = [Segment(base_day, ((0, state),), -1)]
    bases: list[RestartPoint] = []
    number = len(ordered)
    for step in ordered:
        number -= 1
        day = step.earliest
        before, state = state, machine.move(state, step, day)
        if state is None:
            raise NoWorldError(step, before, day)
        segments.append(Segment(day, ((1, state),), -1 if number else 1))
        if number:
            bases.append((day, state))
    settled_day = bases[-1][0] if bases else base_day
    return Worlds(segments, frozenset(start), settled_day, (before,), (ordered[-1],), bases)


def _links_never_go_back(runs: list[list[Step]], states: tuple[Any, ...]) -> None:
    """Refuse a step that is stated to come after one that cannot come before it."""
    if not any(step.after for run in runs for step in run):
        return
    cluster_of = {step.key: number for number, run in enumerate(runs) for step in run}
    for number, run in enumerate(runs):
        for step in run:
            if any(cluster_of.get(key, -1) > number for key in step.after):
                raise NoWorldError(step, states[0], step.latest)


def _sweep(
    machine: Machine[Any], run: list[Step], states: tuple[Any, ...], is_last: bool, patience: Patience | None
) -> list[_Layer]:
    """Carry every possible (done, state) through the days of one cluster."""
    full = (1 << len(run)) - 1
    until = max([step.latest for step in run])
    layers: list[_Layer] = []
    nodes: set[Node] = {(0, state) for state in states}
    days = _Days(machine, run, until)
    days.cut_at(nodes)
    due = 0
    left = MOST_IN_ALL + MORE_A_STEP * len(run)
    for day, ready in _ready_on(days, alike(run)):
        due |= sum([one.bits for one in ready if one.step.latest == day])
        edges = _explored(machine, nodes, ready, Open(ready, machine.ground, day), day, left, patience)
        left -= len(edges)
        ends = {node for node in edges if node[0] & due == due}
        if not ends:
            raise _stopped(machine, run, nodes, ready, due, day, patience)
        layers.append(_Layer(day, edges, ends, full if is_last else -1, day == until))
        nodes = ends
        days.cut_at(nodes)
    return layers


class _Days:
    """The days of a cluster on which something can change, in order; states that are reached may add some."""

    def __init__(self, machine: Machine[Any], run: list[Step], until: int) -> None:
        self._machine = machine
        self._ahead = list({day for step in run for day in (step.earliest, step.latest)})
        heapify(self._ahead)
        self._until = until
        self._day = run[0].earliest - 1  # what the states show earlier lies before this cluster
        self._seen: set[Any] = set()

    def cut_at(self, nodes: set[Node]) -> None:
        """Add the days on which what these nodes show changes by itself."""
        for state in {state for _, state in nodes} - self._seen:
            self._seen.add(state)
            for cut in self._machine.cuts(state):
                if self._day < cut <= self._until:
                    heappush(self._ahead, cut)

    def __iter__(self) -> Iterator[int]:
        while self._ahead:
            day = heappop(self._ahead)
            if day > self._day:
                self._day = day
                yield day


def _ready_on(days: Iterable[int], groups: Iterable[Alike]) -> Iterator[tuple[int, list[Alike]]]:
    """Day by day, the steps that may come on it; `groups` are in order of their earliest days."""
    waiting = iter(groups)
    coming = next(waiting, None)
    ready: list[Alike] = []
    for day in days:
        ready = [one for one in ready if one.step.latest >= day]
        while coming and coming.step.earliest <= day:
            ready.append(coming)
            coming = next(waiting, None)
        yield day, ready


def _explored(
    machine: Machine[Any],
    nodes: set[Node],
    ready: list[Alike],
    choice: Open,
    day: int,
    most: int,
    patience: Patience | None,
) -> dict[Node, list[Node]]:
    """What the nodes lead to within one day; raises TooManyOpenStepsError where it is more than `most` nodes."""
    here = sum([one.bits for one in ready])
    most = _most_nodes(choice, ready, here, most)
    move, to_try = machine.move, choice.to_try
    weight = 1 + len(ready) // LARGE
    edges: dict[Node, list[Node]] = {}
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if node in edges:
            continue
        mask, state = node
        onward = edges[node] = []
        tried = to_try(mask)
        if patience:
            patience.spend(weight * len(tried))
        for step, bits, _, need in tried:
            undone = bits & ~mask
            if undone and mask & need == need:
                moved = move(state, step, day)
                if moved is not None:
                    onward.append((mask | undone & -undone, moved))
        if len(edges) > most:
            raise TooManyOpenStepsError(here.bit_count())
        stack += onward
    return edges


def _most_nodes(choice: Open, ready: list[Alike], here: int, most: int) -> int:
    """How far to search, no further than `most`.

    Raises TooManyOpenStepsError where more steps of one order are open than will be ordered.
    """
    of_one, in_all = choice.counted(here) if len(ready) > MOST_OPEN_STEPS else (0, 0)
    if of_one > MOST_OPEN_STEPS:
        raise TooManyOpenStepsError(of_one)
    return min(most, MOST_NODES + MOST_OPEN_STEPS * here.bit_count()) if in_all > MOST_OPEN_STEPS else most


def _stopped(
    machine: Machine[Any],
    run: list[Step],
    nodes: set[Node],
    ready: list[Alike],
    due: int,
    day: int,
    patience: Patience | None,
) -> NoWorldError:
    """The furthest that a world came on a day that none leaves, and the first step that could not be taken there.

    Where few steps are open, of all worlds; else of those that were tried, and the step is of those to try next.
    """
    few = sum([one.bits for one in ready]).bit_count() <= MOST_OPEN_STEPS
    choice = Open(ready, _unknown if few else machine.ground, day)
    edges = _explored(machine, nodes, ready, choice, day, MOST_IN_ALL, patience)
    mask, state = max(edges, key=lambda node: (node[0] & due).bit_count())
    stuck = due & ~mask & sum([one.bits for one in choice.to_try(mask)])
    return NoWorldError(run[(stuck & -stuck).bit_length() - 1], state, day)


def _unknown(_: Step) -> None:
    """The ground of a step of which nothing is known."""


def _prune(layers: list[_Layer]) -> tuple[list[Segment], frozenset[Any]]:
    """Drop, from the last layer backwards, the nodes from which the rest of the history cannot be finished."""
    segments: list[Segment] = []
    alive_next: set[Node] | None = None
    for layer in reversed(layers):
        if alive_next is None:
            ends = layer.ends
        elif layer.closes:  # a finished cluster hands its states on with a clean mask
            ends = {node for node in layer.ends if (0, node[1]) in alive_next}
        else:
            ends = layer.ends & alive_next
        segments.append(Segment(layer.day, tuple(ends), layer.settled))
        reach = set(ends)
        # An edge adds a bit, so taking the fullest masks first sees every child before its parent.
        for node in sorted(layer.edges, key=lambda node: node[0].bit_count(), reverse=True):
            if node not in reach and not reach.isdisjoint(layer.edges[node]):
                reach.add(node)
        alive_next = reach
    segments.reverse()
    return segments, frozenset(state for mask, state in alive_next or () if mask == 0)
