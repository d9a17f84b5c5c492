"""Is line n of the export leaf n of the tree, byte for byte what is stored? Cost: real files, under two seconds."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from faults.ledgers import asked, engage, eventful, fact, made, new, opened, plain, stored_lines
from pydantic_core import to_json

from engagement_ledger.domain.entry import Draft
from engagement_ledger.record.lines import entry_of, ledger_bytes, writer_bytes

FIELDS = [
    "position", "group", "version", "recorded_at", "clock", "entry_id", "stream", "type", "occurred", "occurred_text",
    "after", "known_since", "recorded_by", "sources", "note", "tags", "correlation", "body",
]  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lines") / "eventful.ledger"
    eventful(path)
    return path


def test_the_export_is_the_stored_lines_each_ended_by_one_line_feed(ledger: Path) -> None:
    outcome = engage(ledger, "export")
    assert outcome.code == 0
    assert outcome.out == b"".join(line + b"\n" for line in stored_lines(ledger))


def test_an_export_to_a_file_has_the_very_same_bytes(ledger: Path, tmp_path: Path) -> None:
    assert asked(ledger, "export", "-o", str(tmp_path / "out.jsonl")).code == 0
    assert (tmp_path / "out.jsonl").read_bytes() == asked(ledger, "export").out


def test_a_part_of_the_export_is_those_lines_of_the_whole(ledger: Path) -> None:
    whole = asked(ledger, "export").out.splitlines(keepends=True)
    assert asked(ledger, "export", "--from", "17", "--to", "29").out == b"".join(whole[16:29])
    assert asked(ledger, "export", "--from", "100000").out == b""


def test_line_n_carries_position_n_and_hashes_to_leaf_n(ledger: Path) -> None:
    exported = asked(ledger, "export").out.split(b"\n")[:-1]
    with plain(ledger) as connection:
        leaves = [row[0] for row in connection.execute("SELECT leaf FROM entries ORDER BY rowid")]
    assert len(leaves) == len(exported) > 200
    for number, (line, leaf) in enumerate(zip(exported, leaves, strict=True), start=1):
        assert json.loads(line)["position"] == number
        assert leaf == hashlib.sha256(b"\x00" + line).digest()


def test_every_line_is_utf8_json_with_its_fields_in_the_fixed_order_and_no_floats(ledger: Path) -> None:
    def no_float(text: str) -> None:
        raise AssertionError(f"a float is stored: {text}")

    for line in stored_lines(ledger):
        told = json.loads(line.decode("utf-8"), parse_float=no_float)
        assert list(told) == [name for name in FIELDS if name in told]
        assert b"\n" not in line
        assert b"\r" not in line


def test_an_amount_stays_the_decimal_that_was_written(tmp_path: Path) -> None:
    new(
        tmp_path / "l",
        fact("made", "a"),
        fact("progress-reported", "a", on="2026-02-02", obligor="NZ", completion="12.50"),
    )
    assert json.loads(stored_lines(tmp_path / "l")[1])["body"]["completion"] == "12.50"


def test_line_feeds_and_other_separators_of_lines_in_a_text_never_break_a_line(tmp_path: Path) -> None:
    text = "first\nsecond\r\nthird\u2028fourth\u2029\u0085fifth\x0b\x1c\x00 \u202e \U0001f54a"
    new(tmp_path / "l", fact("made", "a", text=text, envelope={"note": text}))
    (line,) = asked(tmp_path / "l", "export").out.split(b"\n")[:-1]
    assert json.loads(line)["body"]["text"] == text
    assert entry_of(line).note == text


def test_what_a_writer_chose_is_found_again_in_the_line(tmp_path: Path) -> None:
    first = fact("made", "a")
    told = fact(
        "progress-reported", "a", obligor="NZ", themes=["trade"], made_at="dialogue:nz-us/meeting/2",
        envelope={
            "after": [first.entry_id], "occurred_text": "early this month", "note": "ā", "tags": ["b", "a"],
            "correlation": "batch 7", "recorded_by": "Rangi",
            "sources": [{"document": "https://a.org", "quote": "agreed", "language": "en", "standing": "primary"}],
        },
    )  # fmt: skip
    new(tmp_path / "l", [first, told])
    entry = entry_of(stored_lines(tmp_path / "l")[1])
    for name in {*Draft.__dataclass_fields__} - {"encoded"}:
        assert getattr(entry, name) == getattr(told, name), name


def test_a_line_read_and_written_again_is_the_same_bytes(ledger: Path) -> None:
    for line in stored_lines(ledger):
        entry = entry_of(line)
        again = ledger_bytes(entry.position, entry.group, entry.version, entry.recorded_at, entry.clock) + writer_bytes(
            entry
        )
        assert again == line


def test_the_groups_of_the_lines_are_the_stored_groups(ledger: Path) -> None:
    lines = [json.loads(line) for line in stored_lines(ledger)]
    with plain(ledger) as connection:
        groups = [row[0] for row in connection.execute("SELECT last FROM groups ORDER BY last")]
    assert groups == sorted({line["group"] for line in lines})
    for line in lines:
        assert line["group"] == min(last for last in groups if last >= line["position"])


def test_the_library_itself_reads_the_same_bytes(ledger: Path) -> None:
    with opened(ledger) as there:
        told = there.recorder.select_notifications(start=1, limit=10)
        assert [one.state for one in told] == stored_lines(ledger)[:10]
        assert [one.id for one in told] == list(range(1, 11))
        aggregate = there.get("commitment:e1")
        assert aggregate.version == len(there.history("commitment:e1")) == 5


def test_an_empty_ledger_exports_nothing_and_has_the_root_of_the_empty_tree(tmp_path: Path) -> None:
    new(tmp_path / "l")
    assert asked(tmp_path / "l", "export") == engage(tmp_path / "l", "export")
    assert asked(tmp_path / "l", "export").out == b""
    assert asked(tmp_path / "l", "status", "--json").json["root"] == hashlib.sha256(b"").hexdigest()


def test_the_answers_carry_size_and_root_of_what_they_rest_on(tmp_path: Path) -> None:
    new(tmp_path / "l", *(made(number) for number in range(5)))
    whole = asked(tmp_path / "l", "status", "--json").json
    part = asked(tmp_path / "l", "status", "--json", "--known-at", "#3").json
    assert (whole["size"], part["size"]) == (5, 3)
    assert whole["root"] != part["root"]


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"{}", b'{"type":"commitment.made/1"}',
        b'{"type":"commitment.made/1","body":[]}', b'{"type":"commitment.made/1","body":{"obligors":["NZ"]}}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_line_is_reported_as_altered(line: bytes) -> None:
    from engagement_ledger.domain.errors import Altered

    with pytest.raises(Altered) as refused:
        entry_of(line)
    assert refused.value.because
    assert refused.value.hint


def test_a_field_left_out_has_its_default_and_one_given_its_default_is_left_out(tmp_path: Path) -> None:
    plainly, spelt = fact("made", "a"), fact("made", "a", policy="all", obligees=[], due=None)
    assert writer_bytes(plainly) == writer_bytes(spelt)
    assert plainly.entry_id == spelt.entry_id
    assert b"policy" not in writer_bytes(plainly)
    assert to_json(plainly.fact.model_dump(mode="json"))  # and nothing of it is beyond JSON


def test_a_draft_is_encoded_once_and_a_changed_copy_anew() -> None:
    draft = fact("made", "a")
    assert draft.encoded is not None
    assert writer_bytes(draft) is draft.encoded
    changed = replace(draft, note="otherwise")
    assert changed.encoded is None
    assert b"otherwise" in writer_bytes(changed)
    assert writer_bytes(replace(changed, note=None)) == writer_bytes(draft)
