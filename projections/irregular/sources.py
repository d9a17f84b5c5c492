"""Who says so? Facts without a source, and joint acts that are not shown to be joint."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.catalogue import kind_of
from ...domain.streams import OWN
from ...history.effective import Effective
from .declared import Found, Neighbours, Periods, Said, cited_by, declared, jointly_acting, position


@declared("one-sided", "A joint act rests on the word of one side, or is unproven: no source names its publisher.")
def one_sided(_stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
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
            act = f"{one.fact.words()} of {' and '.join(sorted(acting))}"
            yield Said(f"{act} rests on the word of {publishers.pop()} alone", (position(one),))
        else:
            why = "its source names no publisher" if nameless else "it cites no source"
            yield Said(f"a joint act is unproven: {why}", (position(one),), at_once=False)


@declared("unsourced", "A fact cites no source.")
def unsourced(stream: str, told: Sequence[Effective], _: Periods, __: Neighbours) -> Found:
    if kind_of(stream) in OWN:
        return  # the ledger itself says so
    bare = tuple(
        position(one)
        for one in told
        if not one.sources and not cited_by(one) and not getattr(one.fact, "document", None)
    )
    if bare:
        count = f"{len(bare)} facts cite" if len(bare) > 1 else "1 fact cites"
        yield Said(f"{count} no source", bare, at_once=False)
