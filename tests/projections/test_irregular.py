"""What was taken in although it is odd? Each check finds what it looks for, and nothing where that is not. No I/O."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from streams import Streams
from support import E

from engagement_ledger.domain.announcement import AnnouncementCalledOff
from engagement_ledger.domain.commitment import (
    CommitmentMade,
    CommitmentReaffirmed,
    CommitmentRecognised,
    CommitmentSplit,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    ProgressReported,
)
from engagement_ledger.domain.correction import EntryRetracted
from engagement_ledger.domain.dates import When
from engagement_ledger.domain.dialogue import (
    AgendaSet,
    MeetingBroughtForward,
    MeetingCancelled,
    MeetingHeld,
    MeetingPostponed,
    MeetingScheduled,
    Participant,
    StatementIssued,
)
from engagement_ledger.domain.entry import Citation, Entry
from engagement_ledger.domain.instrument import (
    ConsentDeposited,
    InstrumentEnteredIntoForce,
    InstrumentSigned,
    TookEffectFor,
)
from engagement_ledger.domain.party import MemberJoined, MemberLeft, OfficeAssumed, PartyCeased, PartyRegistered
from engagement_ledger.domain.relationship import (
    MissionAtLevel,
    MissionSuspended,
    PartnershipDeclared,
    PartnershipReaffirmed,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
)
from engagement_ledger.domain.type_names import KNOWN
from engagement_ledger.projections.irregular import CHECKS, Finding
from engagement_ledger.projections.irregular.sources import ORIGINS

ID = "00000000-0000-0000-0000-00000000000"
R, D, C, I = "relationship:nz-us", "dialogue:x", "commitment:x", "instrument:x"  # noqa: E741 - one letter a kind

Told = dict[str, list[E]]


def mission(level: str, on: str) -> E:
    return E(MissionAtLevel(sender="NZ", host="US", level=level), on)  # type: ignore[arg-type]


def embassy(*relations: E, closed: str | None = None) -> Told:
    closing = [mission("none", closed)] if closed else []
    return {R: [E(RelationsEstablished(), "1942-02-16"), mission("embassy", "1948"), *closing, *relations]}


def held(*, on: str, window: str = "2026-03", until: str | None = None) -> Told:
    return {
        D: [
            E(MeetingScheduled(meeting="1", window=When.parse(window)), "2026-01-01"),
            E(MeetingHeld(meeting="1", until=until and When.parse(until)), on),
        ]
    }  # fmt: skip


def consents(*steps: str) -> Told:
    facts = {
        "sign": InstrumentSigned(party="NZ"), "deposit": ConsentDeposited(party="NZ", means="ratification"),
        "effect": TookEffectFor(party="NZ"), "force": InstrumentEnteredIntoForce(),
    }  # fmt: skip
    return {I: [E(facts[step], f"2026-03-{number:02}") for number, step in enumerate(steps, start=1)]}


def party(code: str, since: str, until: str | None = None) -> Told:
    ceased = [E(PartyCeased(), until)] if until else []
    return {f"party:{code}": [E(PartyRegistered(name=code, kind="state"), since), *ceased]}


def made(on: str, **more: Any) -> E:
    return E(CommitmentMade(obligors=("NZ",), kind="achievement", text="To act", **more), on)


def forum(*members: E) -> Told:
    return {"party:org:PIF": [E(PartyRegistered(name="Forum", kind="organisation"), "1971"), *members]}


def summit(who: str, on: str = "2026-02-10", host: str | None = "US", invited: tuple[str, ...] = ("org:PIF",)) -> Told:
    present = Participant(person="Somebody", party=who)
    return {
        D: [
            E(MeetingScheduled(meeting="1", window=When.parse("2026-02"), host=host, invited=invited), "2026-01-10"),
            E(MeetingHeld(meeting="1", participants=(present,)), on),
        ]
    }  # fmt: skip


def agreed_at(place: str, kind: str = "joint", *issuers: str) -> Told:
    who = issuers or ("NZ", "US")
    issued = StatementIssued(kind=kind, issuers=who, meeting="1", statement="s")
    joint = CommitmentMade(obligors=("NZ", "US"), kind="event", text="Meet", made_at=f"{D}/{place}")
    held = E(MeetingHeld(meeting="1"), "2026-02-02", sources=(Citation(document="a", publisher="AU"),))
    told = E(issued, "2026-02-02", sources=(Citation(document="a", publisher="AU"),))
    return {D: [held, told], C: [E(joint, "2026-02-02")]}


def through(member: str) -> Told:
    made = CommitmentMade(obligors=("org:PIF",), kind="event", text="Host it")
    return {C: [E(made, "2026-01-10"), E(ProgressReported(obligor=member, through="org:PIF"), "2026-02-10")]}


def series(*ordinals: int | None, scheduled: int | None = None) -> Told:
    meetings = [E(MeetingHeld(meeting=str(n), ordinal=o), f"202{n}-03-01") for n, o in enumerate(ordinals)]
    plan = MeetingScheduled(meeting="plan", ordinal=scheduled, window=When.parse("2029"))
    return {D: [*meetings, E(plan, "2026-01-01")] if scheduled else meetings}


def in_office(until: str | None) -> E:
    return E(OfficeAssumed(office="chair", person="Ana", until=When.parse(until) if until else None), "2026-02-02")


def moved(first: str, how: str, second: str | None, on: str = "2026-02-02") -> Told:
    """A meeting that was scheduled on 2 January, and moved."""
    plan = MeetingScheduled(meeting="1", window=When.parse(first))
    window = When.parse(second) if second else None
    if how == "postponed":
        return {D: [E(plan, "2026-01-02"), E(MeetingPostponed(meeting="1", window=window), on)]}
    assert window is not None
    return {D: [E(plan, "2026-01-02"), E(MeetingBroughtForward(meeting="1", window=window), on)]}


def superseded(by: str, *, first: str = "2026-01-01", later: str = "2026-03-01", back: str | None = None) -> Told:
    closing = [E(CommitmentSuperseded(by_commitment=back), "2026-06-02")] if back else []
    return {
        C: [made(first), E(CommitmentSuperseded(by_commitment=by), "2026-06-01")],
        "commitment:y": [made(later), *closing],
    }  # fmt: skip


class Sourced(E):
    """A fact with its sources."""

    def entry(self, stream: str, position: int) -> Entry:
        from dataclasses import replace

        return replace(super().entry(stream, position), sources=SOURCES[self.id or ""])


SOURCES = {
    "00000000-0000-0000-0000-00000000000a": (Citation(document="A readout", publisher="US"),),
    "00000000-0000-0000-0000-00000000000b": (
        Citation(document="A readout", publisher="US"), Citation(document="Another", publisher="NZ"),
    ),
    "00000000-0000-0000-0000-00000000000c": (Citation(document="A readout"),),
    "00000000-0000-0000-0000-00000000000d": (Citation(document="A report", publisher="x:newspaper"),),
    "00000000-0000-0000-0000-00000000000e": (),
    "00000000-0000-0000-0000-00000000000f": (
        Citation(document="A readout"), Citation(document="A report", publisher="x:newspaper"),
    ),
    "00000000-0000-0000-0000-000000000000": (Citation(document="A readout"), Citation(document="A", publisher="US")),
}  # fmt: skip


def cited(*standings: str | None) -> tuple[Citation, ...]:
    return tuple(Citation(document="A report", standing=one) for one in standings)  # type: ignore[arg-type]


def reported(*standings: str | None) -> Told:
    return {
        C: [E(CommitmentMade(obligors=("NZ",), kind="event", text="Host."), "2026-02-02", sources=cited(*standings))]
    }


STILL_PARTNERS = E(PartnershipReaffirmed(by=("NZ", "US"), label="strategic partnership"), "2026-02-02")


def statement(letter: str, *issuers: str) -> Told:
    fact = StatementIssued(kind="joint" if len(issuers) > 1 else "unilateral", issuers=issuers)
    return {D: [Sourced(fact, "2026-02-02", id=f"00000000-0000-0000-0000-00000000000{letter}")]}


def evident() -> Told:
    report = ProgressReported(obligor="NZ", evidence=Citation(document="A report"))
    return {C: [Sourced(CommitmentMade(obligors=("NZ",), kind="event", text="To act"), id=ID + "c"), E(report)]}


def made_at(reference: str | None) -> Told:
    issued = StatementIssued(kind="unilateral", issuers=("NZ",), statement="joint")
    return {
        D: [E(MeetingHeld(meeting="1"), "2026-02-02"), E(issued, "2026-02-02")],
        C: [made("2026-02-02", made_at=reference)],
    }


def split(*into: str) -> Told:
    return {C: [made("2026-01-01"), E(CommitmentSplit(into=into), "2026-06-01")], "commitment:y": [made("2026-02-01")]}


def ordered(first: str, then: str | None) -> Told:
    """Two meetings of one day, the second stated to come after the first; or an agenda in its place."""
    later = MeetingCancelled(meeting=then) if then else AgendaSet(meeting="1", items=("Trade",))
    window = When.parse("2026-05")
    planned = [E(MeetingScheduled(meeting=one, window=window), "2026-02-01", id=ID + one) for one in sorted({"1", "2"})]
    return {D: [*planned, E(later, "2026-02-01", after=(ID + first,))]}


def withdrawn(effective: str | None) -> Told:
    fact = CommitmentWithdrawn(by="NZ", notice=When.parse("2026-06-01"), effective=effective and When.parse(effective))
    return {C: [made("2026-01-01"), E(fact, "2026-06-01")]}


def called_off(on: str) -> Told:
    announced = MissionAtLevel(sender="NZ", host="US", level="embassy", effective="2031")
    off = AnnouncementCalledOff(entry=str(uuid.UUID(int=1)), reason="No funds")
    return {R: [E(announced, "2020-05-01"), E(off, on)]}


def twins(*streams: str) -> Told:
    return {stream: [made("2026-01-01")] for stream in streams}


def codes(one: str, other: str) -> Told:
    return {C: [made("2026-01-01", obligees=(one,))], "commitment:y": [made("2026-01-01", obligees=(other,))]}


SEVERED, AGAIN = E(RelationsSevered(), "1980-05-01"), E(RelationsRestored(), "1990-05-01")

# the check, what it finds, the same without what is odd
FOUND: list[tuple[str, str, Told, list[Told]]] = [
    ("embassy-while-severed", "an embassy while relations are severed", embassy(SEVERED),
     [embassy(), embassy(SEVERED, closed="1980-05-01"),
      embassy(E(RelationsSevered(), "1980-05-01"), E(RelationsRestored(), "1980-05-01"))]),
    ("embassy-while-severed", "an embassy opened while relations are severed",
     {R: [E(RelationsEstablished(), "1942"), SEVERED, AGAIN, mission("embassy", "1985-01-01")]},
     [{R: [E(RelationsEstablished(), "1942"), SEVERED, AGAIN, mission("embassy", "1990-05-01")]},
      {R: [E(RelationsEstablished(), "1942"), SEVERED, AGAIN, mission("interests", "1985-01-01")]}]),
    ("irregular-order", "a meeting before its announced window", held(on="2026-02-27"),
     [held(on="2026-03-01"), held(on="2026-03-31"), held(on="2026-03"), held(on="2026")]),
    ("irregular-order", "a meeting on another party's calendar day", held(on="2026-03-05", window="2026-03-04"),
     [held(on="2026-03-04", window="2026-03-04")]),
    ("irregular-order", "consent before signature", consents("deposit", "sign"), [consents("sign", "deposit")]),
    ("irregular-order", "effect with no consent recorded", consents("effect"), [consents("deposit", "effect")]),
    ("effect-before-force", "effect for a party before entry into force",
     consents("sign", "deposit", "effect", "force"),
     [consents("sign", "deposit", "force", "effect"), consents("force", "deposit", "effect")]),
    ("party-not-there", "a party that did not exist yet", {**party("NZ", "2026-02-02"), C: [made("2026-02-01")]},
     [{**party("NZ", "2026-02-02"), C: [made("2026-02-02")]}, {**party("NZ", "../2026-02-02"), C: [made("2026-02-01")]},
      {**party("US", "2026-02-02"), C: [made("2026-02-01")]}]),
    ("party-not-there", "a party that existed no more",
     {**party("NZ", "1900", "2026-01-01"), C: [made("2026-02-02")]},
     [{**party("NZ", "1900", "2026-03-01"), C: [made("2026-02-02")]}]),
    ("party-not-there", "somebody takes part for a party that did not exist",
     {**party("NZ", "2026-03-01"), **summit("NZ", invited=("NZ",))},
     [{**party("NZ", "2026-01-01"), **summit("NZ", invited=("NZ",))}]),
    ("not-a-member", "somebody of no member at a meeting of members", {**forum(), **summit("WS")},
     [{**forum(E(MemberJoined(member="WS"), "1971")), **summit("WS")}, {**forum(), **summit("US")},
      {**forum(), **summit("WS", invited=("org:PIF", "WS"))}, summit("WS")]),
    ("not-a-member", "a member that left before",
     {**forum(E(MemberJoined(member="WS"), "1971"), E(MemberLeft(member="WS"), "2026-02-09")), **summit("WS")},
     [{**forum(E(MemberJoined(member="WS"), "1971"), E(MemberLeft(member="WS"), "2026-02-11")), **summit("WS")},
      {**forum(E(MemberJoined(member="WS"), "../2026-06-01")), **summit("WS")},
      {**forum(E(MemberJoined(member="WS"), "1971"), E(MemberLeft(member="WS"), "2026-02-20")),
       **summit("WS", on="2026-02")}]),
    ("acting-for-no-group", "a member that was none acts for its group", {**forum(), **through("WS")},
     [{**forum(E(MemberJoined(member="WS"), "1971")), **through("WS")}, through("WS"),
      {**forum(E(MemberJoined(member="WS"), "../2026-06-01")), **through("WS")}]),
    ("acting-for-no-group", "a member that left before",
     {**forum(E(MemberJoined(member="WS"), "1971"), E(MemberLeft(member="WS"), "2026-02-01")), **through("WS")}, []),
    ("ordinal-twice", "an ordinal held twice in a series", series(1, 2, 2),
     [series(1, 2, 3), series(None, None), series(1, 2, scheduled=2), series(1, 2)]),
    ("superseded-by-earlier", "superseded by an earlier commitment", superseded("commitment:y", later="2025-12-31"),
     [superseded("commitment:y"), superseded("commitment:z", later="2025-12-31"),
      superseded("commitment:y", later="2026-01-01"), superseded("commitment:y", later="2025~", first="2026-01-01")]),
    ("superseded-in-a-circle", "superseded in a circle", superseded("commitment:y", back=C),
     [superseded("commitment:y", back="commitment:z")]),
    ("one-sided", "a joint act on the word of one side", statement("a", "NZ", "US"),
     [statement("b", "NZ", "US"), statement("d", "NZ", "US"), statement("a", "US"), statement("e", "US")]),
    ("one-sided", "a joint act whose source names no publisher", statement("c", "NZ", "US"),
     [statement("f", "NZ", "US"), statement("c", "NZ")]),
    ("one-sided", "a joint act of one side's source, and one that names no publisher", statement("0", "NZ", "US"), []),
    ("one-sided", "a joint act without a source", statement("e", "NZ", "US"), [statement("d", "NZ", "US")]),
    ("one-sided", "a joint act made at a statement of one side alone", agreed_at("statement/s", "unilateral", "NZ"),
     [agreed_at("statement/s"), agreed_at("meeting/1"), agreed_at("statement/s", "joint", "NZ", "US")]),
    ("one-sided", "a joint act made at a statement that others issued", agreed_at("statement/s", "joint", "FJ", "WS"),
     []),
    ("one-sided", "a joint act made at another statement", agreed_at("statement/other"), []),
    ("unsourced", "a fact that cites no source", statement("e", "NZ"),
     [statement("a", "NZ"), statement("c", "NZ"), evident()]),
    ("secondary-alone", "a change that is reported at second hand alone", reported("secondary"),
     [reported("primary"), reported(None), reported("secondary", "primary"),
      {C: [E(CommitmentReaffirmed(by=("NZ",)), "2026-02-02", sources=cited("secondary"))]}]),
    ("without-origin", "a commitment reaffirmed that was never made",
     {C: [E(CommitmentReaffirmed(by=("NZ",)), "2026-02-02")]},
     [{C: [made("2026-01-01"), E(CommitmentReaffirmed(by=("NZ",)), "2026-02-02")]}]),
    ("without-origin", "a commitment recognised whose beginning is not recorded",
     {C: [E(CommitmentRecognised(obligors=("NZ",), kind="event", text="Host."), "2026-02-02")]},
     [{C: [made("2026-01-01")]}]),
    ("without-origin", "a partnership reaffirmed that was never declared", {R: [STILL_PARTNERS]},
     [{R: [E(PartnershipDeclared(scheme="NZ", label="strategic partnership"), "2010"), STILL_PARTNERS]}]),
    ("dangling", "made at a meeting that is not recorded", made_at(f"{D}/meeting/2"),
     [made_at(f"{D}/meeting/1"), made_at(D), made_at(None)]),
    ("dangling", "made at a statement that is not recorded", made_at(f"{D}/statement/other"),
     [made_at(f"{D}/statement/joint")]),
    ("dangling", "made in a dialogue that is not recorded", made_at("dialogue:y"), [made_at(D)]),
    ("dangling", "superseded by what is not recorded", superseded("commitment:z"), [superseded("commitment:y")]),
    ("dangling", "split into what is not recorded", split("commitment:y", "commitment:z"),
     [{**split("commitment:y", "commitment:z"), "commitment:z": [made("2026-03-01")]}]),
    ("after-without-effect", "after an entry that moves another part", ordered("1", "2"), [ordered("1", "1")]),
    ("after-without-effect", "after an entry that moves nothing", ordered("1", None), []),
    ("effective-before-notice", "a withdrawal in effect before its notice", withdrawn("2026-05-01"),
     [withdrawn("2026-06-01"), withdrawn("2026-12-31"), withdrawn("2026"), withdrawn(None)]),
    ("due-before-made", "due before the day on which it was made", {C: [made("2026-03-01", due=When.parse("2026-02"))]},
     [{C: [made("2026-02", due=When.parse("2026-02-01"))]}, {C: [made("2026-03-01", due=When.parse("2026-03"))]},
      {C: [made("2026-03-01")]}]),
    ("term-over-before-begun", "a term of office that ends before it begins", {"party:org:PIF": [in_office("2025")]},
     [{"party:org:PIF": [in_office("2026")]}, {"party:org:PIF": [in_office(None)]}]),
    ("moved-the-other-way", "a meeting that is postponed to earlier days", moved("2026-05", "postponed", "2026-04"),
     [moved("2026-05", "postponed", "2026-06"), moved("2026-05", "postponed", "2026-05-03"),
      moved("2026-05", "postponed", None), moved("2026-05", "forward", "2026-04"),
      moved("2026-05", "postponed", "2026-04", on="2026-01-02"),
      {D: [*moved("2026-03-10", "postponed", "2026-04-10")[D],
           E(MeetingBroughtForward(meeting="1", window=When.parse("2026-03-20")), "2026-02-02")]}]),
    ("moved-the-other-way", "a meeting that is brought forward to later days", moved("2026-05", "forward", "2026-07"),
     [moved("2026-05", "forward", "2026-05-30")]),
    ("called-off-before-announced", "called off on a day before it was announced", called_off("2020-04"),
     [called_off("2020-05"), called_off("2021"), called_off("2020-05-01")]),
    ("near-names", "streams that differ in case alone", twins("commitment:nz-us", "commitment:NZ-US"),
     [twins("commitment:nz-us", "commitment:nz-au"), twins("commitment:nz-us-1", "commitment:nz-us-2"),
      {**twins("commitment:nz-us", "commitment:nz-au"), R: [E(RelationsEstablished(), "1942")]}]),
    ("near-names", "streams that differ in order alone", twins("commitment:nz-us", "commitment:us-nz"),
     [twins("commitment:nz-us-01-02", "commitment:nz-us-02-01")]),
    ("near-names", "one former state under two codes", codes("SU", "SUHH"),
     [codes("SU", "RU"), codes("SUHH", "SUHH"), codes("CSHH", "CSXX")]),
    ("near-names", "codes of parties that differ in case alone", codes("org:PIF", "org:pif"),
     [codes("org:PIF", "org:PIFS"), codes("org:PIF", "org:PIF"), codes("org:PIF", "co:PIF")]),
]  # fmt: skip


def of_check(told: Told, name: str) -> list[Finding]:
    """What one check finds, whether it is always run or only when its group is asked for."""
    group = CHECKS[name].group if CHECKS[name].is_asked else ""
    return [finding for finding in Streams(told).findings(group) if finding.check == name]


def found(told: Told) -> list[Finding]:
    """All findings but those of facts without a source: most facts here have none."""
    return [finding for finding in Streams(told).findings() if finding.check != "unsourced"]


@pytest.mark.parametrize(("check", "odd"), [(row[0], row[2]) for row in FOUND], ids=[row[1] for row in FOUND])
def test_a_check_finds_what_it_looks_for(check: str, odd: Told) -> None:
    findings = of_check(odd, check)
    assert findings
    for finding in findings:
        assert finding.stream in odd
        assert finding.message
        assert finding.entries, "a finding names the entries that it rests on"
        assert len(set(finding.entries)) == len(finding.entries)


CONTROLS = [(row[0], told, f"{row[1]}, not {number}") for row in FOUND for number, told in enumerate(row[3], start=1)]


@pytest.mark.parametrize(("check", "told"), [row[:2] for row in CONTROLS], ids=[row[2] for row in CONTROLS])
def test_a_check_finds_nothing_where_that_is_not(check: str, told: Told) -> None:
    assert of_check(told, check) == []


def test_every_check_is_tried_here() -> None:
    elsewhere = {"clock-ahead", "quote-missing"}  # tests/ledger/test_wrong_clock.py, test_copies.py
    assert {row[0] for row in FOUND} == CHECKS.keys() - elsewhere


def test_every_check_is_declared_in_one_sentence() -> None:
    for name, one in CHECKS.items():
        assert name == one.name
        assert one.finds.endswith(".")
        assert one.finds.count(".") == 1


def test_a_finding_goes_away_with_the_fact_that_was_missing() -> None:
    told = embassy(SEVERED)
    assert [finding.check for finding in found(told)] == ["embassy-while-severed"]
    told[R].append(mission("none", "1980-05-01"))
    assert found(told) == []


def test_an_embassy_whose_operations_are_suspended_is_still_one() -> None:
    suspended = E(MissionSuspended(sender="NZ", host="US"), "1980-05-01")
    assert [finding.check for finding in found(embassy(SEVERED, suspended))] == ["embassy-while-severed"]


def test_a_mission_in_either_direction_is_looked_at() -> None:
    told = {R: [E(RelationsEstablished(), "1942"), E(MissionAtLevel(sender="US", host="NZ", level="embassy"), "1948"),
                SEVERED]}  # fmt: skip
    (finding,) = found(told)
    assert "mission/US>NZ" in finding.message
    assert "1980-05-01" in finding.message


def test_a_circle_of_three_is_found_from_each_of_them() -> None:
    told = {
        f"commitment:{name}": [
            made("2026-01-01"), E(CommitmentSuperseded(by_commitment=f"commitment:{then}"), "2026-06-01"),
        ]
        for name, then in (("a", "b"), ("b", "c"), ("c", "a"))
    }  # fmt: skip
    assert [finding.check for finding in found(told)] == ["superseded-in-a-circle"] * 3
    assert [finding.stream for finding in found(told)] == list(told)


def test_an_ordinary_history_has_no_findings() -> None:
    told = {
        **embassy(),
        **held(on="2026-03-10"),
        **consents("sign", "deposit", "force", "effect"),
        C: [made("2026-02-02")],
    }
    assert found(told) == []


def test_of_two_spellings_the_registered_one_is_the_usual_one_and_otherwise_the_commonest() -> None:
    told = {
        "commitment:a": [made("2026-01-01", obligees=("org:pif",))],
        "commitment:b": [made("2026-01-01", obligees=("org:pif",))],
        "commitment:c": [made("2026-01-01", obligees=("org:PIF",))],
    }
    (finding,) = found(told)
    assert (finding.stream, finding.entries) == ("commitment:c", (3,))
    (finding,) = found({**told, **forum()})
    assert finding.stream == "commitment:a"
    assert finding.message.startswith("org:pif differs from org:PIF")


def test_a_stream_whose_every_fact_is_retracted_is_near_to_none() -> None:
    entries = [made("2026-01-01"), E(EntryRetracted(entry=str(uuid.UUID(int=2)), reason="a slip"), "2026-01-02")]
    assert [one.check for one in found({"commitment:nz-us": entries[:1], "commitment:NZ-US": entries[:1]})] == [
        "near-names"
    ] * 2
    assert found({"commitment:nz-us": entries[:1], "commitment:NZ-US": entries}) == []


def test_what_whoever_records_knows_already_is_left_to_the_check() -> None:
    """No source is cited, a stream is new: said where it is asked for, not after every command."""
    checks = {finding.check: finding.at_once for finding in Streams(statement("e", "NZ", "US")).findings()}
    assert checks == {"one-sided": False, "unsourced": False}
    (finding,) = found(statement("a", "NZ", "US"))
    assert finding.at_once


def test_facts_without_a_source_are_one_finding_of_their_stream() -> None:
    (finding,) = Streams({C: [made("2026-01-01"), E(ProgressReported(obligor="NZ"), "2026-02-01")]}).findings()
    assert finding[:4] == ("unsourced", C, "no source is cited", (1, 2))


def test_what_is_ordinary_is_found_when_its_group_is_asked_for_alone() -> None:
    asked = {name for name, one in CHECKS.items() if one.is_asked}
    assert asked == {"secondary-alone", "without-origin", "quote-missing"}
    told = {**reported("secondary"), R: [STILL_PARTNERS]}
    assert asked.isdisjoint(finding.check for finding in Streams(told).findings())
    groups = {CHECKS[finding.check].group for finding in Streams(told).findings("sources")}
    assert groups == {"sources"}


def test_the_types_that_are_told_apart_by_name_are_declared() -> None:
    names = {one.partition("/")[0] for one in KNOWN}
    assert {*ORIGINS, *(origin for origins in ORIGINS.values() for origin in origins)} <= names
