"""Does the stand-alone verifier take what was signed, and nothing else? Against two other libraries' trees and notes.

Cost: no ledger, under twenty seconds, most of it for files of which every byte is changed in turn.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
import tracemalloc
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from pymerkle import InmemoryTree
from tlog_scales import signing, tlog
from tlog_scales.utils import b64enc as b64

from engagement_ledger.proof import verifier
from engagement_ledger.proof.merkle import Frontier

ORIGIN = "example.org/ledger"
Printed = pytest.CaptureFixture[str]
ENTRY = '{{"position":{},"version":{},"stream":"{}"}}'
PLACES = [(1, "commitment/water"), (1, "dialogue/border"), (2, "commitment/water"), (3, "commitment/water")]
LINES = [ENTRY.format(at + 1, *[*PLACES, (2, "dialogue/border")][at % 5]) for at in range(70)]
EXPORT, PROOF, CONSISTENCY, ANSWER = "all.jsonl", "one.tlog-proof", "grown", "told.answer"


@cache
def mth(first: int, last: int) -> bytes:
    """MTH, and below it PATH and SUBPROOF, word for word as RFC 9162 §2.1 has them."""
    if last - first < 2:
        return sha256(b"\x00" + LINES[first].encode() if last > first else b"").digest()
    middle = first + (1 << (last - first - 1).bit_length() - 1)
    return sha256(b"\x01" + mth(first, middle) + mth(middle, last)).digest()


def path(index: int, first: int, last: int) -> list[bytes]:
    if last - first == 1:
        return []
    middle = first + (1 << (last - first - 1).bit_length() - 1)
    if index < middle:
        return [*path(index, first, middle), mth(middle, last)]
    return [*path(index, middle, last), mth(first, middle)]


def subproof(old: int, first: int, last: int, whole: bool = True) -> list[bytes]:
    if old == last:
        return [] if whole else [mth(first, last)]
    middle = first + (1 << (last - first - 1).bit_length() - 1)
    if old <= middle:
        return [*subproof(old, first, middle, whole), mth(middle, last)]
    return [*subproof(old, middle, last, False), mth(first, middle)]


class Signer:
    """A key of one of the three types, made from its name."""

    def __init__(self, name: str = ORIGIN, kind: int = 1, seed: str = "") -> None:
        secret = sha256((seed or name).encode()).digest()
        made = MLDSA44PrivateKey.from_seed_bytes(secret) if kind == 6 else Ed25519PrivateKey.from_private_bytes(secret)
        self.name, self.kind, self.key = name, kind, made
        raw = bytes([kind]) + self.key.public_key().public_bytes_raw()
        self.id = sha256(name.encode() + b"\n" + raw).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(raw)}"

    def line(self, text: str, time: int = 1_767_225_600) -> str:
        message, before = text.encode(), b""
        if self.kind == 4:
            message, before = f"cosignature/v1\ntime {time}\n{text}".encode(), time.to_bytes(8, "big")
        if self.kind == 6:
            head = tlog.Checkpoint.from_text(f"{text}\n— a AAAAAAA=\n".replace("more\n", ""))
            message, before = signing._mldsa44_signature_payload(self.name, time, head), time.to_bytes(8, "big")
        return f"— {self.name} {b64(self.id + before + self.key.sign(message))}\n"


LOG = Signer()
W1, W2, W3, W6 = Signer("w1.example", 4), Signer("w2.example", 4), Signer("w3.example", 4), Signer("w6.example", 6)


def note(text: str, *by: Signer) -> str:
    return f"{text}\n{''.join(one.line(text) for one in by or (LOG,))}"


def body(size: int, origin: str = ORIGIN, more: str = "") -> str:
    return f"{origin}\n{size}\n{b64(mth(0, size))}\n{more}"


def checkpoint(size: int, *by: Signer) -> str:
    return note(body(size, (by or (LOG,))[0].name), *by)


def tlog_proof(index: int, size: int, *by: Signer, extra: str = "") -> str:
    hashes = "".join(f"{b64(one)}\n" for one in path(index, 0, size))
    return f"c2sp.org/tlog-proof@v1\n{extra}index {index}\n{hashes}\n{checkpoint(size, *by)}"


def growth(old: int, size: int) -> str:
    hashes = "".join(f"{b64(one)}\n" for one in subproof(old, 0, size)) if old else ""
    return f"old {old}\n{hashes}\n{checkpoint(size)}"


def exported(size: int) -> str:
    return "".join(f"{line}\n" for line in LINES[:size])


def answer(indexes: tuple[int, ...] = (0, 2, 3), by: Signer = LOG, change: Any = None, **fields: Any) -> str:
    first = {"format": "engagement-ledger/answer@v1", "asked": {"question": "status"}, "answer": ["kept"]}
    first |= {"complete": {"commitment/water": 3}, "checkpoint": checkpoint(5)} | fields
    proofs = [[b64(one) for one in path(at, 0, 5)] for at in indexes]
    rows: list[Any] = [
        {"index": at, "proof": proof, "line": LINES[at]} for at, proof in zip(indexes, proofs, strict=True)
    ]
    if change:
        change(first, rows)
    return note("".join(json.dumps(row) + "\n" for row in (first, *rows)), by)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five entries, and all that can be handed over of them."""
    files = {
        "checkpoint": checkpoint(5),
        "older": checkpoint(3),
        EXPORT: exported(5),
        "entry": LINES[2],
        PROOF: tlog_proof(2, 5),
        CONSISTENCY: growth(3, 5),
        ANSWER: answer(),
        "key": f"{LOG.vkey}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMANDS = {
    "checkpoint": ["checkpoint", "checkpoint"],
    EXPORT: ["export", EXPORT, "--checkpoint", "checkpoint"],
    PROOF: ["proof", PROOF, "--entry", "entry"],
    CONSISTENCY: ["consistency", CONSISTENCY, "--old", "older"],
    ANSWER: ["answer", ANSWER],
}
every_kind = pytest.mark.parametrize("name", COMMANDS)


