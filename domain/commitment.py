"""What did someone undertake, and how far is each obligor with it?

Facts first, then what is known of a commitment, then the table of steps. Status is kept per obligor; the
overall status follows from the policy stated when it was made. Obligors share worlds: one vague "made" is
made by all at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Self

from pydantic import Field

from .aggregate import Aggregate, merged
from .dates import When
from .entry import Citation, Fact, Move, Party, Stream, Text, once
from .errors import (
    CommitmentClosed,
    FulfilmentNeedsEvidence,
    ImpossibleHistory,
    InvalidFact,
    LapseBeforeDue,
    LapseNeedsDecision,
    MaintenanceIsNeverFulfilled,
    NotAnObligor,
    NotYetMade,
    SupersededByItself,
)
from .machine import Table, day_after, span
from .orders import Ground
from .steps import Step
from .worlds import Standing

REGION: Final = "obligors"
"""The one region of a commitment: all obligors, and the overall status."""

Kind = Literal["achievement", "maintenance", "exploratory", "event", "financial"]
Policy = Literal["all", "any", "lead"]
Obligors = Annotated[tuple[Party, ...], Field(min_length=1)]

# --- facts -----------------------------------------------------------------------------------------------


class Undertaking(Fact):
    """What the facts that bring a commitment about have in common."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "text", "kind": "kind"}

    obligors: Obligors
    """who undertook it"""
    kind: Kind
    """achievement, maintenance (continue to), exploratory (agreed to explore), event or financial"""
    text: Text
    """what was undertaken, in your own words"""
    obligees: tuple[Party, ...] = ()
    """to whom it is owed"""
    beneficiaries: tuple[Party, ...] = ()
    """whom it is to benefit"""
    due: When | None = None
    """by when (EDTF)"""
    measure: Text | None = None
    """how its fulfilment will be recognised"""
    condition: Text | None = None
    """on what it depends"""
    binding: Literal["legal", "political"] | None = None
    """whether it is legally or politically binding"""
    policy: Policy = "all"
    """whose status decides the overall one: all obligors', any of them, or the lead's"""
    lead: Party | None = None
    """the obligor whose status counts under the policy lead"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, self.VERB, (self.obligors, self.kind, self.due and self.due.text, self.policy, self.lead))

    def check(self, stream: str) -> None:
        if (self.policy == "lead") != (self.lead is not None):
            raise InvalidFact(["lead: given exactly when the policy is 'lead'"], "name the lead, or leave both out")
        if self.lead is not None and self.lead not in self.obligors:
            raise InvalidFact([f"lead: {self.lead} is not among the obligors"], "the lead is one of the obligors")


class CommitmentProposed(Undertaking, type="commitment.proposed/1", verb="propose"):
    """An undertaking was proposed; nobody is committed yet."""


class CommitmentMade(Undertaking, type="commitment.made/1", verb="make"):
    """Parties undertook something."""


class CommitmentRecognised(Undertaking, type="commitment.recognised/1", verb="recognise"):
    """An undertaking was reaffirmed in our source; when it was first made is unknown (occurred: ../DATE)."""


class CommitmentReaffirmed(Fact, type="commitment.reaffirmed/1", verb="reaffirm"):
    """Parties reaffirmed it."""

    by: Obligors
    """who reaffirmed it"""
    wording_changed: bool = False
    """whether the words differ from those it was made in"""
    text: Text | None = None
    """the new wording, in your own words"""


class ObligorJoined(Fact, type="commitment.obligor-joined/1", verb="join"):
    """Another party took on the undertaking."""

    obligor: Party
    """who joined"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "join", (self.obligor,))


