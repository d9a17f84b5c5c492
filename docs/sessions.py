"""Runs what the pages show: `python docs/sessions.py` compares, `--write` puts the present output into the pages.

A block marked `console` is a session: `$ command`, lines of it continued with `> `, then what it prints. A block
with a title (```yaml title="march.yaml") is a file that the session finds. `pycon` is a session of Python. The
blocks of one page run in its order, in one scratch folder. `…` in the output stands for anything on that line.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parent
ROOT: Final = DOCS.parent
FENCE: Final = re.compile(r"^```(\S+)(?: title=\"([^\"]+)\")?$")
NOW: Final = "|".join((datetime.now(UTC) - timedelta(days=ago)).strftime("%Y-%m-%d") for ago in (0, 1))
VOLATILE: Final = (
    re.compile(rf"(?:{NOW})(?:T[0-9:.]+Z|[ ][0-9:]{{5}})?(?P<column>  )?"),
    re.compile(r"(?<!sha256:)\b[0-9a-f]{64}\b(?P<column>  )?"),
)
"""What differs from run to run: instants of recording, and the roots that rest on them."""
FIXED: Final = {
    "ENGAGE_TODAY": "2026-03-20",
    "ENGAGE_AS": "mk",
    "COLUMNS": "100",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "NO_COLOR": "1",
    # Keeps both streams in the order in which a person sees them.
    "PYTHONUNBUFFERED": "1",
}


@dataclass
class Command:
    """One prompt with what it prints; `line` is where the prompt stands, from 0."""

    line: int
    text: str
    shown: list[str] = field(default_factory=list)
    end: int = 0
    """the line after its output"""


@dataclass
class Block:
    """A fenced block: what it is marked as, its title, its first line, and its lines."""

    mark: str
    title: str | None
    first: int
    lines: list[str]

    def commands(self) -> Iterator[Command]:
        """The prompts of a session."""
        prompt, more = ("$ ", "> ") if self.mark == "console" else (">>> ", "... ")
        found: Command | None = None
        for number, line in enumerate(self.lines, start=self.first):
            if line.startswith(prompt):
                if found:
                    yield found
                found = Command(number, line[len(prompt) :], end=number + 1)
            elif found and not found.shown and line.startswith(more):
                found.text += "\n" + line[len(more) :]
                found.end = number + 1
            elif found:
                found.shown.append(line)
                found.end = number + 1
        if found:
            yield found


def pages() -> list[Path]:
    """Every page that may show a session."""
    written = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]
    folders = ("how-to", "explanation", "decisions")
    return [
        *written,
        *sorted(DOCS.glob("*.md")),
        *(page for name in folders for page in sorted((DOCS / name).glob("*.md"))),
    ]


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    current: Block | None = None
    for number, line in enumerate(text.split("\n")):
        if current is not None:
            if line == "```":
                yield current
                current = None
            else:
                current.lines.append(line)
        elif found := FENCE.match(line):
            current = Block(found[1], found[2], number + 1, [])


class Shell:
    """A folder in which the commands of one page run, one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ours = {key: value for key, value in os.environ.items() if not key.startswith("ENGAGE_")}
        here = str(Path(sys.executable).parent)
        self.env = {**ours, **FIXED, "PATH": here + os.pathsep + ours.get("PATH", os.defpath)}
        self.code = 0
        self.interpreter: subprocess.Popen[str] | None = None

    def run(self, command: str) -> list[str]:
        """Run a command; return the lines it prints to either stream."""
        if command == "echo $?":
            return [str(self.code)]
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            self.env[name] = value.strip("'\"")
            return []
        done = subprocess.run(  # noqa: S603 - the pages' own commands
            [shutil.which("bash") or "/bin/bash", "-c", command],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        self.code = done.returncode
        return done.stdout.rstrip("\n").split("\n") if done.stdout.strip() else []

    def python(self, commands: list[Command]) -> Iterator[list[str]]:
        """Run a session of Python, whose names live as long as the page; yield what each prompt prints."""
        if self.interpreter is None:
            self.interpreter = subprocess.Popen(  # noqa: S603 - the pages' own prompts
                [sys.executable, "-c", _PYTHON],
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        asked, answers = self.interpreter.stdin, self.interpreter.stdout
        assert asked is not None  # noqa: S101 - both are pipes
        assert answers is not None  # noqa: S101
        for command in commands:
            asked.write(json.dumps(command.text) + "\n")
            asked.flush()
            yield json.loads(answers.readline()).splitlines()

    def close(self) -> None:
        """End the interpreter, where there is one."""
        if self.interpreter is not None:
            self.interpreter.communicate()


_PYTHON: Final = r"""
import contextlib, io, json, sys, traceback
names = {"__name__": "__main__"}
for line in sys.stdin:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(json.loads(line) + "\n", "<page>", "single"), names)
        except Exception as error:
            print("Traceback (most recent call last):", "  …", sep="\n")
            print(traceback.format_exception_only(error)[-1].strip())
    print(json.dumps(printed.getvalue()), flush=True)
"""


def shown(lines: list[str]) -> list[str]:
    """Output as a page shows it, with what differs from run to run left out; columns stay where they are."""
    found = []
    for line in lines:
        for pattern in VOLATILE:
            line = pattern.sub(_left_out, line)  # noqa: PLW2901 - one replacement after another
        found.append(line.rstrip())
    return found


def _left_out(match: re.Match[str]) -> str:
    return "…".ljust(len(match[0])) if match["column"] else "…"


def matches(wanted: list[str], printed: list[str]) -> bool:
    """Whether what is printed is what a page shows; `…` in the page stands for anything on its line."""
    if len(wanted) != len(printed):
        return False
    return all(
        re.fullmatch(".*".join(re.escape(part) for part in line.rstrip().split("…")), found.rstrip())
        for line, found in zip(wanted, printed, strict=True)
    )


def results(page: Path, folder: Path) -> Iterator[tuple[Command, list[str]]]:
    """Run a page; yield each prompt with what it printed."""
    shell = Shell(folder)
    try:
        yield from _results(page, folder, shell)
    finally:
        shell.close()


def _results(page: Path, folder: Path, shell: Shell) -> Iterator[tuple[Command, list[str]]]:
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.title is not None:
            (folder / block.title).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        elif block.mark == "console":
            for command in block.commands():
                yield command, shell.run(command.text)
        elif block.mark == "pycon":
            commands = list(block.commands())
            yield from zip(commands, shell.python(commands), strict=True)


def differences(page: Path) -> Iterator[str]:
    """What a page shows and what its commands print, where they differ."""
    with tempfile.TemporaryDirectory() as folder:
        for command, printed in results(page, Path(folder)):
            if not matches(command.shown, printed):
                place = f"{page.relative_to(ROOT)}:{command.line + 1}"
                yield "\n".join(difflib.unified_diff(command.shown, shown(printed), place, "printed", lineterm=""))


def write(page: Path) -> bool:
    """Put what the commands print into a page; returns whether that changed it."""
    before = page.read_text(encoding="utf-8")
    lines = before.split("\n")
    with tempfile.TemporaryDirectory() as folder:
        for command, printed in reversed(list(results(page, Path(folder)))):
            if not matches(command.shown, printed):
                if any(word in line for line in printed for word in ("Traceback", "defect of engage")):
                    print(f"left as it is: {page.relative_to(ROOT)}:{command.line + 1} ends in a defect")
                    continue
                start = command.end - len(command.shown)
                lines[start : command.end] = shown(printed)
    after = "\n".join(lines)
    page.write_text(after, encoding="utf-8")
    return after != before


def main(arguments: list[str]) -> int:
    """Compare every page, or write the present output into it."""
    named = [Path(one).resolve() for one in arguments if not one.startswith("-")] or pages()
    if "--write" in arguments:
        for page in named:
            if write(page):
                print(f"wrote {page.relative_to(ROOT)}")
        return 0
    found = [difference for page in named for difference in differences(page)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
