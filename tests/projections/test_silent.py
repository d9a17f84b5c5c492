"""Which open commitments were not mentioned at the next session? The rule told over again, day by day.

The oracle knows the facts as they were made up, and asks the ledger one thing alone: what each part shows on a day.
Cost: small real files, some seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from brute import seed
from faults.ledgers import opened
from histories import Dice

from engagement_ledger.domain.dates import When, day, iso
from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.ledger.drafts import draft_of
from engagement_ledger.projections.due import agenda_rows

FIRST = day("2026-01-01")
DAYS = 20
OPEN = {"proposed", "made", "stalled", "in-progress"}
PROOF = {"document": "A report"}


class F(NamedTuple):
    """A fact: stream, type, date, and what it says."""

    stream: str
    type: str
    on: str
    body: dict[str, Any]


def meeting(name: str, kind: str, on: str, dialogue: str = "d", **body: Any) -> F:
    return F(f"dialogue:{dialogue}", f"dialogue.meeting-{kind}/1", on, {"meeting": name, **body})


def held(name: str, on: str, dialogue: str = "d") -> F:
    return meeting(name, "held", on, dialogue)


def statement(name: str, on: str, out_of: str | None = None, dialogue: str = "d") -> F:
    body = {"kind": "joint", "issuers": ["NZ", "US"], "statement": name, **({"meeting": out_of} if out_of else {})}
    return F(f"dialogue:{dialogue}", "dialogue.statement-issued/1", on, body)


def of(name: str, word: str, on: str, at: str | None = None, **body: Any) -> F:
    return F(f"commitment:{name}", f"commitment.{word}/1", on, {**body, **({"made_at": at} if at else {})})


def made(on: str, at: str | None, name: str = "c", word: str = "made") -> F:
    return of(name, word, on, at, obligors=["NZ"], kind="achievement", text="To act")


def reaffirmed(on: str, at: str | None, name: str = "c") -> F:
    return of(name, "reaffirmed", on, at, by=["NZ"])


def fulfilled(on: str, name: str = "c") -> F:
    return of(name, "fulfilled", on, obligor="NZ", evidence=PROOF)


def record(ledger: Ledger, told: F) -> bool:
    """Whether it was taken in."""
    raw = {"stream": told.stream, "type": told.type, "occurred": told.on, "body": told.body}
    try:
        ledger.append(draft_of(raw, recorded_by="Mere", resolve=lambda entry: entry))
    except Refusal:
        return False
    return True


def silent(ledger: Ledger, on: int) -> dict[str, str]:
    """Commitment → the session that did not mention it."""
    with ledger.reader() as reader:
        rows = agenda_rows(reader, reader.known_at(), on, 30)
    return {row["stream"]: row["note"].removeprefix("not mentioned at ") for row in rows if row["what"] == "silent"}


# --- each kind by name -------------------------------------------------------------------------------------

ONE, TWO = held("1", "2026-01-05"), held("2", "2026-01-10")
AT_ONE, AT_TWO = "dialogue:d/meeting/1", "dialogue:d/meeting/2"
CASES: dict[str, tuple[list[F], bool]] = {
    "made at a session": ([ONE, TWO, made("2026-01-05", AT_ONE)], True),
    "mentioned at the next": ([ONE, TWO, made("2026-01-05", AT_ONE), reaffirmed("2026-01-10", AT_TWO)], False),
    "made at the statement of a session": (
        [ONE, TWO, statement("s", "2026-01-05", "1"), made("2026-01-05", "dialogue:d/statement/s")], True,
    ),
    "made at a statement issued days after its session": (
        [ONE, TWO, statement("s", "2026-01-11", "1"), made("2026-01-11", "dialogue:d/statement/s")], True,
    ),
    "made at a statement of no session": (
        [ONE, TWO, statement("s", "2026-01-07"), made("2026-01-07", "dialogue:d/statement/s")], True,
    ),
    "mentioned in the statement of the next session": (
        [ONE, TWO, statement("t", "2026-01-10", "2"), made("2026-01-05", AT_ONE),
         reaffirmed("2026-01-10", "dialogue:d/statement/t")], False,
    ),
    "made at a meeting that is not recorded as held, after every session": (
        [ONE, TWO, meeting("3", "scheduled", "2026-01-01", window="2026-01-12"),
         made("2026-01-12", "dialogue:d/meeting/3")], False,
    ),
    "made at a meeting that is not recorded at all, before a session": (
        [ONE, TWO, made("2026-01-07", "dialogue:d/meeting/3")], True,
    ),
    "made at a meeting of no name": ([ONE, TWO, made("2026-01-07", "dialogue:d")], True),
    "only proposed": ([ONE, TWO, made("2026-01-05", AT_ONE, word="proposed")], False),
    "fulfilled before the session": ([ONE, TWO, made("2026-01-05", AT_ONE), fulfilled("2026-01-08")], False),
    "fulfilled after the session": ([ONE, TWO, made("2026-01-05", AT_ONE), fulfilled("2026-01-12")], False),
    "the next session was cancelled": (
        [ONE, meeting("2", "scheduled", "2026-01-01", window="2026-01-10"),
         meeting("2", "cancelled", "2026-01-09"), made("2026-01-05", AT_ONE)], False,
    ),
    "the next session is of another dialogue": ([ONE, held("2", "2026-01-10", "e"), made("2026-01-05", AT_ONE)], False),
    "made at nothing": ([ONE, TWO, made("2026-01-05", None)], False),
}  # fmt: skip


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_a_commitment_is_silent_or_not(case: str, backwards: bool, tmp_path: Path) -> None:
    told, is_silent = CASES[case]
    with opened(tmp_path / "l", create=True) as ledger:
        left = told[::-1] if backwards else told
        while left:  # what follows another is taken in once that is there
            taken = [one for one in left if record(ledger, one)]
            assert taken
            left = [one for one in left if one not in taken]
        assert silent(ledger, day("2026-01-15")) == ({"commitment:c": AT_TWO} if is_silent else {})


# --- the rule, against random histories ----------------------------------------------------------------------


def oracle(ledger: Ledger, told: list[F], on: int) -> dict[str, str]:
    """Open, and not mentioned at the next session held after it was made, of the dialogue that it was made at."""
    shown: dict[int, dict[tuple[str, str], Any]] = {
        when: {(row["stream"], row["part"]): row for row in ledger.status(as_of=iso(when))}
        for when in range(FIRST - 1, on + 1)
    }
    held_on: dict[tuple[str, str], int] = {}
    for when in sorted(shown):
        for (stream, part), row in shown[when].items():
            if part.startswith("meeting/") and row["status"] == "held" and not row["possible"]:
                held_on.setdefault((stream, part.partition("/")[2]), when)

    def session(at: str) -> tuple[str, str | None]:
        dialogue, _, place = at.partition("/")
        kind, _, name = place.partition("/")
        if kind == "statement":
            issued = [one for one in told if one.stream == dialogue and one.body.get("statement") == name]
            return dialogue, next((one.body.get("meeting") for one in issued), None)
        return dialogue, name or None

    found = {}
    for stream in {one.stream for one in told if one.stream.startswith("commitment:")}:
        facts = [one for one in told if one.stream == stream and "made_at" in one.body]
        begun = [one for one in facts if one.type.startswith(("commitment.made", "commitment.recognised"))]
        overall = shown[on].get((stream, "overall"))
        if not begun or overall is None or (When.parse(begun[0].on).latest or 0) > on:
            continue
        words = {overall["status"]} if overall["status"] else set(overall["possible"])
        dialogue, at = session(begun[0].body["made_at"])
        since = held_on.get((dialogue, at or ""), When.parse(begun[0].on).latest or 0)
        later = sorted((when, name) for (of_, name), when in held_on.items() if of_ == dialogue and when > since)
        later = [one for one in later if one[1] != at]
        mentions = {session(one.body["made_at"]) for one in facts if (When.parse(one.on).earliest or 0) <= on}
        if words & OPEN and later and (dialogue, later[0][1]) not in mentions:
            found[stream] = f"{dialogue}/meeting/{later[0][1]}"
    return found


def some_facts(dice: Dice) -> Iterator[F]:
    def some_day() -> str:
        on = FIRST + dice.randrange(DAYS - 4)
        return dice.choice([iso(on), iso(on), iso(on), f"[{iso(on)}..{iso(on + 2)}]"])

    for dialogue in ("d", "e"):
        for name in ("1", "2", "3"):
            yield dice.choice(
                [held(name, some_day(), dialogue), held(name, some_day(), dialogue),
                 meeting(name, "scheduled", "2026-01-01", dialogue, window=some_day())]
            )  # fmt: skip
        yield statement("s", some_day(), dice.choice((None, "1", "2")), dialogue)
        yield statement("t", some_day(), dice.choice((None, "2", "3")), dialogue)
    places = [f"dialogue:{one}{at}" for one in "dde" for at in (
        "/meeting/1", "/meeting/2", "/meeting/3", "/meeting/4", "/statement/s", "/statement/t", "/statement/u", "",
    )]  # fmt: skip
    for name in ("c1", "c2", "c3"):
        yield made(
            some_day(), dice.choice([*places, None]), name, dice.choice(("made", "made", "recognised", "proposed"))
        )
        for _ in range(dice.randrange(3)):
            yield reaffirmed(some_day(), dice.choice([*places, None]), name)
        if dice.random() < 0.3:
            yield fulfilled(some_day(), name)


@pytest.mark.parametrize("number", range(12))
def test_what_is_silent_is_what_the_rule_says_in_any_order_of_recording(number: int, tmp_path: Path) -> None:
    dice = Dice(seed() + number)
    facts = list(some_facts(dice))
    dice.shuffle(facts)
    with opened(tmp_path / "l", create=True) as ledger:
        told = [one for one in facts if record(ledger, one)]
        for on in range(FIRST, FIRST + DAYS, 3):
            assert silent(ledger, on) == oracle(ledger, told, on), iso(on)