class ObligorLeft(Fact, type="commitment.obligor-left/1", verb="leave"):
    """A party ceased to be an obligor, by agreement."""

    obligor: Party
    """who left"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "leave", (self.obligor,))


class _Due(Fact):
    due: When
    """the new due date (EDTF)"""
    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "due", (self.due.text,))


class DueDateSet(_Due, type="commitment.due-date-set/1", verb="set-due"):
    """A due date was given or changed."""


class DueDateExtended(_Due, type="commitment.due-date-extended/1", verb="extend"):
    """The obligors were given more time."""


class CommitmentAmended(Fact, type="commitment.amended/1", verb="amend"):
    """What was undertaken was changed by agreement."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "text", "kind": "kind"}

    text: Text
    """what is undertaken from now on, in your own words"""
    kind: Kind | None = None
    """the new kind, where it changed"""
    measure: Text | None = None
    """the new measure, where it changed"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "amend", (self.kind,))


class CommitmentSplit(Fact, type="commitment.split/1", verb="split"):
    """It was divided into several commitments, which take its place."""

    into: Annotated[tuple[Stream, ...], Field(min_length=2)]
    """the commitments that take its place"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "supersede", (None,))

    def check(self, stream: str) -> None:
        if stream in self.into:
            raise SupersededByItself(stream)


class CommitmentMerged(Fact, type="commitment.merged/1", verb="merge"):
    """It was merged into another commitment."""

    into: Stream
    """the commitment that takes its place"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "supersede", (None,))

    def check(self, stream: str) -> None:
        if stream == self.into:
            raise SupersededByItself(stream)


class ProgressReported(Fact, type="commitment.progress-reported/1", verb="progress"):
    """Something was done towards it. Completion may fall."""

    obligor: Party
    """whose progress"""
    completion: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    """how far, in per cent"""
    evidence: Citation | None = None
    """what shows it"""
    self_reported: bool = False
    """whether the obligor itself reported it"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "progress", (self.obligor,))


class ComplianceAssessed(Fact, type="commitment.compliance-assessed/1", verb="assess"):
    """Somebody judged how an obligor keeps it."""

    obligor: Party
    """who was assessed"""
    assessor: Party
    """who judged"""
    scheme: Text
    """by which scheme"""
    score: Text
    """the verdict in the scheme's own words"""
    period: When | None = None
    """the time that was judged (EDTF)"""


class _OfObligor(Fact):
    obligor: Party | None = None
    """which obligor; all of them if left out"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, self.VERB, (self.obligor,))


class CommitmentStalled(_OfObligor, type="commitment.stalled/1", verb="stall"):
    """Work towards it came to a halt."""

    reason: Text | None = None
    """why"""


class CommitmentResumed(_OfObligor, type="commitment.resumed/1", verb="resume"):
    """Work towards it resumed."""


class _Done(Fact):
    NEEDS: ClassVar[dict[str, type[Exception]]] = {"evidence": FulfilmentNeedsEvidence}

    obligor: Party
    """which obligor"""
    evidence: Citation
    """what shows it"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, self.VERB, (self.obligor,))


class CommitmentFulfilled(_Done, type="commitment.fulfilled/1", verb="fulfil"):
    """An obligor did what it undertook."""


class CommitmentPartlyFulfilled(_Done, type="commitment.partly-fulfilled/1", verb="partly-fulfil"):
    """An obligor did part of what it undertook, and the matter is closed."""


class CommitmentLapsed(_OfObligor, type="commitment.lapsed/1", verb="lapse"):
    """It lapsed unfulfilled."""

    decided_by: Party | None = None
    """who decided; needed where there is no due date"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "lapse", (self.obligor, self.decided_by))


class CommitmentWithdrawn(Fact, type="commitment.withdrawn/1", verb="withdraw"):
    """An obligor withdrew from it: a true change in the world, not a correction of the record."""

    by: Party
    """which obligor"""
    notice: When | None = None
    """when notice was given (EDTF)"""
    effective: When | None = None
    """when it took or takes effect (EDTF); known in advance"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "withdraw", (self.by,), self.effective, self.effective is not None)


class CommitmentSuperseded(Fact, type="commitment.superseded/1", verb="supersede"):
    """Another commitment took its place."""

    by_commitment: Stream
    """the commitment that took its place"""
    scope: Literal["whole", "part"] = "whole"
    """whole; or part: the rest stays in force, and its status stays"""

    def moves(self) -> Iterator[Move]:
        if self.scope == "whole":
            yield Move(REGION, "supersede", (None,))

    def check(self, stream: str) -> None:
        if stream == self.by_commitment:
            raise SupersededByItself(stream)


