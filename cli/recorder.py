"""Who records? Whoever --as or ENGAGE_AS names, else the login."""

from __future__ import annotations

from ..ledger.who import login
from .typed import as_typed


def recorder(given: str | None) -> str:
    """The name under which facts are recorded; refused, before anything is done, where it is not UTF-8."""
    return as_typed(given, "ENGAGE_AS") if given else as_typed(login(), "your login")
