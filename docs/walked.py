"""What does each state machine answer, step by step and status by status? Asked of the machine itself, not read off.

A machine is walked from its start with a sample of every fact, and of every word that a field may have. What it lets
pass, where that leads, and by what refusal it stops the rest is what the pages print.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin

import samples

from engagement_ledger.domain import obligations
from engagement_ledger.domain.catalogue import facts_of, machine_of
from engagement_ledger.domain.dates import When, day
from engagement_ledger.domain.entry import Fact, Move
from engagement_ledger.domain.machine import PartState
from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.domain.steps import Step

PARTY: Final = "NZ"
"""The one obligor of the commitment that is walked: its table is that of each."""
DAYS: Final = (day("2026-02-02"), day("2026-02-03"))
"""The day of every sample, and the day after, by which what was due then is overdue."""

JOINING: Final = ("propose", "make", "recognise", "join")
"""Steps by which a party becomes an obligor."""


class Answers(NamedTuple):
    """What a machine answers in one status to one step, over all states of that status."""

    to: tuple[str | None, ...]
    """where it leads, where it is lawful"""
    refused: tuple[type[Refusal], ...]
    """by what it is refused, where it is not"""


_Pending = frozenset[Step]
_Node = tuple[Any, _Pending]
"""A state, and the second steps of facts whose first is done."""


@cache
def answers(kind: str, region: str) -> dict[tuple[str | None, str], Answers]:
    """(status, step) → what the machine of a region answers, for every status that it can reach."""
    machine = machine_of(kind, region if region == obligations.REGION else f"{region}/x")
    found: dict[tuple[str | None, str], tuple[dict[str | None, None], dict[type[Refusal], None]]] = {}
    changes = list(_changes(kind, region))
    seen: set[_Node] = set()
    ahead: list[_Node] = [(machine.start, frozenset())]
    while ahead:
        node = ahead.pop(0)
        if node in seen:
            continue
        seen.add(node)
        state, pending = node
        for step, then in [*changes, *((step, frozenset()) for step in pending)]:
            for before, on in product(_starts(state, step), DAYS):
                moved = machine.move(before, step, on)
                to, refused = found.setdefault((_status(state), step.verb), ({}, {}))
                if moved is None:
                    refused.setdefault(_refusal(machine, before, step, on))
                else:
                    to.setdefault(_status(moved))
                    if before is state:
                        ahead.append((_judging(moved), (pending | then) - {step}))
    return {pair: Answers(tuple(to), tuple(refused)) for pair, (to, refused) in found.items()}


def _judging(state: Any) -> Any:
    """A state less what decides no step: by which dates it is told what was closed late."""
    return state._replace(**obligations.TIMING) if isinstance(state, obligations.State) else state


def _starts(state: Any, step: Step) -> tuple[Any, ...]:
    """The state; where nobody has made a commitment, one too that another made: it can be joined, for one."""
    if isinstance(state, obligations.State) and not state.obligors and step.verb in JOINING:
        return state, obligations.State((("US", "made"),))
    return (state,)


def _refusal(machine: Any, state: Any, step: Step, on: int) -> type[Refusal]:
    refusal: type[Refusal] = machine.why(state, step, on)[0]
    return refusal


def _status(state: Any) -> str | None:
    """The status of a part; of a commitment, that of its obligor."""
    if isinstance(state, PartState):
        return state.status
    return dict(state.obligors).get(PARTY)


def _changes(kind: str, region: str) -> Iterator[tuple[Step, _Pending]]:
    """The first step of every fact that moves the region, and what may follow it."""
    given = set()
    for number, fact in enumerate(_facts(kind)):
        moves = [move for move in fact.moves() if move.region.partition("/")[0] == region]
        if not moves or tuple(moves) in given:
            continue
        given.add(tuple(moves))
        first, *others = (_step(move, number, place) for place, move in enumerate(moves))
        yield first, frozenset(others)


def _step(move: Move, number: int, place: int) -> Step:
    args = tuple(_one_party(arg) for arg in move.args) if move.region == obligations.REGION else move.args
    return Step((str(number), place), DAYS[0], DAYS[1], move.verb, args)


def _one_party(arg: Any) -> Any:
    if isinstance(arg, tuple):
        return (PARTY,)
    return PARTY if isinstance(arg, str) and arg.startswith("x:") else arg


def _facts(kind: str) -> Iterator[Fact]:
    """A sample of every fact, full and short, with each word, and another date, that a field may have."""
    for declared in facts_of(kind):
        for full in (True, False):
            sample = samples.fact_of(declared, full)
            yield sample
            for name, field in declared.model_fields.items():
                for word in _words(field.annotation):
                    yield sample.model_copy(update={name: word})


def _words(annotation: Any) -> tuple[Any, ...]:
    if annotation is When:
        return (When.parse("2026-03"),)
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) is Union or "|" in str(annotation):
        return tuple(word for one in get_args(annotation) for word in _words(one))
    return ()