class CommitmentDiscontinued(_OfObligor, type="commitment.discontinued/1", verb="discontinue"):
    """An ongoing commitment was ended."""

    reason: Text | None = None
    """why"""


class CommitmentReopened(_OfObligor, type="commitment.reopened/1", verb="reopen"):
    """A closed commitment was taken up again."""

    reason: Text | None = None
    """why"""


class CommitmentDisputed(Fact, type="commitment.disputed/1", verb="dispute"):
    """A party contests what was undertaken, or whether it is kept."""

    by: Party
    """who contests it"""
    claim: Text
    """what is claimed"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "dispute", (self.by,))


class DisputeClosed(Fact, type="commitment.dispute-closed/1", verb="close-dispute"):
    """A dispute over it came to an end."""

    by: Party
    """whose claim it was"""
    claim: Text | None = None
    """how it ended"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "close-dispute", (self.by,))


# --- what is known ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Commitment(Aggregate):
    """What someone undertook."""

    kind: str | None = None
    text: str | None = None
    obligees: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    due: When | None = None
    measure: str | None = None
    condition: str | None = None
    binding: str | None = None
    policy: str = "all"
    lead: str | None = None

    def evolve(self, fact: Fact) -> Self:
        known = super().evolve(fact)
        match fact:
            case Undertaking():
                return known.but(
                    title=fact.text, parties=merged(self.parties, fact.obligors), kind=fact.kind, text=fact.text,
                    obligees=fact.obligees, beneficiaries=fact.beneficiaries, due=fact.due, measure=fact.measure,
                    condition=fact.condition, binding=fact.binding, policy=fact.policy, lead=fact.lead,
                )  # fmt: skip
            case CommitmentAmended():
                return known.but(title=fact.text, text=fact.text, kind=fact.kind, measure=fact.measure)
            case _Due():
                return known.but(due=fact.due)
            case ObligorJoined():
                return known.but(parties=merged(self.parties, (fact.obligor,)))
            case _:
                return known


# --- what may follow what --------------------------------------------------------------------------------

OPEN: Final = ("proposed", "made", "stalled", "in-progress")
"""From the least advanced on."""
CLOSED: Final = ("fulfilled", "partly-fulfilled", "lapsed", "withdrawn", "superseded", "discontinued", "left")
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


class State(NamedTuple):
    """All obligors of one commitment, and what they are judged by."""

    obligors: tuple[tuple[str, str], ...] = ()
    """(party, status), in the order of their codes: the order in which they came in says nothing"""
    kind: str = ""
    due: str | None = None
    policy: str = "all"
    lead: str | None = None
    disputed: tuple[str, ...] = ()


class Obligations:
    """The state machine of a commitment: every obligor's table, moved together."""

    start: State = State()
    many: bool = True
    settles: bool = False

    def __init__(self, region: str = REGION) -> None:
        self.region = region

    def move(self, state: State, step: Step, day: int) -> State | None:
        return moved(state, step.verb, step.args, _is_late(state, day))

    def cuts(self, state: State) -> tuple[int, ...]:
        return (_overdue_from(state.due),) if state.due else ()

    def show(self, state: State, day: int, settled: bool) -> Mapping[str, Standing]:
        return shown(state, _is_late(state, day))

    def ground(self, step: Step) -> Ground | None:
        return ground(step.verb, step.args)

    def named(self, step: Step) -> str:
        party = _named(step.verb, step.args)
        return f"obligor/{party}" if party and step.verb not in ("dispute", "close-dispute") else "overall"

    def why(self, state: State, step: Step, day: int) -> tuple[type[ImpossibleHistory], str | None]:
        named = _named(step.verb, step.args)
        status = dict(state.obligors).get(named) if named else overall(state) if state.obligors else None
        found = refusal(state, step.verb, step.args, _is_late(state, day))
        return found or ImpossibleHistory, status


# Commitments are alike: most moves and most standings were worked out before.


