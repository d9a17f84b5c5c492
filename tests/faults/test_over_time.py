"""Whatever is done to a ledger, in whatever order: does every answer of the past stay, and every signature hold?

A machine records, arrives late, corrects, retracts, rebuilds, signs, copies, restores and dies, at random. What it is
held against: the answers as they were given, the roots as they were signed, and everything derived anew from the lines.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from faults.ledgers import asked, fact, opened, plain, settled, stored_lines
from faults.processes import started
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.ledger.key_files import create_key
from engagement_ledger.proof.notes import ED25519
from engagement_ledger.store.enclosed import EnclosedSnapshot
from engagement_ledger.store.port import Snapshot

DAYS = st.integers(1, 28).map(lambda day: f"2026-01-{day:02}") | st.just("2026-01") | st.just("../2026-01-20")
NAMES = st.sampled_from(["a", "b"])
PARTIES = st.sampled_from(["NZ", "US"])
NUMBERS = count()
EXAMPLES = int(os.environ.get("SOAK_SECONDS", "0")) // 2 or 12
"""Histories that are tried; a soak tries more."""


class Ledgers(RuleBasedStateMachine):
    """One ledger, through whatever may happen to it."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="over-time-"))
        self.path = self.folder / "l"
        self.key = self.folder / "key"
        create_key(self.key, "mfa.example/ledger", (ED25519,))
        with opened(self.path, create=True) as ledger:
            ledger.append(fact("made", "a", on="2025-12"), fact("made", "b", on="2025-12-01"))
        self.answers: dict[int, list[str]] = {}
        self.roots: dict[int, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    def take(self, kind: str, name: str, **body: Any) -> None:
        """Record, or be refused: then nothing is recorded."""
        before = len(stored_lines(self.path))
        try:
            with opened(self.path) as ledger:
                ledger.append(fact(kind, name, **body))
        except Refusal:
            assert len(stored_lines(self.path)) == before

    @rule(
        name=NAMES, on=DAYS, party=st.sampled_from(["NZ", "US"]), kind=st.sampled_from(["progress-reported", "stalled"])
    )
    def report(self, name: str, on: str, party: str, kind: str) -> None:
        self.take(kind, name, on=on, obligor=party, envelope={"note": str(next(NUMBERS))})

    @rule(name=NAMES, on=DAYS, party=PARTIES)
    def fulfil(self, name: str, on: str, party: str) -> None:
        self.take("fulfilled", name, on=on, obligor=party)

    def pick(self, dice: int) -> tuple[str, str]:
        """An entry that is no correction itself, with the name of its stream."""
        with opened(self.path) as ledger:
            some = [one for one in ledger.log(as_recorded=True) if not one["type"].startswith("entry.")]
        one = some[dice % len(some)]
        return str(one["entry_id"]), str(one["stream"]).partition(":")[2]

    @rule(dice=st.integers(0, 99), on=DAYS)
    def correct(self, dice: int, on: str) -> None:
        entry, name = self.pick(dice)
        self.take("entry.corrected/1", name, entry=entry, changes={"occurred": on}, reason=f"misread {next(NUMBERS)}")

    @rule(dice=st.integers(0, 99))
    def retract(self, dice: int) -> None:
        entry, name = self.pick(dice)
        self.take("entry.retracted/1", name, entry=entry, reason="never true")

    @rule()
    def rebuild(self) -> None:
        assert asked(self.path, "rebuild").out == b""

    @rule()
    def sign(self) -> None:
        with opened(self.path) as ledger:
            made = ledger.checkpoint(key=self.key, by="Mere")
            self.roots[made.checkpoint.size] = ledger.root()

    @rule(kind=st.sampled_from(["backup", "restore a backup", "restore an export"]))
    def copy(self, kind: str) -> None:
        """The ledger goes on as a copy of itself. An export holds no checkpoints: the key remembers."""
        new, between = self.folder / "new", self.folder / "between"
        if kind == "restore an export":
            assert asked(self.path, "export", "-o", str(between)).code == 0
        else:
            assert asked(self.path, "backup", str(between)).code == 0
        if kind != "backup":
            assert asked(self.path, "restore", str(between), "--to", str(new)).code == 0
            settled(new)
        else:
            between.rename(new)
        for end in ("", "-wal", "-shm"):
            self.path.with_name(f"l{end}").unlink(missing_ok=True)
        new.rename(self.path)
        for one in self.folder.glob("between*"):
            one.unlink()

    @rule(after=st.sampled_from([0.0, 0.005, 0.02, 0.05]), what=st.sampled_from(["append", "rebuild", "sign"]))
    def die(self, after: float, what: str) -> None:
        before = len(stored_lines(self.path))
        number = next(NUMBERS)

        def work(say: Any) -> int:
            say("begun")
            if what == "append":
                with opened(self.path) as ledger:
                    ledger.append(*(fact("made", f"d{number}-{one}") for one in range(3)))
            elif what == "rebuild":
                return asked(self.path, "rebuild").code
            else:
                return asked(self.path, "checkpoint", "create", "--key", str(self.key)).code
            return 0

        child = started(work)
        child.line()
        time.sleep(after)
        child.send(signal.SIGKILL)
        child.end()
        assert len(stored_lines(self.path)) - before in (0, 3), "a group is there whole, or not at all"

    @precondition(lambda self: hasattr(self, "path"))
    @invariant()
    def the_past_stays(self) -> None:
        with opened(self.path) as ledger, ledger.reader() as reader:
            lines = list(enumerate(ledger.export(), 1))
            enclosed = cast(Snapshot, EnclosedSnapshot(lines))
            for position in {one["group"] for one in ledger.log(as_recorded=True)}:
                then = reader.known_at(f"#{position}")
                rows = sorted(str(row[:-1]) for row in reader.periods(then))
                assert self.answers.setdefault(position, rows) == rows, "an answer as known then has changed"
                assert sorted(str(row[:-1]) for row in enclosed.periods(enclosed.known_at(f"#{position}"))) == rows
            for size, root in self.roots.items():
                assert ledger.root(size) == root
            assert list(reader.leftovers()) == []


TestLedgersOverTime = Ledgers.TestCase
TestLedgersOverTime.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_past_that_was_changed_is_seen() -> None:
    """The negative control."""
    machine = Ledgers()
    machine.begin()
    machine.report(name="a", on="2026-01-05", party="NZ", kind="progress-reported")
    machine.the_past_stays()
    settled(machine.path)
    with plain(machine.path) as connection:
        connection.execute("UPDATE periods SET valid_from = valid_from + 1 WHERE known_from = 3")
    with pytest.raises(AssertionError):
        machine.the_past_stays()
    machine.teardown()
