"""Many facts from a file: YAML or JSON lines, all or none; and files that mean harm."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.domain.limits import LARGEST

YAML = """\
# What a desk officer writes.
- stream: dialogue:nz-us-space
  type: dialogue.meeting-scheduled/1
  occurred: ../2026-02-02
  occurred_text: "in March"
  sources: ["A report; language=en", {document: https://example.org/report}]
  tags: [space]
  body: {meeting: 2, ordinal: 2, window: 2026-03, venue: Washington}

- stream: commitment:explore
  type: commitment.made
  occurred: 2026-02-02
  note: >
    folded
    words
  body:
    obligors: [NZ, US]
    kind: exploratory
    text: |
      Explore.
      Further.
"""


def made(number: int, **more: Any) -> dict[str, Any]:
    return {
        "stream": f"commitment:c{number}",
        "type": "commitment.made/1",
        "occurred": "2026-02-02",
        "body": {"obligors": ["NZ"], "kind": "event", "text": "host a meeting"},
        **more,
    }


def jsonl(*facts: dict[str, Any]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in facts)


def contents(desk: Any) -> list[dict[str, Any]]:
    """The entries without what the ledger itself sets, or derives."""
    own = ("position", "group", "version", "recorded_at", "clock")
    return [{name: value for name, value in entry.items() if name not in own} for entry in desk.entries()]


# --- forms ------------------------------------------------------------------------------------------------


def test_facts_are_written_in_yaml_as_a_person_writes_them(desk: Any) -> None:
    desk.write("facts.yaml", YAML)
    answer = desk.engage("append", "facts.yaml").well()
    assert "recorded #1 to #2: 2 facts in 2 streams" in answer.out
    scheduled, commitment = desk.entries()
    assert scheduled["body"] == {"meeting": "2", "ordinal": 2, "window": "2026-03", "venue": "Washington"}
    assert scheduled["occurred_text"] == "in March"
    assert scheduled["sources"] == [
        {"document": "A report", "language": "en"},
        {"document": "https://example.org/report"},
    ]
    assert commitment["type"] == "commitment.made/1"
    assert commitment["note"] == "folded words\n"
    assert commitment["body"]["text"] == "Explore.\nFurther.\n"


def test_the_same_facts_as_json_lines_are_the_same_entries(desk: Any) -> None:
    desk.write("facts.yaml", YAML)
    lines = desk.engage("append", "facts.yaml", "--dry-run").well().out
    desk.engage("append", "facts.yaml").well()
    first = contents(desk)
    with desk.unchanged():
        assert "2 existed already" in desk.engage("append", "-", stdin=lines).well().out
    another = desk.folder / "another.ledger"
    desk.engage("--ledger", another, "init").well()
    desk.ledger = another
    desk.engage("append", "-", stdin=lines).well()
    assert contents(desk) == first


def test_facts_may_stand_under_the_key_facts_and_a_single_fact_alone(desk: Any) -> None:
    desk.engage("append", "-", stdin="facts:\n" + "".join("  " + line for line in YAML.splitlines(True))).well()
    desk.engage("append", "-", stdin="stream: commitment:c9\ntype: commitment.stalled/1\n").refused(2)
    one = "stream: dialogue:d\ntype: dialogue.meeting-held/1\noccurred: 2026-02-02\nbody: {meeting: one}\n"
    desk.engage("append", "-", stdin=one).well()
    assert len(desk.entries()) == 3


def test_a_batch_is_one_group_known_as_a_whole(desk: Any) -> None:
    desk.engage("append", "-", stdin=jsonl(*(made(number) for number in range(5)))).well()
    entries = desk.entries()
    assert {entry["group"] for entry in entries} == {5}
    assert len({entry["recorded_at"] for entry in entries}) == 1
    for inside in range(1, 5):
        assert desk.engage("status", "--known-at", f"#{inside}", "--json").well().json["rows"] == []


def test_a_batch_from_stdin_as_a_process_names_stdin_in_its_errors(desk: Any) -> None:
    desk.process("append", "-", stdin=jsonl(made(1), made(2)).encode()).well()
    answer = desk.process("append", "-", stdin=jsonl(made(3), made(4, occurred="soon")).encode()).refused(2)
    assert "stdin:2" in answer.err


def test_a_byte_order_mark_and_windows_line_ends_are_taken(desk: Any) -> None:
    text = jsonl(made(1), made(2))
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    desk.write("windows.jsonl", windows)
    desk.engage("append", "windows.jsonl").well()
    with desk.unchanged():
        assert "2 existed already" in desk.engage("append", "-", stdin=text).well().out
    desk.write("windows.yaml", b"\xef\xbb\xbf" + YAML.replace("\n", "\r\n").encode())
    desk.engage("append", "windows.yaml").well()
    with desk.unchanged():
        assert "2 existed already" in desk.engage("append", "-", stdin=YAML).well().out


def test_blank_lines_and_a_missing_last_line_end_do_no_harm(desk: Any) -> None:
    desk.engage("append", "-", stdin="\n\n" + jsonl(made(1)) + "\n   \n" + jsonl(made(2)).rstrip()).well()
    assert len(desk.entries()) == 2


@pytest.mark.parametrize("content", ["", "\n\n  \n", "\ufeff", "[]", "# only a comment\n", "---\n", "facts: []\n"])
def test_an_empty_file_records_nothing_and_says_so(desk: Any, content: str) -> None:
    desk.write("empty", content)
    with desk.unchanged():
        answer = desk.engage("append", "empty")
    assert answer.code == 0, answer.err
    assert "nothing to record" in answer.err
    assert answer.out == ""


def test_what_a_dry_run_prints_for_a_file_is_accepted_again(desk: Any) -> None:
    desk.write("facts.yaml", YAML)
    with desk.unchanged():
        dry = desk.engage("append", "facts.yaml", "--dry-run").well()
    assert "2 facts would be recorded" in dry.err
    assert all(isinstance(json.loads(line), dict) for line in dry.lines)
    with desk.unchanged():
        again = desk.engage("append", "-", "--dry-run", stdin=dry.raw).well()
    assert again.raw == dry.raw
    desk.engage("append", "-", stdin=dry.raw).well()
    stored = desk.export().splitlines()
    assert [line[1:] for line in dry.raw.splitlines()] == [
        line[-len(one) + 1 :] for line, one in zip(stored, dry.raw.splitlines(), strict=True)
    ]


def test_a_dry_run_of_a_later_fact_sees_the_earlier_ones_of_its_batch(desk: Any) -> None:
    stalled = made(1, type="commitment.stalled/1", body={}, occurred="2026-02-03")
    with desk.unchanged():
        desk.engage("append", "-", "--dry-run", stdin=jsonl(made(1), stalled)).well()
        desk.engage("append", "-", "--dry-run", stdin=jsonl(stalled)).refused(1)


def test_receipts_of_a_batch_as_json(desk: Any) -> None:
    desk.engage("append", "-", stdin=jsonl(made(1))).well()
    answer = desk.engage("append", "-", "--json", stdin=jsonl(made(1), made(2), made(2))).well().json
    assert [(row["outcome"], row["position"]) for row in answer["rows"]] == [
        ("exists", 1),
        ("created", 2),
        ("exists", 2),
    ]


def test_links_and_corrections_name_entries_by_position_in_a_file_too(desk: Any) -> None:
    desk.engage("append", "-", stdin=YAML).well()
    correction = {
        "stream": "dialogue:nz-us-space",
        "type": "entry.corrected/1",
        "occurred": "2026-02-05",
        "body": {"entry": "#1", "changes": {"venue": "Houston"}, "reason": "misread"},
    }
    desk.engage("append", "-", stdin=jsonl(correction)).well()
    assert desk.entries()[2]["body"]["entry"] == desk.entries()[0]["entry_id"]


# --- refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["position", "group", "version", "recorded_at", "clock"]
)  # fmt: skip
def test_what_the_ledger_sets_cannot_be_given(desk: Any, name: str) -> None:
    with desk.unchanged():
        answer = desk.engage("append", "-", stdin=jsonl(made(1, **{name: "1"}))).refused(2)
    assert f"{name} is set by the ledger" in answer.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stream": ""}, "stream is missing"),
        ({"type": None}, "type is missing"),
        ({"occurred": ""}, "occurred is missing"),
        ({"comment": "x"}, "'comment' is no field of an entry"),
        ({"body": ["x"]}, "body is a mapping"),
        ({"body": "x"}, "body is a mapping"),
        ({"note": 7}, "note is text"),
        ({"tags": [{"a": 1}]}, "tags"),
        ({"sources": [7]}, "sources"),
        ({"sources": [{"quote": "no document"}]}, "sources"),
        ({"stream": "commitment:../../etc/passwd"}, "no stream"),
        ({"stream": "dialogue:d"}, "does not belong in dialogue:d"),
        ({"type": "os:system"}, "no type of fact"),
        ({"type": "engagement_ledger.domain.commitment.CommitmentMade"}, "no type of fact"),
        ({"entry_id": "one"}, "no UUID"),
        ({"known_since": "yesterday"}, "yesterday"),
        ({"occurred": 20260202}, "20260202"),
        ({"occurred": {"year": 2026}}, "occurred"),
        ({"body": {"obligors": ["NZ"], "kind": "event", "text": ""}}, "text"),
        ({"body": {"obligors": [], "kind": "event", "text": "t"}}, "obligors"),
        ({"body": {"obligors": ["NZ", {"a": [1]}], "kind": "event", "text": "t"}}, "obligors"),
        ({"body": {"obligors": ["NZ"], "kind": "event", "text": "t", "due": "02/03/2026"}}, "02/03/2026"),
    ],
    ids=lambda value: json.dumps(value)[:50] if isinstance(value, dict) else None,
)
def test_a_fact_of_another_shape_is_refused_with_file_and_line(desk: Any, change: dict[str, Any], said: str) -> None:
    desk.write("facts.jsonl", jsonl(made(0), made(1, **change)))
    with desk.unchanged():
        answer = desk.engage("append", "facts.jsonl").refused(2)
    assert "facts.jsonl:2" in answer.err
    assert said in answer.err


def test_a_list_of_things_that_are_no_facts_is_refused_line_by_line(desk: Any) -> None:
    with desk.unchanged():
        answer = desk.engage("append", "-", stdin="- one\n- [two]\n- 3\n").refused(2)
    assert [f"stdin:{line}" in answer.err for line in (1, 2, 3)] == [True] * 3


def test_claims_that_differ_within_a_batch_are_refused(desk: Any) -> None:
    facts = [made(1, known_since="2026-02-03T00:00:00Z"), made(2, known_since="2026-02-04T00:00:00Z"), made(3)]
    with desk.unchanged():
        answer = desk.engage("append", "-", stdin=jsonl(*facts)).refused(2)
    assert "known_since differs" in answer.err


# --- hostile ----------------------------------------------------------------------------------------------

DEEP = 200_000
HEAD = (
    '{"stream":"commitment:c","type":"commitment.made/1","occurred":"2026-02-02",'
    '"body":{"obligors":["NZ"],"kind":"event","text":'
)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "JSON nested 200,000 deep": ((HEAD + "[" * DEEP + "]" * DEEP + "}}\n").encode(), "nested too deeply"),
    "JSON objects nested 200,000 deep": (
        (HEAD + '{"a":' * DEEP + "1" + "}" * DEEP + "}}\n").encode(),
        "nested too deeply",
    ),
    "JSON nested deep and never closed": (('{"a":' * DEEP + "}").encode(), "nested too deeply"),
    "a YAML list nested 200,000 deep": (("- " + "[" * DEEP + "]" * DEEP + "\n").encode(), "nested too deeply"),
    "YAML indented without end": ("".join(" " * depth + "a:\n" for depth in range(600)).encode(), "nested too deeply"),
    "a doubled key": (
        jsonl(made(1)).replace('"occurred"', '"type": "x", "occurred"').encode(),
        "the key 'type' stands twice",
    ),
    "a doubled key further in": ((HEAD + '"a","text":"b"}}\n').encode(), "the key 'text' stands twice"),
    "a doubled key in YAML": (b"- stream: commitment:c\n  type: x\n  type: y\n", "the key 'type' stands twice"),
    "NaN": ((HEAD + "NaN}}\n").encode(), "NaN is no number"),
    "Infinity": ((HEAD + "-Infinity}}\n").encode(), "-Infinity is no number"),
    "a lone surrogate": ((HEAD + '"\\ud800"}}\n').encode(), "lone surrogate"),
    "a lone surrogate as a key": ((HEAD + '"t","\\udfff":"x"}}\n').encode(), "lone surrogate"),
    "a lone surrogate in YAML": (
        (
            b'- {stream: "dialogue:d", type: dialogue.meeting-held/1, occurred: 2026-02-02, note: "\\ud800", '
            b"body: {meeting: one}}\n"
        ),
        "lone surrogate",
    ),
    "a number of a million digits": ((HEAD + "9" * 1_000_000 + "}}\n").encode(), "stdin:1"),
    "half a line": (jsonl(made(1)).encode()[:-20] + b"}\n", "not JSON"),
    "two values on a line": (jsonl(made(1)).strip().encode() * 2 + b"\n", "not JSON"),
    "not UTF-8": (jsonl(made(1)).encode() + b'{"note": "caf\xe9"}\n', "stdin:2: not UTF-8"),
    "UTF-16": (jsonl(made(1)).encode("utf-16"), "not UTF-8"),
    "a null byte in YAML": (b"- stream: a\x00b\n", "U+0000"),
    "an alias of nothing": (b"- stream: x\n- *a\n", "stdin:2: no anchor 'a'"),
    "an anchor twice": (b"- &a {stream: x}\n- &a {stream: y}\n", "stdin:2: the anchor 'a' stands twice"),
    "a billion laughs": (
        b"- &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"- &%c [%s]\n" % (97 + n, b",".join([b"*%c" % (96 + n)] * 9)) for n in range(1, 12)),
        "more than 1,000,000 values",
    ),
    "a billion laughs by merging": (
        b"- &a {stream: x}\n"
        + b"".join(b"- &%c {<<: [%s]}\n" % (97 + n, b",".join([b"*%c" % (96 + n)] * 9)) for n in range(1, 12)),
        "more than 1,000,000 values",
    ),
    "a long text many times": (b"- &a %s\n" % (b"x" * 900_000) + b"- *a\n" * 1_000, "larger than 64 MiB"),
    "a long default of many facts": (
        b"defaults: {note: %s}\nfacts:\n" % (b"x" * 900_000) + b"- {stream: x}\n" * 1_000,
        "larger than 64 MiB",
    ),
    "aliases of aliases": (
        b"- &a0 [x]\n" + b"".join(b"- &a%d [*a%d]\n" % (n, n - 1) for n in range(1, 100)),
        "nested too deeply",
    ),
    "an alias of itself": (b"- &a [*a]\n", "the anchor 'a' is used within itself"),
    "a merge of itself": (b"- &a\n  <<: *a\n  type: y\n", "the anchor 'a' is used within itself"),
    "a merge of a word": (b"- stream: x\n- <<: y\n", "stdin:2: << takes a mapping"),
    "two merges": (b"- <<: {stream: x}\n  <<: {type: y}\n", "stdin:2: the key '<<' stands twice"),
    "a tag of Python": (b"- !!python/object/apply:os.system ['true']\n", "tag"),
    "a tag on a word": (b"- stream: !!python/name:os.system x\n  type: y\n", "tag"),
    "a tag of one's own": (b"- !fact {stream: x}\n", "tag"),
    "bytes by a tag": (b"- stream: !!binary aGVsbG8=\n", "tag"),
    "a set": (b"- !!set {a, b}\n", "stdin:1"),
    "two documents": (b"- {stream: x}\n---\n- {stream: y}\n", "not YAML"),
    "a key that is a list": (b"- [a, b]: c\n", "stdin:1"),
    "a tab in front": (b"- stream: x\n\ttype: y\n", "stdin:2"),
    "a line that never ends": (b"- stream: " + b"x" * 5_000_000 + b"\n", "larger than 1 MiB"),
    "a directive": (b"%YAML 1.1\n---\n- {stream: x}\n", "stdin:3"),
}
"""What stands in the file, and words of the refusal."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_means_harm_is_refused_with_a_line_that_says_why(desk: Any, name: str) -> None:
    content, said = HOSTILE[name]
    with desk.unchanged():
        answer = desk.engage("append", "-", stdin=content)
    assert answer.code in (1, 2), f"exit {answer.code}: {answer.err[-500:]}{answer.out}"
    answer.refused(answer.code)
    assert said in answer.err, answer.err[:500]
    assert "stdin" in answer.err
    assert len(answer.err) < 5_000, "the file is poured out over the terminal"


def test_what_is_unreadable_is_usage(desk: Any) -> None:
    desk.engage("append", "-", stdin=b"- [").refused(2)
    desk.engage("append", "-", stdin=b"\xff\xff\xff").refused(2)


def test_a_process_survives_what_is_nested_too_deeply(desk: Any) -> None:
    """In a process of its own, where a stack that overflows would end it by a signal."""
    for name in ("JSON nested 200,000 deep", "a YAML list nested 200,000 deep", "JSON nested deep and never closed"):
        answer = desk.process("append", "-", stdin=HOSTILE[name][0]).refused(2)
        assert "nested too deeply" in answer.err


def test_a_file_that_is_too_large_is_refused_before_it_is_read_to_its_end(desk: Any, tmp_path: Path) -> None:
    large = tmp_path / "large.jsonl"
    with large.open("wb") as file:
        file.truncate(LARGEST * 16)  # a gibibyte of nothing, which takes no room
    with desk.unchanged():
        answer = desk.engage("append", large).refused(2)
    assert "larger than 64 MiB" in answer.err


def test_a_pipe_that_never_ends_is_refused_too(desk: Any) -> None:
    process = desk.started("append", "/dev/zero") if Path("/dev/zero").exists() else None
    if process is None:
        pytest.skip("there is no endless file here")
    timer = threading.Timer(60, process.kill)
    timer.start()
    try:
        assert process.wait() == 2
    finally:
        timer.cancel()


def test_a_quoted_word_stays_the_word_that_it_is(desk: Any) -> None:
    """YAML's guesses (no, 012, 1e3, 2026-02-02, ~) never change what somebody wrote."""
    words = ["no", "on", "012", "1e3", "0x1f", "2026-02-02", "1_000", "12:30:45", ".5", "yes", "NULL", "True"]
    text = "".join(
        f"- stream: dialogue:d{n}\n  type: dialogue.established/1\n  occurred: 2026-02-02\n"
        f"  body: {{parties: [NO, US], title: {word}}}\n"
        for n, word in enumerate(words)
    )
    desk.engage("append", "-", stdin=text).well()
    assert [entry["body"]["title"] for entry in desk.entries()] == words
    assert all(entry["body"]["parties"] == ["NO", "US"] for entry in desk.entries())


def test_numbers_with_a_fraction_are_never_stored_as_floats(desk: Any) -> None:
    given = (
        '{"stream":"instrument:i","type":"instrument.adopted/1","occurred":"2015-12-12","body":{"title":"T"}}\n'
        '{"stream":"instrument:i","type":"instrument.consent-deposited/1","occurred":"2016-10-04",'
        '"body":{"party":"NZ","means":"ratification","share":0.22,"share_of":"emissions"}}\n'
    )
    desk.engage("append", "-", stdin=given).well()
    assert b'"share":"0.22"' in desk.export()


def test_random_damage_to_a_good_file_is_refused_or_harmless_and_never_a_traceback(desk: Any) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown where the test fails
    chance = random.Random(seed)
    good = {"yaml": YAML.encode(), "jsonl": jsonl(made(1), made(2, note="kōrero")).encode()}
    codes = set()
    for form, content in good.items():
        for _ in range(120):
            damaged = bytearray(content)
            for _ in range(chance.randint(1, 4)):
                place = chance.randrange(len(damaged))
                damaged[place : place + chance.randint(0, 3)] = chance.choice(
                    (
                        b"",
                        bytes([chance.randrange(256)]),
                        b"\n",
                        b"'",
                        b"{",
                        b"]",
                        b": ",
                        b"&a ",
                        b"*a",
                        b"!x ",
                        b"\x00",
                    )
                )
            before = len(desk.entries())
            answer = desk.engage("append", "-", "--dry-run", stdin=bytes(damaged))
            codes.add(answer.code)
            assert answer.code in (0, 1, 2, 3), (form, bytes(damaged), answer.err)
            assert len(desk.entries()) == before
            if answer.code:
                answer.refused(answer.code)
    assert {0, 2} <= codes
