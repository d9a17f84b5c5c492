"""Completion, in the shells themselves: a word becomes what the ledger has, and a hostile ledger does no harm."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.shells import SHELLS, Terminal, is_here, terminal
from engagement_ledger.cli import index
from engagement_ledger.cli.shell_words import Word, words_of, written

BREAKS = " \t\n\"'><=;|&(:"
"""COMP_WORDBREAKS, as bash has it by itself."""


def offered(desk: Any, *words: str, env: dict[str, str] | None = None) -> list[str]:
    """What completes the last of these words."""
    return [line.split("\t")[1] for line in asked(desk, *words, env=env)]


def asked(desk: Any, *words: str, env: dict[str, str] | None = None) -> list[str]:
    """The lines of an answer to fish; nothing is said besides, and the command ends well."""
    answer = desk.engage(*words, env={"_ENGAGE_COMPLETE": "fish_complete", **(env or {})}).well()
    assert answer.err == ""
    lines: list[str] = answer.out.split("\n")
    assert lines.pop() == ""
    return lines


# --- what completes what -----------------------------------------------------------------------------------

COMPLETED: dict[str, tuple[str, set[str]]] = {
    "a stream": ("status commitment:nz-us-2026-c1", {"commitment:nz-us-2026-c1"}),
    "a stream without its kind": ("log nz-us-sp", {"nz-us-space"}),
    "the kind of a stream": ("show comm", {"commitment:"}),
    "a stream of the kind that the command is of": ("commitment fulfil nz-us-2026-c1", {"nz-us-2026-c1"}),
    "the same with its kind": ("commitment fulfil commitment:nz-us-2026-c1", {"commitment:nz-us-2026-c1"}),
    "a stream of another kind": ("commitment fulfil dialogue:nz", set()),
    "a part": ("show nz-us-space/", {"nz-us-space/meeting/1", "nz-us-space/meeting/2"}),
    "a part where a stream alone is taken": ("replay --stream nz-us-space/", set()),
    "a stream as an option": ("diff --stream nz-us-st", {"nz-us-strategic"}),
    "a party by its code": ("status --party U", {"US", "USA", "United States", "United States of America"}),
    "a party in small letters": ("status --party nz", {"NZ"}),
    "a party by a name": ("status --party new", {"New Zealand"}),
    "a party that is no state": ("due --party org:", {"org:PIF"}),
    "a party that is not in the ledger": ("due --party C", set()),
    "a party of a fact": ("commitment fulfil x --obligor NZ", {"NZ"}),
    "a party of a fact, by its name": ("commitment fulfil x --obligor fiji", {"FJ"}),
    "a party of a fact, by what may be two": ("commitment fulfil x --obligor Guinea", set()),
    "two parties": ("check accounts --between NZ U", {"US", "USA", "United States", "United States of America"}),
    "who published": ("source add x --publisher NZ", {"NZ"}),
    "whose sources": ("brief x --according-to nz", {"NZ"}),
    "a theme": ("status --theme antarctic-", {"antarctic-research", "antarctic-policy", "antarctic-logistics"}),
    "a theme of a fact": ("dialogue hold x --themes crit", {"critical-minerals"}),
    "a status": ("status --status h", {"held"}),
    "a flag": ("status --flag over", {"overdue"}),
    "a type": ("log --type dialogue.meeting-s", {"dialogue.meeting-scheduled/1"}),
    "a type to be shown": ("schema party.member-l", {"party.member-left/2"}),
    "a role": ("status --role ob", {"obligor"}),
    "a kind": ("status --kind explor", {"exploratory"}),
    "a kind of aggregate": ("status --kind dial", {"dialogue"}),
    "who recorded": ("log --recorded-by ex", {"example"}),
    "who records": ("dialogue hold x --as ex", {"example"}),
    "what is counted by": ("status --count --by th", {"theme"}),
    "another by which it is counted": ("status --count --by theme --by ye", {"year"}),
    "a meeting": ("dialogue hold nz-us-space --meeting ", {"1", "2"}),
    "a meeting of a dialogue with its kind": ("dialogue hold dialogue:nz-us-space --meeting 2", {"2"}),
    "a meeting that something is made at": ("commitment make x --made-at dialogue:nz-us-space/",
                                            {"dialogue:nz-us-space/meeting/1", "dialogue:nz-us-space/meeting/2"}),
    "a stream that a fact names": ("commitment supersede x --by-commitment commitment:nz-us-2026-c5",
                                   {"commitment:nz-us-2026-c5"}),
    "the same without its kind": ("commitment supersede x --by-commitment nz-us", set()),
    "what a fact builds on": ("commitment make x --builds-on dialogue:nz-us-sp", {"dialogue:nz-us-space"}),
    "a field": ("blame nz-us-space venu", {"venue"}),
    "a brief": ("brief antarctic-p", {"antarctic-policy"}),
    "a group of checks": ("check acc", {"accounts"}),
    "a command to be helped with": ("help dialogue sched", {"schedule"}),
    "a value after its option and =": ("status --theme=antarctic-p", {"--theme=antarctic-policy"}),
    "an instant": ("status --known-at 2026-0", set()),
    "what was never heard of": ("status commitment:zz", set()),
}  # fmt: skip
"""What is typed → what is offered."""


@pytest.mark.parametrize("name", COMPLETED)
def test_a_value_is_completed_by_what_there_is(library: Any, name: str) -> None:
    typed, expected = COMPLETED[name]
    assert set(offered(library, *typed.split(" "))) == expected


def test_without_a_word_every_stream_is_offered_with_what_it_is_about(library: Any) -> None:
    lines = asked(library, "status", "")
    assert "plain\tinstrument:nz-us-minerals\tU.S.–New Zealand Critical Minerals Framework" in lines
    assert "plain\tdialogue:nz-us-space\tNew Zealand–United States Space Dialogue" in lines
    assert len(lines) == 11


def test_every_code_is_offered_for_a_fact(desk: Any) -> None:
    """Of a ledger that has none yet, and where there is no ledger."""
    for env in ({}, {"ENGAGE_LEDGER": "/nowhere"}):
        found = offered(desk, "dialogue", "establish", "x", "--parties", "", env=env)
        assert {"NZ", "US", "CL", "SU"} <= set(found)
    assert offered(desk, "status", "--party", "") == [], "the control: nothing is recorded of any"


def test_checkpoints_and_sources_are_completed(desk: Any) -> None:
    desk.write("note.txt", "What was said.")
    digest = desk.engage("source", "add", "note.txt", "--title", "A note").well().lines[0]
    desk.engage("key", "create", "mfa.example/ledger", env={"ENGAGE_KEY": str(desk.folder / "key")}).well()
    desk.engage("checkpoint", "create", "--name", "spring", env={"ENGAGE_KEY": str(desk.folder / "key")}).well()
    for typed in ("status --known-at s", "catch-up --since s", "checkpoint show spr", "prove --consistency s",
                  "replay --to sp", "log --known-at "):  # fmt: skip
        assert offered(desk, *typed.split(" ")) == ["spring"], typed
    assert asked(desk, "source", "show", digest[:12]) == [f"plain\t{digest}\tA note"]
    assert offered(desk, "source", "show", digest[7:10]) == [digest[7:]]
    assert asked(desk, "dialogue", "hold", "x", "--source", "sha") == [f"part\t{digest}\tA note"]
    assert offered(desk, "source", "show", "sha256:zz") == []


def test_a_name_that_two_kinds_have_is_offered_with_its_kinds(desk: Any) -> None:
    desk.engage("relationship", "establish", "nz-fj", "--on", "1970").well()
    desk.engage("dialogue", "establish", "nz-fj", "--parties", "NZ", "--parties", "FJ", "--title", "Talks",
                "--on", "1990").well()  # fmt: skip
    assert offered(desk, "show", "nz") == ["relationship:nz-fj", "dialogue:nz-fj"]
    desk.engage("relationship", "establish", "nz-fm", "--on", "1970").well()
    assert offered(desk, "show", "nz") == ["nz-fm"], "it is not completed to what would be refused"


def test_of_many_the_first_and_the_last_are_offered_so_that_what_is_common_is_common_to_all(desk: Any) -> None:
    def fact(name: str) -> str:
        return (
            f'{{"stream":"commitment:{name}","type":"commitment.made/1","occurred":"2026-02-05","tags":["{name}"],'
            '"body":{"obligors":["NZ"],"kind":"event","text":"To act"}}\n'
        )

    names = [f"c{number:03}" for number in range(300)]
    desk.engage("append", "-", stdin="".join(map(fact, names))).well()
    for typed in (("status", "commitment:c"), ("commitment", "fulfil", ""), ("log", "--tag", "c")):
        found = offered(desk, *typed)
        assert len(found) == 200
        assert [found[0][-4:], found[-1][-4:]] == ["c000", "c299"]
    assert asked(desk, "status", "")[0].startswith("part\tcommitment:\t"), "of more than can be shown, the kinds"
    assert offered(desk, "status", "c12") == [f"c12{number}" for number in range(10)]


@pytest.mark.parametrize("option", ["--ledger", "--ledger=", "-after"])
def test_the_ledger_that_the_line_names_is_asked(desk: Any, built: Path, option: str) -> None:
    place = str(built)
    line = {
        "--ledger": ("--ledger", place, "status", "nz-us-sp"),
        "--ledger=": (f"--ledger={place}", "status", "nz-us-sp"),
        "-after": ("status", "--ledger", place, "nz-us-sp"),
    }[option]
    assert offered(desk, *line) == ["nz-us-space"]
    assert offered(desk, "status", "nz-us-sp") == [], "the control: the variable names a ledger without streams"
    assert offered(desk, "status", "nz-us-sp", env={"ENGAGE_LEDGER": place}) == ["nz-us-space"]


# --- a ledger that cannot be read, or is held --------------------------------------------------------------


def _otherwise(path: Path) -> None:
    """Laid out as a later version may do it."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA user_version = 99; ALTER TABLE names RENAME TO words;")


