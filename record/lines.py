"""How does an entry become one line of JSON, and a line an entry again?

A line is UTF-8 with fixed order of fields, the position first: what the ledger adds under its write lock stands
before what the writer chose, so that the rest is encoded outside of the lock. What has its default is left out;
defaults never change within a version of a type. Types are looked up in the catalogue and nowhere else: a
stored name is never imported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar, Final

from pydantic_core import ValidationError, from_json, to_json

from ..domain.catalogue import reading
from ..domain.dates import When
from ..domain.entry import Citation, Draft, Entry, Fact
from ..domain.errors import Altered, FactTooLong
from ..domain.streams import TYPE_NAME

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: Final[dict[str, tuple[str, Upcaster]]] = {}
"""Old type → the type it is read as, and how its body changes on the way; stored bytes stay as they are.

Where a version only added fields or words, which is what `LATER` of a fact declares, the newest reads it as it is.
"""


LONGEST_LINE: Final = 65_535
"""Bytes of one line, without the LF after it."""
LONGEST_HEAD: Final = 256
"""Bytes that are kept free for what the ledger adds: position, group, version, recorded_at, clock."""


class UnknownFact(Fact):
    """A fact of a type that this version does not know: kept, verified, exported, and moved by nothing."""

    FOREIGN: ClassVar[bool] = True
    foreign_type: str
    foreign_body: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies defaults


def writer_bytes(draft: Draft) -> bytes:
    """All of the line that the writer chose: everything after the head, up to the closing brace.

    Raises FactTooLong. Longer lines that an earlier version wrote are read as ever.
    """
    return draft.encoded or _tail(draft, draft.entry_id, chosen(draft), _body(draft))


def identified(draft: Draft) -> tuple[Draft, bytes]:
    """A draft with its id, derived where it has none yet, and its tail, encoded once for both; raises FactTooLong."""
    fields, body = chosen(draft), _body(draft)
    if not draft.entry_id:
        draft = replace(draft, entry_id=_derived(draft, fields, body))
    encoded = _tail(draft, draft.entry_id, fields, body)
    object.__setattr__(draft, "encoded", encoded)  # frozen, and yet not known when it was made
    return draft, encoded


def _tail(draft: Draft, entry_id: str, fields: dict[str, Any], body: bytes) -> bytes:
    envelope = {"entry_id": entry_id, "stream": draft.stream, "type": draft.fact.type_name, **fields}
    encoded = to_json(envelope)[1:-1] + b',"body":' + body + b"}"
    if len(encoded) > LONGEST_LINE - LONGEST_HEAD:
        raise FactTooLong(len(encoded), LONGEST_LINE - LONGEST_HEAD)
    return encoded


def _body(draft: Draft) -> bytes:
    return draft.fact.__pydantic_serializer__.to_json(draft.fact, exclude_defaults=True)


def chosen(draft: Draft) -> dict[str, Any]:
    """The envelope's fields that the writer chose, in the order of the line; what is empty is left out."""
    fields: dict[str, Any] = {"occurred": draft.occurred.text}
    if draft.occurred_text:
        fields["occurred_text"] = draft.occurred_text
    if draft.after:
        fields["after"] = draft.after
    if draft.builds_on:
        fields["builds_on"] = draft.builds_on
    if draft.known_since:
        fields["known_since"] = draft.known_since
    fields["recorded_by"] = draft.recorded_by
    if draft.sources:
        fields["sources"] = [one.model_dump(mode="json", exclude_defaults=True) for one in draft.sources]
    for name in ("note", "tags", "correlation"):
        if value := getattr(draft, name):
            fields[name] = value
    return fields


def ledger_bytes(position: int, group: int, version: int, recorded_at: str, clock: str | None) -> bytes:
    """What the ledger itself adds, under the write lock."""
    noted = f',"clock":"{clock}"' if clock else ""
    return (
        f'{{"position":{position},"group":{group},"version":{version},"recorded_at":"{recorded_at}"{noted},'
    ).encode()


def content(draft: Draft) -> dict[str, Any]:
    """What makes two drafts the same: all that was chosen but its id and who entered it."""
    fields = {"stream": draft.stream, "type": draft.fact.type_name, **chosen(draft)}
    del fields["recorded_by"]
    fields["body"] = draft.fact.model_dump(mode="json", exclude_defaults=True)
    return fields


def derived_id(draft: Draft) -> str:
    """An entry id that follows from the content (UUID version 8, RFC 9562 §5.8), so that a retry is harmless."""
    return _derived(draft, chosen(draft), _body(draft))


def _derived(draft: Draft, fields: dict[str, Any], body: bytes) -> str:
    told = {"stream": draft.stream, "type": draft.fact.type_name, **fields}
    del told["recorded_by"]
    digest = bytearray(hashlib.sha256(to_json(told)[:-1] + b',"body":' + body + b"}").digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def writer_bytes_of(line: bytes) -> bytes:
    """The part of a stored line that the writer chose. No value of the head can hold what marks its end."""
    return line[line.index(b'"entry_id":') :]


def draft_of_writer_bytes(encoded: bytes) -> Draft:
    """Read the part of a line that the writer chose."""
    return Draft(**_chosen_in(from_json(b"{" + encoded)))


def entry_of(line: bytes) -> Entry:
    """Read a stored line; raises Altered where it is none."""
    try:
        raw = from_json(line)
        chosen_fields = _chosen_in(raw)
        return Entry(
            position=raw["position"],
            group=raw["group"],
            version=raw["version"],
            recorded_at=raw["recorded_at"],
            clock=raw.get("clock"),
            **chosen_fields,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(line, error) from error


def _chosen_in(raw: dict[str, Any]) -> dict[str, Any]:
    """The fields of a draft, from the fields of a line."""
    kind, body = upcast(str(raw["type"]), raw["body"])
    fields = {
        "entry_id": raw["entry_id"],
        "stream": raw["stream"],
        "fact": fact_of(kind, body),
        "occurred": When.parse(raw["occurred"]),
        "recorded_by": raw["recorded_by"],
    }
    for name in _RARE:
        if name in raw:
            fields[name] = raw[name]
    for name in ("after", "builds_on", "tags"):
        if name in raw:
            fields[name] = tuple(raw[name])
    if "sources" in raw:
        fields["sources"] = tuple([_citation(tuple(one.items())) for one in raw["sources"]])
    return fields


_RARE: Final = ("occurred_text", "known_since", "note", "correlation")


def upcast(kind: str, body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Bring a body of an older version of its type to the newest, step by step."""
    changed = dict(body)
    while kind in UPCASTERS:
        kind, change = UPCASTERS[kind]
        changed = change(changed)
    return kind, changed


def fact_of(kind: str, body: dict[str, Any]) -> Fact:
    """The fact of a stored type name, or what stands for one that a newer version wrote."""
    declared = reading(kind)
    if declared is not None:
        found: Fact = declared.__pydantic_validator__.validate_python(body)  # by the shortest way: most of the time
        return found
    if not TYPE_NAME.fullmatch(kind):
        raise ValueError(f"{kind[:60]!r} is no type of fact")
    return UnknownFact(foreign_type=kind, foreign_body=body)


@lru_cache(maxsize=1024)
def _citation(fields: tuple[tuple[str, Any], ...]) -> Citation:
    return Citation.model_validate(dict(fields))


def _unreadable(line: bytes, error: Exception) -> Altered:
    reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    shown = line[:80].decode("utf-8", "backslashreplace")
    return Altered(
        f"an entry cannot be read: {shown}…",
        f"{type(error).__name__}: {reason}"[:300],
        "⟦verify⟧, and compare with a copy or an export",
    )
