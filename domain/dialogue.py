"""What became of a dialogue, and of each of its meetings? A series, and the meetings that it holds.

Facts first, then what is known of a dialogue, then the tables of steps: one for the series, one for each
meeting. A plan has a window beside the day on which it was announced; what the window leaves open (held, or
still unheard of) is derived, and said only after the last recorded step of the meeting.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints

from . import errors  # as a module: an event and a refusal are both called MeetingCancelled
from .aggregate import Aggregate, merged
from .dates import When
from .entry import Announced, Fact, Move, Name, Party, Reference, Stream, Text
from .machine import (
    PartMachine,
    PartState,
    Span,
    Table,
    day_after,
    span,
    with_detail,
    with_flag,
)
from .participant import Participant
from .steps import Step
from .worlds import Standing

SERIES: Final = "series"

Parties = Annotated[tuple[Party, ...], Field(min_length=1)]
Ordinal = Annotated[int, Field(ge=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$")]
Level = Literal["head-of-state-or-government", "ministerial", "senior-official", "working"]
_ALSO: Final = {"phone": "telephone", "call": "telephone", "video": "virtual", "online": "virtual"}
"""What people write instead of a mode."""
Mode = Annotated[
    Literal["in-person", "virtual", "hybrid", "telephone", "correspondence"],
    BeforeValidator(lambda word: _ALSO.get(word, word) if isinstance(word, str) else word),
]


Participants = Annotated[tuple[Participant, ...], Field(min_length=1)]

# --- facts of the series ---------------------------------------------------------------------------------


class _OfSeries(Fact):
    def moves(self) -> Iterator[Move]:
        yield Move(SERIES, self.VERB)


class Outline(_OfSeries):
    """What the facts that bring a dialogue about have in common."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "title"}
    FOUNDS: ClassVar[bool] = True

    parties: Parties
    """between whom; a group such as org:PIF stands for its members on the day"""
    title: Text
    """what the dialogue is called"""
    level: Level | None = None
    """the level at which it is held"""
    track: Literal["1", "1.5", "2"] | None = None
    """1 between officials, 2 between others, 1.5 where both take part"""
    format: Mode | None = None
    """how it is usually held"""
    cadence: Text | None = None
    """how often, in the words of the source (annual, every two years)"""


class DialogueProposed(Outline, type="dialogue.proposed/1", verb="propose-series"):
    """A series of meetings was proposed, and is not agreed yet."""


class DialogueEstablished(Outline, type="dialogue.established/1", verb="establish"):
    """Parties agreed to hold a series of meetings."""


class DialogueRenamed(Announced, type="dialogue.renamed/2", verb="rename"):
    """The dialogue was given another name."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "title"}

    title: Text
    """the new name"""


class _WithReason(Announced):
    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield self.move(SERIES)


class DialogueSuspended(_WithReason, type="dialogue.suspended/2", verb="suspend"):
    """The dialogue was interrupted until further notice."""


class DialogueResumed(_WithReason, type="dialogue.resumed/2", verb="resume"):
    """A suspended dialogue was taken up again."""


class DialogueConcluded(_WithReason, type="dialogue.concluded/2", verb="conclude"):
    """The dialogue ended."""


class DialogueReplaced(_WithReason, type="dialogue.replaced/2", verb="replace"):
    """Another dialogue took its place."""

    by_dialogue: Stream | None = None
    """the dialogue that took its place, if it has a stream"""

    def check(self, stream: str) -> None:
        if stream == self.by_dialogue:
            raise errors.ReplacedByItself(stream)


# --- facts of a meeting ----------------------------------------------------------------------------------


class _OfMeeting(Fact):
    meeting: Name
    """short name of the meeting within the dialogue (2, 2026-03)"""

    def region(self) -> str:
        """The part of the dialogue that the fact is about."""
        return f"meeting/{self.meeting}"


class _CalledOff(_OfMeeting):
    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), self.VERB)


class _Moved(_OfMeeting):
    window: When | None = None
    """when it is to be held (EDTF)"""
    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), self.VERB, (self.window and self.window.text, None))


class _OnTheMargins(_OfMeeting):
    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = {"on_the_margins_of": 2}

    on_the_margins_of: Reference | None = None
    """the meeting on whose margins it takes place, as dialogue:ID/meeting/ID"""


class _Planned(_OnTheMargins):
    SHOWN_AS: ClassVar[dict[str, str]] = {"meeting-title": "title"}

    title: Text | None = None
    """the dialogue's title, if nothing else gives it one"""
    ordinal: Ordinal | None = None
    """the meeting's number in the series"""
    window: When | None = None
    """when it is to be held (EDTF)"""
    venue: Text | None = None
    """where it is to be held"""
    host: Party | None = None
    """who hosts it"""
    invited: tuple[Party, ...] = ()
    """who is invited; a group such as org:PIF stands for its members on the day"""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), self.VERB, (self.window and self.window.text, self.venue))


