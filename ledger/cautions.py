"""What is to be said of facts that are taken in, lest a slip goes unseen? New streams beside near ones, and themes.

Nothing here refuses: whoever records decides. Names are read from the table of names, and of new streams alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

from ..domain.correction import EntryCorrected, EntryRetracted
from ..domain.errors import ImpossibleHistory, RecordedAndSetAside
from ..domain.near_names import meant, near, slips
from ..domain.refusal import Refusal
from ..domain.streams import KINDS
from ..domain.themes import THEMES
from ..history.effective import effective, known_of
from ..record.lines import content, draft_of_writer_bytes, entry_of, writer_bytes_of

if TYPE_CHECKING:
    from ..domain.entry import Draft
    from ..store.port import Snapshot
    from .append import Receipt

MOST_COMPARED: Final = 100
"""New streams of one batch that are compared with what is there; `engage check` compares all."""
MOST_NAMES: Final = 5_000
"""Names of one kind that a new one is compared with; of more, those beside its place."""
_MOST_EXPLAINED: Final = 20
_FEW: Final = 2
"""Fields in which a fact of an edited file may differ from an earlier one that it was meant to put right."""


def opened(receipts: Iterable[Receipt]) -> list[str]:
    """The streams that were opened, or would be: those whose first entry is among what was recorded."""
    return [one.stream for one in receipts if one.version == 1 and one.outcome != "exists"]


def not_there(reader: Snapshot, streams: Iterable[str]) -> list[str]:
    """The streams in which nothing is recorded yet."""
    return [one for one in dict.fromkeys(streams) if not reader.has_stream(one)]


def near_to_new(reader: Snapshot, streams: Sequence[str]) -> dict[str, list[str]]:
    """New stream → streams, recorded or new as well, for which its name may be a slip; those alone that have any."""
    found: dict[str, list[str]] = {}
    compared = list(dict.fromkeys(streams))[:MOST_COMPARED]
    pools: dict[str, list[str]] = {}
    for stream in compared:
        kind, _, name = stream.partition(":")
        pool = pools.get(kind)
        if pool is None:
            pool = reader.streams_beside(kind, name, MOST_NAMES)
            if len(pool) <= MOST_NAMES:
                pools[kind] = pool
        names = [one.partition(":")[2] for one in (*pool, *(one for one in compared if one.startswith(kind + ":")))]
        if said := slips(name, names):
            found[stream] = [f"{kind}:{one}" for one in said]
    return _each_pair_once(found)


def _each_pair_once(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Of two new streams that are near to each other, the later is said to be near to the earlier."""
    kept: dict[str, list[str]] = {}
    for stream, others in found.items():
        if left := [one for one in others if one not in found or one in kept or stream not in found[one]]:
            kept[stream] = left
        else:
            kept.setdefault(stream, [])
    return {stream: others for stream, others in kept.items() if others}


def themes_not_listed(drafts: Iterable[Draft]) -> dict[str, list[str]]:
    """Theme that is not in the list → those of the list that it may have been meant for."""
    known = {one.id for one in THEMES}
    used = dict.fromkeys(theme for draft in drafts for theme in draft.fact.themes)
    return {theme: slips(theme, known) or near(theme, known) for theme in used if theme not in known}


def near_to_named(reader: Snapshot, drafts: Iterable[Draft]) -> dict[str, list[str]]:
    """Stream that a fact refers to, and in which nothing is recorded → those for which its name may be a slip."""
    from ..projections.irregular.names import references_of

    drafts = list(drafts)
    named = {reference.partition("/")[0] for draft in drafts for _, reference in references_of(draft.fact)}
    return near_to_new(reader, sorted(not_there(reader, named - {draft.stream for draft in drafts})))


def scopes_of_nothing(drafts: Iterable[Draft]) -> dict[str, list[str]]:
    """Scope of coverage that no stream can be in, for its kind is none → what may have been meant."""
    scopes = dict.fromkeys(str(getattr(draft.fact, "scope", "")) for draft in drafts if draft.fact.VERB == _COVERAGE)
    found = {}
    for scope in scopes:
        kind, colon, rest = scope.partition(":")
        can_be = any(fnmatchcase(one, kind) for one in KINDS) if colon else not _WILD.isdisjoint(scope)
        if not can_be:
            found[scope] = [f"{one}:{rest}" for one in near(kind, KINDS)]
    return found


_COVERAGE: Final = "declare-coverage"
_WILD: Final = frozenset("*?")


def name_near_streams(reader: Snapshot, refusals: Iterable[Refusal]) -> None:
    """Where a history is impossible as nothing is recorded in its stream, say which streams may have been meant."""
    for refusal in list(refusals)[:_MOST_EXPLAINED]:
        if not isinstance(refusal, ImpossibleHistory) or refusal.status is not None:
            continue
        stream = refusal.part.partition("/")[0]
        if reader.has_stream(stream):
            names = _near_in(reader, stream, refusal.part.partition("/")[2])
        elif names := reader.near_streams(stream):
            refusal.because = f"nothing is recorded in {stream}: this would be its first entry"
        if names:
            refusal.remedy = f"{meant(names)} if not: {refusal.remedy}"


def _near_in(reader: Snapshot, stream: str, part: str) -> list[str]:
    """Parts of the same sort whose short name is near to that of a part of which nothing is recorded."""
    sort, _, name = part.partition("/")
    there = [one.partition("/")[2] for one in reader.parts(stream) if one.startswith(f"{sort}/")]
    return [f"{sort}/{one}" for one in near(name, there)] if name and name not in there else []


