"""In which relation do parties stand? Relations, missions and partnerships, none of which changes another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field

from .aggregate import Aggregate, merged
from .dates import When
from .entry import Announced, Fact, Move, Party, Text
from .errors import (
    AmbassadorNotRecalled,
    AmbassadorRecalledAlready,
    ImpossibleHistory,
    InvalidFact,
    NeverRecognised,
    NoMissionThere,
    NoPartnershipThere,
    NothingToRestore,
    NothingToResume,
    PartnershipDeclaredAlready,
    PartyHasCeased,
    RelationsEstablishedAlready,
    RelationsNotEstablished,
    RelationsSeveredAlready,
    SuspendedAlready,
)
from .machine import PartMachine, PartState, Table, with_detail, with_flag
from .steps import Step

Parties = Annotated[tuple[Party, ...], Field(min_length=1)]
Level = Literal[
    "none", "consul-nonresident", "consulate", "interests", "liaison", "envoy-nonresident", "legation",
    "ambassador-nonresident", "embassy",
]  # fmt: skip
LEVELS: Final = Level.__args__  # type: ignore[attr-defined]  # typing keeps the words of a Literal there

# --- facts -----------------------------------------------------------------------------------------------


class RelationshipOpened(Fact, type="relationship.opened/1", verb="open"):
    """Opens the record of a relationship between parties."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "title"}

    parties: Annotated[tuple[Party, ...], Field(min_length=2)]
    """between whom"""
    title: Text
    """what it is called"""

    def check(self, stream: str) -> None:
        if len(set(self.parties)) < 2:
            raise InvalidFact(["parties: one party alone is named"], "a relationship is between two or more")


class _Recognition(Fact):
    by: Party
    """who recognises"""
    of: Party
    """who is recognised"""

    def moves(self) -> Iterator[Move]:
        yield Move("relations", self.VERB)

    def check(self, stream: str) -> None:
        _two(self.by, self.of)


class RecognitionExtended(_Recognition, type="relationship.recognition-extended/1", verb="recognise"):
    """A party recognised another."""


class RecognitionWithdrawn(_Recognition, type="relationship.recognition-withdrawn/1", verb="withdraw-recognition"):
    """A party no longer recognises another."""

    reason: Text | None = None
    """why"""


class _Relations(Fact):
    initiator: Party | None = None
    """who took the step, if it was one side alone"""
    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield Move("relations", self.VERB)


class RelationsEstablished(_Relations, type="relationship.relations-established/1", verb="establish"):
    """Diplomatic relations were established (VCDR art. 2: by mutual consent)."""


class _RelationsAhead(_Relations, Announced):
    def moves(self) -> Iterator[Move]:
        yield self.move("relations")


class RelationsSuspended(_RelationsAhead, type="relationship.relations-suspended/2", verb="suspend"):
    """Diplomatic relations were suspended."""


class RelationsSevered(_Relations, type="relationship.relations-severed/1", verb="sever"):
    """Diplomatic relations were broken off (VCDR art. 45)."""


class RelationsRestored(_RelationsAhead, type="relationship.relations-restored/2", verb="restore"):
    """Suspended or severed relations were taken up again."""


class PartyCeasedToExist(Fact, type="relationship.party-ceased/1", verb="party-ceased"):
    """A party ceased to exist, which ends relations with it."""

    party: Party
    """who ceased to exist"""
    successors: tuple[Party, ...] = ()
    """who took its place"""

    def moves(self) -> Iterator[Move]:
        yield Move("relations", "party-ceased")


class _Mission(Announced):
    sender: Party
    """the sending party"""
    host: Party
    """the receiving party"""

    def moves(self) -> Iterator[Move]:
        yield self.move(self.region())

    def region(self) -> str:
        """The part of the relationship that the fact is about."""
        return f"mission/{self.sender}>{self.host}"

    def check(self, stream: str) -> None:
        _two(self.sender, self.host)


