"""Is everything that was acknowledged there when people work on one ledger at once? Cost: some 25 s.

`make soak` goes on for minutes.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from faults.company import EVERYTHING, SINGLE, Acknowledged, commands, heard, program, run, seconds
from faults.ledgers import asked, command, consistent, environment, fact, new, plain

from engagement_ledger.ledger.application import Ledger

pytestmark = pytest.mark.faults


def lost(path: Path, acknowledged: list[Acknowledged]) -> list[Acknowledged]:
    """What was acknowledged and is not there, under its position."""
    with plain(path) as connection:
        there = {
            (row[0], json.loads(row[1])["entry_id"])
            for row in connection.execute("SELECT rowid, state FROM entries ORDER BY rowid")
        }
    return [one for one in acknowledged if one not in there]


def by_turns(path: Path, between: str) -> list[Acknowledged]:
    """A program and a person's commands record by turns; the program asks, and does `between`, after each of its own.

    The program is a process of its own, which `between` is a line of.
    """
    script = f"""
import json, sys
from engagement_ledger.ledger.application import Ledger
from faults.ledgers import fact
path = sys.argv[1]
with Ledger(path) as ledger:
    for number in range(3):
        receipt = ledger.append(fact("made", f"a{{number}}"))[0]
        ledger.status()
        {between}
        print(json.dumps([receipt.position, receipt.entry_id]), flush=True)
        sys.stdin.readline()
"""
    acknowledged = []
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            acknowledged.append(tuple(json.loads(process.stdout.readline())))
            args = ["make", f"b{number}", "--obligors", "NZ", "--kind", "event", "--text", "x", "--on", "2026-02-02"]
            (row,) = json.loads(run(path, "commitment", *args, "--json").stdout)["rows"]
            acknowledged.append((row["position"], row["entry_id"]))
            process.stdin.write(b"\n")
            process.stdin.flush()
    assert process.returncode == 0
    return acknowledged


def test_a_program_that_stays_open_and_commands_lose_nothing_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "first"))
    acknowledged = by_turns(path, "pass")
    assert [position for position, _ in acknowledged] == [2, 3, 4, 5, 6, 7]
    assert lost(path, acknowledged) == []
    consistent(path)


def test_a_program_that_reads_the_file_beside_sqlite_is_found_by_that_test(tmp_path: Path) -> None:
    """The negative control: opening and closing the file drops all locks of the process (POSIX)."""
    path = tmp_path / "l"
    new(path, fact("made", "first"))
    try:
        acknowledged = by_turns(path, 'open(path, "rb").close()')
    except (AssertionError, json.JSONDecodeError):
        return  # a command that finds the file in pieces shows the harm as well
    assert lost(path, acknowledged) or [one[0] for one in acknowledged] != [2, 3, 4, 5, 6, 7]


def test_under_load_nothing_acknowledged_is_lost_and_nobody_is_alarmed(tmp_path: Path) -> None:
    path, gate, long = tmp_path / "l", tmp_path / "gate", seconds(6)
    new(path, fact("made", "first"))
    children = [program(path, f"p{number}", long, gate) for number in range(2)]
    children += [commands(path, f"c{number}", long, gate, tmp_path, SINGLE) for number in range(2)]
    children += [commands(path, "others", long, gate, tmp_path, EVERYTHING)]
    acknowledged = list(heard(children, gate))
    assert lost(path, acknowledged) == []
    positions = [position for position, _ in acknowledged]
    assert len(set(positions)) == len(positions), "a position was given twice"
    assert len(positions) > 20
    consistent(path)


WATCHED = """
import os, sys
from pathlib import Path
from engagement_ledger.store.sqlite.opening import BESIDE
ledger = os.path.realpath(sys.argv[1])
files = {ledger, *(ledger + end for end in BESIDE)}
opened = []
def watch(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)) and os.path.realpath(os.fsdecode(args[0])) in files:
        opened.append(os.fsdecode(args[0]))
sys.addaudithook(watch)
from engagement_ledger.cli.main import run
if sys.argv[2] == "control":
    open(ledger, "rb").close()
else:
    run(["--ledger", sys.argv[1], *sys.argv[2:]])
sys.exit(99 if opened else 0)
"""
COMMANDS = [
    "status", "status --count --json", "log", "show #1", "show commitment:first", "timeline commitment:first",
    "diff 2026-01-01..2026-03-01", "diff --known #0..#1", "blame commitment:first", "due", "search embassy", "replay",
    "check", "verify", "verify --full", "rebuild", "export", "export -o {ledger}-out", "status -o {ledger}",
    "status -o {ledger}-wal", "export -o {ledger}", "doctor", "source list", "source add {ledger}", "append {ledger}",
    "import {ledger}", "retract #1 --reason x", "init",
]  # fmt: skip


def watched(path: Path, *args: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(path), *args], capture_output=True, env=environment(), check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode


@pytest.mark.parametrize("args", COMMANDS)
def test_no_command_opens_a_file_of_the_ledger_beside_sqlite(tmp_path: Path, args: str) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "first"))
    with Ledger(path):  # so that there is a log as well
        assert watched(path, *args.format(ledger=path).split()) == 0
    assert watched(path, "control") == 99


@contextlib.contextmanager
def linked(path: Path) -> object:
    other = path.with_name("another name")
    os.link(path, other)
    yield other
    other.unlink()


def test_a_ledger_by_another_name_is_not_read_as_a_file_of_facts(tmp_path: Path) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "first"))
    with linked(path) as other:
        for args in (["append", str(other)], ["import", str(other)], ["source", "add", str(other)]):
            outcome = asked(path, *args)
            assert outcome.code == 2, outcome
            assert "is the ledger itself" in outcome.err
    assert "--ledger" in command(path, "status")
    consistent(path)
