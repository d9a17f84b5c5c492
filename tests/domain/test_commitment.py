"""What did someone undertake, and how far is each obligor with it? Tables, policies, due dates. No I/O."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from support import E, kept, shown

from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.commitment import (
    CommitmentAmended,
    CommitmentDiscontinued,
    CommitmentDisputed,
    CommitmentFulfilled,
    CommitmentLapsed,
    CommitmentMade,
    CommitmentMerged,
    CommitmentPartlyFulfilled,
    CommitmentProposed,
    CommitmentReaffirmed,
    CommitmentRecognised,
    CommitmentReopened,
    CommitmentResumed,
    CommitmentSplit,
    CommitmentStalled,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    ComplianceAssessed,
    ConditionFailed,
    ConditionMet,
    DisputeClosed,
    DueDateExtended,
    DueDateSet,
    ObligorJoined,
    ObligorLeft,
    ProgressReported,
)
from engagement_ledger.domain.dates import When, day, iso
from engagement_ledger.domain.entry import Citation, Fact
from engagement_ledger.domain.errors import (
    CommitmentClosed,
    ConditionIsMet,
    FulfilmentNeedsEvidence,
    HappeningInTheFuture,
    ImpossibleHistory,
    InvalidFact,
    LapseBeforeDue,
    LapseNeedsDecision,
    MadeAlready,
    MaintenanceIsNeverFulfilled,
    NoCondition,
    NotAnObligor,
    NotYetMade,
    Refusal,
    SupersededByItself,
)
from engagement_ledger.domain.obligations import CLOSED, OBLIGOR, State, overall
from engagement_ledger.domain.remedy import Remedy

C = "commitment:nz-us-2026-c3"
PROOF = Citation(document="A report")


def begun(how: type[Fact] = CommitmentMade, *obligors: str, **more: Any) -> Fact:
    return how(**{"obligors": obligors or ("NZ",), "kind": "achievement", "text": "To act", **more})


def when_told(*facts: Fact) -> str | None:
    """The status of NZ after these facts, a day apart."""
    told = [E(fact, f"2026-03-{number:02}") for number, fact in enumerate(facts, start=1)]
    standing = shown(C, told, "obligor/NZ", "2026-03-31")
    return standing and standing.status


# --- the table of an obligor, row by row -----------------------------------------------------------------

VERBS: dict[str, Fact] = {
    "propose": begun(CommitmentProposed),
    "make": begun(CommitmentMade),
    "recognise": begun(CommitmentRecognised),
    "join": ObligorJoined(obligor="NZ"),
    "progress": ProgressReported(obligor="NZ"),
    "stall": CommitmentStalled(obligor="NZ"),
    "resume": CommitmentResumed(obligor="NZ"),
    "fulfil": CommitmentFulfilled(obligor="NZ", evidence=PROOF),
    "partly-fulfil": CommitmentPartlyFulfilled(obligor="NZ", evidence=PROOF),
    "lapse": CommitmentLapsed(obligor="NZ", decided_by="NZ"),
    "withdraw": CommitmentWithdrawn(by="NZ"),
    "supersede": CommitmentSuperseded(by_commitment="commitment:other"),
    "discontinue": CommitmentDiscontinued(obligor="NZ"),
    "leave": ObligorLeft(obligor="NZ"),
    "reopen": CommitmentReopened(obligor="NZ"),
}
# US undertakes the same, so that NZ may be without a status in a commitment that there is.
WAY: dict[str | None, tuple[str, ...]] = {
    None: (),
    "proposed": ("propose",),
    "made": ("make",),
    "in-progress": ("make", "progress"),
    "stalled": ("make", "stall"),
    "fulfilled": ("make", "fulfil"),
    "partly-fulfilled": ("make", "partly-fulfil"),
    "lapsed": ("make", "lapse"),
    "withdrawn": ("make", "withdraw"),
    "superseded": ("make", "supersede"),
    "discontinued": ("make", "discontinue"),
    "left": ("make", "leave"),
}
P, M, G, S = "proposed", "made", "in-progress", "stalled"
F, PF, LA, W, SU, D, LE = (
    "fulfilled", "partly-fulfilled", "lapsed", "withdrawn", "superseded", "discontinued", "left",
)  # fmt: skip
x, closed, not_yet, nobody, made = ImpossibleHistory, CommitmentClosed, NotYetMade, NotAnObligor, MadeAlready
TABLE: dict[str, list[Any]] = {
    #   the status before:
    #                None    P        M  G  S  F       PF      LA      W       SU      D       LE
    "propose":       [P,     made,    made, made, made, made, made, made, made, made, made, made],
    "make":          [M,     M,       made, made, made, made, made, made, made, made, made, made],
    "recognise":     [M,     M,       made, made, made, made, made, made, made, made, made, made],
    "join":          [M,     not_yet, x, x, x, closed, closed, closed, M,      closed, closed, M],
    "progress":      [nobody, not_yet, G, G, G, closed, closed, closed, closed, closed, closed, closed],
    "stall":         [nobody, not_yet, S, S, x, closed, closed, closed, closed, closed, closed, closed],
    "resume":        [nobody, not_yet, x, x, G, closed, closed, closed, closed, closed, closed, closed],
    "fulfil":        [nobody, not_yet, F, F, F, closed, F,      closed, closed, closed, closed, closed],
    "partly-fulfil": [nobody, not_yet, PF, PF, PF, closed, closed, closed, closed, closed, closed, closed],
    "lapse":         [nobody, LA, LA, LA, LA, closed, closed, closed, closed, closed, closed, closed],
    "withdraw":      [nobody, W, W, W, W, closed, closed, closed, closed, closed, closed, closed],
    "supersede":     [None, SU, SU, SU, SU, F, PF, LA, W, SU, D, LE],
    "discontinue":   [nobody, D, D, D, D, closed, closed, closed, closed, closed, closed, closed],
    "leave":         [nobody, LE, LE, LE, LE, closed, closed, closed, closed, closed, closed, closed],
    "reopen":        [nobody, not_yet, x, x, x, M, M, M, M, M, M, M],
}  # fmt: skip
ROWS = [
    (before, verb, outcome)
    for verb, row in TABLE.items()
    for before, outcome in zip(WAY, row, strict=True)
]  # fmt: skip


@pytest.mark.parametrize(("before", "verb", "outcome"), ROWS)
def test_an_obligor_moves_by_the_table(before: str | None, verb: str, outcome: Any) -> None:
    # US proposes too, and stays open, so that what concerns all has somebody to concern.
    also = [begun(CommitmentProposed, "US")]
    if before == "superseded":  # which closes the commitment for everybody
        also = [*also, VERBS["make"], VERBS["supersede"], CommitmentReopened(obligor="US")]
        way: list[Fact] = []
    else:
        way = [VERBS[step] for step in WAY[before]]
    assert when_told(*also, *way) == before
    if isinstance(outcome, str) or outcome is None:
        assert when_told(*also, *way, VERBS[verb]) == outcome
    else:
        with pytest.raises(Refusal) as refusal:
            when_told(*also, *way, VERBS[verb])
        assert type(refusal.value) is outcome
        assert refusal.value.because
        assert refusal.value.hint


def test_every_row_of_the_table_is_here() -> None:
    moved = {(before, verb): after for before, verb, after in ROWS if isinstance(after, str) and verb != "supersede"}
    assert moved == {key: after for key, after in OBLIGOR.items() if key[1] != "supersede"}
    assert {before for before, _, _ in ROWS} == {status for status, _ in OBLIGOR} | set(OBLIGOR.values())


@pytest.mark.parametrize("fact", [fact for verb, fact in VERBS.items() if verb not in ("propose", "make", "recognise")])
def test_nothing_follows_in_a_commitment_before_it_was_made(fact: Fact) -> None:
    with pytest.raises(NotYetMade):
        when_told(fact)


@pytest.mark.parametrize(
    "fact",
    [
        CommitmentStalled(), CommitmentDiscontinued(), CommitmentLapsed(decided_by="NZ"),
        CommitmentSuperseded(by_commitment="commitment:other"), CommitmentMerged(into="commitment:other"),
        CommitmentSplit(into=("commitment:a", "commitment:b")),
    ],
)  # fmt: skip
def test_what_names_no_obligor_moves_all_whom_it_can(fact: Fact) -> None:
    told = [
        E(begun(CommitmentMade, "NZ", "US", "AU"), "2026-03-01"),
        E(CommitmentFulfilled(obligor="AU", evidence=PROOF), "2026-03-02"),
        E(fact, "2026-03-03"),
    ]
    after = {"stall": S, "discontinue": D, "lapse": LA, "supersede": SU, "merge": SU, "split": SU}[fact.VERB]
    assert [status(told, f"obligor/{party}") for party in ("NZ", "US", "AU")] == [after, after, F]
    with pytest.raises(CommitmentClosed):  # nobody is left whom it could move
        status(
            [*told[:1], *(E(CommitmentWithdrawn(by=p), "2026-03-02") for p in ("NZ", "US", "AU")), told[2]], "overall"
        )


def status(told: list[E], part: str, on: str = "2026-12-31") -> str | None:
    standing = shown(C, told, part, on)
    return standing and standing.status


def test_what_is_superseded_in_part_stays_as_it_was() -> None:
    told = [E(begun(), "2026-03-01"), E(CommitmentSuperseded(by_commitment="commitment:b", scope="part"), "2026-03-02")]
    assert status(told, "obligor/NZ") == "made"


@pytest.mark.parametrize(
    "fact",
    [
        CommitmentReaffirmed(by=("NZ",)),
        ComplianceAssessed(obligor="NZ", assessor="org:PIF", scheme="own", score="good"),
        ComplianceAssessed(obligor="NZ", assessor="org:PIF", scheme="own", not_assessed="not-due", period="2024/2025"),
    ],
)
def test_what_only_says_something_changes_no_status(fact: Fact) -> None:
    told = [E(begun(), "2026-03-01"), E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), "2026-03-02")]
    before = kept(C, told).rows()
    assert kept(C, [*told, E(fact, "2026-03-03")]).rows() == before


def test_every_event_of_a_commitment_is_tried_in_this_file() -> None:
    import sys

    here = vars(sys.modules[__name__])
    assert {name for name in CATALOGUE if name.startswith("commitment.")} == {
        fact.TYPE for fact in here.values() if isinstance(fact, type) and issubclass(fact, Fact) and fact.TYPE
    }


def test_completion_may_fall() -> None:
    told = [
        E(begun(), "2026-03-01"),
        E(ProgressReported(obligor="NZ", completion="60"), "2026-03-02"),
        E(ProgressReported(obligor="NZ", completion="40"), "2026-03-03"),
    ]
    assert status(told, "obligor/NZ") == "in-progress"


def test_what_was_partly_fulfilled_may_become_fulfilled() -> None:
    assert when_told(VERBS["make"], VERBS["partly-fulfil"], VERBS["fulfil"]) == "fulfilled"


def test_a_withdrawal_takes_effect_on_its_effective_day() -> None:
    told = [E(begun(), "2026-01-01"), E(CommitmentWithdrawn(by="NZ", effective=When.parse("2026-06-01")), "2026-02-01")]
    assert status(told, "obligor/NZ", "2026-05-31") == "made"
    assert status(told, "obligor/NZ", "2026-06-01") == "withdrawn"


def test_an_effective_day_may_lie_ahead_and_the_notice_itself_may_not() -> None:
    known = "2026-02-01T00:00:00.000000Z"
    ahead = E(CommitmentWithdrawn(by="NZ", effective=When.parse("2027")), "2026-02-01", known=known)
    told = [E(begun(), "2026-01-01", known=known), ahead]
    assert status(told, "obligor/NZ", "2027-06-01") == "made"
    assert status(told, "obligor/NZ", "2027-12-31") == "withdrawn"
    with pytest.raises(HappeningInTheFuture):
        kept(C, [told[0], E(CommitmentWithdrawn(by="NZ"), "2026-02-03", known=known)])
    kept(C, [told[0], E(CommitmentWithdrawn(by="NZ"), "2026-02-02", known=known)])  # a day ahead, in Wellington


# --- overall ---------------------------------------------------------------------------------------------

OVERALL = [
    # policy, statuses of AU, NZ, US (the lead is AU), overall
    ("all", ("made", "made", "made"), "made"),
    ("all", ("made", "proposed", "in-progress"), "proposed"),
    ("all", ("in-progress", "stalled", "made"), "made"),
    ("all", ("in-progress", "stalled", "fulfilled"), "stalled"),
    ("all", ("in-progress", "fulfilled", "lapsed"), "in-progress"),
    ("all", ("fulfilled", "fulfilled", "fulfilled"), "fulfilled"),
    ("all", ("lapsed", "lapsed", "lapsed"), "lapsed"),
    ("all", ("superseded", "superseded", "superseded"), "superseded"),
    ("all", ("partly-fulfilled", "partly-fulfilled", "partly-fulfilled"), "partly-fulfilled"),
    ("all", ("fulfilled", "lapsed", "superseded"), "partly-fulfilled"),
    ("all", ("fulfilled", "partly-fulfilled", "fulfilled"), "partly-fulfilled"),
    ("all", ("lapsed", "superseded", "lapsed"), "discontinued"),
    ("all", ("discontinued", "lapsed", "superseded"), "discontinued"),
    # who withdrew or left does not count
    ("all", ("withdrawn", "fulfilled", "fulfilled"), "fulfilled"),
    ("all", ("left", "made", "in-progress"), "made"),
    ("all", ("left", "withdrawn", "lapsed"), "lapsed"),
    ("all", ("withdrawn", "withdrawn", "withdrawn"), "withdrawn"),
    ("all", ("left", "left", "withdrawn"), "withdrawn"),
    ("any", ("made", "proposed", "made"), "made"),
    ("any", ("made", "in-progress", "stalled"), "in-progress"),
    ("any", ("made", "proposed", "stalled"), "stalled"),
    ("any", ("fulfilled", "in-progress", "lapsed"), "fulfilled"),
    ("any", ("withdrawn", "made", "left"), "made"),
    ("any", ("withdrawn", "left", "withdrawn"), "withdrawn"),
    ("any", ("lapsed", "lapsed", "lapsed"), "lapsed"),
    ("lead", ("made", "fulfilled", "fulfilled"), "made"),
    ("lead", ("fulfilled", "made", "lapsed"), "fulfilled"),
    ("lead", ("withdrawn", "made", "fulfilled"), "made"),
    ("lead", ("left", "withdrawn", "left"), "withdrawn"),
]


@pytest.mark.parametrize(("policy", "statuses", "expected"), OVERALL)
def test_the_overall_status_follows_the_policy(policy: str, statuses: tuple[str, ...], expected: str) -> None:
    obligors = tuple(zip(("AU", "NZ", "US"), statuses, strict=True))
    assert overall(State(obligors, policy=policy, lead="AU" if policy == "lead" else None)) == expected


@pytest.mark.parametrize(("policy", "expected"), [("all", "made"), ("any", "fulfilled"), ("lead", "fulfilled")])
def test_the_policy_is_the_one_stated_when_it_was_made(policy: str, expected: str) -> None:
    lead = {"lead": "US"} if policy == "lead" else {}
    told = [
        E(begun(CommitmentMade, "NZ", "US", policy=policy, **lead), "2026-03-01"),
        E(CommitmentFulfilled(obligor="US", evidence=PROOF), "2026-03-02"),
    ]
    assert status(told, "overall") == expected


def test_every_obligor_counts_by_default() -> None:
    told = [
        E(begun(CommitmentMade, "NZ", "US"), "2026-03-01"),
        E(CommitmentFulfilled(obligor="US", evidence=PROOF), "2026-03-02"),
    ]
    assert status(told, "overall", "2026-03-02") == "made"
    told.append(E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), "2026-03-03"))
    assert status(told, "overall", "2026-03-03") == "fulfilled"


def test_who_joined_later_counts_too() -> None:
    told = [E(begun(), "2026-03-01"), E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), "2026-03-02")]
    assert status([*told, E(ObligorJoined(obligor="US"), "2026-03-03")], "overall") == "made"


# --- due -------------------------------------------------------------------------------------------------


def flags(told: list[E], part: str, on: str) -> tuple[str, ...]:
    standing = shown(C, told, part, on)
    assert standing is not None
    return standing.flags


@pytest.mark.parametrize(
    ("due", "last", "first"),
    [
        ("2026-06-30", "2026-06-30", "2026-07-01"),
        ("2026-06", "2026-06-30", "2026-07-01"),
        ("2026", "2026-12-31", "2027-01-01"),
        ("2026-Q1", "2026-03-31", "2026-04-01"),
        ("2026-06~", "2026-07-31", "2026-08-01"),
        ("../2026-06-30", "2026-06-30", "2026-07-01"),
        ("[2026-06-03..2026-06-28]", "2026-06-28", "2026-06-29"),
    ],
)
def test_it_is_overdue_from_the_day_after_the_last_day_that_its_due_date_may_mean(
    due: str, last: str, first: str
) -> None:
    told = [E(begun(due=When.parse(due)), "2026-02-02")]
    for part in ("obligor/NZ", "overall"):
        assert flags(told, part, last) == ()
        assert flags(told, part, first) == ("overdue",)
    assert status(told, "obligor/NZ", "2028-01-01") == "made"
    assert shown(C, told, "obligor/NZ", last).detail == (("due", When.parse(due).text),)  # type: ignore[union-attr]


def test_what_is_due_on_a_day_or_later_is_never_overdue() -> None:
    told = [E(begun(due=When.parse("2026-06-30/..")), "2026-02-02")]
    assert flags(told, "obligor/NZ", "2099-01-01") == ()


@pytest.mark.parametrize("verb", ["fulfil", "partly-fulfil", "lapse", "withdraw", "supersede", "discontinue", "leave"])
def test_it_is_overdue_until_it_is_closed(verb: str) -> None:
    told = [E(begun(due=When.parse("2026-06")), "2026-02-02"), E(VERBS[verb], "2026-08-15")]
    assert flags(told, "obligor/NZ", "2026-08-14") == ("overdue",)
    assert flags(told, "obligor/NZ", "2026-08-15") == ("late",)
    assert flags(told, "overall", "2026-08-15") == flags(told, "overall", "2030-01-01") == ("late",)
    in_time = [E(begun(due=When.parse("2026-06")), "2026-02-02"), E(VERBS[verb], "2026-06-30")]
    if verb != "lapse":
        assert flags(in_time, "obligor/NZ", "2030-01-01") == flags(in_time, "overall", "2030-01-01") == ()
    reopened = [*told, E(CommitmentReopened(obligor="NZ"), "2026-09-01")]
    assert flags(reopened, "obligor/NZ", "2026-09-01") == ("overdue",)


def test_one_obligor_is_overdue_and_another_has_fulfilled() -> None:
    told = [
        E(begun(CommitmentMade, "NZ", "US", due=When.parse("2026-06")), "2026-02-02"),
        E(CommitmentFulfilled(obligor="US", evidence=PROOF), "2026-05-01"),
    ]
    assert flags(told, "obligor/NZ", "2026-07-01") == ("overdue",)
    assert flags(told, "obligor/US", "2026-07-01") == ()
    assert flags(told, "overall", "2026-07-01") == ("overdue",)


def test_a_fulfilment_that_may_have_come_in_time_leaves_overdue_open_to_the_last() -> None:
    told = [E(begun(due=When.parse("2026-06")), "2026-02-02"), E(VERBS["fulfil"], "[2026-06-15..2026-07-15]")]
    standing = shown(C, told, "obligor/NZ", "2026-07-01")
    assert standing is not None
    assert (standing.status, standing.possible, standing.flags) == ("made", ("fulfilled",), ("overdue",))
    assert status(told, "obligor/NZ", "2026-07-15") == "fulfilled"


def test_more_time_moves_the_day_from_which_it_is_overdue() -> None:
    told = [
        E(begun(due=When.parse("2026-06")), "2026-02-02"),
        E(DueDateExtended(due=When.parse("2026-09")), "2026-07-10"),
    ]
    assert [flags(told, "overall", on) for on in ("2026-06-30", "2026-07-09")] == [(), ("overdue",)]
    assert [flags(told, "overall", on) for on in ("2026-07-10", "2026-09-30", "2026-10-01")] == [(), (), ("overdue",)]


def test_a_due_date_may_be_set_when_there_was_none() -> None:
    told = [E(begun(), "2026-02-02"), E(DueDateSet(due=When.parse("2026-06")), "2026-03-01")]
    assert flags(told, "overall", "2026-06-30") == ()
    assert flags(told, "overall", "2026-07-01") == ("overdue",)


def test_a_due_date_set_after_it_had_passed_says_nothing_of_the_days_before() -> None:
    # What was due on a past day is overdue once that is said, and not before.
    told = [
        E(begun(), "2026-03-03"),
        E(DueDateSet(due=When.parse("2026-03-02")), "2026-03-04"),
        E(CommitmentDisputed(by="NZ", claim="Not so"), "[2026-03-05..2026-03-07]"),
    ]
    assert [flags(told, "obligor/NZ", f"2026-03-0{day}") for day in (3, 4, 5)] == [(), ("overdue",), ("overdue",)]


def test_a_dispute_is_a_flag_until_everybody_who_disputes_has_ended_it() -> None:
    told = [
        E(begun(), "2026-03-01"),
        E(CommitmentDisputed(by="NZ", claim="Not so"), "2026-03-02"),
        E(CommitmentDisputed(by="US", claim="Nor so"), "2026-03-03"),
        E(DisputeClosed(by="NZ"), "2026-03-04"),
        E(DisputeClosed(by="US"), "2026-03-05"),
    ]
    found = [flags(told, "overall", f"2026-03-0{day}") for day in range(1, 6)]
    assert found == [(), ("disputed",), ("disputed",), ("disputed",), ()]
    with pytest.raises(ImpossibleHistory):
        kept(C, [*told, E(DisputeClosed(by="AU"), "2026-03-06")])


# --- what is refused -------------------------------------------------------------------------------------

MADE = E(begun(CommitmentMade, "NZ", "US"), "2026-03-10")
KEPT_UP = E(begun(kind="maintenance"), "2026-03-10")
DUE = E(begun(due=When.parse("2026-06")), "2026-03-10")
FULFILLED = E(VERBS["fulfil"], "2026-03-20")

REFUSED: list[tuple[str, type[Refusal], list[E], E, list[int]]] = [
    # what is refused, its class, what is given, the new fact, and the entries without which it would be possible
    ("fulfilled before made", NotYetMade, [MADE], E(VERBS["fulfil"], "2026-03-09"), []),
    ("fulfilled and nothing made", NotYetMade, [], FULFILLED, []),
    ("fulfilled twice", CommitmentClosed, [MADE, FULFILLED], E(VERBS["fulfil"], "2026-03-21"), [2]),
    ("fulfilled after withdrawal", CommitmentClosed, [MADE, E(VERBS["withdraw"], "2026-03-11")], FULFILLED, [2]),
    ("progress after the end", CommitmentClosed, [MADE, FULFILLED], E(VERBS["progress"], "2026-03-21"), [2]),
    ("a late arrival that leaves the later one no place", CommitmentClosed, [MADE, FULFILLED],
     E(VERBS["withdraw"], "2026-03-15"), [2]),
    ("a maintenance commitment fulfilled", MaintenanceIsNeverFulfilled, [KEPT_UP], FULFILLED, []),
    ("a maintenance commitment partly fulfilled", MaintenanceIsNeverFulfilled, [KEPT_UP],
     E(VERBS["partly-fulfil"], "2026-03-20"), []),
    ("one that became a maintenance commitment", MaintenanceIsNeverFulfilled,
     [MADE, E(CommitmentAmended(text="To go on", kind="maintenance"), "2026-03-12")], FULFILLED, [2]),
    ("lapse before the due date", LapseBeforeDue, [DUE], E(CommitmentLapsed(), "2026-06-30"), []),
    ("lapse before the extended due date", LapseBeforeDue,
     [DUE, E(DueDateExtended(due=When.parse("2026-12")), "2026-05-01")], E(CommitmentLapsed(), "2026-07-01"), [2]),
    ("lapse without due date or decision", LapseNeedsDecision, [MADE], E(CommitmentLapsed(), "2026-07-01"), []),
    ("withdrawal by a non-obligor", NotAnObligor, [MADE], E(CommitmentWithdrawn(by="AU"), "2026-03-20"), []),
    ("progress of a non-obligor", NotAnObligor, [MADE], E(ProgressReported(obligor="AU"), "2026-03-20"), []),
    ("fulfilment by a non-obligor", NotAnObligor, [MADE],
     E(CommitmentFulfilled(obligor="AU", evidence=PROOF), "2026-03-20"), []),
    ("a party leaves that was never in", NotAnObligor, [MADE], E(ObligorLeft(obligor="AU"), "2026-03-20"), []),
    ("a due date for what is closed", CommitmentClosed, [E(begun(), "2026-03-10"), FULFILLED],
     E(DueDateSet(due=When.parse("2027")), "2026-04-01"), [2]),
    ("more time for what is closed", CommitmentClosed, [E(begun(), "2026-03-10"), FULFILLED],
     E(DueDateExtended(due=When.parse("2027")), "2026-04-01"), [2]),
    ("an amendment of what is closed", CommitmentClosed, [E(begun(), "2026-03-10"), FULFILLED],
     E(CommitmentAmended(text="More"), "2026-04-01"), [2]),
    ("made twice", MadeAlready, [MADE], E(begun(), "2026-03-20"), [1]),
    ("joined twice", ImpossibleHistory, [MADE, E(ObligorJoined(obligor="AU"), "2026-03-12")],
     E(ObligorJoined(obligor="AU"), "2026-03-20"), [2]),
    ("reopened though open", ImpossibleHistory, [MADE], E(CommitmentReopened(obligor="NZ"), "2026-03-20"), []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("refusal", "given", "new", "without"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_a_refusal_says_what_and_why_and_without_what_it_would_be_possible(
    refusal: type[Refusal], given: list[E], new: E, without: list[int]
) -> None:
    kept(C, given)  # the control: what is given is lawful
    with pytest.raises(Refusal) as raised:
        kept(C, [*given, new])
    found = raised.value
    assert type(found) is refusal
    assert isinstance(found, ImpossibleHistory)
    assert found.others == [f"00000000-0000-0000-0000-{position:012}" for position in without]
    assert all(name in f"{found.message} {found.because}" for name in found.others)
    assert found.because
    assert found.hint
    for position in without:
        kept(C, [*given[: position - 1], *given[position:], new])


ALLOWED = [
    ("lapse on the day after the due date", [DUE, E(CommitmentLapsed(), "2026-07-01")]),
    ("lapse by decision without due date", [MADE, E(CommitmentLapsed(decided_by="NZ"), "2026-03-20")]),
    ("fulfilled again after it was reopened",
     [MADE, FULFILLED, E(CommitmentReopened(obligor="NZ"), "2026-03-21"), E(VERBS["fulfil"], "2026-03-22")]),
    ("progress and end of a maintenance commitment",
     [KEPT_UP, E(VERBS["progress"], "2026-03-20"), E(VERBS["discontinue"], "2026-03-21")]),
    ("withdrawal by one who joined", [MADE, E(ObligorJoined(obligor="AU"), "2026-03-12"),
                                     E(CommitmentWithdrawn(by="AU"), "2026-03-20")]),
    ("proposed, then made", [E(begun(CommitmentProposed), "2026-03-01"), E(begun(), "2026-03-10"), FULFILLED]),
]  # fmt: skip


@pytest.mark.parametrize("told", [row[1] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_what_looks_alike_and_is_possible_is_taken(told: list[E]) -> None:
    kept(C, told)


def test_a_commitment_does_not_supersede_itself() -> None:
    for fact in (
        CommitmentSuperseded(by_commitment=C),
        CommitmentMerged(into=C),
        CommitmentSplit(into=(C, "commitment:b")),
    ):
        with pytest.raises(SupersededByItself):
            kept(C, [MADE, E(fact, "2026-03-20")])
        assert kept("commitment:other", [MADE, E(fact, "2026-03-20")]).entries


def test_fulfilment_without_evidence_has_a_refusal_of_its_own() -> None:
    assert CommitmentFulfilled.NEEDS == CommitmentPartlyFulfilled.NEEDS == {"evidence": FulfilmentNeedsEvidence}
    refusal = FulfilmentNeedsEvidence()
    assert refusal.because
    assert Remedy("field", "evidence") in refusal.remedies


@pytest.mark.parametrize(
    ("policy", "lead"), [("lead", None), ("all", "NZ"), ("any", "NZ"), ("lead", "AU")]
)  # fmt: skip
def test_a_lead_is_one_of_the_obligors_and_named_exactly_under_that_policy(policy: str, lead: str | None) -> None:
    with pytest.raises(InvalidFact):
        kept(C, [E(begun(policy=policy, lead=lead))])
    assert kept(C, [E(begun(policy="lead", lead="NZ"))]).entries


def test_the_final_statuses_are_those_that_nothing_but_reopening_or_a_rejoining_leaves() -> None:
    leaving = {(before, verb) for before, verb in OBLIGOR if before in CLOSED and verb != "reopen"}
    assert leaving == {("partly-fulfilled", "fulfil"), ("withdrawn", "join"), ("left", "join")}


# --- late for good ---------------------------------------------------------------------------------------

DUE = {"due": When.parse("2026-06-30")}


def test_what_was_only_proposed_is_never_overdue_and_never_late() -> None:
    told = [E(begun(CommitmentProposed, **DUE), "2026-02-02"), E(CommitmentDiscontinued(obligor="NZ"), "2026-09-01")]
    assert flags(told, "overall", "2026-08-01") == flags(told, "obligor/NZ", "2026-08-01") == ()
    assert flags(told, "overall", "2026-09-01") == flags(told, "obligor/NZ", "2026-09-01") == ()


@pytest.mark.parametrize(
    ("closed", "late"),
    [("2026-06-30", False), ("2026-07-01", True), ("[2026-06-15..2026-07-15]", False), ("2026-08", True)],
)
def test_late_is_what_was_certainly_closed_after_its_due_date(closed: str, late: bool) -> None:
    told = [E(begun(**DUE), "2026-02-02"), E(VERBS["fulfil"], closed)]
    assert ("late" in flags(told, "obligor/NZ", "2027-01-01")) is late


def test_more_time_that_is_given_later_makes_nothing_timely() -> None:
    told = [
        E(begun(CommitmentMade, "NZ", "US", **DUE), "2026-02-02"),
        E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), "2026-07-10"),
        E(DueDateExtended(due="2026-12-31"), "2026-08-01"),
        E(CommitmentFulfilled(obligor="US", evidence=PROOF), "2026-09-01"),
    ]
    assert flags(told, "obligor/NZ", "2026-10-01") == ("late",)
    assert flags(told, "obligor/US", "2026-10-01") == ()
    assert flags(told, "overall", "2026-10-01") == ("late",)


def test_more_time_given_on_the_very_day_counts_in_either_order() -> None:
    begins = E(begun(CommitmentMade, "NZ", "US", **DUE), "2026-02-02")
    closes, extends = (
        E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), "2026-07-10"),
        E(DueDateExtended(due="2026-12-31"), "2026-07-10"),
    )
    for told in ([begins, closes, extends], [begins, extends, closes]):
        assert flags(told, "obligor/NZ", "2026-10-01") == ()


@pytest.mark.parametrize(
    ("policy", "first", "second", "late"),
    [("all", "2026-05-01", "2026-07-15", True), ("any", "2026-05-01", "2026-07-15", False),
     ("any", "2026-07-14", "2026-07-15", True), ("lead", "2026-05-01", "2026-07-15", False)],
)  # fmt: skip
def test_the_whole_is_late_where_those_are_who_decide_it(policy: str, first: str, second: str, late: bool) -> None:
    lead = {"lead": "NZ"} if policy == "lead" else {}
    told = [
        E(begun(CommitmentMade, "NZ", "US", policy=policy, **lead, **DUE), "2026-02-02"),
        E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), first),
        E(CommitmentFulfilled(obligor="US", evidence=PROOF), second),
    ]
    assert ("late" in flags(told, "overall", "2026-08-01")) is late


def test_what_is_reopened_is_late_no_more_until_it_is_closed_again() -> None:
    told = [
        E(begun(**DUE), "2026-02-02"),
        E(VERBS["partly-fulfil"], "2026-07-10"),
        E(CommitmentReopened(obligor="NZ"), "2026-08-01"),
        E(DueDateExtended(due="2026-12-31"), "2026-08-02"),
        E(VERBS["fulfil"], "2026-09-01"),
    ]
    assert flags(told[:3], "obligor/NZ", "2026-08-01") == ("overdue",)
    assert flags(told, "obligor/NZ", "2026-09-01") == ()


# --- terms and conditions --------------------------------------------------------------------------------


@pytest.mark.parametrize(("term", "last"), [("2026/2027", "2027-12-31"), ("../2026-06-30", "2026-06-30")])
def test_a_term_that_is_over_is_flagged_while_it_is_open(term: str, last: str) -> None:
    told = [E(begun(term=term), "2026-02-02")]
    after = iso(day(last) + 1)
    assert (flags(told, "overall", last), flags(told, "overall", after)) == ((), ("term-over",))
    assert flags([*told, E(VERBS["discontinue"], after)], "overall", after) == ()
    assert flags([E(begun(term="2026/.."), "2026-02-02")], "overall", "2090-01-01") == ()


def test_a_condition_is_open_until_it_is_met_or_fails() -> None:
    told = [E(begun(condition="Appropriation by Congress"), "2026-02-02")]
    assert flags(told, "overall", "2026-03-01") == ("conditional",)
    met, failed = E(ConditionMet(), "2026-04-01"), E(ConditionFailed(reason="Refused"), "2026-03-15")
    assert flags([*told, met], "overall", "2026-04-01") == ()
    assert flags([*told, failed], "overall", "2026-03-15") == ("condition-failed",)
    assert flags([*told, failed, met], "overall", "2026-04-01") == (), "refused at first, granted later"


def test_a_condition_and_a_term_may_come_with_an_amendment() -> None:
    amended = CommitmentAmended(text="To act, funds permitting", condition="Funds", term="2026", strength="intended")
    told = [E(begun(), "2026-02-02"), E(amended, "2026-03-01")]
    assert flags(told, "overall", "2026-02-28") == ()
    assert flags(told, "overall", "2026-03-01") == ("conditional",)
    assert flags(told, "overall", "2027-01-01") == ("conditional", "term-over")


@pytest.mark.parametrize("settles", [ConditionMet(), ConditionFailed()])
def test_without_a_condition_none_is_met_and_none_fails(settles: Fact) -> None:
    with pytest.raises(NoCondition):
        kept(C, [E(begun(), "2026-02-02"), E(settles, "2026-03-01")])
    with pytest.raises(NotYetMade):
        kept(C, [E(settles, "2026-03-01")])


def test_a_condition_that_was_met_is_settled() -> None:
    told = [E(begun(condition="Funds"), "2026-02-02"), E(ConditionMet(), "2026-03-01")]
    for again in (ConditionMet(), ConditionFailed()):
        with pytest.raises(ConditionIsMet):
            kept(C, [*told, E(again, "2026-04-01")])


# --- for a group -----------------------------------------------------------------------------------------


def for_the_forum(how: Any, member: str = "KI", **more: Any) -> Fact:
    made: Fact = how(obligor=member, through="org:PIF", **more)
    return made


def test_a_member_gets_a_part_of_its_own_beside_its_groups() -> None:
    told = [
        E(begun(CommitmentMade, "org:PIF", **DUE), "2026-02-02"),
        E(for_the_forum(ProgressReported), "2026-03-01"),
        E(for_the_forum(CommitmentFulfilled, "FJ", evidence=PROOF), "2026-07-10"),
    ]
    part = "obligor/org:PIF>KI"
    assert status(told, part, "2026-02-28") is None
    assert status(told, part, "2026-03-01") == "in-progress"
    assert status(told, "obligor/org:PIF>FJ", "2026-07-10") == "fulfilled"
    assert flags(told, "obligor/org:PIF>FJ", "2026-07-10") == ("late",)
    assert flags(told, part, "2026-07-10") == ("overdue",)
    assert status(told, "overall", "2026-07-10") == status(told, "obligor/org:PIF", "2026-07-10") == "made"


@pytest.mark.parametrize(
    ("closing", "on", "word", "flagged"),
    [
        (CommitmentFulfilled(obligor="org:PIF", evidence=PROOF), "2026-06-10", "fulfilled", ()),
        (CommitmentFulfilled(obligor="org:PIF", evidence=PROOF), "2026-07-10", "fulfilled", ("late",)),
        (CommitmentWithdrawn(by="org:PIF"), "2026-06-10", "withdrawn", ()),
        (CommitmentLapsed(obligor="org:PIF"), "2026-07-10", "lapsed", ("late",)),
        (ObligorLeft(obligor="org:PIF"), "2026-06-10", "left", ()),
    ],
)
def test_once_a_group_is_done_so_is_what_its_members_have_open(
    closing: Fact, on: str, word: str, flagged: tuple[str, ...]
) -> None:
    told = [
        E(begun(CommitmentMade, "org:PIF", **DUE), "2026-02-02"),
        E(for_the_forum(ProgressReported), "2026-03-01"),
        E(for_the_forum(CommitmentFulfilled, "FJ", evidence=PROOF), "2026-03-10"),
        E(closing, on),
    ]
    for asked in (on, "2027-01-01"):
        for part in ("obligor/org:PIF", "obligor/org:PIF>KI"):
            assert (status(told, part, asked), flags(told, part, asked)) == (word, flagged)
        part = "obligor/org:PIF>FJ"
        assert (status(told, part, asked), flags(told, part, asked)) == ("fulfilled", ())
    again = [*told, E(CommitmentReopened(obligor="org:PIF", reason="More to do"), "2027-02-01")]
    assert status(again, "obligor/org:PIF>KI", "2027-02-01") == "in-progress"


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (NotAnObligor, [begun(CommitmentMade, "NZ"), for_the_forum(ProgressReported)]),
        (NotYetMade, [begun(CommitmentProposed, "org:PIF"), for_the_forum(ProgressReported)]),
        (CommitmentClosed, [begun(CommitmentMade, "org:PIF"), for_the_forum(CommitmentFulfilled, evidence=PROOF),
                            for_the_forum(ProgressReported)]),
        (MaintenanceIsNeverFulfilled, [begun(CommitmentMade, "org:PIF", kind="maintenance"),
                                       for_the_forum(CommitmentFulfilled, evidence=PROOF)]),
        (InvalidFact, [begun(CommitmentMade, "org:PIF"), for_the_forum(ProgressReported, "org:PIF")]),
        (InvalidFact, [begun(CommitmentMade, "org:PIF"), CommitmentStalled(through="org:PIF")]),
    ],
)  # fmt: skip
def test_what_a_member_cannot_do_for_its_group(refusal: type[Refusal], told: list[Fact]) -> None:
    with pytest.raises(refusal):
        kept(C, [E(fact, f"2026-03-0{number}") for number, fact in enumerate(told, 1)])


# --- amounts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ({"value": 810000000, "currency": "USD", "bound": "at-least"}, "at least USD 810,000,000"),
        ({"value": "200000000", "currency": "NZD", "bound": "about"}, "about NZD 200,000,000"),
        ({"value": "0.50", "currency": "EUR", "per": "year", "over": "2022/2026"}, "EUR 0.50 a year over 2022/2026"),
    ],
)
def test_an_amount_is_kept_as_it_was_said(amount: dict[str, Any], words: str) -> None:
    made = begun(amount=amount)
    assert isinstance(made, CommitmentMade)
    assert str(made.amount) == words
    kept(C, [E(made, "2026-02-02")])


@pytest.mark.parametrize(
    "amount",
    [
        {"value": "1,000", "currency": "USD"}, {"value": 0.1, "currency": "USD"}, {"value": "1e9", "currency": "USD"},
        {"value": "-1", "currency": "USD"}, {"value": True, "currency": "USD"}, {"value": "1", "currency": "USX"},
        {"value": "1"}, {"value": "1", "currency": "usd"}, {"value": "1", "currency": "USD", "over": "2026/2022"},
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(amount: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        begun(amount=amount)


@pytest.mark.parametrize(
    "more",
    [
        {"shares": ({"obligor": "NZ", "value": "1"},)},
        {"amount": {"value": "9", "currency": "NZD"}, "shares": ({"obligor": "US", "value": "1"},)},
        {"amount": {"value": "9", "currency": "NZD"}, "shares": ({"obligor": "NZ", "value": "1"},) * 2},
        {"part_of": C},
    ],
    ids=["no amount to share", "a share of another", "two shares", "part of itself"],
)
def test_sums_that_cannot_be_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidFact):
        kept(C, [E(begun(**more), "2026-02-02")])


@pytest.mark.parametrize(
    "more", [{"score": "good", "not_assessed": "not-due"}, {}, {"score": "good", "rank": 3, "ranked": 2}]
)
def test_an_assessment_has_a_verdict_or_says_why_not(more: dict[str, Any]) -> None:
    judged = ComplianceAssessed(obligor="NZ", assessor="org:PIF", scheme="own", **more)
    with pytest.raises(InvalidFact):
        kept(C, [E(begun(), "2026-02-02"), E(judged, "2026-03-01")])


@pytest.mark.parametrize("term", ["[2022..2026]", "2026/2022", "2026-13/2027", "next year", "../..", "2026/2027/2028"])
def test_what_is_no_interval_is_no_term(term: str) -> None:
    with pytest.raises(ValidationError):
        begun(term=term)


def test_a_span_that_was_judged_is_read_as_it_was_when_it_was_a_date() -> None:
    judged = ComplianceAssessed(obligor="NZ", assessor="AU", scheme="own", score="good", period="[2024..2025]")
    assert (str(judged.period), judged.type_name) == ("[2024..2025]", "commitment.compliance-assessed/1")
    spanned = judged.model_copy(update={"period": type(judged.period).parse("2024/2025")})
    assert spanned.type_name == "commitment.compliance-assessed/2"


def test_a_currency_in_small_letters_is_told_in_capitals() -> None:
    with pytest.raises(ValidationError, match="usd"):
        begun(amount={"value": "1", "currency": "usd"})


@pytest.mark.parametrize("went", [ObligorLeft(obligor="US"), CommitmentWithdrawn(by="US")])
def test_once_the_lead_is_gone_the_others_decide(went: Fact) -> None:
    made = begun(CommitmentMade, "US", "NZ", policy="lead", lead="US", **DUE)
    told = [E(made, "2026-02-09"), E(went, "2026-02-20")]
    assert status(told, "overall", "2026-02-20") == "made"
    late = [*told, E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), "2026-08-01")]
    assert (status(late, "overall", "2026-08-01"), flags(late, "overall", "2026-08-01")) == ("fulfilled", ("late",))


@pytest.mark.parametrize("policy", ["all", "any"])
def test_what_everybody_left_in_time_is_not_late(policy: str) -> None:
    told = [E(begun(policy=policy), "2026-02-01"), E(ObligorLeft(obligor="NZ"), "2026-03-10")]
    assert (status(told, "overall", "2026-03-10"), flags(told, "overall", "2026-03-10")) == ("withdrawn", ())
