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
from ..proof.notes import KEY_NAME, PRIVATE, SigningKey, UnreadableKey, parse_key
from ..store.new_file import fresh_name, names_of, put_in_place, replaced
from .reading import is_any_kept_in

_LARGEST: Final = 65_536
"""Bytes of a file of keys, or of what they signed."""
_SEED: Final = 32
_OTHERS: Final = 0o077
"""Rights that nobody but the owner may have to a key."""
_CHANGED_BY_OTHERS: Final = 0o022
"""Rights that nobody but the owner may have to what it signed."""
_CHECK: Final = "check the path and its rights"


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
    if not place.name or place.is_dir():
        raise KeyUnusable(f"{place} is a folder", "a key is one file", f"name a file in it: {place / 'key'}")
    if is_any_kept_in(place):
        raise KeyUnusable(
            f"{place} is a ledger, or a part of one",
            "what SQLite keeps beside a ledger is removed when nobody has it open",
            "keep the key elsewhere: who holds the ledger must not hold the key",
        )
    fresh = fresh_name(place)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor is opened, not a path
            file.write(content)
        put_in_place(fresh, place)
        Signed.begin(place)
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
        content = _content(place, _OTHERS)
    except FileNotFoundError:
        raise NotFound(f"there is no key at {place}", "the file does not exist", "make one: ⟦key⟧") from None
    lines = [line for line in content.decode("utf-8", "replace").split("\n") if line.strip()]
    if not lines:
        raise UnreadableKey(f"{place} is empty")
    return [parse_key(line) for line in lines]


def _content(place: Path, denied: int) -> bytes:
    """What a small regular file holds that is the user's own, and to which nobody else has the rights denied.

    Raises FileNotFoundError, LooseKey, KeyUnusable.
    """
    try:
        handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor is opened, not a path
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
                raise KeyUnusable(f"{place} is not what it should be", "it is no small regular file", _CHECK)
            if found.st_mode & denied or found.st_uid != os.geteuid():
                raise LooseKey(
                    f"{place} is not yours alone: its rights are {stat.S_IMODE(found.st_mode):04o}",
                    "whoever can read a key can sign in its name; whoever can change what it signed, misleads it",
                    f"if nobody has done so: chmod 600 {place}; else make another key",
                )
            if names_of(place, found) > 1:
                raise KeyUnusable(
                    f"{place} has several names (hard links)",
                    "what a key signed last is kept beside its name, once",
                    "remove the other names",
                )
            return file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unusable(place, error) from None


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

    @classmethod
    def begin(cls, key: Path) -> None:
        """A key that was just made has signed nothing: from now on, that what it signed is missing means something."""
        place = _beside(key, "signed")
        handle = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor is opened, not a path
            file.write(b"{}\n")
            file.flush()
            os.fsync(handle)

    def _read(self) -> dict[str, Last]:
        try:
            told = json.loads(_content(self._place, _CHANGED_BY_OTHERS))
            found = {name: Last(int(one["size"]), bytes.fromhex(one["root"])) for name, one in told.items()}
            if any(one.size < 0 or len(one.root) != _SEED for one in found.values()):
                raise ValueError
        except FileNotFoundError:
            raise KeyUnusable(
                f"{self._place} is missing",
                "it says what the key signed last, and without it the key might sign another ledger by the same name",
                "bring it back from a copy; where the key never signed anything, write {} into it",
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            raise KeyUnusable(
                f"{self._place} cannot be read",
                "it says what the key signed last, and without it the key might sign another ledger by the same name",
                "bring it back from a copy; if there is none, make another key",
            ) from None
        return found


def _beside(key: Path, ending: str) -> Path:
    """A file that is kept beside a key, by the key's real name: whatever link leads there, it is the same."""
    real = Path(os.path.realpath(key))
    return real.with_name(f"{real.name}.{ending}")


def is_of_a_key(file: str | os.PathLike[str]) -> bool:
    """Whether a file is a key, or kept beside one, so that nothing may be written over it."""
    real = Path(os.path.realpath(file))
    keys = [real, *(real.with_name(real.name.removesuffix(end)) for end in (".signed", ".lock") if real.suffix == end)]
    return any(_begins_as_key(one) for one in keys)


def _begins_as_key(file: Path) -> bool:
    with suppress(OSError):
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(handle, "rb") as opened:  # noqa: PTH123 - a descriptor is opened, not a path
            return stat.S_ISREG(os.fstat(handle).st_mode) and opened.read(len(PRIVATE)) == PRIVATE.encode()
    return False


@contextmanager
def signing(place: Path) -> Iterator[Signed]:
    """What the keys at `place` signed, while nobody else signs with them."""
    if not place.exists():  # before anything is left beside it
        raise NotFound(f"there is no key at {place}", "the file does not exist", "make one: ⟦key⟧")
    lock = _beside(place, "lock")
    try:
        handle = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(lock, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield Signed(_beside(place, "signed"))
    finally:
        os.close(handle)


def _unusable(place: Path, error: OSError) -> KeyUnusable:
    return KeyUnusable(f"cannot use {place}", str(error.strerror or error), _CHECK)
