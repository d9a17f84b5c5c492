"""What does a text in JSON hold? Nothing is guessed, nothing is changed, nothing stands twice; in linear time."""

from __future__ import annotations

import json
from typing import Any, Final

from ..domain.errors import Refusal
from ..domain.limits import DEEPEST
from ..domain.refusal import shown


class Unreadable(Refusal):
    """A file of facts cannot be read."""

    CODE = 2

    def __init__(
        self, where: str, problem: str, hint: str = "write a list of facts in YAML, or one JSON object a line"
    ) -> None:
        super().__init__(f"{where}: {problem}", "the file was not read to its end, and nothing was written", hint)


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
        raise Unreadable(where, f"not JSON: {error.msg.removesuffix(' at')} at character {error.colno}") from None
    except ValueError as error:
        raise Unreadable(where, str(error)[:200]) from None
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
        raise ValueError(f"the key {shown(_first_doubled(pairs))} stands twice")
    return found


def _first_doubled(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    raise AssertionError("no key stands twice")


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_no_doubles, parse_constant=_no_constant, parse_float=str)
