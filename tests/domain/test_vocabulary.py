"""Words that come from a list: a word that is in none is refused with what may have been meant."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engagement_ledger import domain
from engagement_ledger.domain import vocabulary
from engagement_ledger.domain.errors import UnknownWord
from engagement_ledger.history import coverage


@pytest.mark.parametrize(
    ("word", "hint"),
    [("hold", "held"), ("helld", "held"), ("Fulfilled", "fulfilled"), ("in_force", "in-force"), ("signd", "signed")],
)
def test_a_status_that_there_is_not_names_the_near_ones(word: str, hint: str) -> None:
    with pytest.raises(UnknownWord) as refused:
        vocabulary.check_status(word)
    assert hint in refused.value.hint


@pytest.mark.parametrize("flag", vocabulary.FLAGS)
def test_a_flag_is_said_to_be_one(flag: str) -> None:
    with pytest.raises(UnknownWord, match="is a flag, not a status"):
        vocabulary.check_status(flag)


@pytest.mark.parametrize(
    "word", ["held", "undetermined", "unknown", "awaiting-outcome", "embassy", "in-effect", "made"]
)
def test_a_status_that_there_is_passes(word: str) -> None:
    vocabulary.check_status(word)


def test_types_and_fields_are_lists_too() -> None:
    vocabulary.check_type("dialogue.meeting-h")
    vocabulary.check_type("commitment.made/1")
    vocabulary.check_field("dialogue", "venue")
    vocabulary.check_field("commitment", "occurred")
    for kind, word, hint in (("dialogue", "venu", "venue"), ("commitment", "obligator", "obligor")):
        with pytest.raises(UnknownWord) as refused:
            vocabulary.check_field(kind, word)
        assert hint in refused.value.hint
    with pytest.raises(UnknownWord) as refused:
        vocabulary.check_type("meeting-held")
    assert "dialogue.meeting-held" in refused.value.hint
    with pytest.raises(UnknownWord) as refused:
        vocabulary.check_type("fulfil")
    assert refused.value.hint.startswith("did you mean commitment.fulfilled")


def test_every_flag_that_a_machine_sets_is_in_the_list() -> None:
    """Flags are set as text, in a tuple of flags or by `with_flag`: what is set and not listed would be no flag."""
    found = set()
    for file in Path(domain.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "with_flag":
                found |= {str(one.value) for one in node.args if isinstance(one, ast.Constant) and one.value}
    assert found, "the negative control"
    assert found <= {*vocabulary.FLAGS}


def test_the_word_for_what_is_past_a_coverage_is_that_of_the_answer() -> None:
    assert vocabulary.UNKNOWN == coverage.UNKNOWN
