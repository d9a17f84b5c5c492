"""Is what was handed over what its ledger recorded? Asked of files, on a machine that has no ledger.

This file stands alone: copy it anywhere and run `python3 verifier.py --help`. It needs Python 3.11 and, for signatures,
the package `cryptography`. Trees are those of RFC 9162 §2.1, all other formats but the answer's those of c2sp.org.
Exit: 0 verified, as far as the output says · 1 altered: a known key's signature fails, a hash does not match, or the
file is not in its format · 2 cannot verify: no known key signed it, the quorum is not reached, or something is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import textwrap
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias
from unicodedata import east_asian_width

MOST_READ: Final = 64 << 20  # bytes of a note, a proof or an answer
LONGEST_LINE: Final = 1 << 20
ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
LENGTHS: Final = {ED25519: (32, 64), COSIGNATURE: (32, 72), ML_DSA_44: (1312, 2428)}
"""Bytes of a public key and of a signature, by type; cosignatures begin with eight of time."""
VKEY: Final = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")
EMPTY_ROOT: Final = sha256().digest()
Signature: TypeAlias = tuple[str, bytes, bytes]  # the name of a key, its id, and what it made


class Altered(ValueError):
    """What was given is not what was signed, or is not in its format (as any other ValueError says)."""


class CannotVerify(Exception):
    """Nothing is known against what was given, and nothing vouches for it."""


def contents(path: str) -> bytes:
    with sys.stdin.buffer if path == "-" else Path(path).open("rb") as file:
        raw = b"".join(islice(iter(lambda: file.read(1 << 16), b""), (MOST_READ >> 16) + 1))
    if len(raw) > MOST_READ:
        raise CannotVerify(f"{path} is larger than {MOST_READ >> 20} MiB")
    return raw


def strict_base64(text: str, length: int | None = None) -> bytes:
    """Decode the one spelling that these bytes have: another would be a change that no signature shows."""
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text or length not in {None, len(raw)}:
        raise Altered("it is not in its format: base64 is not spelled or not as long as it should be")
    return raw


def number_of(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,17}", text):
        raise Altered("it is not in its format: sizes and indexes are plain decimal numbers below 10**18")
    return int(text)


def leaf_hash(line: bytes) -> bytes:
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def sides(node: int, last: int) -> list[bool]:
    """For each hash on the way up from a node, whether it is to its left; `last` is the last node of its level."""
    found = []
    while last:
        if node & 1 or node < last:  # a last node that has nothing beside it rises as it is, and takes no hash
            found.append(bool(node & 1))
        node, last = node >> 1, last >> 1
    return found


def is_included(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
    """Whether these hashes, all of them and no more, lead from a leaf to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or len(path := sides(index, size - 1)) != len(proof):
        return False
    for is_left, beside in zip(path, proof, strict=True):
        leaf = node_hash(beside, leaf) if is_left else node_hash(leaf, beside)
    return leaf == root


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> bool:
    """Whether the tree of `size` begins with all of the tree of `old_size` (RFC 9162 §2.1.4.2)."""
    if not 0 < old_size < size:
        return old_size <= size and not proof and old_root == (root if old_size else EMPTY_ROOT)
    # The way starts at the last complete subtree of the old tree. Where that is all of it, it is not sent.
    level = (old_size & -old_size).bit_length() - 1
    path = sides((old_size - 1) >> level, (size - 1) >> level)
    start, *rest = [old_root, *proof] if old_size == 1 << level else proof or [b""]
    if len(path) != len(rest):
        return False
    old = new = start
    for is_left, beside in zip(path, rest, strict=True):
        old = node_hash(beside, old) if is_left else old
        new = node_hash(beside, new) if is_left else node_hash(new, beside)
    return old == old_root and new == root


