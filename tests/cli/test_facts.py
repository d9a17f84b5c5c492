"""Facts by command: generated from the declarations, tried with --dry-run, recorded, corrected, retracted."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import click
import pytest

from engagement_ledger.cli import index
from engagement_ledger.cli.main import engage
from engagement_ledger.cli.nouns import fact_command
from engagement_ledger.domain.catalogue import ANY_KIND, CATALOGUE
from engagement_ledger.domain.streams import OWN

VERBS = [(kind, verb) for kind, verbs in index.commands().items() for verb in verbs]
IDS = [f"{kind} {verb}" for kind, verb in VERBS]
ON = "2026-02-05"


# --- the index -------------------------------------------------------------------------------------------


def test_the_index_of_commands_is_what_the_declarations_say() -> None:
    assert index.INDEX.read_text(encoding="utf-8") == index.text(), "run python -m engagement_ledger.cli.index"


def test_every_fact_of_the_catalogue_has_one_command() -> None:
    declared = Counter(one["type"] for verbs in index.commands().values() for one in verbs.values())
    own = [name for name, fact in CATALOGUE.items() if fact not in ANY_KIND and fact.KIND not in OWN]
    assert declared == Counter(own)
    assert {fact.VERB for fact in ANY_KIND} == {"correct", "retract", "call-off"}
    assert {"correct", "retract", "call-off"} <= set(engage.list_commands(click.Context(engage)))


@pytest.mark.parametrize(("kind", "verb"), VERBS, ids=IDS)
def test_every_verb_has_an_option_for_each_field_and_none_twice(kind: str, verb: str) -> None:
    declared = index.commands()[kind][verb]
    command = fact_command(kind, verb, declared)
    options = Counter(flag for one in command.params for flag in one.opts)
    assert [flag for flag, count in options.items() if count > 1] == []
    names = Counter(one.name for one in command.params)
    assert [name for name, count in names.items() if count > 1] == []
    for field in declared["fields"]:
        assert field["name"] in names
        option = next(one for one in command.params if one.name == field["name"])
        assert isinstance(option, click.Option)
        assert option.multiple == bool(field.get("many"))
        assert ("[required]" in (option.help or "")) == bool(field.get("required"))
        assert field["help"].strip(), "an option without help"
    assert declared["help"].strip()


@pytest.mark.parametrize(("kind", "verb"), VERBS, ids=IDS)
def test_every_verb_explains_itself(kind: str, verb: str, library: Any) -> None:
    answer = library.engage(kind, verb, "--help").well()
    declared = index.commands()[kind][verb]
    text = " ".join(answer.out.split())
    assert declared["help"] in text
    assert "--dry-run" in text
    assert answer.err == ""


# --- every verb, tried ------------------------------------------------------------------------------------

MADE = ("commitment.made/1", {"obligors": ["NZ", "US"], "kind": "achievement", "text": "open an office"})
SCHEDULED = ("dialogue.meeting-scheduled/1", {"meeting": "1", "window": "2026-03"})
ESTABLISHED = ("dialogue.established/1", {"parties": ["NZ", "US"], "title": "A dialogue"})
ADOPTED = ("instrument.adopted/1", {"title": "A text"})
MISSION = ("relationship.mission-at-level/1", {"sender": "US", "host": "NZ", "level": "embassy"})
PARTNERSHIP = ("relationship.partnership-declared/1", {"scheme": "NZ", "label": "words", "rank": 1})
EARLIER: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "commitment:made": [MADE],
    "commitment:due": [("commitment.made/1", {**MADE[1], "due": "2025-12"})],
    "commitment:stalled": [MADE, ("commitment.stalled/1", {})],
    "commitment:closed": [MADE, ("commitment.discontinued/1", {})],
    "commitment:conditional": [("commitment.made/1", {**MADE[1], "condition": "funds"})],
    "commitment:disputed": [MADE, ("commitment.disputed/1", {"by": "NZ", "claim": "words"})],
    "commitment:of-others": [("commitment.made/1", {**MADE[1], "obligors": ["AU"]})],
    "dialogue:established": [ESTABLISHED],
    "dialogue:suspended": [ESTABLISHED, ("dialogue.suspended/1", {})],
    "dialogue:scheduled": [SCHEDULED],
    "dialogue:cancelled": [SCHEDULED, ("dialogue.meeting-cancelled/1", {"meeting": "1"})],
    "dialogue:held": [("dialogue.meeting-held/1", {"meeting": "1"})],
    "instrument:adopted": [ADOPTED],
    "instrument:signed": [ADOPTED, ("instrument.signed/1", {"party": "NZ"})],
    "instrument:applied": [
        ADOPTED,
        ("instrument.signed/1", {"party": "NZ"}),
        ("instrument.provisional-application-begun/1", {"party": "NZ"}),
    ],
    "instrument:bound": [ADOPTED, ("instrument.consent-deposited/1", {"party": "NZ", "means": "ratification"})],
    "instrument:leaving": [
        ADOPTED,
        ("instrument.consent-deposited/1", {"party": "NZ", "means": "ratification"}),
        ("instrument.took-effect/1", {"party": "NZ"}),
        ("instrument.withdrawal-notified/1", {"party": "NZ", "effective": "2027-01-01"}),
    ],
    "instrument:in-force": [ADOPTED, ("instrument.entered-into-force/1", {})],
    "instrument:suspended": [ADOPTED, ("instrument.entered-into-force/1", {}), ("instrument.suspended/1", {})],
    "party:org:registered": [("party.registered/1", {"name": "A body", "kind": "organisation"})],
    "party:org:of-members": [
        ("party.registered/1", {"name": "A body", "kind": "organisation"}),
        ("party.member-joined/1", {"member": "WS"}),
    ],
    "relationship:established": [
        ("relationship.relations-established/1", {}),
        MISSION,
        ("relationship.partnership-declared/1", {"scheme": "US", "label": "words", "rank": 2}),
    ],
    "relationship:recognised": [("relationship.recognition-extended/1", {"by": "NZ", "of": "US"})],
    "relationship:suspended": [
        ("relationship.relations-established/1", {}),
        ("relationship.relations-suspended/1", {}),
        MISSION,
        ("relationship.mission-suspended/1", {"sender": "US", "host": "NZ"}),
    ],
    "relationship:recalled": [MISSION, ("relationship.ambassador-recalled/1", {"sender": "US", "host": "NZ"})],
    "relationship:of-partners": [
        ("relationship.partnership-declared/1", {"scheme": "NZ", "label": "words", "rank": 2}),
    ],
}
"""Streams, each in another state: what a verb says must be lawful in one of them, or in an empty one."""


def options_of(kind: str, verb: str) -> list[str]:
    """The least that a verb needs: what its example gives."""
    return list(index.commands()[kind][verb]["example"][1:])


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which each verb has a stream that it can follow in."""
    from engagement_ledger.ledger.application import Ledger
    from engagement_ledger.ledger.drafts import draft_of

    path = tmp_path_factory.mktemp("earlier") / "engagements.ledger"
    with Ledger(path, create=True) as ledger:
        for stream, facts in EARLIER.items():
            for day, (kind, body) in enumerate(facts, start=1):
                raw = {"stream": stream, "type": kind, "occurred": f"2026-01-{day:02}", "body": body}
                ledger.append(draft_of(raw, recorded_by="mere", resolve=str))
    return path