SPOILT: dict[str, Callable[[Path], object]] = {
    "none": Path.unlink,
    "an empty file": lambda path: path.write_bytes(b""),
    "no ledger": lambda path: path.write_bytes(b"no ledger at all, but text " * 50),
    "half a ledger": lambda path: path.write_bytes(path.read_bytes()[:5_000]),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a newer one": _otherwise,
}


@pytest.mark.parametrize("name", SPOILT)
def test_where_no_ledger_can_be_read_nothing_is_offered_and_nothing_said(example: Any, name: str) -> None:
    assert offered(example, "status", "nz-us-sp") == ["nz-us-space"], "the control"
    SPOILT[name](example.ledger)
    for typed in ("status nz", "status --party N", "log --tag a", "show nz-us-space/", "source show s", "log --type d"):
        assert asked(example, *typed.split(" ")) == []
    assert offered(example, "status", "--status", "hel") == ["held"], "what is in every ledger is offered all the same"


def test_a_ledger_that_another_program_keeps_to_itself_is_not_waited_for(example: Any) -> None:
    with contextlib.closing(sqlite3.connect(example.ledger, isolation_level=None)) as held:
        held.execute("PRAGMA locking_mode = EXCLUSIVE")
        held.execute("BEGIN EXCLUSIVE")
        done = subprocess.run(
            [sys.executable, "-m", "engagement_ledger.cli.main", "status", "nz-us-sp"],
            env=example.environment({"_ENGAGE_COMPLETE": "zsh_complete"}),
            capture_output=True,
            check=False,
            timeout=25,  # a question waits for thirty seconds
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_who_writes_is_not_in_the_way_nor_is_anything_written(example: Any) -> None:
    with contextlib.closing(sqlite3.connect(example.ledger, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert offered(example, "status", "nz-us-sp") == ["nz-us-space"]
        writer.execute("ROLLBACK")
    with example.unchanged():
        for typed in ("status ", "status --party ", "show nz-us-space/", "log --tag ", "source show "):
            asked(example, *typed.split(" "))


# --- what is hostile ---------------------------------------------------------------------------------------

HOSTILE = {
    "a": "a $(touch pwned)", "b": "b`touch pwned`", "c": "c'; touch pwned; '", "d": 'd"; touch pwned; "',
    "e": "e; touch pwned", "f": "f > pwned", "g": "g\\", "h": "h*?[a]{b,c}", "i": "i!!", "j": "j ~ # & | ( ) ^",
    "k": "k é 日本", "l": "l\u00a0wide", "m": "m  two  blanks ", "n": "n${HOME}$HOME",
}  # fmt: skip
"""Beginnings, and tags that a shell would run, or read as something else, if they were not quoted."""
HIDDEN = {"p": "p\x1b]0;owned\x07", "q": "q\nsecond line", "r": "r\ttab", "s": "s\u202etxet", "t": "t\x7f", "u": "u\r"}
"""Tags in which something is hidden that a terminal would obey: they are not offered."""


@pytest.fixture(scope="module")
def hostile(filled: Callable[[bytes], Any]) -> Any:
    fact = {
        "stream": "commitment:one", "type": "commitment.made/1", "occurred": "2026-02-05",
        "body": {"obligors": ["NZ"], "kind": "event", "text": "A\x1b]0;owned\x07 $(touch pwned)\nsecond\tthird"},
        "tags": [*HOSTILE.values(), *HIDDEN.values(), "-o"],
    }  # fmt: skip
    return filled(json.dumps(fact).encode() + b"\n")


def test_nothing_that_a_terminal_would_obey_is_in_an_answer(hostile: Any) -> None:
    for typed in (("log", "--tag", ""), ("status", "")):
        for line in asked(hostile, *typed):
            assert re.fullmatch(r"(plain|part)\t[^\x00-\x1f\x7f\u202e]+(\t[^\x00-\x1f\x7f\u202e]+)?", line), repr(line)
    assert set(offered(hostile, "log", "--tag", "")) == {*HOSTILE.values(), "-o"}
    (line,) = asked(hostile, "status", "")
    assert line == "plain\tcommitment:one\tA\\u001b]0;owned\\u0007 $(touch pwned) second third"


def test_what_is_no_name_of_a_stream_is_not_offered_though_the_file_has_it(example: Any) -> None:
    planted = ("commitment:$(touch pwned)", "commitment:--output=x", "commitment:\x1b[2J", "dialogue:`id`")
    with contextlib.closing(sqlite3.connect(example.ledger)) as connection:
        connection.executemany("INSERT INTO names (name) VALUES (?)", [(one,) for one in planted])
        connection.commit()
    for typed in (("status", "commitment:"), ("status", ""), ("commitment", "fulfil", ""), ("status", "--")):
        assert not [one for one in offered(example, *typed) if "touch" in one or "output=x" in one or "`" in one]


@pytest.mark.parametrize(
    "text", [*HOSTILE.values(), *HIDDEN.values(), "plain", "it's", '"', "'", "''", '""', "\\'", ""]
)
def test_a_text_is_written_so_that_a_shell_reads_just_that(text: str) -> None:
    """Whatever quote is open; bash itself is the judge."""
    for quote in ("", "'", '"'):
        as_written = written(text, quote)
        if as_written is None:
            assert "!" in text
            assert quote == '"'
            continue
        closed = as_written if quote and as_written.endswith(quote) else f"{as_written}{quote}"
        assert words_of(f"engage {quote}{closed}", "")[-1].text == text
        if "\n" not in text and text:
            script = f"printf %s {quote}{closed}"
            done = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
            assert done.stdout.decode() == text, script


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("engage status ", Word("", "", "")),
        ("engage status commitment:nz-", Word("commitment:nz-", "commitment:", "")),
        ("engage status 'commitment:nz-", Word("commitment:nz-", "", "'")),
        ("engage status commitment:'nz-", Word("commitment:nz-", "commitment:", "'")),
        ("engage status --party=New\\ Z", Word("--party=New Z", "--party=", "")),
        ('engage status --party="New Z', Word("--party=New Z", "--party=", '"')),
        ('engage status "a"b', Word("ab", "a", "")),
        ("engage status a\\", Word("a", "", "")),
        ('engage status "a\\"b\\c', Word('a"b\\c', "", '"')),
        ("engage status ''", Word("", "", "")),
    ],
)
def test_a_line_that_is_not_finished_is_read_as_bash_reads_it(line: str, last: Word) -> None:
    assert words_of(line, BREAKS)[-1] == last


# --- in the shells -----------------------------------------------------------------------------------------


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if not is_here(name):
        pytest.skip(f"{name} is not installed")
    return name


@contextlib.contextmanager
def typing(shell: str, desk: Any) -> Iterator[Terminal]:
    here = f"{Path(sys.executable).parent}:{desk.environment()['PATH']}"
    script = desk.engage("completion", shell).well().raw
    with terminal(shell, desk.folder, desk.environment({"PATH": here}), script) as found:
        yield found


TYPED: dict[str, list[str]] = {
    "stat\t": ["status"],
    "status commitment:nz-us-2026-c1\t": ["status", "commitment:nz-us-2026-c1"],
    "status comm\tnz\t1\t": ["status", "commitment:nz-us-2026-c1"],
    "status 'commitment:nz-us-2026-c1\t": ["status", "commitment:nz-us-2026-c1"],
    "log nz-us-sp\t--by wor\t": ["log", "nz-us-space", "--by", "world"],
    "show nz-us-space/\t2\t": ["show", "nz-us-space/meeting/2"],
    "commitment fulf\tnz-\t3\t--oblig\tU\t": ["commitment", "fulfil", "nz-us-2026-c3", "--obligor", "U"],
    "status --party New\t": ["status", "--party", "New Zealand"],
    "status --party 'New\t": ["status", "--party", "New Zealand"],
    'status --party "New\t': ["status", "--party", "New Zealand"],
    "status --party=New\t": ["status", "--party=New Zealand"],
    "status --party=New\\ Z\t": ["status", "--party=New Zealand"],
    "--ledger example.led\t status": ["--ledger", "example.ledger", "status"],
    "--ledger=example.led\t status": ["--ledger=example.ledger", "status"],
    "append example.led\t": ["append", "example.ledger"],
    "status zz\t": ["status", "zz"],
}  # fmt: skip
"""Keys → the words that the shell then runs."""


def test_a_line_is_completed_in_the_shell(shell: str, example: Any) -> None:
    with typing(shell, example) as at:
        assert {keys: at.words(keys) for keys in TYPED} == TYPED


def test_a_hostile_ledger_does_no_harm_in_the_shell(shell: str, hostile: Any) -> None:
    with typing(shell, hostile) as at:
        found = {one: at.words(f"log --tag {one}\t")[-1] for one in (*HOSTILE, *HIDDEN)}
        assert found == {**HOSTILE, **{one: one for one in HIDDEN}}
        assert at.words('log --tag "a\t')[-1] == HOSTILE["a"]
        assert at.words("log --tag 'c\t")[-1] == HOSTILE["c"]
        assert at.words("status --kind 'ev\t")[-1] == "event"
    assert not (hostile.folder / "pwned").exists()


def test_zsh_shows_what_is_meant_in_columns_that_fit_the_terminal(library: Any) -> None:
    for columns in ("60", "80", "", "none", "9" * 5000):
        env = {"_ENGAGE_COMPLETE": "zsh_complete", "_ENGAGE_COLUMNS": columns}
        shown = [
            line.split("\t")[2] for line in library.engage("status", "", env=env).well().lines if line.count("\t") > 1
        ]
        assert max(map(len, shown)) < (int(columns) if columns in ("60", "80") else 80)
        assert len({line.index("  ") for line in shown if line.startswith("commitment")}) == 1
        assert shown[0].startswith("relationship:nz-us  ")


def test_a_help_with_a_comma_is_shown_whole_in_fish(library: Any) -> None:
    if not is_here("fish"):
        pytest.skip("fish is not installed")
    script = library.engage("completion", "fish").well().raw
    place = library.write("completion.fish", script)
    path = f"{Path(sys.executable).parent}:{library.environment()['PATH']}"
    done = subprocess.run(
        [shutil.which("fish") or "fish", "--no-config", "-c", f"source {place}; complete -C 'engage due --known'"],
        env=library.environment({"PATH": path}),
        cwd=library.folder,
        capture_output=True,
        check=True,
    )
    told = done.stdout.decode().rstrip("\n").split("\t")
    assert told[0] == "--known-at"
    assert told[1].count(",") == 2


# --- the lists that are in every ledger --------------------------------------------------------------------


def test_the_lists_of_words_are_what_the_declarations_say() -> None:
    assert index.WORDS.read_text(encoding="utf-8") == index.words_text(), "run python -m engagement_ledger.cli.index"
