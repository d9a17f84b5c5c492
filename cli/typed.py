"""What was typed, or stands in the environment? Text in UTF-8, whatever the locale says; other bytes are refused."""

from __future__ import annotations

import click


def as_typed(text: str, whose: str = "") -> str:
    """The text that the bytes of an argument or a variable are in UTF-8; raises a usage error where they are none."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        from ..domain.refusal import shown

        subject = f"{whose}, {shown(text)}," if whose else shown(text)
        raise click.UsageError(f"{subject} is not UTF-8: give it in UTF-8") from None
