"""Is a retry harmless? By its entry id a fact is created once, exists after that, and is never two things.

Cost: real files, a few processes; under five seconds.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from faults.ledgers import asked, consistent, contents, engage, fact, made, new, opened, stored_lines

from engagement_ledger.domain.errors import (
    ChangedMeanwhile,
    EntryNotInStream,
    ExistsWithDifferent,
    GivenTwice,
    RecordedAnewUnderOldId,
    Refusal,
)
from engagement_ledger.ledger.application import BatchRefused
from engagement_ledger.ledger.drafts import draft_of

OWN = "00000000-0000-4000-8000-000000000007"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    new(tmp_path / "l")
    return tmp_path / "l"


def outcomes(path: Path, *drafts):  # type: ignore[no-untyped-def]
    with opened(path) as ledger:
        return [(one.outcome, one.position, one.version) for one in ledger.append(*drafts)]


def test_a_fact_is_created_once_and_exists_after_that(path: Path) -> None:
    assert outcomes(path, fact("made", "a")) == [("created", 1, 1)]
    before = contents(path)
    assert outcomes(path, fact("made", "a")) == [("exists", 1, 1)]
    assert contents(path) == before


def test_an_id_of_the_writer_s_own_works_the_same(path: Path) -> None:
    draft = fact("made", "a", envelope={"entry_id": OWN})
    assert outcomes(path, draft) == [("created", 1, 1)]
    assert outcomes(path, draft) == [("exists", 1, 1)]


@pytest.mark.parametrize("written", [OWN.upper(), "{" + OWN + "}", "urn:uuid:" + OWN, OWN.replace("-", "")])
def test_one_id_is_one_id_however_it_is_written(path: Path, written: str) -> None:
    outcomes(path, fact("made", "a", envelope={"entry_id": OWN}))
    assert outcomes(path, fact("made", "a", envelope={"entry_id": written})) == [("exists", 1, 1)]


def test_who_enters_it_again_does_not_matter(path: Path) -> None:
    outcomes(path, fact("made", "a"))
    assert outcomes(path, replace(fact("made", "a"), recorded_by="Rangi")) == [("exists", 1, 1)]
    assert json.loads(stored_lines(path)[0])["recorded_by"] == "Mere"


DIFFERENT = [
    ("stream", {"stream": "commitment:b"}),
    ("type", {"type": "commitment.recognised/1"}),
    ("occurred", {"occurred": "2026-02-01"}),
    ("occurred_text", {"occurred_text": "on Monday"}),
    ("after", {"after": [OWN.replace("7", "8")]}),
    ("known_since", {"known_since": "2026-02-02T10:00:00Z"}),
    ("sources", {"sources": [{"document": "https://example.org"}]}),
    ("note", {"note": "another"}),
    ("tags", {"tags": ["a"]}),
    ("correlation", {"correlation": "batch 2"}),
    ("body", {"body": {"obligors": ["NZ"], "kind": "event", "text": "hold two summits"}}),
]
PLAIN = {
    "stream": "commitment:a", "type": "commitment.made/1", "occurred": "2026-02-02", "entry_id": OWN,
    "body": {"obligors": ["NZ"], "kind": "event", "text": "hold a summit"},
}  # fmt: skip


@pytest.mark.parametrize(("field", "change"), DIFFERENT, ids=[field for field, _ in DIFFERENT])
def test_the_same_id_with_other_content_is_refused_by_the_name_of_the_field(
    path: Path, field: str, change: dict[str, object]
) -> None:
    def draft(raw: dict[str, object]):  # type: ignore[no-untyped-def]
        return draft_of(raw, recorded_by="Mere", resolve=lambda entry: entry)

    outcomes(path, draft(PLAIN))
    before = contents(path)
    with opened(path) as ledger, pytest.raises(ExistsWithDifferent, match=f"exists with different {field}$") as refused:
        ledger.append(draft({**PLAIN, **change}))
    assert refused.value.fields == [field]
    assert refused.value.position == 1
    assert contents(path) == before


def test_every_field_that_differs_is_named(path: Path) -> None:
    outcomes(path, fact("made", "a", envelope={"entry_id": OWN}))
    with opened(path) as ledger, pytest.raises(ExistsWithDifferent) as refused:
        ledger.append(fact("made", "a", on="2026-02-01", text="other", envelope={"entry_id": OWN, "note": "n"}))
    assert sorted(refused.value.fields) == ["body", "note", "occurred"]


def test_the_command_says_so_too(path: Path) -> None:
    raw = json.dumps(PLAIN).encode()
    receipts = [engage(path, "append", "-", "--json", stdin=raw).json["rows"][0]["outcome"] for _ in range(2)]
    assert receipts == ["created", "exists"]
    outcome = engage(path, "append", "-", stdin=json.dumps({**PLAIN, "note": "x"}).encode())
    assert outcome.code == 1
    assert "exists with different note" in outcome.err
    assert "try: correct it instead" in outcome.err


def test_a_batch_sent_twice_is_recorded_once_and_its_rest_is_added(path: Path) -> None:
    batch = [made(number) for number in range(5)]
    assert [one[0] for one in outcomes(path, *batch[:3])] == ["created"] * 3
    assert outcomes(path, *batch) == [
        ("exists", 1, 1), ("exists", 2, 1), ("exists", 3, 1), ("created", 4, 1), ("created", 5, 1),
    ]  # fmt: skip
    assert len(stored_lines(path)) == 5
    consistent(path)


def test_a_retry_that_adds_nothing_makes_no_group(path: Path) -> None:
    outcomes(path, *(made(number) for number in range(5)))
    before = contents(path)
    outcomes(path, *(made(number) for number in range(5)))
    assert contents(path) == before


def test_the_same_fact_twice_in_one_batch_is_one_entry(path: Path) -> None:
    assert outcomes(path, fact("made", "a"), fact("made", "b"), fact("made", "a")) == [
        ("created", 1, 1), ("created", 2, 1), ("exists", 1, 1),
    ]  # fmt: skip


def test_one_id_for_two_facts_of_a_batch_is_refused(path: Path) -> None:
    envelope = {"entry_id": OWN}
    with opened(path) as ledger, pytest.raises(BatchRefused) as refused:
        ledger.append(fact("made", "a", envelope=envelope), fact("made", "b", envelope=envelope))
    ((index, refusal),) = refused.value.refusals
    assert index == 1
    assert isinstance(refusal, GivenTwice)
    assert "fact 1 has the same id" in refusal.message
    assert stored_lines(path) == []


def test_a_retry_stays_a_retry_though_the_rules_would_refuse_it_now(path: Path) -> None:
    """Fulfilled once; the same report sent again is no second fulfilment."""
    outcomes(path, fact("made", "a"))
    report = fact("fulfilled", "a", obligor="NZ")
    outcomes(path, report)
    assert outcomes(path, report) == [("exists", 2, 2)]
    other = fact("fulfilled", "a", obligor="NZ", envelope={"note": "again"})
    with opened(path) as ledger, pytest.raises(Refusal):
        ledger.append(other)


def test_a_retracted_fact_is_not_recorded_anew_under_the_id_that_follows_from_its_content(path: Path) -> None:
    outcomes(path, fact("made", "a"))
    outcomes(path, fact("entry.retracted/1", "a", entry=fact("made", "a").entry_id, reason="misread"))
    before = contents(path)
    with opened(path) as ledger, pytest.raises(RecordedAnewUnderOldId, match="recorded as #1 and then retracted"):
        ledger.append(fact("made", "a"))
    assert contents(path) == before
    assert outcomes(path, fact("made", "a", envelope={"entry_id": OWN})) == [("created", 3, 3)]
    rows = asked(path, "status", "commitment:a", "--json", "--as-of", "2026-02-10").json["rows"]
    assert {row["status"] for row in rows} == {"made"}
    assert outcomes(path, fact("made", "a", envelope={"entry_id": OWN})) == [("exists", 3, 3)]
    consistent(path)


def test_a_retraction_names_an_entry_of_its_own_stream(path: Path) -> None:
    outcomes(path, fact("made", "a"), fact("made", "b"))
    with opened(path) as ledger, pytest.raises(EntryNotInStream):
        ledger.append(fact("entry.retracted/1", "b", entry=fact("made", "a").entry_id, reason="misread"))


def test_an_expected_version_that_holds_lets_the_fact_in(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(fact("made", "a"), expect_version=0)
        ledger.append(fact("progress-reported", "a", obligor="NZ"), expect_version=1)
        with pytest.raises(ChangedMeanwhile, match="commitment:a is at version 2, not 1"):
            ledger.append(fact("progress-reported", "a", obligor="US"), expect_version=1)
        assert len(ledger.history("commitment:a")) == 2


def test_the_command_ends_with_5_when_somebody_recorded_meanwhile(path: Path) -> None:
    outcomes(path, fact("made", "a"))
    before = contents(path)
    progress = ["commitment", "progress", "a", "--occurred", "2026-02-02", "--obligor", "NZ", "--expect-version"]
    outcome = asked(path, *progress, "0")
    assert outcome.code == 5, outcome
    assert "error: commitment:a is at version 1, not 0" in outcome.err
    assert "because: somebody recorded in it meanwhile" in outcome.err
    assert "try: read what was added (engage log commitment:a)" in outcome.err
    assert contents(path) == before
    assert asked(path, *progress, "1").code == 0


def test_a_retry_of_what_was_stored_after_all_is_no_conflict(path: Path) -> None:
    """The answer was lost on the way, not the entry: the same command again says that it exists."""
    args = [
        "commitment",
        "progress",
        "a",
        "--occurred",
        "2026-02-02",
        "--obligor",
        "NZ",
        "--expect-version",
        "1",
        "--json",
    ]
    outcomes(path, fact("made", "a"))
    assert asked(path, *args).json["rows"][0]["outcome"] == "created"
    again = asked(path, *args)
    assert (again.code, again.json["rows"][0]["outcome"]) == (0, "exists"), again


def test_a_dry_run_says_what_would_be_created_and_writes_nothing(path: Path) -> None:
    outcomes(path, fact("made", "a"))
    before = contents(path)
    with opened(path) as ledger:
        receipts = ledger.append(fact("made", "a"), fact("made", "b"), dry_run=True)
    assert [(one.outcome, one.position) for one in receipts] == [("exists", 1), ("would-create", 2)]
    assert contents(path) == before


def test_what_a_refused_or_tried_append_named_is_not_remembered(path: Path) -> None:
    """Names and standings that a rolled-back transaction numbered are numbered anew by the next one."""
    with opened(path) as ledger:
        ledger.append(fact("made", "a"), dry_run=True)
        with pytest.raises(Refusal):
            ledger.append(fact("made", "b"), fact("fulfilled", "b", on="2026-02-01", obligor="FJ"))
        ledger.append(fact("made", "c", obligors=["JP"]))
        with pytest.raises(Refusal):
            ledger.append(fact("fulfilled", "c", obligor="NZ"))
        ledger.append(fact("fulfilled", "c", obligor="JP"), fact("made", "a"))
    consistent(path)


def test_two_ledgers_open_on_one_file_see_what_the_other_recorded(path: Path) -> None:
    with opened(path) as one, opened(path) as other:
        for number in range(20):
            writer = (one, other)[number % 2]
            writer.append(
                fact(
                    "progress-reported" if number else "made",
                    "a",
                    **({"obligor": "NZ", "completion": number} if number else {}),
                )
            )
            writer.append(made(number))
            (other, one)[number % 2].append(fact("made", f"x{number}", obligors=["NZ", ("AU", "JP", "FJ")[number % 3]]))
    assert len(stored_lines(path)) == 60
    consistent(path)


def test_a_rebuild_by_another_hand_is_seen_by_a_ledger_that_is_open(path: Path) -> None:
    with opened(path) as one, opened(path) as other:
        one.append(fact("made", "a"))
        other.append(fact("progress-reported", "a", obligor="NZ"))
        one.rebuild()
        one.append(fact("fulfilled", "a", obligor="NZ"))
        other.append(fact("fulfilled", "a", obligor="US"))
    consistent(path)
