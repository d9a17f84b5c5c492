"""What becomes of what was announced, and never came to hold? A fact that any aggregate may carry.

Calling off is a true change in the world: the announcement was made, and stays in the record. It differs from a
retraction, which says that the announcement was never made.
"""

from .correction import EntryId
from .entry import Fact, Party, Text


class AnnouncementCalledOff(Fact, type="announcement.called-off/1", verb="call-off"):
    """What was announced ahead is not to take effect."""

    entry: EntryId
    """id of the entry that announced it"""
    by: Party | None = None
    """who called it off"""
    reason: Text
    """why"""
