"""What does a ledger hold, read without the means to change it?

The read path of the command line: SQL over periods and entries, importing neither pydantic nor the library.
One reader is one snapshot: all that it answers was true at one moment.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from ...domain.errors import Altered, LedgerUnusable, NotFound, OlderLedger
from ...domain.near_names import meant, near
from ...domain.refusal import Refusal
from ...domain.streams import CHECKPOINT_NAME
from ...domain.trait_names import AMOUNT, BY, LATEST, MEETING_TITLE, PARTY, STRENGTH, STRENGTHS, TITLE
from ...domain.worlds import END, Standing
from ...history.periods import STILL_KNOWN, Period
from ...history.trait_rows import TraitRow
from ...record.instants import format_instant, parse_instant
from ...record.seals import ATTESTED, AlteredAttestation, as_archived, seal
from ..port import AboutStream, Attestation, Held, KnownAt, Source
from . import traits
from .dictionaries import DictionaryDamaged, as_stored, lenient_text, unpacked
from .ends import check_end, check_group
from .opening import BeingWritten, connect_to_read, is_for_want_of_rights, unusable
from .schema import ENTRIES, FORMAT, SINCE
from .watch import too_much_work

if TYPE_CHECKING:
    from ...proof.merkle import Frontier
    from .begun import BegunWords

MOST_REMEMBERED: Final = 65_536
"""Parts' names, and standings, that a reader keeps: far more than most ledgers have, and little memory."""
_AT_ONCE: Final = 500
"""Standings that are asked for at once."""
_TILES: Final = 8
"""Tiles of leaves that are remembered."""
_UNLOCKED_AT_ONCE: Final = 256
"""Rows that are read at once where no lock is held."""
ALL_ATTESTATIONS: Final = f"SELECT id, {', '.join(ATTESTED)}, seal FROM attestations ORDER BY id"
"""The columns of an `Attestation`, and the seal over them."""
T = TypeVar("T")


_COLUMNS = "s.name, p.name, t.status, t.possible, t.flags, t.detail, valid_from, valid_to, known_from, known_to"
_JOINED = (
    "FROM periods JOIN names s ON s.id = periods.stream JOIN names p ON p.id = part JOIN standings t ON t.id = standing"
)


