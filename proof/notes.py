"""How is a text signed so that others can check it? As a note, by C2SP signed-note and tlog-cosignature.

A note is a text, a blank line, and a line for each signature: `— NAME BASE64(key id ‖ signature)`. Keys are written as
Go's `sumdb/note` writes them, so that its tools take ours and ours take theirs.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..domain.refusal import Refusal, shown

ED25519: Final = 0x01
"""Signs the text of a note."""
COSIGNATURE: Final = 0x04
"""Signs a checkpoint and the time at which it was seen, with Ed25519: what a witness does."""
ML_DSA_44: Final = 0x06
"""Signs a checkpoint and a time with ML-DSA-44 (FIPS 204), which no quantum computer forges."""
KEY_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
"""Neither blanks nor plus signs (signed-note, Format)."""
PRIVATE: Final = "PRIVATE+KEY"


class UnreadableKey(Refusal):
    """A text that is no key."""

    CODE = 2

    def __init__(self, why: str) -> None:
        super().__init__("this is no key to sign with", why, "make one: ⟦key⟧")


class Checkpoint(NamedTuple):
    """How large a tree was, and its root: the text that is signed (C2SP tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines of the note's text."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs, under a name. `secret` is the seed of 32 bytes that both algorithms are made from."""

    name: str
    kind: int
    secret: bytes

    def __repr__(self) -> str:
        return f"<SigningKey {self.name}>"  # never the secret

    @property
    def public(self) -> bytes:
        """The public key, as it is written in a verifier key."""
        found: bytes = self._private().public_key().public_bytes_raw()
        return found

    @property
    def verifier(self) -> str:
        """The verifier key: what others need to check what this key signs. It is public."""
        return f"{self.name}+{self._id().hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    @property
    def encoded(self) -> str:
        """The key itself, as it is kept in a file. It is secret."""
        secret = b64encode(bytes([self.kind]) + self.secret).decode()
        return f"{PRIVATE}+{self.name}+{self._id().hex()}+{secret}"

    def sign_text(self, text: str) -> str:
        """The signature line of a text; of a key for texts alone."""
        if self.kind != ED25519:
            raise ValueError("only a key of Ed25519 signs whatever text")
        return self._line(self._private().sign(text.encode()))

    def sign(self, checkpoint: Checkpoint, time: int) -> str:
        """The signature line of a checkpoint; `time`, in seconds since 1970, where the kind of the key says one."""
        if self.kind == ED25519:
            return self.sign_text(checkpoint.text)
        stamp = time.to_bytes(8, "big")
        if self.kind == COSIGNATURE:
            message = f"cosignature/v1\ntime {time}\n{checkpoint.text}".encode()
        else:
            message = _of_tree(self.name, stamp, checkpoint)
        return self._line(stamp + self._private().sign(message))

    def _line(self, signature: bytes) -> str:
        return f"— {self.name} {b64encode(self._id() + signature).decode()}\n"

    def _id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def _private(self) -> Any:
        # Here, as most commands sign nothing and it takes as long to load as a question.
        if self.kind == ML_DSA_44:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

            return MLDSA44PrivateKey.from_seed_bytes(self.secret)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret)


def _of_tree(name: str, stamp: bytes, checkpoint: Checkpoint) -> bytes:
    """What ML-DSA-44 signs: `subtree/v1`, from the first leaf on (C2SP tlog-cosignature)."""
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    span = (0).to_bytes(8, "big") + checkpoint.size.to_bytes(8, "big")
    parts = (bytes([len(cosigner)]), cosigner, stamp, bytes([len(origin)]), origin, span, checkpoint.root)
    return b"subtree/v1\n\0" + b"".join(parts)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes by which a signature says which key made it (signed-note, Signatures)."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def parse_key(line: str) -> SigningKey:
    """Read a key as it is kept in a file; raises UnreadableKey."""
    parts = line.strip().split("+")
    if len(parts) < 5 or "+".join(parts[:2]) != PRIVATE:
        raise UnreadableKey(f"a key begins with {PRIVATE}+NAME")
    name, stated = parts[2], parts[3]
    try:
        raw = b64decode("+".join(parts[4:]), validate=True)  # base64 has plus signs of its own
    except ValueError:
        raise UnreadableKey(f"the secret of {shown(name)} is not written in base64") from None
    if not KEY_NAME.fullmatch(name) or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE, ML_DSA_44):
        raise UnreadableKey(f"the key of {shown(name)} is of no kind that is known here")
    key = SigningKey(name, raw[0], raw[1:])
    if key_id(name, key.kind, key.public).hex() != stated:
        raise UnreadableKey(f"the key of {shown(name)} is damaged: its id is another")
    return key


def note(text: str, *lines: str) -> str:
    """A signed note, of its text and its signature lines."""
    return f"{text}\n{''.join(lines)}"
