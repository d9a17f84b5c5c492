"""Which facts and which automata are there? The one place that brings the aggregates together."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from . import commitment, correction, dialogue, instrument, party, relationship
from .aggregate import Aggregate
from .entry import CATALOGUE, Fact
from .worlds import Machine

AGGREGATES: Final[dict[str, type[Aggregate]]] = {
    "relationship": relationship.Relationship,
    "dialogue": dialogue.Dialogue,
    "commitment": commitment.Commitment,
    "instrument": instrument.Instrument,
    "party": party.PartyRecord,
}
MACHINES: Final[dict[str, dict[str, Any]]] = {
    "relationship": relationship.MACHINES,
    "dialogue": dialogue.MACHINES,
    "commitment": commitment.MACHINES,
    "instrument": instrument.MACHINES,
    "party": party.MACHINES,
}
__all__ = ["AGGREGATES", "ANY_KIND", "CATALOGUE", "MACHINES", "facts_of", "has_many_parts", "kind_of", "machine_of"]

ANY_KIND: Final = (correction.EntryCorrected, correction.EntryRetracted)


def facts_of(kind: str) -> list[type[Fact]]:
    """The events of one kind of aggregate, in the order in which they are declared."""
    return [fact for fact in CATALOGUE.values() if kind == fact.KIND]


@lru_cache(maxsize=65536)
def machine_of(kind: str, region: str) -> Machine[Any]:
    """The automaton that judges a region: machine_of("dialogue", "meeting/2")."""
    made: Machine[Any] = MACHINES[kind][region.partition("/")[0]](region)
    return made


def has_many_parts(stream: str) -> bool:
    """Whether a stream is one region of many parts: a commitment, with its obligors. Else each part is a region."""
    return any(one.many for one in MACHINES[kind_of(stream)].values())


def kind_of(stream: str) -> str:
    """The kind of aggregate that a stream belongs to."""
    return stream.partition(":")[0]
