"""JSON Schemas of the answers: what scripts may rely on in `--json`. Words of statuses come from the tables."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from tables import DIALECT

from engagement_ledger.domain.vocabulary import statuses
from engagement_ledger.domain.worlds import UNDETERMINED
from engagement_ledger.ledger.briefs import (
    CommitmentRow,
    DialogueRow,
    InstrumentRow,
    OrganisationRow,
    SourceRow,
    StatementRow,
)
from engagement_ledger.ledger.catching_up import NewRow, PutRightRow
from engagement_ledger.ledger.supposing import AccountRow
from engagement_ledger.projections.blame import OriginRow
from engagement_ledger.projections.columns import Column
from engagement_ledger.projections.diff import ChangeRow, LearnedRow, SaidRow
from engagement_ledger.projections.due import DueRow
from engagement_ledger.projections.replay import StepRow
from engagement_ledger.projections.rows import PeriodRow
from engagement_ledger.projections.said import SpokenRow
from engagement_ledger.projections.show import MadeThereRow
from engagement_ledger.projections.status import CountRow, StatusRow, TallyRow

Schema = dict[str, Any]


def _object(properties: Schema, **more: Any) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
        **more,
    }


def _array(items: Schema, text: str = "") -> Schema:
    return {"type": "array", "items": items, **({"description": text} if text else {})}


def _said(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


TEXT: Final[Schema] = {"type": "string"}
DAY: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
INSTANT: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$"}
HEX: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
ENTRY: Final[Schema] = {"type": "string", "pattern": "^#[1-9][0-9]*$"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
POSITION: Final[Schema] = {"type": "integer", "minimum": 1}
STREAM: Final[Schema] = {"type": "string", "pattern": "^(relationship|dialogue|commitment|instrument|party):"}
ID: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
WORD: Final[Schema] = {"enum": [*statuses()]}
PART: Final[Schema] = {
    "type": "string",
    "description": "relations, partnership/NZ, mission/US>NZ, series, meeting/2, overall, obligor/NZ, whole, "
    "consent/NZ, member/WS, coverage/relationship:*",
}

KNOWN_AT: Final = _object(
    {
        "position": _said(COUNT, "the last position known; 0 in an empty ledger"),
        "known": _said(_or_null(INSTANT), "known time of the last group up to there"),
    }
)
COVERAGE: Final = _array(
    _object(
        {
            "scope": _said(TEXT, "pattern of streams"),
            "until": _said(TEXT, "last day on which the register was kept up (EDTF)"),
            "declared": ENTRY,
            "passed": _said({"type": "boolean"}, "whether the day asked about lies past it"),
        }
    ),
    "how far registers were kept up",
)
UNKNOWN_TYPES: Final = _array(TEXT, "types of facts that only a newer version knows, and that could change the answer")
CLOCKS: Final[Schema] = {
    "as_of": _said(DAY, "the day in the world, resolved; the answer holds at its end"),
    "known_at": _said(KNOWN_AT, "what the record knew, resolved"),
    "size": _said(COUNT, "entries that the answer rests on"),
    "root": _said(HEX, "root of the tree over those entries (RFC 9162)"),
    "projection": _said({"type": "boolean"}, "whether the day lies after what was known"),
    "coverage": COVERAGE,
    "unknown_types": UNKNOWN_TYPES,
}
OF_KIND: Final[dict[str, Schema]] = {
    "anything": {},
    "count": COUNT,
    "day": DAY,
    "entry": ENTRY,
    "instant": INSTANT,
    "null": {"type": "null"},
    "part": PART,
    "position": POSITION,
    "stream": STREAM,
    "text": TEXT,
    "word": WORD,
    "word or undetermined": {"enum": [*statuses(), UNDETERMINED]},
    "words": TEXT,
}
"""Kind of a column → what its values are."""


def row(declared: Any) -> Schema:
    """The schema of a row, from its declaration."""
    return _object(
        {name: _column(*get_args(one)) for name, one in get_type_hints(declared, include_extras=True).items()}
    )


def _column(kind: Any, column: Column) -> Schema:
    inner = OF_KIND.get(column.kind, {})
    kinds = [one for one in get_args(kind) if one is not type(None)]
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is list:
        return _array(inner, column.means)
    if get_origin(kind) is dict:
        found: Schema = {"type": "object", **({"additionalProperties": inner} if inner else {})}
    else:
        found = _or_null(inner) if kinds and type(None) in get_args(kind) else inner
    return _said(found, column.means) if column.means else found


PERIOD: Final = row(PeriodRow)
SAID: Final = row(SpokenRow)
MOMENTS: Final[Schema] = {
    "type": "array",
    "items": {"type": "string", "pattern": "^#[0-9]+$"},
    "minItems": 2,
    "maxItems": 2,
}
"""Two moments, by their positions."""
ENTRY_LINE: Final[Schema] = {"$ref": "../facts/entry.schema.json"}

DECLARED: Final[dict[str, tuple[str, str, Schema]]] = {
    "status": ("engage status", "What stands where on a day.", {**CLOCKS, "rows": _array(row(StatusRow))}),
    "status-count-by": (
        "engage status --count --by WHAT",
        "How many streams there are of each party, theme, kind or year, or of several of these together.",
        {**CLOCKS, "rows": _array({**row(TallyRow), "required": ["count"]})},
    ),
    "status-count": (
        "engage status --count",
        "How many stand where on a day.",
        {
            **CLOCKS,
            "rows": _array(row(CountRow)),
        },
    ),
    "show": (
        "engage show STREAM",
        "What is known of one aggregate.",
        {
            **CLOCKS,
            "aggregate": {
                "type": "object",
                "required": ["stream", "version"],
                "properties": {"stream": STREAM, "version": _said(COUNT, "number of entries")},
            },
            "rows": _array(PERIOD),
            "said": _array(SAID, "what was said by that day, and no status shows"),
            "made_there": _array(row(MadeThereRow), "what was agreed by that day at a dialogue, meeting or statement"),
        },
    ),
    "timeline": (
        "engage timeline",
        "Every period of one stream, as known then.",
        {**CLOCKS, "rows": _array(PERIOD)},
    ),
    "log": (
        "engage log",
        "Entries as they count: corrected, and marked with what put them right.",
        {"known_at": KNOWN_AT, "size": COUNT, "unknown_types": UNKNOWN_TYPES, "entries": _array(ENTRY_LINE)},
    ),
    "search": (
        "engage search",
        "Entries that hold all words.",
        {"size": COUNT, "unknown_types": UNKNOWN_TYPES, "entries": _array(ENTRY_LINE)},
    ),
    "brief": (
        "engage brief",
        "What to know before a meeting: of two parties, a stream or a theme.",
        {
            **CLOCKS,
            "subject": _array(TEXT, "codes of parties, or a stream, or a theme"),
            "since": _or_null(OF_KIND["day"]),
            "closed": {**COUNT, "description": "commitments that are closed, and are not listed"},
            "relations": _array(row(StatusRow)),
            "dialogues": _array(row(DialogueRow)),
            "commitments": _array(row(CommitmentRow)),
            "instruments": _array(row(InstrumentRow)),
            "organisations": _array(row(OrganisationRow)),
            "agenda": _array(row(DueRow)),
            "changes": _array(row(ChangeRow)),
            "statements": _array(row(StatementRow)),
            "findings": _array(_object({"check": TEXT, "stream": STREAM, "message": TEXT, "entries": _array(ENTRY)})),
            "sources": _array(row(SourceRow)),
        },
    ),
    "catch-up": (
        "engage catch-up",
        "What the ledger learned since somebody last looked.",
        {
            "known": MOMENTS,
            "size": COUNT,
            "root": HEX,
            "entries": COUNT,
            "unknown_types": UNKNOWN_TYPES,
            "put_right": _array(row(PutRightRow)),
            "changes": _array(row(LearnedRow)),
            "new": _array(row(NewRow)),
            "said": _array(row(SaidRow)),
        },
    ),
    "accounts": (
        "engage check accounts --between PARTY PARTY",
        "What two sides' sources tell differently.",
        {"between": _array(TEXT), "accounts": _array(row(AccountRow))},
    ),
    "diff": (
        "engage diff DAY..DAY",
        "What changed in the world after the end of one day and by the end of another.",
        {
            **CLOCKS,
            "between": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2},
            "changes": _array(row(ChangeRow)),
        },
    ),
    "diff-known": (
        "engage diff --known K1..K2",
        "What the ledger learned between two moments.",
        {
            "known": MOMENTS,
            "size": COUNT,
            "root": HEX,
            "unknown_types": UNKNOWN_TYPES,
            "said": _array(
                row(SaidRow),
                "what was said, without changing a status, that is known otherwise",
            ),
            "changes": _array(row(LearnedRow)),
        },
    ),
    "blame": (
        "engage blame",
        "Which entry set each value, who entered it, and on which source.",
        {
            "known_at": KNOWN_AT,
            "stream": STREAM,
            "size": COUNT,
            "unknown_types": UNKNOWN_TYPES,
            "rows": _array(row(OriginRow)),
        },
    ),
    "due": (
        "engage due",
        "The agenda on a day.",
        {
            **CLOCKS,
            "rows": _array(row(DueRow)),
        },
    ),
    "check": (
        "engage check",
        "What was taken in although it is odd.",
        {
            "unknown_types": UNKNOWN_TYPES,
            "findings": _array(_object({"check": TEXT, "stream": STREAM, "message": TEXT, "entries": _array(ENTRY)})),
        },
    ),
    "verify": (
        "engage verify",
        "Whether the ledger agrees with itself.",
        {
            "size": COUNT,
            "root": HEX,
            "intact": {"type": "boolean"},
            "checkpoint": _said(
                _or_null(
                    _object(
                        {
                            "size": _said(COUNT, "the first so many entries are covered"),
                            "of": _said(TEXT, "what it was held against, in words"),
                            "signatures": _said(_array(TEXT), "who signed and cosigned it, in words"),
                        }
                    )
                ),
                "what it was held against and agrees with; null where there was nothing",
            ),
            "problems": _array(_object({"problem": TEXT})),
        },
    ),
    "checkpoints": (
        "engage checkpoint list",
        "The checkpoints that the ledger keeps.",
        {
            "checkpoints": _array(
                _object(
                    {
                        "name": _or_null(TEXT),
                        "size": _said(COUNT, "the first so many entries are covered"),
                        "root": _said(TEXT, "in base64, as in the checkpoint"),
                        "signed_by": _said(_array(TEXT), "names of keys"),
                        "cosigned_by": _said(_array(TEXT), "names of keys of witnesses"),
                        "timestamps": _said(_array(TEXT), "authorities whose tokens are kept"),
                        "added_at": INSTANT,
                        "added_by": TEXT,
                    }
                )
            )
        },
    ),
    "replay": (
        "engage replay",
        "What each entry changed, from entry 1 on.",
        {
            "known_at": KNOWN_AT,
            "unknown_types": UNKNOWN_TYPES,
            "steps": _array(row(StepRow)),
        },
    ),
    "replay-end": (
        "engage replay --end",
        "The periods held true at the end.",
        {"known_at": KNOWN_AT, "unknown_types": UNKNOWN_TYPES, "rows": _array(PERIOD)},
    ),
    "receipt": (
        "engage append, correct, retract, and every fact command",
        "What became of each fact.",
        {
            "size": COUNT,
            "rows": _array(
                _object(
                    {
                        "outcome": {"enum": ["created", "exists"]},
                        "position": POSITION,
                        "entry_id": ID,
                        "stream": STREAM,
                        "version": POSITION,
                        "new_stream": _said({"type": "boolean"}, "whether this is the first entry of its stream"),
                        "status": _said(
                            {"type": "object", "additionalProperties": TEXT},
                            "part → what it shows today, for each part whose periods changed",
                        ),
                    }
                )
            ),
        },
    ),
    "sources": (
        "engage source list",
        "The archived sources.",
        {
            "sources": _array(
                _object(
                    {
                        "document": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                        "title": _or_null(TEXT),
                        "media": _or_null(TEXT),
                        "language": _said(_or_null(TEXT), "BCP 47"),
                        "published": _said(_or_null(TEXT), "EDTF"),
                        "publisher": _said(_or_null(TEXT), "a party"),
                        "url": _or_null(TEXT),
                        "bytes": COUNT,
                        "entry": _said(_or_null(TEXT), "that says that it is held; null for what was archived before"),
                        "added_at": INSTANT,
                        "added_by": TEXT,
                    }
                )
            )
        },
    ),
}


def _supposed(schema: Schema) -> Schema:
    """A schema whose answer may be of what is supposed: then its head says so."""
    if "as_of" in schema["properties"]:
        schema["properties"] |= {
            "assuming": _said(COUNT, "with --assuming: so many facts were supposed"),
            "recorded": _said(
                KNOWN_AT, "with --assuming: what is recorded, and has `root`; `known_at` and `size` count on from it"
            ),
            "according_to": _said(TEXT, "with --according-to: whose sources alone were asked"),
        }
    return schema


SCHEMAS: Final[dict[str, Schema]] = {
    name: {"$schema": DIALECT, "title": f"{command} --json", "description": text, **_supposed(_object(properties))}
    for name, (command, text, properties) in DECLARED.items()
}
