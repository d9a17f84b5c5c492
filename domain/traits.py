"""What does a fact say of its stream beside statuses: what it is called, whom and what it concerns?

A *trait* is a name and a value: `party/obligor` NZ, `theme` space, `kind` exploratory. They follow from the
declarations: every field that holds parties gives one of its role, and `SHOWN_AS` of a fact says what stands for the
title, the kind and the amount. Of those the latest counts; of all others a stream may have many.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any, Final, get_args, get_origin

from .amounts import Amount
from .entry import Fact, read_party
from .participant import Participant
from .trait_names import DUE_AT, EFFECTIVE, ITSELF, MADE_AT, PARTY, STRENGTH, THEME

_FIRM: Final = "undertaken"
_ONE_OF: Final = {
    "obligors": "obligor", "obligees": "obligee", "beneficiaries": "beneficiary", "parties": "party",
    "issuers": "issuer", "partners": "partner", "successors": "successor", "participants": "participant",
}  # fmt: skip
"""Field that holds several → the role of each; other fields are called as their role."""


def traits_of_fact(stream: str, fact: Fact) -> Iterator[tuple[str, str]]:
    """Yield what a fact says of its stream: (trait, value); one may come twice."""
    for trait, name in fact.SHOWN_AS.items():
        value = getattr(fact, name)
        if value is not None:
            yield trait, value.text().written() if isinstance(value, Amount) else value
    for name, role in party_fields(type(fact)).items():
        for code in codes_in(getattr(fact, name)):
            yield f"{PARTY}{role}", code
    for theme in fact.themes:
        yield THEME, theme
    if fact.made_at is not None:
        yield MADE_AT, fact.made_at
    yield from _of_undertaking(fact)
    if fact.KIND == "party":
        yield f"{PARTY}{ITSELF}", stream.partition(":")[2]


def _of_undertaking(fact: Fact) -> Iterator[tuple[str, str]]:
    """How firmly it was undertaken, where it is due, and from when what is announced holds."""
    for name in _undertaken(type(fact)):
        value = getattr(fact, name)
        if value is None:
            continue
        if name == "effective":
            yield EFFECTIVE, value.text
        elif name == "due_at":
            yield DUE_AT, value
        # What nobody called weaker is undertaken; an amendment may say so of what was weaker before.
        elif value != _FIRM or type(fact).model_fields[name].default is None:
            yield STRENGTH, value


@lru_cache(maxsize=512)
def _undertaken(kind: type[Fact]) -> tuple[str, ...]:
    """Which of these fields a type has: to ask each fact for what its type has not is slow."""
    return tuple(name for name in ("strength", "due_at", "effective") if name in kind.model_fields)


def codes_in(value: Any) -> Iterator[str]:
    """The codes of parties that a field holds: of one, of several, of participants."""
    if isinstance(value, str):
        yield value
    elif value is not None:
        for one in value:
            yield one.party if isinstance(one, Participant) else one


@lru_cache(maxsize=512)
def party_fields(kind: type[Fact]) -> dict[str, str]:
    """The fields of a type of fact that hold parties, each with the role that it gives them."""
    return {
        name: _ONE_OF.get(name, name)
        for name, declared in kind.model_fields.items()
        if any(map(_checks_party, declared.metadata)) or _holds_party(declared.annotation)
    }


def _holds_party(annotation: Any) -> bool:
    if annotation is Participant:
        return True
    if get_origin(annotation) is Annotated:
        return any(map(_checks_party, annotation.__metadata__)) or _holds_party(annotation.__origin__)
    return any(map(_holds_party, get_args(annotation)))


def _checks_party(constraint: Any) -> bool:
    return getattr(constraint, "func", None) is read_party
