"""How does a ledger lie in its file? Tables, what guards them, and the settings of a connection.

Entries, groups, nodes, sources and attestations are recorded and never change (triggers see to it). Periods, traits,
frontiers, the steps and bases of long streams, and dictionaries are derived, in the same transaction, and can be
derived again from the entries.
"""

from __future__ import annotations

from typing import Final

from ...history.periods import STILL_KNOWN

APPLICATION_ID: Final = 0x454E4741
"""'ENGA': marks the file as a ledger."""
FORMAT: Final = 6
"""Version of the layout, kept as user_version. A higher one was written by a newer version.

1 had no seals on frontiers and bases; 2 had no attestations; 3 had no traits; 4 had fewer
flags beside a status, called what was only proposed overdue, and told neither amounts nor what a thing is part of;
5 judged by fewer dates what was closed late, and went by a lead that had gone.
"""
ENTRIES: Final = "entries"

LENGTHS: Final = (63, 511, 4095)
"""Days by which periods are told short from long: those of some length that cover a day began within that length."""
DURATION_CLASS: Final = "(" + " + ".join(f"(valid_to - valid_from > {days})" for days in LENGTHS) + ")"
"""How many of these lengths a period exceeds; a question has to say it as the index does."""

_RECORDED: Final = ("entries", "groups", "nodes", "sources", "attestations")

