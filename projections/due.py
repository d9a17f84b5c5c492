"""What would a person put on a calendar? What is overdue, due, about to take effect, planned, awaited, or silent.

Past its coverage a status is unknown: what may be due or planned is listed so, and nothing is called overdue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ..domain.intervals import Interval
from ..domain.trait_names import ALL, MADE_AT, PARTY
from ..domain.worlds import Standing
from ..history.coverage import PART, UNKNOWN, Coverage, last_day, on_one_day
from ..history.periods import Period
from ..store.port import KnownAt, Snapshot
from .agenda import COLUMNS, OPEN, PLANNED, RANKS, DueRow, begins_by, last_day_of, row_of, words_of
from .ahead import due_at_meetings, taking_effect
from .basis import coverage_of
from .silent import silent_rows

__all__ = ["COLUMNS", "CONSENT", "DueRow", "agenda_rows", "dated"]

ANY_PART: Final = ""
"""Where a standing alone is looked at, whatever has it."""
_RUNS: Final = OPEN | {"held"}
"""Of a commitment, and of who holds an office."""
_TO_SIGN: Final = frozenset(("negotiating", "adopted", "open-for-signature"))
"""Of an instrument as a whole: an agreement that is on its way."""
CONSENT: Final = "consent/"
"""What the parts of an instrument begin with that say how far a party is with it."""
_SIGNED: Final = frozenset(("signed", "bound", "in-effect"))


def dated(rows: Iterable[tuple[str, str, Standing]], day: int, horizon: int) -> Iterator[DueRow]:
    """Yield what is overdue on `day`, due by `horizon`, awaiting an outcome, or planned until then."""
    for stream, part, standing in rows:
        detail = dict(standing.detail)
        words = words_of(standing)
        if "overdue" in standing.flags:
            yield row_of("overdue", stream, part, detail.get("due"), standing)
        elif standing.status == "awaiting-outcome":
            yield row_of("awaiting outcome", stream, part, detail.get("window") or detail.get("until"), standing)
        elif words & OPEN and "due" in detail and begins_by(detail["due"], horizon):
            yield row_of("due", stream, part, detail["due"], standing)
        elif words & _planned(standing) and "window" in detail and begins_by(detail["window"], horizon):
            yield row_of("planned", stream, part, detail["window"], standing)
        elif standing.status == "in-session" and "until" in detail and begins_by(detail["until"], horizon):
            yield row_of("planned", stream, part, detail["until"], standing)
        elif words & _TO_SIGN and part in ("whole", ANY_PART):
            yield row_of("to be signed", stream, part, None, standing)
        term = detail.get("term") or _office_term(part, detail)
        if term and words & _RUNS and day <= last_day_of(term) <= horizon:
            yield row_of("term ends", stream, part, term, standing)


def _planned(standing: Standing) -> frozenset[str]:
    """The words of what is planned. Past its coverage that is also what awaited its outcome when last heard of."""
    return PLANNED | {"awaiting-outcome"} if standing.status == UNKNOWN else PLANNED


def _office_term(part: str, detail: Mapping[str, str]) -> str | None:
    return detail.get("until") if part.startswith("office/") or (part == ANY_PART and "holder" in detail) else None


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
    rows += taking_effect(reader, known, day, day + within, streams)
    rows += due_at_meetings(reader, known, day, day + within, streams, coverage)
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
    return RANKS[row["what"]], 10_000_000 if when is None else when, row["stream"], row["part"] or ""


def _made_somewhere(reader: Snapshot, known: KnownAt, day: int) -> Sequence[str]:
    """The streams of which something was made at a meeting or statement by a day: no others can be silent."""
    if reader.is_older:
        return list(reader.streams("commitment:"))
    places = reader.values(MADE_AT, ALL)
    return sorted({one for place in places for one in reader.streams_with(MADE_AT, place, known, day)})
