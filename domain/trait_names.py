"""How are traits of streams called? By name, so that a question need not load the facts."""

import sys
from typing import Final

ALL: Final = sys.maxsize
"""However many values a trait has."""

TITLE: Final = "title"
"""What a stream is called; of a commitment, what was undertaken."""
MEETING_TITLE: Final = "meeting-title"
"""What one of its meetings is called."""
KIND: Final = "kind"
"""The kind within its kind of aggregate: exploratory, treaty, state."""
PARTY: Final = "party/"
"""What the traits of parties begin with; the role follows."""
ITSELF: Final = "itself"
"""The role of the party that a register of a party is about."""
STRENGTHS: Final = ("undertaken", "intended", "considered")
"""How firmly something is undertaken, the firmest first."""
OBLIGOR: Final = "obligor"
"""The role of a party that undertook something."""
OVERALL: Final = "overall"
"""The part of a commitment that shows how the whole of it stands."""
THEME: Final = "theme"
MADE_AT: Final = "made-at"
TAG: Final = "tag"
BY: Final = "by"
"""Who recorded an entry of it."""
AMOUNT: Final = "amount"
"""How much money was undertaken, as `AmountText` writes it."""
DUE_AT: Final = "due-at"
"""The meeting, or the dialogue whose next session, by which it is due."""
EFFECTIVE: Final = "effective"
"""A day or window from which something announced holds (EDTF)."""
PART_OF: Final = "part-of"
"""The larger commitment that it is a part of."""
STRENGTH: Final = "strength"
"""How firmly something was undertaken, where it was less than that: intended, considered."""
BEGAN: Final = "began"
"""Of what was founded on a vague day: the first that it may have been (an ordinal, as text), since it certainly was."""
LATEST: Final = frozenset((TITLE, KIND, AMOUNT, PART_OF, STRENGTH))
"""Traits that a later fact replaces."""
TEXTS: Final = frozenset((TITLE, MEETING_TITLE, AMOUNT))
"""Traits whose values are texts: nearly each is another."""
