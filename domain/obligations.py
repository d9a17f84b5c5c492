"""How far is each obligor with what it undertook? The table of steps, and the state machine of a commitment.

Status is kept per obligor; the overall status follows from the policy stated when it was made. Obligors share worlds:
one vague "made" is made by all at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache, reduce
from typing import Any, Final, NamedTuple

from .entry import once
from .errors import (
    CommitmentClosed,
    ConditionIsMet,
    ImpossibleHistory,
    LapseBeforeDue,
    LapseNeedsDecision,
    MadeAlready,
    MaintenanceIsNeverFulfilled,
    NoCondition,
    NotAnObligor,
    NotYetMade,
)
from .intervals import Interval
from .machine import TERM_OVER, Table, day_after
from .orders import Ground
from .steps import Step
from .worlds import END, Standing

REGION: Final = "obligors"
"""The one region of a commitment: all obligors, and the overall status."""

OPEN: Final = ("proposed", "made", "stalled", "in-progress")
"""From the least advanced on."""
UNDERTAKEN: Final = OPEN[1:]
"""Open, and not only proposed: what can be overdue."""
CLOSED: Final = ("fulfilled", "partly-fulfilled", "lapsed", "withdrawn", "superseded", "discontinued", "left")
GONE: Final = ("withdrawn", "left")
"""Obligors that do not count any more."""
ADVANCED: Final = ("fulfilled", "partly-fulfilled", "in-progress", "stalled", "made", "proposed")

OBLIGOR: Final[Table] = {
    (None, "propose"): "proposed",
    **{(status, verb): "made" for status in (None, "proposed") for verb in ("make", "recognise")},
    **{(status, "progress"): "in-progress" for status in ("made", "in-progress", "stalled")},
    **{(status, "stall"): "stalled" for status in ("made", "in-progress")},
    ("stalled", "resume"): "in-progress",
    **{(status, "fulfil"): "fulfilled" for status in ("made", "in-progress", "stalled", "partly-fulfilled")},
    **{(status, "partly-fulfil"): "partly-fulfilled" for status in ("made", "in-progress", "stalled")},
    **{(status, "lapse"): "lapsed" for status in OPEN},
    **{(status, "withdraw"): "withdrawn" for status in OPEN},
    **{(status, "supersede"): "superseded" for status in OPEN},
    **{(status, "discontinue"): "discontinued" for status in OPEN},
    **{(status, "leave"): "left" for status in OPEN},
    **{(status, "join"): "made" for status in (None, "left", "withdrawn")},
    **{(status, "reopen"): "made" for status in CLOSED},
}


CONDITION: Final[Table] = {
    ("open", "meet-condition"): "met",
    ("failed", "meet-condition"): "met",
    ("open", "fail-condition"): "failed",
}
"""What the commitment depends on: a condition that failed may be met after all; one that was met is settled."""
DATED: Final = frozenset(("due", *(verb for (_, verb), to in OBLIGOR.items() if to in CLOSED)))
"""Steps by whose dates it is judged whether something was closed late."""
BEGINNING: Final = ("propose", "make", "recognise")
LATE: Final = "late"
CONDITIONAL: Final = "conditional"
CONDITION_FAILED: Final = "condition-failed"


Closing = tuple[str, int, int, str | None]
"""An obligor, the first and last day on which it may have closed what it undertook, and the due date that counts.

