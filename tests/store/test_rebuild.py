"""Are the rows what the entries give? Written with them, derived anew, compared, swapped and explained.

Cost: real files, under ten seconds.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from faults.ledgers import asked, consistent, contents, digest, engage, fact, new, opened, plain, settled
from faults.tampering import TAMPERED, tamper

from engagement_ledger.domain.errors import Refusal


def derived(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that is derived, by name and not by number."""
    with plain(path) as connection:
        return {
            "periods": sorted(
                connection.execute(
                    "SELECT s.name, p.name, valid_from, known_from, valid_to, known_to, status, possible, "
                    "flags, detail FROM periods LEFT JOIN names s ON s.id = stream LEFT JOIN names p ON p.id = part "
                    "LEFT JOIN standings t ON t.id = standing"
                ).fetchall(),
                key=repr,
            ),
            "frontiers": sorted(
                connection.execute("SELECT name, region, body FROM frontiers JOIN names ON id = stream").fetchall()
            ),
        }


def recorded(path: Path) -> list[object]:
    """All that is recorded."""
    with plain(path) as connection:
        return [
            connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("entries", "groups", "nodes", "sources", "types")
        ]


def test_rows_are_written_with_the_entry_or_not_at_all(path: Path) -> None:
    before = contents(path)
    with opened(path) as ledger, pytest.raises(Refusal):
        ledger.append(fact("made", "fresh"), fact("fulfilled", "fresh", on="2026-02-02", obligor="FJ"))
    assert contents(path) == before
    with opened(path) as ledger:
        ledger.append(fact("made", "fresh"))
        assert [row["status"] for row in ledger.status("commitment:fresh", as_of="2026-02-10")] == ["made"] * 3


def test_a_ledger_that_nobody_touched_is_rebuilt_to_the_very_same(path: Path) -> None:
    before = contents(path)
    outcome = engage(path, "rebuild")
    assert outcome.code == 0
    assert outcome.out == b""
    assert "equal to what was stored" in outcome.err
    assert contents(path) == before


