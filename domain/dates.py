"""Which days may a source's date mean? The earliest and the latest, and nothing guessed.

Accepted is EDTF (ISO 8601-2) level 0, part of level 1, and quarters; see `When`. Everything else is refused
with the readings that it might have. The first half of this file accepts, the second half explains refusals.

This module stays cheap to import (no pydantic, few compiled patterns): the command line reads with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .refusal import (
    AmbiguousDate,
    DateRefused,
    ImpossibleDate,
    RelativeDate,
    UnsupportedDate,
    shown,
)

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "AmbiguousDate", "DateRefused", "ImpossibleDate", "RelativeDate", "UnsupportedDate", "When", "day", "iso",
]  # fmt: skip

_LAST_DAY = date.max.toordinal()
_LONGEST = 100  # characters; the longest accepted date has 26, the rest is room for blanks and for explaining
_BLANKS = " \t\r\n"
_SIMPLE = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})(?:-([0-9]{2}))?|[Qq]([1-4])))?([~?%]?)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_QUARTERS = ("first", "second", "third", "fourth")
_DOUBT = {"~": "about ", "?": "perhaps ", "%": "perhaps about ", "": ""}
_EXAMPLES = ["2026-02-02", "2026-03", "2026", "2026-33", "2026-03?", "../2026-02-02", "2026-02-02/..",
             "[2026-02-03..2026-02-28]"]  # fmt: skip
_FORMS = (
    "a date is written 2026-02-02, 2026-03, 2026, 2026-Q1, ../2026-02-02, 2026-02-02/.. "
    "or [2026-02-03..2026-02-28], with ~ (about) or ? (perhaps) after a day, month, quarter or year"
)


@dataclass(frozen=True, slots=True)
class When:
    """An EDTF date with its earliest and latest day.

    Days are proleptic Gregorian ordinals (`date.toordinal()`). Years run from 0001 to 9999. A date marked `~`
    (about), `?` (perhaps) or `%` (both) is one unit of its own precision wider at each end, within the
    calendar's ends.
    """

    text: str
    """Canonical stored form: quarters as 33 to 36, no blanks around it."""
    earliest: int | None
    """None where open to the left."""
    latest: int | None
    """None where open to the right."""

    @classmethod
    def parse(cls, text: str) -> When:
        """Read an EDTF date; raises a DateRefused (ambiguous, impossible, relative, unsupported)."""
        return _parsed(text)

    @property
    def is_day(self) -> bool:
        """Whether exactly one day is meant."""
        return self.earliest is not None and self.earliest == self.latest

    def __str__(self) -> str:
        return self.text

    def human(self) -> str:
        """In plain English, for terminals: "between 3 and 28 February 2026"."""
        return _in_words(self.text)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: GetCoreSchemaHandler) -> CoreSchema:
        # Imported here, for only who declares facts should pay for it.
        from pydantic_core import core_schema  # noqa: PLC0415

        return core_schema.no_info_plain_validator_function(
            _validated, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "string",
            "format": "edtf",
            "description": "When, as the source gives it: an EDTF date. " + _FORMS[0].upper() + _FORMS[1:] + ".",
            "examples": list(_EXAMPLES),
        }


def day(text: str) -> int:
    """The ordinal of a day written YYYY-MM-DD, strictly; raises a DateRefused."""
    if len(text) == 10 and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        found = _simple(text)
        if found is not None and found.earliest is not None:
            return found.earliest
    when = _parsed(text)
    bare = when.text.rstrip("~?%")
    ends = tuple(dict.fromkeys(iso(end) for end in (when.earliest, when.latest) if end is not None))
    readings = (bare,) if len(bare) == 10 else ends
    because = "here a single day is needed, written YYYY-MM-DD"
    raise UnsupportedDate(f"{shown(text)} is not one day", because, readings)


@lru_cache(maxsize=65536)
def iso(ordinal: int) -> str:
    """A day's ordinal as YYYY-MM-DD."""
    return date.fromordinal(ordinal).isoformat()


