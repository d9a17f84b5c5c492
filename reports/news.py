"""How is what was learned told? What was put right first, then what shows otherwise, then what is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.quarters import quarters
from ..ledger.catching_up import CaughtUp
from .document import Document, Items, Section


def document(found: CaughtUp) -> Document:
    """What was learned, as a document."""
    count = f"{found.entries} {'entry was' if found.entries == 1 else 'entries were'} recorded"
    made = Document(f"Since #{found.earlier.position}: {count}, up to #{found.later.position}")
    for heading, items in (
        ("Put right", list(map(_put_right, found.put_right))),
        ("Shows differently now", list(map(_change, found.changes))),
        ("New", list(map(_new, found.new))),
        ("Said", list(map(_said, found.said))),
    ):
        if items:
            made.sections.append(Section(f"{heading} ({len(items)})", [Items(items)]))
    return made


def _put_right(row: Mapping[str, Any]) -> str:
    changes = ", ".join(f"{name} is {value}" for name, value in row["changes"].items())
    what = f"{row['event']} ({row['of']}) was {row['what']} by {row['by']}"
    return f"{row['stream']}: {what}{f': {changes}' if changes else ''}; reason: {row['reason']} ({row['entry']})"


def _change(row: Mapping[str, Any]) -> str:
    days = f"{row['from'] or '…'} to {row['to'] or '…'}" if row["from"] or row["to"] else "on every day"
    return (
        f"{row['stream']}/{row['part']}, {days}: {quarters(row['before'] or 'nothing')} → "
        f"{quarters(row['after'] or 'nothing')} "
        f"({row['since']})"
    )


def _new(row: Mapping[str, Any]) -> str:
    title = f" · {row['title']}" if row["title"] else ""
    parties = f" ({', '.join(row['parties'])})" if row["parties"] else ""
    entries = f"{row['entries']} {'entry' if row['entries'] == 1 else 'entries'}"
    return f"{row['stream']}{title}{parties}: {entries} by {', '.join(row['by'])}"


def _said(row: Mapping[str, Any]) -> str:
    told = row["after"] or f"no longer said: {row['before']}"
    return f"{row['stream']}: {told} ({row['entry']})"
