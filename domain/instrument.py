"""How far is a text, and who is bound by it? The instrument as a whole, and each party's consent.

Facts first, then what is known of an instrument, then the tables of steps. The whole follows its own events
only: no number of consents brings it into force here, for the rule that does so is in the text itself.
Consent follows the Vienna Convention on the Law of Treaties: its means art. 11 to 16, entry into force
art. 24, notice of withdrawal art. 65 to 68. Succession follows the convention of 1978 (VCST): it has effect from
the date of succession, which lies before its deposit (art. 23).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field

from .aggregate import Aggregate, merged
from .dates import When
from .entry import Announced, Fact, Model, Move, Party, Stream, Text, later_words
from .errors import (
    AppliedAlready,
    BoundAlready,
    EffectBeforeConsent,
    EndsBeforeItBegins,
    ImpossibleHistory,
    InForceAlready,
    InstrumentOver,
    InvalidFact,
    NotAppliedYet,
    NotASignatory,
    NothingProposed,
    NothingToResume,
    NotInForce,
    NoWithdrawalPending,
    ReplacedByItself,
    SignedAlready,
    StagePassed,
)
from .machine import PartMachine, PartState, Table, with_detail, with_flag
from .steps import Step
from .worlds import Standing

WHOLE: Final = "whole"

Kind = Literal[
    "treaty", "convention", "protocol", "agreement", "memorandum", "framework", "arrangement",
    "exchange-of-notes", "declaration", "amendment",
]  # fmt: skip
Means = Literal[
    "ratification", "acceptance", "approval", "accession", "succession", "definitive-signature", "formal-confirmation",
    "consent-to-be-bound", "simplified-procedure", "not-stated",
]  # fmt: skip


class Signer(Model):
    """Who signed for a party."""

    person: Text | None = None
    """name, as the source gives it"""
    office: Text | None = None
    """the office held at the time"""
    department: Text | None = None
    """the department for which the person signed"""


# --- facts of the whole ----------------------------------------------------------------------------------


class _OfWhole(Fact):
    def moves(self) -> Iterator[Move]:
        yield Move(WHOLE, self.VERB)


class Stage(_OfWhole):
    """What the facts of a text's coming about have in common; a later one need not repeat the earlier."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "title", "kind": "kind"}
    FOUNDS: ClassVar[bool] = True

    title: Text | None = None
    """what the instrument is called"""
    kind: Kind | None = None
    """what kind of text it is"""
    parties: tuple[Party, ...] = ()
    """the parties; leave it out if it is open to all"""


class InstrumentProposed(Stage, type="instrument.proposed/1", verb="propose"):
    """An instrument was proposed."""

    title: Text
    """what the instrument is called"""


class NegotiationOpened(Stage, type="instrument.negotiation-opened/1", verb="negotiate"):
    """Negotiation of the text began."""


class InstrumentAdopted(Stage, type="instrument.adopted/1", verb="adopt"):
    """The text was settled (VCLT art. 9 and 10)."""


class InstrumentOpenedForSignature(Stage, type="instrument.opened-for-signature/1", verb="open"):
    """Parties may sign from now on."""


class InstrumentEnteredIntoForce(_OfWhole, type="instrument.entered-into-force/1", verb="enter-into-force"):
    """The instrument entered into force, or is known to do so on a later day."""

    AHEAD: ClassVar[bool] = True


class _WithReason(_OfWhole):
    reason: Text | None = None
    """why"""


class InstrumentSuspended(_WithReason, type="instrument.suspended/1", verb="suspend"):
    """Its operation was suspended."""


class InstrumentResumed(_WithReason, type="instrument.resumed/1", verb="resume"):
    """It operates again after a suspension."""


class InstrumentTerminated(_WithReason, type="instrument.terminated/1", verb="terminate"):
    """It ceased to be in force."""


class InstrumentReplaced(_WithReason, type="instrument.replaced/1", verb="replace"):
    """Another instrument took its place, whether or not it had entered into force."""

    by_instrument: Stream | None = None
    """the instrument that took its place, if it has a stream"""

    def check(self, stream: str) -> None:
        if stream == self.by_instrument:
            raise ReplacedByItself(stream)


class InstrumentAbandoned(_WithReason, type="instrument.abandoned/1", verb="abandon"):
    """It was given up before it entered into force."""


# --- facts of one party ----------------------------------------------------------------------------------


