"""Is there a way round in a circle from a file to itself? Files that need each other are one file in two halves."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("cli", "domain", "exchange", "history", "ledger", "projections", "proof", "record", "store")


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
