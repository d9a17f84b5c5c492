"""What is too much is refused by a stated limit, before the harm is done; what is just within it is taken. No I/O."""

from __future__ import annotations

import json
import sys
import tracemalloc
from typing import Any

import pytest

from engagement_ledger.domain import limits
from engagement_ledger.domain.remedy import Remedy
from engagement_ledger.exchange import facts_file as authored
from engagement_ledger.exchange import strict_yaml
from engagement_ledger.exchange.facts_file import Unreadable, facts_in
from engagement_ledger.record import strict_json

FACT = b"- {x: y}\n"


class Counted(str):
    """A key that counts how often it is looked up."""

    __slots__ = ()
    looked_up = 0

    def __hash__(self) -> int:
        Counted.looked_up += 1
        return super().__hash__()

    __eq__ = str.__eq__


def test_a_key_that_stands_twice_is_found_in_one_pass_over_the_keys() -> None:
    pairs: list[tuple[str, Any]] = [(Counted(number), 1) for number in range(2_000)]
    Counted.looked_up = 0
    with pytest.raises(ValueError, match="the key '7' stands twice"):
        strict_json._no_doubles([*pairs, (Counted(7), 2)])
    assert Counted.looked_up < 4 * len(pairs)


def test_keys_that_stand_once_are_taken() -> None:
    assert strict_json.parsed_json('{"a": 1, "b": {"a": 2}}', "f") == {"a": 1, "b": {"a": 2}}


def test_a_large_file_in_yaml_is_refused_before_yaml_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, strict_yaml.__name__, None)  # whoever imports it now fails
    with pytest.raises(Unreadable, match="larger than 1 MiB") as refused:
        facts_in("f", FACT * (limits.LARGEST_YAML // len(FACT) + 1))
    assert "JSON lines" in refused.value.hint
    with pytest.raises(ImportError):
        facts_in("f", FACT)


def test_a_file_in_yaml_is_read_no_further_than_its_limit_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    watch = strict_yaml._Watch.seen
    monkeypatch.setattr(strict_yaml, "MOST_TOKENS", 100)
    monkeypatch.setattr(strict_yaml._Watch, "seen", lambda self, token: (seen.append(token), watch(self, token)))
    with pytest.raises(Unreadable, match="f:1: more than 100 words and marks") as refused:
        facts_in("f", b"- [" + b"[]," * 10_000 + b"]")
    assert len(seen) == 101
    assert "JSON lines" in refused.value.hint
    assert len(facts_in("f", b"- x\n" * 40)) == 40


@pytest.mark.parametrize("opening", [b"- ", b"? ", b"[", b"{x: "])
def test_a_file_in_yaml_is_read_no_deeper_than_its_limit(opening: bytes) -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        facts_in("f", b"- " + opening * 100_000)


@pytest.mark.parametrize("fact", [b'{"x": "y"}\n', b"- x\n"])
def test_a_file_holds_so_many_facts_and_no_more(monkeypatch: pytest.MonkeyPatch, fact: bytes) -> None:
    monkeypatch.setattr(authored, "MOST_FACTS", 100)
    assert len(facts_in("f", fact * 100)) == 100
    with pytest.raises(Unreadable, match="f:101: more than 100 facts") as refused:
        facts_in("f", fact * 101)
    assert Remedy("import") in refused.value.remedies


def test_a_flood_of_blank_lines_takes_no_memory_and_moves_no_fact() -> None:
    blank = 4_000_000
    content = b"\n \t\r\n" * (blank // 2) + b'{"x": 1}\n' + b"\n" * blank + b'{"x": 2}' + b"\n" * blank
    tracemalloc.start()
    found = facts_in("f", content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [one.line for one in found] == [blank + 1, 2 * blank + 2]
    assert peak < len(content) // 10


def test_a_line_is_no_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authored, "LONGEST_INPUT", 100)
    assert len(facts_in("f", b'{"x": "' + b"y" * 91 + b'"}')) == 1
    with pytest.raises(Unreadable, match="f:1: the line is longer"):
        facts_in("f", b'{"x": "' + b"y" * 92 + b'"}')


def test_a_file_holds_no_more_values_than_memory_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authored, "MOST_MARKS", 100)
    assert len(facts_in("f", b'{"x": [' + b"[]," * 48 + b"[]]}")) == 1
    with pytest.raises(Unreadable, match="more than 100 values"):
        facts_in("f", b'{"x": [' + b"[]," * 50 + b"[]]}")


# --- where a line ends ------------------------------------------------------------------------------------

LINE_ENDS_ELSEWHERE = ("\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")


@pytest.mark.parametrize("mark", LINE_ENDS_ELSEWHERE)
def test_a_line_ends_at_a_line_feed_alone(mark: str) -> None:
    written = {"x": f"one{mark}two {mark}"}
    content = (json.dumps(written, ensure_ascii=False) + "\n").encode() * 2
    assert [(one.line, one.value) for one in facts_in("f", content)] == [(1, written), (2, written)]


@pytest.mark.parametrize("mark", [*LINE_ENDS_ELSEWHERE, "\r", "\x1b", "\x7f", "\x9b", "\ufeff", "\x00"])
@pytest.mark.parametrize(
    "form", ['- x: y\n- x: "one{}two"\n', "- x: y\n- x: one{}two\n", "- x: y\n- x: |\n    one{}two\n"]
)
def test_yaml_refuses_a_character_that_it_would_alter_and_says_how_to_write_it(form: str, mark: str) -> None:
    line = 3 if "|" in form else 2
    with pytest.raises(Unreadable, match=f"f:{line}: the character U[+]{ord(mark):04X}") as refused:
        facts_in("f", form.format(mark).encode())
    escape = refused.value.hint.partition("write it as ")[2].partition(",")[0]
    found = facts_in("f", form[:7].encode() + f'- x: "one{escape}two"\n'.encode())
    first, second = (one.value for one in found)
    assert (first, second) == ({"x": "y"}, {"x": f"one{mark}two"})


@pytest.mark.parametrize("text", ["Tūmanako — 5 °C", "naïve\xa0fact", "文書 😀", "a\u200bb\u202ec", "\ufffd"])
def test_yaml_keeps_every_other_character(text: str) -> None:
    assert [one.value for one in facts_in("f", f'- x: "{text}"\r\n'.encode())] == [{"x": text}]
