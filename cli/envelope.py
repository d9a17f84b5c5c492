"""The options of every command that records a fact: what stands around the fact itself."""

from __future__ import annotations

from typing import Final

ENVELOPE: Final = (
    (
        "occurred",
        "--occurred",
        "--on",
        "DATE",
        "When it happened, or was announced, as the source gives it: 2026-02-02, 2026-03, ../2026-02-02 …  [required]",
    ),
    ("occurred_text", "--occurred-text", None, "WORDS", "The source's own words for the date."),
    ("note", "--note", None, "TEXT", "Free text."),
    (
        "entry_id",
        "--id",
        None,
        "UUID",
        "The entry's id. Default: derived from the content, so that a retry is harmless.",
    ),
    (
        "known_since",
        "--known-since",
        None,
        "INSTANT",
        "Since when an older register claims to have known it.",
    ),
    ("correlation", "--correlation", None, "ID", "Id of the batch it came in."),
)
MANY: Final = (
    (
        "after",
        "--after",
        "ENTRY",
        "An entry of the stream that it came after ('#12'), where dates leave the order open.",
    ),
    (
        "builds_on",
        "--builds-on",
        "STREAM/PART",
        "What it is said to build on, repeat, implement or answer: a stream, a meeting or a statement.",
    ),
    (
        "sources",
        "--source",
        "CITATION",
        "Who says so: 'TITLE or URL; quote=…; publisher=NZ'. Default: source in engage.toml.",
    ),
    ("tags", "--tag", "TAG", "A word to find it by."),
)
