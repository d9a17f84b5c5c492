"""What is recorded? The envelope of an entry, citations, the base of all facts, and the catalogue of types.

A fact is a frozen payload; everything about its recording is in the envelope. One class declares an event:
validation, stored form, command, schema and reference page are derived from it.

Annotations are values here, and wherever facts are declared, not text (`from __future__ import annotations`): each
class would have to compile its own and those that it inherits before a command could begin.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationInfo

from .countries import check_party, resolved
from .dates import When
from .streams import KINDS, NAME, STREAM

__all__ = [
    "DECLARED", "KINDS", "STREAM", "WRITING", "Announced", "Citation", "Draft", "Entry", "Fact", "Model", "Move",
    "Name", "Party", "Reference", "Stream", "Text", "is_set", "later_fields", "later_words", "once", "versions_of",
    "with_each_once",
]  # fmt: skip

M = TypeVar("M")
F = TypeVar("F", bound="Fact")

Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
WRITING: Final = "writing"
"""The context of a validation in which a party may go by a name: while a fact is written. What is stored has codes."""


def read_party(text: str, info: ValidationInfo) -> str:
    """The code of a party; raises UnknownParty."""
    return check_party(resolved(text) if info.context is WRITING else text)


Party = Annotated[
    str,
    StringConstraints(max_length=120),
    AfterValidator(read_party),
]
"""ISO 3166 alpha-2 for a state (NZ), org:PIF, co:lockheed-martin, x:unnamed-partners."""
Stream = Annotated[str, StringConstraints(pattern=rf"^(?:relationship|dialogue|commitment|instrument|party):{NAME}$")]
Name = Annotated[str, StringConstraints(pattern=rf"^{NAME}$")]
"""A short name within a stream: a meeting's id, a theme's code."""
Reference = Annotated[
    str,
    StringConstraints(
        pattern=rf"^(?:relationship|dialogue|commitment|instrument|party):{NAME}(?:/(?:meeting|statement)/{NAME})?$"
    ),
]
"""A stream, or a meeting in it: dialogue:nz-us-space/meeting/2."""


def once(values: Iterable[M]) -> tuple[M, ...]:
    """A list that is a set, in its order, each member once."""
    return tuple(dict.fromkeys(values))


class Model(BaseModel):
    """A frozen value with nothing undeclared in it."""

    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = {}
    """field → the version of the type since which it is there; or what says since which it may hold a value"""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        strict=False,
        defer_build=True,  # a command needs one or two of the hundred; each builds its validator when it is first used
    )


class Citation(Model):
    """Who says so: a document, and where in it (W3C Web Annotation, TextQuoteSelector)."""

    document: Text
    """sha256:… of an archived source, or the URL or title of one that is not archived"""
    quote: Text | None = None
    """the exact words; they must stand in the archived source"""
    prefix: Text | None = None
    """the words just before the quote, where it stands more than once"""
    suffix: Text | None = None
    """the words just after the quote"""
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$")] | None = None
    """language of the document (BCP 47)"""
    standing: Literal["primary", "secondary"] | None = None
    """primary: by one who took part; secondary: about it"""
    publisher: Party | None = None
    """the party that published it, to tell when a joint act rests on one side's word"""


class Move(NamedTuple):
    """What a fact does to one region of its aggregate: a step still without its days."""

    region: str
    verb: str
    args: tuple[Any, ...] = ()
    when: When | None = None
    """another date than `occurred` (an effective date, an end)"""
    ahead: bool = False
    """known in advance, so not cut at the known day"""
    follows: bool = False
    """comes after the entry's step before it"""


class Fact(Model):
    """Base of all events: a type name, a verb for the command, and what it moves."""

    TYPE: ClassVar[str] = ""
    VERB: ClassVar[str] = ""
    KIND: ClassVar[str] = ""
    AHEAD: ClassVar[bool] = False
    """may be recorded before it happens (TookEffectFor, InstrumentEnteredIntoForce)"""
    NEEDS: ClassVar[dict[str, type[Exception]]] = {}
    """fields whose absence is a refusal of the field, not of the form"""
    FOREIGN: ClassVar[bool] = False
    """whether it is of a type that this version does not know"""
    SHOWN_AS: ClassVar[dict[str, str]] = {}
    """trait of the stream (title, kind) → the field that gives it"""
    FOUNDS: ClassVar[bool] = False
    """whether it brings about what later facts change: what a party is called, how much is undertaken"""

    themes: tuple[Name, ...] = ()
    """codes of themes: engage schema --themes"""
    made_at: Reference | None = None
    """the meeting or statement at which it was made: dialogue:ID/meeting/ID or dialogue:ID/statement/ID"""

    def __init_subclass__(cls, *, type: str = "", verb: str = "", **kwargs: Any) -> None:  # noqa: A002 - the field's word
        super().__init_subclass__(**kwargs)
        if type:
            if type in DECLARED:
                raise TypeError(f"{type} is declared twice")
            cls.TYPE, cls.VERB, cls.KIND = type, verb, type.partition(".")[0]
            DECLARED[type] = cls

    @property
    def type_name(self) -> str:
        """The type under which it is recorded: the earliest version that can say all of it.

        So who tells an old fact again tells the same fact, and an earlier version of engage reads what it can.
        """
        name, _, newest = self.TYPE.partition("/")
        return self.TYPE if newest in ("", "1") else f"{name}/{_version(self)}"

    def moves(self) -> Iterator[Move]:
        """Yield the steps that this fact makes; none where it only says something."""
        return iter(())

    def check(self, stream: str) -> None:
        """Refuse what no history could make lawful; raises a Refusal."""

    @classmethod
    def words(cls) -> str:
        """The event in words: 'commitment fulfilled'."""
        return named_in_words(cls.TYPE)

    @classmethod
    def is_called(cls, *names: str) -> bool:
        """Whether it is of one of some types, named without a version: 'commitment.made'."""
        return cls.TYPE.partition("/")[0] in names


