"""What was each part's standing, over which days? And what stands where on a day? No I/O."""

from __future__ import annotations

import pytest
from brute import TableMachine
from support import E, kept, shown

from engagement_ledger.domain.commitment import CommitmentMade, CommitmentWithdrawn, ProgressReported
from engagement_ledger.domain.dates import When, day, iso
from engagement_ledger.domain.dialogue import (
    MeetingCancelled,
    MeetingDateRefined,
    MeetingHeld,
    MeetingPostponed,
    MeetingReinstated,
    MeetingScheduled,
)
from engagement_ledger.domain.relationship import RelationsEstablished
from engagement_ledger.domain.steps import Step
from engagement_ledger.domain.worlds import BEGIN, END, Standing, search_worlds
from engagement_ledger.history.coverage import unknown
from engagement_ledger.history.periods import Period, periods
from engagement_ledger.projections.rows import in_words
from engagement_ledger.projections.status import answer

R, D, C = "relationship:nz-us", "dialogue:nz-us-space", "commitment:x"

ON_OFF = TableMachine("off", {"off": {"switch": "on"}, "on": {"switch": "off", "burn": "gone"}})


def of(*steps: Step) -> list[tuple[int, int, str | None, tuple[str, ...]]]:
    found = periods(R, ON_OFF, search_worlds(ON_OFF, steps))
    assert {period.part for period in found} == {"part"}
    return [(one.valid_from, one.valid_to, one.standing.status, one.standing.possible) for one in found]


def step(verb: str, earliest: int, latest: int | None = None, key: str = "") -> Step:
    return Step((key or f"{verb}{earliest}", 0), earliest, earliest if latest is None else latest, verb)


# --- periods ---------------------------------------------------------------------------------------------


def test_periods_are_half_open_and_follow_one_another() -> None:
    assert of(step("switch", 10), step("switch", 20)) == [
        (BEGIN, 10, "off", ()), (10, 20, "on", ()), (20, END, "off", ()),
    ]  # fmt: skip


def test_a_vague_step_is_possible_from_its_first_day_and_certain_on_its_last() -> None:
    assert of(step("switch", 10, 20)) == [(BEGIN, 10, "off", ()), (10, 20, "off", ("on",)), (20, END, "on", ())]


def test_a_step_by_a_day_is_possible_since_ever() -> None:
    assert of(step("switch", BEGIN, 20)) == [(BEGIN, 20, "off", ("on",)), (20, END, "on", ())]


def test_a_step_on_a_day_or_later_stays_possible_for_ever() -> None:
    assert of(step("switch", 10, END)) == [(BEGIN, 10, "off", ()), (10, END, "off", ("on",))]


def test_neighbours_that_say_the_same_are_one_period() -> None:
    # Between the two days of the search nothing that is shown changes.
    assert of(step("switch", 10, 20, "a"), step("switch", 10, 20, "b"), step("switch", 30)) == [
        (BEGIN, 10, "off", ()), (10, 20, "off", ("on",)), (20, 30, "off", ()), (30, END, "on", ()),
    ]  # fmt: skip


def test_as_late_as_it_may_be_is_held_back_by_what_must_still_follow() -> None:
    # It burns on day 15, so it was on by then, though its own date would let it wait till 20.
    assert of(step("switch", 10, 20), step("burn", 15)) == [
        (BEGIN, 10, "off", ()), (10, 15, "off", ("on",)), (15, END, "gone", ()),
    ]  # fmt: skip


def test_before_anything_is_recorded_of_a_part_there_is_no_row() -> None:
    rows = kept(R, [E(RelationsEstablished(), "2026-03-01")]).live(["relations"], BEGIN)
    assert [(row.valid_from, row.valid_to, row.standing) for row in rows] == [
        (day("2026-03-01"), END, Standing("established"))
    ]
    assert shown(R, [E(RelationsEstablished(), "2026-03-01")], "relations", "2026-02-28") is None


def test_what_may_have_begun_is_open_and_not_none() -> None:
    told = [E(RelationsEstablished(), "../2026-03-01")]
    assert shown(R, told, "relations", "1800-01-01") == Standing(None, ("established",))
    assert shown(R, told, "relations", "2026-03-01") == Standing("established")