class MissionAtLevel(_Mission, type="relationship.mission-at-level/2", verb="mission"):
    """A party's highest mission in another was opened, brought to another level, or closed (level none)."""

    level: Level
    """its level from then on"""
    city: Text | None = None
    """the city in which it stands"""

    def moves(self) -> Iterator[Move]:
        yield self.move(self.region(), self.level, self.city)


class MissionSuspended(_Mission, type="relationship.mission-suspended/2", verb="suspend-mission"):
    """A mission ceased to operate without being closed."""

    reason: Text | None = None
    """why"""


class MissionResumed(_Mission, type="relationship.mission-resumed/2", verb="resume-mission"):
    """A suspended mission operates again."""


class ProtectingPowerDesignated(_Mission, type="relationship.protecting-power-designated/2", verb="protect"):
    """A third party looks after the sender's interests (VCDR art. 45 and 46)."""

    power: Party
    """who looks after them"""

    def moves(self) -> Iterator[Move]:
        yield self.move(self.region(), self.power)

    def check(self, stream: str) -> None:
        super().check(stream)
        if self.power in (self.sender, self.host):
            raise InvalidFact([f"power: {self.power} is the sender or the host"], "name a third party")


class AmbassadorRecalled(_Mission, type="relationship.ambassador-recalled/2", verb="recall"):
    """A party recalled its head of mission."""

    reason: Text | None = None
    """why"""


class AmbassadorReturned(_Mission, type="relationship.ambassador-returned/2", verb="return-ambassador"):
    """A recalled head of mission returned to post."""


class _Partnership(Announced):
    scheme: Party
    """the declaring party, whose scheme of partnerships it is"""
    label: Text
    """what the party calls it: strategic partnership"""
    rank: int | None = None
    """its rank within the scheme, if the scheme has ranks"""

    def moves(self) -> Iterator[Move]:
        yield self.move(f"partnership/{self.scheme}", self.label, self.rank)


class PartnershipDeclared(_Partnership, type="relationship.partnership-declared/2", verb="declare-partnership"):
    """A party declared a partnership."""


class PartnershipUpgraded(_Partnership, type="relationship.partnership-upgraded/2", verb="upgrade"):
    """A partnership was raised within its scheme."""


class PartnershipDowngraded(_Partnership, type="relationship.partnership-downgraded/2", verb="downgrade"):
    """A partnership was lowered within its scheme."""


class PartnershipLapsed(Announced, type="relationship.partnership-lapsed/2", verb="lapse-partnership"):
    """A partnership came to an end."""

    scheme: Party
    """the party whose scheme it was"""
    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield self.move(f"partnership/{self.scheme}", None, None)


class _Said(Fact):
    by: Parties
    """who said it"""


class PartnershipReaffirmed(_Said, type="relationship.partnership-reaffirmed/1", verb="reaffirm"):
    """Parties said again that they are partners."""

    label: Text
    """what they call it"""
    scheme: Party | None = None
    """the declaring party, where it is the partnership of one side's scheme"""


class PositionAffirmed(_Said, type="relationship.position-affirmed/1", verb="affirm"):
    """Parties stated a position they share; nobody undertook anything."""

    text: Text
    """the position, in your own words"""


class InterestAffirmed(_Said, type="relationship.interest-affirmed/1", verb="affirm-interest"):
    """Parties stated an interest; nobody undertook anything."""

    text: Text
    """the interest, in your own words"""


class ProgressWelcomed(_Said, type="relationship.progress-welcomed/1", verb="welcome"):
    """Parties welcomed progress."""

    text: Text
    """what was welcomed, in your own words"""


class ConcernExpressed(_Said, type="relationship.concern-expressed/1", verb="express-concern"):
    """Parties expressed concern; nobody undertook anything."""

    text: Text
    """the concern, in your own words"""


