"""What may follow what in an instrument and in each party's consent, and what is refused or only flagged."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from support import E, kept, recorded, shown

from engagement_ledger.domain import errors, instrument
from engagement_ledger.domain.catalogue import CATALOGUE
from engagement_ledger.domain.instrument import (
    CONSENT_REFUSALS,
    CONSENT_TABLE,
    WHOLE_REFUSALS,
    WHOLE_TABLE,
    ConsentDeposited,
    ConsentRevoked,
    Instrument,
    InstrumentAbandoned,
    InstrumentAdopted,
    InstrumentEnteredIntoForce,
    InstrumentOpenedForSignature,
    InstrumentProposed,
    InstrumentReplaced,
    InstrumentResumed,
    InstrumentSigned,
    InstrumentSuspended,
    InstrumentTerminated,
    NegotiationOpened,
    ObjectionMade,
    ProvisionalApplicationBegun,
    ProvisionalApplicationEnded,
    TookEffectFor,
    WithdrawalNotified,
    WithdrawalRevoked,
)
from engagement_ledger.domain.worlds import Standing

PARIS = "instrument:paris-agreement"
USA = "consent/US"


def signed(on="2016-04-22", **more):
    return E(InstrumentSigned(party="US"), on, **more)


def deposited(on="2016-09-03", means="acceptance", **more):
    return E(ConsentDeposited(party="US", means=means), on, **more)


def in_effect(on="2016-11-04", **more):
    return E(TookEffectFor(party="US"), on, **more)


def notified(on="2019-11-04", effective="2020-11-04", **more):
    return E(WithdrawalNotified(party="US", effective=effective), on, **more)


def withdrew(on="2019-11-04"):
    return notified(on, None)


def revoked(on="2020-01-20", **more):
    return E(WithdrawalRevoked(party="US"), on, **more)


def took_consent_back(on="2023-05-01", **more):
    return E(ConsentRevoked(party="US"), on, **more)


def consent(told, on):
    return shown(PARIS, told, USA, on)


def whole(told, on):
    return shown(PARIS, told, "whole", on)


def proposed(on="2015-01-01"):
    return E(InstrumentProposed(title="Paris Agreement", kind="agreement"), on)


def in_force(on="2016-11-04", **more):
    return E(InstrumentEnteredIntoForce(), on, **more)


# --- every row of the tables -----------------------------------------------------------------------------

STEP = {
    "propose": proposed,
    "negotiate": lambda on: E(NegotiationOpened(), on),
    "adopt": lambda on: E(InstrumentAdopted(), on),
    "open": lambda on: E(InstrumentOpenedForSignature(), on),
    "enter-into-force": in_force,
    "suspend": lambda on: E(InstrumentSuspended(), on),
    "resume": lambda on: E(InstrumentResumed(), on),
    "terminate": lambda on: E(InstrumentTerminated(), on),
    "replace": lambda on: E(InstrumentReplaced(by_instrument="instrument:next"), on),
    "abandon": lambda on: E(InstrumentAbandoned(), on),
}
UP_TO = {
    None: [],
    "proposed": [proposed()],
    "negotiating": [STEP["negotiate"]("2015-02-01")],
    "adopted": [STEP["adopt"]("2015-12-12")],
    "open-for-signature": [STEP["open"]("2016-04-22")],
    "in-force": [in_force()],
    "suspended": [in_force(), STEP["suspend"]("2018-01-01")],
    "terminated": [in_force(), STEP["terminate"]("2018-01-01")],
    "replaced": [in_force(), STEP["replace"]("2018-01-01")],
    "abandoned": [proposed(), STEP["abandon"]("2018-01-01")],
}


@pytest.mark.parametrize(("status", "verb"), WHOLE_TABLE)
def test_a_row_of_the_whole_is_lawful_and_leads_where_it_says(status, verb):
    before = whole(UP_TO[status], "2019-12-31")
    assert (before and before.status) == status
    after = whole([*UP_TO[status], STEP[verb]("2020-01-01")], "2020-01-01")
    assert after == Standing(WHOLE_TABLE[status, verb])


@pytest.mark.parametrize(("status", "verb"), [(s, v) for s in UP_TO for v in STEP if (s, v) not in WHOLE_TABLE])
def test_what_is_not_in_the_table_of_the_whole_is_refused_by_name(status, verb):
    with pytest.raises(errors.ImpossibleHistory) as refused:
        recorded(PARIS, [*UP_TO[status], STEP[verb]("2020-01-01")])
    assert type(refused.value) is WHOLE_REFUSALS[status, verb]
    assert refused.value.status == status


def applied(on="2017-01-01", party="US", **more):
    return E(ProvisionalApplicationBegun(party=party), on, **more)


def applied_no_more(on="2018-01-01", party="US", **more):
    return E(ProvisionalApplicationEnded(party=party), on, **more)


CONSENT_STEP = {
    "sign": signed,
    "deposit": deposited,
    "effect": in_effect,
    "notify": notified,
    "revoke": revoked,
    "withdraw": withdrew,
    "revoke-consent": took_consent_back,
    "apply": applied,
    "end-provisional": applied_no_more,
}
CONSENT_UP_TO = {
    None: [],
    "signed": [signed()],
    "bound": [signed(), deposited()],
    "in-effect": [signed(), deposited(), in_effect()],
    "withdrawn": [signed(), deposited(), in_effect(), withdrew("2017-06-01")],
}
NOTICE = notified("2018-01-01", "2030-01-01")
NEEDED = {"revoke": [NOTICE], "end-provisional": [applied("2018-01-01")]}
"""What a step takes back, beside the status that it comes in."""


@pytest.mark.parametrize(("status", "verb"), CONSENT_TABLE)
def test_a_row_of_a_partys_consent_is_lawful_and_leads_where_it_says(status, verb):
    told, step = [*CONSENT_UP_TO[status], *(NEEDED.get(verb, []))], CONSENT_STEP[verb]("2020-01-01")
    if (status, verb) == ("in-effect", "deposit"):  # of a succession alone
        told, step = [in_effect()], deposited("2020-01-01", "succession")
    before = consent(told, "2019-12-31")
    assert (before and before.status) == status
    after = consent([*told, step], "2020-01-01")
    assert after.status == CONSENT_TABLE[status, verb]


@pytest.mark.parametrize(
    ("status", "verb"), [(s, v) for s in CONSENT_UP_TO for v in CONSENT_STEP if (s, v) not in CONSENT_TABLE]
)
def test_what_is_not_in_the_table_of_consent_is_refused_by_name(status, verb):
    with pytest.raises(errors.ImpossibleHistory) as refused:
        recorded(PARIS, [*CONSENT_UP_TO[status], CONSENT_STEP[verb]("2020-01-01")])
    assert type(refused.value) is CONSENT_REFUSALS[status, verb]
    assert refused.value.status == status


# --- refusals --------------------------------------------------------------------------------------------

REFUSED = {
    "adopted after it entered into force": (errors.StagePassed, [in_force(), STEP["adopt"]("2018")]),
    "in force twice": (errors.StagePassed, [in_force(), in_force("2018")]),
    "in force while suspended": (errors.StagePassed, [*UP_TO["suspended"], in_force("2020")]),
    "terminated before it was in force": (errors.NotInForce, [proposed(), STEP["terminate"]("2018")]),
    "suspended before it was in force": (errors.NotInForce, [STEP["suspend"]("2018")]),
    "suspended twice": (errors.NotInForce, [*UP_TO["suspended"], STEP["suspend"]("2020")]),
    "resumed though in force": (errors.NothingToResume, [in_force(), STEP["resume"]("2018")]),
    "abandoned in force": (errors.InForceAlready, [in_force(), STEP["abandon"]("2018")]),
    "abandoned, never proposed": (errors.NothingProposed, [STEP["abandon"]("2018")]),
    "replaced, never proposed": (errors.NothingProposed, [STEP["replace"]("2018")]),
    "in force after it was abandoned": (errors.InstrumentOver, [*UP_TO["abandoned"], in_force("2020")]),
    "resumed after termination": (errors.InstrumentOver, [*UP_TO["terminated"], STEP["resume"]("2020")]),
    "replaced by itself": (errors.ReplacedByItself, [in_force(), E(InstrumentReplaced(by_instrument=PARIS), "2020")]),
    "consent after its effect": (errors.EffectBeforeConsent, [in_effect("2016"), deposited("2017")]),
    "withdrawn before the succession is deposited": (errors.EffectBeforeConsent, [in_effect(), withdrew()]),
    "succession twice": (
        errors.BoundAlready,
        [in_effect("2016"), deposited("2017", "succession"), deposited("2018", "succession")],
    ),
    "consent taken back, never given": (errors.NotASignatory, [signed(), took_consent_back()]),
    "consent taken back twice": (
        errors.NotASignatory,
        [signed(), deposited(), took_consent_back(), took_consent_back("2024")],
    ),
    "in effect with a signature alone": (errors.NotASignatory, [signed(), in_effect()]),
    "in effect after withdrawal": (errors.NotASignatory, [*CONSENT_UP_TO["withdrawn"], in_effect("2018")]),
    "in effect twice": (errors.BoundAlready, [deposited(), in_effect(), in_effect("2017")]),
    "consent twice": (errors.BoundAlready, [deposited(), deposited("2017")]),
    "signed twice": (errors.SignedAlready, [signed(), signed("2017")]),
    "withdrawn, never consented": (errors.NotASignatory, [withdrew()]),
    "notified, never consented": (errors.NotASignatory, [notified()]),
    "withdrawn twice": (errors.NotASignatory, [deposited(), withdrew(), withdrew("2020")]),
    "revoked, never notified": (errors.NoWithdrawalPending, [deposited(), revoked()]),
    "revoked twice": (errors.NoWithdrawalPending, [deposited(), notified(), revoked(), revoked("2020-02-01")]),
    "revoked after it had effect": (errors.NoWithdrawalPending, [deposited(), notified(), revoked("2020-11-05")]),
    "in effect before it was notified": (
        errors.EndsBeforeItBegins,
        [deposited(), notified("2019-11-04", "2019-11-03")],
    ),
    "a share of nothing": (
        errors.InvalidFact,
        [E(ConsentDeposited(party="US", means="acceptance", share="17.89"))],
    ),
    "signed in the future": (
        errors.HappeningInTheFuture,
        [signed("2016-04-22", known="2016-04-20T00:00:00.000000Z")],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused(case):
    refusal, told = REFUSED[case]
    recorded(PARIS, told[:-1])
    with pytest.raises(errors.Refusal) as refused:
        recorded(PARIS, told)
    assert type(refused.value) is refusal
    assert refused.value.message
    assert refused.value.because
    assert refused.value.hint


# --- the whole -------------------------------------------------------------------------------------------


def test_an_instrument_goes_through_all_its_stages():
    told = [
        proposed(), STEP["negotiate"]("2015-02-08"), STEP["adopt"]("2015-12-12"), STEP["open"]("2016-04-22"),
        in_force(), STEP["suspend"]("2030-01-01"), STEP["resume"]("2031-01-01"), STEP["terminate"]("2032-01-01"),
    ]  # fmt: skip
    told = [E(one.fact, one.on, known="2040-01-01T00:00:00.000000Z") for one in told]
    days = [one.on for one in told]
    assert [whole(told, day).status for day in days] == [
        "proposed", "negotiating", "adopted", "open-for-signature", "in-force", "suspended", "in-force", "terminated",
    ]  # fmt: skip


def test_entry_into_force_may_be_known_in_advance():
    told = [STEP["open"]("2016-04-22"), in_force(known="2016-10-05T00:00:00.000000Z")]
    assert whole(told, "2016-11-03").status == "open-for-signature"
    assert whole(told, "2016-11-04").status == "in-force"


def test_a_text_is_replaced_before_it_was_ever_in_force():
    assert whole([STEP["open"]("2016-02-04"), STEP["replace"]("2018-03-08")], "2018-03-08").status == "replaced"


def test_consent_does_not_move_the_whole_nor_the_whole_consent():
    told = [proposed(), deposited(), in_effect(), in_force("2017-01-01"), STEP["terminate"]("2018")]
    assert whole(told, "2016-12-31").status == "proposed"
    assert consent(told, "2019-01-01").status == "in-effect"


# --- consent ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "means", ["ratification", "acceptance", "approval", "accession", "succession", "definitive-signature"]
)
@pytest.mark.parametrize("before", [[], [signed()]])
def test_consent_is_given_with_or_without_signature_by_any_means(before, means):
    standing = consent([*before, deposited(means=means)], "2016-09-03")
    assert standing == Standing("bound", (), (), (("means", means),))


def test_effect_for_a_party_may_be_known_in_advance():
    told = [deposited(), in_effect("2016-11-04", known="2016-10-05T00:00:00.000000Z")]
    assert consent(told, "2016-11-03").status == "bound"
    assert consent(told, "2016-11-04").status == "in-effect"


@pytest.mark.parametrize("told", [[deposited()], [deposited(), in_effect()]])
def test_a_signature_after_consent_is_taken_in_and_flagged(told):
    before = consent(told, "2016-12-01")
    after = consent([*told, signed("2016-12-01")], "2016-12-01")
    assert after == before._replace(flags=("irregular",))


def test_a_signature_before_consent_is_not_flagged():
    assert consent([signed(), deposited()], "2016-09-03").flags == ()


def test_effect_for_a_party_before_entry_into_force_is_taken_in():
    assert consent([deposited(), in_effect("2016-10-01"), in_force()], "2016-10-01").status == "in-effect"


SUCCEEDED = [in_effect("1993-01-01"), deposited("1993-03-24", "succession")]


@pytest.mark.parametrize("told", [SUCCEEDED, SUCCEEDED[::-1]])
def test_a_succession_has_effect_from_its_date_before_it_is_deposited_in_any_order_of_recording(told):
    assert consent(told, "1992-12-31") is None
    assert consent(told, "1993-01-01") == consent(told, "1993-03-23") == Standing("in-effect")
    assert consent(told, "1993-03-24") == Standing("in-effect", (), (), (("means", "succession"),))


def test_a_succession_may_have_effect_after_its_deposit_too():
    told = [deposited("1993-03-24", "succession"), in_effect("1993-06-01")]
    assert consent(told, "1993-03-24").status == "bound"
    assert consent(told, "1993-06-01").status == "in-effect"


def test_where_it_is_open_whether_a_succession_was_deposited_first_both_are_possible():
    told = [in_effect("1993-02-01"), deposited("1993", "succession")]
    assert consent(told, "1993-01-15") == Standing(None, ("bound",))
    assert consent(told, "1993-02-01").status == "in-effect"


def test_effect_with_no_consent_recorded_is_taken_in_and_flagged_until_its_succession_is_recorded():
    assert consent([in_effect("1993-01-01")], "1993-01-01") == Standing("in-effect", (), ("irregular",))
    assert consent(SUCCEEDED, "1993-01-01").flags == ()


def test_a_succession_is_withdrawn_from_as_any_consent():
    assert consent([*SUCCEEDED, withdrew("2000-01-01")], "2000-01-01") == Standing("withdrawn")


TAKEN_BACK = [signed("1996-09-24"), deposited("2000-06-30", "ratification"), took_consent_back("2023-11-02")]


@pytest.mark.parametrize("between", [[], [in_effect("2001-01-01")], [notified("2023-06-01", "2024-06-01")]])
def test_a_ratification_is_taken_back_while_the_signature_stays(between):
    told = [*TAKEN_BACK, *between]
    assert consent(told, "2023-11-01").status in ("bound", "in-effect")
    assert consent(told, "2023-11-02") == consent(told, "2026-01-01") == Standing("signed")


def test_what_was_taken_back_can_be_deposited_anew():
    told = [*TAKEN_BACK, deposited("2025-01-01", "ratification")]
    assert consent(told, "2025-01-01") == Standing("bound", (), (), (("means", "ratification"),))


@pytest.mark.parametrize("last", [[2, 3], [3, 2]])
def test_who_signs_again_on_the_day_on_which_it_takes_its_consent_back_has_signed(last):
    told = [*TAKEN_BACK, signed("2023-11-02")]
    assert consent([*told[:2], *(told[n] for n in last)], "2023-11-02") == Standing("signed")


def test_the_american_withdrawal_and_return_are_both_kept():
    told = [
        signed(), deposited(), in_effect(), notified("2019-11-04", "2020-11-04"),
        deposited("2021-01-20"), in_effect("2021-02-19"),
    ]  # fmt: skip
    means = ("means", "acceptance")
    assert consent(told, "2019-11-03") == Standing("in-effect", (), (), (means,))
    notice = Standing("in-effect", (), ("withdrawal-notified",), (("effective", "2020-11-04"), means))
    assert consent(told, "2019-11-04") == consent(told, "2020-11-03") == notice
    assert consent(told, "2020-11-04") == Standing("withdrawn")
    assert consent(told, "2021-01-20") == Standing("bound", (), (), (means,))
    assert consent(told, "2021-02-19") == Standing("in-effect", (), (), (means,))


@pytest.mark.parametrize("status", ["signed", "bound", "in-effect"])
def test_a_notice_has_effect_on_its_day_and_is_known_in_advance(status):
    told = [*CONSENT_UP_TO[status], notified(known="2019-11-04T12:00:00.000000Z")]
    assert consent(told, "2020-11-03").status == status
    assert consent(told, "2020-11-03").flags == ("withdrawal-notified",)
    assert consent(told, "2020-11-04") == Standing("withdrawn")


def test_a_withdrawal_without_a_later_day_takes_effect_at_once():
    assert consent([deposited(), withdrew()], "2019-11-04") == Standing("withdrawn")


def test_a_withdrawal_may_take_effect_on_the_day_of_its_notice():
    assert consent([deposited(), notified("2019-11-04", "2019-11-04")], "2019-11-04") == Standing("withdrawn")


def test_a_notice_that_was_taken_back_has_no_effect():
    told = [deposited(), in_effect(), notified(), revoked()]
    as_before = Standing("in-effect", (), (), (("means", "acceptance"),))
    assert consent(told, "2020-01-20") == consent(told, "2020-11-04") == consent(told, "2026-01-01") == as_before


def test_a_notice_given_again_has_effect_on_its_own_day():
    told = [deposited(), notified(), revoked(), notified("2020-02-01", "2021-02-01")]
    assert consent(told, "2020-11-04").status == "bound"
    assert consent(told, "2020-11-04").detail == (("effective", "2021-02-01"), ("means", "acceptance"))
    assert consent(told, "2021-02-01") == Standing("withdrawn")


def test_a_notice_given_again_for_the_same_day_has_effect_on_it():
    told = [deposited(), notified(), revoked(), notified("2020-02-01", "2020-11-04")]
    assert consent(told, "2020-11-03").status == "bound"
    assert consent(told, "2020-11-04") == Standing("withdrawn")


@pytest.mark.parametrize("sooner", ["2020-06-01", "2021-06-01"])
def test_a_second_notice_takes_the_place_of_the_first(sooner):
    told = [deposited(), notified(), notified("2020-01-01", sooner)]
    assert dict(consent(told, "2020-01-01").detail)["effective"] == sooner
    assert consent(told, sooner) == Standing("withdrawn")
    assert consent(told, "2020-11-04").status == ("withdrawn" if sooner < "2020-11-04" else "bound")


def test_the_day_of_a_notice_that_another_withdrawal_overtook_changes_nothing():
    told = [deposited(), notified(), withdrew("2020-02-01"), deposited("2020-03-01", "accession")]
    assert consent(told, "2020-02-01") == Standing("withdrawn")
    assert consent(told, "2020-11-04") == Standing("bound", (), (), (("means", "accession"),))


def test_a_party_that_has_withdrawn_starts_afresh():
    told = [deposited(), signed("2016-10-01"), withdrew(), signed("2021-01-01")]
    assert consent(told, "2016-10-01").flags == ("irregular",)
    assert consent(told, "2021-01-01") == Standing("signed")


def test_a_notice_whose_effective_day_is_vague_leaves_the_withdrawal_possible():
    told = [deposited(), notified("2019-11-04", "2020-11")]
    assert consent(told, "2020-11-15").status == "bound"
    assert consent(told, "2020-11-15").possible == ("withdrawn",)
    assert consent(told, "2020-11-30") == Standing("withdrawn")


def test_a_revocation_some_day_of_the_month_of_effect_came_before_it():
    told = [deposited(), notified(), revoked("2020-11")]
    assert consent(told, "2020-11-01").flags == ("withdrawal-notified",)
    assert consent(told, "2020-11-04") == Standing("bound", (), (), (("means", "acceptance"),))


def test_parties_do_not_move_each_other():
    told = [deposited(), E(InstrumentSigned(party="NZ"), "2016-04-22"), withdrew("2017-06-01")]
    assert shown(PARIS, told, "consent/NZ", "2018-01-01").status == "signed"


# --- the order of recording ------------------------------------------------------------------------------

HISTORIES = [
    [signed(), deposited(), in_effect(), notified(), deposited("2021-01-20")],
    [deposited("2016"), signed("2016"), notified(), revoked(), notified("2020-02", "2021-02")],
    [signed("2016-Q2"), deposited("2016-Q3"), in_effect("2016"), withdrew("2017")],
    [in_effect("2016"), deposited("2017", "succession"), notified(), revoked()],
    [in_effect("2016-Q3"), deposited("2016", "succession"), withdrew("2016")],
    [signed("2016"), deposited("2017~"), took_consent_back("2017"), deposited("2018")],
    [proposed("2015"), STEP["open"]("2015"), in_force("2016~"), STEP["suspend"]("2016"), STEP["resume"]("2017")],
]


@pytest.mark.parametrize("told", HISTORIES)
def test_the_order_of_recording_changes_nothing_that_is_true(told):
    wanted, accepted = _rows(told), 0
    for order in permutations(told):
        try:
            found = _rows(order)
        except errors.ImpossibleHistory:
            continue  # what came between was not recorded yet
        accepted += 1
        assert found == wanted
    assert accepted > 1


@settings(max_examples=300)
@given(st.data())
def test_whatever_is_accepted_is_shown_the_same_in_any_order(data):
    days = ["2019-11-04", "2019-11", "2020-01-01", "2020", "2020-11-04", "2020-11-03~", "../2020-06-01"]
    step = st.sampled_from(sorted(CONSENT_STEP)).flatmap(lambda verb: st.sampled_from(days).map(CONSENT_STEP[verb]))
    began = data.draw(st.sampled_from([deposited(), deposited(means="succession"), deposited("2020", "succession")]))
    told = [began, *data.draw(st.lists(step, min_size=1, max_size=4))]
    other = data.draw(st.permutations(told))
    try:
        one, another = _rows(told), _rows(other)
    except errors.Refusal:
        return
    assert one == another


def _rows(told):
    return {row[:4] for rows in kept(PARIS, told).standing.values() for row in rows}


# --- declarations ----------------------------------------------------------------------------------------

VERB_OF = {
    "InstrumentProposed": "propose",
    "NegotiationOpened": "negotiate",
    "InstrumentAdopted": "adopt",
    "InstrumentOpenedForSignature": "open",
    "InstrumentSigned": "sign",
    "ConsentDeposited": "deposit",
    "TookEffectFor": "take-effect",
    "ProvisionalApplicationBegun": "apply-provisionally",
    "ProvisionalApplicationEnded": "end-provisional",
    "ReservationMade": "reserve",
    "ReservationWithdrawn": "withdraw-reservation",
    "ObjectionMade": "object",
    "TerritoryCovered": "cover-territory",
    "WithdrawalNotified": "notify-withdrawal",
    "WithdrawalRevoked": "revoke-withdrawal",
    "ConsentRevoked": "revoke-consent",
    "InstrumentEnteredIntoForce": "enter-into-force",
    "InstrumentSuspended": "suspend",
    "InstrumentResumed": "resume",
    "InstrumentTerminated": "terminate",
    "InstrumentReplaced": "replace",
    "InstrumentAbandoned": "abandon",
}
DECLARED = [fact for fact in CATALOGUE.values() if fact.KIND == "instrument"]


def test_every_event_of_the_language_is_declared_once_with_its_verb():
    assert {fact.__name__: fact.VERB for fact in DECLARED} == VERB_OF
    assert len(DECLARED) == len(set(VERB_OF.values()))


def test_only_what_may_be_known_in_advance_is_not_cut_at_its_known_day():
    assert {fact.__name__ for fact in DECLARED if fact.AHEAD} == {"InstrumentEnteredIntoForce", "TookEffectFor"}


@pytest.mark.parametrize("fact", DECLARED, ids=lambda fact: fact.VERB)
def test_every_field_says_what_it_is(fact):
    assert fact.__doc__
    for name, declared in fact.model_fields.items():
        assert declared.description, name
        assert not declared.description.endswith("."), name


@pytest.mark.parametrize("one", [make("2020-01-01") for make in (*STEP.values(), *CONSENT_STEP.values())])
def test_what_a_step_depends_on_can_be_written_as_json(one):
    for move in one.fact.moves():
        assert tuple(json.loads(json.dumps(move.args))) == move.args
        assert move.region.partition("/")[0] in instrument.MACHINES


@pytest.mark.parametrize(
    "make",
    [
        lambda: InstrumentProposed(kind="treaty"),
        lambda: InstrumentProposed(title="Framework", kind="gentlemen's agreement"),
        lambda: ConsentDeposited(party="US"),
        lambda: ConsentDeposited(party="US", means="definitive signature"),
        lambda: ConsentDeposited(party="US", means="acceptance", share="101", share_of="global emissions"),
        InstrumentSigned,
        lambda: TookEffectFor(party=""),
    ],
)
def test_a_fact_without_what_it_needs_is_none(make):
    with pytest.raises(ValidationError):
        make()


def test_a_share_is_kept_as_it_was_written():
    fact = ConsentDeposited(party="US", means="acceptance", share="17.890", share_of="global emissions")
    fact.check(PARIS)
    assert fact.share == Decimal("17.890")
    assert json.loads(fact.model_dump_json())["share"] == "17.890"


def test_what_is_known_of_an_instrument_follows_its_facts():
    known = Instrument(stream=PARIS)
    facts = [
        InstrumentProposed(title="Climate accord", kind="agreement", parties=("FR",), themes=("climate",)),
        InstrumentAdopted(title="Paris Agreement", parties=("NZ", "FR")),
        InstrumentOpenedForSignature(),
        InstrumentSigned(party="US"),
        InstrumentEnteredIntoForce(),
        InstrumentReplaced(by_instrument="instrument:next"),
    ]
    for fact in facts:
        known = known.evolve(fact)
    assert known == Instrument(
        stream=PARIS, title="Paris Agreement", kind="agreement", parties=("FR", "NZ", "US"), themes=("climate",),
        by_instrument="instrument:next",
    )  # fmt: skip


# --- provisional application, signers, reservations ------------------------------------------------------


def test_provisional_application_is_a_flag_until_it_ends_or_the_instrument_is_in_effect():
    told = [signed("2016-04-22"), applied("2017-01-01")]
    assert consent(told, "2016-12-31").flags == ()
    assert consent(told, "2017-01-01").flags == ("provisional",)
    assert consent([*told, deposited("2017-06-01")], "2017-06-01").flags == ("provisional",)
    assert consent([*told, applied_no_more("2018-01-01")], "2018-01-01").flags == ()
    effect = [*told, deposited("2017-06-01"), in_effect("2018-01-01")]
    assert (consent(effect, "2018-01-01").status, consent(effect, "2018-01-01").flags) == ("in-effect", ())


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (errors.AppliedAlready, [signed("2016-04-22"), applied("2017-01-01"), applied("2018-01-01")]),
        (errors.NotAppliedYet, [signed("2016-04-22"), applied_no_more("2018-01-01")]),
        (errors.NotASignatory, [applied("2017-01-01")]),
    ],
)
def test_what_is_not_applied_provisionally(refusal, told):
    with pytest.raises(refusal):
        recorded(PARIS, told)


def test_signers_are_named_and_none_objects_to_itself():
    for fact in (
        InstrumentSigned(party="US", signers=({},)),
        ObjectionMade(party="US", to="US"),
    ):
        with pytest.raises(errors.InvalidFact):
            recorded(PARIS, [E(fact)])
    recorded(PARIS, [E(InstrumentSigned(party="US", signers=({"department": "Energy"}, {"office": "envoy"})))])
