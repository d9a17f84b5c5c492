"""Does an operation do more work on a larger ledger? Counted, not timed: statements, steps of SQLite, hashed bytes.

A tracer counts statements, a progress handler the steps of SQLite's virtual machine (in tens), and a wrapper
around the hash function its bytes. The large ledger takes some fifteen seconds to make.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from engagement_ledger.domain.commitment import CommitmentDisputed, CommitmentMade, ProgressReported
from engagement_ledger.domain.dates import When, day, iso
from engagement_ledger.domain.dialogue import MeetingHeld
from engagement_ledger.domain.entry import Draft, Fact
from engagement_ledger.domain.relationship import MissionAtLevel
from engagement_ledger.exchange.import_jsonl import Imported, import_file
from engagement_ledger.ledger import completing
from engagement_ledger.ledger import questions as ask
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.ledger.briefs import brief
from engagement_ledger.ledger.catching_up import caught_up
from engagement_ledger.ledger.completing import Candidate
from engagement_ledger.proof import merkle
from engagement_ledger.record.lines import writer_bytes
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
from engagement_ledger.store.sqlite.recorder import LedgerFactory

SMALL, LARGE = 1_000, 100_000
LONG_STREAM = 20_000
FIRST = day("1950-01-01")


@dataclass
class Work:
    """What an operation cost."""

    statements: int = 0
    steps: int = 0
    hashed: int = 0


def draft(stream: str, fact: Fact, on: int, number: int) -> Draft:
    return Draft(
        stream=stream,
        fact=fact,
        occurred=When.parse(iso(on)),
        entry_id=str(uuid.UUID(int=number)),
        recorded_by="tester",
    )


def commitments(count: int) -> Iterator[Draft]:
    made = CommitmentMade(obligors=("NZ", "US"), kind="achievement", text="work together")
    for number in range(count):
        step = number % 4
        fact = made if step == 0 else ProgressReported(obligor=("NZ", "US")[step % 2])
        yield draft(f"commitment:c{number // 4}", fact, FIRST + number % 20_000 + step, number + 1)


def missions(count: int) -> Iterator[Draft]:
    for number in range(count):
        level = ("embassy", "legation")[number % 2]
        fact = MissionAtLevel(sender="NZ", host="US", level=level)  # type: ignore[arg-type]  # one of the nine
        yield draft("relationship:nz-us", fact, FIRST + number, number + 1)


def meetings(count: int) -> Iterator[Draft]:
    for number in range(count):
        yield draft("dialogue:weekly", MeetingHeld(meeting=f"m{number}"), FIRST + number, number + 1)


def filled(path: Path, drafts: Iterator[Draft]) -> Ledger:
    ledger = Ledger(path, create=True)
    told = list(drafts)
    for start in range(0, len(told), 2_000):
        ledger.append(*told[start : start + 2_000])
    return ledger


@contextmanager
def counted(connection: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    work = Work()

    def statement(_: str) -> None:
        work.statements += 1

    def step() -> int:
        work.steps += 1
        return 0

    def sha256(data: bytes = b"") -> Any:
        work.hashed += len(data)
        return hashlib.sha256(data)

    connection.set_trace_callback(statement)
    connection.set_progress_handler(step, 10)
    with monkeypatch.context() as patch:
        patch.setattr(merkle, "sha256", sha256)
        yield work
    connection.set_trace_callback(None)
    connection.set_progress_handler(None, 0)


def appending(ledger: Ledger, told: Draft, monkeypatch: pytest.MonkeyPatch) -> Work:
    """The work of one append by a process that remembers nothing."""
    with Ledger(Path(ledger.place)) as cold:
        with cast(LedgerFactory, cold.factory).datastore.get_connection(commit=True) as held:
            connection = held._sqlite_conn
        with counted(connection, monkeypatch) as work:
            assert cold.append(told)[0].outcome == "created"
    return work


def asking(path: Path, question: Callable[[Reader], object], monkeypatch: pytest.MonkeyPatch) -> Work:
    with Reader(path) as reader, counted(reader._connection, monkeypatch) as work:
        question(reader)
    return work


def much_the_same(small: Work, large: Work) -> bool:
    """No more statements; deeper trees cost a few steps more, and a tree of hashes a few nodes."""
    return (
        large.statements <= small.statements + 12
        and large.steps <= 1.5 * small.steps + 20
        and large.hashed <= small.hashed + 64 * 256
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return filled(tmp_path_factory.mktemp("small") / "l", commitments(SMALL))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return filled(tmp_path_factory.mktemp("large") / "l", commitments(LARGE))


def test_an_append_in_order_costs_the_same_at_any_size(
    small: Ledger, large: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = draft("commitment:c7", ProgressReported(obligor="NZ"), FIRST + 25_000, 10_000_000)
    works = [appending(ledger, told, monkeypatch) for ledger in (small, large)]
    assert much_the_same(*works), works


def importing_again(ledger: Ledger, file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Work, Imported]:
    """The work of an import by a process that remembers nothing."""
    with Ledger(Path(ledger.place)) as cold:
        with cast(LedgerFactory, cold.factory).datastore.get_connection(commit=True) as held:
            connection = held._sqlite_conn
        with counted(connection, monkeypatch) as work:
            return work, import_file(cold, file, recorded_by="tester")


def test_an_import_does_no_more_for_each_fact_when_the_ledger_is_large(
    small: Ledger, large: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New streams and known ones; and the same file again, all of which is there."""
    file = tmp_path / "more.jsonl"
    told = [
        (f"commitment:new{number}", CommitmentMade(obligors=("NZ",), kind="event", text="meet"), FIRST)
        if number % 2
        else (f"commitment:c{number % 250}", ProgressReported(obligor="NZ"), FIRST + 26_000)
        for number in range(1_000)
    ]
    lines = [writer_bytes(draft(stream, fact, on, 20_000_000 + i)) for i, (stream, fact, on) in enumerate(told)]
    file.write_bytes(b"".join(b"{" + line + b"\n" for line in lines))
    for created in (1_000, 0):
        (less, one), (more, other) = (importing_again(ledger, file, monkeypatch) for ledger in (small, large))
        assert one.created == other.created == created
        assert one.existed == other.existed == 1_000 - created
        assert more.statements <= 1.02 * less.statements + 12, (less, more)
        assert more.steps <= 1.5 * less.steps + 20, (less, more)
        assert more.hashed <= less.hashed + 64 * 256, (less, more)


