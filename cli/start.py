"""Starts the command. Ctrl-C while Python still imports what the command needs ends it without a word, not a trace."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """What the `engage` script calls."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # to look for some takes 12 ms; none may see a fact
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # ignored, as in the background of a shell
        from .main import main as begin

        begin()
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .main import main as begin

    signal.signal(signal.SIGINT, signal.default_int_handler)
    begin()
