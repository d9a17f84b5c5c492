"""Which entry set this, who entered it, and who says so?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ..domain.entry import Citation, Entry
from ..history.effective import Effective

COLUMNS: Final = ("field", "value", "entry", "type", "occurred", "recorded_by", "source")


def origins(
    told: Iterable[Effective], entries: Mapping[str, Entry], asked: str | None = None
) -> Iterator[dict[str, Any]]:
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
                "type": original.fact.TYPE,
                "occurred": one.occurred.text,
                "recorded_by": setter.recorded_by,
                "recorded_at": setter.recorded_at,
                "corrects": f"#{original.position}" if setter is not original else None,
                "source": cited(one.sources if setter is original else setter.sources or one.sources),
            }


def cited(sources: Iterable[Citation]) -> str | None:
    """Sources in one cell."""
    said = [one.document + (f", {one.quote!r}" if one.quote else "") for one in sources]
    return "; ".join(said) or None
