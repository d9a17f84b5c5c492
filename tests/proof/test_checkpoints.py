"""Can somebody who does not hold the ledger tell that it is what was recorded? By the command, and by others' tools.

Cost: real files and keys, real processes that are killed; some ten seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.ledgers import Outcome, asked, fact, opened, plain, settled, stored_lines, unguarded, with_key
from faults.processes import started
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof

from engagement_ledger.domain.errors import NameTaken, NotFound
from engagement_ledger.ledger.checkpoints import OtherThanSigned
from engagement_ledger.ledger.key_files import KeyUnusable, Last, LooseKey, create_key, keys_of, signing
from engagement_ledger.proof import notes, verifier
from engagement_ledger.proof.merkle import leaf_hash
from engagement_ledger.proof.notes import COSIGNATURE, ED25519, ML_DSA_44, SigningKey, parse_key

NAME = "mfa.example/ledger"
STANDALONE = Path(verifier.__file__)


COMMITMENTS = 12


@pytest.fixture
def path(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return with_key(made_once, tmp_path, monkeypatch)


@pytest.fixture
def vkey(path: Path) -> str:
    return keys_of(path.with_name("key"))[0].verifier


def grown(path: Path, name: str) -> None:
    with opened(path) as ledger:
        ledger.append(fact("made", name))


def text(outcome: Outcome) -> str:
    assert outcome.code == 0, outcome
    return outcome.out.decode()


# --- keys -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE, ML_DSA_44])
def test_a_key_is_read_as_it_was_written_and_signs_what_others_verify(kind: int) -> None:
    key = SigningKey(NAME, kind, os.urandom(32))
    assert parse_key(key.encoded) == key
    ours = notes.Checkpoint(NAME, 5, b"r" * 32)
    signed = notes.note(ours.text, key.sign(ours, 1_770_000_000))
    Checkpoint.from_text(signed).verify(Vkey.from_string(key.verifier))
    other = SigningKey(NAME, kind, os.urandom(32))
    assert key.secret.hex() not in repr(key)
    with pytest.raises(RuntimeError):
        Checkpoint.from_text(signed).verify(Vkey.from_string(other.verifier))


def test_a_key_that_others_can_read_is_refused(path: Path) -> None:
    key = path.with_name("key")
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(LooseKey):
        keys_of(key)
    assert asked(path, "checkpoint", "create").code == 6
    key.chmod(0o600)
    assert asked(path, "checkpoint", "create").code == 0


def test_a_key_is_never_made_over_another_file(path: Path) -> None:
    before = path.with_name("key").read_bytes()
    with pytest.raises(KeyUnusable):
        create_key(path.with_name("key"), NAME, (ED25519,))
    assert path.with_name("key").read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == ["key", "key.signed", "l"]


@pytest.mark.parametrize("damage", [b"", b"x", b"PRIVATE+KEY+a+00000000+AAAA", b"\xff\xfe", b"PRIVATE+KEY+" * 9_000])
def test_a_damaged_key_signs_nothing(path: Path, damage: bytes) -> None:
    path.with_name("key").write_bytes(damage)
    assert asked(path, "checkpoint", "create").code in (2, 6)
    assert asked(path, "checkpoint", "list", "--json").json["checkpoints"] == []


@pytest.mark.parametrize("place", [".", "/", "l-wal", "l-shm", "l"])
def test_a_key_is_not_made_where_it_would_be_lost(path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    outcome = asked(path, "key", "create", NAME, "--key", place)
    assert outcome.code == 6, outcome
    assert asked(path, "key", "create", NAME, "--key", "other").code == 0


@pytest.mark.parametrize("command", [["checkpoint", "create"], ["prove", "#3"], ["checkpoint", "export"], ["export"]])
@pytest.mark.parametrize("over", ["key", "key.signed", "link"])
def test_no_answer_is_written_over_a_key(path: Path, command: list[str], over: str) -> None:
    asked(path, "checkpoint", "create")
    path.with_name("link").symlink_to("key")
    before = path.with_name("key").read_bytes(), path.with_name("key.signed").read_bytes()
    outcome = asked(path, *command, "-o", str(path.with_name(over)))
    assert (outcome.code, "is a key" in outcome.err) == (2, True), outcome
    assert (path.with_name("key").read_bytes(), path.with_name("key.signed").read_bytes()) == before


# --- checkpoints ------------------------------------------------------------------------------------------


def test_a_checkpoint_is_that_of_others_and_its_name_is_a_moment(path: Path, vkey: str) -> None:
    printed = text(asked(path, "checkpoint", "create", "--name", "before-the-summit"))
    found = Checkpoint.from_text(printed)
    found.verify(Vkey.from_string(vkey))
    lines = stored_lines(path)
    assert (found.origin, found.size) == (NAME, len(lines))
    assert asked(path, "verify", "--json").json["root"] == found.root_hash.hex()
    before = asked(path, "status", "--json", "--as-of", "2026-03-01").json
    grown(path, "later")
    then = asked(path, "status", "--json", "--as-of", "2026-03-01", "--known-at", "before-the-summit").json
    assert then["rows"] == before["rows"]
    assert asked(path, "diff", "--known", f"before-the-summit..#{len(lines) + 1}", "--json").json["changes"]
    slip = asked(path, "status", "--known-at", "before-the-sumit")
    assert slip.code == 3
    assert "did you mean before-the-summit?" in slip.err


def test_an_unchanged_ledger_is_signed_once_and_a_name_stands_for_one_moment(path: Path) -> None:
    first = asked(path, "checkpoint", "create", "--name", "one").out
    assert asked(path, "checkpoint", "create").out == first
    assert len(asked(path, "checkpoint", "list", "--json").json["checkpoints"]) == 1
    grown(path, "later")
    with opened(path) as ledger, pytest.raises(NameTaken):
        ledger.checkpoint(name="one")
    for name in ("One", "12", "2026-02-03", "a b", "", "-"):
        assert asked(path, "checkpoint", "create", "--name", name).code == 2, name


def test_a_program_signs_and_proves_what_the_command_does(path: Path) -> None:
    with opened(path) as ledger:
        made = ledger.checkpoint(name="here")
        assert [one.note for one in ledger.checkpoints()] == [made.note]
        assert ledger.prove(3) == text(asked(path, "prove", "#3"))
        assert ledger.prove_consistency(5) == text(asked(path, "prove", "--consistency", "#5"))
        with pytest.raises(NotFound):
            ledger.prove(10_000)


def test_every_entry_is_proven_to_somebody_elses_verifier(path: Path, vkey: str) -> None:
    checkpoint = Checkpoint.from_text(text(asked(path, "checkpoint", "create")))
    trust = verifier.trust_in_keys([vkey])
    for position, line in enumerate(stored_lines(path), 1):
        proof = text(asked(path, "prove", f"#{position}"))
        head, *hashes = proof.partition("\n\n")[0].splitlines()[1:]
        assert head == f"index {position - 1}"
        siblings = [verifier.strict_base64(one, 32) for one in hashes]
        InclusionProof(position - 1, checkpoint.size, siblings).check(leaf_hash(line), checkpoint.root_hash)
    assert verifier.vouched(proof.partition("\n\n")[2].encode(), trust)[0].size == checkpoint.size


def test_every_size_is_proven_to_go_on_from_every_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGE_KEY", str(tmp_path / "key"))
    create_key(tmp_path / "key", NAME, (ED25519,))
    checkpoints = []
    with opened(tmp_path / "l", create=True) as ledger:
        for number in range(9):
            checkpoints.append(Checkpoint.from_text(ledger.checkpoint().note))
            ledger.append(fact("made", f"n{number}"))
        for old in checkpoints:
            for new in checkpoints[old.size :]:
                proof = ledger.prove_consistency(old.size, f"#{new.size}").partition("\n\n")[0].splitlines()
                assert proof[0] == f"old {old.size}"
                hashes = [verifier.strict_base64(one, 32) for one in proof[1:]]
                ConsistencyProof(old.size, new.size, hashes).check(old.root_hash, new.root_hash)


# --- held against what was kept elsewhere -----------------------------------------------------------------


def test_a_ledger_is_held_against_what_somebody_else_kept(path: Path) -> None:
    kept, export = path.with_name("kept"), path.with_name("export")
    asked(path, "checkpoint", "create", "-o", str(kept))
    asked(path, "export", "-o", str(export))
    grown(path, "later")
    for against in (["--against", str(kept)], ["--since", str(kept)], ["--against", str(export)]):
        outcome = asked(path, "verify", *against)
        assert (outcome.code, "verified" in outcome.err) == (0, True), outcome
        assert "not covered" in outcome.err
    assert asked(path, "verify", "--full", "--against", str(kept)).code == 0


def rewritten(path: Path) -> None:
    """A whole ledger of the same size that agrees with itself: what only somebody else's checkpoint tells apart."""
    lines = [json.loads(line) for line in stored_lines(path)]
    path.unlink()
    with opened(path, create=True) as ledger:
        for number in range(len(lines)):
            ledger.append(fact("made", f"other{number}"))


