"""References to what is not recorded, and names that differ in nothing that matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ...domain.countries import same_party
from ...domain.entry import Fact
from ...domain.near_names import form, listed, meant, run_together
from ...history.effective import Effective
from ..told import position
from .declared import Finding, Found, Neighbours, Periods, Said, declared, parties_of

_KEPT: Final = 20
"""Entries of one spelling that a finding names."""


@declared("dangling", "A fact refers to a stream, meeting or statement that is not recorded.")
def dangling(_stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    for one in told:
        for name, reference in (*references_of(one.fact), *(("builds_on", named) for named in one.builds_on)):
            if not _is_recorded(reference, others):
                said = f"refers to {reference} ({name.replace('_', ' ')}), which is not recorded"
                hint = meant(others.near(reference))
                yield Said(f"{said}; {hint}" if hint else said, (position(one),))


def references_of(fact: Fact) -> Iterator[tuple[str, str]]:
    """(field, reference) of every reference to a stream, or to a meeting or statement in one."""
    for name in _reference_fields(type(fact)):
        value = getattr(fact, name)
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None:
                yield name, one


@lru_cache(maxsize=256)
def _reference_fields(kind: type[Fact]) -> tuple[str, ...]:
    """The fields of a type of fact whose values name streams, by their declared pattern."""
    return tuple(
        name
        for name, declared_ in kind.model_fields.items()
        if "relationship|dialogue|commitment|instrument|party" in f"{declared_.annotation} {declared_.metadata}"
    )


def _is_recorded(reference: str, others: Neighbours) -> bool:
    stream, _, part = reference.partition("/")
    if not others.has(stream):
        return False
    if not part or any(period[0] == part for period in others.periods(stream)):
        return True
    kind, _, name = part.partition("/")
    return any(getattr(one.fact, kind, None) == name for one in others.told(stream))


@declared(
    "near-names", "Streams, or codes of parties, that differ in case, separators or order alone, or mean one party."
)
def near_names(stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    if not told:
        return
    if twins := sorted(one for one in others.alike(stream) if others.told(one)):
        first = min(position(one) for one in told)
        message = f"differs from {listed(twins, 'and')} in case, separators or order alone"
        yield Said(message, (first,), at_once=False)  # the command that opens a stream says it in its own words


@dataclass(slots=True)
class _Use:
    """Where one spelling of a party's code is used."""

    stream: str
    count: int = 0
    entries: list[int] = field(default_factory=list)


class Codes:
    """The codes of parties that streams use; found out stream by stream, compared at the end."""

    def __init__(self) -> None:
        self._uses: dict[str, _Use] = {}

    def add(self, stream: str, told: Iterable[Effective]) -> None:
        """Take in what a stream uses. Codes of states are left out, but for those that have two."""
        for one in told:
            for code in parties_of(one.fact):
                if ":" in code or len(same_party(code)) > 1:
                    use = self._uses.setdefault(code, _Use(stream))
                    use.count += 1
                    if stream == use.stream and len(use.entries) < _KEPT:
                        use.entries.append(position(one))

    def used(self) -> list[str]:
        """The codes that were taken in."""
        return list(self._uses)

    def findings(self, registered: Iterable[str] = ()) -> Iterator[Finding]:
        """One finding for each spelling that is not the usual one: a registered party's, else the commonest."""
        known = frozenset(registered)
        yield from self._twins()
        for codes in _alike({*self._uses, *known}).values():
            usual = min(codes, key=lambda code: (code not in known, -self._count(code), code))
            for code in sorted(codes - {usual}):
                if use := self._uses.get(code):
                    message = f"{code} differs from {usual} in case, separators or order alone"
                    yield Finding("near-names", use.stream, message, tuple(sorted(use.entries)))

    def _twins(self) -> Iterator[Finding]:
        """A former state that has two codes here (SU, SUHH): parts under the one are not those under the other."""
        for code, use in self._uses.items():
            other = same_party(code)[-1]
            if other in self._uses and (self._count(code), code) < (self._count(other), other):
                message = f"{code} is {other}: one former state has two codes here"
                yield Finding("near-names", use.stream, message, tuple(sorted(use.entries)))

    def _count(self, code: str) -> int:
        use = self._uses.get(code)
        return use.count if use else 0


def _alike(names: Iterable[str]) -> Mapping[tuple[str, ...], set[str]]:
    """Names by what stays of them without case, separators and order."""
    found: dict[tuple[str, ...], set[str]] = {}
    for one in names:
        found.setdefault(form(one), set()).add(one)
    joined: dict[str, tuple[str, ...]] = {}
    for key, some in list(found.items()):
        other = joined.setdefault(run_together(min(some)), key)
        if other != key:
            found[other] |= found.pop(key)
    return found


class Alike:
    """Which of very many names are alike? Numbers are kept of all, names of those alone that have a twin."""

    def __init__(self, names: Iterable[str]) -> None:
        seen: set[int] = set()
        twice: set[int] = set()
        every = list(names)
        for name in every:
            keys = _keys(name)
            twice |= keys & seen
            seen |= keys
        self._twins: dict[int, list[str]] = {}
        for name in every if twice else ():
            for key in _keys(name) & twice:
                self._twins.setdefault(key, []).append(name)

    def of(self, name: str) -> list[str]:
        """The names that are alike, but for the name itself."""
        found = (one for key in _keys(name) for one in self._twins.get(key, ()))
        return [one for one in dict.fromkeys(found) if one != name]


def _keys(name: str) -> set[int]:
    kind, _, short = name.partition(":")
    return {hash((kind, form(short))), hash((kind, run_together(short)))}
