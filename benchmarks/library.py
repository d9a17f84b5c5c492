# ruff: noqa: ARG002 - the arguments of a decorated method are the fields of its event
"""The plain eventsourcing application: its default mapper, SQLite, the same facts as its own events.

`python library.py load DB FACTS.tsv`, `… count DB DAY`, `… one DB NAME`, `… append DB N` (seconds of each, JSON).
"""

from __future__ import annotations

import json
import sys
import time
from itertools import islice
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

CHUNK = 2000


class Commitment(Aggregate):
    """What a user of the library would write."""

    @event("Made")
    def __init__(self, name: str, obligors: list[str], text: str, due: str, source: str, occurred: str) -> None:
        self.name, self.obligors, self.text, self.due = name, obligors, text, due
        self.status, self.since = "made", occurred

    @staticmethod
    def create_id(name: str) -> UUID:
        """The same name, the same aggregate."""
        return uuid5(NAMESPACE_URL, name)

    @event("ProgressReported")
    def progress(self, obligor: str, source: str, occurred: str) -> None:
        """Something was done."""
        self.status, self.since = "in-progress", occurred

    @event("Stalled")
    def stall(self, source: str, occurred: str) -> None:
        """It came to a halt."""
        self.status, self.since = "stalled", occurred

    @event("Resumed")
    def resume(self, source: str, occurred: str) -> None:
        """It went on."""
        self.status, self.since = "in-progress", occurred

    @event("Fulfilled")
    def fulfil(self, obligor: str, evidence: str, source: str, occurred: str) -> None:
        """Done."""
        self.status, self.since = "fulfilled", occurred

    @event("PartlyFulfilled")
    def partly_fulfil(self, obligor: str, evidence: str, source: str, occurred: str) -> None:
        """Partly done."""
        self.status, self.since = "partly-fulfilled", occurred

    @event("Withdrawn")
    def withdraw(self, by: str, source: str, occurred: str) -> None:
        """Taken back."""
        self.status, self.since = "withdrawn", occurred

    @event("Discontinued")
    def discontinue(self, source: str, occurred: str) -> None:
        """Kept up no more."""
        self.status, self.since = "discontinued", occurred


STATUS = {
    "Made": "made",
    "ProgressReported": "in-progress",
    "Stalled": "stalled",
    "Resumed": "in-progress",
    "Fulfilled": "fulfilled",
    "PartlyFulfilled": "partly-fulfilled",
    "Withdrawn": "withdrawn",
    "Discontinued": "discontinued",
}


def opened(path: str) -> Application[UUID]:
    """The application over a file."""
    return Application({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})


def told(known: dict[int, Commitment], number: int, verb: str, day: str, party: str) -> Commitment:
    """Trigger one fact."""
    source = f"https://example.org/statements/{number}"
    if verb == "made":
        text = f"Cooperate on matter {number} as the parties set out in their joint statement"
        known[number] = Commitment(f"c{number}", [party], text, "2040-12-31", source, day)
        return known[number]
    one = known[number]
    evidence = f"Joint statement {number}"
    match verb:
        case "progress-reported":
            one.progress(party, source, day)
        case "stalled":
            one.stall(source, day)
        case "resumed":
            one.resume(source, day)
        case "fulfilled":
            one.fulfil(party, evidence, source, day)
        case "partly-fulfilled":
            one.partly_fulfil(party, evidence, source, day)
        case "withdrawn":
            one.withdraw(party, source, day)
        case _:
            one.discontinue(source, day)
    return one


def load(path: str, facts: str) -> None:
    """Save everything, 2,000 facts a transaction."""
    app = opened(path)
    known: dict[int, Commitment] = {}
    with Path(facts).open(encoding="utf-8") as lines:
        while chunk := list(islice(lines, CHUNK)):
            touched = {}
            for text in chunk:
                number, verb, day, party = text.rstrip("\n").split("\t")
                touched[number] = told(known, int(number), verb, day, party)
            app.save(*touched.values())
    app.close()


def count(path: str, day: str) -> None:
    """Read every event, and count the last status of each."""
    app = opened(path)
    last: dict[UUID, str] = {}
    start: int | None = 1
    while start is not None:
        found = app.recorder.select_notifications(start, 5000)
        for one in found:
            fact = app.mapper.to_domain_event(one)
            if fact.occurred <= day:
                last[fact.originator_id] = STATUS[type(fact).__name__]
        start = found[-1].id + 1 if found else None
    counts: dict[str, int] = {}
    for word in last.values():
        counts[word] = counts.get(word, 0) + 1
    print(json.dumps(counts))


def one(path: str, name: str) -> None:
    """The status of one aggregate."""
    app = opened(path)
    found = app.repository.get(Commitment.create_id(name))
    print(found.name, found.status, found.since)


def append(path: str, times: int) -> None:
    """Seconds of each durable save of one new event."""
    app = opened(path)
    taken = []
    for number in range(times):
        source = f"https://example.org/statements/{number}"
        text = f"Cooperate on matter {number} as the parties set out in their joint statement"
        started = time.perf_counter()
        app.save(Commitment(f"new-{time.time_ns()}", ["NZ"], text, "2040-12-31", source, "2026-01-01"))
        taken.append(time.perf_counter() - started)
    with app.recorder.datastore.get_connection(commit=False) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
    print(json.dumps({"seconds": taken, "synchronous": synchronous}))


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "append":
        append(rest[0], int(rest[1]))
    else:
        {"load": load, "count": count, "one": one}[command](*rest)