class MeetingProposed(_Planned, type="dialogue.meeting-proposed/2", verb="propose"):
    """A meeting was proposed, and is not agreed yet."""


class MeetingScheduled(_Planned, type="dialogue.meeting-scheduled/2", verb="schedule"):
    """A meeting was announced, for a day or a vaguer time."""

    window: When
    """when it is to be held (EDTF)"""


class MeetingDateRefined(_Moved, type="dialogue.meeting-date-refined/1", verb="refine"):
    """A closer date was given, inside the window that was announced."""

    window: When
    """the closer date (EDTF), inside the old window"""


class MeetingPostponed(_Moved, type="dialogue.meeting-postponed/1", verb="postpone"):
    """A meeting was put off, to a later window or without a new date."""

    window: When | None = None
    """the new window (EDTF); without one, the old window no longer holds"""


class MeetingBroughtForward(_Moved, type="dialogue.meeting-brought-forward/1", verb="bring-forward"):
    """A meeting was moved to an earlier window."""

    window: When
    """the new window (EDTF)"""


class VenueChanged(_OfMeeting, type="dialogue.venue-changed/1", verb="change-venue"):
    """A meeting was moved to another place."""

    venue: Text
    """where it is to be held now"""
    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), self.VERB, (self.venue,))


class AgendaSet(_OfMeeting, type="dialogue.agenda-set/1", verb="set-agenda"):
    """The agenda of a meeting was agreed."""

    items: Annotated[tuple[Text, ...], Field(min_length=1)]
    """the items, in order"""


class ParticipationReported(_OfMeeting, type="dialogue.participation-reported/1", verb="report-participation"):
    """A source says that parties take part in a meeting."""

    parties: Parties
    """who takes part"""
    level: Level | None = None
    """the level at which they take part"""


class _TakesPlace(_OnTheMargins):
    SHOWN_AS: ClassVar[dict[str, str]] = {"meeting-title": "title"}

    title: Text | None = None
    """the dialogue's title, if nothing else gives it one"""
    venue: Text | None = None
    """where it takes place"""
    mode: Mode | None = None
    """how it is held"""
    participants: tuple[Participant, ...] = ()
    """who takes part: person; office at the time; party; role; department; in whose place"""
    ordinal: Ordinal | None = None
    """its number in the series"""
    host: Party | None = None
    """who hosts it"""

    def check(self, stream: str) -> None:
        _check_named(self.participants)


def _check_named(participants: tuple[Participant, ...]) -> None:
    if any(one.person is None and one.office is None and one.department is None for one in participants):
        raise errors.InvalidFact(
            ["participants: one is without a name"],
            "name the person, office or department; a delegation as a whole: ⟦record dialogue.participation-reported⟧",
        )


class MeetingBegun(_TakesPlace, type="dialogue.meeting-begun/1", verb="begin"):
    """A meeting began, and goes on; that it ended is recorded by `hold`."""

    expected_until: When | None = None
    """when it is expected to end (EDTF)"""

    def moves(self) -> Iterator[Move]:
        yield Move(self.region(), "begin", (self.venue, self.expected_until and self.expected_until.text))


