"""Are the static files those of C2SP tlog-tiles? Read by somebody else's reader.

Cost: a ledger of some 1,100 entries, five seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.ledgers import asked, fact, made, opened, stored_lines
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from engagement_ledger.ledger.key_files import create_key, keys_of
from engagement_ledger.ledger.tiles import Tile, tiles_of
from engagement_ledger.proof.merkle import leaf_hash
from engagement_ledger.proof.notes import ED25519


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tiles") / "l"
    create_key(path.with_name("key"), "mfa.example/ledger", (ED25519,))
    with opened(path, create=True) as ledger:
        ledger.append(*(made(number) for number in range(1_100)))
        ledger.checkpoint(key=path.with_name("key"), by="Mere")
    return path


@pytest.mark.parametrize(
    ("number", "path"), [(0, "000"), (7, "007"), (999, "999"), (1_000, "x001/000"), (1_234_067, "x001/x234/067")]
)
def test_a_tile_lies_where_the_standard_has_it(number: int, path: str) -> None:
    assert Tile(0, number, 256).path == f"tile/0/{path}"
    assert Tile(3, number, 17).path == f"tile/3/{path}.p/17"
    assert Tile(-1, number, 256).path == f"tile/entries/{path}"


@pytest.mark.parametrize(
    ("size", "tiles"),
    [(0, 0), (1, 1), (255, 1), (256, 2), (257, 3), (65_536, 256 + 1 + 1), (70_000, 274 + 2 + 1)],
)
def test_a_tree_has_the_tiles_that_the_standard_says(size: int, tiles: int) -> None:
    assert sum(one.level >= 0 for one in tiles_of(size)) == tiles
    assert sum(one.width for one in tiles_of(size) if one.level < 0) == size


def test_somebody_elses_reader_finds_every_entry_and_proves_it(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    assert asked(path, "export", "--tiles", str(folder)).code == 0
    reader = TilesReader(LocalBackend(folder))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string(keys_of(path.with_name("key"))[0].verifier))
    assert reader.calculate_root_hash() == checkpoint.root_hash
    lines = stored_lines(path)
    for index in (0, 1, 255, 256, 700, 1_023, 1_024, 1_099):
        assert reader.get_entry(index) == lines[index]
        proof = reader.get_inclusion_proof(index, checkpoint.size)
        proof.check(leaf_hash(lines[index]), checkpoint.root_hash)


def test_what_is_there_already_is_not_written_again(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    asked(path, "export", "--tiles", str(folder))
    before = {one: one.stat().st_mtime_ns for one in folder.rglob("*") if one.is_file() and one.name != "checkpoint"}
    assert asked(path, "export", "--tiles", str(folder)).out == b""
    with opened(path) as ledger:
        ledger.append(*(fact("made", f"more{number}") for number in range(200)))
        ledger.checkpoint(key=path.with_name("key"), by="Mere")
    asked(path, "export", "--tiles", str(folder))
    assert all(one.stat().st_mtime_ns == time for one, time in before.items())
    reader = TilesReader(LocalBackend(folder))
    assert reader.get_checkpoint().size == 1_300
    assert reader.calculate_root_hash() == reader.get_checkpoint().root_hash


def test_without_a_checkpoint_nothing_is_published(tmp_path: Path) -> None:
    with opened(tmp_path / "l", create=True) as ledger:
        ledger.append(fact("made", "a"))
    outcome = asked(tmp_path / "l", "export", "--tiles", str(tmp_path / "published"))
    assert (outcome.code, "engage checkpoint create" in outcome.err) == (3, True)
    assert not (tmp_path / "published").exists()
