"""Which orders of vaguely dated steps are possible, and what can hold on each day?

A *world* gives every step one day within its date, and an order, such that days never go back, stated
``after`` links hold, and each step is lawful in the state in which it comes. A history is lawful if it
has a world. The sweep below never lists worlds: it cuts time where something can change and carries the
set of (steps done, state), so its cost grows with the steps that are open at once, not with the history.

Only the ends of days are seen. So of the orders within one day it is enough to try one of those that differ in
neighbours which cannot disturb each other: steps of different *subjects* (obligors, say). While no step is open that
touches everything, the steps of one subject that has one due by this day are tried before all others: any order has a
first step of that subject, and what comes before it does not disturb it. Twenty obligors that act on one day are
twenty moves, not 2²⁰ sets.

Days are proleptic Gregorian ordinals; ``BEGIN`` stands for open to the left, ``END`` for open to the right.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeVar

BEGIN: Final = 0
END: Final = 10_000_000
MOST_OPEN_STEPS: Final = 10
"""Steps that are open at once and can disturb each other; beyond that dates or `after` links are asked for."""
MOST_NODES: Final = 4096
"""Nodes of one cut of time, where more steps are open than that, few of which disturb each other."""

Key = tuple[str, int]
"""Entry id, and which of the entry's steps it is (an entry that lasts has two: it begins and it ends)."""


class Step(NamedTuple):
    """One dated change of one region of an aggregate; `args` is all that the change depends on."""

    key: Key
    earliest: int
    latest: int
    verb: str
    args: tuple[Any, ...] = ()
    after: tuple[Key, ...] = ()


class Standing(NamedTuple):
    """What one part shows on one day; `possible` is what else it may be."""

    status: str | None
    possible: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    detail: tuple[tuple[str, str], ...] = ()


S = TypeVar("S", bound=Hashable)


class Machine(Protocol[S]):
    """A small automaton: what is lawful, what it leads to, and what it shows."""

    @property
    def start(self) -> S: ...

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

    def subject(self, step: Step) -> Hashable | None:
        """Return what the step touches, and nothing else does that is named otherwise; None where it may be anything.

        In every state, steps of two subjects are lawful in either order alike, and lead to the same state.
        """
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


Base = tuple[int, Any]
"""A day by which every step before is done and after which every other begins, and the one state that can hold then:
what lies before it is settled, whatever comes after it."""


class Unfolded(NamedTuple):
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
    bases: list[Base]
    """The last days of the clusters before it at which one state alone can hold, in order."""


class NoWorldError(Exception):
    """No world is left: `step` is the one at which the furthest world stopped, in `state`."""

    def __init__(self, step: Step, state: Any, day: int) -> None:
        super().__init__(f"{step.verb} is unlawful in {state!r}")
        self.step, self.state, self.day = step, state, day


class TooManyOpenStepsError(Exception):
    """More steps are mutually open than a sweep will order."""

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__(f"{len(steps)} steps are open at once")
        self.steps = tuple(steps)


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


def unfold(
    machine: Machine[Any],
    steps: Iterable[Step],
    base_day: int = BEGIN,
    base_states: tuple[Any, ...] | None = None,
) -> Unfolded:
    """Find the nodes that are alive on every day from `base_day` on.

    Raises NoWorldError where no order is lawful, TooManyOpenStepsError where too many steps are open at once.
    """
    start = states = (machine.start,) if base_states is None else base_states
    ordered = sorted(steps, key=_by_days)
    if len(start) == 1 and _is_plain(ordered, base_day):
        return _folded(machine, ordered, base_day, start)
    runs = clusters(ordered)
    _links_never_go_back(runs, states)
    segments: list[Segment] = []
    alive = frozenset(start)
    bases: list[Base] = []
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
        pending += _sweep(machine, run, states, is_last)
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
    return Unfolded(segments, alive, settled_day, before, tuple(runs[-1]) if runs else (), bases)


