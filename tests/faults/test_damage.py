"""Is damage to the file found, or harmless? Flipped bits, truncations, pages zeroed, swapped and out of date.

Found means that `verify --full` ends with 4 or 6; harmless, that every answer is the same as before, byte for
byte. Never a traceback, never a silently wrong answer. Cost: some 500 damaged copies, under a minute.
"""

import random
import shutil
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.ledgers import Outcome, asked, eventful, fact, noted, opened, settled

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SEED = 20260202
FLIPS = 300
PAGE = 4096
QUESTIONS = [
    ["export"],
    ["status", "--json", "--as-of", "2026-02-10"],
    ["status", "--json", "--as-of", "2026-01-15", "--known-at", "#60"],
    ["status", "--json", "--as-of", "2026-04-01", "--known-at", "2026-02-03T09:00:30Z"],
    ["log", "--json"],
    ["log", "commitment:e5", "--json"],
    ["show", "commitment:e9", "--json"],
    ["timeline", "commitment:e13", "--json"],
    ["diff", "2026-01-01..2026-02-10", "--json"],
    ["blame", "commitment:e1", "--json"],
    ["due", "--json", "--as-of", "2026-04-01"],
    ["search", "embassy", "--json"],
    ["source", "list", "--json"],
    ["check", "--json"],
]  # fmt: skip
CODES = {0, 1, 2, 3, 4, 5, 6, 7}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "l"
    eventful(path, commitments=52)
    settled(path)
    return path


@pytest.fixture(scope="module")
def answers(whole: Path) -> list[Outcome]:
    return [asked(whole, *question) for question in QUESTIONS]


def judged(path: Path, answers: list[Outcome]) -> str:
    """found, or harmless; fails where it is neither."""
    verdict = asked(path, "verify", "--full")
    assert verdict.code in (4, 6, 7), verdict
    if verdict.code != 7:
        assert "error:" in verdict.err
        return "found"
    for question, answer in zip(QUESTIONS, answers, strict=True):
        assert asked(path, *question).out == answer.out, f"verify finds nothing, and {question} answers otherwise"
    return "harmless"


def still_says_something(path: Path, question: list[str]) -> None:
    """Whatever is asked of a damaged ledger is answered or refused in words: an error that escapes fails here."""
    outcome = asked(path, *question)
    assert outcome.code in CODES
    if outcome.code not in (0, 1):
        assert "error:" in outcome.err, outcome


WRITES = [
    ["commitment", "progress", "e4", "--occurred", "2026-02-02", "--obligor", "NZ", "--completion", "90"],
    ["commitment", "make", "fresh", "--occurred", "2026-02-02", "--obligors", "NZ", "--kind", "event", "--text", "x"],
    ["rebuild"],
]


def each(
    whole: Path, answers: list[Outcome], tmp_path: Path, damages: list[Callable[[bytearray], None]]
) -> Counter[str]:
    """Damage a copy in each of these ways, and judge it."""
    content = whole.read_bytes()
    found: Counter[str] = Counter()
    wrong = []
    for number, damage in enumerate(damages):
        copy = bytearray(content)
        damage(copy)
        path = tmp_path / f"damaged{number}"
        path.write_bytes(copy)
        steps = (
            lambda path: found.update([judged(path, answers)]),
            lambda path: still_says_something(path, QUESTIONS[number % len(QUESTIONS)]),  # noqa: B023 - called at once
            lambda path: still_says_something(path, WRITES[number % len(WRITES)]),  # noqa: B023
        )
        for step in steps:
            try:
                step(path)
            except Exception as error:  # noqa: BLE001 - all that is wrong is told, not the first alone
                where = traceback.extract_tb(error.__traceback__)[-1]
                told = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}: {error}"
                wrong.append(f"{getattr(damage, 'what', damage)}: {told[:300]}")
        for left in tmp_path.glob(f"{path.name}*"):
            left.unlink()
    assert wrong == [], "\n".join(wrong)
    return found


