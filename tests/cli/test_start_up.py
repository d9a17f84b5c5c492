"""What the command waits for before it answers: help imports no events, questions read periods without them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

PROBE = """
import atexit, json, sys
def told():
    names = sorted(name for name in sys.modules if sys.modules[name] is not None)
    print("MODULES " + json.dumps(names), file=sys.__stderr__, flush=True)
atexit.register(told)
from engagement_ledger.cli.main import main
main()
"""
SPACE = "dialogue:nz-us-space"
HELP = (
    ("--help",),
    ("--version",),
    ("dialogue", "--help"),
    ("dialogue", "schedule", "--help"),
    ("commitment", "--help"),
    ("completion", "bash"),
    ("append", "--help"),
    ("correct", "--help"),
    ("nonsense",),
)
QUESTIONS = (
    ("status", SPACE),
    ("status", "--json"),
    ("status", "--count"),
    ("log",),
    ("log", SPACE, "--by", "world"),
    ("timeline", SPACE),
    ("diff", "2026-02-01..2026-03-01"),
    ("diff", "--known", "#27..#28"),
    ("search", "space"),
    ("export",),
    ("show", "#1"),
)


def modules(desk: Any, *args: str, env: dict[str, str] | None = None) -> set[str]:
    """The modules that a process of the command has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *args],
        cwd=desk.folder,
        env=desk.environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    told = [line for line in done.stderr.decode().splitlines() if line.startswith("MODULES ")]
    assert told, done.stderr.decode()
    return set(json.loads(told[-1].removeprefix("MODULES ")))


def roots(found: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in found}


def events(found: set[str]) -> set[str]:
    """Modules that declare facts, or that need those that do."""
    kinds = ("relationship", "dialogue", "commitment", "instrument", "party", "entry", "catalogue", "correction")
    return found & {f"engagement_ledger.domain.{kind}" for kind in kinds}


@pytest.mark.parametrize("args", HELP, ids=" ".join)
def test_help_version_and_completion_import_neither_pydantic_nor_eventsourcing(
    library: Any, args: tuple[str, ...]
) -> None:
    found = modules(library, *args)
    assert "click" in found
    assert not roots(found) & {"pydantic", "pydantic_core", "eventsourcing", "ruamel", "rich"}
    assert not events(found)


@pytest.mark.parametrize(
    "words",
    ["", "dial", "dialogue sched", "dialogue schedule --win", "status --status h", "schema comm", "help dialogue s",
     "status --known-at 2026", "append x"],
)  # fmt: skip
def test_completion_of_what_is_in_every_ledger_imports_neither_nor_opens_one(library: Any, words: str) -> None:
    found = modules(library, *words.split(" "), env={"_ENGAGE_COMPLETE": "fish_complete"})
    assert "click" in found
    assert not roots(found) & {"pydantic", "pydantic_core", "eventsourcing", "sqlite3"}
    assert not events(found)


@pytest.mark.parametrize("words", ["status nz", "dialogue hold nz-us-space --meeting ", "log --party N", "show nz/"])
def test_completion_of_what_the_ledger_has_imports_neither(library: Any, words: str) -> None:
    found = modules(library, *words.split(" "), env={"_ENGAGE_COMPLETE": "fish_complete"})
    assert "sqlite3" in found
    assert not roots(found) & {"pydantic", "pydantic_core", "eventsourcing"}
    assert not events(found)


@pytest.mark.parametrize("args", QUESTIONS, ids=" ".join)
def test_questions_read_periods_and_lines_without_importing_the_events(library: Any, args: tuple[str, ...]) -> None:
    found = modules(library, *args)
    assert "sqlite3" in found
    assert not roots(found) & {"pydantic", "pydantic_core", "eventsourcing"}
    assert not events(found)


MERKLE = "engagement_ledger.proof.merkle"


def test_a_status_that_people_read_imports_nothing_that_it_does_not_show(library: Any) -> None:
    """Guesses are made where nothing is found, spreadsheets on demand; the root of the tree is told in JSON."""
    assert not modules(library, "status", SPACE) & {MERKLE, "difflib", "csv", "getpass"}
    assert MERKLE in modules(library, "status", SPACE, "--json")


def test_a_refusal_of_a_question_imports_no_events_either(library: Any) -> None:
    found = modules(library, "status", "dialogue:nowhere")
    assert not roots(found) & {"pydantic", "eventsourcing"}
    assert not events(found)


OTHERS = {f"engagement_ledger.domain.{kind}" for kind in ("relationship", "commitment", "instrument", "party")}


def test_a_fact_of_a_kind_imports_the_facts_of_that_kind_alone(desk: Any) -> None:
    found = modules(desk, "dialogue", "hold", "d", "--meeting", "1", "--on", "2026-02-02")
    assert {"pydantic", "eventsourcing"} <= roots(found)
    assert "engagement_ledger.domain.dialogue" in found
    assert not found & OTHERS


def test_to_show_a_stream_imports_the_facts_of_its_kind_alone(library: Any) -> None:
    found = modules(library, "show", SPACE)
    assert "engagement_ledger.domain.dialogue" in found
    assert not found & OTHERS


def test_the_control_that_a_check_of_all_imports_more_kinds(library: Any) -> None:
    assert len(modules(library, "check") & OTHERS) > 1


def test_no_declaration_leaves_annotations_as_text_to_be_compiled() -> None:
    from engagement_ledger.domain.catalogue import CATALOGUE

    declared = [(name, vars(fact).get("__annotations__", {})) for name, fact in CATALOGUE.items()]
    assert any(own for _, own in declared)
    assert not [name for name, own in declared for value in own.values() if isinstance(value, str)]


def test_no_stray_variable_of_the_shell_changes_what_is_asked(library: Any) -> None:
    plain = library.process("status", "--as-of", "2026-03-15", "--json").well().raw
    stray = {
        "PERSISTENCE_MODULE": "eventsourcing.popo", "SQLITE_DBNAME": ":memory:", "COMPRESSOR_TOPIC": "zlib",
        "CIPHER_TOPIC": "x", "CREATE_TABLE": "no", "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland",
    }  # fmt: skip
    assert library.process("status", "--as-of", "2026-03-15", "--json", env=stray).well().raw == plain


@pytest.mark.skipif(os.name != "posix", reason="locales are set otherwise here")
def test_a_terminal_without_unicode_is_answered_all_the_same(library: Any) -> None:
    for env in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}):
        answer = library.process("timeline", SPACE, env=env).well()
        assert b"scheduled" in answer.raw
        answer = library.process("status", "--json", "--as-of", "2026-03-15", env=env).well()
        assert answer.json["rows"]
        refused = library.process("status", "dialogue:ōtautahi", env=env).refused(3)
        assert "Traceback" not in refused.err


def test_a_status_that_stands_in_the_ledger_imports_no_events(library: Any) -> None:
    """The list of all statuses is made from the events: it is asked for where something is wrong, and not otherwise."""
    assert "pydantic" not in modules(library, "status", "--status", "held")
    assert "pydantic" not in modules(library, "log", "--type", "commitment.made")
    assert "pydantic" in modules(library, "status", "--status", "helld"), "the negative control"
