"""The published JSON Schemas hold for what the command really prints, and for nothing much else."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from engagement_ledger.domain.catalogue import VERSIONS

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
SCHEMAS = {path: json.loads(path.read_text(encoding="utf-8")) for path in sorted(REFERENCE.rglob("*.schema.json"))}
ENTRY = SCHEMAS[REFERENCE / "facts" / "entry.schema.json"]
REGISTRY: Any = Registry().with_resources([("../facts/entry.schema.json", Resource.from_contents(ENTRY))])

Engage = Callable[..., str]

ANSWERS = [
    ("status", ["status"]),
    ("status", ["status", "dialogue:nz-us-space", "--as-of", "2026-03-15"]),
    ("status", ["status", "--as-of", "2026-03-15", "--known-at", "2026-02-03"]),
    ("status", ["status", "--as-of", "2020-01-01"]),
    ("status", ["status", "--as-of", "2026-03-15", "--known-at", "#1"]),
    ("status-count", ["status", "--count", "--as-of", "2026-03-15"]),
    ("status-count-by", ["status", "--count", "--by", "party", "--by", "year", "--as-of", "2026-03-15"]),
    ("brief", ["brief", "NZ", "US", "--as-of", "2026-03-15"]),
    ("catch-up", ["catch-up", "--since", "#0"]),
    ("catch-up", ["catch-up", "--since", "#27"]),
    ("brief", ["brief", "dialogue:nz-us-strategic"]),
    ("brief", ["brief", "space", "--known-at", "#27"]),
    ("show", ["show", "commitment:nz-us-2026-c3"]),
    ("show", ["show", "dialogue:nz-us-space"]),
    ("timeline", ["timeline", "dialogue:nz-us-space"]),
    ("log", ["log"]),
    ("log", ["log", "relationship:nz-us", "--by", "world"]),
    ("search", ["search", "helicopters"]),
    ("search", ["search", "nothing of the kind"]),
    ("diff", ["diff", "2026-02-01..2026-03-01"]),
    ("diff-known", ["diff", "--known", "#0..#28"]),
    ("diff-known", ["diff", "--known", "2026-02-03..2026-02-05"]),
    ("blame", ["blame", "dialogue:nz-us-space"]),
    ("blame", ["blame", "dialogue:nz-us-space/meeting/2", "window"]),
    ("due", ["due", "--as-of", "2026-02-10"]),
    ("due", ["due", "--as-of", "2027-02-10"]),
    ("check", ["check"]),
    ("verify", ["verify"]),
    ("verify", ["verify", "--full"]),
    ("replay", ["replay"]),
    ("replay", ["replay", "--to", "#27", "--stream", "dialogue:minerals-ministerial"]),
    ("replay-end", ["replay", "--end"]),
    ("sources", ["source", "list"]),
    ("checkpoints", ["checkpoint", "list"]),
]
"""Name of the schema, and a command whose answer it describes."""

RECORDING = [
    ["dialogue", "cancel", "nz-us-space", "--meeting", "2", "--on", "2026-02-03"],
    ["dialogue", "cancel", "nz-us-space", "--meeting", "2", "--on", "2026-02-03"],
    ["correct", "#29", "note=by letter", "--reason", "seen later"],
    ["retract", "#29", "--reason", "another dialogue was meant"],
    ["commitment", "set-due", "nz-us-2026-c3", "--due", "2026-02-04", "--on", "2026-02-03"],
    ["relationship", "open", "nz-us", "--parties", "NZ", "--parties", "US", "--title", "again", "--on", "2026-02-03"],
    [
        "relationship", "mission", "nz-us", "--sender", "NZ", "--host", "US", "--level", "embassy",
        "--city", "Washington", "--on", "1941/..",
    ],
    ["party", "declare-coverage", "NZ", "--scope", "dialogue:*", "--until", "2026-06", "--on", "2026-02-04"],
]  # fmt: skip


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema, registry=REGISTRY)


def answer_schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMAS[REFERENCE / "answers" / f"{name}.schema.json"]
    return found


def holds(name: str, answer: Any) -> None:
    errors = [
        f"{error.json_path}: {error.message[:300]}" for error in validator(answer_schema(name)).iter_errors(answer)
    ]
    assert errors == []


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_every_schema_is_a_schema(path: Path) -> None:
    Draft202012Validator.check_schema(SCHEMAS[path])


@pytest.mark.parametrize(("name", "command"), ANSWERS, ids=lambda one: one if isinstance(one, str) else " ".join(one))
def test_an_answer_is_as_published(name: str, command: list[str], engage: Engage) -> None:
    holds(name, json.loads(engage(*command, "--json")))


def test_receipts_are_as_published_and_so_are_answers_about_what_they_recorded(engage: Engage) -> None:
    for command in RECORDING:
        holds("receipt", json.loads(engage(*command, "--json")))
    for name, command in ANSWERS:
        holds(name, json.loads(engage(*command, "--json")))
    past = json.loads(engage("status", "dialogue:nz-us-space", "--as-of", "2026-08-01", "--json"))
    assert past["coverage"][0]["passed"] is True
    assert {row["status"] for row in past["rows"]} == {"unknown"}
    overdue = json.loads(engage("due", "--as-of", "2026-03-01", "--json"))
    holds("due", overdue)
    assert any(row["what"] == "overdue" for row in overdue["rows"])


def test_what_is_supposed_and_what_sides_say_are_as_published(engage: Engage, tmp_path: Path) -> None:
    for side, verb in (("NZ", "progress"), ("US", "stall")):
        if side == "NZ":
            made = ["--obligors", "NZ", "--obligors", "US", "--kind", "event", "--text", "Meet", "--on", "2026-02-02"]
            engage("commitment", "make", "acc", *made, "--source", "R; publisher=NZ", "--source", "S; publisher=US")
        engage("commitment", verb, "acc", "--obligor", "NZ", "--on", "2026-02-03", "--source", f"T; publisher={side}")
    accounts = json.loads(engage("check", "accounts", "--between", "NZ", "US", "--json"))
    assert accounts["accounts"]
    holds("accounts", accounts)
    holds("status", json.loads(engage("status", "--according-to", "NZ", "--json")))
    fact = {"stream": "commitment:what-if", "type": "commitment.made/1", "occurred": "2026-02-02",
            "body": {"obligors": ["NZ"], "kind": "event", "text": "Meet", "due": "2026-12"}}  # fmt: skip
    (tmp_path / "f.jsonl").write_text(json.dumps(fact), encoding="utf-8")
    for name in ("status", "due"):
        holds(name, json.loads(engage(name, "--assuming", str(tmp_path / "f.jsonl"), "--json")))


def test_findings_and_sources_are_as_published(engage: Engage, tmp_path: Path) -> None:
    held = ["dialogue", "hold", "nz-us-space", "--meeting", "2", "--on", "2026-02-03"]
    holds("receipt", json.loads(engage(*held, "--json")))
    findings = json.loads(engage("check", "--json"))
    assert findings["findings"] != []
    holds("check", findings)
    document = tmp_path / "statement.txt"
    document.write_text("They agreed to meet again.", encoding="utf-8")
    engage("source", "add", str(document), "--language", "en")
    sources = json.loads(engage("source", "list", "--json"))
    assert len(sources["sources"]) == 1
    holds("sources", sources)


def test_checkpoints_and_what_is_held_against_one_are_as_published(engage: Engage, tmp_path: Path) -> None:
    key = ("--key", str(tmp_path / "key"))
    vkey = engage("key", "create", "mfa.example/ledger", *key).strip()
    engage("checkpoint", "create", "--name", "here", *key, "-o", str(tmp_path / "kept"))
    made = json.loads(engage("checkpoint", "list", "--json"))
    assert [one["name"] for one in made["checkpoints"]] == ["here"]
    holds("checkpoints", made)
    verified = json.loads(engage("verify", "--against", str(tmp_path / "kept"), "--key", vkey, "--json"))
    assert verified["checkpoint"]["size"] == verified["size"]
    holds("verify", verified)


def test_every_answer_that_is_published_is_tried() -> None:
    tried = {name for name, _ in ANSWERS} | {"receipt", "accounts"}
    assert tried == {path.name.removesuffix(".schema.json") for path in (REFERENCE / "answers").iterdir()}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"as_of": "15 March 2026"}, ["as_of"]),
        ({"root": "abc"}, ["root"]),
        ({"extra": 1}, []),
        ({"rows": [{"stream": "dialogue:x"}]}, ["rows", 0]),
    ],
)
def test_an_answer_of_another_shape_is_refused_by_the_schema(
    change: dict[str, Any], place: list[Any], engage: Engage
) -> None:
    answer = {**json.loads(engage("status", "--json")), **change}
    errors = list(validator(answer_schema("status")).iter_errors(answer))
    assert errors
    assert all(list(error.absolute_path) == place for error in errors)


def test_a_word_that_is_no_status_is_refused_by_the_schema(engage: Engage) -> None:
    answer = json.loads(engage("status", "--json"))
    changed = copy.deepcopy(answer)
    changed["rows"][0]["status"] = "ratified"
    assert not validator(answer_schema("status")).is_valid(changed)
    holds("status", answer)


def test_every_line_of_the_export_is_an_entry_as_published(engage: Engage) -> None:
    for command in RECORDING:
        engage(*command)
    lines = engage("export").splitlines()
    assert len(lines) > 28
    for line in lines:
        errors = [error.message[:300] for error in validator(ENTRY).iter_errors(json.loads(line))]
        assert errors == [], line


def test_what_a_dry_run_prints_is_a_fact_as_published(engage: Engage) -> None:
    facts = SCHEMAS[REFERENCE / "facts" / "facts.schema.json"]
    commands = [one for one in RECORDING if one[0] not in ("correct", "retract")]
    printed = [json.loads(engage(*command, "--dry-run")) for command in commands]
    assert len(printed) == len(commands)
    for fact in printed:
        assert [error.message[:300] for error in validator(facts).iter_errors(fact)] == []
    wrong = copy.deepcopy(printed[0])
    wrong["body"]["venue_of_choice"] = "Honolulu"
    assert not validator(facts).is_valid(wrong)
    elsewhere = {**printed[0], "stream": "commitment:c1"}
    assert not validator(facts).is_valid(elsewhere)


def test_a_file_of_facts_is_as_published(engage: Engage) -> None:
    facts = SCHEMAS[REFERENCE / "facts" / "facts.schema.json"]
    registry: Any = REGISTRY.with_resources([("facts.schema.json", Resource.from_contents(facts))])
    file = Draft202012Validator(SCHEMAS[REFERENCE / "facts" / "file.schema.json"], registry=registry)
    fact = json.loads(engage(*RECORDING[0], "--dry-run"))
    part = {name: value for name, value in fact.items() if name not in ("occurred", "entry_id")}
    for well in ([fact], fact, {"facts": [fact]}, {"defaults": {"occurred": "2026"}, "facts": [part, part]}):
        assert [error.message[:300] for error in file.iter_errors(well)] == []
    body = {"themes": ["space"], "made_at": "dialogue:d/meeting/1"}
    assert file.is_valid({"defaults": {"body": body}, "facts": []})
    for wrong in ([part], {"defaults": {"occurred": "2026"}}, {"facts": [], "stream": "dialogue:d"}):
        assert not file.is_valid(wrong)
    for default in ({"entry_id": fact["entry_id"]}, {"after": ["#1"]}, {"body": {"meeting": "1"}}, {"occured": "2026"}):
        assert not file.is_valid({"defaults": default, "facts": []})


def test_the_schema_of_facts_has_every_type() -> None:
    facts = SCHEMAS[REFERENCE / "facts" / "facts.schema.json"]
    assert facts["properties"]["type"]["enum"] == list(VERSIONS)
