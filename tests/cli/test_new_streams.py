"""A fact that opens a stream says so; where a near name is there, a person is asked and a script is warned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from engagement_ledger.domain.commitment import ProgressReported
from engagement_ledger.domain.errors import NotYetMade

ON = ("--on", "2026-02-01")
NEW = "new stream"


def made(stream: str) -> tuple[str, ...]:
    return ("commitment", "make", stream, "--obligors", "NZ", "--kind", "event", "--text", "To act", *ON)


def anticipated(stream: str) -> tuple[str, ...]:
    return ("relationship", "anticipate", stream, "--by", "NZ", "--by", "CL", "--text", "More", *ON)


@pytest.fixture
def office(desk: Any) -> Any:
    """A desk with two streams in its ledger."""
    desk.engage("relationship", "establish", "cl-nz", "--on", "1950").well()
    desk.engage(*made("nz-fellowships")).well()
    return desk


def test_the_first_entry_of_a_stream_says_so_and_the_second_does_not(office: Any) -> None:
    first = office.engage(*made("fj-roads")).well()
    assert f"{NEW}: this is the first entry of commitment:fj-roads" in first.out
    assert first.err == ""
    second = office.engage("commitment", "progress", "fj-roads", "--obligor", "NZ", *ON).well()
    assert NEW not in second.out
    assert NEW not in office.engage(*made("fj-roads")).well().out, "a retry opens nothing"


def test_in_json_it_is_a_key(office: Any) -> None:
    def told(*typed: str) -> bool:
        (row,) = office.engage(*typed, "--json").well().json["rows"]
        return bool(row["new_stream"])

    assert told(*made("fj-roads")) is True
    assert told(*made("fj-roads")) is False
    assert told("commitment", "progress", "fj-roads", "--obligor", "NZ", *ON) is False


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        (anticipated("CL-NZ"), "relationship:cl-nz"),
        (anticipated("nz_cl"), "relationship:cl-nz"),
        (made("nz-felowships"), "commitment:nz-fellowships"),
        (made("Fellowships-NZ"), "commitment:nz-fellowships"),
    ],
)
def test_a_script_is_warned_of_a_near_name_and_goes_on(office: Any, typed: tuple[str, ...], near: str) -> None:
    answer = office.engage(*typed).well()
    (line,) = answer.err.splitlines()
    assert line.startswith("warning: ")
    assert near in line
    assert "retract '#3'" in line
    assert len(office.entries()) == 3


@pytest.mark.parametrize("typed", [anticipated("nz-us"), made("cl-nz"), made("nz-scholarships"), made("fellows-2027")])
def test_another_name_is_taken_without_a_word(office: Any, typed: tuple[str, ...]) -> None:
    assert office.engage(*typed).well().err == ""


def test_a_dry_run_warns_as_well(office: Any) -> None:
    with office.unchanged():
        answer = office.engage(*made("nz-felowships"), "--dry-run").well()
    assert "commitment:nz-fellowships" in answer.err
    assert "retract" not in answer.err


def fact(stream: str) -> dict[str, Any]:
    return {"stream": stream, "type": "relationship.relations-established/1", "occurred": "1950"}


def test_a_file_names_the_streams_that_it_opens_and_those_of_its_own_that_are_near(office: Any) -> None:
    streams = ["relationship:au-nz", "relationship:NZ-AU", "relationship:fj-nz"]
    answer = office.engage("append", "-", stdin="".join(json.dumps(fact(one)) + "\n" for one in streams)).well()
    assert f"{NEW}s: {', '.join(streams)}" in answer.out
    (line,) = answer.err.splitlines()
    assert "relationship:NZ-AU is a new stream; its name is much like that of relationship:au-nz" in line


def test_a_refusal_for_want_of_a_beginning_names_the_near_stream(office: Any) -> None:
    with office.unchanged():
        answer = office.engage("commitment", "progress", "nz-felowships", "--obligor", "NZ", *ON).refused(1)
    assert "nothing is recorded in commitment:nz-felowships" in answer.err
    assert "did you mean commitment:nz-fellowships?" in answer.err
    other = office.engage("commitment", "progress", "zz", "--obligor", "NZ", *ON).refused(1)
    assert "did you mean" not in other.err, "the negative control"


def test_a_refusal_for_want_of_a_beginning_names_the_near_meeting(office: Any) -> None:
    plan = ("--window", "2026-05", *ON)
    office.engage("dialogue", "schedule", "d", "--meeting", "may-session", *plan).well()
    answer = office.engage("dialogue", "cancel", "d", "--meeting", "may-sesion", *ON).refused(1)
    assert "did you mean meeting/may-session?" in answer.err
    other = office.engage("dialogue", "cancel", "d", "--meeting", "9", *ON).refused(1)
    assert "did you mean" not in other.err, "the negative control"


def test_a_program_is_told_the_same(office: Any) -> None:
    from engagement_ledger.ledger.application import Ledger
    from engagement_ledger.ledger.drafts import draft_of

    assert ProgressReported.TYPE
    raw = {"stream": "commitment:nz-felowships", "type": ProgressReported.TYPE, "occurred": "2026-02-01",
           "body": {"obligor": "NZ"}}  # fmt: skip
    with Ledger(office.ledger) as ledger, pytest.raises(NotYetMade) as refused:
        ledger.append(draft_of(raw, recorded_by="mere", resolve=str))
    assert "commitment:nz-fellowships" in refused.value.hint


def test_a_theme_that_is_not_in_the_list_is_named_with_those_that_are_near(office: Any) -> None:
    answer = office.engage(
        *made("fj-roads"), "--themes", "infrastrcture", "--themes", "qanats", "--themes", "trade"
    ).well()
    assert "infrastrcture is not in the list of themes; did you mean infrastructure?" in answer.err
    assert "qanats is not in the list of themes; see them: engage schema --themes" in answer.err
    assert "trade is" not in answer.err
    again = office.engage(
        *made("fj-roads"), "--themes", "infrastrcture", "--themes", "qanats", "--themes", "trade"
    ).well()
    assert again.err == "", "a retry records nothing"


Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def terminal(office: Any) -> Typed:
    """Types a command at a terminal, and an answer to what it asks back."""
    pty = pytest.importorskip("pty", reason="there are no terminals here")

    def typed(*args: str, answer: str = "") -> tuple[int, str]:
        ours, theirs = pty.openpty()
        try:
            os.write(ours, answer.encode())
            done = subprocess.run(
                [sys.executable, "-m", "engagement_ledger.cli.main", *args], cwd=office.folder,
                env=office.environment(), stdin=theirs, stderr=theirs,
                stdout=subprocess.DEVNULL, check=False, timeout=60,
            )  # fmt: skip
            os.set_blocking(ours, False)
            try:
                said = os.read(ours, 65536).decode()
            except BlockingIOError:
                said = ""
        finally:
            os.close(ours)
            os.close(theirs)
        return done.returncode, said

    return typed


def test_at_a_terminal_it_is_asked_back_and_no_is_no(office: Any, terminal: Typed) -> None:
    with office.unchanged():
        code, said = terminal(*made("nz-felowships"), answer="n\n")
    assert code == 1
    assert "did you mean commitment:nz-fellowships?" in said
    assert "open a new stream all the same?" in said
    assert "nothing was recorded" in said


def test_at_a_terminal_yes_opens_the_stream(office: Any, terminal: Typed) -> None:
    code, said = terminal(*made("nz-felowships"), answer="y\n")
    assert code == 0
    assert "open a new stream" in said
    assert "warning" not in said, "whoever was asked knows"
    assert office.entries()[-1]["stream"] == "commitment:nz-felowships"


def test_at_a_terminal_nothing_is_asked_where_no_name_is_near(office: Any, terminal: Typed) -> None:
    assert terminal(*made("fj-roads")) == (0, "")
    assert terminal("commitment", "progress", "nz-fellowships", "--obligor", "NZ", *ON) == (0, "")


def test_how_much_is_read_does_not_grow_with_the_entries(office: Any) -> None:
    """Names come from their own table, by its index; only where a stream is opened."""
    from engagement_ledger.ledger import cautions
    from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader

    with Reader(office.ledger) as reader:
        seen: list[str] = []
        asked = reader.rows
        reader.rows = lambda statement, params=(): seen.append(statement) or asked(statement, params)
        assert cautions.near_to_new(reader, []) == {}
        assert seen == []
        cautions.near_to_new(reader, ["commitment:nz-felowships", "commitment:other"])
    assert len(seen) == 1, "one reading for all of a kind"
    assert "entries" not in seen[0]
    assert "LIMIT" in seen[0]
