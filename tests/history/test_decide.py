"""What does a stream say, as known at one moment? Corrections, retractions, what cannot have happened yet. No I/O."""

from __future__ import annotations

from typing import Any

import pytest
from brute import said, seed
from brute import steps as worked_out
from histories import FIELDS, Dice, recorded, script
from support import E, kept, known, shown

from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.commitment import (
    CommitmentFulfilled,
    CommitmentMade,
    CommitmentReaffirmed,
    CommitmentWithdrawn,
    DueDateSet,
)
from engagement_ledger.domain.correction import ENVELOPE, FIXED, EntryCorrected, EntryRetracted
from engagement_ledger.domain.dates import AmbiguousDate, When, day
from engagement_ledger.domain.dialogue import MeetingHeld, MeetingScheduled
from engagement_ledger.domain.entry import Citation, Entry, Fact
from engagement_ledger.domain.errors import (
    CommitmentClosed,
    EntryIsRetracted,
    EntryNotInStream,
    FulfilmentNeedsEvidence,
    HappeningInTheFuture,
    InvalidFact,
    NotCorrectable,
    NotYetMade,
    Refusal,
)
from engagement_ledger.domain.instrument import ConsentDeposited, InstrumentEnteredIntoForce, TookEffectFor
from engagement_ledger.domain.worlds import BEGIN, END
from engagement_ledger.history.decide import StreamInMemory
from engagement_ledger.history.effective import effective, known_day, regions, steps_of
from engagement_ledger.history.periods import STILL_KNOWN
from engagement_ledger.ledger.append import prepare

C = "commitment:nz-us-2026-c3"
PROOF = Citation(document="A report")
OTHER = "11111111-1111-1111-1111-111111111111"


def uuid(position: int) -> str:
    return f"00000000-0000-0000-0000-{position:012}"


def made(on: str = "2026-02-02", **more: Any) -> E:
    return E(CommitmentMade(obligors=("NZ",), kind="achievement", text="To act", **more), on)


def fulfilled(on: str) -> E:
    return E(CommitmentFulfilled(obligor="NZ", evidence=PROOF), on)


def corrected(position: int, **changes: Any) -> E:
    return E(EntryCorrected(entry=uuid(position), changes=changes, reason="Misread"))


def retracted(position: int) -> E:
    return E(EntryRetracted(entry=uuid(position), reason="Never true"))


def status(told: list[E], on: str, part: str = "obligor/NZ") -> tuple[str | None, tuple[str, ...]] | None:
    standing = shown(C, told, part, on)
    return standing and (standing.status, standing.possible)


def said_in(told: list[E]) -> dict[str, Any]:
    entries = [one.entry(C, number) for number, one in enumerate(told, start=1)]
    return dict(effective(entries, known))


# --- corrections -----------------------------------------------------------------------------------------


def test_a_corrected_date_is_the_one_that_counts() -> None:
    told = [made(), fulfilled("2026-03-10")]
    assert status([*told, corrected(2, occurred="2026-04")], "2026-03-20") == ("made", ())
    assert status([*told, corrected(2, occurred="2026-04")], "2026-04-20") == ("made", ("fulfilled",))
    assert status(told, "2026-03-20") == ("fulfilled", ())


def test_a_corrected_field_of_the_fact_is_the_one_that_counts() -> None:
    told = [made(due=When.parse("2026-03")), corrected(1, due="2026-06")]
    assert [shown(C, told, "overall", on).flags for on in ("2026-04-01", "2026-07-01")] == [(), ("overdue",)]  # type: ignore[union-attr]


def test_of_two_corrections_of_one_field_the_later_position_wins() -> None:
    told = [made(), fulfilled("2026-03-10")]
    assert status([*told, corrected(2, occurred="2026-05-01"), corrected(2, occurred="2026-04-01")], "2026-04-01") == (
        "fulfilled", (),
    )  # fmt: skip
    assert status([*told, corrected(2, occurred="2026-04-01"), corrected(2, occurred="2026-05-01")], "2026-04-01") == (
        "made", (),
    )  # fmt: skip


