"""Which types of a newer version could change an answer? Those that stand in what it is about, as known then.

A ledger has few types, in a table of their own: where all are known, that is all that is read.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ..domain.type_names import KNOWN

if TYPE_CHECKING:
    from ..store.port import Snapshot

_OF_ALL: Final = ("party.coverage-",)
"""Types that begin so decide what is in doubt in every stream."""


class NewerTypesWarning(UserWarning):
    """An answer leaves out facts of types that only a newer version knows."""


def unknown_types(
    reader: Snapshot, position: int, streams: Iterable[str] | None = None, kind: str | None = None
) -> list[str]:
    """Types recorded up to `position` that this version does not know, in some streams, those of a kind, or all."""
    there = [name for name in reader.types() if name not in KNOWN]
    if not there:
        return []
    if streams is None and kind is None and position >= reader.size:
        return there
    if streams is None:
        found = set(reader.types_used(there, position, f"{kind}:" if kind else ""))
    else:
        found = {one for stream in dict.fromkeys(streams) for one in reader.types_used(there, position, stream)}
    of_all = [name for name in there if name.startswith(_OF_ALL) and name not in found]
    return sorted(found.union(reader.types_used(of_all, position)))


def in_words(types: Iterable[str]) -> str:
    """What is to be said of an answer that leaves such facts out; nothing where there are none."""
    names = list(types)
    if not names:
        return ""
    return (
        f"facts of a newer version are recorded there ({', '.join(names)}), and this answer leaves them out: "
        "update engage to have them counted"
    )


def warn_of(types: Iterable[str]) -> None:
    """Warn a program whose answer leaves such facts out."""
    if said := in_words(types):
        warnings.warn(said, NewerTypesWarning, stacklevel=3)