class Flip:
    """One bit is another."""

    def __init__(self, bit: int) -> None:
        self.bit = bit
        self.what = f"bit {bit % 8} of byte {bit // 8} (page {bit // 8 // PAGE + 1}) flipped"

    def __call__(self, content: bytearray) -> None:
        content[self.bit // 8] ^= 1 << self.bit % 8


def test_an_untouched_copy_is_intact(whole: Path, answers: list[Outcome], tmp_path: Path) -> None:
    """The negative control of all that follows: 7, the same answers, and nothing found."""
    shutil.copy(whole, tmp_path / "l")
    assert judged(tmp_path / "l", answers) == "harmless"
    assert all(answer.code in (0, 1) and answer.out for answer in answers), answers


def test_another_ledger_has_other_answers(whole: Path, answers: list[Outcome], tmp_path: Path) -> None:
    """The negative control of `harmless`: one more entry, and the comparison of answers fails."""
    shutil.copy(whole, tmp_path / "l")
    with opened(tmp_path / "l") as ledger:
        ledger.append(fact("progress-reported", "e4", obligor="NZ", completion="77"))
    with pytest.raises(AssertionError, match="answers otherwise"):
        judged(tmp_path / "l", answers)


def test_each_of_300_flipped_bits_is_found_or_harmless(whole: Path, answers: list[Outcome], tmp_path: Path) -> None:
    noted("seed", SEED)
    chance = random.Random(SEED)
    bits = whole.stat().st_size * 8
    found = each(whole, answers, tmp_path, [Flip(chance.randrange(bits)) for _ in range(FLIPS)])
    noted(dict(found))
    assert found["found"] > FLIPS / 2, "most of the file is content"


def test_each_bit_of_what_matters_most_in_the_header_is_found_or_harmless(
    whole: Path, answers: list[Outcome], tmp_path: Path
) -> None:
    """Page size, versions, reserved bytes, counters, format, encoding, user version, application id."""
    fields = [
        (0, 16),
        (16, 2),
        (18, 6),
        (24, 4),
        (28, 4),
        (36, 4),
        (44, 4),
        (56, 4),
        (60, 4),
        (68, 4),
        (92, 8),
        (100, 8),
    ]
    chance = random.Random(SEED)
    flips = [Flip(chance.randrange(first * 8, (first + size) * 8)) for first, size in fields for _ in range(4)]
    noted("seed", SEED, dict(each(whole, answers, tmp_path, flips)))


def test_every_truncation_is_found(whole: Path, answers: list[Outcome], tmp_path: Path) -> None:
    noted("seed", SEED)
    size = whole.stat().st_size
    chance = random.Random(SEED)
    sizes = {0, 1, 15, 16, 99, 100, 101, 512, PAGE - 1, PAGE, PAGE + 1, size // 2, size - PAGE, size - 1}
    sizes |= {chance.randrange(size) for _ in range(20)}

    def cut(to: int) -> Callable[[bytearray], None]:
        def damage(content: bytearray) -> None:
            del content[to:]

        damage.what = f"cut to {to} bytes"  # type: ignore[attr-defined]
        return damage

    assert each(whole, answers, tmp_path, [cut(to) for to in sorted(sizes)]) == {"found": len(sizes)}


def test_every_zeroed_page_is_found_or_was_free(whole: Path, answers: list[Outcome], tmp_path: Path) -> None:
    def zeroed(page: int) -> Callable[[bytearray], None]:
        def damage(content: bytearray) -> None:
            content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)

        damage.what = f"page {page + 1} zeroed"  # type: ignore[attr-defined]
        return damage

    pages = whole.stat().st_size // PAGE
    found = each(whole, answers, tmp_path, [zeroed(page) for page in range(pages)])
    noted(dict(found))
    assert found["found"] > pages * 0.8


def test_pages_that_changed_places_are_found(whole: Path, answers: list[Outcome], tmp_path: Path) -> None:
    noted("seed", SEED)
    chance = random.Random(SEED)
    pages = whole.stat().st_size // PAGE

    def swapped(one: int, other: int) -> Callable[[bytearray], None]:
        def damage(content: bytearray) -> None:
            first, second = slice(one * PAGE, (one + 1) * PAGE), slice(other * PAGE, (other + 1) * PAGE)
            content[first], content[second] = content[second], content[first]

        damage.what = f"pages {one + 1} and {other + 1} swapped"  # type: ignore[attr-defined]
        return damage

    pairs = [chance.sample(range(1, pages), 2) for _ in range(20)]
    found = each(whole, answers, tmp_path, [swapped(*pair) for pair in pairs])
    noted(dict(found))
    assert found["found"] >= 15


def test_a_page_of_yesterday_among_those_of_today_is_found_or_harmless(tmp_path: Path) -> None:
    """A write that the disk swallowed: one page is as it was before the last appends."""
    path = tmp_path / "l"
    eventful(path, commitments=20)
    settled(path)
    yesterday = path.read_bytes()
    with opened(path) as ledger:
        for number in range(20):
            ledger.append(
                fact("progress-reported", f"e{number}", obligor="US", completion="55", envelope={"note": "n" * 99})
            )
    settled(path)
    answers = [asked(path, *question) for question in QUESTIONS]
    today = path.read_bytes()
    changed = [
        page for page in range(len(yesterday) // PAGE)
        if yesterday[page * PAGE : (page + 1) * PAGE] != today[page * PAGE : (page + 1) * PAGE]
    ]  # fmt: skip
    assert len(changed) > 5

    def stale(page: int) -> Callable[[bytearray], None]:
        def damage(content: bytearray) -> None:
            content[page * PAGE : (page + 1) * PAGE] = yesterday[page * PAGE : (page + 1) * PAGE]

        damage.what = f"page {page + 1} of yesterday"  # type: ignore[attr-defined]
        return damage

    found = each(path, answers, tmp_path, [stale(page) for page in changed])
    noted(dict(found))
    assert found["found"] > 0


def test_no_line_that_was_altered_is_shown_as_if_it_were_not(whole: Path, tmp_path: Path) -> None:
    """Where a bit is another, export and log show lines that were recorded, in their order, or say what is wrong."""
    content = whole.read_bytes()
    lines = asked(whole, "export").out.splitlines()
    entries = asked(whole, "log", "commitment:e5", "--json").json["entries"]
    chance = random.Random(20260203)
    said = Counter[str]()
    for number in range(FLIPS):
        copy = bytearray(content)
        Flip(chance.randrange(len(copy) * 8))(copy)
        path = tmp_path / f"bit{number}"
        path.write_bytes(copy)
        exported = asked(path, "export")
        shown = exported.out.splitlines()
        assert shown == lines[: len(shown)], "a line that was not recorded, or not there"
        assert exported.code in ((0,) if shown == lines else (4, 6))
        said["exported" if exported.code == 0 else "refused"] += 1
        told = asked(path, "log", "commitment:e5", "--json")
        if told.code == 0:
            assert [one for one in told.json["entries"] if one not in entries] == []
        for left in tmp_path.glob(f"{path.name}*"):
            left.unlink()
    noted(said)
    assert said["refused"] > 10


def test_a_line_that_was_altered_is_shown_where_it_is_not_held_against_its_leaf(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    from engagement_ledger.record import checked_lines

    path = tmp_path / "l"
    path.write_bytes(whole.read_bytes().replace(b"no room", b"no moor", 1))
    assert asked(path, "export").code == 4
    monkeypatch.setattr(checked_lines, "as_recorded", lambda rows, stream=None: ((row[0], row[1]) for row in rows))
    assert b"no moor" in asked(path, "export").out
