"""Is somebody who types a name and nothing more told what there is?"""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.ledgers import asked, engage

LEDGER = Path("unused")


@pytest.mark.parametrize(
    "words", [[], ["dialogue"], ["source"], ["help"], ["help", "dialogue"], ["help", "source", "add"]]
)
def test_a_name_by_itself_tells_what_it_does_and_takes(words: list[str]) -> None:
    outcome = asked(LEDGER, *words)
    assert outcome.code == 0
    assert outcome.out.startswith(b"Usage: engage")
    assert b"\\u000a" not in outcome.out
    assert outcome.err == ""


def test_help_says_what_help_of_the_command_says() -> None:
    assert engage(LEDGER, "help", "dialogue", "hold").out == engage(LEDGER, "dialogue", "hold", "--help").out


@pytest.mark.parametrize("words", [["completion"], ["show"], ["dialogue", "hold"], ["restore"], ["source", "add"]])
def test_a_command_by_itself_that_needs_something_shows_how_it_is_used(words: list[str]) -> None:
    outcome = asked(LEDGER, *words)
    assert outcome.code == 2
    assert outcome.out == b""
    usage, examples, *_ = outcome.err.split("\n\n")
    assert usage.startswith(f"Usage: engage {' '.join(words)} ")
    assert examples.startswith("Examples:\n")
    assert [line.partition(":")[0] for line in outcome.err.splitlines()[-3:]] == ["error", "because", "try"]
    given = asked(LEDGER, *words, "--no-such-option")
    assert given.err.startswith("error: "), "the control: somebody who wrote something is told what is wrong with it"


@pytest.mark.parametrize("words", [["help", "dialoge"], ["help", "status", "x"], ["completion", "csh"]])
def test_what_is_not_there_is_said_in_one_line(words: list[str]) -> None:
    outcome = asked(LEDGER, *words)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 3
    assert "\\u" not in outcome.err
