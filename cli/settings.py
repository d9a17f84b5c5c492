"""Which settings hold here, and who says so? An option, a variable of the environment, engage.toml, or nobody.

engage.toml is looked for in the current folder and upwards, as far as the home folder. It is read where a command asks
for a setting that neither an option nor the environment gives, so help and completion never wait for it.

It decides which ledger is written to. So it is read only where this user or root owns it and nobody else may write to
it: a file that somebody else left in a folder above, such as /tmp, would lead what is recorded astray.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
from click.core import ParameterSource

from ..domain.refusal import shown
from ..record.strict_json import Unreadable
from .defaults import COLOURS, DEFAULT_LEDGER
from .typed import as_typed

NAME: Final = "engage.toml"
INSTEAD: Final = "ENGAGE_SETTINGS"
"""The variable that names the file to read instead, whoever owns it; empty for none."""
VARIABLES: Final = {
    "ledger": "ENGAGE_LEDGER",
    "author": "ENGAGE_AS",
    "source": "ENGAGE_SOURCE",
    "color": "ENGAGE_COLOR",
}
"""Setting → the variable that gives it."""
_LARGEST: Final = 64 * 1024
"""Bytes of an engage.toml."""
_MOST_SOURCES: Final = 100
_BECAUSE: Final = "the settings were not read, and nothing was done"


class Setting(NamedTuple):
    """What holds, and who says so."""

    value: Any
    origin: str
    """option, the name of a variable, the path of a file, or default"""


class Settings(NamedTuple):
    """An engage.toml, read and validated."""

    file: Path
    values: Mapping[str, Any]


def setting(name: str, otherwise: Any) -> Setting:
    """What the environment, else engage.toml, else nobody says. Raises Unreadable where engage.toml is no good."""
    if given := os.environ.get(VARIABLES[name]):
        return Setting(as_typed(given, VARIABLES[name]), VARIABLES[name])
    found = settings()
    if found is not None and name in found.values:
        return Setting(found.values[name], str(found.file))
    return Setting(otherwise, "default")


def settings() -> Settings | None:
    """The engage.toml that holds in this folder; None where there is none. Read once. Raises Unreadable."""
    context = click.get_current_context(silent=True)
    kept: dict[str, Any] = context.find_root().meta if context else {}
    if __name__ not in kept:
        kept[__name__] = _found()
    found: Settings | None = kept[__name__]
    return found


def _found() -> Settings | None:
    instead = os.environ.get(INSTEAD)
    try:
        folder = Path.cwd()
    except OSError:  # the folder is there no more
        return None
    if instead is None:
        file = _nearest(folder, os.environ.get("HOME"))
    else:
        file = folder / as_typed(instead, INSTEAD) if instead else None
    if file is None:
        return None
    return Settings(file, _validated(file, _parsed(file, _content(file, is_named=instead is not None))))


def _nearest(folder: Path, home: str | None) -> Path | None:
    """The file in this folder or the nearest one above it, as far as the home folder."""
    for one in searched(folder, home):
        file = one / NAME
        if os.path.lexists(file):
            return file
    return None


def searched(folder: Path, home: str | None) -> Iterator[Path]:
    """The folders in which the file is looked for: those up to the home folder, else up to the root."""
    end = Path(os.path.realpath(home)) if home else None
    for one in (folder, *folder.parents):
        yield one
        if one == end:
            return


def _content(file: Path, *, is_named: bool) -> bytes:
    """The bytes of the file; raises Unreadable where it is none that may be read."""
    try:
        _regular(file, file.lstat())  # before it is opened: opening a device may do something
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        hint = f"see its name and its rights; or read no settings: {INSTEAD}= engage …"
        raise _refused(file, f"{error.strerror}", hint) from None
    try:
        found = os.fstat(descriptor)
        _regular(file, found)
        if not is_named:
            _trusted(file, found)
        with open(descriptor, "rb", closefd=False) as opened:
            content = opened.read(_LARGEST + 1)
    finally:
        os.close(descriptor)
    if len(content) > _LARGEST:
        raise _refused(file, f"larger than {_LARGEST // 1024} KiB", "no settings are that long")
    return content


def _regular(file: Path, found: os.stat_result) -> None:
    """Refuse whatever is no regular file: links lead elsewhere, and pipes and devices may never end."""
    if stat.S_ISLNK(found.st_mode):
        raise _refused(file, "a link, and settings are read from a regular file", "put the file itself there")
    if not stat.S_ISREG(found.st_mode):
        raise _refused(file, "no regular file", "put the settings in a file of that name, or take it away")


def _trusted(file: Path, found: os.stat_result) -> None:
    """Refuse what others may have written: it would decide where things are recorded."""
    if found.st_uid not in (os.geteuid(), 0):
        problem = f"it belongs to user {found.st_uid}, and you are {os.geteuid()}"
    elif found.st_mode & stat.S_IWOTH:
        problem = "everybody may write to it"
    elif found.st_nlink > 1:
        problem = "it has several names (hard links), of which another may be the one that you gave it"
    else:
        return
    refusal = _refused(file, problem, f"if you trust it: {INSTEAD}={file} engage …; to read none: {INSTEAD}= engage …")
    refusal.because = "its settings decide which ledger is written to, so they have to be yours"
    raise refusal


def _parsed(file: Path, content: bytes) -> Mapping[str, Any]:
    import tomllib  # here, as most folders have no settings

    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError:
        raise _refused(file, "not UTF-8", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _refused(
            file, f"not TOML: {_lowered(str(error))}", 'write a key and a text in quotes: author = "mk"'
        ) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets within brackets
        raise _refused(file, "not TOML that can be read", 'write a key and a text in quotes: author = "mk"') from None


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _validated(file: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, each of its type; raises Unreadable with file and key."""
    found = {}
    for key, value in values.items():
        if key not in _CHECKS:
            from ..domain.near_names import meant, near

            hint = meant(near(key, _CHECKS), f"the keys are {', '.join(_CHECKS)}")
            raise _refused(file, f"{shown(key)} is no setting", hint)
        found[key] = _CHECKS[key](file, key, value)
    return found