class _OfParty(Fact):
    party: Party
    """which party"""

    def region(self) -> str:
        """The part of the instrument that the fact is about."""
        return f"consent/{self.party}"


class InstrumentSigned(_OfParty, type="instrument.signed/2", verb="sign"):
    """A party signed; its consent to be bound is a fact of its own."""

    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = dict.fromkeys(
        ("signers", "ad_referendum", "by_succession"), 2
    )

    signers: tuple[Signer, ...] = ()
    """who signed for it: person; office; department"""
    ad_referendum: bool = False
    """whether its signature is still to be confirmed (VCLT art. 12)"""
    by_succession: bool = False
    """whether it succeeded to the signature of a predecessor"""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), "sign")

    def check(self, stream: str) -> None:
        if any(one.person is None and one.office is None and one.department is None for one in self.signers):
            raise InvalidFact(["signers: one is without a name"], "name the person, the office or the department")


class ConsentDeposited(_OfParty, type="instrument.consent-deposited/2", verb="deposit"):
    """A party consented to be bound, whether or not it had signed."""

    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = {
        "means": later_words(
            2, "formal-confirmation", "consent-to-be-bound", "simplified-procedure", "not-stated"
        )
    }  # fmt: skip

    means: Means
    """how it consented; not-stated where unknown"""
    share: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    """the party's share, in per cent, where entry into force depends on shares"""
    share_of: Text | None = None
    """of what it is a share (global emissions, gross tonnage)"""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), "deposit", (self.means,))

    def check(self, stream: str) -> None:
        if (self.share is None) != (self.share_of is None):
            raise InvalidFact(["share: given exactly with share_of"], "say how much, and of what")


class TookEffectFor(_OfParty, type="instrument.took-effect/1", verb="take-effect"):
    """The instrument took, or is known to take, effect for a party."""

    AHEAD: ClassVar[bool] = True

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), "effect")


class ConsentRevoked(_OfParty, type="instrument.consent-revoked/1", verb="revoke-consent"):
    """A party took back its consent to be bound, while its signature stays."""

    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), "revoke-consent")


class ProvisionalApplicationBegun(
    _OfParty, Announced, type="instrument.provisional-application-begun/1", verb="apply-provisionally"
):
    """A party applies it before it is in effect for it (VCLT art. 25)."""

    def moves(self) -> Iterator[Move]:
        yield self.move(self.region(), verb="apply")


class ProvisionalApplicationEnded(
    _OfParty, Announced, type="instrument.provisional-application-ended/1", verb="end-provisional"
):
    """A party no longer applies it provisionally."""

    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield self.move(self.region())


class ReservationMade(_OfParty, type="instrument.reservation-made/1", verb="reserve"):
    """A party excludes or modifies the effect of provisions for itself (VCLT art. 19 to 23)."""

    text: Text
    """the reservation, in your own words"""


class ReservationWithdrawn(_OfParty, type="instrument.reservation-withdrawn/1", verb="withdraw-reservation"):
    """A party withdrew a reservation (VCLT art. 22)."""

    text: Text | None = None
    """which one, in your own words"""


class ObjectionMade(_OfParty, type="instrument.objection-made/1", verb="object"):
    """A party objected to the reservation of another (VCLT art. 20)."""

    to: Party
    """whose reservation"""
    text: Text | None = None
    """the objection, in your own words"""

    def check(self, stream: str) -> None:
        if self.to == self.party:
            raise InvalidFact([f"to: {self.to} objects to itself"], "name the party whose reservation it is")


class TerritoryCovered(_OfParty, type="instrument.territory-covered/1", verb="cover-territory"):
    """A party extended it to a territory (VCLT art. 29)."""

    territory: Text
    """the territory: its code (TK, US-PR), or its name"""
    excluded: bool = False
    """whether the territory is left out instead"""


class WithdrawalNotified(_OfParty, type="instrument.withdrawal-notified/1", verb="notify-withdrawal"):
    """A party gave notice that it withdraws."""

    effective: When | None = None
    """when it takes effect (EDTF), known in advance; with the notice where left out"""

    def moves(self) -> Iterator[Move]:
        if self.effective is None:
            yield Move(self.region(), "withdraw", (None,))
            return
        # The same words in both steps: by them the second knows whether its own notice is the pending one.
        args = (self.effective.text,)
        yield Move(self.region(), "notify", args)
        yield Move(self.region(), "withdraw", args, self.effective, ahead=True, follows=True)