TABLES: Final = [
    # Column names and order are those of the library's own recorder; its INSERT names no columns.
    f"""CREATE TABLE IF NOT EXISTS {ENTRIES} (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        entry_id BLOB,
        leaf BLOB NOT NULL)""",
    f"CREATE UNIQUE INDEX IF NOT EXISTS entry_of_stream ON {ENTRIES} (originator_id, originator_version)",
    f"CREATE UNIQUE INDEX IF NOT EXISTS entry_by_id ON {ENTRIES} (entry_id)",
    # One row a transaction; both instants are microseconds since 1970, UTC, and never go back.
    "CREATE TABLE IF NOT EXISTS groups (last INTEGER PRIMARY KEY, known INTEGER NOT NULL, recorded INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS types (name TEXT PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS nodes (
        level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (level, number)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS sources (
        digest BLOB PRIMARY KEY, title TEXT, media TEXT, language TEXT, added_at TEXT NOT NULL,
        added_by TEXT NOT NULL, content BLOB NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID""",
    # Checkpoints that were signed here, and what others said of one: cosignatures and timestamps (`about` its id).
    """CREATE TABLE IF NOT EXISTS attestations (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, about INTEGER NOT NULL, size INTEGER NOT NULL, name TEXT,
        body BLOB NOT NULL, added_at TEXT NOT NULL, added_by TEXT NOT NULL, seal BLOB NOT NULL)""",
    "CREATE UNIQUE INDEX IF NOT EXISTS checkpoint_by_name ON attestations (name) WHERE kind = 'checkpoint'",
    "CREATE TABLE IF NOT EXISTS names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """CREATE TABLE IF NOT EXISTS standings (
        id INTEGER PRIMARY KEY, status TEXT, possible TEXT NOT NULL, flags TEXT NOT NULL, detail TEXT NOT NULL,
        UNIQUE (status, possible, flags, detail))""",
    """CREATE TABLE IF NOT EXISTS periods (
        stream INTEGER NOT NULL, part INTEGER NOT NULL, valid_from INTEGER NOT NULL, known_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL, known_to INTEGER NOT NULL, standing INTEGER NOT NULL,
        PRIMARY KEY (stream, part, valid_from, known_from)) WITHOUT ROWID""",
    # known_to is in the index, or SQLite does not take it as covering.
    f"""CREATE INDEX IF NOT EXISTS periods_by_standing
        ON periods (standing, part, {DURATION_CLASS}, valid_from, valid_to, known_to) WHERE known_to = {STILL_KNOWN}""",
    """CREATE TABLE IF NOT EXISTS frontiers (
        stream INTEGER NOT NULL, region TEXT NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (stream, region)) WITHOUT ROWID""",
    # What streams are called, whom and what they concern; known_to is NULL while it is held true.
    """CREATE TABLE IF NOT EXISTS traits (
        stream INTEGER NOT NULL, trait INTEGER NOT NULL, since INTEGER NOT NULL, version INTEGER NOT NULL,
        known_from INTEGER NOT NULL, known_to INTEGER, value NOT NULL,
        PRIMARY KEY (stream, trait, since, version, known_from, value)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS streams_by_trait ON traits (value, trait, stream, since, known_from, known_to)",
    # Of streams of many entries alone: see domain/steps.py.
    """CREATE TABLE IF NOT EXISTS steps (
        stream INTEGER NOT NULL, region TEXT NOT NULL, earliest INTEGER NOT NULL, version INTEGER NOT NULL,
        number INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (stream, region, earliest, version, number)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS bases (
        stream INTEGER NOT NULL, region TEXT NOT NULL, day INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (stream, region, day)) WITHOUT ROWID""",
    f"""CREATE VIEW IF NOT EXISTS standing_periods AS
        SELECT s.name AS stream, p.name AS part, t.status, t.possible, t.flags, t.detail,
            CASE WHEN valid_from > 0 THEN date(valid_from + 1721424.5) END AS valid_from,
            CASE WHEN valid_to < 10000000 THEN date(valid_to + 1721424.5) END AS valid_to,
            known_from, CASE WHEN known_to < {STILL_KNOWN} THEN known_to END AS known_to
        FROM periods JOIN names s ON s.id = stream JOIN names p ON p.id = part JOIN standings t ON t.id = standing""",
]

WRITER_SETTINGS: Final = [
    # Ids and days come in no order, so an import touches many pages again and again; SQLite's own cache is 2 MB.
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 10000",
]
"""Further settings of a connection that writes: memory in KiB, and pages of log before a checkpoint."""


def _guards() -> list[str]:
    """Triggers that keep what is recorded as it is: UPDATE, DELETE and INSERT OR REPLACE alike."""
    keys = {
        "entries": "rowid = NEW.rowid OR (originator_id = NEW.originator_id "
        "AND originator_version = NEW.originator_version) OR entry_id = NEW.entry_id",
        "groups": "last = NEW.last",
        "nodes": "level = NEW.level AND number = NEW.number",
        "sources": "digest = NEW.digest",
        "attestations": "id = NEW.id OR (kind = 'checkpoint' AND NEW.kind = kind AND name = NEW.name)",
    }
    guards = []
    for table in _RECORDED:
        guards += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {table} are never changed'); END"
            for verb in ("UPDATE", "DELETE")
        ]
        guards.append(
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {keys[table]}) "
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {table} are never replaced'); END"
        )
    return guards


GUARDS: Final = _guards()
_BY_PART: Final = f"""CREATE INDEX IF NOT EXISTS standing_on_day
        ON periods (part, standing, {DURATION_CLASS}, valid_from, valid_to, known_to) WHERE known_to = {STILL_KNOWN}"""
OLDER: Final = {_BY_PART: 3}
"""What earlier formats had, as it was made → the last format that had it; an upgrade takes it out."""
DROPPED: Final = ["DROP INDEX IF EXISTS standing_on_day"]
SINCE: Final = {"attestations": 3, "traits": 4, "periods_by_standing": 4}
"""Table → the format in which it, what guards it and its indexes came; the others were there in all."""
NO_TRAITS: Final = (
    "CREATE TEMP VIEW traits AS SELECT NULL AS stream, NULL AS trait, NULL AS since, NULL AS version, "
    "NULL AS known_from, NULL AS known_to, NULL AS value WHERE 0"
)
"""What stands for the table where an earlier version laid the ledger out: it is empty."""
STAMP: Final = [f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT}"]
SETTINGS: Final = [
    "PRAGMA trusted_schema = OFF",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA cell_size_check = ON",
]
