"""Writes one stored line of every type of fact into tests/golden/lines, once: what is there is never touched.

    .venv/bin/python tests/golden/make_lines.py [FOLDER]

Run it when a type, or a version of one, was added; commit what it makes, and never edit it. Every field of the
type is given a value other than its default, so that the form of each is kept.
"""

from __future__ import annotations

import sys
import types
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from engagement_ledger.domain.catalogue import ANY_KIND, CATALOGUE
from engagement_ledger.domain.dates import When
from engagement_ledger.domain.entry import Citation, Draft, Fact, Model
from engagement_ledger.domain.intervals import Interval
from engagement_ledger.record.lines import derived_id, ledger_bytes, writer_bytes

FOLDER = Path(__file__).parent / "lines"
WORDS = {
    "document": "https://example.org/joint-statement", "quote": "the two sides agreed", "prefix": "On Monday, ",
    "suffix": " to meet again", "language": "mi-NZ", "publisher": "NZ", "made_at": "dialogue:nz-us/meeting/2",
    "entry": "4f1c9b1e-5d0a-8c3e-9a41-0123456789ab", "languages": "en", "meeting": "2", "statement": "s1",
    "by_commitment": "commitment:nz-us-2", "by_dialogue": "dialogue:nz-us-2", "by_instrument": "instrument:nz-us-2",
    "into": "commitment:nz-us-2",
    "part_of": "commitment:nz-us-9", "due_at": "dialogue:nz-us/meeting/3",
    "on_the_margins_of": "dialogue:nz-us/meeting/1", "value": "810000000.50", "currency": "NZD",
    "digest": "sha256:" + "ab" * 32, "signed_root": "cd" * 32,
}  # fmt: skip
PARTIES = {
    "obligor": "NZ", "lead": "NZ", "by": "NZ", "of": "US", "party": "WS", "sender": "NZ", "host": "US", "power": "CH",
    "assessor": "org:PIF", "to": "AU", "through": "org:PIF",
    "decided_by": "US", "initiator": "NZ", "scheme": "NZ", "member": "FJ",
}  # fmt: skip
DATES = {
    "published": "2026-02",
    "window": "2026-36",
    "due": "../2026-12-31",
    "until": "2026-02-04",
    "effective": "2027-01-01",
    "expected_until": "2026-02-05",
}


def value(name: str, annotation: Any, number: int = 0) -> Any:
    """A value of the declared type: the field's own words where it has some, else something told apart by name."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return value(name, next(one for one in inner if one is not type(None)), number)
    if origin is Literal:
        return inner[-1]
    if origin is tuple:
        return [value(name, inner[0], place) for place in range(2)]
    if hasattr(annotation, "__metadata__"):
        return value(name, inner[0] if inner else annotation.__origin__, number)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return {field: value(field, one.annotation) for field, one in annotation.model_fields.items()}
    if annotation is Interval:
        return "2026/2029"
    plain = {bool: True, int: 2, Decimal: "12.50", When: DATES.get(name, "2026-03~")}
    return plain.get(annotation) or _text(name, number)


def _text(name: str, number: int) -> str:
    if name in ("obligors", "obligees", "beneficiaries", "parties", "issuers", "invited", "successors", "by"):
        return ("NZ", "US")[number]
    if name in WORDS:
        return WORDS[name] + (str(number + 1) if name == "into" and number else "")
    return PARTIES.get(name) or f"{name.replace('_', '-')}-{number + 1}"


def fact_of(kind: type[Fact]) -> Fact:
    """A fact of that type with every field given."""
    body = {name: value(name, field.annotation) for name, field in kind.model_fields.items()}
    if "not_assessed" in body:
        del body["score"]  # there is a verdict, or it is said why there is none
    if "changes" in body:
        body["changes"] = {"occurred": "2026-02-01", "note": None, "obligors": ["NZ"]}
    return kind.model_validate(body)


def line_of(kind: type[Fact]) -> bytes:
    """A stored line of that type with every field of the envelope given."""
    group = "dialogue" if kind in ANY_KIND else kind.KIND
    draft = Draft(
        stream=f"{group}:nz-us", fact=fact_of(kind), occurred=When.parse("2026-02-02"), entry_id="", recorded_by="Mere",
        occurred_text="on Monday – “early”", after=("4f1c9b1e-5d0a-8c3e-9a41-0123456789ab",),
        builds_on=("dialogue:nz-us/statement/1", "instrument:nz-us-2"),
        known_since="2026-02-02T23:30:00.000000Z",
        sources=(Citation.model_validate(value("sources", Citation)), Citation(document="sha256:" + "ab" * 32)),
        note="kia ora \u202e\n\"\\ \U0001f54a", tags=("space", "māori"), correlation="batch 7",
    )  # fmt: skip
    written = replace(draft, entry_id=derived_id(draft))
    return ledger_bytes(12, 14, 3, "2026-02-03T09:00:01.000002Z", "2026-02-03T08:00:00.000000Z") + writer_bytes(written)


def main(folder: Path) -> None:
    """Make the lines that are missing."""
    folder.mkdir(exist_ok=True)
    for name, kind in CATALOGUE.items():
        file = folder / (name.replace("/", "-") + ".jsonl")
        if not file.exists():
            line = line_of(kind)
            with file.open("xb") as out:
                out.write(line + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
