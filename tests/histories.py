"""Small random histories, lawful more often than not: a walk through a state machine, told vaguely and out of order."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engagement_ledger.domain import commitment as c
from engagement_ledger.domain import dialogue as d
from engagement_ledger.domain import instrument as i
from engagement_ledger.domain import relationship as r
from engagement_ledger.domain.catalogue import kind_of, machine_of
from engagement_ledger.domain.correction import EntryCorrected, EntryRetracted
from engagement_ledger.domain.dates import When, iso
from engagement_ledger.domain.entry import Citation, Entry, Fact
from engagement_ledger.domain.machine import span
from engagement_ledger.domain.steps import Step

FIRST = date(2026, 3, 2).toordinal()
DAYS = 6
"""Histories play on these days; the day before and the days after stand for all the others."""
BEFORE, AFTER = FIRST - 1, FIRST + DAYS + 2
PROOF = Citation(document="A report")


class Dice(random.Random):
    """Chance, and over how many days a history is spread."""

    days = DAYS


def blurred(dice: Dice, day: int, vague: float = 0.55) -> str:
    """A date as a source may give it, which may mean `day`."""
    if dice.random() > vague:
        return iso(day)
    low, high = max(day - dice.randrange(3), BEFORE), day + dice.randrange(3)
    forms = [f"[{iso(low)}..{iso(high)}]"] * 4 + [f"{iso(max(day + dice.choice((-1, 0, 1)), FIRST))}~"]
    forms += [f"../{iso(high)}", f"{iso(low)}/.."]
    return dice.choice(forms)


def some_day(dice: Dice) -> int:
    return FIRST + dice.randrange(dice.days)


def maybe(dice: Dice, chance: float, made: Callable[[], Any]) -> Any:
    return made() if dice.random() < chance else None


def when(dice: Dice) -> When:
    return When.parse(blurred(dice, some_day(dice)))


# --- facts, machine by machine ---------------------------------------------------------------------------


def of_commitment(dice: Dice) -> Fact:
    """Two obligors, who share worlds."""
    who = dice.choice(("NZ", "US"))
    both = dice.choice((("NZ", "US"), ("NZ", "US"), ("NZ", "US"), (who,)))
    policy = dice.choice(("all", "any", "lead"))
    kind = dice.choice(("achievement", "financial", "event", "maintenance"))
    begin = dice.choice((c.CommitmentMade, c.CommitmentMade, c.CommitmentRecognised, c.CommitmentProposed))
    one_or_all = dice.choice((who, who, None))
    return dice.choice(
        [
            begin(obligors=both, kind=kind, text="It", policy=policy, lead=both[0] if policy == "lead" else None,
                  due=maybe(dice, 0.4, lambda: when(dice))),
            begin(obligors=both, kind=kind, text="It"),
            begin(obligors=both, kind="achievement", text="It"),
            begin(obligors=both, kind=kind, text="It", condition=maybe(dice, 0.5, lambda: "Funds"),
                  term=maybe(dice, 0.5, lambda: iso(some_day(dice))), due=maybe(dice, 0.4, lambda: when(dice))),
            c.CommitmentAmended(text="That", condition="Funds"), c.ConditionMet(), c.ConditionFailed(),
            c.ProgressReported(obligor=dice.choice(("KI", "FJ")), through=who),
            c.CommitmentFulfilled(obligor="KI", through=who, evidence=PROOF),
            c.ProgressReported(obligor=who), c.ProgressReported(obligor=who),
            c.CommitmentStalled(obligor=one_or_all), c.CommitmentResumed(obligor=one_or_all),
            c.CommitmentFulfilled(obligor=who, evidence=PROOF), c.CommitmentFulfilled(obligor=who, evidence=PROOF),
            c.CommitmentPartlyFulfilled(obligor=who, evidence=PROOF),
            c.CommitmentLapsed(obligor=one_or_all, decided_by=maybe(dice, 0.5, lambda: who)),
            c.CommitmentWithdrawn(by=who, effective=maybe(dice, 0.3, lambda: when(dice))),
            c.CommitmentSuperseded(by_commitment="commitment:other", scope=dice.choice(("whole", "part"))),
            c.CommitmentDiscontinued(obligor=one_or_all), c.CommitmentReopened(obligor=one_or_all),
            c.ObligorJoined(obligor=dice.choice((who, "AU"))), c.ObligorLeft(obligor=who),
            c.DueDateSet(due=when(dice)), c.CommitmentAmended(text="That", kind=maybe(dice, 0.5, lambda: kind)),
            c.CommitmentDisputed(by=who, claim="Not so"), c.DisputeClosed(by=who),
        ]
    )  # fmt: skip


def of_meeting(dice: Dice) -> Fact:
    window = maybe(dice, 0.6, lambda: when(dice))
    venue = maybe(dice, 0.2, lambda: dice.choice(("Apia", "Suva")))
    narrow = When.parse(iso(some_day(dice)))
    return dice.choice(
        [
            d.MeetingProposed(meeting="1", window=window), d.MeetingProposed(meeting="1"),
            d.MeetingScheduled(meeting="1", window=when(dice), venue=venue),
            d.MeetingScheduled(meeting="1", window=when(dice)),
            d.MeetingDateRefined(meeting="1", window=narrow), d.MeetingDateRefined(meeting="1", window=narrow),
            d.MeetingPostponed(meeting="1", window=window), d.MeetingBroughtForward(meeting="1", window=when(dice)),
            d.VenueChanged(meeting="1", venue="Nadi"),
            d.MeetingHeld(meeting="1", venue=venue), d.MeetingHeld(meeting="1"),
            d.MeetingHeld(meeting="1", until=when(dice)),
            d.MeetingBegun(meeting="1", expected_until=maybe(dice, 0.6, lambda: when(dice))),
            d.MeetingCancelled(meeting="1"), d.MeetingNotHeld(meeting="1"),
            d.MeetingReinstated(meeting="1", window=window), d.MeetingReinstated(meeting="1"),
        ]
    )  # fmt: skip


def of_relations(dice: Dice) -> Fact:
    return dice.choice(
        [
            r.RecognitionExtended(by="NZ", of="US"), r.RecognitionExtended(by="US", of="NZ"),
            r.RecognitionWithdrawn(by="NZ", of="US"),
            r.RelationsEstablished(), r.RelationsEstablished(),
            r.RelationsSuspended(), r.RelationsSuspended(), r.RelationsSevered(), r.RelationsSevered(),
            r.RelationsRestored(), r.RelationsRestored(),
            r.RelationsRestored(effective=maybe(dice, 0.5, lambda: when(dice))),
            r.RelationsSuspended(effective=when(dice)),
        ]
    )  # fmt: skip


def of_mission(dice: Dice) -> Fact:
    ends = {"sender": "NZ", "host": "US"}
    level = dice.choice(("none", "consulate", "legation", "embassy", "embassy"))
    return dice.choice(
        [
            r.MissionAtLevel(**ends, level=level), r.MissionAtLevel(**ends, level=level, city="Suva"),
            r.MissionAtLevel(**ends, level="embassy"), r.MissionAtLevel(**ends, level="embassy", effective=when(dice)),
            r.MissionSuspended(**ends), r.MissionResumed(**ends),
            r.ProtectingPowerDesignated(**ends, power="CH"),
            r.AmbassadorRecalled(**ends), r.AmbassadorReturned(**ends),
        ]
    )  # fmt: skip


def of_consent(dice: Dice) -> Fact:
    effective = maybe(dice, 0.6, lambda: when(dice))
    return dice.choice(
        [
            i.InstrumentSigned(party="NZ"), i.InstrumentSigned(party="NZ"),
            i.ConsentDeposited(party="NZ", means=dice.choice(("ratification", "accession"))),
            i.ConsentDeposited(party="NZ", means=dice.choice(("ratification", "succession"))),
            i.TookEffectFor(party="NZ"), i.TookEffectFor(party="NZ"),
            i.WithdrawalNotified(party="NZ", effective=effective), i.WithdrawalRevoked(party="NZ"),
            i.ConsentRevoked(party="NZ"),
            i.ProvisionalApplicationBegun(party="NZ"), i.ProvisionalApplicationEnded(party="NZ"),
        ]
    )  # fmt: skip


@dataclass(frozen=True)
class Field:
    """Which stream a history is of, which region it plays in, and how its facts are drawn."""

    stream: str
    region: str
    draw: Callable[[Dice], Fact]
    longest: int = 5

    @property
    def machine(self) -> Any:
        return machine_of(kind_of(self.stream), self.region)


FIELDS = {
    "commitment": Field("commitment:x", "obligors", of_commitment),
    "meeting": Field("dialogue:x", "meeting/1", of_meeting),
    "relations": Field("relationship:x", "relations", of_relations),
    "mission": Field("relationship:x", "mission/NZ>US", of_mission, longest=4),
    "consent": Field("instrument:x", "consent/NZ", of_consent),
}


# --- histories -------------------------------------------------------------------------------------------


def walk(dice: Dice, field: Field, length: int) -> list[tuple[Fact, int]]:
    """Facts with the days on which they came, lawful one after another as far as luck has it."""
    machine = field.machine
    state, day, found = machine.start, FIRST, []
    for _ in range(length * 12):
        if len(found) == length:
            break
        fact, on = field.draw(dice), min(day + dice.choice((0, 0, 1, 1, 2)), FIRST + dice.days - 1)
        moves = [move for move in fact.moves() if move.region == field.region]
        if not moves or (move := moves[0]).when is not None:
            continue
        then = machine.move(state, Step(("?", 0), on, on, move.verb, move.args), on)
        if then is not None:
            found.append((fact, on))
            state, day = then, on
    return found


def entry_id(number: int) -> str:
    return str(uuid.UUID(int=number))


@dataclass(frozen=True)
class Line:
    """One entry as a script has it; `id` stays the same in whatever order it is recorded."""

    id: str
    fact: Fact
    on: str
    after: tuple[str, ...] = ()
    known: int = 0
    """the day on which it was recorded; 0 for long after"""


def recorded(stream: str, script: Sequence[Line], groups: Sequence[int] | None = None) -> list[Entry]:
    """A script as entries 1, 2, 3 …; `groups` gives the last position of each entry's group."""
    return [
        Entry(
            stream=stream, fact=one.fact, occurred=When.parse(one.on), after=one.after, recorded_by="tester",
            entry_id=one.id, position=number, group=groups[number - 1] if groups else number, version=number,
            recorded_at=f"{iso(one.known)}T12:00:00.000000Z" if one.known else "2030-01-01T00:00:00.000000Z",
        )
        for number, one in enumerate(script, start=1)
    ]  # fmt: skip


