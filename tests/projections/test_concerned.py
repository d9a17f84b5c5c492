"""Are the streams that a question is narrowed to those that the entries say? Against a plain scan of all entries.

A random ledger in a real file: many streams, parties in several roles, themes, tags, recorders, late arrivals,
corrections and retractions. Each filter, and pairs of them, on several days and as known at several moments.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import engagement_ledger as el
from engagement_ledger.domain.commitment import CommitmentMade
from engagement_ledger.domain.errors import NotFound, UnknownWord
from engagement_ledger.domain.themes import THEMES
from engagement_ledger.domain.worlds import END
from engagement_ledger.history.effective import effective, happened_by, known_of
from engagement_ledger.ledger import questions as ask
from engagement_ledger.ledger.clocks import today
from engagement_ledger.projections.told import entries_of
from engagement_ledger.store.enclosed import EnclosedSnapshot

PARTIES = ("NZ", "US", "CL", "FJ", "org:PIF")
WORDS = ("Trade talks", "Science at sea", "space for all", "École partagée", "trade in space")
DAYS = ("2024-01-01", "2024-02-15", "2025-01-01")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[el.Ledger]:
    dice = random.Random(20260126)
    with el.open(tmp_path_factory.mktemp("concerned") / "l", create=True) as made:
        for member in ("NZ", "FJ"):
            joined = {"stream": "party:org:PIF", "type": "party.member-joined/1", "body": {"member": member}}
            made.record(joined, on="2024-01-20")
        body = {"name": "Pacific Islands Forum", "kind": "organisation"}
        made.record({"stream": "party:org:PIF", "type": "party.registered/1", "body": body}, on="1971")
        facts: list[tuple[str, str]] = []
        for number in range(120):
            stream, fact = some_fact(dice, number % 40)
            around: dict[str, Any] = {
                "by": dice.choice(("mk", "jd")),
                "tags": dice.sample(("a", "b", "c"), dice.randint(0, 2)),
            }
            try:
                (receipt,) = made.record({"stream": stream, **fact}, on=some_day(dice), **around)
            except el.Refusal:
                continue
            facts.append((receipt.entry_id, fact["type"]))
            if dice.random() < 0.15:
                correct(made, dice, facts) if dice.random() < 0.7 else retract(made, dice.choice(facts)[0])
        yield made


def retract(made: el.Ledger, entry: str) -> None:
    with suppress(el.Refusal):
        made.retract(entry, reason="not so")


def correct(made: el.Ledger, dice: random.Random, facts: list[tuple[str, str]]) -> None:
    entry, kind = dice.choice(facts)
    changes: dict[str, Any] = {"occurred": some_day(dice)}
    if kind == "commitment.made/1":
        changes = dice.choice(({"obligors": dice.sample(PARTIES, 2)}, {"text": dice.choice(WORDS)}, {"tags": ["c"]}))
    with suppress(el.Refusal):
        made.correct(entry, changes, reason="read again")


def some_day(dice: random.Random) -> str:
    month = f"2024-0{dice.randint(1, 3)}"
    return f"{month}-{dice.randint(1, 28):02}" if dice.random() < 0.7 else month


def some_fact(dice: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    themes = dice.sample([one.id for one in THEMES], dice.randint(0, 2))
    if number % 3 == 0:
        meeting = {"meeting": f"m{dice.randint(1, 9)}", "host": dice.choice(PARTIES), "title": dice.choice(WORDS)}
        return f"dialogue:d{number}", {"type": "dialogue.meeting-held/1", "body": {**meeting, "themes": themes}}
    if number % 3 == 1 and dice.random() < 0.4:
        body = {"text": dice.choice(WORDS), "kind": dice.choice(("exploratory", "maintenance"))}
        return f"commitment:c{number}", {"type": "commitment.amended/1", "body": {**body, "themes": themes}}
    body = {"obligors": dice.sample(PARTIES, dice.randint(1, 2)), "beneficiaries": dice.sample(PARTIES, 1)}
    more = {"text": dice.choice(WORDS), "kind": dice.choice(("exploratory", "achievement")), "themes": themes}
    return f"commitment:c{number}", {"type": "commitment.made/1", "body": {**body, **more}}


def plainly(reader: Any, known: Any, day: int, about: dict[str, Any]) -> set[str]:
    """The streams that a filter means, by reading every entry of every stream."""
    found = set()
    on = today() if day == END - 1 else day
    for stream in reader.streams():
        told = entries_of(reader, stream, known)
        # What brings a stream about is told of from the first day on which it may have.
        by_day = [(one.occurred.earliest or 0 if one.fact.TYPE.startswith(("commitment.made", "party.registered"))
                   else happened_by(one), one.entry.position, one)
                  for one in effective(told, known_of).values()]  # type: ignore[union-attr]  # fmt: skip
        counts = [one for since, _, one in sorted(by_day, key=lambda found: found[:2]) if since <= day]
        bodies = [one.fact.model_dump(mode="json") for one in counts]
        roles = {(name, code) for body in bodies for name in ("obligors", "beneficiaries", "host", "member")
                 for code in ([body[name]] if isinstance(body.get(name), str) else body.get(name) or ())}  # fmt: skip
        if stream.startswith("party:") and bodies:
            roles.add(("itself", stream.partition(":")[2]))
        titles = [body["text"] for body in bodies if "text" in body][-1:]
        titles += [body["title"] for body in bodies if body.get("title")]
        titles += [body["name"] for body in bodies if body.get("name")][-1:]
        kinds = [body["kind"] for body in bodies if body.get("kind")][-1:]
        there = [row for row in reader.periods(known, stream=stream) if row.valid_from <= on < row.valid_to]
        wanted = [
            "party" not in about or all(any(code == one for _, code in roles) for one in about["party"]),
            "role" not in about or any(
                name == {"obligor": "obligors"}.get(about["role"], about["role"])
                and code in about.get("party", PARTIES) for name, code in roles),
            "theme" not in about or any(one in under(about["theme"]) for body in bodies for one in body["themes"]),
            "kind" not in about or about["kind"] in (*kinds, stream.partition(":")[0]),
            "tag" not in about or any(about["tag"] in one.tags for one in counts),
            "recorded_by" not in about or any(one.recorded_by == about["recorded_by"] for one in told),
            "title" not in about or any(
                all(word in title.casefold() for word in about["title"].casefold().split()) for title in titles),
            "status" not in about or any(
                about["status"] in (row.standing.status, *row.standing.possible) for row in there),
            "type" not in about or any(one.fact.TYPE.startswith(about["type"]) for one in told),
        ]  # fmt: skip
        if all(wanted):
            found.add(stream)
    return found


def under(theme: str) -> set[str]:
    found = {theme}
    while more := {one.id for one in THEMES if one.broader in found} - found:
        found |= more
    return found


ABOUTS: list[dict[str, Any]] = [
    *({"party": (party,)} for party in PARTIES),
    {"party": ("NZ", "CL")},
    {"party": ("NZ",), "role": "obligor"},
    {"party": ("US",), "role": "host"},
    {"role": "host"},
    *({"theme": theme} for theme in ("economy", "trade", "space", "technology")),
    *({"kind": kind} for kind in ("commitment", "exploratory", "maintenance", "organisation")),
    *({"tag": tag} for tag in "abc"),
    *({"recorded_by": who} for who in ("mk", "jd")),
    *({"title": words} for words in ("trade", "TRADE space", "école", "talks trade", "nothing of it")),
    {"type": "commitment.am"},
    *({"status": status} for status in ("made", "held", "member")),
    {"status": "made", "party": ("NZ",)},
    {"party": ("NZ",), "theme": "economy", "kind": "commitment"},
    {"kind": "exploratory", "title": "space", "recorded_by": "mk"},
]


@pytest.mark.parametrize("about", ABOUTS, ids=json.dumps)
def test_a_filter_finds_the_streams_that_the_entries_say(ledger: el.Ledger, about: dict[str, Any]) -> None:
    from engagement_ledger.ledger.concerning import resolved
    from engagement_ledger.projections.concerned import streams_of

    with ledger.reader() as reader:
        enclosed = EnclosedSnapshot(reader.lines())
        moments = [reader.known_at(f"#{position}") for position in (3, reader.size // 2, reader.size)]
        for known in moments:
            concerned = resolved(reader, known, about)  # type: ignore[arg-type]  # as a program may give it
            assert concerned is not None
            for day in (*(el.When.parse(one).latest or 0 for one in DAYS), END - 1):
                expected = plainly(reader, known, day, about)
                assert set(streams_of(reader, known, day, concerned)) == expected, (about, known, day)
                assert set(streams_of(enclosed, known, day, concerned)) == expected  # type: ignore[arg-type]


def test_some_of_these_find_something_and_none_finds_everything(ledger: el.Ledger) -> None:
    """The comparison above would hold of empty answers as well."""
    with ledger.reader() as reader:
        known, every = reader.known_at(), set(reader.streams())
        sizes = [len(plainly(reader, known, END - 1, about)) for about in ABOUTS]
    assert sum(bool(size) for size in sizes) >= len(ABOUTS) - 1
    assert all(size < len(every) for size in sizes)


@pytest.mark.parametrize("about", [one for one in ABOUTS if not {"type", "status"} & one.keys()], ids=json.dumps)
def test_every_list_is_narrowed_alike(ledger: el.Ledger, about: dict[str, Any]) -> None:
    with ledger.reader() as reader:
        streams = plainly(reader, reader.known_at(), END - 1, about)
        everything = list(ask.log(reader).rows)
        if not {"recorded_by", "tag"} & about.keys():  # asked of each entry in a log
            entries = [one["position"] for one in everything if one["stream"] in streams]
            assert [one["position"] for one in ask.log(reader, **about).rows] == entries
        status = [row for row in ask.status(reader, as_of="2030-01-01").rows if row["stream"] in streams]
        assert list_of(ask.status(reader, as_of="2030-01-01", **about).rows) == list_of(status)
        diff = [row for row in ask.diff(reader, "1900-01-01", "2030-01-01").rows if row["stream"] in streams]
        assert ask.diff(reader, "1900-01-01", "2030-01-01", **about).rows == diff
        learned = [row for row in ask.learned(reader, 5, reader.size).rows if row["stream"] in streams]
        assert ask.learned(reader, 5, reader.size, **about).rows == learned
        found = [one.stream for one in ask.check(reader).rows if one.stream in streams]
        assert {one.stream for one in ask.check(reader, **about).rows if one.stream in streams} >= set(found)
        drawn = {row["stream"] for row in ask.timeline(reader, **about).rows}
        assert drawn == {row["stream"] for row in status} | (drawn & streams)


@pytest.mark.parametrize("about", [{"status": "made"}, {"status": "held", "party": ("US",)}], ids=json.dumps)
def test_every_other_list_is_narrowed_to_what_stands_so(ledger: el.Ledger, about: dict[str, Any]) -> None:
    with ledger.reader() as reader:
        streams = plainly(reader, reader.known_at(), END - 1, about)
        assert {one["stream"] for one in ask.log(reader, **about).rows} == streams
        assert {row["stream"] for row in ask.timeline(reader, **about).rows} == streams
        assert {row["stream"] for row in ask.learned(reader, 0, reader.size, **about).rows} <= streams
        assert {one.stream for one in ask.check(reader, **about).rows} <= streams
        with pytest.raises(UnknownWord):
            ask.log(reader, status="mad")


def list_of(rows: Any) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_a_party_counts_in_its_groups_only_while_it_is_a_member(ledger: el.Ledger) -> None:
    def streams(day: str, **about: Any) -> set[str]:
        with ledger.reader() as reader:
            return {row["stream"] for row in ask.status(reader, as_of=day, **about).rows}

    before, later = "2024-01-19", "2024-03-31"
    assert streams(before, party="NZ", with_groups=True) == streams(before, party="NZ")
    both = streams(later, party="NZ") | streams(later, party="org:PIF")
    assert streams(later, party="NZ", with_groups=True) == both > streams(later, party="NZ")


def test_a_group_counts_in_every_list(ledger: el.Ledger) -> None:
    streams = {row["stream"] for row in ledger.status(party="NZ", with_groups=True, as_of="2030-01-01")}
    more = streams - {row["stream"] for row in ledger.status(party="NZ", as_of="2030-01-01")}
    assert more
    assert more <= {one["stream"] for one in ledger.log(party="NZ", with_groups=True)}
    assert more <= {row["stream"] for row in ledger.timeline(party="NZ", with_groups=True)}
    assert more <= {row["stream"] for row in ledger.learned(0, party="NZ", with_groups=True)}
    assert more <= {one.stream for one in ledger.check(party="NZ", with_groups=True)}


@pytest.mark.parametrize("name", ["party", "theme", "kind", "title", "tag", "recorded_by", "type", "role"])
def test_an_empty_word_limits_nothing_and_is_refused(ledger: el.Ledger, name: str) -> None:
    for empty in ("", " ", ("NZ", "")):
        with pytest.raises(UnknownWord, match="is empty"):
            ledger.status(**{name: empty})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("about", "refused", "said"),
    [
        ({"party": "New Zeland"}, NotFound, "did you mean NZ?"),
        ({"party": "Chile, Republic of"}, NotFound, "is not the name or code of a party"),
        ({"party": "AR"}, NotFound, "nothing is recorded of Argentina (AR)"),
        ({"theme": "spacee"}, UnknownWord, "did you mean space?"),
        ({"role": "hots"}, UnknownWord, "host"),
        ({"kind": "comitment"}, UnknownWord, "did you mean commitment"),
        ({"tag": "z"}, UnknownWord, "not a tag"),
        ({"recorded_by": "nobody"}, UnknownWord, "not a recorder"),
        ({"type": "comitment."}, UnknownWord, "no type"),
        ({"recorded": "#9999"}, NotFound, "#9999"),
    ],
)
def test_what_the_ledger_does_not_have_is_refused_with_what_is_near(
    ledger: el.Ledger, about: dict[str, Any], refused: type[el.Refusal], said: str
) -> None:
    with ledger.reader() as reader, pytest.raises(refused) as caught:
        ask.status(reader, **about)
    assert said in f"{caught.value.message} {caught.value.because} {caught.value.remedy}"


@pytest.mark.parametrize("name", ["Pacific Islands Forum", "pif", "ORG:PIF", "org:pif"])
def test_a_party_is_found_by_any_usual_name(ledger: el.Ledger, name: str) -> None:
    assert ledger.status(party=name) == ledger.status(party="org:PIF") != []


def test_two_codes_of_one_former_state_meet(tmp_path: Path) -> None:
    with el.open(tmp_path / "l", create=True) as ledger:
        for name, code in {"a": "SU", "b": "SUHH", "c": "RU", "d": "DDDE"}.items():
            fact = CommitmentMade(obligors=(code,), kind="event", text="It")
            ledger.record(f"commitment:{name}", fact, on="1980-02-02")
        for party in ("SU", "SUHH", "Soviet Union", "USSR", "SUN"):
            for found in (ledger.status(party=party), ledger.status(party=party, role="obligor")):
                assert {row["stream"] for row in found} == {"commitment:a", "commitment:b"}
        assert ledger.status(party="DD") == ledger.status(party="DDDE") != []


@pytest.mark.parametrize("name", ["New Zealand", "nz", "NZL"])
def test_a_state_is_found_by_any_usual_name(ledger: el.Ledger, name: str) -> None:
    assert ledger.status(party=name) == ledger.status(party="NZ") != []


def test_what_was_recorded_between_two_positions_is_found_by_either_clock(ledger: el.Ledger) -> None:
    every = ledger.log()
    assert [one["position"] for one in ledger.log(recorded="#5..#9")] == [5, 6, 7, 8, 9]
    assert [one["position"] for one in ledger.log(recorded="..9")] == list(range(1, 10))
    at = every[8]["recorded_at"]
    assert [one["position"] for one in ledger.log(recorded=f"{at}..")] == list(range(9, len(every) + 1))
    assert [one["position"] for one in ledger.log(recorded=f"..{at}")] == list(range(1, 10))
    assert len(ledger.log(recorded=at[:10])) == len(every)


def test_counts_by_party_and_year_are_those_of_the_streams(ledger: el.Ledger) -> None:
    rows = ledger.tally(("party", "year"), kind="commitment", as_of="2030-01-01")
    with ledger.reader() as reader:
        known = reader.known_at()
        for party in PARTIES:
            streams = plainly(reader, known, END - 1, {"party": (party,), "kind": "commitment"})
            assert sum(row["count"] for row in rows if row["party"] == party) == len(streams)
    assert {row["year"] for row in rows} == {"2024"}


@pytest.mark.parametrize(
    ("on", "possible", "certain", "year"),
    [
        ("2026-01", "2026-01-10", "2026-01-31", "2026"), ("../2026-02-02", "1990-01-01", "2026-02-02", "2026"),
        ("[2025-12-01..2026-01-31]", "2025-12-15", "2026-01-31", "2026"), ("2026", "2026-06-01", "2026-12-31", "2026"),
    ],
)  # fmt: skip
def test_what_is_only_possible_is_found_by_whom_it_concerns_as_it_is_listed(
    tmp_path: Path, on: str, possible: str, certain: str, year: str
) -> None:
    """And counted by parties once it is certain, in the year in which it is."""
    made = CommitmentMade(obligors=("NZ",), kind="event", text="To meet", themes=("trade",))
    with el.open(tmp_path / "l", create=True) as ledger:
        ledger.record("commitment:a", made, on=on, tags=["visit"])
        asked: list[dict[str, Any]] = [{"party": "NZ"}, {"theme": "trade"}, {"title": "meet"}, {"kind": "event"},
                                       {"tag": "visit"}, {"role": "obligor"}]  # fmt: skip
        for day in (possible, certain):
            listed = ledger.status(as_of=day)
            assert {row["stream"] for row in listed} == {"commitment:a"}
            assert all(ledger.status(as_of=day, **about) == listed for about in asked)
            assert len(ledger.brief("NZ", as_of=day).commitments) == 1
        assert ledger.tally("year", as_of=possible) == []
        assert [row["year"] for row in ledger.tally("year", as_of=certain)] == [year]
        assert [row["party"] for row in ledger.tally("party", as_of=certain)] == ["NZ"]
