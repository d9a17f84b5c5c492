"""How does a command take whom and what a list concerns? The options that all lists share, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any, Final, cast

import click

from ..ledger.concerning import NAMES, STANDING
from .common import F

_OPTIONS: Final = {
    "party": click.option(
        "--party",
        multiple=True,
        metavar="PARTY",
        help="Only what concerns this party, by code or name; given twice: only what concerns both.",
    ),
    "with_groups": click.option(
        "--with-groups",
        is_flag=True,
        help="With --party: also what concerns its groups on that day, or the members of a group.",
    ),
    "role": click.option(
        "--role", multiple=True, metavar="ROLE", help="Only where the party has this role: obligor, host, issuer …"
    ),
    "theme": click.option("--theme", multiple=True, metavar="THEME", help="Only about this theme, or a narrower one."),
    "kind": click.option(
        "--kind", multiple=True, metavar="KIND", help="Only this kind: commitment, dialogue …; exploratory, treaty …"
    ),
    "title": click.option(
        "--title",
        multiple=True,
        metavar="WORDS",
        help="Only what has these words in its title, text or a meeting's.",
    ),
    "tag": click.option("--tag", multiple=True, metavar="TAG", help="Only what has this tag."),
    "recorded_by": click.option("--recorded-by", multiple=True, metavar="WHO", help="Only what this person recorded."),
    "recorded": click.option(
        "--recorded", metavar="A..B", help="Only what was recorded from A to B: days, instants or positions."
    ),
    "type": click.option(
        "--type", multiple=True, metavar="TYPE", help="Only what has an entry of this type, or one that begins so."
    ),
    "status": click.option(
        "--status",
        multiple=True,
        metavar="STATUS",
        help="Only streams of which a part has this status, or possibly has it, on the day asked about, or today.",
    ),
    "flag": click.option(
        "--flag", multiple=True, metavar="FLAG", help="Only streams with a part that has this flag: overdue, disputed …"
    ),
}
"""Each argument of a question that says which streams a list is of → its option."""


def concerning(command: F) -> F:
    """--party, --theme and the others that say which streams a list is of; the command gets them as `about`."""
    return _with_options(command, NAMES)


def concerning_and_standing(command: F) -> F:
    """The same with --status and --flag: of streams of which a part stands so."""
    return _with_options(command, (*NAMES, *STANDING))


def _with_options(command: F, names: Sequence[str]) -> F:
    @wraps(command)
    def asked(**params: Any) -> Any:
        about = {name: params.pop(name) for name in names if name in params}
        given = {name: value for name, value in about.items() if value not in (None, (), False)}
        return command(about=given, **params)

    found = cast(F, asked)
    for name in reversed(names):
        found = _OPTIONS[name](found)
    return found