@pytest.mark.parametrize(("kind", "verb"), VERBS, ids=IDS)
def test_what_a_dry_run_prints_is_accepted_and_recorded_as_printed(
    kind: str, verb: str, earlier: Path, desk: Any
) -> None:
    shutil.copyfile(earlier, desk.ledger)
    streams = [name for name in EARLIER if name.startswith(kind + ":")] + [f"{kind}:new"]
    given = options_of(kind, verb)
    refusals = []
    before = desk.digest()
    for stream in streams:
        tried = desk.engage(kind, verb, stream.partition(":")[2], *given, "--dry-run")
        if tried.code == 0:
            break
        refusals.append(f"{stream}: {tried.err}")
    else:
        pytest.fail("no stream takes it:\n" + "\n".join(refusals))
    assert desk.digest() == before, "a dry run wrote something"
    (line,) = tried.lines
    assert "dry run: 1 fact would be recorded" in tried.err
    desk.engage("append", "-", stdin=tried.raw).well()
    stored = desk.export().splitlines()[-1]
    assert stored.endswith(line.encode()[1:]), "recorded as the dry run printed it"
    written = json.loads(stored)
    name, _, newest = index.commands()[kind][verb]["type"].partition("/")
    assert written["type"] in [f"{name}/{version}" for version in range(1, int(newest) + 1)]
    assert written["stream"] == stream
    again = desk.engage(kind, verb, stream, *given).well()
    assert "exists already" in again.out


