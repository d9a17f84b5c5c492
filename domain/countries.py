"""Who can act? Codes of parties: ISO 3166 for states, former states and parts of states, org:, co: and x: for others.

A state is its alpha-2 code (NZ). A former state is its code of four letters (ISO 3166-3: CSHH for Czechoslovakia); the
two letters that it had are taken as well, unless another state has had them since. A part of a state is its code in
ISO 3166-2 (DE-BW, US-CA): of these the form is checked, and whether there is such a state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_CEASED: Final = """
AN Netherlands Antilles|BU Burma|CS Czechoslovakia; Serbia and Montenegro|CT Canton and Enderbury
Islands|DD East Germany|DY Dahomey|FQ French Southern and Antarctic Territories|FX Metropolitan
France|HV Upper Volta|JT Johnston Island|MI Midway Islands|NH New Hebrides|NQ Dronning Maud Land|NT
Neutral Zone|PC Pacific Islands (trust territory)|PU US Miscellaneous Pacific Islands|PZ Panama Canal
Zone|RH Southern Rhodesia|SU Soviet Union|TP East Timor|VD North Vietnam|WK Wake Island|YD South
Yemen|YU Yugoslavia|ZR Zaire
"""

FORMER: Final = """
AIDJ AI French Afars and Issas|ANHH AN Netherlands Antilles|BQAQ BQ British Antarctic Territory|BUMM BU Burma|BYAA BY
Byelorussian SSR|CSHH CS Czechoslovakia|CSXX CS Serbia and Montenegro|CTKI CT Canton and Enderbury Islands|DDDE DD
East Germany|DYBJ DY Dahomey|FQHH FQ French Southern and Antarctic Territories|FXFR FX Metropolitan France|GEHH GE
Gilbert and Ellice Islands|HVBF HV Upper Volta|JTUM JT Johnston Island|MIUM MI Midway Islands|NHVU NH New
Hebrides|NQAQ NQ Dronning Maud Land|NTHH NT Neutral Zone|PCHH PC Pacific Islands (trust territory)|PUUM PU US
Miscellaneous Pacific Islands|PZPA PZ Panama Canal Zone|RHZW RH Southern Rhodesia|SKIN SK Sikkim|SUHH SU Soviet
Union|TPTL TP East Timor|VDVN VD North Vietnam|WKUM WK Wake Island|YDYE YD South Yemen|YUCS YU Yugoslavia|ZRCD ZR Zaire
"""
"""ISO 3166-3: the code of a former state, the alpha-2 code that it had, and its name."""
_PART: Final = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}", re.ASCII)
"""What the code of a part of a state looks like (ISO 3166-2)."""
_ALIASES: Final = """
AE UAE|CD DRC; Congo|CI Ivory Coast|CN PRC|CV Cape Verde|CZ Czech Republic|DD GDR; German Democratic
Republic|GB UK; Britain; Great Britain; England|KP DPRK; Korea|KR ROK; Korea; Republic of Korea|MK
Macedonia|MM Burma|NL Holland|RU Russian Federation|SU USSR|SZ Swaziland|TL East Timor|TR Turkey|TW
ROC|US USA; United States of America; America|VA Vatican|VN Viet Nam
"""
"""What people write instead of a code, beside the names above."""


ALPHA_3: Final = """
ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM ANANT AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB
BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BUBUR BVBVT BWBWA BYBLR
BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CSCSK CSSCG CUCUB CVCPV CWCUW
CXCXR CYCYP CZCZE DDDDR DEDEU DJDJI DKDNK DMDMA DODOM DYDHY DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN
FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC
GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN HVHVO IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ
IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO
LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI
MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA
NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE
PTPRT PWPLW PYPRY QAQAT REREU RHRHO ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM
SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SUSUN SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK
TKTKL TLTLS TMTKM TNTUN TOTON TPTMP TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT
VDVDR VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM XKXKX YDYMD YEYEM YTMYT YUYUG ZAZAF ZMZMB ZRZAR ZWZWE
"""
"""Each alpha-2 code with the alpha-3 code (ISO 3166-1, and former ones of ISO 3166-3) that people write instead."""


_OF_TWO: Final = {"CSK": "CSHH", "SCG": "CSXX"}
"""Alpha-3 codes of states whose two letters were the same."""


class UnknownParty(Refusal, ValueError):
    """A code that names nobody. A ValueError, so that pydantic reports it with the field's place."""

    CODE = 2


def _read(table: str) -> dict[str, str]:
    pairs = (pair.partition(" ") for pair in table.strip().replace("\n", " ").split("|"))
    return {code: name for code, _, name in pairs}


PRESENT: Final = _read(_PRESENT)
CEASED: Final = _read(_CEASED)
"""Formerly used codes of two letters, for ledgers that were kept with them."""


def _former() -> dict[str, tuple[str, str]]:
    """Code of four letters → (the two letters that it had, name)."""
    lines = (one.split(" ", 2) for one in FORMER.strip().replace("\n", " ").split("|"))
    return {code: (had, name) for code, had, name in lines}


