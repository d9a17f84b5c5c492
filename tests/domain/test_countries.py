"""Which codes name a party, and what may have been meant by those that do not? Cost: milliseconds."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest
from pydantic import TypeAdapter, ValidationError

from engagement_ledger.domain.countries import (
    ALPHA_3,
    CEASED,
    FOUR_LETTERS,
    PRESENT,
    UnknownParty,
    check_party,
    check_unambiguous,
    codes_named,
    name_of,
    resolved,
    same_party,
    usual_names,
)
from engagement_ledger.domain.entry import Party
from engagement_ledger.domain.refusal import Refusal

# As published: ISO 3166-1 alpha-2 (249 codes), and the alpha-2 codes of ISO 3166-3.
ISO_3166_1 = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
ISO_3166_3 = "AI AN BQ BU BY CS CT DD DY FQ FX GE HV JT MI NH NQ NT PC PU PZ RH SK SU TP VD WK YD YU ZR"
GIVEN_ANEW = {"AI", "BQ", "BY", "GE", "SK"}
"""Codes of ISO 3166-3 that name another country now."""


def test_the_table_is_iso_3166_1_with_the_european_union_and_kosovo() -> None:
    assert len(ISO_3166_1.split()) == 249
    assert {*ISO_3166_1.split(), "EU", "XK"} == set(PRESENT)


def test_formerly_used_codes_are_those_of_iso_3166_3_that_were_not_given_anew() -> None:
    assert set(ISO_3166_3.split()) - GIVEN_ANEW == set(CEASED)
    assert set(PRESENT) >= GIVEN_ANEW


def test_no_name_is_empty_or_carries_the_tables_own_marks() -> None:
    for name in (*PRESENT.values(), *CEASED.values()):
        assert name == " ".join(name.split())
        assert name
        assert "|" not in name
    assert len(set(PRESENT.values())) == len(PRESENT)


@pytest.mark.parametrize("code", [*PRESENT, *CEASED])
def test_every_code_of_the_tables_is_a_party(code: str) -> None:
    assert check_party(code) == code


@pytest.mark.parametrize(
    "code", ["org:PIF", "co:lockheed-martin", "x:like-minded-partners", "org:3M", "x:a", "co:a.b_c-d", "org:UN"]
)
def test_organisations_companies_and_the_unnamed_are_parties(code: str) -> None:
    assert check_party(code) == code


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("UK", "GB"),
        ("New Zealand", "NZ"),
        ("new  zealand ", "NZ"),
        ("nz", "NZ"),
        ("su", "SU"),
        ("Newzealand", "NZ"),
        ("USA", "US"),
        ("Turkey", "TR"),
        ("Turkiye", "TR"),
        ("Soviet Union", "SU"),
        ("NZL", "NZ"),
        ("usa", "US"),
        ("DEU", "DE"),
        ("CSK", "CSHH"),
        ("Czechoslovakia", "CSHH"),
        ("Serbia and Montenegro", "CSXX"),
        ("SCG", "CSXX"),
        ("cshh", "CSHH"),
        ("us-ca", "US-CA"),
        ("Sikkim", "SKIN"),
        ("Org:PIF", "org:PIF"),
        ("org:PIF\n", "org:PIF"),
        ("NZ\n", "NZ"),
        ("co: lockheed-martin", "co:lockheed-martin"),
    ],
)
def test_what_is_no_code_is_refused_with_what_may_have_been_meant(text: str, meant: str) -> None:
    with pytest.raises(UnknownParty) as refused:
        check_party(text)
    assert refused.value.hint == f"did you mean {meant}?"
    check_party(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Burma", "MM (Myanmar) or BU (Burma)"),
        ("East Timor", "TL (Timor-Leste) or TP (East Timor)"),
        ("Congo", "CD (Democratic Republic of the Congo) or CG (Congo)"),
        ("korea", "KP (North Korea) or KR (South Korea)"),
    ],
)
def test_a_name_of_two_is_refused_with_both(text: str, meant: str) -> None:
    with pytest.raises(UnknownParty) as refused:
        check_party(text)
    assert refused.value.because == f"it may be {meant}"
    assert resolved(text) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("New Zealand", "NZ"), ("nz", "NZ"), ("NZL", "NZ"), ("UK", "GB"), ("us-ca", "US-CA"), ("Cote d'Ivoire", None),
        ("Soviet Union", "SUHH"), ("USSR", "SUHH"), ("SUN", "SUHH"), ("SU", "SU"), ("SUHH", "SUHH"),
        ("East Germany", "DDDE"), ("CSK", "CSHH"), ("Yugoslavia", "YUCS"), ("GEHH", "GEHH"), ("CS", "CS"),
        ("Newzealand", None), ("org:PIF", "org:PIF"), ("", None), ("Westphalia", None),
    ],
)  # fmt: skip
def test_what_people_write_for_one_party_is_its_code_and_what_only_resembles_it_is_not(
    text: str, code: str | None
) -> None:
    assert resolved(text) == (text if code is None else code)


def test_two_codes_of_one_former_state_are_one_party_and_those_of_another_state_are_not() -> None:
    assert same_party("SU") == ("SU", "SUHH")
    assert same_party("SUHH") == ("SUHH", "SU")
    for code in ("NZ", "CS", "CSHH", "GE", "GEHH", "AI", "AIDJ", "SK", "SKIN", "org:PIF"):
        assert same_party(code) == (code,)
    assert {code for code in (*PRESENT, *FOUR_LETTERS) if len(same_party(code)) > 1} <= set(FOUR_LETTERS)


def test_every_name_of_one_state_is_read_as_a_code_that_is_taken() -> None:
    for name, _ in usual_names():
        if len(codes_named(name)) == 1:
            check_party(resolved(name))


@pytest.mark.parametrize(
    "text",
    ["", " ", "ZZ", "QQ", "N", "PIF", "Zeeland", "nobody at all", "org:", "x:", ":", "org:-a", "org:a b",
     "org:é", "org:a/b", "org:a>b", "firm:acme", "\x1b[31m", "N" * 10_000],
)  # fmt: skip
def test_what_resembles_nothing_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UnknownParty) as refused:
        check_party(text)
    assert refused.value.because
    assert "NZ" in refused.value.hint
    assert len(refused.value.message) < 200
    assert refused.value.message.isprintable()


def test_a_code_ends_as_the_name_of_a_stream_does() -> None:
    """party:org:PIF. would be no stream."""
    with pytest.raises(UnknownParty):
        check_party("org:PIF.")


def test_a_refused_code_is_a_refusal_that_a_form_reports_with_its_place() -> None:
    assert issubclass(UnknownParty, Refusal)
    with pytest.raises(ValidationError) as invalid:
        TypeAdapter(dict[str, tuple[Party, ...]]).validate_python({"obligors": ["NZ", "UK"]})
    (error,) = invalid.value.errors()
    assert error["loc"] == ("obligors", 1)
    assert isinstance(error["ctx"]["error"], UnknownParty)
    assert error["ctx"]["error"].hint == "did you mean GB?"


def test_a_refused_code_crosses_to_another_process_whole() -> None:
    with pytest.raises(UnknownParty) as refused:
        check_party("UK")
    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - our own
    assert (type(again), again.message, again.hint) == (UnknownParty, refused.value.message, "did you mean GB?")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("NZ", "New Zealand"),
        ("SU", "Soviet Union"),
        ("CI", "Côte d'Ivoire"),
        ("XK", "Kosovo"),
        ("EU", "European Union"),
        ("org:PIF", "org:PIF"),
        ("ZZ", "ZZ"),
    ],
)
def test_a_state_has_its_name_and_any_other_its_code(code: str, name: str) -> None:
    assert name_of(code) == name


def test_codes_are_checked_without_pydantic() -> None:
    """Its room's neighbours need the table while nothing else is loaded yet."""
    program = (
        "import sys, engagement_ledger.domain.countries as c; c.check_party('NZ'); "
        "sys.exit(int(not {'pydantic', 'difflib'}.isdisjoint(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_state_of_today_has_one_alpha_3_code_of_its_own() -> None:
    pairs = ALPHA_3.split()
    assert all(len(pair) == 5 and pair.isupper() and pair.isascii() for pair in pairs)
    assert {pair[:2] for pair in pairs} - CEASED.keys() == PRESENT.keys() - {"EU"}
    assert len({pair[2:] for pair in pairs}) == len(pairs)


@pytest.mark.parametrize("code", ["CSHH", "CSXX", "SUHH", "YUCS", "DE-BW", "US-CA", "GB-SCT", "FR-75"])
def test_former_states_and_parts_of_states_are_parties(code: str) -> None:
    assert check_party(code) == code


@pytest.mark.parametrize("code", ["CSHX", "QQ-BW", "CS-1", "DE-", "DE-BWXX", "de-bw", "DE-B W"])
def test_what_only_looks_like_one_is_none(code: str) -> None:
    with pytest.raises(UnknownParty):
        check_party(code)


def test_every_former_state_has_a_code_of_four_letters_that_begins_with_its_two() -> None:
    assert len(FOUR_LETTERS) == 31
    assert all(len(code) == 4 and code.startswith(had) for code, (had, _) in FOUR_LETTERS.items())
    assert {had for had, _ in FOUR_LETTERS.values()} == set(ISO_3166_3.split())


def test_two_letters_of_two_states_are_refused_on_writing_and_read_as_they_were() -> None:
    assert check_party("CS") == "CS"
    with pytest.raises(UnknownParty) as refused:
        check_unambiguous("CS")
    assert refused.value.hint == "write CSHH (Czechoslovakia) or CSXX (Serbia and Montenegro)"
    check_unambiguous("SU")
    assert name_of("CSXX") == "Serbia and Montenegro"
