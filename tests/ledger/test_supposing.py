"""What if, and what one side says: do they answer as a ledger would in which just that is recorded?

Each is compared with a real ledger in which it was recorded. Cost: small files, some seconds.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import asked, digest, eventful, settled

import engagement_ledger as el
from engagement_ledger.domain.errors import NotFound
from engagement_ledger.domain.trait_names import PARTY
from engagement_ledger.ledger import questions as ask
from engagement_ledger.ledger.supposing import according_to, accounts, assuming, drafts_supposed

DAY = "2026-02-20"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "l"
    eventful(path, commitments=10)
    settled(path)
    return path


def facts(dice: random.Random) -> list[dict[str, Any]]:
    """Facts of streams that are there, and of new ones."""
    found: list[dict[str, Any]] = []
    for number in range(dice.randint(1, 4)):
        stream = f"commitment:{dice.choice(('e1', 'e2', f'new{number}'))}"
        if stream.startswith("commitment:new"):
            body: dict[str, Any] = {"obligors": ["NZ"], "kind": "event", "text": "Meet", "themes": ["trade"]}
            found.append({"stream": stream, "type": "commitment.made/1", "occurred": "2026-02-01", "body": body})
        else:
            body = {"due": f"2026-0{dice.randint(3, 9)}"}
            day = f"2026-02-1{number}"
            found.append({"stream": stream, "type": "commitment.due-date-set/1", "occurred": day, "body": body})
    return found


def plain(rows: Any) -> list[str]:
    """Rows without what tells when it came to be known, in any order."""
    hidden = ("known_from", "known_to")
    return sorted(json.dumps({k: v for k, v in row.items() if k not in hidden}, sort_keys=True) for row in rows)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_assumed_answers_as_if_it_were_recorded_and_is_not(path: Path, seed: int) -> None:
    told = facts(random.Random(seed))
    before = digest(path)
    questions: list[Any] = [
        lambda reader: ask.status(reader, as_of=DAY).rows,
        lambda reader: ask.status(reader, as_of=DAY, theme="trade").rows if reader.has_value("theme", "trade") else [],
        lambda reader: ask.status(reader, as_of=DAY, party="NZ", kind="commitment").rows,
        lambda reader: ask.count(reader, as_of=DAY).rows,
        lambda reader: ask.due(reader, as_of=DAY, within=400).rows,
        lambda reader: ask.timeline(reader, told[0]["stream"]).rows,
        lambda reader: [{"value": one} for one in reader.values(PARTY, 99)],
    ]
    with el.open(path) as ledger, ledger.reader() as reader:
        view = assuming(reader, drafts_supposed(reader, told))
        supposed = [plain(question(view)) for question in questions]
    assert digest(path) == before
    with el.open(path) as ledger:
        ledger.record(told)
        with ledger.reader() as reader:
            assert [plain(question(reader)) for question in questions] == supposed
            again = assuming(reader, drafts_supposed(reader, told))
            assert again is reader, "what is recorded already is not assumed twice"


def test_what_could_not_be_recorded_cannot_be_assumed(path: Path, tmp_path: Path) -> None:
    told = {"stream": "commitment:new", "type": "commitment.stalled/1", "occurred": "2026-01-05", "body": {}}
    (tmp_path / "f.jsonl").write_text(json.dumps(told), encoding="utf-8")
    supposed, recorded = (
        asked(path, "due", "--assuming", str(tmp_path / "f.jsonl")),
        asked(path, "append", str(tmp_path / "f.jsonl")),
    )
    assert supposed.code == recorded.code == 1
    assert supposed.err.splitlines()[0].removeprefix("error: ") in recorded.err


@pytest.mark.parametrize("question", [("status",), ("status", "--count"), ("due",), ("timeline", "commitment:e1")])
def test_the_head_of_what_if_says_what_is_recorded(path: Path, tmp_path: Path, question: tuple[str, ...]) -> None:
    told = facts(random.Random(1))
    file = tmp_path / "f.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in told), encoding="utf-8")
    with el.open(path) as ledger, ledger.reader() as reader:
        known, root = reader.known_at(), reader.root()
    head = asked(path, *question, "--assuming", str(file)).out.decode().splitlines()
    assert f"as known at #{known.position}" in head[0]
    assert head[1].startswith(f"assuming {len(told)} fact")
    assert "on top of that, recorded nowhere" in head[1]
    answer = json.loads(asked(path, *question, "--assuming", str(file), "--json").out)
    assert answer["recorded"] == {"position": known.position, "known": known.known}
    assert (answer["root"], answer["assuming"]) == (root, len(told))
    assert answer["known_at"]["position"] == answer["size"] == known.position + len(told), "scripts rely on it"
    assert "recorded" not in json.loads(asked(path, *question, "--json").out)


def test_what_does_not_go_together_is_said(path: Path, tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_text("", encoding="utf-8")
    file = str(tmp_path / "f.jsonl")
    for words in (
        ["status", "--assuming", file, "--according-to", "NZ"],
        ["status", "--assuming", file, "--known-at", "#3"],
        ["status", "--assuming", file, "--proof", str(tmp_path / "p")],
        ["check", "accounts"],
        ["check", "--between", "NZ", "US"],
    ):
        assert asked(path, *words).code == 2, words


# --- one side


def sourced(stream: str, fact: str, on: str, by: tuple[str, ...], /, **body: Any) -> dict[str, Any]:
    sources = [{"document": f"Readout of {one}", "publisher": one} for one in by]
    return {"stream": stream, "type": fact, "occurred": on, "body": body, "sources": sources}


BOTH = ("NZ", "US")
TOLD = [
    sourced("commitment:a", "commitment.made/1", "2026-01-05", BOTH, obligors=[*BOTH], kind="event", text="Meet"),
    sourced("commitment:a", "commitment.progress-reported/1", "2026-01-08", ("NZ",), obligor="NZ"),
    sourced("commitment:a", "commitment.stalled/1", "2026-01-09", ("US",), obligor="NZ"),
    sourced("commitment:b", "commitment.made/1", "2026-01-05", ("US",), obligors=["US"], kind="event", text="Host"),
    sourced("commitment:c", "commitment.made/1", "2026-01-05", (), obligors=["NZ"], kind="event", text="Unsourced"),
    {**sourced("dialogue:d", "dialogue.statement-issued/1", "2026-01-05", (), kind="joint", issuers=[*BOTH],
               document="Joint statement")},
    {**sourced("commitment:e", "commitment.made/1", "2026-01-05", (), obligors=["NZ"], kind="event", text="Joint"),
     "sources": [{"document": "Joint statement"}]},
]  # fmt: skip


@pytest.mark.parametrize("side", BOTH)
def test_one_sides_word_is_the_ledger_of_what_it_supports(tmp_path: Path, side: str) -> None:
    theirs = [
        one for one in TOLD
        if any(source.get("publisher") == side or source["document"] == "Joint statement" for source in one["sources"])
    ]  # fmt: skip
    with el.open(tmp_path / "whole", create=True) as whole, el.open(tmp_path / "part", create=True) as part:
        whole.record(TOLD)
        part.record(theirs)
        with whole.reader() as reader:
            found = ask.status(according_to(reader, side), as_of=DAY)
            assert plain(found.rows) == plain(part.status(as_of=DAY))
            assert {row["stream"] for row in part.status(as_of=DAY)} == (
                {"commitment:a", "commitment:e"} | ({"commitment:b"} if side == "US" else set())
            )
            with pytest.raises(NotFound):
                according_to(reader, "CL")


def test_what_the_sides_tell_differently_is_what_both_tell_of_and_stands_otherwise(tmp_path: Path) -> None:
    with el.open(tmp_path / "whole", create=True) as whole:
        whole.record(TOLD)
        with whole.reader() as reader:
            rows = accounts(reader, "NZ", "US", as_of=DAY)
    assert {(row["stream"], row["part"]) for row in rows} == {("commitment:a", "obligor/NZ")} | {
        (row["stream"], row["part"]) for row in rows if row["part"] == "overall"
    }
    told = next(row for row in rows if row["part"] == "obligor/NZ")
    assert (told["first"], told["second"]) == ("in-progress", "stalled")


def test_what_does_not_follow_from_one_sides_word_is_said(tmp_path: Path) -> None:
    """Fulfilled says the one, made the other: neither alone has a whole history."""
    told = [
        sourced("commitment:k", "commitment.made/1", "2026-01-05", ("US",), obligors=["NZ"], kind="event", text="Meet"),
        sourced("commitment:k", "commitment.fulfilled/1", "2026-01-09", ("NZ",), obligor="NZ",
                evidence={"document": "Readout of NZ", "publisher": "NZ"}),
    ]  # fmt: skip
    path = tmp_path / "whole"
    with el.open(path, create=True) as whole:
        whole.record(told)
    told_apart = asked(path, "check", "accounts", "--between", "NZ", "US")
    assert (told_apart.code, b"does not follow from this side's word alone" in told_apart.out) == (1, True)
    one_side = asked(path, "status", "--according-to", "NZ")
    assert b"left out, as they do not follow from these alone: #2" in one_side.out
    assert asked(path, "status", "--according-to", "NZ", "--json").json["left_out"] == ["#2"]
    counts = asked(path, "status", "--count", "--according-to", "US").out
    assert b"according to sources of US" in counts
    assert asked(path, "brief", "NZ", "US", "--according-to", "NZ").code == 3, "US is named by no entry at all"


# --- catching up


def test_a_retraction_in_a_new_stream_is_told_with_its_reason(path: Path) -> None:
    with el.open(path) as ledger:
        with ledger.reader() as reader:
            before = reader.size
        (receipt,) = ledger.record(
            {"stream": "commitment:zz", "type": "commitment.made/1", "occurred": "2026-02-01",
             "body": {"obligors": ["NZ"], "kind": "event", "text": "Meet"}}
        )  # fmt: skip
        ledger.retract(receipt.entry_id, reason="a rumour")
        (row,) = ledger.catch_up(before).put_right
    assert (row["what"], row["reason"], row["stream"]) == ("retracted", "a rumour", "commitment:zz")


def test_what_was_learned_is_what_the_log_and_the_difference_say(path: Path) -> None:
    with el.open(path) as ledger:
        with ledger.reader() as reader:
            before = reader.size
        ledger.record(facts(random.Random(3)))
        ledger.correct(2, {"note": "seen later"}, reason="misread")
        found = ledger.catch_up(before)
        log = ledger.log()[before:]
        assert found.entries == len(log)
        assert {row["entry"] for row in found.put_right} == {
            f"#{one['position']}" for one in log if one["type"].startswith("entry.")
        }
        new = {one["stream"] for one in log if one["version"] == 1}
        assert {row["stream"] for row in found.new} == new
        learned = [row for row in ledger.learned(before) if row["stream"] not in new]
        assert found.changes == learned
        assert ledger.catch_up(before + found.entries).entries == 0


def test_how_far_one_has_looked_is_remembered_of_this_ledger_alone(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    first = asked(path, "catch-up")
    assert (first.code, "first look" in first.err) == (0, True)
    told = {"stream": "commitment:n", "type": "commitment.made/1", "occurred": "2026-02-01",
            "body": {"obligors": ["NZ"], "kind": "event", "text": "Meet"}}  # fmt: skip
    with el.open(path) as ledger:
        ledger.record(told)
    assert b"commitment:n" in asked(path, "catch-up", "--keep").out
    assert b"commitment:n" in asked(path, "catch-up").out
    again = asked(path, "catch-up")
    assert (again.out, "nothing was recorded" in again.err) == (b"", True)
    settled(path)
    path.unlink()
    eventful(path, commitments=30)
    assert "does not go on from your last look" in asked(path, "catch-up").err, "another ledger in its place"
    memory = next((tmp_path / "state").rglob("*.json"))
    for damage in (b"", b"[]", b'{"position": "x", "root": 3}', b"\xff"):
        memory.write_bytes(damage)
        assert asked(path, "catch-up", "--keep").code == 0
