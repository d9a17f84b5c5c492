"""How does the frontier of a region lie in the file? As JSON, for it is derived and can be derived again."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json, to_json

from ..domain.catalogue import kind_of, machine_of
from ..domain.errors import Altered
from ..domain.history import Frontier
from ..domain.worlds import Step


class FrontierUnreadable(Altered):
    """A derived value is damaged; the entries it comes from may be sound."""


def frozen(frontier: Frontier) -> bytes:
    """Write a frontier down."""
    return to_json([frontier.base_day, frontier.base_states, frontier.open_steps])


def thawed(stream: str, region: str, body: bytes) -> Frontier:
    """Read one back; states are of the type that the region's automaton starts with."""
    try:
        base_day, states, steps = tupled(from_json(body))
        state = type(machine_of(kind_of(stream), region).start)
        return Frontier(int(base_day), tuple(state(*one) for one in states), tuple(Step(*one) for one in steps))
    except (ValueError, TypeError, KeyError) as error:
        raise FrontierUnreadable(
            f"what the next step of {stream}/{region} is judged by cannot be read",
            f"it is derived from the entries, and was damaged: {error}"[:200],
            "derive it anew: engage rebuild",
        ) from error


def tupled(value: Any) -> Any:
    """Lists of JSON as the tuples that they were."""
    return tuple(tupled(one) for one in value) if isinstance(value, list) else value
