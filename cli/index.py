"""Which fact commands are there? An index of the declarations that loads without them.

Help and completion must not wait for the events to be imported, so what the commands need of each declaration
(verb, help, options) is written to `commands.json`, and lists of words such as statuses to `words.json`. A test
holds the files against the declarations.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

INDEX: Final = Path(__file__).resolve().with_name("commands.json")
WORDS: Final = INDEX.with_name("words.json")


@cache
def commands() -> dict[str, dict[str, dict[str, Any]]]:
    """Kind of aggregate → verb → {type, help, example, fields}."""
    found: dict[str, dict[str, dict[str, Any]]] = json.loads(INDEX.read_text(encoding="utf-8"))
    return found


@cache
def words() -> dict[str, Any]:
    """Statuses, flags and types; and kind of aggregate → fields."""
    found: dict[str, Any] = json.loads(WORDS.read_text(encoding="utf-8"))
    return found


def built_words() -> dict[str, Any]:
    """The lists of words as the declarations have them; imports them all."""
    from ..domain.catalogue import CATALOGUE
    from ..domain.streams import KINDS, OWN
    from ..domain.vocabulary import FLAGS, fields, statuses
    from ..domain.worlds import UNDETERMINED

    return {
        "statuses": sorted({*statuses(), UNDETERMINED}),
        "flags": list(FLAGS),
        "types": list(CATALOGUE),
        "fields": {kind: list(fields(kind)) for kind in (*KINDS, *OWN)},
    }


def built() -> dict[str, dict[str, dict[str, Any]]]:
    """The index as the declarations have it; imports them all."""
    from ..domain.catalogue import ANY_KIND, CATALOGUE
    from ..domain.describing import described
    from ..domain.streams import OWN
    from .fact_examples import example

    described()
    index: dict[str, dict[str, dict[str, Any]]] = {}
    for fact in CATALOGUE.values():
        if fact in ANY_KIND or fact.KIND in OWN:
            continue
        verbs = index.setdefault(fact.KIND, {})
        if fact.VERB in verbs:
            raise ValueError(f"{fact.KIND} {fact.VERB} is declared twice")
        fields = [_field(fact, name) for name in fact.model_fields]
        verbs[fact.VERB] = {
            "type": fact.TYPE,
            "help": " ".join((fact.__doc__ or "").split()),
            "example": example(fact.KIND, fact.VERB, fields),
            "fields": fields,
        }
    return index


def _field(fact: Any, name: str) -> dict[str, Any]:
    from ..domain.dates import When
    from ..domain.intervals import Interval
    from ..domain.validation import model_in
    from ..ledger.drafts import words_of

    declared = fact.model_fields[name]
    annotation = declared.annotation
    nested = model_in(annotation)
    found: dict[str, Any] = {"name": name, "help": declared.description or ""}
    if declared.is_required():
        found["required"] = True
    if "tuple" in str(annotation):
        found["many"] = True
    if annotation is bool:
        found["flag"] = True
    if words := words_of(annotation):
        found["words"] = list(words)
    if nested is not None:
        found["nested"] = list(nested.model_fields)
    if takes := _takes(fact, name):
        found["takes"] = takes
    if {When, Interval} & {annotation, *getattr(annotation, "__args__", ())}:
        found["date"] = True
    return found


def _takes(fact: Any, name: str) -> str | None:
    """What the value of a field is, as a metavar says it; None where it is none of what the ledger has already."""
    from ..domain.entry import Citation, Party, Reference, Stream

    named = {"themes": "THEME", "meeting": "MEETING"}.get(name)
    return named or {Party: "PARTY", Stream: "STREAM", Reference: "STREAM/PART", Citation: "CITATION"}.get(
        _declared(get_type_hints(fact, include_extras=True)[name])
    )


def _declared(annotation: Any) -> Any:
    """What one value of a field is declared as: `tuple[Party, ...] | None` is a Party."""
    if get_origin(annotation) in (Union, UnionType):
        return _declared(next(one for one in get_args(annotation) if one is not NoneType))
    if get_origin(annotation) is tuple:
        return _declared(get_args(annotation)[0])
    inner = get_args(annotation)[0] if get_origin(annotation) is Annotated else None
    return _declared(inner) if get_origin(inner) is tuple else annotation


def write() -> None:
    """Write the index anew."""
    INDEX.write_text(text(), encoding="utf-8")
    WORDS.write_text(words_text(), encoding="utf-8")


def text() -> str:
    """The index as the file should hold it."""
    return json.dumps(built(), ensure_ascii=False, indent=1) + "\n"


def words_text() -> str:
    """The lists of words as the file should hold them."""
    return json.dumps(built_words(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    write()