def script(dice: Dice, field: Field, longest: int = 0) -> list[Line]:
    """A history in the order of recording: vague, out of order, with links, corrections and retractions."""
    walked = walk(dice, field, dice.randrange(2, (longest or field.longest) + 1))
    noise = [(field.draw(dice), some_day(dice)) for _ in range(dice.choice((0, 0, 0, 0, 1, 2)))]
    told: list[Line] = []
    for number, (fact, day) in enumerate(walked + noise, start=1):
        links: tuple[str, ...] = ()
        if told and dice.random() < 0.2:
            links = (dice.choice(told).id,)
        told.append(Line(entry_id(number), fact, blurred(dice, day), links))
    if dice.random() < 0.6:
        told = shuffled(dice, told)
    told = with_second_thoughts(dice, field, told)
    return known_soon(dice, told) if dice.random() < 0.25 else told


def shuffled(dice: Dice, told: Sequence[Line]) -> list[Line]:
    """In another order, in which still nothing names an entry that is not there yet."""
    left, done = list(told), []
    while left:
        there = {one.id for one in done}
        waiting = {one.id for one in told} - there
        ready = [one for one in left if not waiting.intersection(names(one))]
        done.append(dice.choice(ready))
        left.remove(done[-1])
    return done


def named(one: Line) -> str | None:
    """The entry that a correction or retraction is about."""
    return one.fact.entry if isinstance(one.fact, EntryCorrected | EntryRetracted) else None


