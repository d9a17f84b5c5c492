"""What was taken in although it is odd? Findings for `engage check`, until someone settles them.

A finding goes away when the facts do: by a correction, a retraction, or the fact that was missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from ..domain.dates import When, iso
from ..domain.entry import Entry, Fact
from ..domain.worlds import BEGIN, Standing
from ..history.effective import Effective, known_day
from ..record.instants import now, written
from ..store.port import Snapshot
from .told import told_by

Periods = Sequence[tuple[str, Standing, int, int]]
"""(part, standing, valid from, valid to) of one stream, everything known."""


class Finding(NamedTuple):
    """Something irregular: which check found it, where, what it says, and the entries it rests on."""

    check: str
    stream: str
    message: str
    entries: tuple[int, ...]


class Neighbours(NamedTuple):
    """What a check may ask of other streams."""

    periods: Callable[[str], Periods]
    told: Callable[[str], Sequence[Effective]]
    now: str = ""
    """the time by this machine's clock; nothing where no check is to go by it"""


Check = Callable[[str, Sequence[Effective], Periods, Neighbours], Iterator[Finding]]


def findings(stream: str, told: Sequence[Effective], periods: Periods, others: Neighbours) -> Iterator[Finding]:
    """Run every check over one stream; what is found of several periods or facts alike is one finding."""
    found: dict[tuple[str, str], set[int]] = {}
    for check in CHECKS.values():
        for one in check(stream, told, periods, others):
            found.setdefault((one.check, one.message), set()).update(one.entries)
    for (name, message), entries in found.items():
        yield Finding(name, stream, message, tuple(sorted(entries)))


def position(one: Effective) -> int:
    """Where an entry stands."""
    return one.entry.position if isinstance(one.entry, Entry) else 0


def clock_ahead(stream: str, told: Sequence[Effective], periods: Periods, others: Neighbours) -> Iterator[Finding]:
    """An entry bears a time of recording that lies days ahead: the clock was wrong then, or before it."""
    for one in told:
        if not isinstance(one.entry, Entry):
            continue
        recorded, clock = one.entry.recorded_at, one.entry.clock or others.now
        if clock and known_day(recorded) > known_day(clock) + 1:
            by = "the clock said" if one.entry.clock else "it is now"
            message = f"recorded at {recorded[:10]}, when {by} {clock[:10]}: ask by position, not by time"
            yield Finding("clock-ahead", stream, message, (position(one),))


def embassy_while_severed(stream: str, told: Sequence[Effective], periods: Periods, _: Neighbours) -> Iterator[Finding]:
    """An embassy stands while relations are severed."""
    severed = [one for one in periods if one[0] == "relations" and one[1].status == "severed"]
    for part, standing, first, last in periods:
        if not part.startswith("mission/") or standing.status != "embassy":
            continue
        for _part, _standing, since, until in severed:
            if first < until and since < last:
                entries = _of(
                    told,
                    _of_relations,
                )
                day = iso(max(first, since)) if max(first, since) > BEGIN else "an unknown day"
                yield Finding(
                    "embassy-while-severed",
                    stream,
                    f"{part} is an embassy on {day}, while relations are severed",
                    entries,
                )


_WHY_FLAGGED: Final = {
    "meeting": "held outside its announced window, or on another party's calendar day",
    "consent": "signed after its consent, or in effect with no consent recorded",
}


def flagged(stream: str, told: Sequence[Effective], periods: Periods, _: Neighbours) -> Iterator[Finding]:
    """A part is marked irregular: held outside its window, signed after consent, in effect with no consent recorded."""
    seen = set()
    for part, standing, first, _last in periods:
        if "irregular" in standing.flags and part not in seen:
            seen.add(part)
            name = part.partition("/")[2]
            entries = _of(told, partial(_about, name))
            why = _WHY_FLAGGED.get(part.partition("/")[0], "its steps came in an unusual order")
            yield Finding(
                "irregular-order",
                stream,
                f"{part} ({standing.status} from {iso(first) if first > BEGIN else '…'}): {why}",
                entries,
            )


def effect_before_force(stream: str, told: Sequence[Effective], periods: Periods, _: Neighbours) -> Iterator[Finding]:
    """An instrument has effect for a party before it is in force."""
    in_force = [first for part, standing, first, _ in periods if part == "whole" and standing.status == "in-force"]
    for part, standing, first, _last in periods:
        if part.startswith("consent/") and standing.status == "in-effect" and in_force and first < min(in_force):
            party = part.partition("/")[2]
            entries = _of(told, partial(_about, party))
            yield Finding(
                "effect-before-force",
                stream,
                f"{part} is in effect from {iso(first) if first > BEGIN else '…'}, before the instrument is in force",
                entries,
            )