class MeetingHeld(_OnTheMargins, type="dialogue.meeting-held/2", verb="hold"):
    """A meeting took place, announced or not."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"meeting-title": "title"}

    until: When | None = None
    """its last day (EDTF), if it lasted several days; --on is the first; open (2026-02-04/..) while it goes on"""
    title: Text | None = None
    """the dialogue's title, if nothing else gives it one"""
    venue: Text | None = None
    """where it was held"""
    mode: Mode | None = None
    """how it was held"""
    participants: tuple[Participant, ...] = ()
    """who took part: person; office at the time; party; role; department; in whose place"""
    ordinal: Ordinal | None = None
    """the meeting's number in the series"""
    host: Party | None = None
    """who hosted it"""

    def moves(self) -> Iterator[Move]:
        if self.until is None:
            yield Move(self.region(), "hold", (self.venue, False))
        elif self.until.latest is None:  # it goes on: that it was held is possible from then on, and not said
            yield Move(self.region(), "begin", (self.venue, self.until.text))
        else:
            yield Move(self.region(), "begin", (self.venue,))
            yield Move(self.region(), "hold", (None, True), self.until, follows=True)

    def check(self, stream: str) -> None:
        _check_named(self.participants)


class ParticipantsRecorded(_OfMeeting, type="dialogue.participants-recorded/2", verb="record-participants"):
    """It became known who took part in a meeting."""

    participants: Participants
    """who took part: person; office at the time; party; role; department; in whose place"""

    def check(self, stream: str) -> None:
        _check_named(self.participants)


class TopicsDiscussed(_OfMeeting, type="dialogue.topics-discussed/1", verb="discuss"):
    """Parties discussed something at a meeting; nobody undertook anything."""

    by: Parties
    """who discussed it"""
    topics: Annotated[tuple[Text, ...], Field(min_length=1)]
    """what was discussed, in your own words"""


class DecisionTaken(_OfMeeting, type="dialogue.decision-taken/1", verb="decide"):
    """A meeting decided something."""

    by: Parties
    """who decided it"""
    text: Text
    """what was decided, in your own words"""


class MeetingCancelled(_CalledOff, type="dialogue.meeting-cancelled/1", verb="cancel"):
    """A meeting was called off: a true change in the world, not a correction of the record."""


class MeetingNotHeld(_CalledOff, type="dialogue.meeting-not-held/1", verb="not-held"):
    """A meeting did not take place, though nobody called it off."""


class MeetingReinstated(_Moved, type="dialogue.meeting-reinstated/1", verb="reinstate"):
    """A meeting that was cancelled or not held is to be held after all."""

    window: When | None = None
    """the new window (EDTF); without one, the old window holds"""


class StatementIssued(Fact, type="dialogue.statement-issued/1", verb="issue"):
    """Parties issued a text on what they discussed."""

    kind: Literal["joint", "unilateral", "chair", "communique", "declaration", "readout"]
    """joint (of two issuers or more), unilateral, chair's summary, communique, declaration or readout"""
    issuers: Parties
    """who issued it"""
    meeting: Name | None = None
    """the meeting at which it was issued, if any"""
    statement: Name | None = None
    """short name by which other facts refer to it (made at dialogue:ID/statement/NAME)"""
    document: Text | None = None
    """an archived document's sha256:…, or the URL or title of one that is not archived"""
    languages: tuple[Language, ...] = ()
    """languages in which it was issued (BCP 47)"""

    def check(self, stream: str) -> None:
        if self.kind == "joint" and len(set(self.issuers)) < 2:
            raise errors.JointStatementNeedsTwoIssuers


# --- what is known ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Dialogue(Aggregate):
    """A series, and the meetings that it holds."""

    level: str | None = None
    track: str | None = None
    format: str | None = None
    cadence: str | None = None
    meetings: tuple[str, ...] = ()
    """short names of its meetings, in the order in which they came to be known"""

    def evolve(self, fact: Fact) -> Self:
        known = super().evolve(fact)
        match fact:
            case Outline():
                return known.but(
                    title=fact.title, parties=merged(self.parties, fact.parties), level=fact.level,
                    track=fact.track, format=fact.format, cadence=fact.cadence,
                )  # fmt: skip
            case DialogueRenamed():
                return known.but(title=fact.title)
            case _OfMeeting():
                title = self.title or getattr(fact, "title", None)
                parties = merged(self.parties, tuple(_taking_part(fact)))
                return known.but(title=title, parties=parties, meetings=merged(self.meetings, (fact.meeting,)))
            case StatementIssued():
                return known.but(parties=merged(self.parties, fact.issuers))
            case _:
                return known


