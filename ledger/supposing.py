"""What if some facts were recorded, or one side's word alone counted? A ledger to ask, which is written nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Annotated, Any, Final, TypedDict, cast

from ..domain.countries import codes_named, same_party
from ..domain.entry import Draft
from ..domain.errors import NotFound
from ..domain.streams import event_words
from ..history.decide import StreamInMemory
from ..history.effective import known_of
from ..projections.columns import Column, columns_of
from ..projections.rows import in_words
from ..record.instants import format_instant, now
from ..record.lines import entry_of, identified, ledger_bytes, writer_bytes
from ..store.enclosed import EnclosedSnapshot
from ..store.overlaid import OverlaidSnapshot
from ..store.port import KnownAt, Snapshot
from . import questions as ask
from .clocks import Day, Moment, moment
from .concerning import party_named
from .drafts import draft_of
from .who import recorder_name


def assuming(reader: Snapshot, drafts: Sequence[Draft]) -> Snapshot:
    """The ledger as it would be if these facts were recorded now, as one group. Raises the refusal that they would."""
    if not drafts:
        return reader
    at, group = format_instant(now()), reader.size + len(drafts)
    versions: dict[str, int] = {}
    lines: list[tuple[int, bytes]] = []
    for position, draft in enumerate(drafts, reader.size + 1):
        stream = draft.stream
        if stream not in versions:
            versions[stream] = sum(1 for _ in reader.lines(stream=stream)) if reader.has_stream(stream) else 0
        versions[stream] += 1
        draft.fact.check(stream)
        head = ledger_bytes(position, group, versions[stream], at, None)
        lines.append((position, head + writer_bytes(draft)))
    entries = [entry_of(line) for _, line in lines]
    return cast(Snapshot, OverlaidSnapshot(reader, lines, entries))


def drafts_supposed(reader: Snapshot, raws: Sequence[Any]) -> list[Draft]:
    """Facts as a file gives them, without those that are recorded already. Raises a Refusal."""

    def resolve(entry: str) -> str:
        return str(json.loads(reader.line(entry)[1])["entry_id"]) if entry.startswith("#") else entry

    found: list[Draft] = []
    for raw in raws:
        draft, _ = identified(draft_of(raw, recorded_by=recorder_name(), resolve=resolve))
        try:
            reader.line(draft.entry_id)
        except NotFound:
            found.append(draft)
    return found


def according_to(reader: Snapshot, party: str, known_at: Moment = None) -> Snapshot:
    """The entries, as known then, that a source of this party supports, or a joint statement that it issued, alone.

    What was put right of them counts as well. Reads all entries. Raises NotFound where there is none.
    """
    known = reader.known_at(moment(known_at))
    code = _publisher(reader, party)
    told = [(position, line, json.loads(line)) for position, line in reader.lines(last=known.position)]
    documents = _documents_of(code, [entry for *_, entry in told])
    kept: dict[int, bytes] = {}
    ids: set[str] = set()
    for position, line, entry in told:
        of = entry["body"].get("entry") if entry["type"].startswith("entry.") else None
        if of in ids if of else any(_is_theirs(one, code, documents) for one in _citations(entry)):
            kept[position] = line
            ids.add(entry["entry_id"])
    if not kept:
        raise NotFound(
            f"no entry rests on a source published by {code}",
            "whose word an entry rests on is told by the publisher of its sources",
            "give sources their publisher: ⟦field source⟧ 'TITLE; publisher=NZ'",
        )
    return cast(Snapshot, _OneSide(kept.items(), known, reader))


def _publisher(reader: Snapshot, party: str) -> str:
    """The code of who published; it need not be a party to anything that is recorded."""
    codes = codes_named(party)
    return codes[0] if len(codes) == 1 else party_named(reader, party)


class _OneSide(EnclosedSnapshot):
    """Some entries of a ledger, asked at one moment of it."""

    def __init__(self, lines: Any, known: KnownAt, reader: Snapshot) -> None:
        super().__init__(lines)
        self._known, self._reader = known, reader
        self.size = known.position

    @property
    def unplaced(self) -> list[tuple[str, int]]:
        """(stream, position) of the entries that do not follow from these alone, and so show nothing."""
        return sorted((name, position) for name, kept in self._kept.items() for position, _ in kept.aside)

    @cached_property
    def _kept(self) -> dict[str, StreamInMemory]:
        """Entry by entry: of what was recorded together, one may follow from these alone and another not."""
        found: dict[str, StreamInMemory] = {}
        for name in sorted({entry.stream for entry in self._entries.values()}):
            kept = found[name] = StreamInMemory(name)
            for entry in self.entries_of(name):
                kept.take_in([entry], entry.position, known_of)
        return found

    @property
    def named(self) -> set[str]:
        """The streams of which anything is said."""
        return set(self._kept)

    # Whom the ledger knows is looked up in all of it: who is meant does not hang on whose word it is.

    def has_value(self, trait: str, value: str) -> bool:
        return self._reader.has_value(trait, value)

    def values(self, trait: str, most: int) -> list[str]:
        return self._reader.values(trait, most)

    def trait_names(self, like: str) -> list[str]:
        return self._reader.trait_names(like)

    def root(self, size: int | None = None) -> str:
        """Of the whole ledger, as known then: these entries are some of those in its tree."""
        return self._reader.root(self._known.position if size is None else size)

    def known_at(self, asked: str | None = None) -> KnownAt:  # noqa: ARG002 - the moment was named before
        return self._known


def _documents_of(code: str, entries: Sequence[dict[str, Any]]) -> frozenset[str]:
    """The documents that a party published, or issued with others."""
    found: set[str] = set()
    for entry in entries:
        body = entry["body"]
        if entry["type"].startswith("source.archived/") and body.get("publisher") in same_party(code):
            found.add(body["digest"])
        if entry["type"].startswith("dialogue.statement-issued/") and code in body.get("issuers", ()):
            found.update(filter(None, [body.get("document")]))
    return frozenset(found)


def _citations(value: Any) -> Iterator[dict[str, Any]]:
    """Every citation of an entry, wherever it stands."""
    if isinstance(value, dict):
        if "document" in value and "issuers" not in value:
            yield value
        else:
            for inner in value.values():
                yield from _citations(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _citations(inner)


def _is_theirs(citation: dict[str, Any], code: str, documents: frozenset[str]) -> bool:
    return citation.get("publisher") in same_party(code) or citation["document"] in documents


class AccountRow(TypedDict):
    """One part of which two sides tell something else."""

    stream: Annotated[str, Column("stream")]
    part: Annotated[str, Column("part")]
    first: Annotated[str | None, Column("words", "by the first side's sources; null where they say nothing")]
    second: Annotated[str | None, Column("words", "by the second side's")]


ACCOUNTS: Final = columns_of(AccountRow)


def accounts(
    reader: Snapshot, first: str, second: str, *, as_of: Day = None, known_at: Moment = None
) -> list[AccountRow]:
    """What two sides tell differently of what both tell of: part by part, on a day.

    What does not follow from one side's word alone is a difference too: the other side says what comes before it.
    """
    views = [cast(_OneSide, according_to(reader, one, known_at)) for one in (first, second)]
    sides = [_told(cast(Snapshot, view), as_of) for view in views]
    for view, told in zip(views, sides, strict=True):
        for stream, position in view.unplaced:
            what = event_words(json.loads(reader.line(f"#{position}")[1])["type"])
            told[stream, f"#{position}"] = f"{what}, which does not follow from this side's word alone"
    both = views[0].named & views[1].named
    return [
        {"stream": key[0], "part": key[1], "first": sides[0].get(key), "second": sides[1].get(key)}
        for key in sorted({*sides[0], *sides[1]})
        if key[0] in both and sides[0].get(key) != sides[1].get(key)
    ]


def _told(side: Snapshot, as_of: Day) -> dict[tuple[str, str], str]:
    rows = ask.status(side, as_of=as_of).rows
    return {(row["stream"], row["part"]): _with_detail(row) for row in rows}


def _with_detail(row: Any) -> str:
    detail = ", ".join(f"{name} {value}" for name, value in row["detail"].items())
    return " · ".join(filter(None, (in_words(row), " ".join(row["flags"]), detail)))
