"""The page of events, and the JSON Schemas of facts and entries, from their declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import samples
from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema
from tables import DIALECT, Row, named, rows_of, slug

from engagement_ledger.domain.catalogue import ANY_KIND, CATALOGUE, VERSIONS, facts_of
from engagement_ledger.domain.describing import described
from engagement_ledger.domain.entry import (
    STREAM,
    Citation,
    Fact,
    Name,
    Party,
    Reference,
    Stream,
    later_fields,
    versions_of,
)
from engagement_ledger.domain.streams import KINDS, OWN
from engagement_ledger.domain.validation import model_in
from engagement_ledger.exchange import defaults as defaults_of_files
from engagement_ledger.ledger.drafts import WRITER_FIELDS

described()

COMMON: Final = ("themes", "made_at")
WORDS: Final = tuple(
    (TypeAdapter(kind).json_schema(), words)
    for kind, words in (
        (Party, "party"),
        (Reference, "stream, or meeting or statement in it"),
        (Stream, "stream"),
        (Name, "short name"),
    )
)
"""What the schema of a kind of value has, and what the page calls it."""


def page() -> str:
    """Every event, aggregate by aggregate, in the order of declaration."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Events"
    yield ""
    yield "One event is one class in `domain/`; this page, the command, the stored form and the schema are made from"
    yield f"it. There are {len(CATALOGUE)}. The [tables of steps](tables.md) say what may follow what; the JSON Schema"
    yield "of all of them is [facts.schema.json](facts/facts.schema.json), and `engage schema TYPE` prints one."
    yield ""
    yield "Every event may carry, beside its own fields:"
    yield ""
    yield from _fields(VERSIONS["commitment.made/1"], COMMON)
    for kind, summary in KINDS.items():
        yield f"## {kind.capitalize()}"
        yield ""
        yield f"{summary}"
        yield ""
        for fact in facts_of(kind):
            if fact not in ANY_KIND:
                yield from _event(fact)
    for kind, summary in OWN.items():
        yield f"## {kind.capitalize()}"
        yield ""
        yield f"{summary} The ledger records it by itself."
        yield ""
        for fact in facts_of(kind):
            yield from _event(fact)
    yield "## Any aggregate"
    yield ""
    yield "All of them keep the original: asked as known before, the ledger answers as it did then."
    yield ""
    for fact in ANY_KIND:
        yield from _event(fact)


_COMMANDS: Final = {"source": "engage source add", "ledger": "engage checkpoint create"}
"""Of the facts that have no command of their own, the one that records them."""


def _event(fact: type[Fact]) -> Iterator[str]:
    command = _COMMANDS.get(fact.KIND) or f"engage {fact.KIND} {fact.VERB}"
    if fact in ANY_KIND:
        command = f"engage {fact.VERB}"
    yield f"### {fact.__name__}"
    yield ""
    yield " ".join((fact.__doc__ or "").split())
    yield ""
    yield f"Type {_versions(fact)}, command [`{command}`](commands.md#{command.replace(' ', '-')})."
    yield ""
    own = [name for name in fact.model_fields if name not in COMMON]
    yield from _fields(fact, own)
    yield from _steps(fact)


def _versions(fact: type[Fact]) -> str:
    """The type; and of one that has several versions, which fields and words make it a later one."""
    first, *later = versions_of(fact)
    if not later:
        return f"`{first}`"
    return f"`{first}`, or `{later[-1]}` for {', '.join(f'`{name}`' for name in later_fields(fact))}"


def _fields(fact: type[Fact], names: Any) -> Iterator[str]:
    if not names:
        return
    properties = fact.model_json_schema()
    yield "| field | value | meaning |"
    yield "| --- | --- | --- |"
    for name in names:
        field = fact.model_fields[name]
        value = kind_of_value(properties["properties"][name], properties.get("$defs", {}), field.annotation)
        needed = " **required**" if field.is_required() else ""
        yield f"| `{name}` | {value}{needed} | {(field.description or '').replace('|', chr(92) + '|')} |"
    yield ""