def shortened(path: Path) -> None:
    """An older copy."""
    copy = path.with_name("copy")
    first = stored_lines(path)[:1]
    assert first
    path.unlink()
    with opened(copy, create=True) as ledger:
        ledger.append(fact("made", "only"))
    copy.rename(path)


@pytest.mark.parametrize("change", [rewritten, shortened])
def test_a_ledger_that_agrees_with_itself_and_is_another_is_told_apart(
    path: Path, change: Callable[[Path], None]
) -> None:
    kept, export = path.with_name("kept"), path.with_name("export")
    asked(path, "checkpoint", "create", "-o", str(kept))
    asked(path, "export", "-o", str(export))
    settled(path)
    change(path)
    assert asked(path, "verify", "--full").code == 7
    for against in (["--against", str(kept)], ["--since", str(kept)], ["--against", str(export)]):
        outcome = asked(path, "verify", *against)
        assert outcome.code == 4, outcome
        assert "this is not the ledger of" in outcome.err


def test_a_checkpoint_by_nobody_who_is_trusted_verifies_nothing(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    asked(path, "checkpoint", "create", "-o", str(kept))
    stranger = create_key(tmp_path / "stranger", NAME, (ED25519,))[0].verifier
    assert asked(path, "verify", "--against", str(kept), "--key", stranger).code == 7
    (tmp_path / "key").unlink()
    assert asked(path, "verify", "--against", str(kept)).code == 7


def test_a_checkpoint_in_the_ledger_that_its_entries_do_not_give_is_found_without_a_key(path: Path) -> None:
    asked(path, "checkpoint", "create")
    with plain(path) as connection:
        (body,) = connection.execute("SELECT body FROM attestations").fetchone()
    other = path.with_name("other")
    with opened(other, create=True) as ledger:
        for number in range(int(body.split(b"\n")[1])):
            ledger.append(fact("made", f"n{number}"))
    with plain(path) as here, plain(other) as there:
        for row in here.execute("SELECT * FROM attestations"):
            there.execute(f"INSERT INTO attestations VALUES ({','.join('?' * len(row))})", row)
    outcome = asked(other, "verify")
    assert outcome.code == 4
    assert "its root differs" in outcome.err


# --- one history ------------------------------------------------------------------------------------------


def test_after_an_older_copy_was_restored_nothing_is_signed_until_somebody_says_so(path: Path) -> None:
    settled(path)
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    grown(path, "lost")
    signed = text(asked(path, "checkpoint", "create"))
    settled(path)
    shutil.copy(copy, path)
    grown(path, "instead")
    refused = asked(path, "checkpoint", "create")
    assert refused.code == 1
    assert "--after-restore" in refused.err
    with opened(path) as ledger, pytest.raises(OtherThanSigned):
        ledger.checkpoint()
    told = asked(path, "checkpoint", "create", "--after-restore", "the disk failed")
    assert told.code == 0, told
    (row,) = asked(path, "log", "ledger:itself", "--json").json["entries"]
    size, root = signed.splitlines()[1:3]
    assert row["body"]["reason"] == "the disk failed"
    assert (row["body"]["signed_size"], bytes.fromhex(row["body"]["signed_root"])) == (
        int(size),
        verifier.strict_base64(root),
    )
    assert asked(path, "checkpoint", "create", "--after-restore", "again").code == 2
    assert asked(path, "checkpoint", "create", "--after-restore", " ").code == 2
    assert asked(path, "verify", "--full").code == 7


def test_what_was_signed_is_on_the_disk_before_the_signature_is_given(path: Path) -> None:
    place = path.with_name("key")
    printed = text(asked(path, "checkpoint", "create"))
    size, root = printed.splitlines()[1:3]
    with signing(place) as signed:
        assert signed.last(NAME) == Last(int(size), verifier.strict_base64(root))
    place.with_name("key.signed").write_text("{", encoding="utf-8")
    assert asked(path, "checkpoint", "create").code == 6, "what cannot be read is not taken for nothing"


def test_by_whatever_name_a_key_is_reached_it_signs_one_history(path: Path) -> None:
    settled(path)
    other = path.with_name("other")
    shutil.copy(path, other)
    grown(path, "here")
    grown(other, "there")
    link, folder = path.with_name("link"), path.with_name("folder")
    link.symlink_to("key")
    folder.symlink_to(path.parent)
    assert asked(path, "checkpoint", "create").code == 0
    for key in (path.with_name("key"), link, folder / "key"):
        assert asked(other, "checkpoint", "create", "--key", str(key)).code == 1, key
    hard = path.with_name("hard")
    os.link(path.with_name("key"), hard)
    assert asked(other, "checkpoint", "create", "--key", str(hard)).code == 6
    assert asked(path, "checkpoint", "create").code == 6


def test_a_key_whose_memory_is_gone_signs_nothing(path: Path) -> None:
    state = path.with_name("key.signed")
    assert asked(path, "checkpoint", "create").code == 0
    kept = state.read_bytes()
    state.unlink()
    refused = asked(path, "checkpoint", "create")
    assert (refused.code, "is missing" in refused.err) == (6, True)
    state.write_bytes(kept)
    state.chmod(0o666)
    assert asked(path, "checkpoint", "create").code == 6
    state.chmod(0o600)
    assert asked(path, "checkpoint", "create").code == 0


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", '{"z":{"size":-1,"root":"00"}}', '{"z":{"size":1e999,"root":""}}', "[" * 60_000,
     " " * 70_000],
)  # fmt: skip
def test_a_memory_that_is_damaged_is_not_taken_for_none(path: Path, damage: str) -> None:
    path.with_name("key.signed").write_text(damage, encoding="utf-8")
    assert asked(path, "checkpoint", "create").code == 6


