"""Would a fact be kept as it is written? Numbers and yes-or-no values in one form each, lists of a bounded length.

What is refused here would otherwise be read as something else: `true` as the number 1, `010` as 10, `1.0` as 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple, get_args

from ..domain.catalogue import facts_of
from ..domain.entry import Fact
from ..domain.errors import InvalidFact
from ..domain.limits import DEEPEST, MOST_MEMBERS
from ..domain.refusal import shown
from .field_paths import FieldPath, about

_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_SHARE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?", re.ASCII)
_TRUTHS: Final = (True, False, "true", "false")


def within_bounds(raw: Mapping[str, Any]) -> None:
    """Refuse a list, at any depth, that has more than the most members; raises InvalidFact."""
    for name, value in raw.items():
        if type(value) is not str:
            _bounded((str(name),), value)


def _bounded(path: FieldPath, value: Any) -> None:
    members: Iterable[tuple[FieldPath, Any]]
    if isinstance(value, list | tuple):
        if len(value) > MOST_MEMBERS:
            name = next(part for part in reversed(path) if isinstance(part, str))
            problem = f"{shown(name)} has {len(value):,} members, and a list has at most {MOST_MEMBERS:,}"
            raise _of(path, problem, "record several facts, each with some of them")
        members = (((*path, at), one) for at, one in enumerate(value) if type(one) is not str)
    elif isinstance(value, Mapping):
        members = (((*path, str(inner)), one) for inner, one in value.items() if type(one) is not str)
    else:
        return
    if len(path) > DEEPEST + 1:
        raise _of(path, f"{shown(str(path[0]))} is nested too deeply")
    for inner, one in members:
        _bounded(inner, one)


def _of(path: FieldPath, problem: str, hint: str = "") -> InvalidFact:
    refusal = InvalidFact([problem], hint)
    about(refusal, path)
    return refusal


def same_when_read(kind: type[Fact], body: Mapping[str, Any]) -> None:
    """Refuse a number or a yes-or-no value that would be read as another; raises InvalidFact."""
    numbers, truths, shares = _fields_of(kind)
    if numbers or truths:
        _as_read(body, numbers, truths)
    if shares:
        _shares(body, shares)


def same_when_corrected(stream_kind: str, changes: Mapping[str, Any]) -> None:
    """The same of a correction's new values; which fact they are for, the ledger alone knows."""
    numbers, truths, shares = _fields_of_all(stream_kind)
    _as_read(changes, numbers, truths, within=("body", "changes"))
    _shares(changes, shares, within=("body", "changes"))


def _shares(values: Mapping[str, Any], shares: frozenset[str], within: FieldPath = ("body",)) -> None:
    """Refuse a share that is no plain number, such as 12.1%."""
    for name in shares.intersection(values):
        value = values[name]
        if (
            value is None
            or type(value) in (int, float, Decimal)
            or (isinstance(value, str) and _SHARE.fullmatch(value))
        ):
            continue
        number = str(value).rstrip(" %").replace(",", ".")
        hint = f"write {number}" if _SHARE.fullmatch(number) else "write a number from 0 to 100, such as 12.1"
        problem = "is no number" + (": percent is meant anyway, without the sign" if str(value).endswith("%") else "")
        refusal = InvalidFact([f"{name}: {_said(value)} {problem}"], hint)
        about(refusal, (*within, name))
        raise refusal


def _as_read(
    values: Mapping[str, Any], numbers: frozenset[str], truths: frozenset[str], within: FieldPath = ("body",)
) -> None:
    problems = {
        n: f"{n}: {_said(values[n])} is not a whole number as it is written here: 7" for n in _odd(values, numbers)
    }
    problems |= {
        name: f"{name}: {_said(values[name])} is neither true nor false"
        for name in truths.intersection(values)
        if values[name] is not None and (values[name] not in _TRUTHS or type(values[name]) is int)
    }
    if problems:
        hint = "write a number in digits, without zeros before it; write true or false"
        refusal = InvalidFact(list(problems.values()), hint)
        about(refusal, *((*within, name) for name in problems))
        raise refusal


def _odd(values: Mapping[str, Any], numbers: frozenset[str]) -> Iterable[str]:
    for name in numbers.intersection(values):
        value = values[name]
        if value is None or type(value) is int or (isinstance(value, str) and _NUMBER.fullmatch(value)):
            continue
        yield name


def _said(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else shown(str(value))


class _Fields(NamedTuple):
    """The fields of a fact that are no text: whole numbers, those that are true or false, and shares."""

    numbers: frozenset[str]
    truths: frozenset[str]
    shares: frozenset[str]


_NO_TEXT: Final = (int, bool, Decimal)


@lru_cache(maxsize=256)
def _fields_of(kind: type[Fact]) -> _Fields:
    fields = [(name, _types(one.annotation)) for name, one in kind.model_fields.items()]
    return _Fields(*(frozenset(name for name, types in fields if one in types) for one in _NO_TEXT))


@lru_cache(maxsize=8)
def _fields_of_all(stream_kind: str) -> _Fields:
    """Those that are so in every fact of a kind of stream that has a field of that name."""
    every = [(_fields_of(kind), frozenset(kind.model_fields)) for kind in facts_of(stream_kind)]

    def agreed(which: int) -> frozenset[str]:
        told = frozenset[str]().union(*(found[which] for found, _ in every))
        return told.difference(*(names - found[which] for found, names in every))

    return _Fields(*map(agreed, range(len(_NO_TEXT))))


def _types(annotation: Any) -> set[Any]:
    inner = get_args(annotation)
    return {annotation} if not inner else set().union(*map(_types, inner))