def _validated(value: object) -> When:
    if isinstance(value, When):
        return value
    if isinstance(value, str):
        return _parsed(value)
    if isinstance(value, list | tuple):
        raise no_list(value)
    # YAML and spreadsheets turn what looks like a date or a year into a value, unless it is quoted.
    like_a_date = isinstance(value, date) or (isinstance(value, int) and 1000 <= value <= 9999)
    readings = _accepted(str(value)) if like_a_date else ()
    because = "a date is kept as its source wrote it, as text"
    raise UnsupportedDate(f"a value of type {type(value).__name__} is not text", because, readings, "put it in quotes")


def no_list(value: Sequence[object]) -> DateRefused:
    """Why a list is no date: mostly it is a span, whose brackets YAML reads as those of a list."""
    span = f"[{', '.join(map(str, value))}]"[:_LONGEST]
    if _read(span) is not None:
        because = "without quotes, brackets in YAML are those of a list"
        return UnsupportedDate(f"{span} is read as a list", because, (), f"put it in quotes: '{span}'")
    return UnsupportedDate("a list is no date", "an entry has one date: several are several entries", (), _FORMS)


# Only what is accepted is cached, and nothing long: refusals are raised.
@lru_cache(maxsize=65536)
def _parsed(text: str) -> When:
    when = _read(text.strip(_BLANKS)) if len(text) <= _LONGEST else None
    if when is None:
        raise _refusal(text)
    return when


def _read(text: str) -> When | None:
    if text.startswith("../"):
        end = _simple(text[3:])
        return end and When("../" + end.text, None, end.latest)
    if text.endswith("/.."):
        start = _simple(text[:-3])
        return start and When(start.text + "/..", start.earliest, None)
    if text.startswith("[") and text.endswith("]"):
        return _one_of(*text[1:-1].partition("..")[::2])
    return _simple(text)


def _one_of(first: str, last: str) -> When | None:
    start, end = _simple(first), _simple(last)
    if start is None or end is None or _backwards(first, last):
        return None
    return When(f"[{start.text}..{end.text}]", start.earliest, end.latest)


def _backwards(first: str, last: str) -> bool:
    """Judged by the dates without their doubts, which must not turn a backward span into a forward one."""
    start, end = _simple(first.rstrip("~?%")), _simple(last.rstrip("~?%"))
    return start is not None and end is not None and (start.earliest or 1) > (end.latest or _LAST_DAY)


def _simple(text: str) -> When | None:
    """A day, month, quarter or year."""
    found = _SIMPLE.fullmatch(text)
    if found is None or found[1] == "0000":
        return None
    year, month, of_month, quarter, doubt = found.groups()
    january = int(year) * 12
    number = int(month or 0) if quarter is None else 32 + int(quarter)
    if of_month is None and 33 <= number <= 36:
        return _months(f"{year}-{number}{doubt}", january + (number - 33) * 3, 3)
    if month is None:
        return _months(text, january, 12)
    if not 1 <= number <= 12:
        return None
    return _months(text, january + number - 1, 1) if of_month is None else _day(text, january + number - 1)


def _day(text: str, month: int) -> When | None:
    of_month = int(text[8:10])
    ordinal = _first_day(month) + of_month - 1
    if of_month == 0 or ordinal >= _first_day(month + 1):
        return None
    wider = len(text) - 10  # the mark of doubt
    return When(text, max(ordinal - wider, 1), min(ordinal + wider, _LAST_DAY))


def _months(text: str, month: int, length: int) -> When:
    """`length` months from `month`, counted from January of the year 0; a unit wider each way if in doubt."""
    wider = length if text[-1] in "~?%" else 0
    return When(text, _first_day(month - wider), _first_day(month + length + wider) - 1)


def _first_day(month: int) -> int:
    year, january_is_0 = divmod(month, 12)
    if year < 1:
        return 1
    return date(year, january_is_0 + 1, 1).toordinal() if year <= 9999 else _LAST_DAY + 1


# In words.


def _in_words(text: str) -> str:
    if text.startswith("../"):
        return "by " + _phrase(text[3:])
    if text.endswith("/.."):
        return "from " + _phrase(text[:-3])
    if text.startswith("["):
        return _between(*text[1:-1].split(".."))
    return _phrase(text).removeprefix("the ")