def test_parts_that_share_worlds_may_each_begin_on_a_day_of_their_own() -> None:
    told = [
        E(CommitmentMade(obligors=("NZ",), kind="event", text="It"), "2026-03-01"),
        E(CommitmentMade(obligors=("US",), kind="event", text="It"), "2026-03-05"),
    ]
    rows = kept(C, told).live(["obligor/NZ", "obligor/US", "overall"], BEGIN)
    assert [(row.part, iso(row.valid_from)) for row in rows] == [
        ("obligor/NZ", "2026-03-01"), ("obligor/US", "2026-03-05"), ("overall", "2026-03-01"),
    ]  # fmt: skip


def test_a_detail_or_flag_is_shown_where_all_late_worlds_agree_on_it() -> None:
    due = E(CommitmentMade(obligors=("NZ",), kind="event", text="It", due=When.parse("2026-04")), "2026-03-01")
    told = [
        due,
        E(ProgressReported(obligor="NZ"), "2026-05-05"),
        E(CommitmentWithdrawn(by="NZ"), "[2026-05-05..2026-05-09]"),
    ]
    standing = shown(C, told, "obligor/NZ", "2026-05-06")
    assert standing == Standing("in-progress", ("withdrawn",), ("overdue",), (("due", "2026-04"),))


def test_a_period_may_last_a_day() -> None:
    found = periods(R, ON_OFF, search_worlds(ON_OFF, [step("switch", 10), step("switch", 11)]))
    assert found == [
        Period(R, "part", Standing("off"), BEGIN, 10),
        Period(R, "part", Standing("on"), 10, 11),
        Period(R, "part", Standing("off"), 11, END),
    ]


# --- derived from a window -------------------------------------------------------------------------------


def scheduled(window: str, on: str = "../2026-02-02") -> E:
    return E(MeetingScheduled(meeting="2", window=When.parse(window)), on)


def words(told: list[E], on: str) -> str:
    standing = shown(D, told, "meeting/2", on)
    assert standing is not None
    return in_words({"status": standing.status, "possible": standing.possible})


SPACE = [scheduled("2026-03")]


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("1999-01-01", "possibly scheduled"),
        ("2026-02-01", "possibly scheduled"),
        ("2026-02-02", "scheduled"),
        ("2026-02-20", "scheduled"),
        ("2026-02-28", "scheduled"),
        ("2026-03-01", "scheduled, possibly held"),
        ("2026-03-15", "scheduled, possibly held"),
        ("2026-03-31", "scheduled, possibly held"),
        ("2026-04-01", "awaiting-outcome"),
        ("2026-05-01", "awaiting-outcome"),
        ("2036-05-01", "awaiting-outcome"),
    ],
)
def test_a_scheduled_meeting_is_possibly_held_in_its_window_and_awaits_its_outcome_after(on: str, said: str) -> None:
    assert words(SPACE, on) == said


def test_later_this_month_is_a_window_from_the_next_day_on() -> None:
    told = [scheduled("[2026-02-03..2026-02-28]")]
    assert [words(told, on) for on in ("2026-02-02", "2026-02-03", "2026-02-10", "2026-03-01")] == [
        "scheduled", "scheduled, possibly held", "scheduled, possibly held", "awaiting-outcome",
    ]  # fmt: skip


def test_what_the_window_leaves_open_is_said_after_the_last_recorded_step_alone() -> None:
    held = [*SPACE, E(MeetingHeld(meeting="2"), "2026-03-20")]
    assert [words(held, on) for on in ("2026-03-15", "2026-03-19", "2026-03-20", "2026-05-01")] == [
        "scheduled", "scheduled", "held", "held",
    ]  # fmt: skip
    cancelled = [*SPACE, E(MeetingCancelled(meeting="2"), "2026-03-01")]
    assert [words(cancelled, on) for on in ("2026-03-15", "2026-05-01")] == ["cancelled", "cancelled"]


def test_a_cancellation_with_a_vague_date_leaves_both_possible_in_the_window() -> None:
    told = [*SPACE, E(MeetingCancelled(meeting="2"), "2026-03")]
    assert words(told, "2026-03-15") == "scheduled, possibly cancelled"
    assert words(told, "2026-03-31") == "cancelled"


