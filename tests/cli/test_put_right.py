"""Is what was corrected or retracted listed as it counts, and marked, wherever entries are listed?

Compared with a plain scan of the export, to which each correction is applied by hand.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from brute import seed
from histories import Dice

from engagement_ledger.domain.dates import When
from engagement_ledger.domain.sayings import only_says
from engagement_ledger.record.lines import entry_of

R = "relationship:r"


@pytest.fixture
def three(desk: Any) -> Any:
    """Three positions, of which one was misread, and one never taken."""
    for text, on in (("one", "2026-01-20"), ("two", "2026-02-20"), ("never", "2026-02-21")):
        desk.engage("relationship", "affirm", "r", "--by", "NZ", "--by", "FJ", "--text", text, "--on", on).well()
    desk.engage("correct", "#1", "occurred=2026-03-20", "note=at the third meeting", "--reason", "misread").well()
    desk.engage("retract", "#3", "--reason", "nobody said so").well()
    return desk


def listed(desk: Any, *asked: str) -> list[tuple[str, str, str | None]]:
    """(entry, occurred, mark) of the table."""
    lines = desk.engage(*asked, "--format", "tsv").well().lines
    columns = lines[0].split("\t")
    rows = [dict(zip(columns, line.split("\t"), strict=True)) for line in lines[1:]]
    return [(row["entry"], row["occurred"], row.get("mark") or None) for row in rows]


def facts(rows: list[tuple[str, str, str | None]]) -> list[tuple[str, str, str | None]]:
    """Those that are no corrections or retractions."""
    return [row for row in rows if row[0] in ("#1", "#2", "#3")]


FACTS = [("#2", "2026-02-20", None), ("#3", "2026-02-21", "retracted by #5"), ("#1", "2026-03-20", "corrected by #4")]


def test_the_log_applies_corrections_and_marks_what_was_put_right(three: Any) -> None:
    assert facts(listed(three, "log", R, "--by", "world")) == FACTS
    assert listed(three, "log", R)[:3] == [FACTS[2], FACTS[0], FACTS[1]]
    assert listed(three, "log", "-n", "3")[0] == FACTS[1]
    assert three.engage("log", R).well().lines[1].split()[-1] == "mark"
    assert "mark" not in three.engage("log", R, "--known-at", "#3").well().lines[1]


def test_the_log_as_recorded_keeps_the_first_values_and_the_marks(three: Any) -> None:
    told = facts(listed(three, "log", R, "--by", "world", "--as-recorded"))
    assert told == [("#1", "2026-01-20", "corrected by #4"), *FACTS[:2]]
    first = three.engage("log", R, "--as-recorded", "--json").well().json["entries"][0]
    assert first.pop("corrected_by") == ["#4"]
    assert first == three.entries()[0]


def test_a_search_finds_what_the_facts_say_now_and_marks_it(three: Any) -> None:
    assert listed(three, "search", "never") == [FACTS[1]]
    assert listed(three, "search", "third", "affirmed") == [FACTS[2]]
    assert listed(three, "search", "2026-01-20") == []
    assert listed(three, "search", "2026-01-20", "--as-recorded") == [("#1", "2026-01-20", "corrected by #4")]


def test_as_known_before_it_was_put_right_nothing_is_marked(three: Any) -> None:
    assert listed(three, "log", R, "--known-at", "#3") == [
        ("#1", "2026-01-20", None), ("#2", "2026-02-20", None), ("#3", "2026-02-21", None),
    ]  # fmt: skip
    assert listed(three, "search", "never", "--known-at", "#4") == [("#3", "2026-02-21", None)]


def said(desk: Any, *asked: str) -> list[tuple[str, str, list[str]]]:
    rows = desk.engage("show", R, *asked, "--json").well().json["said"]
    return [(row["entry"], row["body"]["text"], row["corrected_by"]) for row in rows]


def test_what_was_said_is_shown_as_of_the_day_and_as_known_then(three: Any) -> None:
    assert said(three, "--as-of", "2026-03-20") == [("#2", "two", []), ("#1", "one", ["#4"])]
    assert said(three, "--as-of", "2026-03-19") == [("#2", "two", [])]
    assert said(three, "--as-of", "2026-02-21", "--known-at", "#3") == [
        ("#1", "one", []), ("#2", "two", []), ("#3", "never", []),
    ]  # fmt: skip
    table = three.engage("show", R, "--as-of", "2026-03-20").well().out
    assert "by NZ, FJ; text one" in table
    assert "corrected by #4" in table
    assert "never" not in table


def learned(desk: Any, moments: str) -> list[tuple[str, bool, bool, str]]:
    rows = desk.engage("diff", "--known", moments, "--json").well().json["said"]
    return [(row["entry"], row["before"] is not None, row["after"] is not None, row["since"]) for row in rows]


def test_what_was_said_is_learned_corrected_and_taken_away(three: Any) -> None:
    assert learned(three, "#0..#3") == [("#1", False, True, "#1"), ("#2", False, True, "#2"), ("#3", False, True, "#3")]
    assert learned(three, "#3..#5") == [("#1", True, True, "#4"), ("#3", True, False, "#5")]
    assert learned(three, "#2..#5") == [("#1", True, True, "#4")]
    assert learned(three, "#5..#5") == []
    table = three.engage("diff", "--known", "#3..#5").well().out
    assert "2026-01-20 · position affirmed · by NZ, FJ; text one" in table
    assert "2026-03-20 · position affirmed · by NZ, FJ; text one" in table


# --- against a plain scan ----------------------------------------------------------------------------------


def scanned(entries: list[dict[str, Any]], upto: int) -> list[dict[str, Any]]:
    """Entries as they count at a position: every correction written over its target, every mark beside it."""
    found = {one["entry_id"]: json.loads(json.dumps(one)) for one in entries[:upto]}
    for one in entries[:upto]:
        target = found.get(one["body"].get("entry", ""))
        if target is None:
            continue
        if one["type"] == "entry.retracted/1":
            target["retracted_by"] = f"#{one['position']}"
        else:
            target.setdefault("corrected_by", []).append(f"#{one['position']}")
            for name, value in one["body"]["changes"].items():
                place = target if name in ("occurred", "note", "tags") else target["body"]
                place[name] = value
                if value is None:
                    del place[name]
    return list(found.values())


def in_the_world(one: dict[str, Any]) -> tuple[int, int, int]:
    when = When.parse(one["occurred"])
    return when.earliest or 0, when.latest or 10_000_000, one["position"]


@pytest.mark.parametrize("number", range(4))
def test_every_list_is_what_a_plain_scan_of_the_export_gives(number: int, desk: Any) -> None:
    dice = Dice(seed() + number)
    days = ["2026-01-05", "2026-01", "../2026-01-20", "2026-01-07/..", "2026-01-06~"]
    standing: list[int] = []
    for position in range(1, 16):
        choice = dice.random() if standing else 0.0
        target = f"#{dice.choice(standing)}" if standing else ""
        if choice < 0.5:
            asked = ["relationship", "affirm", f"r{dice.randrange(2)}", "--by", "NZ", "--on", dice.choice(days)]
            desk.engage(*asked, "--text", f"word{position}", "--id", f"00000000-0000-8000-8000-{position:012}").well()
            standing.append(position)
        elif choice < 0.85:
            change = dice.choice([f"occurred={dice.choice(days)}", f"text=other{position}", f"note=n{position}"])
            desk.engage("correct", target, change, "--reason", f"r{position}").well()
        else:
            desk.engage("retract", target, "--reason", f"r{position}").well()
            standing.remove(int(target[1:]))
    entries = desk.entries()
    for upto in (15, 9):
        known = ("--known-at", f"#{upto}", "--json")
        wanted = scanned(entries, upto)
        assert desk.engage("log", *known).well().json["entries"] == wanted
        by_world = sorted(wanted, key=in_the_world)
        assert desk.engage("log", "--by", "world", *known).well().json["entries"] == by_world
        assert desk.engage("log", "--by", "world", "-n", "4", *known).well().json["entries"] == by_world[-4:]
        assert desk.engage("log", "-n", "4", *known).well().json["entries"] == wanted[-4:]
        for stream in {one["stream"] for one in wanted}:
            own = [one for one in wanted if one["stream"] == stream]
            assert desk.engage("log", stream, *known).well().json["entries"] == own
        for word in ("affirmed", "other", "n1", "word2"):
            holding = [one for one in wanted if word in json.dumps(_shown(one))]
            assert desk.engage("search", word, *known).well().json["entries"] == holding, word


def _shown(one: dict[str, Any]) -> Any:
    """What of an entry can be searched, as far as these entries go."""
    return [one["type"].replace("-", " "), one["body"], one.get("note")]


# --- what only says something --------------------------------------------------------------------------------


def test_what_only_says_something_is_known_by_its_type() -> None:
    from pathlib import Path

    lines = Path(__file__).resolve().parents[1] / "golden" / "lines"
    for file in sorted(lines.glob("*.jsonl")):
        entry = entry_of(file.read_bytes().rstrip(b"\n"))
        if not entry.fact.TYPE.startswith("entry."):
            body = entry.fact.model_dump(mode="json", exclude_defaults=True)
            assert only_says(entry.fact.TYPE, body) == (not list(entry.fact.moves())), file.name


# --- what is given again by hand, and was set aside meanwhile -------------------------------------------


def test_to_correct_back_is_refused_with_the_way_out_and_is_no_silence(three: Any) -> None:
    correct = ("correct", "#2", "--reason", "misread")
    three.engage(*correct, "text=two and a half").well()
    assert three.engage(*correct, "text=two and a half").well().lines[0].startswith("exists already as #6")  # a retry
    three.engage(*correct, "text=three").well()
    refused = three.engage(*correct, "text=two and a half")
    assert refused.code == 1
    assert "recorded before as #6, and has been set aside by #7" in refused.err
    three.engage("correct", "#2", "text=two and a half", "--reason", "it was right at first").well()
    assert "two and a half" in three.engage("show", "r", "--as-of", "2026-03-01").well().out


def test_a_correction_of_which_one_value_was_corrected_again_is_set_aside(three: Any) -> None:
    both = ("correct", "#2", "text=2", "note=n", "--reason", "misread")
    three.engage(*both).well()
    three.engage("correct", "#2", "note=m", "--reason", "misread").well()
    assert "set aside by #7" in three.engage(*both).err


def test_what_was_called_off_is_marked_wherever_it_is_listed(desk: Any) -> None:
    desk.engage("relationship", "establish", "r", "--on", "2020-01-01").well()
    announced = ("relationship", "suspend", "r", "--on", "2020-05-01", "--effective", "2031")
    desk.engage(*announced).well()
    desk.engage("call-off", "#2", "--reason", "no need", "--on", "2020-06-01").well()
    for asked in (("log",), ("log", R), ("search", "suspended")):
        (row,) = (line for line in desk.engage(*asked).well().lines if line.startswith("#2 "))
        assert row.endswith("called off by #3"), row
        assert "called off" not in desk.engage(*asked, "--known-at", "#2").well().out
    assert desk.engage("log", R, "--json").well().json["entries"][1]["called_off_by"] == "#3"
    assert "called off by #3 (no need)" in desk.engage("show", "#2").well().err
    rows = {(row["entry"], row["field"]): row for row in desk.engage("blame", R, "--json").well().json["rows"]}
    assert rows["#2", "effective"]["called_off_by"] == "#3"
    assert rows["#1", "occurred"]["called_off_by"] is None
    again = desk.engage(*announced)
    assert again.code == 1
    assert "this announcement was recorded before as #2, and has been set aside by #3" in again.err
    desk.engage("retract", "#3", "--reason", "nobody said so").well()
    assert "called off by" not in desk.engage("log", R).well().out
    assert desk.engage(*announced).well().lines[0].startswith("exists already as #2")


@pytest.mark.parametrize("change", ["reason=none needed", "occurred=2020-07-01", "by=US"])
def test_what_called_off_may_itself_be_corrected_and_every_question_goes_on(desk: Any, change: str) -> None:
    desk.engage("relationship", "establish", "r", "--on", "2020-01-01").well()
    desk.engage("relationship", "suspend", "r", "--on", "2020-05-01", "--effective", "2031").well()
    desk.engage("call-off", "#2", "--reason", "no need", "--on", "2020-06-01").well()
    desk.engage("correct", "#3", change, "--reason", "misread").well()
    for asked in (("log",), ("log", R), ("log", "--as-recorded"), ("search", "suspended"), ("show", R), ("blame", R)):
        assert "called off by #3" in desk.engage(*asked).well().out or asked[0] in ("show", "blame")
    assert desk.engage("diff", "--known", "#1..", "--json").well()
    assert desk.engage("audit", "-o", "x.md").code in (0, 7)
    (row,) = (line for line in desk.engage("log", R).well().lines if line.startswith("#3 "))
    assert row.endswith("corrected by #4")
    desk.engage("retract", "#3", "--reason", "nobody said so").well()
    assert "called off by" not in desk.engage("log", R).well().out


def test_a_file_that_is_given_again_stays_harmless(desk: Any, tmp_path: Any) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text(
        "- {stream: 'relationship:r', type: relationship.relations-established, occurred: 2020-01-01}\n"
        "- {stream: 'relationship:r', type: relationship.relations-suspended, occurred: 2020-05-01,"
        " body: {effective: 2031}}\n"
    )
    desk.engage("append", str(facts)).well()
    desk.engage("call-off", "#2", "--reason", "no need", "--on", "2020-06-01").well()
    assert "2 existed already" in desk.engage("append", str(facts)).well().out


def test_a_correction_that_takes_a_value_out_says_so(desk: Any) -> None:
    made = ("commitment", "make", "a", "--obligors", "NZ", "--kind", "event", "--text", "Give", "--amount", "10; USD")
    desk.engage(*made, "--on", "2026-01-01").well()
    answer = desk.engage("correct", "#1", "amount=", "text=Give it", "--reason", "no figure").well()
    assert "corrected #1: amount taken out; text Give it" in answer.err + answer.out
    assert "amount taken out; text Give it (no figure)" in desk.engage("show", "#1").well().err
