"""Who records? Whoever --as, ENGAGE_AS or the settings name, else the login."""

from __future__ import annotations

from ..ledger.who import login
from .settings import setting
from .typed import as_typed


def recorder(given: str | None) -> str:
    """The name under which facts are recorded; refused, before anything is done, where it is not UTF-8."""
    if given:
        return as_typed(given, "ENGAGE_AS")
    named: str | None = setting("author", None).value
    return named or as_typed(login(), "your login")
