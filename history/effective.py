"""What does a stream say, as known at one moment? Corrections applied, retracted entries left out.

From the facts that are left come the steps of each region: each change with the days that its date may mean,
cut at the day after its known time, for what is recorded as having happened has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from ..domain.announcement import AnnouncementCalledOff
from ..domain.catalogue import kind_of, machine_of
from ..domain.correction import ENVELOPE, EntryCorrected, EntryRetracted
from ..domain.dates import When
from ..domain.entry import Announced, Citation, Draft, Entry, Fact, Reference, once, with_each_once
from ..domain.errors import (
    CalledOffAlready,
    EntryIsRetracted,
    EntryNotInStream,
    HappeningInTheFuture,
    ImpossibleHistory,
    NotCorrectable,
    NothingAnnounced,
    TookEffectAlready,
    TooManyOpenSteps,
)
from ..domain.machine import iso, span
from ..domain.near_names import meant, near
from ..domain.quarters import quarters
from ..domain.steps import Step
from ..domain.validation import checked, validated
from ..domain.worlds import (
    BEGIN,
    END,
    NoWorldError,
    Patience,
    SearchTooLongError,
    TooManyOpenStepsError,
    Worlds,
    search_worlds,
)

SEARCHED: Final = 200
"""How many other entries of a region, nearest in time, are tried without when a refusal is explained."""

_DATES: Final = frozenset(("until", "effective"))
"""Fields of facts that are dates of what they move."""
Told = Draft | Entry

Steps = dict[str, list[Step]]


@dataclass(frozen=True, slots=True)
class Effective:
    """An entry as it counts: with what its corrections say."""

    entry: Told
    fact: Fact
    occurred: When
    known: str
    """known time of whoever gave `occurred`: the day after it is the last on which it can have happened"""
    after: tuple[str, ...]
    builds_on: tuple[str, ...] = ()
    occurred_text: str | None = None
    sources: tuple[Citation, ...] = ()
    note: str | None = None
    tags: tuple[str, ...] = ()
    moved_known: str | None = None
    """known time of whoever gave the dates of the fact itself (until, effective), where a correction did"""
    set_by: Mapping[str, str] = field(default_factory=dict)
    """field → id of the correction that gave its present value"""
    called_off: str | None = None
    """id of the entry that called off what this one announced, so that it never came to hold"""


class Frontier(NamedTuple):
    """What the next step of a region is judged by, without its history."""

    base_day: int
    base_states: tuple[Any, ...]
    open_steps: tuple[Step, ...]


def known_of(told: Told) -> str:
    """Known time of a recorded entry; of a draft what it claims."""
    return told.known if isinstance(told, Entry) else told.known_since or ""


def effective(entries: Iterable[Told], known: Callable[[Told], str]) -> dict[str, Effective]:
    """Fold entries, in order of position, into what they say together; keys are entry ids.

    Raises a Refusal for a correction or retraction that names what it may not.
    """
    told: dict[str, Effective] = {}
    retracted: set[str] = set()
    put_right: set[str] = set()
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, EntryCorrected | EntryRetracted):
            if fact.entry in put_right:
                raise NotCorrectable(
                    f"entry {fact.entry} is itself a correction or retraction",
                    "facts alone are corrected or retracted",
                    "correct the fact again (the later correction wins), or record it anew",
                )
            put_right.add(entry.entry_id)
        if isinstance(fact, EntryCorrected):
            told[fact.entry] = corrected(_target(fact.entry, told, retracted, entry), fact, entry, known(entry))
        elif isinstance(fact, EntryRetracted):
            _target(fact.entry, told, retracted, entry)
            del told[fact.entry]
            retracted.add(fact.entry)
        else:
            if isinstance(fact, AnnouncementCalledOff):
                _target(fact.entry, told, retracted, entry)
            told[entry.entry_id] = as_recorded(entry, known(entry))
    for one in list(told.values()):
        if isinstance(one.fact, AnnouncementCalledOff):
            _call_off(one, one.fact.entry, told)
    return told


def _call_off(by: Effective, entry: str, told: dict[str, Effective]) -> None:
    """Keep what an entry announced from ever holding; where the announcement was retracted, there is nothing to keep.

    Until its effective day an announced change shows nothing, so one that is called off by then never does.
    """
    target = told.get(entry)
    if target is None:
        return
    fact = target.fact
    # A notice that has a step of its own besides is taken back by the fact that ends it.
    effective_on = next((move.when for move in fact.moves() if move.ahead and not move.follows), None)
    if isinstance(fact, Announced):
        effective_on = fact.effective
    if effective_on is None:
        raise NothingAnnounced(fact.words())
    if target.called_off is not None:
        raise CalledOffAlready(fact.words())
    if span(by.occurred)[0] > span(effective_on)[1]:
        raise TookEffectAlready(fact.words(), effective_on.text, by.occurred.text)
    told[entry] = replace(target, called_off=by.entry.entry_id)


def reaches_back(fact: Fact) -> bool:
    """Whether a fact changes what an earlier entry of its stream does: a correction, retraction or calling off."""
    return isinstance(fact, EntryCorrected | EntryRetracted | AnnouncementCalledOff)


def as_recorded(entry: Told, known: str) -> Effective:
    """An entry that nothing has corrected."""
    return Effective(
        entry,
        entry.fact,
        entry.occurred,
        known,
        entry.after,
        entry.builds_on,
        entry.occurred_text,
        entry.sources,
        entry.note,
        entry.tags,
    )


def _target(entry_id: str, told: Mapping[str, Effective], retracted: set[str], by: Told) -> Effective:
    if entry_id in retracted:
        raise EntryIsRetracted(entry_id)
    if entry_id not in told:
        raise EntryNotInStream(entry_id, by.stream)
    return told[entry_id]


def corrected(target: Effective, correction: EntryCorrected, by: Told, known: str) -> Effective:
    """Apply a correction; raises InvalidFact where the new values do not fit the fact."""
    envelope = {name: value for name, value in correction.changes.items() if name in ENVELOPE}
    body = {name: value for name, value in correction.changes.items() if name not in ENVELOPE}
    result = replace(target, set_by={**target.set_by, **dict.fromkeys(correction.changes, by.entry_id)})
    if body:
        result = replace(result, fact=_with_body(target.fact, body, by.stream))
        if _DATES & body.keys():
            result = replace(result, moved_known=known)
    if "occurred" in envelope:
        result = replace(result, occurred=_checked(When, envelope["occurred"], "occurred"), known=known)
    if "after" in envelope:
        result = replace(result, after=once(_checked(tuple[str, ...], envelope["after"] or (), "after")))
    if "builds_on" in envelope:
        builds_on = once(_checked(tuple[Reference, ...], envelope["builds_on"] or (), "builds_on"))
        result = replace(result, builds_on=builds_on)
    if "sources" in envelope:
        result = replace(result, sources=once(_checked(tuple[Citation, ...], envelope["sources"] or (), "sources")))
    if "tags" in envelope:
        result = replace(result, tags=once(_checked(tuple[str, ...], envelope["tags"] or (), "tags")))
    for name in ("occurred_text", "note"):
        if name in envelope:
            result = replace(result, **{name: _checked(str | None, envelope[name], name)})
    return result


def _with_body(fact: Fact, changes: Mapping[str, Any], stream: str) -> Fact:
    kept = {**fact.model_dump(mode="json", exclude_defaults=True), **changes}
    kind = type(fact)
    for name in changes:
        if name not in kind.model_fields:
            raise NotCorrectable(
                f"{fact.words()} has no field {name!r}",
                "only a field of the fact, or of its envelope, can be corrected",
                meant(
                    near(name, [*kind.model_fields, *ENVELOPE]), f"fields: {', '.join([*kind.model_fields, *ENVELOPE])}"
                ),
            )
    made = with_each_once(validated(kind, {name: value for name, value in kept.items() if value is not None}))
    made.check(stream)
    return made


def _checked(kind: Any, value: Any, name: str) -> Any:
    return checked(_adapter(kind), value, name)


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@lru_cache(maxsize=4096)
def _day(iso_day: str) -> int:
    return date.fromisoformat(iso_day).toordinal()


def known_day(known: str) -> int:
    """The UTC day of a known time, as an ordinal."""
    return _day(known[:10])


def happened_by(told: Effective) -> int:
    """The day by which a fact has certainly happened."""
    latest = span(told.occurred)[1]
    return latest if told.fact.AHEAD else min(latest, known_day(told.known) + 1)


def holds_by(told: Effective) -> int:
    """The day by which what a fact says certainly holds: later than it happened, where it was announced ahead.

    END where it was called off.
    """
    if told.called_off is not None:
        return END
    fact = told.fact
    if isinstance(fact, Announced) and fact.effective is not None:
        return span(fact.effective)[1]
    return happened_by(told)


def told_from(told: Effective) -> int:
    """The day from which what an entry says of its stream is told: for what founds one, the first that it may have.

    What changes what another fact founds comes after it, though the day of the change may be certain sooner. And what
    is only possible is asked about by whom it concerns, too. Whether anything stands by then is for periods to say.
    """
    holds = holds_by(told)
    return min(holds, span(told.occurred)[0]) if told.fact.FOUNDS else holds


def steps_of(told: Effective) -> list[tuple[str, Step]]:
    """The steps that an entry makes, each with its region.

    Raises HappeningInTheFuture where what is said to have happened lies after the day on which it was known + 1.
    """
    fact, cut = told.fact, known_day(told.known) + 1
    later = known_day(told.moved_known) + 1 if told.moved_known else cut
    last = END if fact.AHEAD else cut
    days = _cut(told.occurred, last, told)
    entry_id = told.entry.entry_id
    links = tuple((other, 0) for other in told.after)
    steps = []
    for number, move in enumerate(fact.moves()):
        if told.called_off is not None and move.ahead:
            continue
        earliest, latest = days if move.when is None else _cut(move.when, END if move.ahead else later, told)
        after = (*links, (entry_id, number - 1)) if move.follows else links
        steps.append((move.region, Step((entry_id, number), earliest, latest, move.verb, move.args, after)))
    return steps


def _cut(when: When, last: int, told: Effective) -> tuple[int, int]:
    earliest, latest = span(when)
    if earliest > last:
        raise HappeningInTheFuture(told.fact.words(), quarters(when.text), told.known[:10])
    return earliest, min(latest, last)


def regions(told: Iterable[Effective]) -> Steps:
    """All steps, region by region."""
    found: Steps = {}
    for one in told:
        for region, step in steps_of(one):
            found.setdefault(region, []).append(step)
    return found


def worlds_of(
    stream: str, region: str, steps: list[Step], frontier: Frontier | None = None, patience: Patience | None = None
) -> Worlds:
    """Find what holds when; raises NoWorldError or TooManyOpenStepsError (see `explained`), and SearchTooLongError."""
    machine = machine_of(kind_of(stream), region)
    if frontier is None:
        return search_worlds(machine, steps, patience=patience)
    return search_worlds(machine, [*frontier.open_steps, *steps], frontier.base_day, frontier.base_states, patience)


def explained(
    error: NoWorldError | TooManyOpenStepsError,
    stream: str,
    region: str,
    steps: list[Step],
    name: Callable[[str], str],
    last: str | None,
    patience: Patience | None = None,
) -> ImpossibleHistory | TooManyOpenSteps:
    """Turn a failed search into a refusal that names every entry but `last` without which it would succeed.

    Without `last` none is looked for; where `patience` ends, those found by then are named.
    """
    part = f"{stream}/{region}"
    if isinstance(error, TooManyOpenStepsError):
        return TooManyOpenSteps(part, error.count)
    machine = machine_of(kind_of(stream), region)
    step = error.step
    part = f"{stream}/{machine.named(step)}"
    refusal, status = machine.why(error.state, step, error.day)
    assert issubclass(refusal, ImpossibleHistory)  # noqa: S101 - the machines' own promise
    others = [] if last is None else [name(entry) for entry in _culprits(stream, region, steps, step, last, patience)]
    found = refusal(part, status, step.verb, _days(step), others)
    if last is not None and step.key[0] != last:  # the step of another entry, which this one does not allow
        found.message = f"{part}: with this, {name(step.key[0])} is not possible: {refusal.what}"
    return found


def _culprits(stream: str, region: str, steps: list[Step], at: Step, last: str, patience: Patience | None) -> list[str]:
    """Ids of the other entries each of which, left out, would leave a world."""
    nearest = sorted(steps, key=lambda step: abs(step.earliest - at.earliest))[:SEARCHED]
    linked = {key[0] for step in steps for key in step.after}
    tried: dict[object, bool] = {}
    found = []
    its_steps = _by_entry(steps)
    for entry in dict.fromkeys(step.key[0] for step in nearest):
        if entry == last:
            continue
        # Which of several that say the same is left out makes no difference.
        alike = entry if entry in linked else tuple(step[1:] for step in its_steps[entry])
        if alike not in tried:
            without = [step for step in steps if step.key[0] != entry]
            tried[alike] = _is_possible(stream, region, without, patience)
        if tried[alike]:
            found.append(entry)
    return found


def _by_entry(steps: Iterable[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(step.key[0], []).append(step)
    return found


def _is_possible(stream: str, region: str, steps: list[Step], patience: Patience | None) -> bool:
    try:
        worlds_of(stream, region, steps, None, patience)
    except (NoWorldError, TooManyOpenStepsError, SearchTooLongError):
        return False
    return True


def _days(step: Step) -> str:
    if step.earliest == step.latest:
        return iso(step.earliest)
    first = ".." if step.earliest == BEGIN else iso(step.earliest)
    last = ".." if step.latest == END else iso(step.latest)
    return f"{first}..{last}".replace("....", "..")
