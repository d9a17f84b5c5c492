"""Which streams does a person mean by a party, a theme or words of a title? Found, or refused with near ones.

What is given is resolved to the values that the ledger has: a party by its code or any usual name, a theme with those
below it. The streams themselves are found by `projections.concerned`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict

from ..domain.errors import NotFound, OutOfOrder, UnknownWord
from ..domain.near_names import folded, listed, meant, near
from ..domain.streams import KINDS, OWN
from ..domain.themes import THEMES
from ..domain.trait_names import BY, KIND, PARTY, TAG, THEME, TITLE
from ..projections.concerned import Concerned
from .clocks import as_of_day, moment
from .named import check_words

if TYPE_CHECKING:
    from ..store.port import KnownAt, Snapshot

Words = str | Iterable[str]
"""One word, or several."""
MOST: Final = 20_000
"""Values that are looked at to find near ones."""


class About(TypedDict, total=False):
    """Of which streams a list is to be: what is given limits it together; several words of one are alternatives."""

    party: Words
    """codes or names; a stream concerns all of them"""
    with_groups: bool
    """a party counts in the groups that it was a member of on the day, a group by its members"""
    role: Words
    """in which a party named by `party`, or any, stands there: obligor, host …"""
    theme: Words
    """themes, with those that are narrower"""
    kind: Words
    """kinds of aggregate, or within one: commitment, exploratory, treaty"""
    title: Words
    """words that the title, or what was undertaken, holds, all of them"""
    tag: Words
    recorded_by: Words
    """who recorded an entry of it"""
    recorded: str
    """FIRST..LAST: moments between which an entry of it was recorded; either may be left out"""
    type: Words
    """beginnings of types of facts; an entry of it has one"""


class Listed(About, total=False):
    """The same, and where a part of the stream stands: on the day asked about, else today."""

    status: Words
    """a part has one of these, or possibly has it"""
    flag: Words
    """a part is flagged so"""


NAMES: Final = tuple(About.__annotations__)
STANDING: Final = ("status", "flag")


def several(words: Words | None) -> tuple[str, ...]:
    """The words; one by itself is one, and not its letters."""
    if words is None:
        return ()
    return (words,) if isinstance(words, str) else tuple(words)


def resolved(reader: Snapshot, known: KnownAt, about: About | Listed) -> Concerned | None:
    """What is asked for, with the values that the ledger has; None where nothing limits it.

    Raises UnknownWord or NotFound for what the ledger does not have, with what is near to it.
    """
    told: dict[str, Any] = {**about}
    given = {name: told[name] for name in (*NAMES, *STANDING) if told.get(name) not in (None, (), [], False)}
    unknown = [name for name in about if name not in (*NAMES, *STANDING)]
    if unknown:
        raise TypeError(f"unexpected argument {unknown[0]!r}")
    for name, value in given.items():
        if value is not True and any(not word.strip() for word in several(value)):
            remedy = f"leave ⟦field {name}⟧ out, or say which"
            raise UnknownWord(f"the {name.replace('_', ' ')} is empty", "it would limit nothing", remedy)
    if not given:
        return None
    statuses, flags = several(told.get("status")), several(told.get("flag"))
    check_words(reader, statuses=statuses, flags=flags)
    kinds = several(about.get("kind"))
    within = [one for one in kinds if one not in (*KINDS, *OWN)]
    return Concerned(
        parties=tuple(dict.fromkeys(party_named(reader, one) for one in several(about.get("party")))),
        with_groups=bool(about.get("with_groups")),
        roles=_roles(reader, several(about.get("role"))),
        themes=frozenset(code for one in several(about.get("theme")) for code in themes_under(reader, one)),
        kinds=frozenset(kinds) - frozenset(within),
        kinds_within=frozenset(_value(reader, KIND, "kind", one) for one in within),
        words=tuple(folded(word) for one in several(about.get("title")) for word in one.split()),
        tags=frozenset(_value(reader, TAG, "tag", one) for one in several(about.get("tag"))),
        recorders=frozenset(_value(reader, BY, "recorder", one) for one in several(about.get("recorded_by"))),
        recorded=between(reader, str(about["recorded"])) if about.get("recorded") else None,
        types=_types(reader, several(about.get("type"))),
        statuses=frozenset(statuses),
        flags=frozenset(flags),
        today=as_of_day(None) if statuses or flags else 0,
        position=known.position,
    )


def party_named(reader: Snapshot, text: str) -> str:
    """The code of a party that the ledger names, by its code, a usual name, or the name that it was registered under.

    Raises NotFound where nothing is recorded of it, or where several are meant.
    """
    from ..domain.countries import codes_meant, codes_named, name_of, same_party

    codes = codes_named(text)
    used = [code for one in codes if (code := _code_used(reader, same_party(one)))]
    values = [] if used else reader.values(PARTY, MOST)
    if not used:
        wanted = text.strip().casefold()
        used = [code for code in values if code.casefold() == wanted or code.partition(":")[2].casefold() == wanted]
        used = used or _registered_as(reader, text)
    if len(used) == 1:
        return used[0]
    if len(used) > 1:
        raise NotFound(f"{text} is ambiguous", f"it may be {listed(used)}", "write its code")
    if codes:
        others = near(text, values)
        raise NotFound(
            f"nothing is recorded of {' or '.join(f'{name_of(one)} ({one})' for one in codes)}",
            "no entry names it as a party",
            meant([one for one in others if one not in codes], "see who is named: ⟦counts-by-party⟧"),
        )
    names = {name_of(one): one for one in values}
    found = [*near(text, values), *(names[one] for one in near(text, names, likeness=0.8))]
    others = [] if found else [f"{name_of(one)} ({one})" for one in codes_meant(text)]
    raise NotFound(
        f"{text!r} is not the name or code of a party in this ledger",
        f"of {listed(others)} nothing is recorded"
        if others
        else "a party is named by its code, or by a name that people use for it",
        meant(list(dict.fromkeys(found))[:3], "see who is named: ⟦counts-by-party⟧"),
    )


def _code_used(reader: Snapshot, codes: Sequence[str]) -> str | None:
    """Of the codes of one party, the first that an entry names."""
    return next((code for code in codes if reader.has_value(PARTY, code)), None)


def _registered_as(reader: Snapshot, text: str) -> list[str]:
    """The parties whose registered name this is, whatever its case."""
    from ..domain.worlds import END

    wanted = folded(text.strip())
    streams = reader.titled(TITLE, lambda title: folded(title) == wanted, reader.known_at(), END - 1)
    return [one.partition(":")[2] for one in dict.fromkeys(streams) if one.startswith("party:")]


def themes_under(reader: Snapshot, text: str) -> list[str]:
    """A theme, by its code or label, with all that are narrower; raises UnknownWord."""
    labels = {one.label.casefold(): one.id for one in THEMES}
    word = text.strip().casefold()
    code = labels.get(word, text.strip())
    known = [one.id for one in THEMES]
    if code not in known and not reader.has_value(THEME, code):
        there = dict.fromkeys([*reader.values(THEME, MOST), *known])
        named = [*near(code, there), *(labels[one] for one in near(word, labels))]
        _refuse(text, "theme", list(dict.fromkeys(named)), "see them: ⟦themes⟧")
    found = [code]
    for one in THEMES:  # a theme stands after the one that it belongs under
        if one.broader in found:
            found.append(one.id)
    return found


def _roles(reader: Snapshot, roles: Sequence[str]) -> tuple[str, ...]:
    there = [one.removeprefix(PARTY) for one in reader.trait_names(PARTY)]
    for role in roles:
        if role not in there:
            because = f"the roles are {listed(sorted(there), 'and')}" if there else "no entry names a party"
            raise UnknownWord(f"{role!r} is no role", because, meant(near(role, there), "name one of these"))
    return tuple(roles)


def _value(reader: Snapshot, trait: str, noun: str, value: str) -> str:
    if reader.has_value(trait, value):
        return value
    there = reader.values(trait, MOST)
    also = [*KINDS, *OWN] if trait == KIND else []
    few = listed(sorted([*there, *also])[:12], "and") if len(there) + len(also) <= 12 else ""
    there_is = f"this ledger has {few}"
    return _refuse(value, noun, near(value, [*there, *also]), there_is if few else "see the entries: ⟦log⟧")


def _refuse(value: str, noun: str, found: Sequence[str], otherwise: str) -> str:
    because = f"nothing in this ledger has that {noun}"
    raise UnknownWord(f"{value!r} is not a {noun} in this ledger", because, meant(found[:3], otherwise))


def _types(reader: Snapshot, beginnings: tuple[str, ...]) -> frozenset[str]:
    from .named import check_words

    check_words(reader, types=beginnings)
    return frozenset(name for name in reader.types() if name.startswith(beginnings)) if beginnings else frozenset()


def between(reader: Snapshot, text: str) -> tuple[int, int]:
    """The positions of what was recorded between two moments, `A..B`: (first, last); either may be left out.

    A day, and a position, count as a whole. Raises OutOfOrder, and what moments raise.
    """
    first, dots, last = text.partition("..")
    if not dots:
        last = first
    start = reader.recorded(moment(first))[0] if first else 1
    end = reader.recorded(moment(last))[1] if last else reader.size
    if start > end + 1:
        raise OutOfOrder(text, "moment")
    return start, end


def without_about(arguments: dict[str, Any]) -> tuple[About, dict[str, Any]]:
    """Arguments of a question parted: those that say which streams, and the others."""
    about: About = {name: arguments[name] for name in NAMES if name in arguments}  # type: ignore[assignment]  # by name
    return about, {name: value for name, value in arguments.items() if name not in NAMES}
