"""What stands where on a day, as known then? Periods that cover the day, with coverage applied.

Past the day to which its register was kept up, a stream's status is `unknown`, with the last one under possible.
Costs what is answered: by an index where a stream is named, else all periods that are known then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict

from ..history.coverage import on_one_day
from ..history.periods import Period
from .columns import Column, columns_of
from .rows import PeriodRow, as_row

if TYPE_CHECKING:
    from ..store.port import Snapshot
    from .basis import Clocks

OPEN: Final = "open"
"""What is counted, and asked for, where no status is certain."""


class CountRow(TypedDict):
    """How many parts of a kind stand so."""

    part: Annotated[str, Column("text", "the part without its name: meeting, obligor, mission")]
    status: Annotated[str, Column("word or open", "open where no status is certain")]
    possible: Annotated[str, Column("text", "what else may hold, joined by ' or '")]
    count: Annotated[int, Column("position")]


COUNT_COLUMNS: Final = columns_of(CountRow)


def answer(rows: Iterable[Period], coverage: Sequence[Mapping[str, Any]] = ()) -> Iterator[PeriodRow]:
    """Yield the rows of a status answer, in the order given."""
    return map(as_row, shown(rows, coverage))


def shown(rows: Iterable[Period], coverage: Sequence[Mapping[str, Any]] = ()) -> Iterator[Period]:
    """Yield the periods as they are shown: past its coverage, what a stream's parts last were is left in doubt."""
    return on_one_day(rows, coverage)


Named = Sequence[tuple[str, str | None]]
"""Streams that are asked about, each with one part of it or None for all; empty for everything."""


def standing(
    reader: Snapshot, at: Clocks, named: Named = (), statuses: Collection[str] = (), kind: str | None = None
) -> Iterator[Period]:
    """Yield what stands on the day; of `statuses`, what has one of them or possibly has it."""
    wanted = frozenset(statuses)
    for stream, part in named or ((None, None),):
        for one in shown(reader.periods(at.known, at.day, stream, part), at.coverage):
            if kind and not one.stream.startswith(kind + ":"):
                continue
            if wanted and wanted.isdisjoint((one.standing.status or OPEN, *one.standing.possible)):
                continue
            yield one


def counted(
    reader: Snapshot, at: Clocks, named: Named = (), statuses: Collection[str] = (), kind: str | None = None
) -> list[CountRow]:
    """How many parts stand where; where nothing limits it, by an index alone."""
    counts: Counter[tuple[str, str, str]] = Counter()
    if named or kind or statuses or any(scope["passed"] for scope in at.coverage):
        found = ((one.part, one.standing, 1) for one in standing(reader, at, named, statuses, kind))
    else:
        found = reader.counts(at.known, at.day)  # type: ignore[assignment]  # both yield the same
    for part, one, number in found:
        counts[part.partition("/")[0], one.status or OPEN, " or ".join(one.possible)] += number
    return [
        {"part": part, "status": word, "possible": possible, "count": number}
        for (part, word, possible), number in sorted(counts.items())
    ]
