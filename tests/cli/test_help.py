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


@pytest.mark.parametrize("words", [["help", "dialoge"], ["help", "status", "x"], ["completion"], ["completion", "csh"]])
def test_what_is_not_there_is_said_in_one_line(words: list[str]) -> None:
    outcome = asked(LEDGER, *words)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 3
    assert "\\u" not in outcome.err
