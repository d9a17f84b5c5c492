"""Which entries hold all of these words? No I/O."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engagement_ledger.projections.search import searched, shown_words

ENTRY: dict[str, Any] = {
    "position": 7, "group": 9, "version": 1, "recorded_at": "2026-02-03T09:00:00.000000Z", "stream": "dialogue:nz-us",
    "type": "dialogue.meeting-scheduled/1", "occurred": "2026-02-02", "recorded_by": "Mere", "tags": ["draft"],
    "sources": [{"document": "Report on M\u0101ori trade"}],
    "body": {"meeting": "2", "window": "2026-35", "venue": 'the "Beehive"', "ordinal": 2, "joint": True},
}  # fmt: skip
LINE = json.dumps(ENTRY, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "words",
    [
        ["beehive"], ['"Beehive"'], ["2026-q3"], ["2026-Q3"], ["2026-35"], ["M\u0101ori"], ["ma\u0304ori"], ["MERE"],
        ["draft"], ["meeting scheduled"], ["scheduled", "nz-us", "trade"], ["2026-02-02"], ["report on"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_words_are_found_as_they_are_shown(words: list[str]) -> None:
    assert searched(words)(LINE) == ENTRY


@pytest.mark.parametrize("word", ["recorded_by", "body", "window", "venue", "true", "position", "postponed", "2026-Q4"])
def test_names_of_fields_are_no_words_of_a_fact(word: str) -> None:
    assert searched([word])(LINE) is None


def test_all_words_are_to_be_there() -> None:
    assert searched(["beehive", "postponed"])(LINE) is None


def test_what_is_passed_over_unread_holds_no_word() -> None:
    """What is not parsed is what a plain reading of every value would not find either."""
    text = "\n".join(shown_words(ENTRY)).casefold()
    for word in {piece for one in text.split() for piece in (one, one[1:], one[:-1]) if piece}:
        assert searched([word])(LINE) == ENTRY, word
