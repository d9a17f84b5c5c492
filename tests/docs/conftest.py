"""Tests of the pages: they run commands in scratch folders, so they cost seconds, not milliseconds."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from engagement_ledger.cli.demo import build
from engagement_ledger.cli.main import run

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
def samples() -> ModuleType:
    return tool("samples")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example ledger."""
    path = tmp_path_factory.mktemp("example") / "example.ledger"
    build(path)
    return path


Engage = Callable[..., str]


@pytest.fixture
def engage(example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Engage:
    """Run `engage …` on a copy of the example, whatever its exit code, and return what it prints on stdout."""
    own = tmp_path / "own.ledger"
    copy(example, own)

    def command(*arguments: str) -> str:
        run(["--ledger", str(own), *arguments])
        return capsys.readouterr().out

    return command


def copy(source: Path, target: Path) -> None:
    """Copy a ledger as SQLite does it."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
