"""What does an authored file hold, and on which line? Values stay as they are written; no I/O."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement_ledger.domain.limits import DEEPEST, LARGEST
from engagement_ledger.exchange.facts_file import Located, facts_in
from engagement_ledger.record.strict_json import Unreadable, parsed_json

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PRINTED = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
FACTS = st.lists(st.dictionaries(WORDS, VALUES, min_size=1, max_size=5), min_size=1, max_size=5)


@given(FACTS)
def test_json_lines_are_read_as_written_each_with_its_line(facts: list[dict[str, Any]]) -> None:
    content = "".join(json.dumps(fact) + "\n\n" for fact in facts).encode()
    assert facts_in("f", content) == [Located(2 * index + 1, fact) for index, fact in enumerate(facts)]


@settings(max_examples=40)
@given(st.lists(st.dictionaries(PRINTED, PRINTED, min_size=1, max_size=5), min_size=1, max_size=5))
def test_the_forms_agree_where_values_are_quoted_words(worded: list[dict[str, str]]) -> None:
    """JSON on one line is YAML too: read as a list in YAML it holds the same words."""
    lines = "".join("- " + json.dumps(fact, ensure_ascii=False) + "\n" for fact in worded)
    assert [one.value for one in facts_in("f", lines.encode())] == worded


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("2026-02-02", "2026-02-02"), ("012", "012"), ("1e3", "1e3"), ("no", "no"), ("yes", "yes"), ("NO", "NO"),
        ("0x10", "0x10"), ("1_0", "1_0"), ("12:30", "12:30"), ("1.0", "1.0"), (".inf", ".inf"), ("7", "7"),
        ("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("True", "True"),
        ("'true'", "true"), ('"~"', "~"), ("''", ""), ("2026-03?", "2026-03?"), ("../2026-02-02", "../2026-02-02"),
        ("'[2026-02-03..2026-02-28]'", "[2026-02-03..2026-02-28]"), ('"\\u00e9"', "é"),
    ],
)  # fmt: skip
def test_yaml_guesses_nothing_but_true_false_and_null(word: str, value: Any) -> None:
    assert facts_in("f", f"- key: {word}\n".encode()) == [Located(1, {"key": value})]


def test_a_tag_that_says_what_a_value_is_anyway_changes_nothing() -> None:
    assert [one.value for one in facts_in("f", b"- !!map {x: !!str 7, y: !!seq [a]}\n")] == [{"x": "7", "y": ["a"]}]


def test_brackets_in_words_are_no_depth() -> None:
    facts = "".join(f'- x: "as [they said in part {number}"\n' for number in range(3 * DEEPEST))
    assert len(facts_in("f", facts.encode())) == 3 * DEEPEST


def test_blocks_are_read_as_yaml_has_them() -> None:
    text = "- folded: >\n    one\n    two\n\n    three\n  kept: |\n    one\n    two\n  stripped: >-\n    one\n    two\n"
    (found,) = facts_in("f", text.encode())
    assert found.value == {"folded": "one two\nthree\n", "kept": "one\ntwo\n", "stripped": "one two"}


def test_each_fact_is_found_on_the_line_on_which_it_begins() -> None:
    text = "# remark\n\n- a: 1\n  b: 2\n\n# remark\n- a: 3\n-\n  a: 4\n- {a: 5}\n"
    assert [one.line for one in facts_in("f", text.encode())] == [3, 7, 9, 10]


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"# remark\n", b"---\n...\n", b"[]"]
)
def test_a_file_without_facts_holds_none(content: bytes) -> None:
    assert facts_in("f", content) == []


def test_numbers_are_whole_or_text() -> None:
    assert parsed_json('{"a": 1, "b": 0.1, "c": 1e400, "d": -0.0}', "f") == {
        "a": 1,
        "b": "0.1",
        "c": "1e400",
        "d": "-0.0",
    }


@pytest.mark.parametrize("depth", [DEEPEST - 2, DEEPEST + 1, 1_000, 200_000])
def test_depth_is_bounded_in_either_form(depth: int) -> None:
    json_line = '{"a":' + "[" * depth + "]" * depth + "}"
    if depth < DEEPEST:
        facts_in("f", json_line.encode())
        return
    with pytest.raises(Unreadable, match="nested too deeply"):
        facts_in("f", json_line.encode())
    if depth <= 1_000:  # what YAML makes of more takes seconds, and is tried in tests/cli
        with pytest.raises(Unreadable, match="nested too deeply"):
            facts_in("f", b"- " + json_line.encode())


def test_size_is_bounded() -> None:
    with pytest.raises(Unreadable, match="larger than 64 MiB"):
        facts_in("f", bytes(LARGEST + 1))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"- &a x\n- &a y\n", "f:2: the anchor 'a' stands twice"),
        (b"- x\n- y: *a\n", "f:2: no anchor 'a' stands before this alias"),
        (b"- x: 1\n  y: 2\n  x: 3\n", "f:3: the key 'x' stands twice"),
        (b"- {x: {y: 1, y: 2}}\n", "f:1: the key 'y' stands twice"),
        (b"- x: !y z\n", "f:1: the tag"),
        (b"- x: !!binary aGVsbG8=\n", "f:1: the tag"),
        (b"- x\n- !!python/object/apply:os.system [x]\n", "f:2: the tag"),
        (b"- x: !!python/name:os.system y\n", "f:1: the tag"),
        (b"- {!y x: z}\n", "f:1: the tag"),
        (b"- ? [x]\n  : y\n", "f:1: a key that is no word"),
        (b"- x\n- [\n", "f:3: not YAML"),
        (b"- x\n\xff", "f:2: not UTF-8"),
        (b'{"x": 1}\n{"x": 1, "x": 2}\n', "f:2: the key 'x' stands twice"),
        (b'{"x": 1}\n{"x": }\n', "f:2: not JSON"),
        (b'{"x": "\\ud83d"}\n', "f:1: holds half a character"),
        (b'- {x: "\\ud83d"}\n', "f:1: holds half a character"),
        (b'- x\n- {"\\udfff": y}\n', "f:2: holds half a character"),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_and_line(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        facts_in("f", content)
    assert message in refused.value.message
    assert refused.value.because
    assert refused.value.hint


def test_a_pair_of_surrogates_is_the_letter_that_it_means_or_refused() -> None:
    assert facts_in("f", b'{"x": "\\ud839\\udfe0"}') == [Located(1, {"x": "\U0001e7e0"})]
    try:
        (found,) = facts_in("f", b'- {"x": "\\ud839\\udfe0"}')
    except Unreadable:
        return
    assert found.value == {"x": "\U0001e7e0"}


def refused_by(reading: Callable[[], object]) -> Unreadable | None:
    """What a reading is refused with, if it is."""
    try:
        reading()
    except Unreadable as refusal:
        return refusal
    return None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    refusal = refused_by(lambda: facts_in("f", content))
    assert refusal is None or refusal.message.startswith("f")


@given(st.text(alphabet="-:?[]{},&*#!|>'\"%@ \n\tax1\\<", max_size=40))
def test_any_scribble_in_yaml_is_read_or_refused(text: str) -> None:
    refusal = refused_by(lambda: facts_in("f", text.encode()))
    assert refusal is None or refusal.message.startswith("f")
