"""People at work on one ledger at once: programs that stay open, record and ask, and commands that come and go.

Imported as `faults.company`. Everybody writes down what was acknowledged, in a file of their own, at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from faults.ledgers import command, environment, fact
from faults.processes import Child, Say, started

from engagement_ledger.domain.errors import ChangedMeanwhile
from engagement_ledger.ledger.application import Ledger

Acknowledged = tuple[int, str]
"""Position and entry id."""
DAY = 739_000


def every_question(ledger: Ledger, stream: str) -> None:
    """Ask a ledger that is open all that it answers; raises where an answer is not sound."""
    ledger.status()
    ledger.status(stream, as_of=date.fromordinal(DAY))
    ledger.count()
    ledger.show(stream)
    ledger.get(stream)
    ledger.history(stream)
    ledger.log(last=50)
    ledger.search(stream)
    ledger.timeline(stream)
    ledger.diff("2026-01-01", "2026-03-01", stream=stream)
    ledger.learned(0, stream=stream)
    ledger.blame(stream)
    ledger.check(stream)
    ledger.sources()
    ledger.root()
    with ledger.reader() as reader:
        if reader.size < 300:
            ledger.due()
    replayed = ledger.replay(stream=stream)
    assert replayed.differences() == []
    replayed.reader.close()
    assert ledger.verify().problems == []


def program(path: Path, name: str, seconds: float, gate: Path, *, threads: int = 2) -> Child:
    """A process that keeps a ledger open while its threads record and ask."""

    def work(say: Say) -> None:
        lock = threading.Lock()
        failures: list[BaseException] = []

        def told(text: str) -> None:
            with lock:
                say(text)

        with Ledger(path) as ledger:
            begin(say, gate)
            until = time.monotonic() + seconds
            work_of = [(ledger, f"{name}-{number}", until, told, failures) for number in range(threads)]
            running = [threading.Thread(target=_record_and_ask, args=args) for args in work_of]
            for thread in running:
                thread.start()
            for thread in running:
                thread.join()
        if failures:
            raise failures[0]

    return started(work)


def begin(say: Say, gate: Path) -> None:
    """Say that all is prepared, and wait for the others."""
    say("ready")
    while not gate.exists():
        time.sleep(0.001)


def _record_and_ask(ledger: Ledger, name: str, until: float, say: Say, failures: list[BaseException]) -> None:
    chance = random.Random(name)
    count = 0
    try:
        while time.monotonic() < until:
            count += 1
            draft = fact("made", f"{name}-{count}")
            with contextlib.suppress(ChangedMeanwhile):
                for receipt in ledger.append(draft):
                    say(json.dumps([receipt.position, receipt.entry_id]))
                if chance.random() < 0.3:
                    every_question(ledger, draft.stream)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        failures.append(error)


def commands(path: Path, name: str, seconds: float, gate: Path, folder: Path, kinds: tuple[str, ...]) -> Child:
    """A person who starts one command after another, each a process of its own."""

    def work(say: Say) -> None:
        chance = random.Random(name)
        begin(say, gate)
        until = time.monotonic() + seconds
        count = 0
        while time.monotonic() < until:
            count += 1
            _COMMANDS[chance.choice(kinds)](path, f"{name}-{count}", folder, say)

    return started(work)


def run(path: Path, *args: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own; an answer that is no answer is an error here."""
    done = subprocess.run(
        command(path, *args), capture_output=True, env=environment({"ENGAGE_AS": "Tane"}), check=False, timeout=120
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert done.returncode in (0, 1, 5, 7), (args, done.returncode, done.stderr.decode())
    return done


def _fact(path: Path, name: str, folder: Path, say: Say) -> None:
    args = ["make", name, "--obligors", "NZ", "--kind", "event", "--text", name, "--on", "2026-02-02", "--json"]
    done = run(path, "commitment", *args)
    if done.returncode == 0:
        for row in json.loads(done.stdout)["rows"]:
            say(json.dumps([row["position"], row["entry_id"]]))


def _file(path: Path, name: str, folder: Path, say: Say) -> None:
    lines = [
        json.dumps({
            "stream": f"commitment:{name}-{number}", "type": "commitment.made/1", "occurred": "2026-02-02",
            "body": {"obligors": ["NZ"], "kind": "event", "text": name},
        })
        for number in range(40)
    ]  # fmt: skip
    file = folder / f"{name}.jsonl"
    file.write_text("\n".join(lines))
    done = run(path, "append", str(file), "--json")
    if done.returncode == 0:
        for row in json.loads(done.stdout)["rows"]:
            say(json.dumps([row["position"], row["entry_id"]]))


def _asking(*args: str) -> Callable[[Path, str, Path, Say], None]:
    def ask(path: Path, name: str, folder: Path, say: Say) -> None:
        run(path, *args)

    return ask


_COMMANDS: dict[str, Callable[[Path, str, Path, Say], None]] = {
    "fact": _fact,
    "file": _file,
    "status": _asking("status", "--count"),
    "export": _asking("export"),
    "verify": _asking("verify"),
    "full": _asking("verify", "--full"),
    "rebuild": _asking("rebuild"),
    "check": _asking("check"),
    "doctor": _asking("doctor"),
}
EVERYTHING = tuple(_COMMANDS)
SINGLE = ("fact", "fact", "file", "status")


def heard(children: list[Child], gate: Path) -> Iterator[Acknowledged]:
    """Let everybody begin, and yield what each was told, when all have ended well."""
    for child in children:
        assert child.line() == "ready"
    gate.touch()
    for child in children:
        for line in child.lines():
            assert line.startswith("["), line
            position, entry_id = json.loads(line)
            yield position, entry_id
        assert child.end() == 0


def seconds(short: float) -> float:
    """How long to go on: short in every run of the tests, long where SOAK_SECONDS says so."""
    return float(os.environ.get("SOAK_SECONDS", short))
