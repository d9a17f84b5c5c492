"""Which facts and which state machines are there? The one place that brings the aggregates together.

The facts of a kind stand in the module of its name, and that is imported when a fact or a machine of the kind is asked
for: to import all of them is a quarter of what it takes to show one stream, or to record one fact. Who asks for
CATALOGUE, VERSIONS, AGGREGATES or MACHINES asks for all.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from . import announcement, correction
from .entry import DECLARED, Fact, versions_of
from .streams import KINDS, OWN

if TYPE_CHECKING:
    from .aggregate import Aggregate
    from .worlds import Machine

    CATALOGUE: dict[str, type[Fact]]
    """Every type, in its newest version → its class, in the order of their kinds; what is of any kind comes last."""
    VERSIONS: dict[str, type[Fact]]
    """Every version of every type → the class that reads it."""
    AGGREGATES: dict[str, type[Aggregate]]
    MACHINES: dict[str, dict[str, Any]]

__all__ = [
    "AGGREGATES", "ANY_KIND", "CATALOGUE", "MACHINES", "VERSIONS", "blank", "facts_of", "has_many_parts", "kind_of",
    "machine_of", "reading",
]  # fmt: skip

ANY_KIND: Final = (correction.EntryCorrected, correction.EntryRetracted, announcement.AnnouncementCalledOff)
_ALL_KINDS: Final = (*KINDS, *OWN)


@cache
def _module(kind: str) -> Any:
    return import_module(f".{kind}", __package__)


@cache
def _all() -> dict[str, Any]:
    modules = {kind: _module(kind) for kind in _ALL_KINDS}
    places = {kind: place for place, kind in enumerate(_ALL_KINDS)}
    facts = dict(sorted(DECLARED.items(), key=lambda one: places.get(one[1].KIND, len(places))))
    return {
        "CATALOGUE": facts,
        "VERSIONS": {name: kind for kind in facts.values() for name in versions_of(kind)},
        "AGGREGATES": {kind: module.AGGREGATE for kind, module in modules.items()},
        "MACHINES": {kind: module.MACHINES for kind, module in modules.items()},
    }


def __getattr__(name: str) -> Any:
    if name not in ("CATALOGUE", "VERSIONS", "AGGREGATES", "MACHINES"):  # before anything is imported for it
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _all()[name]


@lru_cache(maxsize=4096)
def reading(name: str) -> type[Fact] | None:
    """The class that reads a version of a type, by its stable name; None where no such version is declared."""
    kind = name.partition(".")[0]
    if kind in _ALL_KINDS:
        _module(kind)
    return next((fact for fact in DECLARED.values() if kind == fact.KIND and name in versions_of(fact)), None)


def facts_of(kind: str) -> list[type[Fact]]:
    """The events of one kind of aggregate, in the order in which they are declared."""
    _module(kind)
    return [fact for fact in DECLARED.values() if kind == fact.KIND]


def blank(stream: str) -> Aggregate:
    """An aggregate of which nothing is known yet: its events are folded into it."""
    made: Aggregate = _module(kind_of(stream)).AGGREGATE(stream=stream)
    return made


@lru_cache(maxsize=65536)
def machine_of(kind: str, region: str) -> Machine[Any]:
    """The state machine that judges a region: machine_of("dialogue", "meeting/2")."""
    made: Machine[Any] = _module(kind).MACHINES[region.partition("/")[0]](region)
    return made


def has_many_parts(stream: str) -> bool:
    """Whether a stream is one region of many parts: a commitment, with its obligors. Else each part is a region."""
    return any(one.many for one in _module(kind_of(stream)).MACHINES.values())


def kind_of(stream: str) -> str:
    """The kind of aggregate that a stream belongs to."""
    return stream.partition(":")[0]
