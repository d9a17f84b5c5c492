"""What does an append come to? Retries are recognised, every touched part is judged, and all is written or nothing.

Facts come in ready: validated, encoded, with the steps that they make, so that little is left to do while the
write lock is held. Each group is judged as a whole; where it is refused, the facts to blame are found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from ..domain.catalogue import ANY_KIND
from ..domain.correction import EntryCorrected
from ..domain.entry import Citation, Draft, Entry, Fact
from ..domain.errors import (
    Altered,
    ChangedMeanwhile,
    EntryNotInStream,
    ExistsWithDifferent,
    GivenTwice,
    HappeningInTheFuture,
    InvalidFact,
    KnownAfterRecording,
    KnownTimeGoesBack,
    NoWholeDigest,
    QuoteNotInSource,
    QuoteStandsTwice,
    RecordedAnewUnderOldId,
    Refusal,
    SearchTooLong,
    SourceNotArchived,
    TooManyOpenSteps,
)
from ..domain.quarters import quarters
from ..domain.quotes import folded, stands_in
from ..domain.source import SourceArchived
from ..domain.worlds import Patience
from ..history.decide import Changes, Group, decide
from ..history.effective import Steps, Told, as_recorded, known_day, regions
from ..history.traits import Said, said_at_first
from ..record.instants import format_instant, parse_instant
from ..record.lines import content, derived_id, draft_of_writer_bytes, entry_of, ledger_bytes, writer_bytes_of
from ..store.port import Held, Last, Line, Progress, Snapshot, Stored, Transaction
from .documents import NoTextToQuote, text_of

Source = Callable[[bytes], Held | None]
"""Gives an archived source by its digest."""
_TOGETHER: Final = 64
"""Facts of one stream that are judged together when those to blame are looked for."""
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_MEANT_AS_DIGEST: Final = re.compile(r"\s*sha-?256\s*:.*|[0-9a-f]{64}", re.ASCII | re.IGNORECASE | re.DOTALL)
"""What is meant as a digest, by its beginning or by its length."""
_REMEMBERED: Final = 4
"""Sources whose text is at hand while a group is admitted."""


class Receipt(NamedTuple):
    """What became of one draft."""

    outcome: str
    """created, exists, or would-create on a dry run"""
    entry_id: str
    stream: str
    position: int
    version: int = 0
    changes: Changes | None = None

    def __repr__(self) -> str:
        return f"<{self.outcome} #{self.position} in {self.stream}, version {self.version}: {self.entry_id}>"

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts whose periods changed, in the stream of the draft."""
        if self.changes is None:
            return ()
        return tuple(sorted({row.part for row in (*self.changes.ended, *self.changes.begun)}))


class BatchRefused(Refusal):
    """One or more facts of a batch are refused, so nothing is written. All refusals are here, not the first alone."""

    def __init__(self, refusals: Sequence[tuple[int, Refusal]]) -> None:
        """`refusals`: (index of the fact in the batch, from 0; its refusal)."""
        first = refusals[0][1]
        count = f"{len(refusals)} facts are refused" if len(refusals) > 1 else f"fact {refusals[0][0] + 1} is refused"
        super().__init__(f"nothing was written: {count}", first.message, first.remedy)
        self.refusals = tuple(refusals)
        self.written = "nothing was written"
        self.places: list[str] = []
        """per index, the file and line of the fact, where there is one"""

    @property
    def code(self) -> int:
        """The exit code of all of its refusals where they have one, else 1."""
        codes = {one.code for _, one in self.refusals}
        return codes.pop() if len(codes) == 1 else 1


@dataclass(slots=True)
class PreparedFact:
    """A fact that is validated and encoded, and waits for the lock. Travels well between processes."""

    stream: str
    type: str
    entry_id: str
    writer_bytes: bytes
    """the part of the line that the writer chose"""
    known_since: str | None
    named: tuple[str, ...]
    """ids of the entries that it says it comes after"""
    about: str | None
    """id of the entry that it corrects or retracts"""
    citations: tuple[Citation, ...]
    """those that name an archived source"""
    steps: Steps | None = None
    """what it does, cut at `day`; None where that is to be found under the lock"""
    said: Sequence[Said] = ()
    """what it says of its stream, cut at `day`"""
    day: int = 0
    place: str = ""
    """where it was read, for whoever has to mend it"""
    told: Draft | None = None
    """the fact itself, where it is at hand; it does not travel"""

    def __reduce__(self) -> tuple[Any, ...]:
        # As plain values in their order: twice as quick as by name, and there are millions.
        values = (self.stream, self.type, self.entry_id, self.writer_bytes, self.known_since, self.named, self.about)
        return PreparedFact, (*values, self.citations, self.steps, self.said, self.day, self.place)

    def draft(self) -> Draft:
        """The fact itself."""
        return draft_of_writer_bytes(self.writer_bytes) if self.told is None else self.told


