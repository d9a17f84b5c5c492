"""What was announced holds from its day, unless it was called off by then: on both clocks, and put right like any fact.

Cost: milliseconds.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest
from support import E, kept, shown

from engagement_ledger.domain.announcement import AnnouncementCalledOff
from engagement_ledger.domain.commitment import CommitmentMade, CommitmentWithdrawn
from engagement_ledger.domain.correction import EntryCorrected, EntryRetracted
from engagement_ledger.domain.dates import day
from engagement_ledger.domain.dialogue import DialogueEstablished, DialogueRenamed
from engagement_ledger.domain.errors import (
    CalledOffAlready,
    EntryIsRetracted,
    EntryNotInStream,
    NothingAnnounced,
    TookEffectAlready,
)
from engagement_ledger.domain.instrument import InstrumentSigned, WithdrawalNotified
from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.domain.relationship import MissionAtLevel
from engagement_ledger.domain.trait_names import EFFECTIVE, PARTY, TITLE
from engagement_ledger.projections.show import folded

R, D, C = "relationship:nz-us", "dialogue:nz-us", "commitment:a"
MISSION = "mission/NZ>US"


def at(level: str, effective: str | None = None) -> MissionAtLevel:
    return MissionAtLevel(sender="NZ", host="US", level=level, effective=effective)


def off(number: int, on: str) -> E:
    return E(AnnouncementCalledOff(entry=str(uuid.UUID(int=number)), reason="Funds refused"), on)


def level(told: Sequence[E], on: str) -> str | None:
    standing = shown(R, told, MISSION, on)
    return standing and standing.status


CONSULATE = E(at("consulate"), "2020-01-01")
ANNOUNCED = E(at("embassy", "2027-01-01"), "2026-02-02")


def test_what_was_called_off_never_comes_to_hold() -> None:
    told = [CONSULATE, ANNOUNCED, off(2, "2026-06-01")]
    assert [level(told, on) for on in ("2026-02-02", "2026-12-31", "2027-01-01", "2040-01-01")] == ["consulate"] * 4


def test_as_known_before_it_was_called_off_it_was_to_hold() -> None:
    state = kept(R, [CONSULATE, ANNOUNCED, off(2, "2026-06-01")])
    rows = [row for row in state.rows() if row.part == MISSION and row.known_from <= 2 < row.known_to]
    assert [row.standing.status for row in sorted(rows, key=lambda row: row.valid_from)] == ["consulate", "embassy"]


def test_a_calling_off_that_was_never_true_leaves_the_announcement() -> None:
    told = [CONSULATE, ANNOUNCED, off(2, "2026-06-01"), E(EntryRetracted(entry=str(uuid.UUID(int=3)), reason="No"))]
    assert level(told, "2027-01-01") == "embassy"


def test_an_announcement_that_was_never_made_needs_no_calling_off() -> None:
    told = [CONSULATE, ANNOUNCED, off(2, "2026-06-01"), E(EntryRetracted(entry=str(uuid.UUID(int=2)), reason="No"))]
    assert level(told, "2027-01-01") == "consulate"


def test_what_comes_after_is_judged_without_it() -> None:
    told = [CONSULATE, ANNOUNCED, off(2, "2026-06-01"), E(at("legation", "2028"), "2026-07-01")]
    assert (level(told, "2027-06-01"), level(told, "2028-12-31")) == ("consulate", "legation")


@pytest.mark.parametrize(("effective", "on"), [("2026-06", "2026-06-30"), ("2026-06", "[2026-06-15..2026-07-15]")])
def test_on_a_vague_day_it_may_be_called_off_as_long_as_it_may_still_lie_ahead(effective: str, on: str) -> None:
    assert level([CONSULATE, E(at("embassy", effective), "2026-02-02"), off(2, on)], "2030-01-01") == "consulate"


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (TookEffectAlready, [CONSULATE, E(at("embassy", "2026-06"), "2026-02-02"), off(2, "2026-07-01")]),
        (NothingAnnounced, [CONSULATE, off(1, "2026-06-01")]),
        (CalledOffAlready, [CONSULATE, ANNOUNCED, off(2, "2026-06-01"), off(2, "2026-06-02")]),
        (EntryNotInStream, [CONSULATE, off(9, "2026-06-01")]),
        (EntryIsRetracted, [CONSULATE, ANNOUNCED, E(EntryRetracted(entry=str(uuid.UUID(int=2)), reason="No")),
                            off(2, "2026-06-01")]),
        (TookEffectAlready, [CONSULATE, ANNOUNCED, off(2, "2026-06-01"),
                             E(EntryCorrected(entry=str(uuid.UUID(int=3)), changes={"occurred": "2027-01-02"},
                                              reason="Misread"), "2027-03-01")]),
    ],
    ids=["took effect", "nothing announced", "twice", "not there", "retracted", "corrected to after it took effect"],
)  # fmt: skip
def test_what_cannot_be_called_off(refusal: type[Refusal], told: list[E]) -> None:
    with pytest.raises(refusal):
        kept(R, told)


def test_a_notice_is_taken_back_by_its_own_fact() -> None:
    told = [E(InstrumentSigned(party="NZ"), "2016-01-01"),
            E(WithdrawalNotified(party="NZ", effective="2027-01-01"), "2026-02-02"), off(2, "2026-06-01")]  # fmt: skip
    with pytest.raises(NothingAnnounced) as refused:
        kept("instrument:a", told)
    assert "withdrawal-revoked" in str(refused.value.remedy)


def test_a_withdrawal_that_was_announced_is_called_off() -> None:
    told = [E(CommitmentMade(obligors=("NZ",), kind="event", text="Host"), "2026-01-01"),
            E(CommitmentWithdrawn(by="NZ", effective="2027-01-01"), "2026-02-02")]  # fmt: skip
    after = shown(C, told, "overall", "2027-01-01")
    assert after is not None
    assert after.status == "withdrawn"
    after = shown(C, [*told, off(2, "2026-06-01")], "overall", "2027-01-01")
    assert after is not None
    assert after.status == "made"


def named(told: Sequence[E], on: str) -> tuple[str | None, str | None]:
    """What a dialogue is called on a day, by its facts and by its traits."""
    state = kept(D, told)
    entries = state.entries
    by_facts = folded(D, entries, day(on)).title  # type: ignore[arg-type]  # all are recorded
    there = [row for row in state.told.values() if row.trait == TITLE and row.since <= day(on)]
    history = [
        row for row in state.trait_rows() if row.trait == TITLE and row.since <= day(on) and row.known_to is None
    ]
    latest = max(history, key=lambda row: (row.since, row.version), default=None)
    assert bool(there) == (latest is not None)
    return by_facts, latest and latest.value


def test_a_name_that_was_announced_is_borne_from_its_day() -> None:
    told = [E(DialogueEstablished(parties=("NZ", "US"), title="Talks"), "2020-01-01"),
            E(DialogueRenamed(title="Dialogue", effective="2027-01-01"), "2026-02-02")]  # fmt: skip
    assert named(told, "2026-12-31") == ("Talks", "Talks")
    assert named(told, "2027-01-01") == ("Dialogue", "Dialogue")
    assert named([*told, off(2, "2026-06-01")], "2027-01-01") == ("Talks", "Talks")


def test_whom_an_announcement_concerns_it_concerns_at_once_and_after_it_was_called_off() -> None:
    for told in ([ANNOUNCED], [ANNOUNCED, off(1, "2026-06-01")]):
        traits = {(row.trait, row.value) for row in kept(R, told).traits() if row.since <= day("2026-02-02")}
        assert {(f"{PARTY}sender", "NZ"), (f"{PARTY}host", "US")} <= traits
    assert EFFECTIVE in {row.trait for row in kept(R, [ANNOUNCED]).traits()}
    assert EFFECTIVE not in {row.trait for row in kept(R, [ANNOUNCED, off(1, "2026-06-01")]).traits()}
