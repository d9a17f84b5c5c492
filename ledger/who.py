"""Under which name does somebody record who gave none?"""

from __future__ import annotations

import os


def login() -> str:
    """The name under which somebody records who gave none."""
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):
        return "unknown"


def recorder_name() -> str:
    """ENGAGE_AS, else the login."""
    return os.environ.get("ENGAGE_AS") or login()
