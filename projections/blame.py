"""Which entry set this, who entered it, and who says so?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, TypedDict

from ..domain.catalogue import has_many_parts
from ..domain.entry import Citation, Entry, Fact
from ..domain.steps import Step
from ..history.effective import Effective, effective, known_of, steps_of
from ..store.port import KnownAt, Snapshot
from .columns import Column
from .told import displayed, entries_of


class OriginRow(TypedDict):
    """Where the present value of one field comes from."""

    field: Annotated[str, Column("text")]
    value: Annotated[Any, Column("anything", "as the fact has it")]
    entry: Annotated[str, Column("entry", "the entry, or the correction, that set it")]
    type: Annotated[str, Column("text", "type of the entry")]
    occurred: Annotated[str, Column("text", "EDTF")]
    recorded_by: Annotated[str, Column("text")]
    recorded_at: Annotated[str, Column("instant")]
    corrects: Annotated[str | None, Column("entry", "the entry that was corrected")]
    called_off_by: Annotated[str | None, Column("entry", "what called off what the entry announced")]
    source: Annotated[str | None, Column("text")]


COLUMNS: Final = ("field", "value", "entry", "type", "occurred", "recorded_by", "source")


def origins(told: Iterable[Effective], entries: Mapping[str, Entry], asked: str | None = None) -> Iterator[OriginRow]:
    """Yield where each field's present value comes from, in the order given; `asked` limits to one field.

    A corrected field is set by its correction; both are named.
    """
    for one in told:
        body = one.fact.model_dump(mode="json", exclude_defaults=True)
        fields: dict[str, Any] = {**body, "occurred": one.occurred.text}
        for name, value in fields.items():
            if asked is not None and name != asked:
                continue
            original = entries[one.entry.entry_id]
            setter = entries[one.set_by[name]] if name in one.set_by else original
            yield {
                "field": name,
                "value": value,
                "entry": f"#{setter.position}",
                "type": original.fact.type_name,
                "occurred": one.occurred.text,
                "recorded_by": setter.recorded_by,
                "recorded_at": setter.recorded_at,
                "corrects": f"#{original.position}" if setter is not original else None,
                "called_off_by": f"#{entries[one.called_off].position}" if one.called_off else None,
                "source": cited(one.sources if setter is original else setter.sources or one.sources),
            }


def cited(sources: Iterable[Citation]) -> str | None:
    """Sources in one cell."""
    said = [one.document + (f", {one.quote!r}" if one.quote else "") for one in sources]
    return "; ".join(said) or None


def blamed(reader: Snapshot, stream: str, part: str | None, field_name: str | None, known: KnownAt) -> list[OriginRow]:
    """Rows of `origins`, in the order of display; `part` limits them to the entries that move it."""
    entries = entries_of(reader, stream, known)
    told = sorted(effective(entries, known_of).values(), key=displayed)
    if part is not None:
        told = [one for one in told if _moves(one, stream, part)]
    return list(origins(told, {entry.entry_id: entry for entry in entries}, field_name))


def _moves(one: Effective, stream: str, part: str) -> bool:
    if not has_many_parts(stream):
        return any(region == part for region, _ in steps_of(one))
    named = part.partition("/")[2]
    return not named or any(_concerns(step, named) for _, step in steps_of(one)) or _names(one.fact, named)


def _concerns(step: Step, party: str) -> bool:
    """Whether a step moves an obligor: by name, among others, or with all."""
    first = step.args[0] if step.args else None
    return first is None or step.verb in ("due", "amend") or party == first or party in _flat((first,))


def _names(fact: Fact, party: str) -> bool:
    """Whether a fact that moves nothing says something of an obligor: an assessment, say."""
    return party in (getattr(fact, "obligor", None), getattr(fact, "by", None))


def _flat(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(inner for arg in args if isinstance(arg, tuple) for inner in arg)