def tree_of(leaves: Iterable[bytes]) -> tuple[int, bytes]:
    """Size and root over a stream of leaf hashes; only the peaks are kept (RFC 9162 §2.1.1)."""
    peaks, size = list[bytes](), 0
    for size, leaf in enumerate(leaves, 1):
        peaks.append(leaf)
        for _ in range((size & -size).bit_length() - 1):  # two of one height are joined
            peaks[-2:] = [node_hash(*peaks[-2:])]
    while len(peaks) > 1:
        peaks[-2:] = [node_hash(*peaks[-2:])]
    return size, peaks[0] if peaks else EMPTY_ROOT


class Key(NamedTuple):
    """Who may have signed."""

    name: str
    id: bytes
    type: int
    public: bytes

    def __str__(self) -> str:
        return f"{self.name} (key {self.id.hex()})"


def key_of(text: str) -> Key:
    """Read NAME+ID+BASE64 (c2sp.org/signed-note); raises ValueError, also for types that are not known here."""
    told = VKEY.fullmatch(text)
    raw = strict_base64(told[3]) if told else b""
    if raw and raw[0] not in LENGTHS:
        raise ValueError(f"this key is of type 0x{raw[0]:02x}, which is not supported (0x01, 0x04, 0x06): {text[:200]}")
    key_id = sha256(told[1].encode() + b"\n" + raw).digest()[:4] if told else b""
    if told is None or key_id.hex() != told[2] or len(raw) != 1 + LENGTHS[raw[0]][0]:
        raise ValueError(f"this is no verifier key (NAME+ID+BASE64), or a damaged one: {text[:200]}")
    return Key(told[1], key_id, raw[0], raw[1:])


class Trust(NamedTuple):
    """Whose signatures count. A group is (how many of its members, their names); names are octets, as in a policy."""

    logs: list[Key]
    witnesses: dict[bytes, Key]
    groups: dict[bytes, tuple[int, list[bytes]]]
    quorum: bytes

    def is_reached(self, signers: Collection[Key]) -> bool:
        """Whether these witnesses are a quorum."""
        reached = {b"none", *(name for name, key in self.witnesses.items() if key in signers)}
        for name, (least, members) in self.groups.items():  # a group stands after its members
            if sum(member in reached for member in members) >= least:
                reached.add(name)
        return self.quorum in reached


def trust_in_keys(texts: list[str]) -> Trust:
    """Trust single keys, each given as such or in a file; an ML-DSA key is a log's where its name is the origin."""
    keys = [key_of(text if VKEY.fullmatch(text) else contents(text).decode().strip()) for text in texts]
    logs = [key for key in keys if key.type != COSIGNATURE]
    return Trust(logs, {str(key).encode() + key.public: key for key in keys if key not in logs}, {}, b"none")


def trust_in_policy(raw: bytes) -> Trust:  # noqa: C901  each kind of line is a case
    """Read a policy (c2sp.org/tlog-policy); raises ValueError."""
    trust, quorum = Trust([], {}, {}, b""), b""
    single: set[bytes] = set()  # the names that are no group's member yet
    for number, line in enumerate(raw.split(b"\n"), 1):
        taken = {b"none", *trust.witnesses, *trust.groups}
        match line.split():
            case [b"log", key, *url] if len(url) <= 1:
                trust.logs.append(key_of(key.decode()))
            case [b"witness", name, key, *url] if len(url) <= 1 and name not in taken:
                trust.witnesses[name] = key_of(key.decode())
                single.add(name)
            case [b"group", name, least, *members] if name not in taken and len(single & {*members}) == len(members):
                needed = {b"any": b"1", b"all": b"%d" % len(members)}.get(least, least)
                if not re.fullmatch(b"[1-9][0-9]{0,8}", needed) or int(needed) > len(members):
                    raise ValueError(f"line {number} of the policy asks for none of its members, or for too many")
                trust.groups[name] = int(needed), members
                single = single - {*members} | {name}
            case [b"quorum", name] if not quorum and name in taken:
                quorum = name
            case [word, *_] if not word.startswith(b"#"):
                raise ValueError(f"line {number} of the policy is not lawful there: {line[:99]!r}")
            case _:
                pass
    for keys, types in ((trust.logs, {ED25519, ML_DSA_44}), (trust.witnesses.values(), {COSIGNATURE, ML_DSA_44})):
        if len({key.public for key in keys}) < len(keys) or not types.issuperset(key.type for key in keys):
            raise ValueError("the policy has two logs or two witnesses of one key, or a key of a type not meant for it")
    if not quorum or re.search(rb"[^\t\n\x20-\x7e\x80-\xff]", raw):
        raise ValueError("the policy has no quorum line, or holds control characters")
    return trust._replace(quorum=quorum)


