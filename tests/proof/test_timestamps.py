"""Does an authority's token say when a checkpoint was there? A local authority of OpenSSL's is asked, and verifies.

Skipped where openssl is not installed. Cost: some keys and certificates, a few seconds.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from faults.ledgers import asked, eventful, fact, opened, settled

from engagement_ledger.ledger.key_files import create_key
from engagement_ledger.proof.notes import COSIGNATURE, ED25519

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed: no authority is asked"
)

CONFIG = """
[req]
distinguished_name = name
[name]
[ext]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_cert = authority.pem
certs = authority.pem
signer_key = authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
"""


def openssl(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which openssl answers as an authority."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "c.cnf").write_text(CONFIG, encoding="utf-8")
    (folder / "serial").write_text("01", encoding="utf-8")
    made = openssl(
        folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "authority.key", "-out", "authority.pem",
        "-days", "30", "-subj", "/CN=Authority", "-config", "c.cnf", "-extensions", "ext",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder


def answered(authority: Path, question: bytes) -> bytes:
    (authority / "q.tsq").write_bytes(question)
    reply = ("ts", "-reply", "-queryfile", "q.tsq", "-config", "c.cnf", "-section", "here", "-out", "a.tsr")
    done = openssl(authority, *reply)
    assert done.returncode == 0, done.stderr
    return (authority / "a.tsr").read_bytes()


@pytest.fixture
def address(authority: Path) -> Iterator[str]:
    """The same, asked by http."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            content = answered(authority, question) if self.path == "/tsa" else b"<html>no</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "l"
    eventful(path, commitments=3)
    settled(path)
    monkeypatch.setenv("ENGAGE_KEY", str(tmp_path / "key"))
    create_key(tmp_path / "key", "mfa.example/ledger", (ED25519,))
    assert asked(path, "checkpoint", "create", "--name", "here", "-o", str(tmp_path / "checkpoint")).code == 0
    return path


def verified(authority: Path, path: Path, token: Path) -> bool:
    words = ("ts", "-verify", "-in", str(token), "-data", str(path.with_name("checkpoint")), "-CAfile", "authority.pem")
    return openssl(authority, *words).returncode == 0


def test_an_authority_is_asked_and_others_verify_its_token(path: Path, authority: Path, address: str) -> None:
    for _ in range(2):
        outcome = asked(path, "checkpoint", "timestamp", "--url", f"{address}/tsa")
        assert (outcome.code, "was there by" in outcome.err) == (0, True), outcome
    (row,) = asked(path, "checkpoint", "list", "--json").json["checkpoints"]
    assert len(row["timestamps"]) in (1, 2)
    token = path.with_name("token")
    assert asked(path, "checkpoint", "timestamp", "--show", "-o", str(token)).code == 0
    assert verified(authority, path, token)
    content = token.read_bytes()
    token.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert not verified(authority, path, token)
    assert asked(path, "verify", "--full").code == 7


def test_a_token_is_verified_of_a_checkpoint_that_was_cosigned_since(
    path: Path, authority: Path, address: str, tmp_path: Path
) -> None:
    assert asked(path, "checkpoint", "timestamp", "--url", f"{address}/tsa").code == 0
    log = asked(path, "key", "show").out.decode().strip()
    (witness,) = create_key(tmp_path / "witness", "witness.example/w", (COSIGNATURE,))
    back, token, shown = tmp_path / "back", tmp_path / "token", tmp_path / "checkpoint"
    key = ("--key", str(tmp_path / "witness"))
    assert asked(path, "checkpoint", "cosign", str(shown), "--log", log, *key, "-o", str(back)).code == 0
    assert asked(path, "checkpoint", "add", str(back), "--witness", witness.verifier).code == 0
    assert asked(path, "checkpoint", "timestamp", "--show", "-o", str(token)).code == 0
    assert asked(path, "checkpoint", "export", "-o", str(shown)).code == 0
    assert not verified(authority, path, token), "the cosignature is not of what was stamped"
    assert asked(path, "checkpoint", "export", "--as-signed", "-o", str(shown)).code == 0
    assert verified(authority, path, token)


def test_it_is_asked_on_another_machine(path: Path, authority: Path) -> None:
    question, token = path.with_name("question"), path.with_name("token")
    assert asked(path, "checkpoint", "timestamp", "here", "--query-only", "-o", str(question)).code == 0
    token.write_bytes(answered(authority, question.read_bytes()))
    assert asked(path, "checkpoint", "timestamp", "here", "--token", str(token)).code == 0
    kept = path.with_name("kept")
    asked(path, "checkpoint", "timestamp", "--show", "-o", str(kept))
    assert kept.read_bytes() == token.read_bytes(), "it is kept as it was received"


def test_a_token_of_something_else_is_not_kept(path: Path, authority: Path, address: str) -> None:
    question, token = path.with_name("question"), path.with_name("token")
    asked(path, "checkpoint", "timestamp", "--query-only", "-o", str(question))
    token.write_bytes(answered(authority, question.read_bytes()))
    with opened(path) as ledger:
        ledger.append(fact("made", "more"))
    asked(path, "checkpoint", "create")
    refused = asked(path, "checkpoint", "timestamp", "--token", str(token))
    assert (refused.code, "not of this checkpoint" in refused.err) == (1, True)
    for content in (b"", b"x", token.read_bytes()[:100], bytes(300 * 1024)):
        token.write_bytes(content)
        assert asked(path, "checkpoint", "timestamp", "here", "--token", str(token)).code == 1
    for url in (f"{address}/other", "http://127.0.0.1:1/tsa", "file:///etc/passwd", "ftp://x/y", "x"):
        assert asked(path, "checkpoint", "timestamp", "--url", url).code == 1, url
    assert all(row["timestamps"] == [] for row in asked(path, "checkpoint", "list", "--json").json["checkpoints"])
    assert asked(path, "checkpoint", "timestamp", "--show", "-o", str(token)).code == 3


def test_one_thing_is_asked_at_a_time(path: Path) -> None:
    for words in ([], ["--query-only"], ["--show"], ["--url", "http://x", "--show"]):
        assert asked(path, "checkpoint", "timestamp", *words).code == 2
