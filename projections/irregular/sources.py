"""Who says so? Facts without a source, and joint acts that are not shown to be joint."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from operator import methodcaller
from typing import Final

from ...domain.catalogue import kind_of
from ...domain.entry import Fact, named_in_words
from ...domain.streams import OWN
from ...history.effective import Effective
from ..told import position
from .declared import Found, Neighbours, Periods, Said, cited_by, declared, entries_of, jointly_acting

SOURCES: Final = "sources"
"""The group of these checks: what rests on what."""


@declared("one-sided", "A joint act rests on the word of one side, or no source shows that it was joint.", SOURCES)
def one_sided(_stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    for one in told:
        acting = jointly_acting(one.fact)
        if len(acting) < 2:
            continue
        cited = cited_by(one)
        publishers = {source.publisher for source in cited if source.publisher}
        if len(publishers) > 1 or publishers - acting:
            continue  # several say so, or somebody who had no part in it
        nameless = any(source.publisher is None for source in cited)
        if publishers and not nameless:
            who = " and ".join(sorted(acting))
            yield Said(f"{one.fact.words()} ({who}): rests on the word of {publishers.pop()} alone", (position(one),))
        elif not _is_in_a_joint_statement(one.fact, acting, others):
            why = "its source names no publisher" if nameless else "it cites no source"
            yield Said(f"no source shows that the act was joint: {why}", (position(one),), at_once=False)


def _is_in_a_joint_statement(fact: Fact, acting: AbstractSet[str], others: Neighbours) -> bool:
    """Whether it was made in a statement, or at a meeting, of which all who act issued a joint statement."""
    dialogue, _, place = (fact.made_at or "").partition("/")
    what, _, name = place.partition("/")
    return any(
        one.fact.is_called("dialogue.statement-issued")
        and getattr(one.fact, "kind", None) == "joint"
        and getattr(one.fact, what, None) == name
        and acting <= set(getattr(one.fact, "issuers", ()))
        for one in (others.told(dialogue) if name else ())
    )


@declared("unsourced", "A fact cites no source.", SOURCES)
def unsourced(stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    if kind_of(stream) in OWN:
        return  # the ledger itself says so
    bare = tuple(
        position(one)
        for one in told
        if not one.sources and not cited_by(one) and not getattr(one.fact, "document", None)
    )
    if bare:
        yield Said("no source is cited", bare, at_once=False)


@declared("quote-missing", "A quote is not in the archived source that the citation names.", SOURCES, is_asked=True)
def quote_missing(_stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    for one in told:
        for citation in cited_by(one):
            if why := others.doubted(citation):
                yield Said(why, (position(one),), at_once=False)


@declared("secondary-alone", "A change rests on secondary reports alone (check sources).", SOURCES, is_asked=True)
def secondary_alone(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    reported = tuple(
        position(one)
        for one in told
        if (cited := cited_by(one)) and all(source.standing == "secondary" for source in cited) and _moves(one)
    )
    if reported:
        count = f"{len(reported)} facts rest" if len(reported) > 1 else "1 fact rests"
        yield Said(f"{count} on secondary reports alone", reported, at_once=False)


def _moves(one: Effective) -> bool:
    return next(iter(one.fact.moves()), None) is not None


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "commitment.reaffirmed": ("commitment.made", "commitment.proposed"),
    "commitment.recognised": ("commitment.made", "commitment.proposed"),
    "relationship.partnership-reaffirmed": ("relationship.partnership-declared",),
}
"""What was said again → what it may have been said in first: by name, so that no kind is imported for another."""


@declared(
    "without-origin", "Something reaffirmed or recognised is nowhere recorded to have begun (check sources).", SOURCES,
    is_asked=True,
)  # fmt: skip
def without_origin(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    for again, origins in ORIGINS.items():
        entries = entries_of(told, methodcaller("is_called", again))
        if entries and not any(one.fact.is_called(*origins) for one in told):
            yield Said(f"{named_in_words(again)}, and where it began is not recorded", entries, at_once=False)
