"""Every line that the help gives as an example is run: on the example ledger, beside the files that it names."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from engagement_ledger.cli import index
from engagement_ledger.cli.examples import EXAMPLES, examples_of
from engagement_ledger.cli.help_pages import broken
from engagement_ledger.cli.main import engage

ENDS_WITH = {
    "engage check": 1,
    "engage check sources --party NZ": 1,
    "engage check accounts --between NZ US": 0,
}
"""Lines that end otherwise than with 0: what they look for is there."""
FACTS = """
- stream: dialogue:nz-us-space
  type: dialogue.agenda-set
  occurred: 2026-03-01
  body: {meeting: "2", items: [launch licences]}
"""
REGISTER = (
    '{"stream": "commitment:c1", "type": "commitment.made", "occurred": "2020-03", '
    '"body": {"obligors": ["NZ"], "kind": "event", "text": "host the talks"}}\n'
)
BEFORE = """
key create mfa.example/ledger > log.vkey
key create witness.example/w1 --witness --key witness.key > witness.vkey
source add readout.txt --title "A readout"
relationship affirm nz-us --by NZ --text "Trade grew" --on 2026-03-01 --source "A release; publisher=NZ"
relationship affirm nz-us --by US --text "Trade fell" --on 2026-03-01 --source "A readout; publisher=US"
commitment withdraw nz-us-2026-c1 --by US --effective 2026-12-31 --on 2026-03-02
checkpoint create --name spring -o spring.checkpoint
checkpoint cosign spring.checkpoint --log log.vkey --key witness.key -o spring.cosigned
status nz-us-space --proof space.proof
backup monday.ledger
export -o monday.jsonl --sources monday.jsonl.sources
"""
"""What was done before: the examples name its files."""


def groups(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    """Yield (words after `engage`, command) of a command and of all below it."""
    yield ctx.command_path.partition(" ")[2], command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None
            yield from groups(found, click.Context(found, info_name=name, parent=ctx))


COMMANDS = dict(groups(engage, click.Context(engage, info_name="engage")))


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "ENGAGE_LEDGER": "example.ledger",
        "ENGAGE_KEY": str(folder / "log.key"),
        "ENGAGE_TODAY": "2026-03-20",
        "ENGAGE_AS": "mere",
    }


def shell(folder: Path, line: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a line as somebody's shell does."""
    words = ["sh", "-c", line]
    return subprocess.run(
        words, cwd=folder, env=env or environment(folder), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def prepared(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all is there that the examples name."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copyfile(built, folder / "example.ledger")
    (folder / "march.yaml").write_text(FACTS)
    (folder / "register.jsonl").write_text(REGISTER)
    (folder / "statement.txt").write_text("They will meet in March.\n")
    (folder / "release.html").write_text("<p>They met in Suva.</p>\n")
    (folder / "readout.txt").write_text("Ministers met in Apia.\n")
    (folder / ".config/fish/completions").mkdir(parents=True)
    for line in BEFORE.strip().splitlines():
        done = shell(folder, f"engage {line}")
        assert done.returncode == 0, (line, done.stderr)
    return folder


@pytest.mark.parametrize("command", EXAMPLES, ids=lambda name: name or "engage")
def test_an_example_does_what_it_is_for(command: str, prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(prepared, folder)
    if not command:
        (folder / "example.ledger").unlink()  # its first example makes it
    for _, line in EXAMPLES[command]:
        done = shell(folder, line)
        assert done.returncode == ENDS_WITH.get(line, 0), (line, done.stderr, done.stdout)


def test_a_wrong_example_is_found(prepared: Path, tmp_path: Path) -> None:
    """The negative control."""
    assert shell(prepared, "engage status nz-us-spice").returncode == 3
    assert shell(prepared, "engage status --known-at winter").returncode == 3


def test_every_command_has_examples_and_all_are_of_a_command() -> None:
    assert [name for name in COMMANDS if not examples_of(name)] == []
    assert [name for name in EXAMPLES if name not in COMMANDS] == []
    assert max(len(found) for found in EXAMPLES.values()) == 3
    unsaid = [name for name, found in EXAMPLES.items() if any(said for said, _ in found) and not found[0][0]]
    assert unsaid == [], "where one says what it is for, the first does"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda name: name or "engage")
def test_help_begins_with_the_examples_at_eighty_columns(command: str, library: Any) -> None:
    shown = library.engage(*command.split(), "--help", env={"COLUMNS": "80"}).well().out
    usage, _, rest = shown.partition("\n\n")
    assert usage.startswith("Usage: engage")
    assert rest.startswith("Examples:\n")
    assert max(map(len, shown.splitlines())) <= 80
    block = rest.partition("\n\n")[0].replace(" \\\n", " ")
    lines = [" ".join(line.split()) for line in block.splitlines()[1:] if line.lstrip().startswith("engage ")]
    assert lines == [" ".join(line.split()) for _, line in examples_of(command)]


def test_a_long_line_is_broken_as_a_shell_takes_it() -> None:
    line = 'engage commitment make a --obligors NZ --text "To meet -- and talk" --kind event --on 2026-02-03'
    parts = list(broken(line, 44))
    assert len(parts) > 2
    assert all(part.endswith(" \\") for part in parts[:-1])
    assert max(map(len, parts)) <= 44
    assert shlex.split("\n".join(parts).replace("\\\n", "")) == shlex.split(line)


ORDER = (
    "--as-of",
    "--known-at",
    "--count",
    "--assuming",
    "--format",
    "--json",
    "--status",
    "--flag",
    "--party",
    "--theme",
    "--kind",
    "--title",
    "--recorded",
    "--ledger",
)


def test_options_stand_in_the_order_in_which_they_are_used(library: Any) -> None:
    for command in ("status", "due", "search", "diff", "log", "timeline"):
        shown = library.engage(command, "--help").well().out
        places = [shown.find(f"  {one} ") for one in ORDER]
        there = [place for place in places if place >= 0]
        assert there == sorted(there), (command, places)
        assert len(there) >= 5
        headings = ("\nOptions:", "\nFilters (", "\n  --party PARTY", "\nOptions of every command:")
        assert sorted(headings, key=shown.index) == list(headings)
    fulfil = library.engage("commitment", "fulfil", "--help").well().out
    order = [
        "--obligor",
        "--evidence",
        "--on",
        "--source",
        "--tag",
        "--note",
        "--as ",
        "--dry-run",
        "--json",
        "--ledger",
    ]
    places = [fulfil.index(one, fulfil.index("Options:")) for one in order]
    assert places == sorted(places)


def test_the_ledger_may_be_named_after_any_command_and_help_says_so(library: Any) -> None:
    for words in (("status",), ("dialogue", "hold"), ("checkpoint", "show")):
        assert "Options of every command:\n  --ledger FILE" in library.engage(*words, "--help").well().out


LOOKED_FOR = {"hold": ["participants"], "make": ["due", "amount"], "postpone": ["window"]}


def test_every_fact_has_one_example_that_its_fields_give() -> None:
    for kind, verbs in index.commands().items():
        for verb, declared in verbs.items():
            needed = [field["name"] for field in declared["fields"] if field.get("required")]
            given = {word[2:].replace("-", "_") for word in declared["example"] if word.startswith("--")}
            shown = {*needed, *LOOKED_FOR.get(verb, ())}
            assert given - {"score", "person"} == {*shown, "on"}, (kind, verb)
