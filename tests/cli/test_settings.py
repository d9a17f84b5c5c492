"""engage.toml: which one holds, what goes before it, and what is not read, whoever put it there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HELD = ("dialogue", "hold", "d", "--meeting", "1", "--on", "2026-02-02")
TOML = """\
ledger = "ours.ledger"
author = "mere"
source = "Joint statement; publisher=NZ"
color = "never"
"""


@pytest.fixture
def below(desk: Any) -> Any:
    """A desk in a folder two below that of its engage.toml, and nothing in its environment."""
    desk.write("engage.toml", TOML)
    desk.ledger.rename(desk.folder / "ours.ledger")
    folder = desk.folder / "2026" / "march"
    folder.mkdir(parents=True)
    home = desk.folder
    desk.folder, desk.ledger = folder, home / "ours.ledger"
    desk.env = {"ENGAGE_LEDGER": "", "ENGAGE_AS": "", "HOME": str(home)}
    return desk


PROBE = """
import atexit, json, sys
atexit.register(lambda: print("MODULES " + " ".join(sorted(sys.modules)), file=sys.__stderr__))
from engagement_ledger.cli.main import main
main()
"""


def modules(desk: Any, *args: str) -> set[str]:
    """The modules that a process of the command has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *args], cwd=desk.folder, env=desk.environment(), capture_output=True, check=False
    )
    return set(done.stderr.decode().rpartition("MODULES ")[2].split())


def top(desk: Any) -> Path:
    return Path(desk.env["HOME"])


def settled(desk: Any, text: str | bytes) -> None:
    (top(desk) / "engage.toml").write_bytes(text if isinstance(text, bytes) else text.encode())


def doctor(answer: Any) -> dict[str, str]:
    """Name → what the doctor says of it."""
    return dict(line.split(maxsplit=1) for line in answer.out.splitlines())


def test_it_gives_the_ledger_beside_it_the_author_and_the_source(below: Any) -> None:
    answer = below.engage(*HELD).well()
    assert "source:   Joint statement; publisher=NZ" in answer.err
    (entry,) = below.entries()
    assert entry["recorded_by"] == "mere"
    assert entry["sources"] == [{"document": "Joint statement", "publisher": "NZ"}]
    assert not (below.folder / "engagements.ledger").exists()


def test_an_option_goes_before_it_and_before_the_environment(below: Any) -> None:
    env = {"ENGAGE_AS": "env", "ENGAGE_SOURCE": "Env", "ENGAGE_LEDGER": str(top(below) / "ours.ledger")}
    answer = below.engage(*HELD, "--as", "you", "--source", "Option", "--dry-run", env=env).well()
    assert (answer.json["recorded_by"], answer.json["sources"]) == ("you", [{"document": "Option"}])
    answer = below.engage(*HELD, "--dry-run", env=env).well()
    assert (answer.json["recorded_by"], answer.json["sources"]) == ("env", [{"document": "Env"}])
    assert below.engage("--ledger", "nowhere", "status", env=env).code == 6
    assert below.engage("status", "--ledger", "nowhere", env=env).code == 6
    assert below.engage("status", env={"ENGAGE_LEDGER": "nowhere"}).code == 6


def test_an_empty_source_leaves_the_default_out(below: Any) -> None:
    answer = below.engage(*HELD, "--source", "").well()
    assert "source:" not in answer.err
    assert "sources" not in below.entries()[0]


def test_the_default_source_is_for_facts_given_by_command_alone(below: Any) -> None:
    below.engage(*HELD).well()
    below.engage("correct", "1", "venue=Wellington", "--reason", "it was named").well()
    fact = {"stream": "dialogue:e", "type": "dialogue.meeting-held", "occurred": "2026", "body": {"meeting": "1"}}
    below.engage("append", "-", stdin=json.dumps(fact)).well()
    assert [("sources" in one) for one in below.entries()] == [True, False, False]