def _between(first: str, last: str) -> str:
    if first == last:
        return _in_words(first)
    start, end = _phrase(first).split(), _phrase(last).split()
    if len(start) == len(end) and not {first[-1], last[-1]} & {"~", "?", "%"}:
        # Say what they share once: "between 3 and 28 February 2026".
        while len(start) > 1 and start[-1] == end[len(start) - 1]:
            start.pop()
    return f"between {' '.join(start)} and {' '.join(end)}"


def _phrase(text: str) -> str:
    found = _SIMPLE.fullmatch(text)
    if found is None:
        return text
    year, month, day_of_month, _, doubt = found.groups()
    if month is None:
        return f"{_DOUBT[doubt]}{year}"
    if month > "32":
        return f"{_DOUBT[doubt]}the {_QUARTERS[int(month) - 33]} quarter of {year}"
    name = f"{_MONTHS[int(month) - 1]} {year}"
    return _DOUBT[doubt] + (f"{int(day_of_month)} {name}" if day_of_month else name)


# Refusals: whatever was not read above ends in exactly one of these. `_MISREADINGS` is the table of them.


def _refusal(text: str) -> DateRefused:
    """Why `text` is no date; called only for what was not accepted."""
    plain = text.strip(_BLANKS)
    closed_up = "".join(plain.split())
    if not plain:
        return _unsupported(plain, "it is empty")
    if len(text) > _LONGEST:
        return _unsupported(plain, f"it has {len(text)} characters, and no date is so long")
    if not (plain.isascii() and plain.isprintable()):
        return _in_other_letters(plain)
    if _accepted(closed_up):
        return _unsupported(plain, "there are blanks within it", closed_up)
    return _refused_part(plain) or _misread(plain)


_TYPED = {**dict.fromkeys("‐‑‒–—−", "-"), "’": "'"}  # noqa: RUF001 - the signs of print for those of a keyboard


def _in_other_letters(text: str) -> DateRefused:
    """With the digits and dashes of print, or of another script, or with words in one."""
    because = "it has characters other than ASCII digits, letters and signs"
    typed = "".join(str(int(c)) if c.isdecimal() else _TYPED.get(c, c) for c in text)
    if not (typed.isascii() and typed.isprintable()):
        return _with_other_words(text) or _unsupported(text, because)
    if _accepted(typed):
        return _unsupported(text, because, typed)
    inner = _refusal(typed)
    return type(inner)(inner.message.replace(shown(typed), shown(text)), inner.because, inner.readings, inner.note)


def _with_other_words(text: str) -> DateRefused | None:
    """A year, and words of which one may be a month in another language."""
    words = [word for word in re.findall(r"[^\W\d_]{3,}", text) if not re.fullmatch(_PASSED_OVER, word.lower())]
    if not words or not re.search(r"(?<![0-9])[0-9]{4}(?![0-9])", text):
        return None
    because = f"dates are written in figures, and what {shown(words[0])} means is not known here"
    return _unsupported(text, because, note="write the month in figures: 2026-03 is March 2026, 2026-03-05 a day in it")


def _refused_part(text: str) -> DateRefused | None:
    """Open dates and spans are refused for their parts; the readings stay whole."""
    for before, after in (("../", ""), ("", "/..")):
        inner = text[len(before) : len(text) - len(after)].strip(_BLANKS)
        if text.startswith(before) and text.endswith(after) and inner.strip("./"):
            return _of_part(inner, before, after)
    first, dots, last = (part.strip(_BLANKS) for part in text[1:-1].partition(".."))
    if not (text[0] == "[" and text[-1] == "]" and first and dots and last) or "," in text:
        return None
    if _simple(first) is None:
        return _of_part(first, "[", f"..{last}]")
    if _simple(last) is None:
        return _of_part(last, f"[{first}..", "]")
    return _ends_first(text, first, last)


def _of_part(part: str, before: str, after: str) -> DateRefused:
    if _accepted(part):
        return _unsupported(before + part + after, "only a day, month, quarter or year can be an end")
    inner = _refusal(part)
    whole = _accepted(*(before + reading + after for reading in inner.readings))
    return type(inner)(inner.message, inner.because, whole, inner.note or ("" if whole else _FORMS))


def _ends_first(text: str, first: str, last: str) -> DateRefused:
    message = f"{shown(text)} ends before it begins"
    return ImpossibleDate(message, f"{last} is over before {first} begins", _accepted(f"[{last}..{first}]"))


