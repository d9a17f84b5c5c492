"""Is a total the sum of what may be added, and does it say what it left out? Compared with a plain addition."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engagement_ledger as el
from engagement_ledger.domain.amount_text import AmountText, Unit, added, grouped
from engagement_ledger.domain.commitment import CommitmentAmended, CommitmentMade
from engagement_ledger.domain.errors import NotFound

AMOUNTS = st.decimals(min_value=0, max_value=10**17, places=2, allow_nan=False).map(lambda one: format(one, "f"))


def made(value: str, currency: str = "USD", *, part_of: str | None = None, **more: Any) -> CommitmentMade:
    amount = {"value": value, "currency": currency, **more}
    return CommitmentMade(obligors=("US",), kind="financial", text="Fund", amount=amount, part_of=part_of)


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    with el.open(tmp_path / "l", create=True) as ledger:
        told = {
            "a": made("810000000", bound="at-least"), "b": made("200000000.10", bound="about"),
            "c": made("100.20"), "d": made("0.10"), "e": made("5", "NZD"), "f": made("60", per="year"),
            "g": made("7", part_of="commitment:c"), "h": made("9", part_of="commitment:unpriced"),
            "unpriced": CommitmentMade(obligors=("US",), kind="event", text="Host"),
        }  # fmt: skip
        for name, fact in told.items():
            ledger.record(f"commitment:{name}", fact, on="2026-02-02")
        yield ledger


def sums(found: Any) -> dict[str, int]:
    return {row["words"]: row["commitments"] for row in found.rows}


def test_amounts_of_one_currency_one_bound_and_one_way_of_counting_are_added(ledger: Any) -> None:
    found = ledger.total()
    assert sums(found) == {
        "NZD 5": 1, "at least USD 810,000,000": 1, "about USD 200,000,000.10": 1, "USD 109.30": 3, "USD 60 a year": 1,
    }  # fmt: skip
    assert found.left_out == [
        {"stream": "commitment:g", "amount": "USD 7", "why": "part of commitment:c, whose amount holds it"}
    ]


def test_a_total_is_as_of_a_day_and_as_known_then(ledger: Any) -> None:
    ledger.record(
        "commitment:c", CommitmentAmended(text="More", amount={"value": "200", "currency": "USD"}), on="2026-03-01"
    )
    assert "USD 209.10" in sums(ledger.total(as_of="2026-03-01"))
    assert "USD 109.30" in sums(ledger.total(as_of="2026-02-28"))
    assert "USD 109.30" in sums(ledger.total(as_of="2026-03-01", known_at=9))
    assert ledger.total(as_of="2026-02-01").rows == []


def test_a_total_is_of_what_is_asked_for(ledger: Any) -> None:
    assert sums(ledger.total("commitment:a", "b", "commitment:a")) == {
        "about USD 200,000,000.10": 1, "at least USD 810,000,000": 1,
    }  # fmt: skip
    assert sums(ledger.total(party="US", status="made")) == sums(ledger.total())
    with pytest.raises(NotFound):
        ledger.total(party="FJ")


@given(st.lists(AMOUNTS))
def test_a_sum_is_exact(values: list[str]) -> None:
    assert Decimal(added(values)) == sum(map(Decimal, values), Decimal(0))


@given(AMOUNTS, st.sampled_from(["2022/2026", None]))
def test_an_amount_is_read_as_it_was_written(value: str, over: str | None) -> None:
    amount = AmountText(Unit("USD", "at-least", "year"), value, over)
    assert AmountText.read(amount.written()) == amount
    assert grouped(value).replace(",", "") == value


def test_a_list_of_everything_has_the_amounts_that_each_stream_has(ledger: Any) -> None:
    everything = {row["stream"]: row["amount"] for row in ledger.status()}
    assert everything == {one: ledger.status(one)[0]["amount"] for one in everything}
    assert everything["commitment:a"] == "at least USD 810,000,000"
    assert everything["commitment:unpriced"] is None
