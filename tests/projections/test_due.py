"""What is due, overdue, awaiting its outcome, or silent? No I/O."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streams import Streams
from support import E

import engagement_ledger as el
from engagement_ledger.domain.commitment import (
    CommitmentFulfilled,
    CommitmentMade,
    CommitmentReaffirmed,
    ProgressReported,
)
from engagement_ledger.domain.dates import When, day
from engagement_ledger.domain.dialogue import (
    MeetingCancelled,
    MeetingHeld,
    MeetingPostponed,
    MeetingProposed,
    MeetingScheduled,
)
from engagement_ledger.domain.entry import Citation
from engagement_ledger.domain.worlds import Standing
from engagement_ledger.projections.due import dated
from engagement_ledger.projections.silent import Made, Mention, Session, next_session, session_meant, silent

C, D = "commitment:x", "dialogue:x"


def made(due: str | None = None, *obligors: str) -> E:
    return E(
        CommitmentMade(
            obligors=obligors or ("NZ",), kind="achievement", text="To act", due=When.parse(due) if due else None
        )
    )


def scheduled(window: str, meeting: str = "1") -> E:
    return E(MeetingScheduled(meeting=meeting, window=When.parse(window)), "../2026-02-02")


def listed(told: dict[str, list[E]], on: str, within: int = 30) -> list[tuple[str, str, str | None]]:
    """(what, part, when) of everything that is on the agenda of a day."""
    rows = dated(Streams(told).on(on), day(on), day(on) + within)
    return sorted((row["what"], row["part"], row["when"]) for row in rows)


# --- due -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "what"),
    [("2026-04-01", []), ("2026-05-01", []), ("2026-05-02", ["due"]), ("2026-06-30", ["due"]),
     ("2026-07-01", ["overdue"]), ("2027-07-01", ["overdue"])],
)  # fmt: skip
def test_what_is_due_is_listed_once_its_due_date_may_come_within_the_days_asked_for(on: str, what: list[str]) -> None:
    found = listed({C: [made("2026-06")]}, on)
    assert [row for row in found if row[1] == "obligor/NZ"] == [(word, "obligor/NZ", "2026-06") for word in what]
    assert [row[0] for row in found if row[1] == "overall"] == what


def test_what_is_fulfilled_is_neither_due_nor_overdue() -> None:
    done = E(CommitmentFulfilled(obligor="NZ", evidence=Citation(document="A report")), "2026-06-10")
    told = {C: [made("2026-06", "NZ", "US"), done]}
    assert [row[1] for row in listed(told, "2026-06-20")] == ["obligor/US", "overall"]
    assert [row[:2] for row in listed(told, "2026-07-20")] == [("overdue", "obligor/US"), ("overdue", "overall")]


def test_what_has_no_due_date_is_never_listed() -> None:
    assert listed({C: [made()]}, "2030-01-01", within=10_000) == []


def test_what_was_due_by_a_day_may_be_due_at_any_time_before() -> None:
    assert {row[0] for row in listed({C: [made("../2026-06-30")]}, "2026-02-03", within=0)} == {"due"}


def test_work_under_way_is_as_due_as_what_was_only_made() -> None:
    told = {C: [made("2026-06"), E(ProgressReported(obligor="NZ"), "2026-03-01")]}
    assert {row[0] for row in listed(told, "2026-06-01")} == {"due"}


# --- meetings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "what"),
    [("2026-02-05", []), ("2026-02-06", ["planned"]), ("2026-03-08", ["planned"]), ("2026-03-31", ["planned"]),
     ("2026-04-01", ["awaiting outcome"]), ("2027-01-01", ["awaiting outcome"])],
)  # fmt: skip
def test_a_meeting_is_planned_until_its_window_has_passed_and_then_awaits_its_outcome(on: str, what: list[str]) -> None:
    assert listed({D: [scheduled("[2026-03-08..2026-03-31]")]}, on) == [
        (word, "meeting/1", "[2026-03-08..2026-03-31]") for word in what
    ]


def test_the_note_says_that_a_planned_meeting_may_have_been_held() -> None:
    streams = Streams({D: [scheduled("2026-03")]})
    (within,) = dated(streams.on("2026-03-15"), day("2026-03-15"), day("2026-03-15"))
    assert (within["status"], within["note"]) == ("scheduled", "possibly held")
    (before,) = dated(streams.on("2026-02-20"), day("2026-02-20"), day("2026-04-20"))
    assert before["note"] is None


@pytest.mark.parametrize(
    "fact",
    [MeetingHeld(meeting="1"), MeetingCancelled(meeting="1"), MeetingPostponed(meeting="1")],
    ids=["held", "cancelled", "postponed without a date"],
)
def test_a_meeting_that_is_over_or_has_no_date_is_not_listed(fact: Any) -> None:
    told = {D: [scheduled("2026-03"), E(fact, "2026-03-10")]}
    assert listed(told, "2026-03-09") == [("planned", "meeting/1", "2026-03")]
    assert listed(told, "2026-03-10") == listed(told, "2026-05-10") == []


def test_a_meeting_that_was_moved_is_listed_by_its_new_window() -> None:
    told = {D: [scheduled("2026-03"), E(MeetingPostponed(meeting="1", window=When.parse("2026-06")), "2026-03-10")]}
    assert listed(told, "2026-04-15", within=60) == [("planned", "meeting/1", "2026-06")]
    assert listed(told, "2026-07-01") == [("awaiting outcome", "meeting/1", "2026-06")]


def test_a_proposed_meeting_with_a_window_is_listed_too() -> None:
    told = {D: [E(MeetingProposed(meeting="1", window=When.parse("2026-03")), "2026-02-02")]}
    assert listed(told, "2026-03-01") == [("planned", "meeting/1", "2026-03")]


# --- silent ----------------------------------------------------------------------------------------------

MADE = {C: Made(D, "1", day("2025-03-01"))}
STILL_OPEN = {C: Standing("made"), "commitment:other": Standing("made")}


def session(meeting: str, on: str, certain: bool = True, dialogue: str = D) -> Session:
    return Session(dialogue, meeting, day(on), certain)


FIRST, SECOND, THIRD = session("1", "2025-03-01"), session("2", "2026-03-01"), session("3", "2027-03-01")


def silenced(sessions: list[Session], *mentions: Mention) -> list[tuple[str, str]]:
    return [(row["stream"], row["note"].rpartition("/")[2]) for row in silent(MADE, sessions, mentions, STILL_OPEN)]


AT_FIRST, AT_SECOND, AT_THIRD = Mention(C, D, "1"), Mention(C, D, "2"), Mention(C, D, "3")


def test_what_the_next_held_session_did_not_mention_is_silent() -> None:
    assert silenced([FIRST, SECOND], AT_FIRST) == [(C, "2")]


def test_what_the_next_held_session_mentioned_is_not() -> None:
    assert silenced([FIRST, SECOND], AT_FIRST, AT_SECOND) == []


def test_it_is_the_next_session_that_counts_not_a_later_one() -> None:
    assert silenced([FIRST, SECOND, THIRD], AT_FIRST, AT_THIRD) == [(C, "2")]
    assert silenced([THIRD, SECOND, FIRST], AT_FIRST, AT_SECOND) == []


def test_while_no_later_session_was_held_nothing_is_silent() -> None:
    assert silenced([FIRST], AT_FIRST) == []
    assert silenced([FIRST, session("0", "2024-03-01")], AT_FIRST) == []


def test_a_session_that_is_only_possibly_held_silences_nobody() -> None:
    assert silenced([FIRST, session("2", "2026-03-01", certain=False)], AT_FIRST) == []
    assert silenced([FIRST, session("2", "2026-03-01", certain=False), THIRD], AT_FIRST) == [(C, "3")]


def test_a_session_of_another_dialogue_silences_nobody_and_no_mention_there_helps() -> None:
    elsewhere = session("2", "2026-03-01", dialogue="dialogue:other")
    assert silenced([FIRST, elsewhere], AT_FIRST) == []
    assert silenced([FIRST, SECOND], AT_FIRST, Mention(C, "dialogue:other", "2")) == [(C, "2")]


def test_the_mention_of_another_commitment_does_not_help() -> None:
    assert silenced([FIRST, SECOND], AT_FIRST, Mention("commitment:other", D, "2")) == [(C, "2")]


def test_where_the_session_it_was_made_at_is_not_recorded_as_held_it_counts_from_the_day_it_was_made() -> None:
    assert next_session([SECOND, THIRD], Made(D, "1", day("2025-03-01"))) == SECOND
    assert next_session([SECOND, THIRD], Made(D, "1", day("2026-03-01"))) == THIRD
    assert next_session([], MADE[C]) is None


def test_what_is_made_at_no_meeting_counts_from_the_day_it_was_made() -> None:
    assert next_session([FIRST, SECOND], Made(D, None, day("2025-02-28"))) == FIRST
    assert next_session([FIRST, SECOND], Made(D, None, day("2025-03-01"))) == SECOND


def test_a_statement_counts_as_the_meeting_that_issued_it() -> None:
    issued = {f"{D}/statement/s": "2"}
    assert session_meant(f"{D}/statement/s", issued) == session_meant(f"{D}/meeting/2", {}) == (D, "2")
    assert session_meant(f"{D}/statement/other", issued) == session_meant(D, issued) == (D, None)


@pytest.mark.parametrize(
    ("standing", "silences"),
    [(Standing("made"), True), (Standing("stalled", ("fulfilled",)), True), (Standing(None, ("made", "stalled")), True),
     (Standing("fulfilled"), False), (Standing("withdrawn"), False), (Standing("unknown", ("fulfilled",)), False)],
)  # fmt: skip
def test_what_is_closed_is_not_silent(standing: Standing, silences: bool) -> None:
    assert bool(list(silent(MADE, [FIRST, SECOND], [AT_FIRST], {C: standing}))) == silences


def test_what_is_past_its_coverage_is_silent_in_doubt() -> None:
    (row,) = silent(MADE, [FIRST, SECOND], [AT_FIRST], {C: Standing("unknown", ("fulfilled", "made"))})
    assert (row["status"], row["note"]) == ("unknown", f"not mentioned at {D}/meeting/2; possibly fulfilled or made")


def test_what_is_silent_says_since_when_and_of_which_session() -> None:
    (row,) = silent(MADE, [FIRST, SECOND], [AT_FIRST], STILL_OPEN)
    assert (row["what"], row["stream"], row["when"]) == ("silent", C, "2026-03-01")
    assert row["note"] == f"not mentioned at {D}/meeting/2"


def test_a_fact_says_by_made_at_where_it_was_mentioned() -> None:
    fact = CommitmentReaffirmed(by=("NZ",), made_at=f"{D}/meeting/2")
    assert fact.made_at == f"{D}/meeting/2"


def test_what_everybody_signed_is_not_to_be_signed(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with el.open(path, create=True) as ledger:
        body = {"title": "Pact", "parties": ["NZ", "CL"]}
        ledger.record(
            {"stream": "instrument:i", "type": "instrument.adopted/1", "occurred": "2026-01-05", "body": body}
        )
        notes = [ledger.due(as_of="2026-02-01")[0]["note"]]
        for party in ("CL", "NZ"):
            signed = {"stream": "instrument:i", "type": "instrument.signed/1", "body": {"party": party}}
            ledger.record(signed, on="2026-01-10")
            notes += [row["note"] for row in ledger.due(as_of="2026-02-01")]
        (row,) = ledger.brief("NZ", "CL", as_of="2026-02-01").instruments
    assert notes == ["not yet by CL, NZ", "not yet by NZ"]
    assert row["parties"] == {"CL": "signed", "NZ": "signed"}
