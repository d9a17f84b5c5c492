"""Which types may a stored line name? Those of the catalogue; a newer version's are kept, and no module is imported.

Cost: a process or two for each question, under ten seconds.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import (
    SECOND,
    START,
    asked,
    contents,
    engage,
    environment,
    fact,
    new,
    opened,
    plain,
    settled,
    stored_lines,
)

from engagement_ledger.domain.catalogue import CATALOGUE, VERSIONS, reading
from engagement_ledger.domain.errors import Altered
from engagement_ledger.domain.type_names import KNOWN
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.ledger.unknown_types import NewerTypesWarning, unknown_types
from engagement_ledger.record.lines import UPCASTERS, UnknownFact, entry_of, upcast
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader
from engagement_ledger.store.sqlite.opening import NewerLedger
from engagement_ledger.store.sqlite.transaction import Line, SqliteTransaction
from engagement_ledger.store.sqlite.verification import verify

MODULES = [
    "os:system", "antigravity", "antigravity:geohash", "subprocess.Popen", "subprocess:Popen", "this", "this/1",
    "builtins:eval", "../../etc/passwd", "commitment.made", "commitment.made/0", "commitment.made/01",
    "commitment.made/1 ", "Commitment.Made/1", "commitment.made/1\n", "commitment.made/-1", "",
    "engagement_ledger.domain.commitment:CommitmentMade", "commitment.made/1;drop table entries",
]  # fmt: skip
NEWER = "commitment.sung/3"


def planted(path: Path, kind: Any, stream: str = "commitment:a", **more: Any) -> None:
    """Record as a writer of another version would: one more line, with its leaf, its group and its type."""
    with opened(path) as ledger:

        def decide(writing: SqliteTransaction) -> None:
            last = writing.last()
            position, version = last.position + 1, writing.version(stream) + 1
            recorded = max(last.recorded, START) + SECOND
            from engagement_ledger.record.instants import format_instant

            entry_id = f"00000000-0000-8000-8000-{position:012}"
            told = {
                "position": position, "group": position, "version": version, "recorded_at": format_instant(recorded),
                "entry_id": entry_id, "stream": stream, "type": kind, "occurred": "2026-02-02",
                "recorded_by": "a newer version", "body": {"choir": "all", "verses": 3}, **more,
            }  # fmt: skip
            line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
            writing.put(position, [Line(stream, version, str(kind), entry_id, line)], recorded, recorded)

        ledger.recorder.insert_events([], decide=decide)


def line_of(kind: Any) -> bytes:
    told = {
        "position": 1, "group": 1, "version": 1, "recorded_at": "2026-02-03T09:00:01.000000Z",
        "entry_id": "00000000-0000-8000-8000-000000000001", "stream": "commitment:a", "type": kind,
        "occurred": "2026-02-02", "recorded_by": "x", "body": {"command": "true"},
    }  # fmt: skip
    return json.dumps(told).encode()


# --- a type that names a module --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*MODULES, None, 7, ["os:system"], {"a": 1}], ids=repr)
def test_a_type_that_is_no_name_of_a_fact_is_refused(kind: Any) -> None:
    with pytest.raises(Altered, match="cannot be read"):
        entry_of(line_of(kind))


READ_IT = """
import json, pathlib, sys
from engagement_ledger.cli.main import run
from engagement_ledger.domain.errors import Altered
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.record.lines import entry_of
import engagement_ledger.projections.replay
from engagement_ledger.cli import care, facts, questions
ledger, suspects = pathlib.Path(sys.argv[1]), sys.argv[2].split(",")
before = set(sys.modules)
codes = {}
for args in (["log"], ["status"], ["show", "commitment:a"], ["verify"], ["replay"], ["check"], ["doctor"], ["rebuild"]):
    codes[args[0]] = run(["--ledger", str(ledger), *args])
with Ledger(ledger) as there:
    for ask in (there.get, there.history):
        try:
            ask("commitment:a")
        except Altered:
            codes[ask.__name__] = "altered"
