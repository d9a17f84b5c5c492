"""What is read and written inside one transaction that holds the write lock?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ...domain.catalogue import has_many_parts
from ...domain.entry import Entry
from ...domain.trait_names import LATEST
from ...history.effective import Frontier
from ...history.periods import STILL_KNOWN, Period
from ...history.step_index import Restart, StepIndexChange, restart_at
from ...history.trait_rows import Key, TraitRow
from ...proof.merkle import completed, leaf_hash
from ...record.checked_lines import AlteredEntry, as_recorded, id_of
from ...record.lines import entry_of
from ...record.seals import as_archived, seal
from ..port import Held, Last, Line, Stored
from . import traits
from .dictionaries import Dictionaries, DictionaryDamaged, lenient_text
from .ends import check_end, check_group
from .frontiers import decode_frontier, encode_frontier
from .orphans import BY_STREAM, orphans, unused_names, unused_standings
from .schema import DROPPED, ENTRIES, FORMAT, GUARDS, TABLES
from .steps import base_before, base_row, step_row, steps_after
from .stream_cache import Judged, Remembered, StreamCache
from .write_buffer import (
    ENOUGH,
    EntryRow,
    OfLong,
    OfStream,
    WriteBuffer,
    bases_come,
    bases_gone,
    steps_come,
    steps_gone,
)

if TYPE_CHECKING:
    from ...history.decide import Changes
    from ...history.traits import Said, TraitChanges


def packed_id(entry_id: str) -> bytes:
    """An entry id as it is stored."""
    return bytes.fromhex(entry_id.replace("-", ""))


ROWS_AT_ONCE: Final = 50_000
"""Rows that are written by one call, so that it takes no more steps than one statement may (`watch`)."""
_KNOWN_TO: Final = 5
"""Place of known_to among the columns of a period."""


def _key(one: tuple[tuple[int, str], Any]) -> tuple[int, str]:
    return one[0]


def _stored(row: EntryRow) -> Stored:
    return Stored(row[0], row[1], row[2], row[4])


class SqliteTransaction:
    """One transaction of the ledger, from lock to commit."""

    def __init__(self, cursor: Any, memory: StreamCache) -> None:
        self.cursor = cursor
        self.memory = memory
        self.dictionaries = Dictionaries(cursor, memory)
        self._last = self._read_last()
        if memory.position != self._last.position:  # else this very process wrote it last
            check_end(self._first)
            check_group(self._first, self._last.position)
        self._pending = WriteBuffer()
        self._written = self._last.position
        memory.at(self._last.position)

    def select(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        """Run a statement and fetch all of its rows."""
        self.cursor.execute(statement, params)
        rows: list[Any] = self.cursor.fetchall()
        return rows

    def _first(self, statement: str, params: Sequence[Any] = ()) -> Any:
        return next(iter(self.select(statement, params)), None)

    def last(self) -> Last:
        """The end of the ledger."""
        return self._last

    def _read_last(self) -> Last:
        rows = self.select("SELECT last, known, recorded FROM groups ORDER BY last DESC LIMIT 1")
        return Last(*rows[0]) if rows else Last(0, 0, 0)

    def stream(self, name: str) -> Remembered:
        """What is known of a stream, read where it is not remembered."""
        found = self.memory.stream(name)
        if found is None:
            versions = self.select(f"SELECT max(originator_version) FROM {ENTRIES} WHERE originator_id = ?", (name,))
            found = Remembered(self.dictionaries.find(name) or 0, versions[0][0] or 0)
            if found.version and not found.number:  # its periods would be taken for another stream's
                raise DictionaryDamaged(f"the number of {name} is missing")
            if found.number and not found.version:  # and what is derived of it, which nothing gives, for its own
                raise DictionaryDamaged(f"{name} has a number, and no entries")
            self.memory.keep(name, found)
        return found

    def version(self, stream: str) -> int:
        """How many entries a stream has."""
        return self.stream(stream).version

    def by_id(self, entry_id: str) -> Stored | None:
        """The entry of that id."""
        return self.by_ids([entry_id]).get(entry_id)

    def by_ids(self, entry_ids: Sequence[str]) -> dict[str, Stored]:
        """The entries of those ids, as far as there are any."""
        found: dict[str, Stored] = {}
        waiting = self._pending.ids
        for start in range(0, len(entry_ids), 500):
            some = {packed_id(one): one for one in entry_ids[start : start + 500]}
            found.update({one: _stored(waiting[key]) for key, one in some.items() if key in waiting})
            marks = ",".join("?" * len(some))
            rows = self.select(
                f"SELECT entry_id, rowid, originator_id, originator_version, state FROM {ENTRIES} "
                f"WHERE entry_id IN ({marks})",
                tuple(some),
            )
            for row in rows:
                entry_id, stored = some[row[0]], Stored(*row[1:])
                if id_of(stored.line) != entry_id:
                    raise AlteredEntry(
                        stored.position, f"it was looked for by the id {entry_id}, and its line has another"
                    )
                found[entry_id] = stored
        return found

    def stored_in(self, stream: str) -> list[Stored]:
        """The entries of a stream, in their order."""
        self.flush()
        statement = "SELECT rowid, originator_id, originator_version, state FROM"
        rows = self.select(f"{statement} {ENTRIES} WHERE originator_id = ? ORDER BY originator_version", (stream,))
        return [Stored(*row) for row in rows]

    def retracted_by(self, stream: str, entry_id: str) -> int | None:
        """Position of the retraction of an entry, if there is one."""
        self.flush()
        for row in self.select(
            f"SELECT rowid, state FROM {ENTRIES} WHERE originator_id = ? AND topic = 'entry.retracted/1'",
            (stream,),
        ):
            if entry_of(row[1]).fact.model_dump()["entry"] == entry_id:
                return int(row[0])
        return None

    def types(self) -> set[str]:
        """Every type of fact that the ledger holds."""
        if not self.memory.types:
            self.memory.types = {row[0] for row in self.select("SELECT name FROM types")}
        return self.memory.types

    def has_type(self, name: str) -> bool:
        """Whether an entry is of that type; reads all entries where none is."""
        return bool(self.select(f"SELECT 1 FROM {ENTRIES} WHERE topic = ? LIMIT 1", (name,)))

    def held(self, digest: bytes) -> Held | None:
        """An archived source; raises AlteredSource where it is not what was archived."""
        row = self._first("SELECT content, media FROM sources WHERE digest = ?", (digest,))
        return Held(as_archived(digest, row[0]), row[1]) if row else None

    def add_source(self, digest: bytes, columns: Mapping[str, Any]) -> bool:
        """Archive a source; False where it is there already."""
        if self.held(digest) is not None:
            return False
        sealed = {"digest": digest, **columns}
        sealed["seal"] = seal(sealed)
        self._insert("sources", sealed)
        return True

    def _insert(self, table: str, columns: Mapping[str, Any]) -> None:
        marks = ", ".join("?" * len(columns))
        self.cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", tuple(columns.values()))

    def put(self, first: int, lines: Sequence[Line], known: int, recorded: int) -> None:
        """Store a group: its lines from position `first` on, their leaves, its times."""
        pending = self._pending
        for position, one in enumerate(lines, first):
            stream, version, kind, entry_id, line = one
            remembered = self.stream(stream)
            if not remembered.number:
                remembered.number = self.dictionaries.name(stream)
            remembered.version = version
            row = (position, stream, version, kind, line, packed_id(entry_id), leaf_hash(line))
            pending.add(row, remembered.number)
        self._last = Last(first + len(lines) - 1, known, recorded)
        self.memory.position = self._last.position
        pending.groups.append(self._last)
        new = {one.type for one in lines} - self.types()
        if new:
            self.cursor.executemany("INSERT INTO types VALUES (?)", [(kind,) for kind in new])
            self.memory.types |= new

    def settle(self) -> None:
        """Write what waits where there is much of it; memory stays flat however long the transaction."""
        self.memory.sweep()
        if len(self._pending.entries) >= ENOUGH:
            self.flush()

    def flush(self) -> None:
        """Write all that waits, each table in the order of its key, with the nodes that the leaves complete."""
        pending, self._pending = self._pending, WriteBuffer()
        if not pending.entries:
            return
        run = self._run
        run(f"INSERT INTO {ENTRIES} VALUES (?,?,?,?,?,?,?)", pending.entries)
        leaves = [row[6] for row in pending.entries]
        run("INSERT INTO nodes VALUES (?,?,?)", list(completed(self._written, leaves, self.leaves, self.node)))
        run("INSERT INTO groups VALUES (?,?,?)", pending.groups)
        streams = pending.in_order()
        run(
            "UPDATE periods SET known_to = ? WHERE stream = ? AND part = ? AND valid_from = ? AND known_from = ?",
            [row for waiting in streams for row in waiting.ended.values()],
        )
        run("INSERT INTO periods VALUES (?,?,?,?,?,?,?)", [row for one in streams for row in one.begun.values()])
        run(traits.END, [row for one in streams for row in one.untold.values()])
        run(traits.INSERT, [row for one in streams for row in one.traits.values()])
        frontiers = [
            (number, region, encode_frontier(stream, region, one))
            for (number, region), (stream, one) in sorted(pending.frontiers.items(), key=_key)
        ]
        run("INSERT OR REPLACE INTO frontiers VALUES (?,?,?)", frontiers)
        long = pending.long()
        key = "stream = ? AND region = ? AND earliest = ? AND version = ? AND number = ?"
        run(f"DELETE FROM steps WHERE {key}", steps_gone(long))
        run("INSERT OR REPLACE INTO steps VALUES (?,?,?,?,?,?)", steps_come(long))
        run("DELETE FROM bases WHERE stream = ? AND region = ? AND day > ?", bases_gone(long))
        run("INSERT OR REPLACE INTO bases VALUES (?,?,?,?)", bases_come(long))
        self._written = self._last.position

    def _run(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each row, for so many at once; where there is none, it is not even prepared."""
        for first in range(0, len(rows), ROWS_AT_ONCE):
            self.cursor.executemany(statement, rows[first : first + ROWS_AT_ONCE])

    def leaves(self, first: int, last: int) -> list[bytes]:
        """Stored leaf hashes of the leaves [first, last), counted from 0."""
        return [
            row[0]
            for row in self.select(
                f"SELECT leaf FROM {ENTRIES} WHERE rowid > ? AND rowid <= ? ORDER BY rowid", (first, last)
            )
        ]

    def node(self, level: int, index: int) -> bytes:
        """A stored node of the tree."""
        found: bytes = self.select("SELECT hash FROM nodes WHERE level = ? AND number = ?", (level, index))[0][0]
        return found

    def change(self, changes: Mapping[str, Changes], group: int) -> None:
        """End rows of streams and begin others, as known from `group` on; remember where each region stands."""
        numbers, name, standing = self.memory.names, self.dictionaries.name, self.dictionaries.standing
        frontiers = self._pending.frontiers
        for stream, changed in changes.items():
            remembered = self.stream(stream)
            number = remembered.number
            waiting = self._pending.of(number)
            for _, part, _, first, _, known_from, _ in changed.ended:
                key = (numbers.get(part) or name(part), first, known_from)
                if known_from <= self._written:
                    waiting.ended[key] = (group, number, *key)
                else:
                    waiting.begun[key][_KNOWN_TO] = group
            for _, part, shown, first, last, known_from, _ in changed.begun:
                key = (numbers.get(part) or name(part), first, known_from)
                waiting.begun[key] = [number, *key, last, STILL_KNOWN, standing(shown)]
            for region, frontier in changed.frontiers.items():
                frontiers[number, region] = (stream, frontier)
                remembered.regions[region] = Judged(frontier, changed.tails[region])
            for region, laid in changed.laid.items():
                waiting.laid = waiting.laid or OfLong(stream)
                waiting.laid.lay(region, laid)
            self._change_traits(number, remembered, changed.traits, group)

    def _change_traits(self, number: int, remembered: Remembered, changed: TraitChanges, group: int) -> None:
        """The same of the traits of one stream."""
        waiting, name = self._pending.of(number), self.dictionaries.name
        for one in changed.ended:
            remembered.said.pop(one[:2], None)
            if one in waiting.traits:  # begun by a group of this transaction
                waiting.traits[one][traits.KNOWN_TO] = group
            else:
                *columns, _, value = traits.stored(one, name)
                waiting.untold[one] = (group, number, *columns, value)
        for one in changed.begun:
            waiting.traits[one] = [number, *traits.stored(one, name)]
            if one.trait not in LATEST:
                remembered.said[one[:2]] = one.since

    def read_leniently(self) -> None:
        """Read text that is no UTF-8 too, to put it right."""
        self.cursor.connection.text_factory = lenient_text

    def drop_orphans(self) -> None:
        """Take out what is derived and belongs to nothing."""
        self.memory.forget()
        for number, _ in orphans(self.select):
            self._drop(number)
        for number, _ in unused_names(self.select):
            self.cursor.execute("DELETE FROM names WHERE id = ?", (number,))
        for number in unused_standings(self.select):
            self.cursor.execute("DELETE FROM standings WHERE id = ?", (number,))

    def _drop(self, number: int) -> None:
        for table in BY_STREAM:
            self.cursor.execute(f"DELETE FROM {table} WHERE stream = ?", (number,))

    def stamp(self) -> None:
        """Lay out what earlier versions did not have, and say that the file is laid out as this version does."""
        for statement in (*DROPPED, *TABLES, *GUARDS):
            self.cursor.execute(statement)
        self.cursor.execute(f"PRAGMA user_version = {FORMAT}")

    def swap(
        self,
        stream: str,
        rows: Iterable[Period],
        frontiers: Mapping[str, Frontier],
        laid: Mapping[str, StepIndexChange],
        told: Iterable[TraitRow],
    ) -> None:
        """Replace everything derived of one stream."""
        number = self.dictionaries.name(stream)
        self.memory.at(-1)
        self._drop(number)
        self.cursor.executemany(
            "INSERT INTO periods VALUES (?,?,?,?,?,?,?)",
            [
                (
                    number, self.dictionaries.name(row.part), row.valid_from, row.known_from, row.valid_to,
                    row.known_to, self.dictionaries.standing(row.standing),
                )
                for row in rows
            ],
        )  # fmt: skip
        self.cursor.executemany(
            "INSERT INTO frontiers VALUES (?,?,?)",
            [(number, region, encode_frontier(stream, region, one)) for region, one in frontiers.items()],
        )
        self.cursor.executemany(
            "INSERT INTO steps VALUES (?,?,?,?,?,?)",
            [(number, *step_row(region, place)) for region, one in laid.items() for place in one.come],
        )
        self.cursor.executemany(
            "INSERT INTO bases VALUES (?,?,?,?)",
            [(number, *base_row(stream, region, base)) for region, one in laid.items() for base in one.bases],
        )
        self._run(traits.INSERT, [(number, *traits.stored(row, self.dictionaries.name)) for row in told])

    def waiting(self, number: int) -> OfStream | None:
        """What is decided of a stream and not written yet."""
        return self._pending.streams.get(number)

    def frontier_waiting(self, number: int, region: str) -> Frontier | None:
        """A frontier that is decided and not written yet."""
        waiting = self._pending.frontiers.get((number, region))
        return waiting[1] if waiting else None

    def state(self, stream: str) -> StoredStreamState:
        """What is kept of one stream."""
        return StoredStreamState(self, stream)


