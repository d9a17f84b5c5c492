"""Is there a way round in a circle from a file to itself? Files that need each other are one file in two halves."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from engagement_ledger.cli.remedies import WORDS, in_words, said
from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.domain.remedy import ACTS, Remedy, remedies

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("cli", "domain", "exchange", "history", "ledger", "projections", "proof", "record", "reports", "store")


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name; a room's own file, which imports nothing of it, is left out."""
    found = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in found}


def imports(name: str, file: Path, known: dict[str, Path]) -> set[str]:
    """The modules that a file imports, at once, when they are needed, or for their types alone."""
    found: set[str] = set()
    package = name.split(".")[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            target = ".".join(filter(None, base))
            found |= {target, *(f"{target}.{alias.name}" for alias in node.names)}
    return (found & known.keys()) - {name}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle among files; nothing where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_file_needs_itself_by_way_of_others() -> None:
    known = modules()
    assert len(known) > 100
    assert circle({name: imports(name, file, known) for name, file in known.items()}) == []


@pytest.mark.parametrize("graph", [{"a": {"b"}, "b": {"a"}}, {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}])
def test_a_circle_is_found(graph: dict[str, set[str]]) -> None:
    assert set(circle(graph)) >= {"a", "b"}


# --- what is to be done instead --------------------------------------------------------------------------------


def texts(file: Path) -> list[str]:
    """The strings of a file that may reach somebody: all but docstrings and the texts under fields."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in alone)
    return [node.value for node in constants if isinstance(node.value, str)]


COMMAND = re.compile(r"\bengage (?!to\b)[a-z]|(?<![\w-])--[a-z]")


def test_no_room_below_the_command_line_names_a_command() -> None:
    # The verifier is a command of its own, for machines that have no other.
    below = [file for name, file in modules().items() if not name.startswith("cli.") and name != "proof.verifier"]
    assert [(file.name, text) for file in below for text in texts(file) if COMMAND.search(text)] == []
    named = [text for name, file in modules().items() if name.startswith("cli.") for text in texts(file)]
    assert any(COMMAND.search(text) for text in named), "the search finds none anywhere"


def test_every_act_that_a_refusal_advises_has_its_words() -> None:
    advised = [
        one
        for name, file in modules().items()
        if name != "domain.remedy"
        for text in texts(file)
        for one in remedies(text)
    ]
    assert {one.act for one in advised} <= ACTS.keys() == WORDS.keys() | {"record"}
    for one in advised:
        assert in_words(one)
        assert "⟦" not in said(f"⟦{one.act} {one.on}⟧")


def test_a_remedy_is_data_and_worded_by_each_room() -> None:
    refusal = Refusal("no", "as it is so", "see ⟦log dialogue:a⟧, or ⟦verify-full⟧; or ⟦nothing⟧")
    assert refusal.remedies == [Remedy("log", "dialogue:a"), Remedy("verify-full"), Remedy("nothing")]
    assert refusal.hint == "see log dialogue:a, or verify-full; or ⟦nothing⟧"
    assert said(refusal.remedy) == "see engage log dialogue:a, or engage verify --full; or ⟦nothing⟧"