def verify(name: str, text: str | bytes | None = None, *keys: str) -> int:
    """Verify a file, with new contents if there are some, by the log's key if no other is given."""
    if text is not None:
        Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    return verifier.main([*COMMANDS[name], *(keys or ("--key", LOG.vkey))])


def by_policy(text: str, head: str, name: str = "checkpoint") -> int:
    Path("policy").write_text(text, encoding="utf-8")
    return verify(name, head, "--policy", "policy")


def test_all_small_trees_and_inclusion_proofs_are_those_of_the_rfc_and_of_other_libraries() -> None:
    other = InmemoryTree(algorithm="sha256")
    for size in range(1, 71):
        other.append_entry(LINES[size - 1].encode())
        root, leaves = mth(0, size), [mth(at, at + 1) for at in range(size)]
        assert verifier.tree_of(leaves) == (size, root)
        assert other.get_root(size) == root
        for index, leaf in enumerate(leaves):
            proof = path(index, 0, size)
            assert other.prove_inclusion(index + 1, size).serialize()["path"][1:] == [one.hex() for one in proof]
            tlog.InclusionProof(index, size, proof).check(leaf, root)
            assert verifier.is_included(index, size, leaf, proof, root)
            for wrong in (index - 1, index + 1, index ^ 2, size):
                assert not verifier.is_included(wrong, size, leaf, proof, root)
            assert not verifier.is_included(index, size, leaf, [*proof, root], root)
            assert not proof or not verifier.is_included(index, size, leaf, proof[:-1], root)


def test_all_small_consistency_proofs_are_those_of_the_rfc_and_of_another_library() -> None:
    for size in range(1, 71):
        for old in range(1, size + 1):
            roots, proof = (mth(0, old), mth(0, size)), subproof(old, 0, size)
            tlog.ConsistencyProof(old, size, proof).check(*roots)
            assert verifier.is_consistent(old, roots[0], size, roots[1], proof)
            assert not verifier.is_consistent(old, roots[1], size, roots[0], proof) or old == size
            assert not verifier.is_consistent(old, roots[0], size, roots[1], [*proof, roots[0]])
            assert not proof or not verifier.is_consistent(old, roots[0], size, roots[1], proof[:-1])
            assert old == size or not verifier.is_consistent(size, roots[1], old, roots[0], proof)


