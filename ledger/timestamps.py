"""When was a checkpoint there, by somebody else's clock? An authority says so, in a token (RFC 3161).

The token is kept as it was received. That it is about this checkpoint is checked here; whom to trust is for whoever
verifies it: `openssl ts -verify` takes the token, the checkpoint and the authority's certificates.
"""

from __future__ import annotations

import hashlib
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

from ..domain.errors import NotFound
from ..domain.refusal import Refusal, shown
from ..record.instants import format_instant, now
from ..store.adapters import adapter_of
from ..store.port import Attestation, Place
from .checkpoints import Kept, checkpoint_named
from .reading import snapshot
from .who import recorder_name

_LONGEST: Final = 256 * 1024
"""Bytes of a token, with its certificates."""
_SECONDS: Final = 30
_GRANTED: Final = (0, 1)
"""PKIStatus: granted, or granted with modifications (RFC 3161 §2.4.2)."""


class NoTimestamp(Refusal):
    """An authority gave no token, or one that is not of this checkpoint."""


def query(kept: Kept) -> bytes:
    """What an authority is asked: the SHA-512 of the checkpoint as it was signed here, and its certificates (DER)."""
    made: bytes = _library().TimestampRequestBuilder().data(kept.checkpoint.body).nonce(nonce=False).build().as_bytes()
    return made


def asked_of(url: str, kept: Kept) -> bytes:
    """The answer of an authority at an http or https address; raises NoTimestamp."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https"):
        raise NoTimestamp(f"{shown(url)} is no address of an authority", "it is asked by http or https", "give its URL")
    answers: SimpleQueue[bytes | Exception] = SimpleQueue()
    # A thread of its own, as an authority that sends a byte a second would be waited for without end.
    Thread(target=_ask, args=(url, query(kept), answers), daemon=True).start()
    found: bytes | Exception
    try:
        found = answers.get(timeout=_SECONDS)
    except Empty:
        found = TimeoutError(f"nothing whole came within {_SECONDS} seconds")
    if isinstance(found, Exception):
        why = str(found)[:200] or type(found).__name__
        raise NoTimestamp(f"{shown(url)} gave no answer", why, "try again, or ask another")
    return found


def _ask(url: str, asked: bytes, answers: SimpleQueue[bytes | Exception]) -> None:
    try:
        request = urllib.request.Request(  # noqa: S310 - http or https, as was checked
            url, data=asked, headers={"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
            answers.put(answer.read(_LONGEST + 1))
    except (OSError, ValueError, HTTPException) as error:
        answers.put(error)


def keep_token(
    ledger: Place, token: bytes, named: str | None = None, *, by: str | None = None, clock: Callable[[], int] = now
) -> str:
    """Keep a token of a checkpoint, the last unless one is named; returns the time that it states (UTC).

    Raises NoTimestamp where it is none, was not granted, or is of something else.
    """
    if len(token) > _LONGEST:
        raise NoTimestamp("this is no token of an authority", f"it is larger than {_LONGEST} bytes", "ask again")
    with snapshot(ledger) as reader:
        kept = checkpoint_named(reader, named)
    at = _checked(token, kept)
    about, who = kept.checkpoint, by or recorder_name()
    if token not in [one.body for one in kept.timestamps]:
        one = Attestation(0, "timestamp", about.number, about.size, at, token, format_instant(clock()), who)
        adapter_of(ledger).attest(ledger, one)
    return at


def token_of(kept: Kept) -> bytes:
    """The token that was kept last of a checkpoint; raises NotFound."""
    if not kept.timestamps:
        raise NotFound(
            f"no authority has stamped the checkpoint of {kept.checkpoint.size} entries", "no token is kept", "ask one"
        )
    return kept.timestamps[-1].body


def _checked(token: bytes, kept: Kept) -> str:
    """The time that a token states; raises NoTimestamp."""
    try:
        answer: Any = _library().decode_timestamp_response(token)
        if int(answer.status) not in _GRANTED:
            raise NoTimestamp("the authority granted no token", f"its status is {int(answer.status)}", "ask another")
        info = answer.tst_info
        name = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384"}.get(
            info.message_imprint.hash_algorithm.dotted_string, "sha512"
        )
        if info.message_imprint.message != hashlib.new(name, kept.checkpoint.body).digest():
            raise NoTimestamp(
                "this token is not of this checkpoint",
                "it states another hash",
                "name the checkpoint that was asked about; see them: ⟦checkpoints⟧",
            )
        at: str = info.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise NoTimestamp("this is no token of an authority", str(error)[:200] or "it is empty", "ask again") from None
    return at


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise NoTimestamp(
            "timestamps take a part that is not installed",
            "they are read by the package rfc3161-client",
            "pip install 'engagement-ledger[timestamp]'",
        ) from None
    return rfc3161_client
