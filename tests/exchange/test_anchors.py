"""What is written once in YAML and meant in several places: anchors, aliases and merge keys, within bounds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement_ledger.domain.limits import DEEPEST
from engagement_ledger.exchange import strict_yaml
from engagement_ledger.exchange.facts_file import facts_in
from engagement_ledger.record.strict_json import Unreadable


def values(text: str) -> list[Any]:
    return [one.value for one in facts_in("f", text.encode())]


def test_an_alias_is_what_its_anchor_stands_before() -> None:
    assert values("- x: &a [one, two]\n- x: *a\n- y: &b true\n- y: *b\n") == [
        {"x": ["one", "two"]}, {"x": ["one", "two"]}, {"y": True}, {"y": True},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- {<<: {x: 1, y: 1}, y: 2}\n", {"x": "1", "y": "2"}),
        ("- {y: 2, <<: {x: 1, y: 1}}\n", {"x": "1", "y": "2"}),
        ("- {<<: [{x: 1}, {x: 2, y: 2}, {y: 3, z: 3}]}\n", {"x": "1", "y": "2", "z": "3"}),
        ("- {<<: {<<: {x: 1, y: 1}, y: 2}, z: 3}\n", {"x": "1", "y": "2", "z": "3"}),
        ("- {<<: [], x: 1}\n", {"x": "1"}),
        ("- {'<<': {x: 1}}\n", {"<<": {"x": "1"}}),
    ],
)
def test_a_merge_key_adds_what_the_mapping_does_not_have_and_the_first_of_several_goes_before(
    text: str, value: Any
) -> None:
    assert values(text) == [value]


def test_no_value_is_shared_between_facts() -> None:
    first, second = values("- x: &a {y: [one]}\n- x: *a\n")
    first["x"]["y"].append("two")
    assert second == {"x": {"y": ["one"]}}


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.lists(st.sampled_from("abcd"), max_size=4, unique=True))
def test_written_out_or_not_it_is_the_same(picks: list[int], own: list[str]) -> None:
    """Five mappings, some of them merged into one more, beside keys of its own."""
    bases = [{key: f"{key}{n}" for key in "abcdefgh"[n : n + 3]} for n in range(5)]
    lines = [f"- &m{n} {{{', '.join(f'{k}: {v}' for k, v in base.items())}}}" for n, base in enumerate(bases)]
    merged = "".join(f", {key}: own" for key in own)
    lines.append(f"- {{<<: [{', '.join(f'*m{n}' for n in picks)}]{merged}}}")
    expected: dict[str, str] = {}
    for n in reversed(picks):
        expected |= bases[n]
    assert values("\n".join(lines))[-1] == expected | dict.fromkeys(own, "own")


@pytest.mark.parametrize(("name", "line"), [("x", 2), ("z", 5), ("y", 3), ("q", 4)])
def test_a_field_stands_on_the_line_on_which_it_is_written(name: str, line: int) -> None:
    text = "- &a\n  x: 1\n  y: 2\n- <<: *a\n  z: 3\n"
    assert facts_in("f", text.encode())[1].line_of((name,)) == line


def test_values_written_out_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_yaml, "MOST_WRITTEN_OUT", 100)
    text = "- &a [" + "x, " * 30 + "]\n"
    assert len(values(text + "- *a\n- *a\n")) == 3
    with pytest.raises(Unreadable, match="more than 100 values"):
        values(text + "- *a\n- *a\n- *a\n")


def test_characters_written_out_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_yaml, "LARGEST", 1_048_576)
    text = "- &a " + "x" * 400_000 + "\n"
    assert len(values(text + "- *a\n")) == 2
    with pytest.raises(Unreadable, match="larger than 1 MiB"):
        values(text + "- *a\n- *a\n")


def test_a_billion_laughs_are_not_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    spend = strict_yaml._Reading.spend
    monkeypatch.setattr(strict_yaml, "MOST_WRITTEN_OUT", 1_000)
    monkeypatch.setattr(strict_yaml._Reading, "spend", lambda self, *told: (seen.append(told), spend(self, *told))[1])
    text = "- &a0 [x, x]\n" + "".join(f"- &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, DEEPEST - 2))
    with pytest.raises(Unreadable, match="more than 1,000 values"):
        values(text)
    assert len(seen) == 1_001


@pytest.mark.parametrize("step", ["- &a{n} [*a{m}]\n", "- &a{n} {{<<: *a{m}}}\n", "- &a{n} {{x: *a{m}}}\n"])
def test_aliases_of_aliases_are_as_deep_as_lists_may_be(step: str) -> None:
    def chain(length: int) -> str:
        return "- &a0 {x: y}\n" + "".join(step.format(n=n, m=n - 1) for n in range(1, length))

    assert len(values(chain(DEEPEST - 1))) == DEEPEST - 1
    with pytest.raises(Unreadable, match="nested too deeply"):
        values(chain(DEEPEST + 2))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- &a [x, *a]\n", "f:1: the anchor 'a' is used within itself"),
        ("- x: 1\n- &a\n  y: {z: *a}\n", "f:2: the anchor 'a' is used within itself"),
        ("- &a\n  <<: [{x: 1}, *a]\n", "f:1: the anchor 'a' is used within itself"),
        ("- *later\n- &later x\n", "f:1: no anchor 'later' stands before this alias"),
        ("- note: *important: read this\n", "f:1: no anchor 'important"),
        ("- &a x\n- y\n- &a z\n", "f:3: the anchor 'a' stands twice"),
        ("- x\n- <<: word\n", "f:2: << takes a mapping"),
        ("- x\n- <<: [word]\n", "f:2: << takes a mapping"),
        ("- <<: {x: 1}\n  <<: {y: 1}\n", "f:2: the key '<<' stands twice"),
        ("- &a !fact {x: 1}\n", "f:1: the tag '!fact'"),
    ],
)
def test_what_means_nothing_or_no_end_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        values(text)
    assert refused.value.message.startswith(said)