def test_a_memory_that_never_ends_is_not_read(path: Path) -> None:
    state = path.with_name("key.signed")
    state.unlink()
    os.mkfifo(state)
    assert asked(path, "checkpoint", "create").code == 6
    state.unlink()
    state.symlink_to("/dev/zero")
    assert asked(path, "checkpoint", "create").code == 6


@pytest.mark.parametrize(
    "origin",
    [f"{NAME}\n999999\n{'A' * 43}=", f"{NAME} ", " ", "a b", "a+b", f"{NAME}\t", "x" * 201, "a\u2028b"],
)  # fmt: skip
def test_nothing_is_signed_in_an_origin_that_is_more_than_a_name(path: Path, origin: str) -> None:
    assert asked(path, "checkpoint", "create", "--origin", origin).code == 2
    assert asked(path, "checkpoint", "list", "--json").json["checkpoints"] == []
    assert asked(path, "checkpoint", "create", "--origin", "mfa.example/another").code == 0


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.08, 0.12, 0.2])
def test_a_death_on_the_way_never_makes_a_key_sign_two_histories(path: Path, after: float) -> None:
    child = started(lambda say: (say("begun"), asked(path, "checkpoint", "create").code)[1])
    assert child.line() == "begun"
    time.sleep(after)
    child.send(signal.SIGKILL)
    child.end()
    with signing(path.with_name("key")) as signed:
        last = signed.last(NAME)
    for one in asked(path, "checkpoint", "list", "--json").json["checkpoints"]:
        assert last is not None
        assert (one["size"], verifier.strict_base64(one["root"])) == (last.size, last.root)
    grown(path, "later")
    assert asked(path, "checkpoint", "create").code == 0
    assert asked(path, "verify").code == 7


