"""A ledger in which much has happened, made once for each file of tests, and a copy of it for each test."""

import shutil
from pathlib import Path

import pytest
from faults.ledgers import eventful, settled


@pytest.fixture(scope="module")
def made_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With as many commitments as the file of tests says in COMMITMENTS."""
    path = tmp_path_factory.mktemp("made") / "l"
    eventful(path, commitments=getattr(request.module, "COMMITMENTS", 20))
    settled(path)
    return path


@pytest.fixture
def path(made_once: Path, tmp_path: Path) -> Path:
    shutil.copy(made_once, tmp_path / "l")
    return tmp_path / "l"