imported = sorted(set(sys.modules) - before)
print("\\n" + json.dumps({"codes": codes, "there": [one for one in suspects if one in sys.modules], "new": imported}))
"""


def read_by_a_process(path: Path, suspects: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", READ_IT, str(path), suspects],
        capture_output=True, text=True, env=environment(), timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("kind", "module"), [("antigravity:geohash", "antigravity"), ("antigravity", "antigravity"), ("this:s", "this")]
)
def test_a_ledger_whose_type_names_a_module_imports_nothing(tmp_path: Path, kind: str, module: str) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "a"))
    planted(path, kind)
    found = read_by_a_process(path, module)
    assert found["there"] == []
    assert found["codes"]["get"] == found["codes"]["history"] == "altered"
    assert {found["codes"][name] for name in ("show", "verify", "replay", "check")} == {4}
    assert found["codes"]["rebuild"] in (4, 6)
    assert found["codes"]["log"] in (0, 4), "the log may show the line as it stands"


def test_the_same_process_would_show_an_import(tmp_path: Path) -> None:
    """The negative control: a module that is imported on the way is seen."""
    path = tmp_path / "l"
    new(path, fact("made", "a"))
    assert read_by_a_process(path, "json,decimal")["there"] == ["json", "decimal"]


def test_the_library_s_own_way_would_import_the_module(tmp_path: Path) -> None:
    """The negative control of the danger itself: resolving the stored name is what must never be done."""
    script = (
        "import sys; from eventsourcing.utils import resolve_topic; "
        "resolve_topic('this:s'); print('this' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines()[-1] == "True", done.stderr


def test_no_version_is_said_to_have_written_it(tmp_path: Path) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "a"))
    planted(path, "os:system")
    assert b"newer version" not in engage(path, "doctor").out
    assert "newer version" not in engage(path, "verify").err


def test_nothing_is_written_to_a_ledger_with_such_a_type(tmp_path: Path) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "a"))
    planted(path, "os:system")
    before = contents(path)
    with opened(path) as ledger, pytest.raises((NewerLedger, Altered)):
        ledger.append(fact("progress-reported", "a", obligor="NZ"))
    assert contents(path) == before


# --- a type of a newer version ---------------------------------------------------------------------------


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    path = tmp_path / "newer.ledger"
    new(path, fact("made", "a"), fact("made", "b"))
    planted(path, NEWER)
    planted(path, "summit.convened/1", themes=["trade"])
    planted(path, NEWER, "commitment:b")
    settled(path)
    return path


def test_a_fact_of_a_newer_version_is_read_as_it_stands(newer: Path) -> None:
    entry = entry_of(stored_lines(newer)[2])
    assert isinstance(entry.fact, UnknownFact)
    assert (entry.fact.foreign_type, entry.fact.foreign_body) == (NEWER, {"choir": "all", "verses": 3})
    assert list(entry.fact.moves()) == []


def test_it_is_exported_byte_for_byte_and_verified(newer: Path) -> None:
    assert asked(newer, "export").out == b"".join(line + b"\n" for line in stored_lines(newer))
    with Reader(newer) as reader:
        assert verify(reader).problems == []
    assert asked(newer, "verify").code == 7
    assert asked(newer, "verify", "--full").code == 7


def test_the_doctor_reports_it_by_number(newer: Path) -> None:
    outcome = asked(newer, "doctor")
    assert outcome.code == 0
    told = outcome.out.decode()
    assert f"{NEWER}: 2 entries, the first #3" in told
    assert "summit.convened/1: 1 entries, the first #4" in told or "summit.convened/1: 1 entry, the first #4" in told


@pytest.mark.parametrize(
    "args",
    [
        ["status"], ["status", "--json"], ["status", "commitment:a"], ["log"], ["log", "commitment:a"],
        ["log", "--json"], ["show", "commitment:a"], ["show", "#3"], ["timeline", "commitment:a"],
        ["diff", "2026-02-01..2026-03-01"], ["diff", "--known", "#2..#5"], ["blame", "commitment:a"], ["due"],
        ["search", "choir"], ["replay"], ["check"], ["export"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_question_is_answered_beside_it(newer: Path, args: list[str]) -> None:
    outcome = asked(newer, *args)
    assert outcome.code in ((0, 1) if args == ["check"] else (0,)), outcome


BOTH = [NEWER, "summit.convened/1"]


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["status"], BOTH), (["status", "commitment:a"], BOTH), (["status", "commitment:b"], [NEWER]),
        (["status", "b/overall"], [NEWER]), (["status", "--kind", "commitment"], BOTH),
        (["status", "--kind", "dialogue"], []), (["status", "--count"], BOTH), (["show", "b"], [NEWER]),
        (["timeline", "b"], [NEWER]), (["diff", "2026-02-01..2026-03-01"], BOTH),
        (["diff", "2026-02-01..2026-03-01", "--stream", "b"], [NEWER]), (["diff", "--known", "#2..#5"], BOTH),
        (["diff", "--known", "#1..#2"], []), (["diff", "--known", "#2..#3"], [NEWER]), (["blame", "b"], [NEWER]),
        (["due"], BOTH), (["log"], BOTH), (["log", "b"], [NEWER]), (["search", "x"], BOTH), (["check"], BOTH),
        (["check", "b"], [NEWER]), (["replay", "--end"], BOTH), (["replay", "--stream", "b"], [NEWER]),
        (["status", "--known-at", "#2"], []), (["status", "--known-at", "#3"], [NEWER]),
        (["status", "b", "--known-at", "#4"], []), (["status", "b", "--known-at", "#5"], [NEWER]),
        (["due", "--known-at", "#2"], []),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_answer_that_it_could_change_is_given_without_saying_so(
    newer: Path, args: list[str], named: list[str]
) -> None:
    outcome = asked(newer, *args, "--json")
    assert outcome.json["unknown_types"] == named
    for kind in BOTH:
        assert (kind in outcome.err) == (kind in named)
    assert ("update engage" in outcome.err) == bool(named)


def test_the_header_that_people_read_names_it_too(newer: Path) -> None:
    for args in (["status"], ["due"], ["show", "commitment:b"]):
        assert NEWER in asked(newer, *args).out.decode().splitlines()[0]
    assert NEWER not in asked(newer, "status", "--known-at", "#2").out.decode(), "the negative control"


def test_a_program_is_warned(newer: Path) -> None:
    with opened(newer) as ledger:
        with pytest.warns(NewerTypesWarning, match=NEWER):
            ledger.status()
        with pytest.warns(NewerTypesWarning, match=NEWER):
            ledger.get("commitment:b")
        assert ledger.status(known_at="#2"), "and not of what was known before: a warning is an error here"


def test_what_is_in_doubt_everywhere_is_said_everywhere(tmp_path: Path) -> None:
    """How far a register was kept up decides of every stream in its scope."""
    path = tmp_path / "l"
    new(path, fact("made", "a"))
    planted(path, "party.coverage-withdrawn/1", "party:NZ")
    settled(path)
    assert asked(path, "status", "commitment:a", "--json").json["unknown_types"] == ["party.coverage-withdrawn/1"]


def test_where_all_types_are_known_no_entry_is_read_for_it(tmp_path: Path) -> None:
    path = tmp_path / "l"
    new(path, fact("made", "a"))
    with Reader(path) as reader:
        seen: list[str] = []
        each = reader.each

        def watched(statement: str, params: Any = ()) -> Any:
            seen.append(statement)
            return each(statement, params)

        reader.each = watched
        assert unknown_types(reader, 1, ["commitment:a"]) == []
    assert seen == ["SELECT name FROM types ORDER BY name"]


def test_the_list_of_known_types_is_that_of_the_declarations() -> None:
    assert {*VERSIONS} == KNOWN


def test_the_log_shows_it_by_its_name(newer: Path) -> None:
    told = asked(newer, "log", "--json").out.decode()
    assert told.count(NEWER) >= 2
    assert "summit.convened/1" in told


def test_what_this_version_knows_stands_as_if_the_newer_fact_were_not_there(newer: Path, tmp_path: Path) -> None:
    new(tmp_path / "older", fact("made", "a"), fact("made", "b"))
    here = asked(newer, "status", "--json", "--as-of", "2026-02-10").json["rows"]
    there = asked(tmp_path / "older", "status", "--json", "--as-of", "2026-02-10").json["rows"]
    assert here == there != []


@pytest.mark.parametrize("stream", ["a", "b", "elsewhere"])
def test_writing_beside_it_is_refused_and_changes_nothing(newer: Path, stream: str) -> None:
    """Even another stream: what the newer fact means for it cannot be known."""
    before = newer.read_bytes()
    file = newer.with_name("facts.jsonl")
    file.write_text(json.dumps({
        "stream": f"commitment:{stream}", "type": "commitment.made/1", "occurred": "2026-02-02",
        "body": {"obligors": ["NZ"], "kind": "event", "text": "x"},
    }))  # fmt: skip
    outcome = asked(newer, "append", str(file))
    assert outcome.code == 6, outcome
    assert NEWER in outcome.err
    assert "error:" in outcome.err
    assert "because:" in outcome.err
    assert "try: update engage" in outcome.err
    settled(newer)
    assert newer.read_bytes() == before


def test_a_correction_of_it_is_refused_too(newer: Path) -> None:
    outcome = asked(newer, "retract", "#3", "--reason", "never sung")
    assert outcome.code == 6, outcome
    assert len(stored_lines(newer)) == 5


def test_rebuild_does_not_write_what_it_cannot_judge(newer: Path) -> None:
    """A newer version may have derived periods from the facts that this one does not know: they stay."""
    with plain(newer) as connection:
        connection.execute("INSERT INTO names (name) VALUES ('choir')")
        connection.execute(
            "INSERT INTO periods SELECT stream, (SELECT id FROM names WHERE name = 'choir'), valid_from, 3, valid_to, "
            "known_to, standing FROM periods LIMIT 1"
        )
    before = contents(newer)
    outcome = asked(newer, "rebuild")
    assert outcome.code == 6, outcome
    assert contents(newer) == before


def test_the_negative_control_that_all_known_types_can_be_written_beside(tmp_path: Path) -> None:
    new(tmp_path / "l", fact("made", "a"))
    assert asked(tmp_path / "l", "retract", "#1", "--reason", "never made").code == 0


# --- older versions of a type ----------------------------------------------------------------------------


def test_every_version_is_read_as_the_newest_of_its_type() -> None:
    for kind in KNOWN:
        reached = reading(upcast(kind, {})[0])
        assert reached is not None, f"{kind} is read as nothing that is declared"
        assert CATALOGUE[reached.TYPE] is reached
        assert reached.is_called(kind.partition("/")[0])
    assert reading("commitment.made/99") is None
    assert reading("nonsense.made/1") is None


def test_an_older_version_is_read_as_the_newest_and_its_line_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made-up predecessor, `commitment.pledged/1` with its `who`, read as today's `commitment.made/1`."""
    path = tmp_path / "l"
    new(path)
    body = {"who": ["NZ"], "kind": "event", "text": "hold a summit"}
    planted(path, "commitment.pledged/1", body=body)
    lines = stored_lines(path)

    def change(old: dict[str, Any]) -> dict[str, Any]:
        return {"obligors": old.pop("who"), **old}

    monkeypatch.setitem(UPCASTERS, "commitment.pledged/1", ("commitment.made/1", change))
    entry = entry_of(lines[0])
    assert entry.fact == fact("made", "a", obligors=["NZ"], kind="event", text="hold a summit").fact
    assert stored_lines(path) == lines
    with Ledger(path) as ledger:
        ledger.rebuild()  # it was planted without its periods
        ledger.append(fact("progress-reported", "a", obligor="NZ"))
    assert stored_lines(path)[0] == lines[0]
