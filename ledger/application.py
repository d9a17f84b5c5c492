"""The one door: append facts, read histories, replay, rebuild, verify.

An append is decided under the write lock: retries are recognised, positions and the recorded time are given,
every touched part is judged, and lines, tree and rows are written together or not at all.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self, Unpack, cast, overload

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.persistence import Mapper as LibraryMapper
from eventsourcing.utils import Environment

from ..domain.dates import iso
from ..domain.entry import STREAM, Draft, Fact
from ..domain.errors import Altered, ImpossibleHistory, InvalidFact, LedgerUnusable, NewerLedger, Refusal
from ..domain.ledger import ITSELF, LedgerRestored
from ..domain.limits import LARGEST_SOURCE, MOST_FACTS
from ..domain.refusal import shown
from ..domain.streams import TYPE_NAME
from ..domain.type_names import KNOWN
from ..projections.replay import frontier_difference, steps_difference, traits_difference
from ..record.instants import format_instant, now
from ..record.lines import UPCASTERS, entry_of, writer_bytes
from ..store.adapters import adapter_of
from ..store.mapper import EntryMapper
from ..store.port import Decide, Place, Progress, ReplacedRows, Snapshot, Transaction
from .append import Batch, BatchRefused, PreparedFact, Quotes, Receipt, prepare
from .asked import Asked
from .cautions import name_near_streams, point_to_corrections
from .checkpoints import Kept
from .clocks import today
from .drafts import no_stream
from .key_files import Last
from .progress import Telling, untold
from .proving import KeyFile, make_checkpoint
from .recording import Around, Beside, On, ToRecord, drafts_to_record
from .sources import Described, archived_already, columns_again, source_draft
from .who import recorder_name

if TYPE_CHECKING:
    from .rebuild import Found


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found: how much was derived, and what was not as it should be."""

    entries: int = 0
    periods: int = 0
    differences: list[str] = field(default_factory=list)
    kept: Path | None = None
    """the file in which what was replaced is kept; None where nothing was"""


@dataclass(slots=True)
class Upgraded(Rebuilt):
    """What an upgrade found."""

    root: str = ""
    """over all entries, before and after"""
    before: int = 0
    """the format that it was laid out in"""


Swap = Callable[[Transaction, "Found", ReplacedRows], list[str]]
"""Puts what was derived of a stream in the place of what is stored; returns the differences."""


