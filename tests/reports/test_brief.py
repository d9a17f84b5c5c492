"""What a brief tells of organisations: their members and who holds their offices, to whom it matters."""

from __future__ import annotations

from pathlib import Path

import pytest

import engagement_ledger as el
from engagement_ledger.domain.party import MemberJoined, MemberLeft, OfficeAssumed, OfficeVacated, PartyRegistered
from engagement_ledger.ledger import briefs as ask
from engagement_ledger.reports.brief import document

FORUM = "party:org:PIF"


@pytest.fixture
def ledger(tmp_path: Path) -> el.Ledger:
    ledger = el.open(tmp_path / "l", create=True)
    ledger.record(FORUM, PartyRegistered(name="Pacific Islands Forum", kind="organisation"), on="1971")
    for member in ("WS", "NZ"):
        ledger.record(FORUM, MemberJoined(member=member), on="1971-08-05")
    ledger.record(FORUM, MemberLeft(member="NZ"), on="2020-01-01")
    ledger.record(FORUM, OfficeAssumed(office="secretary-general", person="Ana Vale", party="NR"), on="2024-06-03")
    return ledger


def told(ledger: el.Ledger, *subject: str, as_of: str) -> str:
    with ledger.reader() as reader:
        return "\n".join(str(section) for section in document(ask.brief(reader, *subject, as_of=as_of)).sections)


def test_a_brief_of_an_organisation_tells_its_members_and_offices(ledger: el.Ledger) -> None:
    (row,) = ledger.brief("org:PIF", as_of="2025-01-01").organisations
    assert row["members"] == {"NZ": "left", "WS": "member"}
    (office,) = row["offices"]
    assert (office["office"], office["since"]) == ("secretary-general", "2024-06-03")
    assert "Ana Vale" in (office["holder"] or "")
    text = told(ledger, "org:PIF", as_of="2025-01-01")
    assert "Pacific Islands Forum, members: WS" in text
    assert "secretary-general: Ana Vale" in text
    assert "Nothing is recorded" not in text.replace("Nothing is recorded to have changed since.", "")


def test_an_office_that_nobody_holds_is_told_as_vacant(ledger: el.Ledger) -> None:
    ledger.record(FORUM, OfficeVacated(office="secretary-general"), on="2025-02-01")
    (office,) = ledger.brief("org:PIF", as_of="2025-03-01").organisations[0]["offices"]
    assert office["holder"] is None
    assert f"secretary-general: {office['status']}" in told(ledger, "org:PIF", as_of="2025-03-01")


def test_a_brief_of_a_member_tells_that_it_is_one_and_nothing_else_of_the_organisation(ledger: el.Ledger) -> None:
    (row,) = ledger.brief("WS", as_of="2025-01-01").organisations
    assert row == {"stream": FORUM, "title": "Pacific Islands Forum", "members": {"WS": "member"}, "offices": []}


def test_who_is_no_part_of_it_is_told_nothing_of_it(ledger: el.Ledger) -> None:
    ledger.record("commitment:c", el.domain.CommitmentMade(obligors=("FJ",), kind="event", text="Host."), on="2024")
    assert ledger.brief("FJ", as_of="2025-01-01").organisations == []


def test_a_holder_is_told_of_the_office_and_a_term_that_is_over_is_marked(ledger: el.Ledger) -> None:
    chair = OfficeAssumed(office="chair", party="TO", until=el.When.parse("2025-08"))
    ledger.record(FORUM, chair, on="2024-08-26")
    (row,) = ledger.brief("TO", as_of="2025-01-01").organisations
    assert [one["office"] for one in row["offices"]] == ["chair"]
    assert "chair: TO, since 2024-08-26, until 2025-08" in told(ledger, "TO", as_of="2025-01-01")
    over = told(ledger, "TO", as_of="2026-01-01")
    assert "chair: TO, until 2025-08 [term-over]" in over, "since when the term is over is not since when it is held"


def made(ledger: el.Ledger, name: str, on: str, **more: str) -> None:
    fact = el.domain.CommitmentMade(obligors=("FJ",), kind="achievement", text="Build.", **more)  # type: ignore[arg-type]
    ledger.record(f"commitment:{name}", fact, on=on)


def test_what_is_closed_is_counted_and_what_is_only_possible_is_said_to_be(ledger: el.Ledger) -> None:
    made(ledger, "done", "2024-01-01")
    ledger.record("commitment:done", el.domain.CommitmentDiscontinued(), on="2024-02-01")
    assert ledger.brief("FJ", as_of="2025-01-01").closed == 1
    assert "None is open; 1 closed." in told(ledger, "FJ", as_of="2025-01-01")
    made(ledger, "vague", "2025-01", strength="intended")
    made(ledger, "plain", "2024-05-05", strength="intended")
    text = told(ledger, "commitment:vague", as_of="2025-01-10")
    assert "intended, possibly made" in text
    assert "(FJ) intended ·" in told(ledger, "commitment:plain", as_of="2025-01-10")


def test_what_is_irregular_by_a_later_entry_is_not_told_of_an_earlier_day(ledger: el.Ledger) -> None:
    late = el.domain.OfficeAssumed(office="chair", person="Ana", until=el.When.parse("2025"))
    ledger.record(FORUM, late, on="2026-02-02")
    assert "term-over-before-begun" in {one.check for one in ledger.brief("org:PIF", as_of="2026-03-01").findings}
    assert "term-over-before-begun" not in {one.check for one in ledger.brief("org:PIF", as_of="2026-01-01").findings}
