"""What does the ledger ask of the database that keeps it? A snapshot to read, a transaction to write, one to open both.

A second database is a folder beside `sqlite/` with these three, and a line in `adapters`. Nothing else in the house
knows one from the other. What a call may cost is stated with it: n is the number of entries of the whole ledger.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

if TYPE_CHECKING:  # the read path must not wait for the events, nor for the library
    from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory

    from ..domain.worlds import Standing
    from ..history.decide import Changes, StreamState
    from ..history.effective import Frontier
    from ..history.periods import Period
    from ..history.step_index import StepIndexChange
    from ..history.trait_rows import TraitRow

Place = str | os.PathLike[str]
"""Where a ledger is kept: the name of a file, or a URL."""
AboutStream = tuple[str, str | None, tuple[str, ...], str | None, str | None]
"""A stream, its title, parties, amount (as `AmountText` writes it) and strength where that is weak."""
Progress = Callable[[int, int], None]
"""Is given, now and then, how much is done and how much there is to do; 0 where nobody knows that."""


class KnownAt(NamedTuple):
    """A moment of the record: everything up to this position is known, nothing after."""

    position: int
    known: str | None
    """known time of the last group up to there; None in an empty ledger"""
    instant: str | None = None
    """the instant that was asked for, where one was"""


class Last(NamedTuple):
    """Where the ledger ends: position, and microseconds since 1970 of its last group."""

    position: int
    known: int
    recorded: int


class Line(NamedTuple):
    """A finished line, ready to be stored."""

    stream: str
    version: int
    type: str
    entry_id: str
    line: bytes


class Stored(NamedTuple):
    """An entry that is there already."""

    position: int
    stream: str
    version: int
    line: bytes


class Source(NamedTuple):
    """What is said of an archived source."""

    digest: bytes
    title: str | None
    media: str | None
    language: str | None
    added_at: str
    added_by: str
    size: int
    """in bytes"""


class Attestation(NamedTuple):
    """A checkpoint that was signed, or what somebody said of one."""

    number: int
    """1, 2, 3 … in the order in which they were added"""
    kind: str
    """checkpoint: a signed note; cosignature: its signature line; timestamp: the token of an authority (RFC 3161)"""
    about: int
    """number of the checkpoint that it is about; of a checkpoint, 0"""
    size: int
    """entries that the checkpoint covers"""
    name: str | None
    """of a checkpoint the one that it was given, if any; of a cosignature whose it is; of a timestamp when it is of"""
    body: bytes
    added_at: str
    added_by: str


class Held(NamedTuple):
    """An archived source."""

    content: bytes
    media: str | None


class Verified(NamedTuple):
    """What was found: how many entries, the root over them, and everything that is wrong."""

    size: int
    root: str
    problems: list[str]


class Range(NamedTuple):
    """Streams by name, from `first` up to but without `beyond`."""

    first: str
    beyond: str


class StoredRange(Protocol):
    """What is stored of a range of streams, read at once. Costs what the range holds."""

    def lines(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield (stream, its lines in order of version)."""
        ...

    def rows(self, stream: str) -> list[Period]:
        """Every period stored of a stream, by what it says."""
        ...

    def matches_by_number(self, stream: str, rows: list[Period]) -> bool:
        """Whether just these rows are stored, told by numbers alone; where not, what they say must be compared."""
        ...

    def frontiers_differ(self, stream: str, frontiers: Mapping[str, Frontier]) -> bool:
        """Whether what the next step is judged by is stored otherwise than it would be written now."""
        ...

    def frontiers_mislead(self, stream: str, frontiers: Mapping[str, Frontier]) -> bool:
        """Whether it also says something else than these."""
        ...

    def steps_differ(self, stream: str, laid: Mapping[str, StepIndexChange]) -> bool:
        """Whether other steps are stored of a stream than those derived."""
        ...

    def traits_differ(self, stream: str, told: Iterable[TraitRow]) -> bool:
        """Whether other traits are stored of a stream than those derived."""
        ...


