"""Which facts say something without changing a status? By name, so that a question need not load them all."""

from collections.abc import Mapping
from typing import Any, Final

SAYINGS: Final = frozenset(
    (
        "commitment.reaffirmed",
        "commitment.compliance-assessed",
        "dialogue.renamed",
        "dialogue.agenda-set",
        "dialogue.participation-reported",
        "dialogue.participants-recorded",
        "dialogue.statement-issued",
        "relationship.opened",
        "relationship.partnership-reaffirmed",
        "relationship.position-affirmed",
        "relationship.interest-affirmed",
        "relationship.progress-welcomed",
        "relationship.act-acknowledged",
        "relationship.engagement-anticipated",
        "relationship.concern-expressed",
        "relationship.courtesy-extended",
        "dialogue.topics-discussed",
        "dialogue.decision-taken",
        "instrument.reservation-made",
        "instrument.reservation-withdrawn",
        "instrument.objection-made",
        "instrument.territory-covered",
        "source.archived",
        "ledger.restored",
    )
)
"""Types of facts, without their versions, that never make a step."""


def only_says(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether a fact of this type, with these fields, makes no step."""
    name = kind.partition("/")[0]
    return name in SAYINGS or (name == "commitment.superseded" and body.get("scope") == "part")