By dates of entries, not by the day of a world: so the order of steps within a day makes no difference, and a world
differs from another by nothing that is not shown.
"""


class State(NamedTuple):
    """All obligors of one commitment, and what they are judged by."""

    obligors: tuple[tuple[str, str], ...] = ()
    """(party, status), in the order of their codes: the order in which they came in says nothing"""
    kind: str = ""
    due: str | None = None
    policy: str = "all"
    lead: str | None = None
    disputed: tuple[str, ...] = ()
    term: str | None = None
    condition: str | None = None
    """of the table of conditions; None where none is stated"""
    members: tuple[tuple[str, str], ...] = ()
    """(group>member, status) of those who act for a group that is an obligor"""
    closed: tuple[Closing, ...] = ()
    """of obligors and members, when those closed it that are done with it"""
    begun: int = 0
    """the day on which it began at the earliest, where it was due before that"""
    belated: bool = False
    """whether its due date had certainly passed when it was set"""
    replaced: tuple[tuple[str | None, int], ...] = ()
    """due dates that were replaced, each with the last day on which that may have been"""


TIMING: Final = {"closed": (), "begun": 0, "belated": False, "replaced": ()}
"""The fields of a state by which it is told what was closed late, as they begin: no step depends on them."""


class Obligations:
    """The state machine of a commitment: every obligor's table, moved together."""

    start: State = State()
    many: bool = True
    settles: bool = False

    def __init__(self, region: str = REGION) -> None:
        self.region = region

    def move(self, state: State, step: Step, day: int) -> State | None:
        dates = (step.earliest, step.latest) if step.verb in DATED or _is_belated(state, step) else None
        return moved(state, step.verb, step.args, _is_late(state, day), dates)

    def cuts(self, state: State) -> tuple[int, ...]:
        return tuple(_past(date) for date in (state.due, state.term) if date)

    def show(self, state: State, day: int, settled: bool) -> Mapping[str, Standing]:
        return shown(state, _is_late(state, day), state.term is not None and day >= _past(state.term))

    def ground(self, step: Step) -> Ground | None:
        return ground(step.verb, step.args)

    def named(self, step: Step) -> str:
        party = _named(step.verb, step.args)
        return f"obligor/{party}" if party and step.verb not in ("dispute", "close-dispute") else "overall"

    def why(self, state: State, step: Step, day: int) -> tuple[type[ImpossibleHistory], str | None]:
        named = _named(step.verb, step.args)
        status = _statuses(state).get(named) if named else overall(state) if state.obligors else None
        found = refusal(state, step.verb, step.args, _is_late(state, day))
        return found or ImpossibleHistory, status


# Commitments are alike: most moves and most standings were worked out before.


@lru_cache(maxsize=1 << 16)
def moved(
    state: State, verb: str, args: tuple[Any, ...], late: bool, dates: tuple[int, int] | None = None
) -> State | None:
    """Where a step leads; None where it is unlawful. `late`: past the due date; `dates`: those of the entry."""
    if refusal(state, verb, args, late) is not None:
        return None
    match verb:
        case "propose" | "make" | "recognise":
            named, kind, due, policy, lead, *terms = args
            made = state._replace(kind=kind, due=due or state.due, policy=policy, lead=lead)
            if dates is not None:
                made = made._replace(begun=dates[0], belated=True)
            return _on_terms(made._replace(obligors=_set(state.obligors, named, verb)), terms)
        case "due":
            return _with_due(state, args[0], dates or (0, 0))
        case "amend":
            return _on_terms(state._replace(kind=args[0] or state.kind), args[1:])
        case "meet-condition" | "fail-condition":
            return state._replace(condition=CONDITION[state.condition, verb])
        case "dispute":
            return state._replace(disputed=tuple(sorted({*state.disputed, args[0]})))
        case "close-dispute":
            return state._replace(disputed=tuple(by for by in state.disputed if by != args[0]))
        case _ if (member := _member(args)) is not None:
            status = dict(state.members)
            status[member] = OBLIGOR[_of_member(state, member), verb]
            after = state._replace(members=tuple(sorted(status.items())))
            return _with_closings(state, after, (member,), _judged(state, verb, args, dates))
        case _:
            concerned = _concerned(state, verb, args)
            after = state._replace(obligors=_set(state.obligors, concerned, verb))
            return _with_closings(state, after, concerned, _judged(state, verb, args, dates))


def _on_terms(state: State, terms: Sequence[Any]) -> State:
    """With the term and the condition that a fact states; what it leaves out stays."""
    if not terms:
        return state
    term, conditional = terms
    return state._replace(term=term or state.term, condition="open" if conditional else state.condition)


def _is_belated(state: State, step: Step) -> bool:
    """Whether a step brings the commitment about when its due date has certainly passed."""
    due = (step.args[2] or state.due) if step.verb in BEGINNING else None
    return due is not None and step.earliest >= _past(due)