class WithdrawalRevoked(_OfParty, type="instrument.withdrawal-revoked/1", verb="revoke-withdrawal"):
    """A party revoked its notice of withdrawal before it took effect (VCLT art. 68)."""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), "revoke")


# --- what is known ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Instrument(Aggregate):
    """A text that parties consent to, one by one."""

    kind: str | None = None
    by_instrument: str | None = None
    """what took its place"""

    def evolve(self, fact: Fact) -> Self:
        known = super().evolve(fact)
        match fact:
            case Stage():
                return known.but(title=fact.title, kind=fact.kind, parties=merged(self.parties, fact.parties))
            case InstrumentReplaced():
                return known.but(by_instrument=fact.by_instrument)
            case _OfParty():
                return known.but(parties=merged(self.parties, (fact.party,)))
            case _:
                return known


# --- what may follow what --------------------------------------------------------------------------------

Refusals = Mapping[tuple[str | None, str], type[ImpossibleHistory]]

STAGES: Final = (
    ("propose", "proposed"),
    ("negotiate", "negotiating"),
    ("adopt", "adopted"),
    ("open", "open-for-signature"),
    ("enter-into-force", "in-force"),
)
"""Verb and status of each stage, in their order."""
BEFORE_FORCE: Final = ("proposed", "negotiating", "adopted", "open-for-signature")
IN_FORCE: Final = ("in-force", "suspended")
OVER: Final = ("terminated", "replaced", "abandoned")

WHOLE_TABLE: Final[Table] = {
    # Registers begin anywhere and leave stages out: every jump forwards is lawful.
    **{(None, verb): status for verb, status in STAGES},
    **{(earlier, verb): status for i, (verb, status) in enumerate(STAGES) for _, earlier in STAGES[:i]},
    ("in-force", "suspend"): "suspended",
    ("suspended", "resume"): "in-force",
    **{(status, "terminate"): "terminated" for status in IN_FORCE},
    **{(status, "replace"): "replaced" for status in (*BEFORE_FORCE, *IN_FORCE)},
    **{(status, "abandon"): "abandoned" for status in BEFORE_FORCE},
}
WHOLE_VERBS: Final = tuple(dict.fromkeys(verb for _, verb in WHOLE_TABLE))

WHOLE_REFUSALS: Final[Refusals] = {
    **{(later, verb): StagePassed for i, (verb, _) in enumerate(STAGES) for _, later in STAGES[i:]},
    **{("suspended", verb): StagePassed for verb, _ in STAGES},
    **{(s, verb): NotInForce for s in (None, *BEFORE_FORCE) for verb in ("suspend", "resume", "terminate")},
    **{(None, verb): NothingProposed for verb in ("replace", "abandon")},
    ("in-force", "resume"): NothingToResume,
    ("suspended", "suspend"): NotInForce,
    **{(status, "abandon"): InForceAlready for status in IN_FORCE},
    **{(status, verb): InstrumentOver for status in OVER for verb in WHOLE_VERBS},
}


class Whole(PartMachine):
    """The state machine of the instrument as a whole."""

    table = WHOLE_TABLE
    refusals: ClassVar[Refusals] = WHOLE_REFUSALS


BOUND: Final = ("bound", "in-effect")
CONSENTING: Final = ("signed", *BOUND)
NOTIFIED: Final = "withdrawal-notified"
PROVISIONAL: Final = "provisional"

CONSENT_TABLE: Final[Table] = {
    **{(status, "sign"): "signed" for status in (None, "withdrawn")},
    # Irregular, but registers have it: consent came before signature.
    **{(status, "sign"): status for status in BOUND},
    **{(status, "deposit"): "bound" for status in (None, "signed", "withdrawn")},
    ("bound", "effect"): "in-effect",
    # Succession alone: it has effect from the date of succession, before it is deposited (VCST art. 23).
    (None, "effect"): "in-effect",
    ("in-effect", "deposit"): "in-effect",
    **{(status, "revoke-consent"): "signed" for status in BOUND},
    **{(status, verb): status for status in ("signed", "bound") for verb in ("apply", "end-provisional")},
    **{(status, "notify"): status for status in CONSENTING},
    **{(status, "revoke"): status for status in CONSENTING},
    **{(status, "withdraw"): "withdrawn" for status in CONSENTING},
}
CONSENT_REFUSALS: Final[Refusals] = {
    ("signed", "sign"): SignedAlready,
    ("bound", "deposit"): BoundAlready,
    ("in-effect", "effect"): BoundAlready,
    **{(status, "effect"): NotASignatory for status in ("signed", "withdrawn")},
    **{(status, "revoke-consent"): NotASignatory for status in (None, "signed", "withdrawn")},
    **{(status, verb): NotASignatory for status in (None, "withdrawn") for verb in ("notify", "withdraw")},
    **{(status, verb): NotASignatory for status in (None, "withdrawn") for verb in ("apply", "end-provisional")},
    **{("in-effect", verb): BoundAlready for verb in ("apply", "end-provisional")},
    **{(status, "revoke"): NoWithdrawalPending for status in (None, "withdrawn")},
}


