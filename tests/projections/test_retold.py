"""Does `diff` tell what a stream is called, how much money it is about and how firmly, where that changed?

Held against what the stream is about on each day, one after another; the same in the file and from its entries alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

import engagement_ledger as el
from engagement_ledger.domain.commitment import CommitmentAmended, CommitmentMade
from engagement_ledger.domain.dialogue import DialogueEstablished, DialogueRenamed
from engagement_ledger.ledger import questions as ask
from engagement_ledger.store.enclosed import EnclosedSnapshot
from engagement_ledger.store.port import Snapshot

FIRST, LAST = "2026-01-15", "2026-04-01"


def usd(value: str) -> dict[str, str]:
    return {"value": value, "currency": "USD"}


def made(text: str, **more: Any) -> CommitmentMade:
    return CommitmentMade(obligors=("NZ",), kind="financial", text=text, **more)


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    with el.open(tmp_path / "l", create=True) as ledger:
        told = [
            ("commitment:a", made("A", amount=usd("5"), strength="intended"), "2026-01-02"),
            ("commitment:b", made("B"), "2026-01-02"),
            ("commitment:new", made("New", amount=usd("9")), "2026-02-10"),
            ("commitment:a", CommitmentAmended(text="A", amount=usd("50"), strength="undertaken"), "2026-02-02"),
            ("commitment:a", CommitmentAmended(text="A, again"), "2026-03-01"),
            ("commitment:b", CommitmentAmended(text="B", amount=usd("7")), "2026-05-01"),
            ("commitment:new", CommitmentAmended(text="New", amount=usd("10")), "2026-03"),
            ("dialogue:d", DialogueEstablished(parties=("NZ", "US"), title="Talks"), "2020"),
            ("dialogue:d", DialogueRenamed(title="Dialogue"), "2026-02-20"),
        ]
        for stream, fact, on in told:
            ledger.record(stream, fact, on=on)
        yield ledger


def retold(ledger: Any, first: str, last: str, **about: Any) -> list[tuple[str, ...]]:
    with ledger.reader() as reader:
        rows = ask.diff(reader, first, last, **about).rows
        enclosed = cast(Snapshot, EnclosedSnapshot(reader.lines()))
        assert ask.diff(enclosed, first, last, **about).rows == rows
    return [tuple(row.values()) for row in rows if row["part"] in ("title", "amount", "strength")]


def test_what_a_stream_is_about_is_told_where_it_changed(ledger: Any) -> None:
    assert retold(ledger, FIRST, LAST) == [
        ("commitment:a", "amount", "2026-02-02", "USD 5", "USD 50"),
        ("commitment:a", "strength", "2026-02-02", "intended", "undertaken"),
        ("dialogue:d", "title", "2026-02-20", "Talks", "Dialogue"),
        ("commitment:a", "title", "2026-03-01", "A", "A, again"),
        ("commitment:new", "amount", "2026-03-31", "USD 9", "USD 10"),
    ]
    assert retold(ledger, "2026-04-02", "2026-06-01") == [("commitment:b", "amount", "2026-05-01", "none", "USD 7")]
    assert [row[0] for row in retold(ledger, FIRST, LAST, stream="dialogue:d")] == ["dialogue:d"]
    assert {row[0] for row in retold(ledger, FIRST, LAST, party="US")} == {"dialogue:d"}
    assert retold(ledger, FIRST, LAST, stream="commitment:a/obligor/NZ") == []


def test_it_is_what_each_day_tells(ledger: Any) -> None:
    """Every day from the first to the last, asked of `status`."""

    def on(day: str) -> dict[str, tuple[Any, ...]]:
        told = {row["stream"]: row for row in ledger.status(as_of=day)}
        return {name: (row["title"], row["amount"], row["strength"]) for name, row in told.items()}

    changes, before = [], on(FIRST)
    at = date.fromisoformat(FIRST)
    while (at := at + timedelta(1)) <= date.fromisoformat(LAST):
        now = on(at.isoformat())
        for name in now.keys() & before.keys():
            changes += [(name, at.isoformat()) for was, one in zip(before[name], now[name], strict=True) if was != one]
        before = now
    assert sorted((row[0], row[2]) for row in retold(ledger, FIRST, LAST)) == sorted(changes)


def test_an_amendment_and_a_corrected_amount_are_learned(ledger: Any) -> None:
    with ledger.reader() as reader:
        size = reader.size
    ledger.correct(1, {"amount": usd("6")}, reason="misread")
    ledger.record("commitment:b", CommitmentAmended(text="B, more"), on="2026-06-01")
    ledger.correct(2, {"note": "n"}, reason="misread")
    with ledger.reader() as reader:
        said = ask.learned(reader, size, size + 3).said
    assert [(row["entry"], row["before"] is not None, row["since"]) for row in said] == [
        ("#1", True, f"#{size + 1}"), (f"#{size + 2}", False, f"#{size + 2}"),
    ]  # fmt: skip