# --- a fact, recorded -------------------------------------------------------------------------------------


def hold(desk: Any, *more: str, stream: str = "nz-us-strategic", meeting: str = "1") -> Any:
    return desk.engage("dialogue", "hold", stream, "--meeting", meeting, "--on", ON, *more)


def test_a_receipt_names_position_id_status_and_what_to_do_next(desk: Any) -> None:
    answer = hold(desk).well()
    first, *_ = answer.lines
    (entry,) = desk.entries()
    assert first.split() == ["recorded", "#1", "dialogue:nz-us-strategic", entry["entry_id"]]
    assert [line for line in answer.lines if line.startswith("status")] == [
        "status    meeting/1: held  (as of 2026-02-10)"
    ]
    following = [line for line in answer.lines if line.startswith("next:")]
    assert len(following) == 1
    words = following[0].split()
    assert words[1] == "engage"
    desk.engage(*words[2:]).well()


def test_a_receipt_as_json_says_the_same(desk: Any) -> None:
    answer = hold(desk, "--json").well().json
    (row,) = answer["rows"]
    (entry,) = desk.entries()
    assert row == {
        "outcome": "created",
        "position": 1,
        "entry_id": entry["entry_id"],
        "stream": "dialogue:nz-us-strategic",
        "version": 1,
        "new_stream": True,
        "status": {"meeting/1": "held"},
    }


def test_a_retry_is_harmless_and_says_so(desk: Any) -> None:
    hold(desk).well()
    with desk.unchanged():
        answer = hold(desk).well()
    assert answer.out.startswith("exists already as #1")
    assert hold(desk, "--json").well().json["rows"][0]["outcome"] == "exists"


def test_the_same_id_with_other_content_is_refused_and_names_what_differs(desk: Any) -> None:
    name = str(uuid.UUID(int=7))
    hold(desk, "--id", name).well()
    with desk.unchanged():
        answer = hold(desk, "--id", name, "--venue", "Apia").refused(1)
    assert f"entry {name} exists with different body" in answer.err or "venue" in answer.err


def test_a_stream_may_be_named_with_or_without_its_kind(desk: Any) -> None:
    hold(desk, stream="a").well()
    hold(desk, stream="dialogue:b").well()
    assert [entry["stream"] for entry in desk.entries()] == ["dialogue:a", "dialogue:b"]


def test_who_records_is_named_by_option_then_by_environment_then_by_login(desk: Any) -> None:
    hold(desk, "--as", "tama", meeting="1").well()
    hold(desk, meeting="2").well()
    desk.env["ENGAGE_AS"] = ""
    desk.env["LOGNAME"] = "aroha"
    hold(desk, meeting="3").well()
    assert [entry["recorded_by"] for entry in desk.entries()] == ["tama", "mere", "aroha"]


