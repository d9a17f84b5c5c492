"""What takes a while says how far it is: on a terminal, in one line, which is gone at the end; and nowhere else.

The second in which nothing is shown is left out here, or made endless, so that no test waits or measures.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no terminals here")
OLDER = Path(__file__).resolve().parent.parent / "golden" / "ledgers" / "format-3.ledger"
AFTER = """
import sys
from engagement_ledger.cli import progress
progress.PATIENCE = float(sys.argv.pop(1))
progress.EVERY = 0.0
from engagement_ledger.cli.main import main
main()
"""
FACTS = 1_200
"""Enough for several blocks of each work."""


def facts(first: int = 0) -> bytes:
    lines = (
        {"stream": f"commitment:c{number}", "type": "commitment.made/1", "occurred": "2026-01-01",
         "body": {"obligors": ["NZ"], "kind": "achievement", "text": f"Plant {number} trees."}}
        for number in range(first, first + FACTS)
    )  # fmt: skip
    return "".join(json.dumps(one) + "\n" for one in lines).encode()


@pytest.fixture(scope="module")
def register(filled: Callable[[bytes], Any]) -> Any:
    """A ledger of some size; what is made beside it is made anew."""
    return filled(facts())


def shown(register: Any, *args: str, patience: float = 0, **more: Any) -> Terminal:
    terminal = Terminal(
        [sys.executable, "-c", AFTER, str(patience), *args], env=register.environment({"PAGER": ""}),
        cwd=register.folder, **more,
    )  # fmt: skip
    terminal.end()
    assert "Traceback" not in terminal.text
    return terminal


WORKS = (
    (("verify",), ("verify  1,200 of 1,200 entries  100 %",)),
    (("verify", "--full"), ("verify  1,024 of 1,200 entries  85 %", "derive  1,200 of 1,200 entries  100 %")),
    (("rebuild",), ("verify  1,200 of 1,200", "derive  1,200 of 1,200 entries")),
    (("check",), ("check  600 of 1,200 streams  50 %",)),
    (("export", "-o", "new.jsonl"), ("export  1,000 of 1,200 entries  83 %",)),
    (("backup", "new.ledger"), ("copy  ", "pages  100 %")),
    (("restore", "export.jsonl", "--to", "new.ledger"), ("read  0.", "derive  ", "verify  ", "copy  ")),
    (("restore", "backup.ledger", "--to", "new.ledger"), ("copy  ", "verify  1,200")),
    (("audit", "-o", "new.md"), ("verify  1,200", "log  1,000 of 1,200 entries", "check  1,200 of 1,200 streams")),
    (("--ledger", "new.ledger", "import", "facts.jsonl"), ("import  0.", " MB  100 %")),
    (("--ledger", "new.ledger", "append", "facts.jsonl"), ("append  600 of 1,200 facts  50 %", "check  1,200 of")),
    (("--ledger", "older.ledger", "upgrade"), ("verify  ", "derive  ")),
)  # fmt: skip


def prepared(register: Any, args: tuple[str, ...]) -> None:
    """Put beside the ledger what a work begins with, and nothing that it makes."""
    for old in register.folder.glob("new.*"):
        old.unlink()
    register.write("facts.jsonl", facts())
    shutil.copyfile(OLDER, register.folder / "older.ledger")
    if args[0] == "restore":
        for made in ("export.jsonl", "backup.ledger"):
            (register.folder / made).unlink(missing_ok=True)
        register.process("export", "-o", "export.jsonl").well()
        register.process("backup", "backup.ledger").well()
    if args[:2] == ("--ledger", "new.ledger"):
        register.process("--ledger", "new.ledger", "init").well()


@pytest.mark.parametrize(("args", "words"), WORKS, ids=lambda one: " ".join(one)[:40])
def test_a_work_that_takes_a_while_says_how_far_it_is_and_leaves_no_trace_of_it(
    register: Any, args: tuple[str, ...], words: tuple[str, ...]
) -> None:
    prepared(register, args)
    terminal = shown(register, *args)
    at = 0
    for one in words:
        assert one in terminal.text[at:], f"{one!r} is not shown: {terminal.text[:2000]!r}"
        at = terminal.text.index(one, at)
    assert not [line for line in terminal.screen if line.endswith(" %")]


@pytest.mark.parametrize(
    ("args", "more"),
    [(("verify",), {"patience": 1e9}), (("-q", "verify"), {}), (("verify", "-q"), {}), (("check",), {"patience": 1e9})],
    ids=str,
)
def test_nothing_is_said_of_a_quick_work_nor_to_whoever_wants_quiet(
    register: Any, args: tuple[str, ...], more: Any
) -> None:
    terminal = shown(register, *args, **more)
    assert " %" not in terminal.text
    assert "\r" not in terminal.text


@pytest.mark.parametrize("args", [("verify", "--full"), ("rebuild",), ("check",)], ids=" ".join)
def test_nothing_is_said_where_messages_go_to_a_file(register: Any, args: tuple[str, ...]) -> None:
    messages = register.folder / "messages"
    with messages.open("wb") as file:
        terminal = shown(register, *args, stderr=file.fileno())
    assert " %" not in terminal.text
    assert b"\r" not in messages.read_bytes()
    assert b" %" not in messages.read_bytes()


def test_the_line_fits_a_narrow_terminal(register: Any) -> None:
    terminal = shown(register, "verify", columns=20)
    assert "verify  1,024 of 1…" in terminal.text
    for piece in terminal.text.partition("entries ")[0].split("\r"):
        assert len(piece) < 20
