"""What does a value that does not fit say? A validation's findings in the field's words, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from .entry import Model
from .errors import InvalidFact
from .near_names import meant, near
from .refusal import Refusal, shown

M = TypeVar("M", bound=Model)


def validated(kind: type[M], raw: Mapping[str, Any]) -> M:
    """Make a value of `kind`; raises the refusal that one field has, or InvalidFact with all problems."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        raise refusal_of(kind, error) from None


def checked(
    adapter: TypeAdapter[Any], value: Any, name: str, of: type[Model] | None = None, context: str | None = None
) -> Any:
    """Validate one value of the envelope, or several `of` a model; raises as `validated` does."""
    try:
        return adapter.validate_python(value, context=context)
    except ValidationError as error:
        raise _refusal([_finding(one, place(name, one["loc"]), of) for one in error.errors()], "") from None


def place(name: str, path: tuple[int | str, ...]) -> str:
    """A value within a field: sources 2.quote is that of the second."""
    told = name + "".join(f" {part + 1}" if isinstance(part, int) else f".{part}" for part in path)
    return told.removeprefix(".")


def whole(text: str, name: str) -> str:
    """`text`, which UTF-8 can hold; raises InvalidFact for half a character, or for bytes that were no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidFact([f"{name}: {shown(text)} is not UTF-8"], "write it in UTF-8") from None
    return text


def refusal_of(kind: type[Model], error: ValidationError) -> Refusal:
    """Say what was found: the refusal that a field raised, or all problems at once."""
    needs: Mapping[str, type[Exception]] = getattr(kind, "NEEDS", {})
    found = []
    for one in error.errors():
        name = place("", one["loc"])
        if one["type"] == "missing" and name in needs:
            refusal = needs[name]()
            if isinstance(refusal, Refusal):
                return refusal
        found.append(_finding(one, name, kind))
    # A list is "too short" when its one member is refused: the member's own reason says more.
    refused = {re.split("[ .]", name)[0] for name, cause, _ in found if isinstance(cause, Refusal)}
    told = [one for one in found if not (one[0] in refused and one[2] == "too_short")]
    see = f"see its fields: ⟦type {getattr(kind, 'TYPE', '')}⟧" if getattr(kind, "TYPE", "") else ""
    return _refusal(told, see)


_Finding = tuple[str, "Refusal | str", str]
"""Name of the field, what is wrong with it, and the kind of finding."""


def _finding(one: Any, name: str, kind: type[Model] | None = None) -> _Finding:
    cause = one.get("ctx", {}).get("error")
    if isinstance(cause, Refusal):
        return name, cause, one["type"]
    return name, _words(one, name, kind), one["type"]


def _refusal(found: list[_Finding], hint: str) -> Refusal:
    if len(found) == 1 and isinstance(found[0][1], Refusal):
        name, refusal, _ = found[0]
        assert isinstance(refusal, Refusal)  # noqa: S101 - for the type checker, as just seen
        refusal.message = f"{name}: {refusal.message}"
        return refusal
    hints = [cause.remedy for _, cause, _ in found if isinstance(cause, Refusal) and cause.remedy]
    problems = [f"{name}: {cause.message}" if isinstance(cause, Refusal) else cause for name, cause, _ in found]
    if any(kind == "string_too_long" for _, _, kind in found):
        hint = "a longer text belongs in an archived source: ⟦archive⟧, and cite it"
    return InvalidFact(problems, "; ".join(hints) or hint or "see the fields of every type: ⟦type⟧")


_PLAIN: Final = {
    "missing": "{name} is missing",
    "string_too_short": "{name} is empty",
    "string_type": "{name} is text: put {value} in quotes",
    "string_unicode": "{name} holds half a character (a lone surrogate)",
    **dict.fromkeys(("int_parsing", "int_type"), "{name}: {value} is no whole number"),
    "int_parsing_size": "{name}: {value} is too long a number",
}
"""Kinds of findings that say all there is to say."""


def _called(kind: type[Model]) -> str:
    """What a person calls a fact or a value: commitment.made, a participant."""
    return getattr(kind, "TYPE", "").partition("/")[0] or f"a {kind.__name__.lower()}"


def _words(one: Any, name: str, kind: type[Model] | None) -> str:
    context = one.get("ctx", {})
    value = shown(str(one["input"]))
    if plain := _PLAIN.get(one["type"]):
        return plain.format(name=name, value=value)
    match one["type"]:
        case "extra_forbidden":
            is_own = kind is not None and name in map(str, one["loc"])
            message = f"{shown(name)} is no field of {_called(kind) if kind and is_own else 'it'}"
            return guessed(message, str(one["loc"][-1]), _fields_beside(kind, one["loc"]))
        case "model_type" | "model_attributes_type":
            return f"{name}: {value} is not told by its fields, as JSON"
        case "too_short":
            return f"{name} needs at least {context['min_length']}"
        case "string_pattern_mismatch":
            return f"{name}: {value} is not {_form(context['pattern'])}"
        case "string_too_long":
            return f"{name} is longer than {context['max_length']:,} characters"
        case "literal_error":
            words = re.findall("'([^']*)'", context["expected"])
            return guessed(f"{name}: {value} is not {context['expected']}", str(one["input"]), words)
        case _:
            return f"{name}: {one['msg'][0].lower()}{one['msg'][1:]}, not {value}"


def guessed(message: str, word: str, pool: Iterable[str]) -> str:
    """What is wrong with a word, and which of a list may have been meant by it."""
    found = near(word, pool)
    return f"{message}; {meant(found)}" if found else message


def _fields_beside(kind: type[Model] | None, place: Sequence[int | str]) -> list[str]:
    """The fields that stand beside a place in a model: within the value, or the list of values, of a field."""
    at = kind
    for name in place[:-1]:
        if at is not None and isinstance(name, str):
            at = model_in(at.model_fields[name].annotation) if name in at.model_fields else None
    return list(at.model_fields) if at is not None else []


def model_in(annotation: Any) -> type[Model] | None:
    """The nested model that a field holds, alone or many of them."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    return next((found for inner in get_args(annotation) if (found := model_in(inner))), None)


def _form(pattern: str) -> str:
    if pattern.startswith("^(?:relationship"):
        return "a stream, such as dialogue:nz-us-space" + (
            " (or a meeting of it, /meeting/2)" if "meeting" in pattern else ""
        )
    if pattern.startswith("^[A-Za-z0-9](?:"):
        return "a short name of letters, digits and . _ : + -"
    if pattern.startswith("^(?:0|[1-9]"):
        return "an amount in digits, with a point before a fraction: 810000000"
    if pattern.startswith("^[A-Za-z]{2,3}"):
        return "a language (BCP 47), such as en or mi-NZ"
    if pattern.startswith("^[0-9a-f]{8}"):
        return "the id of an entry"
    return f"of the form {pattern}"
