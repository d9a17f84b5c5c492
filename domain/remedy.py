"""What is to be done instead, as data: an act within a sentence, which each room that prints words in its own way.

A refusal says `see the entries: ⟦log dialogue:nz-us-space⟧`. The command line makes of that `engage log
dialogue:nz-us-space`; another room makes something else of it; by itself it reads `log dialogue:nz-us-space`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

ACTS: Final = {
    "archive": "keep a document in the ledger",
    "blame": "ask which entry set what a stream or part shows",
    "checkpoint": "sign what the ledger holds now",
    "checkpoints": "ask for the checkpoints",
    "consistency": "prove that a checkpoint goes on from an older one",
    "check": "look for what is irregular",
    "correct": "correct an entry",
    "counts": "ask how many stand where",
    "counts-by-party": "ask how many streams concern each party",
    "due": "ask what is due",
    "export": "write the entries as they were recorded",
    "field": "give a field of the fact, or of what stands around it, or a setting of the command",
    "import": "take a large file in",
    "init": "make an empty ledger",
    "key": "make a key to sign with",
    "log": "ask for the entries of a stream",
    "record": "record a fact of this type",
    "retract": "say that an entry was never true",
    "sources": "ask for the archived sources",
    "status": "ask what stands where",
    "themes": "ask for the themes",
    "type": "ask for the fields of a type of fact",
    "types": "ask for the types of facts",
    "upgrade": "lay the ledger out as this version does",
    "witness-key": "make a key that cosigns",
    "verify": "recompute what was recorded, and compare",
    "verify-full": "derive everything again as well, and compare",
}
"""Each act that a remedy may name, and what it is."""
_MARKED: Final = re.compile(r"⟦([a-z-]+)(?: ([^⟦⟧]*))?⟧")


class Remedy(NamedTuple):
    """One act, and what it is done on: a stream, a type, a field, an entry; empty where that goes without saying."""

    act: str
    on: str = ""

    def __str__(self) -> str:
        return self.on if self.act == "field" else f"{self.act} {self.on}".strip()


def remedies(text: str) -> list[Remedy]:
    """The acts that a sentence names, in their order."""
    return [Remedy(act, on) for act, on in _MARKED.findall(text)]


def worded(text: str, words: Callable[[Remedy], str] = str) -> str:
    """A sentence with its acts in the words of a room; a mark of no act stays as it is."""
    return _MARKED.sub(lambda found: words(Remedy(found[1], found[2] or "")) if found[1] in ACTS else found[0], text)
