"""What may a word that somebody began to type become? Asked by shells, at each press of a key, of the ledger as it is.

Nothing is refused here and nothing guessed: what is offered begins as the word does, but for the case of its letters
and a state's name that stands for its code. Each answer is a few ranges of an index (`store.port.BegunWords`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from ..domain.streams import KINDS, OWN, STREAM
from ..domain.themes import THEMES
from ..domain.trait_names import BY, KIND, PARTY, TAG, THEME

if TYPE_CHECKING:
    from ..store.port import Snapshot

MOST: Final = 200
"""Candidates of a sort. Of more, the first and the last are offered, which have in common what all have."""
_OF_OTHERS: Final = ("co:", "org:", "x:")
"""What the codes of parties begin with that are no states."""
_DIGEST: Final = "sha256:"


class Candidate(NamedTuple):
    """What a word may become."""

    text: str
    meaning: str = ""
    """what it stands for, where that can be said: a title, a name"""
    goes_on: bool = False
    """whether it is the beginning of a longer word"""


def streams(reader: Snapshot, begun: str, kind: str | None = None, *, parts: bool = False) -> list[Candidate]:
    """Streams by name, of which the kind may be left out; of one `kind` alone, or with `parts` after a slash."""
    name, slash, part = begun.partition("/")
    if slash:
        return _parts(reader, name, part) if parts else []
    given, colon, short = begun.partition(":")
    if colon and given in (*KINDS, *OWN):
        return _titled(reader, _of_kind(reader, given, short)) if kind in (None, given) else []
    kinds = [kind] if kind else list(KINDS)
    by_kind = {one: _of_kind(reader, one, begun) for one in kinds}
    if not begun and kind is None:  # there are no two ways to write it yet
        return _all(reader, by_kind)
    whole = [one for one in (kinds if kind else (*KINDS, *OWN)) if begun and f"{one}:".startswith(begun)]
    return [*(Candidate(f"{one}:", goes_on=True) for one in whole), *_by_short_name(reader, by_kind)]


def _of_kind(reader: Snapshot, kind: str, short: str) -> list[str]:
    """Streams of a kind whose short name begins so; what is no name of a stream is in no sound ledger."""
    return [one for one in reader.begun().streams(kind, short, MOST) if STREAM.fullmatch(one)]


def _titled(reader: Snapshot, names: Iterable[str]) -> list[Candidate]:
    found = list(names)
    titles = reader.begun().titles(found)
    return [Candidate(one, titles.get(one, "")) for one in found]


def _all(reader: Snapshot, by_kind: dict[str, list[str]]) -> list[Candidate]:
    """Every stream, or where there are many the kinds of which there are any."""
    names = [one for some in by_kind.values() for one in some]
    if len(names) < MOST:  # else there may be more of a kind
        return _titled(reader, names)
    return [Candidate(f"{kind}:", KINDS[kind], goes_on=True) for kind, some in by_kind.items() if some]


def _by_short_name(reader: Snapshot, by_kind: dict[str, list[str]]) -> list[Candidate]:
    """Streams without their kinds. A name that two kinds have says too little: it is offered with them, if alone."""
    meant: dict[str, list[str]] = {}
    for some in by_kind.values():
        for one in some:
            meant.setdefault(one.partition(":")[2], []).append(one)
    plain = {short: names[0] for short, names in sorted(meant.items()) if len(names) == 1}
    if not plain:
        return _titled(reader, [one for names in meant.values() for one in names])
    shorts = few(list(plain))
    titles = reader.begun().titles(plain[one] for one in shorts)
    return [Candidate(one, titles.get(plain[one], "")) for one in shorts]


def few(words: list[str]) -> list[str]:
    """Words in their order, or the first of them and the last."""
    return words if len(words) <= MOST else [*words[: MOST - 1], words[-1]]


def _parts(reader: Snapshot, name: str, begun: str) -> list[Candidate]:
    """The parts of a stream, after its name as it was typed."""
    stream = stream_meant(reader, name)
    found = reader.begun().parts(stream, begun, MOST) if stream else []
    return [Candidate(f"{name}/{one}") for one in found]


def stream_meant(reader: Snapshot, name: str, kind: str | None = None) -> str | None:
    """The one stream that a name stands for, with its kind or without; None where there is none, or several."""
    if name.partition(":")[0] in (*KINDS, *OWN):
        return name if reader.has_stream(name) else None
    found = [one for one in (f"{a_kind}:{name}" for a_kind in ([kind] if kind else KINDS)) if reader.has_stream(one)]
    return found[0] if len(found) == 1 else None


def meetings(reader: Snapshot, begun: str, dialogue: str) -> list[Candidate]:
    """The meetings of a dialogue, which may be named without its kind."""
    stream = stream_meant(reader, dialogue, "dialogue")
    found = reader.begun().parts(stream, f"meeting/{begun}", MOST) if stream else []
    return [Candidate(one.partition("/")[2]) for one in found]


def parties(reader: Snapshot, begun: str) -> list[Candidate]:
    """The parties that the ledger names: by their codes, by usual names of states, or as they were registered."""
    from ..domain.countries import usual_names

    found = [Candidate(code, name) for code, name in _states(begun) if reader.has_value(PARTY, code)]
    found += _others(reader, begun)
    if not begun:
        return found
    named: dict[str, list[str]] = {}
    for name, code in usual_names():
        if name.casefold().startswith(begun.casefold()):
            named.setdefault(name, []).append(code)
    for name, codes in named.items():
        there = [code for code in codes if reader.has_value(PARTY, code)]
        found += [Candidate(name, there[0])] if len(there) == 1 else []
    return found + [
        Candidate(title, stream.partition(":")[2])
        for stream, title in reader.begun().titles(reader.begun().streams("party", "", MOST)).items()
        if title.casefold().startswith(begun.casefold())
    ]


def codes(reader: Snapshot | None, begun: str) -> list[Candidate]:
    """The codes of all states, and of the other parties that the ledger names: for a fact that may be the first of one.

    The beginning of a state's name leads to its code, if it can be no other's.
    """
    from ..domain.countries import name_of, usual_names

    found = [Candidate(code, name) for code, name in _states(begun)]
    found += _others(reader, begun) if reader else []
    if found or not begun:
        return found
    named = {code for name, code in usual_names() if name.casefold().startswith(begun.casefold())}
    return [Candidate(code, name_of(code)) for code in named] if len(named) == 1 else []


def _states(begun: str) -> Iterator[tuple[str, str]]:
    """Yield (code, name) of the states whose code begins so, in either case."""
    from ..domain.countries import CEASED, PRESENT

    for code, name in sorted({**PRESENT, **CEASED}.items()):
        if code.startswith(begun.upper()):
            yield code, name


def _others(reader: Snapshot, begun: str) -> list[Candidate]:
    """The parties that are no states; their registered names say who they are."""
    ranges = [
        begun if begun.startswith(one) else one for one in _OF_OTHERS if begun.startswith(one) or one.startswith(begun)
    ]
    found = [one for some in ranges for one in reader.begun().values(PARTY, some, MOST)]
    titles = reader.begun().titles(f"party:{one}" for one in found)
    return [Candidate(one, titles.get(f"party:{one}", "")) for one in found]


def themes(reader: Snapshot | None, begun: str) -> list[Candidate]:
    """The themes of the list, and those that the ledger has besides."""
    listed = {one.id: one.label for one in THEMES}
    found = [Candidate(code, label) for code, label in listed.items() if code.startswith(begun)]
    more = reader.begun().values(THEME, begun, MOST) if reader else []
    return found + [Candidate(one) for one in more if one not in listed]


def roles(reader: Snapshot, begun: str) -> list[Candidate]:
    """The roles in which parties stand in the ledger."""
    return [Candidate(one.removeprefix(PARTY)) for one in reader.trait_names(f"{PARTY}{begun}")]


def kinds(reader: Snapshot | None, begun: str) -> list[Candidate]:
    """The kinds of streams, and the kinds within one that the ledger has."""
    found = [Candidate(one, said) for one, said in {**KINDS, **OWN}.items() if one.startswith(begun)]
    more = reader.begun().values(KIND, begun, MOST) if reader else []
    return found + [Candidate(one) for one in more if one not in (*KINDS, *OWN)]


def tags(reader: Snapshot, begun: str) -> list[Candidate]:
    """The tags that entries have."""
    return [Candidate(one) for one in reader.begun().values(TAG, begun, MOST)]


def recorders(reader: Snapshot, begun: str) -> list[Candidate]:
    """The people who recorded something."""
    return [Candidate(one) for one in reader.begun().values(BY, begun, MOST)]


def types(reader: Snapshot, begun: str) -> list[Candidate]:
    """The types of the facts that the ledger holds."""
    return [Candidate(one) for one in reader.types() if one.startswith(begun)]


def checkpoints(reader: Snapshot, begun: str) -> list[Candidate]:
    """The names of checkpoints."""
    return [Candidate(one) for one in reader.begun().checkpoints(begun, MOST)]


def documents(reader: Snapshot, begun: str) -> list[Candidate]:
    """The archived sources, by the beginning of a digest."""
    digits = begun.removeprefix(_DIGEST)
    is_named = begun.startswith(_DIGEST) or _DIGEST.startswith(begun)
    digits = "" if _DIGEST.startswith(begun) else digits
    if len(digits) > 64 or not set(digits) <= set("0123456789abcdef"):
        return []
    before = _DIGEST if is_named else ""
    return [Candidate(f"{before}{digest.hex()}", title or "") for digest, title in reader.begun().sources(digits, MOST)]