def _is_plain(ordered: list[Step], base_day: int) -> bool:
    """Whether each step has a day of its own, after the one before it: then there is one order, and no search."""
    day = base_day
    for step in ordered:
        if not day < step.earliest == step.latest or step.after:
            return False
        day = step.latest
    return bool(ordered)


def _folded(machine: Machine[Any], ordered: list[Step], base_day: int, start: tuple[Any, ...]) -> Unfolded:
    """The plain fold."""
    before = state = start[0]
    segments = [Segment(base_day, ((0, state),), -1)]
    bases: list[Base] = []
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
    return Unfolded(segments, frozenset(start), settled_day, (before,), (ordered[-1],), bases)


def _links_never_go_back(runs: list[list[Step]], states: tuple[Any, ...]) -> None:
    """Refuse a step that is stated to come after one that cannot come before it."""
    if not any(step.after for run in runs for step in run):
        return
    cluster_of = {step.key: number for number, run in enumerate(runs) for step in run}
    for number, run in enumerate(runs):
        for step in run:
            if any(cluster_of.get(key, -1) > number for key in step.after):
                raise NoWorldError(step, states[0], step.latest)


def _sweep(machine: Machine[Any], run: list[Step], states: tuple[Any, ...], is_last: bool) -> list[_Layer]:
    """Carry every possible (done, state) through the days of one cluster."""
    needs = _needs(run)
    full = (1 << len(run)) - 1
    until = max(step.latest for step in run)
    days = {day for step in run for day in (step.earliest, step.latest)}
    seen_states: set[Any] = set()
    layers: list[_Layer] = []
    nodes: set[Node] = {(0, state) for state in states}
    day = run[0].earliest - 1  # what the states show earlier lies before this cluster
    while True:
        for state in {state for _, state in nodes} - seen_states:
            seen_states.add(state)
            days.update(cut for cut in machine.cuts(state) if day < cut <= until)
        later = [cut for cut in days if cut > day]
        if not later:
            return layers
        day = min(later)
        choices = _Choices(machine, run, needs, day)
        due = _mask(i for i, step in enumerate(run) if step.latest <= day)
        edges: dict[Node, list[Node]] = {}
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if node in edges:
                continue
            mask, state = node
            onward = edges[node] = []
            for bit, step in choices.at(mask):
                moved = machine.move(state, step, day)
                if moved is not None:
                    onward.append((mask | bit, moved))
            stack.extend(onward)
            choices.count(len(edges))
        ends = {node for node in edges if node[0] & due == due}
        if not ends:
            raise _stopped(run, edges, due, day)
        layers.append(_Layer(day, edges, ends, full if is_last else -1, day == until))
        nodes = ends


def _needs(run: list[Step]) -> list[int]:
    """Per step, the mask of steps that must come before it.

    Steps alike in all but their key may be taken in one order only: any world that swaps them is a world too.
    """
    bit_of = {step.key: 1 << i for i, step in enumerate(run)}
    targets = {key for step in run for key in step.after}
    needs = []
    twin: dict[tuple[Any, ...], int] = {}
    for step in run:
        need = 0
        for key in step.after:
            need |= bit_of.get(key, 0)
        if step.key not in targets:
            need |= twin.get(step[1:], 0)
            twin[step[1:]] = bit_of[step.key]
        needs.append(need)
    return needs


def _mask(numbers: Iterable[int]) -> int:
    """The bits of these numbers. Set in bytes: adding up thousands of long integers would take as many copies."""
    found = bytearray()
    for number in numbers:
        if number >> 3 >= len(found):
            found.extend(bytes((number >> 3) + 1 - len(found)))
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


class _Chain(NamedTuple):
    """Steps of one subject that are taken in one order: each needs the one before it."""

    bits: list[int]
    needs: list[int]
    steps: list[Step]
    due: bool
    """whether they must be done by the end of the day"""


