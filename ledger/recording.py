"""How does a program record? Facts as Python values, with what stands around them, become drafts like any others.

ledger.record("commitment:nz-us-2026-c6", CommitmentMade(obligors=("NZ",), kind="event", text="Host the talks."),
              on="2026-02-02", source="Joint statement; publisher=NZ", by="mk")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypedDict, cast

from ..domain.dates import When
from ..domain.entry import Citation, Draft, Fact
from ..domain.errors import InvalidFact
from ..domain.streams import KINDS, OWN
from .drafts import draft_of
from .who import recorder_name

On = str | date | When
"""When it happened: EDTF, or a date."""
Cited = str | Citation | Sequence[str | Citation]
"""Who says so: citations, or their compact texts: 'TITLE or URL; quote=…; publisher=NZ'."""


class Beside(TypedDict, total=False):
    """What may stand beside a fact and its date, as it may in a file."""

    source: Cited
    """who says so"""
    by: str
    """who records it"""
    after: str | int | Sequence[str | int]
    """entries of the stream that it is stated to come after: '#12', 12, or an id"""
    builds_on: str | Sequence[str]
    """streams, meetings, statements or instruments that it is said to build on, repeat, implement or answer"""
    occurred_text: str
    """the words of the source for the date"""
    known_since: str
    """the instant at which an existing register says that it knew"""
    note: str
    tags: Sequence[str]
    correlation: str
    entry_id: str
    """an id of the writer's own; else one is derived from the content"""


class Around(Beside, total=False):
    """What may stand around a fact."""

    on: On
    """when it happened"""


ToRecord = tuple[str, Fact] | tuple[str, Fact, Around] | Mapping[str, Any]
"""A stream and a fact, with what stands around this one; or a mapping as in a file of facts."""

_NAMES: Final = {"on": "occurred", "source": "sources", "by": "recorded_by"}
"""What a program calls by the name of the question that it answers."""


def drafts_to_record(told: Iterable[ToRecord], around: Around, resolve: Callable[[str], str]) -> list[Draft]:
    """Drafts of facts; `around` stands around each that says nothing else itself. Raises a Refusal."""
    recorded_by = around.get("by") or recorder_name()
    defaults = _fields({**around, "by": recorded_by})
    return [draft_of({**defaults, **_raw(one)}, recorded_by=recorded_by, resolve=resolve) for one in told]


def _raw(one: ToRecord) -> dict[str, Any]:
    if isinstance(one, Mapping):
        return _fields(one)
    told: Any = one  # whatever a program gives
    stream, fact, *around = told if isinstance(told, tuple) and len(told) in (2, 3) else (None, None)
    if not isinstance(stream, str) or not isinstance(fact, Fact):
        raise InvalidFact(
            ["what is recorded is a stream and a fact"], "write (stream, fact), or (stream, fact, {'on': …})"
        )
    named = stream if stream.partition(":")[0] in (*KINDS, *OWN) and ":" in stream else f"{fact.KIND}:{stream}"
    body = fact.model_dump(mode="json", exclude_defaults=True)
    return {**_fields(around[0] if around else {}), "stream": named, "type": fact.TYPE, "body": body}


def _fields(around: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as a file gives them."""
    return {_NAMES.get(name, name): _plain(value) for name, value in around.items() if value is not None}


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case When():
            return value.text
        case Citation():
            return value.model_dump(mode="json", exclude_defaults=True)
        case int():
            return f"#{value}"
        case list() | tuple():
            return [_plain(one) for one in cast(Sequence[Any], value)]
        case _:
            return value
