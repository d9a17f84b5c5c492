"""An append-only, bitemporal, provable record of diplomatic engagement.

    import engagement_ledger as el

    ledger = el.open("engagements.ledger")
    ledger.status("dialogue:nz-us-space", as_of="2026-03-15")

Names are imported when they are first used, so that the command line starts quickly.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .domain.dates import When
    from .domain.entry import Citation
    from .domain.errors import (
        Altered,
        CannotVerify,
        ChangedMeanwhile,
        ImpossibleHistory,
        InvalidFact,
        LedgerUnusable,
        NotFound,
        Refusal,
        UnknownWord,
    )
    from .domain.refusal import DateRefused
    from .history.effective import Effective
    from .ledger.append import BatchRefused, Receipt
    from .ledger.application import Ledger
    from .ledger.application import open_ledger as open  # noqa: A004 - el.open reads as it should
    from .ledger.drafts import draft_of
    from .ledger.unknown_types import NewerTypesWarning

__version__ = "0.1.0"
__all__ = [  # noqa: RUF022 - what is used first stands first
    "open", "Ledger", "Receipt", "Citation", "When", "Effective", "draft_of", "Refusal", "Altered", "BatchRefused",
    "CannotVerify", "ChangedMeanwhile", "DateRefused", "ImpossibleHistory", "InvalidFact", "LedgerUnusable",
    "NewerTypesWarning", "NotFound", "UnknownWord", "__version__",
]  # fmt: skip

_PLACES = {
    "open": ("ledger.application", "open_ledger"),
    "Ledger": ("ledger.application", "Ledger"),
    "Receipt": ("ledger.append", "Receipt"),
    "Citation": ("domain.entry", "Citation"),
    "When": ("domain.dates", "When"),
    "Effective": ("history.effective", "Effective"),
    "draft_of": ("ledger.drafts", "draft_of"),
    "Refusal": ("domain.refusal", "Refusal"),
    "Altered": ("domain.errors", "Altered"),
    "BatchRefused": ("ledger.append", "BatchRefused"),
    "CannotVerify": ("domain.errors", "CannotVerify"),
    "ChangedMeanwhile": ("domain.errors", "ChangedMeanwhile"),
    "DateRefused": ("domain.refusal", "DateRefused"),
    "ImpossibleHistory": ("domain.errors", "ImpossibleHistory"),
    "InvalidFact": ("domain.errors", "InvalidFact"),
    "LedgerUnusable": ("domain.errors", "LedgerUnusable"),
    "NewerTypesWarning": ("ledger.unknown_types", "NewerTypesWarning"),
    "NotFound": ("domain.errors", "NotFound"),
    "UnknownWord": ("domain.errors", "UnknownWord"),
}


def __dir__() -> list[str]:
    return list(__all__)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(f".{module}", __name__), attribute)