@pytest.mark.parametrize(
    "question",
    [
        lambda reader: list(reader.periods(reader.known_at(), FIRST + 100, "commitment:c7")),
        lambda reader: list(reader.coverage(reader.known_at())),
        lambda reader: list(reader.lines(stream="commitment:c7")),
        lambda reader: reader.root(),
        lambda reader: reader.known_at("#900"),
        lambda reader: reader.line("#7"),
        lambda reader: next(reader.periods(reader.known_at(), FIRST + 100)),
    ],
    ids=["status of one", "coverage", "log of one", "root", "known at", "an entry", "first of a listing"],
)
def test_a_question_about_one_costs_the_same_at_any_size(
    question: Callable[[Reader], object], small: Ledger, large: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = [asking(Path(ledger.place), question, monkeypatch) for ledger in (small, large)]
    assert much_the_same(*works), works


COMPLETED: dict[str, Callable[[Any], list[Candidate]]] = {
    "streams": lambda reader: completing.streams(reader, "commitment:c"),
    "streams of a kind": lambda reader: completing.streams(reader, "", "commitment"),
    "streams by short names": lambda reader: completing.streams(reader, "c"),
    "all streams": lambda reader: completing.streams(reader, ""),
    "parts": lambda reader: completing.streams(reader, "commitment:c7/obl", parts=True),
    "parties": lambda reader: completing.parties(reader, ""),
    "a party": lambda reader: completing.parties(reader, "new z"),
    "parties of a fact": lambda reader: completing.codes(reader, "N"),
    "kinds": lambda reader: completing.kinds(reader, ""),
    "who recorded": lambda reader: completing.recorders(reader, ""),
    "types": lambda reader: completing.types(reader, "commitment"),
}


@pytest.mark.parametrize("name", COMPLETED)
def test_what_completes_a_word_costs_the_same_at_any_size(
    name: str, small: Ledger, large: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[int] = []
    works = [
        asking(Path(ledger.place), lambda reader: offered.append(len(COMPLETED[name](reader))), monkeypatch)
        for ledger in (small, large)
    ]
    assert 0 < offered[1] <= 2 * completing.MOST
    assert much_the_same(*works), works


def test_reading_every_name_costs_more(small: Ledger, large: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    works = [
        asking(Path(ledger.place), lambda reader: list(reader.streams("commitment:")), monkeypatch)
        for ledger in (small, large)
    ]
    assert not much_the_same(*works), works


def covering(path: Path, on: int) -> int:
    """How many periods cover a day."""
    with Reader(path) as reader:
        return sum(1 for _ in reader.periods(reader.known_at(), on))


@pytest.mark.parametrize("years", [1, 20, 50, 60])
def test_counting_reads_little_of_what_cannot_cover_the_day(
    years: int, large: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = FIRST + 366 * years

    def question(reader: Reader) -> object:
        return list(reader.counts(reader.known_at(), on))

    work = asking(Path(large.place), question, monkeypatch)
    rows = covering(Path(large.place), on)
    assert rows > 1_000
    assert work.steps <= 1.5 * rows + 2_000, rows  # fifteen steps of SQLite for a period; one in ten is told


def test_counting_what_was_known_before_reads_each_period_once(large: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def question(reader: Reader) -> object:
        return list(reader.counts(reader.known_at(f"#{reader.size // 2}"), FIRST + 10_000))

    work = asking(Path(large.place), question, monkeypatch)
    with Reader(Path(large.place)) as reader:
        (rows,) = reader.one("SELECT count(*) FROM periods")
    assert work.steps <= 2 * rows, rows


def test_a_listing_reads_each_period_once_and_asks_nothing_more_for_a_row(
    large: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def question(reader: Reader) -> object:
        return sum(1 for _ in reader.periods(reader.known_at(), FIRST + 10_000))

    work = asking(Path(large.place), question, monkeypatch)
    told = covering(Path(large.place), FIRST + 10_000)
    with Reader(Path(large.place)) as reader:
        (rows,) = reader.one("SELECT count(*) FROM periods")
    assert work.statements <= 20
    assert work.steps <= rows + 3 * told, (rows, told)


@pytest.mark.parametrize(("kind", "count"), [(missions, LONG_STREAM), (meetings, 5_000)])
def test_the_end_of_a_long_stream_is_as_quick_to_append_to_as_that_of_a_short_one(
    kind: Callable[[int], Iterator[Draft]], count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = []
    for size in (100, count):
        ledger = filled(tmp_path / str(size), kind(size))
        *_, last = kind(size + 1)
        works.append(appending(ledger, last, monkeypatch))
        ledger.close()
    assert much_the_same(*works), works


# --- what a question costs is what its answer costs: a few streams of a party that nobody else names


SOON = "1999-06-01"


def rare() -> Iterator[Draft]:
    """A handful of streams that are like no others in the ledger."""
    for number in range(5):
        made = CommitmentMade(
            obligors=("FJ",), kind="exploratory", text="Look after the reef", themes=("antarctic-policy",),
            due=When.parse("1999-07"), made_at="dialogue:reef/meeting/1",
        )  # fmt: skip
        stream = f"commitment:rare{number}"
        yield replace(draft(stream, made, day("1999-01-01"), 30_000_000 + number), tags=("rare",), recorded_by="rare")
        disputed = CommitmentDisputed(by="NZ", claim="Not so")
        yield draft(stream, disputed, day("1999-02-01"), 31_000_000 + number)


@pytest.fixture(scope="module")
def with_rare(small: Ledger, large: Ledger) -> tuple[Path, Path]:
    for ledger in (small, large):
        for one in rare():
            ledger.append(one)
    return Path(small.place), Path(large.place)


LISTS: dict[str, Callable[[Any], Any]] = {
    "a party": lambda reader: list(ask.status(reader, as_of=SOON, party="FJ").rows),
    "a party, as known before": lambda reader: list(
        ask.status(reader, as_of=SOON, party="FJ", known_at=reader.size - 3).rows
    ),
    "two parties": lambda reader: list(ask.status(reader, as_of=SOON, party=("FJ", "Fiji")).rows),
    "a theme": lambda reader: list(ask.status(reader, as_of=SOON, theme="antarctica").rows),
    "a kind": lambda reader: list(ask.status(reader, as_of=SOON, kind="exploratory").rows),
    "a tag": lambda reader: list(ask.status(reader, as_of=SOON, tag="rare").rows),
    "a recorder": lambda reader: list(ask.status(reader, as_of=SOON, recorded_by="rare").rows),
    "what was recorded last": lambda reader: list(ask.status(reader, as_of=SOON, recorded=f"{reader.size - 4}..").rows),
    "a flag": lambda reader: list(ask.status(reader, as_of=SOON, flag="disputed").rows),
    "a party's entries": lambda reader: list(ask.log(reader, party="FJ").rows),
    "words in a party's entries": lambda reader: list(ask.search(reader, "reef", party="FJ").rows),
    "a party's changes": lambda reader: ask.diff(reader, "1998-01-01", SOON, party="FJ").rows,
    "a party's timeline": lambda reader: list(ask.timeline(reader, party="FJ").rows),
    "due": lambda reader: ask.due(reader, as_of=SOON, within=60).rows,
    "what was learned last": lambda reader: ask.learned(reader, reader.size - 4, None).rows,
    "catching up": lambda reader: caught_up(reader, reader.size - 1).changes,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_what_it_holds_at_any_size(
    name: str, with_rare: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    works = [asking(path, lambda reader: held.append(len(LISTS[name](reader))), monkeypatch) for path in with_rare]
    assert held[0] == held[1] > 0
    assert much_the_same(*works), works


@pytest.mark.parametrize(
    "question",
    [
        lambda reader: list(ask.check(reader, party="FJ").rows),
        lambda reader: brief(reader, "FJ", as_of=SOON).commitments,
    ],
    ids=["findings", "a brief"],
)
def test_names_that_are_alike_are_looked_for_among_so_many_at_most(
    question: Callable[[Any], Any], with_rare: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 5,000 names beside a stream's: beyond that it costs no more, however large the ledger."""
    less, more = (asking(path, question, monkeypatch) for path in with_rare)
    assert more.statements <= less.statements + 60, (less, more)
    assert more.steps <= less.steps + 70_000, (less, more)


@pytest.mark.parametrize("name", ["everything", "a party of most streams"])
def test_a_list_of_more_costs_more(name: str, with_rare: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    about: Any = {} if name == "everything" else {"party": "NZ"}
    works = [
        asking(path, lambda reader: list(ask.status(reader, as_of=SOON, **about).rows), monkeypatch)
        for path in with_rare
    ]
    assert not much_the_same(*works), works


def test_the_counter_sees_an_operation_that_grows(
    small: Ledger, large: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a search through all entries."""

    def question(reader: Reader) -> object:
        return sum(1 for _ in reader.lines())

    works = [asking(Path(ledger.place), question, monkeypatch) for ledger in (small, large)]
    assert not much_the_same(*works)
