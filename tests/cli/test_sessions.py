"""Sessions at a prompt, as they were once printed: what is typed, what comes out of either stream, the exit code.

`REWRITE_SESSIONS=1 pytest tests/cli/test_sessions.py` writes the present output into the files; read what changed.
A session is a file of prompts (`$ …`, continued by `> …`), each followed by its output, by its messages (`2> …`),
and by `[N]` where it did not end with 0. Lines of `#` are remarks. What differs from run to run is masked.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SESSIONS = Path(__file__).resolve().parents[1] / "golden" / "sessions"
NAMES = sorted(path.stem for path in SESSIONS.glob("*.txt"))
REWRITE = bool(os.environ.get("REWRITE_SESSIONS"))
STATED = ("2026-02-03T09:00:00", "2026-02-03 09:00", "2026-02-04T22:00:00", "2026-02-04 22:00")
"""Instants that the example states, and that are the same in every run."""
MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"), "YYYY-MM-DDThh:mm:ss.ssssssZ"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?= UTC|  )"), "YYYY-MM-DD hh:mm"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "0123456789abcdef…"),
    (re.compile(r"root [0-9a-f]{16}…"), "root 0123456789abcdef…"),
)


def masked(text: str) -> str:
    for pattern, instead in MASKS:
        text = pattern.sub(lambda found: found[0] if found[0].startswith(STATED) else instead, text)  # noqa: B023 - used at once
    return text


@dataclass
class Prompt:
    """What was typed, and the lines that followed."""

    typed: list[str]
    before: list[str] = field(default_factory=list)
    """remarks above it"""
    shown: list[str] = field(default_factory=list)

    @property
    def command(self) -> str:
        return "\n".join(self.typed)


def read(path: Path) -> list[Prompt]:
    """The prompts of a session."""
    found: list[Prompt] = []
    remarks: list[str] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("$ "):
            found.append(Prompt([line[2:]], remarks))
            remarks = []
        elif line.startswith("> ") and found and not found[-1].shown:
            found[-1].typed.append(line[2:])
        elif line.startswith("#") and (not found or found[-1].shown[-1:] == [""]):
            remarks.append(line)
        elif found:
            found[-1].shown.append(line)
    for prompt in found:
        while prompt.shown and not prompt.shown[-1]:
            prompt.shown.pop()
    return found


def written(prompts: list[Prompt]) -> str:
    """A session as its file holds it."""
    text = ""
    for prompt in prompts:
        text += "".join(f"{line}\n" for line in prompt.before)
        text += f"$ {prompt.typed[0]}\n" + "".join(f"> {line}\n" for line in prompt.typed[1:])
        text += "".join(f"{line}\n" for line in prompt.shown) + "\n"
    return text.rstrip("\n") + "\n"


def played(prompts: list[Prompt], desk: Any) -> Iterator[list[str]]:
    """Run each prompt in one folder; yield what it printed. What needs a shell gets one; the rest runs here."""
    env = {"COLUMNS": "100", "ENGAGE_LEDGER": "engagements.ledger"}
    for prompt in prompts:
        if prompt.command.startswith("engage ") and not re.search(r"[;|<>&$\n]", prompt.command):
            answer = desk.engage(*shlex.split(prompt.command)[1:], env=env)
            code, out, err = answer.code, answer.out, answer.err
        else:
            code, out, err = typed_into_a_shell(prompt.command, desk, env)
        lines = masked(out).splitlines() + [f"2> {line}" for line in masked(err).splitlines()]
        yield [line.rstrip() for line in lines] + ([f"[{code}]"] if code else [])


def typed_into_a_shell(command: str, desk: Any, env: dict[str, str]) -> tuple[int, str, str]:
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("there is no bash here to type into")
    function = 'engage() { "$PYTHON" -m engagement_ledger.cli.main "$@"; }\n'
    done = subprocess.run(
        [shell, "-c", function + command],
        cwd=desk.folder,
        env=desk.environment({**env, "PYTHON": sys.executable}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("name", NAMES)
def test_a_session_prints_what_it_printed_before(name: str, desk: Any, built: Path) -> None:
    desk.ledger.unlink()
    shutil.copyfile(built, desk.folder / "example.ledger")
    path = SESSIONS / f"{name}.txt"
    prompts = read(path)
    assert prompts, "no prompt in it"
    if REWRITE:
        for prompt, printed in zip(prompts, played(prompts, desk), strict=True):
            prompt.shown = printed
        path.write_text(written(prompts), encoding="utf-8")
        return
    assert written(prompts) == path.read_text(encoding="utf-8"), "the file is not as this runner writes it"
    for prompt, printed in zip(prompts, played(prompts, desk), strict=True):
        assert printed == prompt.shown, f"$ {prompt.command}"


def test_there_are_sessions_and_they_ask_every_question() -> None:
    from engagement_ledger.cli.main import CARE, QUESTIONS
    from engagement_ledger.domain.streams import KINDS

    typed = " ".join(prompt.command for name in NAMES for prompt in read(SESSIONS / f"{name}.txt"))
    assert len(NAMES) >= 5
    # These tell of the machine, or of a key that is made by chance, and are tested elsewhere.
    without = {"demo", "doctor", "import", "key", "checkpoint", "prove", "backup", "restore", "audit"}
    asked = {name for name in (*KINDS, *QUESTIONS, *CARE) if re.search(rf"engage (--\S+ (\S+ )?)?{name}\b", typed)}
    assert {*KINDS, *QUESTIONS, *CARE} - asked <= without


def test_masks_hide_what_differs_and_leave_what_is_stated() -> None:
    assert masked("known 2031-07-08T09:10:11.123456Z") == "known YYYY-MM-DDThh:mm:ss.ssssssZ"
    assert masked("known 2026-02-03T09:00:00.000000Z") == "known 2026-02-03T09:00:00.000000Z"
    assert masked("as known at #3 (2031-07-08 09:10 UTC)") == "as known at #3 (YYYY-MM-DD hh:mm UTC)"
    assert masked("as known at #27 (2026-02-03 09:00 UTC)") == "as known at #27 (2026-02-03 09:00 UTC)"
    assert masked("root " + "0a" * 32) == "root 0123456789abcdef…"
    assert masked("window 2026-03-01 to 2026-04-01") == "window 2026-03-01 to 2026-04-01"
