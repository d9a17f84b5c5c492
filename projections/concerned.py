"""Which streams concern a party, a theme, a kind …, on a day and as known then? Found by what is kept of their traits.

Each thing that is asked for is a range of an index, and what is in all of them is the answer; only words of titles read
every title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from ..domain.amount_text import AmountText
from ..domain.countries import same_party
from ..domain.near_names import folded
from ..domain.trait_names import ALL, BY, KIND, MEETING_TITLE, PARTY, TAG, THEME, TITLE
from ..domain.worlds import END, UNDETERMINED
from ..history.coverage import on_one_day
from ..history.subject import SHOWN, Subject, subject_on
from .basis import coverage_of

if TYPE_CHECKING:
    from ..domain.worlds import Standing
    from ..store.port import KnownAt, Snapshot

MEMBER: Final = "member/"
"""What the parts of a party begin with that say who was a member."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """What limits a list, in the values that the ledger has. What is empty limits nothing."""

    parties: tuple[str, ...] = ()
    """all of them"""
    with_groups: bool = False
    roles: tuple[str, ...] = ()
    themes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    """of aggregates"""
    kinds_within: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    """of a title, all of them, folded"""
    tags: frozenset[str] = frozenset()
    recorders: frozenset[str] = frozenset()
    recorded: tuple[int, int] | None = None
    """positions, both included"""
    types: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    """of these, a part has one, or possibly has it"""
    flags: frozenset[str] = frozenset()
    today: int = 0
    """on which a part stands so, where no day is asked about"""
    position: int = 0
    """up to which anything is known"""

    def but_for_entries(self) -> Concerned | None:
        """What is left of it where each entry is asked by itself who recorded it, and when; None if nothing."""
        left = replace(self, recorders=frozenset(), recorded=None, tags=frozenset())
        return None if left == Concerned(position=self.position) else left

    @property
    def is_of_kinds_alone(self) -> bool:
        """Whether nothing but kinds of aggregates is asked for: told by the names of streams."""
        return self == Concerned(kinds=self.kinds, position=self.position)


def streams_of(reader: Snapshot, known: KnownAt, day: int, asked: Concerned) -> list[str]:
    """The streams that all of it applies to, by name."""
    found: set[str] | None = None
    for some in _each(reader, known, day, asked):
        found = set(some) if found is None else found.intersection(some)
        if not found:
            return []
    streams = reader.streams() if found is None else found
    return sorted(one for one in streams if not asked.kinds or one.partition(":")[0] in asked.kinds)


def _each(reader: Snapshot, known: KnownAt, day: int, asked: Concerned) -> Iterator[Iterable[str]]:
    """Yield, for each thing that is asked for, the streams that it applies to."""

    def having(trait: str, values: Iterable[str]) -> set[str]:
        return {stream for value in values for stream in reader.streams_with(trait, value, known, day)}

    roles = [PARTY + role for role in asked.roles] or [PARTY]
    for party in asked.parties:
        own = same_party(party)
        codes = {*own, *(one for code in own if asked.with_groups for one in _together(reader, known, day, code))}
        yield {stream for role in roles for stream in having(role, codes)}
    if asked.roles and not asked.parties:
        yield {stream for role in roles for stream in having(role, reader.values(role, ALL))}
    for trait, values in ((THEME, asked.themes), (KIND, asked.kinds_within), (TAG, asked.tags), (BY, asked.recorders)):
        if values:
            yield having(trait, values)
    if asked.words:
        yield _titled_so(reader, known, day, asked.words)
    if asked.recorded:
        first, last = asked.recorded
        yield reader.streams_between(first, min(last, known.position))
    if asked.statuses or asked.flags:
        yield _standing_so(reader, known, asked.today if day >= END - 1 else day, asked)
    if asked.types:
        yield reader.streams_of_types(asked.types, known.position)


def _together(reader: Snapshot, known: KnownAt, day: int, party: str) -> Iterator[str]:
    """The groups that a party was certainly a member of on the day, and the members of a group."""
    for stream in reader.streams_with(f"{PARTY}member", party, known, day):
        for row in reader.periods(known, day, stream, f"{MEMBER}{party}"):
            if row.standing.status == "member":
                yield stream.partition(":")[2]
    if reader.has_stream(f"party:{party}"):
        for row in reader.periods(known, day, f"party:{party}"):
            if row.part.startswith(MEMBER) and row.standing.status == "member":
                yield row.part.removeprefix(MEMBER)


def _standing_so(reader: Snapshot, known: KnownAt, day: int, asked: Concerned) -> set[str]:
    """The streams of which a part has one of some statuses, or flags; past its coverage nothing is known of one."""

    def takes(one: Standing) -> bool:
        if asked.statuses and asked.statuses.isdisjoint((one.status or UNDETERMINED, *one.possible)):
            return False
        return not asked.flags or not asked.flags.isdisjoint(one.flags)

    coverage = coverage_of(reader, known).on(day)
    if any(scope["passed"] for scope in coverage):
        return {one.stream for one in on_one_day(reader.periods(known, day), coverage) if takes(one.standing)}
    return {one.stream for one in reader.periods_of(known, day, takes)}


def _titled_so(reader: Snapshot, known: KnownAt, day: int, words: tuple[str, ...]) -> set[str]:
    def holds(text: str) -> bool:
        told = folded(text)
        return all(word in told for word in words)

    return {stream for trait in (TITLE, MEETING_TITLE) for stream in reader.titled(trait, holds, known, day)}


# --- what a stream is about


def subject(reader: Snapshot, known: KnownAt, day: int, stream: str) -> Subject:
    """What a stream is about on a day, as known then. Reads its traits."""
    return subject_on(day, (row for _, row in reader.traits(known, stream, SHOWN)))


def subjects(reader: Snapshot, known: KnownAt, day: int) -> Iterator[tuple[str, Subject]]:
    """Yield every stream with what it is about, in the order of `periods`. Reads all such traits, one after another."""
    # Who recorded it is asked for as well, as every stream has that: so none is passed over.
    for stream, rows in groupby(reader.traits(known, None, (*SHOWN, BY)), key=itemgetter(0)):
        yield stream, subject_on(day, (row for _, row in rows))


def beside(reader: Snapshot, known: KnownAt, day: int) -> Callable[[str], Subject]:
    """A function that gives title and parties of a stream, quickly where streams come in the order of `periods`."""
    ahead = reader.abouts(known, day)
    there: dict[str, Subject] = {}

    def of(stream: str) -> Subject:
        while stream not in there:
            found = next(ahead, None)
            if found is None:
                return subject(reader, known, day, stream)
            there.clear()
            name, title, parties, money, strength = found
            amount = AmountText.read(money) if money else None
            there[name] = Subject(title, None, parties, (), None, amount, strength=strength)
        return there[stream]

    return of
