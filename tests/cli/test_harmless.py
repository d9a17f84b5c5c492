"""What stands in a source does nothing to a terminal, a spreadsheet or a page; in JSON it stays what it is. No I/O."""

from __future__ import annotations

import io
import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement_ledger.cli.harmless import escaped, in_cell, in_markdown, page, visible
from engagement_ledger.cli.printing import encoded, write_rows

HIDDEN = {
    "escape": ("\x1b", "\\u001b"), "delete": ("\x7f", "\\u007f"), "C1": ("\x9b", "\\u009b"),
    "bidi": ("\u202e", "\\u202e"),
    "soft hyphen": ("\u00ad", "\\u00ad"), "a tag": ("\U000e0041", "\\U000e0041"), "a variation": ("\ufe0f", "\\ufe0f"),
    "a joiner": ("\u034f", "\\u034f"), "a filler": ("\u3164", "\\u3164"), "a blank of braille": ("\u2800", "\\u2800"),
    "private": ("\ue000", "\\ue000"), "a line separator": ("\u2028", "\\u2028"), "annotation": ("\ufff9", "\\ufff9"),
    "half a character": ("\udce9", "\\udce9"),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_terminal_would_obey_or_hide_is_written_out(name: str) -> None:
    hidden, told = HIDDEN[name]
    assert visible(f"one{hidden}two") == f"one{told}two"
    assert json.loads(encoded({"a": f"one{hidden}two"})) == {"a": f"one{hidden}two"}
    assert hidden not in encoded({"a": f"one{hidden}two"})


@pytest.mark.parametrize("text", ["Tūmanako – 5 °C", "日米戦略対話", "e\u0301", "😀", "a\u00a0b", "стол", "עברית"])
def test_letters_marks_and_blanks_of_any_script_are_left_as_they_are(text: str) -> None:
    assert visible(text) == text
    assert encoded(text) == f'"{text}"'


@given(st.text())
def test_json_says_the_same_and_nothing_in_it_acts(text: str) -> None:
    told = encoded({"a": text})
    assert json.loads(told) == {"a": text}
    assert not [c for c in told if unicodedata.category(c) in ("Cc", "Cf", "Co", "Zl", "Zp")]
    assert escaped(told) == told


def test_what_is_left_as_it_is_at_a_glance_has_nothing_hidden_in_it() -> None:
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        by_character = visible(character) == character
        assert (visible(f"é{character}") == f"é{character}") is by_character, hex(point)
        if point > 0x1F:
            assert (escaped(f"é{character}") == f"é{character}") is by_character, hex(point)


def test_every_character_that_python_cannot_print_and_unicode_knows_is_written_out() -> None:
    points = (chr(point) for point in range(sys.maxunicode + 1))
    odd = [c for c in points if not c.isprintable() and unicodedata.category(c) not in ("Cn", "Zs")]
    assert len(odd) > 100_000
    assert not [c for c in odd if visible(c) == c]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", " =", "\u00a0="])  # noqa: RUF001 - wide signs
def test_a_cell_that_a_spreadsheet_would_run_is_neutralised(sign: str) -> None:
    assert in_cell(f"{sign}1+1") == f"'{sign}1+1"
    assert in_cell(f"1{sign}1") == f"1{sign}1"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
        ("![x](http://example.org)", "\\!\\[x\\](http://example.org)"),
        ("a | b", "a \\| b"),
        ("a \\| b", "a \\\\\\| b"),
        ("R&amp;D", "R&amp;amp;D"),
        ("2026~, *now* `x` meeting/2", "2026\\~, \\*now\\* \\`x\\` meeting/2"),
    ],
)
def test_a_cell_of_markdown_is_text_and_nothing_else(text: str, told: str) -> None:
    assert in_markdown(text) == told
    out = io.StringIO()
    write_rows([{"a": text}], ("a",), "md", out)
    assert out.getvalue().split("\n")[2] == f"| {told} |"


def test_a_document_on_a_terminal_keeps_its_lines_and_tabs_alone() -> None:
    assert page("one\ttwo\r\n\x1b[31mred\n") == "one\ttwo\n\\u001b[31mred\n"