def _with_due(state: State, due: str, dates: tuple[int, int]) -> State:
    """With a new due date. What was closed for certain before it was set is judged by the one before.

    Where the dates leave open which came first, late is what is late by both: so it makes no difference in which order
    a world has them, and a date that many are judged by sets no two of them against each other.
    """
    replaced = once((*state.replaced, (state.due, dates[1])))
    if max(dates[0], state.begun) >= _past(due):  # it had passed already: whoever closes it after that is late as well
        return state._replace(due=due, belated=True, replaced=replaced)
    closed = tuple(
        one if one[2] < dates[0] or one[1:] == LAPSED else (*one[:3], _later(one[3], due)) for one in state.closed
    )
    return state._replace(due=due, closed=closed, belated=False, replaced=replaced)


Judged = tuple[int, int, str | None]
"""From when to when something may have been closed, and the due date that counts."""


def _with_closings(before: State, after: State, parties: tuple[str, ...], judged: Judged | None) -> State:
    """With when these closed it, of what was undertaken; whoever takes it up again is not done with it."""
    was, now = _statuses(before), _statuses(after)
    kept = [one for one in before.closed if one[0] not in parties]
    if judged is not None:
        closing = (one for one in parties if now[one] in CLOSED and was.get(one, "made") != "proposed")
        kept += [(party, *judged) for party in closing]
    return after._replace(closed=tuple(sorted(kept, key=_party_of)))


LAPSED: Final = (END, END, "")
"""Of what lapsed when it was due: nothing lapses before, so it is late whatever its dates leave open."""


def _judged(state: State, verb: str, args: tuple[Any, ...], dates: tuple[int, int] | None) -> Judged | None:
    """By what it is judged whether a step closes it late."""
    if dates is None:
        return None
    first, last = (max(one, state.begun) for one in dates)
    counts = state.due
    open_still = [due for due, until in state.replaced if until >= first]
    if open_still:
        counts = reduce(_later, open_still if state.belated else [*open_still, state.due])
    if verb == "lapse" and state.due is not None and (counts is not None or args[1] is None):
        return LAPSED
    if state.belated and not open_still and counts is not None:
        return max(first, _past(counts)), max(last, _past(counts)), counts
    return first, last, counts


def _later(date: str | None, other: str | None) -> str | None:
    """The later of two due dates; none leaves all the time there is."""
    return None if date is None or other is None else max(date, other, key=_past)


def _party_of(closing: Closing) -> str:
    return closing[0]


def _is_late_by(closing: Closing) -> bool:
    """Whether it was certainly closed after the date that counts."""
    _, *dates, due = closing
    return (*dates, due) == LAPSED or (due is not None and dates[0] >= _past(due))


@lru_cache(maxsize=1 << 16)
def shown(state: State, late: bool, over: bool = False) -> Mapping[str, Standing]:
    """What every part shows; `late`: on a day past the due date, `over`: past the term."""
    if not state.obligors:
        return {}
    detail = (("due", state.due),) if state.due else ()
    whole = overall(state)
    closed_late = {_party_of(one) for one in state.closed if _is_late_by(one)}
    flags = (
        *((CONDITION_FAILED,) if state.condition == "failed" else ()),
        *((CONDITIONAL,) if state.condition == "open" and whole in OPEN else ()),
        *(("disputed",) if state.disputed else ()),
        *((LATE,) if _closed_late(state, whole, closed_late) else ()),
        *(("overdue",) if late and whole in UNDERTAKEN else ()),
        *((TERM_OVER,) if over and whole in OPEN else ()),
    )
    parts = {}
    for party, status, judged in _each(state):
        timed = LATE if judged in closed_late else "overdue" if late and status in UNDERTAKEN else None
        parts[f"obligor/{party}"] = Standing(status, (), (timed,) if timed else (), detail)
    of_all = (*detail, ("term", state.term)) if state.term else detail
    return {"overall": Standing(whole, (), flags, of_all), **parts}


