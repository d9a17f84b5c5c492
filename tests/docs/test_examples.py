"""Is each sentence of the examples recorded, and shown again by the question that its page names? Cost: seconds."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest
from faults.ledgers import asked

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
PAGES = sorted(path.stem for path in EXAMPLES.glob("*.md"))


class Row(NamedTuple):
    """A sentence, the entries that record it, a question, and words of its answer."""

    said: str
    entries: list[int]
    question: list[str]
    shows: str


def rows(page: str) -> list[Row]:
    found = []
    for line in (EXAMPLES / f"{page}.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and cells[2].startswith("`engage "):
            command = shlex.split(cells[2].strip("`"), comments=False)[1:]
            entries = [int(number) for number in re.findall(r"#(\d+)", cells[1])]
            found.append(Row(cells[0], entries, command, cells[3]))
    return found


CASES = [(page, row) for page in PAGES for row in rows(page)]


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("examples")
    made = {}
    for page in PAGES:
        path = made[page] = folder / f"{page}.ledger"
        facts = EXAMPLES / f"{page}.yaml"
        if not facts.exists():
            assert asked(path, "demo", "--keep", str(path)).code == 0
            continue
        assert asked(path, "init").code == 0
        outcome = asked(path, "append", str(facts))
        assert outcome.code == 0, outcome
    return made


@pytest.mark.parametrize(("page", "row"), CASES, ids=lambda one: one.said[:40] if isinstance(one, Row) else one)
def test_a_sentence_is_shown_again_by_the_question_beside_it(ledgers: dict[str, Path], page: str, row: Row) -> None:
    outcome = asked(ledgers[page], *row.question)
    assert outcome.code in (0, 1), outcome  # check ends with 1 where it finds something
    assert " ".join(row.shows.split()) in " ".join(outcome.out.decode().split()), outcome
    size = asked(ledgers[page], "verify", "--json").json["size"]
    assert row.entries
    assert max(row.entries) <= size


@pytest.mark.parametrize("page", PAGES)
def test_every_entry_of_an_example_is_in_its_table(ledgers: dict[str, Path], page: str) -> None:
    """Each is named by a row, but for what only sets the scene: that a dialogue exists, or a statement was issued."""
    if not (EXAMPLES / f"{page}.yaml").exists():
        return
    size = asked(ledgers[page], "verify", "--json").json["size"]
    named = {number for row in rows(page) for first, last in [(min(row.entries), max(row.entries))]
             for number in range(first, last + 1)}  # fmt: skip
    assert len(set(range(1, size + 1)) - named) <= 2


def test_at_least_so_many_sentences_are_told() -> None:
    assert len(CASES) >= 60