class Forked(LedgerUnusable):
    """The process was forked from the one that opened the ledger."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} was opened by another process, from which this one was forked",
            "the locks on a file do not pass to a child, so that each could take away what the other records",
            "open the ledger anew in the child, or start it with multiprocessing's spawn",
        )


class _DryRunError(Exception):
    """Ends a transaction that was only tried."""


class Ledger(Asked, Application[str]):  # type: ignore[misc]  # `log` here is a question, and there a deprecated name
    """An append-only, bitemporal record."""

    name = "engagement-ledger"

    def __init__(
        self,
        place: Place,
        *,
        clock: Callable[[], int] = now,
        create: bool = False,
        older: bool = False,
    ) -> None:
        """Open the ledger at `place`, a file or URL, to read and write; `clock` gives microseconds since 1970 (UTC).

        `older`: also one that an earlier version laid out, to upgrade it.

        Raises LedgerUnusable where the file is no ledger, NewerLedger where a newer version wrote it.
        """
        self.place = os.fspath(place)
        self.clock = clock
        self._process = os.getpid()
        self._adapter = adapter_of(place)
        if create:
            self._adapter.create(place)
        self.format = self._adapter.check(place, older=older)
        super().__init__({})
        self._recorder = self._adapter.recorder(self.recorder)

    # The library reads the whole process environment; a stray variable in a shell must not move the ledger.
    def construct_env(self, name: str, env: Any = None) -> Environment:
        return Environment(name, dict(env or {}))

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:  # noqa: ARG002 - the place tells all
        return self._adapter.factory(self.place)

    def construct_mapper(self) -> LibraryMapper[str]:
        return EntryMapper(transcoder=self.construct_transcoder())

    def close(self) -> None:
        """Let the file go. In a child that was forked from the process that opened it, this does nothing."""
        if self._process == os.getpid():
            super().close()

    def _check_process(self) -> None:
        """Raise Forked in a process that did not open the ledger: it has inherited SQLite's locks in name alone."""
        if self._process != os.getpid():
            raise Forked(self.place)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reader(self) -> Snapshot:
        """A snapshot to ask."""
        self._check_process()
        return self._adapter.snapshot(self.place)

    # --- append ---------------------------------------------------------------------------------------

    @overload
    def record(
        self, stream: str, fact: Fact, /, *, on: On,
        expect_version: int | None = None, dry_run: bool = False, **around: Unpack[Beside],
    ) -> Receipt: ...  # fmt: skip

    @overload
    def record(
        self, facts: Iterable[ToRecord] | Mapping[str, Any], /, *, on: On | None = None,
        expect_version: int | None = None, dry_run: bool = False, **around: Unpack[Beside],
    ) -> list[Receipt]: ...  # fmt: skip

    def record(
        self,
        stream: str | Iterable[ToRecord] | Mapping[str, Any],
        fact: Fact | None = None,
        /,
        *,
        on: On | None = None,
        expect_version: int | None = None,
        dry_run: bool = False,
        **around: Unpack[Beside],
    ) -> Receipt | list[Receipt]:
        """Record a fact in a stream, or several as one group: all or none; returns a receipt for each.

        `stream`: kind:name, or the name alone; or many (stream, fact), (stream, fact, {'on': …}) or mappings as in a
        file of facts, around each of which stands what is given here and not there. `on`: when it happened, EDTF or a
        date; `source`: citations or their compact texts; `by`: default ENGAGE_AS, else the login. The same facts again
        are answered `exists`.

        Raises what `append` raises, DateRefused, InvalidFact, NotFound.
        """
        said = cast(Around, {**around, **({} if on is None else {"on": on})})
        if isinstance(stream, Mapping):
            stream = [stream]
        if isinstance(stream, str):
            if fact is None:
                raise InvalidFact([f"what is recorded in {stream} is missing"], "give a fact: record(stream, fact)")
            (receipt,) = self._take_down([(stream, fact)], said, expect_version, dry_run)
            return receipt
        return self._take_down(stream, said, expect_version, dry_run)

    def correct(
        self, entry: str | int, changes: Mapping[str, Any], *, reason: str, on: On | None = None,
        dry_run: bool = False, **around: Unpack[Beside],
    ) -> Receipt:  # fmt: skip
        """Record that an entry ('#12', 12, or its id) was recorded wrongly: field → new value, None takes it out.

        `on`: when the error was found, default today.
        """
        body = {"changes": dict(changes), "reason": reason}
        return self._put_right(entry, "entry.corrected/1", body, on, dry_run, around)

    def retract(
        self, entry: str | int, *, reason: str, on: On | None = None, dry_run: bool = False, **around: Unpack[Beside]
    ) -> Receipt:
        """Record that an entry ('#12', 12, or its id) was never true. `on`: when that was found, default today."""
        return self._put_right(entry, "entry.retracted/1", {"reason": reason}, on, dry_run, around)

    def call_off(
        self, entry: str | int, *, reason: str, on: On, dry_run: bool = False, **around: Unpack[Beside]
    ) -> Receipt:
        """Record that what an entry ('#12', 12, or its id) announced was called off before it took effect."""
        return self._put_right(entry, "announcement.called-off/1", {"reason": reason}, on, dry_run, around)

    def _put_right(
        self, entry: str | int, kind: str, body: dict[str, Any], on: On | None, dry_run: bool, around: Beside
    ) -> Receipt:
        with self.reader() as reader:
            target = entry_of(reader.line(str(entry))[1])
        told = {"stream": target.stream, "type": kind, "body": {"entry": target.entry_id, **body}}
        said: Around = {**around, "on": iso(today()) if on is None else on}
        (receipt,) = self._take_down([told], said, None, dry_run)
        return receipt

    def _take_down(
        self, told: Iterable[ToRecord], around: Around, expect_version: int | None, dry_run: bool
    ) -> list[Receipt]:
        drafts = drafts_to_record(told, around, self.entry_id)
        return self.append(*drafts, expect_version=expect_version, dry_run=dry_run)

    def entry_id(self, entry: str | int) -> str:
        """The id of an entry, by '#12', 12, or the id itself; raises NotFound where no such position is recorded."""
        text = str(entry).strip()
        if not text.removeprefix("#").isdecimal():
            return text
        with self.reader() as reader:
            return entry_of(reader.line(text)[1]).entry_id

    def take_snapshot(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: the library's snapshots are states of objects, and what was known is judged from the entries."""
        raise InvalidFact(
            ["a ledger takes no snapshots of the library's kind"],
            "what the next step is judged by is kept with each entry; what is known is asked with get or status",
        )

    def __repr__(self) -> str:
        return f"<Ledger {self.place}>"

    def __dir__(self) -> list[str]:
        """What a ledger offers; what it inherits from the library is for its own use."""
        own = {
            name
            for kind in (Asked, Ledger, type(self))
            for name in vars(kind)
            if not name.startswith(("_", "construct_"))
        }
        inner = {"append_prepared", "derive_again", "name", "save", "take_snapshot", "write"}
        return sorted((own | {"place", "format", "clock"}) - inner)

    def append(
        self, *drafts: Draft, expect_version: int | None = None, dry_run: bool = False, places: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> list[Receipt]:  # fmt: skip
        """Record facts, at most 10,000, all or none, as one group known as a whole; returns a receipt for each draft.

        `places` says of each where it was read, such as its file and line, for refusals that name another of them.
        Raises BatchRefused with every refusal where there are several drafts, the refusal itself where there is
        one; ChangedMeanwhile where the stream is not at `expect_version`; LedgerUnusable where SQLite fails.
        `progress` in facts that are judged.
        """
        for draft in drafts:
            if not STREAM.fullmatch(draft.stream):
                raise no_stream(draft.stream)
        if len(drafts) > MOST_FACTS:
            raise InvalidFact(
                [f"{len(drafts)} facts at once: a group holds at most {MOST_FACTS}"],
                "record them in several groups, or take them in with ⟦import⟧",
            )
        receipts: list[Receipt] = []

        where = chain(places, repeat(""))
        facts = [_prepared(draft, writer_bytes(draft), place) for draft, place in zip(drafts, where, strict=False)]
        quotes = self._looked_for(facts)

        def decide(writing: Transaction) -> None:
            receipts.extend(self._taken_in(writing, facts, dry_run, expect_version, quotes, progress))
            if dry_run:
                raise _DryRunError

        try:
            with suppress(_DryRunError):
                self.write(decide, lambda reader: _all_there(reader, receipts))
        except Refusal as refusal:
            self._say_what_was_meant(refusal, drafts)
            raise
        return receipts

    def _say_what_was_meant(self, refusal: Refusal, drafts: Sequence[Draft]) -> None:
        """A slip in the name of a stream is refused as if it were a new one, and an edited fact as one more."""
        several = refusal.refusals if isinstance(refusal, BatchRefused) else [(0, refusal)]
        if any(isinstance(one, ImpossibleHistory) for _, one in several):
            with self.reader() as reader:
                name_near_streams(reader, [one for _, one in several])
                point_to_corrections(reader, [(drafts[index], one) for index, one in several])

    def _looked_for(self, facts: Sequence[PreparedFact | Refusal]) -> Quotes:
        """Look for the quotes of facts in their sources before the lock is taken."""
        quotes = Quotes()
        if any(isinstance(one, PreparedFact) and one.citations for one in facts):
            with self.reader() as reader:
                quotes.look(facts, reader.held)
        return quotes

    def save(self, *objs: Any, **kwargs: Any) -> list[Any]:
        """Record drafts as `append` does: the library's own way in would store them unjudged."""
        self.append(*objs, **kwargs)
        return []

    def append_prepared(
        self,
        groups_of_facts: Iterable[Sequence[PreparedFact | Refusal]],
        *,
        atomic: bool,
        taken: Callable[[list[Receipt]], None],
    ) -> None:
        """Record groups of facts that are ready, all in one transaction; `taken` is given each group's receipts.

        The transaction is committed when the last group is taken in. Where a group is refused, it and what follows
        are not written, and with `atomic` nothing is; the refusal is raised when what is kept was committed.
        """
        refused: list[Refusal] = []
        last: list[Receipt] = []
        quotes = Quotes()

        def decide(writing: Transaction) -> None:
            try:
                for facts in groups_of_facts:
                    receipts = self._taken_in(writing, facts, False, quotes=quotes)
                    last[:] = _made(receipts) or last  # all or none: by the last that is new all are told
                    taken(receipts)
                    writing.settle()
            except Refusal as refusal:
                if atomic:
                    raise
                refused.append(refusal)

        self.write(decide, lambda reader: _all_there(reader, last))
        if refused:
            raise refused[0]

    def _taken_in(
        self,
        writing: Transaction,
        facts: Sequence[PreparedFact | Refusal],
        dry_run: bool,
        expect_version: int | None = None,
        quotes: Quotes | None = None,
        progress: Progress | None = None,
    ) -> list[Receipt]:
        """Judge and write one group under the lock."""
        _refuse_unknown_types(writing, self.place)
        batch = Batch(writing, self.clock(), quotes)
        batch.admit(facts)
        if expect_version is not None:
            batch.expect(expect_version)
        if not batch.refusals:
            batch.judge(progress)
        if batch.refusals:
            raise batch.refusals[0][1] if len(facts) == 1 else BatchRefused(sorted(batch.refusals, key=_by_place))
        return batch.write(dry_run)

    def archive(self, content: bytes, **described: Unpack[Described]) -> str:
        """Keep a source of at most 64 MiB; returns `sha256:…`, by which citations name it.

        That it is held is an entry, in a stream of its own; its bytes lie beside, once. Archived again it changes
        nothing. Raises InvalidFact where it is larger, ExistsWithDifferent where other things were said of it,
        DateRefused, LedgerUnusable, OutcomeUnknown.
        """
        return f"sha256:{self.record_source(content, **described).stream.partition(':')[2]}"

    def record_source(self, content: bytes, **described: Unpack[Described]) -> Receipt:
        """The same; returns the receipt of the entry, which says whether it is new."""
        if len(content) > LARGEST_SOURCE:
            raise InvalidFact(
                [f"the source has {len(content)} bytes; at most {LARGEST_SOURCE} are archived"],
                "cite it by its title or URL, or archive the part that is quoted",
            )
        who, at = described.get("by") or recorder_name(), format_instant(self.clock())
        digest = hashlib.sha256(content).digest()
        draft = source_draft(content, described, at[:10], who)
        columns: dict[str, Any] = {name: getattr(draft.fact, name) for name in ("title", "media", "language")}
        columns |= {"added_at": at, "added_by": who, "content": content}
        receipts: list[Receipt] = []

        def decide(writing: Transaction) -> None:
            receipts.extend(archived_already(writing, draft, described))
            if receipts and writing.held(digest) is None:  # restored without it: its entry says what is said of it
                writing.add_source(digest, columns_again(writing, draft, content))
            if not receipts:
                writing.add_source(digest, columns)
                receipts.extend(self._taken_in(writing, [_prepared(draft, writer_bytes(draft))], False))

        self.write(decide, lambda reader: _all_there(reader, receipts))
        return receipts[0]

    def checkpoint(
        self, *, name: str | None = None, key: KeyFile = None, origin: str | None = None, by: str | None = None,
        after_restore: str | None = None,
    ) -> Kept:  # fmt: skip
        """Sign what the ledger holds now, and keep the checkpoint in it; `name` then stands for this moment.

        `key`: the file of the key, default ENGAGE_KEY or the user's own; `origin`: under which the ledger is known,
        default the name of the key. Raises OtherThanSigned where the ledger does not go on from what was signed last:
        with the reason given as `after_restore` that is recorded, as an entry, and signed. Raises NameTaken, LooseKey,
        NotFound where there is no key.
        """

        def restored(named: str, last: Last) -> None:
            fact = LedgerRestored(
                origin=named, signed_size=last.size, signed_root=last.root.hex(), reason=after_restore or ""
            )
            self.record(ITSELF, fact, on=iso(today()), by=by or recorder_name())

        told = None if after_restore is None else restored
        return make_checkpoint(
            self.place, name=name, key=key, origin=origin, by=by, after_restore=told, clock=self.clock
        )

    def prove_answer(self, question: str, *streams: str, key: KeyFile = None, **arguments: Any) -> str:
        """What shows somebody else the answer of a question (status, show, log, timeline, diff, blame, due), as a text.

        It encloses every entry that the answer follows from; without streams, all. `arguments` are those of the
        question. Raises what the question raises, InvalidFact where it would be too large, and what `checkpoint` does.
        """
        from .answers import prove_answer

        return prove_answer(self.place, question, streams, key=key, **arguments)

    def rebuild(self, telling: Telling = untold) -> Rebuilt:
        """Derive every period again from the entries, put the new ones in place, and explain each difference.

        What is replaced is kept in a file beside the ledger. Raises Altered where the entries themselves are not as
        recorded. `telling` is asked for the progress of `verify` and of `derive`.
        """
        self._check_entries("is not rebuilt", telling)
        return self.derive_again(telling)

    def derive_again(self, telling: Telling = untold) -> Rebuilt:
        """The same, of entries that were looked at otherwise."""
        result = Rebuilt()
        self.write(lambda writing: self._derive_again(writing, result, _swapped, telling))
        return result

    def upgrade(self, telling: Telling = untold) -> Upgraded:
        """Lay a ledger of an earlier version out as this one does: all that is derived is derived anew.

        Entries and root stay as they are. All or nothing: a death on the way leaves the ledger as it was. Raises
        Altered where the entries are not as recorded.
        """
        result = Upgraded(root=self._check_entries("is not upgraded", telling), before=self.format)
        if self.format < self._adapter.FORMAT:

            def decide(writing: Transaction) -> None:
                writing.stamp()
                self._derive_again(writing, result, _upgraded, telling)

            self.write(decide)
            self.format = self._adapter.FORMAT
        return result

    def _derive_again(self, writing: Transaction, result: Rebuilt, swap: Swap, telling: Telling) -> None:
        """Under the lock: nobody records, so what is read beside it is what is replaced here."""
        from .rebuild import rederived  # here, as who records starts no processes

        _refuse_unknown_types(writing, self.place)
        writing.read_leniently()
        with (
            self.reader() as reader,
            reader.replaced(self.clock()) as kept,
            closing(rederived(reader, telling("derive"))) as ranges,
        ):
            for one in ranges:
                result.entries += one.entries
                result.periods += one.periods
                for found in one.found:
                    result.differences += swap(writing, found, kept)
            if left := list(reader.leftovers()):
                kept.add_leftovers()
                result.differences += left
            if result.differences:
                writing.drop_orphans()
            result.kept = kept.place

    def _check_entries(self, refused: str, telling: Telling) -> str:
        """Return the root; raise Altered where the entries are not as recorded."""
        with self.reader() as reader:
            found = reader.verify(telling("verify"))
        if found.problems:
            raise Altered(
                f"{self.place} {refused}: {found.problems[0]}",
                "periods derived from altered entries would show what nobody recorded",
                "⟦verify⟧, and compare with a copy or an export",
            )
        return found.root

    def write(self, decide: Decide, is_there: Callable[[Snapshot], bool] | None = None) -> None:
        """Run `decide` under the write lock; see `Recorder.write`."""
        self._check_process()
        self._recorder.write(decide, is_there)


def open_ledger(place: Place, *, create: bool = False) -> Ledger:
    """Open a ledger, or make an empty one; raises LedgerUnusable."""
    return Ledger(place, create=create)


def _prepared(draft: Draft, encoded: bytes, place: str = "") -> PreparedFact | Refusal:
    try:
        return prepare(draft, encoded, place=place)
    except Refusal as refusal:
        return refusal


def _by_place(one: tuple[int, Refusal]) -> int:
    return one[0]


def _made(receipts: Sequence[Receipt]) -> list[Receipt]:
    return [one for one in receipts if one.outcome == "created"]


def _all_there(reader: Snapshot, receipts: Sequence[Receipt]) -> bool:
    """Whether what a transaction was to record, all or none, is there."""
    made = _made(receipts)
    return not made or reader.has_entry(made[-1].position, made[-1].entry_id)


def _swapped(writing: Transaction, found: Found, kept: ReplacedRows) -> list[str]:
    """Put what was derived of a stream in the place of what is stored; returns the differences."""
    differences = [*found.differences]
    if not differences and found.frontier_misleads:
        differences = [frontier_difference(found.stream)]
    if not differences and found.steps_differ:
        differences = [steps_difference(found.stream)]
    if not differences and found.traits_differ:
        differences = [traits_difference(found.stream)]
    return [*found.unlawful, *_replaced(writing, found, kept, differences)]


def _upgraded(writing: Transaction, found: Found, kept: ReplacedRows) -> list[str]:
    """The same of what an earlier version laid out, whose frontiers and steps are never as they would be now."""
    return [*found.unlawful, *_replaced(writing, found, kept, found.differences)]


def _replaced(writing: Transaction, found: Found, kept: ReplacedRows, differences: list[str]) -> list[str]:
    if differences:
        kept.add(found.stream)
    if differences or found.frontier_differs or found.steps_differ or found.traits_differ:
        writing.swap(found.stream, found.rows, found.frontiers, found.laid, found.traits)
    return differences


def _refuse_unknown_types(writing: Transaction, place: str) -> None:
    unknown = [name for name in writing.types() if name not in KNOWN and name not in UPCASTERS]
    for name in unknown:
        if not (TYPE_NAME.fullmatch(name) and writing.has_type(name)):
            raise Altered(
                f"{place} lists {shown(name)} among its types",
                "no version records such a type" if writing.has_type(name) else "no entry has that type",
                "see what else is wrong: ⟦verify⟧",
            )
    if unknown:
        raise NewerLedger(
            f"{place} holds facts of a newer version",
            f"this version does not know {', '.join(unknown[:3])}, so it cannot judge what may follow",
            "update engage to write to it; reading is possible",
        )