def test_an_empty_tree_or_the_same_needs_no_proof_and_has_one_root(folder: Path) -> None:
    Path("older").write_text(checkpoint(0), encoding="utf-8")
    assert verify(CONSISTENCY, growth(0, 5)) == 0
    assert verify(CONSISTENCY, growth(0, 5).replace("old 0\n", f"old 0\n{b64(mth(0, 5))}\n")) == 1
    assert verify("checkpoint", note(f"{ORIGIN}\n0\n{b64(mth(0, 1))}\n")) == 1
    Path("older").write_text(checkpoint(5), encoding="utf-8")
    assert verify(CONSISTENCY, growth(5, 5)) == 0
    Path("older").write_text(note(f"{ORIGIN}\n5\n{b64(mth(0, 4))}\n"), encoding="utf-8")
    assert verify(CONSISTENCY, growth(5, 5)) == 1


@every_kind
def test_what_was_signed_is_verified(folder: Path, name: str) -> None:
    assert verify(name) == 0
    assert verify(name, None, "--key", "key") == 0


@every_kind
def test_a_change_of_any_byte_is_noticed(folder: Path, name: str) -> None:
    whole, chance = Path(name).read_bytes(), random.Random(name)
    assert verify(name) == 0
    for at, old in enumerate(whole):
        new = bytes([chance.choice([byte for byte in range(256) if byte != old])])
        assert verify(name, whole[:at] + new + whole[at + 1 :]) != 0, (at, new)
        assert verify(name, whole[:at] + new + whole[at:]) != 0, (at, new)
        assert verify(name, whole[:at] + whole[at + 1 :]) != 0, at
    for end in (b"\n", b" ", b"\r\n", b"{", b"\0"):
        assert verify(name, whole + end) != 0, end


@every_kind
def test_without_a_key_that_is_known_nothing_is_verified(folder: Path, name: str, capsys: Printed) -> None:
    assert verify(name, None, "--key", Signer("example.org/other").vkey) == 2
    assert verify(name, None, "--key", Signer(seed="another key of that name").vkey) == 2
    assert verifier.main(COMMANDS[name]) == 2
    assert "cannot verify: no key" in capsys.readouterr().out


