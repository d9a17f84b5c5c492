"""What is a line by which a fact is recorded? Made from the declaration of its type: what it needs, and little more.

`index` writes one for each type into `commands.json`; the help prints it, and a test runs it.
"""

from __future__ import annotations

from typing import Any, Final

_STREAMS: Final = {
    "relationship": "nz-us",
    "dialogue": "nz-us-talks",
    "commitment": "nz-us-2026-c1",
    "instrument": "nz-us-minerals",
    "party": "org:PIF",
}
"""Kind of aggregate → a stream of it, as the command takes it."""
_VALUES: Final[dict[str, str | tuple[str, ...]]] = {
    "obligors": ("NZ", "US"),
    "obligor": "NZ",
    "parties": ("NZ", "US"),
    "issuers": ("NZ", "US"),
    "by": "NZ",
    "of": "US",
    "party": "NZ",
    "member": "WS",
    "assessor": "AU",
    "sender": "US",
    "host": "NZ",
    "power": "CH",
    "into": ("commitment:nz-us-2026-c6", "commitment:nz-us-2026-c7"),
    "by_commitment": "commitment:nz-us-2026-c6",
    "meeting": "1",
    "window": "2026-03-10",
    "due": "2026-09",
    "until": "2026-01",
    "scope": "dialogue:*",
    "amount": "800000; USD; at-least",
    "participants": ("Ana Vale; Director; NZ; chair",),
    "evidence": "A report",
    "title": "Annual talks",
    "name": "Pacific Islands Forum",
    "text": "Open an office in Suva",
    "act": "Sent aid after the cyclone",
    "label": "Strategic partnership",
    "venue": "Suva",
    "items": ("Fisheries", "Trade"),
    "claim": "Nothing was undertaken",
    "scheme": "NZ",
    "to": "US",
    "topics": ("Fisheries", "Trade"),
    "territory": "Tokelau",
    "office": "secretary-general",
}
"""Field → what may stand there; where there are words to choose from, the first of them does."""
_OF_VERBS: Final = {
    ("assess", "scheme"): "Yearly review",
    ("join", "obligor"): "FJ",
    ("join", "member"): "FJ",
    ("propose", "title"): "Critical minerals framework",
    ("open", "title"): "New Zealand and the United States",
    ("rename", "name"): "The Forum",
    ("affirm", "text"): "The Pacific should be peaceful",
    ("affirm-interest", "text"): "More trade with each other",
    ("welcome", "text"): "Closer cooperation on fisheries",
    ("express-concern", "text"): "Coercion at sea",
    ("anticipate", "text"): "A meeting of ministers later this year",
    ("acknowledge", "act"): "Opened its market to fruit",
    ("decide", "text"): "To meet every year",
    ("reserve", "text"): "Disputes go to no court without its consent",
    ("register", "kind"): "organisation",
    ("mission", "level"): "embassy",
    ("assume-office", "office"): "secretary-general",
    ("vacate-office", "office"): "secretary-general",
}
"""Verb and field → what may stand there of this verb."""
_ONE_OF: Final = {"assess": ("score", "on track"), "assume-office": ("person", "Ana Vale")}
"""Verb → one of the fields of which it needs one, and what may stand there."""
_ALSO: Final = {"hold": ("participants",), "make": ("due", "amount"), "postpone": ("window",)}
"""Verb → fields that it does not need, and that people look for."""
_ON: Final = "2026-02-05"
_SINCE_WHEN: Final = {"recognise": f"../{_ON}"}
"""Verb → its date, where the source does not say when it was done first."""


def example(kind: str, verb: str, fields: list[dict[str, Any]]) -> list[str]:
    """The words after `engage KIND VERB`. Raises KeyError where a field that is needed has no value here."""
    words = [_STREAMS[kind]]
    for field in fields:
        name = field["name"]
        if field.get("required") or name in _ALSO.get(verb, ()):
            value = _OF_VERBS.get((verb, name)) or (field["words"][0] if field.get("words") else _VALUES[name])
            values = (value,) if isinstance(value, str) else value if field.get("many") else value[:1]
            words += [word for one in values for word in ("--" + name.replace("_", "-"), one)]
    if verb in _ONE_OF:
        name, value = _ONE_OF[verb]
        words += [f"--{name}", value]
    return [*words, "--on", _SINCE_WHEN.get(verb, _ON)]
