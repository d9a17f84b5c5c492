"""Does a stray variable in the shell move the ledger? Never. Cost: a few processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from faults.ledgers import asked, command, engage, environment, fact, new, stored_lines

NONSENSE = {
    "PERSISTENCE_MODULE": "eventsourcing.popo",
    "INFRASTRUCTURE_FACTORY": "eventsourcing.popo:POPOFactory",
    "SQLITE_DBNAME": "/nowhere/else.db",
    "SQLITE_LOCK_TIMEOUT": "soon",
    "CREATE_TABLE": "maybe",
    "ORIGINATOR_ID_TYPE": "uuid",
    "IS_SNAPSHOTTING_ENABLED": "yes",
    "AGGREGATE_CACHE_MAXSIZE": "10",
    "DEEPCOPY_FROM_AGGREGATE_CACHE": "no",
    "COMPRESSOR_TOPIC": "zlib",
    "CIPHER_TOPIC": "antigravity:geohash",
    "CIPHER_KEY": "not a key",
    "MAPPER_TOPIC": "antigravity:geohash",
    "TRANSCODER_TOPIC": "antigravity:geohash",
    "APPLICATION_RECORDER_TOPIC": "antigravity:geohash",
    "AGGREGATE_RECORDER_TOPIC": "antigravity:geohash",
    "SNAPSHOT_RECORDER_TOPIC": "antigravity:geohash",
    "FACTORY_TOPIC": "antigravity:geohash",
}
STRAY = {
    **NONSENSE,
    **{f"ENGAGEMENT_LEDGER_{name}": value for name, value in NONSENSE.items()},
    **{f"ENGAGEMENT-LEDGER_{name}": value for name, value in NONSENSE.items()},
    **{f"LEDGER_{name}": value for name, value in NONSENSE.items()},
}
FACTS = json.dumps({
    "stream": "commitment:a", "type": "commitment.made/1", "occurred": "2026-02-02", "entry_id": "1" * 32,
    "body": {"obligors": ["NZ"], "kind": "event", "text": "hold a summit"},
}).encode()  # fmt: skip
PROGRAM = """
import sys
import engagement_ledger as el
with el.open(sys.argv[1]) as ledger:
    print([entry.position for entry in ledger.history("commitment:a")], ledger.get("commitment:a").version)
    print("antigravity" in sys.modules, "eventsourcing.popo" in sys.modules)
"""


def told(path: Path, env: dict[str, str]) -> list[object]:
    """Everything from the first command on, with these settings about."""
    outcomes = [
        engage(path, "init", env=env),
        engage(path, "append", "-", "--json", stdin=FACTS, env=env),
        engage(path, "append", "-", "--json", stdin=FACTS, env=env),
        engage(path, "rebuild", env=env),
        engage(path, "status", "--json", env=env),
    ]
    assert [one.code for one in outcomes] == [0, 0, 0, 0, 0], outcomes
    outcome = json.loads(outcomes[1].out)["rows"][0]["outcome"], json.loads(outcomes[2].out)["rows"][0]["outcome"]
    status = outcomes[4].json
    return [outcome, status["rows"], status["size"]]


def test_settings_of_the_library_in_the_shell_change_nothing(tmp_path: Path) -> None:
    plainly = told(tmp_path / "plain.ledger", {})
    stray = told(tmp_path / "stray.ledger", STRAY)
    assert plainly == stray
    assert plainly[0] == ("created", "exists")
    strip = [json.loads(stored_lines(tmp_path / name)[0]) for name in ("plain.ledger", "stray.ledger")]
    for one in strip:
        del one["recorded_at"]
    assert strip[0] == strip[1]
    assert not Path("/nowhere").exists()
    assert sorted(one.name for one in tmp_path.iterdir() if not one.name.endswith(("-wal", "-shm"))) == [
        "plain.ledger", "stray.ledger",
    ]  # fmt: skip


NAMED = (
    "PERSISTENCE_MODULE", "SQLITE_DBNAME", "CREATE_TABLE", "IS_SNAPSHOTTING_ENABLED", "COMPRESSOR_TOPIC",
    "CIPHER_TOPIC",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_each_of_them_alone_leaves_a_program_with_its_ledger(tmp_path: Path, name: str) -> None:
    new(tmp_path / "l", fact("made", "a"))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "l")],
        capture_output=True, text=True, timeout=60, check=False,
        env=environment({name: NONSENSE[name], f"ENGAGEMENT-LEDGER_{name}": NONSENSE[name]}),
    )  # fmt: skip
    assert done.stdout.splitlines() == ["[1] 1", "False False"], done.stderr


def test_a_plain_application_of_the_library_is_moved_by_such_a_setting(tmp_path: Path) -> None:
    """The negative control: these settings do something where they are listened to."""
    script = "from eventsourcing.application import Application; print(type(Application().recorder).__module__)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False,
        env=environment({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(tmp_path / "moved")}),
    )  # fmt: skip
    assert done.stdout.strip() == "eventsourcing.sqlite", done.stderr
    assert (tmp_path / "moved").exists()


def test_the_file_named_is_the_file_written_whatever_characters_its_path_has(tmp_path: Path) -> None:
    (tmp_path / "facts.jsonl").write_bytes(FACTS)
    names = ("a b.ledger", "what?mode=memory", "100%.ledger", "#1.ledger", "häuser & höfe.ledger", ":memory:", "a%41")
    for name in names:
        path = tmp_path / name
        assert asked(path, "init").code == 0, name
        assert asked(path, "append", str(tmp_path / "facts.jsonl")).code == 0, name
        assert len(stored_lines(path)) == 1, name
        assert asked(path, "verify").code == 7, name
    there = sorted(one.name for one in tmp_path.iterdir() if not one.name.endswith(("-wal", "-shm")))
    assert there == sorted([*names, "facts.jsonl"])


def test_a_relative_path_is_meant_from_here(tmp_path: Path) -> None:
    done = subprocess.run(
        command(Path("here.ledger"), "init"),
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here.ledger").is_file()
