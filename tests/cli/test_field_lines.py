"""A refusal of a file names the line that has to be mended: that of the field, and of no other fact."""

from __future__ import annotations

import re
from typing import Any

import pytest

FACT = """\
- stream: commitment:c1
  type: commitment.made
  occurred: 2026-02-02
  sources:
    - Joint statement; publisher=NZ
    - document: Fact sheet
      publisher: US
  tags: [space]
  body:
    obligors:
      - NZ
      - US
    kind: event
    due: 2026-Q3
    text: Host the talks.
"""


def places(answer: Any, name: str = "f.yaml") -> list[int]:
    return [int(line) for line in re.findall(rf"error: {re.escape(name)}:(\d+):", answer.err)]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("commitment:c1", "commitment:c 1", 1),
        ("commitment:c1", "dialogue:c1", 1),
        ("commitment.made", "commitment.maid", 2),
        ("2026-02-02", "02/03/2026", 3),
        ("2026-02-02", "[2026-05-11..2026-05-17]", 3),
        ("publisher=NZ", "publisher=Atlantis", 5),
        ("publisher=NZ", "a; b; c; d; e; f; g; h; i", 5),
        ("publisher: US", "publisher: Atlantis", 6),
        ("publisher: US", "publishr: US", 6),
        ("  tags: [space]", "  tags: [{space: x}]", 8),
        ("  tags: [space]", "  note: [space]", 8),
        ("  tags: [space]", "  known_since: yesterday", 8),
        ("  tags: [space]", "  entry_id: mine", 8),
        ("  tags: [space]", "  taggs: [space]", 8),
        ("  tags: [space]", "  after: ['#7']", 8),
        ("  tags: [space]", "  position: 7", 8),
        ("- US\n    kind", "- Narnia\n    kind", 12),
        ("kind: event", "kind: evnt", 13),
        ("kind: event", "kind: event\n    venue: Washington", 14),
        ("2026-Q3", "2026-Q5", 14),
        ("2026-Q3", "[2026-05-11..2026-05-17]", 14),
        ("    text: Host the talks.\n", "", 9),
    ],
)
def test_the_line_is_that_of_the_field(desk: Any, old: str, new: str, line: int) -> None:
    assert old in FACT
    desk.write("f.yaml", FACT.replace(old, new, 1))
    answer = desk.engage("append", "f.yaml")
    assert answer.code in (1, 2, 3), answer.err
    assert places(answer) == [line], answer.err


def test_without_an_error_it_is_recorded(desk: Any) -> None:
    """The control: the sample itself is well."""
    desk.write("f.yaml", FACT)
    desk.engage("append", "f.yaml").well()


def test_of_several_wrong_fields_each_is_told_with_its_line(desk: Any) -> None:
    desk.write("f.yaml", FACT.replace("- US\n    kind: event", "- Narnia\n    kind: evnt"))
    answer = desk.engage("append", "f.yaml").refused(2)
    assert places(answer) == [12]
    assert "line 13: kind: 'evnt'" in answer.err


def test_a_list_that_is_too_long_is_named_by_its_line(desk: Any) -> None:
    desk.write("f.yaml", FACT.replace("      - NZ\n", "      - NZ\n" * 1_001))
    assert places(desk.engage("append", "f.yaml").refused(2)) == [10]


def test_what_has_not_happened_yet_is_named_by_the_line_of_its_date(desk: Any) -> None:
    desk.write("f.yaml", FACT.replace("2026-02-02", "2199-Q4"))
    answer = desk.engage("append", "f.yaml").refused(1)
    assert places(answer) == [3]
    assert "2199-Q4" in answer.err, "as it was written"


def test_a_wrong_default_is_told_once_with_the_line_of_the_default(desk: Any) -> None:
    facts = "".join(
        f"  - {{stream: commitment:c{n}, type: commitment.made, body: {{obligors: [NZ], kind: event, text: x}}}}\n"
        for n in range(3)
    )
    desk.write("f.yaml", f"defaults:\n  note: x\n  occurred: 02/03/2026\nfacts:\n{facts}")
    assert places(desk.engage("append", "f.yaml").refused(2)) == [3]


def test_what_an_anchor_stands_for_is_mended_where_it_is_written(desk: Any) -> None:
    second = "- <<: *first\n  stream: commitment:c2\n"
    desk.write("f.yaml", FACT.replace("- stream", "- &first\n  stream", 1).replace("evnt", "event") + second)
    desk.engage("append", "f.yaml").well()
    desk.write("f.yaml", FACT.replace("- stream", "- &first\n  stream", 1).replace("2026-Q3", "2026-Q5") + second)
    assert places(desk.engage("append", "f.yaml").refused(2)) == [15]


# --- facts that do not go together ----------------------------------------------------------------------------

HELD = '- {stream: dialogue:d, type: dialogue.meeting-held, occurred: 2026-02-02, body: {meeting: "1"}}\n'
CANCELLED = '- {stream: dialogue:d, type: dialogue.meeting-cancelled, occurred: 2026-02-01, body: {meeting: "1"}}\n'


def test_the_other_fact_of_a_file_is_named_by_its_line(desk: Any) -> None:
    desk.engage("dialogue", "schedule", "d", "--meeting", "1", "--window", "2026-02", "--on", "2026-01-05").well()
    desk.write("f.yaml", "# remark\n" * 30 + HELD + CANCELLED)
    answer = desk.engage("append", "f.yaml").refused(1)
    assert places(answer) == [32]
    assert "with this, f.yaml:31 (dialogue meeting held, 2026-02-02) is not possible" in answer.err
    assert "of this batch" not in answer.err


