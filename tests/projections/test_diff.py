"""What changed in the world between two days, and what did we learn between two moments? No I/O."""

from __future__ import annotations

from typing import Any

from streams import Streams
from support import E

from engagement_ledger.domain.commitment import CommitmentFulfilled, CommitmentMade
from engagement_ledger.domain.correction import EntryCorrected, EntryRetracted
from engagement_ledger.domain.dates import When, day
from engagement_ledger.domain.dialogue import MeetingCancelled, MeetingHeld, MeetingScheduled
from engagement_ledger.domain.entry import Citation
from engagement_ledger.domain.relationship import RelationsEstablished, RelationsRestored, RelationsSuspended
from engagement_ledger.domain.worlds import Standing
from engagement_ledger.projections.diff import in_the_world, learned
from engagement_ledger.projections.words import standing_text as said

D, C, R = "dialogue:x", "commitment:x", "relationship:x"
PROOF = Citation(document="A report")

SCHEDULED = E(MeetingScheduled(meeting="1", window=When.parse("2026-03")), "2026-02-02")
HELD = E(MeetingHeld(meeting="1"), "2026-03-04")
MADE = E(CommitmentMade(obligors=("NZ",), kind="achievement", text="To act"), "2026-02-02")


def changed(told: dict[str, list[E]], first: str, last: str) -> list[tuple[str, str, str, str | None, str | None]]:
    """(stream, part, day, status before, status after)."""
    rows = ((stream, part, standing, since, until) for stream, part, standing, since, until, *_ in Streams(told).rows())
    return [
        (one["stream"], one["part"], one["from"], one["before"], one["after"])
        for one in (change.as_row() for change in in_the_world(rows, day(first), day(last)))
    ]


# --- in the world ----------------------------------------------------------------------------------------


def test_what_changed_after_the_first_day_and_by_the_last_is_listed() -> None:
    told = {D: [SCHEDULED, HELD]}
    announced = (D, "meeting/1", "2026-02-02", None, "scheduled · window 2026-03")
    possible = "scheduled (possibly held) · window 2026-03"
    held = (D, "meeting/1", "2026-03-04", "scheduled · window 2026-03", "held · window 2026-03")
    assert changed(told, "2026-02-01", "2026-03-31") == [announced, held]
    assert changed(told, "2026-02-02", "2026-03-03") == []
    assert changed(told, "2026-02-02", "2026-03-04") == [held]
    assert changed(told, "2026-03-03", "2026-03-04") == [held]
    assert changed(told, "2026-03-04", "2026-03-05") == []
    # Without the outcome it is the window that changes something.
    assert changed({D: [SCHEDULED]}, "2026-02-10", "2026-04-01") == [
        (D, "meeting/1", "2026-03-01", "scheduled · window 2026-03", possible),
        (D, "meeting/1", "2026-04-01", possible, "awaiting-outcome · window 2026-03"),
    ]


def test_the_passing_of_a_due_date_is_a_change_in_the_world() -> None:
    due = E(CommitmentMade(obligors=("NZ",), kind="achievement", text="To act", due=When.parse("2026-06")))
    assert changed({C: [due]}, "2026-06-30", "2026-07-01") == [
        (C, part, "2026-07-01", "made · due 2026-06", "made [overdue] · due 2026-06")
        for part in ("obligor/NZ", "overall")
    ]  # fmt: skip
    assert changed({C: [due]}, "2026-06-01", "2026-06-30") == []


def test_what_a_vague_date_leaves_open_changes_when_it_opens_and_when_it_closes() -> None:
    told = {R: [E(RelationsEstablished(), "1942"), E(RelationsSuspended(), "2026-03")]}
    assert changed(told, "2026-02-01", "2026-04-30") == [
        (R, "relations", "2026-03-01", "established", "established (possibly suspended)"),
        (R, "relations", "2026-03-31", "established (possibly suspended)", "suspended"),
    ]


def test_streams_and_parts_are_told_apart() -> None:
    told = {
        R: [E(RelationsEstablished(), "2026-03-05")],
        "relationship:y": [E(RelationsEstablished(), "2026-03-05"), E(RelationsSuspended(), "2026-03-09")],
        C: [MADE],
    }
    assert changed(told, "2026-03-01", "2026-03-31") == [
        (R, "relations", "2026-03-05", None, "established"),
        ("relationship:y", "relations", "2026-03-05", None, "established"),
        ("relationship:y", "relations", "2026-03-09", "established", "suspended"),
    ]


def test_what_ends_and_is_followed_by_nothing_is_a_change_too() -> None:
    made, gone = Standing("made"), Standing("gone")
    rows = [("s", "a", made, 10, 20), ("s", "a", gone, 25, 30), ("s", "b", made, 10, 28)]
    found = [(one.part, one.day, one.before, one.after) for one in in_the_world(rows, 15, 29)]
    assert found == [("a", 20, made, None), ("a", 25, None, gone), ("b", 28, made, None)]


