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
        "announcement.called-off",
        "source.archived",
        "ledger.restored",
    )
)
"""Types of facts, without their versions, that never make a step."""

RETELLING: Final = frozenset(("commitment.amended", "party.renamed"))
"""Types of facts, without their versions, that make a step, and tell anew what a stream is called or about."""


RETOLD: Final = frozenset(("amount", "strength", "title", "text", "name"))
"""Fields of which a correction may tell anew what a stream is called or about."""


def tells(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether a fact of this type, with these fields, says what no status shows, or tells anew what a stream is."""
    return only_says(kind, body) or kind.partition("/")[0] in RETELLING


BESIDE_A_STATUS: Final = frozenset(
    (
        "ad_referendum", "by_commitment", "by_dialogue", "by_instrument", "by_succession", "claim", "completion",
        "decided_by", "evidence", "initiator", "into", "invited", "means", "mode", "notice", "on_the_margins_of",
        "ordinal", "participants", "reason", "self_reported", "share", "share_of", "signers", "successors",
    )
)  # fmt: skip
"""Fields of facts that make a step, of which neither the status nor what is known of the aggregate tells anything."""


def says_more(body: Mapping[str, Any]) -> bool:
    """Whether a fact that makes a step, with these fields, says more than how things stand."""
    return not BESIDE_A_STATUS.isdisjoint(body)


def only_says(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether a fact of this type, with these fields, makes no step."""
    name = kind.partition("/")[0]
    return name in SAYINGS or (name == "commitment.superseded" and body.get("scope") == "part")
