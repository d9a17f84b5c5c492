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

from ..domain.limits import DEEPEST, LARGEST, MOST_TOKENS, mebibytes
from ..domain.refusal import shown
from ..ledger.field_paths import FieldPath
from ..record.strict_json import Unreadable
from .defaults import checked_defaults, no_defaults_within, with_defaults
from .located import Located

MOST_WRITTEN_OUT: Final = 1_000_000
"""Values that a file holds once its aliases and defaults are written out: each takes memory, and a word of time."""
_HEADS: Final = ("defaults", "facts")
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


def facts_in_yaml(name: str, text: str) -> Iterator[Located]:
    """Each fact of a list, of a list under `facts:`, or the only one, with the file's defaults; raises Unreadable."""
    _as_it_is(name, text)
    node = _composed(name, text)
    if node is None or (node.id == "scalar" and not node.value):
        return
    reading = _Reading(name)
    defaults, facts = _parts(node, name)
    held = None if defaults is None else checked_defaults(name, reading.located(defaults))
    cost = reading.spent
    for fact in facts:
        found = reading.located(fact)
        no_defaults_within(f"{name}:{found.line}", found.value)
        if held is None:
            yield found
        else:
            reading.spend(fact, *cost)  # what a default says is said of every fact
            yield with_defaults(found, held)


def _parts(node: Any, name: str) -> tuple[Any, list[Any]]:
    """What holds for all facts of a file, if anything is said of it, and the facts."""
    heads: dict[str, Any] = {}
    if isinstance(node, MappingNode) and any(key.value in _HEADS for key, _ in node.value):
        for key, value in node.value:
            line = f"{name}:{key.start_mark.line + 1}"
            if key.value not in _HEADS:
                problem = f"{shown(str(key.value))} stands beside the facts of the file"
                raise Unreadable(line, problem, "a file is a list of facts, or defaults: and facts:")
            if key.value in heads:
                raise Unreadable(line, f"the key {shown(key.value)} stands twice")
            heads[key.value] = value
        node = heads.get("facts")
        if node is None or (node.id == "scalar" and not node.value):
            return heads.get("defaults"), []
    return heads.get("defaults"), node.value if isinstance(node, SequenceNode) else [node]


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
        self._anchors: set[str] = set()

    def seen(self, token: Any) -> None:
        kind = type(token).__name__
        self._count += 1
        self._depth += (kind in _OPENING) - (kind in _CLOSING)
        if kind == "AnchorToken":
            if token.value in self._anchors:
                problem = f"the anchor {shown(token.value)} stands twice"
                raise self._refusal(token, problem, "an alias means one place: give each anchor its own name")
            self._anchors.add(token.value)
        if kind == "AliasToken" and token.value not in self._anchors:
            problem = f"no anchor {shown(token.value)} stands before this alias"
            hint = f"put &{token.value} before the value that is meant; a text that begins with * stands in quotes"
            raise self._refusal(token, problem, hint)
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


class _Reading:
    """Nodes of a file as plain values. What aliases stand for is written out, within the bounds of a file in JSON."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._values = self._characters = 0
        self._open: list[Any] = []  # the nodes in which the one at hand stands

    @property
    def spent(self) -> tuple[int, int]:
        """Values and characters so far."""
        return self._values, self._characters

    def spend(self, node: Any, values: int, characters: int) -> None:
        """Count what is written out; raises Unreadable where it is too much."""
        self._values += values
        self._characters += characters
        if self._values > MOST_WRITTEN_OUT or self._characters > LARGEST:
            problem = f"with its aliases and defaults written out, the file has more than {MOST_WRITTEN_OUT:,} values"
            if self._characters > LARGEST:
                problem = f"with its aliases and defaults written out, the file is larger than {mebibytes(LARGEST)}"
            raise self._refusal(self._open[0] if self._open else node, problem, "split it into smaller files")

    def located(self, node: Any) -> Located:
        """A node's value, and the lines of what is in it."""
        return Located(_line(node), self.plain(node), lambda path: _line_within(node, path))

    def plain(self, node: Any) -> Any:
        """A node as a plain value. Scalars stay text, but for true, false and null."""
        if node.id == "scalar":
            self.spend(node, 1, len(node.value))
            return _scalar(node, f"{self._name}:{_line(node)}")
        self.spend(node, 1, 0)
        if any(one is node for one in self._open):
            problem = f"the anchor {shown(str(node.anchor))} is used within itself"
            raise self._refusal(node, problem, "write out what is meant")
        if len(self._open) > DEEPEST:
            raise self._refusal(node, "nested too deeply", f"lists and mappings nest {DEEPEST} deep at most")
        self._open.append(node)
        if node.id == "sequence":
            found: Any = [self.plain(one) for one in node.value]
        else:
            found = self._mapping(node)
        self._open.pop()
        return found

    def _mapping(self, node: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged = None
        for key, value in node.value:
            if key.id != "scalar":
                raise self._refusal(key, "a key that is no word")
            if _is_merge(key):
                if merged is not None:
                    raise self._refusal(key, "the key '<<' stands twice", "write one list: <<: [*first, *second]")
                merged = value
                continue
            self.spend(key, 1, len(key.value))
            word = _whole(key.value, f"{self._name}:{_line(key)}")
            if word in found:
                raise self._refusal(key, f"the key {shown(word)} stands twice")
            found[word] = self.plain(value)
        for one in _bases(merged):  # what the mapping says itself goes before, and then what stands first
            if one.id != "mapping":
                raise self._refusal(node, "<< takes a mapping, or a list of mappings", "write <<: *name")
            found = self.plain(one) | found
        return found

    def _refusal(self, node: Any, problem: str, *hint: str) -> Unreadable:
        return Unreadable(f"{self._name}:{_line(node)}", problem, *hint)


def _is_merge(key: Any) -> bool:
    return str(key.tag).endswith(":merge")


def _bases(merged: Any) -> list[Any]:
    """The mappings that a merge key names."""
    if merged is None:
        return []
    return list(merged.value) if merged.id == "sequence" else [merged]


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _line_within(node: Any, path: FieldPath) -> int:
    """The line of a field; of one that is not there, the line of what it is missing in."""
    line = _line(node)
    for part in path:
        found = _within(node, part)
        if found is None:
            break
        line, node = found
    return line


def _within(node: Any, part: str | int) -> tuple[int, Any] | None:
    """Where a member of a list or a mapping begins, and the node of its value."""
    if node.id == "sequence":
        return (_line(node.value[part]), node.value[part]) if isinstance(part, int) and part < len(node.value) else None
    if node.id != "mapping":
        return None
    merged = None
    for key, value in node.value:
        if _is_merge(key):
            merged = value
        elif key.value == part:
            return _line(key), value
    return next((found for one in _bases(merged) if (found := _within(one, part))), None)


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
