"""Which step may follow which in relations, missions and partnerships, and what is refused? Cost: milliseconds."""

from __future__ import annotations

from itertools import permutations
from typing import get_args

import pytest
from pydantic import ValidationError
from support import E, recorded, shown

from engagement_ledger.domain import errors, relationship
from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.dates import When
from engagement_ledger.domain.entry import Fact
from engagement_ledger.domain.relationship import (
    LEVELS,
    MACHINES,
    MISSION,
    PARTNERSHIP,
    RELATIONS,
    ActAcknowledged,
    AmbassadorRecalled,
    AmbassadorReturned,
    ConcernExpressed,
    CourtesyExtended,
    EngagementAnticipated,
    InterestAffirmed,
    Level,
    Mission,
    MissionAtLevel,
    MissionResumed,
    MissionSuspended,
    Partnership,
    PartnershipDeclared,
    PartnershipDowngraded,
    PartnershipLapsed,
    PartnershipReaffirmed,
    PartnershipUpgraded,
    PartyCeasedToExist,
    PositionAffirmed,
    ProgressWelcomed,
    ProtectingPowerDesignated,
    RecognitionExtended,
    RecognitionWithdrawn,
    Relations,
    RelationsEstablished,
    Relationship,
    RelationshipOpened,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from engagement_ledger.domain.worlds import Standing

IRAN, US_IR = "relationship:ir-us", "mission/US>IR"
NZ_US, STRATEGIC = "relationship:nz-us", "partnership/NZ"
ENDS = {"sender": "US", "host": "IR"}


def recognised(on="1900", **more):
    return E(RecognitionExtended(by="US", of="IR"), on, **more)


def unrecognised(on, **more):
    return E(RecognitionWithdrawn(by="US", of="IR"), on, **more)


def established(on="1944", **more):
    return E(RelationsEstablished(), on, **more)


def suspended(on, **more):
    return E(RelationsSuspended(initiator="US"), on, **more)


def severed(on="1980-04-07", **more):
    return E(RelationsSevered(initiator="US", reason="the hostages"), on, **more)


def restored(on, **more):
    return E(RelationsRestored(), on, **more)


def party_ceased(on, party="IR", **more):
    return E(PartyCeasedToExist(party=party, successors=("x:successor",)), on, **more)


def at(level, on="1950", city=None, **more):
    return E(MissionAtLevel(**ENDS, level=level, city=city), on, **more)


def operations_suspended(on="1960", **more):
    return E(MissionSuspended(**ENDS), on, **more)


def operations_resumed(on, **more):
    return E(MissionResumed(**ENDS), on, **more)


def recalled(on="1960", **more):
    return E(AmbassadorRecalled(**ENDS), on, **more)


def returned(on, **more):
    return E(AmbassadorReturned(**ENDS), on, **more)


def protected(on="1980-05-21", power="CH", **more):
    return E(ProtectingPowerDesignated(**ENDS, power=power), on, **more)


def declared(on="2000", scheme="NZ", label="strategic partnership", rank=2, **more):
    return E(PartnershipDeclared(scheme=scheme, label=label, rank=rank), on, **more)


def upgraded(on, label="comprehensive partnership", rank=1, **more):
    return E(PartnershipUpgraded(scheme="NZ", label=label, rank=rank), on, **more)


def downgraded(on, label="partnership", rank=3, **more):
    return E(PartnershipDowngraded(scheme="NZ", label=label, rank=rank), on, **more)


def lapsed(on, **more):
    return E(PartnershipLapsed(scheme="NZ"), on, **more)


def relations(told, on):
    return shown(IRAN, told, "relations", on)


def mission(told, on):
    return shown(IRAN, told, US_IR, on)


def partnership(told, on):
    return shown(NZ_US, told, STRATEGIC, on)


# --- every row of the table of relations -----------------------------------------------------------------

STEP = {
    "recognise": recognised,
    "withdraw-recognition": unrecognised,
    "establish": established,
    "suspend": suspended,
    "sever": severed,
    "restore": restored,
    "party-ceased": party_ceased,
}
UP_TO = {
    None: [],
    "none": [recognised(), unrecognised("1910")],
    "recognised": [recognised()],
    "established": [established()],
    "suspended": [established(), suspended("1979")],
    "severed": [established(), severed()],
    "party-ceased": [established(), party_ceased("1991")],
}


@pytest.mark.parametrize(("status", "verb"), RELATIONS)
def test_a_row_of_relations_is_lawful_and_leads_where_it_says(status, verb):
    before = relations(UP_TO[status], "2019-12-31")
    assert (before and before.status) == status
    after = relations([*UP_TO[status], STEP[verb]("2020-01-01")], "2020-01-01")
    assert after == Standing(RELATIONS[status, verb])


FORBIDDEN = [(status, verb) for status in UP_TO for verb in STEP if (status, verb) not in RELATIONS]


@pytest.mark.parametrize(("status", "verb"), FORBIDDEN)
def test_what_is_not_in_the_table_of_relations_is_refused_by_name(status, verb):
    with pytest.raises(errors.ImpossibleHistory) as refused:
        recorded(IRAN, [*UP_TO[status], STEP[verb]("2020-01-01")])
    assert type(refused.value) is Relations.refusals[status, verb]
    assert refused.value.status == status
    assert refused.value.part == f"{IRAN}/relations"


@pytest.mark.parametrize("status", [status for status in UP_TO if status != "party-ceased"])
def test_from_any_status_a_party_may_cease_to_exist(status):
    assert RELATIONS[status, "party-ceased"] == "party-ceased"


def test_no_step_leaves_relations_with_a_party_that_ceased():
    assert not [row for row in RELATIONS if row[0] == "party-ceased"]


# --- every row of the table of missions ------------------------------------------------------------------

MISSION_STEP = {
    "suspend-mission": operations_suspended,
    "resume-mission": operations_resumed,
    "recall": recalled,
    "return-ambassador": returned,
    "protect": protected,
}
FLAGS = {"suspend-mission": "operations-suspended", "recall": "ambassador-recalled"}
UNDONE_BY = {"resume-mission": operations_suspended, "return-ambassador": recalled}
STATUSES = (None, *LEVELS)


def test_there_are_nine_levels_of_missions():
    assert get_args(Level) == LEVELS
    assert LEVELS == (
        "none", "consul-nonresident", "consulate", "interests", "liaison", "envoy-nonresident", "legation",
        "ambassador-nonresident", "embassy",
    )  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("before", STATUSES)
def test_a_mission_goes_from_any_level_to_any_and_may_be_restated(before, level):
    assert (before, "mission") in MISSION
    told = [at(before)] if before else []
    after = mission([*told, at(level, "2020-01-01", "Tehran")], "2020-01-01")
    city = () if level == "none" else (("city", "Tehran"),)
    assert after == Standing(level, (), (), city)
    if before:
        assert mission(told, "2019-12-31").status == before


@pytest.mark.parametrize("verb", MISSION_STEP)
@pytest.mark.parametrize("status", STATUSES)
def test_a_row_of_missions_is_lawful_and_any_other_is_refused_by_name(status, verb):
    undone = UNDONE_BY.get(verb)
    told = [*([at(status)] if status else [])]
    if undone and (status, verb) in MISSION:
        told.append(undone("1960"))
    told.append(MISSION_STEP[verb]("2020-01-01"))
    if (status, verb) in MISSION:
        assert MISSION[status, verb] == status
        after = mission(told, "2020-01-01")
        assert after.status == status
        assert after.flags == ((FLAGS[verb],) if verb in FLAGS else ())
    elif verb == "protect":
        assert status is None
        recorded(IRAN, told)
    else:
        with pytest.raises(errors.NoMissionThere) as refused:
            recorded(IRAN, told)
        assert refused.value.status == status
        assert Mission.refusals[status, verb] is errors.NoMissionThere


# --- every row of the table of partnerships --------------------------------------------------------------

PARTNER_STEP = {
    "declare-partnership": declared,
    "upgrade": upgraded,
    "downgrade": downgraded,
    "lapse-partnership": lapsed,
}
PARTNER_UP_TO = {
    None: [],
    "declared": [declared()],
    "upgraded": [declared(), upgraded("2005")],
    "downgraded": [declared(), downgraded("2005")],
    "lapsed": [declared(), lapsed("2005")],
}


@pytest.mark.parametrize(("status", "verb"), PARTNERSHIP)
def test_a_row_of_partnerships_is_lawful_and_leads_where_it_says(status, verb):
    before = partnership(PARTNER_UP_TO[status], "2019-12-31")
    assert (before and before.status) == status
    after = partnership([*PARTNER_UP_TO[status], PARTNER_STEP[verb]("2020-01-01")], "2020-01-01")
    assert (after.status, after.possible, after.flags) == (PARTNERSHIP[status, verb], (), ())


@pytest.mark.parametrize(
    ("status", "verb"), [(s, v) for s in PARTNER_UP_TO for v in PARTNER_STEP if (s, v) not in PARTNERSHIP]
)
def test_what_is_not_in_the_table_of_partnerships_is_refused_by_name(status, verb):
    with pytest.raises(errors.ImpossibleHistory) as refused:
        recorded(NZ_US, [*PARTNER_UP_TO[status], PARTNER_STEP[verb]("2020-01-01")])
    assert type(refused.value) is Partnership.refusals[status, verb]
    assert refused.value.status == status


@pytest.mark.parametrize(("machine", "table"), [(Relations, RELATIONS), (Mission, MISSION), (Partnership, PARTNERSHIP)])
def test_no_lawful_row_is_named_a_refusal(machine, table):
    assert not set(machine.refusals) & set(table)


# --- refusals --------------------------------------------------------------------------------------------

REFUSED = {
    "restored, never suspended or severed": (errors.NothingToRestore, [established(), restored("1990")]),
    "restored, nothing known": (errors.NothingToRestore, [restored("1990")]),
    "restored before they were severed": (errors.NothingToRestore, [established(), severed(), restored("1979")]),
    "restored twice": (errors.NothingToRestore, [*UP_TO["severed"], restored("1990"), restored("1991")]),
    "suspended, nothing known": (errors.RelationsNotEstablished, [suspended("1979")]),
    "severed, only recognised": (errors.RelationsNotEstablished, [recognised(), severed()]),
    "severed before they were established": (errors.RelationsNotEstablished, [established(), severed("1943")]),
    "established twice": (errors.RelationsEstablishedAlready, [established(), established("1950")]),
    "established while severed": (errors.RelationsEstablishedAlready, [*UP_TO["severed"], established("1990")]),
    "severed twice": (errors.RelationsSeveredAlready, [*UP_TO["severed"], severed("1981")]),
    "suspended while severed": (errors.RelationsSeveredAlready, [*UP_TO["severed"], suspended("1981")]),
    "suspended twice": (errors.SuspendedAlready, [*UP_TO["suspended"], suspended("1981")]),
    "recognition withdrawn, never extended": (errors.NeverRecognised, [unrecognised("1990")]),
    "recognition withdrawn twice": (errors.NeverRecognised, [*UP_TO["none"], unrecognised("1990")]),
    "restored with a party that ceased": (errors.PartyHasCeased, [*UP_TO["party-ceased"], restored("1992")]),
    "established with a party that ceased": (errors.PartyHasCeased, [party_ceased("1991"), established("1992")]),
    "operations suspended, no mission known": (errors.NoMissionThere, [operations_suspended()]),
    "operations suspended, mission closed": (errors.NoMissionThere, [at("none"), operations_suspended()]),
    "operations resumed, mission closed": (
        errors.NoMissionThere,
        [at("embassy"), operations_suspended(), at("none", "1970"), operations_resumed("1980")],
    ),
    "operations suspended twice": (
        errors.SuspendedAlready,
        [at("embassy"), operations_suspended(), operations_suspended("1961")],
    ),
    "operations resumed, never suspended": (errors.NothingToResume, [at("embassy"), operations_resumed("1961")]),
    "operations resumed after the mission was brought to another level": (
        errors.NothingToResume,
        [at("embassy"), operations_suspended(), at("legation", "1970"), operations_resumed("1980")],
    ),
    "recalled, no mission known": (errors.NoMissionThere, [recalled()]),
    "recalled, mission closed": (errors.NoMissionThere, [at("none"), recalled()]),
    "recalled twice": (errors.AmbassadorRecalledAlready, [at("embassy"), recalled(), recalled("1961")]),
    "returned, never recalled": (errors.AmbassadorNotRecalled, [at("embassy"), returned("1961")]),
    "returned to a mission that was closed": (
        errors.NoMissionThere,
        [at("embassy"), recalled(), at("none", "1970"), returned("1971")],
    ),
    "declared twice": (errors.PartnershipDeclaredAlready, [declared(), declared("2001")]),
    "upgraded, never declared": (errors.NoPartnershipThere, [upgraded("2001")]),
    "downgraded after it lapsed": (errors.NoPartnershipThere, [*PARTNER_UP_TO["lapsed"], downgraded("2010")]),
    "lapsed twice": (errors.NoPartnershipThere, [*PARTNER_UP_TO["lapsed"], lapsed("2010")]),
    "a relationship of one": (errors.InvalidFact, [E(RelationshipOpened(parties=("NZ", "NZ"), title="Alone"))]),
    "a mission to oneself": (errors.InvalidFact, [E(MissionAtLevel(sender="US", host="US", level="embassy"))]),
    "recalled from oneself": (errors.InvalidFact, [E(AmbassadorRecalled(sender="US", host="US"))]),
    "recognised by oneself": (errors.InvalidFact, [E(RecognitionExtended(by="US", of="US"))]),
    "recognition of oneself withdrawn": (errors.InvalidFact, [E(RecognitionWithdrawn(by="US", of="US"))]),
    "protected by the sender": (errors.InvalidFact, [protected(power="US")]),
    "protected by the host": (errors.InvalidFact, [protected(power="IR")]),
    "not known yet": (errors.HappeningInTheFuture, [established("2026-03-04", known="2026-03-02T12:00:00.000000Z")]),
}


@pytest.mark.parametrize(("refusal", "told"), REFUSED.values(), ids=REFUSED)
def test_the_impossible_is_refused(refusal, told):
    with pytest.raises(refusal) as refused:
        recorded(IRAN, told)
    assert type(refused.value) is refusal
    assert refused.value.message
    assert refused.value.because
    assert refused.value.hint


@pytest.mark.parametrize(
    ("fact", "fields", "place"),
    [
        (RelationshipOpened, {"parties": ["NZ"], "title": "Alone"}, "parties"),
        (RelationshipOpened, {"parties": ["NZ", "UK"], "title": "It"}, "parties"),
        (RelationshipOpened, {"parties": ["NZ", "US"]}, "title"),
        (MissionAtLevel, {**ENDS, "level": "high-commission"}, "level"),
        (MissionAtLevel, {**ENDS}, "level"),
        (MissionAtLevel, {"sender": "us", "host": "IR", "level": "embassy"}, "sender"),
        (PartnershipDeclared, {"scheme": "NZ"}, "label"),
        (PartnershipDeclared, {"scheme": "NZ", "label": "It", "rank": "first"}, "rank"),
        (PositionAffirmed, {"by": [], "text": "It"}, "by"),
        (ActAcknowledged, {"by": ["US"], "of": "NZ", "act": "It", "when": "last week"}, "when"),
        (EngagementAnticipated, {"by": ["US"], "text": "More", "window": "soon"}, "window"),
    ],
)
def test_a_field_that_is_wrong_is_named(fact, fields, place):
    with pytest.raises(ValidationError) as invalid:
        fact(**fields)
    assert {error["loc"][0] for error in invalid.value.errors()} == {place}


def test_a_refusal_names_the_entry_without_which_it_would_be_possible():
    with pytest.raises(errors.RelationsEstablishedAlready) as refused:
        recorded(IRAN, [established(id="first"), established("1950")])
    assert refused.value.others == ["first"]


# --- relations -------------------------------------------------------------------------------------------


def test_relations_are_severed_and_restored_day_by_day():
    told = [established("1944-01-01"), severed(), restored("1990-01-01")]
    days = ("1943-12-31", "1944-01-01", "1980-04-06", "1980-04-07", "1989-12-31", "1990-01-01")
    found = [relations(told, on) for on in days]
    assert [one and one.status for one in found] == [
        None, "established", "established", "severed", "severed", "established",
    ]  # fmt: skip


def test_the_recognition_of_the_second_side_leaves_established_relations_as_they_are():
    other = E(RecognitionExtended(by="IR", of="US"), "1950")
    assert relations([established(), other], "1951-01-01") == Standing("established")


def test_withdrawn_recognition_ends_established_relations():
    assert relations([recognised(), established(), unrecognised("1990")], "1991-01-01") == Standing("severed")


def test_relations_may_be_established_again_after_recognition_was_withdrawn_from_a_party_merely_recognised():
    assert relations([*UP_TO["none"], established("1950")], "1951-01-01") == Standing("established")


def test_suspended_relations_may_be_severed_but_not_the_other_way_round():
    assert relations([*UP_TO["suspended"], severed()], "1981-01-01") == Standing("severed")


def test_the_end_of_a_party_ends_relations_once_and_for_all():
    told = [established(), severed(), party_ceased("1991-12-26")]
    assert relations(told, "1991-12-25") == Standing("severed")
    assert relations(told, "2020-01-01") == Standing("party-ceased")


def test_relations_established_by_a_date_are_possible_before_it():
    assert relations([established("../1944-06-30")], "1930-01-01") == Standing(None, ("established",))
    assert relations([established("../1944-06-30")], "1944-06-30") == Standing("established")


def test_relations_severed_some_time_in_a_month_are_possibly_severed_during_it():
    told = [established(), severed("1980-04")]
    assert relations(told, "1980-04-15") == Standing("established", ("severed",))
    assert relations(told, "1980-04-30") == Standing("severed")


def test_severed_and_restored_on_one_day_can_come_in_one_order_only():
    told = [established(), severed("1980-04-07"), restored("1980-04-07")]
    assert relations(told, "1980-04-07") == Standing("established")


def test_the_order_of_recording_does_not_matter():
    told = [established("../1980"), severed("1980-04"), restored("1981")]
    seen = set()
    for order in permutations(told):
        try:
            recorded(IRAN, order)
        except errors.ImpossibleHistory:
            continue
        seen.add(tuple(relations(order, on) for on in ("1950-01-01", "1980-04-10", "1980-12-31", "1982-01-01")))
    assert len(seen) == 1


# --- missions --------------------------------------------------------------------------------------------


def test_a_mission_says_where_it_stands():
    assert mission([at("embassy", city="Tehran")], "1951-01-01") == Standing("embassy", (), (), (("city", "Tehran"),))


def test_a_mission_that_is_restated_may_have_moved():
    told = [at("embassy", city="Tehran"), at("embassy", "1960", "Isfahan")]
    assert mission(told, "1961-01-01").detail == (("city", "Isfahan"),)


def test_a_mission_restated_without_a_city_has_not_moved():
    told = [at("embassy", city="Tehran"), at("embassy", "1960")]
    assert mission(told, "1961-01-01").detail == (("city", "Tehran"),)


def test_a_mission_at_another_level_does_not_inherit_the_city():
    assert mission([at("embassy", city="Tehran"), at("consulate", "1960")], "1961-01-01").detail == ()


def test_a_mission_that_is_closed_stands_nowhere():
    told = [at("embassy", city="Tehran"), at("none", "1960")]
    assert mission(told, "1961-01-01") == Standing("none")
    assert mission([at("none", city="Tehran")], "1961-01-01") == Standing("none")


def test_operations_are_suspended_and_resumed_at_one_level():
    told = [at("embassy", city="Kabul"), operations_suspended("2021-08-31"), operations_resumed("2025-01-01")]
    days = {"2021-08-30": (), "2021-08-31": ("operations-suspended",), "2025-01-01": ()}
    for on, flags in days.items():
        assert mission(told, on) == Standing("embassy", (), flags, (("city", "Kabul"),))


@pytest.mark.parametrize("level", [level for level in LEVELS if level not in ("none", "embassy")])
def test_another_level_ends_a_suspension_and_leaves_a_recall(level):
    told = [at("embassy"), operations_suspended(), recalled("1961"), at(level, "1970")]
    assert mission(told, "1969-12-31").flags == ("ambassador-recalled", "operations-suspended")
    assert mission(told, "1970-12-31").flags == ("ambassador-recalled",)


@pytest.mark.parametrize("city", [None, "Isfahan"])
def test_a_level_told_again_leaves_a_suspension_and_a_protecting_power(city):
    told = [at("embassy", city="Tehran"), operations_suspended(), protected("1962"), at("embassy", "1970", city)]
    shown = (("city", city or "Tehran"), ("protected_by", "CH"))
    assert mission(told, "1970-12-31") == Standing("embassy", (), ("operations-suspended",), shown)
    again = [*told, operations_resumed("1980")]
    assert mission(again, "1980-12-31") == Standing("embassy", (), (), shown[:1])


def test_a_mission_that_is_closed_again_keeps_its_protecting_power():
    told = [at("none", "1980-04-07"), protected("1980-05-21"), at("none", "1990")]
    assert mission(told, "1990-12-31") == Standing("none", (), (), (("protected_by", "CH"),))


def test_the_closing_of_a_mission_clears_all():
    told = [
        at("embassy", city="Tehran"),
        operations_suspended(),
        recalled("1961"),
        protected("1962"),
        at("none", "1970"),
    ]
    assert dict(mission(told, "1969-12-31").detail) == {"city": "Tehran", "protected_by": "CH"}
    assert mission(told, "1970-12-31") == Standing("none")
    assert mission([*told, at("embassy", "1980")], "1980-12-31") == Standing("embassy")


def test_a_recalled_ambassador_returns():
    told = [at("embassy"), recalled("1960-01-01"), returned("1961-01-01"), recalled("1962-01-01")]
    days = {"1960-01-01": ("ambassador-recalled",), "1961-01-01": (), "1962-01-01": ("ambassador-recalled",)}
    assert {on: mission(told, on).flags for on in days} == days


def test_a_recall_of_a_vague_date_is_shown_once_it_is_certain():
    told = [at("embassy"), recalled("1960-03")]
    assert mission(told, "1960-03-15") == Standing("embassy")
    assert mission(told, "1960-03-31") == Standing("embassy", (), ("ambassador-recalled",))


def test_a_protecting_power_is_designated_when_there_is_no_mission():
    told = [at("none", "1980-04-07"), protected()]
    assert mission(told, "1980-05-20") == Standing("none")
    assert mission(told, "1980-05-21") == Standing("none", (), (), (("protected_by", "CH"),))


def test_another_protecting_power_takes_the_place_of_the_first():
    told = [at("none"), protected("1980"), protected("1990", "PK")]
    assert mission(told, "1991-01-01").detail == (("protected_by", "PK"),)


def test_a_suspended_embassy_may_have_a_protecting_power_until_it_operates():
    told = [at("embassy", city="Damascus"), operations_suspended("2012-02-06"), protected("2012-03-01", "CZ")]
    assert mission(told, "2013-01-01") == Standing(
        "embassy", (), ("operations-suspended",), (("city", "Damascus"), ("protected_by", "CZ"))
    )
    operating = Standing("embassy", (), (), (("city", "Damascus"),))
    assert mission([*told, operations_resumed("2020")], "2021-01-01") == operating


def test_a_section_of_interests_works_under_the_protecting_power_and_an_embassy_ends_it():
    told = [at("none", "1961"), protected("1962"), at("interests", "1977-09-01"), at("embassy", "2015-07-20")]
    assert mission(told, "1977-09-01") == Standing("interests", (), (), (("protected_by", "CH"),))
    assert mission(told, "2015-07-20") == Standing("embassy")


def test_a_protecting_power_alone_says_nothing_of_the_mission():
    """It is taken in, though nothing is recorded of the level; and nothing is shown until that is."""
    assert len(recorded(IRAN, [protected()])) == 1
    assert mission([protected()], "1990-01-01") is None


def test_a_protecting_power_recorded_first_is_shown_beside_the_level_that_is_learnt_later():
    told = [protected(), at("none", "1980-04-07")]
    assert mission(told, "1980-04-07") == Standing("none")
    assert mission(told, "1980-05-21") == Standing("none", (), (), (("protected_by", "CH"),))
    assert mission([protected(), at("interests", "1990")], "1991-01-01").detail == (("protected_by", "CH"),)


def test_a_protecting_power_of_the_day_of_the_closing_is_certain_only_when_the_order_is_stated():
    closed = at("none", "1980-04-07", id="closed")
    unordered = [at("embassy"), closed, protected("1980-04-07")]
    assert mission(unordered, "1980-04-07") == Standing("none")
    stated = [at("embassy"), closed, protected("1980-04-07", after=("closed",))]
    assert mission(stated, "1980-04-07") == Standing("none", (), (), (("protected_by", "CH"),))


def test_two_levels_of_one_day_leave_open_which_came_last():
    told = [at("consulate", "1950-01-01"), at("embassy", "1950-01-01")]
    assert mission(told, "1950-01-01") == Standing(None, ("consulate", "embassy"))


def test_missions_are_directed_and_stand_alone():
    back = E(MissionAtLevel(sender="IR", host="US", level="none"), "1980-04-07")
    told = [at("embassy"), back]
    assert mission(told, "1981-01-01").status == "embassy"
    assert shown(IRAN, told, "mission/IR>US", "1981-01-01").status == "none"
    with pytest.raises(errors.NoMissionThere):
        recorded(IRAN, [at("embassy"), E(AmbassadorRecalled(sender="IR", host="US"), "1960")])


def test_an_embassy_while_relations_are_severed_is_taken_in():
    """It is irregular, not impossible: engage check finds it."""
    told = [established(), at("embassy"), severed(), at("embassy", "1985", "Tehran")]
    assert mission(told, "1986-01-01").status == "embassy"
    assert relations(told, "1986-01-01") == Standing("severed")


def test_a_mission_without_relations_or_recognition_is_taken_in():
    assert mission([at("liaison")], "1951-01-01") == Standing("liaison")


# --- partnerships ----------------------------------------------------------------------------------------


def test_a_partnership_bears_the_label_and_rank_of_the_day():
    told = [declared("2000-01-01"), upgraded("2005-01-01"), downgraded("2010-01-01"), lapsed("2015-01-01")]
    days = {
        "2000-01-01": ("declared", "strategic partnership", "2"),
        "2005-01-01": ("upgraded", "comprehensive partnership", "1"),
        "2010-01-01": ("downgraded", "partnership", "3"),
        "2015-01-01": ("lapsed", "partnership", "3"),
    }
    for on, (status, label, rank) in days.items():
        assert partnership(told, on) == Standing(status, (), (), (("label", label), ("rank", rank)))


def test_a_scheme_may_have_no_ranks_and_a_rank_is_not_inherited():
    told = [declared("2000-01-01"), upgraded("2005-01-01", rank=None)]
    assert partnership(told, "2005-01-01").detail == (("label", "comprehensive partnership"),)


def test_a_partnership_may_be_upgraded_twice_and_declared_again_after_it_lapsed():
    told = [declared(), upgraded("2005"), upgraded("2006", "alliance"), lapsed("2010"), declared("2015-01-01")]
    assert partnership(told, "2007-01-01").status == "upgraded"
    assert partnership(told, "2015-01-01") == Standing(
        "declared", (), (), (("label", "strategic partnership"), ("rank", "2"))
    )


def test_each_side_has_its_own_scheme():
    told = [declared(), E(PartnershipDeclared(scheme="US", label="major non-NATO ally"), "1997"), lapsed("2010")]
    assert partnership(told, "2011-01-01").status == "lapsed"
    assert shown(NZ_US, told, "partnership/US", "2011-01-01").status == "declared"


# --- what is said moves nothing --------------------------------------------------------------------------

BOTH = ("NZ", "US")
SAID = [
    PartnershipReaffirmed(by=BOTH, label="strategic partnership"),
    PartnershipReaffirmed(by=("NZ",), label="strategic partnership", scheme="NZ"),
    PositionAffirmed(by=BOTH, text="A free and open region"),
    InterestAffirmed(by=BOTH, text="Trade and investment"),
    ProgressWelcomed(by=BOTH, text="Defence cooperation"),
    ActAcknowledged(by=("US",), of="NZ", act="Chose a helicopter", when=When.parse("../2026-02-02")),
    ActAcknowledged(by=BOTH, of="x:partners", act="Invested"),
    ConcernExpressed(by=BOTH, text="Coercion at sea"),
    CourtesyExtended(by=("US",), to="NZ", kind="thanks", occasion="Logistics for the Antarctic programme"),
    EngagementAnticipated(by=BOTH, text="More, at ministerial level too", window=When.parse("2026-02-02/..")),
    EngagementAnticipated(by=("NZ",), text="More"),
]


@pytest.mark.parametrize("fact", SAID, ids=lambda fact: fact.words())
def test_what_is_said_changes_no_status_and_may_be_said_at_any_time(fact):
    assert list(fact.moves()) == []
    parts = ("relations", "mission/NZ>US", STRATEGIC)
    for told in ([], [established(), declared()]):
        before = [shown(NZ_US, told, part, "2026-02-03") for part in parts]
        said = [*told, E(fact), E(fact, "1990", id="again")]
        assert [shown(NZ_US, said, part, "2026-02-03") for part in parts] == before


def test_the_opening_of_a_record_says_nothing_of_relations():
    told = [E(RelationshipOpened(parties=BOTH, title="New Zealand and the United States"))]
    assert shown(NZ_US, told, "relations", "2026-02-03") is None


def test_engagement_may_be_anticipated_for_a_time_to_come():
    fact = EngagementAnticipated(by=BOTH, text="More", window=When.parse("2030"))
    assert recorded(NZ_US, [E(fact, "2026-02-02", known="2026-02-02T12:00:00.000000Z")])


# --- the record ------------------------------------------------------------------------------------------


def record(*facts):
    known = Relationship(stream=NZ_US)
    for fact in facts:
        known = known.evolve(fact)
    return known


def test_a_record_holds_its_title_and_parties():
    known = record(RelationshipOpened(parties=BOTH, title="NZ–US", themes=("space",)))
    assert (known.title, known.parties, known.themes) == ("NZ–US", BOTH, ("space",))


@pytest.mark.parametrize(
    "fact",
    [
        RecognitionExtended(by="NZ", of="US"),
        MissionAtLevel(sender="NZ", host="US", level="embassy"),
        PositionAffirmed(by=BOTH, text="It"),
        ProtectingPowerDesignated(sender="NZ", host="US", power="CH"),
    ],
)
def test_without_an_opening_the_parties_are_those_that_the_facts_name(fact):
    assert record(fact).parties == BOTH


def test_the_declaring_party_is_one_of_the_parties():
    assert record(PartnershipDeclared(scheme="NZ", label="It")).parties == ("NZ",)


@pytest.mark.parametrize(
    "fact", [RelationsEstablished(), PartnershipLapsed(scheme="NZ"), RelationsSevered(reason="War")]
)
def test_what_names_no_new_party_leaves_the_record_as_it_is(fact):
    assert record(fact) == Relationship(stream=NZ_US)


# --- the declarations ------------------------------------------------------------------------------------


def test_every_step_of_a_fact_belongs_to_a_machine_that_knows_it():
    tables = {"relations": RELATIONS, "mission": MISSION, "partnership": PARTNERSHIP}
    steps = [*STEP.values(), *MISSION_STEP.values(), *PARTNER_STEP.values(), lambda on: at("embassy", on)]
    moved = {type(step("2020-01-01").fact) for step in steps}
    for step in steps:
        (move,) = step("2020-01-01").fact.moves()
        kind = move.region.partition("/")[0]
        assert kind in MACHINES
        assert move.verb in {verb for _, verb in tables[kind]}
    said = {type(fact) for fact in SAID} | {RelationshipOpened}
    assert moved | said == {fact for fact in CATALOGUE.values() if fact.KIND == "relationship"}


def test_every_verb_is_used_once():
    verbs = [fact.VERB for fact in CATALOGUE.values() if fact.KIND == "relationship"]
    assert len(set(verbs)) == len(verbs)


def test_every_event_and_field_says_what_it_is():
    for fact in (one for one in CATALOGUE.values() if one.__module__ == relationship.__name__):
        assert fact.__doc__
        assert all(field.description for field in fact.model_fields.values())


# --- announced ahead -------------------------------------------------------------------------------------

AHEAD = "2027-01-01"


@pytest.mark.parametrize(
    ("fact", "part", "before", "after"),
    [
        (MissionAtLevel(sender="NZ", host="US", level="embassy", effective=AHEAD), "mission/NZ>US", None, "embassy"),
        (RelationsSuspended(effective=AHEAD), "relations", "established", "suspended"),
        (PartnershipUpgraded(scheme="NZ", label="comprehensive", effective=AHEAD), STRATEGIC, "declared", "upgraded"),
        (PartnershipLapsed(scheme="NZ", effective=AHEAD), STRATEGIC, "declared", "lapsed"),
    ],
    ids=lambda one: one.words() if isinstance(one, Fact) else None,
)  # fmt: skip
def test_what_was_announced_holds_from_its_day_and_what_stood_before_stands_until_then(fact, part, before, after):
    told = [established("2001-01-01"), declared("2001-01-01"), E(fact, "2026-02-02")]
    was, now = shown(NZ_US, told, part, "2026-12-31"), shown(NZ_US, told, part, "2027-01-01")
    assert (was and was.status, now.status) == (before, after)


def test_on_a_vague_effective_date_both_are_possible():
    told = [
        E(MissionAtLevel(sender="NZ", host="US", level="consulate"), "2001-01-01"),
        E(MissionAtLevel(sender="NZ", host="US", level="embassy", effective="2027"), "2026-02-02"),
    ]
    during = shown(NZ_US, told, "mission/NZ>US", "2027-06-30")
    assert (during.status, during.possible) == ("consulate", ("embassy",))
    assert shown(NZ_US, told, "mission/NZ>US", "2027-12-31").status == "embassy"
