"""How do raw values become a fact? The compact texts of nested values, and what is refused on the way; no I/O."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.commitment import CommitmentMade
from engagement_ledger.domain.entry import Citation
from engagement_ledger.domain.errors import InvalidFact, UnknownType
from engagement_ledger.domain.participant import Participant
from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.exchange.facts_file import Unreadable
from engagement_ledger.ledger.drafts import compact, draft_of, type_named

PLAIN = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs"], exclude_characters=";=\\{"), min_size=1, max_size=20
)


def draft(**more: Any) -> Any:
    raw = {
        "stream": "commitment:c",
        "type": "commitment.made/1",
        "occurred": "2026-02-02",
        "body": {"obligors": ["NZ"], "kind": "event", "text": "host a meeting"},
        **more,
    }
    return draft_of(raw, recorded_by="mere", resolve=str)


# One value alone with a comma in it is taken for values that were parted by commas, and refused (see below).
@given(st.lists(PLAIN, min_size=1, max_size=4).filter(lambda values: len(values) > 1 or "," not in values[0]))
def test_values_alone_are_the_fields_in_their_order(values: list[str]) -> None:
    assert compact(Participant, "; ".join(values)) == dict(zip(Participant.model_fields, values, strict=False))


@given(
    st.permutations(list(Participant.model_fields)),
    st.lists(PLAIN, min_size=len(Participant.model_fields), max_size=len(Participant.model_fields)),
)
def test_named_values_come_in_any_order(names: list[str], values: list[str]) -> None:
    given_values = dict(zip(names, values, strict=True))
    assert compact(Participant, ";".join(f"{name}={value}" for name, value in given_values.items())) == given_values


def test_a_semicolon_within_a_value_is_escaped_and_an_equals_sign_is_not() -> None:
    found = compact(Citation, "https://example.org/?a=b&c=d; quote=one\\; two = three; language=en")
    assert found == {"document": "https://example.org/?a=b&c=d", "quote": "one; two = three", "language": "en"}


def test_a_place_may_be_left_empty() -> None:
    assert compact(Participant, "Ana Vale;; NZ") == {"person": "Ana Vale", "party": "NZ"}


@pytest.mark.parametrize("text", ["a;b;c;d;e;f;g", "a;b;c;d;e;f;person=x;g"])
def test_more_values_than_fields_are_refused(text: str) -> None:
    with pytest.raises(InvalidFact, match="more values than"):
        compact(Participant, text)


@pytest.mark.parametrize(
    ("text", "better"), [("Ana Vale, Minister, NZ", "'Ana Vale; Minister; NZ'"), (",", "'person; office; party'")]
)
def test_values_parted_by_commas_are_refused_and_led_on(text: str, better: str) -> None:
    with pytest.raises(InvalidFact, match="separated by semicolons") as refused:
        compact(Participant, text)
    assert refused.value.hint == f"write {better}"


def test_a_field_given_by_place_and_by_name_is_refused() -> None:
    with pytest.raises(Refusal, match="person"):
        compact(Participant, "Ana Vale; person=Ben Roe; party=NZ")
    with pytest.raises(Refusal, match="party"):
        compact(Participant, "Ana Vale; party=NZ; party=US")


@pytest.mark.parametrize("text", ['{"person": "a", "person": "b"}', '{"a": NaN}', '{"a"', "{" * 100_000])
def test_json_of_a_nested_value_is_as_strict_as_a_file(text: str) -> None:
    with pytest.raises(Unreadable):
        compact(Participant, text)


def test_every_type_is_found_by_its_name_and_without_its_version() -> None:
    for name, kind in CATALOGUE.items():
        assert type_named(name) is kind
    assert type_named("commitment.made").TYPE == "commitment.made/2"
    assert type_named("commitment.made/1") is type_named("commitment.made/2")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "commitment.made/3",
        "dialogue.meeting-cancelled/2",
        "commitment.make",
        "os:system",
        "builtins.eval",
        "made/1",
        "/1",
        "x" * 9_999,
    ],
)
def test_no_other_name_is_a_type(name: str) -> None:
    with pytest.raises(UnknownType) as refused:
        type_named(name)
    assert len(refused.value.message) < 200
    assert refused.value.hint


def test_the_id_of_a_fact_follows_from_its_content() -> None:
    first, again = draft(), draft()
    assert first.entry_id == again.entry_id
    assert uuid.UUID(first.entry_id).version == 8
    different = [
        draft(occurred="2026-02-03"), draft(stream="commitment:d"), draft(note="n"), draft(tags=["t"]),
        draft(occurred_text="words"), draft(sources=["A report"]), draft(type="commitment.proposed/1"),
        draft(body={"obligors": ["NZ"], "kind": "event", "text": "host another"}),
    ]  # fmt: skip
    assert len({first.entry_id, *(one.entry_id for one in different)}) == 1 + len(different)
    assert draft(entry_id="00000000-0000-4000-8000-000000000001").entry_id == "00000000-0000-4000-8000-000000000001"


def test_a_party_that_goes_by_a_name_is_recorded_under_its_code_wherever_one_is_named() -> None:
    def made(nz: str, us: str, su: str) -> Any:
        body = {
            "obligors": [nz, us], "obligees": su, "kind": "financial", "text": "Fund", "lead": us, "policy": "lead",
            "amount": "5; USD", "shares": [f"{nz}; 2", {"obligor": us, "value": "3"}],
        }  # fmt: skip
        return draft(type="commitment.made", body=body, sources=[f"Statement; publisher={nz}", {"document": "x"}])

    named = made("New Zealand", "USA", "ussr")
    assert named == made("NZ", "US", "SUHH")
    assert (named.entry_id, named.sources[0].publisher) == (made("NZ", "US", "SUHH").entry_id, "NZ")
    body = {"meeting": "1", "participants": ["Bede Corry; Secretary; New Zealand"]}
    (participant,) = draft(stream="dialogue:d", type="dialogue.meeting-held", body=body).fact.participants
    assert participant.party == "NZ"


def test_a_party_that_goes_by_the_name_of_two_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        draft(body={"obligors": ["Korea"], "kind": "event", "text": "x"})
    assert "KP (North Korea) or KR (South Korea)" in str(refused.value.because)


def test_a_stored_line_has_codes() -> None:
    with pytest.raises(ValidationError):
        CommitmentMade.model_validate({"obligors": ["New Zealand"], "kind": "event", "text": "x"})


def test_one_value_stands_for_a_list_of_one() -> None:
    assert draft(body={"obligors": "NZ", "kind": "event", "text": "t"}).fact.obligors == ("NZ",)
    assert draft(sources="A report").sources == (Citation(document="A report"),)
    assert draft(tags="pacific").tags == ("pacific",)


def test_who_recorded_it_elsewhere_stays_who_recorded_it() -> None:
    assert draft().recorded_by == "mere"
    assert draft(recorded_by="tama").recorded_by == "tama"


def test_a_claimed_instant_is_kept_in_one_form() -> None:
    forms = ("2026-02-03T09:00:00Z", "2026-02-03T10:00:00+01:00", "2026-02-03T09:00:00.000000Z")
    assert {draft(known_since=form).known_since for form in forms} == {"2026-02-03T09:00:00.000000Z"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.sampled_from(["NZ", "2026-03", "event"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "stream",
    "type",
    "occurred",
    "body",
    "note",
    "tags",
    "sources",
    "after",
    "known_since",
    "entry_id",
    "recorded_by",
)
NAMES = sorted({name for kind in CATALOGUE.values() for name in kind.model_fields})


def refused_by(drafting: Callable[[], object]) -> Refusal | None:
    """What a draft is refused with, if it is."""
    try:
        drafting()
    except Refusal as refusal:
        return refusal
    return None


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4))
def test_whatever_is_given_is_a_draft_or_a_refusal(more: dict[str, Any]) -> None:
    refusal = refused_by(lambda: draft(**more))
    assert refusal is None or (refusal.message and refusal.because and len(refusal.message) < 2_000)


@given(ANYTHING)
def test_whatever_stands_for_a_fact_is_a_draft_or_a_refusal(raw: Any) -> None:
    refusal = refused_by(lambda: draft_of(raw, recorded_by="mere", resolve=str))
    assert refusal is None or refusal.message


@given(
    st.sampled_from(sorted(CATALOGUE)),
    st.dictionaries(
        st.sampled_from(NAMES),
        ANYTHING,
        max_size=5,
    ),
)
def test_whatever_a_body_holds_is_a_draft_or_a_refusal(kind: str, body: dict[str, Any]) -> None:
    stream = f"{kind.partition('.')[0]}:x" if not kind.startswith("entry") else "party:x"
    refusal = refused_by(lambda: draft(stream=stream, type=kind, body=body))
    assert refusal is None or refusal.message


def test_a_wrong_date_is_told_beside_what_else_is_wrong() -> None:
    with pytest.raises(Refusal) as refused:
        draft(occurred="2026-02-30", body={"obligors": ["NZ"], "kind": "evnt", "text": "host a meeting"})
    assert "did you mean event?" in refused.value.message
    assert "occurred: '2026-02-30'" in refused.value.message
    with pytest.raises(Refusal) as refused:
        draft(occurred="2026-02-03", body={"obligors": ["NZ"], "kind": "evnt", "text": "host a meeting"})
    assert "occurred" not in refused.value.message