def test_options_may_be_repeated(desk: Any) -> None:
    desk.engage(
        "dialogue", "issue", "d", "--kind", "joint", "--issuers", "NZ", "--issuers", "US", "--issuers", "AU",
        "--languages", "en", "--languages", "mi", "--on", ON, "--tag", "pacific", "--tag", "2026",
        "--source", "A report; language=en; publisher=NZ", "--source", "https://example.org/statement",
    ).well()  # fmt: skip
    (entry,) = desk.entries()
    assert entry["body"]["issuers"] == ["NZ", "US", "AU"]
    assert entry["body"]["languages"] == ["en", "mi"]
    assert entry["tags"] == ["pacific", "2026"]
    assert entry["sources"] == [
        {"document": "A report", "language": "en", "publisher": "NZ"},
        {"document": "https://example.org/statement"},
    ]


ANA = {"person": "Ana Vale", "office": "Director; Pacific Division", "party": "NZ", "role": "chair"}


@pytest.mark.parametrize(
    "written",
    [
        "Ana Vale; Director\\; Pacific Division; NZ; chair",
        "person=Ana Vale; office=Director\\; Pacific Division; party=NZ; role=chair",
        "Ana Vale; party=NZ; role=chair; office=Director\\; Pacific Division",
        "  Ana Vale ;Director\\; Pacific Division;NZ;  role = chair ",
        json.dumps(ANA),
        " " + json.dumps(ANA, indent=1),
    ],
    ids=["compact", "named", "mixed", "blanks", "json", "indented json"],
)
def test_a_participant_is_written_compactly_by_name_or_as_json(desk: Any, written: str) -> None:
    hold(desk, "--participants", written, "--participants", "Ben Roe; party=US").well()
    (entry,) = desk.entries()
    assert entry["body"]["participants"] == [ANA, {"person": "Ben Roe", "party": "US"}]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Ana Vale", "party is missing"),
        ("Ana Vale; Director; NZ; chair; MFAT; the minister; more", "more values than person, office, party, role"),
        ("Ana Vale; party=New Zeeland", "NZ"),
        ('{"person": "Ana Vale", "party": "NZ", "rank": "1"}', "rank"),
        ('{"person": "Ana Vale", "person": "B", "party": "NZ"}', "stands twice"),
        ('{"person": "Ana Vale"', "not JSON"),
        ('{"person": "Ana", "party": "NZ", "office": ' + "[" * 100_000, "nested too deeply"),
    ],
    ids=["no party", "too many", "no code", "strange field", "doubled key", "broken", "deep"],
)
def test_a_participant_that_cannot_be_read_is_refused_with_the_reason(desk: Any, written: str, said: str) -> None:
    with desk.unchanged():
        answer = hold(desk, "--participants", written).refused(2)
    assert said in answer.err


def test_an_expected_version_guards_against_what_came_in_between(desk: Any) -> None:
    hold(desk, "--expect-version", "0", meeting="1").well()
    hold(desk, "--expect-version", "1", meeting="2").well()
    with desk.unchanged():
        answer = hold(desk, "--expect-version", "1", meeting="3").refused(5)
    assert "is at version 2, not 1" in answer.err
    hold(desk, "--expect-version", "2", meeting="3").well()


def test_what_is_irregular_is_taken_in_with_a_warning(desk: Any) -> None:
    desk.engage("dialogue", "schedule", "d", "--meeting", "1", "--window", "2025-03", "--on", "2025-01-10").well()
    answer = desk.engage("dialogue", "hold", "d", "--meeting", "1", "--on", "2025-06-01").well()
    assert "irregular:" in answer.err
    assert "outside its announced window" in answer.err
    assert desk.engage("check").code == 1


def test_a_fact_without_a_date_is_asked_for_one(desk: Any) -> None:
    with desk.unchanged():
        answer = desk.engage("dialogue", "hold", "d", "--meeting", "1").refused(2)
    assert "--occurred" in answer.err


