"""On a real terminal of some width, no line of an answer is wider, and no word is cut."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from cli.conftest import COMMAND
from cli.terminal import Terminal

from engagement_ledger.cli.layout import width

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no terminals here")
WIDTHS = (60, 80, 100, 120)
SPACE = "dialogue:nz-us-space"
ASKED = (
    ("status",), ("status", "--count"), ("status", "--count", "--by", "party", "--by", "theme"),
    ("show", SPACE), ("show", "relationship:nz-us"), ("show", "commitment:nz-us-2026-c1"), ("show", "#12"),
    ("log",), ("log", SPACE, "--by", "world"), ("timeline", SPACE), ("timeline", "--party", "NZ"),
    ("diff", "2026-01-01..2026-06-01"), ("diff", "--known", "#0..#28"), ("blame", SPACE),
    ("blame", "relationship:nz-us"),
    ("due", "--within", "999"), ("search", "the"), ("brief", "NZ", "US"), ("catch-up", "--since", "#0"),
    ("check",), ("check", "sources"), ("check", "--list"), ("replay",), ("replay", "--end"), ("verify",),
    ("schema",),
)  # fmt: skip


SHORTENED = ("status", "catch-up")
"""Titles are shortened in the one; the other breaks paragraphs after hyphens."""


HASH = re.compile("root +[0-9a-f]{64}")
"""What is copied to somewhere else stays whole."""


def words(text: str) -> set[str]:
    return {word for word in text.split() if word.isalpha()}


def shown(library: Any, args: tuple[str, ...], columns: int) -> str:
    """What an answer looks like; messages go elsewhere, for the terminal folds sentences as it likes."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
        terminal = Terminal(
            [*COMMAND, *args], env=library.environment({"PAGER": ""}), cwd=library.folder, columns=columns,
            stderr=nowhere.fileno(),
        )  # fmt: skip
        terminal.end()
    assert terminal.text
    return terminal.text


@pytest.mark.parametrize("args", ASKED, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(library: Any, args: tuple[str, ...]) -> None:
    wide = shown(library, args, 1000)
    headings = words("\n".join(wide.split("\n")[:2]))  # columns that say nothing may be left out
    for columns in WIDTHS:
        lines = shown(library, args, columns).split("\n")
        too_wide = [line for line in lines if width(line) > columns and not HASH.fullmatch(line)]
        assert not too_wide, f"at {columns} columns"
        if args[0] not in SHORTENED:
            cut = words(wide) - words("\n".join(lines))
            assert cut <= headings, f"words are cut at {columns} columns"
