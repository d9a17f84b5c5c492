"""What was said beside how things stand: positions, interests, what was welcomed, agendas, statements, participants?

Corrections are applied, and named. What was retracted was never said; it is only named where it is asked what became
known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, TypedDict

from ..domain.entry import Entry
from ..domain.sayings import only_says, says_more, tells
from ..history.effective import Effective
from .columns import Column

COLUMNS: Final = ("entry", "occurred", "what", "says")
"""As people read it."""


class SpokenRow(TypedDict):
    """Something that was said by a day, and that no status shows."""

    entry: Annotated[str, Column("entry")]
    occurred: Annotated[str, Column("text", "EDTF")]
    type: Annotated[str, Column("text")]
    body: Annotated[dict[str, Any], Column("anything", "the event's own fields, corrected")]
    builds_on: Annotated[list[str], Column("text", "streams, meetings and statements that it is said to build on")]
    corrected_by: Annotated[list[str], Column("entry")]


Told = Mapping[str, Effective]
"""Entry id → the entry as it counts."""


def body_of(one: Effective) -> dict[str, Any]:
    """What a fact says, field by field."""
    return one.fact.model_dump(mode="json", exclude_defaults=True)


def says_something(one: Effective) -> bool:
    """Whether an entry says something, and moves nothing."""
    return only_says(one.fact.type_name, body_of(one))


def says_more_than_a_status(one: Effective) -> bool:
    """Whether an entry says anything that neither a status nor what is known of its aggregate tells."""
    return says_something(one) or bool(one.builds_on) or says_more(body_of(one))


def said(told: Iterable[Effective], entries: Mapping[str, Entry]) -> Iterator[SpokenRow]:
    """Yield what was said, in the order given; `entries` gives the corrections that `told` names."""
    for one in told:
        if says_more_than_a_status(one):
            yield {
                "entry": f"#{entries[one.entry.entry_id].position}",
                "occurred": one.occurred.text,
                "type": one.fact.type_name,
                "body": body_of(one),
                "builds_on": list(one.builds_on),
                "corrected_by": [
                    f"#{position}" for position in sorted({entries[by].position for by in one.set_by.values()})
                ],
            }


def in_words(one: Effective, entries: Mapping[str, Entry]) -> str:
    """What an entry says, in one cell; another that it is about by its position."""
    body = body_of(one)
    if about := entries.get(body.get("entry", "")):
        body["entry"] = f"#{about.position}"
    fields = "; ".join(f"{name.replace('_', ' ')} {_cell(value)}" for name, value in body.items())
    return f"{one.occurred.text} · {one.fact.words().partition(' ')[2]} · {fields}"


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name} {_cell(inner)}" for name, inner in value.items())
    return ", ".join(_cell(one) for one in value) if isinstance(value, list) else str(value)


def _retold(was: Effective | None, now: Effective | None) -> bool:
    """Whether an entry was corrected in what its stream is called, or how much money it is about."""
    if was is None or now is None:
        return False
    return any(
        getattr(was.fact, name) != getattr(now.fact, name)
        for name in {*now.fact.SHOWN_AS.values(), "strength"}
        if hasattr(now.fact, name)
    )


def learned(
    before: Told, after: Told, entries: Mapping[str, Entry], ended: Mapping[str, Entry]
) -> Iterator[dict[str, Any]]:
    """Yield what was said that is known otherwise than before, in order of position, and since which entry.

    `entries` are all by id, `ended` the retraction of each that was retracted.
    """
    for entry_id in sorted({*before, *after}, key=lambda one: entries[one].position):
        was, now = (told.get(entry_id) for told in (before, after))
        if was is not None and now is not None and (was.fact, was.occurred) == (now.fact, now.occurred):
            continue
        if not any(one and tells(one.fact.type_name, body_of(one)) for one in (was, now)) and not _retold(was, now):
            continue
        if now is None:
            since = ended[entry_id]
        else:
            by = [entries[one] for one in now.set_by.values()]
            since = max([entries[entry_id], *by], key=lambda one: one.position)
        yield {
            "stream": entries[entry_id].stream,
            "entry": f"#{entries[entry_id].position}",
            "before": in_words(was, entries) if was else None,
            "after": in_words(now, entries) if now else None,
            "since": f"#{since.group}",
        }
