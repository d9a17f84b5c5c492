"""What is due, overdue, awaiting its outcome, or silent?

Silent is a commitment that was not mentioned at the next held session of the dialogue it was made at. It joins
two streams, so it is a query and never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ..domain.dates import When, iso
from ..domain.worlds import Standing

COLUMNS: Final = ("what", "stream", "part", "when", "status", "note")


class Session(NamedTuple):
    """A meeting that is held, or may be, by a day."""

    dialogue: str
    meeting: str
    from_day: int
    certain: bool


class Mention(NamedTuple):
    """A fact of a commitment that was made at a meeting."""

    commitment: str
    dialogue: str
    meeting: str | None


def dated(rows: Iterable[tuple[str, str, Standing]], day: int, horizon: int) -> Iterator[dict[str, Any]]:
    """Yield what is overdue on `day`, due by `horizon`, awaiting an outcome, or planned until then."""
    for stream, part, standing in rows:
        detail = dict(standing.detail)
        # What is undetermined between open words is as open as they are.
        words = {standing.status} if standing.status else set(standing.possible)
        if "overdue" in standing.flags:
            yield _row("overdue", stream, part, detail.get("due"), standing)
        elif standing.status == "awaiting-outcome":
            yield _row("awaiting outcome", stream, part, detail.get("window"), standing)
        elif (
            words & {"made", "in-progress", "stalled", "proposed"}
            and "due" in detail
            and _begins_by(detail["due"], horizon)
        ):
            yield _row("due", stream, part, detail["due"], standing)
        elif (
            words & {"scheduled", "postponed", "proposed"}
            and "window" in detail
            and _begins_by(detail["window"], horizon)
        ):
            yield _row("planned", stream, part, detail["window"], standing)


def _begins_by(text: str, horizon: int) -> bool:
    earliest = When.parse(text).earliest
    return earliest is None or earliest <= horizon


def _row(what: str, stream: str, part: str, when: str | None, standing: Standing) -> dict[str, Any]:
    note = f"possibly {' or '.join(standing.possible)}" if standing.possible else None
    return {
        "what": what,
        "stream": stream,
        "part": part,
        "when": when,
        "status": standing.status,
        "note": note,
    }


def silent(
    made_at: Mapping[str, tuple[str, str]], sessions: Sequence[Session], mentions: Iterable[Mention]
) -> Iterator[dict[str, Any]]:
    """Yield the commitments that the next held session of their dialogue did not mention.

    `made_at`: commitment → (dialogue, meeting) at which it was made.
    """
    mentioned: dict[str, set[tuple[str, str | None]]] = {}
    for one in mentions:
        mentioned.setdefault(one.commitment, set()).add((one.dialogue, one.meeting))
    for commitment, (dialogue, meeting) in made_at.items():
        following = next_session(sessions, dialogue, meeting)
        if following is None or (dialogue, following.meeting) in mentioned.get(commitment, set()):
            continue
        yield {
            "what": "silent",
            "stream": commitment,
            "part": None,
            "when": iso(following.from_day),
            "status": None,
            "note": f"not mentioned at {dialogue}/meeting/{following.meeting}",
        }


def next_session(sessions: Sequence[Session], dialogue: str, meeting: str) -> Session | None:
    """The first session of a dialogue that is certainly held after the given one."""
    made = next((one for one in sessions if one.dialogue == dialogue and one.meeting == meeting), None)
    later = [
        one
        for one in sessions
        if one.dialogue == dialogue
        and one.certain
        and one.meeting != meeting
        and (made is None or one.from_day > made.from_day)
    ]
    return min(later, key=lambda one: one.from_day, default=None)
