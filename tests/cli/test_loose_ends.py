"""A reference that leads nowhere, and an order that has no effect, are taken in with a word, and listed."""

from __future__ import annotations

from typing import Any

ON = ("--on", "2026-02-01")
SOURCED = ("--source", "Report; publisher=x:newspaper")


def made(stream: str, *more: str) -> tuple[str, ...]:
    words = ("--obligors", "NZ", "--kind", "event", "--text", "To act")
    return ("commitment", "make", stream, *words, *ON, *SOURCED, *more)


def test_a_reference_to_a_stream_that_is_not_recorded_is_said_with_the_near_ones(desk: Any) -> None:
    desk.engage("dialogue", "hold", "nz-us-space", "--meeting", "1", *ON, *SOURCED).well()
    answer = desk.engage(*made("c", "--made-at", "dialogue:nz-us-sapce/meeting/1")).well()
    assert "irregular: refers to dialogue:nz-us-sapce/meeting/1 (made at), which is not recorded" in answer.err
    assert "did you mean dialogue:nz-us-space?" in answer.err
    assert desk.engage(*made("good", "--made-at", "dialogue:nz-us-space/meeting/1")).well().err == ""


def test_a_reference_to_a_meeting_that_is_not_recorded_names_those_that_are(desk: Any) -> None:
    desk.engage("dialogue", "hold", "d", "--meeting", "first", *ON, *SOURCED).well()
    answer = desk.engage(*made("c", "--made-at", "dialogue:d/meeting/frist")).well()
    assert "did you mean dialogue:d/meeting/first?" in answer.err


def test_what_takes_the_place_of_a_commitment_is_looked_for(desk: Any) -> None:
    desk.engage(*made("nz-roads")).well()
    desk.engage(*made("nz-railways")).well()
    asked = ("commitment", "supersede", "nz-roads", *ON, *SOURCED, "--by-commitment")
    answer = desk.engage(*asked, "commitment:nz-railway").well()
    assert "refers to commitment:nz-railway (by commitment), which is not recorded" in answer.err
    assert "did you mean commitment:nz-railways?" in answer.err
    (finding,) = desk.engage("check", "--json").json["findings"]
    assert (finding["check"], finding["stream"], finding["entries"]) == ("dangling", "commitment:nz-roads", ["#3"])
    desk.engage(*made("nz-railway")).well()
    assert "dangling" not in desk.engage("check").out, "it goes away with the fact that was missing"


def test_after_an_entry_that_moves_another_part_has_no_effect_and_says_so(desk: Any) -> None:
    plan = ("--window", "2026-05", "--on", "2026-02-01", *SOURCED)
    desk.engage("dialogue", "schedule", "d", "--meeting", "1", *plan).well()
    desk.engage("dialogue", "schedule", "d", "--meeting", "2", *plan).well()
    asked = ("dialogue", "cancel", "d", "--meeting", "2", *ON, *SOURCED, "--after")
    answer = desk.engage(*asked, "#1").well()
    assert "is stated to come after #1" in answer.err
    assert "no effect" in answer.err
    (finding,) = desk.engage("check", "--json").json["findings"]
    assert (finding["check"], finding["entries"]) == ("after-without-effect", ["#1", "#3"])


def test_after_an_entry_of_the_same_part_is_taken_without_a_word(desk: Any) -> None:
    plan = ("--window", "2026-05", "--on", "2026-02-01", *SOURCED)
    desk.engage("dialogue", "schedule", "d", "--meeting", "1", *plan).well()
    assert desk.engage("dialogue", "cancel", "d", "--meeting", "1", *ON, *SOURCED, "--after", "#1").well().err == ""


def test_names_that_differ_in_form_alone_are_listed_from_both_sides(desk: Any) -> None:
    for stream in ("cl-nz", "NZ_CL", "fj-nz"):
        desk.engage("relationship", "establish", stream, "--on", "1950", *SOURCED).well()
    found = desk.engage("check", "--json").json["findings"]
    assert [(row["check"], row["stream"], row["entries"]) for row in found] == [
        ("near-names", "relationship:NZ_CL", ["#2"]),
        ("near-names", "relationship:cl-nz", ["#1"]),
    ]
    (alone,) = desk.engage("check", "cl-nz", "--json").json["findings"]
    assert alone in found, "asked about alone, a stream is compared with those beside it"
    assert desk.engage("check", "fj-nz").well().out == ""


def test_a_code_in_another_case_than_the_registered_party_is_said_at_once(desk: Any) -> None:
    registered = ("--name", "Forum", "--kind", "organisation", "--on", "1971", *SOURCED)
    desk.engage("party", "register", "org:PIF", *registered).well()
    answer = desk.engage(*made("c", "--obligees", "org:pif")).well()
    assert "irregular: org:pif differs from org:PIF" in answer.err
    assert desk.engage(*made("b", "--obligees", "org:PIF")).well().err == ""
    (finding,) = desk.engage("check", "--json").json["findings"]
    assert (finding["check"], finding["stream"]) == ("near-names", "commitment:c")
