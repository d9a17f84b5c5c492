"""How do raw values become a fact that can be appended? One way in, for commands, files and programs alike."""

from __future__ import annotations

import re
import types
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError

from ..domain.catalogue import ANY_KIND, kind_of, reading
from ..domain.countries import check_unambiguous
from ..domain.dates import When, no_list
from ..domain.entry import STREAM, WRITING, Citation, Draft, Fact, Model, Reference, once, with_each_once
from ..domain.errors import InvalidFact, UnknownType
from ..domain.near_names import meant, near, slips
from ..domain.refusal import DateRefused, Refusal, shown
from ..domain.streams import KINDS, OWN
from ..domain.traits import codes_in, party_fields
from ..domain.type_names import KNOWN
from ..domain.validation import checked, guessed, model_in, refusal_of, whole
from ..record.instants import format_instant, parse_instant
from ..record.lines import identified
from ..record.strict_json import parsed_value
from .as_written import same_when_corrected, same_when_read, within_bounds
from .field_paths import FieldPath, about, about_fields, also

WRITER_FIELDS: Final = (
    "entry_id", "stream", "type", "occurred", "occurred_text", "after", "builds_on", "known_since", "recorded_by",
    "sources", "note", "tags", "correlation", "body",
)  # fmt: skip
LEDGERS_OWN: Final = ("position", "group", "version", "recorded_at", "clock")
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_SOURCES: Final = TypeAdapter(tuple[Citation, ...], config=ConfigDict(defer_build=True))
_REFERENCES: Final = TypeAdapter(tuple[Reference, ...], config=ConfigDict(defer_build=True))
_WORDS: Final = TypeAdapter(tuple[str, ...], config=ConfigDict(defer_build=True))

Resolve = Callable[[str], str]
"""An entry as a person names it (#12) → its id; raises NotFound."""


def draft_of(raw: Any, *, recorded_by: str, resolve: Resolve) -> Draft:
    """Build a draft from plain values, as a file or a command gives them; raises a Refusal."""
    return encoded_draft(raw, recorded_by=recorded_by, resolve=resolve)[0]


def encoded_draft(raw: Any, *, recorded_by: str, resolve: Resolve) -> tuple[Draft, bytes]:
    """The same, with the part of the line that the writer chose. A refusal says which fields it is about."""
    if not isinstance(raw, Mapping):
        raise InvalidFact(["a fact is a mapping of fields"], "write stream:, type:, occurred: and body:")
    at = ""  # the field that is being read
    try:
        _known_fields(raw)
        within_bounds(raw)
        missing = [name for name in ("stream", "type", "occurred") if not raw.get(name)]
        if missing:
            raise InvalidFact([f"{name} is missing" for name in missing], "a fact needs stream, type and occurred")
        at = "type"
        kind = type_named(str(raw["type"]))
        at = "stream"
        stream = str(raw["stream"])
        _in_stream(stream, kind)
        at = "body"
        fact = fact_from(kind, _body(raw.get("body") or {}, stream, kind, resolve))
        for name in party_fields(kind):
            for code in codes_in(getattr(fact, name)):
                check_unambiguous(code)
        at = "type"
        _says_no_more(str(raw["type"]), fact)
        at = "occurred"
        occurred = when(raw["occurred"], at)
        at = "after"
        after = once(_linked(one, resolve) for one in _listed(raw.get("after")))
        at = "builds_on"
        builds_on = once(checked(_REFERENCES, _listed(raw.get(at)), at)) if raw.get(at) else ()
        at = "known_since"
        known_since = format_instant(parse_instant(str(raw[at]))) if raw.get(at) else None
        at = "sources"
        sources = once(citations(_listed(raw.get("sources")))) if raw.get("sources") else ()
        at = "tags"
        tags = once(checked(_WORDS, _listed(raw.get("tags")), "tags")) if raw.get("tags") else ()
        at = "entry_id"
        entry_id = _entry_id(raw.get("entry_id")) or ""
        at = ""
        draft = Draft(
            stream=stream,
            fact=fact,
            occurred=occurred,
            entry_id=entry_id,
            recorded_by=_text(raw, "recorded_by") or whole(recorded_by, "recorded_by"),
            occurred_text=_text(raw, "occurred_text"),
            after=after,
            builds_on=builds_on,
            known_since=known_since,
            sources=sources,
            note=_text(raw, "note"),
            tags=tags,
            correlation=_text(raw, "correlation"),
        )
        return identified(draft)
    except Refusal as refusal:
        if at:
            about(refusal, (at,))
        if at in ("type", "stream", "body") and (late := _refused_date(raw["occurred"])):
            also(refusal, late, ("occurred",))  # so that one look finds both
        raise


def _refused_date(value: Any) -> str | None:
    try:
        when(value, "occurred")
    except Refusal as refusal:
        return refusal.message
    return None