_UNDEPOSITED: Final = ("succession",)
"""Memo of a consent that has effect and is not deposited yet; no date of a notice reads so."""


class Consent(PartMachine):
    """The steps of one party's consent.

    Effect before any consent is that of a succession: its deposit is the only step that may follow. Flagged as
    irregular while no such deposit is recorded.
    """

    # `memo` holds the effective date of a notice that is pending, or that a succession is not deposited yet.
    table = CONSENT_TABLE
    refusals: ClassVar[Refusals] = CONSENT_REFUSALS
    settles = True

    def move(self, state: PartState, step: Step, day: int) -> PartState | None:
        # The day of a notice that was taken back, or that another withdrawal overtook, comes and goes.
        if _has_effective_day(step) and state.memo != step.args:
            return state
        return super().move(state, step, day)

    def guard(
        self,
        state: PartState,
        step: Step,
        day: int,
    ) -> type[ImpossibleHistory] | None:
        undeposited = state.memo == _UNDEPOSITED
        if undeposited and (step.verb, step.args) != ("deposit", _UNDEPOSITED):
            return EffectBeforeConsent
        if step.verb == "deposit" and state.status == "in-effect" and not undeposited:
            return BoundAlready
        if step.verb in ("apply", "end-provisional") and (PROVISIONAL in state.flags) == (step.verb == "apply"):
            return AppliedAlready if step.verb == "apply" else NotAppliedYet
        return NoWithdrawalPending if step.verb == "revoke" and not state.memo else None

    def arrive(self, state: PartState, status: str, step: Step) -> PartState:
        match step.verb:
            case "withdraw" | "revoke-consent":
                return PartState(status)
            case "notify":
                return _notice(state, step.args[0])
            case "revoke":
                return _notice(state, None)
            case "deposit":
                memo = () if state.memo == _UNDEPOSITED else state.memo
                return state._replace(status=status, detail=with_detail(state.detail, means=step.args[0]), memo=memo)
            case "apply" | "end-provisional":
                return state._replace(flags=with_flag(state.flags, PROVISIONAL, step.verb == "apply"))
            case "effect" if state.status is None:
                return state._replace(status=status, memo=_UNDEPOSITED)
            case "effect":
                return state._replace(status=status, flags=with_flag(state.flags, PROVISIONAL, False))
            case "sign" if state.status in BOUND:
                return state._replace(flags=with_flag(state.flags, "irregular"))
            case _:
                return state._replace(status=status)

    def show(self, state: PartState, day: int, settled: bool) -> Mapping[str, Standing]:
        lacking = settled and state.memo == _UNDEPOSITED
        flags = with_flag(state.flags, "irregular") if lacking else state.flags
        return {self.part: Standing(state.status, (), flags, state.detail)}

    def why(self, state: PartState, step: Step, day: int) -> tuple[type[ImpossibleHistory], str | None]:
        # On its effective day a withdrawal is lawful in every state, so only its own notice can be missing.
        if _has_effective_day(step):
            return EndsBeforeItBegins, state.status
        return super().why(state, step, day)


def _has_effective_day(step: Step) -> bool:
    """Whether it is the second step of a notice, not a withdrawal that took effect at once."""
    return step.verb == "withdraw" and step.args[0] is not None


def _notice(state: PartState, effective: str | None) -> PartState:
    return state._replace(
        flags=with_flag(state.flags, NOTIFIED, effective is not None),
        detail=with_detail(state.detail, effective=effective),
        memo=() if effective is None else (effective,),
    )


MACHINES: Final = {WHOLE: Whole, "consent": Consent}
AGGREGATE: Final = Instrument
