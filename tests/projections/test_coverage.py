"""Does every question say the same past what a register was kept up to? Compared with every order of declarations.

What is covered is worked out here from the worlds of each scope, one after another; what stands where without any
coverage comes from a ledger that declares none. Cost: small real files, some seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from brute import seed, worlds
from faults.ledgers import fact, opened
from histories import Dice

from engagement_ledger.domain.catalogue import machine_of
from engagement_ledger.domain.dates import When, day, iso
from engagement_ledger.domain.entry import Draft
from engagement_ledger.domain.steps import Step
from engagement_ledger.domain.worlds import END
from engagement_ledger.history.coverage import last_day
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.ledger.clocks import resolve
from engagement_ledger.ledger.drafts import draft_of
from engagement_ledger.projections.diff import changed, learned_between
from engagement_ledger.projections.due import agenda_rows
from engagement_ledger.projections.status import answer
from engagement_ledger.projections.timeline import timeline_of

FIRST, LAST = day("2026-01-01"), day("2026-01-14")
AFTER = LAST + 10
Row = dict[str, Any]
Shown = tuple[str | None, tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]


def declared(scope: str, until: str, on: str, party: str = "org:desk") -> Draft:
    body = {"scope": scope, "until": until}
    raw = {"stream": f"party:{party}", "type": "party.coverage-declared/1", "occurred": on, "body": body}
    return draft_of(raw, recorded_by="Mere", resolve=lambda entry: entry)


def scheduled(window: str) -> Draft:
    body = {"meeting": "1", "window": window}
    raw = {"stream": "dialogue:d", "type": "dialogue.meeting-scheduled/1", "occurred": "2026-01-01", "body": body}
    return draft_of(raw, recorded_by="Mere", resolve=lambda entry: entry)


FACTS = [
    fact("made", "c", on="2026-01-02", due="2026-01-08", obligors=["NZ", "US"]),
    fact("progress-reported", "c", on="[2026-01-04..2026-01-06]", obligor="NZ"),
    fact("stalled", "c", on="2026-01-10", obligor="NZ"),
    fact("made", "e", on="../2026-01-05", obligors=["NZ"]),
    scheduled("[2026-01-05..2026-01-07]"),
]


# --- the oracle ------------------------------------------------------------------------------------------


def reach_of(declarations: Sequence[Draft], stream: str) -> int | None:
    """The last day that is covered of a stream: of each scope, the later of those that some world ends with."""
    found = []
    for place in {(one.stream, one.fact.scope) for one in declarations}:  # type: ignore[attr-defined]
        told = [one.fact for one in declarations if (one.stream, one.fact.scope) == place]  # type: ignore[attr-defined]
        dates = [one.occurred for one in declarations if (one.stream, one.fact.scope) == place]  # type: ignore[attr-defined]
        steps = [
            Step((str(number), 0), when.earliest or FIRST, when.latest or AFTER, move.verb, move.args)
            for number, (when, one) in enumerate(zip(dates, told, strict=True))
            for move in one.moves()
        ]
        if fnmatchcase(stream, place[1]):
            machine = machine_of("party", f"coverage/{place[1]}")
            ends = [dict(world[-1][2].detail)["until"] for world in worlds(machine, steps, FIRST, AFTER)]
            found.append(max(When.parse(until).latest or END for until in ends))
    return max(found, default=None)


def said(row: Row) -> Shown:
    return row["status"], tuple(row["possible"]), tuple(row["flags"]), tuple(row["detail"].items())


def in_doubt(shown: Shown) -> Shown:
    status, possible, _, detail = shown
    return "unknown", tuple(sorted({*possible, *([status] if status else [])})), (), detail


Standings = dict[tuple[str, str], Shown]


def standings(ledger: Ledger, on: int) -> Standings:
    rows = ledger.status(as_of=iso(on))
    return {(row["stream"], row["part"]): said(row) for row in rows if not row["part"].startswith("coverage/")}


def expected(plain: Ledger, declarations: Sequence[Draft], on: int) -> Standings:
    found = {}
    for place, shown in standings(plain, on).items():
        reach = reach_of(declarations, place[0])
        found[place] = in_doubt(shown) if reach is not None and on > reach else shown
    return found


# --- what is declared --------------------------------------------------------------------------------------


def some_declarations(dice: Dice) -> list[Draft]:
    found = []
    for _ in range(dice.randrange(1, 4)):
        scope = dice.choice(["commitment:*", "commitment:*", "commitment:c", "*", "dialogue:*"])
        low = FIRST + dice.randrange(12)
        until = dice.choice([iso(low)] * 3 + [f"[{iso(low)}..{iso(low + 2)}]", f"{iso(low)}/.."])
        on = FIRST + dice.randrange(12)
        when = dice.choice([iso(on), f"../{iso(on)}", f"[{iso(on)}..{iso(on + 3)}]"])
        found.append(declared(scope, until, when, dice.choice(["org:desk", "org:desk", "NZ"])))
    return list({(one.stream, one.fact, one.occurred.text): one for one in found}.values())


CASES: dict[str, list[Draft]] = {
    "the second declared on a vague day": [
        declared("commitment:*", "2026-01-03", "../2026-01-04"),
        declared("commitment:*", "2026-01-06", "../2026-01-08"),
    ],
    "two declared on one day": [
        declared("commitment:*", "2026-01-06", "2026-01-08"), declared("commitment:*", "2026-01-03", "2026-01-08"),
    ],
    "one taken back to an earlier day": [
        declared("commitment:*", "2026-01-09", "2026-01-01"), declared("commitment:*", "2026-01-03", "2026-01-05"),
    ],
    "two scopes": [declared("*", "2026-01-03", "2026-01-01"), declared("commitment:*", "2026-01-07", "2026-01-01")],
    "before anything was recorded": [declared("*", "2025-12-01", "2026-01-01")],
    "with an open end": [declared("*", "2026-01-03/..", "2026-01-01")],
}  # fmt: skip


@pytest.mark.parametrize("case", [*CASES, *range(12)])
def test_status_timeline_due_and_diff_say_the_same_past_a_declared_coverage(case: Any, tmp_path: Path) -> None:
    declarations = CASES[case] if isinstance(case, str) else some_declarations(Dice(seed() + case))
    with opened(tmp_path / "plain", create=True) as plain, opened(tmp_path / "covered", create=True) as covered:
        plain.append(*FACTS)
        for one in (*declarations, *FACTS):
            covered.append(one)
        wanted = {on: expected(plain, declarations, on) for on in range(FIRST - 1, LAST + 1)}
        assert {on: standings(covered, on) for on in wanted} == wanted
        assert timelines(covered, wanted) == wanted
        for on, shown in wanted.items():
            for row in agenda_of(covered, on):
                if row["what"] == "coverage ends":
                    assert on <= last_day(row["when"]) <= on + 30, row
                else:
                    assert row["what"] == "silent" or row["status"] == shown[row["stream"], row["part"]][0], row
        assert changes_told(covered) == changes_between(wanted)


def timelines(ledger: Ledger, days: Any) -> dict[int, Standings]:
    with ledger.reader() as reader:
        known = reader.known_at()
        streams = ["commitment:c", "commitment:e", "dialogue:d"]
        periods = [one for stream in streams for one in timeline_of(reader, known, stream)]
        rows = list(zip(answer(periods), periods, strict=True))
    return {on: {(one[0], one[1]): said(row) for row, one in rows if one[3] <= on < one[4]} for on in days}


def agenda_of(ledger: Ledger, on: int) -> list[Row]:
    with ledger.reader() as reader:
        return agenda_rows(reader, reader.known_at(), on, 30)


def changes_told(ledger: Ledger) -> set[tuple[str, str, str]]:
    with ledger.reader() as reader:
        rows = changed(reader, reader.known_at(), FIRST - 1, LAST)
    return {(row["stream"], row["part"], row["from"]) for row in rows if not row["part"].startswith("coverage/")}


def changes_between(days: dict[int, Standings]) -> set[tuple[str, str, str]]:
    return {
        (*place, iso(on))
        for on, shown in days.items()
        if on - 1 in days
        for place in {*shown, *days[on - 1]}
        if shown.get(place) != days[on - 1].get(place)
    }


# --- what is learned -----------------------------------------------------------------------------------------


def test_what_a_declaration_changes_is_learned_with_it_and_unlearned_with_its_retraction(tmp_path: Path) -> None:
    with opened(tmp_path / "l", create=True) as ledger:
        ledger.append(fact("made", "c", on="2026-01-02", obligors=["NZ"]))
        (receipt,) = ledger.append(declared("commitment:*", "2026-01-05", "2026-01-06"))
        retracted = {
            "stream": "party:org:desk", "type": "entry.retracted/1", "occurred": "2026-01-07",
            "body": {"entry": receipt.entry_id, "reason": "never kept"},
        }  # fmt: skip
        ledger.append(draft_of(retracted, recorded_by="Mere", resolve=lambda entry: entry))
        assert learned(ledger, 1, 2) == [("2026-01-06", "made", "unknown (possibly made)", "#2")]
        assert learned(ledger, 2, 3) == [("2026-01-06", "unknown (possibly made)", "made", "#3")]
        assert learned(ledger, 1, 3) == []


def learned(ledger: Ledger, first: int, last: int) -> list[tuple[str, str, str, str]]:
    with ledger.reader() as reader:
        rows = learned_between(reader, reader.known_at(f"#{first}"), reader.known_at(f"#{last}"))
    return [(r["from"], r["before"], r["after"], r["since"]) for r in rows if r["part"] == "overall"]


def test_the_header_names_the_later_day_where_the_order_of_declarations_is_open(tmp_path: Path) -> None:
    with opened(tmp_path / "l", create=True) as ledger:
        for one in CASES["the second declared on a vague day"]:
            ledger.append(one)
        with ledger.reader() as reader:
            (header,) = resolve(reader, "2026-01-07").coverage
    assert header == {"scope": "commitment:*", "until": "2026-01-06", "declared": "#2", "passed": True}
