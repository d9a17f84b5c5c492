"""Who exists, who is a member of what, and how far is a register kept up? Cost: milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError
from support import E, recorded, shown

from engagement_ledger.domain import errors
from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.machine import PartMachine
from engagement_ledger.domain.party import (
    COVERAGE,
    MACHINES,
    MEMBER,
    OFFICE,
    WHOLE,
    Coverage,
    CoverageDeclared,
    Member,
    MemberJoined,
    MemberLeft,
    MembershipSought,
    Office,
    OfficeAssumed,
    OfficeVacated,
    PartyCeased,
    PartyRecord,
    PartyRegistered,
    PartyRenamed,
    Whole,
)
from engagement_ledger.domain.worlds import Standing

PIF, SU = "party:org:PIF", "party:SU"
TRAVELS = "dialogue:us-visits"


def registered(on="1971-08-05", name="South Pacific Forum", **more):
    return E(PartyRegistered(name=name, kind="organisation"), on, **more)


def renamed(on="2000-10-30", name="Pacific Islands Forum", **more):
    return E(PartyRenamed(name=name), on, **more)


def ceased(on="2030-01-01", **more):
    return E(PartyCeased(successors=("RU",)), on, **more)


def joined(on="2026-01-01", member="FJ", **more):
    return E(MemberJoined(member=member), on, **more)


def left(on="2026-02-01", member="FJ", **more):
    return E(MemberLeft(member=member), on, **more)


def declared(until, on="2026-02-02", scope=TRAVELS, **more):
    return E(CoverageDeclared(scope=scope, until=until), on, **more)


def applied(on="2025-01-01", member="FJ", **more):
    return E(MembershipSought(member=member), on, **more)


def assumed(on="2020-05-01", until=None, person="Henry Puna", **more):
    return E(OfficeAssumed(office="secretary-general", person=person, until=until), on, **more)


def vacated(on="2024-05-31", **more):
    return E(OfficeVacated(office="secretary-general"), on, **more)


def coverage(told, on, scope=TRAVELS):
    return shown(PIF, told, f"coverage/{scope}", on)


# --- every row of the tables -----------------------------------------------------------------------------

STEP: Mapping[str, Mapping[str, Any]] = {
    "whole": {"register": registered, "rename": renamed, "cease": ceased},
    "member": {"join": joined, "leave": left, "seek": applied},
    "office": {"assume": assumed, "vacate": vacated},
    "coverage": {"declare": lambda on: declared("2030", on)},
}
PART = {
    "whole": "whole",
    "member": "member/FJ",
    "office": "office/secretary-general",
    "coverage": f"coverage/{TRAVELS}",
}
UP_TO: Mapping[str, Mapping[str | None, Any]] = {
    "whole": {None: [], "registered": [registered()], "ceased": [registered(), ceased("2001-01-01")]},
    "member": {
        None: [],
        "applied": [applied("2000")],
        "member": [joined("2001")],
        "left": [joined("2001"), left("2002")],
    },
    "office": {None: [], "held": [assumed("2001-01-01")], "vacant": [vacated("2001-01-01")]},
    "coverage": {None: [], "kept": [declared("2030", "2001-01-01")]},
}
TABLE = {"whole": WHOLE, "member": MEMBER, "office": OFFICE, "coverage": COVERAGE}
NAMED: Mapping[str, type[PartMachine]] = {"whole": Whole, "member": Member, "office": Office, "coverage": Coverage}
ROWS = [(region, status, verb) for region, table in TABLE.items() for status, verb in table]
FORBIDDEN = [
    (region, status, verb)
    for region, table in TABLE.items()
    for status in UP_TO[region]
    for verb in STEP[region]
    if (status, verb) not in table
]


@pytest.mark.parametrize(("region", "status", "verb"), ROWS)
def test_a_row_of_a_table_is_lawful_and_leads_where_it_says(region, status, verb):
    told = UP_TO[region][status]
    before = shown(PIF, told, PART[region], "2019-12-31")
    assert (before and before.status) == status
    after = shown(PIF, [*told, STEP[region][verb]("2020-01-01")], PART[region], "2020-01-01")
    assert after is not None
    assert (after.status, after.possible) == (TABLE[region][status, verb], ())


@pytest.mark.parametrize(("region", "status", "verb"), FORBIDDEN)
def test_what_is_not_in_a_table_is_refused_by_name(region, status, verb):
    with pytest.raises(errors.ImpossibleHistory) as refused:
        recorded(PIF, [*UP_TO[region][status], STEP[region][verb]("2020-01-01")])
    assert type(refused.value) is NAMED[region].refusals[status, verb]
    assert refused.value.status == status
    assert refused.value.part == f"{PIF}/{PART[region]}"


def test_every_refusal_that_is_named_is_of_a_row_that_is_forbidden():
    named = [(region, *row) for region, machine in NAMED.items() for row in machine.refusals]
    assert sorted(named, key=str) == sorted(FORBIDDEN, key=str)


def test_each_status_of_the_tables_is_reached_by_these_tests():
    for region, table in TABLE.items():
        assert {None, *table.values()} == set(UP_TO[region])


# --- refusals --------------------------------------------------------------------------------------------

REFUSED = {
    "registered twice": (errors.PartyRegisteredAlready, [registered(), registered("1972")]),
    "registered again after it ceased": (errors.PartyHasCeased, [registered(), ceased("2001"), registered("2002")]),
    "renamed, never registered": (errors.PartyNotRegistered, [renamed()]),
    "renamed before it existed": (errors.PartyNotRegistered, [registered("2000"), renamed("1999")]),
    "renamed after it ceased": (errors.PartyHasCeased, [registered(), ceased("1999"), renamed("2000")]),
    "ceased, never registered": (errors.PartyNotRegistered, [ceased("2000")]),
    "ceased twice": (errors.PartyHasCeased, [registered(), ceased("2000"), ceased("2001")]),
    "joined twice": (errors.MemberAlready, [joined("2000"), joined("2001")]),
    "left, never a member": (errors.NotAMember, [left("2000")]),
    "applied, being a member": (errors.MemberAlready, [joined("1999"), applied("2000")]),
    "left, having only applied": (errors.NotAMember, [applied("1999"), left("2000")]),
    "left twice": (errors.NotAMember, [joined("1999"), left("2000"), left("2001")]),
    "left before it joined": (errors.NotAMember, [joined("2001"), left("2000")]),
    "not known yet": (errors.HappeningInTheFuture, [registered("2026-03-04", known="2026-03-02T12:00:00.000000Z")]),
}


@pytest.mark.parametrize(("refusal", "told"), REFUSED.values(), ids=REFUSED)
def test_the_impossible_is_refused(refusal, told):
    with pytest.raises(refusal) as refused:
        recorded(PIF, told)
    assert type(refused.value) is refusal
    assert refused.value.message
    assert refused.value.because
    assert refused.value.hint


def test_a_refusal_names_the_entry_without_which_it_would_be_possible():
    with pytest.raises(errors.MemberAlready, match="join") as refused:
        recorded(PIF, [joined("2000", id="first"), joined("2001")])
    assert refused.value.others == ["first"]


@pytest.mark.parametrize(
    ("fact", "fields", "place"),
    [
        (PartyRegistered, {"name": "", "kind": "state"}, "name"),
        (PartyRegistered, {"name": "Forum", "kind": "club"}, "kind"),
        (MemberJoined, {"member": "UK"}, "member"),
        (PartyCeased, {"successors": ["UK"]}, "successors"),
        (CoverageDeclared, {"scope": "", "until": "2026"}, "scope"),
        (CoverageDeclared, {"scope": "relationship:* or so", "until": "2026"}, "scope"),
        (CoverageDeclared, {"scope": "relationship:*/x", "until": "2026"}, "scope"),
        (CoverageDeclared, {"scope": "relationship:*", "until": "next week"}, "until"),
        (CoverageDeclared, {"scope": "relationship:*"}, "until"),
    ],
)
def test_a_field_that_is_wrong_is_named(fact, fields, place):
    with pytest.raises(ValidationError) as invalid:
        fact(**fields)
    assert [error["loc"][0] for error in invalid.value.errors()] == [place]


# --- what is known of a party ----------------------------------------------------------------------------


def test_a_party_bears_the_name_of_the_day():
    told = [registered(), renamed()]
    assert shown(PIF, told, "whole", "2000-10-29") == Standing("registered", (), (), (("name", "South Pacific Forum"),))
    assert shown(PIF, told, "whole", "2000-10-30") == Standing(
        "registered", (), (), (("name", "Pacific Islands Forum"),)
    )


def test_a_party_that_has_ceased_keeps_its_last_name():
    told = [E(PartyRegistered(name="Soviet Union", kind="state"), "1922-12-30"), ceased("1991-12-26")]
    assert shown(SU, told, "whole", "1991-12-25").status == "registered"
    assert shown(SU, told, "whole", "1991-12-26") == Standing("ceased", (), (), (("name", "Soviet Union"),))


def test_a_party_that_was_there_by_a_date_is_possibly_there_before_it():
    told = [registered("../1971-08-05")]
    assert shown(PIF, told, "whole", "1950-01-01") == Standing(None, ("registered",))
    assert shown(PIF, told, "whole", "1971-08-05").status == "registered"


def test_nothing_is_shown_of_a_party_before_it_is_recorded():
    assert shown(PIF, [registered()], "whole", "1971-08-04") is None
    assert shown(PIF, [registered()], "member/FJ", "2020-01-01") is None


def test_a_member_may_leave_and_join_again():
    told = [joined("1971"), left("2009-05-02"), joined("2014-10-22")]
    days = ("2009-05-01", "2009-05-02", "2014-10-21", "2014-10-22")
    assert [shown(PIF, told, "member/FJ", on).status for on in days] == ["member", "left", "left", "member"]


def test_members_come_and_go_one_by_one():
    told = [joined("2000", "FJ"), joined("2000", "org:UN"), left("2010-01-01", "FJ")]
    assert shown(PIF, told, "member/FJ", "2010-01-01").status == "left"
    assert shown(PIF, told, "member/org:UN", "2010-01-01").status == "member"


def test_a_member_may_join_before_the_party_is_registered_in_the_ledger():
    """Membership stands alone: a register may know the members and not the beginning."""
    assert shown(PIF, [joined("1971"), registered("1980")], "member/FJ", "1975-01-01").status == "member"


def test_a_member_that_left_some_time_in_a_month_is_possibly_gone_during_it():
    told = [joined("2020-01-01"), left("2021-02")]
    assert shown(PIF, told, "member/FJ", "2021-02-10") == Standing("member", ("left",))
    assert shown(PIF, told, "member/FJ", "2021-02-28") == Standing("left")


# --- how far a register is kept up -----------------------------------------------------------------------


def test_coverage_lapses_on_the_day_after_its_last():
    told = [declared("2026-03-10")]
    assert coverage(told, "2026-02-01") is None
    for on, status in (
        ("2026-02-02", "kept"),
        ("2026-03-10", "kept"),
        ("2026-03-11", "lapsed"),
        ("2040-01-01", "lapsed"),
    ):
        assert coverage(told, on) == Standing(status, (), (), (("until", "2026-03-10"),))


def test_coverage_to_a_vague_day_lapses_after_the_latest_that_it_may_mean():
    assert coverage([declared("2026-03")], "2026-03-31").status == "kept"
    assert coverage([declared("2026-03")], "2026-04-01").status == "lapsed"


def test_coverage_without_an_end_does_not_lapse():
    assert coverage([declared("2026-03-10/..")], "9999-12-31").status == "kept"


def test_coverage_to_the_last_day_of_the_calendar_does_not_lapse_within_it():
    assert coverage([declared("9999-12-31")], "9999-12-31").status == "kept"


def test_coverage_declared_after_its_day_has_lapsed_at_once():
    told = [declared("2026-01-31", "2026-02-02")]
    assert coverage(told, "2026-02-01") is None
    assert coverage(told, "2026-02-02").status == "lapsed"


def test_a_later_declaration_replaces_the_earlier():
    told = [declared("2026-03-10"), declared("2026-06-30", "2026-05-01")]
    days = {"2026-03-10": "kept", "2026-03-11": "lapsed", "2026-04-30": "lapsed", "2026-05-01": "kept",
            "2026-06-30": "kept", "2026-07-01": "lapsed"}  # fmt: skip
    assert {on: coverage(told, on).status for on in days} == days
    assert dict(coverage(told, "2026-05-01").detail) == {"until": "2026-06-30"}


def test_a_later_declaration_may_shorten_the_earlier():
    told = [declared("2026-12-31"), declared("2026-03-10", "2026-05-01")]
    assert coverage(told, "2026-04-30").status == "kept"
    assert coverage(told, "2026-05-01").status == "lapsed"


def test_the_earlier_declaration_recorded_late_changes_nothing_after_the_later():
    late, early = declared("2026-06-30", "2026-05-01"), declared("2026-03-10")
    for on in ("2026-02-02", "2026-03-11", "2026-05-01", "2026-07-01"):
        assert coverage([late, early], on) == coverage([early, late], on)


def test_two_declarations_of_one_day_leave_open_which_is_the_later():
    told = [declared("2026-03-10", id="a"), declared("2026-04-10", id="b")]
    assert coverage(told, "2026-03-20") == Standing(None, ("kept", "lapsed"))
    stated = [told[0], declared("2026-04-10", id="b", after=("a",))]
    assert coverage(stated, "2026-03-20").status == "kept"


def test_each_scope_has_its_own_coverage():
    told = [declared("2026-03-10", scope="relationship:*"), declared("2026-06-30", scope="dialogue:us-*")]
    assert coverage(told, "2026-04-01", "relationship:*").status == "lapsed"
    assert coverage(told, "2026-04-01", "dialogue:us-*").status == "kept"


# --- the record ------------------------------------------------------------------------------------------


def record(*facts):
    known = PartyRecord(stream=PIF)
    for fact in facts:
        known = known.evolve(fact)
    return known


def test_a_record_holds_name_kind_members_and_successors():
    known = record(
        PartyRegistered(name="South Pacific Forum", kind="organisation", themes=("pacific",)),
        PartyRenamed(name="Pacific Islands Forum"),
        MemberJoined(member="WS"),
        MemberJoined(member="FJ"),
        PartyCeased(successors=("org:PIF2",)),
    )
    assert (known.title, known.kind) == ("Pacific Islands Forum", "organisation")
    assert known.members == ("WS", "FJ")
    assert known.successors == ("org:PIF2",)
    assert known.themes == ("pacific",)


def test_a_record_holds_the_members_that_are_left():
    both = [MemberJoined(member="WS"), MemberJoined(member="FJ")]
    assert record(*both, MemberLeft(member="WS")).members == ("FJ",)
    assert record(*both, MemberLeft(member="WS"), MemberLeft(member="FJ")).members == ()
    assert record(*both, MemberLeft(member="WS"), MemberJoined(member="WS")).members == ("FJ", "WS")


def test_a_declaration_of_coverage_says_nothing_of_the_party():
    assert record(CoverageDeclared(scope="dialogue:*", until="2026")) == PartyRecord(stream=PIF)


def test_every_event_of_a_party_moves_a_region_that_has_a_machine():
    facts = [fact for fact in CATALOGUE.values() if fact.KIND == "party"]
    made = [
        registered(), renamed(), applied(), joined(), left(), ceased(), declared("2026"), assumed(), vacated(),
    ]  # fmt: skip
    assert {type(one.fact) for one in made} == set(facts)
    for one in made:
        for move in one.fact.moves():
            assert move.region.partition("/")[0] in MACHINES
    assert len({fact.VERB for fact in facts}) == len(facts)


# --- offices, and what is announced ahead ----------------------------------------------------------------


def office(told, on):
    return shown(PIF, told, "office/secretary-general", on)


def test_an_office_shows_its_holder_and_that_a_term_is_over():
    told = [assumed("2021-05-25", until="2024-05-31"), assumed("2024-06-01", person="Baron Waqa")]
    assert dict(office(told, "2022-01-01").detail) == {"holder": "Henry Puna", "until": "2024-05-31"}
    assert office(told[:1], "2024-05-31").flags == ()
    assert office(told[:1], "2024-06-01").flags == ("term-over",)
    assert (office(told, "2024-06-01").status, office(told, "2024-06-01").flags) == ("held", ())
    assert dict(office(told, "2024-06-01").detail) == {"holder": "Baron Waqa"}
    assert office([*told, vacated("2025-01-01")], "2025-01-01") == Standing("vacant")


def test_an_office_that_nobody_holds_is_none():
    with pytest.raises(errors.InvalidFact):
        recorded(PIF, [E(OfficeAssumed(office="chair"), "2024-01-01")])


@pytest.mark.parametrize(
    ("make", "part", "before", "after"),
    [
        (lambda day: MemberJoined(member="FJ", effective=day), "member/FJ", None, "member"),
        (lambda day: PartyRenamed(name="Forum", effective=day), "whole", "registered", "registered"),
        (lambda day: OfficeAssumed(office="chair", party="TO", effective=day), "office/chair", None, "held"),
    ],
)
def test_what_is_announced_holds_from_its_day_and_not_before(make, part, before, after):
    told = [registered(), E(make("2027-01-01"), "2026-02-02")]
    was, now = shown(PIF, told, part, "2026-12-31"), shown(PIF, told, part, "2027-01-01")
    assert (was and was.status, now.status) == (before, after)
    vague = [registered(), E(make("2027"), "2026-02-02")]
    assert shown(PIF, vague, part, "2026-12-31") == was
    assert shown(PIF, vague, part, "2027-12-31").status == after
