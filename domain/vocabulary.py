"""Which words are there? Statuses, flags, types and fields: lists that are the same in every ledger of this version.

They follow from the declarations, which takes importing all events: asked only where a word is not in use already.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from .catalogue import CATALOGUE, MACHINES, VERSIONS, facts_of
from .correction import ENVELOPE
from .errors import UnknownWord
from .instrument import NOTIFIED, PROVISIONAL
from .machine import TERM_OVER
from .near_names import MOST, meant, near
from .obligations import CONDITION_FAILED, CONDITIONAL, LATE, OBLIGOR
from .relationship import LEVELS, RECALLED, SUSPENDED
from .worlds import UNDETERMINED

UNKNOWN: Final = "unknown"
DERIVED: Final = ("awaiting-outcome", UNKNOWN)
"""Statuses that no step leads to: past a window, and past a declared coverage."""
_ITS_WORD_BEFORE: Final = "open"
"""What answers said for *undetermined* up to format 3: scripts still ask for it."""
FLAGS: Final = (
    RECALLED, CONDITION_FAILED, CONDITIONAL, "disputed", "irregular", LATE, SUSPENDED, "overdue", PROVISIONAL,
    TERM_OVER, NOTIFIED,
)  # fmt: skip
"""What may stand beside a status."""
_STEP_NAMES_IT: Final = "level"


@cache
def statuses() -> tuple[str, ...]:
    """Every status that a part can show, in order of the alphabet."""
    found = {*LEVELS, *DERIVED}
    for regions in MACHINES.values():
        for machine in regions.values():
            for (status, _), to in (getattr(machine, "table", None) or OBLIGOR).items():
                found |= {to, *((status,) if status else ())}
    return tuple(sorted(found - {_STEP_NAMES_IT}))


def fields(kind: str) -> tuple[str, ...]:
    """Every field of the facts of one kind of aggregate, and of their envelope."""
    return tuple(dict.fromkeys([*(name for fact in facts_of(kind) for name in fact.model_fields), *ENVELOPE]))


def check_status(word: str) -> None:
    """Raise UnknownWord where no part ever has that status."""
    if word in (*statuses(), UNDETERMINED):
        return
    if word in FLAGS:
        raise UnknownWord(
            f"{word} is a flag, not a status",
            "flags stand beside the status, in a column of their own; what is overdue may be made, or in progress",
            "leave ⟦field status⟧ out and read the column of flags; ⟦due⟧ lists what is overdue",
        )
    verbs = {
        verb: to
        for regions in MACHINES.values()
        for machine in regions.values()
        for (_, verb), to in (getattr(machine, "table", None) or OBLIGOR).items()
        if to != _STEP_NAMES_IT
    }
    found = [UNDETERMINED] if word == _ITS_WORD_BEFORE else []
    found += [verbs[word]] if word in verbs else []
    because = "no part of any stream can have that status"
    found += near(word, (*statuses(), *FLAGS))  # whoever then asks for a flag is told that it is one
    _refuse(f"{word!r} is no status", because, found, "see those in use: ⟦counts⟧")


def check_flag(word: str) -> None:
    """Raise UnknownWord where no part ever has that flag."""
    if word in FLAGS:
        return
    because = "no part of any stream is ever marked so"
    if word in (*statuses(), UNDETERMINED):
        because = "it is a status, and not a flag that stands beside one"
    _refuse(f"{word!r} is no flag", because, near(word, FLAGS), f"there are {', '.join(FLAGS)}")


def check_type(prefix: str) -> None:
    """Raise UnknownWord where no type of fact begins so."""
    if any(name.startswith(prefix) for name in VERSIONS):
        return
    names = [name.partition("/")[0] for name in CATALOGUE]
    by_verb = [fact.TYPE.partition("/")[0] for fact in CATALOGUE.values() if prefix == fact.VERB]
    because = "no type has that name, or begins with it"
    _refuse(f"{prefix!r} is no type of fact", because, [*by_verb, *near(prefix, names)], "see the types: ⟦types⟧")


def check_field(kind: str, word: str) -> None:
    """Raise UnknownWord where no fact of that kind has that field."""
    if word not in fields(kind):
        because = f"no fact of a {kind} has a field of that name"
        _refuse(f"{word!r} is no field", because, near(word, fields(kind)), "see the fields: ⟦type⟧")


def _refuse(message: str, because: str, found: Iterable[str], otherwise: str) -> None:
    raise UnknownWord(message, because, meant(list(dict.fromkeys(found))[:MOST], otherwise))
