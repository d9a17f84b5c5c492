"""How do the steps of long streams lie in the file, and are those that lie there the ones that the entries give?

A step is written as JSON less what is in its key; a base as the state that holds then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pydantic_core import from_json, to_json

from ...domain.catalogue import kind_of, machine_of
from ...domain.errors import StepsDamaged
from ...domain.steps import Step
from ...domain.worlds import RestartPoint
from ...history.step_index import IndexedStep, StepIndexChange
from .frontiers import brief, sealed, tupled, unsealed

Select = Callable[[str, tuple[Any, ...]], Iterable[Any]]
"""Runs a statement and gives its rows."""
StepRow = tuple[str, int, int, int, bytes]
BaseRow = tuple[str, int, bytes]

TABLES: Final = ("steps", "bases")


def step_row(region: str, place: IndexedStep) -> StepRow:
    """A step as it is stored, less the number of its stream."""
    (entry_id, _), _, latest, verb, args, after = place.step
    return region, place.earliest, place.version, place.number, to_json([entry_id, latest, verb, args, after])


def base_row(stream: str, region: str, base: RestartPoint) -> BaseRow:
    """A base as it is stored, sealed like a frontier, less the number of its stream."""
    return region, base[0], sealed(_base(base[0]), stream, region, to_json(brief(base[1])))


def _base(day: int) -> bytes:
    return b"base %d" % day


def steps_after(select: Select, stream: str, number: int, region: str, day: int) -> list[IndexedStep]:
    """The steps of a region that begin after a day, in order; raises StepsDamaged."""
    rows = select(
        "SELECT earliest, version, number, body FROM steps WHERE stream = ? AND region = ? AND earliest > ? "
        "ORDER BY earliest, version, number",
        (number, region, day),
    )
    try:
        return [_placed(*row) for row in rows]
    except (ValueError, TypeError, RecursionError) as error:
        raise StepsDamaged(stream, region, "they cannot be read") from error


def _placed(earliest: int, version: int, number: int, body: bytes) -> IndexedStep:
    entry_id, latest, verb, args, after = tupled(from_json(body))
    return IndexedStep(earliest, version, number, Step((entry_id, number), earliest, latest, verb, args, after))


def base_before(select: Select, stream: str, number: int, region: str, day: int) -> RestartPoint | None:
    """The last base of a region before a day; raises StepsDamaged."""
    rows = select(
        "SELECT day, body FROM bases WHERE stream = ? AND region = ? AND day < ? ORDER BY day DESC LIMIT 1",
        (number, region, day),
    )
    try:
        # States are of the type that the region's state machine starts with.
        state = type(machine_of(kind_of(stream), region).start)
        return next(
            ((day, state(*tupled(from_json(unsealed(_base(day), stream, region, body))))) for day, body in rows), None
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise StepsDamaged(stream, region, "they cannot be read") from error


def steps_differ(select: Select, stream: str, number: int, laid: Mapping[str, StepIndexChange]) -> bool:
    """Whether other steps and bases are stored of a stream than what is derived."""
    steps = {step_row(region, place) for region, one in laid.items() for place in one.come}
    bases = {base_row(stream, region, base) for region, one in laid.items() for base in one.bases}
    stored_steps = select("SELECT region, earliest, version, number, body FROM steps WHERE stream = ?", (number,))
    stored_bases = select("SELECT region, day, body FROM bases WHERE stream = ?", (number,))
    return steps != {tuple(row) for row in stored_steps} or bases != {tuple(row) for row in stored_bases}
