"""How is an act that a refusal advises done with the command? Here alone the names of commands are given to it."""

from __future__ import annotations

from functools import cache
from typing import Final

from ..domain.remedy import Remedy, worded
from .index import commands

WORDS: Final = {
    "archive": "engage source add FILE",
    "blame": "engage blame {on}",
    "check": "engage check",
    "checkpoint": "engage checkpoint create",
    "checkpoints": "engage checkpoint list",
    "consistency": "engage prove --consistency '{on}'",
    "correct": "engage correct '{on}' FIELD=VALUE --reason …",
    "counts": "engage status --count",
    "counts-by-party": "engage status --count --by party",
    "due": "engage due",
    "export": "engage export",
    "field": "--{on}",
    "import": "engage import",
    "init": "engage --ledger {on} init",
    "key": "engage key create NAME",
    "log": "engage log {on}",
    "retract": "engage retract '{on}' --reason …",
    "sources": "engage source list",
    "status": "engage status {on}",
    "themes": "engage schema --themes",
    "type": "engage schema {on}",
    "types": "engage schema",
    "upgrade": "run engage upgrade",
    "witness-key": "engage key create NAME --witness --key FILE",
    "verify": "run engage verify",
    "verify-full": "engage verify --full",
}
"""Act → the command; `{on}` is what it is done on."""
_OF_NOTHING: Final = {
    "consistency": "engage prove --consistency OLD",
    "init": "engage init",
    "status": "engage status",
    "type": "engage schema TYPE",
}
"""The same where it is done on nothing in particular."""


def said(text: str) -> str:
    """A sentence of a refusal with its acts as commands."""
    return worded(text, in_words)


def in_words(remedy: Remedy) -> str:
    """The command, or the option, that does an act."""
    if remedy.act == "record":
        return _verbs()[remedy.on]
    if remedy.act == "type" and (verb := _verbs().get(remedy.on.partition("/")[0])):
        return f"{verb} --help"  # the same fields, in words
    words = WORDS[remedy.act] if remedy.on else _OF_NOTHING.get(remedy.act, WORDS[remedy.act])
    return words.format(on=remedy.on.replace("_", "-") if remedy.act == "field" else remedy.on).strip()


@cache
def _verbs() -> dict[str, str]:
    """Type of a fact, without its version → the command that records it."""
    return {
        declared["type"].partition("/")[0]: f"engage {kind} {verb}"
        for kind, verbs in commands().items()
        for verb, declared in verbs.items()
    }
