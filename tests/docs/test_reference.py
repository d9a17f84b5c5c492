"""The reference says what the declarations say, and names everything that there is."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engagement_ledger.cli.main import CARE, QUESTIONS
from engagement_ledger.cli.remedies import said
from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.entry import versions_of
from engagement_ledger.domain.errors import ImpossibleHistory
from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.domain.streams import KINDS

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = DOCS / "reference"


def generate(docs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(docs / "generate.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_generated_reference_is_current() -> None:
    found = generate(DOCS, "--check")
    assert found.stdout == ""
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("name", ["commands.md", "facts/facts.schema.json", "answers/status.schema.json"])
def test_a_page_edited_by_hand_is_named_and_written_anew(name: str, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    shutil.copytree(DOCS, docs)
    page = docs / "reference" / name
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    found = generate(docs, "--check")
    assert found.returncode == 1
    assert f"stale: docs/reference/{name} (run python docs/generate.py)" in found.stdout.splitlines()
    assert generate(docs).returncode == 0
    assert page.read_text(encoding="utf-8").endswith("\n")


def test_a_page_that_nothing_generates_is_named(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    shutil.copytree(DOCS, docs)
    (docs / "reference" / "old.md").write_text("left over", encoding="utf-8")
    found = generate(docs, "--check")
    assert found.returncode == 1
    assert "stale: docs/reference/old.md (run python docs/generate.py)" in found.stdout.splitlines()


def test_every_command_has_its_heading() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    headings = {line.lstrip("# ") for line in page.splitlines() if line.startswith("###")}
    assert {f"engage {name}" for name in (*KINDS, *QUESTIONS, *CARE)} <= headings


def test_every_event_has_its_heading_its_type_and_a_meaning_for_every_field() -> None:
    page = (REFERENCE / "events.md").read_text(encoding="utf-8")
    for fact in CATALOGUE.values():
        assert f"### {fact.__name__}\n" in page
        first, *later = versions_of(fact)
        told = f"Type `{first}`" + (f", or `{later[-1]}` for" if later else ", command")
        assert told in page.partition(f"### {fact.__name__}\n")[2].partition("###")[0]
    assert "|  |" not in page


def all_refusals(root: type[Refusal] = Refusal) -> set[type[Refusal]]:
    found = {one for one in root.__subclasses__() if one.__module__.startswith("engagement_ledger")}
    return found.union(*(all_refusals(one) for one in found))


def test_every_refusal_of_a_history_is_named_with_its_words() -> None:
    page = (REFERENCE / "tables.md").read_text(encoding="utf-8")
    named = [one for one in all_refusals() if issubclass(one, ImpossibleHistory)]
    assert len(named) > 20
    for one in named:
        assert f"### {one.__name__}\n" in page
        assert f"- error: …: {one.what}\n- try: {said(one.tip)}\n" in page


def test_every_exit_code_of_a_refusal_is_documented() -> None:
    page = (REFERENCE / "exit-codes.md").read_text(encoding="utf-8")
    codes = {one.CODE for one in all_refusals()}
    assert codes == {1, 2, 3, 4, 5, 6, 7}
    for code in (0, *codes, 130):
        assert f"\n| {code} | " in page
