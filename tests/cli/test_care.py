"""Care for a ledger: replay, check, verify, rebuild, export, doctor, schema, sources, due, completion."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import click
import pytest

from engagement_ledger import __version__
from engagement_ledger.cli import index
from engagement_ledger.cli.main import CARE, QUESTIONS
from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.streams import KINDS
from engagement_ledger.domain.themes import THEMES
from engagement_ledger.projections.irregular import CHECKS

SPACE = "dialogue:nz-us-space"
ON = ("--on", "2026-02-05")


def tampered(path: Path, *statements: str) -> None:
    """Change a ledger as somebody would who holds the file: behind its triggers."""
    with sqlite3.connect(path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, f"nothing was changed by {statement}"
        for _, text in triggers:
            connection.execute(text)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


EARLIER = (
    "UPDATE periods SET known_from = 28 WHERE known_from = 27 AND valid_from = (SELECT max(valid_from) FROM periods)"
)
LONGER = (
    "UPDATE periods SET valid_to = valid_to + 1 WHERE (stream, part, valid_from, known_from) IN "
    "(SELECT stream, part, valid_from, known_from FROM periods WHERE valid_to < 10000000 LIMIT 1)"
)


# --- replay -----------------------------------------------------------------------------------------------


def test_replay_shows_each_entry_and_what_it_changed_and_ends_equal_to_what_is_stored(library: Any) -> None:
    answer = library.engage("replay").well()
    for position in range(1, 29):
        assert re.search(rf"^#{position} ", answer.out, re.MULTILINE), f"entry {position} is not shown"
    assert "replayed #1 to #28: 28 entries give" in answer.err
    assert "equal to what is stored" in answer.err


def test_a_step_of_the_replay_names_the_part_its_days_and_what_now_stands(library: Any) -> None:
    steps = library.engage("replay", "--json").well().json["steps"]
    found = [step for step in steps if step["entry"] == "#22"]
    assert {step["part"] for step in found} == {"meeting/2"}
    assert any(step["now"].startswith("awaiting-outcome") and step["from"] == "2026-04-01" for step in found)
    (said,) = [step for step in steps if step["entry"] == "#5"]
    assert (said["part"], said["now"]) == (None, None)


def test_the_end_state_alone_is_what_stands_in_the_ledger(library: Any) -> None:
    rows = library.engage("replay", "--end", "--json").well().json["rows"]
    space = [row for row in rows if row["stream"] == SPACE]
    stored = library.engage("timeline", SPACE, "--json").well().json["rows"]
    assert sorted(map(json.dumps, space)) == sorted(map(json.dumps, stored))


def test_replay_of_one_stream_is_that_stream(library: Any) -> None:
    rows = library.engage("replay", "--end", "--stream", SPACE, "--json").well()
    assert {row["stream"] for row in rows.json["rows"]} == {SPACE}
    assert "2 entries give 5 periods" in rows.err


@pytest.mark.parametrize("moment", ["#27", "2026-02-03", "2026-02-03T09:00:00Z"])
def test_replay_to_a_moment_gives_what_was_known_then(library: Any, moment: str) -> None:
    answer = library.engage("replay", "--to", moment, "--end", "--json").well()
    assert answer.json["known_at"]["position"] == 27
    assert "replayed #1 to #27" in answer.err
    (row,) = [
        row for row in answer.json["rows"]
        if row["stream"] == "dialogue:minerals-ministerial" and row["valid_to"] is None
    ]  # fmt: skip
    assert row["status"] == "awaiting-outcome"
    assert library.engage("replay", "--to", "#5", "--end", "--json").well().json["rows"] == []


@pytest.mark.parametrize(
    "change",
    [
        LONGER,
        "UPDATE standings SET status = 'held' WHERE status = 'awaiting-outcome'",
        EARLIER,
        "DELETE FROM periods WHERE valid_from = (SELECT max(valid_from) FROM periods)",
    ],
    ids=["a longer period", "another status", "another position", "a period less"],
)
def test_replay_finds_periods_that_were_changed_behind_the_triggers(example: Any, change: str) -> None:
    example.engage("replay", "--end").well()
    tampered(example.ledger, change)
    answer = example.engage("replay", "--end")
    assert answer.code == 4
    assert "differs:" in answer.err
    assert "find out why: engage verify --full" in answer.err
    assert example.engage("verify").code == 7, "no entry was altered"
    assert example.engage("verify", "--full").refused(4)
    repaired = example.engage("rebuild").well()
    assert "differed:" in repaired.out
    assert "were replaced" in repaired.err
    example.engage("replay", "--end").well()
    assert "equal to what was stored" in example.engage("rebuild").well().err


def test_replay_of_another_stream_does_not_mind(example: Any) -> None:
    tampered(
        example.ledger,
        "UPDATE periods SET valid_to = valid_to + 1 WHERE valid_to < 10000000 AND stream = "
        f"(SELECT id FROM names WHERE name = '{SPACE}')",
    )
    assert example.engage("replay", "--end", "--stream", SPACE).code == 4
    example.engage("replay", "--end", "--stream", "dialogue:us-pacific-summit").well()


# --- check ------------------------------------------------------------------------------------------------


SOURCED = ("--source", "Report; publisher=x:newspaper")


def test_check_is_silent_when_clean(desk: Any) -> None:
    desk.engage("dialogue", "hold", "d", "--meeting", "1", "--on", "2025-06-01", *SOURCED).well()
    answer = desk.engage("check").well()
    assert (answer.out, answer.err) == ("", "")
    assert desk.engage("check", "--json").well().json == {"unknown_types": [], "findings": []}


def test_check_finds_nothing_in_the_example_but_that_its_sources_name_no_publisher(library: Any) -> None:
    answer = library.engage("check", "--json")
    assert answer.code == 1
    found = {(row["check"], row["message"]) for row in answer.json["findings"]}
    assert found == {("one-sided", "no source shows that the act was joint: its source names no publisher")}


def test_check_names_the_first_of_many_entries_and_in_json_all(desk: Any) -> None:
    for number in range(1, 8):
        desk.engage("dialogue", "hold", "d", "--meeting", str(number), "--on", f"2025-06-0{number}").well()
    table = desk.engage("check")
    assert "#1, #2, #3, #4 and 3 more" in table.out
    (row,) = desk.engage("check", "--json").json["findings"]
    assert row["entries"] == [f"#{number}" for number in range(1, 8)]


def test_check_names_what_is_irregular_with_its_entries_until_it_is_settled(desk: Any) -> None:
    planned = ("--meeting", "1", "--window", "2025-03", "--on", "2025-01-10")
    desk.engage("dialogue", "schedule", "d", *planned, *SOURCED).well()
    desk.engage("dialogue", "hold", "d", "--meeting", "1", "--on", "2025-06-01", "--ordinal", "1", *SOURCED).well()
    desk.engage("dialogue", "hold", "d", "--meeting", "2", "--on", "2025-07-01", "--ordinal", "1", *SOURCED).well()
    answer = desk.engage("check", "--json")
    assert answer.code == 1
    found = {row["check"]: row for row in answer.json["findings"]}
    assert set(found) == {"irregular-order", "ordinal-twice"}
    assert found["ordinal-twice"]["entries"] == ["#2", "#3"]
    assert found["ordinal-twice"]["stream"] == "dialogue:d"
    assert "outside its announced window" in found["irregular-order"]["message"]
    table = desk.engage("check")
    assert table.code == 1
    assert "ordinal-twice" in table.out
    desk.engage("correct", "#3", "ordinal=2", "--reason", "miscounted").well()
    desk.engage("correct", "#2", "occurred=2025-03-30", "--reason", "another meeting's day").well()
    assert desk.engage("check").well().out == ""


def test_check_of_named_streams_looks_at_those_alone(desk: Any) -> None:
    desk.engage("dialogue", "schedule", "d", "--meeting", "1", "--window", "2025-03", "--on", "2025-01-10").well()
    desk.engage("dialogue", "hold", "d", "--meeting", "1", "--on", "2025-06-01").well()
    desk.engage("dialogue", "hold", "e", "--meeting", "1", "--on", "2025-06-01", *SOURCED).well()
    assert desk.engage("check", "dialogue:d").code == 1
    assert desk.engage("check", "dialogue:e").code == 0
    desk.engage("check", "dialogue:f").refused(3)


def test_the_checks_are_listed_with_what_they_find(library: Any) -> None:
    listed = library.engage("check", "--list", "--json").well().json["checks"]
    assert [row["check"] for row in listed] == list(CHECKS)
    assert all(row["finds"] for row in listed)


# --- verify, export ---------------------------------------------------------------------------------------


def test_an_intact_ledger_cannot_be_verified_without_a_checkpoint_from_elsewhere(library: Any) -> None:
    answer = library.engage("verify").refused(7)
    root = library.engage("status", "--json").well().json["root"]
    assert answer.lines == ["entries 28", f"root    {root}"]
    assert "intact, but not verified" in answer.err
    told = library.engage("verify", "--json")
    assert told.code == 7
    assert told.json == {"size": 28, "root": root, "intact": True, "checkpoint": None, "problems": []}
    library.engage("verify", "--full").refused(7)


ALTERED = {
    "a word of an entry": (
        "UPDATE entries SET state = CAST(replace(state, 'Washington', 'Wellington') AS BLOB) WHERE rowid = 3"
    ),
    "a leaf": "UPDATE entries SET leaf = zeroblob(32) WHERE rowid = 3",
    "a column": "UPDATE entries SET topic = 'dialogue.meeting-held/2' WHERE rowid = 3",
    "an entry less": "DELETE FROM entries WHERE rowid = 5",
    "the last entry less": "DELETE FROM entries WHERE rowid = 28",
    "two entries in each other's place": (
        "UPDATE entries SET rowid = CASE rowid WHEN 5 THEN -6 WHEN 6 THEN -5 END WHERE rowid IN (5, 6)"
    ),
    "a group's time": "UPDATE groups SET known = known + 1 WHERE last = 27",
    "a group less": "DELETE FROM groups WHERE last = 27",
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_alteration_behind_the_triggers_is_found_and_named(example: Any, name: str) -> None:
    assert example.engage("verify").code == 7
    statements = [ALTERED[name]]
    if "each other" in name:
        statements.append("UPDATE entries SET rowid = -rowid WHERE rowid < 0")
    tampered(example.ledger, *statements)
    answer = example.engage("verify").refused(4)
    assert "altered:" in answer.err
    assert "not as recorded" in answer.err
    told = example.engage("verify", "--json")
    assert told.code == 4
    assert told.json["intact"] is False
    assert told.json["problems"]


def test_the_entry_that_was_altered_is_named_by_its_position(example: Any) -> None:
    tampered(example.ledger, ALTERED["a word of an entry"])
    assert "altered: #3: the line is not the one that was recorded" in example.engage("verify").refused(4).err


def test_export_is_byte_exact_a_line_an_entry(library: Any, tmp_path: Path) -> None:
    with sqlite3.connect(library.ledger) as connection:
        stored = [bytes(row[0]) for row in connection.execute("SELECT state FROM entries ORDER BY rowid")]
    connection.close()
    exported = library.process("export").well().raw
    assert exported == b"".join(line + b"\n" for line in stored)
    assert library.engage("export", "-o", tmp_path / "out.jsonl").well().out == ""
    assert (tmp_path / "out.jsonl").read_bytes() == exported
    some = library.engage("export", "--from", "3", "--to", "5").well().raw
    assert some == b"".join(line + b"\n" for line in stored[2:5])
    assert [entry["position"] for entry in map(json.loads, stored)] == list(range(1, 29))
    for line in stored:
        assert json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":")).encode() == line


def test_an_exported_fact_is_recorded_elsewhere_without_what_the_ledger_set(library: Any, desk: Any) -> None:
    entry = library.entries()[2]
    for name in ("position", "group", "version", "recorded_at"):
        entry.pop(name)
    desk.engage("append", "-", stdin=json.dumps(entry)).well()
    assert desk.entries()[0]["entry_id"] == entry["entry_id"]
    assert desk.entries()[0]["recorded_by"] == "example"


# --- doctor, schema, version ------------------------------------------------------------------------------


def test_the_doctor_tells_versions_and_the_state_of_the_ledger(library: Any, desk: Any) -> None:
    told = library.engage("doctor").well().out
    for word in (__version__, "sqlite", "eventsourcing", "28 in 11 streams", "writable      yes", str(library.ledger)):
        assert word in told
    assert library.engage("status", "--json").well().json["root"] in told
    sick = desk.engage("--ledger", desk.write("foreign", "x" * 200), "doctor")
    assert sick.code == 6
    assert "is not a ledger" in sick.out
    assert desk.engage("--ledger", "nowhere", "doctor").code == 6


def test_the_schema_lists_every_type_and_describes_each(library: Any) -> None:
    listed = library.engage("schema").well().lines
    assert [line.split()[0] for line in listed] == list(CATALOGUE)
    for name in CATALOGUE:
        told = library.engage("schema", name).well().json
        assert told["$id"] == name
        assert set(told["properties"]) == set(CATALOGUE[name].model_fields)
        assert all(field.get("description") for field in told["properties"].values()), name
    assert library.engage("schema", "commitment.made").well().json["$id"] == "commitment.made/2"


def test_the_themes_are_listed_with_their_broader_ones(library: Any) -> None:
    told = library.engage("schema", "--themes").well().lines
    assert [line.split()[0] for line in told] == [theme.id for theme in THEMES]
    ids = {theme.id for theme in THEMES}
    assert all(theme.broader in ids for theme in THEMES if theme.broader)


def test_every_theme_of_the_example_is_in_the_list(library: Any) -> None:
    used = {theme for entry in library.entries() for theme in entry["body"].get("themes", ())}
    assert used <= {theme.id for theme in THEMES}


def test_every_command_has_help_and_is_in_the_list(desk: Any) -> None:
    told = desk.engage("--help").well().out
    for name in (*KINDS, *QUESTIONS, *CARE):
        assert re.search(rf"^  {name}  ", told, re.MULTILINE), name
        assert "Usage: engage" in desk.engage(name, "--help").well().out
    desk.engage("teleport").refused(2)
    assert desk.engage("--version").well().out == f"engage, version {__version__}\n"


def test_options_and_arguments_of_every_command_have_help(desk: Any) -> None:
    from engagement_ledger.cli.main import engage

    context = click.Context(engage)
    for name in (*QUESTIONS, *CARE):
        command = engage.get_command(context, name)
        assert command is not None
        assert command.help, name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, f"{name} {option.name}"


def test_what_is_printed_as_next_or_try_is_a_command_that_exists(example: Any) -> None:
    """Every `engage …` that a refusal of the field advises."""
    from engagement_ledger.cli.remedies import said
    from engagement_ledger.domain import errors

    advised = set()
    text = said(Path(errors.__file__).read_text(encoding="utf-8"))
    for words in re.findall(r"engage ([a-z]+(?: [a-z-]+)?)", text):
        advised.add(tuple(words.split()))
    assert len(advised) > 20
    for noun, *verb in sorted(advised):
        if noun in KINDS:
            assert verb, f"engage {noun}"
            assert verb[0] in index.commands()[noun], f"engage {noun} {verb}"
        elif noun != "that":
            assert noun in {**QUESTIONS, **CARE}, f"engage {noun}"


# --- sources ----------------------------------------------------------------------------------------------


def test_a_quote_must_stand_in_the_archived_source_that_it_cites(desk: Any) -> None:
    desk.write("report.txt", "The two  sides\nmet in Apia. The two sides agreed.\n")
    added = desk.engage("source", "add", "report.txt", "--language", "en").well()
    digest = added.out.strip()
    assert re.fullmatch("sha256:[0-9a-f]{64}", digest)
    asked = ("dialogue", "hold", "d", "--meeting", "1", *ON, "--source")
    for quote in ("met in Samoa", "the two sides met", "sides met in Apia.The"):
        with desk.unchanged():
            answer = desk.engage(*asked, f"{digest}; quote={quote}").refused(1)
        assert "the quote is not in" in answer.err
    with desk.unchanged():
        assert "more than once" in desk.engage(*asked, f"{digest}; quote=The two sides").refused(1).err
        desk.engage(*asked, f"{digest}; quote=The two sides; suffix=parted").refused(1)
    desk.engage(*asked, f"{digest}; quote=The two sides; suffix=met").well()
    assert desk.engage("source", "show", digest[:20], "--raw").well().raw == (desk.folder / "report.txt").read_bytes()
    (row,) = desk.engage("source", "list", "--json").well().json["sources"]
    assert (row["document"], row["title"], row["language"], row["added_by"]) == (digest, "report.txt", "en", "mere")


@pytest.mark.parametrize("document", ["sha256:ffff", "%", "sha256:%", "_", "'", "nowhere", "../../etc/passwd", ""])
def test_a_source_that_is_not_archived_is_not_found(desk: Any, document: str) -> None:
    desk.write("report.txt", "words")
    desk.engage("source", "add", "report.txt").well()
    desk.engage("source", "show", document).refused(3)


def test_a_source_that_is_archived_twice_is_kept_once(desk: Any) -> None:
    desk.write("report.txt", "words")
    desk.write("copy.txt", "words")
    first = desk.engage("source", "add", "report.txt").well().out
    again = desk.engage("source", "add", "copy.txt").well()
    assert (again.out, again.err) == (first, "archived already, as #1\n")
    assert len(desk.engage("source", "list", "--json").well().json["sources"]) == 1


# --- questions that tables answer --------------------------------------------------------------------------


def test_due_tells_what_is_overdue_awaited_and_planned(example: Any) -> None:
    example.engage("commitment", "set-due", "nz-us-2026-c3", "--due", "2026-04", *ON).well()
    told = example.engage("due", "--as-of", "2026-05-10", "--json").well().json
    rows = json.dumps(told)
    assert "nz-us-2026-c3" in rows
    assert "overdue" in rows
    assert SPACE in rows
    assert "awaiting" in rows
    early = json.dumps(example.engage("due", "--as-of", "2026-02-06", "--json").well().json)
    assert "overdue" not in early


def test_what_the_next_session_does_not_mention_is_silent(example: Any) -> None:
    held = ("dialogue", "hold", "nz-us-strategic", "--meeting", "next", "--on", "2026-02-06")
    assert "silent" not in json.dumps(example.engage("due", "--json").well().json)
    example.engage(*held).well()
    example.engage(
        "commitment", "reaffirm", "nz-us-2026-c1", "--by", "NZ", "--by", "US", "--on", "2026-02-06",
        "--made-at", "dialogue:nz-us-strategic/meeting/next",
    ).well()  # fmt: skip
    told = example.engage("due", "--json").well().json
    text = [json.dumps(row) for name in told for row in (told[name] if isinstance(told[name], list) else [])]
    silent = {number for number in range(1, 6) for row in text if "silent" in row and f"nz-us-2026-c{number}" in row}
    assert silent == {2, 3, 4, 5}


def test_the_timeline_draws_each_period_of_a_stream(library: Any) -> None:
    drawn = library.engage("timeline", SPACE).well().out
    assert "meeting/2" in drawn
    assert "scheduled, possibly held" in drawn
    assert "2026-03-01 → 2026-04-01" in drawn
    assert "█" in drawn
    assert "▒" in drawn
    rows = library.engage("timeline", f"{SPACE}/meeting/1", "--json").well().json["rows"]
    assert [row["status"] for row in rows] == ["held"]


def test_the_log_is_in_order_of_recording_or_of_happening(library: Any) -> None:
    entries = library.engage("log", "--json").well().json["entries"]
    assert [entry["position"] for entry in entries] == list(range(1, 29))
    world = library.engage("log", "--by", "world", "--json").well().json["entries"]
    assert next(one["occurred"] for one in world if not one["occurred"].startswith("..")) == "2024-04-12"
    assert sorted(one["position"] for one in world) == list(range(1, 29))
    last = library.engage("log", "-n", "2", "--json").well().json["entries"]
    assert [one["position"] for one in last] == [27, 28]
    some = library.engage("log", "--type", "commitment", "--json").well().json["entries"]
    assert {one["type"].partition(".")[0] for one in some} == {"commitment"}
    assert len(some) == 5


def test_a_search_finds_entries_that_hold_all_words(library: Any) -> None:
    found = library.engage("search", "antarctic", "LOGISTICS", "--json").well().json["entries"]
    assert {one["stream"] for one in found} == {"commitment:nz-us-2026-c5", "relationship:nz-us"}
    assert library.engage("search", "antarctic", "zebra", "--json").well().json["entries"] == []


def test_show_of_an_entry_is_the_entry(library: Any) -> None:
    entry = library.entries()[21]
    assert library.engage("show", "#22", "--json").well().raw == library.export().splitlines()[21] + b"\n"
    assert library.engage("show", entry["entry_id"], "--json").well().json == entry
    shown = library.engage("show", "#22").well().out
    assert "2026-03" in shown
    assert entry["entry_id"] in shown


# --- completion -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_for_engage_and_for_the_shell(desk: Any, shell: str) -> None:
    script = desk.process("completion", shell, env={"PATH": "/usr/bin:/bin"}).well()
    assert "_ENGAGE_COMPLETE" in script.out
    assert f"{shell}_complete" in script.out
    assert script.err == ""
    if found := shutil.which(shell):
        import subprocess

        done = subprocess.run([found, "-n"], input=script.raw, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_shell_that_is_not_known_is_refused(desk: Any) -> None:
    desk.engage("completion", "cmd").refused(2)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("engage dial", {"dialogue"}),
        ("engage co", {"commitment", "correct", "completion"}),
        ("engage dialogue sched", {"schedule"}),
        ("engage commitment partly", {"partly-fulfil"}),
        ("engage dialogue schedule --win", {"--window"}),
        ("engage dialogue issue d --kind jo", {"joint"}),
        ("engage status --as", {"--as-of", "--assuming"}),
        ("engage status --format j", {"json", "jsonl"}),
        ("engage --led", {"--ledger"}),
        ("engage completion z", {"zsh"}),
    ],
)
def test_commands_verbs_options_and_words_are_completed(desk: Any, line: str, expected: set[str]) -> None:
    answer = desk.process(*line.split()[1:], env={"_ENGAGE_COMPLETE": "zsh_complete"})
    assert answer.err == ""
    assert {found.split("\t")[1] for found in answer.lines} == expected
