"""How often is a batch judged to find the fact that is to blame? Counted, not timed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.domain.commitment import CommitmentFulfilled, CommitmentMade, ProgressReported
from engagement_ledger.domain.dates import When
from engagement_ledger.domain.entry import Citation, Draft, Fact
from engagement_ledger.history import effective
from engagement_ledger.ledger import append
from engagement_ledger.ledger.append import BatchRefused
from engagement_ledger.ledger.application import Ledger


def draft(fact: Fact, on: str, number: int) -> Draft:
    return Draft(
        stream="commitment:c",
        fact=fact,
        occurred=When.parse(on),
        entry_id=f"00000000-0000-0000-0000-{number:012}",
        recorded_by="tester",
    )


def refused(path: Path, count: int, bad: int, monkeypatch: pytest.MonkeyPatch) -> tuple[BatchRefused, dict[str, int]]:
    """The refusal of reports of one day, one of which is of nobody's undertaking, and the work of finding it."""
    told = [draft(CommitmentMade(obligors=("NZ",), kind="achievement", text="To act"), "2026-01-01", 0)]
    proof = Citation(document="A report")
    for number in range(1, count):
        fact = CommitmentFulfilled(obligor="AU", evidence=proof) if number == bad else ProgressReported(obligor="NZ")
        told.append(draft(fact, "2026-03-01", number))
    work = {"decide": 0, "searched": 0}

    def counting(name: str, really: Any) -> Any:
        def counted(*arguments: Any) -> Any:
            work[name] += 1
            return really(*arguments)

        return counted

    with Ledger(path, create=True) as ledger, monkeypatch.context() as patch:
        patch.setattr(append, "decide", counting("decide", append.decide))
        patch.setattr(effective, "worlds_of", counting("searched", effective.worlds_of))
        with pytest.raises(BatchRefused) as found:
            ledger.append(*told)
    return found.value, work


@pytest.mark.parametrize("bad", [1, 400, 999])
def test_one_fact_to_blame_among_a_thousand_is_found_without_judging_each(
    tmp_path: Path, bad: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal, work = refused(tmp_path / "l", 1_000, bad, monkeypatch)
    assert [index for index, _ in refusal.refusals] == [bad]
    assert work["decide"] <= 64 + 20
    # Who stands in its way is asked once for all that say the same.
    assert work["searched"] <= 10


def test_in_a_short_batch_each_fact_is_judged_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal, work = refused(tmp_path / "l", 20, 7, monkeypatch)
    assert [index for index, _ in refusal.refusals] == [7]
    assert work["decide"] <= 20 + 4