def test_a_refined_date_narrows_the_days_on_which_it_is_possibly_held() -> None:
    told = [*SPACE, E(MeetingDateRefined(meeting="2", window=When.parse("2026-03-12")), "2026-02-20")]
    assert [words(told, on) for on in ("2026-03-11", "2026-03-12", "2026-03-13")] == [
        "scheduled", "scheduled, possibly held", "awaiting-outcome",
    ]  # fmt: skip


def test_a_postponement_drops_the_old_window() -> None:
    without = [*SPACE, E(MeetingPostponed(meeting="2"), "2026-02-20")]
    assert [words(without, on) for on in ("2026-03-15", "2026-05-01")] == ["postponed", "postponed"]
    anew = [*SPACE, E(MeetingPostponed(meeting="2", window=When.parse("2026-06")), "2026-02-20")]
    assert [words(anew, on) for on in ("2026-03-15", "2026-06-15", "2026-07-01")] == [
        "postponed", "postponed, possibly held", "awaiting-outcome",
    ]  # fmt: skip


def test_a_window_that_had_passed_before_the_last_step_says_nothing_of_the_days_before_it() -> None:
    told = [
        scheduled("2026-03-05", on="2026-03-01"),
        E(MeetingCancelled(meeting="2"), "2026-03-10"),
        E(MeetingReinstated(meeting="2"), "[2026-03-12..2026-03-20]"),
    ]
    assert [words(told, f"2026-03-{on:02}") for on in (1, 5, 6, 9, 10, 11, 12, 20)] == [
        "scheduled", "scheduled", "scheduled", "scheduled", "cancelled", "cancelled",
        "cancelled, possibly awaiting-outcome", "awaiting-outcome",
    ]  # fmt: skip


def test_a_meeting_of_several_days_is_in_session_until_its_last() -> None:
    told = [E(MeetingHeld(meeting="2", until=When.parse("2026-03-06")), "2026-03-04")]
    assert shown(D, told, "meeting/2", "2026-03-03") is None
    assert [words(told, f"2026-03-0{on}") for on in (4, 5, 6)] == ["in-session", "in-session", "held"]


# --- a status as it is answered --------------------------------------------------------------------------


def test_an_answer_gives_days_as_iso_and_null_where_open() -> None:
    rows = [("s:a", "p", Standing("made", ("held",), ("overdue",), (("due", "2026"),)), BEGIN, END, 3, 0)]
    assert list(answer(rows)) == [
        {
            "stream": "s:a", "part": "p", "status": "made", "possible": ["held"], "flags": ["overdue"],
            "detail": {"due": "2026"}, "valid_from": None, "valid_to": None, "known_from": 3, "known_to": None,
        }
    ]  # fmt: skip
    (row,) = answer([("s:a", "p", Standing("made"), day("2026-03-01"), day("2026-03-09"), 3, 0)])
    assert (row["valid_from"], row["valid_to"]) == ("2026-03-01", "2026-03-09")


def test_past_every_coverage_that_concerns_it_a_status_is_unknown_with_the_last_one_possible() -> None:
    rows = [
        Period("dialogue:us-visits", "meeting/1", Standing("scheduled", ("held",), ("irregular",)), 1, END, 3, 0),
        Period("relationship:a", "relations", Standing("established"), 1, END, 4, 0),
    ]
    passed, reached = {"scope": "dialogue:*", "passed": True}, {"scope": "dialogue:us-*", "passed": False}

    def said(*coverage: dict[str, object]) -> list[tuple[str | None, list[str]]]:
        return [(row["status"], row["possible"]) for row in answer(rows, coverage)]

    assert said(passed) == [("unknown", ["held", "scheduled"]), ("established", [])]
    assert said(passed, reached) == said() == [("scheduled", ["held"]), ("established", [])]
    assert unknown(Standing("held", (), ("irregular",))) == Standing("unknown", ("held",))


def test_a_status_is_said_as_a_person_says_it() -> None:
    def say(status: str | None, *possible: str) -> str:
        return in_words({"status": status, "possible": list(possible)})

    assert say("scheduled", "held") == "scheduled, possibly held"
    assert say("held") == "held"
    assert say(None, "established", "severed") == "undetermined: established or severed"
    assert say(None, "made") == "possibly made"
    assert say("unknown", "held", "scheduled") == "unknown (last: held or scheduled)"
    assert say("unknown") == "unknown"
