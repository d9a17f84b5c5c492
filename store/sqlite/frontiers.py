"""How does the frontier of a region lie in the file? As JSON behind a seal, for it is derived and can be derived again.

The seal says of which stream and region it is, so that one put in the place of another's is not believed. Whoever
means to forge can make a seal as well: that is found by deriving everything again (`verify --full`).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from pydantic_core import from_json, to_json

from ...domain.catalogue import kind_of, machine_of
from ...domain.errors import Altered
from ...domain.steps import Step
from ...history.effective import Frontier


class FrontierUnreadable(Altered):
    """A derived value is damaged; the entries it comes from may be sound."""


SEAL: Final = 8
"""Bytes of a seal."""


def sealed(kind: bytes, stream: str, region: str, body: bytes) -> bytes:
    """`body` behind a seal over what it is, where it belongs, and what it says."""
    return sha256(b"\n".join((kind, stream.encode(), region.encode(), body))).digest()[:SEAL] + body


def unsealed(kind: bytes, stream: str, region: str, stored: Any) -> bytes:
    """What lies behind a seal; raises ValueError where the seal is another's."""
    if type(stored) is not bytes or type(region) is not str:
        raise ValueError("it is not stored as bytes")
    body = stored[SEAL:]
    if sealed(kind, stream, region, body) != stored:
        raise ValueError("its seal is not that of this stream and part")
    return body


def brief(state: Any) -> Sequence[Any]:
    """The fields of a state, less the last ones that are as a state begins: read back, they are that again."""
    kept = list(state)
    for value in reversed(state._field_defaults.values()):
        if kept[-1] != value:
            break
        kept.pop()
    return kept


def encode_frontier(stream: str, region: str, frontier: Frontier) -> bytes:
    """Write the frontier of a region down."""
    body = to_json([frontier.base_day, [*map(brief, frontier.base_states)], frontier.open_steps])
    return sealed(b"frontier", stream, region, body)


def decode_frontier(stream: str, region: str, body: bytes) -> Frontier:
    """Read one back; states are of the type that the region's state machine starts with."""
    try:
        base_day, states, steps = tupled(from_json(unsealed(b"frontier", stream, region, body)))
        state = type(machine_of(kind_of(stream), region).start)
        return Frontier(int(base_day), tuple(state(*one) for one in states), tuple(Step(*one) for one in steps))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FrontierUnreadable(
            f"what the next step of {stream}/{region} is judged by cannot be read",
            "it is derived from the entries, and was damaged",
            "see what else is: ⟦verify-full⟧",
        ) from error


def tupled(value: Any) -> Any:
    """Lists of JSON as the tuples that they were."""
    return tuple(tupled(one) for one in value) if isinstance(value, list) else value
