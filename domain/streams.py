"""What is the name of a stream? A kind of aggregate, a colon, and a name of letters, digits and . _ : + -"""

from __future__ import annotations

import re
from typing import Final

KINDS: Final = ("relationship", "dialogue", "commitment", "instrument", "party")
NAME: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._:+-]{0,158}[A-Za-z0-9])?"
"""A short name, as a pattern."""
STREAM: Final = re.compile(rf"({'|'.join(KINDS)}):{NAME}", re.ASCII)
