"""Which commitments are silent? Open, and not mentioned at the next session of the dialogue that they were made at.

What was made at a session counts from there; what was made at a meeting that is not recorded as held, from the day on
which it was made. It joins two streams, so it is a query and never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..domain.dates import iso
from ..domain.dialogue import StatementIssued
from ..domain.machine import span
from ..domain.trait_names import MADE_AT
from ..domain.worlds import Standing
from ..history.coverage import UNKNOWN, Coverage
from ..history.effective import effective, happened_by, known_of
from ..store.port import KnownAt, Snapshot
from .agenda import OPEN, DueRow, words_of
from .told import entries_of, told_by


class Session(NamedTuple):
    """A meeting that is held, or may be, by a day."""

    dialogue: str
    meeting: str
    from_day: int
    certain: bool


class Made(NamedTuple):
    """Of which dialogue, at which meeting if any, and by which day a commitment was certainly made."""

    dialogue: str
    meeting: str | None
    by_day: int


class Mention(NamedTuple):
    """A fact of a commitment that was made at a meeting."""

    commitment: str
    dialogue: str
    meeting: str | None


def session_meant(reference: str, issued: Mapping[str, str]) -> tuple[str, str | None]:
    """(dialogue, meeting) that `made_at` names; a statement counts as the meeting that issued it.

    `issued`: statement → meeting. None for the meeting where there is none.
    """
    dialogue, _, meeting = reference.partition("/meeting/")
    if meeting:
        return dialogue, meeting
    return dialogue.partition("/")[0], issued.get(reference)


def silent(
    made: Mapping[str, Made],
    sessions: Sequence[Session],
    mentions: Iterable[Mention],
    overall: Mapping[str, Standing],
) -> Iterator[DueRow]:
    """Yield the commitments that are open, and that the next session of their dialogue did not mention.

    `overall`: what each commitment shows as a whole on the day asked about.
    """
    mentioned: dict[str, set[tuple[str, str | None]]] = {}
    for one in mentions:
        mentioned.setdefault(one.commitment, set()).add((one.dialogue, one.meeting))
    for commitment, where in made.items():
        standing = overall.get(commitment)
        following = next_session(sessions, where)
        if standing is None or following is None or not words_of(standing) & OPEN:
            continue
        if (where.dialogue, following.meeting) in mentioned.get(commitment, set()):
            continue
        said = f"not mentioned at {where.dialogue}/meeting/{following.meeting}"
        in_doubt = standing.status == UNKNOWN
        yield {
            "what": "silent",
            "stream": commitment,
            "part": None,
            "when": iso(following.from_day),
            "status": UNKNOWN if in_doubt else None,
            "note": f"{said}; possibly {' or '.join(standing.possible)}" if in_doubt else said,
        }


def next_session(sessions: Sequence[Session], made: Made) -> Session | None:
    """The first session certainly held after a commitment was made, of the dialogue that it was made at."""
    held: dict[str, Session] = {}
    for one in sessions:
        if one.dialogue == made.dialogue and one.certain:
            first = held.setdefault(one.meeting, one)
            held[one.meeting] = min(first, one, key=lambda session: session.from_day)
    at = held.get(made.meeting or "")
    since = at.from_day if at else made.by_day
    later = [one for one in held.values() if one.meeting != made.meeting and one.from_day > since]
    return min(later, key=lambda one: (one.from_day, one.meeting), default=None)


def silent_rows(
    reader: Snapshot, known: KnownAt, day: int, overall: Mapping[str, Standing], coverage: Coverage
) -> Iterator[DueRow]:
    """Commitments that are open on a day, and that the next session of their dialogue did not mention.

    `overall`: what each commitment shows as a whole on that day.
    """
    still_open = [one for one, standing in overall.items() if words_of(standing) & OPEN]
    still_open = [one for one in still_open if next(reader.traits(known, one, [MADE_AT]), None) is not None]
    told = {stream: told_by(reader, stream, known) for stream in still_open}
    references = {one.fact.made_at for facts in told.values() for one in facts if one.fact.made_at}
    dialogues = {reference.partition("/")[0] for reference in references}
    issued = _meetings_of_statements(reader, known, references)

    made: dict[str, Made] = {}
    mentions: list[Mention] = []
    for stream, facts in told.items():
        for one in facts:
            if not one.fact.made_at or span(one.occurred)[0] > day:
                continue
            dialogue, meeting = session_meant(one.fact.made_at, issued)
            mentions.append(Mention(stream, dialogue, meeting))
            if one.fact.VERB in ("make", "recognise") and happened_by(one) <= day:
                made.setdefault(stream, Made(dialogue, meeting, happened_by(one)))
    sessions = [
        Session(dialogue, row.part.partition("/")[2], row.valid_from, not row.standing.possible)
        for dialogue in sorted(dialogues)
        for row in reader.periods(known, stream=dialogue)
        if row.part.startswith("meeting/") and row.standing.status == "held" and row.valid_from <= day
        if not coverage.is_beyond(dialogue, row.valid_from)
    ]
    yield from silent(made, sessions, mentions, overall)


def _meetings_of_statements(reader: Snapshot, known: KnownAt, references: Iterable[str]) -> dict[str, str]:
    """Statement, as dialogue:ID/statement/NAME → the meeting that issued it, for each that is referred to."""
    found = {}
    for dialogue in sorted(
        {reference.partition("/statement/")[0] for reference in references if "/statement/" in reference}
    ):
        for one in effective(entries_of(reader, dialogue, known), known_of).values():
            if isinstance(one.fact, StatementIssued) and one.fact.statement and one.fact.meeting:
                found[f"{dialogue}/statement/{one.fact.statement}"] = one.fact.meeting
    return found
