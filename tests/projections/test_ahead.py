"""Is what lies ahead on the calendar: announced changes, terms that end, and what is due at a meeting?

Real ledgers, asked as the command asks; the same in the file and in the snapshot of its entries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

import engagement_ledger as el
from engagement_ledger.domain.commitment import CommitmentFulfilled, CommitmentMade, CommitmentProposed
from engagement_ledger.domain.dialogue import (
    DialogueEstablished,
    DialogueRenamed,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
)
from engagement_ledger.domain.entry import Citation, Fact
from engagement_ledger.domain.party import OfficeAssumed
from engagement_ledger.domain.relationship import MissionAtLevel, RelationsEstablished
from engagement_ledger.ledger import questions as ask
from engagement_ledger.store.enclosed import EnclosedSnapshot
from engagement_ledger.store.port import Snapshot

ON = "2026-02-02"
Told = list[tuple[str, Fact, str]]
AT_TWO = {"obligors": ("NZ",), "kind": "achievement", "text": "Report", "due_at": "dialogue:d/meeting/2"}


def mission(effective: str | None = None, level: str = "embassy") -> Fact:
    return MissionAtLevel(sender="NZ", host="US", level=level, effective=effective)


def agenda(path: Path, told: Told, as_of: str = "2026-03-01", within: int = 365, calls_off: int = 0) -> list[Any]:
    with el.open(path, create=True) as ledger:
        for stream, fact, on in told:
            ledger.record(stream, fact, on=on)
        if calls_off:
            ledger.call_off(calls_off, reason="No funds", on="2026-02-20")
        with ledger.reader() as reader:
            rows = ask.due(reader, as_of=as_of, within=within).rows
            enclosed = cast(Snapshot, EnclosedSnapshot(reader.lines()))
            assert ask.due(enclosed, as_of=as_of, within=within).rows == rows
    return [(row["what"], row["stream"].partition(":")[2], row["part"], row["when"], row["note"]) for row in rows]


@pytest.mark.parametrize(
    ("effective", "as_of", "within", "listed"),
    [
        ("2026-06-01", "2026-03-01", 91, False), ("2026-06-01", "2026-03-01", 92, True),
        ("2026-06-01", "2026-05-31", 1, True), ("2026-06-01", "2026-06-01", 365, False),
        ("2026-06", "2026-06-15", 365, True), ("2026-06", "2026-06-30", 365, False),
        ("2026-06", "2026-03-01", 92, True),
    ],
)  # fmt: skip
def test_an_announced_change_is_listed_until_it_holds(
    tmp_path: Path, effective: str, as_of: str, within: int, listed: bool
) -> None:
    told: Told = [("relationship:r", mission(level="consulate"), "2020"), ("relationship:r", mission(effective), ON)]
    row = ("takes effect", "r", "mission/NZ>US", effective, "then embassy")
    assert agenda(tmp_path / "l", told, as_of, within) == ([row] if listed else [])


def test_each_of_two_announced_changes_is_listed_though_the_second_leads_back(tmp_path: Path) -> None:
    told: Told = [
        ("relationship:r", mission(), "2020"),
        ("relationship:r", mission("2026-05-01", "consulate"), ON),
        ("relationship:r", mission("2026-09", "embassy"), ON),
        ("relationship:r", mission("2026-12-01", "embassy"), ON),
    ]
    assert agenda(tmp_path / "l", told) == [
        ("takes effect", "r", "mission/NZ>US", "2026-05-01", "then consulate"),
        ("takes effect", "r", "mission/NZ>US", "2026-09", "after consulate, then embassy"),
    ]


def test_what_changes_on_the_same_day_unannounced_is_not_listed(tmp_path: Path) -> None:
    there = MissionAtLevel(sender="US", host="NZ", level="embassy")
    told: Told = [
        ("relationship:r", MissionAtLevel(sender="US", host="NZ", level="consulate"), "1990"),
        ("relationship:r", mission(level="consulate"), "1990"),
        ("relationship:r", mission("1993-05-05"), "1992-01-01"),
        ("relationship:r", there, "1993-05-05"),
        ("relationship:r", RelationsEstablished(), "1993-05-05"),
    ]
    listed = agenda(tmp_path / "l", told, "1992-06-01", 1000)
    assert [row[2] for row in listed if row[0] == "takes effect"] == ["mission/NZ>US"]


def test_an_announced_change_that_was_called_off_is_not(tmp_path: Path) -> None:
    told: Told = [("relationship:r", mission(level="consulate"), "2020"), ("relationship:r", mission("2026-06-01"), ON)]
    assert agenda(tmp_path / "l", told, calls_off=2) == []


def test_a_new_name_is_listed_until_it_is_borne(tmp_path: Path) -> None:
    told: Told = [
        ("dialogue:d", DialogueEstablished(parties=("NZ", "US"), title="Talks"), "2020"),
        ("dialogue:d", DialogueRenamed(title="Dialogue", effective="2026-06-01"), ON),
    ]
    assert agenda(tmp_path / "l", told) == [("takes effect", "d", None, "2026-06-01", "then Dialogue")]


def test_however_many_other_traits_there_are_what_was_announced_is_found(tmp_path: Path) -> None:
    """Each entry may name many parties and themes: their number says nothing of how many values there are."""
    told: Told = [("relationship:r", mission(level="consulate"), "2020"), ("relationship:r", mission("2026-06-01"), ON)]
    many = [f"theme-{number}" for number in range(200)]
    told.insert(0, ("commitment:c", CommitmentMade(obligors=("FJ",), kind="event", text="It", themes=many), ON))
    assert [row[0] for row in agenda(tmp_path / "l", told)] == ["takes effect"]


def test_a_term_that_ends_is_listed_beside_what_is_due(tmp_path: Path) -> None:
    made = CommitmentMade(obligors=("NZ",), kind="achievement", text="It", term="2026-01/2026-03", due="2026-06")
    rows = agenda(tmp_path / "l", [("commitment:c", made, "2026-01-01")], "2026-02-01")
    assert sorted((row[0], row[2]) for row in rows) == [
        ("due", "obligor/NZ"), ("due", "overall"), ("term ends", "overall"),
    ]  # fmt: skip


@pytest.mark.parametrize(("as_of", "listed"), [("2026-06-30", True), ("2026-07-01", False), ("2025-01-01", False)])
def test_a_term_that_ends_is_listed_to_its_last_day(tmp_path: Path, as_of: str, listed: bool) -> None:
    made = CommitmentMade(obligors=("NZ",), kind="maintenance", text="It", term="2024/2026-06")
    held = OfficeAssumed(office="chair", person="Ana Vale", until="2026-06-30")
    told: Told = [("commitment:c", made, "2024-01-01"), ("party:org:PIF", held, "2024-01-01")]
    rows = [
        ("term ends", "c", "overall", "2024/2026-06", None),
        ("term ends", "org:PIF", "office/chair", "2026-06-30", None),
    ]
    assert agenda(tmp_path / "l", told, as_of) == (rows if listed else [])


SCHEDULED = ("dialogue:d", MeetingScheduled(meeting="2", window="2026-05"), ON)


def test_what_is_due_at_a_meeting_is_due_when_that_is_and_owed_once_it_was_held(tmp_path: Path) -> None:
    made = ("commitment:c", CommitmentMade(**AT_TWO), ON)
    planned = ("planned", "d", "meeting/2", "2026-05", None)
    at = "dialogue:d/meeting/2"
    assert agenda(tmp_path / "a", [made, SCHEDULED]) == [("due", "c", "overall", "2026-05", f"at {at}"), planned]
    held = ("dialogue:d", MeetingHeld(meeting="2"), "2026-05-05")
    owed = ("overdue", "c", "overall", "2026-05-05", f"due at {at}, which was held")
    assert agenda(tmp_path / "b", [made, SCHEDULED, held], "2026-06-01") == [owed]
    done = ("commitment:c", CommitmentFulfilled(obligor="NZ", evidence=Citation(document="x")), "2026-05-04")
    assert agenda(tmp_path / "c", [made, SCHEDULED, held, done], "2026-06-01") == []
    off = ("dialogue:d", MeetingCancelled(meeting="2"), "2026-02-20")
    said = f"at {at}, which was cancelled"
    assert agenda(tmp_path / "e", [made, SCHEDULED, off])[0] == ("due", "c", "overall", "2026-05", said)
    offered = ("commitment:c", CommitmentProposed(**AT_TWO), ON)
    assert [row[0] for row in agenda(tmp_path / "d", [offered, SCHEDULED, held], "2026-06-01")] == ["due"]


def test_the_next_session_of_a_dialogue_is_the_next_after_it_was_made(tmp_path: Path) -> None:
    made = ("commitment:c", CommitmentMade(**{**AT_TWO, "due_at": "dialogue:d"}), ON)
    before = ("dialogue:d", MeetingHeld(meeting="1"), "2026-01-05")
    assert agenda(tmp_path / "a", [before, made]) == [
        ("due", "c", "overall", None, "at the next session of dialogue:d")
    ]
    assert agenda(tmp_path / "b", [before, made, SCHEDULED])[0] == (
        "due", "c", "overall", "2026-05", "at dialogue:d/meeting/2",
    )  # fmt: skip
    later = ("dialogue:d", MeetingHeld(meeting="3"), "2026-04-01")
    assert agenda(tmp_path / "c", [before, made, SCHEDULED, later], "2026-04-02")[0][:2] == ("overdue", "c")


@pytest.mark.parametrize("made_on", ["2026-03-05", "2026-03", "../2026-03-05"])
def test_what_was_made_at_a_meeting_is_due_at_the_one_after_however_vague_the_making_is(
    tmp_path: Path, made_on: str
) -> None:
    made = CommitmentMade(**{**AT_TWO, "due_at": "dialogue:d", "made_at": "dialogue:d/meeting/1"})
    told: Told = [
        ("dialogue:d", MeetingHeld(meeting="1"), "2026-03-05"),
        ("dialogue:d", MeetingScheduled(meeting="2", window=el.When.parse("2026-09")), "2026-03-05"),
        ("commitment:c", made, made_on),
    ]
    rows = [row for row in agenda(tmp_path / "l", told, as_of="2026-04-10") if row[1] == "c" and row[0] != "silent"]
    assert [(row[0], row[4]) for row in rows] == [("due", "at dialogue:d/meeting/2")]
