"""The one door: append facts, read histories, replay, rebuild, verify.

An append is decided under the write lock: retries are recognised, positions and the recorded time are given,
every touched part is judged, and lines, tree and rows are written together or not at all.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, Self, cast

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, PersistenceError, StoredEvent
from eventsourcing.utils import Environment

from .asking import compared, folded, groups, irregular, known_of
from .domain.aggregate import Aggregate
from .domain.catalogue import CATALOGUE
from .domain.correction import EntryCorrected, EntryRetracted
from .domain.dates import When, day
from .domain.entry import STREAM, Citation, Draft, Entry, Fact
from .domain.errors import (
    ChangedMeanwhile,
    EntryNotInStream,
    ExistsWithDifferent,
    InvalidFact,
    KnownAfterRecording,
    KnownTimeGoesBack,
    LedgerUnusable,
    QuoteNotInSource,
    RecordedAnewUnderOldId,
    Refusal,
    SourceNotArchived,
)
from .projections.irregular import Finding
from .projections.keeping import Changes, Kept, keep
from .projections.status import answer
from .store.instants import now, read, written
from .store.lines import content, derived_id, entry_of, head
from .store.mapper import EntryMapper
from .store.opening import NewerLedger, unusable, uri, writable_format
from .store.reading import Reader
from .store.sqlite import LedgerFactory
from .store.writing import Last, Line, Stored, Writing

DEFAULT_FILE: Final = "engagements.ledger"
_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one draft."""

    outcome: str
    """created, exists, or would-create on a dry run"""
    entry_id: str
    stream: str
    position: int
    version: int = 0
    parts: tuple[str, ...] = ()
    """the parts whose periods changed"""


