"""What may follow what in a dialogue and its meetings, what is derived, and what is refused."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from support import E, kept, recorded, shown

from engagement_ledger.domain import dialogue, errors
from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.dialogue import (
    MEETING_REFUSALS,
    MEETING_TABLE,
    MEETING_VERBS,
    SERIES_REFUSALS,
    SERIES_TABLE,
    AgendaSet,
    Dialogue,
    DialogueConcluded,
    DialogueEstablished,
    DialogueProposed,
    DialogueRenamed,
    DialogueReplaced,
    DialogueResumed,
    DialogueSuspended,
    MeetingBegun,
    MeetingBroughtForward,
    MeetingCancelled,
    MeetingDateRefined,
    MeetingHeld,
    MeetingNotHeld,
    MeetingPostponed,
    MeetingProposed,
    MeetingReinstated,
    MeetingScheduled,
    Participant,
    ParticipantsRecorded,
    ParticipationReported,
    StatementIssued,
    VenueChanged,
)
from engagement_ledger.domain.worlds import Standing

SPACE = "dialogue:nz-us-space"
SECOND = "meeting/2"
ANNOUNCED = "../2026-02-02"


def scheduled(window="2026-03", on=ANNOUNCED, **more):
    return E(MeetingScheduled(meeting="2", window=window, **more), on)


def proposed(window="2026-03", on=ANNOUNCED):
    return E(MeetingProposed(meeting="2", window=window), on)


def postponed(window=None, on="2026-02-10", **more):
    return E(MeetingPostponed(meeting="2", window=window), on, **more)


def refined(window, on="2026-02-10", **more):
    return E(MeetingDateRefined(meeting="2", window=window), on, **more)


def brought_forward(window, on="2026-02-10"):
    return E(MeetingBroughtForward(meeting="2", window=window), on)


def moved_to(venue, on="2026-02-10"):
    return E(VenueChanged(meeting="2", venue=venue), on)


def held(on, until=None, **more):
    return E(MeetingHeld(meeting="2", until=until, **more), on)


def cancelled(on="2026-02-10", **more):
    return E(MeetingCancelled(meeting="2"), on, **more)


def missed(on="2026-02-10"):
    return E(MeetingNotHeld(meeting="2"), on)


def reinstated(on="2026-02-12", window=None):
    return E(MeetingReinstated(meeting="2", window=window), on)


def meeting(told, on):
    return shown(SPACE, told, SECOND, on)


def established(on="2020-01-01", **more):
    return E(DialogueEstablished(parties=("NZ", "US"), title="Space Dialogue", **more), on)


# --- every row of the tables -----------------------------------------------------------------------------

STEP = {
    "propose": lambda on: proposed(on=on),
    "schedule": lambda on: scheduled(on=on),
    "refine": lambda on: refined("2026-03-10", on),
    "postpone": lambda on: postponed("2026-05", on),
    "bring-forward": lambda on: brought_forward("2026-02-27", on),
    "change-venue": lambda on: moved_to("Wellington", on),
    "begin": lambda on: held(on, until="2026-02-22"),
    "hold": held,
    "cancel": cancelled,
    "not-held": missed,
    "reinstate": reinstated,
}
"""Each verb as a fact of 20 February; a step `begin` comes with a meeting that lasts."""

UP_TO = {
    None: [],
    "proposed": [proposed()],
    "scheduled": [scheduled()],
    "postponed": [scheduled(), postponed("2026-03")],
    "in-session": [held("2026-02-15", until="2026-02-25")],
    "held": [held("2026-02-15")],
    "cancelled": [scheduled(), cancelled()],
    "not-held": [scheduled(), missed()],
}
ENDS_THE_SESSION = ("in-session", "hold")
TOLD_WITH_ITS_END = (ENDS_THE_SESSION, ("in-session", "begin"))
"""Rows that are lawful only in a session that was recorded as begun, or of the entry that tells its end."""


@pytest.mark.parametrize("status", UP_TO)
def test_the_histories_lead_to_the_statuses_that_the_tables_are_tried_from(status):
    standing = meeting(UP_TO[status], "2026-02-19")
    assert (standing and standing.status) == status


@pytest.mark.parametrize(("status", "verb"), [row for row in MEETING_TABLE if row not in TOLD_WITH_ITS_END])
def test_a_row_of_the_meetings_table_is_lawful_and_leads_where_it_says(status, verb):
    standing = meeting([*UP_TO[status], STEP[verb]("2026-02-20")], "2026-02-20")
    assert standing.status == MEETING_TABLE[status, verb]


def test_a_session_that_lasts_is_held_on_its_last_day():
    told = [held("2026-02-15", until="2026-02-25")]
    assert MEETING_TABLE[ENDS_THE_SESSION] == "held"
    assert meeting(told, "2026-02-14") is None
    assert meeting(told, "2026-02-15").status == meeting(told, "2026-02-24").status == "in-session"
    assert meeting(told, "2026-02-25").status == "held"


FORBIDDEN = [(s, v) for s in UP_TO for v in MEETING_VERBS if (s, v) not in MEETING_TABLE or (s, v) in TOLD_WITH_ITS_END]


@pytest.mark.parametrize(("status", "verb"), FORBIDDEN)
def test_what_is_not_in_the_meetings_table_is_refused_by_name(status, verb):
    with pytest.raises(errors.ImpossibleHistory) as refused:
        recorded(SPACE, [*UP_TO[status], STEP[verb]("2026-02-20")])
    assert type(refused.value) is MEETING_REFUSALS[status, verb]
    assert refused.value.status == status
    assert refused.value.hint


SERIES_STEP = {
    "propose-series": lambda on: E(DialogueProposed(parties=("NZ", "US"), title="Space Dialogue"), on),
    "establish": established,
    "suspend": lambda on: E(DialogueSuspended(), on),
    "resume": lambda on: E(DialogueResumed(), on),
    "conclude": lambda on: E(DialogueConcluded(), on),
    "replace": lambda on: E(DialogueReplaced(by_dialogue="dialogue:nz-us-orbit"), on),
}
SERIES_UP_TO = {
    None: [],
    "proposed": [SERIES_STEP["propose-series"]("2019-01-01")],
    "established": [established()],
    "suspended": [established(), SERIES_STEP["suspend"]("2021-01-01")],
    "concluded": [established(), SERIES_STEP["conclude"]("2021-01-01")],
    "replaced": [established(), SERIES_STEP["replace"]("2021-01-01")],
}


@pytest.mark.parametrize(("status", "verb"), SERIES_TABLE)
def test_a_row_of_the_series_table_is_lawful_and_leads_where_it_says(status, verb):
    before = shown(SPACE, SERIES_UP_TO[status], "series", "2025-01-01")
    assert (before and before.status) == status
    after = shown(SPACE, [*SERIES_UP_TO[status], SERIES_STEP[verb]("2026-02-02")], "series", "2026-02-02")
    assert after == Standing(SERIES_TABLE[status, verb])


@pytest.mark.parametrize(
    ("status", "verb"), [(s, v) for s in SERIES_UP_TO for v in SERIES_STEP if (s, v) not in SERIES_TABLE]
)
def test_what_is_not_in_the_series_table_is_refused_by_name(status, verb):
    with pytest.raises(errors.ImpossibleHistory) as refused:
        recorded(SPACE, [*SERIES_UP_TO[status], SERIES_STEP[verb]("2026-02-02")])
    assert type(refused.value) is SERIES_REFUSALS.get((status, verb), errors.ImpossibleHistory)


def test_only_a_second_suspension_has_no_refusal_of_its_own():
    without = {(s, v) for s in SERIES_UP_TO for v in SERIES_STEP} - set(SERIES_TABLE) - set(SERIES_REFUSALS)
    assert without == {("suspended", "suspend")}


# --- refusals --------------------------------------------------------------------------------------------

REFUSED = {
    "held after cancelled": (errors.MeetingCancelled, [scheduled(), cancelled(), held("2026-03-12")]),
    "held after not held": (errors.MeetingWasNotHeld, [scheduled(), missed("2026-04-01"), held("2026-04-12")]),
    "held twice": (errors.HeldAlready, [scheduled(), held("2026-03-12"), held("2026-03-13")]),
    "held again during a session": (errors.HeldAlready, [held("2026-03-12", "2026-03-14"), held("2026-03-13")]),
    "two sessions at once": (
        errors.HeldAlready,
        [held("2026-03-12", "2026-03-16"), held("2026-03-13", "2026-03-15")],
    ),
    "cancelled during a session": (errors.HeldAlready, [held("2026-03-12", "2026-03-16"), cancelled("2026-03-13")]),
    "cancelled after held": (errors.HeldAlready, [scheduled(), held("2026-03-12"), cancelled("2026-03-13")]),
    "over before it began": (errors.EndsBeforeItBegins, [held("2026-03-12", until="2026-03-11")]),
    "over before it began, though planned": (
        errors.EndsBeforeItBegins,
        [scheduled(), held("2026-03-12", until="2026-03-11")],
    ),
    "scheduled twice": (errors.ScheduledAlready, [scheduled(), scheduled("2026-04", "2026-02-10")]),
    "proposed after scheduled": (errors.ProposedAlready, [scheduled(), proposed("2026-04", "2026-02-10")]),
    "refined to a later window": (errors.DateOutsideWindow, [scheduled(), refined("2026-04-02")]),
    "refined to a wider window": (errors.DateOutsideWindow, [scheduled(), refined("2026-03~")]),
    "refined to an open end": (errors.DateOutsideWindow, [scheduled(), refined("2026-03-02/..")]),
    "refined outside, of a proposed one": (errors.DateOutsideWindow, [proposed(), refined("2026-02-27")]),
    "refined without a window": (
        errors.NoWindowToRefine,
        [scheduled(), postponed(), refined("2026-03-10", "2026-02-12")],
    ),
    "refined, never planned": (errors.NothingPlanned, [refined("2026-03-10")]),
    "cancelled, never planned": (errors.NothingPlanned, [cancelled()]),
    "moved, never planned": (errors.NothingPlanned, [moved_to("Honolulu")]),
    "moved after it was held": (errors.HeldAlready, [held("2026-02-02"), moved_to("Honolulu")]),
    "moved after it was cancelled": (errors.MeetingCancelled, [scheduled(), cancelled("2026-02-05"), moved_to("Apia")]),
    "brought forward, only proposed": (errors.NotScheduledYet, [proposed(), brought_forward("2026-02-27")]),
    "reinstated, never called off": (errors.NothingToReinstate, [scheduled(), reinstated()]),
    "suspended, never established": (errors.DialogueNotEstablished, [E(DialogueSuspended())]),
    "resumed, never suspended": (errors.NothingToResume, [established(), E(DialogueResumed())]),
    "resumed after its end": (
        errors.DialogueOver,
        [established(), E(DialogueConcluded(), "2021"), E(DialogueResumed())],
    ),
    "established twice": (errors.DialogueEstablishedAlready, [established(), established("2021")]),
    "replaced by itself": (
        errors.ReplacedByItself,
        [established(), E(DialogueReplaced(by_dialogue=SPACE))],
    ),
    "a joint statement with one issuer": (
        errors.JointStatementNeedsTwoIssuers,
        [E(StatementIssued(kind="joint", issuers=("NZ",)))],
    ),
    "a joint statement whose one issuer is named twice": (
        errors.JointStatementNeedsTwoIssuers,
        [E(StatementIssued(kind="joint", issuers=("NZ", "NZ")))],
    ),
    "held in the future": (
        errors.HappeningInTheFuture,
        [E(MeetingHeld(meeting="2"), "2026-03-12", known="2026-03-10T00:00:00.000000Z")],
    ),
    "lasting into the future": (
        errors.HappeningInTheFuture,
        [E(MeetingHeld(meeting="2", until="2026-03-16"), "2026-03-12", known="2026-03-13T00:00:00.000000Z")],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused(case):
    refusal, told = REFUSED[case]
    recorded(SPACE, told[:-1])
    with pytest.raises(errors.Refusal) as refused:
        recorded(SPACE, told)
    assert type(refused.value) is refusal
    assert refused.value.message
    assert refused.value.because
    assert refused.value.hint


def test_a_second_scheduling_is_told_to_refine_postpone_or_bring_forward():
    with pytest.raises(errors.ScheduledAlready) as refused:
        recorded(SPACE, [scheduled(), scheduled("2026-04", "2026-02-10")])
    assert all(verb in refused.value.hint for verb in ("refine", "postpone", "bring-forward"))


# --- plans that change -----------------------------------------------------------------------------------


def test_a_cancelled_meeting_is_not_held_until_it_is_reinstated():
    told = [scheduled(), cancelled(), reinstated(), held("2026-03-12")]
    assert meeting(told, "2026-03-12") == Standing("held", (), (), (("window", "2026-03"),))


def test_a_reinstated_meeting_keeps_its_window_unless_it_is_given_another():
    assert meeting([scheduled(), cancelled(), reinstated()], "2026-02-12").detail == (("window", "2026-03"),)
    told = [scheduled(), missed("2026-04-02"), reinstated("2026-04-03", "2026-05")]
    assert meeting(told, "2026-05-02") == Standing("scheduled", ("held",), (), (("window", "2026-05"),))


def test_a_meeting_postponed_to_an_open_date_waits_for_no_outcome():
    told = [scheduled(venue="Washington"), postponed()]
    assert meeting(told, "2026-02-09").detail == (("venue", "Washington"), ("window", "2026-03"))
    assert meeting(told, "2027-01-01") == Standing("postponed", (), (), (("venue", "Washington"),))


def test_a_meeting_postponed_without_a_date_is_scheduled_anew():
    told = [scheduled(), postponed(), scheduled("2026-06", "2026-04-01")]
    assert meeting(told, "2026-04-01") == Standing("scheduled", (), (), (("window", "2026-06"),))


def test_a_meeting_may_be_postponed_more_than_once():
    told = [scheduled(), postponed("2026-04"), postponed("2026-05", "2026-03-20")]
    assert meeting(told, "2026-03-20") == Standing("postponed", (), (), (("window", "2026-05"),))


def test_a_closer_date_schedules_what_was_postponed_but_not_what_is_only_proposed():
    assert meeting([scheduled(), postponed("2026-05"), refined("2026-05-04", "2026-02-12")], "2026-02-12") == Standing(
        "scheduled", (), (), (("window", "2026-05-04"),)
    )
    assert meeting([proposed(), refined("2026-03-10")], "2026-02-10") == Standing(
        "proposed", (), (), (("window", "2026-03-10"),)
    )


@pytest.mark.parametrize("window", ["2026-03", "2026-03-01", "2026-03-31", "[2026-03-10..2026-03-12]"])
def test_a_closer_date_lies_within_the_announced_one_or_is_the_same(window):
    assert meeting([scheduled(), refined(window)], "2026-02-10").detail == (("window", window),)


def test_a_first_date_may_be_given_to_a_meeting_proposed_without_one():
    told = [E(MeetingProposed(meeting="2")), refined("2026-03-10")]
    assert meeting(told, "2026-02-10") == Standing("proposed", (), (), (("window", "2026-03-10"),))


def test_a_venue_changes_nothing_but_the_venue():
    told = [scheduled(venue="Washington"), moved_to("Honolulu")]
    assert meeting(told, "2026-02-09") == Standing(
        "scheduled", (), (), (("venue", "Washington"), ("window", "2026-03"))
    )
    assert meeting(told, "2026-02-10") == Standing("scheduled", (), (), (("venue", "Honolulu"), ("window", "2026-03")))


def test_a_meeting_that_lasts_may_move_while_it_is_in_session():
    told = [held("2026-02-15", "2026-02-25", venue="Apia"), moved_to("Suva", "2026-02-17")]
    assert meeting(told, "2026-02-16") == Standing("in-session", (), (), (("venue", "Apia"),))
    assert meeting(told, "2026-02-25") == Standing("held", (), (), (("venue", "Suva"),))


def test_a_meeting_is_held_where_its_record_says():
    told = [scheduled(venue="Honolulu"), held("2026-03-10", venue="Washington")]
    assert dict(meeting(told, "2026-03-10").detail)["venue"] == "Washington"


def test_a_meeting_never_announced_is_held_all_the_same():
    assert meeting([held("2024-04-12")], "2024-04-12") == Standing("held")


def test_a_meeting_of_one_day_may_say_so():
    assert meeting([held("2026-03-12", until="2026-03-12")], "2026-03-12") == Standing("held")


def test_a_meeting_whose_days_are_vague_is_in_session_or_held_as_far_as_they_allow():
    told = [held("2026-03", until="2026-03-20")]
    assert meeting(told, "2026-03-10") == Standing(None, ("in-session",))
    assert meeting(told, "2026-03-20") == Standing("held")


def test_meetings_and_series_do_not_move_each_other():
    told = [established(), scheduled(), E(DialogueSuspended(), "2026-02-05"), held("2026-03-10")]
    told += [E(MeetingScheduled(meeting="3", window="2027"), "2026-03-10")]
    assert shown(SPACE, told, "series", "2026-03-10").status == "suspended"
    assert meeting(told, "2026-03-10").status == "held"
    assert shown(SPACE, told, "meeting/3", "2026-03-10").status == "scheduled"


MOVES_NOTHING = [
    AgendaSet(meeting="2", items=("debris",)),
    ParticipationReported(meeting="2", parties=("NZ",)),
    ParticipantsRecorded(meeting="2", participants=(Participant(person="Bede Corry", party="NZ"),)),
    StatementIssued(kind="unilateral", issuers=("NZ",), meeting="2"),
    StatementIssued(kind="joint", issuers=("NZ", "US")),
    DialogueRenamed(title="Orbit Dialogue"),
]


@pytest.mark.parametrize("fact", MOVES_NOTHING, ids=lambda fact: fact.VERB)
@pytest.mark.parametrize("told", [[], [scheduled()], [held("2026-02-02")], [scheduled(), cancelled()]])
def test_what_only_says_something_moves_nothing(told, fact):
    before, after = kept(SPACE, told), kept(SPACE, [*told, E(fact, "2026-02-11")])
    assert list(fact.moves()) == []
    assert after.standing == before.standing


# --- what is derived -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "status", "possible"),
    [
        ("2026-02-28", "scheduled", ()),
        ("2026-03-01", "scheduled", ("held",)),
        ("2026-03-15", "scheduled", ("held",)),
        ("2026-03-31", "scheduled", ("held",)),
        ("2026-04-01", "awaiting-outcome", ()),
        ("2026-05-01", "awaiting-outcome", ()),
    ],
)
def test_a_meeting_is_possibly_held_in_its_window_and_awaits_its_outcome_after(day, status, possible):
    assert meeting([scheduled()], day) == Standing(status, possible, (), (("window", "2026-03"),))


@pytest.mark.parametrize("plan", [proposed(), scheduled()])
def test_a_proposed_meeting_too_may_be_held_in_its_window(plan):
    assert meeting([plan], "2026-03-15").possible == ("held",)
    assert meeting([plan], "2026-04-01").status == "awaiting-outcome"


def test_a_postponed_meeting_too_may_be_held_in_its_window():
    told = [scheduled(), postponed("2026-05")]
    assert meeting(told, "2026-03-15") == Standing("postponed", (), (), (("window", "2026-05"),))
    assert meeting(told, "2026-05-31").possible == ("held",)
    assert meeting(told, "2026-06-01").status == "awaiting-outcome"


def test_nothing_is_derived_before_the_last_recorded_step_of_the_meeting():
    told = [scheduled(), held("2026-04-12")]
    assert meeting(told, "2026-03-15") == Standing("scheduled", (), (), (("window", "2026-03"),))
    assert meeting(told, "2026-04-11").status == "scheduled"


def test_an_outcome_that_arrives_late_takes_the_place_of_what_was_derived():
    told = [scheduled(), held("2026-03-12")]
    assert meeting(told[:1], "2026-03-12").possible == ("held",)
    assert [meeting(told, day).status for day in ("2026-03-11", "2026-03-12", "2026-04-01")] == [
        "scheduled", "held", "held",
    ]  # fmt: skip
    assert meeting(told, "2026-03-11").possible == ()


def test_a_meeting_held_some_day_of_its_window_is_scheduled_possibly_held_until_the_last():
    told = [scheduled(), held("2026-03")]
    assert meeting(told, "2026-02-28").possible == ()
    assert meeting(told, "2026-03-15") == Standing("scheduled", ("held",), (), (("window", "2026-03"),))
    assert meeting(told, "2026-03-31").status == "held"


@pytest.mark.parametrize(
    ("window", "day", "status", "possible"),
    [
        ("../2026-03-31", "2026-02-03", "scheduled", ("held",)),
        ("../2026-03-31", "2026-04-01", "awaiting-outcome", ()),
        ("2026-03-01/..", "2026-02-28", "scheduled", ()),
        ("2026-03-01/..", "2126-03-01", "scheduled", ("held",)),
    ],
)
def test_a_window_may_be_open(window, day, status, possible):
    standing = meeting([scheduled(window)], day)
    assert (standing.status, standing.possible) == (status, possible)


def test_the_summit_later_this_month_is_possibly_held_from_the_day_after_its_announcement():
    told = [scheduled("[2026-02-03..2026-02-28]", invited=("org:PIF",), host="US", venue="Honolulu")]
    assert meeting(told, "2026-02-02").possible == ()
    assert meeting(told, "2026-02-10") == Standing(
        "scheduled", ("held",), (), (("venue", "Honolulu"), ("window", "[2026-02-03..2026-02-28]"))
    )


# --- what is only flagged --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "until", "irregular"),
    [
        ("2026-02-28", None, True),
        ("2026-03-01", None, False),
        ("2026-03-31", None, False),
        ("2026-04-01", None, True),
        ("2026-04", None, True),
        ("2026-02-28~", None, False),
        ("2026-Q1", None, False),
        ("2026-02-28", "2026-03-02", True),
        ("2026-03-31", "2026-04-02", False),
    ],
)
def test_a_meeting_wholly_outside_its_window_is_taken_in_and_flagged(day, until, irregular):
    standing = meeting([scheduled(), held(day, until)], "2026-06-01")
    assert (standing.status, standing.flags) == ("held", ("irregular",) if irregular else ())


def test_a_session_that_begins_outside_its_window_is_flagged_from_its_first_day():
    assert meeting([scheduled(), held("2026-02-27", "2026-03-02")], "2026-02-27").flags == ("irregular",)


def test_a_meeting_moved_in_time_is_not_irregular():
    told = [scheduled(), brought_forward("2026-02-27"), held("2026-02-27")]
    assert meeting(told, "2026-02-27").flags == ()


def test_a_number_held_twice_is_taken_in():
    told = [E(MeetingHeld(meeting=name, ordinal=2), "2026-03") for name in ("2", "2-again")]
    assert len(recorded(SPACE, told)) == 2


# --- the order of recording ------------------------------------------------------------------------------

HISTORIES = [
    [scheduled(), moved_to("Honolulu"), cancelled("2026-02-15"), reinstated("2026-02-20", "2026-04"), held("2026-04")],
    [
        scheduled(),
        refined("2026-03-10", "2026-02"),
        postponed("2026-05", "2026-03-09"),
        held("2026-05-04", "2026-05-06"),
    ],
    [proposed(), scheduled("2026-04", "2026-02-05"), postponed(on="2026-03"), scheduled("2026-06", "2026-04-01")],
]


@pytest.mark.parametrize("told", HISTORIES)
def test_the_order_of_recording_changes_nothing_that_is_true(told):
    wanted, accepted = _rows(told), 0
    for order in permutations(told):
        try:
            found = _rows(order)
        except errors.ImpossibleHistory:
            continue  # what came between was not recorded yet
        accepted += 1
        assert found == wanted
    assert accepted > 1


@settings(max_examples=300)
@given(st.data())
def test_whatever_is_accepted_is_shown_the_same_in_any_order(data):
    days = [f"2026-02-{day:02}" for day in range(5, 12)] + ["2026-02-07~", "2026-02", "../2026-02-08"]
    step = st.sampled_from(sorted(STEP)).flatmap(lambda verb: st.sampled_from(days).map(STEP[verb]))
    told = [scheduled(on="[2026-02-04..2026-02-06]"), *data.draw(st.lists(step, min_size=1, max_size=3))]
    other = data.draw(st.permutations(told))
    try:
        one, another = _rows(told), _rows(other)
    except errors.Refusal:
        return
    assert one == another


def _rows(told):
    return {row[:4] for rows in kept(SPACE, told).standing.values() for row in rows}


# --- declarations ----------------------------------------------------------------------------------------

VERB_OF = {
    "DialogueProposed": "propose-series",
    "DialogueEstablished": "establish",
    "DialogueRenamed": "rename",
    "DialogueSuspended": "suspend",
    "DialogueResumed": "resume",
    "DialogueConcluded": "conclude",
    "DialogueReplaced": "replace",
    "MeetingProposed": "propose",
    "MeetingScheduled": "schedule",
    "MeetingDateRefined": "refine",
    "MeetingPostponed": "postpone",
    "MeetingBroughtForward": "bring-forward",
    "VenueChanged": "change-venue",
    "AgendaSet": "set-agenda",
    "ParticipationReported": "report-participation",
    "MeetingBegun": "begin",
    "MeetingHeld": "hold",
    "TopicsDiscussed": "discuss",
    "DecisionTaken": "decide",
    "ParticipantsRecorded": "record-participants",
    "MeetingCancelled": "cancel",
    "MeetingNotHeld": "not-held",
    "MeetingReinstated": "reinstate",
    "StatementIssued": "issue",
}
DECLARED = [fact for fact in CATALOGUE.values() if fact.KIND == "dialogue"]


def test_every_event_of_the_language_is_declared_once_with_its_verb():
    assert {fact.__name__: fact.VERB for fact in DECLARED} == VERB_OF
    assert len(DECLARED) == len(set(VERB_OF.values()))


@pytest.mark.parametrize("fact", DECLARED, ids=lambda fact: fact.VERB)
def test_every_field_says_what_it_is(fact):
    assert fact.__doc__
    for name, declared in fact.model_fields.items():
        assert declared.description, name
        assert not declared.description.endswith("."), name


@pytest.mark.parametrize("one", [make("2026-02-20") for make in (*STEP.values(), *SERIES_STEP.values())])
def test_what_a_step_depends_on_can_be_written_as_json(one):
    for move in one.fact.moves():
        assert tuple(json.loads(json.dumps(move.args))) == move.args
        assert move.region.partition("/")[0] in dialogue.MACHINES


@pytest.mark.parametrize(
    "make",
    [
        lambda: MeetingScheduled(meeting="2"),
        lambda: MeetingBroughtForward(meeting="2"),
        lambda: MeetingDateRefined(meeting="2"),
        lambda: MeetingHeld(meeting="2", ordinal=0),
        lambda: MeetingHeld(meeting="two/2"),
        lambda: MeetingHeld(meeting="2", participants=({"person": "Bede Corry"},)),
        lambda: DialogueEstablished(parties=("NZ", "US"), title="Space Dialogue", track="3"),
        lambda: DialogueEstablished(parties=(), title="Space Dialogue"),
        lambda: ParticipantsRecorded(meeting="2", participants=()),
        lambda: StatementIssued(kind="joint", issuers=("NZ", "US"), languages=("english language",)),
    ],
)
def test_a_fact_without_what_it_needs_is_none(make):
    with pytest.raises(ValidationError):
        make()


def test_a_participant_is_told_by_place():
    assert list(Participant.model_fields) == ["person", "office", "party", "role", "department", "in_place_of"]


def test_what_is_known_of_a_dialogue_follows_its_facts():
    known = Dialogue(stream=SPACE)
    facts = [
        DialogueProposed(parties=("NZ", "US"), title="Space talks", level="senior-official", themes=("space",)),
        DialogueEstablished(
            parties=("US", "AU"), title="Space Dialogue", track="1.5", format="hybrid", cadence="yearly"
        ),
        MeetingHeld(meeting="1"),
        MeetingScheduled(meeting="2", window="2026-03"),
        AgendaSet(meeting="1", items=("debris",)),
        StatementIssued(kind="unilateral", issuers=("NZ",)),
        DialogueRenamed(title="Orbit Dialogue"),
    ]
    for fact in facts:
        known = known.evolve(fact)
    assert known == Dialogue(
        stream=SPACE, title="Orbit Dialogue", parties=("NZ", "US", "AU"), themes=("space",), level="senior-official",
        track="1.5", format="hybrid", cadence="yearly", meetings=("1", "2"),
    )  # fmt: skip


# --- meetings that go on ---------------------------------------------------------------------------------


def begun(on="2026-02-05", expected="2026-02-06", **more):
    return E(MeetingBegun(meeting="2", expected_until=expected, **more), on)


def test_a_meeting_that_goes_on_is_in_session_until_it_is_told_that_it_ended():
    told = [begun()]
    assert meeting(told, "2026-02-05") == Standing("in-session", (), (), (("until", "2026-02-06"),))
    assert meeting(told, "2026-02-06").possible == ("held",)
    assert meeting(told, "2026-02-07").status == "awaiting-outcome"
    ended = [*told, held("2026-02-06")]
    assert (meeting(ended, "2026-02-05").status, meeting(ended, "2026-02-06").status) == ("in-session", "held")
    assert meeting(ended, "2026-02-06").detail == ()


def test_a_meeting_without_an_expected_end_stays_in_session():
    told = [begun(expected=None)]
    assert meeting(told, "2030-01-01") == Standing("in-session")


@pytest.mark.parametrize("told", [[held("2026-02-04", until="2026-02-04/..")], [begun("2026-02-04", "2026-02-04/..")]])
def test_an_open_end_says_that_it_goes_on(told):
    assert meeting(told, "2026-02-03") is None
    assert (meeting(told, "2026-02-04").status, meeting(told, "2026-02-04").possible) == ("in-session", ("held",))
    assert meeting([*told, held("2026-02-09")], "2026-02-09").status == "held"


def test_who_tells_all_of_a_meeting_that_was_recorded_as_begun_tells_its_beginning_again():
    told = [begun("2026-02-05"), held("2026-02-05", until="2026-02-07")]
    assert (meeting(told, "2026-02-06").status, meeting(told, "2026-02-07").status) == ("in-session", "held")


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (errors.InSessionAlready, [begun("2026-02-05"), begun("2026-02-06")]),
        (errors.HeldAlready, [held("2026-02-05"), begun("2026-02-06")]),
        (errors.EndsBeforeItBegins, [begun("2026-02-05", "2026-02-04")]),
        (errors.InSessionAlready, [held("2026-02-05", until="2026-02-09"), begun("2026-02-06")]),
    ],
    ids=["begun twice", "begun after it was held", "ends before it begins", "told with its end already"],
)
def test_a_meeting_does_not_begin(refusal, told):
    with pytest.raises(refusal):
        recorded(SPACE, told)


def test_a_meeting_that_begins_outside_its_window_is_irregular():
    assert meeting([scheduled(), begun("2026-04-20", None)], "2026-04-20").flags == ("irregular",)


@pytest.mark.parametrize(
    ("word", "mode"), [("phone", "telephone"), ("call", "telephone"), ("video", "virtual"), ("hybrid", "hybrid")]
)
def test_a_call_is_a_meeting_by_telephone_or_video(word, mode):
    assert MeetingHeld(meeting="2", mode=word).mode == mode


def test_a_participant_may_be_an_office_and_is_not_nobody():
    recorded(SPACE, [E(MeetingHeld(meeting="2", participants=({"office": "Deputy Secretary", "party": "US"},)))])
    for fact in (
        MeetingHeld(meeting="2", participants=({"party": "US"},)),
        MeetingBegun(meeting="2", participants=({"party": "US", "role": "chair"},)),
        ParticipantsRecorded(meeting="2", participants=({"party": "US"},)),
    ):
        with pytest.raises(errors.InvalidFact):
            recorded(SPACE, [E(fact)])


@pytest.mark.parametrize(
    ("fact", "part", "before", "after"),
    [
        (DialogueSuspended(effective="2027-01-01"), "series", "established", "suspended"),
        (DialogueConcluded(effective="2027-01-01"), "series", "established", "concluded"),
    ],
)
def test_what_is_announced_of_a_series_holds_from_its_day(fact, part, before, after):
    told = [established(), E(fact, "2026-02-02")]
    assert shown(SPACE, told, part, "2026-12-31").status == before
    assert shown(SPACE, told, part, "2027-01-01").status == after
