"""Do the words of a citation stand in its source? The pattern that used to say so is the oracle, on small texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engagement_ledger.domain import quotes
from engagement_ledger.domain.entry import Citation
from engagement_ledger.domain.quotes import folded, stands_in

WORDS = st.text(alphabet="ab \n\t\xa0\u2028", min_size=1, max_size=5)
SOURCE = st.text(alphabet="ab \n\t\xa0\u2028\x85", max_size=30)


def by_pattern(citation: Citation, content: bytes) -> bool:
    text = " ".join(content.decode("utf-8", "replace").split())
    words = [part for part in (citation.prefix, citation.quote, citation.suffix) if part]
    return re.search(r"\s*".join(re.escape(" ".join(part.split())) for part in words), text) is not None


@settings(max_examples=1_000)
@given(WORDS, st.none() | WORDS, st.none() | WORDS, SOURCE)
@example("a", "b", "b", "b ab")
@example(" ", " ", " ", "a")
@example(" ", None, None, "")
def test_a_quote_stands_where_the_pattern_found_it(
    quote: str, before: str | None, after: str | None, text: str
) -> None:
    citation = Citation(document="sha256:…", quote=quote, prefix=before, suffix=after)
    assert stands_in(citation, folded(text.encode())) == by_pattern(citation, text.encode())


@settings(max_examples=300)
@given(st.binary(max_size=40) | SOURCE.map(str.encode))
def test_a_source_is_folded_in_steps_as_it_is_at_once(content: bytes) -> None:
    whole = " ".join(content.decode("utf-8", "replace").split())
    with pytest.MonkeyPatch.context() as patch:
        for step in (1, 2, 3, 7, 1 << 16):
            patch.setattr(quotes, "_STEP", step)
            assert folded(content) == whole


def test_words_in_another_order_do_not_stand_there() -> None:
    text = folded(b"New Zealand will host\n  the next meeting in 2027.")
    cited = {"document": "sha256:…", "prefix": "will host", "suffix": "in 2027"}
    assert stands_in(Citation(quote="the next meeting", **cited), text)
    assert not stands_in(Citation(quote="meeting the next", **cited), text)
    assert not stands_in(Citation(quote="the next", **cited), text)
