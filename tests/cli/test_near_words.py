"""Nothing is found because of a slip: the word is named, with those that may have been meant, and the code says so."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

ASKED: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "a status": ("status --status hold", 2, ("'hold' is no status", "did you mean held?")),
    "a status by its former word": ("status --status open", 2, ("did you mean undetermined",)),
    "a flag as a status": ("status --status overdu", 2, ("'overdu' is no status", "did you mean overdue")),
    "a status and how many": ("status --count --status schedulde", 2, ("did you mean scheduled",)),
    "a flag": ("status --status overdue", 2, ("overdue is a flag, not a status", "engage due")),
    "a part": ("status nz-us-space/metting/2", 3, ("no part 'metting/2'", "its parts are meeting/1, meeting/2",
                                                   "did you mean meeting/2")),
    "a part by its name alone": ("timeline nz-us-space/2", 3, ("did you mean meeting/2",)),
    "a part by a usual name of the party": ("status nz-us-2026-c3/obligor/usa", 3, ("did you mean obligor/US",)),
    "a part to show": ("show nz-us-space/meeting/7", 3, ("no part 'meeting/7'",)),
    "a part to blame": ("blame nz-us-space/meting/2", 3, ("did you mean meeting/2",)),
    "no part": ("status nz-us-space/", 3, ("names no part", "meeting/1")),
    "a field": ("blame nz-us-space venu", 2, ("'venu' is no field", "did you mean venue?")),
    "a type": ("log --type meeting-held", 2, ("did you mean dialogue.meeting-held",)),
    "a type by its verb": ("log --type fulfil", 2, ("did you mean commitment.fulfilled",)),
    "a stream in another case": ("status NZ-US-SPACE", 3, ("did you mean dialogue:nz-us-space",)),
    "a stream in another order": ("log us-nz", 3, ("did you mean relationship:nz-us",)),
    "a stream with other separators": ("show nzus_space", 3, ("did you mean dialogue:nz-us-space",)),
    "a stream by another kind": ("status commitment:nz-us-strategic", 3, ("dialogue:nz-us-strategic",)),
    "moments in the wrong order": ("diff --known '#3..#1'", 2, ("the earlier moment comes first",)),
    "instants in the wrong order": ("diff --known 2026-02-04T21:00:00Z..2026-02-01T00:00:00Z", 2, ("comes first",)),
    "a part where it would go unheard": ("log nz-us-space/meeting/2", 2, ("whole stream", "engage blame")),
    "a part to check": ("check nz-us-space/meeting/2", 2, ("whole stream",)),
    "a part to replay": ("replay --stream nz-us-space/meeting/2", 2, ("whole stream",)),
    "a theme by a word of it": ("status --theme criticl", 2, ("did you mean critical-minerals?",)),
    "a party that is not there": ("status --party Austalia", 3, ("of Australia (AU)", "nothing is recorded")),
    "a party by a usual name": ("due --party 'United Stats'", 3, ("did you mean US?",)),
    "a role": ("status --role obligr", 2, ("did you mean obligor?",)),
    "a kind": ("status --kind exploratry", 2, ("did you mean exploratory?",)),
    "who recorded": ("log --recorded-by exampel", 2, ("did you mean example?",)),
    "what is counted by": ("status --count --by partyy", 2, ("did you mean party?",)),
    "a command": ("statsu", 2, ("there is no command 'statsu'; did you mean status?",)),
    "a verb": ("dialogue hodl x", 2, ("dialogue has no verb 'hodl'; did you mean hold?",)),
    "a command of a group": ("checkpoint creat", 2, ("checkpoint has no command 'creat'; did you mean create?",)),
    "a command to be helped with": ("help sorce add", 2, ("did you mean source",)),
    "an option": ("status --stauts held", 2, ("there is no option '--stauts'; did you mean --status?",)),
    "an option of a fact": ("commitment fulfil x --obligr NZ", 2, ("did you mean --obligor?",)),
    "a word of an option": ("status --format jsn", 2, ("did you mean json or jsonl?",)),
    "a word of a field": ("commitment make x --kind achivement", 2, ("did you mean achievement?",)),
    "a shell": ("completion bsh", 2, ("did you mean bash",)),
    "a group of checks": ("check source", 3, ("did you mean engage check sources?",)),
    "what the two tell of": ("check account --between NZ US", 2, ("engage check accounts --between NZ US",)),
    "a subject of a brief": ("brief nz-us-spce", 3, ("did you mean dialogue:nz-us-space",)),
    "a theme as a subject": ("brief antartica", 3, ("did you mean antarctica",)),
    "a type to be shown": ("schema commitment.mad", 2, ("did you mean commitment.made",)),
    "a party that records": ("commitment fulfil nz-us-2026-c1 --obligor 'New Zeland' --evidence x --on 2026", 2,
                             ("did you mean NZ?",)),
    "a stream that is written to": ("dialogue cancel nz-us-spcae --meeting 2 --on 2026-02-05", 1,
                                    ("did you mean dialogue:nz-us-space",)),
    "a field that is corrected": ("correct '#22' windw=2026-04 --reason x", 1, ("did you mean window?",)),
    "a field of a source": ("dialogue hold x --meeting 1 --source 'T; publishr=NZ' --on 2026", 2,
                            ("'publishr' is no field here; did you mean publisher?",)),
    "a field of a participant": ("dialogue hold x --meeting 1 --participants 'Ana Vale; pary=NZ' --on 2026", 2,
                                 ("did you mean party?",)),
}  # fmt: skip
"""What is typed, the exit code, and words that must be in the answer."""

RIGHT = (
    "status --status held", "status --status unknown", "status --status undetermined", "status --status embassy",
    "status nz-us-space/meeting/2", "show nz-us-space/meeting/2", "blame nz-us-space venue",
    "blame nz-us-space/meeting/2", "blame nz-us-space until", "log --type dialogue.meeting-held",
    "log --type commitment", "log --type dialogue.meeting-cancelled", "diff --known '#1..#3'", "diff --known '#3..#3'",
    "diff --known 2026-02-01T00:00:00Z..2026-02-04T21:00:00Z", "status nz-us-2026-c3/overall",
    "diff 2026-02-01..2026-06-01 --stream nz-us-space/meeting/2",
)  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_a_slip_is_told_with_what_may_have_been_meant(library: Any, name: str) -> None:
    typed, code, words = ASKED[name]
    answer = library.engage(*shlex.split(typed)).refused(code)
    for word in words:
        assert word in answer.err, answer.err
    assert answer.out == ""


FILED: dict[str, tuple[str, str]] = {
    "a type": ("type: dialogue.meeting-hld\n  body: {meeting: '1'}", "did you mean dialogue.meeting-held"),
    "a field of every fact": ("occured: 2026\n  type: dialogue.meeting-held\n  body: {meeting: '1'}",
                              "'occured' is no field of an entry; did you mean occurred"),
    "a field of its own": ("type: dialogue.meeting-held\n  body: {meeting: '1', moode: virtual}",
                           "'moode' is no field of dialogue.meeting-held; did you mean mode?"),
    "a word": ("type: dialogue.meeting-held\n  body: {meeting: '1', mode: virtul}", "did you mean virtual?"),
    "a field of a source": ("type: dialogue.meeting-held\n  sources: [{publishr: NZ}]\n  body: {meeting: a}",
                            "did you mean publisher?"),
    "a field of one of many": ("type: dialogue.participants-recorded\n  body: {participants: [{rolle: chair}]}",
                               "did you mean role?"),
}  # fmt: skip
"""What stands in a file, and what is said of it."""


@pytest.mark.parametrize("name", FILED)
def test_a_slip_in_a_file_is_told_with_what_may_have_been_meant(library: Any, name: str) -> None:
    fact, words = FILED[name]
    on = "" if "occured" in fact else "  occurred: 2026-01-01\n"
    answer = library.engage("append", "-", stdin=f"- stream: dialogue:x\n{on}  {fact}\n")
    assert answer.code in (1, 2)
    assert words in answer.err, answer.err


def test_a_fact_that_names_what_is_not_there_beside_what_is_near_to_it_is_taken_with_a_warning(library: Any) -> None:
    made = (
        "commitment",
        "make",
        "one",
        "--obligors",
        "NZ",
        "--kind",
        "event",
        "--text",
        "To act",
        "--on",
        "2026-02-03",
    )
    named = ("--made-at", "dialogue:nz-us-spce/meeting/2", "--dry-run")
    assert "did you mean dialogue:nz-us-space?" in library.engage(*made, *named).well().err
    right = ("--made-at", "dialogue:nz-us-space/meeting/2", "--dry-run")
    assert "warning" not in library.engage(*made, *right).well().err
    far = ("--made-at", "dialogue:somewhere-else/meeting/2", "--dry-run")
    assert "warning" not in library.engage(*made, *far).well().err, "what comes later is often named before"


@pytest.mark.parametrize(
    ("scope", "said"),
    [("dialoge:*", "did you mean dialogue:*?"), ("dialogue", "a scope is a pattern"), ("dialogue:nz-*", ""), ("*", "")],
)
def test_a_coverage_of_nothing_is_taken_with_a_warning(library: Any, scope: str, said: str) -> None:
    told = library.engage(
        "party", "declare-coverage", "org:PIF", "--scope", scope, "--until", "2026", "--on", "2026-02-01", "--dry-run"
    ).well()
    assert said in told.err
    assert ("warning" in told.err) == bool(said)


@pytest.mark.parametrize("typed", RIGHT)
def test_what_is_no_slip_is_answered(library: Any, typed: str) -> None:
    library.engage(*shlex.split(typed)).well()


def test_a_part_is_shown_alone(library: Any) -> None:
    rows = library.engage("show", "nz-us-space/meeting/2", "--json").well().json["rows"]
    assert [row["part"] for row in rows] == ["meeting/2"]
    assert len(library.engage("show", "nz-us-space", "--json").well().json["rows"]) == 2, "the negative control"


def test_what_changed_in_a_part_is_told_alone(library: Any) -> None:
    asked = ("diff", "2024-01-01..2026-06-01", "--json", "--stream")
    changed = library.engage(*asked, "nz-us-space/meeting/2").well().json["changes"]
    assert {row["part"] for row in changed} == {"meeting/2"}
    assert {row["part"] for row in library.engage(*asked, "nz-us-space").well().json["changes"]} > {"meeting/2"}


def test_of_thousands_of_streams_near_names_are_found_beside_the_place_of_the_name(desk: Any) -> None:
    from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
    from engagement_ledger.store.sqlite.names import near_streams, stream_names

    def fact(number: int) -> str:
        return (
            f'{{"stream":"dialogue:nz-us-{number:03}","type":"dialogue.meeting-held/1","occurred":"2026-02-05",'
            f'"body":{{"meeting":"1"}}}}\n'
        )

    desk.engage("append", "-", stdin="".join(fact(number) for number in range(300))).well()
    with Reader(desk.ledger) as reader:
        assert near_streams(reader.rows, "dialogue:US-NZ-042")[0] == "dialogue:nz-us-042"
        few = stream_names(reader.rows, "dialogue", "us-NZ-042", most=100)
        assert "dialogue:nz-us-042" in few
        plan = reader.rows("EXPLAIN QUERY PLAN SELECT name FROM names WHERE name >= ? AND name < ? LIMIT 9", ("a", "b"))
    assert "USING COVERING INDEX" in plan[0][3]