def _is_archived(document: str) -> bool:
    """Whether a citation names an archived source; raises NoWholeDigest where it only seems to."""
    if _DIGEST.fullmatch(document):
        return True
    if _MEANT_AS_DIGEST.fullmatch(document):
        raise NoWholeDigest(document)
    return False


def prepare(draft: Draft, encoded: bytes, known: str | None = None, place: str = "") -> PreparedFact:
    """Make a fact ready; with a known time, its steps are found at once.

    Raises HappeningInTheFuture, NoWholeDigest, and what `Fact.check` refuses.
    """
    fact = draft.fact
    fact.check(draft.stream)
    about = fact.entry if isinstance(fact, ANY_KIND) else None
    counted = as_recorded(draft, known) if known else None
    named = draft.after
    if isinstance(fact, EntryCorrected):
        listed = fact.changes.get("after")
        named = (*named, *(str(one) for one in (listed if isinstance(listed, list) else ())))
    return PreparedFact(
        stream=draft.stream,
        type=fact.type_name,
        entry_id=draft.entry_id,
        writer_bytes=encoded,
        known_since=draft.known_since,
        named=named,
        about=about,
        citations=tuple(one for one in _cited(draft) if _is_archived(one.document)),
        steps=regions((counted,)) if counted else None,
        said=said_at_first(counted) if counted else (),
        day=known_day(known) if known else 0,
        place=place,
        told=None if known else draft,
    )


class Quotes:
    """Do the quotes of citations stand in their sources? Sources never change, so most is found before the lock."""

    def __init__(self) -> None:
        self._found: set[Citation] = set()
        self._texts: dict[str, str] = {}
        """document → its folded text: many citations are of the same few"""

    def look(self, facts: Iterable[PreparedFact | Refusal], source: Source) -> None:
        """Look for the quotes of facts; what is wrong is said when the group is judged."""
        for one in facts:
            if isinstance(one, PreparedFact):
                with suppress(SourceNotArchived, QuoteNotInSource, QuoteStandsTwice, NoTextToQuote):
                    self.check(one, source)

    def check(self, one: PreparedFact, source: Source) -> None:
        """Raise SourceNotArchived, NoTextToQuote, QuoteNotInSource or QuoteStandsTwice where a citation fails."""
        for citation in one.citations:
            self.look_at(citation, source)

    def look_at(self, citation: Citation, source: Source) -> None:
        """The same of one citation, which names an archived source."""
        if citation in self._found:
            return
        is_quoted = any(one is not None for one in (citation.quote, citation.prefix, citation.suffix))
        text = self._text(citation.document, is_quoted, source)
        if is_quoted:
            times = stands_in(citation, text)
            if times != 1:
                refusal = QuoteStandsTwice if times else QuoteNotInSource
                raise refusal((citation.quote or "")[:120], citation.document)
        self._found.add(citation)

    def _text(self, document: str, wanted: bool, source: Source) -> str:
        text = self._texts.get(document)
        if text is None:
            archived = source(bytes.fromhex(document.removeprefix("sha256:")))
            if archived is None:
                raise SourceNotArchived(document)
            if not wanted:
                return ""
            if len(self._texts) == _REMEMBERED:
                del self._texts[next(iter(self._texts))]
            text = self._texts[document] = folded(text_of(*archived, document))
        return text


def doubted(reader: Snapshot) -> Callable[[Citation], str | None]:
    """A function that says why a quote of an archived source cannot be found in it; None where it stands there."""
    quotes = Quotes()

    def why(citation: Citation) -> str | None:
        if not _DIGEST.fullmatch(citation.document):
            return None
        try:
            quotes.look_at(citation, reader.held)
        except Refusal as refusal:
            return refusal.message
        return None

    return why