class CourtesyExtended(_Said, type="relationship.courtesy-extended/1", verb="extend-courtesy"):
    """Parties thanked, congratulated or welcomed another, offered it condolences, or apologised to it."""

    to: Party
    """to whom"""
    kind: Literal["thanks", "condolence", "congratulation", "welcome", "apology"]
    """thanks, condolence, congratulation, welcome or apology"""
    occasion: Text | None = None
    """for what, in your own words"""


class ActAcknowledged(_Said, type="relationship.act-acknowledged/1", verb="acknowledge"):
    """Parties acknowledged what another did."""

    of: Party
    """who did it"""
    act: Text
    """what was done, in your own words"""
    when: When | None = None
    """when it was done (EDTF)"""


class EngagementAnticipated(_Said, type="relationship.engagement-anticipated/1", verb="anticipate"):
    """Parties look forward to further engagement."""

    text: Text
    """what they look forward to, in your own words"""
    window: When | None = None
    """when (EDTF)"""


def _two(first: str, second: str) -> None:
    if first == second:
        raise InvalidFact([f"{first} stands on both sides"], "a mission or recognition goes from one party to another")


# --- what is known ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Relationship(Aggregate):
    """What parties are to one another."""

    def evolve(self, fact: Fact) -> Self:
        known = super().evolve(fact)
        match fact:
            case RelationshipOpened():
                return known.but(title=fact.title, parties=merged(known.parties, fact.parties))
            case _Recognition():
                return known.but(parties=merged(known.parties, (fact.by, fact.of)))
            case _Partnership():
                return known.but(parties=merged(known.parties, (fact.scheme,)))
            case _Mission():
                return known.but(parties=merged(known.parties, (fact.sender, fact.host)))
            case _Said():
                return known.but(parties=merged(known.parties, fact.by))
            case _:
                return known


# --- what may follow what --------------------------------------------------------------------------------

RELATIONS: Final[Table] = {
    **{(status, "recognise"): "recognised" for status in (None, "none", "recognised")},
    # The second side's recognition may come after relations are established.
    **{(status, "recognise"): status for status in ("established", "suspended", "severed")},
    ("recognised", "withdraw-recognition"): "none",
    **{(status, "withdraw-recognition"): "severed" for status in ("established", "suspended", "severed")},
    **{(status, "establish"): "established" for status in (None, "none", "recognised")},
    ("established", "suspend"): "suspended",
    **{(status, "sever"): "severed" for status in ("established", "suspended")},
    **{(status, "restore"): "established" for status in ("suspended", "severed")},
    **{
        (status, "party-ceased"): "party-ceased"
        for status in (None, "none", "recognised", "established", "suspended", "severed")
    },
}
MISSION: Final[Table] = {
    # From any level to any, itself included; the step names the level, so the table gives the word "level" for it.
    **{(status, "mission"): "level" for status in (None, *LEVELS)},
    **{
        (level, verb): level
        for level in LEVELS
        if level != "none"
        for verb in ("suspend-mission", "resume-mission", "recall", "return-ambassador")
    },
    **{(status, "protect"): status for status in LEVELS},
}
PARTNERS: Final = ("declared", "upgraded", "downgraded")
PARTNERSHIP: Final[Table] = {
    **{(status, "declare-partnership"): "declared" for status in (None, "lapsed")},
    **{(status, "upgrade"): "upgraded" for status in PARTNERS},
    **{(status, "downgrade"): "downgraded" for status in PARTNERS},
    **{(status, "lapse-partnership"): "lapsed" for status in PARTNERS},
}
SUSPENDED: Final = "operations-suspended"
RECALLED: Final = "ambassador-recalled"
_FLAG: Final[Mapping[str, tuple[str, bool, type[ImpossibleHistory]]]] = {
    "suspend-mission": (SUSPENDED, True, SuspendedAlready),
    "resume-mission": (SUSPENDED, False, NothingToResume),
    "recall": (RECALLED, True, AmbassadorRecalledAlready),
    "return-ambassador": (RECALLED, False, AmbassadorNotRecalled),
}
"""verb → the flag, whether it is set or taken out, and the refusal where it is so already"""

