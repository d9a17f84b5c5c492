"""Does a writer that is killed lose nothing that it acknowledged, and tear nothing? Cost: 30 kills, under 15 s."""

import json
import random
import signal
import time
from pathlib import Path

import pytest
from faults.ledgers import consistent, fact, made, new, noted, plain, stored_lines
from faults.processes import Child, Say, started

from engagement_ledger.ledger.application import Ledger
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
from engagement_ledger.store.sqlite.verification import verify

pytestmark = pytest.mark.faults

KILLS = 30
SEED = 20260204


def appending(path: Path, first: int, chance: random.Random, *, hasty: bool = False) -> Child:
    """A process that appends batch after batch and acknowledges each; a hasty one does so before it has stored it."""
    sizes = [chance.choice([1, 1, 2, 5, 20, 60]) for _ in range(400)]

    def work(say: Say) -> None:
        number = first
        with Ledger(path) as ledger:
            for size in sizes:
                batch = [
                    fact("progress-reported", "shared", obligor="NZ", envelope={"note": f"n{number + place}"})
                    if place % 3
                    else made(number + place)
                    for place in range(size)
                ]
                say(json.dumps(["begin", size]))
                if hasty:
                    say(json.dumps(["acknowledged", [draft.entry_id for draft in batch], None]))
                receipts = ledger.append(*batch)
                if not hasty:
                    ids = [one.entry_id for one in receipts]
                    say(json.dumps(["acknowledged", ids, [one.position for one in receipts]]))
                number += size

    return started(work)


def killed(child: Child, chance: random.Random) -> tuple[list[list[object]], bool]:
    """What it had acknowledged when it was killed, and whether that was in the middle of a batch."""
    said = []
    while not any(one[0] == "acknowledged" for one in said):
        line = child.line()
        assert line is not None
        assert line.startswith("["), line
        said.append(json.loads(line))
    time.sleep(chance.uniform(0, 0.03))
    child.send(signal.SIGKILL)
    said += [json.loads(line) for line in child.lines()]
    assert child.end() == -signal.SIGKILL, "it ended by itself, too early to be killed"
    acknowledged = [one for one in said if one[0] == "acknowledged"]
    return acknowledged, said[-1][0] == "begin"


def lost(path: Path, acknowledged: list[list[object]]) -> list[str]:
    """Ids that were acknowledged and are not there, or are elsewhere."""
    there = {told["entry_id"]: told["position"] for told in map(json.loads, stored_lines(path))}
    missing = []
    for _, ids, positions in acknowledged:
        for entry_id, position in zip(ids, positions or [None] * len(ids), strict=True):  # type: ignore[arg-type, call-overload]
            if entry_id not in there or (position is not None and there[entry_id] != position):
                missing.append(entry_id)
    return missing


def whole_groups(path: Path) -> None:
    """No batch is there by halves."""
    told = [json.loads(line) for line in stored_lines(path)]
    assert [one["position"] for one in told] == list(range(1, len(told) + 1))
    with plain(path) as connection:
        ends = [row[0] for row in connection.execute("SELECT last FROM groups ORDER BY last")]
    assert ends == sorted({one["group"] for one in told})
    assert not told or ends[-1] == len(told)


def test_thirty_kills_lose_nothing_acknowledged_and_tear_nothing(tmp_path: Path) -> None:
    noted("seed", SEED)
    chance = random.Random(SEED)
    path = tmp_path / "l"
    new(path, fact("made", "shared", on="2026-01-01"))
    everything: list[list[object]] = []
    in_the_middle = 0
    for kill in range(KILLS):
        acknowledged, midway = killed(appending(path, kill * 100_000, chance), chance)
        everything += acknowledged
        in_the_middle += midway
        assert lost(path, acknowledged) == []
        whole_groups(path)
        with Reader(path) as reader:
            assert verify(reader).problems == []
        if kill % 10 == 9:
            consistent(path)
    noted(f"{in_the_middle} of {KILLS} kills came in the middle of a batch, {len(everything)} batches acknowledged")
    assert lost(path, everything) == []
    assert in_the_middle > KILLS / 3, "kills must come where they can do harm"


def test_a_kill_between_two_batches_leaves_the_ledger_to_be_written_on(tmp_path: Path) -> None:
    """Whatever a killed writer leaves behind (its log, its lock) is no hindrance."""
    path = tmp_path / "l"
    new(path, fact("made", "shared", on="2026-01-01"))
    chance = random.Random(SEED)
    acknowledged, _ = killed(appending(path, 0, chance), chance)
    with Ledger(path) as ledger:
        (receipt,) = ledger.append(made(7_777_777))
        assert receipt.outcome == "created"
        again = ledger.append(made(7_777_777))
        assert again[0].outcome == "exists"
    assert lost(path, acknowledged) == []
    consistent(path)


def test_a_writer_that_acknowledges_too_early_is_caught(tmp_path: Path) -> None:
    """The negative control: where a loss can happen at all, these kills bring it about and the harness sees it."""
    noted("seed", SEED)
    chance = random.Random(SEED)
    path = tmp_path / "l"
    new(path, fact("made", "shared", on="2026-01-01"))
    for kill in range(3 * KILLS):
        acknowledged, _ = killed(appending(path, kill * 100_000, chance, hasty=True), chance)
        if lost(path, acknowledged):
            return
    pytest.fail("no loss was noticed")


def test_an_entry_taken_out_is_noticed(tmp_path: Path) -> None:
    """The negative control of the comparison: the last entry of a ledger is gone, with its group."""
    path = tmp_path / "l"
    (first, last) = new(path, fact("made", "a"), fact("made", "b"))
    told: list[list[object]] = [["acknowledged", [one.entry_id], [one.position]] for one in (first, last)]
    assert lost(path, told) == []
    with plain(path) as connection:
        for trigger in ("entries_no_delete", "groups_no_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DELETE FROM entries WHERE rowid = 2")
        connection.execute("DELETE FROM groups WHERE last = 2")
    assert lost(path, told) == [last.entry_id]


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    """What a kill cannot show, and a power cut would: a commit is synchronised, in the log and in the file."""
    path = tmp_path / "l"
    new(path)
    with Ledger(path) as ledger, ledger.recorder.datastore.get_connection(commit=False) as connection:
        cursor = connection.cursor()
        settings = {}
        for name in ("synchronous", "journal_mode", "foreign_keys", "trusted_schema", "cell_size_check"):
            cursor.execute(f"PRAGMA {name}")
            settings[name] = cursor.fetchone()[0]
    assert settings == {
        "synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0, "cell_size_check": 1,
    }  # fmt: skip