def kind_of_value(schema: dict[str, Any], definitions: dict[str, Any], annotation: Any) -> str:
    """A field's value in a few words."""
    variants = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    return " or ".join(dict.fromkeys(_one(one, definitions, annotation) for one in variants))


def _one(schema: dict[str, Any], definitions: dict[str, Any], annotation: Any) -> str:
    if "$ref" in schema:
        model = model_in(annotation)
        return f"{schema['$ref'].rpartition('/')[2].lower()} ({'; '.join(model.model_fields if model else ())})"
    if schema.get("type") == "array":
        return f"list of: {kind_of_value(schema['items'], definitions, annotation)}"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema.get("format") == "edtf":
        return "date (EDTF)"
    for declared, words in WORDS:
        if declared.items() <= schema.items():
            return words
    return {"integer": "whole number", "number": "number", "boolean": "yes or no", "object": "mapping"}.get(
        schema.get("type", ""), "text"
    )


def _steps(fact: type[Fact]) -> Iterator[str]:
    moves = samples.moves_of(fact)
    if fact in ANY_KIND:
        return
    if not moves:
        yield "Changes no status: it says something."
        yield ""
        return
    for move in moves:
        section = f"{fact.KIND}: {move.region.partition('/')[0]}"
        rows = [row for row in rows_of(fact.KIND, move.region.partition("/")[0]) if row.step == move.verb]
        told = f"Step `{move.verb}` of `{move.region}` ([{section}](tables.md#{slug(section)}))"
        dated = " on a date of its own, which may lie ahead" if move.ahead else ""
        leads = "; ".join(_leads(rows))
        yield f"{told}{dated}" + (f": {leads}." if leads else ".")
        yield ""


def _leads(rows: list[Row]) -> Iterator[str]:
    by_target: dict[str, list[str]] = {}
    stays: list[str] = []
    for row in rows:
        (stays if row.to == row.status else by_target.setdefault(row.to, [])).append(row.status)
    for to, statuses in by_target.items():
        yield f"{', '.join(statuses)} → {named(to)}"
    if stays:
        yield f"{', '.join(stays)} → no change"


# --- schemas ---------------------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """JSON Schema of a fact as `engage append` takes it and `--dry-run` prints it."""
    return {
        "$schema": DIALECT,
        "title": "A fact, as engage append takes it",
        "description": (
            "One item of the list in an authored file, in its full form. engage append also takes the compact "
            "text of a nested value: 'TITLE or URL; quote=…' for a citation."
        ),
        **_facts(required=("stream", "type", "occurred"), of_ledger={}),
    }


def file_schema() -> dict[str, Any]:
    """JSON Schema of an authored file in YAML: a list of facts, or defaults and the facts that they hold for."""
    fact = "facts.schema.json"
    every = {"type": "array", "items": {"$ref": fact}}
    body = VERSIONS["commitment.made/1"].model_json_schema()["properties"]
    defaults = {
        "type": ["object", "null"],
        "additionalProperties": False,
        "description": "what holds for every fact of the file that does not give it itself",
        "properties": {
            **{name: {"$ref": f"{fact}#/properties/{name}"} for name in defaults_of_files.ENVELOPE},
            "body": {
                "type": "object",
                "additionalProperties": False,
                "properties": {name: body[name] for name in defaults_of_files.BODY},
            },
        },
    }
    partly = {
        "type": "object",
        "description": "a fact; what the defaults give may be left out",
        "additionalProperties": False,
        "properties": {
            **{name: {"$ref": f"{fact}#/properties/{name}"} for name in WRITER_FIELDS if name != "body"},
            "body": {"type": "object"},
        },
    }
    headed = {
        "type": "object",
        "required": ["facts"],
        "additionalProperties": False,
        "properties": {"defaults": defaults, "facts": {"anyOf": [{"type": "array", "items": partly}, partly]}},
    }
    return {
        "$schema": DIALECT,
        "title": "A file of facts in YAML, as engage append takes it",
        "description": "With aliases and merge keys written out, and every value in its full form.",
        "anyOf": [every, headed, {"$ref": fact}],
    }