class Announced(Fact):
    """What may be announced before it holds: its step comes on the day from which it holds."""

    LATER: ClassVar[Mapping[str, int | Callable[[Any], int]]] = {"effective": 2}

    effective: When | None = None
    """from when it holds (EDTF), where it was announced ahead; until then what stood before stands"""

    def move(self, region: str, *args: Any, verb: str = "") -> Move:
        """The step that it makes, on the day from which it holds."""
        return Move(region, verb or self.VERB, args, self.effective, self.effective is not None)


def versions_of(kind: type[Fact]) -> list[str]:
    """The names of all versions of a type of fact, in their order: what an earlier one says, the newest can say."""
    name, _, newest = kind.TYPE.partition("/")
    return [f"{name}/{number}" for number in range(1, int(newest) + 1)]


def later_words(version: int, *words: str | None) -> Callable[[Any], int]:
    """For `LATER`: a field may hold these words, or be left out (None), since that version."""
    return lambda value: version if value in words else 1


def _version(said: Model) -> int:
    """The earliest version that has the fields and words which a fact, or a value within one, has."""
    return max((since(getattr(said, name)) for name, since in _later_fields(type(said))), default=1)


def named_in_words(kind: str) -> str:
    """A type, with or without a version, in words: 'commitment fulfilled'."""
    return kind.partition("/")[0].replace(".", " ").replace("-", " ")


@lru_cache(maxsize=256)
def _later_fields(kind: type[Model]) -> tuple[tuple[str, Callable[[Any], int]], ...]:
    """Fields that came later than their type, or words of theirs, or that hold values of which that is so."""
    later = [(name, since if callable(since) else _given(kind, name, since)) for name, since in kind.LATER.items()]
    inner = [
        (name, _version_within)
        for name, one in kind.model_fields.items()
        if any(_later_fields(held) for held in _models_in(one.annotation))
    ]
    return (*later, *inner)


def later_fields(kind: type[Model]) -> list[str]:
    """The fields of a type that came with a later version of it, or hold what did."""
    return [name for name, _ in _later_fields(kind)]


def _given(kind: type[Model], name: str, version: int) -> Callable[[Any], int]:
    default = kind.model_fields[name].default
    return lambda value: 1 if value == default else version


def _version_within(value: Any) -> int:
    inner = value if isinstance(value, tuple) else (value,)
    return max((_version(one) for one in inner if one is not None), default=1)


def _models_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def is_set(annotation: Any) -> bool:
    """Whether a field is a list in which a member counts once: of parties, names, streams, persons …, not of texts."""
    return get_origin(annotation) is tuple and get_args(annotation)[0] != Text


@lru_cache(maxsize=256)
def sets_of(kind: type[Fact]) -> tuple[str, ...]:
    """The fields of a type of fact in which a member counts once."""
    return tuple(name for name, declared in kind.model_fields.items() if is_set(declared.annotation))


def with_each_once(fact: F) -> F:
    """The fact itself; or, where members stand twice in a list that is a set, with each of them once.

    What is read of stored lines is left as it was stored.
    """
    given = {name: getattr(fact, name) for name in sets_of(type(fact))}
    kept = {name: once(value) for name, value in given.items() if len(value) > 1}
    changed = {name: value for name, value in kept.items() if len(value) < len(given[name])}
    return fact.model_copy(update=changed) if changed else fact


DECLARED: Final[dict[str, type[Fact]]] = {}
"""Type → class, of the modules that were imported so far; all there are: `catalogue.CATALOGUE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A fact with all of its envelope that the writer chooses."""

    stream: str
    fact: Fact
    occurred: When
    entry_id: str
    recorded_by: str
    occurred_text: str | None = None
    after: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    """streams, meetings, statements or instruments that it is said to repeat, implement or answer"""
    known_since: str | None = None
    sources: tuple[Citation, ...] = ()
    note: str | None = None
    tags: tuple[str, ...] = ()
    correlation: str | None = None
    encoded: bytes | None = field(default=None, init=False, repr=False, compare=False)
    """what of its line the writer chose, where that was encoded to derive the id; a changed copy has none"""

    # The names by which the event-sourcing library knows an event.

    @property
    def originator_id(self) -> str:
        """The stream."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """Its place in the stream; 0 until it is recorded."""
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Draft):
    """A recorded fact: a draft with its place in the ledger."""

    position: int
    group: int
    version: int
    recorded_at: str
    clock: str | None = field(default=None)
    """what the clock read, where it had been set back"""

    @property
    def originator_version(self) -> int:
        """Its place in the stream."""
        return self.version

    @property
    def known(self) -> str:
        """Known time: claimed where the entry came from an older register, else when it was recorded."""
        return self.known_since or self.recorded_at