def _each(state: State) -> Iterator[tuple[str, str, str]]:
    """Yield (party, status, by whose closing it is judged whether that was late), of obligors and of members.

    What a member does for a group is done with once the group is: its open part is closed as the group's was.
    """
    for party, status in state.obligors:
        yield party, status, party
    groups = dict(state.obligors)
    for member, status in state.members:
        group = _group(member)
        follows = status in OPEN and groups[group] in CLOSED
        yield (member, groups[group], group) if follows else (member, status, member)


def _closed_late(state: State, whole: str, late: AbstractSet[str]) -> bool:
    """Whether those whose status decides the whole closed it late."""
    if whole not in CLOSED:
        return False
    status = dict(state.obligors)
    if state.policy == "lead" and state.lead is not None and status[state.lead] not in GONE:
        return state.lead in late
    counting = [party for party, word in status.items() if word not in GONE]
    if not counting:  # all of them went: the whole was given up when the last one did
        return any(party in late for party in status)
    if state.policy == "any":
        return all(party in late for party in counting if status[party] == whole)
    return any(party in late for party in counting)


STAYING: Final = ("progress", "stall", "resume")
"""Lawful of what is open, and it stays so."""
OPENING: Final = ("join", "reopen")
TERMS: Final = "terms"
"""What holds of all obligors alike; it is stated only while one of them is open."""


@lru_cache(maxsize=1 << 12)
def ground(verb: str, args: tuple[Any, ...]) -> Ground | None:
    """What a step minds and stirs; None for one that concerns all obligors, or brings the commitment about.

    What one obligor does moves its own status alone, by that status; a claim is its party's own. Terms are stated
    while one obligor is open: they can be pulled ahead of what closes another, but not the other way round.
    """
    match verb:
        case "dispute" | "close-dispute":
            return _ground(f"claim/{args[0]}")
        case "meet-condition" | "fail-condition":
            return None
        case "due":
            return _ground(TERMS, stirs=("due",), minds=("due", "lapse", *OPENING), itself=False)
        case "amend" if len(args) > 1:
            return None
        case "amend":
            kind = ("kind",) if args[0] else ()
            # Of the kinds, maintenance alone forbids anything.
            barred = ("fulfil", "partly-fulfil") if args[0] == "maintenance" else ()
            return _ground(TERMS, stirs=kind, minds=(*kind, *barred, *OPENING), itself=False)
        case _ if (member := _member(args)) is not None:
            # A member's part begins where its group's stands, so it stays behind whatever that does.
            return _ground(f"obligor/{member}", stirs=(verb,), minds=(TERMS, f"obligor/{_group(member)}"))
        case _ if (named := _named(verb, args)) is not None:
            return _ground(f"obligor/{named}", stirs=(verb,), minds=() if verb in (*STAYING, *OPENING) else (TERMS,))
        case _:
            return None


def _ground(of: str, *, stirs: tuple[str, ...] = (), minds: tuple[str, ...] = (), itself: bool = True) -> Ground:
    return Ground(of, frozenset((of, *stirs)), frozenset((*((of,) if itself else ()), *minds)))


def refusal(state: State, verb: str, args: tuple[Any, ...], late: bool) -> type[ImpossibleHistory] | None:
    """Which rule forbids a step; None where none does."""
    status = dict(state.obligors)
    if verb in BEGINNING:
        lawful = all((status.get(party), verb) in OBLIGOR for party in args[0])
        return None if lawful else MadeAlready
    if not status:
        return NotYetMade
    match verb:
        case "due" | "amend":
            return None if any(word in OPEN for word in status.values()) else CommitmentClosed
        case "dispute":
            return None
        case "close-dispute":
            return None if args[0] in state.disputed else ImpossibleHistory
        case "meet-condition" | "fail-condition":
            if (state.condition, verb) in CONDITION:
                return None
            return ConditionIsMet if state.condition == "met" else NoCondition
        case _:
            return _obligor_refusal(state, verb, args, late, status)


