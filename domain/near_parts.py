"""Which part of a stream may somebody have meant who wrote another?"""

from __future__ import annotations

from .countries import codes_meant
from .near_names import near


def near_parts(part: str, parts: list[str]) -> list[str]:
    """The parts that may have been meant: near in name, or of a party by another of its names."""
    group, _, name = part.partition("/")
    by_party = [f"{group}/{code}" for code in codes_meant(name)] if name else []
    by_name = [one for one in parts if part and one.partition("/")[2] == part]
    return list(dict.fromkeys([*(one for one in by_party if one in parts), *by_name, *near(part, parts)]))[:3]
