"""Do the words of a statement lead to the command that records them? The table is held against the declarations."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from engagement_ledger.cli import index
from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.phrases import MOST, PHRASES, Phrase, meant_by, of_event
from engagement_ledger.ledger.drafts import words_of

OWN = {"ledger.restored", "source.archived"}
"""What the ledger records by itself."""
BY_NAME = {kind.TYPE.partition("/")[0]: kind for kind in CATALOGUE.values()}


def test_every_event_has_a_phrase() -> None:
    assert {event for event, phrases in of_event(BY_NAME).items() if not phrases} == OWN
    assert {one.event for one in PHRASES} <= BY_NAME.keys()


@pytest.mark.parametrize("one", PHRASES, ids=lambda one: one.words)
def test_what_a_phrase_gives_is_a_field_and_its_word(one: Phrase) -> None:
    fields = BY_NAME[one.event].model_fields
    for name, value in one.give:
        assert name in (*fields, "builds_on")
        words = words_of(fields[name].annotation) if name in fields else ()
        assert not words or value in words


@pytest.mark.parametrize("one", PHRASES, ids=lambda one: one.words)
def test_a_phrase_is_found_by_its_own_words(one: Phrase) -> None:
    found = meant_by(one.words)
    assert one in found[:2] or one.words in [other.words for other in found[:2]] or (one.event, one.give) in [
        (other.event, other.give) for other in found[:2]
    ]  # fmt: skip
    assert len(found) <= MOST


@pytest.mark.parametrize(
    ("said", "word"),
    [("did not agree to", "not"), ("refused to sign", "refused"), ("They didn’t sign it", "didn’t"),
     ("no longer ratified", "no longer"), ("no longer recognises", None),
     ("agreed to explore", None), ("did not report", None),
     ("was never true", None), ("the meeting did not take place", None), ("without committing to", "without"),
     ("has yet to ratify", "yet to"), ("undertook not to", None)],
)  # fmt: skip
def test_words_that_deny_what_is_found_for_them_are_pointed_at(library: Any, said: str, word: str | None) -> None:
    """Else a denial would be recorded as what it denies."""
    told = library.engage("which", said)
    assert told.code == 0
    assert told.err == (f"note: “{word}” may deny it; these record that it was done\n" if word else "")


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("agreed to explore", "engage commitment make --kind exploratory"),
        ("The Ministers expressed concern about coercion at sea", "engage relationship express-concern"),
        ("They discussed the South China Sea", "engage dialogue discuss"),
        ("they thanked their hosts", "engage relationship extend-courtesy --kind thanks"),
        ("announced nearly 200 million",
         "engage commitment make --kind financial --amount 'VALUE; CURRENCY; about'"),
        ("Secretaries met on the margins of the summit",
         "engage dialogue hold --on-the-margins-of dialogue:ID/meeting/ID"),
        ("signed a memorandum of understanding", "engage instrument sign"),
        ("the two leaders welcomed the visit", "engage relationship extend-courtesy --kind welcome"),
        ("will continue on Friday", "engage dialogue begin"),
    ],
)  # fmt: skip
def test_the_words_of_a_statement_lead_to_its_command(library: Any, said: str, command: str) -> None:
    told = library.engage("which", *shlex.split(said.replace("'", ""))).well().lines
    assert told[1].strip() == command
    rows = library.engage("which", said, "--json").well().json["rows"]
    assert " ".join(filter(None, (rows[0]["command"], rows[0]["give"]))) == command


def test_every_command_that_is_named_there_is(library: Any) -> None:
    for row in library.engage("which", "agreed", "--json").well().json["rows"]:
        _, kind, verb = row["command"].split()
        assert verb in index.commands()[kind]


@pytest.mark.parametrize("said", ["frobnicated", "the of to", "…", "x" * 10_000])
def test_where_nothing_is_near_that_is_said(library: Any, said: str) -> None:
    answer = library.engage("which", said).refused(3)
    assert "no phrase is near" in answer.err
    assert answer.out == ""
