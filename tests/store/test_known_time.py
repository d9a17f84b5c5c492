"""When was it known? Groups, instants that never go back, claims, and positions.

Cost: real files, under ten seconds.
"""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from faults.ledgers import (
    SECOND,
    START,
    Clock,
    asked,
    consistent,
    contents,
    engage,
    fact,
    made,
    new,
    noted,
    opened,
    plain,
    stored_lines,
)

from engagement_ledger.domain.errors import (
    InvalidFact,
    KnownAfterRecording,
    KnownTimeGoesBack,
    NotFound,
    Refusal,
)
from engagement_ledger.ledger.application import BatchRefused
from engagement_ledger.record.instants import UnreadableInstant, format_instant, parse_instant
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader


@pytest.fixture
def path(tmp_path: Path) -> Path:
    new(tmp_path / "l")
    return tmp_path / "l"


def told(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in stored_lines(path)]


def known(path: Path, asked_at: str) -> int:
    with Reader(path) as reader:
        return reader.known_at(asked_at).position


# --- groups ----------------------------------------------------------------------------------------------


def test_what_comes_together_is_known_as_a_whole(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(made(0))
        ledger.append(*(made(number) for number in range(1, 5)))
        ledger.append(made(5), made(6))
    assert [one["group"] for one in told(path)] == [1, 5, 5, 5, 5, 7, 7]
    assert len({one["recorded_at"] for one in told(path)}) == 3
    assert [known(path, f"#{number}") for number in range(8)] == [0, 1, 1, 1, 1, 5, 5, 7]


def test_a_position_inside_a_group_answers_as_before_the_group(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(fact("made", "a"))
        ledger.append(fact("progress-reported", "a", obligor="NZ"), fact("fulfilled", "a", obligor="NZ"), made(1))

    def rows(position: int) -> object:
        answer = asked(path, "status", "--json", "--as-of", "2026-02-10", "--known-at", f"#{position}")
        assert answer.code == 0
        assert answer.json["known_at"]["position"] == (1 if position < 4 else 4)
        return [(row["stream"], row["part"], row["status"]) for row in answer.json["rows"]]

    assert rows(1) == rows(2) == rows(3) != rows(4)
    assert ("commitment:a", "obligor/NZ", "made") in rows(3)
    assert ("commitment:a", "obligor/NZ", "fulfilled") in rows(4)


@pytest.mark.parametrize("question", [["status"], ["log"], ["show", "commitment:a"], ["timeline", "commitment:a"]])
def test_every_question_takes_a_position_inside_a_group_so(path: Path, question: list[str]) -> None:
    with opened(path) as ledger:
        ledger.append(fact("made", "a"))
        ledger.append(fact("progress-reported", "a", obligor="NZ"), fact("fulfilled", "a", obligor="NZ"), made(1))
    at = [
        asked(path, *question, "--json", "--as-of", "2026-02-10", "--known-at", f"#{number}") for number in (1, 2, 3, 4)
    ]
    if any(one.code == 2 for one in at):
        at = [asked(path, *question, "--json", "--known-at", f"#{number}") for number in (1, 2, 3, 4)]
    assert [one.code for one in at] == [0, 0, 0, 0], at
    assert at[0].json == at[1].json == at[2].json != at[3].json


def test_a_position_beyond_the_end_is_not_known_yet(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(made(0))
    with Reader(path) as reader:
        for text in ("#2", "#999999999999", "#-1", "#x", "#", "#1.0", "#" + "9" * 40, "#\u0661"):
            with pytest.raises(NotFound):
                reader.known_at(text)
    assert asked(path, "status", "--known-at", "#2").code == 3


# --- instants --------------------------------------------------------------------------------------------


def test_an_instant_is_the_last_group_known_by_then(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(made(0))
        ledger.append(made(1), made(2))
    first, second = (str(told(path)[number]["recorded_at"]) for number in (0, 1))
    assert known(path, first) == 1
    assert known(path, format_instant(parse_instant(first) - 1)) == 0
    assert known(path, format_instant(parse_instant(second) - 1)) == 1
    assert known(path, second) == 3
    assert known(path, "2026-02-03T09:00:01Z") == 1
    assert known(path, "2026-02-03T22:00:01+13:00") == 1
    assert known(path, "2026-02-03T09:00:01") == 1, "without a zone it is UTC"
    assert known(path, "2026-02-03") == 3, "a day means its end"
    assert known(path, "2026-02-02") == 0
    assert known(path, "9999-12-31") == 3


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "2026-02", "2026-02-03T25:00Z", "", "0000-01-01"])
def test_what_is_no_instant_is_refused(path: Path, text: str) -> None:
    with Reader(path) as reader, pytest.raises(UnreadableInstant):
        reader.known_at(text)
    assert asked(path, "status", "--known-at", text).code == 2


def test_an_empty_ledger_knows_nothing_at_any_time(path: Path) -> None:
    with Reader(path) as reader:
        assert reader.known_at() == (0, None, None)
        assert reader.known_at("#0").position == 0
        assert reader.known_at("2030-01-01").position == 0


# --- the clock -------------------------------------------------------------------------------------------


def test_the_ledger_writes_its_own_time_in_utc_to_the_microsecond(path: Path) -> None:
    with opened(path, Clock(START + 41)) as ledger:
        ledger.append(made(0))
    assert told(path)[0]["recorded_at"] == "2026-02-03T09:00:01.000041Z"


def test_each_group_is_recorded_strictly_later_though_the_clock_stands_still(path: Path) -> None:
    with opened(path, lambda: START) as ledger:
        for number in range(5):
            ledger.append(made(number))
    instants = [parse_instant(str(one["recorded_at"])) for one in told(path)]
    assert instants == [START + number for number in range(5)]
    assert all("clock" not in one for one in told(path)[:1])
    consistent(path)


def test_a_clock_set_back_is_noted_and_not_followed(path: Path) -> None:
    clock = Clock()
    with opened(path, clock) as ledger:
        ledger.append(made(0))
        clock.reads -= 3600 * SECOND
        ledger.append(made(1), made(2))
        ledger.append(made(3))
        clock.reads = START + 10 * SECOND
        ledger.append(made(4))
    entries = told(path)
    assert [one.get("clock") for one in entries] == [
        None, "2026-02-03T08:00:02.000000Z", "2026-02-03T08:00:02.000000Z", "2026-02-03T08:00:03.000000Z", None,
    ]  # fmt: skip
    recorded = [parse_instant(str(one["recorded_at"])) for one in entries]
    assert recorded == [START + SECOND, START + SECOND + 1, START + SECOND + 1, START + SECOND + 2, START + 11 * SECOND]
    assert known(path, "2026-02-03T08:30:00Z") == 0, "nothing was known at the hour that the wrong clock read"
    assert known(path, "2026-02-03T09:00:01Z") == 1
    consistent(path)


def test_a_clock_set_back_across_a_restart_is_noted_too(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(made(0))
    with opened(path, Clock(START - 86_400 * SECOND)) as ledger:
        ledger.append(made(1))
    assert told(path)[1]["clock"] == "2026-02-02T09:00:01.000000Z"
    assert str(told(path)[1]["recorded_at"]) > str(told(path)[0]["recorded_at"])


def test_many_groups_under_a_clock_that_jumps_about_stay_in_order(path: Path) -> None:
    import random

    seed = 20260203
    noted("seed", seed)
    chance = random.Random(seed)
    clock = Clock()
    with opened(path, clock) as ledger:
        for number in range(200):
            clock.reads = START + chance.randint(0, 20 * number * 3600) * SECOND  # never before what had happened
            ledger.append(made(2 * number), made(2 * number + 1))
    with plain(path) as connection:
        groups = connection.execute("SELECT last, known, recorded FROM groups ORDER BY last").fetchall()
    assert [group[0] for group in groups] == list(range(2, 401, 2))
    assert all(earlier[2] < later[2] and earlier[1] < later[1] for earlier, later in pairwise(groups))
    set_back = sum("clock" in one for one in told(path))
    assert 0 < set_back < 400
    consistent(path)


# --- claims ----------------------------------------------------------------------------------------------


def claimed(number: int, since: str | None) -> object:
    return fact("made", f"k{number}", on="2020-01-01", envelope={"known_since": since} if since else None)


def test_history_from_elsewhere_is_known_since_its_register_says(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(claimed(0, "2020-01-05"))
        ledger.append(claimed(1, "2021-06-01T12:00:00+12:00"), claimed(2, "2021-06-01T00:00Z"))
        ledger.append(claimed(3, None))
    assert [one.get("known_since") for one in told(path)] == [
        "2020-01-05T00:00:00.000000Z", "2021-06-01T00:00:00.000000Z", "2021-06-01T00:00:00.000000Z", None,
    ]  # fmt: skip
    assert all(str(one["recorded_at"]).startswith("2026-02-03") for one in told(path))
    days = ("2020-01-04", "2020-01-05", "2021-05-31", "2021-06-01", "2026-02-02")
    assert [known(path, day) for day in days] == [0, 1, 1, 3, 3]
    assert known(path, "2026-02-03") == 4
    consistent(path)


def test_a_claim_after_the_recording_is_refused(path: Path) -> None:
    with opened(path) as ledger, pytest.raises(KnownAfterRecording) as refused:
        ledger.append(claimed(0, "2026-02-03T09:00:02Z"))
    assert "leave known_since out" in refused.value.hint
    assert stored_lines(path) == []


def test_a_claim_of_the_very_moment_of_recording_is_taken(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(claimed(0, "2026-02-03T09:00:01Z"))
    assert known(path, "2026-02-03T09:00:01Z") == 1


@pytest.mark.parametrize("earlier", ["2021-06-01", None])
def test_a_claim_that_goes_back_is_refused_with_the_way_out(path: Path, earlier: str | None) -> None:
    with opened(path) as ledger:
        ledger.append(claimed(0, earlier))
        before = contents(path)
        with pytest.raises(KnownTimeGoesBack) as refused:
            ledger.append(claimed(1, "2021-05-31"))
    for way_out in ("new ledger", "merge registers by known time", "leave known_since out"):
        assert way_out in refused.value.hint
    assert contents(path) == before


def test_claims_alike_may_follow_each_other(path: Path) -> None:
    with opened(path) as ledger:
        for number in range(3):
            ledger.append(claimed(number, "2021-06-01"))
    assert known(path, "2021-06-01T00:00Z") == 3
    assert known(path, "2021-05-31") == 0
    consistent(path)


def test_a_batch_has_one_claim(path: Path) -> None:
    with opened(path) as ledger, pytest.raises(BatchRefused) as refused:
        ledger.append(claimed(0, "2021-06-01"), claimed(1, "2021-06-02"))
    assert isinstance(refused.value.refusals[0][1], InvalidFact)
    with opened(path) as ledger, pytest.raises(Refusal):
        ledger.append(claimed(0, "2021-06-01"), claimed(1, None))
    assert stored_lines(path) == []


def test_a_happening_is_cut_at_what_was_claimed_to_be_known(path: Path) -> None:
    """A register that says that it knew in 2021 cannot have known what happened in 2022."""
    late = fact("made", "late", on="2022-01-01", envelope={"known_since": "2021-06-01"})
    with opened(path) as ledger, pytest.raises(Refusal, match="cannot have happened yet"):
        ledger.append(late)


def test_a_claim_is_shown_as_one(path: Path) -> None:
    with opened(path) as ledger:
        ledger.append(claimed(0, "2020-01-05"))
    outcome = engage(path, "show", "#1")
    assert outcome.code == 0
    assert b"2020-01-05" in outcome.out
    assert b"known" in outcome.out


def test_the_ledger_s_own_fields_cannot_be_chosen(path: Path) -> None:
    body = {"obligors": ["NZ"], "kind": "event", "text": "x"}
    raw = {"stream": "commitment:a", "type": "commitment.made/1", "occurred": "2026-02-02", "body": body}
    own = {"position": 7, "group": 7, "version": 7, "recorded_at": "2020-01-01T00:00:00Z", "clock": "x"}
    for name, value in own.items():
        file = path.with_name("facts.jsonl")
        file.write_text(json.dumps({**raw, name: value}))
        outcome = asked(path, "append", str(file))
        assert outcome.code == 2, (name, outcome)
        assert f"{name} is set by the ledger" in outcome.err
    assert stored_lines(path) == []


# --- what was known stays known --------------------------------------------------------------------------


def test_no_answer_as_known_at_a_position_changes_after_it(path: Path) -> None:
    batches = [
        [fact("made", "a", on="2026-01", due="2026-02-01")],
        [fact("progress-reported", "a", on="2026-01-20", obligor="NZ"), fact("made", "b")],
        [fact("stalled", "a", on="2026-01-25")],
        [fact("entry.retracted/1", "a", entry=fact("stalled", "a", on="2026-01-25").entry_id, reason="misread")],
        [fact("fulfilled", "a", on="../2026-02-01", obligor="NZ")],
        [fact("entry.corrected/1", "b", entry=fact("made", "b").entry_id, changes={"occurred": "2025-12"}, reason="x")],
    ]
    answers: dict[tuple[int, str], bytes] = {}
    position, ends = 0, {0}
    for batch in batches:
        with opened(path, Clock(START + position * SECOND)) as ledger:
            ledger.append(*batch)
        position += len(batch)
        for earlier in range(position + 1):
            for day in ("2025-12-15", "2026-01-22", "2026-01-26", "2026-02-10"):
                answer = asked(path, "status", "--json", "--as-of", day, "--known-at", f"#{earlier}")
                assert answer.code == 0
                found = answer.out
                if earlier in ends or earlier == position:
                    assert answers.setdefault((earlier, day), found) == found, (earlier, day)
        ends.add(position)