def test_two_who_sign_at_once_while_others_record_sign_one_history(path: Path, vkey: str) -> None:
    def sign(say: Callable[[str], None]) -> int:
        for _ in range(6):
            outcome = asked(path, "checkpoint", "create")
            say(outcome.out.decode().replace("\n", "|") if outcome.code == 0 else outcome.err)
        return 0

    def record(say: Callable[[str], None]) -> int:
        for number in range(6):
            grown(path, f"{os.getpid()}-{number}")
            say("recorded")
        return 0

    children = [started(sign), started(sign), started(record)]
    said = [line for child in children for line in child.lines()]
    assert [child.end() for child in children] == [0, 0, 0]
    notes = [Checkpoint.from_text(line.replace("|", "\n")) for line in said if line != "recorded"]
    assert len(notes) == 12
    roots: dict[int, bytes] = {}
    for one in notes:
        one.verify(Vkey.from_string(vkey))
        assert roots.setdefault(one.size, one.root_hash) == one.root_hash
    with opened(path) as ledger:
        assert all(ledger.root(size) == root.hex() for size, root in roots.items())


# --- witnesses --------------------------------------------------------------------------------------------


def test_a_witness_cosigns_what_goes_on_from_what_it_saw(path: Path, vkey: str) -> None:
    folder = path.parent
    witness = create_key(folder / "witness", "witness.example/w1", (COSIGNATURE,))[0].verifier
    cosign = ("checkpoint", "cosign", str(folder / "shown"), "--log", vkey, "--key", str(folder / "witness"))
    first = asked(path, "checkpoint", "create", "-o", str(folder / "shown"))
    assert first.code == 0
    size = int((folder / "shown").read_text(encoding="utf-8").splitlines()[1])
    once = asked(path, *cosign)
    assert once.code == 0
    assert "you had seen none" in once.err
    assert asked(path, *cosign).code == 0, "the same again is nothing new"
    grown(path, "later")
    asked(path, "checkpoint", "create", "-o", str(folder / "shown"))
    bare = asked(path, *cosign)
    assert (bare.code, f"engage prove --consistency '#{size}'" in bare.err) == (7, True)
    asked(path, "prove", "--consistency", f"#{size}", "-o", str(folder / "shown"))
    back = asked(path, *cosign)
    assert back.code == 0, back
    Checkpoint.from_text(back.out.decode()).verify(Vkey.from_string(witness))
    (folder / "back").write_bytes(back.out)
    for _ in range(2):
        assert asked(path, "checkpoint", "add", str(folder / "back"), "--witness", witness).code == 0
    (*_, row) = asked(path, "checkpoint", "list", "--json").json["checkpoints"]
    assert row["cosigned_by"] == ["witness.example/w1"]
    policy = folder / "policy"
    policy.write_text(f"log {vkey}\nwitness w1 {witness}\nquorum w1\n", encoding="utf-8")
    (folder / "whole").write_bytes(asked(path, "checkpoint", "show").out)
    assert asked(path, "verify", "--against", str(folder / "whole"), "--policy", str(policy)).code == 0
    asked(path, "checkpoint", "export", f"#{size}", "-o", str(folder / "older"))
    assert asked(path, "verify", "--against", str(folder / "older"), "--policy", str(policy)).code == 7
    assert asked(path, "verify").code == 7


