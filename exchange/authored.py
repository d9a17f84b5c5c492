"""Which facts does an authored file hold? YAML or JSON lines, each with the line on which it stands.

Everything here is hostile until checked: nothing is guessed about values (in YAML, too, a date stays text), no
aliases, no doubled keys, no floats, bounded size and depth.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ..domain.errors import Refusal
from ..domain.refusal import shown

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an authored file; what is larger is imported, not authored."""
DEEPEST: Final = 40


class Unreadable(Refusal):
    """A file of facts cannot be read."""

    def __init__(
        self, where: str, problem: str, hint: str = "write a list of facts in YAML, or one JSON object a line"
    ) -> None:
        super().__init__(f"{where}: {problem}", "the file was not read to its end, and nothing was written", hint)


class Located(NamedTuple):
    """A value of the file, and the line on which it begins."""

    line: int
    value: Any


def facts_in(name: str, content: bytes) -> list[Located]:
    """The raw facts of a file, in order; raises Unreadable with file and line."""
    if len(content) > LARGEST:
        raise Unreadable(name, f"larger than {LARGEST // 1024 // 1024} MiB", "split it into smaller files")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{name}:{line}", "not UTF-8", "save the file as UTF-8") from None
    if not text.strip():
        return []
    return list(_json_lines(name, text)) if _is_json_lines(text) else list(_yaml(name, text))


def _is_json_lines(text: str) -> bool:
    first = next(line for line in text.splitlines() if line.strip())
    return first.lstrip().startswith("{") and first.rstrip().endswith("}")


def _json_lines(name: str, text: str) -> Iterator[Located]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Located(number, parsed_json(line, f"{name}:{number}"))


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
        doubled = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        raise ValueError(f"the key {shown(doubled)} stands twice")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_no_doubles, parse_constant=_no_constant, parse_float=str)


def _yaml(name: str, text: str) -> Iterator[Located]:
    # Imported here: only authored files need it.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    try:
        _no_marks(name, YAML(typ="safe", pure=True).scan(text))
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable(f"{name}:{line}", f"not YAML: {error.problem or error.context}") from None
    except (YAMLError, ValueError) as error:
        raise Unreadable(name, f"not YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise Unreadable(name, "nested too deeply") from None
    if node is None or (node.id == "scalar" and not node.value):
        return
    if isinstance(node, MappingNode):
        keys = [key.value for key, _ in node.value]
        if keys == ["facts"]:
            node = node.value[0][1]
    facts = node.value if isinstance(node, SequenceNode) else [node]
    for fact in facts:
        yield Located(fact.start_mark.line + 1, _plain(fact, name, 0))


_HARMLESS: Final = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
"""YAML's own tags, which say of a value what it is: it is taken as text all the same."""


def _no_marks(name: str, tokens: Any) -> None:
    """Refuse what makes a value other than it is written, and what is nested so deeply that reading it is the harm."""
    depth = 0
    for token in tokens:
        kind = type(token).__name__
        where = f"{name}:{token.start_mark.line + 1}"
        if kind in ("AliasToken", "AnchorToken"):
            raise Unreadable(where, "an alias or anchor", "write each fact out in full")
        if kind == "TagToken" and (token.value[0] != "!!" or token.value[1] not in _HARMLESS):
            tag = "".join(part for part in token.value if part)
            raise Unreadable(where, f"the tag {shown(tag)}", "leave tags out: every value is text")
        depth += kind.endswith("StartToken") and kind.startswith(("Block", "Flow"))
        depth -= kind in ("BlockEndToken", "FlowSequenceEndToken", "FlowMappingEndToken")
        if depth > DEEPEST:
            raise Unreadable(where, "nested too deeply")


def _plain(node: Any, name: str, depth: int) -> Any:
    """A YAML node as a plain value. Scalars stay text, but for true, false and null."""
    where = f"{name}:{node.start_mark.line + 1}"
    if depth > DEEPEST:
        raise Unreadable(where, "nested too deeply")
    if node.id == "scalar":
        return _scalar(node, where)
    if node.id == "sequence":
        return [_plain(one, name, depth + 1) for one in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if key.id != "scalar":
            raise Unreadable(where, "a key that is no word")
        if str(key.tag).endswith(":merge"):
            raise Unreadable(where, "a merge key (<<)", "write each fact out in full")
        if key.value in found:
            raise Unreadable(f"{name}:{key.start_mark.line + 1}", f"the key {shown(key.value)} stands twice")
        found[_whole(key.value, where)] = _plain(value, name, depth + 1)
    return found


def _whole(text: str, where: str) -> str:
    """Text whose escapes gave two halves of a character, put together; half of one is refused."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable(where, "holds half a character (a lone surrogate)") from None


def _scalar(node: Any, where: str) -> Any:
    if node.style in ("'", '"', "|", ">"):
        return _whole(node.value, where)
    return {"true": True, "false": False, "null": None, "~": None, "": None}.get(node.value, node.value)
