"""Would a fact be kept as it is written? Numbers and yes-or-no values in one form each, lists of a bounded length.

What is refused here would otherwise be read as something else: `true` as the number 1, `010` as 10, `1.0` as 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, get_args

from ..domain.catalogue import facts_of
from ..domain.entry import Fact
from ..domain.errors import InvalidFact
from ..domain.limits import DEEPEST, MOST_MEMBERS
from ..domain.refusal import shown

_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_TRUTHS: Final = (True, False, "true", "false")


def within_bounds(raw: Mapping[str, Any]) -> None:
    """Refuse a list, at any depth, that has more than the most members; raises InvalidFact."""
    for name, value in raw.items():
        if type(value) is not str:
            _bounded(str(name), value, 0)


def _bounded(name: str, value: Any, depth: int) -> None:
    members: Iterable[tuple[str, Any]]
    if isinstance(value, list | tuple):
        if len(value) > MOST_MEMBERS:
            problem = f"{shown(name)} has {len(value):,} members, and a list has at most {MOST_MEMBERS:,}"
            raise InvalidFact([problem], "record several facts, each with some of them")
        members = ((name, one) for one in value if type(one) is not str)
    elif isinstance(value, Mapping):
        members = ((str(inner), one) for inner, one in value.items() if type(one) is not str)
    else:
        return
    if depth > DEEPEST:
        raise InvalidFact([f"{shown(name)} is nested too deeply"])
    for inner, one in members:
        _bounded(inner, one, depth + 1)


def same_when_read(kind: type[Fact], body: Mapping[str, Any]) -> None:
    """Refuse a number or a yes-or-no value that would be read as another; raises InvalidFact."""
    numbers, truths = _fields_of(kind)
    if numbers or truths:
        _as_read(body, numbers, truths)


def same_when_corrected(stream_kind: str, changes: Mapping[str, Any]) -> None:
    """The same of a correction's new values; which fact they are for, the ledger alone knows."""
    _as_read(changes, *_fields_of_all(stream_kind))


def _as_read(values: Mapping[str, Any], numbers: frozenset[str], truths: frozenset[str]) -> None:
    problems = [
        f"{n}: {_said(values[n])} is not a whole number as it is written here: 7" for n in _odd(values, numbers)
    ]
    problems += [
        f"{name}: {_said(values[name])} is neither true nor false"
        for name in truths.intersection(values)
        if values[name] is not None and (values[name] not in _TRUTHS or type(values[name]) is int)
    ]
    if problems:
        raise InvalidFact(problems, "write a number in digits, without zeros before it; write true or false")


def _odd(values: Mapping[str, Any], numbers: frozenset[str]) -> Iterable[str]:
    for name in numbers.intersection(values):
        value = values[name]
        if value is None or type(value) is int or (isinstance(value, str) and _NUMBER.fullmatch(value)):
            continue
        yield name


def _said(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else shown(str(value))


@lru_cache(maxsize=256)
def _fields_of(kind: type[Fact]) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that are whole numbers, and those that are true or false."""
    fields = kind.model_fields.items()
    numbers = frozenset(name for name, one in fields if int in _types(one.annotation))
    return numbers, frozenset(name for name, one in fields if bool in _types(one.annotation))


@lru_cache(maxsize=8)
def _fields_of_all(stream_kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """Those that are so in every fact of a kind of stream that has a field of that name."""
    every = [(_fields_of(kind), frozenset(kind.model_fields)) for kind in facts_of(stream_kind)]

    def agreed(which: int) -> frozenset[str]:
        told = frozenset[str]().union(*(found[which] for found, _ in every))
        return told.difference(*(names - found[which] for found, names in every))

    return agreed(0), agreed(1)


def _types(annotation: Any) -> set[Any]:
    inner = get_args(annotation)
    return {annotation} if not inner else set().union(*map(_types, inner))