class Batch:
    """One group under the lock: which facts are new, whether they are lawful, and what is written."""

    def __init__(self, writing: Transaction, clock: int, quotes: Quotes | None = None) -> None:
        """`quotes`: those that were looked for before the lock was taken."""
        self._writing = writing
        self._last: Last = writing.last()
        self._recorded = max(clock, self._last.recorded + 1)
        self._clock = format_instant(clock) if clock < self._last.recorded else None
        self.refusals: list[tuple[int, Refusal]] = []
        self._receipts: dict[int, Receipt] = {}
        self._new: list[tuple[int, PreparedFact]] = []
        self._patience = Patience(0)
        self._changes: dict[str, Changes] = {}
        self._known = ""
        self._day = 0
        self._index: dict[str, int] = {}
        self._stream_of: dict[int, str] = {}
        self._facts: dict[int, PreparedFact] = {}
        self._quotes = Quotes() if quotes is None else quotes

    # --- what is new ----------------------------------------------------------------------------------

    def admit(self, facts: Sequence[PreparedFact | Refusal]) -> None:
        """Tell retries from new facts; a refusal among the facts counts as that fact's."""
        seen: dict[str, tuple[int, PreparedFact]] = {}
        there = self._writing.by_ids([one.entry_id for one in facts if isinstance(one, PreparedFact)])
        retractions = bool(there) and "entry.retracted/1" in self._writing.types()
        for index, one in enumerate(facts):
            try:
                if isinstance(one, Refusal):
                    raise one
                twin = seen.get(one.entry_id)
                if twin is not None:
                    if names := _different(twin[1].writer_bytes, one):
                        raise GivenTwice(one.entry_id, twin[1].place or f"fact {twin[0] + 1}", names, twin[0])
                    self._receipts[index] = Receipt("exists", one.entry_id, one.stream, -twin[0] - 1)
                    continue
                seen[one.entry_id] = (index, one)
                found = there.get(one.entry_id)
                if found is not None:
                    self._exists(index, one, found, retractions)
                    continue
                self._quotes.check(one, self._writing.held)
                self._check_held(one)
                self._new.append((index, one))
                self._index[one.entry_id] = index
                self._stream_of[index] = one.stream
                self._facts[index] = one
            except Refusal as refusal:
                self.refusals.append((index, refusal))
        self._set_known()

    def _check_held(self, one: PreparedFact) -> None:
        """Raise SourceNotArchived where a fact says that bytes are held which are not."""
        if one.type == SourceArchived.TYPE:
            digest = one.stream.partition(":")[2]
            if self._writing.held(bytes.fromhex(digest)) is None:
                raise SourceNotArchived(f"sha256:{digest}")

    def expect(self, version: int) -> None:
        """Raise ChangedMeanwhile where a stream that is written to is not at `version`. A retry writes nothing."""
        for stream in dict.fromkeys(one.stream for _, one in self._new):
            found = self._writing.version(stream)
            if found != version:
                raise ChangedMeanwhile(
                    f"{stream} is at version {found}, not {version}",
                    "somebody recorded in it meanwhile",
                    f"read what was added (⟦log {stream}⟧) and decide again",
                )

    def _exists(self, index: int, one: PreparedFact, found: Stored, retractions: bool) -> None:
        self._same(writer_bytes_of(found.line), one, found.position)
        if retractions:
            retraction = self._writing.retracted_by(found.stream, one.entry_id)
            if retraction is not None and one.entry_id == derived_id(one.draft()):
                raise RecordedAnewUnderOldId(found.position)
        self._receipts[index] = Receipt("exists", one.entry_id, found.stream, found.position, found.version)

    def _same(self, there: bytes, one: PreparedFact, position: int) -> None:
        """Refuse other content under the same id."""
        if names := _different(there, one):
            raise ExistsWithDifferent(one.entry_id, position, names)

    def _set_known(self) -> None:
        """One known time for the group: claimed by all alike, or the moment of recording."""
        claims = {one.known_since for _, one in self._new}
        recorded = format_instant(self._recorded)
        self._known = recorded
        if not self._new:
            return
        first = self._new[0][0]
        if len(claims) > 1:
            hint = "a batch is known as a whole: append one file for each known time, or import"
            self.refusals.append((first, InvalidFact(["known_since differs within the batch"], hint)))
            return
        claim = claims.pop()
        if claim is None:
            return
        instant = parse_instant(claim)
        if instant > self._recorded:
            self.refusals.append((first, KnownAfterRecording(claim, recorded)))
        elif self._last.position and instant < self._last.known:
            self.refusals.append((first, KnownTimeGoesBack(claim, format_instant(self._last.known))))
        self._known = format_instant(instant)

    # --- what is lawful -------------------------------------------------------------------------------

    def judge(self, progress: Progress | None = None) -> None:
        """Find the rows that change, stream by stream; gather every refusal."""
        self._day = known_day(self._known)
        self._patience = Patience(len(self._new))
        streams: dict[str, list[tuple[int, PreparedFact]]] = {}
        for index, one in self._new:
            streams.setdefault(one.stream, []).append((index, one))
        ended, done = None, 0
        for stream, facts in streams.items():
            done += len(facts)
            if progress:
                progress(done, len(self._new))
            try:
                self._judge_stream(stream, facts)
            except SearchTooLong as refusal:
                ended = ended or (facts[0][0], refusal)  # said once, of the stream with which patience ended
        if ended:
            self.refusals.append(ended)

    def _judge_stream(self, stream: str, facts: list[tuple[int, PreparedFact]]) -> None:
        try:
            for index, one in facts:
                if one.named or one.about:
                    self._check_links(index, one)
            self._changes[stream] = self._judged(stream, [one for _, one in facts], is_trial=len(facts) > 1)
        except (Altered, SearchTooLong):
            raise  # no fact is at fault
        except Refusal as refusal:
            self._blame(stream, facts, refusal)

    def _judged(self, stream: str, facts: list[PreparedFact], *, is_trial: bool = False) -> Changes:
        if self._clock is not None and known_day(self._clock) + 1 < known_day(format_instant(self._last.recorded)):
            self._check_by_clock(stream, facts, self._clock)
        return decide(stream, self._writing.state(stream), self._group(facts, is_trial), self._known_of, self._name)

    def _check_by_clock(self, stream: str, facts: list[PreparedFact], clock: str) -> None:
        """Raise HappeningInTheFuture for what has not happened yet by the clock, though it would have by the ledger.

        The ledger's last time lies days ahead of the clock, which was wrong then, or is now.
        """
        before = self._known, self._day
        self._known, self._day = clock, known_day(clock)
        try:
            decide(stream, self._writing.state(stream), self._group(facts, True), self._known_of, self._name)
        except HappeningInTheFuture as refusal:
            refusal.remedy += (
                f"; or, if it has happened, set the clock of this machine right: it reads {clock[:10]}, "
                f"and the ledger's last entry says {format_instant(self._last.recorded)[:10]}"
            )
            raise
        except Refusal:
            pass  # what is lawful is decided by the known time that is written
        finally:
            self._known, self._day = before

    def _group(self, facts: list[PreparedFact], is_trial: bool) -> Group:
        day = self._day
        steps: Steps = {}
        told: list[Sequence[Said]] = []
        for one in facts:
            found, said = one.steps, one.said
            if found is None or one.day != day:
                counted = as_recorded(one.draft(), self._known)
                found, said = regions([counted]), said_at_first(counted)
            told.append(said)
            if not steps:
                steps = {region: list(more) for region, more in found.items()} if len(facts) > 1 else found
                continue
            for region, more in found.items():
                steps.setdefault(region, []).extend(more)
        return Group(
            position=self._last.position + len(self._new),
            ids=[one.entry_id for one in facts],
            corrects=any(one.about for one in facts),
            steps=steps,
            said=told,
            told=lambda: [one.draft() for one in facts],
            is_trial=is_trial,
            patience=self._patience,
        )

    def _known_of(self, told: Told) -> str:
        return told.known if isinstance(told, Entry) else self._known

    def _blame(self, stream: str, facts: list[tuple[int, PreparedFact]], refusal: Refusal) -> None:
        """Find which facts of a batch are refused: those with which the facts before them have no world left.

        Raises SearchTooLong where that is not found out.
        """
        if len(facts) == 1:
            self.refusals.append((facts[0][0], refusal))
            return
        if isinstance(refusal, TooManyOpenSteps):
            self._blame_first_too_many(stream, facts, refusal)
            return
        before = len(self.refusals)
        good: list[PreparedFact] = []
        start, size = 0, len(facts)
        while start < len(facts):
            some = facts[start : start + size]
            if self._is_lawful(stream, good, some):  # so the facts of a long file are not judged one by one
                good += [one for _, one in some]
                start, size = start + size, 2 * size
            elif size > _TOGETHER:
                size = max(size // 2, _TOGETHER)
            else:
                self._one_by_one(stream, good, some)
                start += size
        if len(self.refusals) == before:
            self.refusals.append((facts[-1][0], self._explained(stream, [one for _, one in facts], refusal)))

    def _blame_first_too_many(self, stream: str, facts: list[tuple[int, PreparedFact]], refusal: Refusal) -> None:
        """Refuse a fact with which too much is open, the first as far as patience goes: each look is a long search."""
        lawful, not_so = 0, len(facts)  # so many from the beginning
        with suppress(SearchTooLong):
            while not_so - lawful > 1:
                middle = (lawful + not_so) // 2
                if self._is_lawful(stream, [], facts[:middle]):
                    lawful = middle
                else:
                    not_so = middle
        self.refusals.append((facts[not_so - 1][0], refusal))

    def _one_by_one(self, stream: str, good: list[PreparedFact], facts: list[tuple[int, PreparedFact]]) -> None:
        """Refuse each fact with which those before it have no world; add the others to `good`."""
        for index, one in facts:
            try:
                self._check_links(index, one)
                if not self._is_lawful(stream, good, [(index, one)]):
                    self._judged(stream, [*good, one])
                good.append(one)
            except SearchTooLong:
                raise
            except Refusal as its:
                self.refusals.append((index, its))

    def _explained(self, stream: str, facts: list[PreparedFact], refusal: Refusal) -> Refusal:
        """The refusal of facts, with what stands in their way."""
        try:
            self._judged(stream, facts)
        except Refusal as explained:
            return explained
        return refusal

    def _is_lawful(self, stream: str, good: list[PreparedFact], facts: list[tuple[int, PreparedFact]]) -> bool:
        """Whether facts have a world with those before them."""
        try:
            for index, one in facts:
                self._check_links(index, one)
            self._judged(stream, [*good, *(one for _, one in facts)], is_trial=True)
        except SearchTooLong:
            raise
        except Refusal:
            return False
        return True

    def _check_links(self, index: int, one: PreparedFact) -> None:
        """Entries that a fact names are of its own stream, and recorded or in the batch."""
        for entry_id in (*one.named, *((one.about,) if one.about else ())):
            there = self._index.get(entry_id)
            if there is not None and (there < index or entry_id != one.about):
                stream = self._stream_of[there]
            else:
                stored = self._writing.by_id(entry_id)
                stream = stored.stream if stored else ""
            if stream != one.stream or entry_id == one.entry_id:
                raise EntryNotInStream(entry_id, one.stream)

    def _name(self, entry_id: str) -> str:
        """An entry as a refusal names it."""
        if entry_id in self._index:
            index = self._index[entry_id]
            one = self._facts[index]
            return _told(one.place or f"fact {index + 1} of this batch", one.draft())
        stored = self._writing.by_id(entry_id)
        if stored is None:
            return entry_id
        return _told(f"#{stored.position}", entry_of(stored.line))

    # --- what is written ------------------------------------------------------------------------------

    def write(self, dry_run: bool = False) -> list[Receipt]:
        """Write everything that was judged; the receipts are in the order of the facts."""
        first = self._last.position + 1
        group = first + len(self._new) - 1
        versions: dict[str, int] = {}
        lines = []
        recorded = format_instant(self._recorded)
        outcome = "would-create" if dry_run else "created"
        for place, (index, one) in enumerate(self._new):
            stream = one.stream
            if stream not in versions:
                versions[stream] = self._writing.version(stream)
            version = versions[stream] = versions[stream] + 1
            line = ledger_bytes(first + place, group, version, recorded, self._clock) + one.writer_bytes
            lines.append(Line(stream, version, one.type, one.entry_id, line))
            self._receipts[index] = Receipt(
                outcome, one.entry_id, stream, first + place, version, self._changes[stream]
            )
        if lines and not dry_run:
            self._writing.put(first, lines, parse_instant(self._known), self._recorded)
            self._writing.change(self._changes, group)
        for index, receipt in self._receipts.items():
            if receipt.position < 0:
                twin = self._receipts[-receipt.position - 1]
                self._receipts[index] = Receipt("exists", twin.entry_id, twin.stream, twin.position, twin.version)
        return [self._receipts[index] for index in sorted(self._receipts)]


def _told(place: str, draft: Draft) -> str:
    """A fact as a refusal names it."""
    return f"{place} ({draft.fact.words()}, {quarters(draft.occurred.text)})"


def _different(there: bytes, one: PreparedFact) -> list[str]:
    """The fields that differ between a stored fact and this one. Who entered it is no content."""
    if there == one.writer_bytes:
        return []
    old, new = content(draft_of_writer_bytes(there)), content(one.draft())
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


@lru_cache(maxsize=256)
def _cited_in(kind: type[Fact]) -> tuple[str, ...]:
    """The fields of a fact that are citations."""
    return tuple(name for name, declared in kind.model_fields.items() if "Citation" in str(declared.annotation))


def _cited(draft: Draft) -> Iterator[Citation]:
    """Every citation of a draft, of its envelope and its fact, and of what a correction puts in their place."""
    yield from draft.sources
    if isinstance(draft.fact, EntryCorrected):
        yield from _cited_anew(draft.fact)
    for name in _cited_in(type(draft.fact)):
        value = getattr(draft.fact, name)
        if value is not None:
            yield value


def _cited_anew(fact: EntryCorrected) -> Iterator[Citation]:
    """The citations among the new values of a correction; what is none is refused where it is put in place."""
    for value in fact.changes.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and "document" in one:
                with suppress(ValidationError):
                    yield Citation.model_validate(one)
