"""Is what was known as a whole taken in as a whole, or not at all? Cost: some ten thousand facts, a few seconds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import asked, consistent, stored_lines

from engagement_ledger.exchange import import_jsonl

CLAIM = "2025-01-01T00:00:00Z"


def line(number: int, **changes: Any) -> str:
    fact = {
        "stream": f"commitment:c{number}", "type": "commitment.made/1", "occurred": "2024-12-01", "known_since": CLAIM,
        "body": {"obligors": ["NZ"], "kind": "event", "text": f"t{number}"},
    }  # fmt: skip
    return json.dumps({**fact, **changes})


def imported(path: Path, *lines: str) -> Any:
    file = path.with_suffix(".jsonl")
    file.write_text("\n".join(lines) + "\n")
    assert asked(path, "init").code == 0
    return asked(path, "import", str(file))


def groups(path: Path) -> list[int]:
    return list(Counter(json.loads(one)["group"] for one in stored_lines(path)).values())


@pytest.mark.parametrize(
    "bad", [line(2, occurred="2024-13-45"), line(2, type="commitment.maid/1"), "{", '{"stream":"\\ud800"}', "[]"]
)
def test_of_a_group_with_a_line_that_is_refused_nothing_is_written(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "l"
    before = line(0, known_since="2024-12-31T00:00:00Z")
    outcome = imported(path, before, line(1), bad, line(3, occurred="never"), line(4))
    assert outcome.code in (1, 2)
    assert "l.jsonl:3" in outcome.err
    assert "l.jsonl:4" in outcome.err, "every line that is refused is named"
    assert [json.loads(one)["stream"] for one in stored_lines(path)] == ["commitment:c0"]
    consistent(path)


def test_the_same_lines_without_the_bad_one_are_one_group(tmp_path: Path) -> None:
    """The negative control."""
    path = tmp_path / "l"
    assert imported(path, line(1), line(3), line(4)).code == 0
    assert groups(path) == [3]


def test_thousands_of_lines_of_one_claim_are_one_group(tmp_path: Path) -> None:
    path = tmp_path / "l"
    lines = [line(number) for number in range(5_000)]
    later = [line(number, known_since="2025-01-02T00:00:00Z") for number in range(5_000, 5_100)]
    assert imported(path, *lines, *later).code == 0
    assert groups(path) == [5_000, 100]


def test_more_of_one_claim_than_can_be_one_group_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_jsonl, "MOST_KNOWN_AT_ONCE", 3_000)
    path = tmp_path / "l"
    outcome = imported(path, *(line(number) for number in range(3_100)))
    assert outcome.code == 2
    assert "more than 3000 facts" in outcome.err
    assert stored_lines(path) == []
