"""What stands where on a day, as known then? Periods that cover the day, with coverage applied.

Past the day to which its register was kept up, a stream's status is `unknown`, with the last one under possible.
Costs what is answered: by an index where a stream is named, else all periods that are known then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict

from ..domain.worlds import UNDETERMINED
from ..history.coverage import on_one_day
from ..history.periods import Period
from ..history.subject import Subject
from .columns import Column, columns_of
from .concerned import Concerned, beside, streams_of, subject, subjects
from .rows import PeriodRow, as_row

if TYPE_CHECKING:
    from ..domain.worlds import Standing
    from ..store.port import Snapshot
    from .basis import Clocks


class StatusRow(PeriodRow):
    """A period, and what its stream is about."""

    title: Annotated[str | None, Column("text", "what it is called; of a commitment, what was undertaken")]
    parties: Annotated[list[str], Column("text", "whom it concerns, in any role")]
    amount: Annotated[str | None, Column("text", "how much money was undertaken, in words")]
    strength: Annotated[str | None, Column("text", "intended, or considered; null where it was undertaken")]


STATUS_COLUMNS: Final = columns_of(StatusRow, but="known_to")


class TallyRow(TypedDict, total=False):
    """How many streams there are of each party, theme, kind or year: the columns that were asked for, and the count."""

    party: Annotated[str | None, Column("text", "a stream counts once for each of its parties")]
    theme: Annotated[str | None, Column("text", "a stream counts once for each of its themes")]
    kind: Annotated[str | None, Column("text", "the kind of aggregate, and the kind within it where there is one")]
    year: Annotated[str | None, Column("text", "in which the first thing is certain of it")]
    count: Annotated[int, Column("position", "how many streams")]


BY: Final = ("party", "theme", "kind", "year")
"""What streams are counted by."""


class CountRow(TypedDict):
    """How many parts of a kind stand so."""

    part: Annotated[str, Column("text", "the part without its name: meeting, obligor, mission")]
    status: Annotated[str, Column("word or undetermined", "undetermined where no status is certain")]
    possible: Annotated[str, Column("text", "what else may hold, joined by ' or '")]
    count: Annotated[int, Column("position")]


COUNT_COLUMNS: Final = columns_of(CountRow)


def answer(rows: Iterable[Period], coverage: Sequence[Mapping[str, Any]] = ()) -> Iterator[PeriodRow]:
    """Yield the rows of a status answer, in the order given."""
    return map(as_row, shown(rows, coverage))


def shown(rows: Iterable[Period], coverage: Sequence[Mapping[str, Any]] = ()) -> Iterator[Period]:
    """Yield the periods as they are shown: past its coverage, what a stream's parts last were is left in doubt."""
    return on_one_day(rows, coverage)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are wanted of those that stand on a day. What is empty limits nothing."""

    named: Sequence[tuple[str, str | None]] = ()
    """streams that are asked about, each with one part of it or None for all"""
    concerned: Concerned | None = None
    statuses: frozenset[str] = frozenset()
    """of these, a part has one, or possibly has it"""
    flags: frozenset[str] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Whether nothing limits it."""
        return not (self.named or self.concerned or self.statuses or self.flags)

    def takes(self, one: Standing) -> bool:
        """Whether a standing is wanted."""
        if self.statuses and self.statuses.isdisjoint((one.status or UNDETERMINED, *one.possible)):
            return False
        return not self.flags or not self.flags.isdisjoint(one.flags)


def standing(reader: Snapshot, at: Clocks, wanted: Wanted) -> Iterator[Period]:
    """Yield what stands on the day, of what is wanted."""
    asked = wanted.concerned
    kinds = asked.kinds if asked is not None and asked.is_of_kinds_alone else frozenset[str]()
    rows: Iterable[Period]
    places = wanted.named or None
    if asked is not None and not kinds:
        places = among(wanted.named, streams_of(reader, at.known, at.day, asked))
    if places is not None:
        rows = (one for stream, part in places for one in reader.periods(at.known, at.day, stream, part))
    elif (wanted.statuses or wanted.flags) and not any(scope["passed"] for scope in at.coverage):
        rows = reader.periods_of(at.known, at.day, wanted.takes)  # past a coverage another status is shown
    else:
        rows = reader.periods(at.known, at.day)
    told = shown(rows, at.coverage)
    if not (kinds or wanted.statuses or wanted.flags):
        yield from told
        return
    for one in told:
        if (not kinds or one.stream.partition(":")[0] in kinds) and wanted.takes(one.standing):
            yield one


