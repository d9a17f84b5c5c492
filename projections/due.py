"""What would a person put on a calendar? What is overdue, due, about to take effect, planned, awaited, or silent.

Silent is a commitment that is open, and that was not mentioned at the next session held after it was made, of the
dialogue that it was made at. What was made at a session counts from there; what was made at a meeting that is not
recorded as held, from the day on which it was made. It joins two streams, so it is a query and never stored.

Past its coverage a status is unknown: what may be due or planned is listed so, and nothing is called overdue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal, NamedTuple, TypedDict, get_args

from ..domain.dates import When, iso
from ..domain.dialogue import StatementIssued
from ..domain.intervals import Interval
from ..domain.machine import span
from ..domain.trait_names import DUE_AT, EFFECTIVE, MADE_AT, PARTY, TITLE
from ..domain.worlds import END, Standing
from ..history.coverage import PART, UNKNOWN, Coverage, last_day, on_one_day
from ..history.effective import effective, happened_by, known_of
from ..history.periods import Period
from ..store.port import KnownAt, Snapshot
from .basis import coverage_of
from .columns import Column, columns_of
from .told import entries_of, told_by
from .words import standing_text

Listed = Literal[
    "overdue", "due", "takes effect", "planned", "awaiting outcome", "to be signed", "term ends", "coverage ends",
    "silent",
]  # fmt: skip
_RANKS: Final = {name: rank for rank, name in enumerate(get_args(Listed))}
"""What presses first."""


class DueRow(TypedDict):
    """Something that a person would put on a calendar, or ask about."""

    what: Annotated[Listed, Column("choice")]
    stream: Annotated[str, Column("stream")]
    part: Annotated[str | None, Column("part")]
    when: Annotated[str | None, Column("text", "due date or window (EDTF)")]
    status: Annotated[str | None, Column("word")]
    note: Annotated[str | None, Column("text")]


COLUMNS: Final = columns_of(DueRow)


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


def dated(rows: Iterable[tuple[str, str, Standing]], day: int, horizon: int) -> Iterator[DueRow]:
    """Yield what is overdue on `day`, due by `horizon`, awaiting an outcome, or planned until then."""
    for stream, part, standing in rows:
        detail = dict(standing.detail)
        words = _words(standing)
        if "overdue" in standing.flags:
            yield _row("overdue", stream, part, detail.get("due"), standing)
        elif standing.status == "awaiting-outcome":
            yield _row("awaiting outcome", stream, part, detail.get("window"), standing)
        elif words & _OPEN and "due" in detail and _begins_by(detail["due"], horizon):
            yield _row("due", stream, part, detail["due"], standing)
        elif words & _planned(standing) and "window" in detail and _begins_by(detail["window"], horizon):
            yield _row("planned", stream, part, detail["window"], standing)
        elif (
            words & _RUNS
            and (term := detail.get("term") or _office_term(part, detail))
            and day <= _ends(term) <= horizon
        ):
            yield _row("term ends", stream, part, term, standing)
        elif words & _TO_SIGN and part in ("whole", ANY_PART):
            yield _row("to be signed", stream, part, None, standing)


_OPEN: Final = frozenset(("made", "in-progress", "stalled", "proposed"))
_RUNS: Final = _OPEN | {"held"}
"""Of a commitment, and of who holds an office."""
_TO_SIGN: Final = frozenset(("negotiating", "adopted", "open-for-signature"))
"""Of an instrument as a whole: an agreement that is on its way."""
ANY_PART: Final = ""
"""Where a standing alone is looked at, whatever has it."""
_PLANNED: Final = frozenset(("scheduled", "postponed", "proposed"))


def _words(standing: Standing) -> set[str]:
    """The words by which a standing is listed: what is undetermined, or unknown, may be each that is possible."""
    certain = standing.status if standing.status != UNKNOWN else None
    return {certain} if certain else set(standing.possible)


def _planned(standing: Standing) -> frozenset[str]:
    """The words of what is planned. Past its coverage that is also what awaited its outcome when last heard of."""
    return _PLANNED | {"awaiting-outcome"} if standing.status == UNKNOWN else _PLANNED


def _office_term(part: str, detail: Mapping[str, str]) -> str | None:
    return detail.get("until") if part.startswith("office/") or (part == ANY_PART and "holder" in detail) else None


def _ends(term: str) -> int:
    """The last day of an interval; END where it is open."""
    latest = Interval.parse(term).latest
    return END if latest is None else latest


def _begins_by(text: str, horizon: int) -> bool:
    earliest = When.parse(text).earliest
    return earliest is None or earliest <= horizon


def _row(what: Listed, stream: str, part: str, when: str | None, standing: Standing) -> DueRow:
    note = f"possibly {' or '.join(standing.possible)}" if standing.possible else None
    return {
        "what": what,
        "stream": stream,
        "part": part,
        "when": when,
        "status": standing.status,
        "note": note,
    }


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
        if standing is None or following is None or not _words(standing) & _OPEN:
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


# --- asked of a ledger --------------------------------------------------------------------------------


def agenda_rows(
    reader: Snapshot, known: KnownAt, day: int, within: int, streams: Sequence[str] | None = None
) -> list[DueRow]:
    """What is overdue, due, awaiting, planned or silent on a day, in all or some streams; past coverage, in doubt."""
    coverage = coverage_of(reader, known)
    overall: dict[str, Standing] = {}

    in_doubt = coverage.on(day)
    if streams is not None:
        periods: Iterable[Period] = (row for one in streams for row in reader.periods(known, day, one))
    elif any(scope["passed"] for scope in in_doubt):
        periods = reader.periods(known, day)
    else:  # what a standing shows tells whether it is listed
        periods = reader.periods_of(known, day, lambda one: any(dated([("", ANY_PART, one)], day, day + within)))
    shown = ((row.stream, row.part, row.standing) for row in on_one_day(periods, in_doubt))
    rows = [one for row in dated(shown, day, day + within) if (one := _with_signers(reader, known, day, row))]
    rows += _taking_effect(reader, known, day, day + within, streams)
    rows += _due_at(reader, known, day, day + within, streams, coverage)
    made_somewhere = _made_somewhere(reader, known, day) if streams is None else streams
    for stream in made_somewhere:
        if stream.startswith("commitment:"):
            whole = on_one_day(reader.periods(known, day, stream, "overall"), in_doubt)
            overall.update((row.stream, row.standing) for row in whole)
    rows += _coverage_rows(coverage, day, day + within, streams)
    rows += silent_rows(reader, known, day, overall, coverage)
    return sorted(rows, key=_pressing)


def _with_signers(reader: Snapshot, known: KnownAt, day: int, row: DueRow) -> DueRow | None:
    """Of what is to be signed, who has not; None where everybody has."""
    if row["what"] != "to be signed":
        return row
    parties = {one.value for _, one in reader.traits(known, row["stream"], [f"{PARTY}party"]) if one.since <= day}
    signed = {
        one.part.removeprefix(CONSENT)
        for one in reader.periods(known, day, row["stream"])
        if one.part.startswith(CONSENT) and one.standing.status in _SIGNED
    }
    if parties and parties <= signed:
        return None
    missing = ", ".join(sorted(parties - signed))
    return {**row, "note": "; ".join(filter(None, (row["note"], f"not yet by {missing}" if missing else ""))) or None}


CONSENT: Final = "consent/"
"""What the parts of an instrument begin with that say how far a party is with it."""
_SIGNED: Final = frozenset(("signed", "bound", "in-effect"))


def _with_trait(
    reader: Snapshot, trait: str, known: KnownAt, day: int, streams: Sequence[str] | None
) -> Iterator[tuple[str, str]]:
    """Yield (value, stream) of a trait that some streams, or all, have by a day, in order."""
    if streams is not None:
        for stream in streams:
            yield from ((one.value, stream) for _, one in reader.traits(known, stream, [trait]) if one.since <= day)
    elif not reader.is_older:
        for value in reader.values(trait, reader.size + 1):
            yield from ((value, stream) for stream in reader.streams_with(trait, value, known, day))


def _taking_effect(
    reader: Snapshot, known: KnownAt, day: int, horizon: int, streams: Sequence[str] | None
) -> Iterator[DueRow]:
    """What was announced, and holds from a day, or a window, that lies ahead."""
    for text, stream in _with_trait(reader, EFFECTIVE, known, day, streams):
        first, last = span(When.parse(text))
        if last <= day or first > horizon:
            continue
        periods = list(reader.periods(known, stream=stream))
        before = {one.part: one.standing for one in periods if one.valid_from <= day < one.valid_to}
        changed = [one for one in periods if one.valid_from == last and one.part != "overall"]
        for one in changed:
            was = before.get(one.part)
            if was is None or (was.status, was.detail) != (one.standing.status, one.standing.detail):
                row = _row("takes effect", stream, one.part, text, was or Standing(None))
                yield {**row, "note": f"then {standing_text(one.standing)}"}
        titles = [row for _, row in reader.traits(known, stream, [TITLE]) if row.since == last]
        if titles and not changed:
            yield {
                **_row("takes effect", stream, "", text, Standing(None)),
                "part": None,
                "note": f"then {titles[-1].value}",
            }


def _due_at(
    reader: Snapshot, known: KnownAt, day: int, horizon: int, streams: Sequence[str] | None, coverage: Coverage
) -> Iterator[DueRow]:
    """Commitments that are due at a meeting: overdue once it was held, due while it is planned."""
    in_doubt = coverage.on(day)
    for place, stream in _with_trait(reader, DUE_AT, known, day, streams):
        (whole,) = list(on_one_day(reader.periods(known, day, stream, "overall"), in_doubt)) or (None,)
        if whole is None or not _words(whole.standing) & _OPEN:
            continue
        meeting = _meeting_meant(reader, known, day, place, stream)
        if meeting is None:
            yield {**_row("due", stream, "overall", None, whole.standing), "note": f"at the next session of {place}"}
            continue
        part, one = meeting
        if one.standing.status == "held" and not one.standing.possible and one.valid_from <= day:
            is_owed = bool(_words(whole.standing) & _OWED)
            row = _row("overdue" if is_owed else "due", stream, "overall", iso(one.valid_from), whole.standing)
            yield {**row, "note": f"due at {place.partition('/')[0]}/{part}, which was held"}
        elif (window := dict(one.standing.detail).get("window")) is None or _begins_by(window, horizon):
            row = _row("due", stream, "overall", window, whole.standing)
            yield {**row, "note": f"at {place.partition('/')[0]}/{part}"}


_OWED: Final = frozenset(("made", "in-progress", "stalled"))


def _meeting_meant(reader: Snapshot, known: KnownAt, day: int, place: str, stream: str) -> tuple[str, Period] | None:
    """The part and the period on a day of the meeting that is named, or of a dialogue's next one after it was made."""
    dialogue, _, part = place.partition("/")
    if part:
        return next(((part, one) for one in reader.periods(known, day, dialogue, part)), None)
    began = min((one.valid_from for one in reader.periods(known, stream=stream, part="overall")), default=day)
    there = [one for one in reader.periods(known, day, dialogue) if one.part.startswith("meeting/")]
    held = [one for one in there if one.standing.status == "held" and one.valid_from > began]
    if held:
        return min(((one.part, one) for one in held), key=lambda found: found[1].valid_from)
    ahead = [one for one in there if _words(one.standing) & (_PLANNED | {"in-session", "awaiting-outcome"})]
    return min(((one.part, one) for one in ahead), key=lambda found: _window_of(found[1]), default=None)


