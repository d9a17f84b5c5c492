"""Who can act, and since when? States, organisations and companies, their members, and how far registers reach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import StringConstraints

from .aggregate import Aggregate, merged
from .dates import When
from .entry import Announced, Fact, Move, Name, Party, Text
from .errors import (
    ImpossibleHistory,
    InvalidFact,
    MemberAlready,
    NotAMember,
    PartyHasCeased,
    PartyNotRegistered,
    PartyRegisteredAlready,
)
from .machine import TERM_OVER, PartMachine, PartState, Table, day_after, span, with_detail, with_flag
from .steps import Step
from .worlds import END, Standing

Scope = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9*?._:+-]+$", max_length=200)]

# --- facts -----------------------------------------------------------------------------------------------


class PartyRegistered(Fact, type="party.registered/1", verb="register"):
    """Registers a party that exists from this date, or by then at the latest."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "name", "kind": "kind"}
    FOUNDS: ClassVar[bool] = True

    name: Text
    """its name"""
    kind: Literal["state", "organisation", "company", "group", "other"]
    """what it is"""

    def moves(self) -> Iterator[Move]:
        yield Move("whole", "register", (self.name,))


class PartyRenamed(Announced, type="party.renamed/2", verb="rename"):
    """A party took another name."""

    SHOWN_AS: ClassVar[dict[str, str]] = {"title": "name"}

    name: Text
    """the new name"""

    def moves(self) -> Iterator[Move]:
        yield self.move("whole", self.name)


class MemberJoined(Announced, type="party.member-joined/2", verb="join"):
    """A party became a member of this one."""

    member: Party
    """who joined"""

    def moves(self) -> Iterator[Move]:
        yield self.move(f"member/{self.member}")


class MemberLeft(Announced, type="party.member-left/2", verb="leave"):
    """A member ceased to be one."""

    member: Party
    """who left"""

    def moves(self) -> Iterator[Move]:
        yield self.move(f"member/{self.member}")


class MembershipSought(Fact, type="party.membership-sought/1", verb="seek-membership"):
    """A party applied to become a member, and is not one yet."""

    member: Party
    """who applied"""

    def moves(self) -> Iterator[Move]:
        yield Move(f"member/{self.member}", "seek")


class OfficeAssumed(Announced, type="party.office-assumed/1", verb="assume-office"):
    """Somebody took up an office of this party: who was secretary-general, who chaired."""

    office: Name
    """short name of the office (secretary-general, chair)"""
    person: Text | None = None
    """who holds it from then on"""
    party: Party | None = None
    """the party that holds it, or for which the person does"""
    until: When | None = None
    """the last day of the term (EDTF)"""

    def moves(self) -> Iterator[Move]:
        holder = self.person or self.party
        yield self.move(f"office/{self.office}", holder, self.until and self.until.text, verb="assume")

    def check(self, stream: str) -> None:
        if self.person is None and self.party is None:
            raise InvalidFact(["person: nobody is named"], "name the person who holds the office, or the party")
        if self.effective and self.until and span(self.until)[1] < span(self.effective)[0]:
            raise InvalidFact(["until: it lies before effective"], "the term ends after it begins")


class OfficeVacated(Announced, type="party.office-vacated/1", verb="vacate-office"):
    """Whoever held an office left it."""

    office: Name
    """short name of the office"""
    reason: Text | None = None
    """why"""

    def moves(self) -> Iterator[Move]:
        yield self.move(f"office/{self.office}", verb="vacate")


class PartyCeased(Fact, type="party.ceased/1", verb="cease"):
    """A party ceased to exist."""

    successors: tuple[Party, ...] = ()
    """who took its place"""

    def moves(self) -> Iterator[Move]:
        yield Move("whole", "cease")


class CoverageDeclared(Fact, type="party.coverage-declared/1", verb="declare-coverage"):
    """A register is complete up to a day; beyond it, the streams in scope are unknown."""

    scope: Scope
    """the streams it covers, as a pattern: relationship:*, dialogue:us-visits"""
    until: When
    """the last day that it covers (EDTF)"""

    def moves(self) -> Iterator[Move]:
        yield Move(f"coverage/{self.scope}", "declare", (self.until.text,))


