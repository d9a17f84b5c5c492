"""Which facts and which state machines are there? The one place that brings the aggregates together."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from . import announcement, correction
from .aggregate import Aggregate
from .entry import CATALOGUE, Fact, versions_of
from .streams import KINDS, OWN
from .worlds import Machine

_MODULES: Final = {kind: import_module(f".{kind}", __package__) for kind in (*KINDS, *OWN)}
AGGREGATES: Final[dict[str, type[Aggregate]]] = {kind: module.AGGREGATE for kind, module in _MODULES.items()}
MACHINES: Final[dict[str, dict[str, Any]]] = {kind: module.MACHINES for kind, module in _MODULES.items()}


def _in_order() -> None:
    """Put the facts into the order of their kinds, whichever was imported first; what is of any kind comes last."""
    places = {kind: place for place, kind in enumerate((*KINDS, *OWN))}
    facts = sorted(CATALOGUE.items(), key=lambda one: places.get(one[1].KIND, len(places)))
    CATALOGUE.clear()
    CATALOGUE.update(facts)


_in_order()
VERSIONS: Final[dict[str, type[Fact]]] = {name: kind for kind in CATALOGUE.values() for name in versions_of(kind)}
"""Every version of every type → the class that reads it."""
__all__ = [
    "AGGREGATES", "ANY_KIND", "CATALOGUE", "MACHINES", "VERSIONS", "facts_of", "has_many_parts", "kind_of",
    "machine_of",
]  # fmt: skip

ANY_KIND: Final = (correction.EntryCorrected, correction.EntryRetracted, announcement.AnnouncementCalledOff)


def facts_of(kind: str) -> list[type[Fact]]:
    """The events of one kind of aggregate, in the order in which they are declared."""
    return [fact for fact in CATALOGUE.values() if kind == fact.KIND]


@lru_cache(maxsize=65536)
def machine_of(kind: str, region: str) -> Machine[Any]:
    """The state machine that judges a region: machine_of("dialogue", "meeting/2")."""
    made: Machine[Any] = MACHINES[kind][region.partition("/")[0]](region)
    return made


def has_many_parts(stream: str) -> bool:
    """Whether a stream is one region of many parts: a commitment, with its obligors. Else each part is a region."""
    return any(one.many for one in MACHINES[kind_of(stream)].values())


def kind_of(stream: str) -> str:
    """The kind of aggregate that a stream belongs to."""
    return stream.partition(":")[0]