class Reader:
    """A snapshot of a ledger in a file. Raises LedgerUnusable where the file is none."""

    def __init__(self, path: Path, patience: float | None = None) -> None:
        self.path = path
        self.place = str(path)
        opened = connect_to_read(path, patience)
        self._connection = opened.connection
        self._watch = opened.watch
        self._still = opened.still
        self.is_older = opened.format < FORMAT
        self.has_attestations = opened.format >= SINCE["attestations"]
        self.has_traits = opened.format >= SINCE["traits"]
        self._names: dict[int, str] = {}
        self._standings: dict[int, Standing] = {}
        self._traits: dict[str, list[int]] = {}
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        self._ends_well = False
        try:
            self._connection.execute("BEGIN")
            self.size: int = self.one("SELECT coalesce(max(last), 0) FROM groups")[0]
        except sqlite3.Error as error:
            raise self._said(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def each(self, statement: str, params: tuple[Any, ...] = ()) -> Iterator[Any]:
        """Run a statement and yield its rows; raises LedgerUnusable where SQLite cannot."""
        try:
            self._watch.begin()
            found = self._connection.execute(statement, params)
            if self._still is None:
                # Not `yield from`: that would close the cursor when the caller stops, perhaps after the connection.
                for row in found:
                    yield row
                return
            while rows := found.fetchmany(_UNLOCKED_AT_ONCE):
                self._still.check()  # before anybody sees them
                for row in rows:
                    yield row
            self._still.check()
        except sqlite3.Error as error:
            raise self._said(error) from error

    def one(self, statement: str, params: tuple[Any, ...] = ()) -> Any:
        """The first row, or None."""
        return next(self.each(statement, params), None)

    def rows(self, statement: str, params: tuple[Any, ...] = ()) -> list[Any]:
        """All rows of a statement at once; raises LedgerUnusable where SQLite cannot."""
        try:
            self._watch.begin()
            found = self._connection.execute(statement, params).fetchall()
        except sqlite3.Error as error:
            raise self._said(error) from error
        if self._still is not None:
            self._still.check()
        return found

    def read_leniently(self) -> None:
        """Read text that is no UTF-8 too, as what it is: to say what is wrong with it, or to put it right."""
        self._connection.text_factory = lenient_text

    def interrupt(self) -> None:
        """End what is being asked, from another thread."""
        self._watch.stopped = True
        with suppress(sqlite3.ProgrammingError):  # it was let go meanwhile
            self._connection.interrupt()

    def _said(self, error: sqlite3.Error) -> Refusal:
        """What became of a statement, in our words."""
        if self._still is not None:
            self._still.check()  # what was read in halves says nothing of the file
        if is_for_want_of_rights(error):
            return BeingWritten(self.path)
        if self._watch.overrun():
            return too_much_work(self.path, "was not read to the end of the question")
        if self._watch.stopped:
            return LedgerUnusable(f"{self.path} was not read to the end of the question", str(error), "ask again")
        return unusable(self.path, error)

    # --- the record's clock ---------------------------------------------------------------------------

    def known_at(self, asked: str | None = None) -> KnownAt:
        """Resolve `#POSITION` (inside a group: before the group), an instant, or None for everything.

        Raises UnreadableInstant, or NotFound for a position that is not there yet.
        """
        self.check_end()
        if asked is None:
            return self._group("last <= ?", self.size)
        text = asked.strip()
        if CHECKPOINT_NAME.fullmatch(text) and (names := self._checkpoints()):
            return self._checkpoint(text, names)
        if not text.startswith("#"):
            instant = parse_instant(text, end_of_day=True)
            return self._group("known <= ?", instant)._replace(instant=format_instant(instant))
        if not text[1:].isdecimal() or not text[1:].isascii() or len(text) > 18:
            raise NotFound(f"{text!r} is no position", "a position is # and a number", "write '#12'")
        position = int(text[1:])
        if position > self.size:
            raise NotFound(
                f"#{position} is not recorded yet",
                f"the ledger ends at #{self.size}",
                f"ask for '#{self.size}' or before",
            )
        return self._group("last <= ?", position)

    def _checkpoints(self) -> dict[str, int]:
        """The size of each checkpoint that has a name."""
        return {one.name: one.size for one in self.attestations() if one.kind == "checkpoint" and one.name}

    def _checkpoint(self, name: str, names: dict[str, int]) -> KnownAt:
        """The moment of a checkpoint of that name; raises NotFound."""
        if name not in names:
            raise NotFound(
                f"there is no checkpoint {name}",
                "a moment of the record is an instant, a position, or the name of a checkpoint",
                meant(near(name, list(names)), "see them: ⟦checkpoints⟧; or write 2026-02-03T09:00:00Z, or '#12'"),
            )
        return self._group("last <= ?", names[name])

    def check_end(self) -> None:
        """Raise Altered where the ledger does not end where groups and entries say that it does."""
        if not self._ends_well:
            check_end(self.one)
            self._ends_well = True

    def _group(self, condition: str, value: int) -> KnownAt:
        # Known time never goes back along the ledger, so a search along positions needs no index on it.
        row = self.one(f"SELECT last, known FROM groups WHERE {condition} ORDER BY last DESC LIMIT 1", (value,))
        check_group(self.one, row[0] if row else 0)
        return KnownAt(row[0], format_instant(row[1])) if row else KnownAt(0, None)

    # --- periods --------------------------------------------------------------------------------------

    def number(self, name: str) -> int | None:
        """The number of a stream's or part's name."""
        row = self.one("SELECT id FROM names WHERE name = ?", (name,))
        return row[0] if row else None

    def _name(self, number: int) -> str:
        """The name of a part's number, remembered."""
        known = self._names.get(number)
        if known is None:
            known = self._remembered(self._names, number, self._derived("name", "names", number)[0])
        return known

    def _standing(self, number: int) -> Standing:
        """The standing of a number, remembered."""
        known = self._standings.get(number)
        if known is None:
            row = self._derived("status, possible, flags, detail", "standings", number)
            known = self._remembered(self._standings, number, unpacked(*row))
        return known

    def _derived(self, columns: str, table: str, number: int) -> Any:
        row = self.one(f"SELECT {columns} FROM {table} WHERE id = ?", (number,))
        if row is None:
            raise DictionaryDamaged(f"number {number} is missing in {table}")
        return row

    def _remembered(self, memory: dict[int, T], number: int, value: T) -> T:
        if len(memory) >= MOST_REMEMBERED:
            memory.clear()
        memory[number] = value
        return value

    def has_stream(self, name: str) -> bool:
        """Whether an entry is recorded in a stream of that name."""
        return self.one(f"SELECT 1 FROM {ENTRIES} WHERE originator_id = ? LIMIT 1", (name,)) is not None

    def stream(self, name: str) -> str:
        """The stream of that name; raises NotFound with what may have been meant."""
        if self.has_stream(name):
            return name
        from ...domain.near_names import meant
        from .names import near_streams

        hint = meant(near_streams(self.rows, name), "see what there is: ⟦status⟧")
        raise NotFound(f"there is no stream {name}", "no entry is recorded in a stream of that name", hint)

    def streams_beside(self, kind: str, name: str, most: int) -> list[str]:
        """The streams of a kind if there are at most so many; else those beside `name` in their order."""
        from .names import stream_names

        return stream_names(self.rows, kind, name, most)

    def near_streams(self, name: str) -> list[str]:
        """The streams that may have been meant by a name, the nearest first."""
        from .names import near_streams

        return near_streams(self.rows, name)

    def parts(self, stream: str) -> list[str]:
        """The parts of a stream that have ever shown anything, in order."""
        from .names import part_names

        return part_names(self.rows, stream)

    def has_status(self, word: str) -> bool:
        """Whether some part has, or possibly has, this status, or ever had."""
        from .names import has_status

        return has_status(self.rows, word)

    def streams(self, like: str = "") -> Iterator[str]:
        """All streams whose name begins so, in order of name."""
        for row in self.each(
            f"SELECT DISTINCT originator_id FROM {ENTRIES} WHERE originator_id >= ? AND originator_id < ? ORDER BY 1",
            (like, like + "\U0010ffff"),
        ):
            yield row[0]

    def periods(
        self, known: KnownAt, day: int | None = None, stream: str | None = None, part: str | None = None
    ) -> Iterator[Period]:
        """Yield the periods known at `known`; with `day`, those that cover it. Order: stream, part, day."""
        where, params = ["known_from <= ?", "known_to > ?"], [known.position, known.position]
        if stream is not None:
            where.append("periods.stream = ?")
            params.append(self.number(stream) or 0)
        if part is not None:
            where.append("part = ?")
            params.append(self.number(part) or 0)
        if day is not None:
            where += ["valid_from <= ?", "valid_to > ?"]
            params += [day, day]
        order = "" if day is None and stream is None else " ORDER BY periods.stream, part, valid_from"
        statement = (
            "SELECT s.name, part, standing, valid_from, valid_to, known_from, known_to "
            f"FROM periods JOIN names s ON s.id = periods.stream WHERE {' AND '.join(where)}{order}"
        )
        # Parts and standings are few: remembering them costs less than joining them to each row.
        names, standings = self._names, self._standings
        for name, its_part, standing, *rest in self.each(statement, tuple(params)):
            yield Period(
                name,
                names.get(its_part) or self._name(its_part),
                standings.get(standing) or self._standing(standing),
                *rest,
            )

    def changed_parts(self, known: KnownAt, first: int, last: int) -> Iterator[tuple[str, str]]:
        """Yield (stream, part) where a period begins or ends after one day and by another."""
        of, params = self._known_periods(known)
        statement = (
            f"SELECT DISTINCT stream, part FROM {of} AND ((valid_from > ? AND valid_from <= ?) "
            "OR (valid_to > ? AND valid_to <= ?)) ORDER BY stream, part"
        )
        for stream, part in self.rows(statement, (*params, first, last, first, last)):
            yield self._names.get(stream) or self._name(stream), self._names.get(part) or self._name(part)

    def periods_of(self, known: KnownAt, day: int, wanted: Callable[[Standing], bool]) -> Iterator[Period]:
        """Yield the periods that cover a day and whose standing is wanted, in the order of `periods`."""
        of, params = self._known_periods(known)
        columns = "stream, part, valid_from, standing, valid_to, known_from, known_to"
        numbers = [number for number in self._all_standings() if wanted(self._standings[number])]
        found: list[Any] = []
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            statement = f"SELECT {columns} FROM {of} AND standing IN ({marks}) AND valid_from <= ? AND valid_to > ?"
            found += self.each(statement, (*params, *some, day, day))
        found.sort()
        for stream, part, first, standing, *rest in found:
            name = self._names.get(stream) or self._name(stream)
            its_part = self._names.get(part) or self._name(part)
            yield Period(name, its_part, self._standings[standing], first, *rest)

    def _known_periods(self, known: KnownAt) -> tuple[str, tuple[int, ...]]:
        """What a statement reads to see the periods that are known then, and its parameters: now, an index alone."""
        if self.has_traits and known.position == self.size:
            return f"periods INDEXED BY periods_by_standing WHERE known_to = {STILL_KNOWN}", ()
        return "periods WHERE known_from <= ? AND known_to > ?", (known.position, known.position)

    def _all_standings(self) -> list[int]:
        """The number of every standing, all of which are remembered."""
        numbers = []
        for number, *columns in self.each("SELECT id, status, possible, flags, detail FROM standings"):
            numbers.append(number)
            if number not in self._standings:
                self._standings[number] = unpacked(*columns)
        return numbers

    def all_periods(self, stream: str) -> Iterator[Period]:
        """Yield every period ever held true of a stream; a part or standing without a name is told by its number."""
        statement = (
            "SELECT coalesce(p.name, 'part number ' || part), t.id, standing, t.status, t.possible, t.flags, t.detail, "
            "valid_from, valid_to, known_from, known_to FROM periods "
            "LEFT JOIN names p ON p.id = part LEFT JOIN standings t ON t.id = standing WHERE periods.stream = ?"
        )
        for part, there, number, status, possible, flags, detail, *rest in self.each(
            statement, (self.number(stream) or 0,)
        ):
            nameless = Standing(f"standing number {number}")
            yield Period(stream, part, nameless if there is None else as_stored(status, possible, flags, detail), *rest)

    def counts(self, known: KnownAt, day: int) -> Iterator[tuple[str, Standing, int]]:
        """Yield (part, standing, how many streams) on a day: what `how many stand where` asks."""
        from . import status_count as counting

        if known.position == self.size and self.has_traits:  # an older layout has another index
            found = counting.now(self.each, day, self.size)
        else:
            found = counting.then(self.each, day, known.position)
        for part, standing, number in found:
            yield self._name(part), self._standing(standing), number

    def coverage(self, known: KnownAt) -> Iterator[tuple[str, str, str | None, int]]:
        """Yield (stream, scope, until as EDTF, position) of each coverage declared, as known then.

        `until` is None where it is open which of several declarations is the last.
        """
        # Names first, then parties, which alone declare coverage: so the rows are found by their key, and none scanned.
        statement = (
            f"SELECT {_COLUMNS} FROM names p CROSS JOIN names s "
            "CROSS JOIN periods ON periods.stream = s.id AND part = p.id JOIN standings t ON t.id = standing "
            "WHERE p.name >= 'coverage/' AND p.name < 'coverage0' AND s.name >= 'party:' AND s.name < 'party;' "
            "AND known_from <= ? AND known_to > ? AND valid_to = ?"
        )
        for row in self.each(statement, (known.position, known.position, END)):
            detail = dict(unpacked(*row[2:6]).detail)
            yield row[0], row[1].partition("/")[2], detail.get("until"), row[8]

    # --- traits ---------------------------------------------------------------------------------------

    def traits(
        self, known: KnownAt, stream: str | None = None, only: Sequence[str] = ()
    ) -> Iterator[tuple[str, TraitRow]]:
        """Yield (stream, trait) as known then; of one stream, or all in the order of `periods`."""
        if not self.has_traits:
            yield from self._derived_traits(known, stream, only)
            return
        number = None if stream is None else self.number(stream) or 0
        which = [one for name in only for one in self.trait_numbers(name)]
        if only and not which:
            return
        names, name = self._names, self._name
        for of, trait, value, *rest in traits.known(self.each, known.position, number, which):
            yield (
                names.get(of) or name(of),
                TraitRow(
                    traits.of_name(names.get(trait) or name(trait)),
                    value if type(value) is str else traits.of_name(names.get(value) or name(value)),
                    *rest,
                ),
            )

    def _derived_traits(
        self, known: KnownAt, stream: str | None, only: Sequence[str]
    ) -> Iterator[tuple[str, TraitRow]]:
        """The same of what an earlier version laid out, which keeps none."""
        from ..derived_traits import traits_of

        named = [(stream,)] if stream else self.rows("SELECT name FROM names ORDER BY id")
        for (name,) in named:
            if self.has_stream(name):
                for row in traits_of(name, (line for _, line in self.lines(stream=name))):
                    if row.is_held(known.position) and row.is_called(only):
                        yield name, row

    def abouts(self, known: KnownAt, day: int) -> Iterator[AboutStream]:
        """Yield (stream, title, parties, amount, strength) of every stream on a day, in the order of `periods`."""
        from ...history.subject import subject_on, weaker

        if not self.has_traits:
            for name, rows in groupby(self._derived_traits(known, None, ()), key=itemgetter(0)):
                found = subject_on(day, (row for _, row in rows))
                yield name, found.title, found.parties, *found.money
            return
        numbers = {name: self.trait_numbers(name) for name in (BY, TITLE, MEETING_TITLE, PARTY, AMOUNT, STRENGTH)}
        parties: dict[str, tuple[str, ...]] = {"": ()}
        for name, title, meeting, codes, amount, strength in traits.abouts(self.each, numbers, known.position, day):
            if codes not in parties:
                named = [traits.of_name(self._name(int(one))) for one in codes.split(",")]
                parties[codes] = tuple(sorted(named))
            yield name, title or meeting, parties[codes], amount, weaker(strength)

    def streams_with(self, trait: str, value: str, known: KnownAt, day: int) -> Iterator[str]:
        """Yield the streams that have a trait with that value on a day; `trait` may end in / for all that begin so."""
        self.need_traits()
        there = self.number(traits.value_name(value))
        if there is None:
            return
        which = self.trait_numbers(trait)
        found: Iterator[int]
        if trait in LATEST:
            found = (of for one in which for of in traits.with_latest(self.each, one, there, known.position, day))
        else:
            found = traits.with_value(self.each, which, there, known.position, day)
        for of in found:
            yield self._names.get(of) or self._name(of)

    def retold(self, known: KnownAt, first: int, last: int) -> list[str]:
        """Streams that have a title, an amount or a strength since a day between, by name."""
        self.need_traits()
        texts = [number for trait in (TITLE, AMOUNT) for number in self.trait_numbers(trait)]
        values = [one for word in STRENGTHS if (one := self.number(traits.value_name(word))) is not None]
        of = self.trait_numbers(STRENGTH)
        found = set(traits.retold(self.each, texts, of, values, known.position, (first, last)))
        return sorted(self._names.get(one) or self._name(one) for one in found)

    def titled(self, trait: str, holds: Callable[[str], bool], known: KnownAt, day: int) -> Iterator[str]:
        """Yield the streams that have, on a day, a text of that trait which `holds` says yes to."""
        self.need_traits()
        for one in self.trait_numbers(trait):
            for of, since, text in traits.texts(self.each, one, known.position, day):
                if holds(text) and not (
                    trait in LATEST and traits.is_replaced(self.each, of, one, since, known.position, day)
                ):
                    yield self._names.get(of) or self._name(of)

    def values(self, trait: str, most: int) -> list[str]:
        """The values that a trait has or had anywhere, at most so many. One search each."""
        self.need_traits()
        return list(traits.values(self.each, self.trait_numbers(trait), most))

    def has_value(self, trait: str, value: str) -> bool:
        """Whether any stream has or had a trait with that value."""
        self.need_traits()
        there = self.number(traits.value_name(value))
        return there is not None and traits.has_value(self.each, self.trait_numbers(trait), there)

    def trait_names(self, like: str) -> list[str]:
        """The traits that any stream has or had whose name begins so."""
        self.need_traits()
        first = traits.trait_name(like)
        rows = self.rows("SELECT name FROM names WHERE name >= ? AND name < ?", (first, first + "\U0010ffff"))
        return sorted(traits.of_name(row[0]) for row in rows)

    # --- words that somebody began to type

    def begun(self) -> BegunWords:
        """What the ledger has of which a word may be the beginning."""
        from .begun import BegunWords

        return BegunWords(self)

    def trait_numbers(self, trait: str) -> list[int]:
        """The number of a trait, or of all that begin so where it ends in /."""
        found = self._traits.get(trait)
        if found is None:
            first = traits.trait_name(trait)
            last = first[:-1] + "0" if trait.endswith("/") else first + "\0"
            rows = self.rows("SELECT id FROM names WHERE name >= ? AND name < ?", (first, last))
            found = self._traits[trait] = [row[0] for row in rows]
        return found

    def need_traits(self) -> None:
        if not self.has_traits:
            raise OlderLedger(
                f"{self.place} was laid out by an earlier version",
                "what streams concern is not laid out in it, so they are not found by party, theme or title",
                "⟦upgrade⟧: entries and root stay as they are",
            )

    # --- entries --------------------------------------------------------------------------------------

    def lines(self, first: int = 1, last: int | None = None, stream: str | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (position, line) of the entries from `first` to `last`, in order of position.

        Raises Altered where a line is not what was recorded, or the ledger does not end where it should.
        """
        from ...record.checked_lines import all_of, as_recorded

        self.check_end()
        end = self.size if last is None else last
        where, params = "rowid >= ? AND rowid <= ?", (first, end)
        if stream is None:
            found = self.each(f"SELECT rowid, state, leaf FROM {ENTRIES} WHERE {where} ORDER BY rowid", params)
            yield from all_of(as_recorded(found), first, min(end, self.size))
        else:
            statement = f"SELECT rowid, state, leaf FROM {ENTRIES} WHERE {where} AND originator_id = ?"
            found = self.each(f"{statement} ORDER BY originator_version", (*params, stream))
            yield from as_recorded(found, stream, from_start=first == 1)

    def length(self, first: int, last: int) -> int:
        """Bytes of the lines from position to position, without line feeds."""
        statement = f"SELECT coalesce(sum(length(state)), 0) FROM {ENTRIES} WHERE rowid >= ? AND rowid <= ?"
        return int(self.one(statement, (first, last))[0])

    def put_right(self, last: int, stream: str | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (position, line) of what is about an earlier entry, up to `last`, in order of position."""
        from ...record.checked_lines import as_recorded

        about = "(topic LIKE 'entry.%' OR topic LIKE 'announcement.%')"
        statement = f"SELECT rowid, state, leaf FROM {ENTRIES} WHERE {about} AND rowid <= ?"
        if stream is None:
            yield from as_recorded(self.each(f"{statement} ORDER BY rowid", (last,)))
        else:
            ordered = f"{statement} AND originator_id = ? ORDER BY originator_version"
            yield from as_recorded(self.each(ordered, (last, stream)))

    def line(self, entry: str) -> tuple[int, bytes]:
        """An entry by `#POSITION`, position or id; raises NotFound."""
        from ...record.checked_lines import AlteredEntry, as_recorded, id_of

        text = entry.strip()
        number = text.removeprefix("#")
        row = None
        if number.isdecimal() and number.isascii() and len(number) < 18:
            row = self.one(f"SELECT rowid, state, leaf FROM {ENTRIES} WHERE rowid = ?", (int(number),))
        else:
            try:
                row = self.one(f"SELECT rowid, state, leaf FROM {ENTRIES} WHERE entry_id = ?", (uuid.UUID(text).bytes,))
            except ValueError:
                row = None
        if row is None:
            raise NotFound(
                f"there is no entry {text}",
                f"the ledger holds #1 to #{self.size}" if self.size else "the ledger is empty",
                "name it by position ('#12') or by id",
            )
        found = next(as_recorded([row]))
        if not number.isdecimal() and id_of(found[1]) != str(uuid.UUID(text)):
            raise AlteredEntry(found[0], f"it was looked for by the id {text}, and its line has another")
        return found

    def recorded(self, asked: str | None) -> tuple[int, int]:
        """(first, last) position of what was recorded at a moment."""
        self.check_end()
        text = (asked or "").strip()
        if text.startswith("#") or (CHECKPOINT_NAME.fullmatch(text) and self._checkpoints()):
            known = self.known_at(text)  # what is no position yet is refused
            position = int(text[1:]) if text.startswith("#") else known.position
            return position, position
        start, end = parse_instant(text), parse_instant(text, end_of_day=True)
        return self._recorded_by(start - 1) + 1, self._recorded_by(end)

    def _recorded_by(self, instant: int) -> int:
        """The last position that was recorded by an instant: recorded times grow along the groups."""
        low, high = 0, self.size  # recorded by then up to `low`, and not after `high`
        while low < high:
            middle = (low + high + 1) // 2
            last, recorded = self.one("SELECT last, recorded FROM groups WHERE last >= ? ORDER BY last", (middle,))
            if recorded <= instant:
                low = last
            else:
                high = (self.one("SELECT max(last) FROM groups WHERE last < ?", (middle,))[0]) or 0
        return low

    def streams_between(self, first: int, last: int) -> Iterator[str]:
        """The streams in which an entry of those positions is recorded, each once."""
        for row in self.each(
            f"SELECT DISTINCT originator_id FROM {ENTRIES} WHERE rowid >= ? AND rowid <= ?", (first, last)
        ):
            yield row[0]

    def streams_of_types(self, types: Iterable[str], last: int) -> Iterator[str]:
        """The streams that have an entry of some types up to a position, each once."""
        wanted = tuple(types)
        marks = ",".join("?" * len(wanted))
        statement = f"SELECT DISTINCT originator_id FROM {ENTRIES} WHERE topic IN ({marks}) AND rowid <= ?"
        for row in self.each(statement, (*wanted, last)):
            yield row[0]

    def types(self) -> list[str]:
        """Every type of fact that the ledger holds."""
        return [row[0] for row in self.each("SELECT name FROM types ORDER BY name")]

    def types_used(self, types: Iterable[str], position: int, within: str = "") -> list[str]:
        """Those of some types that are recorded up to a position; `within` a stream, a kind (`party:`), or all."""
        from .names import types_used

        return types_used(self.rows, types, position, within)

    def of_type(self, name: str) -> tuple[int, int]:
        """(how many entries have a type, position of the first)."""
        row = self.one(f"SELECT count(*), coalesce(min(rowid), 0) FROM {ENTRIES} WHERE topic = ?", (name,))
        return row[0], row[1]

    def has_entry(self, position: int, entry_id: str) -> bool:
        """Whether the entry of that id stands at that position."""
        row = self.one(f"SELECT entry_id FROM {ENTRIES} WHERE rowid = ?", (position,))
        return row is not None and row[0] == uuid.UUID(entry_id).bytes

    def held(self, digest: bytes) -> Held | None:
        """An archived source; raises AlteredSource where it is not what was archived."""
        row = self.one("SELECT content, media FROM sources WHERE digest = ?", (digest,))
        return Held(as_archived(digest, row[0]), row[1]) if row else None

    def source_named(self, document: str) -> bytes:
        """The digest of the archived source that a digest, or its beginning, names; raises NotFound."""
        digits = document.removeprefix("sha256:").rstrip("…").lower()
        if not digits or not set(digits) <= set("0123456789abcdef"):
            raise NotFound(f"{document[:80]} is no digest", "a source is named by its SHA-256", "see: ⟦sources⟧")
        found = self.rows("SELECT digest FROM sources WHERE hex(digest) LIKE ? LIMIT 3", (digits.upper() + "%",))
        if not found:
            raise NotFound(f"{document} is not archived", "no source has that digest", "see them: ⟦sources⟧")
        if len(found) > 1:
            ways = ", ".join(row[0].hex()[:16] for row in found[:2])
            raise NotFound(
                f"{document} is ambiguous", f"several sources begin so: {ways} …", "write more of the digest"
            )
        digest: bytes = found[0][0]
        return digest

    def has_source(self, digest: bytes) -> bool:
        """Whether a source is archived."""
        return self.one("SELECT 1 FROM sources WHERE digest = ?", (digest,)) is not None

    def sources(self) -> Iterator[Source]:
        """Yield what is said of each archived source, in the order in which they were added."""
        for row in self.each(
            "SELECT digest, title, media, language, added_at, added_by, length(content) FROM sources ORDER BY added_at"
        ):
            yield Source(*row)

    # --- the tree -------------------------------------------------------------------------------------

    def root(self, size: int | None = None) -> str:
        """Root of the tree over the first `size` entries, in hex."""
        from ...proof.merkle import root

        return root(self.size if size is None else size, self._leaves, self._node).hex()

    def hashes(self, level: int, first: int, last: int) -> list[bytes]:
        """Hashes of a level of tiles: 0 those of the entries, each above covers 256 of the level below."""
        if level == 0:
            return self._leaves(first, last)
        statement = "SELECT hash FROM nodes WHERE level = ? AND number >= ? AND number < ? ORDER BY number"
        return [row[0] for row in self.each(statement, (8 * level, first, last))]

    def tree(self, size: int) -> Frontier:
        """The tree over the first `size` entries, by what is stored of it."""
        from ...proof.merkle import Frontier

        return Frontier.of(size, self._leaves, self._node)

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """What shows that an entry is in the tree of the first `size` entries."""
        from ...proof.merkle import inclusion

        return inclusion(position - 1, size, self._leaves, self._node)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """What shows that the tree of `size` entries begins with that of `old`."""
        from ...proof.merkle import consistency

        return consistency(old, size, self._leaves, self._node)

    def attestations(self) -> Iterator[Attestation]:
        """Yield all checkpoints, and what was said of them; raises Altered where one is not what was put there."""
        if not self.has_attestations:
            return
        for row in self.each(ALL_ATTESTATIONS):
            found = Attestation(*row[:-1])
            if row[-1] != seal(found._asdict(), ATTESTED):
                raise AlteredAttestation(found.number)
            yield found

    def _leaves(self, first: int, last: int) -> list[bytes]:
        """Leaves from one to another; those of the last few tiles are remembered, as neighbours are proven together."""
        found = self._tiles.get((first, last))
        if found is None:
            rows = self.each(f"SELECT leaf FROM {ENTRIES} WHERE rowid > ? AND rowid <= ? ORDER BY rowid", (first, last))
            found = [row[0] for row in rows]
            if len(self._tiles) >= _TILES:
                self._tiles.clear()
            self._tiles[first, last] = found
        return found

    def _node(self, level: int, index: int) -> bytes:
        row = self.one("SELECT hash FROM nodes WHERE level = ? AND number = ?", (level, index))
        if row is None:
            raise Altered(
                f"a node of the tree is missing: number {index} of level {level}",
                "the root over all entries is computed with it",
                "⟦verify⟧, keep the file as it is, and compare it with a copy or an export",
            )
        found: bytes = row[0]
        return found
