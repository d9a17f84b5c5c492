"""What holds where neither an option, nor the environment, nor engage.toml says otherwise?"""

from __future__ import annotations

from typing import Final

DEFAULT_LEDGER: Final = "engagements.ledger"
"""The ledger's file, in the current folder."""
COLOURS: Final = ("auto", "always", "never")
"""When output is coloured; the first is the default."""