def _unsupported(text: str, because: str, *candidates: str, note: str = "") -> DateRefused:
    readings = _accepted(*candidates)
    note = note if note or readings else _FORMS
    return UnsupportedDate(f"{shown(text)} is not accepted as a date", because, readings, note)


def _impossible(text: str, because: str, *candidates: str) -> DateRefused:
    readings = _accepted(*candidates)
    return ImpossibleDate(f"{shown(text)} does not exist", because, readings, "" if readings else _FORMS)


def _accepted(*candidates: str) -> tuple[str, ...]:
    """Those candidates that are themselves dates: no refusal proposes what would be refused."""
    return tuple(dict.fromkeys(text for text in candidates if _read(text) is not None))


def _misread(text: str) -> DateRefused:
    for pattern, explain in _MISREADINGS:
        found = re.fullmatch(pattern, text, re.ASCII | re.IGNORECASE)
        if found and (refusal := explain(found)) is not None:
            return refusal
    return _unsupported(text, "it has none of the accepted forms")


def _no_such_day(found: re.Match[str]) -> DateRefused:
    """A simple date by its form, which no calendar has."""
    text, year, month, of_month = found[0], found[1], int(found[2] or 0), found[3]
    if year == "0000":
        return _unsupported(text, "years run from 0001 to 9999")
    if 21 <= month <= 41:
        return _part_of_year(text, int(year), month) if of_month is None else _impossible(text, _ONLY_12, year)
    if not 1 <= month <= 12:
        swapped = f"{year}-{of_month}-{month:02}"
        return _impossible(text, _ONLY_12, *_accepted(swapped) or (year,))
    last = iso(_first_day(int(year) * 12 + month) - 1)
    readings = (last[:7],) if of_month == "00" else (last, last[:7])
    return _impossible(text, f"the last day of {_phrase(last[:7])} is {last}", *readings)


_ONLY_12 = "a year has the months 01 to 12"


def _part_of_year(text: str, year: int, code: int) -> DateRefused:
    """The codes of ISO 8601-2 §4.8 other than quarters."""
    if code <= 32:
        name = ("spring", "summer", "autumn", "winter")[(code - 21) % 4]
        return _season(text, year, name, north=code <= 28, south=not 25 <= code <= 28)
    months, nth = (4, code - 37) if code <= 39 else (6, code - 40)
    because = "of the codes for parts of a year only the quarters 33 to 36 are taken"
    return _unsupported(text, because, _run_of_months(year, nth * months + 1, months))


def _season(text: str, year: int, name: str, *, north: bool = True, south: bool = True) -> DateRefused:
    starts = {"spring": (3, 9), "summer": (6, 12), "autumn": (9, 3), "fall": (9, 3), "winter": (12, 6)}[name]
    chosen = [start for start, wanted in zip(starts, (north, south), strict=True) if wanted]
    spans = [_run_of_months(year, start, 3) for start in chosen]
    if 12 in chosen:  # one that begins in December may be named after either year
        spans.append(_run_of_months(year - 1, 12, 3))
    return _unsupported(text, "when a season begins depends on hemisphere and custom: write its months", *spans)


def _run_of_months(year: int, month: int, length: int) -> str:
    ends = (divmod(year * 12 + month - 1 + later, 12) for later in (0, length - 1))
    return "[" + "..".join(f"{end_year:04}-{january_is_0 + 1:02}" for end_year, january_is_0 in ends) + "]"


def _quarter(found: re.Match[str]) -> DateRefused:
    year, number = (found[1], found[2]) if found[1] else (found[4], found[3])
    if number not in "1234":
        return _impossible(found[0], "a year has four quarters", year)
    return _unsupported(found[0], "a quarter is written after its year and a hyphen", f"{year}-Q{number}")


