"""What is counted? Commitments with five changes of status each over 25 years, from a seed.

The same facts as JSON lines for `engage import`, as journals (one unit to the account of the new status, one off
the old), as rows with both clocks for MariaDB, and as plain values for the peers that run in Python.
Run as a program, it writes all files of one size: `python workload.py FOLDER SIZE SEED`.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

FIRST = date(2001, 1, 1)
DAYS = 25 * 365
CHANGES = 5
DAY = "2013-06-30"
"""The day that is asked about."""
VERBS = ("made", "progress-reported", "stalled", "resumed")
STATUS = {
    "made": "made",
    "progress-reported": "in-progress",
    "stalled": "stalled",
    "resumed": "in-progress",
    "fulfilled": "fulfilled",
    "partly-fulfilled": "partly-fulfilled",
    "withdrawn": "withdrawn",
    "discontinued": "discontinued",
}
ENDS = ("fulfilled", "partly-fulfilled", "withdrawn", "discontinued")
PARTIES = ("NZ", "US", "AU", "JP", "FR", "CA", "GB", "CL", "FJ", "WS")
VAGUE, LATE, CORRECTED = 0.10, 0.10, 0.02
LARGEST_FOR_ALL = 1_000_000
"""Beyond that the plain facts alone are written: what parses a journal at each question took a minute here already."""


@dataclass(slots=True)
class Told:
    """One fact: of which commitment, what happened, on which day, with whom."""

    number: int
    verb: str
    day: date
    parties: tuple[str, ...]
    step: int

    @property
    def stream(self) -> str:
        """The name of the commitment."""
        return f"c{self.number}"


def facts(size: int, seed: int, obligors: int = 1) -> list[Told]:
    """All facts of a size, in order of happening."""
    chance = random.Random(seed)
    told = []
    for number in range(size // CHANGES):
        parties = tuple(chance.sample(PARTIES, obligors))
        days = sorted(chance.sample(range(1500), CHANGES))
        start = chance.randrange(DAYS - 1500)
        verbs = (*VERBS, chance.choice(ENDS))
        for step, (verb, after) in enumerate(zip(verbs, days, strict=True)):
            told.append(Told(number, verb, FIRST + timedelta(start + after), parties, step))
    told.sort(key=lambda one: (one.day, one.number))
    return told


def line(one: Told, occurred: str, entry_id: str | None = None) -> str:
    """A fact as `engage import` takes it."""
    party = one.parties[0]
    body: dict[str, object] = {}
    match one.verb:
        case "made":
            text = f"Cooperate on matter {one.number} as the parties set out in their joint statement"
            body = {"obligors": one.parties, "kind": "achievement", "text": text, "due": "2040-12-31"}
        case "progress-reported":
            body = {"obligor": party}
        case "fulfilled" | "partly-fulfilled":
            body = {"obligor": party, "evidence": {"document": f"Joint statement {one.number}", "publisher": party}}
        case "withdrawn":
            body = {"by": party}
        case _:
            body = {}
    fields: dict[str, object] = {"entry_id": entry_id} if entry_id else {}
    fields |= {
        "stream": f"commitment:{one.stream}",
        "type": f"commitment.{one.verb}/1",
        "occurred": occurred,
        "recorded_by": "register",
        "sources": [{"document": f"https://example.org/statements/{one.number}", "publisher": party}],
        "body": body,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def plain_lines(told: list[Told]) -> Iterator[str]:
    """The plain facts: exact days, recorded in the order in which they happened."""
    for one in told:
        yield line(one, one.day.isoformat())


def variant_lines(size: int, seed: int) -> Iterator[str]:
    """The untidy facts: two obligors, vague dates, late arrivals, corrections (these on top of the size)."""
    chance = random.Random(seed + 1)
    told = facts(size, seed + 1, obligors=2)
    place = {(one.number, one.step): float(index) for index, one in enumerate(told)}
    days = {(one.number, one.step): one.day for one in told}
    # A late arrival must have been possible to leave out so far: the report of progress is (a fifth of all facts).
    for one in told:
        if one.verb == "progress-reported" and chance.random() < LATE * CHANGES:
            place[one.number, one.step] = place[one.number, one.step + chance.randint(1, 3)] + 0.5
    told.sort(key=lambda one: place[one.number, one.step])
    corrections: dict[int, list[str]] = {}
    for index, one in enumerate(told):
        vague = chance.random() < VAGUE
        occurred = one.day.isoformat()[: 7 if vague else 10]
        corrected = chance.random() < CORRECTED
        entry_id = str(uuid.UUID(int=chance.getrandbits(128), version=4)) if corrected else None
        yield line(one, occurred, entry_id)
        if entry_id:
            due = index + chance.randint(1, 5000)
            corrections.setdefault(due, []).append(_correction(one, entry_id, _other_day(one, days, chance)))
        for text in corrections.pop(index, ()):
            yield text
    for due in sorted(corrections):
        yield from corrections[due]


def _other_day(one: Told, days: dict[tuple[int, int], date], chance: random.Random) -> date:
    """Another day, nearer to it than any day that the steps before and after may be corrected to."""
    before = days.get((one.number, one.step - 1), one.day - timedelta(30))
    after = days.get((one.number, one.step + 1), one.day + timedelta(30))
    first, last = before + (one.day - before) // 2 + timedelta(1), one.day + (after - one.day) // 2
    return first + timedelta(chance.randint(0, (last - first).days))


def _correction(one: Told, entry_id: str, day: date) -> str:
    fields = {
        "stream": f"commitment:{one.stream}",
        "type": "entry.corrected/1",
        "occurred": day.isoformat(),
        "recorded_by": "register",
        "body": {
            "entry": entry_id,
            "changes": {"occurred": day.isoformat()},
            "reason": "the register gave another day",
        },
    }
    return json.dumps(fields, separators=(",", ":"))


# --- for the peers ---------------------------------------------------------------------------------------


def changes(told: list[Told]) -> Iterator[tuple[int, Told, str | None, str]]:
    """(position, fact, status before, status after), in order of recording."""
    before: dict[int, str] = {}
    for position, one in enumerate(told, start=1):
        status = STATUS[one.verb]
        yield position, one, before.get(one.number), status
        before[one.number] = status


def journal(told: list[Told]) -> Iterator[str]:
    """For hledger and ledger-cli."""
    for _, one, old, new in changes(told):
        source = f"status:{old}" if old else "origin"
        yield f"{one.day.isoformat()} {one.stream}\n  status:{new}  1\n  {source}  -1\n"


def bean_journal(told: list[Told]) -> Iterator[str]:
    """For beancount."""
    accounts = [f"Assets:{word.title()}" for word in dict.fromkeys(STATUS.values())]
    for account in [*accounts, "Equity:Origin"]:
        yield f"2000-01-01 open {account}"
    for _, one, old, new in changes(told):
        source = f"Assets:{old.title()}" if old else "Equity:Origin"
        yield f'{one.day.isoformat()} * "{one.stream}"\n  Assets:{new.title()}  1 UNIT\n  {source}  -1 UNIT\n'


def bitemporal_rows(told: list[Told]) -> Iterator[str]:
    """Tab-separated stream, status, valid_from, valid_to, row_start, row_end: what a change of status leaves
    in a system-versioned table with an application-time period, the n-th fact recorded n microseconds on.
    """
    open_row: dict[int, tuple[str, date, int]] = {}
    for position, one, _, status in changes(told):
        held = open_row.get(one.number)
        if held is not None:
            word, since, known = held
            yield _row(one.number, word, since, "9999-12-31", known, position)
            if since != one.day:
                yield _row(one.number, word, since, one.day.isoformat(), position, None)
        open_row[one.number] = (status, one.day, position)
    for number, (word, since, known) in open_row.items():
        yield _row(number, word, since, "9999-12-31", known, None)


def _row(number: int, word: str, since: date, until: str, known: int, unknown: int | None) -> str:
    ends = instant(unknown) if unknown is not None else "2038-01-19 03:14:07.999999"
    return f"{number}\t{word}\t{since.isoformat()}\t{until}\t{instant(known)}\t{ends}"


def instant(position: int) -> str:
    """When the n-th fact was recorded, as MariaDB's rows say it."""
    return f"2026-01-01 00:00:{position // 1_000_000:02}.{position % 1_000_000:06}"


def counted(path: str, upto: int) -> str:
    """The answer by a plain loop over the first facts: how many stand in each status at the end of the day (JSON)."""
    last: dict[str, str] = {}
    with Path(path).open(encoding="utf-8") as lines:
        for text in islice(lines, upto):
            number, verb, day, _ = text.split("\t")
            if day <= DAY:
                last[number] = STATUS[verb]
    return json.dumps(Counter(last.values()))


def write_all(folder: Path, size: int, seed: int) -> None:
    """Write the files of one size; those that are there already are of the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    told = facts(size, seed)
    _write(folder / "plain.jsonl", plain_lines(told))
    _write(folder / "facts.tsv", (f"{o.number}\t{o.verb}\t{o.day}\t{o.parties[0]}" for o in told))
    if size > LARGEST_FOR_ALL:
        return
    _write(folder / "variant.jsonl", variant_lines(size, seed))
    _write(folder / "journal.journal", journal(told))
    _write(folder / "journal.beancount", bean_journal(told))
    _write(folder / "rows.tsv", bitemporal_rows(told))


def _write(path: Path, lines: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(text + "\n" for text in lines)


if __name__ == "__main__":
    write_all(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