def test_nothing_changed_where_nothing_did() -> None:
    assert changed({R: [E(RelationsEstablished(), "1942")]}, "2026-01-01", "2026-12-31") == []
    assert changed({}, "2026-01-01", "2026-12-31") == []


# --- what was learned ------------------------------------------------------------------------------------


def learnt(told: dict[str, list[E]], first: int, last: int) -> list[tuple[Any, ...]]:
    """(part, from, to, before, after, since which entry)."""
    streams = Streams(told)
    return [
        (row["part"], row["from"], row["to"], row["before"], row["after"], row["since"])
        for row in learned(streams.rows(first), streams.rows(last))
    ]


def test_what_a_later_entry_taught_is_told_with_its_days_and_that_entry() -> None:
    told = {D: [SCHEDULED, HELD]}
    plan = "scheduled · window 2026-03"
    assert learnt(told, 1, 2) == [
        ("meeting/1", "2026-03-01", "2026-03-04", f"{plan[:9]} (possibly held) · window 2026-03", plan, 2),
        ("meeting/1", "2026-03-04", "2026-04-01", "scheduled (possibly held) · window 2026-03",
         "held · window 2026-03", 2),
        ("meeting/1", "2026-04-01", None, "awaiting-outcome · window 2026-03", "held · window 2026-03", 2),
    ]  # fmt: skip
    assert learnt(told, 0, 1)[0] == ("meeting/1", "2026-02-02", "2026-03-01", None, plan, 1)
    assert learnt(told, 2, 2) == learnt(told, 1, 1) == []


def test_a_correction_teaches_what_it_changes_and_no_more() -> None:
    number = "00000000-0000-0000-0000-000000000002"
    fulfilled = E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), "2026-03-10")
    told = {
        C: [MADE, fulfilled, E(EntryCorrected(entry=number, changes={"occurred": "2026-04-01"}, reason="Misread"))]
    }  # fmt: skip
    assert learnt(told, 2, 3) == [
        (part, "2026-03-10", "2026-04-01", "fulfilled", "made", 3) for part in ("obligor/NZ", "overall")
    ]


def test_a_retraction_teaches_that_something_was_never_true() -> None:
    number = "00000000-0000-0000-0000-000000000002"
    told = {D: [SCHEDULED, E(MeetingCancelled(meeting="1"), "2026-02-20"),
                E(EntryRetracted(entry=number, reason="Never true"))]}  # fmt: skip
    before = "cancelled · window 2026-03"
    assert [(row[1], row[3], row[4]) for row in learnt(told, 2, 3)] == [
        ("2026-02-20", before, "scheduled · window 2026-03"),
        ("2026-03-01", before, "scheduled (possibly held) · window 2026-03"),
        ("2026-04-01", before, "awaiting-outcome · window 2026-03"),
    ]
    whole = {R: [E(RelationsEstablished(), "1942"), E(EntryRetracted(entry=number[:-1] + "1", reason="Never true"))]}
    assert [row[3:] for row in learnt(whole, 1, 2)] == [
        ("undetermined (possibly established)", None, 2), ("established", None, 2),
    ]  # fmt: skip


def test_a_late_arrival_teaches_something_of_the_past() -> None:
    told = {R: [E(RelationsEstablished(), "1942"), E(RelationsRestored(), "2026-03-01")]}
    told[R].insert(1, E(RelationsSuspended(), "2025-03-01"))
    late = {R: [told[R][0], told[R][1], E(RelationsRestored(), "2025-06-01")]}
    assert learnt(late, 2, 3) == [("relations", "2025-06-01", None, "suspended", "established", 3)]


def test_what_is_learned_and_changes_no_answer_is_not_told() -> None:
    told = {D: [SCHEDULED, E(EntryCorrected(entry="00000000-0000-0000-0000-000000000001",
                                            changes={"note": "See there"}, reason="Added"))]}  # fmt: skip
    assert learnt(told, 1, 2) == []


def test_what_was_learned_and_unlearned_between_is_not_told() -> None:
    told = {D: [SCHEDULED, HELD, E(EntryRetracted(entry="00000000-0000-0000-0000-000000000002", reason="Never true"))]}
    assert learnt(told, 1, 3) == []
    assert learnt(told, 1, 2) != []


# --- in one cell -----------------------------------------------------------------------------------------


def test_a_standing_is_said_in_one_cell() -> None:
    assert said(None) is None
    assert said(Standing("made")) == "made"
    assert said(Standing(None, ("held", "scheduled"))) == "undetermined (possibly held or scheduled)"
    assert said(Standing("made", (), ("overdue",), (("due", "2026-06"),))) == "made [overdue] · due 2026-06"
