"""What changed in the world between two days, and what did we learn between two moments?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from ..domain.dates import iso
from ..domain.worlds import BEGIN, END, Standing

COLUMNS: Final = ("stream", "part", "from", "before", "after")
LEARNED_COLUMNS: Final = ("stream", "part", "from", "to", "before", "after", "since")


class Change(NamedTuple):
    """One part shows something else from a day on."""

    stream: str
    part: str
    day: int
    before: Standing | None
    after: Standing | None

    def as_row(self) -> dict[str, Any]:
        """For printing."""
        return {
            "stream": self.stream,
            "part": self.part,
            "from": iso(self.day),
            "before": said(self.before),
            "after": said(self.after),
        }


def said(standing: Standing | None) -> str | None:
    """A standing in one cell."""
    if standing is None:
        return None
    words = standing.status or "open"
    if standing.possible:
        words += f" (possibly {' or '.join(standing.possible)})"
    if standing.flags:
        words += f" [{' '.join(standing.flags)}]"
    if standing.detail:
        words += " · " + ", ".join(f"{key} {value}" for key, value in standing.detail)
    return words


def in_the_world(rows: Iterable[tuple[str, str, Standing, int, int]], first: int, last: int) -> Iterator[Change]:
    """Yield what began or ended after the end of `first` and by the end of `last`.

    `rows` are (stream, part, standing, valid from, valid to), in order of stream, part and day.
    """
    previous: tuple[str, str, Standing, int] | None = None
    for stream, part, standing, valid_from, valid_to in rows:
        if previous is not None and (previous[0], previous[1]) != (stream, part):
            yield from _ended(previous, first, last)
            previous = None
        if previous is not None and previous[3] < valid_from:
            yield from _ended(previous, first, last)
            previous = None
        if first < valid_from <= last:
            yield Change(stream, part, valid_from, previous[2] if previous else None, standing)
        previous = (stream, part, standing, valid_to)
    if previous is not None:
        yield from _ended(previous, first, last)


def _ended(previous: tuple[str, str, Standing, int], first: int, last: int) -> Iterator[Change]:
    stream, part, standing, valid_to = previous
    if first < valid_to <= last and valid_to < END:
        yield Change(stream, part, valid_to, standing, None)


Learned = tuple[str, str, Standing, int, int, int, int]
"""Stream, part, standing, valid from, valid to, known from, known to: a period as a snapshot has it."""


def learned(
    before: Iterable[Learned],
    after: Iterable[Learned],
) -> Iterator[dict[str, Any]]:
    """Yield the days on which another answer is given than before, and since which entry.

    Where nothing is said any more, that is the entry which took away what was.
    """
    old, new = _by_part(before), _by_part(after)
    for key in sorted({*old, *new}):
        yield from _differences(key, old.get(key, []), new.get(key, []))


_Told = tuple[int, int, Standing, int, int]


def _by_part(rows: Iterable[Learned]) -> dict[tuple[str, str], list[_Told]]:
    found: dict[tuple[str, str], list[_Told]] = {}
    for stream, part, standing, valid_from, valid_to, known_from, known_to in rows:
        found.setdefault((stream, part), []).append((valid_from, valid_to, standing, known_from, known_to))
    return {key: sorted(told, key=lambda one: one[0]) for key, told in found.items()}


def _differences(key: tuple[str, str], old: list[_Told], new: list[_Told]) -> Iterator[dict[str, Any]]:
    cuts = sorted({day for one in (*old, *new) for day in one[:2]} | {BEGIN})
    pending: dict[str, Any] | None = None
    for first, last in zip(cuts, [*cuts[1:], END], strict=True):
        if first >= last:
            continue
        was, now = _at(old, first), _at(new, first)
        if (was and was[2]) == (now and now[2]):
            continue
        row = {
            "stream": key[0], "part": key[1],
            "from": None if first <= BEGIN else iso(first), "to": None if last >= END else iso(last),
            "before": said(was[2]) if was else None, "after": said(now[2]) if now else None,
            "since": now[3] if now else was[4] if was else None,
        }  # fmt: skip
        if pending and pending["to"] == row["from"] and all(pending[k] == row[k] for k in ("before", "after", "since")):
            pending["to"] = row["to"]
            continue
        if pending:
            yield pending
        pending = row
    if pending:
        yield pending


def _at(told: list[_Told], day: int) -> _Told | None:
    return next((one for one in told if one[0] <= day < one[1]), None)
