"""Is an answer that of the day and of the moment asked about, and the same from the command and from a program?"""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import asked, command, environment, fact, opened

from engagement_ledger.domain.errors import NotFound


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        ledger.append(fact("made", "other", on="2026-01-01"))
        ledger.append(fact("made", "c", on="2026-01-10", obligors=["NZ"], kind="exploratory", text="A"))
        ledger.append(fact("amended", "c", on="2026-02-01", text="B"))
    return path


@pytest.mark.parametrize(("day", "text"), [("2026-01-09", None), ("2026-01-20", "A"), ("2026-02-01", "B")])
def test_what_is_shown_as_of_a_day_is_what_was_so_on_that_day(ours: Path, day: str, text: str | None) -> None:
    answer = asked(ours, "show", "commitment:c", "--as-of", day, "--json").json
    assert answer["aggregate"].get("text") == text


def test_members_are_those_of_the_day(tmp_path: Path) -> None:
    path = tmp_path / "l"
    assert asked(path, "init").code == 0
    for member, year in (("TO", "2010"), ("WS", "2020")):
        assert asked(path, "party", "join", "org:PIF", "--member", member, "--on", year).code == 0
    shown = asked(path, "show", "party:org:PIF", "--as-of", "2012-03-05", "--json").json["aggregate"]
    assert "WS" not in json.dumps(shown)
    assert "WS" in json.dumps(asked(path, "show", "party:org:PIF", "--json").json["aggregate"])


@pytest.mark.parametrize("moment", ["#1", "1", 1, "#0", 0])
def test_what_was_not_known_yet_is_not_found(ours: Path, moment: Any) -> None:
    with opened(ours) as ledger:
        with pytest.raises(NotFound):
            ledger.get("commitment:c", known_at=moment)
        assert ledger.history("commitment:c", known_at=moment) == []
        assert ledger.get("commitment:c", known_at=2).title == "A"


def test_a_program_goes_by_the_day_that_is_set(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for today, count in (("2026-01-05", 3), ("2026-01-15", 5)):
        monkeypatch.setenv("ENGAGE_TODAY", today)
        with opened(ours) as ledger:
            assert ledger.status() == asked(ours, "status", "--json").json["rows"]
            assert len(ledger.status()) == count


def test_days_and_positions_are_taken_as_python_has_them(ours: Path) -> None:
    with opened(ours) as ledger:
        for day in ("2026-01-20", date(2026, 1, 20)):
            for moment in (2, "2", "#2"):
                rows = ledger.status("commitment:c", as_of=day, known_at=moment)
                assert (
                    rows
                    == asked(ours, "status", "c", "--as-of", "2026-01-20", "--known-at", "2", "--json").json["rows"]
                )


def test_a_digest_that_two_sources_begin_with_is_ambiguous(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        digests = [
            ledger.archive(b"%d" % number, title=None, media=None, language=None, by="Mere") for number in range(40)
        ]
    first = min(digests).removeprefix("sha256:")
    assert asked(path, "source", "show", first[:20]).code == 0
    twice = next(one for one in "0123456789abcdef" if sum(d[7] == one for d in digests) > 1)
    outcome = asked(path, "source", "show", twice)
    assert outcome.code == 3
    assert "ambiguous" in outcome.err
    assert asked(path, "source", "show", "%").code == 3


def test_what_was_taken_away_names_the_entry_that_took_it(ours: Path) -> None:
    assert asked(ours, "retract", "#1", "--reason", "never true").code == 0
    rows = asked(ours, "diff", "--known", "3..4", "--json").json["changes"]
    assert {row["since"] for row in rows} == {"#4"}
    assert {row["after"] for row in rows} == {None}


def test_lists_are_in_one_order_whatever_the_hashes(tmp_path: Path) -> None:
    orders = set()
    for seed in ("1", "2", "3", "4"):
        path = tmp_path / f"l{seed}"
        args = [
            "make",
            "c",
            "--obligors",
            "NZ",
            "--obligors",
            "US",
            "--kind",
            "event",
            "--text",
            "x",
            "--on",
            "2026-02",
        ]
        for words in (["init"], ["commitment", *args], ["status", "--json", "--as-of", "2026-02-10"]):
            done = subprocess.run(
                command(path, *words), capture_output=True, env=environment({"PYTHONHASHSEED": seed}), check=True
            )
        orders.add(json.dumps([row["part"] for row in json.loads(done.stdout)["rows"]]))
    assert len(orders) == 1, orders
