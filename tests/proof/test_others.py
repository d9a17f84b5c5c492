"""Do the libraries behind Go's checksum database say yes to what a ledger hands over, and no to anything else?

Skipped where Go or its packages are not installed (Debian: golang-go, golang-golang-x-mod-dev).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from faults.ledgers import asked, eventful, fact, opened

from engagement_ledger.ledger.key_files import create_key
from engagement_ledger.proof.notes import ED25519

GOPATH = Path("/usr/share/gocode")
PROGRAM = Path(__file__).with_name("others.go")

pytestmark = pytest.mark.skipif(
    shutil.which("go") is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir(),
    reason="Go, or golang.org/x/mod, is not installed: its libraries are not asked",
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("go")
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    subprocess.run(["go", "build", "-o", folder / "others", PROGRAM], env=env, check=True, timeout=300)
    return folder / "others"


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what a ledger gives away."""
    folder = tmp_path_factory.mktemp("given")
    path = folder / "l"
    (key,) = create_key(folder / "key", "mfa.example/ledger", (ED25519,))
    (folder / "vkey").write_text(key.verifier + "\n", encoding="utf-8")
    eventful(path, commitments=20)
    sign = ("checkpoint", "create", "--key", str(folder / "key"), "-o")
    assert asked(path, *sign, str(folder / "older")).code == 0
    with opened(path) as ledger:
        ledger.append(*(fact("made", f"more{number}") for number in range(300)))
    assert asked(path, *sign, str(folder / "newer")).code == 0
    size = (folder / "older").read_text(encoding="utf-8").splitlines()[1]
    assert asked(path, "prove", "--consistency", f"#{size}", "-o", str(folder / "request")).code == 0
    for position in (1, 7, 256, 300):
        assert asked(path, "prove", f"#{position}", "-o", str(folder / f"proof{position}")).code == 0
        export = ("export", "--from", str(position), "--to", str(position), "-o")
        assert asked(path, *export, str(folder / f"line{position}")).code == 0
    return folder


def said(program: Path, folder: Path, *words: str) -> str:
    command = [str(program), "vkey", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout.split(":")[0].strip()


ASKED = [
    ("checkpoint", "newer"),
    ("checkpoint", "older"),
    *(("entry", f"proof{position}", f"line{position}") for position in (1, 7, 256, 300)),
    ("consistency", "request", "older"),
]


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_they_say_yes_and_no_when_one_byte_is_another(words: tuple[str, ...], program: Path, handed_over: Path) -> None:
    assert said(program, handed_over, *words) == "yes"
    for name in words[1:]:
        content = (handed_over / name).read_bytes()
        for place in range(0, len(content) - 1, max(1, len(content) // 12)):
            # Not the lowest bit: of a last letter of base64 it says nothing, and Go takes either.
            (handed_over / "changed").write_bytes(
                content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]
            )
            changed = tuple("changed" if one == name else one for one in words)
            assert said(program, handed_over, *changed) != "yes", (name, place)


def test_they_say_no_to_another_key(program: Path, handed_over: Path, tmp_path: Path) -> None:
    (stranger,) = create_key(tmp_path / "key", "mfa.example/ledger", (ED25519,))
    shutil.copytree(handed_over, tmp_path / "there")
    (tmp_path / "there" / "vkey").write_text(stranger.verifier, encoding="utf-8")
    assert said(program, tmp_path / "there", "checkpoint", "newer") == "no"