def names(one: Line) -> set[str]:
    """Every other entry that this one names, and that must be there before it."""
    links = one.fact.changes.get("after") if isinstance(one.fact, EntryCorrected) else None
    return {*one.after, *(links if isinstance(links, list) else ()), *filter(None, (named(one),))}


def with_second_thoughts(dice: Dice, field: Field, told: list[Line]) -> list[Line]:
    """The same, with some of it recorded wrongly first, and some of it never true."""
    result = list(told)
    next_id = len(told) + 1
    for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 2))):
        retracted = {named(one) for one in result if isinstance(one.fact, EntryRetracted)}
        facts = [one for one in result if named(one) is None and one.id not in retracted]
        if not facts:
            break
        if dice.random() < 0.55:
            target = dice.choice(facts)
            place = result.index(target)
            changes: dict[str, Any] = {"occurred": target.on}
            if dice.random() < 0.25:
                changes = {"occurred": blurred(dice, some_day(dice))}
            else:
                result[place] = Line(target.id, target.fact, blurred(dice, some_day(dice)), target.after)
            if dice.random() < 0.2:
                others = [one.id for one in result if named(one) is None and one.id != target.id]
                changes["after"] = [dice.choice(others)] if others and dice.random() < 0.5 else None
            fact: Fact = EntryCorrected(entry=target.id, changes=changes, reason="Misread")
        elif dice.random() < 0.4:
            target = dice.choice(facts)
            fact = EntryRetracted(entry=target.id, reason="Never true")
        else:
            target = Line(entry_id(next_id), field.draw(dice), blurred(dice, some_day(dice)))
            next_id += 1
            place = dice.randrange(len(result) + 1)
            result.insert(place, target)
            fact = EntryRetracted(entry=target.id, reason="Never true")
        # A correction comes after the entry, and after whatever was said of it before.
        there = {target.id, *names(Line("", fact, ""))}
        last = max(n for n, one in enumerate(result) if target.id == named(one) or one.id in there)
        result.insert(dice.randrange(last + 1, len(result) + 1), Line(entry_id(next_id), fact, iso(FIRST)))
        next_id += 1
    return result


def known_soon(dice: Dice, told: Sequence[Line]) -> list[Line]:
    """Each entry recorded soon after it happened, so that the known day cuts its date."""
    known, result = FIRST, list[Line]()
    for one in told:
        known = max(known, span(When.parse(one.on))[0] - dice.choice((0, 0, 0, 1, 1)), FIRST)
        on = iso(known) if named(one) is not None else one.on
        result.append(Line(one.id, one.fact, on, one.after, known))
    return result
