"""What was recorded wrongly, or was never true? The two facts that any aggregate may carry.

Both keep the original and need a reason. They differ from Withdrawn and Cancelled, which are true changes
in the world. Only facts can be corrected or retracted, never a correction or a retraction.
"""

from typing import Annotated, Final

from pydantic import Field, JsonValue, StringConstraints

from .entry import Fact, Text
from .errors import InvalidFact, NotCorrectable

EntryId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
ENVELOPE: Final = ("occurred", "occurred_text", "after", "builds_on", "sources", "note", "tags")
"""Fields of the envelope that can be corrected, beside every field of the fact itself."""
FIXED: Final = (
    "stream",
    "type",
    "entry_id",
    "position",
    "group",
    "version",
    "recorded_at",
    "recorded_by",
    "known_since",
)


class EntryCorrected(Fact, type="entry.corrected/1", verb="correct"):
    """An entry was recorded wrongly; some of its fields have other values."""

    entry: EntryId
    """id of the entry that is corrected"""
    changes: Annotated[dict[str, JsonValue], Field(min_length=1)]
    """field → new value; null takes the field out"""
    reason: Text
    """why it is corrected"""

    def check(self, stream: str) -> None:
        listed = self.changes.get("after")
        if isinstance(listed, list) and self.entry in listed:
            raise InvalidFact(["after: an entry cannot come after itself"], "name the entries that came before it")
        for name in self.changes:
            if name in FIXED:
                raise NotCorrectable(
                    f"{name} of an entry cannot be corrected",
                    "it says where and when the entry was recorded, not what is true",
                    "retract the entry and record the fact anew",
                )


class EntryRetracted(Fact, type="entry.retracted/1", verb="retract"):
    """An entry was never true; it is left out from now on."""

    entry: EntryId
    """id of the entry that is retracted"""
    reason: Text
    """why it is retracted"""
