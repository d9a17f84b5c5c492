"""Which stream, part or word does a person mean? It is found, or refused with those that are near to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..domain.errors import NotFound, PartNamed
from ..domain.near_names import listed, meant, near
from ..domain.near_parts import near_parts
from ..domain.streams import KINDS, OWN

if TYPE_CHECKING:
    from ..store.port import Snapshot

MOST_PARTS: Final = 6
"""Parts that are said where none is near."""


def find_stream(reader: Snapshot, text: str) -> tuple[str, str | None]:
    """A stream as a person names it, with the part after a slash: dialogue:nz-us-space/meeting/2.

    The kind may be left out where only one stream has that name. Raises NotFound, also for a part that the stream
    does not have.
    """
    name, slash, part = text.partition("/")
    stream = _stream(reader, name)
    if slash:
        check_part(reader, stream, part)
    return stream, part if slash else None


def _stream(reader: Snapshot, name: str) -> str:
    if name.partition(":")[0] in (*KINDS, *OWN):
        found = [name] if reader.has_stream(name) else []
    else:
        found = [one for one in (f"{kind}:{name}" for kind in (*KINDS, *OWN)) if reader.has_stream(one)]
    if len(found) > 1:
        raise NotFound(f"{name} is ambiguous", f"there are {listed(found, 'and')}", "write the kind as well")
    return found[0] if found else reader.stream(name)


def check_part(reader: Snapshot, stream: str, part: str) -> None:
    """Raise NotFound where a stream has no such part, with what parts there are."""
    parts = reader.parts(stream)
    if part in parts:
        return
    few = parts if len(parts) <= MOST_PARTS else [*parts[:MOST_PARTS], "…"]
    raise NotFound(
        f"{stream} has no part {part!r}" if part else f"{stream}/ names no part",
        f"its parts are {', '.join(few)}" if parts else "nothing that was recorded in it gives it a part",
        meant(near_parts(part, parts), f"see them: ⟦status {stream}⟧"),
    )


STATEMENT: Final = "statement/"
"""What the name of a statement within its dialogue begins with; it is no part, as it has no status."""


def check_statement(stream: str, part: str, there: Sequence[str]) -> None:
    """Raise NotFound where a stream has no such statement; `there`: the names of those that it has."""
    name = part.removeprefix(STATEMENT)
    if name not in there:
        raise NotFound(
            f"{stream} has no statement {name!r}",
            f"its statements are {', '.join(there)}" if there else "no statement with a name is recorded in it",
            meant([STATEMENT + one for one in near(name, there)], f"see the entries: ⟦log {stream}⟧"),
        )


def whole_stream(reader: Snapshot, text: str) -> str:
    """A stream alone; raises NotFound, and PartNamed where a part is named as well, which would go unheard."""
    stream, part = find_stream(reader, text)
    if part is not None:
        raise PartNamed(stream, part)
    return stream


def check_words(
    reader: Snapshot,
    *,
    statuses: Sequence[str] = (),
    flags: Sequence[str] = (),
    types: Sequence[str] = (),
    fields: Sequence[str] = (),
    kind: str = "",
) -> None:
    """Raise UnknownWord for a status, a flag, a beginning of a type, or a field of a kind that is in no list.

    What the ledger uses is in a list; for the rest the declarations are imported.
    """
    odd = [word for word in statuses if not reader.has_status(word)]
    used = reader.types() if types else []
    strange = [word for word in types if not any(name.startswith(word) for name in used)]
    if not (odd or strange or fields or flags):
        return
    from ..domain.vocabulary import check_field, check_flag, check_status, check_type

    for word in odd:
        check_status(word)
    for word in flags:
        check_flag(word)
    for word in strange:
        check_type(word)
    for word in fields:
        check_field(kind, word)