def test_two_corrections_of_two_fields_both_count_and_each_field_names_its_own() -> None:
    told = [made(due=When.parse("2026-06")), corrected(1, due="2026-09"), corrected(1, occurred="2026-01-05")]
    one = said_in(told)[uuid(1)]
    assert (one.fact.due.text, one.occurred.text) == ("2026-09", "2026-01-05")
    assert one.set_by == {"due": uuid(2), "occurred": uuid(3)}


def test_null_takes_a_field_out() -> None:
    told = [made(due=When.parse("2026-06")), corrected(1, due=None)]
    assert said_in(told)[uuid(1)].fact.due is None
    assert shown(C, told, "overall", "2027-01-01").flags == ()  # type: ignore[union-attr]


def test_every_field_of_the_envelope_that_can_be_corrected_is() -> None:
    values: dict[str, Any] = {
        "occurred": "2026-02", "occurred_text": "this month", "after": [uuid(1)], "note": "See there",
        "tags": ["pacific"], "builds_on": ["dialogue:a/statement/1"], "sources": [{"document": "A communiqué"}],
    }  # fmt: skip
    assert set(values) == set(ENVELOPE)
    one = said_in([made(), fulfilled("2026-03-10"), corrected(2, **values)])[uuid(2)]
    assert (one.occurred, one.occurred_text) == (When.parse("2026-02"), "this month")
    assert (one.after, one.note, one.tags) == ((uuid(1),), "See there", ("pacific",))
    assert one.builds_on == ("dialogue:a/statement/1",)
    assert one.sources == (Citation(document="A communiqué"),)
    gone = dict.fromkeys(("occurred_text", "after", "builds_on", "note", "tags", "sources"))
    one = said_in([made(), fulfilled("2026-03-10"), corrected(2, **values), corrected(2, **gone)])[uuid(2)]
    assert (one.occurred_text, one.after, one.note, one.tags, one.sources) == (None, (), None, (), ())
    assert one.builds_on == ()


def test_the_original_is_kept_as_it_was_recorded() -> None:
    state = kept(C, [made(), fulfilled("2026-03-10"), corrected(2, occurred="2026-04-01"), retracted(1 + 1)])
    original = state.entries[1]
    assert isinstance(original, Entry)
    assert original.occurred == When.parse("2026-03-10")
    assert said_in([made(), fulfilled("2026-03-10"), corrected(2, occurred="2026-04-01")])[uuid(2)].entry == original


@pytest.mark.parametrize("field", FIXED)
def test_stream_type_and_what_the_ledger_sets_are_not_corrected(field: str) -> None:
    with pytest.raises(NotCorrectable) as refusal:
        kept(C, [made(), E(EntryCorrected(entry=uuid(1), changes={field: "commitment:other"}, reason="Misread"))])
    assert field in refusal.value.message
    assert "retract" in refusal.value.hint


def test_stream_and_type_are_among_what_is_not_corrected() -> None:
    assert {"stream", "type"} <= set(FIXED)
    assert not set(FIXED) & set(ENVELOPE)


REFUSED: list[tuple[str, type[Refusal], E]] = [
    ("a field that the fact does not have", NotCorrectable, corrected(1, colour="red")),
    ("a value that the field does not take", InvalidFact, corrected(1, kind="wish")),
    ("a field that must be there taken out", InvalidFact, corrected(1, text=None)),
    ("no date", AmbiguousDate, corrected(1, occurred="02/03/2026")),
    ("no tags", InvalidFact, corrected(1, tags="pacific")),
    ("a rule of the fact itself", InvalidFact, corrected(1, policy="lead")),
    ("an entry of another stream", EntryNotInStream,
     E(EntryCorrected(entry=OTHER, changes={"note": "x"}, reason="Misread"))),
    ("a retraction of an entry of another stream", EntryNotInStream, E(EntryRetracted(entry=OTHER, reason="Untrue"))),
    ("a correction of a correction", NotCorrectable, corrected(3, note="x")),
    ("a retraction of a correction", NotCorrectable, retracted(3)),
    ("a correction of what is retracted", EntryIsRetracted, corrected(4, note="x")),
    ("a retraction of what is retracted", EntryIsRetracted, retracted(4)),
    ("a happening in the future", HappeningInTheFuture, corrected(1, occurred="2031")),
]  # fmt: skip
GIVEN = [
    made(),
    E(CommitmentReaffirmed(by=("NZ",)), "2026-03-01"),
    corrected(2, note="As said there"),
    E(DueDateSet(due=When.parse("2026-06")), "2026-03-02"),
    retracted(4),
]