def _obligor_refusal(
    state: State, verb: str, args: tuple[Any, ...], late: bool, status: Mapping[str, str]
) -> type[ImpossibleHistory] | None:
    if (member := _member(args)) is not None:
        return _member_refusal(state, verb, member)
    named = _named(verb, args)
    if named and named not in status and verb != "join":
        return NotAnObligor
    if verb in ("fulfil", "partly-fulfil") and state.kind == "maintenance":
        return MaintenanceIsNeverFulfilled
    if verb == "lapse" and state.due is None and args[1] is None:
        return LapseNeedsDecision
    if not _concerned(state, verb, args):
        word = status.get(named) if named else None
        closed = word in CLOSED or (named is None and all(s in CLOSED for s in status.values()))
        return CommitmentClosed if closed else NotYetMade if word == "proposed" else ImpossibleHistory
    if verb == "lapse" and state.due is not None and not late:
        return LapseBeforeDue
    return None


def _member_refusal(state: State, verb: str, member: str) -> type[ImpossibleHistory] | None:
    if _group(member) not in dict(state.obligors):
        return NotAnObligor
    if verb in ("fulfil", "partly-fulfil") and state.kind == "maintenance":
        return MaintenanceIsNeverFulfilled
    status = _of_member(state, member)
    if (status, verb) in OBLIGOR:
        return None
    return CommitmentClosed if status in CLOSED else NotYetMade if status == "proposed" else ImpossibleHistory


def _of_member(state: State, member: str) -> str:
    """The status of a member that acts for a group: its own, or as it begins where the group undertook it."""
    begins = "proposed" if dict(state.obligors)[_group(member)] == "proposed" else "made"
    return dict(state.members).get(member, begins)


def _member(args: tuple[Any, ...]) -> str | None:
    """Who acts for a group, as org:PIF>KI; None where the step is an obligor's own."""
    return args[0] if args and isinstance(args[0], str) and ">" in args[0] else None


def _group(member: str) -> str:
    return member.partition(">")[0]


def _named(verb: str, args: tuple[Any, ...]) -> str | None:
    """The one obligor, or member of one, that a step concerns, where it names one."""
    if verb in ("due", "amend", "meet-condition", "fail-condition"):
        return None
    return args[0] if args and isinstance(args[0], str) else None


def _statuses(state: State) -> dict[str, str]:
    """The status of every obligor, and of every member that acts for one."""
    return dict((*state.obligors, *state.members))


def _concerned(state: State, verb: str, args: tuple[Any, ...]) -> tuple[str, ...]:
    """Whom the step moves: the obligor it names, or all whom it can move."""
    named = args[0]
    parties = (named,) if named else tuple(party for party, _ in state.obligors)
    status = dict(state.obligors)
    return tuple(party for party in parties if (status.get(party), verb) in OBLIGOR)


def _set(obligors: tuple[tuple[str, str], ...], parties: tuple[str, ...], verb: str) -> tuple[tuple[str, str], ...]:
    status: dict[str, str] = dict(obligors)
    for party in once(parties):
        status[party] = OBLIGOR[status.get(party), verb]
    return tuple(sorted(status.items()))


def _is_late(state: State, day: int) -> bool:
    return state.due is not None and day >= _past(state.due)


@lru_cache(maxsize=1 << 16)
def _past(date: str) -> int:
    """The first day after a date or an interval."""
    latest = Interval.parse(date).latest
    return END if latest is None else day_after(latest)


def overall(state: State) -> str:
    """The status of the whole, by the policy stated when it was made."""
    status = dict(state.obligors)
    if state.policy == "lead" and state.lead is not None and status[state.lead] not in GONE:
        return status[state.lead]
    counting = [word for word in status.values() if word not in GONE]
    if not counting:
        return "withdrawn"
    if state.policy == "any":
        return next((word for word in ADVANCED if word in counting), _alike(counting))
    still_open = [word for word in OPEN if word in counting]
    return still_open[0] if still_open else _alike(counting)


def _alike(closed: list[str]) -> str:
    if len(set(closed)) == 1:
        return closed[0]
    return "partly-fulfilled" if {"fulfilled", "partly-fulfilled"} & set(closed) else "discontinued"
