"""Are the periods that are found by what they show those that a scan finds? Now, at earlier moments, in older layouts.

Cost: a small real file, under a second.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from faults.ledgers import eventful

from engagement_ledger.domain.worlds import Standing
from engagement_ledger.ledger.reading import snapshot

WANTED: dict[str, Callable[[Standing], bool]] = {
    "all": lambda _: True,
    "none": lambda _: False,
    "made": lambda one: one.status == "made",
    "possible": lambda one: bool(one.possible),
    "flagged": lambda one: bool(one.flags),
    "due": lambda one: "due" in dict(one.detail),
}
OLDER = Path(__file__).parents[1] / "golden" / "ledgers" / "format-2.ledger"


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("older", [False, True])
def test_what_shows_something_is_found_as_by_a_scan(tmp_path: Path, wanted: str, older: bool) -> None:
    path = tmp_path / "l"
    if older:
        path.write_bytes(OLDER.read_bytes())
    else:
        eventful(path, commitments=40)
    sizes = set()
    with snapshot(path) as reader:
        for moment in (None, f"#{reader.size // 2}", f"#{reader.size - 1}"):
            known = reader.known_at(moment)
            for day in range(739_500, 739_800, 23):
                found = list(reader.periods_of(known, day, WANTED[wanted]))
                scanned = [row for row in reader.periods(known, day) if WANTED[wanted](row.standing)]
                assert sorted(found) == sorted(scanned)
                sizes.add(len(found))
    assert sizes == {0} if wanted == "none" else max(sizes) > 0
