"""What stands in `defaults:` holds for every fact of the file that does not say otherwise; anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest

from engagement_ledger.exchange.defaults import BODY, ENVELOPE, OWN
from engagement_ledger.exchange.facts_file import facts_in
from engagement_ledger.ledger.drafts import WRITER_FIELDS, draft_of
from engagement_ledger.record.strict_json import Unreadable

HEAD = """\
defaults:
  occurred: 2026-02-02
  occurred_text: this Monday
  sources: ["Joint statement; publisher=NZ"]
  body:
    themes: [space]
    made_at: dialogue:nz-us/meeting/1
facts:
"""


def values(text: str) -> list[Any]:
    return [one.value for one in facts_in("f", text.encode())]


def made(more: str = "", body: str = "") -> str:
    fields = f"obligors: [NZ], kind: event, text: Host the talks{body}"
    return f"- {{stream: commitment:c, type: commitment.made{more}, body: {{{fields}}}}}\n"


def test_a_fact_takes_what_it_does_not_give() -> None:
    (fact,) = values(HEAD + made())
    assert fact["occurred"] == "2026-02-02"
    assert fact["sources"] == ["Joint statement; publisher=NZ"]
    assert fact["body"]["themes"] == ["space"]
    assert fact["body"]["made_at"] == "dialogue:nz-us/meeting/1"


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        (", occurred: 2026-03", "occurred", "2026-03"),
        (", sources: []", "sources", []),
        (", sources: ~", "sources", None),
    ],
)
def test_what_a_fact_gives_itself_goes_before_even_where_it_is_nothing(given: str, field: str, value: Any) -> None:
    (fact,) = values(HEAD + made(given))
    assert fact[field] == value


def test_so_does_what_it_gives_in_its_body() -> None:
    (fact,) = values(HEAD + made(body=", themes: [trade], made_at: ~"))
    assert (fact["body"]["themes"], fact["body"]["made_at"]) == (["trade"], None)


def test_the_words_for_a_date_hold_for_that_date_alone() -> None:
    own, other = values(HEAD + made() + made(", occurred: 2026-03"))
    assert own["occurred_text"] == "this Monday"
    assert "occurred_text" not in other


def test_what_a_dialogue_did_was_not_made_at_its_own_meeting() -> None:
    (held,) = values(HEAD + '- {stream: dialogue:nz-us, type: dialogue.meeting-held, body: {meeting: "1"}}\n')
    assert held["body"] == {"themes": ["space"], "meeting": "1"}


def test_a_correction_takes_the_date_and_the_source_but_no_theme() -> None:
    fact = "- {stream: commitment:c, type: entry.retracted, body: {entry: '#1', reason: never said}}\n"
    (retracted,) = values(HEAD + fact)
    assert retracted["occurred"] == "2026-02-02"
    assert retracted["body"] == {"entry": "#1", "reason": "never said"}


def test_a_fact_without_a_body_takes_that_of_the_defaults() -> None:
    (fact,) = values(HEAD + "- {stream: commitment:c, type: commitment.made}\n")
    assert fact["body"] == {"themes": ["space"], "made_at": "dialogue:nz-us/meeting/1"}


def test_a_fact_is_the_same_whether_it_is_written_out_or_not() -> None:
    whole = (
        ', occurred: 2026-02-02, occurred_text: this Monday, sources: ["Joint statement; publisher=NZ"]',
        ", themes: [space], made_at: dialogue:nz-us/meeting/1",
    )
    short, long = values(HEAD + made())[0], values(made(*whole))[0]
    ids = {draft_of(one, recorded_by="mk", resolve=str).entry_id for one in (short, long)}
    assert len(ids) == 1


def test_the_facts_may_be_one_or_none_and_the_defaults_empty() -> None:
    assert values("defaults:\nfacts:\n  stream: x\n") == [{"stream": "x"}]
    assert values("defaults: {occurred: 2026}\nfacts: []\n") == []
    assert values("defaults: {occurred: 2026}\n") == []


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("defaults: {entry_id: x}\nfacts: []\n", 1, "entry_id cannot stand in defaults: each fact has its own id"),
        ("defaults:\n  occurred: 2026\n  after: ['#1']\nfacts: []\n", 3, "after cannot stand in defaults"),
        ("defaults:\n  occured: 2026\nfacts: []\n", 2, "'occured' cannot stand in defaults"),
        ("defaults:\n  body:\n    kind: event\nfacts: []\n", 3, "'kind' cannot stand in defaults"),
        ("defaults:\n  made_at: dialogue:d/meeting/1\nfacts: []\n", 2, "made_at is a field of the fact"),
        ("defaults:\n  body:\n    occurred: 2026\nfacts: []\n", 3, "occurred stands around the fact"),
        ("defaults: [occurred]\nfacts: []\n", 1, "defaults: is no mapping"),
        ("defaults:\n  body: themes\nfacts: []\n", 2, "body: is no mapping"),
        ("defaults: {occurred: 2026}\nstream: x\n", 2, "'stream' stands beside the facts"),
        ("defaults: {}\nfacts: []\ndefaults: {}\n", 3, "the key 'defaults' stands twice"),
        ("- stream: x\n- defaults: {occurred: 2026}\n", 2, "defaults: stands at the head of a file"),
        ('{"defaults": {"occurred": "2026"}}\n{"stream": "x"}\n', 1, "JSON lines have no defaults"),
    ],
)
def test_what_cannot_hold_for_every_fact_is_refused_with_its_line(text: str, place: int, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        facts_in("f", text.encode())
    assert refused.value.message.startswith(f"f:{place}: {said}")
    assert refused.value.hint


def test_every_field_of_the_envelope_either_may_stand_there_or_is_one_facts_own() -> None:
    assert {*ENVELOPE, *OWN, "body"} == set(WRITER_FIELDS)
    for field in ENVELOPE:
        assert values(f"defaults: {{{field}: x}}\nfacts: [{{note: y}}]\n")[0][field] in ("x", "y")
    for field in BODY:
        assert values(f"defaults: {{body: {{{field}: x}}}}\nfacts: [{{}}]\n") == [{"body": {field: "x"}}]


def test_the_line_of_a_default_is_that_of_the_defaults_and_the_rest_stands_with_the_fact() -> None:
    text = HEAD + "- stream: commitment:c\n  type: commitment.made\n  body:\n    kind: event\n"
    (fact,) = facts_in("f", text.encode())
    assert fact.line == 9
    paths = [
        ("occurred",),
        ("sources", 0),
        ("body", "made_at"),
        ("body", "kind"),
        ("type",),
        ("body", "text"),
        ("note",),
    ]
    assert [fact.line_of(path) for path in paths] == [2, 4, 7, 12, 10, 11, 9]
