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

import engagement_ledger as el
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


# --- folders that hold what they should not


@pytest.fixture
def ours(path: Path, tmp_path: Path) -> Path:
    ours = tmp_path / "l"
    assert asked(path, "backup", str(ours)).code == 0
    return ours


def test_nothing_is_written_through_a_link_nor_over_a_ledger_or_key(ours: Path, path: Path, tmp_path: Path) -> None:
    held = ours.read_bytes()
    key = path.with_name("key").read_bytes()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for number, (name, to) in enumerate((
        ("checkpoint", ours), ("checkpoint", path.with_name("key")), ("tile/0/000", ours), ("tile/entries", elsewhere),
    )):  # fmt: skip
        place = tmp_path / f"published{number}" / name
        place.parent.mkdir(parents=True)
        place.symlink_to(to)
        refused = asked(ours, "export", "--tiles", str(tmp_path / f"published{number}"))
        assert (refused.code, "is a link" in refused.err) == (2, True), refused
    folder = tmp_path / "its-own"
    folder.mkdir()
    (folder / "checkpoint").write_bytes(held)
    assert asked(folder / "checkpoint", "export", "--tiles", str(folder)).code in (2, 4)
    assert ours.read_bytes() == held == (folder / "checkpoint").read_bytes()
    assert path.with_name("key").read_bytes() == key
    assert list(elsewhere.iterdir()) == []


def test_documents_are_written_through_no_link(ours: Path, tmp_path: Path) -> None:
    with opened(ours) as ledger:
        document = ledger.archive(b"The parties agree.", by="Mere")
    held = ours.read_bytes()
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / document.partition(":")[2]).symlink_to(ours)
    refused = asked(ours, "export", "-o", str(tmp_path / "x"), "--sources", str(folder))
    assert (refused.code, "is a link" in refused.err) == (2, True)
    assert ours.read_bytes()[:100] == held[:100]
    assert asked(ours, "status", "--count").code == 0


def test_what_was_published_of_another_history_is_not_mixed_with_this_one(
    ours: Path, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGAGE_KEY", str(path.with_name("key")))
    folder, other = tmp_path / "published", tmp_path / "other"
    with opened(ours) as ledger:
        ledger.append(*(fact("made", f"one{number}") for number in range(300)))
        ledger.checkpoint(by="Mere")
    assert asked(ours, "export", "--tiles", str(folder)).code == 0
    assert asked(path, "backup", str(other)).code == 0
    with el.open(other) as ledger:
        ledger.append(*(fact("made", f"two{number}") for number in range(400)))
        ledger.checkpoint(by="Mere", after_restore="an older copy was restored")
    before = {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    refused = asked(other, "export", "--tiles", str(folder))
    assert (refused.code, "does not go on from" in refused.err) == (4, True)
    assert asked(path, "export", "--tiles", str(folder)).code == 4, "of fewer entries"
    assert {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()} == before


@pytest.mark.parametrize("name", ["tile/0/001", "tile/1/000.p/*", "tile/entries/002"])
def test_a_file_that_was_damaged_is_written_again(ours: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "published"
    assert asked(ours, "export", "--tiles", str(folder)).code == 0
    (place,) = folder.glob(name)
    whole = place.read_bytes()
    place.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if "entries" not in name else b"")
    again = asked(ours, "export", "--tiles", str(folder))
    assert (again.code, "1 file is new" in again.err) == (0, True)
    assert place.read_bytes() == whole


def test_an_option_that_tiles_do_not_take_is_said(ours: Path, tmp_path: Path) -> None:
    assert asked(ours, "export", "--tiles", str(tmp_path / "t"), "--from", "2").code == 2
    assert asked(ours, "export", "--tiles", str(tmp_path / "t"), "-o", str(tmp_path / "o")).code == 2
