"""Is anything acknowledged that goes into a file which no longer stands under its name, while a program has it open?

The control in each is what the same program records once the file is back, or where it was left alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.ledgers import consistent, made, opened, stored_lines

from engagement_ledger.domain.errors import LedgerUnusable
from engagement_ledger.ledger.application import Forked, Ledger
from engagement_ledger.store.sqlite.place import Moved, Place

pytestmark = pytest.mark.faults


def _moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def _replaced(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.rename(path)


def _without_log(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


def _without_index(path: Path) -> None:
    path.with_name(path.name + "-shm").unlink()


def _another_log(path: Path) -> None:
    log = path.with_name(path.name + "-wal")
    copy = log.with_name("copy")
    shutil.copy(log, copy)
    copy.rename(log)


@pytest.mark.parametrize("happens", [_moved, Path.unlink, _replaced, _without_log, _without_index, _another_log])
def test_nothing_is_acknowledged_into_a_file_that_is_gone(happens: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        ledger.append(made(1))
        happens(path)
        for number in (2, 3):
            with pytest.raises(Moved, match="was moved, replaced or removed"):
                ledger.append(made(number))


def test_what_is_refused_is_not_written_either(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        ledger.append(made(1))
        _moved(path)
        with pytest.raises(Moved) as refused:
            ledger.append(made(2))
        assert "nothing was written" in refused.value.because
        path.with_name("elsewhere").rename(path)
        assert [receipt.position for receipt in ledger.append(made(3))] == [2]
    assert len(stored_lines(path)) == 2
    consistent(path)


def test_a_file_that_is_moved_at_the_commit_is_not_said_to_hold_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l"
    check = Place.check

    def moved_between(place: Place, *, committed: bool = False) -> None:
        if committed:
            _moved(path)
        check(place, committed=committed)

    with opened(path, create=True) as ledger:
        ledger.append(made(1))
        monkeypatch.setattr(Place, "check", moved_between)
        with pytest.raises(Moved) as refused:
            ledger.append(made(2))
        assert "in the file that stood there before" in refused.value.because


def _in_a_child(act: Callable[[], object]) -> str:
    """What `act` raises in a forked child, by name."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act()
            said = b"nothing"
        except BaseException as error:  # noqa: BLE001 - whatever it is, the parent names it
            said = type(error).__name__.encode()
        os.write(writes, said)
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said.decode()


def test_a_forked_child_does_not_use_the_ledger_of_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with opened(path, create=True) as ledger:
        ledger.append(made(1))
        assert _in_a_child(lambda: ledger.append(made(2))) == Forked.__name__
        assert _in_a_child(ledger.status) == Forked.__name__
        assert _in_a_child(ledger.close) == "nothing"

        def anew() -> None:
            with Ledger(path) as its_own:
                its_own.append(made(3))

        assert _in_a_child(anew) == "nothing"
        assert [receipt.position for receipt in ledger.append(made(4))] == [3]
    consistent(path)
    assert issubclass(Forked, LedgerUnusable)
