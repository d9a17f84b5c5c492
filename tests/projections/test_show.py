"""Does `show` tell all that is known of a stream: who took part, what builds on what, what was agreed there?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

import engagement_ledger as el
from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.commitment import CommitmentAmended, CommitmentMade
from engagement_ledger.domain.dialogue import (
    DecisionTaken,
    DialogueEstablished,
    MeetingHeld,
    Participant,
    StatementIssued,
)
from engagement_ledger.domain.errors import NotFound
from engagement_ledger.domain.sayings import BESIDE_A_STATUS
from engagement_ledger.ledger import questions as ask
from engagement_ledger.store.enclosed import EnclosedSnapshot
from engagement_ledger.store.port import Snapshot

D = "dialogue:d"
PRESENT = Participant(person="Ana Vale", party="US")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[el.Ledger]:
    with el.open(tmp_path / "l", create=True) as ledger:

        def made(name: str, place: str) -> None:
            fact = CommitmentMade(obligors=("NZ",), kind="event", text=f"Agreed {name}", made_at=place)
            ledger.record(f"commitment:{name}", fact, on="2026-02-01" if name == "a" else "2026-02-03")

        ledger.record(D, DialogueEstablished(parties=("NZ", "US"), title="Talks"), on="2020")
        ledger.record(D, MeetingHeld(meeting="1"), on="2021")
        ledger.record(D, MeetingHeld(meeting="2", participants=(PRESENT,)), on="2026-02-02", builds_on=[D])
        issued = StatementIssued(kind="joint", issuers=("NZ", "US"), meeting="2", statement="joint")
        ledger.record(D, issued, on="2026-02-03")
        ledger.record(D, DecisionTaken(meeting="2", by=("NZ",), text="To go on"), on="2026-02-02")
        for name, place in {"a": "meeting/1", "b": "meeting/2", "c": "statement/joint"}.items():
            made(name, f"{D}/{place}")
        made("whole", D)
        made("other", "dialogue:other")
        later = CommitmentAmended(text="Agreed a, again", made_at=f"{D}/meeting/2")
        ledger.record("commitment:a", later, on="2026-02-02")
        yield ledger


def shown(ledger: el.Ledger, what: str, **at: Any) -> Any:
    """The same in the file and in the snapshot of its entries."""
    with ledger.reader() as reader:
        found = ask.show(reader, what, **at)
        again = ask.show(cast(Snapshot, EnclosedSnapshot(reader.lines())), what, **at)
        assert (found.said, found.made_there) == (again.said, again.made_there)
        assert sorted(found.rows, key=str) == sorted(again.rows, key=str)
    return found


def test_what_an_entry_says_beside_a_status_is_told(ledger: el.Ledger) -> None:
    said = {row["entry"]: row for row in shown(ledger, D).said}
    assert set(said) == {"#3", "#4", "#5"}, "that the first meeting was held is all that is said of it"
    assert said["#3"]["body"]["participants"][0]["person"] == "Ana Vale"
    assert said["#3"]["builds_on"] == [D]
    assert {row["entry"] for row in shown(ledger, D, as_of="2026-02-01").said} == set()


@pytest.mark.parametrize(
    ("what", "entries", "agreed"),
    [
        (D, "#3 #4 #5", "a b c whole"),
        (f"{D}/meeting/1", "", "a"),
        (f"{D}/meeting/2", "#3 #4 #5", "a b c"),
        (f"{D}/statement/joint", "#4", "c"),
        (f"{D}/series", "#3 #4 #5", ""),
        ("commitment:a", "", ""),
    ],
)
def test_of_a_meeting_or_a_statement_is_told_what_was_said_and_agreed_there(
    ledger: el.Ledger, what: str, entries: str, agreed: str
) -> None:
    found = shown(ledger, what)
    assert {row["entry"] for row in found.said} == set(entries.split())
    assert {row["stream"].partition(":")[2] for row in found.made_there} == set(agreed.split())


def test_what_was_agreed_is_told_as_of_the_day_and_as_known_then(ledger: el.Ledger) -> None:
    def agreed(**at: Any) -> set[str]:
        return {row["stream"] for row in shown(ledger, f"{D}/meeting/2", **at).made_there}

    assert agreed() == {"commitment:a", "commitment:b", "commitment:c"}
    assert agreed(as_of="2026-02-02") == {"commitment:a"}
    assert agreed(known_at=8) == {"commitment:b", "commitment:c"}, "#11 is not known yet"


@pytest.mark.parametrize("name", ["jiont", "", "joint/2"])
def test_a_statement_that_is_not_there_is_refused(ledger: el.Ledger, name: str) -> None:
    with pytest.raises(NotFound) as refused:
        shown(ledger, f"{D}/statement/{name}")
    assert "its statements are joint" in refused.value.because


def test_every_field_that_no_status_tells_is_a_field_of_some_event() -> None:
    declared = {name for fact in CATALOGUE.values() for name in fact.model_fields}
    assert declared >= BESIDE_A_STATUS


DATES = ("2026-01", "2026-01-05", "../2026-02-02", "[2026-01-20..2026-02-10]", "2026-02", "2026-02-15", "2026")
DAYS = ("2025-12-31", "2026-01-05", "2026-01-31", "2026-02-10", "2026-02-28", "2026-12-31")


@pytest.mark.parametrize("seed", range(40))
def test_show_says_what_a_commitment_is_called_as_status_does(tmp_path: Path, seed: int) -> None:
    """Whatever the dates leave open, on every day and as known at every entry: one fold, and one table of traits."""
    dice = random.Random(seed)
    with el.open(tmp_path / "l", create=True) as ledger:
        kinds = ("event", "achievement", "exploratory")

        def said(number: int) -> dict[str, Any]:
            amount = {"value": str(10 + number), "currency": "USD"}
            return {"text": f"Text {number}", "kind": dice.choice(kinds), "amount": dice.choice((None, amount))}

        ledger.record("commitment:a", CommitmentMade(obligors=("NZ",), **said(0)), on=dice.choice(DATES))
        for number in range(1, dice.randint(2, 5)):
            try:
                ledger.record("commitment:a", CommitmentAmended(**said(number)), on=dice.choice(DATES))
            except el.ImpossibleHistory:
                continue
        with ledger.reader() as reader:
            size = reader.size
        compared = 0
        for day in DAYS:
            for known in range(1, size + 1):
                at: dict[str, Any] = {"as_of": day, "known_at": known}
                for row in ledger.status("commitment:a", **at)[:1]:
                    shown_as = ledger.show("commitment:a", **at).aggregate
                    told = shown_as.get("text"), shown_as.get("amount")
                    assert told == (row["title"], row["amount"]), (day, known)
                    compared += 1
        assert compared >= size
