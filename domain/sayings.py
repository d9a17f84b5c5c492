"""Which facts say something without changing a status? By name, so that a question need not load them all."""

from collections.abc import Mapping
from typing import Any, Final

SAYINGS: Final = frozenset(
    (
        "commitment.reaffirmed/1",
        "commitment.compliance-assessed/1",
        "dialogue.renamed/1",
        "dialogue.agenda-set/1",
        "dialogue.participation-reported/1",
        "dialogue.participants-recorded/1",
        "dialogue.statement-issued/1",
        "relationship.opened/1",
        "relationship.partnership-reaffirmed/1",
        "relationship.position-affirmed/1",
        "relationship.interest-affirmed/1",
        "relationship.progress-welcomed/1",
        "relationship.act-acknowledged/1",
        "relationship.engagement-anticipated/1",
        "source.archived/1",
        "ledger.restored/1",
    )
)
"""Types of facts that never make a step."""


def only_says(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether a fact of this type, with these fields, makes no step."""
    return kind in SAYINGS or (kind == "commitment.superseded/1" and body.get("scope") == "part")
