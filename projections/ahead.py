"""What was announced and takes effect, and what is due at a meeting? Found by what streams say of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..domain.dates import When, iso
from ..domain.machine import span
from ..domain.trait_names import ALL, DUE_AT, EFFECTIVE, MADE_AT, TITLE
from ..domain.worlds import END, Standing
from ..history.coverage import Coverage, on_one_day
from ..history.effective import effective, known_of
from ..history.periods import Period
from ..store.port import KnownAt, Snapshot
from .agenda import OPEN, PLANNED, DueRow, begins_by, row_of, words_of
from .told import entries_of
from .words import standing_text

_OWED: Final = frozenset(("made", "in-progress", "stalled"))
"""Of these a commitment is overdue once its meeting was held: what was only proposed is owed by nobody."""

_AHEAD: Final = PLANNED | {"in-session", "awaiting-outcome"}
"""Of a meeting at which something may yet be due."""


def taking_effect(
    reader: Snapshot, known: KnownAt, day: int, horizon: int, streams: Sequence[str] | None
) -> Iterator[DueRow]:
    """What was announced, and holds from a day, or a window, that lies ahead."""
    for text, stream in _with_trait(reader, EFFECTIVE, known, day, streams):
        first, last = span(When.parse(text))
        if last <= day or first > horizon:
            continue
        periods = list(reader.periods(known, stream=stream))
        today, eve = _on(periods, day), _on(periods, max(day, first - 1))  # others may have taken effect by then
        moved = _announced(reader, known, stream, text)
        changed = [one for one in periods if one.valid_from == last and _is_moved(one.part, moved)]
        for one in changed:
            was = eve.get(one.part)
            if was != one.standing:
                now = today.get(one.part)
                row = row_of("takes effect", stream, one.part, text, now or Standing(None))
                after = f"after {standing_text(was)}, " if was and was != now else ""
                yield {**row, "note": f"{after}then {standing_text(one.standing)}"}
        titles = [row for _, row in reader.traits(known, stream, [TITLE]) if row.since == last]
        if titles and not changed:
            yield {
                **row_of("takes effect", stream, "", text, Standing(None)),
                "part": None,
                "note": f"then {titles[-1].value}",
            }


def _announced(reader: Snapshot, known: KnownAt, stream: str, text: str) -> list[tuple[str, tuple[object, ...]]]:
    """What was announced of a stream for that date: each region that moves then, and how."""
    told = effective(entries_of(reader, stream, known), known_of).values()
    moves = [
        move
        for one in told
        if one.called_off is None and (date := getattr(one.fact, "effective", None)) and date.text == text
        for move in one.fact.moves()
        if move.ahead
    ]
    return [(move.region, move.args) for move in moves]


def _is_moved(part: str, moved: Sequence[tuple[str, tuple[object, ...]]]) -> bool:
    """Whether a part is one that moves: that of a region's name, or that of the obligor who does something."""
    kind, _, name = part.partition("/")
    return any(part == region or (kind == "obligor" and name in args) for region, args in moved)


def _on(periods: Sequence[Period], day: int) -> dict[str, Standing]:
    """Part → how it stands on a day."""
    return {one.part: one.standing for one in periods if one.valid_from <= day < one.valid_to}


def due_at_meetings(
    reader: Snapshot, known: KnownAt, day: int, horizon: int, streams: Sequence[str] | None, coverage: Coverage
) -> Iterator[DueRow]:
    """Commitments that are due at a meeting: overdue once it was held, due while it is planned."""
    in_doubt = coverage.on(day)
    for place, stream in _with_trait(reader, DUE_AT, known, day, streams):
        (whole,) = list(on_one_day(reader.periods(known, day, stream, "overall"), in_doubt)) or (None,)
        if whole is None or not words_of(whole.standing) & OPEN:
            continue
        meeting = _meeting_meant(reader, known, day, place, stream)
        if meeting is None:
            yield {**row_of("due", stream, "overall", None, whole.standing), "note": f"at the next session of {place}"}
            continue
        part, one = meeting
        if one.standing.status == "held" and not one.standing.possible and one.valid_from < day:
            is_owed = bool(words_of(whole.standing) & _OWED)
            row = row_of("overdue" if is_owed else "due", stream, "overall", iso(one.valid_from), whole.standing)
            yield {**row, "note": f"due at {place.partition('/')[0]}/{part}, which was held"}
        elif (window := dict(one.standing.detail).get("window")) is None or begins_by(window, horizon):
            row = row_of("due", stream, "overall", window, whole.standing)
            off = "" if words_of(one.standing) & _AHEAD else f", which was {one.standing.status}"
            yield {**row, "note": f"at {place.partition('/')[0]}/{part}{off}"}


def _with_trait(
    reader: Snapshot, trait: str, known: KnownAt, day: int, streams: Sequence[str] | None
) -> Iterator[tuple[str, str]]:
    """Yield (value, stream) of a trait that some streams, or all, have by a day, in order."""
    if streams is not None:
        for stream in streams:
            yield from ((one.value, stream) for _, one in reader.traits(known, stream, [trait]) if one.since <= day)
    elif not reader.is_older:
        for value in reader.values(trait, ALL):
            yield from ((value, stream) for stream in reader.streams_with(trait, value, known, day))


def _meeting_meant(reader: Snapshot, known: KnownAt, day: int, place: str, stream: str) -> tuple[str, Period] | None:
    """The part and the period on a day of the meeting that is named, or of a dialogue's next one after it was made.

    The meeting at which it was made is not the next, and how late it was made is counted as `silent` counts it.
    """
    dialogue, _, part = place.partition("/")
    if part:
        return next(((part, one) for one in reader.periods(known, day, dialogue, part)), None)
    overall = reader.periods(known, stream=stream, part="overall")
    began = min((one.valid_from for one in overall if one.standing.status), default=day)
    at = {row.value.removeprefix(f"{dialogue}/") for _, row in reader.traits(known, stream, [MADE_AT])}
    there = [
        one for one in reader.periods(known, day, dialogue) if one.part.startswith("meeting/") and one.part not in at
    ]
    held = [one for one in there if one.standing.status == "held" and one.valid_from > began]
    if held:
        return min(((one.part, one) for one in held), key=lambda found: found[1].valid_from)
    ahead = [one for one in there if words_of(one.standing) & _AHEAD]
    return min(((one.part, one) for one in ahead), key=lambda found: _window_of(found[1]), default=None)


def _window_of(one: Period) -> tuple[int, str]:
    window = dict(one.standing.detail).get("window")
    latest = When.parse(window).latest if window else None
    return END if latest is None else latest, one.part
