"""Starts the command. Ctrl-C while Python still imports what the command needs ends it without a word, not a trace."""

from __future__ import annotations

import signal


def main() -> None:
    """What the `engage` script calls."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # ignored, as in the background of a shell
        from .main import main as begin

        begin()
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .main import main as begin

    signal.signal(signal.SIGINT, signal.default_int_handler)
    begin()
