"""What did someone undertake? The facts first, then what is known of a commitment.

How far each obligor is with it, and what may follow what, is in `obligations`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, Field

from .aggregate import Aggregate, merged
from .amounts import Amount, Share
from .dates import When
from .entry import Citation, Fact, Move, Party, Reference, Stream, Text, later_words
from .errors import (
    FulfilmentNeedsEvidence,
    InvalidFact,
    SupersededByItself,
)
from .intervals import Interval, leniently
from .obligations import REGION, Obligations

Kind = Literal["achievement", "maintenance", "exploratory", "event", "financial"]
Policy = Literal["all", "any", "lead"]
Strength = Literal["undertaken", "intended", "considered"]
Obligors = Annotated[tuple[Party, ...], Field(min_length=1)]

# --- facts -----------------------------------------------------------------------------------------------


class Undertaking(Fact):
    """What the facts that bring a commitment about have in common."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "text", "kind": "kind", "amount": "amount", "part-of": "part_of"}
    FOUNDS: ClassVar[bool] = True
    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = dict.fromkeys(
        ("partners", "strength", "amount", "shares", "term", "place", "part_of", "due_at"), 2
    )

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
    partners: tuple[Party, ...] = ()
    """with whom it is to be done; they undertook nothing"""
    strength: Strength = "undertaken"
    """how firmly: undertaken, intended or considered"""
    amount: Amount | None = None
    """how much money: value; currency; exactly, about, up-to or at-least; total or year; over which span"""
    shares: tuple[Share, ...] = ()
    """what each obligor is to bear of it: obligor; value"""
    term: Interval | None = None
    """from when to when it runs (EDTF interval: 2026/2029)"""
    place: Text | None = None
    """where it is to be done"""
    part_of: Stream | None = None
    """the larger commitment that it is a part of"""
    due_at: Reference | None = None
    """the meeting by which it is due, as dialogue:ID/meeting/ID; dialogue:ID means its next session"""

    def moves(self) -> Iterator[Move]:
        due = self.due and self.due.text
        terms = _terms(self.term, self.condition)
        yield Move(REGION, self.VERB, (self.obligors, self.kind, due, self.policy, self.lead, *terms))

    def check(self, stream: str) -> None:
        _check_sums(stream, self.amount, self.shares, self.part_of)
        if strange := [one.obligor for one in self.shares if one.obligor not in self.obligors]:
            raise InvalidFact(
                [f"shares: {one} is not among the obligors" for one in strange], "a share is an obligor's"
            )
        if (self.policy == "lead") != (self.lead is not None):
            raise InvalidFact(["lead: given exactly when the policy is 'lead'"], "name the lead, or leave both out")
        if self.lead is not None and self.lead not in self.obligors:
            raise InvalidFact([f"lead: {self.lead} is not among the obligors"], "the lead is one of the obligors")


def _terms(term: Interval | None, condition: str | None) -> tuple[Any, ...]:
    """What of a fact decides how long it runs, and whether it depends on something; nothing where it says neither."""
    return (term and term.text, condition is not None) if term or condition else ()


def _check_sums(stream: str, amount: Amount | None, shares: tuple[Share, ...], part_of: str | None) -> None:
    if shares and amount is None:
        raise InvalidFact(["shares: there is no amount to share"], "give the amount, or leave the shares out")
    is_most = amount is not None and amount.bound in ("exactly", "up-to")
    if amount is not None and is_most and sum(Decimal(one.value) for one in shares) > Decimal(amount.value):
        raise InvalidFact(["shares: together they are more than the amount"], "correct the amount, or a share")
    if len({one.obligor for one in shares}) < len(shares):
        raise InvalidFact(["shares: an obligor has two shares"], "give each obligor one")
    if part_of == stream:
        raise InvalidFact([f"part_of: {stream} is no part of itself"], "name the larger commitment")


class CommitmentProposed(Undertaking, type="commitment.proposed/2", verb="propose"):
    """An undertaking was proposed; nobody is committed yet."""


class CommitmentMade(Undertaking, type="commitment.made/2", verb="make"):
    """Parties undertook something."""


class CommitmentRecognised(Undertaking, type="commitment.recognised/2", verb="recognise"):
    """A source reaffirms an undertaking of which it is not known when it was first made (--on ../DATE)."""


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


class CommitmentAmended(Fact, type="commitment.amended/2", verb="amend"):
    """What was undertaken was changed by agreement."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "text", "kind": "kind", "amount": "amount"}
    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = dict.fromkeys(
        ("strength", "amount", "shares", "term", "condition"), 2
    )

    text: Text
    """what is undertaken from now on, in your own words"""
    kind: Kind | None = None
    """the new kind, where it changed"""
    measure: Text | None = None
    """the new measure, where it changed"""
    strength: Strength | None = None
    """how firmly from now on: undertaken, intended or considered"""
    amount: Amount | None = None
    """the new amount: value; currency; exactly, about, up-to or at-least; total or year; over which span"""
    shares: tuple[Share, ...] = ()
    """the new shares: obligor; value"""
    term: Interval | None = None
    """the new term (EDTF interval)"""
    condition: Text | None = None
    """on what it depends from now on"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "amend", (self.kind, *_terms(self.term, self.condition)))

    def check(self, stream: str) -> None:
        _check_sums(stream, self.amount, self.shares, None)


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