def test_an_entry_that_a_fact_makes_impossible_is_named_not_its_step(desk: Any) -> None:
    desk.engage("dialogue", "schedule", "d", "--meeting", "1", "--window", "2026-02", "--on", "2026-01-05").well()
    desk.engage("dialogue", "hold", "d", "--meeting", "1", "--on", "2026-Q1").well()
    answer = desk.engage("dialogue", "cancel", "d", "--meeting", "1", "--on", "2026-01-06").refused(1)
    assert "with this, #2 (dialogue meeting held, 2026-Q1) is not possible: the meeting was cancelled" in answer.err


# --- an edited file ---------------------------------------------------------------------------------------------


def test_an_edited_fact_that_is_refused_points_to_the_correction(desk: Any) -> None:
    desk.write("f.yaml", FACT)
    desk.engage("append", "f.yaml").well()
    desk.write("f.yaml", FACT.replace("Host the talks", "Host two talks"))
    with desk.unchanged():
        answer = desk.engage("append", "f.yaml").refused(1)
    assert "if it is #1 put right (it differs in text alone): engage correct '#1'" in answer.err


AGENDA = '- {stream: dialogue:d, type: dialogue.agenda-set, occurred: 2026-02-02, body: {meeting: "1", items: [one]}}\n'


def test_an_edited_fact_that_is_one_more_is_warned_of(desk: Any) -> None:
    desk.write("f.yaml", HELD + AGENDA)
    assert "warning" not in desk.engage("append", "f.yaml").well().err
    desk.write("f.yaml", HELD + AGENDA.replace("[one]", "[one, two]"))
    for more in ("--dry-run",), ():
        answer = desk.engage("append", "f.yaml", *more).well()
        assert "differs from #2 in items alone" in answer.err
        assert "engage correct '#2'" in answer.err
    assert "engage retract '#3'" in answer.err
    assert "recorded #3: 1 fact in 1 stream" in answer.out
    desk.engage("retract", "#2", "--reason", "two items").well()
    desk.write("f.yaml", HELD + AGENDA.replace("[one]", "[two]"))
    assert "from #2" not in desk.engage("append", "f.yaml").well().err, "what was retracted counts no more"


def test_a_fact_that_is_added_to_a_file_is_no_edited_one(desk: Any) -> None:
    desk.write("f.yaml", HELD + AGENDA)
    desk.engage("append", "f.yaml").well()
    desk.write("f.yaml", HELD + AGENDA + AGENDA.replace("[one]", "[two]"))
    assert "warning" not in desk.engage("append", "f.yaml").well().err
    desk.write("g.yaml", AGENDA.replace("[one]", "[three]"))
    assert "warning" not in desk.engage("append", "g.yaml").well().err, "another file"


# --- import -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ['"#1"', '"1"', "1"])
def test_an_import_takes_ids_and_says_so(desk: Any, entry: str) -> None:
    desk.write("f.yaml", FACT)
    desk.engage("append", "f.yaml").well()
    fact = (
        '{"stream": "commitment:c1", "type": "entry.retracted", "occurred": "2026-02-03", '
        f'"body": {{"entry": {entry}, "reason": "never said"}}}}\n'
    )
    desk.write("f.jsonl", fact)
    answer = desk.engage("import", "f.jsonl").refused(2)
    assert "is a position, and an import names an entry by its id" in answer.err
    desk.engage("append", "f.jsonl", "--dry-run").well()
    desk.write("f.jsonl", fact.replace(f": {entry},", f': "{desk.entries()[0]["entry_id"]}",'))
    desk.engage("import", "f.jsonl").well()


def test_an_import_takes_no_defaults(desk: Any) -> None:
    desk.write("f.jsonl", '{"defaults": {"occurred": "2026"}}\n')
    assert "JSON lines have no defaults" in desk.engage("import", "f.jsonl").refused(2).err


# --- what a name and a share may be -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ("nz us", "its name cannot have ' ' in it"),
        ("nz/us", "its name cannot have '/' in it"),
        ("-nz", "a name has letters (A-Z, a-z), digits"),
        ("n" * 161, "160 at most"),
    ],
)
def test_what_a_stream_may_be_named_is_said(desk: Any, stream: str, said: str) -> None:
    answer = desk.engage("dialogue", "hold", f"dialogue:{stream}", "--meeting", "1", "--on", "2026").refused(2)
    assert said in answer.err


def test_of_what_kind_a_stream_may_be_is_said(desk: Any) -> None:
    answer = desk.engage("append", "-", stdin=HELD.replace("dialogue:d", "meeting:d")).refused(2)
    assert "the kinds are relationship, dialogue, commitment, instrument, party" in answer.err


@pytest.mark.parametrize(
    ("share", "said"),
    [("12.1%", "write 12.1"), ("5 %", "write 5"), ("1,5", "write 1.5"), ("half", "from 0 to 100"), ("05", "from 0")],
)
def test_a_share_that_is_no_plain_number_is_told_as_one(desk: Any, share: str, said: str) -> None:
    typed = ("commitment", "progress", "c1", "--obligor", "NZ", "--completion", share, "--on", "2026-02-03")
    assert said in desk.engage(*typed).refused(2).err


@pytest.mark.parametrize("share", ["12.1", "0", "100", "0.5", "5.50"])
def test_a_share_is_kept_as_it_is_written(desk: Any, share: str) -> None:
    desk.write("f.yaml", FACT)
    desk.engage("append", "f.yaml").well()
    typed = ("commitment", "progress", "c1", "--obligor", "NZ", "--completion", share, "--on", "2026-02-03")
    desk.engage(*typed).well()
    assert desk.entries()[-1]["body"]["completion"] == share