def _window_of(one: Period) -> tuple[int, str]:
    window = dict(one.standing.detail).get("window")
    latest = When.parse(window).latest if window else None
    return END if latest is None else latest, one.part


def _coverage_rows(coverage: Coverage, day: int, horizon: int, streams: Sequence[str] | None) -> Iterator[DueRow]:
    """Registers that are kept up to a day within the time that is looked at: after it nothing is known."""
    for one in coverage.declared:
        if day <= last_day(one.until) <= horizon and (streams is None or one.stream in streams):
            yield {
                "what": "coverage ends",
                "stream": one.stream,
                "part": f"{PART}{one.scope}",
                "when": one.until,
                "status": None,
                "note": f"beyond it, {one.scope} is unknown",
            }


def _pressing(row: DueRow) -> tuple[int, int, str, str]:
    when = Interval.parse(row["when"]).latest if row["when"] else None
    return _RANKS[row["what"]], 10_000_000 if when is None else when, row["stream"], row["part"] or ""


def _made_somewhere(reader: Snapshot, known: KnownAt, day: int) -> Sequence[str]:
    """The streams of which something was made at a meeting or statement by a day: no others can be silent."""
    if reader.is_older:
        return list(reader.streams("commitment:"))
    places = reader.values(MADE_AT, reader.size + 1)
    return sorted({one for place in places for one in reader.streams_with(MADE_AT, place, known, day)})


def silent_rows(
    reader: Snapshot, known: KnownAt, day: int, overall: Mapping[str, Standing], coverage: Coverage
) -> Iterator[DueRow]:
    """Commitments that are open on a day, and that the next session of their dialogue did not mention.

    `overall`: what each commitment shows as a whole on that day.
    """
    still_open = [one for one, standing in overall.items() if _words(standing) & _OPEN]
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
