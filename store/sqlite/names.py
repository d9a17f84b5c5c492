"""Which names of streams and parts are there? Read from the table of names, never from the entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from typing import Any, Final

from ...domain.countries import codes_meant
from ...domain.near_names import near
from ...domain.streams import KINDS, OWN

Rows = Callable[[str, tuple[Any, ...]], list[Any]]
"""Runs a statement and gives all of its rows."""

MOST_READ: Final = 20_000
"""Names that are read to find near ones: of a ledger with more, those that stand beside the name that was given."""
_BESIDE: Final = 300
_TURNED: Final = 3
"""Words at the beginning of a name that may stand in another order."""


def stream_names(rows: Rows, kind: str, name: str, most: int = MOST_READ) -> list[str]:
    """The streams of a kind if there are at most so many; else those that stand beside `name` in their order."""
    first, last = f"{kind}:", f"{kind};"
    found = rows("SELECT name FROM names WHERE name >= ? AND name < ? LIMIT ?", (first, last, most + 1))
    if len(found) <= most:
        return [row[0] for row in found]
    beside: dict[str, None] = {}
    for form in _forms(name):
        at = first + form
        for condition, order, params in (("name >= ? AND name < ?", "", (at, last)),
                                         ("name >= ? AND name < ?", " DESC", (first, at))):  # fmt: skip
            statement = f"SELECT name FROM names WHERE {condition} ORDER BY name{order} LIMIT {_BESIDE}"
            beside.update(dict.fromkeys(row[0] for row in rows(statement, params)))
    return list(beside)


def _forms(name: str) -> Iterable[str]:
    """A name as it may have been written: in either case, and with its first words in any order."""
    words = name.replace("_", "-").split("-")
    turned = ["-".join([*some, *words[_TURNED:]]) for some in permutations(words[:_TURNED])]
    return dict.fromkeys([name, *(form for one in turned for form in (one, one.lower(), one.upper()))])


def all_streams(each: Callable[[str, tuple[Any, ...]], Iterator[Any]], kinds: Iterable[str]) -> Iterator[str]:
    """Every stream of some kinds."""
    for kind in kinds:
        for row in each("SELECT name FROM names WHERE name >= ? AND name < ?", (f"{kind}:", f"{kind};")):
            yield row[0]


def part_names(rows: Rows, stream: str) -> list[str]:
    """The parts of which anything was ever held true in a stream."""
    statement = (
        "SELECT name FROM names WHERE id IN (SELECT part FROM periods JOIN names s ON s.id = stream WHERE s.name = ?)"
    )
    return sorted(row[0] for row in rows(statement, (stream,)))


def has_status(rows: Rows, status: str) -> bool:
    """Whether some part shows, or showed, that status."""
    return bool(rows("SELECT 1 FROM standings WHERE status = ? LIMIT 1", (status,)))


def near_streams(rows: Rows, name: str) -> list[str]:
    """The streams that may have been meant, of the kind that is named before those of others."""
    kind, _, short = name.partition(":") if name.partition(":")[0] in (*KINDS, *OWN) else ("", "", name)
    pools = {one: stream_names(rows, one, short) for one in (*KINDS, *OWN)}
    found = [f"party:{code}" for code in codes_meant(short)] if kind in ("", "party") else []
    found = [one for one in found if one in pools["party"]]
    for some in ([kind] if kind else [], [one for one in (*KINDS, *OWN) if one != kind]):
        streams = {stream for one in some for stream in pools[one]}
        by_name: dict[str, list[str]] = {}
        for stream in sorted(streams):
            by_name.setdefault(stream.partition(":")[2], []).append(stream)
        found += by_name.get(short, [])
        found += [stream for one in near(short, by_name) for stream in by_name[one]]
        if found:
            break
    return list(dict.fromkeys(found))[:3]


def types_used(rows: Rows, types: Iterable[str], position: int, within: str = "") -> list[str]:
    """Those of some types of facts that are recorded up to a position; `within` a stream, a kind (`party:`), or all."""
    condition = "rowid <= ?"
    params: list[Any] = [position]
    if within.endswith(":"):
        condition += " AND originator_id >= ? AND originator_id < ?"
        params += [within, f"{within[:-1]};"]
    elif within:
        condition += " AND originator_id = ?"
        params.append(within)
    first = f"SELECT 1 FROM entries WHERE topic = ? AND {condition} LIMIT 1"
    return [name for name in sorted(types) if rows(first, (name, *params))]
