"""Is what the next step is judged by read back as it was, though what is as at the start is not written?"""

from __future__ import annotations

import pytest

from engagement_ledger.domain.machine import PartState
from engagement_ledger.domain.obligations import State
from engagement_ledger.history.effective import Frontier
from engagement_ledger.store.sqlite.frontiers import SEAL, brief, decode_frontier, encode_frontier

STATES = {
    "commitment:c/obligors": [
        State(),
        State((("NZ", "made"),), "event"),
        State((("NZ", "fulfilled"),), "event", "2026", closed=(("NZ", 1, 2, "2026"),)),
        State((("NZ", "made"),), "event", "2026", begun=7, belated=True, replaced=((None, 3), ("2025", 4))),
    ],
    "dialogue:d/series": [PartState(), PartState("held"), PartState(None, (), (), None, ("x", None))],
}


@pytest.mark.parametrize("place", STATES)
def test_a_frontier_is_read_back_as_it_was(place: str) -> None:
    stream, _, region = place.partition("/")
    for states in ([one] for one in STATES[place]):
        frontier = Frontier(5, tuple(states), ())
        assert decode_frontier(stream, region, encode_frontier(stream, region, frontier)) == frontier


def test_what_is_as_at_the_start_takes_no_room() -> None:
    assert brief(State()) == []
    assert brief(PartState("held")) == ["held"]
    assert encode_frontier("dialogue:d", "series", Frontier(5, (PartState(),), ()))[SEAL:] == b"[5,[[]],[]]"