def _body(given: Any, stream: str, kind: type[Fact], resolve: Resolve) -> dict[str, Any]:
    """The fact's own fields, with the entries that a correction or retraction names as ids."""
    if not isinstance(given, Mapping):
        raise InvalidFact(["body is a mapping of the fact's own fields"])
    body = dict(given)
    if kind in ANY_KIND and "entry" in body:
        try:
            body["entry"] = resolve(str(body["entry"]))
        except Refusal as refusal:
            about(refusal, ("body", "entry"))
            raise
        changes = body.get("changes")
        if isinstance(changes, Mapping):
            same_when_corrected(kind_of(stream), changes)
        if isinstance(changes, Mapping) and isinstance(changes.get("after"), list):
            body["changes"] = {**changes, "after": [_linked(one, resolve) for one in changes["after"]]}
    return body


def citations(given: list[Any]) -> tuple[Citation, ...]:
    """Citations, in their compact form or in full; raises a Refusal that says which of them is none."""
    try:
        found: tuple[Citation, ...] = checked(_SOURCES, [_citation(one) for one in given], "sources", Citation, WRITING)
    except Refusal as refusal:
        about(refusal, _first_refused(given))
        raise
    return found


def _first_refused(given: list[Any]) -> FieldPath:
    """The first of several citations that is none."""
    for at, one in enumerate(given):
        try:
            checked(_SOURCES, [_citation(one)], "sources")
        except Refusal:
            return "sources", at
    return ("sources",)


def _known_fields(raw: Mapping[str, Any]) -> None:
    own = [name for name in raw if name in LEDGERS_OWN]
    strange = [str(name) for name in raw if name not in WRITER_FIELDS]
    if not own and not strange:
        return
    if own:
        refusal = InvalidFact([f"{name} is set by the ledger" for name in own], "leave these fields out")
    else:
        fields = ", ".join(WRITER_FIELDS)
        refusal = InvalidFact(
            [guessed(f"{shown(name)} is no field of an entry", name, WRITER_FIELDS) for name in strange],
            f"fields are {fields}; a fact's own stand under body",
        )
    about(refusal, *((name,) for name in own or strange))
    raise refusal


def type_named(text: str) -> type[Fact]:
    """A type of fact by its stable name, with or without a version. Raises UnknownType."""
    found = reading(text if "/" in text else f"{text}/1")
    if found is None:
        names = sorted({name.partition("/")[0] for name in KNOWN})
        hint = meant(near(text.partition("/")[0], names), "see the types: ⟦types⟧")
        raise UnknownType(f"{shown(text)} is no type of fact", "types are named like commitment.made/1", hint)
    return found


def _says_no_more(named: str, fact: Fact) -> None:
    """Raise InvalidFact where a version is named that cannot say what the fact says."""
    name, _, version = named.partition("/")
    wanted = fact.type_name
    if version and int(version) < int(wanted.partition("/")[2]):
        raise InvalidFact(
            [f"{named} cannot say this: some of its fields or words came with {wanted}"], f"write {wanted}, or {name}"
        )


def _in_stream(stream: str, kind: type[Fact]) -> None:
    if not STREAM.fullmatch(stream):
        raise no_stream(stream)
    if kind not in ANY_KIND and kind_of(stream) != kind.KIND:
        raise InvalidFact(
            [f"{kind.TYPE} does not belong in {stream}"], f"it is a fact of a {kind.KIND}: {kind.KIND}:NAME"
        )


def fact_from(kind: type[Fact], body: Mapping[str, Any]) -> Fact:
    """Validate a fact's own fields; compact texts of nested values are read. Raises a Refusal."""
    fields, compound = kind.model_fields, _compound(kind)
    raw = dict(body)
    for name in [one for one in body if one in compound]:
        try:
            raw[name] = expanded(fields[name].annotation, body[name])
        except Refusal as refusal:
            about(refusal, ("body", name))
            raise
    same_when_read(kind, raw)
    fact = _validated(kind, raw)
    kept = with_each_once(fact)
    # What was folded is validated as it is now: two parties are not one that is given twice.
    return fact if kept is fact else _validated(kind, {n: getattr(kept, n) if n in compound else raw[n] for n in raw})


def _validated(kind: type[Fact], raw: Mapping[str, Any]) -> Fact:
    """Make a fact; raises a Refusal that says which of its fields it is about."""
    try:
        return kind.model_validate(raw, context=WRITING)
    except ValidationError as error:
        refusal = refusal_of(kind, error)
        about_fields(refusal, [tuple(one["loc"]) for one in error.errors()], ("body",))
        raise refusal from None


@lru_cache(maxsize=256)
def _compound(kind: type[Fact]) -> frozenset[str]:
    """The fields that hold several values, or values with fields of their own."""
    fields = kind.model_fields.items()
    return frozenset(n for n, one in fields if model_in(one.annotation) is not None or _is_many(one.annotation))


