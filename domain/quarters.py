"""How is a quarter shown? As people write it, 2026-Q1, which EDTF keeps as 2026-33."""

from __future__ import annotations

import re
from typing import Final

_QUARTER: Final = r"\b([0-9]{4})-3([3-6])(?![0-9-])"


def quarters(text: str) -> str:
    """`text` with its quarters as people write them."""
    return re.sub(_QUARTER, lambda m: f"{m[1]}-Q{int(m[2]) - 2}", text) if "-3" in text else text
