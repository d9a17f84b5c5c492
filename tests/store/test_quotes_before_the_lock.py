"""Are quotes looked for while nobody has to wait?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import fact, opened

from engagement_ledger.domain.errors import QuoteNotInSource, SourceNotArchived
from engagement_ledger.ledger import append as batch
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.store.sqlite.recorder import LedgerRecorder


def cited(document: str, quote: str, name: str = "a") -> Any:
    return fact("made", name, envelope={"sources": [{"document": document, "quote": quote}]})


@pytest.fixture
def under_the_lock(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were folded while the write lock was held."""
    folded, found, held = batch.folded, [], []
    whole = LedgerRecorder._insert_events

    def inserting(self: Any, *args: Any, **kwargs: Any) -> Any:
        held.append(True)
        try:
            return whole(self, *args, **kwargs)
        finally:
            held.pop()

    def folding(content: str) -> str:
        text = folded(content)
        if held:
            found.append(text)
        return text

    monkeypatch.setattr(LedgerRecorder, "_insert_events", inserting)
    monkeypatch.setattr(batch, "folded", folding)
    return found


def test_quotes_are_looked_for_before_the_lock_is_taken(tmp_path: Path, under_the_lock: list[str]) -> None:
    with opened(tmp_path / "l", create=True) as ledger:
        source = ledger.archive(b"The parties agree to go on.", title="T", media=None, language=None, by="Mere")
        ledger.append(cited(source, "agree to go on"))
        assert under_the_lock == []
        with pytest.raises(QuoteNotInSource):
            ledger.append(cited(source, "agree to stop", "b"))


def test_where_they_are_not_looked_for_before_they_are_under_the_lock(
    tmp_path: Path, under_the_lock: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(Ledger, "_looked_for", lambda *_: batch.Quotes())
    with opened(tmp_path / "l", create=True) as ledger:
        source = ledger.archive(b"The parties agree.", title="T", media=None, language=None, by="Mere")
        ledger.append(cited(source, "agree"))
    assert under_the_lock == ["The parties agree."]


def test_a_source_that_is_not_archived_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path / "l", create=True) as ledger, pytest.raises(SourceNotArchived):
        ledger.append(cited("sha256:" + "0" * 64, "x"))
