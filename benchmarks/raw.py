"""Raw sqlite3 beside it: one table of what was said and one index, nothing judged, hashed or derived.

`python raw.py load DB FACTS.jsonl`, `… count DB DAY [UPTO]`, `… search DB WORD …`, `… append DB N` (seconds
of each, JSON).
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from itertools import islice
from pathlib import Path

CHUNK = 2000
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
TABLE = (
    "CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, "
    "day TEXT NOT NULL, status TEXT NOT NULL, line BLOB NOT NULL)"
)
INDEX = "CREATE INDEX IF NOT EXISTS of_stream ON entries (stream, day, status)"
INSERT = "INSERT INTO entries (stream, day, status, line) VALUES (?, ?, ?, ?)"


def opened(path: str) -> sqlite3.Connection:
    """A connection that is as durable as a ledger's."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute(TABLE)
    connection.execute(INDEX)
    return connection


def row(line: bytes) -> tuple[str, str, str, bytes]:
    """What a line says."""
    fields = json.loads(line)
    verb = fields["type"].partition(".")[2].partition("/")[0]
    return fields["stream"], fields["occurred"], STATUS[verb], line


def load(path: str, facts: str) -> None:
    """Insert everything, 2,000 facts a transaction."""
    connection = opened(path)
    with Path(facts).open("rb") as lines:
        while chunk := [row(line.rstrip(b"\n")) for line in islice(lines, CHUNK)]:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT, chunk)
            connection.execute("COMMIT")
    connection.close()


def count(path: str, day: str, upto: str = "") -> None:
    """How many stand in each status on a day; `upto`: as known at that position."""
    known, values = ("AND position <= ?", (day, int(upto))) if upto else ("", (day,))
    # SQLite gives the other columns of the row that holds the maximum.
    statement = (
        f"SELECT status, count(*) FROM (SELECT stream, status, max(day) FROM entries WHERE day <= ? {known} "  # noqa: S608
        "GROUP BY stream) GROUP BY status"
    )
    print(json.dumps(dict(opened(path).execute(statement, values))))


def search(path: str, *words: str) -> None:
    """How many lines hold all words, whatever their case."""
    holding = " AND ".join("instr(lower(CAST(line AS TEXT)), ?)" for _ in words)
    statement = f"SELECT count(*) FROM entries WHERE {holding}"  # noqa: S608
    print(json.dumps(opened(path).execute(statement, [word.lower() for word in words]).fetchone()[0]))


def append(path: str, times: int) -> None:
    """Seconds of each durable insert of one entry."""
    connection = opened(path)
    taken = []
    for number in range(times):
        fields = {
            "stream": f"commitment:new-{time.time_ns()}",
            "type": "commitment.made/1",
            "occurred": "2026-01-01",
            "sources": [{"document": f"https://example.org/statements/{number}"}],
            "body": {
                "obligors": ["NZ"],
                "kind": "achievement",
                "text": f"Cooperate on matter {number} as the parties set out in their joint statement",
                "due": "2040-12-31",
            },
        }
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(INSERT, row(json.dumps(fields).encode()))
        connection.execute("COMMIT")
        taken.append(time.perf_counter() - started)
    print(json.dumps({"seconds": taken}))


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "append":
        append(rest[0], int(rest[1]))
    else:
        {"load": load, "count": count, "search": search}[command](*rest)
