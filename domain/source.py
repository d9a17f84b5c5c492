"""Which documents are held? That one was archived is a fact of its own, so that when it was held is proven too.

The bytes lie beside the entries, once each, and are known by their digest; what is cited is the digest.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import Field, StringConstraints

from .aggregate import Aggregate
from .dates import When
from .entry import Fact, Party, Text
from .errors import InvalidFact

KIND: Final = "source"


class SourceArchived(Fact, type="source.archived/1", verb="archive"):
    """A document was archived: its bytes are held from then on, and quotes of it are checked."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "title"}

    digest: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
    """the SHA-256 of its bytes, by which citations name it"""
    size: Annotated[int, Field(ge=0)]
    """its bytes"""
    title: Text | None = None
    """its title"""
    media: Text | None = None
    """its media type: text/plain, text/html, application/pdf …"""
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$")] | None = None
    """its language (BCP 47)"""
    url: Text | None = None
    """where it was found"""
    published: When | None = None
    """when it was published (EDTF)"""
    publisher: Party | None = None
    """who published it"""

    def check(self, stream: str) -> None:
        if stream != stream_of(self.digest):
            raise InvalidFact(
                [f"{stream} is not the stream of {self.digest[:23]}…"], f"a source has a stream: {stream_of('DIGEST')}"
            )


def stream_of(digest: str) -> str:
    """The stream of a source: that of sha256:ab… is source:ab…"""
    return f"{KIND}:{digest.removeprefix('sha256:')}"


@dataclass(frozen=True, kw_only=True)
class Source(Aggregate):
    """An archived document."""

    digest: str | None = None
    media: str | None = None
    language: str | None = None
    url: str | None = None
    published: str | None = None
    publisher: str | None = None

    def evolve(self, fact: Fact) -> Self:
        known = super().evolve(fact)
        match fact:
            case SourceArchived():
                return known.but(
                    title=fact.title,
                    digest=fact.digest,
                    media=fact.media,
                    language=fact.language,
                    url=fact.url,
                    published=fact.published.text if fact.published else None,
                    publisher=fact.publisher,
                )
            case _:
                return known


MACHINES: Final[dict[str, Any]] = {}
AGGREGATE: Final = Source
