"""Is what proves and keeps a ledger whole or not there, at whichever write the disk refuses?

A file may not grow beyond n bytes, which any of the writes of a command meets sooner or later: what is signed, copied,
published, archived and reported. The ledger is as it was, no half of a file is left, no key signs what differs, and the
same command goes through once there is room.

Cost: some hundred processes, half a minute.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.ledgers import consistent, eventful, opened, settled, stored_lines
from faults.processes import Told, elsewhere, no_file_beyond

from engagement_ledger.ledger.key_files import create_key, keys_of
from engagement_ledger.proof.notes import COSIGNATURE, ED25519

pytestmark = pytest.mark.faults
SIZES = (0, 300, 5_000, 60_000, 110_000)
Words = Callable[[Path], list[str]]

COMMANDS: dict[str, Words] = {
    "checkpoint create": lambda at: ["checkpoint", "create", "-o", str(at / "new")],
    "checkpoint cosign": lambda at: [
        "checkpoint", "cosign", str(at / "kept"), "--log", (at / "vkey").read_text(), "--key", str(at / "witness"),
        "-o", str(at / "new"),
    ],
    "checkpoint add": lambda at: [
        "checkpoint", "add", str(at / "cosigned"), "--witness", (at / "witness.vkey").read_text(),
    ],
    "checkpoint timestamp": lambda at: ["checkpoint", "timestamp", "--query-only", "-o", str(at / "new")],
    "prove": lambda at: ["prove", "#3", "-o", str(at / "new")],
    "an answer": lambda at: ["status", "commitment:e1", "--as-of", "2026-02-10", "--proof", str(at / "new")],
    "tiles": lambda at: ["export", "--tiles", str(at / "published")],
    "source add": lambda at: ["source", "add", str(at / "document")],
    "backup": lambda at: ["backup", str(at / "new")],
    "restore": lambda at: ["restore", str(at / "export"), "--to", str(at / "new")],
    "audit": lambda at: ["audit", "-o", str(at / "new.html")],
    "brief": lambda at: ["brief", "NZ", "-o", str(at / "new")],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger, keys, a checkpoint with a cosignature, an export and a document."""
    at = tmp_path_factory.mktemp("care")
    eventful(at / "l", commitments=20)
    create_key(at / "key", "mfa.example/ledger", (ED25519,))
    create_key(at / "witness", "witness.example/w1", (COSIGNATURE,))
    (at / "vkey").write_text(keys_of(at / "key")[0].verifier)
    (at / "witness.vkey").write_text(keys_of(at / "witness")[0].verifier)
    (at / "document").write_text("The parties agree to meet again.\n" * 900)
    for words in (
        ["checkpoint", "create", "-o", str(at / "kept")],
        ["export", "-o", str(at / "export")],
        [*COMMANDS["checkpoint cosign"](at)[:-1], str(at / "cosigned")],
    ):
        assert run(at, words).code == 0
    with opened(at / "l") as ledger:
        ledger.record({"stream": "commitment:e1", "type": "commitment.reaffirmed/1", "occurred": "2026-02-01",
                       "body": {"by": ["NZ"]}})  # fmt: skip
    settled(at / "l")
    return at


def run(at: Path, words: list[str], size: int | None = None) -> Told:
    def before() -> None:
        os.environ["ENGAGE_KEY"] = str(at / "key")
        if size is not None:
            no_file_beyond(size)()

    return elsewhere(at / "l", *words, before=before)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_meets_a_limit_leaves_all_as_it_was_and_goes_through_with_room(
    name: str, made: Path, tmp_path: Path
) -> None:
    codes = set()
    for size in SIZES:
        at = tmp_path / str(size)
        shutil.copytree(made, at)
        words, lines = COMMANDS[name](at), stored_lines(at / "l")
        told = run(at, words, size)
        codes.add(told.code)
        assert told.code in (0, 6), (size, told)
        assert "Traceback" not in told.err
        if told.code:
            assert stored_lines(at / "l")[: len(lines)] == lines
            assert not (at / "new").exists(), "no half of a file"
            assert not (at / "new.html").exists()
            assert not list(at.glob(".*.new")), sorted(at.iterdir())
        again = run(at, words)
        assert again.code == 0 or (name in ("backup", "restore") and (at / "new").exists() and told.code == 0), again
        consistent(at / "l")
    assert 6 in codes, "the limit is met somewhere"
