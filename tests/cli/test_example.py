"""What the example ledger must answer: one real meeting, in two batches known at different times."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.cli import demo
from engagement_ledger.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
SPACE = "dialogue:nz-us-space"
SUMMIT = "dialogue:us-pacific-summit"
MINISTERIAL = "dialogue:minerals-ministerial"
COMMITMENTS = tuple(f"commitment:nz-us-2026-c{number}" for number in range(1, 6))
FIRST, LAST = "#27", "#28"
"""The last position of the first batch, and of the second."""


def test_the_two_batches_are_groups_known_at_different_times(library: Any) -> None:
    entries = library.entries()
    groups = Counter(entry["group"] for entry in entries)
    assert len(groups) == 2
    known = {entry["group"]: entry["known_since"] for entry in entries}
    assert sorted(f"#{group}" for group in groups) == [FIRST, LAST]
    assert [known[group][:10] for group in sorted(known)] == ["2026-02-03", "2026-02-04"]


# --- the Space Dialogue --------------------------------------------------------------------------------


def test_in_the_middle_of_march_the_space_dialogue_is_scheduled_and_possibly_held(library: Any) -> None:
    row = library.rows(SPACE, "--as-of", "2026-03-15")["meeting/2"]
    assert (row["status"], row["possible"]) == ("scheduled", ["held"])
    assert row["detail"]["window"] == "2026-03"
    shown = library.engage("status", SPACE, "--as-of", "2026-03-15").well().out
    assert "scheduled, possibly held" in shown


def test_in_may_the_space_dialogue_awaits_its_outcome_and_is_never_not_held(library: Any) -> None:
    row = library.rows(SPACE, "--as-of", "2026-05-01")["meeting/2"]
    assert (row["status"], row["possible"]) == ("awaiting-outcome", [])
    assert "not-held" not in library.engage("status", SPACE, "--as-of", "2026-05-01", "--json").out


def test_before_its_window_the_space_dialogue_is_scheduled_and_nothing_else(library: Any) -> None:
    row = library.rows(SPACE, "--as-of", "2026-02-20")["meeting/2"]
    assert (row["status"], row["possible"]) == ("scheduled", [])


@pytest.mark.parametrize(
    ("day", "status", "possible"),
    [
        ("2026-02-28", "scheduled", []),
        ("2026-03-01", "scheduled", ["held"]),
        ("2026-03-31", "scheduled", ["held"]),
        ("2026-04-01", "awaiting-outcome", []),
    ],
)
def test_a_window_of_a_month_opens_on_its_first_day_and_closes_after_its_last(
    library: Any, day: str, status: str, possible: list[str]
) -> None:
    row = library.rows(SPACE, "--as-of", day)["meeting/2"]
    assert (row["status"], row["possible"]) == (status, possible)


def test_the_first_space_dialogue_was_held_in_2024(library: Any) -> None:
    row = library.rows(SPACE, "--as-of", "2024-04-12")["meeting/1"]
    assert (row["status"], row["valid_from"]) == ("held", "2024-04-12")
    assert "meeting/1" not in library.rows(SPACE, "--as-of", "2024-04-11")


# --- the summit and the ministerial ---------------------------------------------------------------------


def test_the_summit_is_scheduled_and_possibly_held_in_its_window_and_awaits_its_outcome_after_it(library: Any) -> None:
    row = library.rows(SUMMIT, "--as-of", "2026-02-10")["meeting/2026"]
    assert (row["status"], row["possible"]) == ("scheduled", ["held"])
    row = library.rows(SUMMIT, "--as-of", "2026-03-01")["meeting/2026"]
    assert (row["status"], row["possible"]) == ("awaiting-outcome", [])


@pytest.mark.parametrize("moment", [FIRST, "2026-02-03T23:59:59Z", "2026-02-03"])
def test_the_ministerial_was_held_and_before_the_second_batch_nobody_could_know(library: Any, moment: str) -> None:
    now = library.rows(MINISTERIAL, "--as-of", "2026-02-05")["meeting/2026"]
    assert (now["status"], now["possible"], now["valid_from"]) == ("held", [], "2026-02-04")
    before = library.rows(MINISTERIAL, "--as-of", "2026-02-05", "--known-at", moment)["meeting/2026"]
    assert (before["status"], before["possible"]) == ("scheduled", ["held"])


def test_a_day_after_what_was_known_is_called_a_forecast(library: Any) -> None:
    asked = ("status", MINISTERIAL, "--as-of", "2026-02-05", "--known-at", FIRST)
    assert library.engage(*asked, "--json").well().json["projection"] is True
    assert "forecast" in library.engage(*asked).well().out
    asked = ("status", MINISTERIAL, "--as-of", "2026-02-03", "--known-at", FIRST)
    assert library.engage(*asked, "--json").well().json["projection"] is False


def test_on_the_third_of_february_the_ministerial_was_scheduled_whatever_came_to_be_known(library: Any) -> None:
    on = ("--as-of", "2026-02-03")
    then = library.rows(MINISTERIAL, *on, "--known-at", FIRST)["meeting/2026"]
    now = library.rows(MINISTERIAL, *on)["meeting/2026"]
    assert (then["status"], then["possible"]) == ("scheduled", ["held"])
    assert (now["status"], now["possible"]) == ("scheduled", [])


# --- the commitments -------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", COMMITMENTS)
def test_each_obligor_of_each_commitment_made_it_and_none_fulfilled_it(library: Any, stream: str) -> None:
    rows = library.rows(stream, "--as-of", "2026-02-10")
    assert set(rows) == {"overall", "obligor/NZ", "obligor/US"}
    assert {row["status"] for row in rows.values()} == {"made"}
    assert all(row["possible"] == [] for row in rows.values())


@pytest.mark.parametrize("part", ["overall", "obligor/NZ", "obligor/US"])
def test_the_recognised_commitment_is_open_on_the_left(library: Any, part: str) -> None:
    rows = library.rows(COMMITMENTS[1], "--as-of", "2025-06-30")
    row = rows[part]
    assert (row["status"], row["possible"], row["valid_from"]) == (None, ["made"], None)


def test_the_others_are_not_there_before_the_day_on_which_they_were_made(library: Any) -> None:
    for stream in (COMMITMENTS[0], *COMMITMENTS[2:]):
        assert library.rows(stream, "--as-of", "2026-02-01") == {}


def test_there_are_five_commitments_and_nothing_is_fulfilled(library: Any) -> None:
    answer = library.engage("status", "--kind", "commitment", "--json").well().json
    assert sorted({row["stream"] for row in answer["rows"]}) == list(COMMITMENTS)
    assert library.engage("status", "--status", "fulfilled", "--json").well().json["rows"] == []


@pytest.mark.parametrize("stream", [COMMITMENTS[1], COMMITMENTS[4]])
@pytest.mark.parametrize("obligor", ["NZ", "US"])
def test_what_one_undertook_to_continue_is_never_fulfilled(example: Any, stream: str, obligor: str) -> None:
    with example.unchanged():
        answer = example.engage(
            "commitment", "fulfil", stream, "--obligor", obligor, "--evidence", "A report", "--on", "2026-02-03"
        ).refused(1)
    assert "a maintenance commitment is kept up, never fulfilled" in answer.err
    assert "engage commitment discontinue" in answer.err


def test_what_has_an_end_to_reach_can_be_fulfilled_by_one_obligor(example: Any) -> None:
    stream = COMMITMENTS[2]
    example.engage(
        "commitment", "fulfil", stream, "--obligor", "NZ", "--evidence", "A report", "--on", "2026-02-09"
    ).well()
    rows = example.rows(stream, "--as-of", "2026-02-10")
    assert [rows[part]["status"] for part in ("obligor/NZ", "obligor/US", "overall")] == ["fulfilled", "made", "made"]


# --- what changed, who says so ---------------------------------------------------------------------------


def test_what_changed_in_the_world_in_february(library: Any) -> None:
    answer = library.engage("diff", "2026-02-01..2026-03-01", "--json").well().json
    changed = {(row["stream"], row["part"], row["from"]) for row in answer["changes"]}
    assert {
        (SUMMIT, "meeting/2026", "2026-02-02"),
        (SUMMIT, "meeting/2026", "2026-02-03"),
        (SUMMIT, "meeting/2026", "2026-03-01"),
        (MINISTERIAL, "meeting/2026", "2026-02-04"),
        ("dialogue:nz-us-strategic", "meeting/2026-02-02", "2026-02-02"),
        ("instrument:nz-us-minerals", "whole", "2026-02-02"),
        (SPACE, "meeting/2", "2026-03-01"),
        *((stream, part, "2026-02-02") for stream in COMMITMENTS for part in ("overall", "obligor/NZ", "obligor/US")),
    } <= changed
    assert all("2026-02-01" < day <= "2026-03-01" for _, _, day in changed)
    assert answer["between"] == ["2026-02-01", "2026-03-01"]


def test_what_the_second_batch_taught_is_about_the_ministerial_alone(library: Any) -> None:
    answer = library.engage("diff", "--known", f"{FIRST}..{LAST}", "--json").well().json
    assert {(row["stream"], row["part"]) for row in answer["changes"]} == {(MINISTERIAL, "meeting/2026")}
    assert {row["since"] for row in answer["changes"]} == {LAST}
    told = {(row["from"], row["to"]): (row["before"], row["after"]) for row in answer["changes"]}
    before, after = told["2026-02-09", None]
    assert before.startswith("awaiting-outcome")
    assert after.startswith("held")
    assert library.engage("diff", "--known", f"{LAST}..{LAST}", "--json").well().json["changes"] == []


def test_blame_names_entry_person_and_source_of_every_field_of_every_stream(library: Any) -> None:
    entries = library.entries()
    asked = 0
    for stream in sorted({entry["stream"] for entry in entries}):
        own = [entry for entry in entries if entry["stream"] == stream]
        fields = {name for entry in own for name in entry["body"]} | {"occurred"}
        everything = library.engage("blame", stream, "--json").well().json["rows"]
        assert {row["field"] for row in everything} == fields
        for name in sorted(fields):
            rows = library.engage("blame", stream, name, "--json").well().json["rows"]
            bearing = [entry for entry in own if name == "occurred" or name in entry["body"]]
            assert len(rows) == len(bearing)
            for row in rows:
                entry = entries[int(row["entry"].removeprefix("#")) - 1]
                assert entry["stream"] == stream
                assert row["field"] == name
                assert row["value"] == (entry["occurred"] if name == "occurred" else entry["body"][name])
                assert row["recorded_by"] == demo.RECORDER
                assert row["source"].startswith(entry["sources"][0]["document"])
                asked += 1
    assert asked > 100


def test_blame_of_a_part_or_of_a_corrected_field_names_the_entry_that_set_it(example: Any) -> None:
    row = example.engage("blame", f"{SPACE}/meeting/2", "window", "--json").well().json["rows"]
    assert [(one["value"], one["entry"]) for one in row] == [("2026-03", "#22")]
    example.engage("correct", "#22", "venue=Washington", "--reason", "as written", "--as", "tama").well()
    (row,) = example.engage("blame", f"{SPACE}/meeting/2", "venue", "--json").well().json["rows"]
    assert (row["value"], row["entry"], row["corrects"], row["recorded_by"]) == ("Washington", "#29", "#22", "tama")


def test_a_cancellation_recorded_today_changes_the_answer_from_now_on_and_not_what_was_known_before(
    example: Any,
) -> None:
    before = example.rows(SPACE, "--as-of", "2026-03-15")
    asked = ("status", SPACE, "--as-of", "2026-03-15", "--known-at", LAST, "--json")
    then = example.engage(*asked).well().raw
    example.engage(
        "dialogue", "cancel", "nz-us-space", "--meeting", "2", "--on", "2026-03-01", "--source", "A notice"
    ).well()
    now = example.rows(SPACE, "--as-of", "2026-03-15")
    assert (now["meeting/2"]["status"], now["meeting/2"]["valid_from"]) == ("cancelled", "2026-03-01")
    assert (before["meeting/2"]["status"], before["meeting/2"]["possible"]) == ("scheduled", ["held"])
    assert example.engage(*asked).well().raw == then
    assert json.loads(then)["rows"] == list(before.values())
    assert now["meeting/1"] == before["meeting/1"]


# --- every row of the source, in our own words -----------------------------------------------------------

HELD = "relationship:nz-us"
ROWS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        HELD,
        "relationship.partnership-reaffirmed/1",
        "2026-02-02",
        {"by": {"NZ", "US"}, "label": "strategic partnership"},
    ),
    ("dialogue:nz-us-strategic", "dialogue.meeting-held/1", "2026-02-02", {"venue": "Washington"}),
    (
        "dialogue:nz-us-strategic",
        "dialogue.statement-issued/1",
        "2026-02-02~",
        {"kind": "joint", "issuers": {"NZ", "US"}},
    ),
    (HELD, "relationship.position-affirmed/1", "2026-02-02", {"by": {"NZ", "US"}, "text": "Indo-Pacific"}),
    (HELD, "relationship.progress-welcomed/1", "2026-02-02", {"by": {"NZ", "US"}, "text": "efence"}),
    (
        HELD,
        "relationship.act-acknowledged/1",
        "2026-02-02",
        {"by": {"US"}, "of": "NZ", "act": "MH-60R", "when": "../2026-02-02"},
    ),
    (HELD, "relationship.position-affirmed/1", "2026-02-02", {"by": {"NZ", "US"}, "text": "efence capability"}),
    (COMMITMENTS[0], "commitment.made/1", "2026-02-02", {"kind": "exploratory", "obligors": {"NZ", "US"}}),
    (COMMITMENTS[1], "commitment.recognised/1", "../2026-02-02", {"kind": "maintenance", "obligors": {"NZ", "US"}}),
    (COMMITMENTS[2], "commitment.made/1", "2026-02-02", {"kind": "achievement", "obligors": {"NZ", "US"}}),
    (
        SUMMIT,
        "dialogue.meeting-scheduled/1",
        "../2026-02-02",
        {"window": "[2026-02-03..2026-02-28]", "host": "US", "invited": {"org:PIF"}, "venue": "Honolulu"},
    ),
    (HELD, "relationship.act-acknowledged/1", "2026-02-02", {"by": {"NZ"}, "of": "US", "act": "Pacific Islands Forum"}),
    (HELD, "relationship.act-acknowledged/1", "2026-02-02", {"by": {"NZ", "US"}, "of": "partners", "act": "invest"}),
    (HELD, "relationship.interest-affirmed/1", "2026-02-02", {"by": {"NZ", "US"}, "text": "trade and investment"}),
    ("instrument:nz-us-minerals", "instrument.proposed/1", "../2026-02-02", {"title": "Critical Minerals Framework"}),
    (
        MINISTERIAL,
        "dialogue.meeting-scheduled/1",
        "../2026-02-02",
        {"window": "[2026-02-02..2026-02-08]", "host": "US"},
    ),
    (MINISTERIAL, "dialogue.participation-reported/1", "../2026-02-02", {"parties": {"NZ"}}),
    (COMMITMENTS[3], "commitment.made/1", "2026-02-02", {"kind": "exploratory", "obligors": {"NZ", "US"}}),
    (HELD, "relationship.progress-welcomed/1", "2026-02-02", {"by": {"NZ", "US"}, "text": "space"}),
    (
        SPACE,
        "dialogue.meeting-scheduled/1",
        "../2026-02-02",
        {"window": "2026-03", "ordinal": 2, "venue": "Washington"},
    ),
    (SPACE, "dialogue.meeting-held/1", "2024-04-12", {"ordinal": 1}),
    (HELD, "relationship.position-affirmed/1", "2026-02-02", {"by": {"NZ", "US"}, "text": "Antarctica"}),
    (COMMITMENTS[4], "commitment.made/1", "2026-02-02", {"kind": "maintenance", "obligors": {"NZ", "US"}}),
    (HELD, "relationship.act-acknowledged/1", "2026-02-02", {"by": {"US"}, "of": "NZ", "act": "logistic"}),
    (HELD, "relationship.act-acknowledged/1", "2026-02-02", {"by": {"US"}, "of": "NZ", "act": "inspections"}),
    (HELD, "relationship.engagement-anticipated/1", "2026-02-02", {"by": {"NZ", "US"}, "window": "2026-02-02/.."}),
    (MINISTERIAL, "dialogue.meeting-held/1", "2026-02-04", {}),
)
"""What the source reports and the public record added: stream, event, date, and what it must say."""


def _says(entry: dict[str, Any], row: tuple[str, str, str, dict[str, Any]]) -> bool:
    stream, kind, occurred, wanted = row
    if (entry["stream"], entry["type"], entry["occurred"]) != (stream, kind, occurred):
        return False
    for name, value in wanted.items():
        found = entry["body"].get(name)
        if isinstance(value, set):
            if set(found or ()) != value:
                return False
        elif isinstance(value, str):
            if value not in str(found):
                return False
        elif found != value:
            return False
    return True


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row[0].partition(':')[2]} {row[1]} {number}" for number, row in enumerate(ROWS)]
)
def test_every_row_of_the_source_is_in_the_example(library: Any, row: tuple[str, str, str, dict[str, Any]]) -> None:
    assert [entry["position"] for entry in library.entries() if _says(entry, row)]


def test_each_row_is_an_entry_of_its_own_and_only_the_opening_of_the_relationship_is_added(library: Any) -> None:
    entries = library.entries()
    left = list(range(len(entries)))
    for row in sorted(ROWS, key=lambda row: -len(str(row[3]))):
        left.remove(next(index for index in left if _says(entries[index], row)))
    assert [entries[index]["type"] for index in left] == ["relationship.opened/1"]


def test_the_participants_of_the_strategic_dialogue_held_their_offices_then(library: Any) -> None:
    (held,) = (entry for entry in library.entries() if _says(entry, ROWS[1]))
    people = {(one["person"].split()[-1], one["party"]): one["office"] for one in held["body"]["participants"]}
    assert people == {
        ("Landau", "US"): "Deputy Secretary of State",
        ("Corry", "NZ"): "Secretary of Foreign Affairs and Trade",
    }


@pytest.mark.parametrize(("number", "strands"), [(3, 3), (4, 4), (5, 3)])
def test_a_commitment_of_several_strands_bears_a_theme_for_each(library: Any, number: int, strands: int) -> None:
    (made,) = (entry for entry in library.entries() if entry["stream"] == COMMITMENTS[number - 1])
    assert len(made["body"]["themes"]) == strands


def test_what_the_source_leaves_vague_stays_vague_and_keeps_its_words(library: Any) -> None:
    words = {entry["stream"]: entry.get("occurred_text") for entry in library.entries() if "occurred_text" in entry}
    assert words == {SUMMIT: "later this month", MINISTERIAL: "this week"}


def test_every_entry_cites_its_source(library: Any) -> None:
    assert all(entry["sources"] for entry in library.entries())


def _shingles(text: str, size: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w-]+", text.casefold())
    return {tuple(words[index : index + size]) for index in range(len(words) - size + 1)}


def test_no_sentence_of_the_source_is_copied_into_the_example() -> None:
    folder = ROOT.parent / "shared" / "seed"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))] if folder.is_dir() else []
    if not texts:
        pytest.skip("the source that the example retells is absent: nothing to compare with")
    told = " ".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "exchange" / "example").glob("*.yaml")))
    source = set().union(*map(_shingles, texts))
    assert _shingles(told) & source == set()
    assert _shingles(texts[0]) & source, "shared runs of words would be found"


# --- the demo ---------------------------------------------------------------------------------------------


def test_the_demo_shows_each_question_with_its_answer_and_keeps_the_ledger_where_asked(desk: Any) -> None:
    answer = desk.process("demo", "--keep", "kept.ledger").well()
    for words, command in demo.ASKED:
        assert words in answer.out
        assert f"$ engage {command}" in answer.out
    assert "scheduled, possibly held" in answer.out
    assert "never fulfilled" in answer.err
    kept = desk.engage("--ledger", "kept.ledger", "status", SPACE, "--as-of", "2026-05-01").well()
    assert "awaiting-outcome" in kept.out


def test_the_demo_leaves_nothing_behind_unless_asked_and_never_overwrites(desk: Any) -> None:
    before = sorted(path.name for path in desk.folder.iterdir())
    desk.process("demo").well()
    assert sorted(path.name for path in desk.folder.iterdir()) == before
    kept = desk.write("precious.txt", "mine")
    desk.engage("demo", "--keep", kept).refused(6)
    assert kept.read_text() == "mine"


def test_the_example_is_built_alike_every_time(library: Any, tmp_path: Path) -> None:
    again = tmp_path / "again.ledger"
    demo.build(again)
    first = [{**entry, "recorded_at": ""} for entry in library.entries()]
    library_again = library.engage("--ledger", again, "export").well().raw
    assert [{**json.loads(line), "recorded_at": ""} for line in library_again.splitlines()] == first


def test_run_returns_the_code_that_the_process_would_end_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["status"]) == 6
    assert run(["--version"]) == 0