class BatchRefused(Refusal):
    """One or more facts of a batch are refused, so nothing is written. All refusals are here, not the first alone."""

    def __init__(self, refusals: Sequence[tuple[int, Refusal]]) -> None:
        """`refusals`: (index of the fact in the batch, from 0; its refusal)."""
        first = refusals[0][1]
        count = f"{len(refusals)} facts are refused" if len(refusals) > 1 else f"fact {refusals[0][0] + 1} is refused"
        super().__init__(f"nothing was written: {count}", first.message, first.hint)
        self.refusals = tuple(refusals)


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found: how much was derived, and what was not as it should be."""

    entries: int = 0
    periods: int = 0
    differences: list[str] = field(default_factory=list)


class _DryRunError(Exception):
    """Ends a transaction that was only tried."""


@dataclass(slots=True)
class _Decision:
    """What an append comes to, as found under the lock."""

    receipts: list[Receipt] = field(default_factory=list)


class Ledger(Application[str]):
    """An append-only, bitemporal record in one file."""

    name = "engagement-ledger"

    def __init__(self, path: str | os.PathLike[str], *, clock: Callable[[], int] = now, create: bool = False) -> None:
        """Open the ledger at `path` for reading and writing; `clock` gives microseconds since 1970 (UTC).

        Raises LedgerUnusable where the file is no ledger, NewerLedger where a newer version wrote it.
        """
        self.path = Path(path)
        self.clock = clock
        if create:
            _create_empty(self.path)
        else:
            writable_format(self.path)
        try:
            super().__init__(
                {
                    "SQLITE_DBNAME": uri(self.path, "rw"),
                    "CREATE_TABLE": "yes" if create else "no",
                    "ORIGINATOR_ID_TYPE": "text",
                }
            )
        except (PersistenceError, sqlite3.Error) as error:
            raise unusable(self.path, error) from error

    # The library reads the whole process environment; a stray variable in a shell must not move the ledger.
    def construct_env(self, name: str, env: Any = None) -> Environment:
        return Environment(name, dict(env or {}))

    def construct_factory(self, env: Environment) -> LedgerFactory:  # type: ignore[override]  # SQLiteFactory is one
        return LedgerFactory(env)

    def construct_mapper(self) -> Mapper[str]:
        return EntryMapper(transcoder=self.construct_transcoder())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reader(self) -> Reader:
        """A snapshot to ask."""
        return Reader(self.path)

    # --- append ---------------------------------------------------------------------------------------

    def append(self, *drafts: Draft, expect_version: int | None = None, dry_run: bool = False) -> list[Receipt]:
        """Record facts, all or none, as one group known as a whole; returns a receipt for each draft.

        Raises BatchRefused with every refusal where there are several drafts, the refusal itself where there is
        one; ChangedMeanwhile where the stream is not at `expect_version`; LedgerUnusable where SQLite fails.
        """
        for draft in drafts:
            if not STREAM.fullmatch(draft.stream):
                raise InvalidFact(
                    [f"{draft.stream[:80]!r} is no stream"], "write kind:name, such as dialogue:nz-us-space"
                )
        decision = _Decision()
        try:
            self.save(*drafts, decide=partial(self._decide, drafts, expect_version, dry_run, decision))
        except _DryRunError:
            pass
        except (PersistenceError, sqlite3.Error) as error:
            raise unusable(self.path, error) from error
        return decision.receipts

    def _decide(
        self,
        drafts: Sequence[Draft],
        expect_version: int | None,
        dry_run: bool,
        decision: _Decision,
        writing: Writing,
        stored: Sequence[StoredEvent],
    ) -> None:
        _refuse_unknown_types(writing, self.path)
        batch = _Batch(writing, self.clock())
        batch.admit(drafts, stored)
        if expect_version is not None:
            _expect(writing, drafts, expect_version)
        batch.judge()
        if batch.refusals:
            raise batch.refusals[0][1] if len(drafts) == 1 else BatchRefused(batch.refusals)
        decision.receipts = batch.written(dry_run)
        if dry_run:
            raise _DryRunError

    def archive(self, content: bytes, *, title: str | None, media: str | None, language: str | None, by: str) -> str:
        """Keep a source in the ledger; returns `sha256:…`, by which citations name it."""
        digest = hashlib.sha256(content).digest()
        columns = {
            "title": title,
            "media": media,
            "language": language,
            "added_at": written(self.clock()),
            "added_by": by,
            "content": content,
        }

        def decide(writing: Writing, _: Sequence[StoredEvent]) -> None:
            writing.add_source(digest, columns)

        try:
            self.recorder.insert_events([], decide=decide)
        except (PersistenceError, sqlite3.Error) as error:
            raise unusable(self.path, error) from error
        return f"sha256:{digest.hex()}"

    def rebuild(self) -> Rebuilt:
        """Derive every period again from the entries, put the new ones in place, and explain each difference."""
        result = Rebuilt()

        def decide(writing: Writing, _: Sequence[StoredEvent]) -> None:
            for stream in writing.streams():
                kept = Kept(stream)
                for group in groups(writing.shelf(stream).history()):
                    kept.add(group, group[0].group, known_of)
                result.entries += len(kept.entries)
                rows = kept.rows()
                result.periods += len(rows)
                found = compared(stream, rows, writing.rows(stream))
                stale = writing.frontiers(stream) != kept.frontiers
                if stale and not found:
                    found = [f"{stream}: the frontier by which the next step is judged"]
                if found:
                    writing.swap(stream, rows, kept.frontiers)
                    result.differences += found
            result.differences += [
                f"{stream}: periods of a stream that has no entries" for stream in writing.drop_orphans()
            ]

        try:
            self.recorder.insert_events([], decide=decide)
        except (PersistenceError, sqlite3.Error) as error:
            raise unusable(self.path, error) from error
        return result

    # --- ask ------------------------------------------------------------------------------------------

    def get(self, stream: str, known_at: str | None = None) -> Aggregate:
        """What is known of an aggregate; raises NotFound."""
        with self.reader() as reader:
            reader.stream(stream)
            last = reader.known_at(known_at).position
        version = sum(1 for entry in self.history(stream) if entry.position <= last)
        # The library types its projectors for its own aggregates; ours are plain frozen values.
        found: Aggregate = self.repository.get(stream, version=version or None, projector_func=cast(Any, _project))
        return found

    def status(
        self, stream: str | None = None, *, as_of: str | None = None, known_at: str | None = None
    ) -> list[dict[str, Any]]:
        """What stands where at the end of a day, as known then: rows as in `engage status --json`.

        `as_of`: YYYY-MM-DD, default today; `known_at`: an instant or '#12', default everything. Raises NotFound.
        """
        with self.reader() as reader:
            if stream is not None:
                reader.stream(stream)
            known = reader.known_at(known_at)
            on = day(as_of) if as_of else date.today().toordinal()  # noqa: DTZ011 - the user's own day
            coverage = [
                {"scope": scope, "passed": on > (When.parse(until).latest or on)}
                for scope, until, _ in reader.coverage(known)
            ]
            return list(answer(reader.periods(known, on, stream), coverage))

    def irregular(self, streams: Iterable[str] | None = None) -> list[Finding]:
        """What was taken in although it is odd."""
        with self.reader() as reader:
            return list(irregular(reader, streams))

    def history(self, stream: str, known_at: str | None = None) -> list[Entry]:
        """A stream's entries as known then, in order of position; raises NotFound."""
        with self.reader() as reader:
            reader.stream(stream)
            known = reader.known_at(known_at)
            return [entry_of(line) for _, line in reader.lines(last=known.position, stream=stream)]


