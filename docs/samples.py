"""An instance of every event, made from its declaration: what a page can be made of, and a test be run on."""

from __future__ import annotations

import re
import types
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from engagement_ledger.domain.dates import When
from engagement_ledger.domain.entry import Citation, Fact, Model, Move
from engagement_ledger.domain.intervals import Interval

ID: Final = "00000000-0000-8000-8000-000000000000"
_BY_NAME: Final = {
    "into": ("commitment:one", "commitment:two"),
    "by_commitment": "commitment:other",
    "by_dialogue": "dialogue:other",
    "by_instrument": "instrument:other",
    "entry": ID,
    "changes": {"note": "another note"},
    "scope": "dialogue:*",
    "made_at": "dialogue:nz-us/meeting/1",
    "lead": None,
    "language": "en",
    "languages": ("en",),
    "digest": "sha256:" + "ab" * 32,
    "signed_root": "cd" * 32,
    "due_at": "dialogue:nz-us/meeting/2",
    "on_the_margins_of": "dialogue:nz-us/meeting/1",
    "part_of": "commitment:other",
    "value": "10",
    "currency": "NZD",
    "share": Decimal(10),
    "share_of": "emissions",
}


def fact_of(kind: type[Fact], full: bool) -> Fact:
    """A fact of a type: with every field, or only with those that it needs. Its parties are x:FIELD."""
    given = {}
    for name, field in kind.model_fields.items():
        if full or field.is_required():
            given[name] = _sample(name, field.annotation, full)
    return kind.model_validate({name: value for name, value in given.items() if value is not None})


def moves_of(kind: type[Fact]) -> list[Move]:
    """Every step that a fact of this type can make, regions with the field's name where its value stands."""
    found: dict[tuple[str, str], Move] = {}
    for full in (True, False):
        for move in fact_of(kind, full).moves():
            region = re.sub(r"x:([a-z-]+)", r"<\1>", move.region).replace(_BY_NAME["scope"], "<scope>")
            found.setdefault((region, move.verb), move._replace(region=region))
    return list(found.values())


def _sample(name: str, annotation: Any, full: bool) -> Any:
    if name in _BY_NAME and get_origin(annotation) is not Literal:
        found = _BY_NAME[name]
        return (found[0] if name == "into" and "tuple" not in str(annotation) else found) if found else None
    return _of_kind(name, annotation, full)


def _of_kind(name: str, annotation: Any, full: bool) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _of_kind(name, get_args(annotation)[0], full)
    if origin in (Union, types.UnionType):
        return _of_kind(name, next(one for one in get_args(annotation) if one is not type(None)), full)
    if origin is Literal:
        return get_args(annotation)[0]
    if origin is tuple:
        inner = get_args(annotation)[0]
        values = [_of_kind(one, inner, full) for one in (name, f"{name}-too")]
        return [one for index, one in enumerate(values) if index == 0 or one != values[0]]
    if isinstance(annotation, type):
        return _plain(name, annotation, full)
    raise TypeError(f"no sample of {name}: {annotation}")


def _plain(name: str, kind: type, full: bool) -> Any:
    if kind in (When, Interval):
        return "2026-02-02"
    if kind is bool:
        return True
    if kind in (int, Decimal):
        return 1
    if issubclass(kind, Citation):
        return {"document": "A report"}
    if issubclass(kind, Model):
        fields = kind.model_fields
        return {
            one: _sample(one, field.annotation, full) for one, field in fields.items() if full or field.is_required()
        }
    return f"x:{name.replace('_', '-')}" if kind is str else None