Refusals = Mapping[tuple[str | None, str], type[ImpossibleHistory]]


class Relations(PartMachine):
    """Diplomatic relations as a whole."""

    table = RELATIONS
    refusals: ClassVar[Refusals] = {
        **{(status, "restore"): NothingToRestore for status in (None, "none", "recognised", "established")},
        **{
            (status, verb): RelationsNotEstablished
            for status in (None, "none", "recognised")
            for verb in ("suspend", "sever")
        },
        **{(status, "establish"): RelationsEstablishedAlready for status in ("established", "suspended", "severed")},
        ("suspended", "suspend"): SuspendedAlready,
        **{("severed", verb): RelationsSeveredAlready for verb in ("suspend", "sever")},
        **{(status, "withdraw-recognition"): NeverRecognised for status in (None, "none")},
        **{("party-ceased", verb): PartyHasCeased for verb in dict.fromkeys(verb for _, verb in RELATIONS)},
    }


class Mission(PartMachine):
    """One party's representation with another, at its highest level.

    A protecting power may be the first that is recorded; it says nothing of the level, so nothing is shown yet.
    """

    table = MISSION
    refusals: ClassVar[Refusals] = {(status, verb): NoMissionThere for status in (None, "none") for verb in _FLAG}

    def move(self, state: PartState, step: Step, day: int) -> PartState | None:
        # Leads from no status to none, which a table cannot say.
        if state.status is None and step.verb == "protect":
            return _protected(state, step)
        return super().move(state, step, day)

    def guard(self, state: PartState, step: Step, day: int) -> type[ImpossibleHistory] | None:
        if step.verb not in _FLAG:
            return None
        flag, on, refusal = _FLAG[step.verb]
        return refusal if (flag in state.flags) == on else None

    def arrive(self, state: PartState, status: str, step: Step) -> PartState:
        if step.verb in _FLAG:
            flag, on, _ = _FLAG[step.verb]
            flagged = state._replace(flags=with_flag(state.flags, flag, on))
            return _acting(flagged) if step.verb == "resume-mission" else flagged
        return _protected(state, step) if step.verb == "protect" else _at_level(state, step)


def _protected(state: PartState, step: Step) -> PartState:
    return state._replace(detail=with_detail(state.detail, protected_by=step.args[0]))


def _at_level(state: PartState, step: Step) -> PartState:
    """A mission that is brought to another level operates: a suspension is over. One that is closed has nothing left.

    The same level told again changes nothing, or where it is alone: registers repeat themselves.
    """
    level, city = step.args
    detail = dict(state.detail)
    if level == "none":
        return state if state.status == "none" else PartState(level)
    if level == state.status:
        return state._replace(detail=with_detail(state.detail, city=city or detail.get("city")))
    moved = state._replace(status=level, flags=with_flag(state.flags, SUSPENDED, False))
    return _acting(moved._replace(detail=with_detail((), city=city, protected_by=detail.get("protected_by"))))


def _acting(state: PartState) -> PartState:
    """Only a section of interests works under a protecting power; any other mission that operates acts for itself."""
    if state.status == "interests":
        return state
    return state._replace(detail=with_detail(state.detail, protected_by=None))


class Partnership(PartMachine):
    """A partnership in the scheme of the party that declared it."""

    table = PARTNERSHIP
    refusals: ClassVar[Refusals] = {
        **{(status, "declare-partnership"): PartnershipDeclaredAlready for status in PARTNERS},
        **{
            (status, verb): NoPartnershipThere
            for status in (None, "lapsed")
            for verb in ("upgrade", "downgrade", "lapse-partnership")
        },
    }

    def arrive(self, state: PartState, status: str, step: Step) -> PartState:
        label, rank = step.args
        if label is None:
            return state._replace(status=status)
        return PartState(status, (), with_detail((), label=label, rank=None if rank is None else str(rank)))


MACHINES: Final = {"relations": Relations, "mission": Mission, "partnership": Partnership}
AGGREGATE: Final = Relationship