def when(value: Any, name: str) -> When:
    """Read a date; the refusal names the field."""
    if isinstance(value, Mapping):
        raise InvalidFact([f"{name} is a date, and no mapping"], "write it as text: 2026-02-02")
    try:
        if isinstance(value, list | tuple):
            raise no_list(value)
        return When.parse(value if isinstance(value, str) else str(value))
    except DateRefused as refusal:
        refusal.message = f"{name}: {refusal.message}"
        raise


def _text(raw: Mapping[str, Any], name: str) -> str | None:
    value = raw.get(name)
    if value is None or value == "":
        return None
    try:
        if not isinstance(value, str):
            raise InvalidFact([f"{name} is text: put {shown(str(value))} in quotes"])
        return whole(value, name)
    except Refusal as refusal:
        about(refusal, (name,))
        raise


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _citation(value: Any) -> Any:
    return compact(Citation, value) if isinstance(value, str) else value


def _linked(entry: Any, resolve: Resolve) -> str:
    """The id of an entry that is said to come before."""
    found = _entry_id(resolve(str(entry)))
    if found is None:
        raise InvalidFact(["after: an entry is missing"], "name it by position ('#12') or by id")
    return found


def _entry_id(value: Any) -> str | None:
    if not value:
        return None
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise InvalidFact(
            [f"entry_id {shown(str(value))} is no UUID"], "leave it out, and it is derived from the content"
        ) from None


def no_stream(text: str) -> InvalidFact:
    """Why a text names no stream: its kind, or a sign in its name."""
    kind, colon, name = text.partition(":")
    hint = "write kind:name, such as dialogue:nz-us-space"
    if colon and kind not in (*KINDS, *OWN):
        return InvalidFact([f"{shown(text)} is no stream"], f"{hint}; the kinds are {', '.join(KINDS)}")
    strange = "".join(dict.fromkeys(re.findall(r"[^A-Za-z0-9._:+-]", name)))
    problem = f"{shown(text)} is no stream" + (f": its name cannot have {shown(strange)} in it" if strange else "")
    return InvalidFact([problem], f"{hint}; a name has letters (A-Z, a-z), digits and . _ : + -, 160 at most")


# --- compact texts of nested values ------------------------------------------------------------------


def expanded(annotation: Any, value: Any) -> Any:
    """`value` with the compact texts of nested models in it read, where the field holds such models."""
    model = model_in(annotation)
    if model is not None and isinstance(value, str):
        one = compact(model, value)
        return [one] if _is_many(annotation) else one
    if isinstance(value, str) and _is_many(annotation):
        return [value]
    if model is not None and isinstance(value, list | tuple):
        return [compact(model, one) if isinstance(one, str) else one for one in value]
    return value


def compact(model: type[Model], text: str) -> dict[str, Any]:
    """Read 'value; value; field=value' as the fields of `model`, in their order; or the JSON form.

    A participant is 'Bede Corry; Secretary of Foreign Affairs and Trade; NZ'; a semicolon within a value is \\;.
    """
    if text.lstrip().startswith("{"):
        found = parsed_value(
            text, model.__name__.lower(), f"write {'; '.join(list(model.model_fields)[:3])} …, or whole JSON"
        )
        return found if isinstance(found, dict) else {}
    names = list(model.model_fields)
    fields: dict[str, Any] = {}
    parts = re.split(r"(?<!\\);", text)
    for index, part in enumerate(parts):
        word = part.replace("\\;", ";").strip()
        name, equals, value = word.partition("=")
        field, told = (name.strip(), value.strip()) if equals and name.strip() in names else ("", word)
        if not field and equals and slips(name.strip(), names):
            raise InvalidFact([guessed(f"{shown(name.strip())} is no field here", name.strip(), names)])
        if not field and index < len(names):
            field = names[index]
        if field and field in fields and len(parts) <= len(names):
            raise InvalidFact([f"{field} is given twice in {shown(text)}"], f"write {'; '.join(names)}")
        if field and word:
            fields[field] = told
        elif word:
            raise InvalidFact([f"{shown(word)}: more values than {', '.join(names)}"], f"write {'; '.join(names)}")
    needed = [name for name, one in model.model_fields.items() if one.is_required() and name not in fields]
    if needed and len(parts) == 1 and "," in text:
        problem = f"{shown(text)}: {' and '.join(needed)} missing; fields are separated by semicolons"
        told = [part.strip() for part in text.split(",") if part.strip()]
        raise InvalidFact([problem], f"write '{'; '.join(told or names[:3])}'")
    return fields


def _is_many(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is tuple:
        return True
    if origin in (Union, types.UnionType, Annotated):
        return any(_is_many(inner) for inner in get_args(annotation))
    return False


def words_of(annotation: Any) -> Sequence[str]:
    """The words that a field is limited to, where it is."""
    if get_origin(annotation) is Literal:
        return tuple(str(word) for word in get_args(annotation))
    return next((words for inner in get_args(annotation) if (words := words_of(inner))), ())