def among(named: Sequence[tuple[str, str | None]], streams: Sequence[str]) -> Sequence[tuple[str, str | None]]:
    """Of the streams that are named, those that are among others; where none is named, these."""
    if not named:
        return [(one, None) for one in streams]
    wanted = frozenset(streams)
    return [one for one in named if one[0] in wanted]


def described(one: Period, subject: Callable[[str], Subject]) -> StatusRow:
    """A period as a row, with what its stream is about."""
    return {**as_row(one), **about(subject(one.stream))}  # type: ignore[typeddict-item]  # the two make the whole


def about(found: Subject) -> dict[str, Any]:
    """What a row of status says of its stream."""
    amount = found.amount.words() if found.amount else None
    return {"title": found.title, "parties": list(found.parties), "amount": amount, "strength": found.strength}


def subject_of(reader: Snapshot, at: Clocks, wanted: Wanted) -> Callable[[str], Subject]:
    """A function that gives what a stream of the answer is about; streams come in the order of the answer."""
    concerned = wanted.concerned
    is_narrow = wanted.named or wanted.statuses or wanted.flags
    if not is_narrow and (concerned is None or concerned.is_of_kinds_alone):
        return beside(reader, at.known, at.day)
    return lru_cache(maxsize=1)(partial(subject, reader, at.known, at.day))


def subjects_wanted(reader: Snapshot, at: Clocks, wanted: Wanted) -> Iterable[tuple[str, Subject]]:
    """The streams that are wanted, each once, with what each is about on the day."""
    if wanted.statuses or wanted.flags:
        streams: Iterable[str] = sorted({one.stream for one in standing(reader, at, wanted)})
    elif wanted.named or wanted.concerned:
        some = streams_of(reader, at.known, at.day, wanted.concerned or Concerned())
        streams = dict.fromkeys(one for one, _ in among(wanted.named, some))
    else:
        return subjects(reader, at.known, at.day)
    return ((one, subject(reader, at.known, at.day, one)) for one in streams)


def tallied(reader: Snapshot, at: Clocks, wanted: Wanted, by: Sequence[str]) -> list[TallyRow]:
    """How many streams there are by a day of each party, theme, kind or year, or of each together."""
    counts: Counter[tuple[str | None, ...]] = Counter()
    for stream, about in subjects_wanted(reader, at, wanted):
        if about.year is None:
            continue  # nothing is certain of it by that day
        kind = stream.partition(":")[0]
        values: dict[str, Sequence[str | None]] = {
            "party": about.parties or (None,),
            "theme": about.themes or (None,),
            "kind": (f"{kind}: {about.kind}" if about.kind else kind,),
            "year": (about.year,),
        }
        counts.update(product(*(values[name] for name in by)))
    ordered = sorted(counts.items(), key=lambda one: tuple((value is None, value or "") for value in one[0]))
    return [{**dict(zip(by, key, strict=True)), "count": number} for key, number in ordered]  # type: ignore[typeddict-item]  # the columns that were asked for


def counted(reader: Snapshot, at: Clocks, wanted: Wanted) -> list[CountRow]:
    """How many parts stand where; where nothing limits it, by an index alone."""
    counts: Counter[tuple[str, str, str]] = Counter()
    if not wanted.is_everything or any(scope["passed"] for scope in at.coverage):
        found = ((one.part, one.standing, 1) for one in standing(reader, at, wanted))
    else:
        found = reader.counts(at.known, at.day)  # type: ignore[assignment]  # both yield the same
    for part, one, number in found:
        counts[part.partition("/")[0], one.status or UNDETERMINED, " or ".join(one.possible)] += number
    return [
        {"part": part, "status": word, "possible": possible, "count": number}
        for (part, word, possible), number in sorted(counts.items())
    ]
