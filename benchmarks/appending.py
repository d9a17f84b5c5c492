"""What does one durable append in process cost us? `python appending.py LEDGER N`: seconds of each, as JSON.

Every append makes a draft from plain values (validated), is judged, and is written with its rows and tree.
`python appending.py LEDGER N STREAM`: the next reports at the end of that stream, dialogue or relationship.
`python appending.py LEDGER N STREAM LATE`: reports that come late, with so many entries of the stream after them.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date, timedelta

FIRST = date(1900, 1, 1)
MISSIONS = {"long": 20_000, "short": 100}
LEVELS = ("embassy", "legation", "consulate")


def _new(number: int) -> dict[str, object]:
    return {
        "stream": f"commitment:new-{time.time_ns()}",
        "type": "commitment.made/1",
        "occurred": "2026-01-01",
        "sources": [{"document": f"https://example.org/statements/{number}", "publisher": "NZ"}],
        "body": {
            "obligors": ["NZ"],
            "kind": "achievement",
            "text": f"Cooperate on matter {number} as the parties set out in their joint statement",
            "due": "2040-12-31",
        },
    }


def _next(stream: str) -> dict[str, object]:
    """One more fact at the end of a long stream."""
    stamp = f"{time.time_ns()}"
    if stream.startswith("dialogue:"):
        body = {"meeting": f"m{stamp}"}
        return {"stream": stream, "type": "dialogue.meeting-held/1", "occurred": "2026-01-02", "body": body}
    body = {"by": ["NZ", "US"], "text": f"a free and open region, said again as {stamp}"}
    return {"stream": stream, "type": "relationship.position-affirmed/1", "occurred": "2026-01-02", "body": body}


def mission(name: str, number: int, after: str = "") -> dict[str, object]:
    """The level of one mission, every other day."""
    day = FIRST + timedelta(2 * number + (1 if after else 0))
    level = LEVELS[number % 2] if not after else LEVELS[2]
    body: dict[str, object] = {"sender": "NZ", "host": "US", "level": level}
    fact = {"type": "relationship.mission-at-level/1", "occurred": day.isoformat(), "body": body}
    return {"stream": f"relationship:missions-{name}", **fact, **({"note": after} if after else {})}


def main(path: str, times: int, stream: str = "", late: str = "") -> None:
    """Append one at a time."""
    from engagement_ledger.ledger.application import open_ledger  # noqa: PLC0415 - likewise
    from engagement_ledger.ledger.drafts import draft_of  # noqa: PLC0415 - `mission` is asked for by who has none of it

    taken = []
    with open_ledger(path) as ledger:
        for number in range(times):
            if late:
                name = stream.partition("missions-")[2]
                raw = mission(name, MISSIONS[name] - int(late) + number, f"{time.time_ns()}")
            else:
                raw = _next(stream) if stream else _new(number)
            started = time.perf_counter()
            ledger.append(draft_of(raw, recorded_by="bench", resolve=str))
            taken.append(time.perf_counter() - started)
    print(json.dumps({"seconds": taken}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
