"""What does a desk officer carry into a meeting? All that is recorded of two parties, of a stream or of a theme.

Nothing is worked out here: each section is the answer of a question, asked of one snapshot, on both clocks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict

from ..domain.dates import When, day, iso
from ..domain.errors import InvalidFact, NotFound, UnknownWord
from ..domain.machine import TERM_OVER
from ..domain.near_names import meant
from ..domain.streams import KINDS, event_words
from ..domain.trait_names import ALL, MADE_AT
from ..domain.worlds import BEGIN
from ..projections.basis import OnClocks
from ..projections.columns import Column
from ..projections.concerned import Concerned, streams_of
from ..projections.diff import changed
from ..projections.due import CONSENT, agenda_rows
from ..projections.rows import in_words
from . import questions as ask
from .clocks import Day, Moment, as_of_day, resolve
from .concerning import party_named, themes_under
from .named import find_stream

if TYPE_CHECKING:
    from ..projections.basis import Clocks
    from ..projections.diff import ChangeRow
    from ..projections.due import DueRow
    from ..projections.irregular import Finding
    from ..projections.status import StatusRow
    from ..store.port import Snapshot

_OPEN: Final = frozenset(("proposed", "made", "in-progress", "stalled"))
_GUESS: Final = "did you mean"
"""What a remedy begins with that says what may have been meant (`near_names.meant`)."""
_SAID_IN: Final = ("relationship:", "dialogue:", "instrument:")


class MeetingRow(TypedDict):
    """A session of a dialogue."""

    meeting: Annotated[str, Column("text")]
    status: Annotated[str, Column("words")]
    when: Annotated[str | None, Column("text", "the day since which it is held, or its window (EDTF)")]
    where: Annotated[str | None, Column("text")]


class DialogueRow(TypedDict):
    """A dialogue with its sessions."""

    stream: Annotated[str, Column("stream")]
    title: Annotated[str | None, Column("text")]
    parties: Annotated[list[str], Column("text")]
    last: Annotated[MeetingRow | None, Column("anything", "the last session that is certainly held")]
    next: Annotated[list[MeetingRow], Column("anything", "sessions that are planned, or await their outcome")]


class CommitmentRow(TypedDict):
    """A commitment that is open, or may be."""

    stream: Annotated[str, Column("stream")]
    text: Annotated[str | None, Column("text")]
    amount: Annotated[str | None, Column("text", "how much money was undertaken, in words")]
    strength: Annotated[str | None, Column("text", "intended, or considered; null where it was undertaken")]
    obligors: Annotated[dict[str, str], Column("words", "obligor → its status")]
    status: Annotated[str, Column("words", "of the whole")]
    flags: Annotated[list[str], Column("text")]
    due: Annotated[str | None, Column("text", "EDTF")]
    since: Annotated[str | None, Column("day")]


class InstrumentRow(TypedDict):
    """A text that parties consent to."""

    stream: Annotated[str, Column("stream")]
    title: Annotated[str | None, Column("text")]
    status: Annotated[str | None, Column("words", "of the whole; null where nothing is recorded of it")]
    parties: Annotated[dict[str, str], Column("words", "party → its status")]


class OfficeRow(TypedDict):
    """An office of an organisation, and who holds it."""

    office: Annotated[str, Column("text")]
    status: Annotated[str, Column("words")]
    flags: Annotated[list[str], Column("text")]
    holder: Annotated[str | None, Column("text", "a person, or a party; null where nobody holds it")]
    since: Annotated[str | None, Column("day", "null where the term is over")]
    until: Annotated[str | None, Column("text", "the last day of the term (EDTF)")]


class OrganisationRow(TypedDict):
    """Members and offices of a party; of one that the brief is not about, what concerns those that it is about."""

    stream: Annotated[str, Column("stream")]
    title: Annotated[str | None, Column("text")]
    members: Annotated[dict[str, str], Column("words", "member → its status")]
    offices: Annotated[list[OfficeRow], Column("anything")]


class StatementRow(TypedDict):
    """What a side said, without changing a status."""

    entry: Annotated[str, Column("entry")]
    occurred: Annotated[str, Column("text", "EDTF")]
    what: Annotated[str, Column("text", "position affirmed, progress welcomed …")]
    by: Annotated[list[str], Column("text")]
    of: Annotated[str | None, Column("text", "whose act it was that was acknowledged, or to whom it was said")]
    text: Annotated[str, Column("text")]


class SourceRow(TypedDict):
    """A document that entries rest on."""

    document: Annotated[str, Column("text", "sha256:… of an archived source, or a URL or title")]
    standing: Annotated[str | None, Column("choice", "primary, secondary or null")]
    entries: Annotated[int, Column("count")]


@dataclass(frozen=True, slots=True)
class Brief(OnClocks):
    """What is recorded of two parties, a stream or a theme."""

    subject: tuple[str, ...]
    """codes of parties, or a stream, or a theme"""
    since: str | None
    """the day since which changes are told: that of the last session, unless another was named"""
    relations: list[StatusRow]
    dialogues: list[DialogueRow]
    commitments: list[CommitmentRow]
    closed: int
    """commitments that are closed, and are not listed"""
    instruments: list[InstrumentRow]
    organisations: list[OrganisationRow]
    agenda: list[DueRow]
    changes: list[ChangeRow]
    statements: list[StatementRow]
    findings: list[Finding]
    """what `check` finds, where everything is known; it has no other moment"""
    sources: list[SourceRow]

    def sections(self) -> dict[str, list[Any]]:
        """All that is told, section by section."""
        found = [{**one._asdict(), "entries": [f"#{number}" for number in one.entries]} for one in self.findings]
        for one in found:
            del one["at_once"]
        return {
            "relations": self.relations, "dialogues": self.dialogues, "commitments": self.commitments,
            "instruments": self.instruments, "organisations": self.organisations, "agenda": self.agenda,
            "changes": self.changes, "statements": self.statements, "findings": found, "sources": self.sources,
        }  # fmt: skip

    def header(self) -> dict[str, Any]:
        """Both clocks and the root, what it is about, and since when changes are told."""
        return {**self.at.header(), "subject": list(self.subject), "since": self.since, "closed": self.closed}


def brief(
    reader: Snapshot, *subject: str, since: Day = None, within: int = 365, as_of: Day = None, known_at: Moment = None,
    with_groups: bool = False,
) -> Brief:  # fmt: skip
    """The state of play between parties, or of one, of a stream or of a theme. Raises NotFound.

    `since`: from which day on changes are told; default the day of the last session held of its dialogues.
    `within`: how many days ahead the agenda looks.
    """
    if not subject:
        raise InvalidFact(["nobody is named"], "name one party, two, a stream, or a theme")
    at = resolve(reader, as_of, known_at)
    meant, streams, themes = _meant(reader, at, subject, with_groups)
    asked: dict[str, Any] = {"as_of": iso(at.day), "known_at": f"#{at.known.position}"}
    rows = list(ask.status(reader, streams, **asked).rows) if streams else []
    of_kind = {kind: [row for row in rows if row["stream"].startswith(f"{kind}:")] for kind in KINDS}
    dialogues = list(map(_dialogue, _by_stream(of_kind["dialogue"])))
    from_day = iso(as_of_day(since)) if since is not None else _last_session(dialogues)
    is_all_known = at.known.position == reader.size
    undertaken = list(_by_stream(of_kind["commitment"]))
    still_open = list(filter(None, map(_commitment, undertaken)))
    return Brief(
        at=at,
        subject=meant,
        since=from_day,
        relations=of_kind["relationship"],
        dialogues=dialogues,
        commitments=sorted(still_open, key=_pressing),
        closed=len(undertaken) - len(still_open),
        instruments=list(map(_instrument, _by_stream(of_kind["instrument"]))),
        organisations=list(filter(None, (_organisation(some, meant) for some in _by_stream(of_kind["party"])))),
        agenda=agenda_rows(reader, at.known, at.day, within, streams),
        changes=changed(reader, at.known, day(from_day), at.day, streams) if from_day else [],
        statements=list(_statements(reader, streams, at, themes)),
        findings=_found_by(reader, streams, at) if streams and is_all_known else [],
        sources=_sources(reader, streams, at),
    )


def _found_by(reader: Snapshot, streams: list[str], at: Clocks) -> list[Finding]:
    """What is irregular, less what came about by an entry of a later day than the one that is asked about.

    What rests on what (who says so) is told of the entries there are by then.
    """
    from ..projections.irregular import CHECKS
    from ..projections.irregular.sources import SOURCES

    @cache  # one entry may be in several findings
    def is_there(position: int) -> bool:
        occurred = When.parse(json.loads(reader.line(f"#{position}")[1])["occurred"]).earliest
        return occurred is None or occurred <= at.day

    found = []
    for one in ask.check(reader, streams).rows:
        there = tuple(filter(is_there, one.entries))
        if there == one.entries or (there and CHECKS[one.check].group == SOURCES):
            found.append(one._replace(entries=there))
    return found


def _meant(
    reader: Snapshot, at: Clocks, subject: Sequence[str], with_groups: bool
) -> tuple[tuple[str, ...], list[str], frozenset[str]]:
    """What is meant, the streams that concern it, and the themes that it is about, if any; raises NotFound."""
    if len(subject) == 1 and (found := _one(reader, at, subject[0])):
        return found
    parties = tuple(dict.fromkeys(party_named(reader, one) for one in subject))
    concerned = Concerned(parties=parties, with_groups=with_groups, position=at.known.position)
    return parties, streams_of(reader, at.known, at.day, concerned), frozenset()


def _one(reader: Snapshot, at: Clocks, word: str) -> tuple[tuple[str, ...], list[str], frozenset[str]] | None:
    """What one word means that is no party: a stream with what was agreed there, or a theme."""
    if word.partition(":")[0] in KINDS and not (word.startswith("party:") and not reader.has_stream(word)):
        return _stream(reader, at, word)
    try:
        party_named(reader, word)
    except NotFound as no_party:
        try:
            themes = themes_under(reader, word)
        except UnknownWord as no_theme:
            if any(reader.has_stream(f"{kind}:{word.partition('/')[0]}") for kind in KINDS):
                return _stream(reader, at, word)
            guesses = (no_party.remedy, no_theme.remedy, meant(reader.near_streams(word)))
            no_party.remedy = next((one for one in guesses if one.startswith(_GUESS)), no_party.remedy)
            raise no_party from None  # most name a party
        concerned = Concerned(themes=frozenset(themes), position=at.known.position)
        return (themes[0],), streams_of(reader, at.known, at.day, concerned), frozenset(themes)
    return None


def _stream(reader: Snapshot, at: Clocks, word: str) -> tuple[tuple[str, ...], list[str], frozenset[str]]:
    stream, part = find_stream(reader, word)
    place = stream if part is None else f"{stream}/{part}"
    return (place,), [stream, *sorted(set(_made_at(reader, at, place)) - {stream})], frozenset()


def _made_at(reader: Snapshot, at: Clocks, place: str) -> Iterator[str]:
    """The streams of which something was made at a dialogue, or at one meeting of it."""
    for reference in reader.values(MADE_AT, ALL):
        if reference == place or reference.startswith(f"{place}/"):
            yield from reader.streams_with(MADE_AT, reference, at.known, at.day)


def _by_stream(rows: Iterable[StatusRow]) -> Iterator[list[StatusRow]]:
    for _, some in groupby(rows, key=lambda row: row["stream"]):
        yield list(some)


def _dialogue(rows: list[StatusRow]) -> DialogueRow:
    meetings = [row for row in rows if row["part"].startswith("meeting/")]
    held = [row for row in meetings if row["status"] == "held" and not row["possible"]]
    ahead = [row for row in meetings if row["status"] in _AHEAD or not _AHEAD.isdisjoint(row["possible"])]
    return {
        "stream": rows[0]["stream"],
        "title": rows[0]["title"],
        "parties": rows[0]["parties"],
        "last": _meeting(max(held, key=lambda row: row["valid_from"] or "")) if held else None,
        "next": [_meeting(row) for row in sorted(ahead, key=lambda row: _day_of(row["detail"].get("window")))],
    }


_AHEAD: Final = frozenset(("proposed", "scheduled", "postponed", "in-session", "awaiting-outcome"))


def _meeting(row: StatusRow) -> MeetingRow:
    is_held = row["status"] == "held"
    goes_on = row["status"] == "in-session"
    when = row["valid_from"] if is_held or goes_on else row["detail"].get("window") or row["detail"].get("until")
    name = row["part"].partition("/")[2]
    return {"meeting": name, "status": in_words(row), "when": when, "where": row["detail"].get("venue")}


def _last_session(dialogues: Iterable[DialogueRow]) -> str | None:
    return max((one["last"]["when"] or "" for one in dialogues if one["last"]), default="") or None


def _commitment(rows: list[StatusRow]) -> CommitmentRow | None:
    whole = next((row for row in rows if row["part"] == "overall"), None)
    if whole is None or _OPEN.isdisjoint((whole["status"] or "", *whole["possible"])):
        return None
    obligors = {row["part"].partition("/")[2]: in_words(row) for row in rows if row["part"].startswith("obligor/")}
    return {
        "stream": whole["stream"],
        "text": whole["title"],
        "amount": whole["amount"],
        "strength": whole["strength"],
        "obligors": obligors,
        "status": in_words(whole),
        "flags": whole["flags"],
        "due": whole["detail"].get("due"),
        "since": whole["valid_from"],
    }


def _pressing(one: CommitmentRow) -> tuple[bool, int, str]:
    """Overdue ones first, then by what is due soonest."""
    return "overdue" not in one["flags"], _day_of(one["due"]), one["stream"]


def _day_of(text: str | None) -> int:
    latest = When.parse(text).latest if text else None
    return 10_000_000 if latest is None else max(latest, BEGIN)


def _instrument(rows: list[StatusRow]) -> InstrumentRow:
    whole = next((row for row in rows if row["part"] == "whole"), None)
    parties = {row["part"].removeprefix(CONSENT): _consent(row) for row in rows if row["part"].startswith(CONSENT)}
    status = in_words(whole) if whole else None
    return {"stream": rows[0]["stream"], "title": rows[0]["title"], "status": status, "parties": parties}


def _consent(row: StatusRow) -> str:
    """How far a party is with an instrument, and what it has announced."""
    ahead = f"effective {row['detail']['effective']}" if "effective" in row["detail"] else ""
    return ", ".join(filter(None, (in_words(row), *row["flags"], ahead)))


def _organisation(rows: list[StatusRow], subject: tuple[str, ...]) -> OrganisationRow | None:
    """What a register says of members and offices, where it says anything that the brief is about."""
    stream, title = rows[0]["stream"], rows[0]["title"]
    is_subject = stream in subject or stream.partition(":")[2] in subject
    members = {
        code: in_words(row)
        for row in rows
        if (code := row["part"].removeprefix("member/")) != row["part"] and (is_subject or code in subject)
    }
    offices = [
        _office(row)
        for row in rows
        if row["part"].startswith("office/") and (is_subject or row["detail"].get("holder") in subject)
    ]
    return {"stream": stream, "title": title, "members": members, "offices": offices} if members or offices else None


def _office(row: StatusRow) -> OfficeRow:
    office, detail = row["part"].partition("/")[2], row["detail"]
    is_held = row["status"] == "held"
    return {
        "office": office, "status": in_words(row), "flags": row["flags"],
        "holder": detail.get("holder") if is_held else None,
        "since": None if TERM_OVER in row["flags"] else row["valid_from"],
        "until": detail.get("until") if is_held else None,
    }  # fmt: skip


def _statements(reader: Snapshot, streams: Iterable[str], at: Clocks, themes: frozenset[str]) -> Iterator[StatementRow]:
    """What was said by the day: positions, interests, topics, decisions, reservations; of some themes, or of all."""
    for stream in streams:
        if not stream.startswith(_SAID_IN):
            continue
        for row in ask.show(reader, stream, as_of=iso(at.day), known_at=f"#{at.known.position}").said:
            body = row["body"]
            text = next((_text_of(body[name]) for name in _SAYS if name in body), "")
            if not text or (themes and themes.isdisjoint(body.get("themes", ()))):
                continue
            what = event_words(row["type"])
            by = list(body.get("by", filter(None, (body.get("party"),))))
            yield {
                "entry": row["entry"], "occurred": row["occurred"], "what": body.get("kind") or what, "by": by,
                "of": body.get("of") or body.get("to"), "text": text,
            }  # fmt: skip


_SAYS: Final = ("text", "act", "label", "topics", "items", "occasion", "territory")
"""Fields that hold what was said."""


def _text_of(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list | tuple) else str(value)


def _sources(reader: Snapshot, streams: Iterable[str], at: Clocks) -> list[SourceRow]:
    """The documents that the entries rest on, those on which most do first."""
    found: dict[tuple[str, str | None], int] = {}
    for stream in streams:
        for _, line in reader.lines(1, at.known.position, stream):
            for cited in json.loads(line).get("sources", ()):
                key = cited["document"], cited.get("standing")
                found[key] = found.get(key, 0) + 1
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0][0]))
    return [{"document": document, "standing": how, "entries": number} for (document, how), number in ordered]
