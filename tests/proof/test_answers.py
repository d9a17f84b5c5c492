"""Does the proof of an answer show others that it follows from what was recorded, and does nothing else pass for one?

Cost: a small ledger, its questions asked anew of the entries enclosed; some ten seconds.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from faults.ledgers import asked, eventful, fact, opened, settled, with_key

from engagement_ledger.domain.errors import NotFound
from engagement_ledger.history.periods import Period
from engagement_ledger.ledger.answers import ASKABLE, check_answer, prove_answer
from engagement_ledger.ledger.drafts import draft_of
from engagement_ledger.ledger.key_files import create_key, keys_of
from engagement_ledger.proof import verifier
from engagement_ledger.proof.notes import ED25519, SigningKey, note
from engagement_ledger.store.enclosed import EnclosedSnapshot
from engagement_ledger.store.port import Snapshot

NAME = "mfa.example/ledger"
C = "commitment:e1"
QUESTIONS = [
    ["status", C, "--as-of", "2026-02-10"],
    ["status", f"{C}/obligor/NZ", "--as-of", "2026-01-20", "--known-at", "#9"],
    ["status", "--as-of", "2026-02-10", "--status", "made"],
    ["status", "--as-of", "2026-02-10", "--kind", "commitment"],
    ["show", C, "--as-of", "2026-02-10"],
    ["timeline", C],
    ["timeline", f"{C}/obligor/US"],
    ["log", C],
    ["log", "--last", "5"],
    ["log", C, "--by", "world", "--as-recorded"],
    ["blame", C],
    ["due", "--as-of", "2026-02-10", "--within", "400"],
    ["diff", "2025-10-01..2026-02-10", "--stream", C],
    ["diff", "2025-10-01..2026-02-10"],
    ["brief", "NZ", "US", "--as-of", "2026-02-10", "--since", "2025-10-01"],
    ["status", "--party", "NZ", "--as-of", "2026-02-10", "--known-at", "#20"],
]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "l"
    eventful(path, commitments=6)
    with opened(path) as ledger:
        raw = {"stream": "party:org:PIF", "type": "party.coverage-declared/1", "occurred": "2026-02-01",
               "body": {"scope": "commitment:e3", "until": "2026-01-31"}}  # fmt: skip
        ledger.append(draft_of(raw, recorded_by="Mere", resolve=str))
    settled(path)
    return path


@pytest.fixture
def path(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return with_key(made_once, tmp_path, monkeypatch)


@pytest.fixture
def key(path: Path) -> SigningKey:
    return keys_of(path.with_name("key"))[0]


def told(proof: str) -> list[dict[str, Any]]:
    """The lines of a proof, without its signature."""
    return [json.loads(line) for line in proof.rpartition("\n\n")[0].split("\n")]


def signed(lines: list[dict[str, Any]], key: SigningKey) -> str:
    text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in lines)
    return note(text, key.sign_text(text))


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_the_answer_is_that_of_the_question_and_others_find_it_again(
    question: list[str], path: Path, key: SigningKey
) -> None:
    proof = path.with_name("proof")
    answer = asked(path, *question, "--json", "--proof", str(proof))
    assert answer.code == 0, answer
    (head, *_) = told(proof.read_text(encoding="utf-8"))
    if question[0] == "brief":
        for name in ("relations", "commitments", "agenda", "changes", "statements", "sources"):
            assert sorted(map(json.dumps, head["answer"][name])) == sorted(map(json.dumps, answer.json[name])), name
        assert head["answer"]["commitments"]
    else:
        rows = next(answer.json[name] for name in ("rows", "entries", "changes") if name in answer.json)
        assert sorted(map(json.dumps, head["answer"]["rows"])) == sorted(map(json.dumps, rows))
    checked = asked(path, "verify", "--answer", str(proof))
    assert (checked.code, b"asked anew" in checked.out) == (0, True), checked
    assert verifier.main(["answer", str(proof), "--key", key.verifier]) == 0


def test_a_question_of_one_stream_encloses_no_other_but_what_tells_the_moment(path: Path) -> None:
    lines = told(prove_answer(str(path), "status", [C], as_of="2026-02-10"))
    streams = {json.loads(one["line"])["stream"] for one in lines[1:]}
    assert streams <= {C, "party:org:PIF"}
    assert lines[0]["complete"].keys() == {C, "party:org:PIF"}, "what declares coverage is enclosed as well"


def test_what_is_in_doubt_is_in_doubt_in_its_proof(path: Path) -> None:
    (head, *_) = told(prove_answer(str(path), "status", ["commitment:e3"], as_of="2026-02-10"))
    assert {row["status"] for row in head["answer"]["rows"]} == {"unknown"}


def test_what_was_not_known_then_is_not_proven(path: Path) -> None:
    with pytest.raises(NotFound):
        prove_answer(str(path), "status", [C], known_at="#1")


def test_a_ledger_that_went_on_leaves_the_proof_as_it_was(path: Path) -> None:
    proof = path.with_name("proof")
    asked(path, "status", C, "--as-of", "2026-02-10", "--proof", str(proof))
    with opened(path) as ledger:
        ledger.append(fact("fulfilled", "e1", on="2026-02-01", obligor="US"))
    assert asked(path, "verify", "--answer", str(proof)).code == 0
    (head, *_) = told(proof.read_text(encoding="utf-8"))
    again = prove_answer(str(path), "status", [C], as_of="2026-02-10", known_at=head["asked"]["known_at"])
    assert told(again)[0]["answer"] == head["answer"]


def test_a_program_proves_what_the_command_does(path: Path) -> None:
    with opened(path) as ledger:
        made = ledger.prove_answer("due", as_of="2026-02-10", within=400)
    proof = path.with_name("proof")
    asked(path, "due", "--as-of", "2026-02-10", "--within", "400", "--proof", str(proof))
    assert made == proof.read_text(encoding="utf-8")


# --- what passes for none ---------------------------------------------------------------------------------


def test_no_change_of_one_byte_verifies(path: Path, key: SigningKey) -> None:
    content = prove_answer(str(path), "timeline", [C]).encode()
    proof = path.with_name("proof")
    dice = random.Random(12)
    trust = verifier.trust_in_keys([key.verifier])
    proof.write_bytes(content)
    assert check_answer(proof, trust)
    for place in [*range(0, len(content), 97), *dice.sample(range(len(content)), 60), len(content) - 1]:
        for changed in (
            content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :],
            content[:place] + content[place + 1 :],
            content[:place] + b"0" + content[place:],
        ):
            if changed != content:
                proof.write_bytes(changed)
                assert verifier.main(["answer", str(proof), "--key", key.verifier]) in (1, 2)
                assert asked(path, "verify", "--answer", str(proof)).code in (4, 7)


def forged(lines: list[dict[str, Any]], change: str) -> None:
    """What the holder of the key might sign."""
    if change == "another status":
        lines[0]["answer"]["rows"][0]["status"] = "withdrawn"
    if change == "another day":
        lines[0]["asked"]["as_of"] = "2025-01-01"
    if change == "a row left out":
        del lines[0]["answer"]["rows"][0]
    if change == "an entry left out":
        del lines[2]
    if change == "the last entry left out":
        last = next(one for one in reversed(lines[1:]) if json.loads(one["line"])["stream"] == C)
        lines.remove(last)
    if change == "the first entry left out":
        lines[0]["complete"] = {}
        lines.remove(next(one for one in lines[1:] if json.loads(one["line"])["stream"] == C))
    if change == "an entry changed":
        lines[1]["line"] = lines[1]["line"].replace("2025", "2024")


@pytest.mark.parametrize(
    ("change", "alone"),
    [
        ("another status", 0), ("another day", 0), ("a row left out", 0), ("an entry left out", 1),
        ("the last entry left out", 1), ("the first entry left out", 0), ("an entry changed", 1),
    ],
)  # fmt: skip
def test_whoever_holds_the_key_signs_no_answer_that_does_not_follow(
    change: str, alone: int, path: Path, key: SigningKey
) -> None:
    """The verifier that stands alone does not ask anew, and says so; the package does."""
    lines = told(prove_answer(str(path), "status", [C], as_of="2026-02-10"))
    proof = path.with_name("proof")
    proof.write_text(signed(lines, key), encoding="utf-8")
    assert asked(path, "verify", "--answer", str(proof)).code == 0
    forged(lines, change)
    proof.write_text(signed(lines, key), encoding="utf-8")
    assert verifier.main(["answer", str(proof), "--key", key.verifier]) == alone
    assert asked(path, "verify", "--answer", str(proof)).code == 4


def test_of_everything_no_entry_is_left_out(path: Path, key: SigningKey) -> None:
    """What is left out could be a retraction: that each entry enclosed is there says nothing of it."""
    lines = told(prove_answer(str(path), "status", as_of="2026-02-10"))
    proof = path.with_name("proof")
    for number in (1, len(lines) // 2, len(lines) - 1):
        some = json.loads(json.dumps(lines))
        left = json.loads(some.pop(number)["line"])["stream"]
        some[0]["complete"].pop(left)
        proof.write_text(signed(some, key), encoding="utf-8")
        refused = asked(path, "verify", "--answer", str(proof))
        assert (refused.code, "leaves out entries" in refused.err) == (4, True), refused


@pytest.mark.parametrize("change", [{"known_at": "before"}, {"colour": "red"}, {"question": "log"}])
def test_a_question_in_words_that_nobody_knows_is_refused(change: dict[str, str], path: Path, key: SigningKey) -> None:
    lines = told(prove_answer(str(path), "status", [C], as_of="2026-02-10"))
    lines[0]["asked"] |= change
    proof = path.with_name("proof")
    proof.write_text(signed(lines, key), encoding="utf-8")
    assert asked(path, "verify", "--answer", str(proof)).code in (4, 7)


def test_an_answer_by_nobody_who_is_trusted_is_not_verified(path: Path, tmp_path: Path) -> None:
    proof = path.with_name("proof")
    asked(path, "timeline", C, "--proof", str(proof))
    stranger = create_key(tmp_path / "stranger", NAME, (ED25519,))[0].verifier
    assert asked(path, "verify", "--answer", str(proof), "--key", stranger).code == 7


def test_what_has_no_proof_is_said_before_anything_is_printed(path: Path) -> None:
    for question in (["status", "--count"], ["show", "#3"], ["diff", "--known", "#1..#3"]):
        outcome = asked(path, *question, "--proof", str(path.with_name("proof")))
        assert (outcome.code, outcome.out) == (2, b"")
    assert not path.with_name("proof").exists()


def test_an_answer_is_verified_on_a_machine_that_has_no_ledger_and_no_package(
    path: Path, key: SigningKey, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    shutil.copy(Path(verifier.__file__), away / "verifier.py")
    asked(path, "status", C, "--proof", str(away / "proof"))
    command = [sys.executable, "-I", "verifier.py", "answer", "proof", "--key", key.verifier]
    ended = subprocess.run(command, cwd=away, capture_output=True, text=True, check=False, env={})
    assert ended.returncode == 0, ended
    assert "not proven: that the answer follows from them" in ended.stdout


# --- entries alone as a ledger ----------------------------------------------------------------------------


def test_all_entries_enclosed_answer_every_question_as_the_ledger_does(path: Path) -> None:
    with opened(path) as ledger:
        lines = list(enumerate(ledger.export(), 1))
        moments = [one["known_from"] for one in ledger.timeline(C)]
    for position in sorted({*moments, len(lines)}):
        known = [one for one in lines if one[0] <= position]
        enclosed = cast(Snapshot, EnclosedSnapshot(known))
        with opened(path) as ledger, ledger.reader() as reader:
            then = reader.known_at(f"#{position}")
            assert sorted(map(_then, enclosed.periods(enclosed.known_at()))) == sorted(map(_then, reader.periods(then)))
            assert list(enclosed.coverage(enclosed.known_at())) == list(reader.coverage(then))
            assert list(enclosed.streams()) == sorted({json.loads(line)["stream"] for _, line in known})


def _then(row: Period) -> Any:
    """A row as it was known at a moment, whatever ended it later; in an order that open statuses have too."""
    return tuple(map(str, row[:-1]))


def test_every_question_that_is_offered_is_tried() -> None:
    assert {one[0] for one in QUESTIONS} == set(ASKABLE)


@pytest.fixture
def without_coverage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where no register says up to when it was kept, questions find what they need by other ways."""
    (tmp_path / "made").mkdir()
    made = tmp_path / "made" / "l"
    eventful(made, commitments=6)
    settled(made)
    return with_key(made, tmp_path, monkeypatch)


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_answers_are_proven_where_no_coverage_is_declared_too(
    without_coverage: Path, question: list[str], tmp_path: Path
) -> None:
    (key,) = keys_of(without_coverage.with_name("key"))
    proof = tmp_path / "proof"
    assert asked(without_coverage, *question, "--proof", str(proof)).code == 0
    assert asked(without_coverage, "verify", "--answer", str(proof), "--key", key.verifier).code == 0
