"""How are many periods written quickly? As `printing.write_rows` writes the rows of their answer, byte for byte.

Most of a row is said many times over: a part with its standing, a day. Each is put into text once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, Final

from ..history.periods import Period
from ..projections.rows import as_row
from ..projections.status import STATUS_COLUMNS, about, described
from ..projections.words import shown_day
from .printing import cells_in, encoded, flat, write_encoded, write_lines, write_rows

if TYPE_CHECKING:
    from ..domain.amount_text import AmountText
    from ..domain.worlds import Standing
    from ..history.subject import Subject

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9 .;:()'/-]*", re.ASCII)
"""Text that is a cell as it is: it needs no quotes, and no program takes it for a formula."""
_REPEATED: Final = ("part", "status", "possible", "flags", "detail")
_remembered: Final = lru_cache(maxsize=65_536)


def write_standings(
    periods: Iterable[Period], subject: Callable[[str], Subject], form: str, out: IO[str], header: Mapping[str, Any]
) -> int:
    """Write periods as rows of a status answer, with what their streams are about; returns how many."""
    if form in ("json", "jsonl"):
        return write_encoded(_objects(periods, subject), form, out, header)
    if form in ("csv", "tsv"):
        return write_lines(_separated(periods, subject, form), cells_in(STATUS_COLUMNS, form), out)
    return write_rows((described(one, subject) for one in periods), STATUS_COLUMNS, form, out, header)


def _objects(periods: Iterable[Period], subject: Callable[[str], Subject]) -> Iterator[str]:
    last_stream, name, beside = "", "", ""
    for stream, part, standing, first, last, since, _ in periods:
        if stream != last_stream:
            last_stream, name, beside = stream, encoded(stream), _beside(subject(stream))
        yield (
            f'{{"stream": {name}, {_members(part, standing)}, "valid_from": {_quoted_day(first)}, '
            f'"valid_to": {_quoted_day(last)}, "known_from": {since}, "known_to": null, {beside}}}'
        )


def _beside(found: Subject) -> str:
    return ", ".join(f'"{name}": {_value(value)}' for name, value in about(found).items())


def _value(value: str | list[str] | None) -> str:
    return _quoted_all(tuple(value)) if isinstance(value, list) else "null" if value is None else encoded(value)


@_remembered
def _quoted_all(values: tuple[str, ...]) -> str:
    return encoded(list(values))


def _separated(periods: Iterable[Period], subject: Callable[[str], Subject], form: str) -> Iterator[str]:
    mark = "," if form == "csv" else "\t"

    @lru_cache(maxsize=1)
    def beside(stream: str) -> str:
        found = subject(stream)
        title = found.title or ""
        cell = title if _PLAIN.fullmatch(title) else cells_in([flat(title)], form) if title else ""
        money = f"{_amount_cell(found.amount, form)}{mark}{found.strength or ''}"
        return f"{cell}{mark}{_parties_cell(found.parties, form)}{mark}{money}"

    for stream, part, standing, first, last, since, _ in periods:
        days = f"{_day_cell(first)}{mark}{_day_cell(last)}{mark}{since}"
        yield f"{_cell(stream, form)}{mark}{_cells(part, standing, form)}{mark}{days}{mark}{beside(stream)}"


def _said(part: str, standing: Standing) -> dict[str, Any]:
    row = as_row(Period("", part, standing, 0, 0))
    return {column: row[column] for column in _REPEATED}


@_remembered
def _members(part: str, standing: Standing) -> str:
    return encoded(_said(part, standing))[1:-1]


@_remembered
def _cells(part: str, standing: Standing, form: str) -> str:
    return cells_in(map(flat, _said(part, standing).values()), form)


@_remembered
def _parties_cell(parties: tuple[str, ...], form: str) -> str:
    return cells_in([flat(parties)], form) if parties else ""


def _amount_cell(amount: AmountText | None, form: str) -> str:
    return cells_in([flat(amount.words())], form) if amount else ""


@lru_cache(maxsize=8)
def _cell(stream: str, form: str) -> str:
    return cells_in([flat(stream)], form)


@_remembered
def _quoted_day(ordinal: int) -> str:
    return encoded(shown_day(ordinal))


@_remembered
def _day_cell(ordinal: int) -> str:
    return flat(shown_day(ordinal))
