"""What does a text in JSON hold? Nothing is guessed, nothing is changed, nothing stands twice; in linear time."""

from __future__ import annotations

import json
from typing import Any, Final

from ..domain.errors import Refusal
from ..domain.limits import DEEPEST
from ..domain.refusal import shown


class Unreadable(Refusal):
    """A file of facts, or a value in JSON, cannot be read."""

    CODE = 2

    def __init__(
        self,
        where: str,
        problem: str,
        hint: str = "write a list of facts in YAML, or one JSON object a line",
        because: str = "the file was not read to its end, and nothing was written",
    ) -> None:
        super().__init__(f"{where}: {problem}", because, hint)


class _Strict(ValueError):
    """What this reader refuses, and JSON would not."""


_IN_WORDS: Final = {
    "Expecting value": "a value is missing there, or not written as JSON writes it",
    "Expecting property name enclosed in double quotes": "the name of a field, in double quotes, is missing there",
    "Expecting ':' delimiter": "a colon is missing there",
    "Expecting ',' delimiter": "a comma is missing there, or an end",
    "Illegal trailing comma before end of object": "a comma too many",
    "Illegal trailing comma before end of array": "a comma too many",
    "Unterminated string starting": "a text that begins there has no end",
    "Invalid control character": "a control character in a text; write it as \\u and four digits",
    "Extra data": "something follows where it should end",
}
"""What Python's reader says, as we say it."""


def parsed_value(text: str, name: str, hint: str) -> Any:
    """The value of a field that somebody gave in JSON; raises Unreadable."""
    try:
        return parsed_json(text, name)
    except Unreadable as refusal:
        refusal.because, refusal.remedy = "what begins with a bracket or a quotation mark is read as JSON", hint
        raise


def parsed_json(text: str, where: str) -> Any:
    """Strict JSON: no doubled keys, no NaN, no floats (numbers with a fraction stay text), bounded depth."""
    try:
        value = _STRICT.decode(text)
        if "\\u" in text:  # only an escape can hold half a character: the text itself was decoded strictly
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise Unreadable(where, "nested too deeply") from None
    except UnicodeEncodeError:
        raise Unreadable(where, "holds half a character (a lone surrogate)") from None
    except json.JSONDecodeError as error:
        told = error.msg.removesuffix(" at")
        raise Unreadable(where, f"not JSON at character {error.colno}: {_IN_WORDS.get(told, told)}") from None
    except _Strict as error:
        raise Unreadable(where, str(error)[:200]) from None
    except ValueError:  # that of int(): how many digits it takes is Python's to say
        raise Unreadable(where, "a number of thousands of digits", "put it in quotes: then it is text") from None
    if text.count("[") + text.count("{") > DEEPEST:
        _not_too_deep(value, where)
    return value


def _not_too_deep(value: Any, where: str, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise Unreadable(where, "nested too deeply")
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            _not_too_deep(one, where, depth + 1)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Strict(f"the key {shown(_first_doubled(pairs))} stands twice")
    return found


def _first_doubled(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    raise AssertionError("no key stands twice")


def _no_constant(text: str) -> Any:
    raise _Strict(f"{text} is no number")


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_no_doubles, parse_constant=_no_constant, parse_float=str)