@lru_cache(maxsize=1 << 16)
def moved(state: State, verb: str, args: tuple[Any, ...], late: bool) -> State | None:
    """Where a step leads; None where it is unlawful. `late`: on a day past the due date."""
    if refusal(state, verb, args, late) is not None:
        return None
    match verb:
        case "propose" | "make" | "recognise":
            named, kind, due, policy, lead = args
            return State(_set(state.obligors, named, verb), kind, due or state.due, policy, lead, state.disputed)
        case "due":
            return state._replace(due=args[0])
        case "amend":
            return state._replace(kind=args[0] or state.kind)
        case "dispute":
            return state._replace(disputed=tuple(sorted({*state.disputed, args[0]})))
        case "close-dispute":
            return state._replace(disputed=tuple(by for by in state.disputed if by != args[0]))
        case _:
            return state._replace(obligors=_set(state.obligors, _concerned(state, verb, args), verb))


@lru_cache(maxsize=1 << 16)
def shown(state: State, late: bool) -> Mapping[str, Standing]:
    """What every part shows; `late`: on a day past the due date."""
    if not state.obligors:
        return {}
    detail = (("due", state.due),) if state.due else ()
    whole = overall(state)
    flags = (
        *(("disputed",) if state.disputed else ()),
        *(("overdue",) if late and whole in OPEN else ()),
    )
    parts = {
        f"obligor/{party}": Standing(status, (), ("overdue",) if late and status in OPEN else (), detail)
        for party, status in state.obligors
    }
    return {"overall": Standing(whole, (), flags, detail), **parts}


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
        case "due":
            return _ground(TERMS, stirs=("due",), minds=("due", "lapse", *OPENING), itself=False)
        case "amend":
            kind = ("kind",) if args[0] else ()
            # Of the kinds, maintenance alone forbids anything.
            barred = ("fulfil", "partly-fulfil") if args[0] == "maintenance" else ()
            return _ground(TERMS, stirs=kind, minds=(*kind, *barred, *OPENING), itself=False)
        case _ if (named := _named(verb, args)) is not None:
            return _ground(f"obligor/{named}", stirs=(verb,), minds=() if verb in (*STAYING, *OPENING) else (TERMS,))
        case _:
            return None


def _ground(of: str, *, stirs: tuple[str, ...] = (), minds: tuple[str, ...] = (), itself: bool = True) -> Ground:
    return Ground(of, frozenset((of, *stirs)), frozenset((*((of,) if itself else ()), *minds)))


def refusal(state: State, verb: str, args: tuple[Any, ...], late: bool) -> type[ImpossibleHistory] | None:
    """Which rule forbids a step; None where none does."""
    status = dict(state.obligors)
    if verb in ("propose", "make", "recognise"):
        lawful = all((status.get(party), verb) in OBLIGOR for party in args[0])
        return None if lawful else ImpossibleHistory
    if not status:
        return NotYetMade
    match verb:
        case "due" | "amend":
            return None if any(word in OPEN for word in status.values()) else CommitmentClosed
        case "dispute":
            return None
        case "close-dispute":
            return None if args[0] in state.disputed else ImpossibleHistory
        case _:
            return _obligor_refusal(state, verb, args, late, status)


def _obligor_refusal(
    state: State, verb: str, args: tuple[Any, ...], late: bool, status: Mapping[str, str]
) -> type[ImpossibleHistory] | None:
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


def _named(verb: str, args: tuple[Any, ...]) -> str | None:
    """The one obligor that a step concerns, where it names one."""
    return args[0] if args and isinstance(args[0], str) and verb not in ("due", "amend") else None


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
    return state.due is not None and day >= _overdue_from(state.due)


@lru_cache(maxsize=1 << 16)
def _overdue_from(due: str) -> int:
    return day_after(span(When.parse(due))[1])


def overall(state: State) -> str:
    """The status of the whole, by the policy stated when it was made."""
    status = dict(state.obligors)
    if state.policy == "lead" and state.lead is not None:
        return status[state.lead]
    counting = [word for word in status.values() if word not in ("withdrawn", "left")]
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


MACHINES: Final = {REGION: Obligations}
AGGREGATE: Final = Commitment
