"""How does a command ask what would be, or what one side says? --assuming FILE and --according-to PARTY."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import IO, TYPE_CHECKING, Any, cast

import click

from .common import F, clock_line
from .printing import head

if TYPE_CHECKING:
    from ..ledger.reading import KnownAt, Snapshot
    from ..projections.basis import Clocks


class Supposed:
    """What is asked instead of the ledger as it is, and what is said of it."""

    def __init__(self, assuming: str | None = None, according_to: str | None = None) -> None:
        self._assuming, self._according_to = assuming, according_to
        self._words: list[str] = []
        self._recorded: KnownAt | None = None
        self.header: dict[str, Any] = {}
        """what the header of a JSON answer says of it"""

    @property
    def is_anything(self) -> bool:
        """Whether anything is supposed."""
        return bool(self._assuming or self._according_to)

    def view(self, reader: Snapshot, known_at: str | None) -> tuple[Snapshot, str | None]:
        """What is to be asked, and the moment to ask it about. Raises a Refusal."""
        if self._assuming and self._according_to:
            raise click.UsageError("--assuming and --according-to do not go together")
        if self._assuming:
            if known_at is not None:
                raise click.UsageError("--assuming supposes facts recorded now: it takes no --known-at")
            return self._with_facts(reader, self._assuming), None
        if self._according_to:
            from ..ledger.supposing import according_to

            found = according_to(reader, self._according_to, known_at)
            self.header = {"according_to": self._according_to}
            self._words.append(f"according to sources of {self._according_to} alone")
            unplaced = [f"#{position}" for _, position in getattr(found, "unplaced", ())]
            if unplaced:
                self.header["left_out"] = unplaced
                self._words.append(f"left out, as they do not follow from these alone: {', '.join(unplaced)}")
            return found, None
        return reader, known_at

    def recorded(self, known: KnownAt) -> KnownAt:
        """What is known, for people: without what is supposed, whose positions nothing has yet."""
        return known if self._recorded is None else self._recorded

    def line(self, at: Clocks) -> str:
        """Both clocks, for people."""
        return clock_line(at._replace(known=self.recorded(at.known)))

    def _with_facts(self, reader: Snapshot, file: str) -> Snapshot:
        from ..exchange.facts_file import facts_in
        from ..ledger.supposing import assuming, drafts_supposed
        from .facts import content_of_facts

        name, content = content_of_facts(file)
        drafts = drafts_supposed(reader, [one.value for one in facts_in(name, content)])
        self._recorded = known = reader.known_at()
        self.header = {"assuming": len(drafts), "recorded": {"position": known.position, "known": known.known}}
        count = "1 fact" if len(drafts) == 1 else f"{len(drafts)} facts"
        words = f"assuming {count} of {name} on top of that, recorded nowhere"
        self._words.append(words if drafts else f"{name} holds nothing that is not recorded already")
        return assuming(reader, drafts)

    def say(self, out: IO[str]) -> None:
        """Say what is supposed, below the clocks."""
        for words in self._words:
            head(words, out)


def supposing(*, assuming: bool = True, according_to: bool = True) -> Callable[[F], F]:
    """--assuming and --according-to; the command gets them as `supposed`."""

    def decorated(command: F) -> F:
        @wraps(command)
        def asked(**params: Any) -> Any:
            supposed = Supposed(params.pop("assuming", None), params.pop("according_to", None))
            if supposed.is_anything and params.get("proof"):
                raise click.UsageError("--proof is of what is recorded, not of what is supposed")
            return command(supposed=supposed, **params)

        found: Any = asked
        if according_to:
            found = click.option(
                "--according-to", metavar="PARTY", help="Only from what this party's own sources, or joint ones, say."
            )(found)
        if assuming:
            found = click.option(
                "--assuming", metavar="FILE", help="As if the facts of FILE were recorded; nothing is written."
            )(found)
        return cast(F, found)

    return decorated
