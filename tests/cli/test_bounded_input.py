"""No input hangs a command, or is recorded as something else: each is taken as it is, or refused before the lock."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.cli import care
from engagement_ledger.domain import limits
from engagement_ledger.exchange import import_jsonl as importing
from engagement_ledger.exchange.import_jsonl import import_file
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader

HELD = ("dialogue", "hold", "d", "--meeting", "1", "--on", "2026-02-05")


def held(name: str, **more: Any) -> dict[str, Any]:
    fact = {"stream": f"dialogue:{name}", "type": "dialogue.meeting-held/1", "occurred": "2026-02-05"}
    return {**fact, "body": {"meeting": "1"}, **more}


def jsonl(*facts: dict[str, Any]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in facts)


# --- files ------------------------------------------------------------------------------------------------


@pytest.fixture
def no_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens the ledger to write fails."""

    def writing() -> None:
        raise AssertionError("the ledger was opened for writing")

    monkeypatch.setattr(care, "writing", writing)


@pytest.mark.parametrize("kind", ["a device", "a pipe", "a link to a device"])
def test_a_source_is_a_regular_file_and_nothing_else(desk: Any, kind: str, no_writing: None) -> None:
    path = Path("/dev/zero")
    if kind != "a device":
        path = desk.folder / "odd"
        os.mkfifo(path) if kind == "a pipe" else path.symlink_to("/dev/zero")
    answer = desk.engage("source", "add", path).refused(2)
    assert "not a regular file" in answer.err


def test_a_folder_is_no_source(desk: Any) -> None:
    desk.engage("source", "add", desk.folder).refused(2)


def test_a_source_is_as_large_as_the_limit_and_no_larger(desk: Any, no_writing: None) -> None:
    with (desk.folder / "large").open("wb") as file:
        file.truncate(limits.LARGEST_SOURCE + 1)
    answer = desk.engage("source", "add", "large").refused(2)
    assert "larger than 64 MiB" in answer.err


