"""Irregular histories: what was taken in, in an order or at a time that is odd."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ...domain.dates import When, iso
from ...domain.entry import Entry, Fact
from ...domain.worlds import BEGIN
from ...history.effective import Effective, known_day
from ..told import position
from .declared import Found, Neighbours, Periods, Said, declared, entries_of

_LONGEST_CHAIN = 100
"""Commitments that are followed from one to the next."""


@declared(
    "clock-ahead",
    "An entry bears a time of recording that lies days ahead: the clock was wrong then, or before it.",
)
def clock_ahead(stream: str, told: Sequence[Effective], periods: Periods, others: Neighbours) -> Found:
    for one in told:
        if not isinstance(one.entry, Entry):
            continue
        recorded, clock = one.entry.recorded_at, one.entry.clock or others.now
        if clock and known_day(recorded) > known_day(clock) + 1:
            by = "the clock said" if one.entry.clock else "it is now"
            message = f"recorded at {recorded[:10]}, when {by} {clock[:10]}: ask by position, not by time"
            yield Said(message, (position(one),))


@declared("embassy-while-severed", "An embassy stands while relations are severed.")
def embassy_while_severed(stream: str, told: Sequence[Effective], periods: Periods, _: Neighbours) -> Found:
    severed = [one for one in periods if one[0] == "relations" and one[1].status == "severed"]
    for part, standing, first, last in periods:
        if not part.startswith("mission/") or standing.status != "embassy":
            continue
        for _part, _standing, since, until in severed:
            if first < until and since < last:
                entries = entries_of(told, _of_relations)
                day = iso(max(first, since)) if max(first, since) > BEGIN else "an unknown day"
                yield Said(
                    f"{part} is an embassy on {day}, while relations are severed",
                    entries,
                )


_WHY_FLAGGED = {
    "meeting": "held outside its announced window (a different time zone can be the reason)",
    "consent": "signed after its consent, or in effect with no consent recorded",
}


@declared(
    "irregular-order",
    "A part is marked irregular: held outside its window, signed after consent, in effect with no consent recorded.",
)
def flagged(stream: str, told: Sequence[Effective], periods: Periods, _: Neighbours) -> Found:
    seen = set()
    for part, standing, first, _last in periods:
        if "irregular" in standing.flags and part not in seen:
            seen.add(part)
            name = part.partition("/")[2]
            entries = entries_of(told, partial(_about, name))
            why = _WHY_FLAGGED.get(part.partition("/")[0], "its steps came in an unusual order")
            yield Said(
                f"{part} ({standing.status} from {iso(first) if first > BEGIN else '…'}): {why}",
                entries,
            )


@declared("effect-before-force", "An instrument has effect for a party before it is in force.")
def effect_before_force(stream: str, told: Sequence[Effective], periods: Periods, _: Neighbours) -> Found:
    in_force = [first for part, standing, first, _ in periods if part == "whole" and standing.status == "in-force"]
    for part, standing, first, _last in periods:
        if part.startswith("consent/") and standing.status == "in-effect" and in_force and first < min(in_force):
            party = part.partition("/")[2]
            entries = entries_of(told, partial(_about, party))
            yield Said(
                f"{part} is in effect from {iso(first) if first > BEGIN else '…'}, before the instrument is in force",
                entries,
            )


@declared("ordinal-twice", "Two held meetings of a series bear the same number.")
def ordinal_twice(stream: str, told: Sequence[Effective], periods: Periods, _: Neighbours) -> Found:
    held = {
        part.partition("/")[2]
        for part, standing, *_ in periods
        if part.startswith("meeting/") and standing.status == "held"
    }
    by_ordinal: dict[int, dict[str, int]] = {}
    for one in told:
        ordinal, meeting = getattr(one.fact, "ordinal", None), getattr(one.fact, "meeting", None)
        if ordinal is not None and meeting in held:
            by_ordinal.setdefault(ordinal, {})[meeting] = position(one)
    for ordinal, meetings in by_ordinal.items():
        if len(meetings) > 1:
            names = " and ".join(sorted(meetings))
            yield Said(
                f"meetings {names} were both held as number {ordinal}",
                tuple(sorted(meetings.values())),
            )


@declared("superseded-by-earlier", "A commitment is superseded by one that was made before it.")
def superseded_by_earlier(stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    for one, successor in _successors(stream, told):
        made, later = _made(told), _made(others.told(successor))
        if made and later and made.earliest and later.latest and later.latest < made.earliest:
            message = f"superseded by {successor}, which was made earlier ({later} before {made})"
            yield Said(message, (position(one),))


@declared("superseded-in-a-circle", "Commitments supersede each other in a circle.")
def superseded_in_a_circle(stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    for one, successor in _successors(stream, told):
        chain = [stream]
        at: str | None = successor
        while at is not None and at not in chain and len(chain) < _LONGEST_CHAIN:
            chain.append(at)
            at = next((then for _one, then in _successors(at, others.told(at))), None)
        if at == stream:
            yield Said(f"superseded in a circle: {' → '.join([*chain, stream])}", (position(one),))


def _successors(stream: str, told: Sequence[Effective]) -> Iterator[tuple[Effective, str]]:
    """The entries by which a commitment is superseded, each with what takes its place."""
    if stream.startswith("commitment:"):
        for one in told:
            if successor := getattr(one.fact, "by_commitment", None):
                yield one, successor


@declared("effective-before-notice", "A withdrawal takes effect before its notice was given.")
def effective_before_notice(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    for one in told:
        effective, notice = getattr(one.fact, "effective", None), getattr(one.fact, "notice", None) or one.occurred
        if effective is None or effective.latest is None or notice.earliest is None:
            continue
        if effective.latest < notice.earliest:
            message = f"{one.fact.words()}: in effect on {effective}, before notice was given on {notice}"
            yield Said(message, (position(one),))


@declared("due-before-made", "A commitment was due before the day on which it was made.")
def due_before_made(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    for one in told:
        due = getattr(one.fact, "due", None)
        if isinstance(due, When) and _ends_before(due, one.occurred):
            yield Said(f"{one.fact.words()}: due by {due}, and dated {one.occurred}", (position(one),))


@declared("term-over-before-begun", "A term of office ends before the day on which it was taken up.")
def term_over_before_begun(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    for one in told:
        until = getattr(one.fact, "until", None) if one.fact.is_called("party.office-assumed") else None
        if isinstance(until, When) and _ends_before(until, one.occurred):
            yield Said(f"{one.fact.words()}: a term until {until}, and dated {one.occurred}", (position(one),))


_MOVES = {
    "dialogue.meeting-postponed": ("postponed", "before", "dialogue bring-forward"),
    "dialogue.meeting-brought-forward": ("brought forward", "after", "dialogue postpone"),
}
"""What moves a meeting → its word, where the new window may not lie, and what would say that."""


@declared("moved-the-other-way", "A meeting is postponed to earlier days, or brought forward to later ones.")
def moved_the_other_way(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    windows: dict[str, list[tuple[Effective, When]]] = {}
    for one in told:
        window, meeting = getattr(one.fact, "window", None), getattr(one.fact, "meeting", None)
        if isinstance(window, When) and meeting:
            windows.setdefault(meeting, []).append((one, window))
    for meeting, given in windows.items():
        for one, window in given:
            word, side, better = next((_MOVES[name] for name in _MOVES if one.fact.is_called(name)), ("", "", ""))
            old = _latest_before(one, given) if word else None
            if old is not None and (_ends_before(window, old) if side == "before" else _ends_before(old, window)):
                message = f"meeting/{meeting} is {word} to {window}, {side} {old}: engage {better} says that"
                yield Said(message, (position(one),))


def _latest_before(one: Effective, given: Iterable[tuple[Effective, When]]) -> When | None:
    """The window that an entry moves; None where dates leave open which of several was the last before it."""
    others = [(other, window) for other, window in given if other is not one]
    earlier = [found for found in others if _ends_before(found[0].occurred, one.occurred)]
    later = [found for found in others if _ends_before(one.occurred, found[0].occurred)]
    if not earlier or len(earlier) + len(later) < len(others):
        return None
    last, window = max(earlier, key=lambda found: found[0].occurred.latest or 0)
    is_certain = all(other is last or _ends_before(other.occurred, last.occurred) for other, _ in earlier)
    return window if is_certain else None


def _ends_before(first: When, second: When) -> bool:
    """Whether all days of one lie before all of another, for certain."""
    return first.latest is not None and second.earliest is not None and first.latest < second.earliest


@declared("called-off-before-announced", "What was announced was called off on a day before it was announced.")
def called_off_before_announced(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    by_id = {one.entry.entry_id: one for one in told}
    for one in told:
        off = by_id.get(one.called_off or "")
        if off and _ends_before(off.occurred, one.occurred):
            message = f"{one.fact.words()}: called off on {off.occurred}, before it was announced on {one.occurred}"
            yield Said(message, (position(one), position(off)))


@declared("after-without-effect", "An entry is stated to come after one that changes none of the parts it changes.")
def after_without_effect(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    by_id = {one.entry.entry_id: one for one in told}
    for one in told:
        for earlier in (by_id[name] for name in one.after if name in by_id):
            if not _parts(one.fact) & _parts(earlier.fact):
                message = (
                    f"{one.fact.words()} is stated to come after #{position(earlier)} ({earlier.fact.words()}), which "
                    "changes none of the parts that it changes: that order has no effect"
                )
                yield Said(message, (position(one), position(earlier)))


def _parts(fact: Fact) -> set[str]:
    return {move.region for move in fact.moves()}


def _made(told: Iterable[Effective]) -> When | None:
    return next(
        (one.occurred for one in told if one.fact.is_called("commitment.made", "commitment.recognised")),
        None,
    )


def _of_relations(fact: Fact) -> bool:
    return fact.TYPE.startswith(("relationship.mission", "relationship.relations"))


def _about(name: str, fact: Fact) -> bool:
    return name in (getattr(fact, "meeting", None), getattr(fact, "party", None))
