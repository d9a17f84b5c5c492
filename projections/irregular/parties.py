"""Parties where they should not be: that did not exist on the day, or were no member."""

from __future__ import annotations

from collections.abc import Sequence

from ...history.effective import Effective
from ..told import position
from .declared import Found, Neighbours, Periods, Said, declared, may_be, parties_of


@declared("party-not-there", "A party acts on a day on which it did not exist, as far as the ledger says.")
def party_not_there(stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    if stream.startswith("party:"):
        return
    for one in told:
        earliest, latest = one.occurred.earliest, one.occurred.latest
        for party in sorted(parties_of(one.fact)):
            periods = [period for period in others.periods(f"party:{party}") if period[0] == "whole"]
            if not periods or earliest is None or latest is None:
                continue
            alive = [p for p in periods if may_be(p[1], "registered") and p[2] <= latest and earliest < p[3]]
            if not alive:
                yield Said(f"{party} did not exist on {one.occurred}", (position(one),))


@declared("not-a-member", "Somebody takes part as one of an invited group, and was no member of it on the day.")
def not_a_member(stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    invited: dict[str, set[str]] = {}
    for one in told:
        meeting = getattr(one.fact, "meeting", None)
        if meeting is None:
            continue
        welcome = invited.setdefault(meeting, set())
        welcome.update(getattr(one.fact, "invited", ()) or ())
        if host := getattr(one.fact, "host", None):
            welcome.add(host)
    for one in told:
        meeting = getattr(one.fact, "meeting", None)
        groups = [party for party in invited.get(meeting or "", ()) if party.startswith(("org:", "x:"))]
        known = {group: others.periods(f"party:{group}") for group in groups}
        if meeting is None or not groups or not all(known.values()):
            continue
        earliest, latest = one.occurred.earliest, one.occurred.latest
        for person in getattr(one.fact, "participants", ()) or ():
            party = person.party
            if party in invited[meeting] or party in groups or latest is None or earliest is None:
                continue
            member = any(
                p[0] == f"member/{party}" and may_be(p[1], "member") and p[2] <= latest and earliest < p[3]
                for periods in known.values()
                for p in periods
            )
            if not member:
                yield Said(
                    f"{party} took part in meeting {meeting}, and was no member of "
                    f"{' or '.join(groups)} on {one.occurred}",
                    (position(one),),
                )


@declared("acting-for-no-group", "A party acts for a group of which it was no member on the day.")
def acting_for_no_group(_stream: str, told: Sequence[Effective], _: Periods, others: Neighbours) -> Found:
    for one in told:
        group, member = getattr(one.fact, "through", None), getattr(one.fact, "obligor", None)
        earliest, latest = one.occurred.earliest, one.occurred.latest
        known = others.periods(f"party:{group}") if group and member else ()
        if not known or earliest is None or latest is None:
            continue
        if not any(
            part == f"member/{member}" and may_be(standing, "member") and first <= latest and earliest < last
            for part, standing, first, last in known
        ):
            yield Said(f"{member} acts for {group}, and was no member of it on {one.occurred}", (position(one),))
