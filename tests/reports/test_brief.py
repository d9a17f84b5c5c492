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
    assert "Pacific Islands Forum, member: WS" in text
    assert "secretary general: Ana Vale" in text
    assert "Nothing is recorded" not in text.replace("Nothing is recorded to have changed since.", "")


def test_an_office_that_nobody_holds_is_told_as_vacant(ledger: el.Ledger) -> None:
    ledger.record(FORUM, OfficeVacated(office="secretary-general"), on="2025-02-01")
    (office,) = ledger.brief("org:PIF", as_of="2025-03-01").organisations[0]["offices"]
    assert office["holder"] is None
    assert f"secretary general: {office['status']}" in told(ledger, "org:PIF", as_of="2025-03-01")


def test_a_brief_of_a_member_tells_that_it_is_one_and_nothing_else_of_the_organisation(ledger: el.Ledger) -> None:
    (row,) = ledger.brief("WS", as_of="2025-01-01").organisations
    assert row == {"stream": FORUM, "title": "Pacific Islands Forum", "members": {"WS": "member"}, "offices": []}


def test_who_is_no_part_of_it_is_told_nothing_of_it(ledger: el.Ledger) -> None:
    ledger.record("commitment:c", el.domain.CommitmentMade(obligors=("FJ",), kind="event", text="Host."), on="2024")
    assert ledger.brief("FJ", as_of="2025-01-01").organisations == []
