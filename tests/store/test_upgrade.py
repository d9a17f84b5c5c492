"""Is a ledger of an earlier version brought to this one's layout with its entries, root and answers as they were?"""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path

import pytest
from faults.ledgers import asked, plain, stored_lines
from faults.processes import started

LEDGERS = Path(__file__).resolve().parents[1] / "golden" / "ledgers"
ROOT = "0d32f95cc3f0929af889d93a03d7aaf94344519021d76e3b8d28850e01ca5f1f"
QUESTIONS = [
    ["status", "--json", "--as-of", "2026-03-15"],
    ["status", "--json", "--as-of", "2026-01-15", "--known-at", "#20"],
    ["log", "--json"],
    ["due", "--json"],
]


@pytest.fixture(params=[1, 2, 3, 4, 5])
def old(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "l"
    shutil.copy(LEDGERS / f"format-{request.param}.ledger", path)
    return path


def test_an_older_ledger_is_read_as_it_is(old: Path) -> None:
    outcome = asked(old, "verify", "--json")
    assert (outcome.code, outcome.json["size"], outcome.json["root"]) == (7, 146, ROOT)
    assert asked(old, "status", "dialogue:nz-us-space").code == 0


def test_an_older_ledger_is_no_altered_one(old: Path) -> None:
    for command in (["verify"], ["verify", "--full"], ["replay", "--end"]):
        outcome = asked(old, *command)
        assert outcome.code == (0 if command[0] == "replay" else 7), outcome
        assert "run engage upgrade" in outcome.err
        assert "rebuild" not in outcome.err


def test_an_older_ledger_whose_periods_were_changed_is_an_altered_one(old: Path) -> None:
    with plain(old) as connection:
        connection.execute("UPDATE periods SET valid_to = valid_to - 1 WHERE valid_to < 800000")
    for command in (["verify", "--full"], ["replay", "--end"]):
        assert asked(old, *command).code == 4


def test_an_older_ledger_is_written_to_once_it_is_upgraded(old: Path) -> None:
    outcome = asked(old, "retract", "#1", "--reason", "x")
    assert outcome.code == 6
    assert "engage upgrade" in outcome.err
    assert asked(old, "rebuild").code == 6
    before, lines = [asked(old, *question).out for question in QUESTIONS], stored_lines(old)
    outcome = asked(old, "upgrade")
    assert outcome.code == 0, outcome
    assert ROOT in outcome.err
    assert outcome.out == b"", "what this version derives is what that one did"
    assert stored_lines(old) == lines
    assert [asked(old, *question).out for question in QUESTIONS] == before
    assert asked(old, "verify", "--full").code == 7
    assert asked(old, "rebuild").out == b""
    assert asked(old, "retract", "#146", "--reason", "x").code == 0
    assert asked(old, "verify", "--full").code == 7


def test_to_upgrade_twice_is_to_upgrade_once(old: Path) -> None:
    assert asked(old, "upgrade").code == 0
    outcome = asked(old, "upgrade")
    assert outcome.code == 0
    assert "nothing to do" in outcome.err


def test_an_altered_ledger_is_not_upgraded(old: Path) -> None:
    with plain(old) as connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute("UPDATE entries SET leaf = zeroblob(32) WHERE rowid = 3")
    outcome = asked(old, "upgrade")
    assert outcome.code == 4
    assert "#3" in outcome.err


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_an_upgrade_that_is_killed_is_done_or_not_begun(old: Path, after: float) -> None:
    child = started(lambda say: (say("begun"), asked(old, "upgrade").code)[1])
    assert child.line() == "begun"
    time.sleep(after)
    child.send(signal.SIGKILL)
    assert child.end() in (0, -signal.SIGKILL)
    outcome = asked(old, "verify", "--json")
    assert (outcome.code, outcome.json["root"]) == (7, ROOT)
    assert asked(old, "upgrade").code == 0
    assert asked(old, "verify", "--full").code == 7


# --- rules that were mended ------------------------------------------------------------------------------


@pytest.fixture
def judged_before(tmp_path: Path) -> Path:
    """A ledger of format 4 in which commitments were flagged by the rules of that version."""
    path = tmp_path / "l"
    shutil.copy(LEDGERS / "format-4-flags.ledger", path)
    return path


def flagged(path: Path, flag: str) -> set[str]:
    answer = asked(path, "status", "--flag", flag, "--as-of", "2026-06-01", "--json")
    return {f"{row['stream']}/{row['part']}" for row in answer.json["rows"]}


def test_flags_of_an_earlier_version_are_no_alteration_and_are_answered_as_they_were(judged_before: Path) -> None:
    assert flagged(judged_before, "overdue") == {"commitment:proposed/overall", "commitment:proposed/obligor/NZ"}
    assert flagged(judged_before, "late") == set()
    for command in (["verify"], ["verify", "--full"], ["replay", "--end"]):
        assert asked(judged_before, *command).code == (0 if command[0] == "replay" else 7)


def test_an_upgrade_derives_flags_by_the_rules_of_today_and_names_what_differed(judged_before: Path) -> None:
    root = asked(judged_before, "verify", "--json").json["root"]
    outcome = asked(judged_before, "upgrade")
    assert outcome.code == 0
    told = outcome.out.decode()
    for stream in ("commitment:proposed", "commitment:late", "commitment:conditional"):
        assert f"differed: {stream}/overall" in told
    assert "commitment:plain" not in told
    assert flagged(judged_before, "overdue") == set()
    assert flagged(judged_before, "late") == {"commitment:late/overall", "commitment:late/obligor/NZ"}
    assert flagged(judged_before, "conditional") == {"commitment:conditional/overall"}
    assert asked(judged_before, "verify", "--json").json["root"] == root
    assert asked(judged_before, "verify", "--full").code == 7


@pytest.mark.parametrize("change", ["valid_to = valid_to - 1 WHERE valid_to < 800000", "known_from = known_from + 1"])
def test_of_flags_of_an_earlier_version_an_altered_period_is_still_told(judged_before: Path, change: str) -> None:
    """The negative control: only flags are passed over."""
    with plain(judged_before) as connection:
        connection.execute(f"UPDATE periods SET {change}")
    for command in (["verify", "--full"], ["replay", "--end"]):
        assert asked(judged_before, *command).code == 4


# What was recorded: a lead that left, a member whose group is done, a vague lapse, an embassy that was told again.
MENDED_SINCE_5 = {
    "commitment:lead/overall": ("left", "fulfilled"),
    "commitment:member/obligor/org:PIF>KI": ("in-progress", "fulfilled"),
    "commitment:lapsed/overall": ("lapsed", "lapsed late"),
    "relationship:r/mission/US>SY": ("embassy", "embassy operations-suspended"),
    "commitment:plain/overall": ("fulfilled late", "fulfilled late"),
}


def test_what_the_rules_of_an_earlier_version_gave_is_no_alteration_and_is_derived_anew(tmp_path: Path) -> None:
    path = tmp_path / "l"
    shutil.copy(LEDGERS / "format-5-rules.ledger", path)

    def standing() -> dict[str, str]:
        rows = asked(path, "status", "--json", "--as-of", "2026-11-26").json["rows"]
        told = {f"{row['stream']}/{row['part']}": " ".join([row["status"], *row["flags"]]) for row in rows}
        return {part: told[part] for part in MENDED_SINCE_5}

    assert standing() == {part: before for part, (before, _) in MENDED_SINCE_5.items()}
    for command in (["verify", "--full"], ["replay", "--end"]):
        assert asked(path, *command).code == (0 if command[0] == "replay" else 7)
    outcome = asked(path, "upgrade")
    assert outcome.code == 0
    told = outcome.out.decode()
    for part, (before, after) in MENDED_SINCE_5.items():
        assert (f"differed: {part} " in told) is (before != after)
    assert "missing" not in told
    assert "no entry gives it" not in told
    assert standing() == {part: after for part, (_, after) in MENDED_SINCE_5.items()}
    assert asked(path, "verify", "--full").code == 7
    assert asked(path, "rebuild").out == b""