@every_kind
@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xff\xfe\n\n", b"\0" * 999, b"[" * 99_999, b"index 1\n" * 99_999])
def test_files_of_another_kind_are_altered(folder: Path, name: str, raw: bytes) -> None:
    assert verify(name) == 0
    assert verify(name, raw) == 1


@every_kind
def test_what_cannot_be_read_is_not_judged(folder: Path, name: str) -> None:
    if name != EXPORT:
        with Path(name).open("ab") as file:
            file.truncate((64 << 20) + 1)
        assert verify(name) == 2
    Path(name).unlink()
    assert verify(name) == 2


@every_kind
def test_a_copy_alone_in_a_folder_verifies(folder: Path, name: str) -> None:
    shutil.copy(verifier.__file__, folder)

    def run(*options: str, out: Any = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *options, "verifier.py", *COMMANDS[name], "--key", LOG.vkey]
        return subprocess.run(command, stdout=out, stderr=subprocess.PIPE, encoding="utf-8", check=False)

    done = run("-I")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("verified: ")
    assert max(map(len, done.stdout.splitlines())) <= 80
    missing = run("-I", "-S")
    assert (missing.returncode, missing.stderr) == (2, "")
    assert "pip install cryptography" in missing.stdout
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert run("-I", out=full).returncode == 2
    Path(name).write_bytes(b"?")
    assert run("-I").returncode == 1
    assert subprocess.run([sys.executable, "-I", "-S", "verifier.py", "--help"], check=False).returncode == 0


def test_checkpoints_of_another_library_are_verified_and_ours_by_it(folder: Path) -> None:
    for signer in (signing.PlainEd25519Signer(ORIGIN, LOG.key), signing.MLDSA44CosignatureSigner(ORIGIN, W6.key)):
        theirs = tlog.Checkpoint.make_signed(ORIGIN, 5, mth(0, 5), [signer]).serialize()
        assert verify("checkpoint", theirs, "--key", signer.vkey.serialize()) == 0
    for ours in (LOG, W1, W6):
        tlog.Checkpoint.from_text(checkpoint(5, LOG, W1, W6)).verify(signing.Vkey.from_string(ours.vkey))


def test_the_example_of_the_specification_is_genuine() -> None:
    key = verifier.key_of("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    made = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    text, signatures = verifier.note_of(f"This is an example message.\n\n— example.com/foo {made}\n".encode())
    assert verifier.is_genuine(key, signatures[0][2], text)
    assert not verifier.is_genuine(key, signatures[0][2], text + b"\n")


def test_a_known_keys_bad_signature_rejects_the_note_and_an_unknown_keys_does_not(folder: Path) -> None:
    bad = W1.line(body(4))
    assert verify("checkpoint", checkpoint(5) + bad) == 0
    assert verify("checkpoint", checkpoint(5) + bad, "--key", LOG.vkey, "--key", W1.vkey) == 1
    assert verify("checkpoint", checkpoint(5, LOG, W1), "--key", LOG.vkey, "--key", W1.vkey) == 0


def test_a_witness_alone_or_a_log_of_another_name_does_not_vouch(folder: Path) -> None:
    other = Signer("example.org/other")
    assert verify("checkpoint", note(body(5), W1, LOG), "--key", W1.vkey) == 2
    assert verify("checkpoint", note(body(5), other), "--key", other.vkey) == 2
    assert verify("checkpoint", note(body(5, other.name), other), "--key", other.vkey) == 0


def test_extension_lines_need_a_signature_that_covers_them(folder: Path) -> None:
    quantum, more = Signer(kind=6), body(5, more="more\n")
    assert verify("checkpoint", note(more)) == 0
    assert verify("checkpoint", note(body(5), quantum), "--key", quantum.vkey) == 0
    assert verify("checkpoint", note(more, quantum), "--key", quantum.vkey) == 2
    assert verify("checkpoint", note(more, quantum, LOG), "--key", quantum.vkey, "--key", LOG.vkey) == 0


BAD_SIGNATURES = ("— two words AAAAAAA=", "— na+me AAAAAAA=", "— name AAAA", "- name AAAAAAA=", "— name AAAAAAB=")
NOT_CHECKPOINTS = [
    *(note(body(5).replace("\n5\n", size)) for size in ("\n05\n", "\n\u0665\n", "\n-5\n", "\n")),
    *(note(body(5, more=more)) for more in ("\nmore\n", "a\ttab\n")),
    *(note(f"{ORIGIN}\n5\n{root}\n") for root in ("", b64(b"short"), b64(mth(0, 5)) + "=")),
    *(checkpoint(5) + f"{bad}\n" for bad in BAD_SIGNATURES),
    checkpoint(5, *[LOG] * 17),
]


@pytest.mark.parametrize("text", NOT_CHECKPOINTS)
def test_what_is_not_in_the_format_of_checkpoints_is_altered(folder: Path, text: str) -> None:
    assert verify("checkpoint", checkpoint(5, *[LOG] * 16)) == 0
    assert verify("checkpoint", checkpoint(5) + "— name AAAAAAA=\n") == 0
    assert verify("checkpoint", text) == 1


@pytest.mark.parametrize(
    "vkey",
    [f"{ORIGIN}+00000000+{LOG.vkey.rpartition('+')[2]}", LOG.vkey.upper(), LOG.vkey[:-4], Signer(kind=2).vkey, ""],
)
def test_a_key_that_is_damaged_or_of_another_type_verifies_nothing(folder: Path, vkey: str, capsys: Printed) -> None:
    assert verify("checkpoint", None, "--key", vkey) == 2
    assert ("type 0x02, which is not supported" in capsys.readouterr().out) == (vkey == Signer(kind=2).vkey)
    assert verify("checkpoint", None, "--key", LOG.vkey, "--key", vkey) == 2


def test_what_steers_a_terminal_is_spelled_out(folder: Path, capsys: Printed) -> None:
    odd = Signer("evil\u202e\x9b\u2066名前" + "x" * 90)
    assert verify("checkpoint", checkpoint(5, odd), "--key", odd.vkey) == 0
    shown = capsys.readouterr().out
    assert "evil\\u202e\\x9b\\u2066名前" in re.sub(r"\s", "", shown)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", shown)


POLICY = f"""# who is trusted
log {LOG.vkey} https://log.example
witness one {W1.vkey} https://w1.example
\twitness  two\t{W2.vkey}
witness six {W6.vkey}

group pair any one two
group all-of-it 2 pair six
quorum all-of-it
"""


REACHED = [(LOG, W1, W6), (LOG, W1, W2, W3, W6), (W6, W2, LOG)]
NOT_REACHED = [(LOG, W1, W2), (LOG, W6), (LOG,), (W1, W6), (LOG, W6, W3, Signer("w1.example", 4, "another key"))]


@pytest.mark.parametrize(("signers", "code"), [*((by, 0) for by in REACHED), *((by, 2) for by in NOT_REACHED)])
def test_a_quorum_is_reached_by_its_witnesses_alone(folder: Path, signers: tuple[Signer, ...], code: int) -> None:
    assert by_policy(POLICY, note(body(5), *signers)) == code


@pytest.mark.parametrize(
    ("quorum", "code"), [("quorum none", 0), ("quorum one", 0), ("quorum two", 2), ("group g all one two\nquorum g", 2)]
)
def test_a_quorum_may_be_none_or_one_or_all(folder: Path, quorum: str, code: int) -> None:
    assert by_policy(POLICY.partition("group")[0] + quorum, checkpoint(5, LOG, W1)) == code


UNLAWFUL = {
    "quorum all-of-it": ("", "quorum all-of-it\nquorum none", "quorum nobody", "threshold 2\nquorum all-of-it"),
    "group pair": ("quorum pair\ngroup pair", "group one", "group none"),
    "2 pair six": ("3 pair six", "0 pair six", "02 pair six", "2", "2 pair six one", "2 pair pair", "2 all-of-it six"),
    "any one two": ("any one none", "any one three"),
    "witness six": (f"witness one {W3.vkey}\nwitness six", f"witness none {W3.vkey}\nwitness six"),
    "group all-of-it": (f"witness three {W3.vkey}\ngroup one any three\ngroup all-of-it",),
    W2.vkey: (W1.vkey, LOG.vkey, Signer("w9.example", 4, W1.name).vkey),
    f"log {LOG.vkey}": (f"log {LOG.vkey}\nlog {LOG.vkey}", f"log {LOG.vkey}\nlog {W3.vkey}"),
    "https://log.example": ("https://log.example more",),
    "# who": ("#\r who",),
}


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, changed in UNLAWFUL.items() for new in changed])
def test_a_policy_in_error_verifies_nothing(folder: Path, old: str, new: str) -> None:
    head = checkpoint(5, LOG, W1, W2, W6)
    assert by_policy(POLICY, head) == 0
    assert old in POLICY
    assert by_policy(POLICY.replace(old, new), head) == 2


