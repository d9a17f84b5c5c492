"""What happened to the ledger itself? That an older copy of it was restored, and went on under the same name."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from .aggregate import Aggregate
from .entry import Fact, Text
from .errors import InvalidFact

ITSELF: Final = "ledger:itself"
"""The one stream of its kind."""


class LedgerRestored(Fact, type="ledger.restored/1", verb="restore"):
    """An older copy was restored: it does not extend the checkpoint that was signed last."""

    origin: Text
    """the origin under which checkpoints of the ledger are signed"""
    signed_size: Annotated[int, Field(ge=0)]
    """how many entries the last checkpoint covers that was signed before"""
    signed_root: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """its root, in hex"""
    reason: Text
    """why it was restored"""

    def check(self, stream: str) -> None:
        if stream != ITSELF:
            raise InvalidFact([f"{stream} is no ledger's"], f"the ledger has one stream: {ITSELF}")


@dataclass(frozen=True, kw_only=True)
class ItsOwn(Aggregate):
    """The ledger itself."""


MACHINES: Final[dict[str, Any]] = {}
AGGREGATE: Final = ItsOwn
