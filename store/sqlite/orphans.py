"""What is derived and belongs to nothing: rows of streams without entries, names and standings that nothing uses?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .schema import ENTRIES
from .steps import Select

BY_STREAM: Final = ("periods", "traits", "frontiers", "steps", "bases")
"""Tables of what is derived of a stream, by its number."""


def orphans(select: Select) -> list[tuple[Any, str]]:
    """(number, name) of each stream of which something is derived, and nothing is recorded."""
    every = " UNION ".join(f"SELECT DISTINCT stream FROM {table}" for table in BY_STREAM)
    rows = select(
        f"SELECT stream, name FROM ({every}) LEFT JOIN names ON id = stream "
        f"WHERE name IS NULL OR NOT EXISTS (SELECT 1 FROM {ENTRIES} WHERE originator_id = name) ORDER BY 1",
        (),
    )
    return [(row[0], f"stream number {row[0]}" if row[1] is None else str(row[1])) for row in rows]


def unused_names(select: Select) -> list[tuple[int, str]]:
    """(number, name) of each name that is neither a stream's nor a part's, nor a trait or its value."""
    rows = select(
        f"SELECT id, name FROM names WHERE NOT EXISTS (SELECT 1 FROM {ENTRIES} WHERE originator_id = name) "
        "AND id NOT IN (SELECT DISTINCT part FROM periods UNION SELECT trait FROM traits "
        "UNION SELECT value FROM traits WHERE value < '') ORDER BY id",
        (),
    )
    return [(row[0], str(row[1])) for row in rows]


def unused_standings(select: Select) -> list[int]:
    """The number of each standing that no period has."""
    rows = select("SELECT id FROM standings WHERE id NOT IN (SELECT DISTINCT standing FROM periods) ORDER BY id", ())
    return [row[0] for row in rows]


def leftovers(select: Select) -> Iterator[str]:
    """What is derived and belongs to nothing, in words."""
    for _, name in orphans(select):
        yield f"{name}: periods of a stream that has no entries"
    for number, name in unused_names(select):
        yield f"name {number} ({name[:60]}): neither a stream nor a part has it, nor a trait"
    for number in unused_standings(select):
        yield f"standing {number}: no period has it"
