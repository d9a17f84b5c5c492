"""Who can act? Codes of parties: ISO 3166 alpha-2 for states, org:, co: and x: for the others.

Formerly used codes (ISO 3166-3) stand beside the present ones, for a ledger reaches back.
"""

from __future__ import annotations

import re
from typing import Final

from .refusal import Refusal, shown

_OTHERS: Final = re.compile(r"(?:org|co|x):[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
_PRESENT: Final = """
AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|AM
Armenia|AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba|AX Åland
Islands|AZ Azerbaijan|BA Bosnia and Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG
Bulgaria|BH Bahrain|BI Burundi|BJ Benin|BL Saint Barthélemy|BM Bermuda|BN Brunei|BO Bolivia|BQ Bonaire,
Sint Eustatius and Saba|BR Brazil|BS Bahamas|BT Bhutan|BV Bouvet Island|BW Botswana|BY Belarus|BZ
Belize|CA Canada|CC Cocos (Keeling) Islands|CD Democratic Republic of the Congo|CF Central African
Republic|CG Congo|CH Switzerland|CI Côte d'Ivoire|CK Cook Islands|CL Chile|CM Cameroon|CN China|CO
Colombia|CR Costa Rica|CU Cuba|CV Cabo Verde|CW Curaçao|CX Christmas Island|CY Cyprus|CZ Czechia|DE
Germany|DJ Djibouti|DK Denmark|DM Dominica|DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG
Egypt|EH Western Sahara|ER Eritrea|ES Spain|ET Ethiopia|EU European Union|FI Finland|FJ Fiji|FK Falkland
Islands|FM Micronesia|FO Faroe Islands|FR France|GA Gabon|GB United Kingdom|GD Grenada|GE Georgia|GF
French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland|GM Gambia|GN Guinea|GP Guadeloupe|GQ
Equatorial Guinea|GR Greece|GS South Georgia and the South Sandwich Islands|GT Guatemala|GU Guam|GW
Guinea-Bissau|GY Guyana|HK Hong Kong|HM Heard Island and McDonald Islands|HN Honduras|HR Croatia|HT
Haiti|HU Hungary|ID Indonesia|IE Ireland|IL Israel|IM Isle of Man|IN India|IO British Indian Ocean
Territory|IQ Iraq|IR Iran|IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG
Kyrgyzstan|KH Cambodia|KI Kiribati|KM Comoros|KN Saint Kitts and Nevis|KP North Korea|KR South Korea|KW
Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos|LB Lebanon|LC Saint Lucia|LI Liechtenstein|LK Sri
Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libya|MA Morocco|MC Monaco|MD
Moldova|ME Montenegro|MF Saint Martin (French part)|MG Madagascar|MH Marshall Islands|MK North
Macedonia|ML Mali|MM Myanmar|MN Mongolia|MO Macao|MP Northern Mariana Islands|MQ Martinique|MR
Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX Mexico|MY Malaysia|MZ
Mozambique|NA Namibia|NC New Caledonia|NE Niger|NF Norfolk Island|NG Nigeria|NI Nicaragua|NL
Netherlands|NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru|PF French
Polynesia|PG Papua New Guinea|PH Philippines|PK Pakistan|PL Poland|PM Saint Pierre and Miquelon|PN
Pitcairn|PR Puerto Rico|PS Palestine|PT Portugal|PW Palau|PY Paraguay|QA Qatar|RE Réunion|RO Romania|RS
Serbia|RU Russia|RW Rwanda|SA Saudi Arabia|SB Solomon Islands|SC Seychelles|SD Sudan|SE Sweden|SG
Singapore|SH Saint Helena, Ascension and Tristan da Cunha|SI Slovenia|SJ Svalbard and Jan Mayen|SK
Slovakia|SL Sierra Leone|SM San Marino|SN Senegal|SO Somalia|SR Suriname|SS South Sudan|ST Sao Tome and
Principe|SV El Salvador|SX Sint Maarten (Dutch part)|SY Syria|SZ Eswatini|TC Turks and Caicos Islands|TD
Chad|TF French Southern Territories|TG Togo|TH Thailand|TJ Tajikistan|TK Tokelau|TL Timor-Leste|TM
Turkmenistan|TN Tunisia|TO Tonga|TR Türkiye|TT Trinidad and Tobago|TV Tuvalu|TW Taiwan|TZ Tanzania|UA
Ukraine|UG Uganda|UM United States Minor Outlying Islands|US United States|UY Uruguay|UZ Uzbekistan|VA
Holy See|VC Saint Vincent and the Grenadines|VE Venezuela|VG Virgin Islands, British|VI Virgin Islands,
U.S.|VN Vietnam|VU Vanuatu|WF Wallis and Futuna|WS Samoa|XK Kosovo|YE Yemen|YT Mayotte|ZA South
Africa|ZM Zambia|ZW Zimbabwe
"""
_FORMER: Final = """
AN Netherlands Antilles|BU Burma|CS Czechoslovakia; Serbia and Montenegro|CT Canton and Enderbury
Islands|DD East Germany|DY Dahomey|FQ French Southern and Antarctic Territories|FX Metropolitan
France|HV Upper Volta|JT Johnston Island|MI Midway Islands|NH New Hebrides|NQ Dronning Maud Land|NT
Neutral Zone|PC Pacific Islands (trust territory)|PU US Miscellaneous Pacific Islands|PZ Panama Canal
Zone|RH Southern Rhodesia|SU Soviet Union|TP East Timor|VD North Vietnam|WK Wake Island|YD South
Yemen|YU Yugoslavia|ZR Zaire
"""


class UnknownParty(Refusal, ValueError):
    """A code that names nobody. A ValueError, so that pydantic reports it with the field's place."""


def _read(table: str) -> dict[str, str]:
    pairs = (pair.partition(" ") for pair in table.strip().replace("\n", " ").split("|"))
    return {code: name for code, _, name in pairs}


PRESENT: Final = _read(_PRESENT)
FORMER: Final = _read(_FORMER)


def check_party(code: str) -> str:
    """Return `code` where it names a party; raises UnknownParty with what may have been meant."""
    if code in PRESENT or code in FORMER or _OTHERS.fullmatch(code):
        return code
    near = _meant(code)
    hint = (
        f"did you mean {' or '.join(near)}?"
        if near
        else "write NZ, org:PIF, co:lockheed-martin or x:like-minded-partners"
    )
    raise UnknownParty(
        f"{shown(code)} names no party",
        "a state is its ISO 3166 alpha-2 code; others begin with org:, co: or x:",
        hint,
    )


def _meant(text: str) -> list[str]:
    word = text.strip().casefold()
    common = {
        "uk": "GB",
        "usa": "US",
        "uae": "AE",
        "great britain": "GB",
        "america": "US",
        "prc": "CN",
        "roc": "TW",
        "drc": "CD",
    }
    if word in common:
        return [common[word]]
    if word.upper() in PRESENT:
        return [word.upper()]
    exact = [code for code, name in PRESENT.items() if name.casefold() == word]
    if exact or len(word) < 4:
        return exact
    from difflib import get_close_matches  # noqa: PLC0415 - only where something went wrong

    names = {name.casefold(): code for code, name in PRESENT.items()}
    return [names[name] for name in get_close_matches(word, names, 3, 0.75)]


def name_of(code: str) -> str:
    """English short name of a state, or the code itself."""
    return PRESENT.get(code) or FORMER.get(code) or code
