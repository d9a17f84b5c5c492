"""Who records? Whoever --as or ENGAGE_AS names, else the login."""

from __future__ import annotations

import click

from .common import login


def recorder(given: str | None) -> str:
    """The name under which facts are recorded; refused, before anything is done, where it is not UTF-8."""
    from ..domain.refusal import shown

    name = given or login()
    try:
        name.encode()
    except UnicodeEncodeError:
        whose = "ENGAGE_AS" if given else "your login"
        raise click.UsageError(f"{whose}, {shown(name)}, is not UTF-8: say who records it with --as") from None
    return name