def point_to_corrections(reader: Snapshot, refused: Iterable[tuple[Draft, Refusal]]) -> None:
    """Where a fact is refused for one from which it differs in a field, it may be that one put right: say how it is."""
    for draft, refusal in list(refused)[:_MOST_EXPLAINED]:
        if not isinstance(refusal, ImpossibleHistory):
            continue
        positions = [one.partition(" ")[0] for one in refusal.others if one.startswith("#")]
        there = [(position, draft_of_writer_bytes(writer_bytes_of(reader.line(position)[1]))) for position in positions]
        alike = [(position, one) for position, one in there if one.fact.TYPE == draft.fact.TYPE]
        if len(alike) == 1 and len(fields := differing_fields(alike[0][1], draft)) == 1:
            position = alike[0][0]
            said = f"if it is {position} put right (it differs in {fields[0]} alone): ⟦correct {position}⟧"
            refusal.remedy = f"{said}; if not: {refusal.remedy}"


def differing_fields(one: Draft, other: Draft) -> list[str]:
    """The fields in which two facts differ, those of the envelope first. Who entered them is no content."""
    told = [
        {**{k: v for k, v in content(draft).items() if k != "body"}, **content(draft)["body"]} for draft in (one, other)
    ]
    return [name for name in {**told[0], **told[1]} if told[0].get(name) != told[1].get(name)]


class Restated(NamedTuple):
    """A fact that was taken in, and an earlier one that it may have been meant to put right."""

    position: int
    earlier: int
    fields: list[str]
    """in which they differ"""


def restated(reader: Snapshot, drafts: Sequence[Draft], receipts: Sequence[Receipt]) -> list[Restated]:
    """The facts of a file, most of which was recorded before, that are like an earlier one that it holds no more.

    Who edits a file and records it again means to correct; what is recorded is one fact more.
    """
    if all(one.outcome != "exists" for one in receipts):
        return []
    of_file = {one.entry_id for one in receipts}
    found = []
    entries: dict[str, list[tuple[int, Draft]]] = {}
    for draft, receipt in zip(drafts, receipts, strict=True):
        if receipt.outcome == "exists" or receipt.version == 1:
            continue
        if draft.stream not in entries:
            if len(entries) == MOST_COMPARED:
                break
            entries[draft.stream] = _standing(reader, draft.stream)
        likely = [
            (position, fields)
            for position, one in entries[draft.stream]
            if position < receipt.position
            and one.entry_id not in of_file
            and one.fact.TYPE == draft.fact.TYPE
            and len(fields := differing_fields(one, draft)) <= _FEW
        ]
        if likely:
            position, fields = min(likely, key=lambda one: len(one[1]))
            found.append(Restated(receipt.position, position, fields))
    return found


def _standing(reader: Snapshot, stream: str) -> list[tuple[int, Draft]]:
    """The entries of a stream that were not retracted."""
    there = [(position, entry_of(line)) for position, line in reader.lines(stream=stream)]
    gone = {one.fact.entry for _, one in there if isinstance(one.fact, EntryRetracted)}
    return [(position, one) for position, one in there if one.entry_id not in gone]


def refuse_what_was_set_aside(reader: Snapshot, receipt: Receipt) -> None:
    """Raise RecordedAndSetAside where a later entry keeps a fact, which was recorded before, from counting.

    That is a correction of which a value was corrected again, or an announcement that was called off. A file of
    facts that is given again is not judged by this: what it says was said, and stays said.
    """
    told = {one.entry_id: one for one in map(entry_of, (line for _, line in reader.lines(stream=receipt.stream)))}
    entry, counting = told[receipt.entry_id], effective(told.values(), known_of)
    if isinstance(entry.fact, EntryCorrected) and (target := counting.get(entry.fact.entry)):
        others = {target.set_by[name] for name in entry.fact.changes} - {receipt.entry_id}
        if others:
            by = max(told[one].position for one in others)
            raise RecordedAndSetAside(
                "this correction",
                receipt.position,
                by,
                "if it was right after all, give that as the reason: ⟦field reason⟧ …",
            )
    elif (one := counting.get(receipt.entry_id)) and one.called_off:
        by = told[one.called_off].position
        raise RecordedAndSetAside(
            "this announcement",
            receipt.position,
            by,
            f"if it was announced again, give the day: ⟦field occurred⟧ …; if it was not called off: ⟦retract #{by}⟧",
        )


LEAP: Final = timedelta(days=366)
"""What is recorded so long after what stands before it may have been recorded by a clock that is wrong."""


def leapt(reader: Snapshot, before: int) -> str | None:
    """That what was recorded after position `before` is dated more than a year after that, in words."""
    if not 0 < before < reader.size:
        return None
    since, last = (_recorded(reader, position) for position in (before, before + 1))
    if date.fromisoformat(last) - date.fromisoformat(since) <= LEAP:
        return None
    return (
        f"this was recorded on {last} by the clock of this machine, and what stands before it on {since}: "
        "if the clock is wrong, set it right before you record more"
    )


def _recorded(reader: Snapshot, position: int) -> str:
    """The day on which an entry was recorded."""
    recorded: str = json.loads(reader.line(f"#{position}")[1])["recorded_at"]
    return recorded[:10]
