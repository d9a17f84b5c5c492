"""What holds for every fact of a file that does not say otherwise? `defaults:` at the head of an authored file.

Only what means the same in every fact can stand there: the envelope, without what is one fact's own, and the two fields
that every type of fact has. A field of some types alone means something else in each of them; for those YAML has
anchors, which say in the place itself what is taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..domain.refusal import shown
from ..ledger.drafts import WRITER_FIELDS
from ..ledger.field_paths import FieldPath
from ..record.strict_json import Unreadable
from .located import Located

OWN: Final = {
    "entry_id": "each fact has its own id",
    "after": "what a fact came after is its own",
}
"""Fields of the envelope that are one fact's own, and why."""
ENVELOPE: Final = tuple(name for name in WRITER_FIELDS if name not in (*OWN, "body"))
"""Fields of the envelope that may stand in `defaults:`."""
BODY: Final = ("themes", "made_at")
"""Fields of a fact that may: those of every type."""
_ANCHORS: Final = "give it in each fact, or once with an anchor: &usual where it stands, *usual or <<: *usual elsewhere"


def checked_defaults(name: str, defaults: Located) -> Located:
    """The defaults of a file, which may be defaults; raises Unreadable with the line of what may not."""
    given = defaults.value
    if given is None:
        return Located(defaults.line, {}, defaults.within)
    if not isinstance(given, Mapping):
        raise _refused(name, defaults, (), "defaults: is no mapping of fields", "write occurred:, sources: … under it")
    for field in given:
        if field in OWN:
            raise _refused(name, defaults, (field,), f"{field} cannot stand in defaults: {OWN[field]}", _ANCHORS)
        if field != "body" and field not in ENVELOPE:
            _refuse_strange(name, defaults, (field,))
    body = given.get("body")
    if body is not None and not isinstance(body, Mapping):
        raise _refused(name, defaults, ("body",), "body: is no mapping of fields", "write themes: or made_at: under it")
    for field in body or ():
        if field not in BODY:
            _refuse_strange(name, defaults, ("body", field))
    return defaults


def _refuse_strange(name: str, defaults: Located, path: FieldPath) -> None:
    field = str(path[-1])
    if path[0] != "body" and field in BODY:
        raise _refused(name, defaults, path, f"{field} is a field of the fact", f"write body: and {field}: under it")
    if path[0] == "body" and field in ENVELOPE:
        raise _refused(name, defaults, path, f"{field} stands around the fact", "put it beside body:, not under it")
    problem = f"{shown(field)} cannot stand in defaults: only what means the same in every fact can"
    hint = f"defaults take {', '.join(ENVELOPE)}, and under body: {' and '.join(BODY)}; anything else: {_ANCHORS}"
    raise _refused(name, defaults, path, problem, hint)


def _refused(name: str, defaults: Located, path: FieldPath, problem: str, *hint: str) -> Unreadable:
    return Unreadable(f"{name}:{defaults.line_of(path)}", problem, *hint)


def with_defaults(fact: Located, defaults: Located) -> Located:
    """A fact as if it had been written out: what it gives itself, if only as empty, goes before the defaults."""
    given = fact.value
    if not isinstance(given, Mapping):
        return fact
    held = {field: value for field, value in defaults.value.items() if field not in given and field != "body"}
    if "occurred" in given:
        held.pop("occurred_text", None)  # the words for another date
    value = {**held, **given}
    body = given.get("body")
    taken = {}
    if body is None or isinstance(body, Mapping):
        taken = {
            field: default
            for field, default in (defaults.value.get("body") or {}).items()
            if field not in (body or {}) and _is_said_of(field, default, value)
        }
        if taken:
            value["body"] = {**taken, **(body or {})}

    def line(path: FieldPath) -> int:
        is_default = path[:1] and (path[0] in held or (path[0] == "body" and path[1:2] and path[1] in taken))
        return defaults.line_of(path) if is_default else fact.line_of(path)

    return Located(fact.line, value, line)


def _is_said_of(field: str, default: Any, fact: Mapping[str, Any]) -> bool:
    """Whether a default of the body is said of a fact.

    A correction or retraction is about an entry and has no theme; and what a dialogue did was not made at itself.
    """
    if str(fact.get("type")).startswith("entry."):
        return False
    return field != "made_at" or str(default).partition("/")[0] != fact.get("stream")


def no_defaults_within(where: str, fact: Any) -> None:
    """Refuse defaults that stand in the place of a fact."""
    if isinstance(fact, Mapping) and "defaults" in fact:
        raise Unreadable(
            where,
            "defaults: stands at the head of a file, not among its facts",
            "write defaults: and its fields, then facts: and the list of facts",
        )


def no_defaults_in_json(where: str, fact: Any) -> None:
    """Refuse defaults in JSON lines, which are sorted, split and joined line by line: each stands for itself."""
    if isinstance(fact, Mapping) and "defaults" in fact:
        raise Unreadable(
            where,
            "JSON lines have no defaults: each line is a whole fact",
            "write the fields in every line, or the file in YAML with defaults: and facts:",
        )
