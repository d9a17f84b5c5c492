"""Which names may have been meant? Case, separators and order make no difference; another number or code does."""

from __future__ import annotations

import time

import pytest

from engagement_ledger.domain.near_names import alike, meant, near, slips

SAME = [
    ("cl-nz", "CL-NZ"), ("cl-nz", "nz-cl"), ("nz_us-space", "nz-us-space"), ("nzus", "nz-us"), ("org:PIF", "org:pif"),
    ("co:lockheed-martin", "co:lockheed.martin"), ("nz-us-2026-c1", "us-nz-2026-c1"), ("1-11", "1.11"),
]  # fmt: skip
OTHERS = [
    ("nz-us-2026-c1", "nz-us-2026-c2"), ("nz-us", "nz-au"), ("visit-2026-01-02", "visit-2026-02-01"), ("1-11", "11-1"),
    ("c-2025", "c-2026"), ("nz-us", "nz-us-space"), ("org:PIF", "org:PIFS"), ("round-ii", "round-iii"),
    ("c1-1", "c-11"),
]  # fmt: skip
SLIPS = [
    ("nz-felowships", "nz-fellowships"), ("nz-us-sapce", "nz-us-space"),
    ("minerals-ministeriall", "minerals-ministerial"),
    ("us-pacific-sumit", "us-pacific-summit"), ("infrastrutcure-a", "infrastructure-a"),
    ("Fellowship-NZ", "nz-fellowships"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_differ_in_form_alone_are_alike(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)
    assert slips(one, [other]) == [other]


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_number_or_code_is_another_name(one: str, other: str) -> None:
    assert not alike(one, other)
    assert slips(one, [other]) == []


@pytest.mark.parametrize(("one", "other"), SLIPS)
def test_a_slip_in_a_word_is_found(one: str, other: str) -> None:
    assert not alike(one, other)
    assert slips(one, [other]) == [other]
    assert other in near(one, [other, "something-else"])


def test_a_name_is_never_near_to_itself_and_no_more_than_three_are_said() -> None:
    assert near("meeting/2", ["meeting/2"]) == []
    assert slips("fellowships", ["fellowships"]) == []
    assert len(near("meeting", [f"meeting/{n}" for n in range(10)])) == 3
    assert near("", ["a"]) == near(" ", ["a"]) == []


def test_the_nearest_stands_first() -> None:
    assert near("us-nz", ["us-nz-space", "nz-us"])[0] == "nz-us"
    assert near("metting/2", ["meeting/1", "series", "meeting/2"])[0] == "meeting/2"


def test_of_thousands_of_names_the_near_ones_are_found_at_once() -> None:
    pool = [f"nz-us-{n}-strand-{n % 977}-infrastructure" for n in range(20_000)]
    began = time.perf_counter()
    assert near("nz-us-501-strand-501-infrastructur", pool)[0] == "nz-us-501-strand-501-infrastructure"
    assert slips("nz-us-501-strand-501-infrastructur", pool) == ["nz-us-501-strand-501-infrastructure"]
    assert time.perf_counter() - began < 20, "not a measurement: that nothing grows with the square"


def test_a_hint_names_them_all() -> None:
    assert meant([], "see the list") == "see the list"
    assert meant(["a"]) == "did you mean a?"
    assert meant(["a", "b"]) == "did you mean a or b?"
    assert meant(["a", "b", "c"]) == "did you mean a, b or c?"
