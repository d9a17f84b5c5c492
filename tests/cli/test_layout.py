"""A table on a terminal: nothing is lost, nothing is wider than there is room, and words are cut last of all."""

from __future__ import annotations

import re

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement_ledger.cli.layout import folded, longest_piece, longest_word, width
from engagement_ledger.cli.printing import cell, table

ID = "commitment:nz-us-2026-c1"
WORDS = st.sampled_from(
    ["held", "made", "2026-02-02", "[2026-02-02..2026-02-08]", "meeting/2026-02-02", ID, "open-for-signature",
     "#12,", "会議", "New", "Zealand–United", "States", "e\u0301tat", "https://www.example.org/en/media/a-page",
     "x" * 90, "8,000"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
COLUMNS = ("stream", "part", "status", "since", "until", "detail", "recorded_by", "note")
ROWS = st.integers(1, 8).flatmap(
    lambda count: st.lists(
        st.fixed_dictionaries(dict.fromkeys(COLUMNS[:count], TEXTS)), min_size=1, max_size=4
    )
)  # fmt: skip


def _said(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, st.integers(2, 100))
def test_a_folded_text_loses_nothing_and_fits(text: str, columns: int) -> None:
    lines = folded(text, columns)
    assert _said("".join(lines)) == _said(text)
    assert max(map(width, lines)) <= columns


@given(TEXTS, st.integers(2, 100))
def test_no_word_is_cut_where_it_has_room(text: str, columns: int) -> None:
    if columns >= longest_word(text):
        assert " ".join(" ".join(folded(text, columns)).split()) == " ".join(text.split())
    elif columns >= longest_piece(text):
        for line in folded(text, columns)[:-1]:
            assert not re.search(r"\d-$", line), f"{line!r} ends within a date"


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        (ID, 13, ["commitment:", "nz-us-2026-c1"]),
        ("open-for-signature", 12, ["open-for-", "signature"]),
        ("awaiting-outcome", 12, ["awaiting-", "outcome"]),
        ("[2026-02-02..2026-02-08]", 15, ["[2026-02-02..", "2026-02-08]"]),
        ("dialogue.meeting-scheduled/1", 18, ["dialogue.meeting-", "scheduled/1"]),
        ("obligor/NZ", 9, ["obligor/", "NZ"]),
        ("8,000 at 09:30", 8, ["8,000 at", "09:30"]),
        ("Indo-Pacific partners", 8, ["Indo-", "Pacific", "partners"]),
    ],
    ids=str,
)
def test_a_word_is_broken_after_a_mark(text: str, columns: int, lines: list[str]) -> None:
    assert folded(text, columns) == lines


@given(ROWS, st.sampled_from([60, 80, 100, 120]))
def test_a_table_loses_nothing_and_is_as_wide_as_the_terminal_at_most(rows: list[dict[str, str]], limit: int) -> None:
    header, *printed = table(rows, list(rows[0]), limit)
    assert len(printed) == len(rows)
    for lines, row in zip(printed, rows, strict=True):
        for line in [*header, *lines]:
            assert width(click.unstyle(line)) <= limit
        told = [click.unstyle(line) for line in lines]
        for name, value in row.items():
            assert _is_among(_said(value), told), f"{name} is not all there: {value!r} in {told}"


def _is_among(wanted: str, lines: list[str]) -> bool:
    """Whether all characters stand there in this order, other cells between them or not."""
    rest = iter(_said("".join(lines)))
    return all(character in rest for character in wanted)


def test_prose_gives_way_before_ids_dates_and_words() -> None:
    rows = [{"stream": ID, "status": "open-for-signature", "since": "2026-02-02", "note": "A sentence to read. " * 6}]
    header, lines = table(rows, list(rows[0]), 80)
    assert ID in lines[0]
    assert "open-for-signature" in lines[0]
    assert "2026-02-02" in lines[0]
    assert click.unstyle(header[0]).split() == ["stream", "status", "since", "note"]


def test_the_longest_prose_stands_below_its_row_where_the_others_need_the_room() -> None:
    row = {
        "stream": ID, "part": "obligor/NZ", "from": "2026-02-02", "to": "2026-02-08", "before": "scheduled, " * 9,
        "entry": "#12345", "by": "somebody", "known": "2026-02-03 09:00",
    }  # fmt: skip
    _, lines = table([row], list(row), 80)
    below = [click.unstyle(line) for line in lines if line.startswith("    ")]
    assert below[0].startswith("    before  scheduled, scheduled,")


def test_columns_that_say_nothing_go_where_there_is_no_room_for_them() -> None:
    rows = [{"stream": ID, "flags": [], "detail": "words " * 20}]
    assert "flags" not in click.unstyle("".join(next(table(rows, list(rows[0]), 60))))
    assert "flags" in click.unstyle("".join(next(table(rows, list(rows[0])))))


def test_without_a_limit_every_row_is_one_line() -> None:
    rows = [{"stream": ID, "detail": "words " * 200}]
    assert [len(lines) for lines in table(rows, list(rows[0]))] == [1, 1]


def test_people_in_a_list_are_told_as_in_a_record_and_fields_of_a_fact_by_their_names() -> None:
    present = [
        {"person": "Ana Vale", "office": "Director", "party": "NZ", "in_place_of": "Bo Li"},
        {"office": "Chair", "party": "US"},
        {"person": "Cy"},
    ]
    assert cell(present) == "Ana Vale (Director, NZ, in place of Bo Li), Chair (US), Cy"
    assert cell({"office": "chair", "person": "Cy"}) == "office chair; person Cy"
