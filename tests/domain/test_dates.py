"""Which days may a source's date mean, and what is said about a date that is refused?"""

import calendar
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import edtf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from engagement_ledger.domain.dates import (
    AmbiguousDate,
    DateRefused,
    ImpossibleDate,
    RelativeDate,
    UnsupportedDate,
    When,
    day,
    iso,
)
from engagement_ledger.domain.refusal import Refusal, shown

ROOT = Path(__file__).resolve().parents[2]

# as written, as stored, earliest day, latest day, in words
ACCEPTED = [
    ("2026-02-02", "2026-02-02", "2026-02-02", "2026-02-02", "2 February 2026"),
    (" 2026-02-02\n", "2026-02-02", "2026-02-02", "2026-02-02", "2 February 2026"),
    ("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29", "29 February 2024"),
    ("2026-03", "2026-03", "2026-03-01", "2026-03-31", "March 2026"),
    ("2024-02", "2024-02", "2024-02-01", "2024-02-29", "February 2024"),
    ("2026", "2026", "2026-01-01", "2026-12-31", "2026"),
    ("2026-Q1", "2026-33", "2026-01-01", "2026-03-31", "first quarter of 2026"),
    ("2026-q4", "2026-36", "2026-10-01", "2026-12-31", "fourth quarter of 2026"),
    ("2026-34", "2026-34", "2026-04-01", "2026-06-30", "second quarter of 2026"),
    ("2026-02-02~", "2026-02-02~", "2026-02-01", "2026-02-03", "about 2 February 2026"),
    ("2026-02-02?", "2026-02-02?", "2026-02-01", "2026-02-03", "perhaps 2 February 2026"),
    ("2026-02-02%", "2026-02-02%", "2026-02-01", "2026-02-03", "perhaps about 2 February 2026"),
    ("2026-03~", "2026-03~", "2026-02-01", "2026-04-30", "about March 2026"),
    ("2026-01?", "2026-01?", "2025-12-01", "2026-02-28", "perhaps January 2026"),
    ("2026-Q1~", "2026-33~", "2025-10-01", "2026-06-30", "about the first quarter of 2026"),
    ("2026~", "2026~", "2025-01-01", "2027-12-31", "about 2026"),
    ("0001-01-01~", "0001-01-01~", "0001-01-01", "0001-01-02", "about 1 January 0001"),
    ("0001?", "0001?", "0001-01-01", "0002-12-31", "perhaps 0001"),
    ("9999-12-31~", "9999-12-31~", "9999-12-30", "9999-12-31", "about 31 December 9999"),
    ("9999-Q4%", "9999-36%", "9999-07-01", "9999-12-31", "perhaps about the fourth quarter of 9999"),
    ("../2026-02-02", "../2026-02-02", None, "2026-02-02", "by 2 February 2026"),
    ("../2026-q2", "../2026-34", None, "2026-06-30", "by the second quarter of 2026"),
    ("../2026-03~", "../2026-03~", None, "2026-04-30", "by about March 2026"),
    ("2026-02-02/..", "2026-02-02/..", "2026-02-02", None, "from 2 February 2026"),
    ("2026?/..", "2026?/..", "2025-01-01", None, "from perhaps 2026"),
    ("[2026-02-03..2026-02-28]", "[2026-02-03..2026-02-28]", "2026-02-03", "2026-02-28",
     "between 3 and 28 February 2026"),
    ("[2026-02-28..2026-03-02]", "[2026-02-28..2026-03-02]", "2026-02-28", "2026-03-02",
     "between 28 February and 2 March 2026"),
    ("[2025-12-30..2026-01-02]", "[2025-12-30..2026-01-02]", "2025-12-30", "2026-01-02",
     "between 30 December 2025 and 2 January 2026"),
    ("[2026-02..2026-04-02]", "[2026-02..2026-04-02]", "2026-02-01", "2026-04-02",
     "between February 2026 and 2 April 2026"),
    ("[2026-Q1..2026-Q3]", "[2026-33..2026-35]", "2026-01-01", "2026-09-30",
     "between the first and the third quarter of 2026"),
    ("[2026-02~..2026-04?]", "[2026-02~..2026-04?]", "2026-01-01", "2026-05-31",
     "between about February 2026 and perhaps April 2026"),
    ("[2026-03-20..2026-03]", "[2026-03-20..2026-03]", "2026-03-20", "2026-03-31",
     "between 20 March 2026 and March 2026"),
    ("[2026-02-03..2026-02-03]", "[2026-02-03..2026-02-03]", "2026-02-03", "2026-02-03", "3 February 2026"),
]  # fmt: skip

