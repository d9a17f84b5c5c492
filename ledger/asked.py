"""What can a program ask a ledger? Each question of the command as a method of the same name, with the same filters.

Rows are dictionaries of plain values, those of `--json`: `pandas.DataFrame(ledger.status())` is a table.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, Unpack

from ..domain.aggregate import Aggregate
from ..domain.entry import Entry
from ..domain.errors import NotFound
from . import questions as ask
from .checkpoints import Kept, kept
from .clocks import Day, Moment, moment
from .concerning import About, Listed, Words
from .proofs import consistency_proof, entry_proof
from .unknown_types import unknown_types, warn_of

if TYPE_CHECKING:
    from ..projections.blame import OriginRow
    from ..projections.diff import ChangeRow, LearnedRow
    from ..projections.due import DueRow
    from ..projections.irregular import Finding
    from ..projections.replay import Replayed
    from ..projections.rows import PeriodRow
    from ..projections.show import Shown
    from ..projections.status import CountRow, StatusRow, TallyRow
    from ..projections.totals import Totals
    from ..store.port import Snapshot, Verified
    from .briefs import Brief
    from .catching_up import CaughtUp


class _Answer(Protocol):
    @property
    def unknown_types(self) -> list[str]: ...


A = TypeVar("A", bound=_Answer)


def _heard(answer: A) -> A:
    """An answer, when the program was warned of what it leaves out: facts of a newer version."""
    warn_of(answer.unknown_types)
    return answer


class Asked:
    """The questions of a ledger; each is answered from one snapshot.

    Streams are named as in the command: kind:name, or the name alone, with a part after a slash. `as_of`: a date or
    YYYY-MM-DD, default today; `known_at`: an instant or a position, default everything. All raise NotFound for what is
    not there, UnknownWord for what is in no list, DateRefused, UnreadableInstant, LedgerUnusable and Altered.
    """

    @abstractmethod
    def reader(self) -> Snapshot:
        """A snapshot to ask."""

    def status(
        self, *streams: str, as_of: Day = None, known_at: Moment = None, status: Words = (), flag: Words = (),
        **about: Unpack[About],
    ) -> list[StatusRow]:  # fmt: skip
        """What stands where at the end of a day, as known then; of `status`, what has or possibly has one of them.

        `party`, `theme`, `title` … say whom and what it is to concern: status(party=("NZ", "CL"), theme="trade").
        """
        with self.reader() as reader:
            found = ask.status(reader, streams, as_of=as_of, known_at=known_at, status=status, flag=flag, **about)
            return list(_heard(found).rows)

    def count(
        self, *streams: str, as_of: Day = None, known_at: Moment = None, status: Words = (), flag: Words = (),
        **about: Unpack[About],
    ) -> list[CountRow]:  # fmt: skip
        """How many parts stand where on a day: `engage status --count`."""
        with self.reader() as reader:
            found = ask.count(reader, streams, as_of=as_of, known_at=known_at, status=status, flag=flag, **about)
            return _heard(found).rows

    def tally(
        self, by: Words, *streams: str, as_of: Day = None, known_at: Moment = None, status: Words = (),
        flag: Words = (), **about: Unpack[About],
    ) -> list[TallyRow]:  # fmt: skip
        """How many streams there are of each party, theme, kind or year: `engage status --count --by party`."""
        with self.reader() as reader:
            found = ask.tally(reader, by, streams, as_of=as_of, known_at=known_at, status=status, flag=flag, **about)
            return _heard(found).rows

    def total(
        self, *streams: str, as_of: Day = None, known_at: Moment = None, status: Words = (), flag: Words = (),
        **about: Unpack[About],
    ) -> Totals:  # fmt: skip
        """How much money was undertaken in all: `rows` of what may be added, and `left_out`, with why."""
        with self.reader() as reader:
            found = ask.total(reader, streams, as_of=as_of, known_at=known_at, status=status, flag=flag, **about)
            return _heard(found)

    def show(self, stream: str, *, as_of: Day = None, known_at: Moment = None) -> Shown:
        """What is known of one stream on a day: `known`, `aggregate`, `rows` and what was `said`."""
        with self.reader() as reader:
            return _heard(ask.show(reader, stream, as_of=as_of, known_at=known_at))

    def log(
        self, stream: str | None = None, *, known_at: Moment = None, by_world: bool = False, last: int | None = None,
        as_recorded: bool = False, **about: Unpack[Listed],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The entries of a stream, or all, corrected and marked, in order of recording or, `by_world`, of happening."""
        with self.reader() as reader:
            found = ask.log(
                reader, stream, known_at=known_at, by_world=by_world, last=last, as_recorded=as_recorded, **about
            )
            return list(_heard(found).rows)

    def search(
        self, *words: str, known_at: Moment = None, as_recorded: bool = False, **about: Unpack[Listed]
    ) -> list[dict[str, Any]]:
        """The entries whose facts, as they are shown, hold all words."""
        with self.reader() as reader:
            return list(_heard(ask.search(reader, words, known_at=known_at, as_recorded=as_recorded, **about)).rows)

    def timeline(
        self, stream: str | None = None, *, known_at: Moment = None, **about: Unpack[Listed]
    ) -> list[PeriodRow]:
        """Every period of a stream or of one of its parts, or of the streams that `about` says, as known then."""
        with self.reader() as reader:
            return list(_heard(ask.timeline(reader, stream, known_at=known_at, **about)).rows)

    def diff(
        self, first: Day, last: Day, *, stream: str | None = None, known_at: Moment = None, **about: Unpack[Listed]
    ) -> list[ChangeRow]:
        """What changed in the world after the end of one day and by the end of another."""
        with self.reader() as reader:
            return _heard(ask.diff(reader, first, last, stream=stream, known_at=known_at, **about)).rows

    def learned(
        self, earlier: Moment, later: Moment = None, *, stream: str | None = None, **about: Unpack[Listed]
    ) -> list[LearnedRow]:
        """What the ledger learned between two moments of the record: `engage diff --known`."""
        with self.reader() as reader:
            return _heard(ask.learned(reader, earlier, later, stream=stream, **about)).rows

    def blame(self, stream: str, field: str | None = None, *, known_at: Moment = None) -> list[OriginRow]:
        """Which entry set each value of a stream, or of one field or part, who entered it, and on which source."""
        with self.reader() as reader:
            return _heard(ask.blame(reader, stream, field, known_at=known_at)).rows

    def due(
        self, *, within: int = 90, as_of: Day = None, known_at: Moment = None, **about: Unpack[Listed]
    ) -> list[DueRow]:
        """What is overdue, due or planned within some days, awaiting its outcome, or silent."""
        with self.reader() as reader:
            return _heard(ask.due(reader, within=within, as_of=as_of, known_at=known_at, **about)).rows

    def brief(
        self, *subject: str, since: Day = None, within: int = 365, as_of: Day = None, known_at: Moment = None,
        with_groups: bool = False,
    ) -> Brief:  # fmt: skip
        """What to know before a meeting: of two parties, of one, of a stream or of a theme."""
        from .briefs import brief

        with self.reader() as reader:
            found = brief(
                reader, *subject, since=since, within=within, as_of=as_of, known_at=known_at, with_groups=with_groups
            )
            return _heard(found)

    def catch_up(self, since: Moment) -> CaughtUp:
        """What was learned after a moment of the record: put right, shown otherwise, new and said."""
        from .catching_up import caught_up

        with self.reader() as reader:
            return _heard(caught_up(reader, since))

    def check(self, *streams: str, group: str = "", **about: Unpack[Listed]) -> list[Finding]:
        """What was taken in although it is odd: every check, or those of a group (sources), of all streams or some."""
        with self.reader() as reader:
            return list(_heard(ask.check(reader, streams, group=group, **about)).rows)

    def replay(self, *, to: Moment = None, stream: str | None = None) -> Replayed:
        """All periods derived again from entry 1 on: `steps()`, `end_rows()`, and `differences()` from what is stored.

        Use it as a context manager: the snapshot that it rests on is let go at its end.
        """
        return _heard(ask.replay(self.reader(), to=to, stream=stream)).result

    def verify(self) -> Verified:
        """Recompute lines, leaves and root: `size`, `root` and every problem. That proves nothing to anyone else."""
        with self.reader() as reader:
            return reader.verify()

    def export(self, first: int = 1, last: int | None = None) -> Iterator[bytes]:
        """The entries as they were recorded, one line each without its LF: line n is leaf n of the tree."""
        with self.reader() as reader:
            for _, line in reader.lines(first, last):
                yield line

    def sources(self) -> list[dict[str, Any]]:
        """What is said of each archived source, with the entry that says so."""
        from ..projections.sources import archived

        with self.reader() as reader:
            return list(archived(reader))

    def checkpoints(self) -> list[Kept]:
        """The checkpoints that the ledger keeps, each with what was said of it."""
        with self.reader() as reader:
            return kept(reader)

    def prove(self, entry: str | int, *, checkpoint: str | None = None) -> str:
        """What shows that a checkpoint covers an entry, the last unless one is named: the text of a tlog-proof."""
        with self.reader() as reader:
            return entry_proof(reader, str(entry), checkpoint)

    def prove_consistency(self, old: str | int, new: str | None = None) -> str:
        """What shows that a checkpoint, the last unless `new` names one, goes on from an older one or a size."""
        with self.reader() as reader:
            return consistency_proof(reader, str(old), new)

    def root(self, size: int | None = None) -> str:
        """The root of the tree over the first `size` entries, default all, in hex."""
        with self.reader() as reader:
            return reader.root(size)

    def get(self, stream: str, *, as_of: Day = None, known_at: Moment = None) -> Aggregate:
        """What is known of an aggregate, beside its statuses; raises NotFound also where nothing was known then.

        Of everything recorded, whatever day it happened on, unless `as_of` names a day.
        """
        from ..projections.show import folded
        from .clocks import as_of_day

        told = self.history(stream, known_at)
        if told:
            with self.reader() as reader:
                warn_of(unknown_types(reader, told[-1].position, [told[0].stream]))
        else:
            raise NotFound(
                f"nothing was known of {stream} at {known_at}",
                "its first entry was recorded later",
                f"see when: ⟦log {stream}⟧",
            )
        return folded(told[0].stream, told) if as_of is None else folded(told[0].stream, told, as_of_day(as_of))

    def history(self, stream: str, known_at: Moment = None) -> list[Entry]:
        """A stream's entries as they were recorded, as known then, in order of position; raises NotFound."""
        from ..projections.told import entries_of
        from .named import whole_stream

        with self.reader() as reader:
            return entries_of(reader, whole_stream(reader, stream), reader.known_at(moment(known_at)))