class StoredStreamState:
    """What is kept of one stream, read where and when it is needed."""

    def __init__(self, writing: SqliteTransaction, stream: str) -> None:
        self._writing, self._stream = writing, stream
        self._known = writing.stream(stream)
        self._waiting = writing.waiting(self._known.number)

    def frontier(self, region: str) -> Frontier | None:
        """What the region's next step is judged by."""
        known = self._known.regions.get(region)
        if known is not None:
            return known.frontier
        found = self._writing.frontier_waiting(self._known.number, region)
        if found is None and self._known.number:
            rows = self._writing.select(
                "SELECT body FROM frontiers WHERE stream = ? AND region = ?", (self._known.number, region)
            )
            found = decode_frontier(self._stream, region, rows[0][0]) if rows else None
        return found

    def tail(self, region: str, parts: Iterable[str], from_day: int) -> list[Period]:
        """The rows held true now of a region's `parts` that end after its frontier's base day, `from_day`."""
        known = self._known.regions.get(region)
        return self.live(parts, from_day) if known is None else known.tail

    def live(self, parts: Iterable[str], from_day: int) -> list[Period]:
        """The rows held true now of `parts` that end after `from_day`."""
        found: list[Period] = []
        if not self._known.number:
            return found
        standing_of = self._writing.dictionaries.standing_of
        for part in parts:
            number = self._writing.dictionaries.find(part)
            if number is not None:
                rows = [*self._live(number, from_day), *self._begun(number, from_day)]
                found += [
                    Period(self._stream, part, standing_of(standing), first, last, known)
                    for first, last, known, standing in rows
                ]
        return found

    def _live(self, part: int, from_day: int) -> Iterator[tuple[int, int, int, int]]:
        # Rows held true now do not overlap: going back from the last, the first to begin by that day ends the search.
        rows = self._writing.cursor.execute(
            "SELECT valid_from, valid_to, known_from, standing FROM periods "
            "WHERE stream = ? AND part = ? AND known_to = ? ORDER BY valid_from DESC, known_from DESC",
            (self._known.number, part, STILL_KNOWN),
        )
        ended = self._waiting.ended if self._waiting else {}
        for valid_from, valid_to, known_from, standing in rows:
            if valid_to <= from_day:
                break
            if (part, valid_from, known_from) not in ended:
                yield valid_from, valid_to, known_from, standing
            if valid_from <= from_day:
                break

    def _begun(self, part: int, from_day: int) -> Iterator[tuple[int, int, int, int]]:
        for _, of, valid_from, known_from, valid_to, known_to, standing in (
            self._waiting.begun.values() if self._waiting else ()
        ):
            if of == part and known_to == STILL_KNOWN and valid_to > from_day:
                yield valid_from, valid_to, known_from, standing

    def has_no_frontier(self) -> bool:
        """Whether the stream has entries and yet no region with a frontier: its entries only said something, or all
        that is derived of it was lost.
        """
        if not self._known.version or self._known.regions or (self._waiting and self._waiting.begun):
            return False
        return not self._writing.select("SELECT 1 FROM frontiers WHERE stream = ? LIMIT 1", (self._known.number,))

    def parts(self, region: str) -> list[str]:
        """The parts of a region that have rows: a commitment's one region has them all."""
        if not has_many_parts(self._stream):
            return [region]
        if not self._known.number:
            return []
        # From part to part, for DISTINCT would read all rows of the stream.
        rows = self._writing.select(
            "WITH RECURSIVE found (part) AS (SELECT min(part) FROM periods WHERE stream = ?1 UNION ALL "
            "SELECT (SELECT min(part) FROM periods WHERE stream = ?1 AND part > found.part) FROM found "
            "WHERE part IS NOT NULL) SELECT part FROM found WHERE part IS NOT NULL",
            (self._known.number,),
        )
        waiting = [part for part, _, _ in self._waiting.begun] if self._waiting else []
        parts = dict.fromkeys([row[0] for row in rows] + waiting)
        return [self._writing.dictionaries.name_of(part) for part in parts]

    def history(self) -> list[Entry]:
        """The stream's entries so far."""
        rows = self._writing.select(
            f"SELECT rowid, state, leaf FROM {ENTRIES} WHERE originator_id = ? ORDER BY originator_version",
            (self._stream,),
        )
        waiting = self._waiting.entries if self._waiting else []
        there = [entry_of(line) for _, line in as_recorded(map(tuple, rows), self._stream, from_start=True)]
        return there + [entry_of(row[4]) for row in waiting]

    def version(self) -> int:
        """How many they are."""
        return self._known.version

    def restart(self, region: str, before: int) -> Restart:
        """Of a long stream: the last point before a day from which a region can be judged again."""
        self._write_what_waits()
        place = self._writing.select, self._stream, self._known.number, region
        return restart_at(self._stream, region, base_before(*place, before), lambda day: steps_after(*place, day))

    def trait(self, key: Key) -> TraitRow | None:
        """The trait of that key that is held true now."""
        found = next(iter(self._traits(key)), None)
        if found is not None and found.trait not in LATEST:
            self._known.said[found[:2]] = found.since
        return found

    def says(self, said: Said) -> bool:
        """Whether what is kept is known, without a look at it, to say so already."""
        since = self._known.said.get(said[:2])
        return since is not None and since <= said[2] and said[0] not in LATEST

    def traits(self) -> list[TraitRow]:
        """All traits that are held true now."""
        return self._traits(None)

    def _traits(self, key: Key | None) -> list[TraitRow]:
        waiting = self._waiting
        found = waiting.told(key) if waiting else []
        if self._known.version > (len(waiting.entries) if waiting else 0):  # else nothing of it is in the file
            there = traits.live(self._writing.select, self._known.number, key)
            found += [row for row in there if not waiting or row not in waiting.untold]
        return found

    def _write_what_waits(self) -> None:
        """Write what this transaction decided of the stream, so that it is found in the file with all the rest."""
        if self._waiting is not None:
            self._writing.flush()
            self._waiting = None