def _taking_part(fact: _OfMeeting) -> Iterator[str]:
    """The parties that a meeting's fact names."""
    if isinstance(fact, _Planned | MeetingHeld | _TakesPlace) and fact.host:
        yield fact.host
    if isinstance(fact, _Planned):
        yield from fact.invited
    if isinstance(fact, TopicsDiscussed | DecisionTaken):
        yield from fact.by
    if isinstance(fact, MeetingHeld | _TakesPlace | ParticipantsRecorded):
        yield from (one.party for one in fact.participants)
    if isinstance(fact, ParticipationReported):
        yield from fact.parties


# --- what may follow what --------------------------------------------------------------------------------

Refusals = Mapping[tuple[str | None, str], type[errors.ImpossibleHistory]]

SERIES_TABLE: Final[Table] = {
    (None, "propose-series"): "proposed",
    **{(status, "establish"): "established" for status in (None, "proposed")},
    ("established", "suspend"): "suspended",
    ("suspended", "resume"): "established",
    **{(status, "conclude"): "concluded" for status in ("established", "suspended")},
    **{(status, "replace"): "replaced" for status in ("established", "suspended")},
}
SERIES_REFUSALS: Final[Refusals] = {
    **{
        (status, verb): errors.DialogueNotEstablished
        for status in (None, "proposed")
        for verb in ("suspend", "resume", "conclude", "replace")
    },
    **{
        (status, verb): errors.DialogueEstablishedAlready
        for status in ("proposed", "established", "suspended")
        for verb in ("propose-series", "establish")
    },
    ("established", "resume"): errors.NothingToResume,
    **{
        (status, verb): errors.DialogueOver
        for status in ("concluded", "replaced")
        for verb in ("propose-series", "establish", "suspend", "resume", "conclude", "replace")
    },
}


class Series(PartMachine):
    """The state machine of a dialogue as a whole."""

    table = SERIES_TABLE
    refusals: ClassVar[Refusals] = SERIES_REFUSALS


PLANNED: Final = ("proposed", "scheduled", "postponed")
"""Nothing is known yet of how the meeting went."""

MEETING_TABLE: Final[Table] = {
    (None, "propose"): "proposed",
    **{(status, "schedule"): "scheduled" for status in (None, "proposed", "postponed")},
    ("proposed", "refine"): "proposed",
    **{(status, "refine"): "scheduled" for status in ("scheduled", "postponed")},
    **{(status, "postpone"): "postponed" for status in PLANNED},
    **{(status, "bring-forward"): "scheduled" for status in ("scheduled", "postponed")},
    **{(status, "change-venue"): status for status in (*PLANNED, "in-session")},
    **{(status, "begin"): "in-session" for status in (None, *PLANNED, "in-session")},
    **{(status, "hold"): "held" for status in (None, *PLANNED, "in-session")},
    **{(status, "cancel"): "cancelled" for status in PLANNED},
    **{(status, "not-held"): "not-held" for status in PLANNED},
    **{(status, "reinstate"): "scheduled" for status in ("cancelled", "not-held")},
}
MEETING_VERBS: Final = tuple(dict.fromkeys(verb for _, verb in MEETING_TABLE))

_OVER: Final = {
    "in-session": errors.HeldAlready,
    "held": errors.HeldAlready,
    "cancelled": errors.MeetingCancelled,
    "not-held": errors.MeetingWasNotHeld,
}
MEETING_REFUSALS: Final[Refusals] = {
    **{(None, verb): errors.NothingPlanned for verb in MEETING_VERBS},
    **{(status, "reinstate"): errors.NothingToReinstate for status in PLANNED},
    **{(status, "propose"): errors.ProposedAlready for status in PLANNED},
    ("proposed", "bring-forward"): errors.NotScheduledYet,
    ("scheduled", "schedule"): errors.ScheduledAlready,
    **{(status, verb): refusal for status, refusal in _OVER.items() for verb in MEETING_VERBS},
}