def _project(initial: Aggregate | None, entries: Iterable[Entry]) -> Aggregate | None:
    """Fold entries into what is known: the projector that the library's repository calls."""
    told = list(entries)
    return folded(told[0].stream, told) if told else initial


def open_ledger(path: str | os.PathLike[str], *, create: bool = False) -> Ledger:
    """Open a ledger, or make an empty one; raises LedgerUnusable."""
    return Ledger(path, create=create)


def _create_empty(path: Path) -> None:
    """Make the file, unless there is one; raises LedgerUnusable."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    except FileExistsError:
        raise LedgerUnusable(
            f"{path} exists already",
            "a ledger is never made over another file",
            "name another file with --ledger",
        ) from None
    except OSError as error:
        raise LedgerUnusable(
            f"cannot make {path}",
            str(error.strerror or error),
            "check that the folder exists and may be written to",
        ) from None


def _refuse_unknown_types(writing: Writing, path: Path) -> None:
    unknown = [name for name in writing.types() if name not in CATALOGUE]
    if unknown:
        raise NewerLedger(
            f"{path} holds facts of a newer version",
            f"this version does not know {', '.join(unknown[:3])}, so it cannot judge what may follow",
            "update engage to write to it; reading is possible",
        )


def _expect(writing: Writing, drafts: Sequence[Draft], version: int) -> None:
    for stream in dict.fromkeys(draft.stream for draft in drafts):
        found = writing.version(stream)
        if found != version:
            raise ChangedMeanwhile(
                f"{stream} is at version {found}, not {version}",
                "somebody recorded in it meanwhile",
                f"read what was added (engage log {stream}) and decide again",
            )


class _Batch:
    """One append under the lock: which drafts are new, whether they are lawful, and what is written."""

    def __init__(self, writing: Writing, clock: int) -> None:
        self._writing = writing
        self._last: Last = writing.last()
        self._recorded = max(clock, self._last.recorded + 1)
        self._clock = written(clock) if clock < self._last.recorded else None
        self.refusals: list[tuple[int, Refusal]] = []
        self._receipts: dict[int, Receipt] = {}
        self._new: list[tuple[int, Draft, StoredEvent]] = []
        self._changes: dict[str, Changes] = {}
        self._known = ""
        self._index: dict[str, int] = {}

    def admit(self, drafts: Sequence[Draft], stored: Sequence[StoredEvent]) -> None:
        """Tell retries from new facts, and refuse what no history could make lawful."""
        seen: dict[str, tuple[int, Draft]] = {}
        for index, (draft, event) in enumerate(zip(drafts, stored, strict=True)):
            try:
                twin = seen.get(draft.entry_id)
                if twin is not None:
                    self._same(content(twin[1]), draft, self._last.position + 1)
                    self._receipts[index] = Receipt("exists", draft.entry_id, draft.stream, -twin[0] - 1)
                    continue
                seen[draft.entry_id] = (index, draft)
                if self._exists(index, draft):
                    continue
                draft.fact.check(draft.stream)
                self._check_sources(draft)
                self._new.append((index, draft, event))
                self._index[draft.entry_id] = index
            except Refusal as refusal:
                self.refusals.append((index, refusal))
        self._set_known()

    def _exists(self, index: int, draft: Draft) -> bool:
        found = self._writing.by_id(draft.entry_id)
        if found is None:
            return False
        entry = entry_of(found.line)
        self._same(content(entry), draft, found.position)
        retraction = self._writing.retracted_by(found.stream, draft.entry_id)
        if retraction is not None and draft.entry_id == derived_id(draft):
            raise RecordedAnewUnderOldId(found.position)
        self._receipts[index] = Receipt("exists", draft.entry_id, draft.stream, found.position, entry.version)
        return True

    def _same(self, there: dict[str, Any], draft: Draft, position: int) -> None:
        here = content(draft)
        if there != here:
            names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
            raise ExistsWithDifferent(draft.entry_id, position, names)

    def _set_known(self) -> None:
        """One known time for the group: claimed by all alike, or the moment of recording."""
        claims = {draft.known_since for _, draft, _ in self._new}
        recorded = written(self._recorded)
        self._known = recorded
        if len(claims) > 1:
            index = self._new[0][0]
            refusal = InvalidFact(
                ["known_since differs within the batch"],
                "a batch is known as a whole: append one file for each known time",
            )
            self.refusals.append((index, refusal))
            return
        claim = next(iter(claims), None)
        if claim is None:
            return
        instant = read(claim)
        if instant > self._recorded:
            self.refusals.append((self._new[0][0], KnownAfterRecording(claim, recorded)))
        elif instant < self._last.known:
            self.refusals.append((self._new[0][0], KnownTimeGoesBack(claim, written(self._last.known))))
        self._known = written(instant)

    def _check_sources(self, draft: Draft) -> None:
        for citation in (*draft.sources, *_citations(draft.fact)):
            match = _DIGEST.fullmatch(citation.document)
            if match is None:
                continue
            archived = self._writing.source(bytes.fromhex(match[1]))
            if archived is None:
                raise SourceNotArchived(citation.document)
            if citation.quote is not None and not _stands_in(citation, archived):
                raise QuoteNotInSource(citation.quote[:120], citation.document)

    def judge(self) -> None:
        """Find the rows that change, stream by stream; gather every refusal."""
        streams: dict[str, list[tuple[int, Draft]]] = {}
        for index, draft, _ in self._new:
            streams.setdefault(draft.stream, []).append((index, draft))
        for stream, drafts in streams.items():
            try:
                for index, draft in drafts:
                    self._check_links(index, draft)
                self._changes[stream] = self._judged(stream, [draft for _, draft in drafts])
            except Refusal as refusal:
                self._blame(stream, drafts, refusal)

    def _judged(self, stream: str, drafts: list[Draft]) -> Changes:
        return keep(stream, self._writing.shelf(stream), drafts, self._known_of, self._name)

    def _known_of(self, told: Draft | Entry) -> str:
        return told.known if isinstance(told, Entry) else self._known

    def _blame(self, stream: str, drafts: list[tuple[int, Draft]], refusal: Refusal) -> None:
        """Find which facts of a batch are refused: those with which the facts before them have no world left."""
        if len(drafts) == 1:
            self.refusals.append((drafts[0][0], refusal))
            return
        good: list[Draft] = []
        found = False
        for index, draft in drafts:
            try:
                self._check_links(index, draft)
                self._judged(stream, [*good, draft])
                good.append(draft)
            except Refusal as one:
                self.refusals.append((index, one))
                found = True
        if not found:
            self.refusals.append((drafts[-1][0], refusal))

    def _check_links(self, index: int, draft: Draft) -> None:
        """Entries that a draft names are of its own stream, and recorded or in the batch before it."""
        named = list(draft.after)
        if isinstance(draft.fact, EntryCorrected | EntryRetracted):
            named.append(draft.fact.entry)
        for entry_id in named:
            there = self._index.get(entry_id)
            if there is not None and (there < index or entry_id in draft.after):
                stream = next(d.stream for i, d, _ in self._new if i == there)
            else:
                stored = self._writing.by_id(entry_id)
                stream = stored.stream if stored else ""
            if stream != draft.stream or entry_id == draft.entry_id:
                raise EntryNotInStream(entry_id, draft.stream)

    def _name(self, entry_id: str) -> str:
        """An entry as a refusal names it."""
        if entry_id in self._index:
            return f"fact {self._index[entry_id] + 1} of this batch"
        stored: Stored | None = self._writing.by_id(entry_id)
        if stored is None:
            return entry_id
        entry = entry_of(stored.line)
        return f"#{stored.position} ({entry.fact.words()}, {entry.occurred})"

    def written(self, dry_run: bool) -> list[Receipt]:
        """Write everything that was judged; the receipts are in the order of the drafts."""
        first = self._last.position + 1
        group = first + len(self._new) - 1
        versions: dict[str, int] = {}
        lines = []
        recorded = written(self._recorded)
        for place, (index, draft, event) in enumerate(self._new):
            if draft.stream not in versions:
                versions[draft.stream] = self._writing.version(draft.stream)
            version = versions[draft.stream] = versions[draft.stream] + 1
            line = head(first + place, group, version, recorded, self._clock) + event.state
            lines.append(Line(draft.stream, version, draft.fact.TYPE, draft.entry_id, line))
            changes = self._changes[draft.stream]
            touched = {row.part for row in changes.ended} | {period.part for period in changes.begun}
            outcome = "would-create" if dry_run else "created"
            self._receipts[index] = Receipt(
                outcome, draft.entry_id, draft.stream, first + place, version, tuple(sorted(touched))
            )
        if lines and not dry_run:
            self._writing.put(first, lines, read(self._known), self._recorded)
            for stream, changes in self._changes.items():
                self._writing.change(stream, group, changes.ended, changes.begun, changes.frontiers, changes.tails)
        for index, receipt in self._receipts.items():
            if receipt.position < 0:
                twin = self._receipts[-receipt.position - 1]
                self._receipts[index] = Receipt("exists", twin.entry_id, twin.stream, twin.position, twin.version)
        return [self._receipts[index] for index in sorted(self._receipts)]


@lru_cache(maxsize=256)
def _cited_in(kind: type[Fact]) -> tuple[str, ...]:
    """The fields of a fact that are citations."""
    return tuple(name for name, declared in kind.model_fields.items() if "Citation" in str(declared.annotation))


def _citations(fact: Fact) -> Iterator[Citation]:
    for name in _cited_in(type(fact)):
        value = getattr(fact, name)
        if value is not None:
            yield value


def _stands_in(citation: Citation, archived: bytes) -> bool:
    """Whether the quote, between its prefix and suffix, stands in the text; blanks are folded."""
    text = " ".join(archived.decode("utf-8", "replace").split())
    words = [part for part in (citation.prefix, citation.quote, citation.suffix) if part]
    pattern = r"\s*".join(re.escape(" ".join(part.split())) for part in words)
    return re.search(pattern, text) is not None
