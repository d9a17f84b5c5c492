"""What may a check ask of other streams? Of the whole ledger names are compared once; of one stream some."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Final

from ...domain.near_names import alike
from ...domain.near_parts import near_parts
from ...history.effective import Effective
from ...store.port import Snapshot
from .declared import Neighbours, Periods
from .names import Alike

MOST_NAMES: Final = 5_000
"""Names of one kind that one stream is compared with; of more, those beside its place."""


def neighbours(
    reader: Snapshot,
    told: Callable[[str], Sequence[Effective]],
    periods: Callable[[str], Periods],
    everything: bool,
    recording: bool,
) -> Neighbours:
    """What checks of the whole ledger, or of some streams, may ask; while recording, no names are compared."""
    has = lru_cache(maxsize=65_536)(reader.has_stream)
    if everything:
        return Neighbours(periods, told, has, Alike(reader.streams()).of)
    if recording:
        return Neighbours(periods, told, has, near=partial(_near, reader, told, periods))
    return Neighbours(periods, told, has, partial(_alike_beside, reader), partial(_near, reader, told, periods))


def _alike_beside(reader: Snapshot, stream: str) -> list[str]:
    kind, _, name = stream.partition(":")
    names = (one.partition(":")[2] for one in reader.streams_beside(kind, name, MOST_NAMES))
    return [f"{kind}:{one}" for one in names if one != name and alike(name, one)]


def _near(
    reader: Snapshot, told: Callable[[str], Sequence[Effective]], periods: Callable[[str], Periods], reference: str
) -> list[str]:
    """What a reference to what is not recorded may have been meant for."""
    stream, _, part = reference.partition("/")
    if not reader.has_stream(stream):
        return reader.near_streams(stream)
    named = ((kind, getattr(one.fact, kind, None)) for one in told(stream) for kind in ("meeting", "statement"))
    parts = {*(period[0] for period in periods(stream)), *(f"{kind}/{name}" for kind, name in named if name)}
    return [f"{stream}/{one}" for one in near_parts(part, sorted(parts))]


def registered_codes(reader: Snapshot, used: Iterable[str], everything: bool) -> list[str]:
    """The codes of parties that have a stream of their own, but for those of states: all, or those likely alike."""
    if everything:
        found = reader.streams("party:")
    else:
        spellings = {f"party:{code[: code.index(':')]}:{one}" for code in used for one in _spellings(code)}
        found = iter([one for one in sorted(spellings) if reader.has_stream(one)])
    return [code for one in found if ":" in (code := one.partition(":")[2])]


def _spellings(code: str) -> set[str]:
    name = code.partition(":")[2]
    forms = {name, name.replace("-", "_"), name.replace("_", "-"), name.replace(".", "-"), re.sub(r"[-_.]", "", name)}
    return {spelt for form in forms for spelt in (form, form.lower(), form.upper(), form.title())}