class _Choices:
    """Which steps to try next on one day."""

    def __init__(self, machine: Machine[Any], run: list[Step], needs: list[int], day: int) -> None:
        linked = {key for step in run for key in step.after}
        chains: dict[Hashable, _Chain] = {}
        subjects: dict[Hashable, list[_Chain]] = {}
        for i, step in enumerate(run):
            if step.earliest <= day <= step.latest:
                free = step.key in linked or bool(step.after)  # a link ties it to steps of any subject
                place = step.key if free else step[1:]
                chain = chains.get(place)
                if chain is None:
                    chain = chains[place] = _Chain([], [], [], step.latest == day)
                    subjects.setdefault(None if free else machine.subject(step), []).append(chain)
                chain.bits.append(1 << i)
                chain.needs.append(needs[i])
                chain.steps.append(step)
        self._everything = subjects.pop(None, [])
        self._subjects = list(subjects.values())
        self._most = 0
        """nodes that are searched; 0 where few enough steps are open to search all"""
        self._check()

    def _check(self) -> None:
        """Raise TooManyOpenStepsError where more steps of one subject are open than will be ordered."""
        here = _mask(bit.bit_length() - 1 for chain in self._all() for bit in chain.bits)
        most = max((self._heads(chains, here) for chains in self._subjects), default=0)
        if self._heads(self._everything, here) + most > MOST_OPEN_STEPS:
            raise TooManyOpenStepsError(self._steps())
        self._most = max(MOST_NODES, 2 * len(self._steps())) if self._heads(self._all(), here) > MOST_OPEN_STEPS else 0

    @staticmethod
    def _heads(chains: list[_Chain], here: int) -> int:
        return sum(not chain.needs[0] & here for chain in chains)

    def _all(self) -> list[_Chain]:
        return [*self._everything, *(chain for chains in self._subjects for chain in chains)]

    def _steps(self) -> list[Step]:
        return [step for chain in self._all() for step in chain.steps]

    def count(self, nodes: int) -> None:
        """Raise TooManyOpenStepsError where the search has become too wide."""
        if self._most and nodes > self._most:
            raise TooManyOpenStepsError(self._steps())

    def at(self, mask: int) -> list[tuple[int, Step]]:
        """The steps to try where those of `mask` are done, each with its bit."""
        first = [(chain, number) for chain in self._everything if (number := _undone(chain, mask)) >= 0]
        if first:
            others = [
                (chain, number)
                for chains in self._subjects
                for chain in chains
                if (number := _undone(chain, mask)) >= 0
            ]
            return [one for pair in (*first, *others) if (one := _candidate(pair, mask))]
        waiting: list[tuple[_Chain, int]] = []
        for chains in self._subjects:
            undone = [(chain, number) for chain in chains if (number := _undone(chain, mask)) >= 0]
            if any(chain.due for chain, _ in undone):
                return [one for pair in undone if (one := _candidate(pair, mask))]
            waiting += undone
        return [one for pair in waiting if (one := _candidate(pair, mask))]


def _undone(chain: _Chain, mask: int) -> int:
    """The place of the first step of a chain that is not done; -1 where all are. Those that are done come first."""
    bits = chain.bits
    if not mask & bits[0]:
        return 0
    if mask & bits[-1]:
        return -1
    low, high = 0, len(bits) - 1  # done, undone
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if mask & bits[middle] else (low, middle)
    return high


def _candidate(one: tuple[_Chain, int], mask: int) -> tuple[int, Step] | None:
    """The step of a chain that comes next, where what it needs is done."""
    chain, number = one
    need = chain.needs[number]
    return (chain.bits[number], chain.steps[number]) if mask & need == need else None


def _stopped(run: list[Step], edges: dict[Node, list[Node]], due: int, day: int) -> NoWorldError:
    mask, state = max(edges, key=lambda node: (node[0] & due).bit_count())
    undone = [step for i, step in enumerate(run) if due >> i & 1 and not mask >> i & 1]
    return NoWorldError(undone[0], state, day)


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
