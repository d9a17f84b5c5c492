"""Where is a key kept, and what has it signed? In files outside the ledger: who holds the ledger holds no key.

Beside the key stands what it signed last, by origin. It is written before a signature leaves this machine, so that no
death and no two programs at once make the key sign two ledgers under one name.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from ..domain.errors import NotFound
from ..domain.refusal import Refusal, shown
from ..proof.notes import KEY_NAME, SigningKey, UnreadableKey, parse_key
from ..store.new_file import put_in_place, replaced

_LARGEST: Final = 65_536
"""Bytes of a file of keys, or of what they signed."""
_SEED: Final = 32
_OTHERS: Final = 0o077
"""Rights that nobody but the owner may have to a key."""


class LooseKey(Refusal):
    """Others than its owner can read or change a key."""

    CODE = 6


class KeyUnusable(Refusal):
    """A key, or what it signed, cannot be read or written."""

    CODE = 6


class Last(NamedTuple):
    """The checkpoint that a key signed last under an origin."""

    size: int
    root: bytes


def key_place(named: str | os.PathLike[str] | None = None) -> Path:
    """Where the key is: as named, else ENGAGE_KEY, else `engage/key` in the user's folder of settings."""
    if chosen := named or os.environ.get("ENGAGE_KEY"):
        return Path(chosen)
    settings = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(settings) / "engage" / "key"


def create_key(place: Path, name: str, kinds: tuple[int, ...]) -> list[SigningKey]:
    """Make a key of each kind, under one name, in a new file that its owner alone may read.

    Raises UnreadableKey for a name that is none, KeyUnusable where a file is there already, or cannot be made.
    """
    if not KEY_NAME.fullmatch(name):
        raise UnreadableKey(f"{shown(name)} is no name of a key: it has neither blanks nor plus signs")
    made = [SigningKey(name, kind, secrets.token_bytes(_SEED)) for kind in kinds]
    content = "".join(f"{one.encoded}\n" for one in made).encode()
    fresh = place.with_name(f".{place.name}.{secrets.token_hex(6)}.new")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor is opened, not a path
            file.write(content)
        put_in_place(fresh, place)
    except FileExistsError:
        raise KeyUnusable(
            f"{place} exists already", "a key is never made over another file", "name another file with ⟦field key⟧"
        ) from None
    except OSError as error:
        raise _unusable(place, error) from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return made


def keys_of(place: Path) -> list[SigningKey]:
    """The keys in a file. Raises NotFound, LooseKey, KeyUnusable, UnreadableKey."""
    try:
        handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotFound(f"there is no key at {place}", "the file does not exist", "make one: ⟦key⟧") from None
    except OSError as error:
        raise _unusable(place, error) from None
    with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor is opened, not a path
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            raise UnreadableKey(f"{place} is no file of keys")
        if found.st_mode & _OTHERS or found.st_uid != os.geteuid():
            raise LooseKey(
                f"{place} is not yours alone: its rights are {stat.S_IMODE(found.st_mode):04o}",
                "whoever can read a key can sign in its name",
                f"if nobody has read it: chmod 600 {place}; else make another key",
            )
        lines = [line for line in file.read().decode("utf-8", "replace").split("\n") if line.strip()]
    if not lines:
        raise UnreadableKey(f"{place} is empty")
    return [parse_key(line) for line in lines]


class Signed:
    """What the keys of a file signed last. Held by one program at a time: see `signing`."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._last = self._read()

    def last(self, origin: str) -> Last | None:
        """The last checkpoint that was signed under an origin."""
        return self._last.get(origin)

    def remember(self, origin: str, last: Last) -> None:
        """Have it on the disk that a checkpoint is signed, before it is. Raises KeyUnusable."""
        self._last[origin] = last
        told = {name: {"size": one.size, "root": one.root.hex()} for name, one in sorted(self._last.items())}
        try:
            with replaced(self._place) as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
        except OSError as error:
            raise _unusable(self._place, error) from None

    def _read(self) -> dict[str, Last]:
        try:
            told = json.loads(self._place.read_bytes()) if self._place.exists() else {}
            return {name: Last(int(one["size"]), bytes.fromhex(one["root"])) for name, one in told.items()}
        except OSError as error:
            raise _unusable(self._place, error) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise KeyUnusable(
                f"{self._place} cannot be read",
                "it says what the key signed last, and without it the key might sign another ledger by the same name",
                "bring it back from a copy; if there is none, make another key",
            ) from None


@contextmanager
def signing(place: Path) -> Iterator[Signed]:
    """What the keys at `place` signed, while nobody else signs with them."""
    lock = place.with_name(f"{place.name}.lock")
    try:
        handle = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(lock, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield Signed(place.with_name(f"{place.name}.signed"))
    finally:
        os.close(handle)


def _unusable(place: Path, error: OSError) -> KeyUnusable:
    return KeyUnusable(f"cannot use {place}", str(error.strerror or error), "check the path and its rights")