def _interval(found: re.Match[str]) -> DateRefused:
    text, first, last = found[0], found[1], found[2]
    if not first or not last:
        because = "whether an end that is left out is unknown or open is not agreed"
        return _unsupported(text, because, "../" + last, first + "/..")
    start, end = _simple(first), _simple(last)
    if start is None or end is None:
        # 2026/03, 03/2026, 2026/27, 2026-02-02/05
        short = last.zfill(2)
        guesses = (f"{first}-{short}", f"{last}-{first.zfill(2)}", f"[{first}..{first[:-2]}{short}]")
        return _unsupported(text, "an interval needs two whole dates", *(guesses if text.isascii() else ()))
    if _backwards(first, last):
        return _ends_first(text, first, last)
    note = f"the first is one day of these, the second with `until` {last} beside it is all of them"
    return _unsupported(text, "an interval has two readings", f"[{first}..{last}]", first, note=note)


def _three_numbers(found: re.Match[str]) -> DateRefused | None:
    first, sign, second, third = found.groups()
    years_first, years_last = _years(first), _years(third)
    iso_order = len(first) == 4 and sign == "-"
    orders = [(year, second, third) for year in years_first if len(first) == 4 or years_last]
    orders += [] if iso_order else [(year, third, second) for year in years_first if len(first) == 4]
    if len(first) < 4:
        orders += [(year, *rest) for year in years_last for rest in ((first, second), (second, first))]
    readings = sorted(_accepted(*(f"{year}-{month.zfill(2)}-{day.zfill(2)}" for year, month, day in orders)))
    if not readings:
        return _impossible(found[0], "in no order of year, month and day is it a day")
    if iso_order:
        return _unsupported(found[0], "months and days have two digits", *readings)
    because = "the order of day, month and year differs from country to country"
    if max(len(first), len(third)) < 4:
        because += ", and the century is not written"
    return AmbiguousDate(f"{shown(found[0])} is ambiguous", because, tuple(readings))


def _years(written: str) -> tuple[str, ...]:
    """The years that two or four digits may mean."""
    return {2: ("20" + written, "19" + written), 4: (written,)}.get(len(written), ())


def _digits(found: re.Match[str]) -> DateRefused:
    text = found[0]
    if len(text) == 2:
        return _unsupported(text, "the century of a two-digit year is not written", *_years(text))
    if _is_serial(text):
        return _serial(found)
    days = (f"{year}-{text[-4:-2]}-{text[-2:]}" for year in _years(text[:-4]))
    month = f"{text[:4]}-{text[4:]}"
    return _unsupported(text, "a year has four digits, and hyphens part it from month and day", month, *days)


_FIRST_SERIAL, _LAST_SERIAL = 20_000, 73_050  # in 1954 and 2099
_FROM_1900, _FROM_1904 = date(1899, 12, 30).toordinal(), date(1904, 1, 1).toordinal()


def _is_serial(text: str) -> bool:
    whole = text.partition(".")[0]
    return len(whole) == 5 and _FIRST_SERIAL <= int(whole) <= _LAST_SERIAL


def _serial(found: re.Match[str]) -> DateRefused:
    """46055: the day as a spreadsheet keeps it."""
    number = int(found[0].partition(".")[0])
    because = "it looks like a spreadsheet's count of days, which begins in 1900, or in 1904"
    return _unsupported(found[0], because, iso(_FROM_1900 + number), iso(_FROM_1904 + number))


def _no_century(found: re.Match[str]) -> DateRefused | None:
    """13-Sep-88, and Sep-88, as spreadsheets show them."""
    first, name, last = found.groups()
    month = _month_named(name.lower())
    if not month:
        return None
    if first is None:
        readings = _accepted(*(f"{year}-{month:02}" for year in _years(last)))
        because = "names of months are not accepted, and "
        because += "the century is not written" if int(last) > 31 else f"whether {last} is the day or the year is open"
    else:
        orders = [(year, first) for year in _years(last)]
        orders += [(year, last) for year in _years(first)]
        readings = _accepted(*(f"{year}-{month:02}-{of_month.zfill(2)}" for year, of_month in orders))
        because = "names of months are not accepted, and the century is not written"
    if not readings:
        return _impossible(found[0], f"{_MONTHS[month - 1]} has no such day")
    return AmbiguousDate(f"{shown(found[0])} is ambiguous", because, readings)