def note_of(raw: bytes) -> tuple[bytes, list[Signature]]:
    """Take a signed note apart (c2sp.org/signed-note): its text and its signatures."""
    text, blank, below = raw.decode().rpartition("\n\n")
    lines = below.split("\n")
    if not blank or not text or re.search(rb"[\x00-\x09\x0b-\x1f]", raw) or lines.pop() or not 1 <= len(lines) <= 16:
        raise Altered("it is no signed note: a text, a blank line, 1 to 16 signatures, and no control characters")
    signatures = []
    for line in lines:
        told = re.fullmatch(r"— ([^+\s]+) (\S+)", line)
        signature = strict_base64(told[2]) if told else b""
        if told is None or len(signature) <= 4:
            raise Altered("it is no signed note: a line below its last blank line is no signature")
        signatures.append((told[1], signature[:4], signature[4:]))
    return f"{text}\n".encode(), signatures


class Checkpoint(NamedTuple):
    """What a log says of itself: so many entries, under this root."""

    origin: str
    size: int
    root: bytes
    extensions: list[str]


def checkpoint_of(text: bytes) -> Checkpoint:
    """Read the text of a note (c2sp.org/tlog-checkpoint)."""
    lines = text.decode().split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise Altered("it is no checkpoint: an origin, a size and a root, and no empty line")
    found = Checkpoint(lines[0], number_of(lines[1]), strict_base64(lines[2], 32), lines[3:])
    if found.size == 0 and found.root != EMPTY_ROOT:
        raise Altered("the root of its empty tree is not that of an empty tree")
    return found


def message(key: Key, signature: bytes, text: bytes, head: Checkpoint | None) -> bytes:
    """What a key of this type signs (c2sp.org/signed-note, c2sp.org/tlog-cosignature)."""
    if key.type == ED25519:
        return text
    if head is None:
        raise Altered(f"it is signed by {key}, a key for checkpoints alone")
    time, names = int.from_bytes(signature[:8], "big"), (key.name.encode(), head.origin.encode())
    if time >= 1 << 63 or (key.type == ML_DSA_44 and max(map(len, names)) > 255):
        raise Altered(f"the signature of {key} has a time or a name out of range")
    if key.type == COSIGNATURE:
        return b"cosignature/v1\ntime %d\n" % time + text
    name, origin = (bytes([len(name)]) + name for name in names)
    return b"subtree/v1\n\0" + name + signature[:8] + origin + bytes(8) + head.size.to_bytes(8, "big") + head.root


def is_genuine(key: Key, signature: bytes, signed: bytes) -> bool:
    """Whether the key made this bare signature; raises CannotVerify where nothing here can tell."""
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise CannotVerify("signatures need a package: pip install cryptography") from None
    try:
        if key.type == ML_DSA_44:
            from cryptography.hazmat.primitives.asymmetric import mldsa

            mldsa.MLDSA44PublicKey.from_public_bytes(key.public).verify(signature, signed)
        else:
            ed25519.Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
    except InvalidSignature:
        return False
    except (ImportError, UnsupportedAlgorithm, ValueError):
        raise CannotVerify(f"the `cryptography` installed here cannot use the key of {key}") from None
    return True