class ReplacedRows(Protocol):
    """Where what a rebuild replaces is kept, for whoever must find out what happened. Raises OSError."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def place(self) -> Path | None:
        """The file in which it is kept once all went well; None where nothing was replaced."""
        ...

    def add(self, stream: str) -> None:
        """Keep all that is derived of a stream."""
        ...

    def add_leftovers(self) -> None:
        """Keep what belongs to nothing."""
        ...


class BegunWords(Protocol):
    """What the ledger has of which some letters are the beginning: to complete what somebody types.

    Each is a range of an index, in the order of the alphabet, of which at most `most` are read. Where there are more,
    they are the first of them and the last: so all that are there begin with what those have in common.
    """

    def streams(self, kind: str, begun: str, most: int) -> list[str]:
        """Streams of a kind whose short name begins so."""
        ...

    def titles(self, streams: Iterable[str]) -> dict[str, str]:
        """What streams are called now, as far as they have a title. A search for each."""
        ...

    def parts(self, stream: str, begun: str, most: int) -> list[str]:
        """Parts of a stream that begin so. Looks at some thousands of its parts; where it has more, there are none."""
        ...

    def values(self, trait: str, begun: str, most: int) -> list[str]:
        """Values of a trait that begin so, or of all traits that begin like one that ends in /. A search for each.

        Looks at some ten thousand names. Raises OlderLedger where an earlier version laid the ledger out.
        """
        ...

    def checkpoints(self, begun: str, most: int) -> list[str]:
        """Names of checkpoints that begin so."""
        ...

    def sources(self, digits: str, most: int) -> list[tuple[bytes, str | None]]:
        """Digest and title of the archived sources whose digest begins with these hexadecimal digits."""
        ...


class Snapshot(Protocol):
    """A ledger at one moment, read without the means to change it. Raises LedgerUnusable and Altered throughout."""

    @property
    def place(self) -> str:
        """Where it is kept, as it is said to people."""
        ...

    @property
    def size(self) -> int:
        """The position at which it ends."""
        ...

    @property
    def is_older(self) -> bool:
        """Whether an earlier version laid it out: what the next step is judged by is then of that version."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """Let it go."""
        ...

    def interrupt(self) -> None:
        """End what is being asked, from another thread."""
        ...

    def read_leniently(self) -> None:
        """Read text that is no UTF-8 too, as what it is: to say what is wrong with it, or to put it right."""
        ...

    # --- the record's clock: a search in an index

    def known_at(self, asked: str | None = None) -> KnownAt:
        """Resolve `#POSITION` (inside a group: before the group), an instant, or None for everything.

        Raises UnreadableInstant, or NotFound for a position that is not there yet. An instant costs the groups that
        came after it.
        """
        ...

    def begun(self) -> BegunWords:
        """What completes a word that somebody began to type."""
        ...

    # --- entries: what is yielded, but for what is said

    def stream(self, name: str) -> str:
        """The stream of that name; raises NotFound with what may have been meant."""
        ...

    def has_stream(self, name: str) -> bool:
        """Whether anything is recorded in a stream of exactly that name. One search."""
        ...

    def streams_beside(self, kind: str, name: str, most: int) -> list[str]:
        """The streams of a kind if there are at most so many; else some hundreds beside `name` in their order."""
        ...

    def near_streams(self, name: str) -> list[str]:
        """The streams that may have been meant by a name, the nearest first. Reads at most some ten thousand names."""
        ...

    def parts(self, stream: str) -> list[str]:
        """The parts of a stream that have ever shown anything, in order. One search each."""
        ...

    def has_status(self, word: str) -> bool:
        """Whether some part has, or possibly has, this status, or ever had. Reads the standings."""
        ...

    def streams(self, like: str = "") -> Iterator[str]:
        """All streams whose name begins so, in order of name. Reads an index over n, from where such names begin."""
        ...

    def lines(self, first: int = 1, last: int | None = None, stream: str | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (position, line) of the entries from `first` to `last`, in order of position."""
        ...

    def length(self, first: int, last: int) -> int:
        """Bytes of the lines from position to position, without line feeds. Reads no line."""
        ...

    def put_right(self, last: int, stream: str | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (position, line) of the corrections, retractions and callings off up to `last`, in order of position.

        Reads the types of n entries; those of a stream alone where one is named.
        """
        ...

    def line(self, entry: str) -> tuple[int, bytes]:
        """An entry by `#POSITION`, position or id; raises NotFound. One search."""
        ...

    def has_entry(self, position: int, entry_id: str) -> bool:
        """Whether the entry of that id stands at that position. One search."""
        ...

    def recorded(self, asked: str | None) -> tuple[int, int]:
        """(first, last) position of what was recorded at a moment: a position, or all of a day, or from an instant on.

        Last is that of the last entry recorded by then. Some searches; raises UnreadableInstant, NotFound.
        """
        ...

    def streams_between(self, first: int, last: int) -> Iterator[str]:
        """The streams in which an entry of those positions is recorded, each once. Reads these entries' keys."""
        ...

    def streams_of_types(self, types: Iterable[str], last: int) -> Iterator[str]:
        """The streams that have an entry of some types up to a position, each once. Reads the types of n entries."""
        ...

    def types(self) -> list[str]:
        """Every type of fact that the ledger holds, in order. Costs as many as there are."""
        ...

    def types_used(self, types: Iterable[str], position: int, within: str = "") -> list[str]:
        """Those of some types that are recorded up to a position; `within` a stream, a kind (`party:`), or all.

        Reads the entries of the stream; n entries for a kind, or for all.
        """
        ...

    def of_type(self, name: str) -> tuple[int, int]:
        """(how many entries have a type, position of the first). Reads n entries."""
        ...

    # --- periods: what is yielded, by an index where a stream or a day is named

    def periods(
        self, known: KnownAt, day: int | None = None, stream: str | None = None, part: str | None = None
    ) -> Iterator[Period]:
        """Yield the periods known at `known`; with `day`, those that cover it. Order: stream, part, day."""
        ...

    def changed_parts(self, known: KnownAt, first: int, last: int) -> Iterator[tuple[str, str]]:
        """Yield each (stream, part) once where a period begins or ends between two days, in the order of `periods`.

        After the `first` and by the `last`. Reads the days of every period that is known then.
        """
        ...

    def retold(self, known: KnownAt, first: int, last: int) -> list[str]:
        """Streams that have a title, an amount or a strength since a day after the `first` and by the `last`, by name.

        Those that began then are among them. Reads every title and amount; raises OlderLedger.
        """
        ...

    def periods_of(self, known: KnownAt, day: int, wanted: Callable[[Standing], bool]) -> Iterator[Period]:
        """Yield the periods that cover a day and whose standing is wanted, in the order of `periods`.

        Asks `wanted` of each standing that there is. Now, a range of an index for each that is; then, reads all.
        """
        ...

    def counts(self, known: KnownAt, day: int) -> Iterator[tuple[str, Standing, int]]:
        """Yield (part, standing, how many streams) on a day. Now, by an index that covers it; then, reads all."""
        ...

    def coverage(self, known: KnownAt) -> Iterator[tuple[str, str, str | None, int]]:
        """Yield (stream, scope, until as EDTF, position) of each coverage declared, as known then.

        None for a day that is open, where the order of two declarations is.
        """
        ...

    # --- traits: whom and what streams concern. An older layout has none: all but `traits` raise OlderLedger

    def traits(
        self, known: KnownAt, stream: str | None = None, only: Sequence[str] = ()
    ) -> Iterator[tuple[str, TraitRow]]:
        """Yield (stream, trait) as known then, in order of trait and day.

        Of one stream, or of all in the order of `periods`; `only` some traits, where one that ends in / is all that
        begin so.
        """
        ...

    def abouts(self, known: KnownAt, day: int) -> Iterator[AboutStream]:
        """Yield (stream, title, parties, amount, strength) of every stream on a day, in the order of `periods`.

        Reads all traits.
        """
        ...

    def streams_with(self, trait: str, value: str, known: KnownAt, day: int) -> Iterator[str]:
        """Yield the streams that have a trait with that value on a day; a `trait` that ends in / is all that begin so.

        A range of an index: costs what it yields.
        """
        ...

    def titled(self, trait: str, holds: Callable[[str], bool], known: KnownAt, day: int) -> Iterator[str]:
        """Yield the streams that have, on a day, a text of that trait which `holds` says yes to; once or more often.

        Reads an index over all texts of the trait, and asks `holds` of each.
        """
        ...

    def values(self, trait: str, most: int) -> list[str]:
        """The values that a trait has or had in any stream. One search for each value of any trait, at most so many:
        where all are wanted, and not some of them, `trait_names.ALL`."""
        ...

    def has_value(self, trait: str, value: str) -> bool:
        """Whether any stream has or had a trait with that value. One search."""
        ...

    def trait_names(self, like: str) -> list[str]:
        """The traits that any stream has or had whose name begins so. One search each."""
        ...

    # --- sources

    def held(self, digest: bytes) -> Held | None:
        """An archived source; raises AlteredSource where it is not what was archived."""
        ...

    def source_named(self, document: str) -> bytes:
        """The digest of the archived source that a digest, or its beginning, names; raises NotFound."""
        ...

    def has_source(self, digest: bytes) -> bool:
        """Whether a source is archived."""
        ...

    def sources(self) -> Iterator[Source]:
        """Yield what is said of each archived source, in the order in which they were added."""
        ...

    # --- proof and care

    def root(self, size: int | None = None) -> str:
        """Root of the tree over the first `size` entries, in hex. Reads some 256 leaves and log n nodes."""
        ...

    def hashes(self, level: int, first: int, last: int) -> list[bytes]:
        """Hashes of a level of tiles from the `first`, from 0, up to but without the `last`: 0 those of the entries.

        Each above covers 256 of the level below. One search, and as many as there are.
        """
        ...

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """What shows that an entry is among the first `size`: RFC 9162 §2.1.3. Costs what `root` does."""
        ...

    def consistency(self, old: int, size: int) -> list[bytes]:
        """What shows that the tree of `size` entries begins with that of `old`: RFC 9162 §2.1.4. Costs as `root`."""
        ...

    def attestations(self) -> Iterator[Attestation]:
        """Yield all checkpoints, and what was said of them, in the order in which they were added."""
        ...

    def verify(self, progress: Progress | None = None) -> Verified:
        """Recompute all that was recorded and compare. Reads n entries once, in flat memory; `progress` in entries."""
        ...

    def verify_since(self, size: int, progress: Progress | None = None) -> Verified:
        """Recompute the entries after the first `size` and the root over all. Of those before, the hashes are believed.

        Reads what came since.
        """
        ...

    def ranges(self) -> Iterator[Range]:
        """All streams, in ranges of some thousand entries."""
        ...

    def stored(self, streams: Range) -> StoredRange:
        """What is stored of a range of streams."""
        ...

    def leftovers(self) -> Iterator[str]:
        """What is derived and belongs to nothing, in words. Reads the keys of all that is derived."""
        ...

    def replaced(self, instant: int) -> ReplacedRows:
        """Where what is replaced now, at `instant`, is kept."""
        ...


class Transaction(Protocol):
    """What is read and written while the write lock is held. What it reads stays true until it ends."""

    def last(self) -> Last:
        """The end of the ledger."""
        ...

    def version(self, stream: str) -> int:
        """How many entries a stream has. One search, remembered."""
        ...

    def by_id(self, entry_id: str) -> Stored | None:
        """The entry of that id. One search."""
        ...

    def by_ids(self, entry_ids: Sequence[str]) -> dict[str, Stored]:
        """The entries of those ids, as far as there are any. One search each."""
        ...

    def stored_in(self, stream: str) -> list[Stored]:
        """The entries of a stream, in their order."""
        ...

    def retracted_by(self, stream: str, entry_id: str) -> int | None:
        """Position of the retraction of an entry, if there is one. Reads the stream's keys."""
        ...

    def types(self) -> set[str]:
        """Every type of fact that the ledger holds."""
        ...

    def has_type(self, name: str) -> bool:
        """Whether some entry has this type. Reads n entries; asked of types alone that this version does not know."""
        ...

    def held(self, digest: bytes) -> Held | None:
        """An archived source; raises AlteredSource where it is not what was archived."""
        ...

    def add_source(self, digest: bytes, columns: Mapping[str, Any]) -> bool:
        """Archive a source; False where it is there already."""
        ...

    def state(self, stream: str) -> StreamState:
        """What the next step of a stream is judged by, read where and when it is needed."""
        ...

    def put(self, first: int, lines: Sequence[Line], known: int, recorded: int) -> None:
        """Store a group: its lines from position `first` on, their leaves, its times."""
        ...

    def change(self, changes: Mapping[str, Changes], group: int) -> None:
        """End rows of streams and begin others, as known from `group` on; remember where each region stands."""
        ...

    def settle(self) -> None:
        """Write what waits where there is much of it; memory stays flat however long the transaction."""
        ...

    # --- to put right what is derived

    def read_leniently(self) -> None:
        """Read text that is no UTF-8 too, to put it right."""
        ...

    def swap(
        self,
        stream: str,
        rows: Iterable[Period],
        frontiers: Mapping[str, Frontier],
        laid: Mapping[str, StepIndexChange],
        told: Iterable[TraitRow],
    ) -> None:
        """Replace everything derived of one stream."""
        ...

    def drop_orphans(self) -> None:
        """Take out what is derived and belongs to nothing."""
        ...

    def stamp(self) -> None:
        """Lay out what earlier versions did not have, and say that the ledger is laid out as this version does."""
        ...


Decide = Callable[[Transaction], None]
"""What is done under the write lock; whatever it raises, nothing is written."""


class Recorder(Protocol):
    """What writes a ledger: one at a time, whoever else has it open."""

    def write(self, decide: Decide, is_there: Callable[[Snapshot], bool] | None = None) -> None:
        """Run `decide` in a transaction; after an error, find out by `is_there` what became of it.

        Raises ChangedMeanwhile where the lock is not had within half a minute; LedgerUnusable where nothing was
        written; OutcomeUnknown where that could not be found out.
        """
        ...


class Adapter(Protocol):
    """A database in which ledgers are kept."""

    @property
    def FORMAT(self) -> int:  # noqa: N802 - a constant of each adapter
        """The layout that this version writes."""
        ...

    def create(self, place: Place) -> None:
        """Make an empty ledger; raises LedgerUnusable where something is there already, or it cannot be made."""
        ...

    def copy(self, place: Place, target: Place, progress: Progress | None = None) -> None:
        """Copy a ledger, as it is at one moment, to a new place, while others record; `progress` in parts of the file.

        Raises LedgerUnusable where something is there already, or it cannot be made.
        """
        ...

    def remove(self, place: Place) -> None:
        """Remove a ledger that nobody has open, with all that is kept beside it; nothing where none is."""
        ...

    def snapshot(self, place: Place, *, waits: bool = True) -> Snapshot:
        """Open a ledger to read it; raises LedgerUnusable.

        Where another program keeps it to itself: waits for half a minute, or not at all; then raises ChangedMeanwhile.
        """
        ...

    def check(self, place: Place, *, older: bool = False) -> int:
        """Return the layout of a ledger that may be written to; with `older`, also one that an earlier version made.

        Raises NewerLedger, OlderLedger or LedgerUnusable.
        """
        ...

    def factory(self, place: Place) -> InfrastructureFactory[Any]:
        """What makes the recorder of a ledger, which is a `Recorder` too; raises LedgerUnusable."""
        ...

    def recorder(self, made: ApplicationRecorder) -> Recorder:
        """The same recorder as what writes."""
        ...

    def attest(self, place: Place, one: Attestation) -> None:
        """Keep an attestation, whatever number it gives; costs no more than a question.

        Raises NameTaken, ChangedMeanwhile, OutcomeUnknown, and what `check` raises.
        """
        ...

    def holds(self, place: Place, file: Place) -> bool:
        """Whether a file, by whatever name, is one that the ledger at `place` is kept in."""
        ...

    def is_kept_in(self, file: Place) -> bool:
        """Whether any ledger is kept in this file."""
        ...

    def diagnosis(self, place: Place) -> Iterator[tuple[str, str]]:
        """Yield (what, how it is) of how a ledger is kept: what helps to find out what is wrong."""
        ...