def test_the_rows_of_every_moment_are_those_that_a_replay_to_it_gives(path: Path) -> None:
    with plain(path) as connection:
        ends = [row[0] for row in connection.execute("SELECT last FROM groups")]
    for last in ends[:: max(1, len(ends) // 25)]:
        outcome = asked(path, "replay", "--to", f"#{last}")
        assert outcome.code == 0, outcome
        assert b"equal" in outcome.out + outcome.err.encode(), outcome


@pytest.mark.parametrize(("what", "statement", "explained"), TAMPERED, ids=[one[0] for one in TAMPERED])
def test_what_was_tampered_with_is_found_explained_and_put_right(
    path: Path, what: str, statement: str, explained: str
) -> None:
    untouched, lines = derived(path), recorded(path)
    tamper(path, statement)
    assert derived(path) != untouched, "the negative control: something was changed"
    outcome = asked(path, "rebuild")
    assert outcome.code == 0, outcome
    assert b"differed: " in outcome.out, outcome
    assert explained.encode() in outcome.out, outcome
    assert "differed and were replaced" in outcome.err
    assert derived(path) == untouched
    assert recorded(path) == lines, "a rebuild never changes what was recorded"
    consistent(path)
    assert "equal to what was stored" in asked(path, "rebuild").err


PERIODS = [one for one in TAMPERED if "frontier" not in one[0]]


@pytest.mark.parametrize(("what", "statement", "explained"), PERIODS, ids=[one[0] for one in PERIODS])
def test_a_replay_says_before_the_rebuild_that_they_differ(
    path: Path, what: str, statement: str, explained: str
) -> None:
    tamper(path, statement)
    outcome = asked(path, "replay")
    assert outcome.code == 4, outcome
    assert "differ" in outcome.err + outcome.out.decode()
    full = asked(path, "verify", "--full")
    assert full.code == 4, full
    assert "derived otherwise" in full.err
    asked(path, "rebuild")
    assert asked(path, "replay").code == 0
    assert asked(path, "verify", "--full").code == 7


FRONTIERS = [one for one in TAMPERED if "frontier" in one[0]]


@pytest.mark.parametrize(("what", "statement", "explained"), FRONTIERS, ids=[one[0] for one in FRONTIERS])
def test_a_full_verification_finds_a_frontier_that_is_not_derived(
    path: Path, what: str, statement: str, explained: str
) -> None:
    """The next step would be judged wrongly by it, so it is no less a finding than a row."""
    tamper(path, statement)
    outcome = asked(path, "verify", "--full")
    assert outcome.code == 4, outcome


@pytest.mark.parametrize(
    "body", ["x'ff00'", "CAST('{}' AS BLOB)", "CAST('[1]' AS BLOB)", "CAST('[1,[7],[8]]' AS BLOB)"]
)
def test_appending_by_a_frontier_that_cannot_be_read_is_an_error_with_a_way_out(path: Path, body: str) -> None:
    with plain(path) as connection:
        connection.execute(f"UPDATE frontiers SET body = {body}")
    before = contents(path)
    outcome = asked(path, "commitment", "progress", "e2", "--occurred", "2026-02-02", "--obligor", "NZ")
    assert outcome.code in (4, 6), outcome
    assert "engage verify --full" in outcome.err
    assert contents(path) == before
    assert asked(path, "rebuild").code == 0
    assert asked(path, "commitment", "progress", "e2", "--occurred", "2026-02-02", "--obligor", "NZ").code == 0
    consistent(path)


@pytest.mark.parametrize("day", [-5, 3_652_060, 9_000_000, 9_999_999, 1 << 40])
@pytest.mark.parametrize("end", ["valid_from", "valid_to"])
def test_a_period_on_a_day_that_no_calendar_has_is_an_error_with_a_way_out(path: Path, end: str, day: int) -> None:
    with plain(path) as connection:
        connection.execute(
            f"UPDATE OR IGNORE periods SET {end} = {day} WHERE valid_to = (SELECT max(valid_to) FROM periods)"
        )
    for question in (
        ["status"],
        ["status", "--json"],
        ["timeline", "commitment:e1"],
        ["diff", "2026-01-01..2026-02-10"],
    ):
        outcome = asked(path, *question)
        assert outcome.code in (0, 4, 6), outcome
    assert asked(path, "verify", "--full").code == 4
    assert asked(path, "rebuild").code == 0
    consistent(path)


def test_rows_of_one_stream_do_not_depend_on_the_others(tmp_path: Path) -> None:
    """The same facts of one commitment, alone and among others: the same answers."""
    facts = [fact("made", "a"), fact("progress-reported", "a", obligor="NZ"), fact("fulfilled", "a", obligor="NZ")]
    new(tmp_path / "alone", *facts)
    new(tmp_path / "among", facts[0], fact("made", "b"), facts[1], fact("made", "c"), facts[2])
    rows = [
        [
            {name: value for name, value in row.items() if not name.startswith("known")}
            for row in asked(tmp_path / name, "status", "commitment:a", "--json", "--as-of", "2026-02-10").json["rows"]
        ]
        for name in ("alone", "among")
    ]
    assert rows[0] == rows[1] != []


def test_a_rebuild_of_an_empty_ledger_derives_nothing(tmp_path: Path) -> None:
    new(tmp_path / "l")
    before = digest(tmp_path / "l")
    assert "derived 0 periods from 0 entries" in asked(tmp_path / "l", "rebuild").err
    settled(tmp_path / "l")
    assert digest(tmp_path / "l") == before


_OPEN_TWICE = """
from engagement_ledger.domain.commitment import MACHINES
from engagement_ledger.domain.worlds import search_worlds
from engagement_ledger.domain.steps import Step

steps = [
    Step(("a", 0), 1, 1, "make", (("CL", "US"), "achievement", None, "all", None)),
    Step(("b", 0), 50, 50, "progress", ("US",)),
    Step(("c", 0), 40, 70, "stall", (None,)),
    Step(("d", 0), 80, 80, "resume", (None,)),
    Step(("e", 0), 75, 99, "dispute", ("CL",)),
]
print(search_worlds(MACHINES["obligors"]("obligors"), steps).base_states)
"""


def test_what_the_next_step_is_judged_by_is_the_same_in_every_process() -> None:
    """Python's hashes of text differ from process to process; what is stored must not."""
    found = {
        subprocess.run(
            [sys.executable, "-c", _OPEN_TWICE],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(8)
    }
    assert len(found) == 1
    assert found.pop().count("State(") == 2, "one state alone would be in order by itself"
