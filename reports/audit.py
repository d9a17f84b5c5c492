"""What should a person read who audits a ledger? What was asked, whether it holds, and all that was put right.

Made of what `verify`, `check`, `log` and the checkpoints answer, from one snapshot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from ..domain.dates import When, iso
from ..domain.streams import event_words
from ..ledger import questions as ask
from ..ledger.checkpoints import kept
from ..ledger.clocks import Moment
from ..ledger.held_against import Against
from ..ledger.progress import Telling, untold
from ..store.port import Progress, Snapshot, Verified
from .document import Bars, Cell, Document, Section, Table

_Row = TypeVar("_Row")
LATE_DAYS: Final = 30
"""Days between happening and being known from which on an arrival is called late."""
_MOST: Final = 200
"""Rows of a table; how many more there are is said."""


def audit(
    reader: Snapshot, *, known_at: Moment = None, verified: Verified, against: Against | None, asked_on: str,
    telling: Telling = untold,
) -> Document:  # fmt: skip
    """The report; `verified` is what `verify` found, `against` what the ledger was held against.

    `telling` is asked for the progress of `log` and of `check`.
    """
    found = ask.log(reader, known_at=known_at, as_recorded=True)
    known = found.known
    entries = list(_counted(found.rows, known.position, telling("log")))
    report = Document(f"Audit of {reader.place}")
    report.sections = [
        _asked(reader, known, asked_on, len(entries)),
        _holds(verified, against),
        _checkpoints(reader),
        _totals(entries),
        _findings(reader, telling("check")),
        _late(list(_counted(ask.log(reader, known_at=known_at).rows, known.position, telling("log")))),
        _put_right(entries),
        _certification(reader, known.position),
    ]
    return report


def _counted(rows: Iterable[_Row], whole: int, progress: Progress | None) -> Iterator[_Row]:
    for done, row in enumerate(rows, 1):
        if progress and done % _TOLD == 0:
            progress(done, whole)
        yield row


_TOLD: Final = 500
"""Entries between two looks at how far a report is."""


def _asked(reader: Snapshot, known: Any, asked_on: str, number: int) -> Section:
    rows: list[tuple[str, Cell]] = [
        ("ledger", reader.place),
        ("asked on", asked_on),
        ("as known at", f"#{known.position} ({known.known or 'nothing recorded'})"),
        ("entries", number),
        ("root over them (RFC 9162, SHA-256)", reader.root(known.position)),
    ]
    return Section("What was asked", [Table(("", ""), rows)])


def _holds(verified: Verified, against: Against | None) -> Section:
    section = Section("Is it still what was recorded?")
    if verified.problems:
        section.parts.append(f"No: {len(verified.problems)} things are not as recorded.")
        section.parts.append(_table(("problem",), [(one,) for one in verified.problems]))
    elif against:
        section.parts.append(
            f"Yes, as far as it is covered: its first {against.size} entries are those of {against.words}."
        )
        section.parts += list(against.details)
    else:
        section.parts.append(
            "It agrees with itself. It was compared with nothing from elsewhere, so nothing shows that it was not "
            "rewritten as a whole."
        )
    return section


def _checkpoints(reader: Snapshot) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for one in kept(reader):
        lines = one.note.rpartition("\n\n")[2].splitlines()
        signers = ", ".join(dict.fromkeys(line.split(" ")[1] for line in lines))
        times = ", ".join(str(token.name) for token in one.timestamps)
        rows.append((one.checkpoint.name, one.checkpoint.size, signers, times, one.checkpoint.added_at))
    columns = ("name", "entries", "signed and cosigned by", "timestamps", "made")
    section = Section("Checkpoints that it keeps", [_table(columns, rows) if rows else "None."])
    if rows:
        section.parts.append("Who signed is as the checkpoints say; the verifier checks it.")
    return section


def _totals(entries: Sequence[dict[str, Any]]) -> Section:
    kinds = Counter(one["stream"].partition(":")[0] for one in entries)
    streams = Counter(stream.partition(":")[0] for stream in {one["stream"] for one in entries})
    by_whom = Counter(one["recorded_by"] for one in entries)
    months = Counter(str(one["recorded_at"])[:7] for one in entries)
    return Section(
        "Totals",
        [
            Table(
                ("kind", "streams", "entries"),
                [(kind, streams[kind], number) for kind, number in sorted(kinds.items())],
            ),
            Table(("recorded by", "entries"), by_whom.most_common()),
            Bars("entries recorded in each month", sorted(months.items())),
        ],
    )


def _findings(reader: Snapshot, progress: Progress | None) -> Section:
    rows: list[tuple[Cell, ...]] = []
    seen: set[Any] = set()
    for group in ("", "sources"):
        for one in ask.check(reader, group=group, progress=progress).rows:
            if one not in seen:
                seen.add(one)
                rows.append((one.check, one.stream, one.message, ", ".join(f"#{number}" for number in one.entries)))
    columns = ("check", "stream", "message", "entries")
    return Section("What is odd in the facts", [_table(columns, rows) if rows else "Nothing was found."])


def _late(entries: Sequence[dict[str, Any]]) -> Section:
    rows = sorted(_arrivals(entries), key=lambda row: -int(row[3] or 0))
    if not rows:
        return Section("Late arrivals", [f"Nothing became known more than {LATE_DAYS} days after it happened."])
    told = f"{len(rows)} entries became known more than {LATE_DAYS} days after their date, at its latest."
    return Section("Late arrivals", [told, _table(("entry", "happened", "known", "days", "what"), rows)])


def _arrivals(entries: Sequence[dict[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    """Entries as they count: by the dates that corrections gave them, without what was retracted."""
    for one in entries:
        if "retracted_by" in one:
            continue
        latest = When.parse(one["occurred"]).latest
        known = date.fromisoformat(str(one.get("known_since") or one["recorded_at"])[:10]).toordinal()
        if latest is not None and known - latest > LATE_DAYS and not one["type"].startswith("entry."):
            yield (
                f"#{one['position']}",
                one["occurred"],
                iso(known),
                known - latest,
                f"{one['stream']}: {event_words(one['type'])}",
            )


def _put_right(entries: Sequence[dict[str, Any]]) -> Section:
    place = {one["entry_id"]: one["position"] for one in entries}
    rows = [
        (
            f"#{one['position']}",
            event_words(one["type"]),
            f"#{place.get(one['body']['entry'], '?')}",
            one["body"].get("reason"),
            one["recorded_by"],
            str(one["recorded_at"])[:10],
        )
        for one in entries
        if one["type"].startswith("entry.")
    ]
    columns = ("entry", "what", "of", "reason", "by", "on")
    return Section("Corrections and retractions", [_table(columns, rows) if rows else "There are none."])


def _certification(reader: Snapshot, position: int) -> Section:
    root = reader.root(position)
    system = (
        f"I am familiar with the system by which the ledger {reader.place} is kept: entries are recorded in the order "
        "in which they are made, are never changed, and are hashed together (RFC 9162)."
    )
    checked = (
        f"On ____________________ I ran the verifier on a copy of it. The root over its first {position} entries, by "
        f"SHA-256, is {root}, and agrees with the checkpoint that ____________________ keeps."
    )
    return Section(
        "Certification (a template, to be completed by a qualified person)",
        [
            "I, ____________________, hold the position of ____________________ at ____________________.",
            system,
            checked,
            "Place, date, signature: ____________________",
        ],
    )


def _table(columns: tuple[str, ...], rows: Sequence[Sequence[Cell]]) -> Table:
    """A table of at most so many rows; the last says how many more there are."""
    if len(rows) <= _MOST:
        return Table(columns, rows)
    more = (f"… and {len(rows) - _MOST} more", *[""] * (len(columns) - 1))
    return Table(columns, [*rows[:_MOST], more])