def judged(state: StreamInMemory, one: E, position: int) -> None:
    one.fact.check(C)
    state.add([one.entry(C, position)], position, known)


@pytest.mark.parametrize(("refusal", "new"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_correction_that_names_what_it_may_not_is_refused(refusal: type[Refusal], new: E) -> None:
    state = kept(C, GIVEN)
    rows = state.rows()
    with pytest.raises(Refusal) as raised:
        judged(state, new, 6)
    assert type(raised.value) is refusal
    assert raised.value.hint or raised.value.because
    assert state.rows() == rows


def test_a_correction_of_an_entry_that_is_recorded_later_is_refused() -> None:
    with pytest.raises(EntryNotInStream):
        kept(C, [made(), corrected(3, note="x"), fulfilled("2026-03-10")])


def test_the_links_that_a_correction_gives_are_looked_up_like_any_other() -> None:
    draft = corrected(2, after=[OTHER], note="x").entry(C, 3)
    assert prepare(draft, b"").named == (OTHER,)
    assert prepare(corrected(2, after=None).entry(C, 3), b"").named == ()
    assert prepare(E(BEGUN, after=(OTHER,)).entry(C, 3), b"").named == (OTHER,)


def test_evidence_cannot_be_corrected_away() -> None:
    with pytest.raises((InvalidFact, FulfilmentNeedsEvidence)):
        kept(C, [made(), fulfilled("2026-03-10"), corrected(2, evidence=None)])


# --- retractions -----------------------------------------------------------------------------------------


def test_what_is_retracted_was_never_true() -> None:
    told = [made(), fulfilled("2026-03-10")]
    assert status([*told, retracted(2)], "2026-03-20") == ("made", ())
    assert list(said_in([*told, retracted(2)])) == [uuid(1)]


def test_when_all_is_retracted_nothing_is_recorded_any_more() -> None:
    state = kept(C, [made(), retracted(1)])
    assert [row for row in state.rows() if row.known_to == STILL_KNOWN] == []
    assert len(state.past) == 2  # the obligor's row and the overall one, as known before
    assert shown(C, [made(), retracted(1), made("2026-02-03")], "obligor/NZ", "2026-02-03").status == "made"  # type: ignore[union-attr]


def test_a_retracted_fact_may_be_recorded_anew() -> None:
    told = [made(), fulfilled("2026-03-10"), retracted(2), fulfilled("2026-03-12")]
    assert status(told, "2026-03-11") == ("made", ())
    assert status(told, "2026-03-12") == ("fulfilled", ())


def test_a_retraction_and_a_withdrawal_are_not_the_same() -> None:
    withdrawn = [made(), E(CommitmentWithdrawn(by="NZ"), "2026-03-01")]
    assert status(withdrawn, "2026-02-15") == ("made", ())
    assert status([made(), retracted(1)], "2026-02-15") is None


# --- no world left ---------------------------------------------------------------------------------------


def test_a_correction_that_leaves_no_world_is_refused_and_names_the_entries() -> None:
    told = [made(), E(CommitmentWithdrawn(by="NZ"), "2026-03-15"), fulfilled("2026-04-10")]
    with pytest.raises(CommitmentClosed):
        kept(C, told)
    told = [made(), fulfilled("2026-04-10"), E(CommitmentReaffirmed(by=("NZ",)), "2026-05-01")]
    with pytest.raises(NotYetMade) as refusal:
        kept(C, [*told, corrected(1, occurred="2026-04-20")])
    assert refusal.value.others == [uuid(2)]
    kept(C, [*told, corrected(1, occurred="2026-04-10")])  # the control


def test_a_retraction_that_leaves_no_world_is_refused_and_names_the_entries() -> None:
    with pytest.raises(NotYetMade) as refusal:
        kept(C, [made(), fulfilled("2026-03-10"), retracted(1)])
    assert refusal.value.others == [uuid(2)]
    assert uuid(2) in refusal.value.because


def test_a_batch_may_carry_all_the_corrections_that_are_possible_only_together() -> None:
    state = kept(C, [made(), fulfilled("2026-03-10")])
    alone = corrected(1, occurred="2026-04-01").entry(C, 3)
    with pytest.raises(NotYetMade):
        state.add([alone], 3, known)
    together = [alone, corrected(2, occurred="2026-05-01").entry(C, 4)]
    state.add(together, 4, known)
    assert [(row.part, row.standing.status) for row in state.live(["obligor/NZ"], day("2026-04-15"))] == [
        ("obligor/NZ", "made"), ("obligor/NZ", "fulfilled"),
    ]  # fmt: skip
    gone = [retracted(1).entry(C, 5), retracted(2).entry(C, 6)]
    state.add(gone, 6, known)
    assert state.live(["obligor/NZ", "overall"], BEGIN) == []


def test_the_order_within_a_batch_does_not_matter() -> None:
    for first, second in ((1, 2), (2, 1)):
        state = kept(C, [made(), fulfilled("2026-03-10")])
        state.add([retracted(first).entry(C, 3), retracted(second).entry(C, 4)], 4, known)
        assert state.live(["obligor/NZ"], BEGIN) == []


# --- two clocks ------------------------------------------------------------------------------------------


def as_known(state: StreamInMemory, position: int, on: str) -> list[str | None]:
    return [
        row.standing.status
        for row in state.rows()
        if row.part == "obligor/NZ"
        and row.valid_from <= day(on) < row.valid_to
        and row.known_from <= position < row.known_to
    ]


def test_as_known_before_a_correction_the_answer_is_the_one_given_then() -> None:
    told = [made(), fulfilled("2026-03-10"), corrected(2, occurred="2026-04-01"), retracted(2), corrected(1, note="x")]
    state = kept(C, told)
    assert [as_known(state, position, "2026-03-20") for position in range(6)] == [
        [], ["made"], ["fulfilled"], ["made"], ["made"], ["made"],
    ]  # fmt: skip
    assert [as_known(state, position, "2026-04-20") for position in range(6)] == [
        [], ["made"], ["fulfilled"], ["fulfilled"], ["made"], ["made"],
    ]  # fmt: skip


def test_a_correction_that_changes_no_status_changes_no_row() -> None:
    state = kept(C, [made(), fulfilled("2026-03-10")])
    rows = state.rows()
    state.add([corrected(2, note="See there").entry(C, 3)], 3, known)
    assert state.rows() == rows


# --- what cannot have happened yet -----------------------------------------------------------------------

TAKEN_IN = "2026-02-03T21:15:00.000000Z"


def at(fact: Fact, on: str, since: str = TAKEN_IN) -> E:
    return E(fact, on, known=since)


BEGUN = CommitmentMade(obligors=("NZ",), kind="achievement", text="To act")


def last_day(one: E) -> int:
    (_, step), *_ = steps_of(effective([one.entry("x:y", 1)], known)[uuid(1)])
    return step.latest


@pytest.mark.parametrize(
    ("occurred", "latest"),
    [
        ("2026-02-02", "2026-02-02"),
        ("2026-02-04", "2026-02-04"),  # a meeting in Wellington is a day ahead
        ("2026-02", "2026-02-04"),
        ("2026", "2026-02-04"),
        ("../2026-12-31", "2026-02-04"),
        ("2026-02-02/..", "2026-02-04"),
        ("2025", "2025-12-31"),
    ],
)
def test_what_has_happened_had_happened_by_the_day_after_it_was_known(occurred: str, latest: str) -> None:
    assert last_day(at(BEGUN, occurred)) == day(latest)


@pytest.mark.parametrize("occurred", ["2026-02-05", "2026-03", "2027", "2026-02-05/.."])
def test_what_can_only_have_happened_later_than_it_was_known_is_refused(occurred: str) -> None:
    with pytest.raises(HappeningInTheFuture) as refusal:
        kept(C, [at(BEGUN, occurred)])
    assert occurred in refusal.value.message
    assert "2026-02-03" in refusal.value.because
    assert refusal.value.hint


@pytest.mark.parametrize(
    "fact", [TookEffectFor(party="NZ"), InstrumentEnteredIntoForce()], ids=lambda fact: fact.TYPE
)  # fmt: skip
def test_what_is_known_in_advance_may_lie_ahead(fact: Fact) -> None:
    assert last_day(at(fact, "2027")) == day("2027-12-31")
    assert last_day(at(fact, "2026-02-02/..")) == END


def test_no_other_fact_may_lie_ahead() -> None:
    ahead = {name for name, fact in CATALOGUE.items() if fact.AHEAD}
    assert ahead == {"instrument.took-effect/1", "instrument.entered-into-force/1"}


def test_windows_and_due_dates_may_lie_ahead() -> None:
    kept(C, [at(BEGUN.model_copy(update={"due": When.parse("2030")}), "2026-02-02")])
    kept("dialogue:x", [at(MeetingScheduled(meeting="1", window=When.parse("2027")), "2026-02-02")])


def test_the_last_day_of_what_lasts_cannot_lie_ahead() -> None:
    held = MeetingHeld(meeting="1", until=When.parse("2026-02-06"))
    with pytest.raises(HappeningInTheFuture):
        kept("dialogue:x", [at(held, "2026-02-02")])
    kept("dialogue:x", [at(MeetingHeld(meeting="1", until=When.parse("2026-02-04")), "2026-02-02")])


def test_consent_takes_effect_ahead_and_is_not_deposited_ahead() -> None:
    told = [
        at(ConsentDeposited(party="NZ", means="ratification"), "2026-02-02"),
        at(TookEffectFor(party="NZ"), "2026-03"),
    ]
    standing = shown("instrument:x", told, "consent/NZ", "2026-03-15")
    assert standing is not None
    assert (standing.status, standing.possible) == ("bound", ("in-effect",))
    with pytest.raises(HappeningInTheFuture):
        kept("instrument:x", [at(told[0].fact, "2026-03")])


def test_a_vague_date_is_cut_and_so_certain_from_the_day_after_it_was_known() -> None:
    told = [at(BEGUN, "2026-02")]
    assert status(told, "2026-02-03") == (None, ("made",))
    assert status(told, "2026-02-04") == ("made", ())


def test_a_corrected_date_is_cut_at_the_day_on_which_it_was_corrected() -> None:
    later = E(EntryCorrected(entry=uuid(1), changes={"occurred": "2026-02"}, reason="Misread"),
              known="2026-02-20T00:00:00.000000Z")  # fmt: skip
    told = [at(BEGUN, "2026-02-02"), later]
    assert status(told, "2026-02-20") == (None, ("made",))
    assert status(told, "2026-02-21") == ("made", ())


def test_the_known_day_is_the_one_in_universal_time() -> None:
    assert known_day("2026-02-03T23:59:59.999999Z") == day("2026-02-03")
    assert known_day("2026-02-04T00:00:00.000000Z") == day("2026-02-04")


# --- all together ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(FIELDS))
def test_what_entries_say_together_is_what_one_works_out_by_hand(name: str) -> None:
    field, dice = FIELDS[name], Dice(f"{seed()} {name}")
    dice.days = 30
    compared = 0
    for _ in range(300):
        told = recorded(field.stream, script(dice, field, longest=10))
        by_hand = worked_out(said(told))
        if by_hand is None:
            with pytest.raises(HappeningInTheFuture):
                regions(effective(told, known).values())
            continue
        assert regions(effective(told, known).values()) == by_hand
        compared += 1
    assert compared >= 200