def signers(text: bytes, signatures: list[Signature], trust: Trust, head: Checkpoint | None) -> dict[Key, str]:
    """The known keys that signed, and when; what keys signed that are not known is evidence of nothing."""
    known, found = {(key.name, key.id): key for key in (*trust.logs, *trust.witnesses.values())}, {}
    for name, key_id, signature in signatures:
        if key := known.get((name, key_id)):
            timed, signed = key.type != ED25519, message(key, signature, text, head)
            if len(signature) != LENGTHS[key.type][1] or not is_genuine(key, signature[8 * timed :], signed):
                raise Altered(f"the signature of {key} is not one of this text")
            time = int.from_bytes(signature[:8], "big") if timed else 0
            day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=min(time, 253402300799))
            found[key] = f"{key}, {day:%Y-%m-%d %H:%M:%S} UTC" if time else f"{key}"
    return found


def vouched(raw: bytes, trust: Trust) -> tuple[Checkpoint, list[Key], list[str]]:
    """Verify a checkpoint: what it says, which keys of its log signed it, and what there is to say of it."""
    text, signatures = note_of(raw)
    head = checkpoint_of(text)
    found = signers(text, signatures, trust, head)
    logs = [key for key in found if key in trust.logs and key.name == head.origin]
    if not logs:
        names = ", ".join(f"{name[:99]} (key {key_id.hex()})" for name, key_id, _ in signatures)
        raise CannotVerify(f"no trusted key of its origin {head.origin[:99]} signed the checkpoint, but: {names}")
    if head.extensions and all(key.type == ML_DSA_44 for key in logs):
        raise CannotVerify("the checkpoint has extension lines, which a log's signature by ML-DSA-44 does not cover")
    others = [told for key, told in found.items() if key not in logs]
    if not trust.is_reached(found):
        raise CannotVerify(f"the quorum is not reached; cosigned by: {'; '.join(others) or 'no known witness'}")
    details = [f"checkpoint: {head.size} entries of {head.origin}", f"root: {b64encode(head.root).decode()}"]
    details += [*(f"signed by: {found[key]}" for key in logs), *(f"cosigned by: {told}" for told in others)]
    details.append("no witness was asked for" if trust.quorum == b"none" else "the witnesses reach the quorum")
    return head, logs, details


def verify_checkpoint(asked: argparse.Namespace, trust: Trust) -> list[str]:
    return ["its log signed this checkpoint", *vouched(contents(asked.file), trust)[2]]


def entries(path: str) -> Iterator[bytes]:
    """The lines of an export, each at its position; only a line feed ends one."""
    with Path(path).open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), 1):
            if line[-1] != 10 or not line.startswith(b'{"position":%d,' % number):
                raise Altered(f"line {number} is not the entry of position {number}, ended by a line feed within 1 MiB")
            yield line[:-1]


def verify_export(asked: argparse.Namespace, trust: Trust) -> list[str]:
    head, _, details = vouched(contents(asked.checkpoint), trust)
    lines = entries(asked.file)
    size, root = tree_of(map(leaf_hash, islice(lines, min(head.size, sys.maxsize))))
    if (size, root) != (head.size, head.root):
        fault = "and there are no more" if size < head.size else "but one or more have been changed"
        raise Altered(f"the checkpoint covers {head.size} entries: {size} were read, {fault}")
    if beyond := sum(1 for _ in lines):
        details.append(f"{beyond} lines after the checkpoint are not covered")
    return [f"its first {size} lines are the entries under the checkpoint", *details]


def parts(path: str, word: str, first: str = "") -> tuple[int, list[bytes], bytes, bool]:
    """Read `word N`, hashes and a checkpoint; after a `first` line, if there is one, there may be extra data."""
    above, _, checkpoint = contents(path).partition(b"\n\n")
    lines = above.decode().split("\n")
    told = lines.pop(0) if first else ""
    extra = bool(first and lines and lines[0].startswith("extra "))
    empty = extra and not strict_base64(lines.pop(0).removeprefix("extra "))
    if told != first or empty or not lines or not lines[0].startswith(f"{word} ") or len(lines) > 64:
        raise Altered(f"it is not in its format: {first or 'first'}, a line `{word} N`, and at most 63 hashes")
    hashes = [strict_base64(line, 32) for line in lines[1:]]
    return number_of(lines[0].removeprefix(f"{word} ")), hashes, checkpoint, extra


