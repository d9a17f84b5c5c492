"""Is every line that was ever stored still read, and written again as the very same bytes? Cost: milliseconds.

`tests/golden/lines/` holds one stored line of every type and version; `tests/golden/make_lines.py` makes those
that are missing and never touches one that is there.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from faults.ledgers import TESTS, environment

from engagement_ledger.domain.catalogue import CATALOGUE, VERSIONS, reading
from engagement_ledger.domain.entry import later_fields
from engagement_ledger.record.lines import UnknownFact, entry_of, ledger_bytes, upcast, writer_bytes

MAKER = TESTS / "golden" / "make_lines.py"
LINES = TESTS / "golden" / "lines"
FILES = sorted(LINES.glob("*.jsonl"))


def name_of(kind: str) -> str:
    """commitment.made/1 → commitment.made-1.jsonl"""
    return kind.replace("/", "-") + ".jsonl"


def line_in(file: Path) -> bytes:
    content = file.read_bytes()
    assert content.endswith(b"\n")
    assert content.count(b"\n") == 1, f"{file.name} holds one line"
    return content[:-1]


def test_every_type_of_the_catalogue_has_its_line() -> None:
    missing = [kind for kind in VERSIONS if not (LINES / name_of(kind)).is_file()]
    assert missing == [], "run tests/golden/make_lines.py and keep what it makes"


def test_there_are_golden_lines() -> None:
    assert len(FILES) >= 80


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stored_line_is_read_and_written_again_as_the_same_bytes(file: Path) -> None:
    line = line_in(file)
    told = json.loads(line)
    kind = told["type"]
    assert file.name == name_of(kind)
    entry = entry_of(line)
    assert not isinstance(entry.fact, UnknownFact), f"{kind} was released and is not known any more"
    assert reading(upcast(kind, told["body"])[0]) is type(entry.fact)
    assert kind == entry.fact.type_name
    assert (
        ledger_bytes(entry.position, entry.group, entry.version, entry.recorded_at, entry.clock) + writer_bytes(entry)
        == line
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_field_of_the_type_stands_in_its_line(file: Path) -> None:
    """A field that no golden line carries could change its form unseen."""
    told = json.loads(line_in(file))
    declared = VERSIONS[told["type"]]
    missing = set(declared.model_fields) - set(told["body"])
    came_later = set(later_fields(declared)) if told["type"] != declared.TYPE else EXCLUSIVE.get(told["type"], set())
    assert missing <= LATER.get(told["type"], set()) | came_later


LATER: dict[str, set[str]] = {"relationship.partnership-reaffirmed/1": {"scheme"}}
"""type → fields that were added to it, with a default, after its line was made"""
EXCLUSIVE = {"commitment.compliance-assessed/2": {"score"}}
"""type → fields that its line cannot have beside others: a verdict, and why there is none"""


def test_making_them_again_changes_no_file(tmp_path: Path) -> None:
    """The script never overwrites: what it finds stays, whatever it holds."""
    (tmp_path / "commitment.made-1.jsonl").write_bytes(b"as it was\n")
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(MAKER), str(tmp_path)], env=environment(), capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "commitment.made-1.jsonl").read_bytes() == b"as it was\n"
        assert len(list(tmp_path.iterdir())) == len(CATALOGUE) + 1, (
            "the newest version of each, and the one that was there"
        )
