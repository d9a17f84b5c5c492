"""Where in a file does a fact stand, and each of its fields? A value of the file with its lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..ledger.field_paths import FieldPath


@dataclass(frozen=True, slots=True)
class Located:
    """A value of the file, and the line on which it begins."""

    line: int
    value: Any
    within: Callable[[FieldPath], int] | None = field(default=None, compare=False, repr=False)
    """the line of a field in it; None where all of it stands on one line"""

    def line_of(self, path: FieldPath) -> int:
        """The line of a field; of one that is not there, the line of what it is missing in."""
        return self.line if self.within is None else self.within(path)
