"""Of the ledger that is made once for each file of tests, a copy for each test."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def path(made_once: Path, tmp_path: Path) -> Path:
    shutil.copy(made_once, tmp_path / "l")
    return tmp_path / "l"
