"""Who took part: a person or an office, for a party. Apart from dialogues, whose facts need not be known for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from .entry import Model, Party, Text, later_words


class Participant(Model):
    """Who took part in a meeting, in which office, for whom."""

    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = {
        "person": later_words(2, None), "department": 2, "in_place_of": 2,
    }  # fmt: skip

    person: Text | None = None
    """name, as the source gives it; left out where the office alone is named"""
    office: Text | None = None
    """the office held at the time"""
    party: Party
    """for whom the person took part"""
    role: Text | None = None
    """what the person did there (head of delegation, chair, observer)"""
    department: Text | None = None
    """the department that the person is of"""
    in_place_of: Text | None = None
    """the person or office that was stood in for"""
