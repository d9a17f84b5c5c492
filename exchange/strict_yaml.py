"""What does a text in YAML hold? Words as they are written; a text that its library would alter is refused first.

The library is imported with this module, so that only who reads YAML pays for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode
from ruamel.yaml.scanner import Scanner

from ..domain.limits import DEEPEST, MOST_TOKENS
from ..domain.refusal import shown
from ..record.strict_json import Unreadable

_INSTEAD: Final = "write JSON lines (one JSON object a line), or split the file"
_KEPT: Final = r"\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_UNWRITTEN: Final = re.compile(rf"[^{_KEPT}]|\r(?!\n)")
"""What does not stand in YAML as it is: control characters, and line ends other than LF, which YAML turns into LF or
into a blank (YAML 1.2.2 §5.4)."""
_HARMLESS: Final = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
"""YAML's own tags, which say of a value what it is: it is taken as text all the same."""
_OPENING: Final = (
    "BlockSequenceStartToken",
    "BlockMappingStartToken",
    "FlowSequenceStartToken",
    "FlowMappingStartToken",
)
_CLOSING: Final = ("BlockEndToken", "FlowSequenceEndToken", "FlowMappingEndToken")


def facts_in_yaml(name: str, text: str) -> Iterator[tuple[int, Any]]:
    """Line and plain value of each fact of a list, of a list under `facts:`, or of one fact; raises Unreadable."""
    _as_it_is(name, text)
    node = _composed(name, text)
    if node is None or (node.id == "scalar" and not node.value):
        return
    if isinstance(node, MappingNode):
        keys = [key.value for key, _ in node.value]
        if keys == ["facts"]:
            node = node.value[0][1]
    for fact in node.value if isinstance(node, SequenceNode) else [node]:
        yield fact.start_mark.line + 1, _plain(fact, name)


def _as_it_is(name: str, text: str) -> None:
    """Refuse a character that the library would alter."""
    if found := _UNWRITTEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        point = ord(found[0])
        escape = f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
        raise Unreadable(
            f"{name}:{line}",
            f"the character U+{point:04X}, which YAML would not keep as it is",
            f'write it as {escape}, with the text in double quotes: "…{escape}…"; or write JSON lines',
        )


def _composed(name: str, text: str) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _scanner(name)
    try:
        return yaml.compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable(f"{name}:{line}", f"not YAML: {error.problem or error.context}") from None
    except (YAMLError, ValueError) as error:
        raise Unreadable(name, f"not YAML: {str(error).partition(chr(10))[0]}") from None
    except RecursionError:
        raise Unreadable(name, "nested too deeply") from None


def _scanner(name: str) -> type[Scanner]:
    """A scanner that looks at each token as the parser takes it, before anything is made of it."""

    class Watched(Scanner):
        watch = _Watch(name)

        def get_token(self) -> Any:
            token = super().get_token()
            self.watch.seen(token)
            return token

    return Watched


class _Watch:
    """Refuses what makes a value other than it is written, and what is so deep or so much that reading it is harm."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = self._depth = 0

    def seen(self, token: Any) -> None:
        kind = type(token).__name__
        self._count += 1
        self._depth += (kind in _OPENING) - (kind in _CLOSING)
        if kind in ("AliasToken", "AnchorToken"):
            raise self._refusal(token, "an alias or anchor", "write each fact out in full")
        if kind == "TagToken" and not _is_harmless(token):
            tag = "".join(part for part in token.value if part)
            raise self._refusal(token, f"the tag {shown(tag)}", "leave tags out: every value is text")
        if self._depth > DEEPEST:
            raise self._refusal(token, "nested too deeply", f"lists and mappings nest {DEEPEST} deep at most")
        if self._count > MOST_TOKENS:
            raise self._refusal(token, f"more than {MOST_TOKENS:,} words and marks, the limit in YAML", _INSTEAD)

    def _refusal(self, token: Any, problem: str, hint: str) -> Unreadable:
        return Unreadable(f"{self._name}:{token.start_mark.line + 1}", problem, hint)


def _is_harmless(token: Any) -> bool:
    return bool(token.value[0] == "!!" and token.value[1] in _HARMLESS)


def _plain(node: Any, name: str) -> Any:
    """A YAML node as a plain value. Scalars stay text, but for true, false and null."""
    where = f"{name}:{node.start_mark.line + 1}"
    if node.id == "scalar":
        return _scalar(node, where)
    if node.id == "sequence":
        return [_plain(one, name) for one in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if key.id != "scalar":
            raise Unreadable(where, "a key that is no word")
        if str(key.tag).endswith(":merge"):
            raise Unreadable(where, "a merge key (<<)", "write each fact out in full")
        word = _whole(key.value, where)
        if word in found:
            raise Unreadable(f"{name}:{key.start_mark.line + 1}", f"the key {shown(word)} stands twice")
        found[word] = _plain(value, name)
    return found


def _whole(text: str, where: str) -> str:
    """Text whose escapes gave two halves of a character, put together; half of one is refused."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable(where, "holds half a character (a lone surrogate)") from None


def _scalar(node: Any, where: str) -> Any:
    if node.style in ("'", '"', "|", ">"):
        return _whole(node.value, where)
    return {"true": True, "false": False, "null": None, "~": None, "": None}.get(node.value, node.value)
