"""How much may an input hold? One stated limit for each; what is larger is refused before anything is written.

With these, everything between reading a file and recording its facts takes time and memory in proportion to the file.
"""

from __future__ import annotations

from typing import Final

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an authored file; what is larger is imported, not authored."""
LARGEST_YAML: Final = 1024 * 1024
"""Bytes of an authored file in YAML: some 5,000 facts, which take eight seconds to read."""
MOST_TOKENS: Final = 250_000
"""Words and marks (keys, values, dashes, brackets, commas) of a file in YAML."""
MOST_FACTS: Final = 10_000
"""Facts that are judged and recorded as one group: those of one authored file, or of one call."""
MOST_KNOWN_AT_ONCE: Final = 50_000
"""Facts of an import that are known since one instant, or were one group where they come from: they stay one group."""
MOST_MARKS: Final = 4_000_000
"""Commas and opening brackets of an authored file in JSON lines: each may stand for a value that memory has to hold."""
DEEPEST: Final = 40
"""Levels of lists and mappings within each other."""
MOST_MEMBERS: Final = 1_000
"""Members of one list: obligors, participants, tags, sources, entries that came before …"""
LONGEST_INPUT: Final = 4 * 1024 * 1024
"""Bytes of one line of JSON lines, authored or imported: escapes and blanks make it longer than what is recorded."""
LARGEST_SOURCE: Final = 64 * 1024 * 1024
"""Bytes of an archived source."""
LARGEST_HTML: Final = 8 * 1024 * 1024
"""Characters of HTML of which quotes are checked; larger documents are archived, and cited without quotes."""
MOST_TAGS: Final = 500_000
"""Tags of HTML of which quotes are checked: many small ones take longer than their characters say."""
LARGEST_TEXT: Final = 16 * 1024 * 1024
"""Characters of text that a PDF may hold."""
MOST_PAGES: Final = 2_000
"""Pages of a PDF of which quotes are checked."""


def mebibytes(size: int) -> str:
    """A number of bytes, in words: '64 MiB'."""
    return f"{size // 1024 // 1024} MiB"
