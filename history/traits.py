"""What is a stream called, and whom and what does it concern: since which day, and as known from group to group?

Each entry says what it says since the day by which it has certainly happened. Of most traits a stream has many: a
value holds since the first day on which any entry says so. Of `title` and `kind` the latest counts: of two that hold
since one day, the one recorded later. Rows are folded in order of recording, so that what a new entry changes is found
by looking at what is kept of the same trait alone; a correction folds the stream anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..domain.entry import Entry
from ..domain.trait_names import BEGAN, BY, EFFECTIVE, LATEST, STRENGTH, TAG
from ..domain.traits import traits_of_fact
from ..domain.worlds import BEGIN
from .effective import Effective, Told, effective, happened_by, reaches_back, told_from
from .trait_rows import Key, TraitRow, key_of

Said = tuple[str, str, int]
"""Trait, value, and the day since which it holds."""
Kept = Callable[[Key], TraitRow | None]
"""Gives the row of a key that is held true now."""
Says = Callable[[Said], bool]
"""Whether what is kept is known to say so already; where it is not known, the row is looked at."""


@dataclass(slots=True)
class TraitChanges:
    """Which rows a group ends, and which it begins."""

    ended: list[TraitRow] = field(default_factory=list)
    begun: list[TraitRow] = field(default_factory=list)


def said_by(told: Effective) -> list[Said]:
    """What an entry says of its stream, as it counts."""
    # A name that was announced is not borne yet; whom the announcement concerns, it concerns at once.
    certain, borne = happened_by(told), told_from(told)
    since = borne if told.fact.FOUNDS else certain
    shown_as = told.fact.SHOWN_AS
    found = [
        (trait, value, borne if trait in shown_as or trait == STRENGTH else since)
        for trait, value in traits_of_fact(told.entry.stream, told.fact)
        if told.called_off is None or (trait not in shown_as and trait != EFFECTIVE)
    ]
    found += [(TAG, tag, since) for tag in told.tags]
    if since < certain:
        found.append((BEGAN, str(since), certain))
    return list(dict.fromkeys([*found, *said_of_record(told.entry)]))


def said_of_record(entry: Told) -> list[Said]:
    """What the recording of an entry says: it holds on every day, whatever becomes of the entry."""
    return [(BY, entry.recorded_by, BEGIN)]


def said_at_first(told: Effective) -> list[Said]:
    """What a new entry says: of a correction or retraction, only that it was recorded."""
    return said_of_record(told.entry) if _puts_right(told.entry) else said_by(told)


def added(
    kept: Kept, new: Iterable[tuple[int, Sequence[Said]]], position: int, says: Says = lambda _: False
) -> TraitChanges:
    """What entries, given as (version, what it says) in their order, change of what is kept of their stream."""
    begun: dict[Key, TraitRow] = {}
    ended: dict[Key, TraitRow] = {}
    for version, told in new:
        for said in told:
            if says(said):
                continue
            key = key_of(said)
            row = begun.get(key) or kept(key)
            if row is not None and not _takes_its_place(said, row):
                continue
            if row is not None and key not in begun:
                ended[key] = row
            begun[key] = TraitRow(*said, version, position)
    return TraitChanges(list(ended.values()), list(begun.values()))


def _takes_its_place(said: Said, row: TraitRow) -> bool:
    """Whether what is said later takes the place of what is kept of the same key."""
    trait, value, since = said
    return value != row.value if trait in LATEST else since < row.since


def anew(
    live: Iterable[TraitRow], entries: Sequence[Told], known: Callable[[Told], str], position: int
) -> TraitChanges:
    """What a correction or retraction, the last of `entries`, changes: all is folded again and compared."""
    wanted = {row[:4]: row for row in added(lambda _: None, _all_said(entries, known), position).begun}
    there = {row[:4]: row for row in live}
    return TraitChanges(
        [row for key, row in there.items() if key not in wanted],
        [row for key, row in wanted.items() if key not in there],
    )


def _all_said(entries: Sequence[Told], known: Callable[[Told], str]) -> Iterator[tuple[int, Sequence[Said]]]:
    counts = effective(entries, known)
    for number, entry in enumerate(entries, 1):
        told = counts.get(entry.entry_id)
        version = entry.version if isinstance(entry, Entry) else number
        yield version, said_of_record(entry) if told is None else said_by(told)


def _puts_right(entry: Told) -> bool:
    return reaches_back(entry.fact)