def verify_proof(asked: argparse.Namespace, trust: Trust) -> list[str]:
    index, hashes, checkpoint, extra = parts(asked.file, "index", "c2sp.org/tlog-proof@v1")
    head, _, details = vouched(checkpoint, trust)
    entry = contents(asked.entry).removesuffix(b"\n")
    if b"\n" in entry or not is_included(index, head.size, leaf_hash(entry), hashes, head.root):
        raise Altered(f"the proof does not lead from this entry, at index {index}, to the root of the checkpoint")
    if extra:
        details.append("the extra data in the proof are not authenticated, and were not used")
    return [f"the entry is in the tree, at index {index} (position {index + 1})", *details]


def verify_consistency(asked: argparse.Namespace, trust: Trust) -> list[str]:
    size, hashes, checkpoint, _ = parts(asked.file, "old")
    (new, _, details), (old, _, older) = vouched(checkpoint, trust), vouched(contents(asked.old), trust)
    if new.origin != old.origin or old.size != size:
        raise Altered(f"it starts from {size} entries of {new.origin[:99]}, not from the older checkpoint")
    if not is_consistent(size, old.root, new.size, new.root, hashes):
        raise Altered(f"it does not lead from the {size} entries of the older checkpoint to the newer")
    details += [f"older {detail}" for detail in older[:-1]]
    return [f"the newer tree begins with the {size} entries of the older, unchanged", *details]