def test_a_file_within_the_limit_is_archived(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_SOURCE", 10)
    desk.write("ten", "0123456789")
    desk.write("eleven", "0123456789a")
    desk.engage("source", "add", "ten").well()
    desk.engage("source", "add", "eleven").refused(2)


@pytest.mark.parametrize("command", ["append", "import"])
def test_a_device_that_never_ends_is_refused(desk: Any, command: str) -> None:
    with desk.unchanged():
        answer = desk.engage(command, "/dev/zero").refused(2)
    assert "MiB" in answer.err


def test_a_pipe_that_waits_keeps_nobody_from_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines at hand are committed before more are waited for."""
    monkeypatch.setattr(importing, "CHUNK", 5)
    path, pipe = tmp_path / "l.ledger", tmp_path / "pipe"
    os.mkfifo(pipe)
    with Ledger(path, create=True) as ledger:
        taken: list[Any] = []
        importer = threading.Thread(
            target=lambda: taken.append(import_file(ledger, pipe, recorded_by="mere")), daemon=True
        )
        importer.start()
        with pipe.open("wb") as lines:
            lines.write(jsonl(*(held(f"d{number}") for number in range(30))).encode())
            lines.flush()
            for _ in range(600):
                with Reader(path) as reader:
                    if reader.size >= 5:
                        break
                time.sleep(0.05)
            with Ledger(path) as other:
                from engagement_ledger.ledger.drafts import draft_of

                assert other.append(draft_of(held("beside"), recorded_by="tama", resolve=str))[0].outcome == "created"
        importer.join(60)
    assert taken[0].created == 30
    with Reader(path) as reader:
        assert reader.size == 31


# --- lines and characters ---------------------------------------------------------------------------------

ODD = "one\x85two\u2028three\u2029four\x0bfive\x0csix\x1cseven\x1eeight\u00adnine\U000e0041ten\ufeff"


def test_what_a_dry_run_prints_is_recorded_as_it_would_have_been(desk: Any) -> None:
    asked = (
        "commitment",
        "make",
        "c",
        "--obligors",
        "NZ",
        "--kind",
        "event",
        "--text",
        ODD,
        "--note",
        ODD,
        "--on",
        "2026-02-05",
    )
    printed = desk.engage(*asked, "--dry-run").well().raw
    desk.write("dry.jsonl", printed)
    desk.engage("append", "dry.jsonl").well()
    (entry,) = desk.entries()
    assert (entry["note"], entry["body"]["text"]) == (ODD, ODD)
    assert "exists already" in desk.engage(*asked).well().out
    desk.write(
        "exported.jsonl", jsonl(*({k: v for k, v in one.items() if k in json.loads(printed)} for one in desk.entries()))
    )
    assert "exists already" in desk.engage("append", "exported.jsonl").well().out


@pytest.mark.parametrize(
    "asked",
    [("show", "#1"), ("show", "dialogue:d"), ("log",), ("blame", "dialogue:d"), ("search", "one"), ("source", "list"),
     ("diff", "2025-01-01..2026-12-31"), ("timeline", "dialogue:d"), ("status",)],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("form", ["json", "table", "csv", "md"])
def test_no_answer_holds_a_character_that_acts_or_hides(desk: Any, asked: tuple[str, ...], form: str) -> None:
    text = ODD + "\x1b[31m\x9b31m\u202e"
    desk.write("source.txt", "words")
    desk.engage("source", "add", "source.txt", "--title", text).well()
    body = {"parties": ["NZ", "US"], "title": text}
    desk.engage(
        "append", "-", stdin=jsonl(held("d", type="dialogue.established/1", body=body, note=text, tags=[text]))
    ).well()
    answer = desk.engage(*asked, "--format", form).well()
    assert not [c for c in answer.out + answer.err if c not in "\n\r" and c in text and not c.isprintable()]
    if form == "json" and asked[0] in ("log", "show", "source"):
        assert text in texts(answer.json)


def texts(value: Any) -> set[str]:
    """Every text of an answer."""
    if isinstance(value, dict | list):
        return set().union(*map(texts, value.values() if isinstance(value, dict) else value))
    return {value} if isinstance(value, str) else set()


def on_a_terminal(desk: Any, *asked: str) -> str:
    """What a command writes to a terminal."""
    mine, its = pty.openpty()
    started = desk.started(*asked, stdout=its, stderr=subprocess.PIPE)
    os.close(its)
    shown = b""
    try:
        while block := os.read(mine, 65_536):
            shown += block
    except OSError:  # the terminal is gone with the command
        pass
    os.close(mine)
    assert started.wait(60) == 0, started.stderr.read()
    started.stderr.close()
    return shown.decode()


def test_a_source_and_an_export_do_nothing_to_a_terminal_and_stay_bytes_elsewhere(desk: Any) -> None:
    content = "one\x1b[31m\ttwo\u202e\nthree\n"
    desk.write("source.txt", content)
    document = desk.engage("source", "add", "source.txt").well().out.strip()
    desk.engage(*HELD, "--note", "a\u202eb").well()
    assert desk.engage("source", "show", document, "--raw").well().raw == content.encode()
    assert "a\u202eb".encode() in desk.export()
    asked = (("source", "show", document), ("source", "show", document, "--raw"), ("export",))
    shown = "".join(on_a_terminal(desk, *one) for one in asked)
    assert shown.count("one\\u001b[31m") == 2
    shown += desk.engage("source", "show", document).well().out
    assert "one\\u001b[31m" in shown
    assert "two\\u202e\r\nthree" in shown
    assert "a\\u202eb" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_file_whose_name_would_act_is_named_without_acting(desk: Any) -> None:
    desk.write("a\x1b[31mb.yaml", "- x: 1\n- y: 2\n")
    answer = desk.engage("append", "a\x1b[31mb.yaml").refused(2)
    assert "\x1b" not in answer.err
    assert "a\\u001b[31mb.yaml:1" in answer.err


# --- what is wrong is refused before anything is done ------------------------------------------------------


@pytest.mark.parametrize("instant", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "9999-12-31T23:59:59-00:01"])
def test_an_instant_outside_of_the_years_that_can_be_written_is_no_instant(example: Any, instant: str) -> None:
    for asked in (("status", "--known-at", instant), ("diff", "--known", f"{instant}..{instant}")):
        assert "is not an instant" in example.engage(*asked).refused(2).err
    with example.unchanged():
        example.engage(*HELD, "--known-since", instant).refused(2)


@pytest.mark.parametrize("instant", ["0001-01-01T00:00-14:00", "9999-12-31T23:59+12:00"])
def test_an_instant_at_the_edge_of_the_years_is_one(example: Any, instant: str) -> None:
    example.engage("log", "--known-at", instant).well()


@pytest.mark.parametrize(
    "asked", [HELD, ("append", "f.jsonl"), ("import", "f.jsonl"), ("source", "add", "f.jsonl")], ids=" ".join
)
@pytest.mark.parametrize("variable", ["ENGAGE_AS", "LOGNAME"])
def test_who_records_is_named_in_utf_8(desk: Any, asked: tuple[str, ...], variable: str) -> None:
    desk.write("f.jsonl", jsonl(held("d")))
    env = {variable: "M\udce9re"} | ({"ENGAGE_AS": ""} if variable == "LOGNAME" else {})
    with desk.unchanged():
        answer = desk.process(*asked, env=env).refused(2)
    assert "'M\\udce9re', is not UTF-8" in answer.err
    desk.process(*asked, env=env | {variable: "Mère"}).well()


def test_an_argument_is_taken_as_it_was_typed_or_refused(desk: Any) -> None:
    with desk.unchanged():
        answer = desk.process(*HELD, "--note", "caf\udce9").refused(2)
    assert "is not UTF-8" in answer.err
    desk.process(*HELD, "--note", "café").well()


@pytest.mark.parametrize("asked", [HELD, ("append", "f.jsonl"), ("retract", "#1", "--reason", "r")], ids=" ".join)
def test_a_fact_is_not_recorded_where_today_is_no_day(example: Any, asked: tuple[str, ...]) -> None:
    example.write("f.jsonl", jsonl(held("d")))
    with example.unchanged():
        assert "2026-02-30" in example.engage(*asked, env={"ENGAGE_TODAY": "2026-02-30"}).refused(2).err


@pytest.mark.parametrize("command", ["append", "import"])
def test_two_lines_with_one_id_that_differ_are_both_named(desk: Any, command: str) -> None:
    first = held("d", entry_id="00000000-0000-4000-8000-000000000001")
    desk.write("f.jsonl", "\n\n" + jsonl(held("a"), first, held("b"), {**first, "occurred": "2026-02-06"}))
    with desk.unchanged():
        answer = desk.engage(command, "f.jsonl").refused(1)
    assert (
        "error: f.jsonl:6: f.jsonl:4 has the same id, 00000000-0000-4000-8000-000000000001, with different occurred"
        in answer.err
    )
    assert "correct it" not in answer.err
    desk.write("f.jsonl", jsonl(held("a"), first, held("b"), first))
    desk.engage(command, "f.jsonl").well()
    assert len(desk.entries()) == 3


def test_links_within_a_file_are_followed_without_looking_through_it(desk: Any) -> None:
    """Each fact names the one before it, by id; the last but one is of another stream, and that is said."""
    ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(300)]
    facts = [
        held("d", type="dialogue.agenda-set/1", entry_id=one, after=ids[max(number - 1, 0) : number],
             body={"meeting": str(number), "items": ["x"]})
        for number, one in enumerate(ids)
    ]  # fmt: skip
    desk.engage("append", "-", stdin=jsonl(*facts[:-1], {**facts[-1], "stream": "dialogue:e"})).refused(1)
    desk.engage("append", "-", stdin=jsonl(*facts)).well()