def junk(name: str, key_id: bytes, size: int) -> str:
    return f"\u2014 {name} {b64encode(key_id + bytes(range(size))).decode()}\n"


def test_what_no_witness_signed_is_not_kept_beside_a_checkpoint(path: Path, vkey: str) -> None:
    """One bad line of a key that somebody trusts makes a note useless to everybody, for good."""
    folder = path.parent
    witness = create_key(folder / "witness", "witness.example/w1", (COSIGNATURE,))[0].verifier
    assert asked(path, "checkpoint", "create", "-o", str(folder / "shown")).code == 0
    shown = (folder / "shown").read_text(encoding="utf-8")
    name, hexed, _ = vkey.split("+", 2)
    its_name, its_id, _ = witness.split("+", 2)
    for line in (
        junk(name, bytes.fromhex(hexed), 64),
        junk(its_name, bytes.fromhex(its_id), 72),
        junk("other.example", bytes(4), 12),
        junk("<b>x</b>|y", bytes(4), 72),
    ):
        (folder / "back").write_text(shown + line, encoding="utf-8")
        assert asked(path, "checkpoint", "add", str(folder / "back"), "--witness", witness).code in (4, 7)
        assert asked(path, "checkpoint", "add", str(folder / "back")).code == 2
    asked(path, "checkpoint", "cosign", str(folder / "shown"), "--log", vkey, "--key", str(folder / "witness"),
          "-o", str(folder / "cosigned"))  # fmt: skip
    mixed = (folder / "cosigned").read_text(encoding="utf-8") + junk("other.example", bytes(4), 72)
    (folder / "back").write_text(mixed, encoding="utf-8")
    assert asked(path, "checkpoint", "add", str(folder / "back"), "--witness", witness).code == 0
    assert asked(path, "checkpoint", "show").out.decode() == (folder / "cosigned").read_text(encoding="utf-8")
    asked(path, "checkpoint", "export", "-o", str(folder / "whole"))
    assert asked(path, "verify", "--against", str(folder / "whole"), "--key", vkey, "--key", witness).code == 0


