"""The command as somebody at a desk uses it: arguments in, two streams and an exit code out.

Most cases call the command in this process, as its `main` does; what is about processes, terminals and start-up
starts one. Ledgers are real files in `tmp_path`. The folder costs about a minute.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engagement_ledger.cli.demo import build
from engagement_ledger.cli.main import run

COMMAND = (sys.executable, "-m", "engagement_ledger.cli.main")
TODAY = "2026-02-10"


@dataclass(frozen=True)
class Answer:
    """What a command printed, and the code it ended with."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    def well(self) -> Answer:
        """The same, having ended well."""
        assert self.code == 0, f"exit {self.code}: {self.err}{self.out[-2000:]}"
        return self

    def refused(self, code: int) -> Answer:
        """The same, having refused in three lines: what, why, and what to try."""
        assert self.code == code, f"exit {self.code}, not {code}: {self.err}{self.out[-2000:]}"
        told = [line.partition(":")[0] for line in self.err.splitlines()]
        assert "error" in told or ("note" in told and code == 7), self.err
        assert "because" in told, self.err
        assert "try" in told, self.err
        assert "Traceback" not in self.err
        return self


@dataclass
class Desk:
    """A folder with a ledger in it, and somebody who types commands there."""

    folder: Path
    ledger: Path
    env: dict[str, str] = field(default_factory=dict)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Nothing of the machine's own but where programs are."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "PYTHONWARNINGS": "error",
            "ENGAGE_LEDGER": str(self.ledger),
            "ENGAGE_TODAY": TODAY,
            "ENGAGE_AS": "mere",
            **self.env,
            **(more or {}),
        }

    def engage(self, *args: str | Path, stdin: bytes | str = b"", env: Mapping[str, str] | None = None) -> Answer:
        """Run the command in this process."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        before, kept = dict(os.environ), sys.stdin
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            os.environ.clear()
            os.environ.update(self.environment(env))
            sys.stdin = io.TextIOWrapper(io.BytesIO(given), "utf-8")
            try:
                code = run([str(one) for one in args])
            finally:
                os.environ.clear()
                os.environ.update(before)
                sys.stdin = kept
        for stream in (out, err):
            stream.flush()
        return Answer(code, out.buffer.getvalue(), err.buffer.getvalue().decode())  # type: ignore[attr-defined]

    def process(
        self, *args: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        """Run the command as a process of its own."""
        done = subprocess.run(
            [*COMMAND, *map(str, args)],
            cwd=self.folder,
            env=self.environment(env),
            input=stdin,
            capture_output=True,
            check=False,
            timeout=120,
            **more,
        )
        return Answer(done.returncode, done.stdout, done.stderr.decode())

    def started(self, *args: str | Path, env: Mapping[str, str] | None = None, **more: Any) -> subprocess.Popen[bytes]:
        """Start the command, and go on."""
        return subprocess.Popen(
            [*COMMAND, *map(str, args)], cwd=self.folder, env=self.environment(env), stdin=subprocess.DEVNULL, **more
        )

    def write(self, name: str, content: str | bytes) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def digest(self) -> str:
        """Digest of the ledger's file."""
        return hashlib.sha256(self.ledger.read_bytes()).hexdigest()

    def export(self) -> bytes:
        """Every entry, byte for byte."""
        return self.engage("export").well().raw

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """The ledger is byte for byte what it was: its file, and the entries that it gives out."""
        entries, digest = self.export(), self.digest()
        yield
        assert self.digest() == digest, "the ledger's file has changed"
        assert self.export() == entries
        wal = self.ledger.with_name(self.ledger.name + "-wal")
        assert not wal.exists() or wal.stat().st_size == 0, "something waits in the write-ahead log"

    def entries(self) -> list[dict[str, Any]]:
        """Every entry, read."""
        return [json.loads(line) for line in self.export().splitlines()]

    def rows(self, *asked: str) -> dict[str, dict[str, Any]]:
        """`status --json`: part → row, of one stream."""
        answer = self.engage("status", *asked, "--json").well()
        return {row["part"]: row for row in answer.json["rows"]}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example ledger, made once."""
    path = tmp_path_factory.mktemp("example") / "example.ledger"
    build(path)
    return path


@pytest.fixture
def example(built: Path, tmp_path: Path) -> Desk:
    """A desk with a copy of the example ledger on it."""
    path = tmp_path / "example.ledger"
    shutil.copyfile(built, path)
    return Desk(tmp_path, path)


@pytest.fixture(scope="module")
def library(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A copy of the example ledger that a file of tests only reads."""
    folder = tmp_path_factory.mktemp("library")
    path = folder / "example.ledger"
    shutil.copyfile(built, path)
    return Desk(folder, path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an empty ledger on it."""
    made = Desk(tmp_path, tmp_path / "engagements.ledger")
    made.engage("init").well()
    return made


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Desk]:
    """Makes a desk whose ledger holds the facts of a file."""

    def fill(facts: bytes) -> Desk:
        folder = tmp_path_factory.mktemp("filled")
        made = Desk(folder, folder / "engagements.ledger")
        made.engage("init").well()
        made.engage("append", "-", stdin=facts).well()
        return made

    return fill


Ask = Callable[..., Answer]