FOUR_LETTERS: Final = _former()
AMBIGUOUS: Final = {
    had: tuple(code for code, (other, _) in FOUR_LETTERS.items() if other == had)
    for had in CEASED
    if sum(other == had for other, _ in FOUR_LETTERS.values()) > 1
}
"""Two letters that meant two states, both of which are gone → the codes of these: CS."""


def check_party(code: str) -> str:
    """Return `code` where it names a party; raises UnknownParty with what may have been meant."""
    if code in PRESENT or code in CEASED or code in FOUR_LETTERS or _OTHERS.fullmatch(code):
        return code
    if (part := _PART.fullmatch(code)) and part[1] in PRESENT:
        return code
    near = codes_meant(code)
    if len(near) > 1 and near == codes_named(code):
        meant = " or ".join(f"{one} ({name_of(one)})" for one in near)
        raise UnknownParty(f"{shown(code)} is ambiguous", f"it may be {meant}", "write the code")
    hint = (
        f"did you mean {' or '.join(near)}?"
        if near
        else "write NZ, org:PIF, co:lockheed-martin or x:like-minded-partners"
    )
    raise UnknownParty(
        f"{shown(code)} names no party",
        "a state goes by its name or ISO 3166 code (NZ; former CSHH; a part US-CA); others begin with org:, co: or x:",
        hint,
    )


def _twins() -> dict[str, str]:
    """Two letters of a former state, where they meant no other → its four; and back."""
    there = {had: code for code, (had, _) in FOUR_LETTERS.items() if had in CEASED and had not in AMBIGUOUS}
    return {**there, **{code: had for had, code in there.items()}}


_TWINS: Final = _twins()


def same_party(code: str) -> tuple[str, ...]:
    """Every code that means the same party, this one first: SU and SUHH."""
    return (code, _TWINS[code]) if code in _TWINS else (code,)


def resolved(text: str) -> str:
    """The code of what a person calls a party, by a usual name or alpha-3; of a former state that of four letters.

    A text that is a code, or names nobody, or several, is returned as it is.
    """
    if text in PRESENT or text in FOUR_LETTERS or text in CEASED or ":" in text:
        return text
    found = codes_named(text)
    if len(found) != 1:
        return text
    return _TWINS[found[0]] if found[0] in CEASED and found[0] in _TWINS else found[0]


def usual_names() -> Iterator[tuple[str, str]]:
    """Yield (name, code) of every name that people use for a state; some are the names of several."""
    for table in (_read(_ALIASES), PRESENT, CEASED):
        for code, names in table.items():
            for name in names.split(";") if code not in AMBIGUOUS else ():
                yield name.strip(), code
    for code, (two, name) in FOUR_LETTERS.items():
        # A former state of which the two letters say enough keeps them, as ledgers have them.
        if two in AMBIGUOUS or two not in CEASED:
            yield name, code


def check_unambiguous(code: str) -> None:
    """Raise UnknownParty where two letters meant two states; recorded long ago, they are read as they are."""
    if code in AMBIGUOUS:
        meant = [f"{one} ({name_of(one)})" for one in AMBIGUOUS[code]]
        raise UnknownParty(
            f"{shown(code)} was the code of two states",
            "ISO 3166-3 tells them apart by four letters",
            f"write {' or '.join(meant)}",
        )


def _by_name() -> dict[str, list[str]]:
    """Every name, alias and alpha-3 code, in small letters → the codes that it may mean."""
    named: dict[str, list[str]] = {}
    for name, code in usual_names():
        named.setdefault(name.casefold(), []).append(code)
    for pair in ALPHA_3.split():
        named.setdefault(pair[2:].casefold(), []).append(_OF_TWO.get(pair[2:], pair[:2]))
    return named


def codes_named(text: str) -> list[str]:
    """Codes that a text names as it stands, by name, alias or any code; several where it is ambiguous."""
    word = " ".join(text.split()).casefold()
    if found := _by_name().get(word):
        return list(dict.fromkeys(found))
    if word.upper() in AMBIGUOUS:
        return list(AMBIGUOUS[word.upper()])
    if word.upper() in PRESENT or word.upper() in CEASED or word.upper() in FOUR_LETTERS:
        return [word.upper()]
    if (part := _PART.fullmatch(word.upper())) and part[1] in PRESENT:
        return [word.upper()]
    if ":" in word:
        kind, _, name = text.partition(":")
        other = f"{kind.strip().lower()}:{name.strip()}"
        return [other] if _OTHERS.fullmatch(other) else []
    return []


def codes_meant(text: str) -> list[str]:
    """Codes that a text may have meant; built only where something went wrong."""
    if found := codes_named(text):
        return found
    word = " ".join(text.split()).casefold()
    if ":" in word or len(word) < 4:
        return []
    from .near_names import near  # noqa: PLC0415 - only where something went wrong

    named = _by_name()
    return list(dict.fromkeys(code for name in near(word, named, likeness=0.8) for code in named[name]))


def name_of(code: str) -> str:
    """English short name of a state, or the code itself."""
    former = FOUR_LETTERS.get(code)
    return PRESENT.get(code) or CEASED.get(code) or (former[1] if former else code)
