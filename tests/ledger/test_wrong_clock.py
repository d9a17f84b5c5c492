"""A clock was at 2099 once. What is recorded afterwards is judged by the clock as it is, and what was is named.

The control is the same ledger whose clock was never wrong.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.ledgers import Clock, asked, consistent, fact, opened

from engagement_ledger.domain.errors import HappeningInTheFuture
from engagement_ledger.ledger.append import BatchRefused
from engagement_ledger.record.instants import now, parse_instant

RIGHT = parse_instant("2026-02-03T09:00:00Z")
WRONG = parse_instant("2099-01-01T00:00:00Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """One entry of 2026, and one that says that it was recorded in 2099."""
    path = tmp_path / "l"
    with opened(path, Clock(RIGHT), create=True) as ledger:
        ledger.append(fact("made", "a"))
    with opened(path, Clock(WRONG)) as ledger:
        ledger.append(fact("made", "b"))
    return path


@pytest.mark.parametrize("on", ["2077-05-01", "2026-02-05", "2026-03"])
def test_nothing_has_happened_that_lies_ahead_of_the_clock(on: str, path: Path) -> None:
    with opened(path, Clock(RIGHT)) as ledger:
        with pytest.raises(HappeningInTheFuture):
            ledger.append(fact("stalled", "a", on=on, obligor="NZ", reason="no room"))
        with pytest.raises(BatchRefused):
            ledger.append(fact("made", "c"), fact("stalled", "a", on=on, obligor="NZ", reason="no room"))
        (receipt,) = ledger.append(fact("stalled", "a", on="2026-02-04", obligor="NZ", reason="no room"))
        assert receipt.position == 3
    consistent(path)


def test_it_had_while_the_clock_was_wrong(path: Path) -> None:
    """Nobody can tell then: it is flagged, and the entry can be retracted."""
    with opened(path, Clock(WRONG)) as ledger:
        ledger.append(fact("stalled", "a", on="2077-05-01", obligor="NZ", reason="no room"))
    found = [one for one in asked(path, "check", "--json").json["findings"] if one["check"] == "clock-ahead"]
    assert [one["entries"] for one in found] == [["#3"], ["#2"]]


def test_the_way_of_time_stays_and_the_clock_is_noted(path: Path) -> None:
    with opened(path, Clock(RIGHT)) as ledger:
        ledger.append(fact("stalled", "a", obligor="NZ", reason="no room"))
    entries = asked(path, "log", "--json").json["entries"]
    times = [one["recorded_at"] for one in entries]
    assert times == sorted(times)
    assert entries[2]["clock"].startswith("2026-02-03")
    found = [one for one in asked(path, "check", "--json").json["findings"] if one["check"] == "clock-ahead"]
    assert sorted(number for one in found for number in one["entries"]) == ["#2", "#3"]
    assert asked(path, "status", "--known-at", "#1").out != asked(path, "status", "--known-at", "#2").out
    consistent(path)


def test_a_clock_that_was_never_wrong_is_not_named(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, Clock(RIGHT), create=True) as ledger:
        ledger.append(fact("made", "a"))
    with opened(path, Clock(RIGHT - 3_600_000_000)) as ledger:  # set back by an hour, as clocks are
        ledger.append(fact("stalled", "a", on="2026-02-04", obligor="NZ", reason="no room"))
    assert "clock-ahead" not in asked(path, "check", "--json").out.decode()


MAKE = ("commitment", "make", "x", "--obligors", "NZ", "--kind", "event", "--text", "x", "--on", "2026-02-01")
YEAR = 365 * 24 * 3600 * 1_000_000


@pytest.mark.parametrize(("years", "said"), [(0, False), (1.01, True), (30, True)])
def test_a_leap_of_more_than_a_year_is_said_when_it_is_made(tmp_path: Path, years: float, said: bool) -> None:
    path = tmp_path / "l"
    with opened(path, Clock(now() - int(years * YEAR) - 3_600_000_000), create=True) as ledger:
        ledger.append(fact("made", "before", on="1970"))
    outcome = asked(path, "retract", "#1", "--reason", "x")
    assert outcome.code == 0
    assert ("if the clock is wrong" in outcome.err) == said, outcome.err
    assert "clock" not in asked(path, *MAKE).err, "said once"


def test_a_refusal_names_both_times(path: Path) -> None:
    with opened(path, Clock(RIGHT)) as ledger, pytest.raises(HappeningInTheFuture) as refused:
        ledger.append(fact("made", "c", on="2077"))
    assert "2026-02-03" in refused.value.because
    assert "2099" in refused.value.hint


def test_a_correction_is_held_against_the_clock_too(path: Path) -> None:
    with opened(path, Clock(RIGHT)) as ledger:
        (receipt,) = ledger.append(fact("made", "c", on="2026-02-01"))
        change = {"entry": receipt.entry_id, "reason": "x"}
        with pytest.raises(HappeningInTheFuture):
            ledger.append(fact("entry.corrected/1", "c", changes={"occurred": "2077"}, **change))
        ledger.append(fact("entry.corrected/1", "c", changes={"occurred": "2026-01-05"}, **change))
    consistent(path)
