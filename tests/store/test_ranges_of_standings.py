"""Are the periods that are found by what they show those that a scan finds? Now, at earlier moments, in older layouts.

Cost: a small real file, under a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pytest
from faults.ledgers import eventful

from engagement_ledger.domain.worlds import Standing
from engagement_ledger.ledger.reading import snapshot
from engagement_ledger.projections.diff import Change, ChangeRow, _in_order, changed, in_the_world
from engagement_ledger.store.enclosed import EnclosedSnapshot
from engagement_ledger.store.port import Snapshot

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


@pytest.mark.parametrize("older", [False, True])
def test_what_changes_between_two_days_is_found_as_by_a_scan(tmp_path: Path, older: bool) -> None:
    path = tmp_path / "l"
    if older:
        path.write_bytes(OLDER.read_bytes())
    else:
        eventful(path, commitments=40)
    found_any = False
    with snapshot(path) as reader:
        enclosed = cast(Snapshot, EnclosedSnapshot(reader.lines()))
        for moment in (None, f"#{reader.size // 2}"):
            known = reader.known_at(moment)
            everything = list(reader.periods(known))
            for first in range(739_500, 739_800, 31):
                for last in (first, first + 1, first + 40):
                    scanned = {
                        (row.stream, row.part) for row in everything
                        if first < row.valid_from <= last or first < row.valid_to <= last
                    }  # fmt: skip
                    found = list(reader.changed_parts(known, first, last))
                    assert set(found) == scanned
                    assert len(found) == len(scanned)
                    if moment is None:
                        assert sorted(enclosed.changed_parts(enclosed.known_at(), first, last)) == sorted(found)
                    found_any = found_any or bool(found)
                    whole = changes(in_the_world((row[:5] for row in sorted(everything, key=_in_order)), first, last))
                    assert changed(reader, known, first, last) == whole
    assert found_any


def changes(found: Iterable[Change]) -> list[ChangeRow]:
    return sorted((one.as_row() for one in found), key=lambda row: (row["from"], row["stream"], row["part"]))