class Meeting(PartMachine):
    """The state machine of one meeting. Steps of a plan carry (window, venue)."""

    table = MEETING_TABLE
    refusals: ClassVar[Refusals] = MEETING_REFUSALS
    settles = True

    def guard(
        self,
        state: PartState,
        step: Step,
        day: int,
    ) -> type[errors.ImpossibleHistory] | None:
        if step.verb == "refine":
            return _not_refinable(state, step.args[0])
        if step.verb == "hold":
            _, ends = step.args
            # A session told with its end is ended by its own entry alone: another one would hold it twice.
            if ends != (state.status == "in-session" and state.memo != GOES_ON):
                return errors.EndsBeforeItBegins if ends else errors.HeldAlready
        return _not_begun(state, step) if step.verb == "begin" else None

    def arrive(self, state: PartState, status: str, step: Step) -> PartState:
        if step.verb in ("begin", "hold"):
            return _took_place(state, status, step)
        if step.verb == "change-venue":
            return state._replace(status=status, detail=with_detail(state.detail, venue=step.args[0]))
        if not step.args:
            return state._replace(status=status)
        window, venue = step.args
        if window is None and step.verb == "postpone":
            return state._replace(status=status, window=None, detail=with_detail(state.detail, window=None))
        detail = with_detail(state.detail, **_given(window=window, venue=venue))
        return state._replace(status=status, window=_days(window) or state.window, detail=detail)

    def cuts(self, state: PartState) -> tuple[int, ...]:
        if state.window is None or not _is_awaited(state):
            return ()
        first, last = state.window
        return first, day_after(last)

    def show(self, state: PartState, day: int, settled: bool) -> Mapping[str, Standing]:
        status: str | None = state.status
        possible: tuple[str, ...] = ()
        if settled and state.window is not None and _is_awaited(state):
            first, last = state.window
            if day > last:
                status = "awaiting-outcome"
            elif day >= first:
                possible = ("held",)
        return {self.part: Standing(status, possible, state.flags, state.detail)}


GOES_ON: Final = ("goes-on",)
"""Memo of a session that was recorded as begun: that it ended is a fact of its own."""


def _is_awaited(state: PartState) -> bool:
    """Whether it is still to be told that the meeting was held."""
    return state.status in PLANNED or (state.status == "in-session" and state.memo == GOES_ON)


def _not_begun(state: PartState, step: Step) -> type[errors.ImpossibleHistory] | None:
    """Why a meeting does not begin. Who tells all of one that was recorded as begun tells its beginning again."""
    goes_on = len(step.args) > 1
    if state.status == "in-session":
        return errors.InSessionAlready if goes_on else None if state.memo == GOES_ON else errors.HeldAlready
    if goes_on and step.args[1] is not None and span(When.parse(step.args[1]))[1] < step.earliest:
        return errors.EndsBeforeItBegins
    return None


def _not_refinable(state: PartState, window: str) -> type[errors.ImpossibleHistory] | None:
    if state.window is None:
        return errors.NoWindowToRefine if state.status == "postponed" else None
    first, last = span(When.parse(window))
    inside = state.window[0] <= first and last <= state.window[1]
    return None if inside else errors.DateOutsideWindow


def _took_place(state: PartState, status: str, step: Step) -> PartState:
    flags, detail = state.flags, with_detail(state.detail, **_given(venue=step.args[0]))
    if state.status != "in-session" and state.window is not None:
        first, last = state.window
        flags = with_flag(flags, "irregular", step.latest < first or step.earliest > last)
    if step.verb == "begin" and len(step.args) > 1:
        until = step.args[1]
        detail = with_detail(detail, until=until)
        return state._replace(status=status, flags=flags, detail=detail, window=_days(until), memo=GOES_ON)
    # What was expected of its end no longer stands where it is told.
    return state._replace(status=status, flags=flags, detail=with_detail(detail, until=None), memo=())


def _days(window: str | None) -> Span | None:
    return None if window is None else span(When.parse(window))


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


MACHINES: Final = {SERIES: Series, "meeting": Meeting}
AGGREGATE: Final = Dialogue
