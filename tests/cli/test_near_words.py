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
