"""How is a brief told? Section by section, what presses first, in words that can be read out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..domain.countries import name_of
from ..domain.quarters import quarters
from ..domain.streams import KINDS
from ..ledger.briefs import Brief, CommitmentRow, DialogueRow, InstrumentRow, MeetingRow, OrganisationRow
from ..projections.rows import in_words
from .document import Document, Items, Section

_SAID: dict[str, str] = {
    "partnership reaffirmed": "reaffirmed the partnership",
    "position affirmed": "affirmed",
    "interest affirmed": "affirmed an interest",
    "progress welcomed": "welcomed",
    "act acknowledged": "acknowledged",
    "engagement anticipated": "look ahead to",
    "concern expressed": "expressed concern",
    "topics discussed": "discussed",
    "decision taken": "decided",
    "agenda set": "agreed the agenda",
    "reservation made": "made a reservation",
    "reservation withdrawn": "withdrew a reservation",
    "objection made": "objected to the reservation of",
    "territory covered": "extended it to",
    "thanks": "thanked",
    "condolence": "offered condolences to",
    "congratulation": "congratulated",
    "welcome": "welcomed",
    "apology": "apologised to",
}
_TO_SOMEBODY = frozenset(("thanks", "condolence", "congratulation", "welcome", "apology", "objection made"))


def document(brief: Brief) -> Document:
    """A brief as a document."""
    made = Document(_title(brief), [Section("As of", [_clocks(brief), f"Root {brief.at.root()}"])])

    def section(heading: str, items: Iterable[str], otherwise: str = "") -> None:
        told = list(items)
        if told or otherwise:
            made.sections.append(Section(heading, [Items(told) if told else otherwise]))

    told = (
        brief.relations, brief.dialogues, brief.commitments, brief.instruments, brief.organisations, brief.agenda,
        brief.statements,
    )  # fmt: skip
    if not any(told) and not brief.closed:
        made.sections.append(Section("State of play", ["Nothing certain is recorded about it by that day."]))
        return made
    is_of_parties = not any(one.partition(":")[0] in KINDS for one in brief.subject)
    none = "No status of relations or of a partnership is recorded." if is_of_parties else ""
    section("Relations", map(_relation, brief.relations), none)
    section("Meetings", (line for one in brief.dialogues for line in _dialogue(one)))
    section(
        f"Open commitments ({len(brief.commitments)})" if brief.commitments else "Open commitments",
        map(_commitment, brief.commitments),
        f"None is open; {brief.closed} closed." if brief.closed else "None is recorded." if is_of_parties else "",
    )
    section("Instruments", map(_instrument, brief.instruments))
    section("Members and offices", (line for one in brief.organisations for line in _organisation(one)))
    section("To watch", (_agenda(row) for row in brief.agenda if _is_told(row)))
    since = f"Changed since {brief.since}" if brief.since else "Changed"
    changes = [row for row in brief.changes if not row["part"].startswith("obligor/")]
    section(since, map(_change, changes), "Nothing is recorded to have changed since." if brief.since else "")
    section("What was said", (_statement(row) for row in brief.statements))
    section("Irregular", _findings(brief))
    section("Sources", (_source(row) for row in brief.sources))
    return made


def _is_told(row: Mapping[str, Any]) -> bool:
    """What is planned or awaited stands with the meetings; what each obligor owes, with the commitment as a whole."""
    return row["what"] not in ("planned", "awaiting outcome") and not (row["part"] or "").startswith("obligor/")


def _title(brief: Brief) -> str:
    registered = {one["stream"].partition(":")[2]: one["title"] for one in brief.organisations}
    names = [registered.get(one.removeprefix("party:")) or name_of(one) for one in brief.subject]
    return f"Brief: {' and '.join(names)}"


def _clocks(brief: Brief) -> str:
    header = brief.header()
    known = header["known_at"]
    when = f", {known['known'][:16].replace('T', ' ')} UTC" if known["known"] else ""
    ahead = "; that day lies after what was known" if header["projection"] else ""
    passed = [one["scope"] for one in header["coverage"] if one["passed"]]
    beyond = f"; past the coverage of {', '.join(passed)}" if passed else ""
    return f"{header['as_of']}, as known at #{known['position']}{when}{ahead}{beyond}"


def _status(row: Mapping[str, Any]) -> str:
    flags = f" [{', '.join(row['flags'])}]" if row["flags"] else ""
    return in_words(row).replace("-", " ") + flags


def _relation(row: Mapping[str, Any]) -> str:
    part, _, name = row["part"].partition("/")
    what = f"{part} {name}" if name else part
    detail = ", ".join(f"{key} {quarters(value)}" for key, value in row["detail"].items())
    since = f", since {row['valid_from']}" if row["valid_from"] else ""
    return f"{what}: {_status(row)}{since}{f' ({detail})' if detail else ''}"


def _dialogue(one: DialogueRow) -> Iterator[str]:
    name = one["title"] or one["stream"]
    last = f"last held {_meeting(one['last'])}" if one["last"] else "no session is recorded as held"
    yield f"{name}: {last}"
    for meeting in one["next"]:
        yield f"{name}, session {meeting['meeting']}: {meeting['status'].replace('-', ' ')}, {_meeting(meeting)}"


def _meeting(row: MeetingRow) -> str:
    when = quarters(row["when"]) if row["when"] else "no date"
    return ", ".join(filter(None, (when, row["where"])))


def _commitment(row: CommitmentRow) -> str:
    alike = set(row["obligors"].values())
    whom = ", ".join(row["obligors"]) if len(alike) <= 1 else "; ".join(f"{a}: {b}" for a, b in row["obligors"].items())
    due = f", due {quarters(row['due'])}" if row["due"] else ""
    flags = f" [{', '.join(row['flags'])}]" if row["flags"] else ""
    stands = row["status"].replace("-", " ")
    status = (row["strength"] or stands) if stands == "made" else ", ".join(filter(None, (row["strength"], stands)))
    status = status if len(alike) <= 1 else f"as a whole {status}"
    amount = f", {row['amount']}" if row["amount"] else ""
    return f"{row['text'] or row['stream']}{amount} ({whom}) {status}{flags}{due}{_stream(row['text'], row)}"


def _instrument(row: InstrumentRow) -> str:
    parties = "; ".join(f"{code} {status}" for code, status in row["parties"].items())
    status = (row["status"] or "no status as a whole is recorded").replace("-", " ")
    whose = f" ({parties})" if parties else ""
    return f"{row['title'] or row['stream']}: {status}{whose}{_stream(row['title'], row)}"


def _organisation(row: OrganisationRow) -> Iterator[str]:
    name = row["title"] or row["stream"]
    by_status: dict[str, list[str]] = {}
    for code, status in row["members"].items():
        by_status.setdefault(status.replace("-", " "), []).append(code)
    for status, codes in by_status.items():
        yield f"{name}, {_MEMBERS.get(status, status)}: {', '.join(codes)}"
    for office in row["offices"]:
        holder = office["holder"] or office["status"].replace("-", " ")
        since = f", since {office['since']}" if office["since"] else ""
        until = f", until {quarters(office['until'])}" if office["until"] else ""
        flags = f" [{', '.join(office['flags'])}]" if office["flags"] else ""
        yield f"{name}, {office['office']}: {holder}{since}{until}{flags}"


_MEMBERS = {"member": "members", "left": "former members", "applied": "applied for membership"}


def _stream(title: str | None, row: Mapping[str, Any]) -> str:
    """The stream beside its title; where it has none, it stands in the place of one."""
    return f" · {row['stream']}" if title else ""


def _agenda(row: Mapping[str, Any]) -> str:
    part = f"/{row['part']}" if row["part"] and row["part"] != "overall" else ""
    when = f" {quarters(row['when'])}" if row["when"] else ""
    note = f" ({row['note']})" if row["note"] else ""
    return f"{row['what']}{when}: {row['stream']}{part}{note}"


def _change(row: Mapping[str, Any]) -> str:
    before, after = row["before"] or "nothing", row["after"] or "nothing"
    if before.partition(" · ")[2] == after.partition(" · ")[2]:  # what stands beside the status is as it was
        before, after = before.partition(" · ")[0], after.partition(" · ")[0]
    return f"{row['from']} {row['stream']}/{row['part']}: {before} → {after}"


def _findings(brief: Brief) -> Iterator[str]:
    """What is irregular, each sentence once with the streams that it is about."""
    streams: dict[str, list[str]] = {}
    for one in brief.findings:
        streams.setdefault(one.message, []).append(one.stream)
    for message, found in streams.items():
        yield f"{message}: {', '.join(found)}"


def _statement(row: Mapping[str, Any]) -> str:
    verb = _SAID.get(row["what"], row["what"])
    of = (f" {row['of']}" if row["what"] in _TO_SOMEBODY else f" what {row['of']} did") if row["of"] else ""
    who = f"{' and '.join(row['by'])} " if row["by"] else ""
    return f"{row['occurred']} {who}{verb}{of}: {row['text']} ({row['entry']})"


def _source(row: Mapping[str, Any]) -> str:
    entries = f"{row['entries']} {'entry' if row['entries'] == 1 else 'entries'}"
    return f"{row['document']} ({', '.join(filter(None, (row['standing'], entries)))})"
