"""A fact is kept as it is written, or refused: no value becomes another, no list or line is longer than its limit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from engagement_ledger.domain.catalogue import CATALOGUE, VERSIONS
from engagement_ledger.domain.entry import Citation, Draft, Text, is_set
from engagement_ledger.domain.errors import FactTooLong, InvalidFact
from engagement_ledger.domain.limits import MOST_MEMBERS
from engagement_ledger.domain.participant import Participant
from engagement_ledger.domain.refusal import DateRefused
from engagement_ledger.exchange.facts_file import facts_in
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.ledger.drafts import draft_of, encoded_draft
from engagement_ledger.record.lines import LONGEST_HEAD, LONGEST_LINE, entry_of, ledger_bytes, writer_bytes

MADE = {"obligors": ["NZ"], "kind": "event", "text": "host a meeting"}


def raw(type: str = "commitment.made/1", body: Any = None, **more: Any) -> dict[str, Any]:  # noqa: A002 - the field's word
    stream = "dialogue:d" if type.startswith("dialogue") else "commitment:c"
    return {"stream": stream, "type": type, "occurred": "2026-02-02", "body": body or MADE, **more}


def draft(*args: Any, **more: Any) -> Draft:
    return draft_of(raw(*args, **more), recorded_by="mere", resolve=str)


# --- numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["true", "010", "1_0", "1.0", "+1", "' 1'", "1e1", "0x1", "\u0661", "[1]", "{a: 1}"]
)
def test_a_number_is_taken_as_it_is_written_or_refused(written: str) -> None:
    (body,) = [one.value for one in facts_in("f", f"- {{meeting: '1', ordinal: {written}}}\n".encode())]
    with pytest.raises(InvalidFact, match=r"ordinal: .* is not a whole number"):
        draft("dialogue.meeting-held/1", body)
    with pytest.raises(InvalidFact, match="ordinal"):
        draft("dialogue.meeting-held/1", json.loads('{"meeting": "1", "ordinal": true}'))


@pytest.mark.parametrize("written", ["10", "'10'"])
def test_a_number_in_digits_is_that_number(written: str) -> None:
    (body,) = [one.value for one in facts_in("f", f"- {{meeting: '1', ordinal: {written}}}\n".encode())]
    assert draft("dialogue.meeting-held/1", body).fact.ordinal == 10  # type: ignore[attr-defined]  # a meeting has one
    assert draft("dialogue.meeting-held/1", {"meeting": "1", "ordinal": 10}).fact.ordinal == 10  # type: ignore[attr-defined]  # a meeting has one


@pytest.mark.parametrize("written", ["yes", "1", 1, 0, "on", "True", []])
def test_a_yes_or_no_is_taken_as_it_is_written_or_refused(written: object) -> None:
    body = {"obligor": "NZ", "evidence": "A report", "self_reported": written}
    kind = next(name for name, one in CATALOGUE.items() if "self_reported" in one.model_fields)
    with pytest.raises(InvalidFact, match=r"self_reported: .* is neither true nor false"):
        draft(kind, body)


@pytest.mark.parametrize("written", [True, "010", "1.0"])
def test_a_correction_gives_a_number_as_it_is_written_or_is_refused(written: object) -> None:
    body = {"entry": "00000000-0000-8000-8000-000000000000", "changes": {"ordinal": written}, "reason": "a slip"}
    with pytest.raises(InvalidFact, match="ordinal"):
        draft("entry.corrected/1", body, stream="dialogue:d")
    assert draft("entry.corrected/1", {**body, "changes": {"ordinal": "10"}}, stream="dialogue:d")


def test_a_short_name_that_is_given_as_a_number_is_told_to_be_text() -> None:
    with pytest.raises(InvalidFact, match="meeting is text: put '2' in quotes"):
        draft("dialogue.meeting-held/1", {"meeting": 2})


def test_a_date_in_brackets_is_told_to_be_put_in_quotes() -> None:
    (fact,) = [one.value for one in facts_in("f", b"- {occurred: [2026-05-11..2026-05-17]}\n")]
    with pytest.raises(DateRefused, match="is read as a list") as refused:
        draft(occurred=fact["occurred"])
    assert refused.value.hint == "put it in quotes: '[2026-05-11..2026-05-17]'"


@pytest.mark.parametrize("name", ["recorded_by", "note", "occurred_text", "correlation"])
def test_a_text_that_is_no_utf_8_is_refused(name: str) -> None:
    with pytest.raises(InvalidFact, match=rf"{name}: .* is not UTF-8"):
        draft(**{name: "M\udce9re"})
    with pytest.raises(InvalidFact, match=r"recorded_by: .* is not UTF-8"):
        draft_of(raw(), recorded_by="M\udce9re", resolve=str)


# --- lists ------------------------------------------------------------------------------------------------


def test_a_list_of_short_names_persons_or_citations_is_a_set_and_a_list_of_texts_is_not() -> None:
    declared = {
        (name, get_args(one.annotation)[0] == Text, is_set(one.annotation))
        for kind in CATALOGUE.values()
        for name, one in kind.model_fields.items()
        if "tuple" in str(one.annotation)
    }
    assert {name for name, texts, folds in declared if texts and not folds} == {"items", "topics"}
    assert {name for name, texts, folds in declared if folds and not texts} >= {
        "obligors", "obligees", "beneficiaries", "parties", "by", "themes", "invited", "languages", "issuers", "into",
        "successors", "participants",
    }  # fmt: skip
    assert all(texts != folds for _, texts, folds in declared)


def test_a_member_that_is_given_twice_counts_once() -> None:
    made = draft(
        body={**MADE, "obligors": ["NZ", "US", "NZ"], "themes": ["space", "space"]},
        tags=["b", "a", "b"],
        sources=["A report", {"document": "A report"}],
        after=["00000000-0000-8000-8000-000000000000"] * 2,
    )
    fact: Any = made.fact
    assert (fact.obligors, fact.themes) == (("NZ", "US"), ("space",))
    assert (made.tags, made.sources, len(made.after)) == (("b", "a"), (Citation(document="A report"),), 1)
    once = draft(
        body={**MADE, "obligors": ["NZ", "US"], "themes": ["space"]},
        tags=["b", "a"],
        sources=["A report"],
        after=["00000000-0000-8000-8000-000000000000"],
    )
    assert made == once


def test_the_same_person_in_two_offices_took_part_twice_and_an_item_may_stand_twice_on_an_agenda() -> None:
    ana = {"person": "Ana Vale", "party": "NZ"}
    held: Any = draft(
        "dialogue.meeting-held/1", {"meeting": "1", "participants": [ana, ana, {**ana, "office": "Chair"}]}
    ).fact
    assert held.participants == (Participant(**ana), Participant(**ana, office="Chair"))
    agenda: Any = draft("dialogue.agenda-set/1", {"meeting": "1", "items": ["Report", "Break", "Report"]}).fact
    assert agenda.items == ("Report", "Break", "Report")


def test_two_parties_are_not_one_party_given_twice() -> None:
    with pytest.raises(InvalidFact, match="parties needs at least 2"):
        draft("relationship.opened/1", {"parties": ["NZ", "NZ"], "title": "t"}, stream="relationship:r")
    assert draft("relationship.opened/1", {"parties": ["NZ", "NZ", "US"], "title": "t"}, stream="relationship:r")


def test_a_commitment_whose_obligor_is_given_twice_is_recorded_and_corrected(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l.ledger", create=True) as ledger:
        ledger.append(draft(body={**MADE, "obligors": ["NZ", "NZ"]}))
        (made,) = ledger.history("commitment:c")
        correction = {"entry": made.entry_id, "changes": {"obligors": ["AU", "AU", "NZ"]}, "reason": "a slip"}
        ledger.append(draft("entry.corrected/1", correction))
        assert {row["part"] for row in ledger.status()} == {"overall", "obligor/AU", "obligor/NZ"}


def test_a_stored_line_whose_members_stand_twice_is_read_as_it_was_stored() -> None:
    body = {"themes": ["space", "space"], **MADE, "obligors": ["NZ", "NZ"]}
    line = {
        "position": 1, "group": 1, "version": 1, "recorded_at": "2026-02-03T09:00:00.000000Z",
        "entry_id": "00000000-0000-8000-8000-000000000000", "stream": "commitment:c", "type": "commitment.made/1",
        "occurred": "2026-02-02", "recorded_by": "mere", "tags": ["a", "a"], "body": body,
    }  # fmt: skip
    stored = json.dumps(line, separators=(",", ":")).encode()
    entry = entry_of(stored)
    assert stored.endswith(writer_bytes(entry))
    opened = {
        "type": "relationship.opened/1",
        "stream": "relationship:r",
        "body": {"parties": ["NZ", "NZ"], "title": "t"},
    }
    again: Any = entry_of(json.dumps({**line, **opened}).encode())
    assert again.fact.parties == ("NZ", "NZ")


def test_members_that_stand_twice_in_a_draft_of_a_program_break_no_rule(tmp_path: Path) -> None:
    kind: Any = VERSIONS["commitment.made/1"]
    twice = {**MADE, "obligors": ("NZ", "NZ")}
    first = "00000000-0000-8000-8000-000000000000"
    with Ledger(tmp_path / "l.ledger", create=True) as ledger:
        ledger.append(replace(draft(), fact=kind(**twice), entry_id=first))
        done = {"obligor": "NZ", "evidence": "A report"}
        ledger.append(replace(draft("commitment.fulfilled/1", done), after=(first, first)))
        assert {row["part"]: row["status"] for row in ledger.status()} == {
            "overall": "fulfilled",
            "obligor/NZ": "fulfilled",
        }


@pytest.mark.parametrize("name", ["tags", "sources", "after"])
def test_a_list_of_an_entry_has_a_largest_number_of_members(name: str) -> None:
    with pytest.raises(InvalidFact, match=f"'{name}' has 1,001 members, and a list has at most 1,000"):
        draft(**{name: ["x"] * (MOST_MEMBERS + 1)})


def test_a_list_within_a_fact_or_a_correction_has_a_largest_number_of_members() -> None:
    many = ["NZ"] * (MOST_MEMBERS + 1)
    with pytest.raises(InvalidFact, match="'obligors' has 1,001 members"):
        draft(body={**MADE, "obligors": many})
    correction = {"entry": "00000000-0000-8000-8000-000000000000", "changes": {"x": {"y": [[], [many]]}}, "reason": "r"}
    with pytest.raises(InvalidFact, match="'y' has 1,001 members"):
        draft("entry.corrected/1", correction)
    assert draft(body={**MADE, "obligors": many[1:]})


# --- lines ------------------------------------------------------------------------------------------------


def test_a_fact_is_as_long_as_a_line_and_no_longer() -> None:
    def encoded(length: int) -> bytes:
        return encoded_draft(raw(note="x" * length), recorded_by="mere", resolve=str)[1]

    room = LONGEST_LINE - LONGEST_HEAD - len(encoded(1)) + 1
    assert len(encoded(room)) == LONGEST_LINE - LONGEST_HEAD
    with pytest.raises(FactTooLong) as refused:
        encoded(room + 1)
    assert "archived source" in refused.value.hint
    with pytest.raises(FactTooLong):
        encoded(room // 2 + 1) and encoded_draft(raw(note="é" * (room // 2 + 1)), recorded_by="mere", resolve=str)


def test_what_the_ledger_adds_fits_into_the_room_that_is_kept_for_it() -> None:
    most, instant = 2**63 - 1, "9999-12-31T23:59:59.999999Z"
    assert len(ledger_bytes(most, most, most, instant, instant)) <= LONGEST_HEAD


def test_a_draft_made_in_python_is_no_longer_than_a_line_either(tmp_path: Path) -> None:
    made = draft()
    long = replace(made, note="x" * LONGEST_LINE)
    with Ledger(tmp_path / "l.ledger", create=True) as ledger:
        with pytest.raises(FactTooLong):
            ledger.append(long)
        assert ledger.append(made)


def test_a_longer_line_that_was_stored_before_is_read() -> None:
    _, encoded = encoded_draft(raw(note="x"), recorded_by="mere", resolve=str)
    line = ledger_bytes(1, 1, 1, "2026-02-03T09:00:00.000000Z", None) + encoded.replace(
        b'"note":"x"', b'"note":"%s"' % (b"x" * 300_000)
    )
    assert len(entry_of(line).note or "") == 300_000


def test_of_many_problems_the_first_twenty_are_said() -> None:
    with pytest.raises(InvalidFact) as refused:
        draft(**{f"field{number}": 1 for number in range(10_000)})
    assert "and 9980 more" in refused.value.message
    assert len(refused.value.message) < 2_000
