"""How do the traits of streams lie in the file, and which streams have one?

Trait and value are numbers of names, written so that neither is taken for a stream or a part; titles, of which nearly
each is another, stand as text in the row itself. What is held true now has no known_to. An index in the order of values
answers for the whole ledger, titles at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ...domain.trait_names import AMOUNT, BY, LATEST, MEETING_TITLE, PARTY, STRENGTH, TEXTS, TITLE
from ...history.trait_rows import Key, TraitRow

Select = Callable[[str, tuple[Any, ...]], Iterable[Any]]
"""Runs a statement and gives its rows."""
Number = Callable[[str], int | None]
"""Gives the number of a name."""
StoredTrait = tuple[int | None, int, int, int, int | None, int | str | None]
"""Trait, since, version, known_from, known_to, value: the columns of a row after the stream, in their order."""

KNOWN_TO: Final = 5
"""Place of known_to among all columns of a row."""
INSERT: Final = "INSERT INTO traits VALUES (?,?,?,?,?,?,?)"
END: Final = (
    "UPDATE traits SET known_to = ? "
    "WHERE stream = ? AND trait = ? AND since = ? AND version = ? AND known_from = ? AND value = ?"
)
HELD: Final = "known_from <= ? AND (known_to IS NULL OR known_to > ?)"
"""What was held true as known at a position, given twice."""
_TRAIT: Final = "@"
_VALUE: Final = "="


def trait_name(trait: str) -> str:
    """A trait as a name in the table of names."""
    return _TRAIT + trait


def value_name(value: str) -> str:
    """A value as a name in the table of names."""
    return _VALUE + value


def of_name(name: str) -> str:
    """The trait or value that a name stands for."""
    return name[1:]


def stored(row: TraitRow, number: Number) -> StoredTrait:
    """A row as it is stored, less the number of its stream."""
    value = row.value if row.trait in TEXTS else number(value_name(row.value))
    return number(trait_name(row.trait)), row.since, row.version, row.known_from, row.known_to, value


def live(select: Select, stream: int, key: Key | None = None) -> list[TraitRow]:
    """The rows of a stream that are held true now; those of a key alone where one is given."""
    where, params = "traits.stream = ? AND known_to IS NULL", [stream]
    if key is not None:
        trait, which = key
        number = "(SELECT id FROM names WHERE name = ?)"
        is_text = trait in TEXTS and trait not in LATEST
        where += f" AND trait = {number} AND "
        where += "since = ?" if trait in LATEST else "value = ?" if is_text else f"value = {number}"
        given = which if trait in LATEST or is_text else value_name(str(which))
        params += [trait_name(trait), given]  # type: ignore[list-item]  # of either kind, as SQLite takes them
    statement = (
        "SELECT substr(t.name, 2), coalesce(substr(v.name, 2), value), since, version, known_from, known_to "
        "FROM traits JOIN names t ON t.id = trait LEFT JOIN names v ON typeof(value) = 'integer' AND v.id = value "
        f"WHERE {where}"
    )
    return [TraitRow(*row) for row in select(statement, tuple(params))]


def known(
    select: Select, position: int, stream: int | None = None, only: Sequence[int] = ()
) -> Iterator[tuple[Any, ...]]:
    """Yield stream, trait, value, since, version, known_from, known_to as known at a position: numbers for names.

    In order of stream, trait and day.
    """
    where, params = HELD, [position, position]
    if stream is not None:
        where += " AND stream = ?"
        params.append(stream)
    if only:
        where += f" AND trait IN ({','.join('?' * len(only))})"
        params += only
    columns = "stream, trait, value, since, version, known_from, known_to"
    order = "stream, trait, since, version, value"
    yield from select(f"SELECT {columns} FROM traits WHERE {where} ORDER BY {order}", tuple(params))


def abouts(
    select: Select, numbers: Mapping[str, Sequence[int]], position: int, day: int
) -> Iterator[tuple[str, str | None, str | None, str, str | None, str | None]]:
    """Yield name, title, meeting's title, numbers of parties, amount and strength of every stream in order.

    One scan of the table for each; `numbers` are those of the traits. All that is read goes along the key.
    """

    def of(trait: str, columns: str) -> Iterator[Any]:
        marks = ",".join("?" * len(numbers[trait]))
        held = f"trait IN ({marks}) AND since <= ? AND {HELD}"
        statement = f"SELECT stream, {columns} FROM traits WHERE {held} GROUP BY stream ORDER BY stream"
        yield from select(statement, (*numbers[trait], day, position, position)) if marks else ()

    title = _ahead(of(TITLE, "value, max(since)"))
    meeting = _ahead(of(MEETING_TITLE, "value, min(since)"))
    parties = _ahead(of(PARTY, "group_concat(DISTINCT value)"))
    amount = _ahead(of(AMOUNT, "value, max(since)"))
    strength = _ahead(of(STRENGTH, "(SELECT substr(name, 2) FROM names WHERE id = value), max(since)"))
    for stream, name, *_ in of(BY, "(SELECT name FROM names WHERE id = stream)"):
        yield name, title(stream), meeting(stream), parties(stream) or "", amount(stream), strength(stream)


def _ahead(rows: Iterator[Any]) -> Callable[[int], Any]:
    """A function that gives what there is of a stream, where streams are asked for in the order of the rows."""
    row = next(rows, None)

    def of(stream: int) -> Any:
        nonlocal row
        while row is not None and row[0] < stream:
            row = next(rows, None)
        return row[1] if row is not None and row[0] == stream else None

    return of


def differ(select: Select, stream: int, rows: Iterable[TraitRow], number: Number) -> bool:
    """Whether other traits are stored of a stream than those derived."""
    columns = "trait, since, version, known_from, known_to, value"
    there = {tuple(row) for row in select(f"SELECT {columns} FROM traits WHERE stream = ?", (stream,))}
    return there != {stored(row, number) for row in rows}


# --- which streams have one


def with_value(select: Select, traits: Sequence[int], value: int, position: int, day: int) -> Iterator[int]:
    """Yield the number of each stream that has one of some traits with a value, on a day, as known at a position."""
    marks = ",".join("?" * len(traits))
    statement = (
        f"SELECT DISTINCT stream FROM traits INDEXED BY streams_by_trait WHERE value = ? AND trait IN ({marks}) "
        f"AND since <= ? AND {HELD}"
    )
    for row in select(statement, (value, *traits, day, position, position)):
        yield row[0]


def with_latest(select: Select, trait: int, value: int, position: int, day: int) -> Iterator[int]:
    """The same of a trait of which the latest counts."""
    statement = (
        "SELECT DISTINCT stream FROM traits h INDEXED BY streams_by_trait "
        f"WHERE value = ? AND trait = ? AND since <= ? AND {HELD} AND NOT EXISTS (SELECT 1 FROM traits o "
        "WHERE o.stream = h.stream AND o.trait = h.trait AND o.since > h.since AND o.since <= ? "
        "AND o.known_from <= ? AND (o.known_to IS NULL OR o.known_to > ?))"
    )
    for row in select(statement, (value, trait, day, position, position, day, position, position)):
        yield row[0]


def texts(select: Select, trait: int, position: int, day: int) -> Iterator[tuple[int, int, str]]:
    """Yield (stream, since, text) of every text of a trait, by the index alone: all that there are, whoever asks."""
    yield from select(
        "SELECT stream, since, value FROM traits INDEXED BY streams_by_trait "
        f"WHERE value >= '' AND trait = ? AND since <= ? AND {HELD}",
        (trait, day, position, position),
    )


def retold(
    select: Select,
    texts: Sequence[int],
    words: Sequence[int],
    values: Sequence[int],
    position: int,
    days: tuple[int, int],
) -> Iterator[int]:
    """Yield streams with a text of some traits, or a word of others, since a day after the first and by the last.

    Reads all texts that there are, by the index alone.
    """
    between = f"since > ? AND since <= ? AND {HELD}"
    held = (*days, position, position)
    for of, numbers, more in (("value >= ''", texts, ()), (f"value IN ({','.join('?' * len(values))})", words, values)):
        marks = ",".join("?" * len(numbers))
        statement = (
            f"SELECT stream FROM traits INDEXED BY streams_by_trait WHERE {of} AND trait IN ({marks}) AND {between}"
        )
        yield from (stream for (stream,) in select(statement, (*more, *numbers, *held)))


def is_replaced(select: Select, stream: int, trait: int, since: int, position: int, day: int) -> bool:
    """Whether another value of a trait counts by a day, later than that of one day."""
    statement = f"SELECT 1 FROM traits WHERE stream = ? AND trait = ? AND since > ? AND since <= ? AND {HELD} LIMIT 1"
    return next(iter(select(statement, (stream, trait, since, day, position, position))), None) is not None


def has_value(select: Select, traits: Sequence[int], value: int) -> bool:
    """Whether any stream has or had one of some traits with a value."""
    marks = ",".join("?" * len(traits))
    statement = f"SELECT 1 FROM traits WHERE value = ? AND trait IN ({marks}) LIMIT 1"
    return next(iter(select(statement, (value, *traits))), None) is not None


def values(select: Select, traits: Sequence[int], most: int) -> Iterator[str]:
    """Yield the values that some traits have, or had, among at most so many of any trait: from one to the next."""
    last = 0
    for _ in range(most):
        statement = "SELECT value FROM traits WHERE value > ? AND value < '' ORDER BY value LIMIT 1"
        found = next(iter(select(statement, (last,))), None)
        if found is None:
            return
        last = found[0]
        if has_value(select, traits, last):
            for row in select("SELECT name FROM names WHERE id = ?", (last,)):
                yield of_name(row[0])
