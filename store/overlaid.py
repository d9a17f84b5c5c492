"""A ledger as it would be with some more entries, which are recorded nowhere.

Streams that they touch are derived from their entries with the new ones; whatever is asked of others is asked of the
ledger itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..domain.entry import Entry
from ..history.effective import known_of
from .derived_traits import kept_of
from .enclosed import EnclosedSnapshot
from .port import AboutStream, KnownAt, Snapshot

if TYPE_CHECKING:
    from ..domain.worlds import Standing
    from ..history.periods import Period
    from ..history.trait_rows import TraitRow


class OverlaidSnapshot:
    """A snapshot, and some entries after its last. What is not said here, the snapshot answers."""

    def __init__(self, reader: Snapshot, lines: Sequence[tuple[int, bytes]], entries: Sequence[Entry]) -> None:
        """`lines`: position and line of each new entry, one group. Raises a Refusal where a stream allows none."""
        self._reader = reader
        touched = dict.fromkeys(one.stream for one in entries)
        old = [one for stream in touched if reader.has_stream(stream) for one in reader.lines(stream=stream)]
        self._over = EnclosedSnapshot(sorted([*old, *lines]))
        for stream in touched:
            before = [one for one in self._over.entries_of(stream) if one.position <= reader.size]
            new = [one for one in entries if one.stream == stream]
            kept_of(stream, before).add(new, new[-1].group, known_of)  # refused here, as it would be if recorded
        self._touched = frozenset(touched)
        self._new = dict(lines)
        self._last = entries[-1]
        self.size = self._last.position

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def known_at(self, asked: str | None = None) -> KnownAt:
        """A moment of the ledger; None is the moment after the new entries."""
        return KnownAt(self.size, self._last.known) if asked is None else self._reader.known_at(asked)

    def has_stream(self, name: str) -> bool:
        return name in self._touched or self._reader.has_stream(name)

    def stream(self, name: str) -> str:
        return name if name in self._touched else self._reader.stream(name)

    def streams(self, like: str = "") -> Iterator[str]:
        more = {one for one in self._touched if one.startswith(like)}
        yield from sorted(more.union(self._reader.streams(like)))

    def parts(self, stream: str) -> list[str]:
        return (self._over if stream in self._touched else self._reader).parts(stream)

    def has_status(self, word: str) -> bool:
        return self._over.has_status(word) or self._reader.has_status(word)

    def lines(self, first: int = 1, last: int | None = None, stream: str | None = None) -> Iterator[tuple[int, bytes]]:
        if stream in self._touched:
            yield from self._over.lines(first, last, stream)
            return
        end = self._reader.size if last is None else min(last, self._reader.size)
        yield from self._reader.lines(first, end, stream)
        if stream is None:
            yield from ((at, line) for at, line in self._new.items() if first <= at and (last is None or at <= last))

    def put_right(self, last: int, stream: str | None = None) -> Iterator[tuple[int, bytes]]:
        if stream in self._touched:
            yield from self._over.put_right(last, stream)
            return
        yield from self._reader.put_right(min(last, self._reader.size), stream)
        if stream is None:
            yield from (one for one in self._over.put_right(last) if one[0] in self._new)

    def line(self, entry: str) -> tuple[int, bytes]:
        position = entry.removeprefix("#")
        found = self._new.get(int(position)) if position.isdecimal() else None
        return self._reader.line(entry) if found is None else (int(position), found)

    def types(self) -> list[str]:
        return sorted({*self._reader.types(), *self._over.types()})

    def periods(
        self, known: KnownAt, day: int | None = None, stream: str | None = None, part: str | None = None
    ) -> Iterator[Period]:
        if stream in self._touched:
            yield from self._over.periods(known, day, stream, part)
            return
        yield from (row for row in self._reader.periods(known, day, stream, part) if row.stream not in self._touched)
        if stream is None:
            yield from self._over.periods(known, day, None, part)

    def changed_parts(self, known: KnownAt, first: int, last: int) -> Iterator[tuple[str, str]]:
        yield from (one for one in self._reader.changed_parts(known, first, last) if one[0] not in self._touched)
        yield from self._over.changed_parts(known, first, last)

    def periods_of(self, known: KnownAt, day: int, wanted: Callable[[Standing], bool]) -> Iterator[Period]:
        rows = self._reader.periods_of(known, day, wanted)
        yield from (row for row in rows if row.stream not in self._touched)
        yield from self._over.periods_of(known, day, wanted)

    def counts(self, known: KnownAt, day: int) -> Iterator[tuple[str, Standing, int]]:
        for row in self.periods(known, day):
            yield row.part, row.standing, 1

    def coverage(self, known: KnownAt) -> Iterator[tuple[str, str, str | None, int]]:
        yield from (one for one in self._reader.coverage(known) if one[0] not in self._touched)
        yield from self._over.coverage(known)

    # --- traits

    def traits(
        self, known: KnownAt, stream: str | None = None, only: Sequence[str] = ()
    ) -> Iterator[tuple[str, TraitRow]]:
        if stream in self._touched:
            yield from self._over.traits(known, stream, only)
            return
        yield from (one for one in self._reader.traits(known, stream, only) if one[0] not in self._touched)
        if stream is None:
            yield from self._over.traits(known, None, only)

    def abouts(self, known: KnownAt, day: int) -> Iterator[AboutStream]:
        yield from (one for one in self._reader.abouts(known, day) if one[0] not in self._touched)
        yield from self._over.abouts(known, day)

    def streams_with(self, trait: str, value: str, known: KnownAt, day: int) -> Iterator[str]:
        yield from (one for one in self._reader.streams_with(trait, value, known, day) if one not in self._touched)
        yield from self._over.streams_with(trait, value, known, day)

    def titled(self, trait: str, holds: Callable[[str], bool], known: KnownAt, day: int) -> Iterator[str]:
        yield from (one for one in self._reader.titled(trait, holds, known, day) if one not in self._touched)
        yield from self._over.titled(trait, holds, known, day)

    def values(self, trait: str, most: int) -> list[str]:
        return list(dict.fromkeys([*self._reader.values(trait, most), *self._over.values(trait, most)]))

    def has_value(self, trait: str, value: str) -> bool:
        return self._over.has_value(trait, value) or self._reader.has_value(trait, value)

    def trait_names(self, like: str) -> list[str]:
        return sorted({*self._reader.trait_names(like), *self._over.trait_names(like)})

    def streams_between(self, first: int, last: int) -> Iterator[str]:
        found = {*self._reader.streams_between(first, min(last, self._reader.size))}
        yield from found.union(self._over.streams_between(max(first, self._reader.size + 1), last))

    def streams_of_types(self, types: Iterable[str], last: int) -> Iterator[str]:
        wanted = list(types)
        found = {*self._reader.streams_of_types(wanted, min(last, self._reader.size))}
        yield from found.union(self._over.streams_of_types(wanted, last))

    def root(self, size: int | None = None) -> str:
        """Of what is recorded: what is assumed is in no tree."""
        return self._reader.root(None if size is None else min(size, self._reader.size))
