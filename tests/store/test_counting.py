"""Is what the index counts what a scan counts? Rows of every length, on days at their edges and between.

Cost: SQLite in memory, under a second.
"""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from engagement_ledger.domain.worlds import BEGIN, END
from engagement_ledger.store.sqlite import status_count as counting
from engagement_ledger.store.sqlite.schema import LENGTHS, STILL_KNOWN, TABLES

MANY = 1 << 40
LAST_DAY = 3_652_059
Row = tuple[int, int, int, int, int, int, int]


class Asked:
    """A table of periods, and which statements were put to it."""

    def __init__(self, rows: list[Row]) -> None:
        self.connection = sqlite3.connect(":memory:")
        for statement in TABLES:
            self.connection.execute(statement)
        self.connection.executemany("INSERT INTO periods VALUES (?,?,?,?,?,?,?)", rows)
        self.statements: list[tuple[str, tuple[Any, ...]]] = []

    def each(self, statement: str, params: tuple[Any, ...]) -> Iterator[Any]:
        self.statements.append((statement, params))
        return self.connection.execute(statement, params)


def row(stream: int, part: int, first: int, last: int, standing: int, known_to: int = STILL_KNOWN) -> Row:
    return stream, part, first, 1, last, known_to, standing


def by_hand(rows: list[Row], day: int) -> Counter[tuple[int, int]]:
    return Counter(one[1::5] for one in rows if one[5] == STILL_KNOWN and one[2] <= day < one[4])


def counted(asked: Asked, day: int, entries: int) -> Counter[tuple[int, int]]:
    return Counter({(part, standing): number for part, standing, number in counting.now(asked.each, day, entries)})


def lengths() -> list[int]:
    near = [length + by for length in LENGTHS for by in (-1, 0, 1, 2)]
    return [1, 2, *near, 20_000, LAST_DAY]


@pytest.mark.parametrize("length", lengths())
def test_a_period_is_counted_from_its_first_day_to_its_last(length: int) -> None:
    first = 700_000
    asked = Asked([row(1, 2, first, first + length, 3)])
    for day in (first - 1, first, first + length - 1, first + length):
        expected = {(2, 3): 1} if first <= day < first + length else {}
        assert counted(asked, day, MANY) == expected == counted(asked, day, 0), day


@pytest.mark.parametrize(("first", "last"), [(BEGIN, 700_000), (700_000, END), (BEGIN, END)])
def test_a_period_open_to_one_side_covers_all_that_lies_there(first: int, last: int) -> None:
    asked = Asked([row(1, 2, first, last, 3)])
    for day in (1, 699_999, 700_000, LAST_DAY):
        assert bool(counted(asked, day, MANY)) == (first <= day < last), day


def test_the_index_counts_what_a_scan_counts() -> None:
    chance = random.Random(20_260_202)
    rows = []
    for stream in range(1_500):
        first = BEGIN if chance.random() < 0.1 else chance.randint(700_000, 706_000)
        last = END if chance.random() < 0.2 else max(first, 700_000) + chance.choice(lengths())
        known_to = 7 if chance.random() < 0.2 else STILL_KNOWN
        rows.append(row(stream, chance.randint(1, 5), first, last, chance.randint(1, 5), known_to))
    asked = Asked(rows)
    for day in (1, *(chance.randint(699_900, 709_000) for _ in range(40)), LAST_DAY):
        assert counted(asked, day, MANY) == by_hand(rows, day) == counted(asked, day, 0), day


def test_few_pairs_are_searched_and_many_are_scanned_at_once() -> None:
    rows = [row(stream, stream % 40 + 1, 700_000, END, 1) for stream in range(400)]
    asked = Asked(rows)
    assert counted(asked, 700_000, 256 * 39) == by_hand(rows, 700_000)
    assert sum("GROUP BY" in statement for statement, _ in asked.statements) == 1
    assert len(asked.statements) < 90
    asked.statements.clear()
    assert counted(asked, 700_000, 256 * 40) == by_hand(rows, 700_000)
    assert not any("GROUP BY" in statement for statement, _ in asked.statements)


def test_every_statement_about_what_is_held_true_now_is_answered_by_the_index_alone() -> None:
    asked = Asked([row(1, 2, 700_000, 700_010, 3), row(1, 5, 700_000, 700_010, 3)])
    for entries in (0, MANY):
        counted(asked, 700_005, entries)
    for statement, params in list(asked.statements):
        for _, _, _, step in asked.connection.execute(f"EXPLAIN QUERY PLAN {statement}", params):
            if "periods" in step:
                assert "USING COVERING INDEX periods_by_standing" in step, (statement, step)
            assert "TEMP B-TREE" not in step