def parsed(text: str) -> Any:
    """Read JSON that nobody can read in another way."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            raise Altered("it is not in its format: a key stands twice in an object")
        return found

    return json.loads(text, object_pairs_hook=once, parse_constant=int)  # `int` refuses NaN and the infinities


def fields(text: str, **types: type) -> dict[str, Any]:
    """Read an object of these fields and no others."""
    told: dict[str, Any] = parsed(text)
    other = type(told) is not dict or told.keys() != types.keys()
    if other or any(types[one] not in {object, type(told[one])} for one in types):
        raise Altered(f"it is not in its format: a line should have {', '.join(types)}, and nothing else")
    return told


def enclosed(text: str, head: Checkpoint) -> tuple[int, str, int]:
    """Verify one entry that an answer encloses; give its index, its stream and its version."""
    told = fields(text, index=int, proof=list, line=str)
    index, raw, hashes = told["index"], told["line"].encode(), [strict_base64(str(one), 32) for one in told["proof"]]
    if b"\n" in raw or not is_included(index, head.size, leaf_hash(raw), hashes, head.root):
        raise Altered(f"the entry enclosed as index {index} is not there in the tree of the checkpoint")
    match parsed(told["line"]):
        case {"position": int(position), "stream": str(stream), "version": int(version)} if position == index + 1:
            return index, stream, version
        case _:
            raise Altered(f"the entry at index {index} tells no stream or version, or another position")


def verify_answer(asked: argparse.Namespace, trust: Trust) -> list[str]:
    text, signatures = note_of(contents(asked.file))
    by = [key for key in signers(text, signatures, trust, None) if key in trust.logs]
    if not by:
        raise CannotVerify("no trusted key of a log signed this answer")
    first, *lines = text.decode().split("\n")[:-1]
    told = fields(first, format=str, asked=dict, answer=object, complete=dict, checkpoint=str)
    complete = told["complete"]
    if told["format"] != "engagement-ledger/answer@v1" or any(type(last) is not int for last in complete.values()):
        raise Altered("it is not in its format, engagement-ledger/answer@v1")
    head, logs, details = vouched(told["checkpoint"].encode(), trust)
    if not set(by) & set(logs):
        raise Altered("the checkpoint in it is not signed by the key that signed the answer")
    before, versions = -1, dict.fromkeys(complete, 0)
    for index, stream, version in (enclosed(line, head) for line in lines):
        # Versions rise with positions: 1, 2, 3 … in the order of the tree is each of them once.
        if index <= before or version != versions.get(stream, version - 1) + 1:
            raise Altered(f"at index {index}, version {version} of {stream} is not the next of those enclosed")
        before = index
        if stream in versions:
            versions[stream] = version
    if versions != complete:
        raise Altered("it encloses more or fewer entries of a stream than it says")
    return [
        "its ledger signed this answer, and the entries enclosed are in its tree",
        *(f"{word}: {json.dumps(told[word], ensure_ascii=False)}" for word in ("asked", "answer")),
        *(f"answer signed by: {key}" for key in by),
        *details,
        f"proven: each of the {len(lines)} entries enclosed is in the tree of the checkpoint",
        *(f"proven: of {name} it encloses the first {last}, none left out" for name, last in complete.items()),
        "not proven: that the answer follows from them (the package engagement-ledger computes it again)",
        "not proven: that no later entries of these streams exist",
        "not proven: that other streams do not matter",
    ]


def say(lines: list[str]) -> None:
    """Print; what steers a terminal, or turns the direction of a text, is spelled out."""
    for number, line in enumerate(lines):
        text = line if len(line) <= 400 else line[:400] + " …"
        text = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
        width = 40 if any(east_asian_width(one) in "WF" for one in text) else 80  # such characters take two columns
        text = textwrap.fill(text, width, initial_indent="  " * bool(number), subsequent_indent="    ") + "\n"
        known = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(known, "backslashreplace").decode(known))
    sys.stdout.flush()


@cache
def parser() -> argparse.ArgumentParser:
    keys = argparse.ArgumentParser(add_help=False)
    group = keys.add_mutually_exclusive_group()
    group.add_argument("--key", metavar="VKEY", action="append", help="a trusted key, or a file of it; repeatable")
    group.add_argument("--policy", metavar="FILE", help="trusted logs and witnesses (c2sp.org/tlog-policy)")
    ending = "exit: 0 verified, 1 altered, 2 cannot verify"
    made = argparse.ArgumentParser(description="Verify what a ledger handed over.", epilog=ending)
    kinds = made.add_subparsers(required=True, metavar="WHAT")
    for name, verify, other, text in (
        ("checkpoint", verify_checkpoint, "", "a checkpoint is signed by its log"),
        ("export", verify_export, "--checkpoint", "an export holds the entries under a checkpoint"),
        ("proof", verify_proof, "--entry", "the entry whose line is in a file (or -: standard input) is in the tree"),
        ("consistency", verify_consistency, "--old", "a checkpoint keeps all that an older one covers"),
        ("answer", verify_answer, "", "an answer is signed, and its entries are in the tree"),
    ):
        kind = kinds.add_parser(name, help=text, description=text, epilog=ending, parents=[keys])
        kind.add_argument("file", metavar="FILE")
        kind.set_defaults(verify=verify)
        if other:
            kind.add_argument(other, metavar="FILE", required=True)
    return made


def main(argv: list[str] | None = None) -> int:
    """Verify what the command line names, say the verdict, and give the exit code."""
    asked = parser().parse_args(argv)
    code, details = 2, list[str]()  # what is wrong with the keys says nothing of the file
    try:
        if not asked.key and asked.policy is None:
            raise CannotVerify("no key to trust is given: use --key or --policy")
        trust = trust_in_keys(asked.key) if asked.key else trust_in_policy(contents(asked.policy))
        code = 1
        first, *details = asked.verify(asked, trust)
        code = 0
    except ValueError as error:
        first = f"it is not in its format: {error}" if code == 1 and type(error) is not Altered else str(error)
    except (CannotVerify, OSError, MemoryError, RecursionError) as error:
        first, code = str(error) or "it takes more memory than there is", 2
    try:
        say([f"{('verified', 'altered', 'cannot verify')[code]}: {first}", *details])
    except OSError:
        # Nobody could read the verdict, so none was given.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    return code


if __name__ == "__main__":
    sys.exit(main())
