"""What are the columns of an answer? Declared once, in the class of its rows: JSON, its schema, tables and CSV follow.

Beside the type of a field stands what kind of text it is, and what it means where its name does not say so.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Column(NamedTuple):
    """What a field of a row is."""

    kind: str
    """text, day, instant, edtf, stream, part, entry, word (of a status), words (for people), count, position, …"""
    means: str = ""


def columns_of(row: Any, *, but: str = "") -> tuple[str, ...]:
    """The names of a row's fields in their order, as tables and CSV have them; `but` one that they leave out."""
    return tuple(name for name in row.__annotations__ if name != but)
