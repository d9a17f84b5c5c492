"""What the facts are, and which may follow which.

    from engagement_ledger.domain import CommitmentMade, MeetingHeld

Every fact and aggregate can be imported from here; each is looked up when it is first used, for they take 0.1 s to
import, and most questions need none. Whoever checks types reads `__init__.pyi`.
"""

from typing import Any


def _declared() -> dict[str, Any]:
    from .catalogue import AGGREGATES, CATALOGUE
    from .entry import Citation

    declared: tuple[type[Any], ...] = (*CATALOGUE.values(), *AGGREGATES.values(), Citation)
    return {one.__name__: one for one in declared}


def __dir__() -> list[str]:
    return sorted(_declared())


def __getattr__(name: str) -> Any:
    found = _declared().get(name) if name[:1].isupper() else None  # modules are in lower case
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found
