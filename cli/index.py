"""Which fact commands are there? An index of the declarations that loads without them.

Help and completion must not wait for the events to be imported, so what the commands need of each declaration
(verb, help, options) is written to `commands.json`. A test holds the file against the declarations.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

INDEX: Final = Path(__file__).resolve().with_name("commands.json")


@cache
def commands() -> dict[str, dict[str, dict[str, Any]]]:
    """Kind of aggregate → verb → {type, help, fields}."""
    found: dict[str, dict[str, dict[str, Any]]] = json.loads(INDEX.read_text(encoding="utf-8"))
    return found


def built() -> dict[str, dict[str, dict[str, Any]]]:
    """The index as the declarations have it; imports them all."""
    from ..domain.catalogue import ANY_KIND, CATALOGUE
    from ..domain.describing import described
    from ..domain.streams import OWN

    described()
    index: dict[str, dict[str, dict[str, Any]]] = {}
    for fact in CATALOGUE.values():
        if fact in ANY_KIND or fact.KIND in OWN:
            continue
        verbs = index.setdefault(fact.KIND, {})
        if fact.VERB in verbs:
            raise ValueError(f"{fact.KIND} {fact.VERB} is declared twice")
        verbs[fact.VERB] = {
            "type": fact.TYPE,
            "help": " ".join((fact.__doc__ or "").split()),
            "fields": [_field(fact, name) for name in fact.model_fields],
        }
    return index


def _field(fact: Any, name: str) -> dict[str, Any]:
    from ..domain.dates import When
    from ..domain.intervals import Interval
    from ..ledger.drafts import model_in, words_of

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
    if {When, Interval} & {annotation, *getattr(annotation, "__args__", ())}:
        found["date"] = True
    return found


def write() -> None:
    """Write the index anew."""
    INDEX.write_text(text(), encoding="utf-8")


def text() -> str:
    """The index as the file should hold it."""
    return json.dumps(built(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    write()
