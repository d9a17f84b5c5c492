"""What may scripts rely on? The JSON of `status`, the flat forms, files, colours; and what no source may do."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import COMMAND
from cli.terminal import Terminal

SPACE = "dialogue:nz-us-space"
HEADER = ["as_of", "known_at", "size", "root", "projection", "coverage", "unknown_types", "rows"]
ROW = [
    "stream", "part", "status", "possible", "flags", "detail", "valid_from", "valid_to", "known_from", "known_to",
    "title", "parties", "amount", "strength",
]  # fmt: skip
DAY = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
ESCAPE = "\x1b["
FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md")
ASKED = (
    ("status",),
    ("status", "--count"),
    ("log",),
    ("log", SPACE),
    ("show", SPACE),
    ("show", "#1"),
    ("timeline", SPACE),
    ("diff", "2026-02-01..2026-03-01"),
    ("diff", "--known", "#27..#28"),
    ("blame", SPACE),
    ("due",),
    ("search", "space"),
    ("replay", "--end"),
    ("replay",),
    ("check", "--list"),
)


# --- the contract of status --json ------------------------------------------------------------------------


def test_status_json_has_the_promised_keys_in_the_promised_order_and_types(library: Any) -> None:
    answer = library.engage("status", SPACE, "--as-of", "2026-03-15", "--json").well().json
    assert list(answer) == HEADER
    assert answer["as_of"] == "2026-03-15"
    assert list(answer["known_at"]) == ["position", "known"]
    assert answer["known_at"]["position"] == answer["size"] == 28
    assert INSTANT.fullmatch(answer["known_at"]["known"])
    assert answer["known_at"]["known"].startswith("2026-02-04T22:00:00")
    assert re.fullmatch("[0-9a-f]{64}", answer["root"])
    assert answer["projection"] is True
    assert answer["coverage"] == []
    (first, second) = answer["rows"]
    assert list(first) == list(second) == ROW
    assert second == {
        "stream": SPACE,
        "part": "meeting/2",
        "status": "scheduled",
        "possible": ["held"],
        "flags": [],
        "detail": {"venue": "Washington, D.C.", "window": "2026-03"},
        "valid_from": "2026-03-01",
        "valid_to": "2026-04-01",
        "known_from": 27,
        "known_to": None,
        "title": "New Zealand–United States Space Dialogue",
        "parties": ["NZ", "US"],
        "amount": None,
        "strength": None,
    }


@pytest.mark.parametrize("day", ["2024-01-01", "2026-02-01", "2026-02-02", "2026-03-15", "2030-01-01"])
def test_every_row_of_every_status_keeps_the_contract(library: Any, day: str) -> None:
    answer = library.engage("status", "--as-of", day, "--json").well().json
    assert list(answer) == HEADER
    assert answer["rows"]
    for row in answer["rows"]:
        assert list(row) == ROW
        assert row["status"] is None or re.fullmatch("[a-z]+(-[a-z]+)*", row["status"])
        assert isinstance(row["possible"], list)
        assert isinstance(row["flags"], list)
        assert isinstance(row["detail"], dict)
        assert row["valid_from"] is None or (DAY.fullmatch(row["valid_from"]) and row["valid_from"] <= day)
        assert row["valid_to"] is None or (DAY.fullmatch(row["valid_to"]) and row["valid_to"] > day)
        assert type(row["known_from"]) is int
        assert row["known_to"] is None
        assert (row["status"] is None) <= bool(row["possible"])


def test_status_is_null_where_it_is_open_and_valid_from_is_null_where_it_is_open_to_the_left(library: Any) -> None:
    row = library.rows("instrument:nz-us-minerals", "--as-of", "2026-02-01")["whole"]
    assert (row["status"], row["possible"], row["valid_from"], row["valid_to"]) == (
        None,
        ["proposed"],
        None,
        "2026-02-02",
    )


def test_two_steps_of_one_day_whose_order_nobody_stated_leave_the_status_open(desk: Any) -> None:
    for level in ("embassy", "legation"):
        desk.engage(
            "relationship", "mission", "nz-us", "--sender", "US", "--host", "NZ", "--level", level, "--on", "2025-03-09"
        ).well()  # fmt: skip
    row = desk.rows("relationship:nz-us", "--as-of", "2025-03-09")["mission/US>NZ"]
    assert (row["status"], row["possible"]) == (None, ["embassy", "legation"])
    shown = desk.engage("status", "relationship:nz-us", "--as-of", "2025-03-09").well().out
    assert "undetermined: embassy or legation" in shown


def test_an_order_that_is_stated_closes_the_status(desk: Any) -> None:
    asked = ("relationship", "mission", "nz-us", "--sender", "US", "--host", "NZ", "--on", "2025-03-09")
    desk.engage(*asked, "--level", "embassy").well()
    desk.engage(*asked, "--level", "legation", "--after", "#1").well()
    row = desk.rows("relationship:nz-us", "--as-of", "2025-03-09")["mission/US>NZ"]
    assert (row["status"], row["possible"]) == ("legation", [])


def test_past_a_declared_coverage_the_answer_is_unknown_with_the_last_status_under_possible(example: Any) -> None:
    example.engage(
        "party", "declare-coverage", "org:desk", "--scope", "dialogue:*", "--until", "2026-03-10", "--on", "2026-02-05"
    ).well()
    answer = example.engage("status", SPACE, "--as-of", "2026-03-15", "--json").well().json
    row = {one["part"]: one for one in answer["rows"]}["meeting/2"]
    assert (row["status"], row["possible"]) == ("unknown", ["held", "scheduled"])
    (coverage,) = answer["coverage"]
    assert (coverage["scope"], coverage["until"], coverage["passed"]) == ("dialogue:*", "2026-03-10", True)
    row = example.rows(SPACE, "--as-of", "2026-03-05")["meeting/2"]
    assert (row["status"], row["possible"]) == ("scheduled", ["held"])
    assert example.rows("commitment:nz-us-2026-c1", "--as-of", "2026-03-15")["overall"]["status"] == "made"


def test_both_clocks_are_printed_resolved_whatever_was_asked(library: Any) -> None:
    header = library.engage("status", "--json").well().json
    assert header["as_of"] == "2026-02-10"
    answer = library.engage("status", "--known-at", "#12", "--json").well().json
    assert answer["known_at"] == {"position": 0, "known": None}
    assert answer["rows"] == []
    answer = library.engage("status", "--known-at", "2026-02-03T09:00:00Z", "--json").well().json
    assert answer["known_at"]["position"] == 27
    assert answer["known_at"]["known"].startswith("2026-02-03T09:00:00")
    table = library.engage("status", "--known-at", "#27", "--as-of", "2026-02-03").well().lines
    assert "as of 2026-02-03" in table[0]
    assert "#27" in table[0]


def test_the_root_and_size_are_those_of_what_was_known(library: Any) -> None:
    now = library.engage("status", "--json").well().json
    then = library.engage("status", "--known-at", "#27", "--json").well().json
    assert (now["size"], then["size"]) == (28, 27)
    assert now["root"] != then["root"]
    assert now["root"] in library.engage("verify").out


def test_engage_today_reproduces_an_old_report(library: Any) -> None:
    asked = library.engage("status", "--json", env={"ENGAGE_TODAY": "2026-03-15"}).well()
    named = library.engage("status", "--as-of", "2026-03-15", "--json", env={"ENGAGE_TODAY": "2026-03-15"}).well()
    assert asked.raw == named.raw


# --- forms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_each_question_answers_in_each_form(library: Any, asked: tuple[str, ...], form: str) -> None:
    answer = library.engage(*asked, "--format", form).well()
    assert ESCAPE not in answer.out
    if form == "json":
        assert isinstance(answer.json, dict)
    elif form == "jsonl":
        assert all(isinstance(json.loads(line), dict) for line in answer.lines)
    elif form in ("csv", "tsv") and asked[0] != "show":
        table = list(csv.reader(io.StringIO(answer.out), delimiter="," if form == "csv" else "\t"))
        assert len({len(row) for row in table}) == 1, "every row has as many cells as the header"
    elif form == "md" and asked[0] != "show":
        assert all(line.startswith("|") for line in answer.lines)
        assert len({line.replace("\\|", "").count("|") for line in answer.lines}) == 1


@pytest.mark.parametrize("form", ["csv", "tsv", "md", "jsonl"])
def test_a_form_of_show_is_that_form_and_not_a_table(library: Any, form: str) -> None:
    shown = library.engage("show", SPACE, "--format", form).well()
    assert shown.out != library.engage("show", SPACE).well().out


def test_the_flat_forms_have_the_rows_of_the_json(library: Any) -> None:
    asked = ("status", "--as-of", "2026-03-15")
    rows = library.engage(*asked, "--json").well().json["rows"]
    assert [json.loads(line) for line in library.engage(*asked, "--format", "jsonl").well().lines] == rows
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        answer = library.engage(*asked, "--format", form).well().out
        found = list(csv.DictReader(io.StringIO(answer), delimiter=delimiter))
        assert [(one["stream"], one["part"], one["status"]) for one in found] == [
            (row["stream"], row["part"], row["status"] or "") for row in rows
        ]
        assert [one["possible"] for one in found] == [", ".join(row["possible"]) for row in rows]
    assert len(library.engage(*asked, "--format", "md").well().lines) == len(rows) + 2


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_goes_into_the_file_that_is_named(library: Any, tmp_path: Path, form: str) -> None:
    asked = ("status", "--as-of", "2026-03-15", "--format", form)
    target = tmp_path / "answer"
    answer = library.engage(*asked, "-o", target).well()
    assert answer.out == ""
    assert target.read_bytes() == library.engage(*asked).well().raw
    assert library.engage(*asked, "-o", "-").well().raw == target.read_bytes()


def test_a_file_that_cannot_be_written_is_named(library: Any, tmp_path: Path) -> None:
    answer = library.engage("status", "-o", tmp_path / "nowhere" / "answer").refused(6)
    assert "nowhere" in answer.err


def test_a_question_that_is_refused_leaves_an_earlier_answer_as_it_was(library: Any, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    target.write_text("an earlier answer", encoding="utf-8")
    library.engage("status", "dialogue:nowhere", "--json", "-o", target).refused(3)
    assert target.read_text(encoding="utf-8") == "an earlier answer"


def test_counts_add_up_to_the_rows(library: Any) -> None:
    rows = library.engage("status", "--as-of", "2026-03-15", "--json").well().json["rows"]
    counted = library.engage("status", "--as-of", "2026-03-15", "--count", "--json").well().json
    assert list(counted) == HEADER
    assert sum(row["count"] for row in counted["rows"]) == len(rows)


@pytest.mark.parametrize("known", [(), ("--known-at", "#14")], ids=["all", "before"])
@pytest.mark.parametrize("day", ["1950-01-01", "2026-02-02", "2026-03-10", "2026-03-11", "2031-01-01"])
def test_counts_are_those_of_the_rows_also_where_they_are_in_doubt(
    example: Any, day: str, known: tuple[str, ...]
) -> None:
    example.engage(
        "party", "declare-coverage", "org:desk", "--scope", "dialogue:*", "--until", "2026-03-10", "--on", "2026-02-05"
    ).well()
    asked = ("status", "--as-of", day, *known, "--json")
    rows = example.engage(*asked).well().json["rows"]
    expected = Counter(
        (row["part"].partition("/")[0], row["status"] or "undetermined", " or ".join(row["possible"])) for row in rows
    )
    counted = example.engage(*asked, "--count").well().json["rows"]
    assert {(row["part"], row["status"], row["possible"]): row["count"] for row in counted} == expected


# --- what sources may not do ------------------------------------------------------------------------------

FORMULAS = ('=HYPERLINK("http://example.org")', "+1+1", "-2+3", "@SUM(A1)", "\tindented")
HOSTILE = (
    "red\x1b[31m bell\x07 rub\x7f c1\x9b bidi\u202eevil\u2066 zero\u200bwidth line\u2028end nl\nnew cr\rback bom\ufeff"
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@pytest.fixture
def hostile(desk: Any) -> Any:
    """A ledger that quotes a source which tries to command the terminal, and the spreadsheet."""
    facts = [
        {
            "stream": f"dialogue:f{number}",
            "type": "dialogue.established/1",
            "occurred": "2026-01-01",
            "note": text,
            "body": {"parties": ["NZ", "US"], "title": text},
        }
        for number, text in enumerate((HOSTILE, *FORMULAS))
    ] + [
        {
            "stream": "dialogue:f0",
            "type": "dialogue.meeting-scheduled/1",
            "occurred": "2026-01-01",
            "sources": [{"document": HOSTILE}],
            "body": {"meeting": "1", "window": "2026-05", "venue": text},
        }
        for text in (HOSTILE,)
    ]
    desk.write("hostile.jsonl", "".join(json.dumps(one) + "\n" for one in facts))
    desk.engage("append", "hostile.jsonl").well()
    return desk


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "md"])
@pytest.mark.parametrize(
    "asked",
    [("status",), ("log",), ("show", "#1"), ("show", "dialogue:f0"), ("blame", "dialogue:f0"), ("search", "bell"),
     ("timeline", "dialogue:f0"), ("diff", "2025-01-01..2026-12-31"), ("due", "--as-of", "2026-06-10")],
    ids=" ".join,
)  # fmt: skip
def test_control_escape_and_bidi_characters_are_made_visible(hostile: Any, asked: tuple[str, ...], form: str) -> None:
    answer = hostile.engage(*asked, "--format", form).well()
    assert CONTROL.search(answer.out.replace("\r\n", "\n")) is None
    assert "\\u001b" in answer.out or "red" not in answer.out
    assert "\\u202e" in answer.out or "bidi" not in answer.out


def test_what_a_source_says_is_visible_in_messages_too(hostile: Any) -> None:
    answer = hostile.engage("status", "dialogue:" + HOSTILE.replace("\n", " ")).refused(3)
    assert CONTROL.search(answer.err) is None
    answer = hostile.engage("append", "-", stdin=json.dumps({"stream": HOSTILE, "type": HOSTILE, "occurred": HOSTILE}))
    assert answer.code == 2
    assert CONTROL.search(answer.err) is None


def test_stored_bytes_and_json_keep_what_the_source_says(hostile: Any) -> None:
    entry = json.loads(hostile.export().splitlines()[0])
    assert entry["body"]["title"] == HOSTILE
    assert entry["note"] == HOSTILE
    shown = hostile.engage("show", "dialogue:f0", "--json").well().json
    assert shown["aggregate"]["title"] == HOSTILE
    rows = hostile.engage("blame", "dialogue:f0", "title", "--json").well().json["rows"]
    assert rows[0]["value"] == HOSTILE


def test_a_line_break_of_a_source_never_makes_a_line_of_a_table(hostile: Any) -> None:
    lines = hostile.engage("log").well().lines
    assert len(lines) == 2 + len(hostile.entries())


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_cells_that_a_spreadsheet_would_run_are_neutralised(hostile: Any, form: str) -> None:
    answer = hostile.engage("log", "--format", form).well().out
    rows = list(csv.DictReader(io.StringIO(answer), delimiter="," if form == "csv" else "\t"))
    notes = [row["note"] for row in rows[1 : len(FORMULAS) + 1]]
    assert notes[:4] == ["'" + text for text in FORMULAS[:4]]
    for row in rows:
        for value in row.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_json_and_the_stored_line_keep_a_formula_as_it_is(hostile: Any) -> None:
    entries = hostile.engage("log", "--json").well().json["entries"]
    assert [one["note"] for one in entries[1 : len(FORMULAS) + 1]] == list(FORMULAS)


def test_letters_of_any_script_are_left_as_they_are_and_keep_the_columns_aligned(desk: Any) -> None:
    titles = ("Te Tiriti o Waitangi – kōrero", "日米戦略対話", "стратегический диалог", "e\u0301change")
    for number, title in enumerate(titles):
        desk.engage(
            "dialogue", "establish", f"d{number}", "--parties", "NZ", "--parties", "US", "--title", title,
            "--on", "2026-01-01", "--note", "n"
        ).well()  # fmt: skip
    table = desk.engage("log").well().lines
    assert all(title in "\n".join(table) for title in titles)
    starts = set()
    for line in table[2:]:
        before = line[: line.index(" mere")]
        starts.add(
            sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)
        )
    assert len(starts) == 1


# --- colour, pipes ----------------------------------------------------------------------------------------


def test_piped_output_has_no_escape_codes_and_color_always_has_them(library: Any) -> None:
    assert ESCAPE not in library.process("status").well().out
    assert ESCAPE in library.process("--color", "always", "status").well().out
    assert ESCAPE not in library.process("--color", "never", "status").well().out
    assert ESCAPE not in library.process("--color", "always", "status", "--json").well().out
    assert ESCAPE not in library.process("--color", "always", "status", "--format", "csv").well().out


def test_errors_that_are_piped_are_plain(library: Any) -> None:
    assert ESCAPE not in library.process("status", "dialogue:nowhere").refused(3).err
    assert ESCAPE in library.process("--color", "always", "status", "dialogue:nowhere").err


def on_a_terminal(library: Any, *args: str, env: dict[str, str] | None = None) -> str:
    """What the command prints where both of its streams are a terminal, and there is no pager."""
    terminal = Terminal(
        [*COMMAND, *args], env=library.environment({"PAGER": "", **(env or {})}), cwd=library.folder, columns=200
    )
    terminal.end()
    return terminal.raw.decode()


@pytest.mark.skipif(os.name != "posix", reason="there are no terminals here")
def test_a_terminal_gets_colour_and_no_color_or_color_never_takes_it_away(library: Any) -> None:
    for asked in (("status",), ("status", "dialogue:nowhere")):
        assert ESCAPE in on_a_terminal(library, *asked, env={"TERM": "xterm"})
        assert ESCAPE not in on_a_terminal(library, *asked, env={"TERM": "xterm", "NO_COLOR": "1"})
        assert ESCAPE not in on_a_terminal(library, "--color", "never", *asked, env={"TERM": "xterm"})
        assert ESCAPE not in on_a_terminal(library, *asked, env={"TERM": "dumb"})
        assert ESCAPE in on_a_terminal(library, "--color", "always", *asked, env={"TERM": "xterm", "NO_COLOR": "1"})


@pytest.mark.skipif(os.name != "posix", reason="there are no terminals here")
def test_meaning_is_never_carried_by_colour_alone(library: Any) -> None:
    coloured = on_a_terminal(library, "status", env={"TERM": "xterm"})
    plain = library.process("status", env={"COLUMNS": "200"}).well().out
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured).replace("\r\n", "\n") == plain


LONG = "A text that goes on, and on, and on, as the texts of treaties do. " * 8


def test_piped_output_is_never_cut_off(desk: Any) -> None:
    desk.engage(
        "commitment", "make", "c", "--obligors", "NZ", "--kind", "achievement", "--text", LONG.strip(),
        "--on", "2026-01-01", "--note", LONG.strip()
    ).well()  # fmt: skip
    narrow = {"COLUMNS": "40"}
    asked = ("log", "log --format csv", "log --format md", "search treaties", "show #1", "blame commitment:c")
    for typed in asked:
        answer = desk.process(*typed.split(), env=narrow).well().out
        assert LONG.strip() in answer, f"{typed} cuts off what it pipes"
        assert "…" not in answer


@pytest.mark.skipif(os.name != "posix", reason="pipes are closed otherwise here")
@pytest.mark.parametrize("asked", [("log",), ("status", "--json"), ("export",), ("--help",), ("schema",)], ids=" ".join)
def test_a_reader_that_has_seen_enough_ends_the_command_quietly(library: Any, asked: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    process = library.started(*asked, stdout=writer, stderr=subprocess.PIPE, env={"PYTHONUNBUFFERED": "1"})
    os.close(writer)
    assert os.read(reader, 10)
    os.close(reader)
    _, err = process.communicate(timeout=60)
    assert err == b""


def test_data_goes_to_stdout_and_messages_to_stderr(library: Any, desk: Any) -> None:
    assert library.engage("verify").refused(7).out.startswith("entries 28\n")
    assert library.engage("search", "zebra").well().out == ""
    assert "no entry contains zebra" in library.engage("search", "zebra").err
    made = desk.engage("--ledger", "another.ledger", "init").well()
    assert made.out == ""
    assert "an empty ledger" in made.err


def test_a_question_to_an_empty_ledger_is_answered(desk: Any) -> None:
    answer = desk.engage("status", "--json").well().json
    assert (answer["size"], answer["rows"], answer["known_at"]) == (0, [], {"position": 0, "known": None})
    for asked in (
        ("status",),
        ("log",),
        ("due",),
        ("check",),
        ("export",),
        ("replay",),
        ("search", "x"),
        ("status", "--count"),
    ):
        desk.engage(*asked).well()
    assert desk.engage("verify").code == 7
