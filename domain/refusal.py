"""What does a refusal say? What was refused, why, and what to try instead.

The root of every refusal, and the refusals of dates (which `dates` re-exports).
"""

from __future__ import annotations

from typing import Any, ClassVar

from .remedy import Remedy, remedies, worded


class Refusal(Exception):
    """Something the ledger will not do: says what, why, and what to try."""

    CODE: ClassVar[int] = 1
    """What a command ends with that is refused so: 1 for what the rules forbid, 2 for what cannot be read."""
    LABEL: ClassVar[str] = "error"
    """The word before it."""

    @property
    def code(self) -> int:
        """The exit code of this one."""
        return self.CODE

    def __init__(self, message: str, because: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.because = because
        self.remedy = hint
        """what to try; the acts in it are data (`remedy`)"""

    @property
    def hint(self) -> str:
        """What to try, in plain words."""
        return worded(self.remedy)

    @property
    def remedies(self) -> list[Remedy]:
        """The acts that are advised, and what each is done on."""
        return remedies(self.remedy)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Refusals cross process borders (import uses two cores), and subclasses take arguments of their own.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[Refusal], args: tuple[Any, ...], state: dict[str, Any]) -> Refusal:
    refusal = kind.__new__(kind, *args)
    refusal.__dict__.update(state)
    return refusal


class DateRefused(Refusal, ValueError):
    """A text that is not taken as a date.

    `readings` are the texts it may have meant; each is itself an accepted date, and the hint names all.
    It is a ValueError so that pydantic reports it with the field's place, and keeps it: a ValidationError's
    `errors()[0]["ctx"]["error"]` is this refusal.
    """

    CODE = 2

    readings: tuple[str, ...]
    note: str

    def __init__(self, message: str, because: str = "", readings: tuple[str, ...] = (), note: str = "") -> None:
        """`note` is the rest of the hint, after the readings."""
        choice = "write " + " or ".join(readings) if readings else ""
        super().__init__(message, because, "; ".join(part for part in (choice, note) if part))
        self.readings = readings
        self.note = note


class AmbiguousDate(DateRefused):
    """Day, month and year in an order that differs from country to country."""


class ImpossibleDate(DateRefused):
    """No calendar has this day, month or span."""


class RelativeDate(DateRefused):
    """A date that depends on the day on which it was said."""


class UnsupportedDate(DateRefused):
    """Perhaps a date, but not in a form whose earliest and latest day are agreed."""


def shown(text: str, limit: int = 40) -> str:
    """`text` for a message: cut at `limit` characters, what is not printable escaped, in quotes."""
    cut = text[:limit]
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return f"'{visible}…'" if len(text) > limit else f"'{visible}'"