def party_not_there(stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Iterator[Finding]:
    """A party acts on a day on which it did not exist, as far as the ledger says."""
    if stream.startswith("party:"):
        return
    for one in told:
        earliest, latest = one.occurred.earliest, one.occurred.latest
        for party in sorted(parties_of(one.fact)):
            periods = [period for period in others.periods(f"party:{party}") if period[0] == "whole"]
            if not periods or earliest is None or latest is None:
                continue
            alive = [p for p in periods if _may_be(p[1], "registered") and p[2] <= latest and earliest < p[3]]
            if not alive:
                yield Finding("party-not-there", stream, f"{party} did not exist on {one.occurred}", (position(one),))


def not_a_member(stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Iterator[Finding]:
    """Somebody takes part as one of an invited group, and was no member of it on the day."""
    invited: dict[str, set[str]] = {}
    for one in told:
        meeting = getattr(one.fact, "meeting", None)
        if meeting is None:
            continue
        welcome = invited.setdefault(meeting, set())
        welcome.update(getattr(one.fact, "invited", ()) or ())
        if host := getattr(one.fact, "host", None):
            welcome.add(host)
    for one in told:
        meeting = getattr(one.fact, "meeting", None)
        groups = [party for party in invited.get(meeting or "", ()) if party.startswith(("org:", "x:"))]
        known = {group: others.periods(f"party:{group}") for group in groups}
        if meeting is None or not groups or not all(known.values()):
            continue
        earliest, latest = one.occurred.earliest, one.occurred.latest
        for person in getattr(one.fact, "participants", ()) or ():
            party = person.party
            if party in invited[meeting] or party in groups or latest is None or earliest is None:
                continue
            member = any(
                p[0] == f"member/{party}" and _may_be(p[1], "member") and p[2] <= latest and earliest < p[3]
                for periods in known.values()
                for p in periods
            )
            if not member:
                yield Finding(
                    "not-a-member",
                    stream,
                    f"{party} took part in meeting {meeting}, and was no member of "
                    f"{' or '.join(groups)} on {one.occurred}",
                    (position(one),),
                )


def ordinal_twice(stream: str, told: Sequence[Effective], periods: Periods, _: Neighbours) -> Iterator[Finding]:
    """Two held meetings of a series bear the same number."""
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
            yield Finding(
                "ordinal-twice",
                stream,
                f"meetings {names} were both held as number {ordinal}",
                tuple(sorted(meetings.values())),
            )


def odd_succession(stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Iterator[Finding]:
    """A commitment is superseded by an earlier one, or in a circle."""
    if not stream.startswith("commitment:"):
        return
    for one in told:
        successor = getattr(one.fact, "by_commitment", None)
        if successor is None:
            continue
        made, later = _made(told), _made(others.told(successor))
        if made and later and made.earliest and later.latest and later.latest < made.earliest:
            yield Finding(
                "superseded-by-earlier",
                stream,
                f"superseded by {successor}, which was made earlier ({later} before {made})",
                (position(one),),
            )
        chain, at = [stream], successor
        while at is not None and at not in chain and len(chain) < 100:
            chain.append(at)
            at = next((s for t in others.told(at) if (s := getattr(t.fact, "by_commitment", None))), None)
        if at == stream:
            yield Finding(
                "superseded-in-a-circle",
                stream,
                f"superseded in a circle: {' → '.join([*chain, stream])}",
                (position(one),),
            )


def one_sided(stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Iterator[Finding]:
    """A joint act rests on the word of one side."""
    for one in told:
        acting = jointly_acting(one.fact)
        publishers = {source.publisher for source in one.sources if source.publisher}
        if (
            len(acting) > 1
            and len(publishers) == 1
            and len(one.sources) > 0
            and all(s.publisher for s in one.sources)
            and publishers <= acting
        ):
            side = publishers.pop()
            yield Finding(
                "one-sided",
                stream,
                f"{one.fact.words()} of {' and '.join(sorted(acting))} rests on the word of {side} alone",
                (position(one),),
            )


CHECKS: Final[Mapping[str, Check]] = {
    "clock-ahead": clock_ahead,
    "embassy-while-severed": embassy_while_severed,
    "irregular-order": flagged,
    "effect-before-force": effect_before_force,
    "party-not-there": party_not_there,
    "not-a-member": not_a_member,
    "ordinal-twice": ordinal_twice,
    "superseded": odd_succession,
    "one-sided": one_sided,
}

_PARTIES: Final = (
    "by", "of", "obligor", "obligors", "obligees", "party", "parties", "sender", "host", "initiator", "issuers",
    "assessor", "decided_by", "lead", "power",
)  # fmt: skip
_ACTING: Final = ("by", "obligors", "issuers", "parties")


def parties_of(fact: Fact) -> set[str]:
    """Every party that a fact names as acting or concerned."""
    named = {party for name in _PARTIES for party in _several(getattr(fact, name, None))}
    return named | {one.party for one in getattr(fact, "participants", ()) if one.party}


def _may_be(standing: Standing, status: str) -> bool:
    """Whether a part has a status, or possibly has: only what no world allows is irregular."""
    return standing.status == status or status in standing.possible


def jointly_acting(fact: Fact) -> set[str]:
    """The parties that a fact says acted together."""
    return next((set(found) for name in _ACTING if len(found := _several(getattr(fact, name, None))) > 1), set())


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, tuple) else ()


def _made(told: Iterable[Effective]) -> When | None:
    return next(
        (one.occurred for one in told if one.fact.TYPE in ("commitment.made/1", "commitment.recognised/1")),
        None,
    )


def _of_relations(fact: Fact) -> bool:
    return fact.TYPE.startswith(("relationship.mission", "relationship.relations"))


def _about(name: str, fact: Fact) -> bool:
    return name in (getattr(fact, "meeting", None), getattr(fact, "party", None))


def _of(told: Iterable[Effective], wanted: Callable[[Fact], bool]) -> tuple[int, ...]:
    return tuple(position(one) for one in told if wanted(one.fact))


# --- asked of a ledger --------------------------------------------------------------------------------


def irregular(reader: Snapshot, streams: Iterable[str] | None = None) -> Iterator[Finding]:
    """Findings of every check, over all streams or the given ones."""
    known = reader.known_at()

    @lru_cache(maxsize=4096)
    def told(stream: str) -> list[Effective]:
        return told_by(reader, stream, known)

    @lru_cache(maxsize=4096)
    def periods(stream: str) -> list[Any]:
        return [(row.part, row.standing, row.valid_from, row.valid_to) for row in reader.periods(known, stream=stream)]

    others = Neighbours(periods, told, written(now()))
    for stream in list(reader.streams()) if streams is None else streams:
        yield from findings(stream, told(stream), periods(stream), others)
