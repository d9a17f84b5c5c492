"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from engagement_ledger.domain.describing import described

ROOT = Path(__file__).resolve().parents[1]

# How long an example takes is a matter of the machine: no test is about that.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def _descriptions() -> None:
    """Tests may read what a field means; a command pays for that only where it says so."""
    described()


@pytest.fixture(scope="session")
def data() -> Path:
    """Real registers, which the repository does not carry: ENGAGEMENT_DATA, or ../shared/data."""
    folder = Path(os.environ.get("ENGAGEMENT_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the registers are absent: no folder {folder} (set ENGAGEMENT_DATA)")
    return folder


@pytest.fixture(scope="module")
def made_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which much has happened: with as many commitments as the file of tests says in COMMITMENTS."""
    from faults.ledgers import eventful, settled

    path = tmp_path_factory.mktemp("made") / "l"
    eventful(path, commitments=getattr(request.module, "COMMITMENTS", 20))
    settled(path)
    return path