@pytest.mark.parametrize(
    ("source", "cited"),
    [
        ('["A", "B; publisher=US"]', [{"document": "A"}, {"document": "B", "publisher": "US"}]),
        ('{document = "A; B", standing = "primary"}', [{"document": "A; B", "standing": "primary"}]),
        ('["A", {document = "B"}]', [{"document": "A"}, {"document": "B"}]),
    ],
)
def test_a_source_is_written_as_the_option_or_as_a_file_takes_it(below: Any, source: str, cited: Any) -> None:
    settled(below, f'ledger = "ours.ledger"\nsource = {source}\n')
    assert below.engage(*HELD, "--dry-run").well().json["sources"] == cited


@pytest.mark.parametrize("source", ['"A; standing=tertiary"', '{publisher = "NZ"}', '"a; b; c; d; e; f; g; h; i"'])
def test_a_source_that_is_none_is_refused_with_the_file_that_gives_it(below: Any, source: str) -> None:
    settled(below, f'ledger = "ours.ledger"\nsource = {source}\n')
    assert f"error: {top(below) / 'engage.toml'}: source: " in below.engage(*HELD).refused(2).err
    below.engage("status").well()
    below.engage(*HELD, "--source", "Other").well()


def test_colours_hold_as_it_says_unless_an_option_says_otherwise(below: Any) -> None:
    below.engage(*HELD).well()
    assert "\x1b[" not in below.engage("status", "--color", "auto").well().out
    settled(below, TOML.replace("never", "always"))
    assert "\x1b[" in below.engage("status").well().out
    assert "\x1b[" not in below.engage("--color", "never", "status").well().out
    assert "\x1b[" not in below.engage("status", "--color", "never").well().out
    assert "\x1b[" not in below.engage("status", env={"ENGAGE_COLOR": "never"}).well().out


def test_the_nearest_one_holds_and_alone(below: Any) -> None:
    (below.folder / "engage.toml").write_text('author = "nearer"\n')
    told = doctor(below.engage("doctor"))
    assert told["author"] == "nearer  (from engage.toml)"
    assert told["ledger"] == "engagements.ledger  (default)"


def test_none_is_looked_for_above_the_home_folder(below: Any) -> None:
    below.env["HOME"] = str(below.folder)
    assert doctor(below.engage("doctor"))["settings"].startswith("none")
    below.env["HOME"] = str(below.folder.parent)
    assert doctor(below.engage("doctor"))["settings"].startswith("none")
    below.env["HOME"] = "/nowhere"
    assert doctor(below.engage("doctor"))["settings"] == str(top_of(below) / "engage.toml")


def top_of(desk: Any) -> Path:
    return Path(desk.ledger).parent


def test_the_doctor_says_what_holds_and_who_says_so(below: Any) -> None:
    told = doctor(below.engage("doctor", "--ledger", below.ledger, env={"ENGAGE_AS": "you"}).well())
    assert told["settings"] == str(top(below) / "engage.toml")
    assert told["ledger"] == f"{below.ledger}  (from option)"
    assert told["author"] == "you  (from ENGAGE_AS)"
    assert told["source"] == "Joint statement; publisher=NZ  (from engage.toml)"
    assert told["color"] == "never  (from engage.toml)"


def test_another_file_is_named_or_none(below: Any) -> None:
    (below.folder / "other.toml").write_text('author = "other"\n')
    told = doctor(below.engage("doctor", env={"ENGAGE_SETTINGS": "other.toml"}))
    assert told["author"] == f"other  (from {below.folder / 'other.toml'})"
    assert doctor(below.engage("doctor", env={"ENGAGE_SETTINGS": ""}))["ledger"] == "engagements.ledger  (default)"
    assert (
        "nowhere.toml: No such file" in below.engage("status", env={"ENGAGE_SETTINGS": "nowhere.toml"}).refused(2).err
    )