def test_lines_after_the_checkpoint_are_said_not_to_be_covered(folder: Path, capsys: Printed) -> None:
    assert verify(EXPORT, exported(7)) == 0
    assert "2 lines after the checkpoint are not covered" in capsys.readouterr().out
    for text in (exported(4), exported(6)[:-1], exported(5) + '{"position":6,' + " " * (1 << 20) + "\n"):
        assert verify(EXPORT, text) == 1


def test_a_long_export_is_read_in_a_stream(folder: Path) -> None:
    tree = Frontier()
    with Path(EXPORT).open("wb") as file:
        for position in range(1, 200_001):
            line = b'{"position":%d,"stream":"commitment/water","note":"%050d"}' % (position, position)
            tree.add(sha256(b"\x00" + line).digest())
            file.write(line + b"\n")
    Path("checkpoint").write_text(note(f"{ORIGIN}\n200000\n{b64(tree.root())}\n"), encoding="utf-8")
    tracemalloc.start()
    code, (_, most) = verify(EXPORT), tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (code, most < 4 << 20) == (0, True)


def test_an_entry_is_one_line_with_or_without_its_line_feed(folder: Path) -> None:
    for entry, code in ((LINES[2] + "\n", 0), (LINES[2] + "\n\n", 1), (LINES[2] + "\r\n", 1), (LINES[1], 1)):
        Path("entry").write_bytes(entry.encode())
        assert verify(PROOF) == code


def test_extra_data_in_a_proof_are_passed_over_and_said_to_be_nobodys(folder: Path, capsys: Printed) -> None:
    assert verify(PROOF, tlog_proof(2, 5, extra="extra bWluZQ==\n")) == 0
    assert "not authenticated" in capsys.readouterr().out
    for extra in ("extra bWluZR==\n", "extra \n", "extra bWluZQ==\n" * 2):
        assert verify(PROOF, tlog_proof(2, 5, extra=extra)) == 1