REFUSED = [
    ("02/03/2026", AmbiguousDate, ("2026-02-03", "2026-03-02")),
    ("2/3/2026", AmbiguousDate, ("2026-02-03", "2026-03-02")),
    ("03.02.2026", AmbiguousDate, ("2026-02-03", "2026-03-02")),
    ("02-03-2026", AmbiguousDate, ("2026-02-03", "2026-03-02")),
    ("2026/03/02", AmbiguousDate, ("2026-02-03", "2026-03-02")),
    ("13/02/2026", AmbiguousDate, ("2026-02-13",)),
    ("2/3/26", AmbiguousDate, ("1926-02-03", "1926-03-02", "2026-02-03", "2026-03-02")),
    ("31/01/99", AmbiguousDate, ("1999-01-31", "2099-01-31")),
    ("../02/03/2026", AmbiguousDate, ("../2026-02-03", "../2026-03-02")),
    ("[02/03/2026..2026-05]", AmbiguousDate, ("[2026-02-03..2026-05]", "[2026-03-02..2026-05]")),
    ("32/13/2026", ImpossibleDate, ()),
    ("2026-02-30", ImpossibleDate, ("2026-02-28", "2026-02")),
    ("2023-02-29~", ImpossibleDate, ("2023-02-28", "2023-02")),
    ("2026-04-31", ImpossibleDate, ("2026-04-30", "2026-04")),
    ("2026-02-00", ImpossibleDate, ("2026-02",)),
    ("2026-13", ImpossibleDate, ("2026",)),
    ("2026-00", ImpossibleDate, ("2026",)),
    ("2026-00-10", ImpossibleDate, ("2026",)),
    ("2026-13-02", ImpossibleDate, ("2026-02-13",)),
    ("2026-33-01", ImpossibleDate, ("2026",)),
    ("2026-42", ImpossibleDate, ("2026",)),
    ("2026-Q5", ImpossibleDate, ("2026",)),
    ("2026-W54", ImpossibleDate, ("2026",)),
    ("2026-366", ImpossibleDate, ("2026",)),
    ("../2026-02-30", ImpossibleDate, ("../2026-02-28", "../2026-02")),
    ("2026-02-30/..", ImpossibleDate, ("2026-02-28/..", "2026-02/..")),
    ("[2026-02-03..2026-02-30]", ImpossibleDate, ("[2026-02-03..2026-02-28]", "[2026-02-03..2026-02]")),
    ("[2026-02-28..2026-02-03]", ImpossibleDate, ("[2026-02-03..2026-02-28]",)),
    ("[2026-02-03~..2026-02-02~]", ImpossibleDate, ("[2026-02-02~..2026-02-03~]",)),
    ("2026-02-05/2026-02-02", ImpossibleDate, ("[2026-02-02..2026-02-05]",)),
    ("next week", RelativeDate, ()),
    ("Later this month", RelativeDate, ()),
    ("yesterday", RelativeDate, ()),
    ("today", RelativeDate, ()),
    ("two days ago", RelativeDate, ()),
    ("Monday", RelativeDate, ()),
    ("next March", RelativeDate, ()),
    ("../today", RelativeDate, ()),
    ("2026-02-02/2026-02-05", UnsupportedDate, ("[2026-02-02..2026-02-05]", "2026-02-02")),
    ("/2026-03", UnsupportedDate, ("../2026-03",)),
    ("2026-03/", UnsupportedDate, ("2026-03/..",)),
    ("2026/03", UnsupportedDate, ("2026-03",)),
    ("03/2026", UnsupportedDate, ("2026-03",)),
    ("2026/27", UnsupportedDate, ("[2026..2027]",)),
    ("../..", UnsupportedDate, ()),
    ("../2026/..", UnsupportedDate, ()),
    ("../[2026..2027]", UnsupportedDate, ()),
    ("{2026-01,2026-02}", UnsupportedDate, ("2026-01", "2026-02")),
    ("[2026-01,2026-03]", UnsupportedDate, ("[2026-01..2026-03]", "2026-01", "2026-03")),
    ("[..2026]", UnsupportedDate, ("../2026",)),
    ("[2026-01..]", UnsupportedDate, ("2026-01/..",)),
    ("..2026", UnsupportedDate, ("../2026",)),
    ("2026-01..2026-02", UnsupportedDate, ("[2026-01..2026-02]",)),
    ("2026-02-02T10:00:00Z", UnsupportedDate, ("2026-02-02",)),
    ("2026-02-02 10:00", UnsupportedDate, ("2026-02-02",)),
    ("202X", UnsupportedDate, ("[2020..2029]",)),
    ("2026-XX", UnsupportedDate, ("2026",)),
    ("2026-02-XX", UnsupportedDate, ("2026-02",)),
    ("2026-21", UnsupportedDate, ("[2026-03..2026-05]", "[2026-09..2026-11]")),
    ("2026-24", UnsupportedDate, ("[2026-12..2027-02]", "[2026-06..2026-08]", "[2025-12..2026-02]")),
    ("2026-25", UnsupportedDate, ("[2026-03..2026-05]",)),
    ("2026-32", UnsupportedDate, ("[2026-06..2026-08]",)),
    ("2026-38", UnsupportedDate, ("[2026-05..2026-08]",)),
    ("2026-41", UnsupportedDate, ("[2026-07..2026-12]",)),
    ("spring 2026", UnsupportedDate, ("[2026-03..2026-05]", "[2026-09..2026-11]")),
    ("Y17000", UnsupportedDate, ()),
    ("12026", UnsupportedDate, ()),
    ("-0044", UnsupportedDate, ()),
    ("0000", UnsupportedDate, ()),
    ("March 2026", UnsupportedDate, ("2026-03",)),
    ("Feb 2026", UnsupportedDate, ("2026-02",)),
    ("3–5 February 2026", UnsupportedDate, ("[2026-02-03..2026-02-05]",)),
    ("02–03–2026", AmbiguousDate, ("2026-02-03", "2026-03-02")),
    ("13-Sep-88", AmbiguousDate, ("2088-09-13", "1988-09-13")),
    ("13 Sept 88", AmbiguousDate, ("2088-09-13", "1988-09-13")),
    ("05-Sep-12", AmbiguousDate, ("2012-09-05", "1912-09-05", "2005-09-12", "1905-09-12")),
    ("31-Sep-88", ImpossibleDate, ()),
    ("Sep-88", AmbiguousDate, ("2088-09", "1988-09")),
    ("Feb ’26", AmbiguousDate, ("2026-02", "1926-02")),
    ("46055", UnsupportedDate, ("2026-02-02", "2030-02-03")),
    ("46055.25", UnsupportedDate, ("2026-02-02", "2030-02-03")),
    ("99999", UnsupportedDate, ()),
    ("12.1%", UnsupportedDate, ()),
    ("12.1", UnsupportedDate, ()),
    ("mars 2026", UnsupportedDate, ()),
    ("1er février 2026", UnsupportedDate, ()),
    ("2 February 2026", UnsupportedDate, ("2026-02-02",)),
    ("Monday, 2nd February 2026", UnsupportedDate, ("2026-02-02",)),
    ("3-28 February 2026", UnsupportedDate, ("[2026-02-03..2026-02-28]",)),
    ("before March 2026", UnsupportedDate, ()),
    ("2 February", UnsupportedDate, ()),
    ("about 2026", UnsupportedDate, ("2026~",)),
    ("Q1 2026", UnsupportedDate, ("2026-33",)),
    ("26", UnsupportedDate, ("2026", "1926")),
    ("20260202", UnsupportedDate, ("2026-02-02",)),
    ("202602", UnsupportedDate, ("2026-02",)),
    ("2026-2-3", UnsupportedDate, ("2026-02-03",)),
    ("2026-2", UnsupportedDate, ("2026-02",)),
    ("2026-W06", UnsupportedDate, ("[2026-02-02..2026-02-08]",)),
    ("2026-W06-1", UnsupportedDate, ("2026-02-02",)),
    ("2026-033", UnsupportedDate, ("2026-02-02",)),
    ("2026?-02", UnsupportedDate, ("2026-02?",)),
    ("2026-02?~", UnsupportedDate, ("2026-02%",)),
    ("[2026-02-03 .. 2026-02-28]", UnsupportedDate, ("[2026-02-03..2026-02-28]",)),
    ("", UnsupportedDate, ()),
    ("   ", UnsupportedDate, ()),
    ("soonish", UnsupportedDate, ()),
    ("\u0662\u0660\u0662\u0666", UnsupportedDate, ("2026",)),
    ("2026\u201303", UnsupportedDate, ("2026-03",)),
    ("2026-03\u202e", UnsupportedDate, ()),
    ("2026\x00", UnsupportedDate, ()),
    ("2026-03" + " " * 10_000, UnsupportedDate, ()),
]