def _text(file: Path, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _refused(file, f"{key} is a text, not {_kind(value)}", f'put it in quotes: {key} = "…"')
    if not value.strip() or "\0" in value:
        problem = "holds the character U+0000" if value.strip() else "is empty"
        raise _refused(file, f"{key} {problem}", f'write {key} = "…", or leave it out')
    return value


def _ledger(file: Path, key: str, value: Any) -> str:
    """The ledger's place, relative to the file that names it."""
    return str(file.parent / _text(file, key, value))


def _color(file: Path, key: str, value: Any) -> str:
    text = _text(file, key, value)
    if text not in COLOURS:
        raise _refused(file, f"{key} is {shown(text)}", f"write {', '.join(COLOURS[:-1])} or {COLOURS[-1]}")
    return text


def _sources(file: Path, key: str, value: Any) -> list[Any]:
    """Citations as --source takes them, or as tables of their fields."""
    given = value if isinstance(value, list) else [value]
    if len(given) > _MOST_SOURCES:
        raise _refused(file, f"{key} has {len(given)} citations", f"at most {_MOST_SOURCES} are taken")
    for one in given:
        if isinstance(one, Mapping):
            for field, text in one.items():
                _text(file, f"{key}.{field}", text)
        else:
            _text(file, key, one)
    return given


_CHECKS: Final[Mapping[str, Callable[[Path, str, Any], Any]]] = {
    "ledger": _ledger,
    "author": _text,
    "source": _sources,
    "color": _color,
}


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _refused(file: Path, problem: str, hint: str) -> Unreadable:
    return Unreadable(str(file), problem, hint, _BECAUSE)


# --- what the commands ask for ----------------------------------------------------------------------------


def ledger_setting() -> Setting:
    """The ledger's place: that of --ledger, of the environment, or of the settings."""
    context = click.get_current_context().find_root()
    match context.get_parameter_source("ledger"):
        case ParameterSource.COMMANDLINE:
            return Setting(context.params["ledger"], "option")
        case ParameterSource.ENVIRONMENT:
            return Setting(context.params["ledger"], VARIABLES["ledger"])
        case _:
            return setting("ledger", DEFAULT_LEDGER)


def in_force() -> Iterator[tuple[str, str]]:
    """Each setting that holds, and where it comes from. Raises Unreadable."""
    from ..ledger.who import login

    found = settings()
    if found is not None:
        yield "settings", str(found.file)
    elif os.environ.get(INSTEAD) is not None:
        yield "settings", f"none, as {INSTEAD} is empty"
    else:
        yield "settings", f"none: no {NAME} in this folder or above it"
    yield "ledger", _with_origin(ledger_setting())
    yield "author", _with_origin(setting("author", login()))
    for citation in listed(setting("source", [])):
        yield "source", _with_origin(citation)
    yield "color", _with_origin(setting("color", COLOURS[0]))


def listed(sources: Setting) -> list[Setting]:
    """Citations one by one."""
    given = sources.value if isinstance(sources.value, list) else [sources.value]
    return [Setting(one, sources.origin) for one in given]


def citation_text(citation: Any) -> str:
    """A citation as --source takes it."""
    if not isinstance(citation, Mapping):
        return str(citation)
    return "; ".join(text if field == "document" else f"{field}={text}" for field, text in citation.items())


def _with_origin(one: Setting) -> str:
    origin = NAME if Path(one.origin).name == NAME else one.origin
    return f"{citation_text(one.value)}  ({'' if origin == 'default' else 'from '}{origin})"
