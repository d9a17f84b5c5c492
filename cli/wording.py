"""How is a refusal said? One line each: error, because, try; and an exit code that scripts can rely on.

0 done · 1 refused · 2 usage · 3 not found or ambiguous · 4 altered · 5 changed meanwhile, retry ·
6 store unusable · 7 cannot verify · 70 a defect of engage itself · 130 interrupted
"""

from __future__ import annotations

import errno
import re

import click

from ..domain.errors import Altered, LedgerUnusable
from ..domain.near_names import meant, near
from ..domain.refusal import Refusal
from .printing import visible, warn
from .remedies import said


def explain(refusal: Refusal) -> int:
    """Print a refusal in three lines, and each refusal of a batch; return the exit code."""
    where = getattr(refusal, "places", None)
    several = getattr(refusal, "refusals", None)
    if several is None:
        _three(refusal.LABEL, refusal)
        return refusal.code
    for index, one in several:
        place = where[index] if where else f"fact {index + 1}"
        _three(f"error: {place}", one)
    count = len(several)
    written = getattr(refusal, "written", "nothing was written")
    warn(f"{written}: {count} fact{'s are' if count > 1 else ' is'} refused")
    return refusal.code


def _three(label: str, refusal: Refusal) -> None:
    warn(f"{click.style(visible(label), fg='red', bold=True)}: {visible(refusal.message)}")
    if refusal.because:
        warn(f"because: {visible(refusal.because)}")
    if refusal.remedy:
        warn(f"try: {visible(said(refusal.remedy))}")


def usage(error: click.ClickException) -> None:
    """Print what click refuses, in the same three lines."""
    context = getattr(error, "ctx", None)
    message = " ".join(_message(error, context).split())
    warn(f"{click.style('error', fg='red', bold=True)}: {visible(_lowered(message))}")
    warn("because: the command cannot run as it was typed")
    if isinstance(error, click.BadParameter) and error.message.endswith("does not exist."):
        warn("try: check the name, and the folder that you are in")
    else:
        warn(f"try: {context.command_path if context else 'engage'} --help")


def _message(error: click.ClickException, context: click.Context | None) -> str:
    """What is wrong, with what may have been meant where a word is in no list of the command's."""
    if isinstance(error, click.NoSuchOption) and context is not None:
        flags = [flag for one in context.command.get_params(context) for flag in one.opts if flag.startswith("--")]
        found = near(error.option_name.lstrip("-"), [flag[2:] for flag in flags])
        return _with_guess(f"there is no option {error.option_name!r}", [f"--{one}" for one in found])
    word = re.search("'(.*?)'", error.message)
    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.Choice) and word:
        return _with_guess(error.format_message().rstrip("."), near(word[1], map(str, error.param.type.choices)))
    if isinstance(error, click.BadParameter) and word and "is not a valid" in error.message:
        kind = error.param.type if error.param else None
        if isinstance(kind, click.IntRange) and error.param:
            return f"{error.param.opts[0]}: {word[1]!r} is not a whole number, such as 30"
    group = context.command if context is not None else None
    if context and isinstance(group, click.Group) and word and error.message.startswith("No such command"):
        found = near(word[1], group.list_commands(context))
        return _with_guess(f"{context.command_path} has no command {word[1]!r}", found)
    return error.format_message()


def _with_guess(message: str, found: list[str]) -> str:
    return f"{message}; {meant(found)}" if found else message


def _lowered(message: str) -> str:
    """A sentence as it goes on after a colon; a name in capitals stays as it is."""
    return message if message[1:2].isupper() else message[:1].lower() + message[1:]


def system(error: OSError) -> int:
    """Print what the system refuses."""
    name = f"{error.filename}: " if error.filename else ""
    hint = {
        errno.ENOSPC: "make room where the answer is written; what was recorded stays recorded",
        errno.EBADF: "leave standard output open, or name a file with -o; what was recorded stays recorded",
    }.get(error.errno or 0, "check the path and its rights")
    _three("error", LedgerUnusable(f"{name}{error.strerror or error}", "the system refused", hint))
    return 6


def defect(error: Exception, ledger: str) -> int:
    """Print that the ledger is damaged, where verifying it says so; else that engage itself is at fault."""
    try:
        damage = _damage(ledger)
    except LedgerUnusable as unusable:  # what cannot be read is not therefore damaged
        return explain(unusable)
    except Exception:  # noqa: BLE001 - perhaps the same defect again, and it is the first that is to be told
        damage = ""
    if damage:
        refusal: Refusal = Altered(
            f"{ledger} is damaged", damage, "run engage verify, and restore the ledger from a copy or an export"
        )
        _three("error", refusal)
        return 4
    text = f"{type(error).__name__}: {error}"[:300]
    refusal = Refusal(
        "this is a defect of engage, not of your input", text, "run it again with --debug, and report what it prints"
    )
    _three("error", refusal)
    return 70


def _damage(ledger: str) -> str:
    """What verifying finds first; '' where nothing is wrong, or no ledger is there. Raises LedgerUnusable."""
    from ..domain.errors import NoLedgerHere
    from ..ledger.reading import snapshot

    try:
        with snapshot(ledger) as reader:
            problems = reader.verify().problems
            if not problems:
                from ..ledger.rebuild import all_differences

                problems = list(all_differences(reader))
            return next(iter(problems), "")
    except NoLedgerHere:
        return ""
    except LedgerUnusable:
        raise
    except Refusal as refusal:
        return refusal.message
