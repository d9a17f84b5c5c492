"""Is one statement ended where it takes too much work, and no other, however many came before it?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import engagement_ledger as el
from engagement_ledger.domain.errors import LedgerUnusable
from engagement_ledger.domain.party import MemberJoined
from engagement_ledger.store.sqlite import transaction, watch

STEPS = 40_000
"""Steps that a statement may take here: far fewer than the recording of a few hundred facts takes in all."""


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(watch, "EVERY", 100)
    monkeypatch.setattr(watch, "_AT_LEAST", STEPS)
    monkeypatch.setattr(watch, "_PER_BYTE", 0)
    with el.open(tmp_path / "l", create=True) as ledger:
        yield ledger


def record(ledger: el.Ledger, number: int) -> None:
    ledger.record(f"party:org:o{number}", MemberJoined(member="NZ"), on="2026-02-02")


def drafts(count: int) -> list[Any]:
    told = {"type": "party.member-joined/1", "occurred": "2026-02-02", "body": {"member": "NZ"}}
    return [
        el.draft_of({"stream": f"party:org:o{number}", **told}, recorded_by="mere", resolve=str)
        for number in range(count)
    ]


def size(ledger: el.Ledger) -> int:
    with ledger.reader() as reader:
        return reader.size


def steps_of(ledger: el.Ledger, wanted: int) -> int:
    """Steps that it takes to record so many facts, by SQLite's own count of what it reports."""
    counted = [0]

    def look(self: watch.Watch) -> int:
        counted[0] += 1
        return 0

    kept, watch.Watch._look = watch.Watch._look, look  # type: ignore[method-assign]  # put back below
    try:
        with el.open(ledger.place) as other:
            for number in range(wanted):
                record(other, 10_000 + number)
    finally:
        watch.Watch._look = kept  # type: ignore[method-assign]
    return counted[0] * watch.EVERY


def test_a_ledger_that_is_kept_open_is_written_to_for_ever(ledger: el.Ledger) -> None:
    """The steps of all statements together pass what one may take: an import of 800,000 facts was ended by that."""
    for number in range(300):
        record(ledger, number)
    assert size(ledger) == 300
    assert steps_of(ledger, 300) > STEPS, "too few steps to tell"


def test_facts_that_are_written_together_are_not_ended_either(
    ledger: el.Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are written so many at once, as one call counts as one statement."""
    with pytest.raises(LedgerUnusable):  # the control
        ledger.append(*drafts(2000))
    assert size(ledger) == 0
    monkeypatch.setattr(transaction, "ROWS_AT_ONCE", 100)
    ledger.append(*drafts(2000))
    assert size(ledger) == 2000


def test_one_statement_that_takes_too_much_work_is_refused_and_nothing_is_recorded(
    ledger: el.Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ledger, 1)
    with monkeypatch.context() as changed:
        changed.setattr(watch.Watch, "begin", lambda self: setattr(self, "_looks", self._most))  # one look is too many
        with pytest.raises(LedgerUnusable, match="was not written to: nothing was recorded"):
            ledger.append(*drafts(300))
    assert size(ledger) == 1
    record(ledger, 3)
    assert size(ledger) == 2
