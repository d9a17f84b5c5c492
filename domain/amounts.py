"""How much money was undertaken? Decimal text and a currency, with the words that say how exactly it is meant."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from .amount_text import AmountText, Unit, grouped
from .entry import Model, Party
from .intervals import Interval
from .near_names import near
from .refusal import Refusal, shown

_CODES: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF XSU XUA YER ZAR ZMW ZWG

ANG ATS BEF CSD CUC CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK SLL VEF ZWL
"""
CURRENCIES: Final = frozenset(_CODES.split())
"""ISO 4217: the codes in use, and in the last lines those withdrawn since 1999, for a ledger reaches back."""


class UnknownCurrency(Refusal, ValueError):
    """A code of no currency. A ValueError, so that pydantic reports it with the field's place."""

    CODE = 2


def _checked(code: str) -> str:
    if code in CURRENCIES:
        return code
    found = [code.upper()] if code.upper() in CURRENCIES else near(code.upper(), CURRENCIES)
    raise UnknownCurrency(
        f"{shown(code)} is no currency",
        "a currency is its ISO 4217 code of three capital letters",
        f"did you mean {' or '.join(found)}?" if found else "write USD, EUR, NZD …",
    )


def _as_text(value: Any) -> Any:
    # YAML and JSON give whole numbers without quotes; what has a fraction has lost its decimals by then.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(pattern=r"^(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,6})?$")
]
"""Decimal text: digits, and a point before a fraction; no commas, no exponent."""
_ALSO: Final = {
    "nearly": "about", "almost": "about", "around": "about", "approximately": "about", "some": "about",
    "over": "at-least", "more than": "at-least", "at least": "at-least", "up to": "up-to", "at most": "up-to",
}  # fmt: skip
"""What statements say instead of the words of a bound."""
Bound = Annotated[
    Literal["exactly", "about", "up-to", "at-least"],
    BeforeValidator(lambda word: _ALSO.get(word, word) if isinstance(word, str) else word),
]
Currency = Annotated[str, AfterValidator(_checked)]


class Amount(Model):
    """How much was undertaken, as it was said."""

    value: Number
    """how much, in digits: 810000000"""
    currency: Currency
    """its currency (ISO 4217)"""
    bound: Bound = "exactly"
    """how it is meant: exactly, about, up-to or at-least ("over 810 million")"""
    per: Literal["total", "year"] = "total"
    """in total, or a year"""
    over: Interval | None = None
    """the span over which (EDTF interval: 2022/2026)"""

    def text(self) -> AmountText:
        """The amount as it is kept beside its stream."""
        over = self.over.text if self.over else None
        return AmountText(Unit(self.currency, self.bound, self.per), self.value, over)

    def __str__(self) -> str:
        return self.text().words()


class Share(Model):
    """What one of the obligors is to bear of an amount."""

    obligor: Party
    """which obligor"""
    value: Number
    """how much of the amount, in its currency"""

    def __str__(self) -> str:
        return f"{self.obligor} {grouped(self.value)}"