def _counted(found: re.Match[str]) -> DateRefused:
    """ISO weeks (2026-W06, 2026-W06-1) and days of the year (2026-033)."""
    year, week, weekday, nth = found.groups()
    try:
        if nth is None:
            first = date.fromisocalendar(int(year), int(week), int(weekday or 1)).toordinal()
        else:
            first = date(int(year), 1, 1).toordinal() + int(nth) - 1
        last = first if weekday or nth else first + 6
        reading = iso(first) if first == last else f"[{iso(first)}..{iso(last)}]"
    except (ValueError, OverflowError):
        return _impossible(found[0], f"{year} has no such week or day", year)
    if nth and iso(first)[:4] != year:
        return _impossible(found[0], f"{year} has no such day", year)
    return _unsupported(found[0], "weeks and days of the year are written as days of a month", reading)


def _masked(found: re.Match[str]) -> DateRefused:
    year, month, of_month = found.groups()
    low, high = re.sub("[xuXU]", "0", year), re.sub("[xuXU]", "9", year)
    reading = f"[{low}..{high}]".replace("[0000", "[0001")
    if low == high:
        reading = f"{year}-{month}" if of_month and month.isdecimal() else year
    return _unsupported(found[0], "digits left open are written as a span or a coarser date", reading)


def _set(found: re.Match[str]) -> DateRefused:
    text = found[0]
    members = [part.strip() for part in text[1:-1].split(",")]
    if text[0] == "{":
        return _unsupported(text, "an entry has one date: several are several entries", *members)
    return _unsupported(text, "a list is not taken, only a span", f"[{members[0]}..{members[-1]}]", *members)


def _dots(found: re.Match[str]) -> DateRefused:
    first, last = found[1], found[2]
    because = "a span stands in brackets, and a slash parts an open end from its date"
    return _unsupported(
        found[0], because, f"[{first}..{last}]", *([] if first and last else [f"../{last}", f"{first}/.."])
    )


def _marked_within(found: re.Match[str]) -> DateRefused | None:
    marks = set(re.findall("[~?%]", found[0]))
    readings = _accepted(re.sub("[~?%]", "", found[0]) + (marks.pop() if len(marks) == 1 else "%"))
    because = "one mark of doubt stands at the end, for the whole date"
    return _unsupported(found[0], because, *readings) if readings else None


