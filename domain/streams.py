"""What do names look like: of streams (a kind of aggregate, a colon, a short name), and of types of facts?"""

from __future__ import annotations

import re
from typing import Final

KINDS: Final = {
    "relationship": "Relations, missions and partnerships between parties.",
    "dialogue": "A series of meetings: schedule, hold, postpone …",
    "commitment": "What someone undertook: make, reaffirm, fulfil …",
    "instrument": "A text that parties consent to, one by one.",
    "party": "Who can act: states, organisations, companies.",
}
"""Each kind of aggregate, and what it is, in a line. The facts, the fold and the tables of a kind stand in the module
of its name, where `catalogue` finds them; here nothing of them is loaded."""
OWN: Final = {
    "source": "Documents that were archived.",
    "ledger": "What happened to the ledger itself.",
}
"""Kinds of which the ledger's own commands record the facts; they have no commands of their own."""
NAME: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._:+-]{0,158}[A-Za-z0-9])?"
"""A short name, as a pattern."""
STREAM: Final = re.compile(rf"({'|'.join((*KINDS, *OWN))}):{NAME}", re.ASCII)
CHECKPOINT_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*", re.ASCII)
"""What a checkpoint may be named, so that the name is neither an instant nor a position."""
TYPE_NAME: Final = re.compile(r"[a-z]+\.[a-z]+(?:-[a-z]+)*/[1-9][0-9]{0,3}", re.ASCII)
"""What the type of a fact looks like, in this version and in any other."""

REACHING_BACK: Final = ("entry.", "announcement.")
"""What the types of facts begin with that are about an earlier entry of their stream."""


def event_words(kind: str) -> str:
    """The event of a type in words, without the kind of its aggregate: 'meeting held'."""
    return kind.partition(".")[2].partition("/")[0].replace("-", " ")