# --- what is no settings --------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[str | bytes, str]] = {
    "an unknown key": ('ledgr = "x"\n', "'ledgr' is no setting"),
    "a table": ('[tool.engage]\nledger = "x"\n', "'tool' is no setting"),
    "a number for a text": ("ledger = 7\n", "ledger is a text, not a number"),
    "a day for a text": ("author = 2026-02-02\n", "author is a text, not a date"),
    "an empty text": ('ledger = ""\n', "ledger is empty"),
    "a blank text": ('author = "  "\n', "author is empty"),
    "a null character": ('ledger = "a\\u0000b"\n', "ledger holds the character U+0000"),
    "a word that is in no list": ('color = "blue"\n', "color is 'blue'"),
    "a source that is a number": ("source = 7\n", "source is a text, not a number"),
    "a source with a number in it": ('source = ["a", 7]\n', "source is a text, not a number"),
    "a source with a field that is a number": ("source = {document = 7}\n", "source.document is a text, not a number"),
    "very many sources": (f"source = {['x'] * 101}\n", "source has 101 citations"),
    "no TOML": ("author = mk\n", "not TOML: invalid value (at line 1, column 10)"),
    "a key twice": ('author = "a"\nauthor = "b"\n', "not TOML: cannot overwrite a value"),
    "nested without end": ("author = " + "[" * 30_000, "not TOML"),
    "tables within tables": ("a." * 30_000 + "a = 1\n", "'a' is no setting"),
    "a number of thousands of digits": (f"author = {'9' * 20_000}\n", "not TOML"),
    "not UTF-8": (b'author = "caf\xe9"\n', "not UTF-8"),
    "huge": ("#" * 70_000, "larger than 64 KiB"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_settings_is_refused_with_file_and_key(below: Any, name: str) -> None:
    content, said = BROKEN[name]
    settled(below, content)
    for command in ("status",), HELD, ("init",):
        answer = below.engage(*command).refused(2)
        assert f"{top(below) / 'engage.toml'}: {said}" in answer.err
        assert len(answer.err) < 1_000
    assert not (below.folder / "engagements.ledger").exists()
    sick = below.engage("doctor")
    assert sick.code == 2
    assert said in sick.out


@pytest.mark.parametrize("kind", ["link", "link to nothing", "folder", "pipe", "device"])
def test_what_is_no_regular_file_is_not_opened(below: Any, kind: str) -> None:
    file = top(below) / "engage.toml"
    file.rename(top(below) / "other.toml")
    match kind:
        case "link":
            file.symlink_to("other.toml")
        case "link to nothing":
            file.symlink_to("nowhere")
        case "folder":
            file.mkdir()
        case "pipe":
            os.mkfifo(file)
        case "device":
            try:
                os.mknod(file, 0o600 | 0o020000, os.makedev(1, 5))  # like /dev/zero
            except PermissionError:
                pytest.skip("devices are made by root alone")
    done = below.process("status").refused(2)
    assert str(file) in done.err
    assert ("a link" if "link" in kind else "no regular file") in done.err


def test_completion_asks_the_ledger_that_it_names(below: Any) -> None:
    below.engage("dialogue", "hold", "nz-us-space", "--meeting", "1", "--on", "2026-02-05").well()
    told = below.engage("status", "nz-us-s", env={"_ENGAGE_COMPLETE": "fish_complete"}).well()
    assert [line.split("\t")[1] for line in told.lines] == ["nz-us-space"]


def test_help_and_completion_never_read_it(below: Any) -> None:
    settled(below, "broken")
    for args in ("--help",), ("--version",), ("status", "--help"), ("dialogue", "hold", "--help"), ("help", "status"):
        below.engage(*args).well()
    below.engage("completion", "bash").well()
    env = {"_ENGAGE_COMPLETE": "fish_complete"}
    assert "schedule" in below.process("dialogue", "sched", env=env).out
    value = below.process("status", "", env=env)
    assert (value.code, value.out, value.err) == (0, "", ""), "where it is read, for the ledger's name, nothing is said"
    assert below.engage("status").code == 2, "the control: it is broken"


def test_only_where_there_is_one_is_a_reader_of_toml_loaded(below: Any) -> None:
    assert "tomllib" in modules(below, "status")
    (top(below) / "engage.toml").unlink()
    assert "tomllib" not in modules(below, "status")
    for args in ("--help",), ("status", "--help"), ("completion", "bash"):
        assert "engagement_ledger.cli.settings" not in modules(below, *args)


def test_a_folder_that_is_gone_has_no_settings(below: Any) -> None:
    gone = below.folder / "gone"
    gone.mkdir()
    script = (
        "import os, sys; os.rmdir(os.getcwd()); from engagement_ledger.cli.main import run; "
        "sys.exit(run(['schema', '--themes']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=gone, env=below.environment(), capture_output=True, check=False, timeout=60
    )
    assert b"space" in done.stdout, done.stderr


# --- whose it is ------------------------------------------------------------------------------------------------


@pytest.fixture
def stranger() -> int:
    """A user who is neither this one nor root, to give a file to."""
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    return 12_345


def test_another_users_file_is_not_believed(below: Any, stranger: int) -> None:
    file = top(below) / "engage.toml"
    os.chown(file, stranger, -1)
    before = below.digest()
    answer = below.engage(*HELD).refused(2)
    assert below.digest() == before
    assert f"{file}: it belongs to user {stranger}" in answer.err
    assert f"ENGAGE_SETTINGS={file}" in answer.err
    below.engage(*HELD, env={"ENGAGE_SETTINGS": str(file)}).well()


def test_a_file_that_everybody_may_write_to_is_not_believed(below: Any) -> None:
    file = top(below) / "engage.toml"
    file.chmod(0o666)
    assert "everybody may write to it" in below.engage("status").refused(2).err
    file.chmod(0o664)
    below.engage("status").well()


def test_a_file_with_another_name_is_not_believed(below: Any) -> None:
    file = top(below) / "engage.toml"
    (below.folder / "engage.toml").hardlink_to(file)
    assert "hard links" in below.engage("status").refused(2).err
    (below.folder / "engage.toml").unlink()
    below.engage("status").well()


# --- 12 and #12 -------------------------------------------------------------------------------------------------

ALIKE = [
    ("show", "{}"), ("show", "dialogue:nz-us-space", "--known-at", "{}"), ("status", "--known-at", "{}"),
    ("log", "--known-at", "{}"), ("timeline", "dialogue:nz-us-space", "--known-at", "{}"),
    ("blame", "dialogue:nz-us-space/meeting/2", "window", "--known-at", "{}"), ("due", "--known-at", "{}"),
    ("diff", "--known", "3..{}"), ("diff", "--known", "{}..28"), ("search", "space", "--known-at", "{}"),
    ("catch-up", "--since", "{}"), ("replay", "--to", "{}", "--end"), ("export", "--from", "{}"),
    ("export", "--to", "{}"), ("retract", "{}", "--reason", "x", "--dry-run"),
    ("correct", "{}", "note=x", "--reason", "x", "--dry-run"), ("brief", "NZ", "--known-at", "{}"),
]  # fmt: skip


@pytest.mark.parametrize("asked", ALIKE, ids=" ".join)
def test_a_position_is_named_with_or_without_its_mark(library: Any, asked: tuple[str, ...]) -> None:
    bare = library.engage(*(one.format("12") for one in asked)).well()
    marked = library.engage(*(one.format("#12") for one in asked)).well()
    assert bare.raw == marked.raw


def test_so_is_one_that_comes_before_and_one_that_is_proven(desk: Any) -> None:
    desk.engage(*HELD).well()
    after = ("dialogue", "set-agenda", "d", "--meeting", "1", "--items", "x", "--on", "2026", "--dry-run", "--after")
    assert desk.engage(*after, "1").well().raw == desk.engage(*after, "#1").well().raw
    env = {"HOME": str(desk.folder), "ENGAGE_KEY": str(desk.folder / "key")}
    desk.engage("key", "create", "desk.example", env=env).well()
    desk.engage("checkpoint", "create", env=env).well()
    assert desk.engage("prove", "1", env=env).well().raw == desk.engage("prove", "#1", env=env).well().raw
