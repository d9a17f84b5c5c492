"""From when to when does something run? An interval as EDTF writes it, which is not the same as a date within bounds.

`2022/2026` lasts from 2022 to 2026; `[2022..2026]` is one day of these. Intervals are taken where something lasts (a
term, the span of an amount or of an assessment) and nowhere else; a date there is an interval from its first to its
last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .dates import When
from .refusal import DateRefused, ImpossibleDate, UnsupportedDate, shown

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

_FORMS = "an interval is written 2022/2026, 2024-07-01/2028-06-30 or 2024/.., or as one date that lasts: 2026, 2026-Q1"


@dataclass(frozen=True, slots=True)
class Interval:
    """An EDTF interval with its first and last day, as ordinals; None where it is open."""

    text: str
    """canonical stored form"""
    earliest: int | None
    latest: int | None

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read an interval, or a date that lasts; raises a DateRefused."""
        return _parsed(text)

    @property
    def is_two_dates(self) -> bool:
        """Whether it has a beginning and an end of its own, as no date has."""
        first, slash, last = self.text.partition("/")
        return bool(slash) and ".." not in (first, last)

    def __str__(self) -> str:
        return self.text

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
            "description": "From when to when: an EDTF interval, or a date that lasts. "
            + _FORMS[0].upper() + _FORMS[1:] + ".",
            "examples": ["2022/2026", "2024-07-01/2028-06-30", "2024/..", "2026"],
        }  # fmt: skip


def leniently(value: object) -> object:
    """For a field that held a date before it held intervals: whatever that was is read as ever."""
    return _parsed(value) if isinstance(value, str) and value.startswith("[") else value


def _validated(value: object) -> Interval:
    if isinstance(value, Interval):
        return value
    if isinstance(value, str):
        if value.strip().startswith("["):
            last = value.strip("[] ").replace("..", "/")
            raise UnsupportedDate(
                f"{shown(value)} is no interval", "it is one day of these; what lasts has a slash", (last,), _FORMS
            )
        return _parsed(value)
    raise UnsupportedDate(
        f"a value of type {type(value).__name__} is not text", "an interval is kept as text", (), "put it in quotes"
    )


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Interval:
    first, slash, last = (part.strip() for part in text.partition("/"))
    if not slash or ".." in (first, last):
        when = When.parse(text)
        return Interval(when.text, when.earliest, when.latest)
    try:
        begin, end = When.parse(first), When.parse(last)
    except DateRefused as refusal:
        refusal.message = f"{shown(text)} is no interval: {refusal.message}"
        raise
    if not all(one.text[:1].isdigit() for one in (begin, end)):
        raise UnsupportedDate(f"{shown(text)} is no interval", "each end is a day, month, quarter or year", (), _FORMS)
    if begin.earliest is not None and end.latest is not None and begin.earliest > end.latest:
        raise ImpossibleDate(f"{shown(text)} ends before it begins", f"{last} is over before {first} begins", ())
    return Interval(f"{begin.text}/{end.text}", begin.earliest, end.latest)