# --- what is known ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PartyRecord(Aggregate):
    """A party."""

    kind: str | None = None
    members: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()

    def evolve(self, fact: Fact) -> Self:
        known = super().evolve(fact)
        match fact:
            case PartyRegistered():
                return known.but(title=fact.name, kind=fact.kind)
            case PartyRenamed():
                return known.but(title=fact.name)
            case MemberJoined():
                return known.but(members=merged(known.members, (fact.member,)))
            case MemberLeft():
                # Not by `but`, for the last member may leave.
                return replace(known, members=tuple(one for one in known.members if one != fact.member))
            case PartyCeased():
                return known.but(successors=fact.successors)
            case _:
                return known


# --- what may follow what --------------------------------------------------------------------------------

WHOLE: Final[Table] = {
    (None, "register"): "registered",
    ("registered", "rename"): "registered",
    ("registered", "cease"): "ceased",
}
MEMBER: Final[Table] = {
    (None, "join"): "member",
    ("left", "join"): "member",
    ("applied", "join"): "member",
    **{(status, "seek"): "applied" for status in (None, "left", "applied")},
    ("member", "leave"): "left",
}
OFFICE: Final[Table] = {
    **{(status, "assume"): "held" for status in (None, "held", "vacant")},
    **{(status, "vacate"): "vacant" for status in (None, "held", "vacant")},
}
# How long it is kept follows from its own day, not from a step: past that it shows as lapsed.
COVERAGE: Final[Table] = {
    (None, "declare"): "kept",
    ("kept", "declare"): "kept",
}


Refusals = Mapping[tuple[str | None, str], type[ImpossibleHistory]]
LAPSED: Final = "lapsed"


class Whole(PartMachine):
    """Whether a party exists, and under which name."""

    table = WHOLE
    refusals: ClassVar[Refusals] = {
        **{(None, verb): PartyNotRegistered for verb in ("rename", "cease")},
        ("registered", "register"): PartyRegisteredAlready,
        **{("ceased", verb): PartyHasCeased for verb in ("register", "rename", "cease")},
    }

    def arrive(self, state: PartState, status: str, step: Step) -> PartState:
        name = step.args[0] if step.args else None
        return state._replace(status=status, detail=with_detail(state.detail, name=name) if name else state.detail)


class Member(PartMachine):
    """Whether a party is a member."""

    table = MEMBER
    refusals: ClassVar[Refusals] = {
        **{("member", verb): MemberAlready for verb in ("join", "seek")},
        **{(status, "leave"): NotAMember for status in (None, "left", "applied")},
    }


class Office(PartMachine):
    """Who holds an office. That a term is over is flagged: whether its holder went is a fact of its own."""

    table = OFFICE

    def arrive(self, state: PartState, status: str, step: Step) -> PartState:
        if step.verb == "vacate":
            return PartState(status)
        holder, until = step.args
        return PartState(status, (), with_detail((), holder=holder, until=until), until and span(When.parse(until)))

    def cuts(self, state: PartState) -> tuple[int, ...]:
        over = _lapses_from(state)
        return () if over >= END else (over,)

    def show(self, state: PartState, day: int, settled: bool) -> Mapping[str, Standing]:
        flags = with_flag(state.flags, TERM_OVER, day >= _lapses_from(state))
        return {self.part: Standing(state.status, (), flags, state.detail)}


class Coverage(PartMachine):
    """To which day a register was kept up: `lapsed` from the day after. A later declaration replaces the earlier."""

    table = COVERAGE

    def arrive(self, state: PartState, status: str, step: Step) -> PartState:
        until = step.args[0]
        return PartState(status, detail=with_detail((), until=until), window=span(When.parse(until)))

    def cuts(self, state: PartState) -> tuple[int, ...]:
        lapses = _lapses_from(state)
        return () if lapses >= END else (lapses,)

    def show(self, state: PartState, day: int, settled: bool) -> Mapping[str, Standing]:
        status = LAPSED if day >= _lapses_from(state) else state.status
        return {self.part: Standing(status, (), state.flags, state.detail)}


def _lapses_from(state: PartState) -> int:
    """The first day of which nothing is said any more; END where open, or nothing is declared."""
    return END if state.window is None else day_after(state.window[1])


MACHINES: Final = {"whole": Whole, "member": Member, "office": Office, "coverage": Coverage}
AGGREGATE: Final = PartyRecord
