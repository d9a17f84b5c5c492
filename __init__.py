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
    from .domain.errors import Refusal
    from .history.effective import Effective
    from .ledger.append import Receipt
    from .ledger.application import Ledger
    from .ledger.application import open_ledger as open  # noqa: A004 - el.open reads as it should
    from .ledger.drafts import draft_of

__version__ = "0.1.0"
__all__ = ["Effective", "Ledger", "Receipt", "Refusal", "When", "__version__", "draft_of", "open"]

_PLACES = {
    "open": ("ledger.application", "open_ledger"),
    "Ledger": ("ledger.application", "Ledger"),
    "Receipt": ("ledger.append", "Receipt"),
    "draft_of": ("ledger.drafts", "draft_of"),
    "When": ("domain.dates", "When"),
    "Refusal": ("domain.errors", "Refusal"),
    "Effective": ("history.effective", "Effective"),
}


def __dir__() -> list[str]:
    return list(__all__)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(f".{module}", __name__), attribute)