def test_a_fact_without_a_required_field_names_it(desk: Any) -> None:
    with desk.unchanged():
        answer = desk.engage("commitment", "make", "c", "--on", ON, "--obligors", "NZ").refused(2)
    assert "kind is missing" in answer.err
    assert "text is missing" in answer.err


# --- in an editor -----------------------------------------------------------------------------------------


def editor(desk: Any, script: str) -> str:
    """An editor that changes the file as `script` says: `text` is what it finds and leaves."""
    path = desk.write(
        "editor.py",
        "import os, sys, pathlib\n"
        "path = pathlib.Path(sys.argv[-1])\n"
        "text = path.read_text(encoding='utf-8')\n"
        "(pathlib.Path(__file__).parent / 'seen.yaml').write_text(text, encoding='utf-8')\n"
        f"{script}\n"
        "path.write_text(text, encoding='utf-8')\n"
        "then = os.stat(path).st_mtime + 5\n"
        "os.utime(path, (then, then))\n",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"{sys.executable} {path}"


FILLED = (
    "text = text.replace('    meeting: \"\"', '    meeting: \"7\"')"
    ".replace('  occurred: \"\"', '  occurred: 2026-02-05')"
)


def test_a_fact_is_written_in_the_editor_from_a_commented_form(desk: Any) -> None:
    answer = desk.process("dialogue", "hold", "d", "--edit", "--venue", "Apia", env={"EDITOR": editor(desk, FILLED)})
    answer.well()
    (entry,) = desk.entries()
    assert (entry["stream"], entry["occurred"]) == ("dialogue:d", "2026-02-05")
    assert entry["body"] == {"meeting": "7", "venue": "Apia"}
    seen = (desk.folder / "seen.yaml").read_text(encoding="utf-8")
    for field in index.commands()["dialogue"]["hold"]["fields"]:
        assert re.search(rf"^ +(# )?{field['name']}:.*# {re.escape(field['help'])}", seen, re.MULTILINE), field["name"]
    assert "(required)" in seen


def test_an_error_in_the_editor_keeps_the_text_and_names_the_file(desk: Any) -> None:
    wrong = FILLED + ".replace('2026-02-05', '02/03/2026')"
    with desk.unchanged():
        answer = desk.process(
            "dialogue", "hold", "d", "--edit", env={"EDITOR": editor(desk, wrong), "TMPDIR": str(desk.folder)}
        ).refused(2)
    kept = re.search(r"your text is kept in (\S+);", answer.err)
    assert kept
    path = Path(kept[1])
    assert "02/03/2026" in path.read_text(encoding="utf-8")
    assert f"engage append {path}" in answer.err
    path.write_text(path.read_text(encoding="utf-8").replace("02/03/2026", "2026-02-03"), encoding="utf-8")
    desk.engage("append", path).well()
    assert desk.entries()[0]["occurred"] == "2026-02-03"


def test_what_the_editor_leaves_unreadable_is_kept_too(desk: Any) -> None:
    with desk.unchanged():
        answer = desk.process(
            "dialogue", "hold", "d", "--edit",
            env={"EDITOR": editor(desk, "text += '\\n  : ['"), "TMPDIR": str(desk.folder)},
        ).refused(2)  # fmt: skip
    assert "your text is kept in" in answer.err


def test_leaving_the_editor_without_saving_records_nothing(desk: Any) -> None:
    with desk.unchanged():
        answer = desk.process("dialogue", "hold", "d", "--edit", env={"EDITOR": "true"})
    assert answer.code == 0
    assert "nothing was recorded" in answer.err


def test_an_editor_that_is_not_there_is_said_to_be_missing(desk: Any) -> None:
    with desk.unchanged():
        answer = desk.process("dialogue", "hold", "d", "--edit", env={"EDITOR": "/nowhere/editor"}).refused(2)
    assert "nothing was recorded: /nowhere/editor" in answer.err
    assert "set EDITOR" in answer.err


# --- correct, retract -------------------------------------------------------------------------------------


def test_a_correction_changes_the_answer_from_now_on_and_not_as_known_before(example: Any) -> None:
    asked = ("dialogue:nz-us-space", "--as-of", "2026-03-15")
    answer = example.engage("correct", "#22", "window=2026-04", "venue=", "--reason", "misread").well()
    assert "#29" in answer.out
    now = example.rows(*asked)["meeting/2"]
    assert (now["status"], now["possible"], now["detail"]) == ("scheduled", [], {"window": "2026-04"})
    then = example.rows(*asked, "--known-at", "#28")["meeting/2"]
    assert (then["status"], then["possible"]) == ("scheduled", ["held"])
    assert "misread" in example.engage("log", "dialogue:nz-us-space").well().out


def test_lists_and_nested_values_are_corrected_as_json(example: Any) -> None:
    people = [{"person": "Ana Vale", "party": "NZ"}]
    example.engage("correct", "#3", f"participants={json.dumps(people)}", "--reason", "other people").well()
    assert example.entries()[-1]["body"]["changes"]["participants"] == people
    example.engage("correct", "#11", 'themes=["infrastructure"]', "--reason", "one theme").well()


def test_an_entry_is_named_by_position_or_by_id(example: Any) -> None:
    entry = example.entries()[21]
    example.engage("correct", entry["entry_id"], "ordinal=3", "--reason", "miscounted").well()
    example.engage("correct", "#22", "ordinal=2", "--reason", "counted again").well()
    assert {one["body"]["entry"] for one in example.entries()[28:]} == {entry["entry_id"]}


def test_a_retraction_takes_the_fact_out_and_keeps_the_entry(example: Any) -> None:
    example.engage("retract", "#28", "--reason", "it was another meeting").well()
    row = example.rows("dialogue:minerals-ministerial", "--as-of", "2026-02-05")["meeting/2026"]
    assert (row["status"], row["possible"]) == ("scheduled", ["held"])
    assert len(example.entries()) == 29
    known = example.rows("dialogue:minerals-ministerial", "--as-of", "2026-02-05", "--known-at", "#28")["meeting/2026"]
    assert known["status"] == "held"


def test_a_dry_correction_prints_what_append_accepts(example: Any) -> None:
    with example.unchanged():
        line = example.engage("correct", "#22", "window=2026-04", "--reason", "misread", "--dry-run").well().raw
    example.engage("append", "-", stdin=line).well()
    assert example.rows("dialogue:nz-us-space", "--as-of", "2026-03-15")["meeting/2"]["detail"]["window"] == "2026-04"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("correct", "#99", "window=2026-04", "--reason", "r"), 3, "there is no entry #99"),
        (("correct", "#0", "window=2026-04", "--reason", "r"), 3, "there is no entry #0"),
        (("correct", "nonsense", "window=2026-04", "--reason", "r"), 3, "there is no entry nonsense"),
        (("correct", "#22", "window", "--reason", "r"), 2, "is not FIELD=VALUE"),
        (("correct", "#22", "window=2026-04"), 2, "--reason"),
        (("correct", "#22", "--reason", "r"), 2, "FIELD=VALUE"),
        (("correct", "#22", "window=02/03/2026", "--reason", "r"), 2, "02/03/2026"),
        (("correct", "#22", "colour=red", "--reason", "r"), 1, "no field 'colour'"),
        (("correct", "#22", "stream=dialogue:other", "--reason", "r"), 1, "stream of an entry cannot be corrected"),
        (
            ("correct", "#22", "type=dialogue.meeting-held/1", "--reason", "r"),
            1,
            "type of an entry cannot be corrected",
        ),
        (("correct", "#22", "recorded_by=tama", "--reason", "r"), 1, "recorded_by"),
        (("correct", "#22", "meeting=", "--reason", "r"), 2, "meeting"),
        (("correct", "#24", "obligors=[1", "--reason", "r"), 2, "obligors"),
        (("correct", "#28", "occurred=2999-01-01", "--reason", "r"), 1, "cannot have happened yet"),
        (("retract", "#99", "--reason", "r"), 3, "there is no entry #99"),
        (("retract", "#22"), 2, "--reason"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_correction_that_cannot_be_is_refused_with_the_reason(
    example: Any, args: tuple[str, ...], code: int, said: str
) -> None:
    with example.unchanged():
        answer = example.engage(*args).refused(code)
    assert said in answer.err


def test_what_is_retracted_is_neither_corrected_nor_retracted_again(example: Any) -> None:
    example.engage("retract", "#28", "--reason", "never true").well()
    with example.unchanged():
        assert "is retracted" in example.engage("correct", "#28", "venue=Apia", "--reason", "r").refused(1).err
        example.engage("retract", "#28", "--reason", "again").refused(1)
        example.engage("correct", "#29", "reason=other", "--reason", "r").refused(1)
        example.engage("retract", "#29", "--reason", "r").refused(1)


def test_a_retraction_that_leaves_no_lawful_history_names_the_entries_that_rest_on_it(desk: Any) -> None:
    desk.engage(
        "commitment", "make", "c", "--obligors", "NZ", "--kind", "achievement", "--text", "t", "--on", "2025-01-01"
    ).well()
    desk.engage("commitment", "fulfil", "c", "--obligor", "NZ", "--evidence", "A report", "--on", "2025-02-01").well()
    with desk.unchanged():
        answer = desk.engage("retract", "#1", "--reason", "never made").refused(1)
    assert "#2" in answer.err


def test_a_batch_may_carry_every_retraction_that_is_needed(desk: Any) -> None:
    desk.engage(
        "commitment", "make", "c", "--obligors", "NZ", "--kind", "achievement", "--text", "t", "--on", "2025-01-01"
    ).well()
    desk.engage("commitment", "fulfil", "c", "--obligor", "NZ", "--evidence", "A report", "--on", "2025-02-01").well()
    both = "".join(
        "- {stream: commitment:c, type: entry.retracted/1, occurred: 2026-02-01, "
        f"body: {{entry: '#{number}', reason: r}}}}\n"
        for number in (1, 2)
    )
    desk.engage("append", "-", stdin=both).well()
    assert desk.rows("commitment:c") == {}


# --- two at once ------------------------------------------------------------------------------------------


def test_two_terminals_recording_at_once_lose_nothing_and_leave_no_gap(desk: Any) -> None:
    def started(name: str, number: int) -> subprocess.Popen[bytes]:
        return desk.started(
            "dialogue", "hold", "d", "--meeting", f"{name}{number}", "--on", ON, "--as", name,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    for number in range(4):
        both = [started(name, number) for name in ("mere", "tama")]
        for one in both:
            out, err = one.communicate(timeout=60)
            assert one.returncode == 0, err.decode()
            assert out.startswith(b"recorded #")
    entries = desk.entries()
    assert [entry["position"] for entry in entries] == list(range(1, 9))
    assert [entry["version"] for entry in entries] == list(range(1, 9))
    assert Counter(entry["recorded_by"] for entry in entries) == {"mere": 4, "tama": 4}
    assert len({entry["recorded_at"] for entry in entries}) == 8
    assert desk.engage("verify").code == 7
    desk.engage("replay", "--end").well()


def test_two_terminals_that_both_hold_one_meeting_record_it_once(desk: Any) -> None:
    both = [
        desk.started(
            *("dialogue", "hold", "d", "--meeting", "1", "--on", on), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for on in ("2026-02-04", "2026-02-05")
    ]
    codes = []
    for one in both:
        _, err = one.communicate(timeout=60)
        assert b"Traceback" not in err
        codes.append(one.returncode)
    assert sorted(codes) == [0, 1]
    assert len(desk.entries()) == 1