def test_the_older_checkpoint_is_verified_too_and_of_the_same_log(folder: Path) -> None:
    other = Signer("example.org/other")
    for older, code in ((checkpoint(3), 0), (checkpoint(3, other), 1), (checkpoint(4), 1), (note(body(3), other), 2)):
        Path("older").write_text(older, encoding="utf-8")
        assert verify(CONSISTENCY, None, "--key", LOG.vkey, "--key", other.vkey) == code


def test_an_answer_says_what_it_proves_and_what_not(folder: Path, capsys: Printed) -> None:
    assert verify(ANSWER) == 0
    shown = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "proven: each of the 3 entries enclosed is in the tree" in shown
    for said in (f"answer signed by: {ORIGIN}", "encloses the first 3, none left out", "not proven: that no later"):
        assert said in shown


CHANGED_FIRST: list[dict[str, Any]] = [
    *({"complete": {"commitment/water": 3} | more} for more in ({"commitment/water": 4}, {"dialogue/border": 1})),
    *({"complete": {"commitment/water": number}} for number in (2, -3, 3.0, "3")),
    *({"checkpoint": text} for text in (checkpoint(6), "?", 1, "\ud800")),
    *({"format": "engagement-ledger/answer@v2"}, {"more": 1}, {"answer": float("nan")}, {"asked": []}),
]
CHANGED_ROW: list[dict[str, Any]] = [
    *({"index": index} for index in (1, -1, 5, False, "0")),
    *({"line": line} for line in (LINES[1], LINES[0] + "\n", "\ud800", 1)),
    *({"proof": proof} for proof in ([], [7], "", ["AAAA"])),
    {"more": 1},
]
REARRANGED: list[Any] = [
    *(lambda first, rows, at=at: rows.pop(at) for at in range(3)),
    *(lambda first, rows, row=row: rows.insert(2, row or rows[-1]) for row in (None, [], {}, 1)),
    *(lambda first, rows, key=key: first.pop(key) for key in ("answer", "complete", "asked", "checkpoint")),
    lambda first, rows: rows.reverse(),
    *(lambda first, rows, row=row: rows[0].update(row) for row in CHANGED_ROW),
    *(lambda first, rows, more=more: first.update(more) for more in CHANGED_FIRST),
]


@pytest.mark.parametrize("change", REARRANGED)
def test_an_answer_that_claims_what_it_does_not_show_is_altered(folder: Path, change: Any) -> None:
    assert verify(ANSWER, answer()) == 0
    assert verify(ANSWER, answer(change=change)) == 1


def test_entries_of_other_streams_may_be_enclosed_in_an_answer_that_promises_less(folder: Path) -> None:
    for indexes, code in (((0, 2, 3, 4), 0), ((0, 2, 3, 1), 1), ((0, 1, 1, 2, 3), 1)):
        assert verify(ANSWER, answer(indexes)) == code
    assert verify(ANSWER, answer((), complete={"commitment/water": 0})) == 0
    assert verify(ANSWER, answer(tuple(range(5)), complete={"commitment/water": 3, "dialogue/border": 2})) == 0


def test_an_answer_is_signed_by_the_log_of_its_checkpoint(folder: Path) -> None:
    other, keys = Signer("example.org/other"), ("--key", LOG.vkey, "--key", W1.vkey)
    assert verify(ANSWER, answer(by=other), *keys) == 2
    assert verify(ANSWER, answer(by=other), *keys, "--key", other.vkey) == 1
    assert verify(ANSWER, answer(by=other, checkpoint=checkpoint(5, other)), "--key", other.vkey) == 0
    assert verify(ANSWER, answer(by=W1), *keys) == 1
    assert by_policy(POLICY, answer(), ANSWER) == 2
    assert by_policy(POLICY, answer(checkpoint=checkpoint(5, LOG, W2, W6)), ANSWER) == 0


def test_json_that_could_be_read_in_two_ways_is_altered(folder: Path) -> None:
    text = answer().rpartition("\n\n")[0] + "\n"
    assert verify(ANSWER, note(text)) == 0
    for old, new in (('{"index": 0', '{"index": 1, "index": 0'), ('"asked": {', '"asked": {"a": 1, "a": 2, ')):
        assert verify(ANSWER, note(text.replace(old, new))) == 1
    for large in ("[" * 50_000 + "]" * 50_000, "9" * 50_000):
        assert verify(ANSWER, note(text.replace('["kept"]', large))) in {1, 2}
