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
from engagement_ledger.domain.commitment import (
    CommitmentAmended,
    CommitmentDiscontinued,
    CommitmentFulfilled,
    CommitmentLapsed,
    CommitmentMade,
    CommitmentMerged,
    CommitmentProposed,
    CommitmentSplit,
    CommitmentSuperseded,
    CommitmentWithdrawn,
)
from engagement_ledger.domain.errors import NotFound
from engagement_ledger.domain.party import CoverageDeclared

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


def record(ledger: Any, stream: str, fact: Any, on: str = "2026-02-02") -> None:
    ledger.record(f"commitment:{stream}", fact, on=on)


def why_left_out(found: Any) -> dict[str, str]:
    return {row["stream"].partition(":")[2]: row["why"] for row in found.left_out}


ENDS: dict[str, tuple[Any, str | None]] = {
    "split": (CommitmentSplit(into=("commitment:x", "commitment:y")), "superseded"),
    "merged": (CommitmentMerged(into="commitment:x"), "superseded"),
    "superseded": (CommitmentSuperseded(by_commitment="commitment:x"), "superseded"),
    "superseded in part": (CommitmentSuperseded(by_commitment="commitment:x", scope="part"), None),
    "withdrawn": (CommitmentWithdrawn(by="US"), "withdrawn"),
    "lapsed": (CommitmentLapsed(obligor="US", decided_by="US"), "lapsed"),
    "discontinued": (CommitmentDiscontinued(obligor="US"), "discontinued"),
    "fulfilled": (CommitmentFulfilled(obligor="US", evidence={"document": "paid"}), None),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_is_no_longer_owed_is_in_no_sum_but_where_it_is_asked_for(tmp_path: Path, end: str) -> None:
    fact, why = ENDS[end]
    with el.open(tmp_path / "l", create=True) as ledger:
        record(ledger, "a", made("5"))
        record(ledger, "a", fact, "2026-03-01")
        assert sums(ledger.total(as_of="2026-02-28")) == {"USD 5": 1}
        assert sums(ledger.total(as_of="2026-03-01")) == ({"USD 5": 1} if why is None else {})
        assert why_left_out(ledger.total()) == ({} if why is None else {"a": why})
        if why:
            assert sums(ledger.total(status=why)) == {"USD 5": 1}


def test_what_was_only_proposed_is_in_no_sum_until_it_is_undertaken(tmp_path: Path) -> None:
    amount = {"value": "5", "currency": "USD"}
    with el.open(tmp_path / "l", create=True) as ledger:
        record(ledger, "a", CommitmentProposed(obligors=("US",), kind="financial", text="Fund", amount=amount))
        assert why_left_out(ledger.total()) == {"a": "only proposed"}
        record(ledger, "a", made("5"), "2026-03-01")
        assert sums(ledger.total()) == {"USD 5": 1}


def test_what_may_no_longer_be_owed_is_in_the_sum_until_it_is_certain(tmp_path: Path) -> None:
    with el.open(tmp_path / "l", create=True) as ledger:
        record(ledger, "a", made("5"))
        record(ledger, "a", CommitmentWithdrawn(by="US"), "2026-03")
        assert sums(ledger.total(as_of="2026-03-15")) == {"USD 5": 1}
        assert sums(ledger.total(as_of="2026-03-31")) == {}


def test_a_part_is_left_out_where_what_it_is_part_of_is_in_the_sum_near_or_far(tmp_path: Path) -> None:
    with el.open(tmp_path / "l", create=True) as ledger:
        record(ledger, "whole", made("100"))
        programme = CommitmentMade(obligors=("NZ",), kind="event", text="Run it", part_of="commitment:whole")
        record(ledger, "programme", programme)
        record(ledger, "grant", made("7", part_of="commitment:programme"))
        held = {"grant": "part of commitment:whole, whose amount holds it"}
        assert why_left_out(ledger.total()) == held
        assert why_left_out(ledger.total(party="US")) == held, "what lies between is not of the party"
        assert sums(ledger.total("commitment:grant")) == {"USD 7": 1}, "the whole is not asked about"
        record(ledger, "whole", CommitmentSuperseded(by_commitment="commitment:new"), "2026-03-01")
        assert sums(ledger.total()) == {"USD 7": 1}, "the whole is no longer owed"


def test_what_is_part_of_itself_is_added_and_its_parts_are_not(tmp_path: Path) -> None:
    with el.open(tmp_path / "l", create=True) as ledger:
        record(ledger, "a", made("1", part_of="commitment:b"))
        record(ledger, "b", made("20", part_of="commitment:a"))
        record(ledger, "c", made("300", part_of="commitment:a"))
        assert sums(ledger.total()) == {"USD 21": 2}
        assert set(why_left_out(ledger.total())) == {"c"}


def test_of_a_party_its_share_counts_where_shares_are_stated(tmp_path: Path) -> None:
    shares = ({"obligor": "NZ", "value": "30.5"}, {"obligor": "US", "value": "69.5"})
    amount = {"value": "100", "currency": "USD"}
    more: dict[str, Any] = {"kind": "financial", "text": "Fund", "amount": amount}
    with el.open(tmp_path / "l", create=True) as ledger:
        record(ledger, "shared", CommitmentMade(obligors=("NZ", "US"), shares=shares, **more))
        record(ledger, "joint", CommitmentMade(obligors=("NZ", "US"), **more))
        assert sums(ledger.total()) == {"USD 200": 2}
        assert sums(ledger.total(party="NZ")) == {"USD 130.5": 2}
        assert sums(ledger.total(party=("NZ", "US"))) == {"USD 200.0": 2}, "to the tenth, as the shares are"
        assert sums(ledger.total(party="NZ", role="obligor")) == {"USD 130.5": 2}


def test_of_a_party_that_went_nothing_is_owed(tmp_path: Path) -> None:
    shares = ({"obligor": "NZ", "value": "20"}, {"obligor": "US", "value": "30"})
    amount = {"value": "50", "currency": "USD"}
    made = CommitmentMade(obligors=("NZ", "US"), kind="financial", text="Fund", amount=amount, shares=shares)
    with el.open(tmp_path / "l", create=True) as ledger:
        record(ledger, "a", made)
        record(ledger, "a", CommitmentWithdrawn(by="NZ"), "2026-03-01")
        assert sums(ledger.total(party="NZ", as_of="2026-02-28")) == {"USD 20": 1}
        assert sums(ledger.total(party="NZ")) == {}
        assert why_left_out(ledger.total(party="NZ")) == {"a": "of NZ it is withdrawn"}
        assert sums(ledger.total(party="US")) == {"USD 30": 1}


def test_past_a_coverage_nothing_is_known_to_be_owed(tmp_path: Path) -> None:
    with el.open(tmp_path / "l", create=True) as ledger:
        record(ledger, "a", made("5"), "2026-01-01")
        declared = CoverageDeclared(scope="commitment:*", until="2026-02-15")
        ledger.record("party:x:register", declared, on="2026-02-15")
        assert sums(ledger.total(as_of="2026-02-15")) == {"USD 5": 1}
        assert sums(ledger.total(as_of="2026-02-16")) == {}
        assert why_left_out(ledger.total(as_of="2026-02-16"))["a"].startswith("unknown")


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


def test_an_amendment_follows_the_making_whatever_their_dates_leave_open(tmp_path: Path) -> None:
    """Made on some day of January and amended on the 5th: so it was made by then, though not for certain by itself."""
    more = CommitmentAmended(text="More", amount={"value": "46", "currency": "USD"})
    with el.open(tmp_path / "l", create=True) as ledger:
        ledger.record("commitment:a", made("41"), on="2026-01")
        ledger.record("commitment:a", more, on="2026-01-05")
        for day in ("2026-01-05", "2026-01-31", "2026-06-01"):
            assert sums(ledger.total(as_of=day)) == {"USD 46": 1}, day
            row = ledger.status("commitment:a", as_of=day)[0]
            assert (row["amount"], row["title"]) == ("USD 46", "More")
            assert ledger.show("commitment:a", as_of=day).aggregate["text"] == "More"
        assert sums(ledger.total(as_of="2026-01-04")) == {}


def test_the_control_that_what_changes_it_later_holds_from_its_own_day(tmp_path: Path) -> None:
    more = CommitmentAmended(text="More", amount={"value": "46", "currency": "USD"})
    with el.open(tmp_path / "l", create=True) as ledger:
        ledger.record("commitment:a", made("41"), on="2026-01")
        ledger.record("commitment:a", more, on="2026-03")
        assert sums(ledger.total(as_of="2026-03-30")) == {"USD 41": 1}
        assert sums(ledger.total(as_of="2026-03-31")) == {"USD 46": 1}