def test_a_checkpoint_that_cannot_be_read_says_nothing_of_the_ledger(path: Path, vkey: str) -> None:
    folder = path.parent
    assert asked(path, "checkpoint", "create", "-o", str(folder / "kept")).code == 0
    kept = (folder / "kept").read_bytes()
    origin, size, rest = kept.split(b"\n", 2)
    for changed in (kept.replace(b"\n", b"\r\n"), kept + b"\n", origin + b"\nx" + size + b"\n" + rest):
        (folder / "bad").write_bytes(changed)
        assert asked(path, "verify", "--against", str(folder / "bad"), "--key", vkey).code == 7
    assert asked(path, "verify", "--against", str(folder / "kept"), "--key", vkey).code == 0


def test_a_witness_is_shown_a_ledger_that_was_rewritten(path: Path, vkey: str) -> None:
    folder = path.parent
    create_key(folder / "witness", "witness.example/w1", (COSIGNATURE,))
    cosign = ("checkpoint", "cosign", str(folder / "shown"), "--log", vkey, "--key", str(folder / "witness"))
    asked(path, "checkpoint", "create", "-o", str(folder / "shown"))
    size = int((folder / "shown").read_text(encoding="utf-8").splitlines()[1])
    assert asked(path, *cosign).code == 0
    settled(path)
    rewritten(path)
    (folder / "key.signed").write_text("{}", encoding="utf-8")  # whoever holds the key forges
    assert asked(path, "checkpoint", "create", "-o", str(folder / "shown")).code == 0
    refused = asked(path, *cosign)
    assert (refused.code, "another one of" in refused.err) == (4, True)
    grown(path, "later")
    asked(path, "checkpoint", "create")
    asked(path, "prove", "--consistency", f"#{size}", "-o", str(folder / "shown"))
    refused = asked(path, *cosign)
    assert (refused.code, "does not extend" in refused.err) == (4, True)


def test_a_ledgers_own_key_cosigns_nothing(path: Path, vkey: str) -> None:
    asked(path, "checkpoint", "create", "-o", str(path.with_name("shown")))
    assert asked(path, "checkpoint", "cosign", str(path.with_name("shown")), "--log", vkey).code == 2
    create_key(path.with_name("w"), "witness.example/w1", (COSIGNATURE,))
    assert asked(path, "checkpoint", "create", "--key", str(path.with_name("w"))).code == 2


# --- on another machine -----------------------------------------------------------------------------------


def test_what_is_handed_over_is_verified_without_the_package(path: Path, vkey: str, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    shutil.copy(STANDALONE, away / "verifier.py")
    asked(path, "checkpoint", "create", "-o", str(away / "checkpoint"))
    asked(path, "export", "-o", str(away / "export"))
    asked(path, "prove", "#7", "-o", str(away / "seven"))
    asked(path, "export", "--from", "7", "--to", "7", "-o", str(away / "line"))
    for what in (
        ["checkpoint", "checkpoint"],
        ["export", "export", "--checkpoint", "checkpoint"],
        ["proof", "seven", "--entry", "line"],
    ):
        command = [sys.executable, "-I", "verifier.py", *what, "--key", vkey]
        ended = subprocess.run(command, cwd=away, capture_output=True, text=True, check=False, env={})
        assert (ended.returncode, ended.stdout[:9]) == (0, "verified:"), ended
    content = (away / "export").read_bytes()
    (away / "export").write_bytes(content.replace(b"NZ", b"nz", 1))
    command = [sys.executable, "-I", "verifier.py", "export", "export", "--checkpoint", "checkpoint", "--key", vkey]
    assert subprocess.run(command, cwd=away, capture_output=True, check=False, env={}).returncode == 1


def test_an_attestation_that_was_edited_by_hand_is_found(path: Path) -> None:
    asked(path, "checkpoint", "create", "--name", "one")
    with plain(path) as connection:
        unguarded(connection)
        connection.execute("UPDATE attestations SET name = 'another'")
    assert asked(path, "verify").code == 4
    assert asked(path, "checkpoint", "list").code == 4


@pytest.mark.parametrize(
    "change", ["UPDATE attestations SET id = 9 WHERE id = 2", "DELETE FROM attestations WHERE id = 1"]
)
def test_a_checkpoint_that_is_missing_before_another_is_found(path: Path, change: str) -> None:
    for name in ("one", "two"):
        asked(path, "checkpoint", "create")
        grown(path, name)
    with plain(path) as connection:
        unguarded(connection)
        connection.execute(change)
    outcome = asked(path, "verify")
    assert (outcome.code, "is missing before" in outcome.err) == (4, True), outcome
