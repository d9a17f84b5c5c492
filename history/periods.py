"""What was each part's standing, over which days? A history as known at one moment → periods.

Periods are half-open in days. Neighbours of one part differ; where nothing is recorded there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ..domain.worlds import BEGIN, END, Machine, Node, Segment, Standing, Worlds

STILL_KNOWN: Final = (1 << 47) - 1
"""known_to of a period that is held true now: the largest integer that SQLite keeps in six bytes."""


class Period(NamedTuple):
    """What one part of a stream shows over the days [valid_from, valid_to), as known from group to group."""

    stream: str
    part: str
    standing: Standing
    valid_from: int
    valid_to: int
    known_from: int = 0
    known_to: int = STILL_KNOWN


def periods(stream: str, machine: Machine[Any], found: Worlds, since: int = BEGIN) -> list[Period]:
    """Write down what the worlds show, part by part, from their first day on, or from a segment's."""
    segments = [segment for segment in found.segments if segment.first >= since]
    finished: list[Period] = []
    current: dict[str, tuple[int, Standing]] = {}
    for first, standings in _days(machine, segments):
        for part, (began, standing) in list(current.items()):
            now = standings.get(part)
            if now is not standing and now != standing:
                finished.append(Period(stream, part, standing, began, first))
                del current[part]
        for part, standing in standings.items():
            if part not in current:
                current[part] = (first, standing)
    finished += [Period(stream, part, standing, began, END) for part, (began, standing) in current.items()]
    return finished


def _days(machine: Machine[Any], segments: Sequence[Segment]) -> Iterator[tuple[int, Mapping[str, Standing]]]:
    """Yield (from this day on, standing of each part) wherever it may change."""
    for index, (first, nodes, settled) in enumerate(segments, 1):
        last = segments[index].first if index < len(segments) else END
        if last <= first:
            continue
        if len(nodes) == 1:
            mask, state = nodes[0]
            yield first, _said(machine.show(state, first, mask == settled))
            for day in sorted(machine.cuts(state)):
                if first < day < last:
                    yield day, _said(machine.show(state, day, mask == settled))
            continue
        yield first, _joint(machine, nodes, settled, first)
        for day in sorted({cut for _, state in nodes for cut in machine.cuts(state)}):
            if first < day < last:
                yield day, _joint(machine, nodes, settled, day)


def _said(shown: Mapping[str, Standing]) -> Mapping[str, Standing]:
    """What is shown, less the parts of which nothing is said."""
    for standing in shown.values():
        if not (standing.status or standing.possible):
            return {part: one for part, one in shown.items() if one.status or one.possible}
    return shown


def _whole_first(part: str) -> tuple[bool, str]:
    return part != "overall", part


def _joint(machine: Machine[Any], nodes: tuple[Node, ...], settled: int, day: int) -> Mapping[str, Standing]:
    """What several nodes show together."""
    masks = {mask for mask, _ in nodes}
    # "As late as it may": the nodes in which nothing was done that another leaves undone.
    late = _least(masks)
    certain: dict[str, list[Standing]] = {}
    possible: dict[str, set[str]] = {}
    shows = [(mask in late, machine.show(state, day, mask == settled)) for mask, state in nodes]
    # In one order whatever the hashes of this process: it is the order of the rows, and of lists.
    parts = sorted({part for _, shown in shows for part in shown}, key=_whole_first)
    for is_late, shown in shows:
        for part in parts:
            standing = shown.get(part, _NOTHING)
            possible.setdefault(part, set()).update(standing.possible, filter(None, (standing.status,)))
            if is_late:
                certain.setdefault(part, []).append(standing)
    return _said({part: _joined(certain[part], possible[part]) for part in parts})


def _least(masks: set[int]) -> set[int]:
    """The masks that hold no other; the smallest first, so that each is compared with those alone."""
    found: list[int] = []
    for mask in sorted(masks, key=int.bit_count):
        if not any(other & mask == other for other in found):
            found.append(mask)
    return set(found)


_NOTHING = Standing(None)


def _joined(certain: list[Standing], possible: set[str]) -> Standing:
    """One standing out of several that may all hold: what they agree on, and the rest as possible."""
    words = {standing.status for standing in certain}
    status = words.pop() if len(words) == 1 else None
    flags = set(certain[0].flags).intersection(*(standing.flags for standing in certain))
    detail = set(certain[0].detail).intersection(*(standing.detail for standing in certain))
    return Standing(status, tuple(sorted(possible - {status})), tuple(sorted(flags)), tuple(sorted(detail)))
