"""Are the steps kept of a long stream those that its entries give? Damage is found, never built upon, and mended.

Cost: real files, some ten seconds.
"""

from __future__ import annotations

import uuid
from itertools import pairwise
from pathlib import Path

import pytest
from faults.ledgers import asked, consistent, contents, opened, plain, settled

from engagement_ledger.domain.dates import When, day, iso
from engagement_ledger.domain.entry import Draft
from engagement_ledger.domain.errors import StepsDamaged
from engagement_ledger.domain.relationship import MissionAtLevel
from engagement_ledger.history import step_index as steps
from engagement_ledger.ledger.rebuild import all_differences
from engagement_ledger.projections.replay import steps_difference
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader

STREAM = "relationship:nz-us"
FIRST = day("1990-01-01")
ENTRIES = 300


def mission(number: int, on: int, level: str = "consulate") -> Draft:
    fact = MissionAtLevel(sender="NZ", host="US", level=level)  # type: ignore[arg-type]  # one of the nine
    occurred = When.parse(iso(on))
    return Draft(stream=STREAM, fact=fact, occurred=occurred, entry_id=str(uuid.UUID(int=number)), recorded_by="Mere")


def all_in_order(count: int = ENTRIES) -> list[Draft]:
    levels = ("embassy", "legation", "legation")  # some say what is so already
    return [mission(number, FIRST + number, levels[number % 3]) for number in range(1, count + 1)]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "l"
    with opened(path, create=True) as ledger:
        ledger.append(*all_in_order())
    settled(path)
    return path


def laid(path: Path) -> list[list[tuple[object, ...]]]:
    with plain(path) as connection:
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("steps", "bases")]


def test_a_stream_has_its_steps_kept_from_the_entry_on_that_makes_it_long(tmp_path: Path) -> None:
    path = tmp_path / "l"
    told = all_in_order(steps.LONG + 3)
    with opened(path, create=True) as ledger:
        ledger.append(*told[: steps.LONG])
        assert laid(path) == [[], []], "a short one costs nothing"
        ledger.append(told[steps.LONG])
        assert len(laid(path)[0]) == steps.LONG + 1
        ledger.append(*told[steps.LONG + 1 :])
        assert len(laid(path)[0]) == len(told)
    consistent(path)


def test_there_are_bases_every_now_and_then(path: Path) -> None:
    days = [row[2] for row in laid(path)[1]]
    assert ENTRIES / steps.EVERY / 2 <= len(days) <= 2 * ENTRIES / steps.EVERY
    assert all(later - earlier <= 2 * steps.EVERY for earlier, later in pairwise(days))


BASE = "(SELECT day FROM bases ORDER BY day LIMIT 1 OFFSET 2)"
SAYING = "CAST(CAST(substr(body, 1, 8) AS BLOB) || replace(CAST(substr(body, 9) AS TEXT), '{}', '{}') AS BLOB)"
"""What lies behind the seal, changed; the seal is left as it is."""
DAMAGED = {
    "a base says another state": f"UPDATE bases SET body = {SAYING.format('legation', 'embassy')} WHERE day = {BASE}",
    "every base says another state": f"UPDATE bases SET body = {SAYING.format('lega', 'deg')}",
    "a base is gone": f"DELETE FROM bases WHERE day = {BASE}",
    "all bases are gone": "DELETE FROM bases",
    "a base is on another day": f"UPDATE bases SET day = day + 1 WHERE day = {BASE}",
    "a base is no JSON": "UPDATE bases SET body = x'ff00'",
    "a base is JSON of another shape": "UPDATE bases SET body = CAST('{}' AS BLOB)",
    "a base is of too many values": "UPDATE bases SET body = CAST('[1,2,3,4,5,6,7]' AS BLOB)",
    "a base is text": "UPDATE bases SET body = 'embassy'",
    "a step is gone": f"DELETE FROM steps WHERE earliest = {BASE} + 3",
    "the last step is gone": "DELETE FROM steps WHERE earliest = (SELECT max(earliest) FROM steps)",
    "half of the steps are gone": "DELETE FROM steps WHERE version % 2 = 0",
    "all steps are gone": "DELETE FROM steps",
    "a step says another level": f"UPDATE steps SET body = replace(body, 'embassy', 'none') WHERE earliest > {BASE}",
    "a step is no JSON": "UPDATE steps SET body = x'ff00'",
    "a step is JSON of another shape": "UPDATE steps SET body = CAST('[1,2]' AS BLOB)",
    "a step has a verb that there is not":
        "UPDATE steps SET body = replace(body, 'mission', 'sing')",
    "a step has arguments of another shape":
        "UPDATE steps SET body = replace(replace(body, '\"legation\"', '{}'), '\"embassy\"', '7')",
    "a step is twice": "INSERT INTO steps SELECT stream, region, earliest, version + 1, number, body FROM steps "
    "WHERE version = 250",
    "a step is of another region": "UPDATE steps SET region = 'relations'",
    "a step is of another stream": "UPDATE steps SET stream = stream + 1",
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGED)
def test_damage_is_found_and_mended(path: Path, what: str) -> None:
    before = laid(path)
    with plain(path) as connection:
        assert connection.execute(DAMAGED[what]).rowcount > 0
    assert laid(path) != before, "the negative control: something was changed"
    found = asked(path, "verify", "--full")
    assert found.code == 4, found
    assert asked(path, "replay").code == 4
    rebuilt = asked(path, "rebuild")
    assert rebuilt.code == 0, rebuilt
    assert steps_difference(STREAM).encode() in rebuilt.out
    if what != "a step is of another stream":
        assert laid(path) == before
    consistent(path)
    assert "equal to what was stored" in asked(path, "rebuild").err


@pytest.mark.parametrize("what", DAMAGED)
def test_a_late_arrival_is_never_judged_by_what_is_damaged(path: Path, what: str) -> None:
    with plain(path) as connection:
        connection.execute(DAMAGED[what])
        third = connection.execute("SELECT earliest FROM steps ORDER BY 1 LIMIT 1 OFFSET 200").fetchone()
    on = third[0] if third else FIRST + 200
    before = contents(path)
    refused = None
    try:
        with opened(path) as ledger:
            ledger.append(mission(9_999, on))
    except StepsDamaged as refusal:
        refused = refusal
    if refused is not None:
        assert "⟦verify-full⟧" in refused.remedy
        assert contents(path) == before, "nothing is written"
        asked(path, "rebuild")
        with opened(path) as ledger:
            ledger.append(mission(9_999, on))
    with Reader(path) as reader:
        assert set(all_differences(reader)) <= {steps_difference(STREAM)}


def test_steps_of_a_short_stream_are_damage_too(path: Path) -> None:
    with opened(path) as ledger:
        other = Draft(**{**_fields(mission(5_000, FIRST)), "stream": "relationship:fj-nz"})
        ledger.append(other)
    with plain(path) as connection:
        number = connection.execute("SELECT id FROM names WHERE name = 'relationship:fj-nz'").fetchone()[0]
        connection.execute(f"INSERT INTO steps SELECT {number}, region, earliest, 1, 0, body FROM steps LIMIT 1")
    assert asked(path, "verify", "--full").code == 4
    asked(path, "rebuild")
    consistent(path)


def _fields(draft: Draft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in ("fact", "occurred", "entry_id", "recorded_by")}