_OPENING = {
    "by": "../{}", "until": "../{}", "from": "{}/..", "since": "{}/..", "about": "{}~", "around": "{}~",
    "circa": "{}~", "ca": "{}~", "perhaps": "{}?", "possibly": "{}?", "probably": "{}?",
}  # fmt: skip
_PASSED_OVER = (
    "of|the|in|on|st|nd|rd|th|to|early|mid|late|beginning|middle|end|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)


def _in_prose(found: re.Match[str]) -> DateRefused | None:
    """English with a year: "2 February 2026", "by March 2026", "first quarter of 2026"."""
    words = re.findall("[a-z]+|[0-9]+", found[0].lower())
    years = [word for word in words if len(word) == 4 and word.isdecimal()]
    months = [word for word in words if _month_named(word)]
    if not years or not (months or words[0] in _OPENING or "quarter" in words):
        return None
    because = "names of months are not accepted" if months else "words around a date are not accepted"
    return _unsupported(found[0], because, *_prose_readings(words, years, months))


def _month_named(word: str) -> int:
    """1 to 12 for an English month or its abbreviation, else 0."""
    names = [name.lower() for name in _MONTHS]
    starts = [name[:3] for name in names]
    word = "sep" if word == "sept" else word
    return names.index(word) + 1 if word in names else starts.index(word) + 1 if word in starts else 0


def _prose_readings(words: list[str], years: list[str], months: list[str]) -> list[str]:
    """What it says, if every word is understood ("before March 2026" is not March)."""
    days = [word.zfill(2) for word in words if word.isdecimal() and len(word) <= 2]
    quarters = [word for word in words if word in _QUARTERS] if "quarter" in words else []
    known = {*years, *months, *quarters, "quarter", words[0] if words[0] in _OPENING else ""}
    known |= {"between", "and"} if words[0] == "between" else set()
    strange = [word for word in words if not (word in known or word.isdecimal() or re.fullmatch(_PASSED_OVER, word))]
    if strange or len(years) > 1 or len(months) + len(quarters) > 1 or len(days) > 2:
        return []
    opening = _OPENING.get(words[0], "{}")
    if not months:
        quarter = f"-Q{_QUARTERS.index(quarters[0]) + 1}" if quarters else ""
        return [opening.format(years[0] + quarter)]
    month = f"{years[0]}-{_month_named(months[0]):02}"
    if len(days) == 2:
        return [f"[{month}-{days[0]}..{month}-{days[1]}]"]
    return [opening.format(f"{month}-{days[0]}" if days else month)]


def _relative(found: re.Match[str]) -> DateRefused:
    hint = "write the days it meant: 2026-02-02 for a day, 2026-02 for a month, "
    hint += "[2026-02-03..2026-02-28] for later in that month"
    message = f"{shown(found[0])} depends on the day on which it was said"
    return RelativeDate(message, "the ledger does not guess dates", (), hint)


# The first row that fits explains the text. Patterns are compiled when first needed, and see 100 characters
# at most, so that none takes long.
_MISREADINGS: tuple[tuple[str, Callable[[re.Match[str]], DateRefused | None]], ...] = (
    (r"[][./]*", lambda found: _unsupported(found[0], "it names no day, month or year")),
    (r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?[~?%]?", _no_such_day),
    (r"([0-9]{4})[-/. ]?Q([0-9])[~?%]?|Q([0-9])[-/. ]?([0-9]{4})", _quarter),
    (
        r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T| [0-9]).*",
        lambda found: _unsupported(found[0], "the ledger keeps days (at the venue), not times of day", found[1]),
    ),
    (r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})", _three_numbers),
    (r"([^/]*)/([^/]*)", _interval),
    (r"[0-9]+", _digits),
    (r"[0-9]{5}\.[0-9]+", lambda found: _serial(found) if _is_serial(found[0]) else None),
    (
        r"[0-9]{1,3}(?:[.,][0-9]+)? ?%",
        lambda found: _unsupported(found[0], "it is a share; only after a whole date % means perhaps about"),
    ),
    (
        r"[0-9]{1,2}[-. ][0-9]{1,2}\.?",
        lambda found: _unsupported(found[0], "a year of four digits is missing"),
    ),
    (
        r"([0-9]{4})-([0-9])",
        lambda found: _unsupported(found[0], "months have two digits", f"{found[1]}-0{found[2]}"),
    ),
    (
        r"([0-9]{2})[-. ]([0-9]{4})",
        lambda found: _unsupported(found[0], "the year stands first", f"{found[2]}-{found[1]}"),
    ),
    (r"([0-9]{4})-?(?:W([0-9]{2})(?:-?([1-7]))?|([0-9]{3}))", _counted),
    (r"(?=.*[XU])([0-9XU]{4})(?:-([0-9XU]{2})(?:-([0-9XU]{2}))?)?[~?%]?", _masked),
    (
        r"-[0-9].*|Y-?[0-9].*|[0-9]+[ES][0-9]+|[0-9]{5,}-.*",
        lambda found: _unsupported(found[0], "years run from 0001 to 9999, in four digits"),
    ),
    (r"\{.*\}|\[[^,]*,.*\]", _set),
    (r"\[?([^][]*?)\.\.([^][]*)\]?", _dots),
    (r"[0-9~?%-]*[~?%][0-9~?%-]*", _marked_within),
    (
        r"(spring|summer|autumn|fall|winter)(?: of)? ([0-9]{4})",
        lambda found: _season(found[0], int(found[2]), found[1].lower()),
    ),
    (r"(?:([0-9]{1,2})(?:st|nd|rd|th)?[-., /]*)?([A-Z]{3,9})[-., /]*'?([0-9]{2})", _no_century),
    (r".*[A-Z].*", _in_prose),
    (
        (
            r".*\b(?:today|tomorrow|yesterday|tonight|now|soon|recently|lately|currently|ago|next|last|this|coming|past"
            r"|previous|later|earlier|following|upcoming|weeks?|weekend|fortnight|months?"
            r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b.*"
        ),
        _relative,
    ),
    (r".*[A-Z].*", lambda found: _with_other_words(found[0])),
    (
        r".*\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b.*",
        lambda found: _unsupported(found[0], "it names a month and no year"),
    ),
)
