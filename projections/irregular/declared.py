"""What a check is: its name, one sentence, and a function; and what it may ask of other streams."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ...domain.entry import Citation, Fact
from ...domain.worlds import Standing
from ...history.effective import Effective
from ..told import position

Periods = Sequence[tuple[str, Standing, int, int]]
"""(part, standing, valid from, valid to) of one stream, everything known."""


class Finding(NamedTuple):
    """Something irregular: which check found it, where, what it says, and the entries it rests on."""

    check: str
    stream: str
    message: str
    entries: tuple[int, ...]
    at_once: bool = True
    """whether it is said to whoever records the fact, or by `engage check` alone"""


def _none(_: str) -> Sequence[str]:
    return ()


class Neighbours(NamedTuple):
    """What a check may ask of other streams."""

    periods: Callable[[str], Periods]
    told: Callable[[str], Sequence[Effective]]
    has: Callable[[str], bool]
    """whether anything is recorded in a stream"""
    alike: Callable[[str], Sequence[str]] = _none
    """streams whose name differs from that of a stream in case, separators or order alone"""
    near: Callable[[str], Sequence[str]] = _none
    """what may have been meant by a reference to what is not recorded"""
    doubted: Callable[[Citation], str | None] = lambda _: None
    """why a quote of an archived source is not found in it; asked where sources are looked at"""
    now: str = ""
    """the time by this machine's clock; nothing where no check is to go by it"""


class Said(NamedTuple):
    """What a check says of one stream, and the entries that it rests on."""

    message: str
    entries: tuple[int, ...]
    at_once: bool = True


Found = Iterator[Said]
OfStream = Callable[[str, Sequence[Effective], Periods, Neighbours], Found]


class Check(NamedTuple):
    """One check, as it is declared."""

    name: str
    finds: str
    """one sentence"""
    function: OfStream
    group: str = ""
    """what it is asked for by, together with others: sources"""
    is_asked: bool = False
    """whether it is run for its group alone: what it finds is ordinary"""


CHECKS: Final[dict[str, Check]] = {}
"""Every check by its name, in the order in which they are declared."""


def declared(name: str, finds: str, group: str = "", *, is_asked: bool = False) -> Callable[[OfStream], OfStream]:
    """Declare a check: its name, one sentence, and the function below it."""

    def declare(function: OfStream) -> OfStream:
        CHECKS[name] = Check(name, finds, function, group, is_asked)
        return function

    return declare


# --- what checks have in common ----------------------------------------------------------------------------

_PARTIES: Final = (
    "by", "of", "obligor", "obligors", "obligees", "party", "parties", "sender", "host", "initiator", "issuers",
    "assessor", "decided_by", "lead", "power",
)  # fmt: skip
_ACTING: Final = ("by", "obligors", "issuers", "parties")


def entries_of(told: Iterable[Effective], wanted: Callable[[Fact], bool]) -> tuple[int, ...]:
    """The entries whose facts are wanted."""
    return tuple(position(one) for one in told if wanted(one.fact))


def may_be(standing: Standing, status: str) -> bool:
    """Whether a part has a status, or possibly has: only what no world allows is irregular."""
    return standing.status == status or status in standing.possible


def parties_of(fact: Fact) -> set[str]:
    """Every party that a fact names as acting or concerned."""
    fields = _fields(type(fact))
    named = {party for name in fields.parties for party in _several(getattr(fact, name))}
    return named | {one.party for name in fields.participants for one in getattr(fact, name) if one.party}


def jointly_acting(fact: Fact) -> set[str]:
    """The parties that a fact says acted together."""
    names = _fields(type(fact)).acting
    return next((set(found) for name in names if len(found := _several(getattr(fact, name))) > 1), set())


def cited_by(one: Effective) -> list[Citation]:
    """Every citation of an entry: those of its envelope, and the evidence that its fact names."""
    values = (getattr(one.fact, name) for name in _fields(type(one.fact)).evidence)
    return [*one.sources, *(value for value in values if isinstance(value, Citation))]


class _Fields(NamedTuple):
    parties: tuple[str, ...]
    participants: tuple[str, ...]
    acting: tuple[str, ...]
    evidence: tuple[str, ...]


@lru_cache(maxsize=256)
def _fields(kind: type[Fact]) -> _Fields:
    """Which of these a type of fact has, found once: asking each fact for what it has not takes long."""
    there = kind.model_fields
    return _Fields(
        tuple(name for name in _PARTIES if name in there),
        tuple(name for name in ("participants",) if name in there),
        tuple(name for name in _ACTING if name in there),
        tuple(name for name, one in there.items() if "Citation" in str(one.annotation)),
    )


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, tuple) else ()
