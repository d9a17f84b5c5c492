"""Do the words of a citation stand in its source? The pattern that used to say so is the oracle, on small texts."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engagement_ledger.domain import quotes
from engagement_ledger.domain.entry import Citation
from engagement_ledger.domain.quotes import folded, stands_in

WORDS = st.text(alphabet="ab \n\t\xa0\u2028", min_size=1, max_size=5)
SOURCE = st.text(alphabet="ab \n\t\xa0\u2028\x85", max_size=30)


def by_pattern(citation: Citation, content: str) -> int:
    text = " ".join(content.split())
    words = [part for part in (citation.prefix, citation.quote, citation.suffix) if part]
    wanted = r"\s*".join(re.escape(" ".join(part.split())) for part in words)
    return len(re.findall(f"(?={wanted})", text))


@settings(max_examples=1_000)
@given(WORDS, st.none() | WORDS, st.none() | WORDS, SOURCE)
@example("a", "b", "b", "b ab")
def test_a_quote_stands_where_the_pattern_found_it_as_often_as_it_did(
    quote: str, before: str | None, after: str | None, text: str
) -> None:
    citation = Citation(document="sha256:…", quote=quote, prefix=before, suffix=after)
    if any(not part.strip() for part in (quote, before or "a", after or "a")):
        return  # blanks alone say nothing
    assert stands_in(citation, folded(text)) == min(by_pattern(citation, text), 2)


@settings(max_examples=300)
@given(st.text(max_size=40) | SOURCE)
def test_a_source_is_folded_in_steps_as_it_is_at_once(text: str) -> None:
    whole = folded(text)
    with pytest.MonkeyPatch.context() as patch:
        for step in (1, 2, 3, 7):
            patch.setattr(quotes, "_STEP", step)
            assert folded(text) == whole


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("They \u201cwelcomed\u201d it", 'They "welcomed" it'),
        ("New Zealand\u2019s view", "New Zealand's view"),
        ("2026\u20132027", "2026-2027"),
        ("co\u00adoperation", "cooperation"),
        ("M\u0101ori", "Ma\u0304ori"),
        ("so\u00a0called", "so called"),
        ("the next\n   meeting", "the next meeting"),
    ],
)
def test_what_a_copy_changes_unseen_makes_no_difference(printed: str, typed: str) -> None:
    for text, quote in ((printed, typed), (typed, printed)):
        assert stands_in(Citation(document="sha256:…", quote=quote), folded(f"So: {text}, they said.")) == 1
    assert unicodedata.is_normalized("NFC", folded(printed))


def test_other_words_make_a_difference() -> None:
    """The negative control."""
    assert stands_in(Citation(document="sha256:…", quote="co-operation"), folded("cooperation")) == 0
    assert stands_in(Citation(document="sha256:…", quote="Maori"), folded("M\u0101ori")) == 0


def test_words_in_another_order_do_not_stand_there() -> None:
    text = folded("New Zealand will host\n  the next meeting in 2027.")
    cited = {"document": "sha256:…", "prefix": "will host", "suffix": "in 2027"}
    assert stands_in(Citation(quote="the next meeting", **cited), text)
    assert not stands_in(Citation(quote="meeting the next", **cited), text)
    assert not stands_in(Citation(quote="the next", **cited), text)


def test_a_quote_that_stands_twice_is_told_apart_by_what_stands_beside_it() -> None:
    text = folded("They agreed to meet. Later they agreed to go on.")
    assert stands_in(Citation(document="sha256:…", quote="agreed to"), text) == 2
    assert stands_in(Citation(document="sha256:…", quote="agreed to", suffix="go on"), text) == 1
    assert stands_in(Citation(document="sha256:…", quote="agreed to", prefix="They"), text) == 1
