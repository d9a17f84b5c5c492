"""Does each cell of the page of steps say what a ledger does? Facts lead to every status, and every fact is tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple, get_args, get_origin

import pytest
from support import E, known

from engagement_ledger.domain.catalogue import MACHINES, facts_of, machine_of
from engagement_ledger.domain.commitment import CommitmentMade
from engagement_ledger.domain.dates import When, day, iso
from engagement_ledger.domain.entry import Announced, Fact
from engagement_ledger.domain.errors import ImpossibleHistory
from engagement_ledger.domain.obligations import TIMING, State
from engagement_ledger.history.decide import StreamInMemory
from engagement_ledger.history.effective import effective, regions

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "tables.md"
REGIONS = [(kind, region) for kind, machines in MACHINES.items() for region in machines]
FIRST = day("2026-02-03")
PAST, AHEAD, LATER = "2026-02-02", "2031-03-10", "2031-03"
"""Due already; planned for a day, and for a month that holds it: later than all that happens here."""
DEEP = 6
Cells = dict[tuple[str | None, str], tuple[set[str | None], set[str]]]
"""(status, step) → where it leads, and the refusals that it meets."""


# --- what the page says ----------------------------------------------------------------------------------


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def printed(kind: str, region: str) -> Cells:
    section = page().partition(f"### {kind}: {region}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    cells: Cells = {}
    heading = ""
    for line in section.splitlines():
        columns = [column.strip() for column in line.strip("|").split("|")]
        if not line.startswith("|") or columns[0] == "---":
            continue
        if not columns[0].startswith("`"):
            heading = columns[0]
            continue
        for word in columns[1].split(", "):
            status = None if word == "*nothing yet*" else word
            to, refused = cells.setdefault((status, columns[0].strip("`")), (set(), set()))
            if heading == "step":
                to |= set(_levels() if "names" in columns[2] else [_target(columns[2], status)])
            else:
                refused |= set(re.findall(r"\[(\w+)\]", columns[2]))
    return cells


def _target(text: str, status: str | None) -> str | None:
    return status if text == "*stays as it is*" else text.strip("*")


def _levels() -> tuple[str, ...]:
    from engagement_ledger.domain.relationship import LEVELS

    return tuple(LEVELS)


# --- what a ledger does ----------------------------------------------------------------------------------


class Told(NamedTuple):
    """A history on days of its own, and the steps in it that come later than their fact."""

    entries: tuple[E, ...] = ()
    later: tuple[tuple[int, str], ...] = ()
    """(day, step)"""


BY_ANOTHER = Told((E(CommitmentMade(obligors=("US",), kind="event", text="To act"), iso(FIRST)),))
"""Of this, the table of one obligor says how another becomes one."""


def done(samples: ModuleType, kind: str, region: str) -> Cells:
    """Try every fact in every status that facts lead to."""
    stream, part = f"{kind}:x", _part(kind, region)
    cells: Cells = {}
    seen = set()
    ahead = [Told(), *([BY_ANOTHER] if kind == "commitment" else [])]
    while ahead:
        told = ahead.pop(0)
        memory = _recorded(stream, told.entries)
        on = FIRST + 2 * len(told.entries)
        before = _status(memory, part, on)
        _note_later(cells, memory, part, told, on)
        key = _state(kind, region, memory, on), [step for when, step in told.later if when > on]
        if str(key) in seen or len(told.entries) > DEEP:
            continue
        seen.add(str(key))
        for fact in _facts(samples, kind, region, on):
            verbs = [move.verb for move in fact.moves()]
            if told == BY_ANOTHER and verbs[0] not in ("propose", "make", "recognise", "join"):
                continue
            to, refused = cells.setdefault((before, verbs[0]), (set(), set()))
            entries = (*told.entries, E(fact, iso(on)))
            try:
                after = _recorded(stream, entries)
            except ImpossibleHistory as refusal:
                refused.add(type(refusal).__name__)
                continue
            to.add(_status(after, part, on))
            if told != BY_ANOTHER:
                ahead.append(Told(entries, (*told.later, *((on + 3, verb) for verb in verbs[1:]))))
    return cells


def _note_later(cells: Cells, memory: StreamInMemory, part: str, told: Told, on: int) -> None:
    """A session ends, or a notice has effect, on a day between those of two facts, or after all of them."""
    for when, verb in told.later:
        if when in (on - 1, on + 1):
            cells.setdefault((_status(memory, part, when - 1), verb), (set(), set()))[0].add(
                _status(memory, part, when)
            )


def _recorded(stream: str, entries: tuple[E, ...]) -> StreamInMemory:
    memory = StreamInMemory(stream)
    for number, one in enumerate(entries, start=1):
        memory.add([one.entry(stream, number)], number, known)
    return memory


def _status(memory: StreamInMemory, part: str, on: int) -> str | None:
    rows = [row for row in memory.live([part], 0) if row.valid_from <= on < row.valid_to]
    return rows[0].standing.status if rows else None


def _state(kind: str, region: str, memory: StreamInMemory, on: int) -> Any:
    """What a machine knows on a day: histories that agree in it need not both go on."""
    place = region if kind == "commitment" else _part(kind, region)
    machine = machine_of(kind, place)
    state = machine.start
    steps = sorted(regions(effective(memory.entries, known).values()).get(place, []), key=lambda step: step.earliest)
    for step in steps:
        state = machine.move(state, step, step.earliest) if step.earliest <= on else state
    # On which day it was closed decides a flag, and no step.
    return state._replace(**TIMING) if isinstance(state, State) else state


def _part(kind: str, region: str) -> str:
    names = {
        "mission": "mission/NZ>US",
        "office": "office/x:office",
        "meeting": "meeting/1",
        "coverage": "coverage/dialogue:*",
    }
    if kind == "commitment":
        return "obligor/NZ"
    return names.get(region) or (f"{region}/NZ" if region in ("partnership", "consent", "member") else region)


def _facts(samples: ModuleType, kind: str, region: str, on: int) -> Iterator[Fact]:
    """A sample of each fact that moves the region, with every word and date that its fields may have."""
    given = set()
    for declared in facts_of(kind):
        for full in (True, False):
            for fact in _varied(samples.fact_of(declared, full), on):
                moves = tuple(move for move in fact.moves() if move.region.partition("/")[0] == region)
                if moves and (declared, moves) not in given:
                    given.add((declared, moves))
                    yield fact


FIXED: dict[str, Any] = {
    "meeting": "1", "scope": "dialogue:*", "sender": "NZ", "host": "US", "party": "NZ", "member": "NZ", "scheme": "NZ",
    "obligors": ("NZ",), "obligor": "NZ", "by": "NZ", "venue": None, "through": None,
    "expected_until": When.parse(AHEAD),
}  # fmt: skip


def _varied(sample: Fact, on: int) -> Iterator[Fact]:
    fields = type(sample).model_fields
    fixed = {name: value for name, value in FIXED.items() if name in fields and getattr(sample, name) is not None}
    fixed |= {name: When.parse(AHEAD) for name in ("window", "due") if getattr(sample, name, None) is not None}
    for name in ("until", "effective"):
        if isinstance(sample, Announced) and getattr(sample, name, None) is not None:
            fixed[name] = When.parse(iso(on) if name == "effective" else AHEAD)
        elif getattr(sample, name, None) is not None:
            # A commitment's withdrawal is one step; of what has two, the second comes between later facts.
            fixed[name] = When.parse(AHEAD if "scope" in fields else iso(on if "by" in fields else on + 3))
    whole = sample.model_copy(update=fixed)
    yield whole
    for name, field in fields.items():
        for word in _choices(name, field.annotation):
            yield whole.model_copy(update={name: word})


def _choices(name: str, annotation: Any) -> list[Any]:
    if name == "policy":  # what it decides is the status of the whole
        return []
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    others = {"window": [LATER], "due": [PAST]}.get(name, [])
    return [When.parse(one) for one in others]


# --- the two -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "region"), REGIONS, ids=lambda one: one)
def test_every_cell_of_the_page_of_steps_is_what_a_ledger_does(samples: ModuleType, kind: str, region: str) -> None:
    page_says, ledger_does = printed(kind, region), done(samples, kind, region)
    assert page_says.keys() == ledger_does.keys()
    assert {cell for cell in page_says if page_says[cell][0] != ledger_does[cell][0]} == set()
    assert {cell for cell in page_says if page_says[cell][1] != ledger_does[cell][1]} == set()


def test_what_is_lawful_is_not_printed_as_refused() -> None:
    for kind, region in REGIONS:
        for cell, (to, refused) in printed(kind, region).items():
            assert to or refused, cell
    assert printed("dialogue", "meeting")[None, "hold"] == ({"held"}, set())
    assert printed("dialogue", "meeting")[None, "begin"] == ({"in-session"}, set())
    assert printed("dialogue", "series")["proposed", "establish"] == ({"established"}, set())
