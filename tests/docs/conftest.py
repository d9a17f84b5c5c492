"""Tests of the pages: they run commands in scratch folders, so they cost seconds, not milliseconds."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def tool(name: str) -> ModuleType:
    """A module of docs/, which is a folder of tools and no package."""
    spec = spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sessions() -> ModuleType:
    return tool("sessions")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example ledger."""
    path = tmp_path_factory.mktemp("example") / "example.ledger"
    subprocess.run([ENGAGE, "demo", "--keep", str(path)], check=True, capture_output=True)
    return path


ENGAGE = str(Path(sys.executable).with_name("engage"))
Engage = Callable[..., str]


@pytest.fixture
def engage(example: Path, tmp_path: Path) -> Engage:
    """Run `engage …` on a copy of the example, whatever its exit code, and return what it prints."""
    own = tmp_path / "own.ledger"
    copy(example, own)

    def run(*arguments: str) -> str:
        command = [ENGAGE, "--ledger", str(own), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    return run


def copy(source: Path, target: Path) -> None:
    """Copy a ledger as SQLite does it."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
