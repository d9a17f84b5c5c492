"""A ledger made of the entries that are at hand: those that a proof encloses, and no others.

It answers as the ledger does, from these entries alone: positions have gaps, and what is derived is derived when it is
asked for. A small part of a ledger, held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from types import TracebackType
from typing import Self

from ..domain.entry import Entry
from ..domain.errors import NotFound
from ..domain.streams import REACHING_BACK
from ..domain.trait_names import AMOUNT, LATEST, STRENGTH, TITLE
from ..domain.worlds import END, Standing
from ..history.coverage import PART
from ..history.decide import StreamInMemory
from ..history.periods import Period
from ..history.subject import subject_on
from ..history.trait_rows import TraitRow, in_order
from ..record.instants import format_instant, parse_instant
from ..record.lines import UnknownFact, entry_of
from .derived_traits import kept_of
from .port import AboutStream, Attestation, Held, KnownAt, Source


class EnclosedSnapshot:
    """Some entries of a ledger as a snapshot of it: all of some streams, and of others perhaps none."""

    place = "the entries enclosed"
    is_older = False

    def __init__(self, lines: Iterable[tuple[int, bytes]]) -> None:
        """`lines`: position and line of each, in order of position. Raises Altered where one is no entry."""
        self._lines = dict(lines)
        self._entries = {position: entry_of(line) for position, line in self._lines.items()}
        self.size = max(self._lines, default=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""

    def interrupt(self) -> None:
        """Nothing takes long."""

    def read_leniently(self) -> None:
        """What is enclosed is text."""

    # --- the record's clock

    def known_at(self, asked: str | None = None) -> KnownAt:
        """The moment after an entry that is enclosed, the last of its group; '#0' is before all."""
        position = self.size if asked is None else int(asked.removeprefix("#"))
        entry = self._entries.get(position)
        if position == 0:
            return KnownAt(0, None)
        if entry is None or entry.group != position:
            raise NotFound(f"#{position} is not enclosed", "nothing tells when it was known", "ask of what is enclosed")
        return KnownAt(position, entry.known)

    # --- entries

    @cached_property
    def _streams(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self._entries.values():
            found.setdefault(entry.stream, []).append(entry)
        return found

    def entries_of(self, stream: str) -> list[Entry]:
        """The entries of a stream, in their order."""
        return self._streams.get(stream, [])

    def has_stream(self, name: str) -> bool:
        return name in self._streams

    def stream(self, name: str) -> str:
        if name not in self._streams:
            raise NotFound(f"there is no {name}", "no entry of it is enclosed", "ask of what is enclosed")
        return name

    def streams(self, like: str = "") -> Iterator[str]:
        yield from sorted(name for name in self._streams if name.startswith(like))

    def streams_beside(self, kind: str, name: str, most: int) -> list[str]:  # noqa: ARG002 - as the port has it
        return [one for one in self._streams if one.startswith(f"{kind}:")][:most]

    def near_streams(self, name: str) -> list[str]:  # noqa: ARG002 - as the port has it
        return []

    def lines(self, first: int = 1, last: int | None = None, stream: str | None = None) -> Iterator[tuple[int, bytes]]:
        for position, line in self._lines.items():
            is_asked = stream is None or self._entries[position].stream == stream
            if is_asked and first <= position and (last is None or position <= last):
                yield position, line

    def length(self, first: int, last: int) -> int:
        return sum(len(line) for _, line in self.lines(first, last))

    def put_right(self, last: int, stream: str | None = None) -> Iterator[tuple[int, bytes]]:
        for position, line in self.lines(1, last, stream):
            if self._entries[position].fact.type_name.startswith(REACHING_BACK):
                yield position, line

    def line(self, entry: str) -> tuple[int, bytes]:
        number = entry.removeprefix("#")
        for position, line in self._lines.items():
            if number == str(position) or entry == self._entries[position].entry_id:
                return position, line
        raise NotFound(f"{entry} is not enclosed", "no entry of that position or id is", "ask of what is enclosed")

    def has_entry(self, position: int, entry_id: str) -> bool:
        return position in self._entries and self._entries[position].entry_id == entry_id

    def recorded(self, asked: str | None) -> tuple[int, int]:
        text = (asked or "").strip()
        if text.startswith("#"):
            return int(text[1:]), int(text[1:])
        start, end = (format_instant(parse_instant(text, end_of_day=day)) for day in (False, True))
        before = [one.position for one in self._entries.values() if one.recorded_at < start]
        by_then = [one.position for one in self._entries.values() if one.recorded_at <= end]
        return max(before, default=0) + 1, max(by_then, default=0)

    def streams_between(self, first: int, last: int) -> Iterator[str]:
        yield from dict.fromkeys(one.stream for one in self._entries.values() if first <= one.position <= last)

    def streams_of_types(self, types: Iterable[str], last: int) -> Iterator[str]:
        wanted = set(types)
        found = (one for one in self._entries.values() if one.position <= last and _type_of(one) in wanted)
        yield from dict.fromkeys(one.stream for one in found)

    def _types(self, position: int | None = None, within: str = "") -> set[str]:
        return {
            _type_of(entry)
            for entry in self._entries.values()
            if (position is None or entry.position <= position) and entry.stream.startswith(within)
        }

    def types(self) -> list[str]:
        return sorted(self._types())

    def types_used(self, types: Iterable[str], position: int, within: str = "") -> list[str]:
        return sorted(self._types(position, within) & set(types))

    def of_type(self, name: str) -> tuple[int, int]:
        found = [one.position for one in self._entries.values() if name == one.fact.type_name]
        return len(found), min(found, default=0)

    # --- periods: derived from the entries, stream by stream

    @cached_property
    def _kept(self) -> dict[str, StreamInMemory]:
        return {name: kept_of(name, self._streams[name]) for name in sorted(self._streams)}

    @cached_property
    def _rows(self) -> list[Period]:
        found = [row for kept in self._kept.values() for row in kept.rows()]
        return sorted(found, key=lambda row: (row.stream, row.part, row.valid_from))

    def periods(
        self, known: KnownAt, day: int | None = None, stream: str | None = None, part: str | None = None
    ) -> Iterator[Period]:
        for row in self._rows:
            is_known = row.known_from <= known.position < row.known_to
            is_asked = stream in (None, row.stream) and part in (None, row.part)
            if is_known and is_asked and (day is None or row.valid_from <= day < row.valid_to):
                yield row

    def changed_parts(self, known: KnownAt, first: int, last: int) -> Iterator[tuple[str, str]]:
        begins_or_ends = (
            (row.stream, row.part)
            for row in self.periods(known)
            if first < row.valid_from <= last or first < row.valid_to <= last
        )
        yield from dict.fromkeys(begins_or_ends)

    def periods_of(self, known: KnownAt, day: int, wanted: Callable[[Standing], bool]) -> Iterator[Period]:
        yield from (row for row in self.periods(known, day) if wanted(row.standing))

    def parts(self, stream: str) -> list[str]:
        return sorted({row.part for row in self._rows if row.stream == stream})

    def has_status(self, word: str) -> bool:
        return any(word in (row.standing.status, *row.standing.possible) for row in self._rows)

    def counts(self, known: KnownAt, day: int) -> Iterator[tuple[str, Standing, int]]:
        found: dict[tuple[str, Standing], int] = {}
        for row in self.periods(known, day):
            key = row.part, row.standing
            found[key] = found.get(key, 0) + 1
        for (part, standing), number in found.items():
            yield part, standing, number

    def coverage(self, known: KnownAt) -> Iterator[tuple[str, str, str | None, int]]:
        for row in self.periods(known):
            if row.part.startswith(PART) and row.stream.startswith("party:") and row.valid_to == END:
                until = dict(row.standing.detail).get("until")
                yield row.stream, row.part.removeprefix(PART), until, row.known_from

    # --- traits

    def traits(
        self, known: KnownAt, stream: str | None = None, only: Sequence[str] = ()
    ) -> Iterator[tuple[str, TraitRow]]:
        for name in sorted(self._kept) if stream is None else [stream]:
            if name in self._kept:
                for row in in_order(self._kept[name].trait_rows()):
                    if row.is_held(known.position) and row.is_called(only):
                        yield name, row

    def abouts(self, known: KnownAt, day: int) -> Iterator[AboutStream]:
        for name in sorted(self._kept):
            found = subject_on(day, (row for _, row in self.traits(known, name)))
            yield name, found.title, found.parties, *found.money

    def streams_with(self, trait: str, value: str, known: KnownAt, day: int) -> Iterator[str]:
        yield from self.titled(trait, value.__eq__, known, day)

    def retold(self, known: KnownAt, first: int, last: int) -> list[str]:
        traits = (TITLE, AMOUNT, STRENGTH)
        return sorted(
            name for name in self._kept if any(first < row.since <= last for _, row in self.traits(known, name, traits))
        )

    def titled(self, trait: str, holds: Callable[[str], bool], known: KnownAt, day: int) -> Iterator[str]:
        for name in sorted(self._kept):
            rows = [row for _, row in self.traits(known, name, [trait]) if row.since <= day]
            if any(holds(row.value) for row in (rows[-1:] if trait in LATEST else rows)):
                yield name

    def values(self, trait: str, most: int) -> list[str]:
        return list(dict.fromkeys(self._values(trait)))[:most]

    def trait_names(self, like: str) -> list[str]:
        rows = (row for kept in self._kept.values() for row in kept.trait_rows())
        return sorted({row.trait for row in rows if row.trait.startswith(like)})

    def has_value(self, trait: str, value: str) -> bool:
        return value in self._values(trait)

    def _values(self, trait: str) -> Iterator[str]:
        rows = (row for kept in self._kept.values() for row in kept.trait_rows())
        yield from (row.value for row in rows if row.is_called([trait]))

    # --- what is not enclosed

    def held(self, digest: bytes) -> Held | None:  # noqa: ARG002 - as the port has it
        return None

    def has_source(self, digest: bytes) -> bool:  # noqa: ARG002 - as the port has it
        return False

    def sources(self) -> Iterator[Source]:
        return iter(())

    def attestations(self) -> Iterator[Attestation]:
        return iter(())

    def root(self, size: int | None = None) -> str:  # noqa: ARG002 - as the port has it
        """The tree is not enclosed: the checkpoint beside the entries has its root."""
        return ""


def _type_of(entry: Entry) -> str:
    return entry.fact.foreign_type if isinstance(entry.fact, UnknownFact) else entry.fact.type_name
