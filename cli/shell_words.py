"""Which words does a shell read in a line that is not finished? And how is a text written so that it reads just that?

What a ledger says is put on somebody's command line: nothing of it may be anything but text there.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_IN_DOUBLE: Final = '\\"$`'
"""What a backslash takes the meaning of, within double quotes."""
_PLAIN: Final = "_-./,:@%+="
"""What means nothing to a shell within a word, beside letters and digits."""


class Word(NamedTuple):
    """A word of a line as it was typed."""

    text: str
    """what the shell reads"""
    kept: str
    """the beginning of it that the shell keeps, when it puts something in the place of the rest"""
    quote: str
    """the quote that is still open at its end: ' or " or none"""


def words_of(line: str, breaks: str) -> list[Word]:
    """The words of a line, the last of which is being typed, perhaps empty.

    `breaks`: the characters at which the shell takes a word apart as well, to complete what follows the last of them.
    """
    found: list[Word] = []
    text, kept, quote, is_word = "", "", "", False
    letters = iter(line)
    for letter in letters:
        if letter == "\\" and quote != "'":
            following = next(letters, "")
            text += letter + following if quote and following not in _IN_DOUBLE else following
            is_word = True
        elif letter == quote:
            quote = ""
            kept = text if letter in breaks else kept
        elif quote:
            text += letter
        elif letter in "'\"":
            quote, kept, is_word = letter, text, True
        elif letter.isspace():
            if is_word:
                found.append(Word(text, kept, quote))
            text, kept, is_word = "", "", False
        else:
            text, is_word = text + letter, True
            kept = text if letter in breaks else kept
    return [*found, Word(text, kept, quote)]


def written(text: str, quote: str) -> str | None:
    """A text so that the shell reads just it, after a quote that may be open; None where that cannot be written.

    bash closes an open quote by itself, but not where a text ends in the same mark: there it is closed here.
    """
    if not quote:
        return "".join(letter if letter.isalnum() or letter in _PLAIN else f"\\{letter}" for letter in text)
    if quote == "'":
        found = text.replace("'", "'\\''")
    elif "!" in text:  # bash's history is looked up there, and a backslash before it would stay
        return None
    else:
        found = "".join(f"\\{letter}" if letter in _IN_DOUBLE else letter for letter in text)
    return found + quote if text.endswith(quote) else found