def entry_schema() -> dict[str, Any]:
    """JSON Schema of an entry: a line of the export, and with what put it right, an entry in a list."""
    own = {
        "position": {"type": "integer", "minimum": 1, "description": "its place in the ledger, without gaps"},
        "group": {"type": "integer", "minimum": 1, "description": "position of the last entry of its transaction"},
        "version": {"type": "integer", "minimum": 1, "description": "its place in the stream"},
        "recorded_at": {**INSTANT, "description": "when the ledger took it in; set by the ledger"},
        "clock": {**INSTANT, "description": "what the clock read, where it had been set back"},
        "corrected_by": {
            "type": "array",
            "items": _POSITION,
            "description": "in log and search alone: the corrections of it, which are applied",
        },
        "retracted_by": {**_POSITION, "description": "in log and search alone: its retraction"},
        "called_off_by": {**_POSITION, "description": "in log and search alone: what called off what it announced"},
    }
    needed = (
        "position",
        "group",
        "version",
        "recorded_at",
        "entry_id",
        "stream",
        "type",
        "occurred",
        "recorded_by",
        "body",
    )
    return {
        "$schema": DIALECT,
        "title": "An entry, as a line of engage export, and as engage log and engage search list it",
        **_facts(required=needed, of_ledger=own),
    }


INSTANT: Final = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$"}
UUID: Final = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
_POSITION: Final = {"type": "string", "pattern": "^#[1-9][0-9]*$"}
_STREAM: Final = {"type": "string", "pattern": f"^(?:{STREAM.pattern})$"}


def _facts(required: tuple[str, ...], of_ledger: dict[str, Any]) -> dict[str, Any]:
    models = [(fact, "validation") for fact in (*CATALOGUE.values(), Citation)]
    references, definitions = models_json_schema(models)  # type: ignore[arg-type]
    when = VERSIONS["party.coverage-declared/1"].model_json_schema()["properties"]["until"]
    text = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": {
            **of_ledger,
            "entry_id": {**UUID, "description": "derived from the content where left out"},
            "stream": {**_STREAM, "description": "kind:name"},
            "type": {"enum": list(VERSIONS)},
            "occurred": {**when, "description": "when it happened in the world: " + when["description"]},
            "occurred_text": {**text, "description": "the source's own words for the date"},
            "after": {
                "type": "array",
                "items": text,
                "description": "entries of the stream that it came after, where dates leave the order open",
            },
            "builds_on": {
                "type": "array",
                "items": text,
                "description": "what it is said to build on, repeat, implement or answer: streams, meetings …",
            },
            "known_since": {"type": "string", "description": "since when an older register claims to have known it"},
            "recorded_by": {**text, "description": "who entered it"},
            "sources": {"type": "array", "items": references[Citation, "validation"], "description": "who says so"},
            "note": {**text, "description": "free text"},
            "tags": {"type": "array", "items": text, "description": "words to find it by"},
            "correlation": {**text, "description": "id of the batch it came in"},
            "body": {"type": "object", "description": "the event's own fields"},
        },
        "allOf": [
            {
                "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                "then": {"properties": {"body": references[fact, "validation"], **_kind(fact)}},
            }
            for name, fact in VERSIONS.items()
        ],
        "$defs": definitions["$defs"],
    }


def _kind(fact: type[Fact]) -> dict[str, Any]:
    return {} if fact in ANY_KIND else {"stream": {"pattern": f"^{re.escape(fact.KIND)}:"}}


def type_names() -> str:
    """The module that names every type this version reads, for questions that import no events."""
    names = sorted(VERSIONS)
    return "\n".join(
        [
            '"""Which types of facts does this version know? Written by docs/generate.py from the declarations.',
            "",
            "Questions that import no events tell by it whether a ledger holds types of a newer version.",
            '"""',
            "",
            "from __future__ import annotations",
            "",
            "from typing import Final",
            "",
            "KNOWN: Final = frozenset(",
            "    {",
            *(f'        "{name}",' for name in names),
            "    }",
            ")",
            "",
        ]
    )