class _ByMember(Fact):
    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = {"through": 2}

    through: Party | None = None
    """the group that undertook it, where a member of it acted for the group"""

    def concerns(self, obligor: str | None) -> tuple[Any, ...]:
        """Whose status the step changes: an obligor's, or, as org:PIF>KI, that of a member of the group that is one."""
        return (obligor if self.through is None else f"{self.through}>{obligor}",)

    def check(self, stream: str) -> None:
        obligor = getattr(self, "obligor", None)
        if self.through is not None and obligor in (None, self.through):
            raise InvalidFact(["through: no member is named"], "give the member as obligor, and its group as through")


class ProgressReported(_ByMember, type="commitment.progress-reported/2", verb="progress"):
    """Progress towards it was reported. Its completion may also go down."""

    obligor: Party
    """whose progress"""
    completion: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    """how far, in per cent"""
    evidence: Citation | None = None
    """what shows it"""
    self_reported: bool = False
    """whether the obligor itself reported it"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, "progress", self.concerns(self.obligor))


def _judged(period: Interval | None) -> int:
    return 2 if period is not None and period.is_two_dates else 1


class ComplianceAssessed(Fact, type="commitment.compliance-assessed/2", verb="assess"):
    """Somebody judged how an obligor keeps it, or said why it was not judged."""

    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = {
        "score": later_words(2, None), "period": _judged, "not_assessed": 2, "rank": 2, "ranked": 2,
    }  # fmt: skip

    obligor: Party
    """who was assessed"""
    assessor: Party
    """who judged"""
    scheme: Text
    """by which scheme"""
    score: Text | None = None
    """the verdict in the scheme's own words"""
    period: Annotated[Interval | None, BeforeValidator(leniently)] = None
    """the span that was judged (EDTF interval: 2023/2024, 2025)"""
    not_assessed: Literal["not-reported", "not-due", "not-applicable"] | None = None
    """why there is no verdict: not-reported, not-due or not-applicable"""
    rank: Annotated[int, Field(ge=1)] | None = None
    """its place among those who were assessed"""
    ranked: Annotated[int, Field(ge=1)] | None = None
    """how many were"""

    def check(self, stream: str) -> None:
        if (self.score is None) == (self.not_assessed is None):
            raise InvalidFact(
                ["score: give the score, or say why there is none, and not both"], "they exclude each other"
            )
        if self.rank is not None and self.ranked is not None and self.rank > self.ranked:
            raise InvalidFact([f"rank: {self.rank} of {self.ranked}"], "a rank is one of how many there are")


class _OfObligor(Fact):
    obligor: Party | None = None
    """which obligor; all of them if left out"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, self.VERB, (self.obligor,))


class _OfObligorOrMember(_OfObligor, _ByMember):
    def moves(self) -> Iterator[Move]:
        yield Move(REGION, self.VERB, self.concerns(self.obligor))


class CommitmentStalled(_OfObligorOrMember, type="commitment.stalled/2", verb="stall"):
    """Work towards it came to a halt."""

    reason: Text | None = None
    """why"""


class CommitmentResumed(_OfObligorOrMember, type="commitment.resumed/2", verb="resume"):
    """Work towards it resumed."""


class _Done(_ByMember):
    NEEDS: ClassVar[dict[str, type[Exception]]] = {"evidence": FulfilmentNeedsEvidence}

    obligor: Party
    """which obligor"""
    evidence: Citation
    """what shows it"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, self.VERB, self.concerns(self.obligor))


class CommitmentFulfilled(_Done, type="commitment.fulfilled/2", verb="fulfil"):
    """An obligor did what it undertook."""


class CommitmentPartlyFulfilled(_Done, type="commitment.partly-fulfilled/2", verb="partly-fulfil"):
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


class _OfCondition(Fact):
    evidence: Citation | None = None
    """what shows it"""

    def moves(self) -> Iterator[Move]:
        yield Move(REGION, self.VERB)


class ConditionMet(_OfCondition, type="commitment.condition-met/1", verb="meet-condition"):
    """What it depended on came about."""


class ConditionFailed(_OfCondition, type="commitment.condition-failed/1", verb="fail-condition"):
    """What it depends on did not come about."""

    reason: Text | None = None
    """why"""


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
    partners: tuple[str, ...] = ()
    strength: str | None = None
    amount: Amount | None = None
    shares: tuple[Share, ...] = ()
    term: Interval | None = None
    place: str | None = None
    part_of: str | None = None
    due_at: str | None = None

    def evolve(self, fact: Fact) -> Self:
        known = super().evolve(fact)
        match fact:
            case Undertaking():
                return known.but(
                    title=fact.text, parties=merged(self.parties, fact.obligors), kind=fact.kind, text=fact.text,
                    obligees=fact.obligees, beneficiaries=fact.beneficiaries, due=fact.due, measure=fact.measure,
                    condition=fact.condition, binding=fact.binding, policy=fact.policy, lead=fact.lead,
                    strength=None if fact.strength == "undertaken" else fact.strength, amount=fact.amount,
                    shares=fact.shares, term=fact.term, place=fact.place, part_of=fact.part_of, due_at=fact.due_at,
                    partners=fact.partners,
                )  # fmt: skip
            case CommitmentAmended():
                return known.but(
                    title=fact.text, text=fact.text, kind=fact.kind, measure=fact.measure, strength=fact.strength,
                    amount=fact.amount, shares=fact.shares, term=fact.term, condition=fact.condition,
                )  # fmt: skip
            case _Due():
                return known.but(due=fact.due)
            case ObligorJoined():
                return known.but(parties=merged(self.parties, (fact.obligor,)))
            case _:
                return known


MACHINES: Final = {REGION: Obligations}
AGGREGATE: Final = Commitment