days = st.dates(date.min, date.max).map(date.isoformat)
years = st.integers(1, 9999).map("{:04}".format)
months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
quarters = st.builds("{}-{}".format, years, st.integers(33, 36))
plain = st.one_of(days, months, quarters, years)
simple = st.builds(str.__add__, plain, st.sampled_from(["", "~", "?", "%"]))


def bounds(when: When) -> tuple[str | None, str | None]:
    first, last = (None if end is None else iso(end) for end in (when.earliest, when.latest))
    return first, last


def parse_or_none(text: str) -> When | None:
    try:
        return When.parse(text)
    except DateRefused:
        return None


@pytest.mark.parametrize(("written", "stored", "earliest", "latest", "words"), ACCEPTED)
def test_a_date_has_one_stored_form_an_earliest_and_a_latest_day(
    written: str, stored: str, earliest: str | None, latest: str | None, words: str
) -> None:
    when = When.parse(written)
    assert (str(when), *bounds(when), when.human()) == (stored, earliest, latest, words)
    assert when.is_day == (earliest == latest)
    assert When.parse(when.text) == when


@pytest.mark.parametrize(
    ("text", "because", "hint"),
    [
        ("mars 2026", "what 'mars' means is not known here", "the month in figures"),
        ("1er février 2026", "what 'février' means is not known here", "the month in figures"),
        ("12.1%", "it is a share", "2026-02-02"),
        ("12.1", "a year of four digits is missing", "2026-02-02"),
        ("46055", "a spreadsheet's count of days", "write 2026-02-02"),
        ("13-Sep-88", "the century is not written", "write 2088-09-13"),
        ("Feb-26", "whether 26 is the day or the year is open", "write 2026-02"),
        ("3–5 February 2026", "names of months", "[2026-02-03..2026-02-05]"),
    ],
)
def test_what_sources_and_spreadsheets_write_is_refused_for_its_own_reason(text: str, because: str, hint: str) -> None:
    with pytest.raises(DateRefused) as caught:
        When.parse(text)
    assert because in caught.value.because
    assert hint in caught.value.hint
    assert text in caught.value.message


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (["2026-05-11..2026-05-17"], "[2026-05-11..2026-05-17] is read as a list", "'[2026-05-11..2026-05-17]'"),
        (["2026", "2027"], "a list is no date", "a date is written"),
        ([], "a list is no date", "a date is written"),
    ],
)
def test_a_span_without_quotes_in_yaml_is_told_to_be_put_in_quotes(value: list[str], message: str, hint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(When).validate_python(value)
    refusal = caught.value.errors()[0]["ctx"]["error"]
    assert refusal.message == message
    assert hint in refusal.hint


@pytest.mark.parametrize(("text", "kind", "readings"), REFUSED)
def test_a_refused_date_says_what_it_may_have_meant(
    text: str, kind: type[DateRefused], readings: tuple[str, ...]
) -> None:
    with pytest.raises(DateRefused) as caught:
        When.parse(text)
    refusal = caught.value
    assert type(refusal) is kind
    assert tuple(str(When.parse(reading)) for reading in refusal.readings) == readings
    assert refusal.because
    assert refusal.hint


def test_an_impossible_day_is_told_the_last_day_of_its_month() -> None:
    with pytest.raises(ImpossibleDate) as caught:
        When.parse("2026-02-30")
    assert str(caught.value) == "'2026-02-30' does not exist"
    assert caught.value.because == "the last day of February 2026 is 2026-02-28"
    assert caught.value.hint == "write 2026-02-28 or 2026-02"


def test_an_interval_is_told_how_to_say_that_something_lasted() -> None:
    with pytest.raises(UnsupportedDate, match="2026-02-02/2026-02-05") as caught:
        When.parse("2026-02-02/2026-02-05")
    assert "`until` 2026-02-05" in caught.value.hint


@given(st.one_of(st.text(), st.text("0123456789-/.[]~?%{},XQTWy ", max_size=30), st.from_regex(r"[\w /-]{1,40}")))
def test_any_text_is_a_date_that_round_trips_or_is_refused_with_readings_that_are_dates(text: str) -> None:
    when = parse_or_none(text)
    if when is not None:
        assert When.parse(when.text) == when
        assert when.human()
        return
    with pytest.raises(DateRefused) as caught:
        When.parse(text)
    refusal = caught.value
    said = (str(refusal), refusal.because, refusal.hint)
    assert all(part.isprintable() and 0 < len(part) < 600 for part in said)
    assert all(parse_or_none(reading) is not None and reading in refusal.hint for reading in refusal.readings)


@given(simple, simple)
def test_open_dates_and_spans_take_their_ends_from_the_dates_within(first: str, last: str) -> None:
    start, end = When.parse(first), When.parse(last)
    assert (When.parse(f"../{last}").earliest, When.parse(f"../{last}").latest) == (None, end.latest)
    assert (When.parse(f"{first}/..").earliest, When.parse(f"{first}/..").latest) == (start.earliest, None)
    span = parse_or_none(f"[{first}..{last}]")
    if span is not None:
        assert (span.earliest, span.latest) == (start.earliest, end.latest)
        assert span.earliest <= span.latest  # type: ignore[operator]  # spans are closed
        assert When.parse(span.text) == span


@given(simple, simple)
def test_of_two_dates_at_least_one_order_is_a_span(first: str, last: str) -> None:
    assert parse_or_none(f"[{first}..{last}]") or parse_or_none(f"[{last}..{first}]")


@given(plain, st.sampled_from("~?%"))
def test_doubt_widens_by_the_neighbouring_day_month_quarter_or_year(text: str, mark: str) -> None:
    sure, unsure = When.parse(text), When.parse(text + mark)
    assert sure.earliest is not None and sure.latest is not None  # noqa: PT018
    first, last = unsure.earliest, unsure.latest
    before = max(sure.earliest - 1, 1)
    after = min(sure.latest + 1, date.max.toordinal())
    neighbours = [When.parse(_same_precision(text, ordinal)) for ordinal in (before, after)]
    assert (first, last) == (neighbours[0].earliest, neighbours[1].latest)


def _same_precision(text: str, ordinal: int) -> str:
    found = date.fromordinal(ordinal)
    if len(text) == 7 and text[5] == "3":
        return f"{found.year:04}-{33 + (found.month - 1) // 3}"
    return found.isoformat()[: len(text)]


@given(st.integers(1, 9999), st.integers(1, 12))
def test_months_and_quarters_end_where_the_calendar_module_says(year: int, month: int) -> None:
    last = calendar.monthrange(year, month)[1]
    assert bounds(When.parse(f"{year:04}-{month:02}"))[1] == f"{year:04}-{month:02}-{last}"
    assert parse_or_none(f"{year:04}-{month:02}-{last + 1}") is None
    quarter = (month - 1) // 3 + 1
    end = calendar.monthrange(year, quarter * 3)[1]
    expected = (f"{year:04}-{quarter * 3 - 2:02}-01", f"{year:04}-{quarter * 3:02}-{end}")
    assert bounds(When.parse(f"{year:04}-Q{quarter}")) == expected


def _oracle(text: str) -> tuple[str, str]:
    read = edtf.parse_edtf(text)
    first, last = (
        f"{end.tm_year:04}-{end.tm_mon:02}-{end.tm_mday:02}" for end in (read.lower_strict(), read.upper_strict())
    )
    return first, last


# Not asked of the oracle: open intervals (it fails on them), /2026-03 (it invents ten years), and 1973-02-29
# (it accepts it).
@pytest.mark.oracle
@given(plain)
def test_plain_dates_mean_what_another_implementation_of_the_standard_says(text: str) -> None:
    assert bounds(When.parse(text)) == _oracle(text)


@pytest.mark.oracle
@given(st.one_of(days, months, years), st.sampled_from("~?%"))
def test_a_doubted_date_covers_what_the_other_implementation_takes_strictly(text: str, mark: str) -> None:
    # How far doubt reaches is not in the standard: theirs adds a year, a month and a day, ours one unit.
    # It does not read a doubted quarter.
    first, last = bounds(When.parse(text + mark))
    theirs = _oracle(text + mark)
    assert first is not None and last is not None  # noqa: PT018
    assert first <= theirs[0] <= theirs[1] <= last


@pytest.mark.oracle
@given(plain, plain)
def test_a_span_means_what_the_other_implementation_calls_one_of_a_set(first: str, last: str) -> None:
    span = parse_or_none(f"[{first}..{last}]")
    if span is not None:
        assert bounds(span) == (_oracle(first)[0], _oracle(last)[1])


@given(st.dates())
def test_a_day_and_its_ordinal_are_one_to_one(a_day: date) -> None:
    assert day(a_day.isoformat()) == a_day.toordinal()
    assert iso(a_day.toordinal()) == a_day.isoformat()


@pytest.mark.parametrize(
    ("text", "kind", "readings"),
    [
        ("2026-02", UnsupportedDate, ("2026-02-01", "2026-02-28")),
        ("2026-02-02~", UnsupportedDate, ("2026-02-02",)),
        (" 2026-02-02", UnsupportedDate, ("2026-02-02",)),
        ("../2026-02-02", UnsupportedDate, ("2026-02-02",)),
        ("2026-02-30", ImpossibleDate, ("2026-02-28", "2026-02")),
        ("today", RelativeDate, ()),
        ("02/03/2026", AmbiguousDate, ("2026-02-03", "2026-03-02")),
        ("20260202", UnsupportedDate, ("2026-02-02",)),
    ],
)
def test_where_a_day_is_needed_nothing_else_will_do(
    text: str, kind: type[DateRefused], readings: tuple[str, ...]
) -> None:
    with pytest.raises(kind) as caught:
        day(text)
    assert caught.value.readings == readings


class Meeting(BaseModel):
    model_config = ConfigDict(frozen=True)

    occurred: When
    until: When | None = None


def test_a_fact_takes_a_date_as_text_and_stores_its_canonical_text() -> None:
    meeting = Meeting.model_validate({"occurred": "2026-q1"})
    assert meeting.occurred == When.parse("2026-33")
    assert meeting.model_dump(mode="json") == {"occurred": "2026-33", "until": None}
    assert meeting.model_dump_json() == '{"occurred":"2026-33","until":null}'
    assert Meeting.model_validate_json(meeting.model_dump_json()) == meeting
    assert Meeting(occurred=meeting.occurred) == meeting
    assert Meeting.model_validate(meeting.model_dump()) == meeting


def test_a_fact_with_a_refused_date_reports_the_field_and_keeps_the_refusal() -> None:
    with pytest.raises(ValidationError) as caught:
        Meeting.model_validate_json('{"occurred": "02/03/2026"}')
    (error,) = caught.value.errors()
    assert error["loc"] == ("occurred",)
    assert isinstance(error["ctx"]["error"], AmbiguousDate)


@pytest.mark.parametrize(
    ("value", "readings"),
    [(date(2026, 2, 2), ("2026-02-02",)), (2026, ("2026",)), (20.5, ()), (True, ()), ([], ())],
)
def test_a_date_that_yaml_turned_into_a_value_is_refused_with_its_text(
    value: object, readings: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError) as caught:
        Meeting.model_validate({"occurred": value})
    assert caught.value.errors()[0]["ctx"]["error"].readings == readings


def test_the_schema_of_a_date_is_a_string_with_examples_that_are_dates() -> None:
    schema = TypeAdapter(When).json_schema()
    assert (schema["type"], schema["format"]) == ("string", "edtf")
    assert schema["description"]
    assert [str(When.parse(example)) for example in schema["examples"]] == schema["examples"]
    assert Meeting.model_json_schema()["properties"]["occurred"]["format"] == "edtf"


def test_a_refusal_survives_the_way_between_processes() -> None:
    with pytest.raises(AmbiguousDate) as caught:
        When.parse("02/03/2026")
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (type(copy), str(copy), vars(copy)) == (AmbiguousDate, str(caught.value), vars(caught.value))
    assert isinstance(copy, Refusal)


def test_what_is_shown_of_a_text_is_short_and_has_no_invisible_characters() -> None:
    assert shown("\x1b[31m\u202e") == r"'\x1b[31m\u202e'"
    assert shown("x" * 1_000_000) == "'" + "x" * 40 + "…'"


def test_reading_dates_needs_no_pydantic() -> None:
    # Empty packages stand in for the real ones, which may import more.
    folders = {"engagement_ledger": str(ROOT), "engagement_ledger.domain": str(ROOT / "domain")}
    program = f"""
import sys, types
for name, folder in {folders!r}.items():
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
from engagement_ledger.domain.dates import When
assert When.parse("2026-Q1").human() == "first quarter of 2026"
print(sorted(name for name in sys.modules if name.startswith("pydantic")))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
