"""A large register is taken in chunk by chunk: stopped anywhere, it goes on; run again, it changes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from faults import working

from engagement_ledger.cli import demo
from engagement_ledger.domain.errors import WorkerEnded
from engagement_ledger.domain.limits import LONGEST_INPUT
from engagement_ledger.exchange import import_jsonl as importing
from engagement_ledger.exchange.facts_file import Unreadable
from engagement_ledger.exchange.import_jsonl import import_file
from engagement_ledger.ledger.application import Ledger

COMMAND = [sys.executable, "-m", "engagement_ledger.cli.main"]


def fact(number: int, **more: Any) -> dict[str, Any]:
    body = {"obligors": ["NZ", "US"], "kind": "achievement", "text": f"work together ({number})"}
    return {"stream": f"commitment:c{number}", "type": "commitment.made/1", "occurred": "2020-03", "body": body, **more}


def written(path: Path, facts: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in facts), encoding="utf-8")
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterable[Ledger]:
    with Ledger(tmp_path / "l", create=True) as made:
        yield made


def size(ledger: Ledger) -> int:
    with ledger.reader() as reader:
        return reader.size


def lines(ledger: Ledger) -> list[bytes]:
    with ledger.reader() as reader:
        return [line for _, line in reader.lines()]


def test_a_register_is_taken_in_and_a_second_run_finds_all_of_it_there(tmp_path: Path, ledger: Ledger) -> None:
    file = written(tmp_path / "register.jsonl", (fact(number) for number in range(5_000)))
    first = import_file(ledger, file, recorded_by="Mere")
    before = lines(ledger)
    second = import_file(ledger, file, recorded_by="Tama")
    assert (first.created, first.existed, first.refused) == (5_000, 0, [])
    assert (second.created, second.existed) == (0, 5_000)
    assert lines(ledger) == before
    assert ledger.rebuild().differences == []


def test_both_ways_of_reading_take_in_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a process beside, and without; ids, parts and days are equal, the recorded time alone is not."""
    file = written(tmp_path / "register.jsonl", (fact(number) for number in range(4_500)))
    told = []
    for name, worth in (("alone", 1 << 40), ("beside", 1)):
        monkeypatch.setattr(importing, "WORTH_A_PROCESS", worth)
        with Ledger(tmp_path / name, create=True) as ledger:
            assert import_file(ledger, file, recorded_by="Mere").created == 4_500
            told.append([{**json.loads(line), "recorded_at": ""} for line in lines(ledger)])
            assert ledger.status("commitment:c7", as_of="2020-03-10")[0]["possible"] == ["made"]
    assert told[0] == told[1]


def test_every_refused_line_of_a_chunk_is_named_and_what_came_before_stays(tmp_path: Path, ledger: Ledger) -> None:
    facts = [fact(number) for number in range(importing.CHUNK + 20)]
    facts[importing.CHUNK + 3]["occurred"] = "02/03/2026"
    facts[importing.CHUNK + 7]["occurred"] = "2999-01-01"
    file = written(tmp_path / "register.jsonl", facts)
    result = import_file(ledger, file, recorded_by="Mere")
    assert [place for place, _ in result.refused] == [f"register.jsonl:{importing.CHUNK + n}" for n in (4, 8)]
    assert result.created == size(ledger) == importing.CHUNK
    facts[importing.CHUNK + 3]["occurred"] = facts[importing.CHUNK + 7]["occurred"] = "2020"
    mended = import_file(ledger, written(file, facts), recorded_by="Mere")
    assert (mended.created, mended.existed) == (20, importing.CHUNK)


def test_an_atomic_import_is_all_or_nothing(tmp_path: Path, ledger: Ledger) -> None:
    facts = [fact(number) for number in range(importing.CHUNK + 20)]
    facts[-1]["type"] = "commitment.nonsense/1"
    result = import_file(ledger, written(tmp_path / "r.jsonl", facts), recorded_by="Mere", atomic=True)
    assert [place for place, _ in result.refused] == [f"r.jsonl:{len(facts)}"]
    assert size(ledger) == 0
    whole = import_file(ledger, written(tmp_path / "r.jsonl", facts[:-1]), recorded_by="Mere", atomic=True)
    assert whole.created == size(ledger) == len(facts) - 1


def test_an_export_is_taken_in_with_what_was_known_when(tmp_path: Path) -> None:
    source = tmp_path / "example.ledger"
    demo.build(source)
    file = tmp_path / "export.jsonl"
    with Ledger(source) as old, Ledger(tmp_path / "copy", create=True) as copy:
        file.write_bytes(b"".join(line + b"\n" for line in lines(old)))
        assert import_file(copy, file, recorded_by="Mere").created == size(old)
        for known in (None, "2026-02-03", "#27"):
            for day in ("2026-02-05", "2026-03-15", "2026-05-01"):
                wanted = old.status(as_of=day, known_at=known)
                assert copy.status(as_of=day, known_at=known) == wanted
        assert wanted


def test_a_claim_that_would_go_back_is_refused(tmp_path: Path, ledger: Ledger) -> None:
    facts = [fact(1, known_since="2024-01-02T00:00:00Z"), fact(2, known_since="2024-01-01T00:00:00Z")]
    result = import_file(ledger, written(tmp_path / "r.jsonl", facts), recorded_by="Mere")
    assert [type(one).__name__ for _, one in result.refused] == ["KnownTimeGoesBack"]


def test_a_chunk_is_bounded_whatever_its_lines_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank lines, facts as long as they may be, and one group that never ends: that is refused."""
    monkeypatch.setattr(importing, "ENOUGH", 1000)
    monkeypatch.setattr(importing, "MOST_BYTES_AT_ONCE", 5000)
    file = tmp_path / "r.jsonl"
    for lines in (["   "] * 5_000, [json.dumps(fact(1, note="n" * 700))] * 50):
        file.write_text("\n".join(lines))
        portions = list(importing.portions_of(file, "Mere"))
        assert sum(one.size for one in portions) == file.stat().st_size
        assert max(one.size for one in portions) < 1000 + 1000
        assert len(portions) > 5
    file.write_text("\n".join(json.dumps(fact(number, known_since="2024-01-01T00:00:00Z")) for number in range(200)))
    (refused,) = importing.portions_of(file, "Mere")
    assert refused.size < 5000 + 1000
    assert refused.refusal is not None


def test_a_deeply_nested_line_at_the_end_of_a_chunk_is_refused(tmp_path: Path, ledger: Ledger) -> None:
    file = written(tmp_path / "r.jsonl", (fact(number) for number in range(importing.CHUNK - 1)))
    with file.open("a") as out:
        out.write('{"a":' * 200_000 + "1" + "}" * 200_000 + "\n")
    result = import_file(ledger, file, recorded_by="Mere")
    assert [(place, one.message) for place, one in result.refused] == [
        (f"r.jsonl:{importing.CHUNK}", "the line: nested too deeply")
    ]


def test_a_pipe_is_read_once(tmp_path: Path, ledger: Ledger) -> None:
    """As in `engage import <(zcat register.jsonl.gz)`."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    lines = "".join(json.dumps(fact(number)) + "\n" for number in range(importing.CHUNK + 500))
    with ThreadPoolExecutor() as beside:
        writes = beside.submit(pipe.write_text, lines)
        result = import_file(ledger, pipe, recorded_by="Mere")
        writes.result()
    assert (result.created, result.refused) == (importing.CHUNK + 500, [])


def test_a_file_that_is_cut_short_meanwhile_is_an_error_after_what_was_read(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "register.jsonl", (fact(number) for number in range(3 * importing.CHUNK)))
    portions = list(importing.portions_of(file, "Mere"))
    os.truncate(file, portions[1].offset + 10)
    monkeypatch.setattr(importing, "portions_of", lambda *_: iter(portions))
    with pytest.raises(Unreadable, match="became shorter"):
        import_file(ledger, file, recorded_by="Mere")
    assert size(ledger) == importing.CHUNK


def test_a_line_that_is_too_long_is_said_after_what_came_before_was_taken_in(tmp_path: Path, ledger: Ledger) -> None:
    file = written(tmp_path / "r.jsonl", (fact(number) for number in range(20)))
    with file.open("ab") as out:
        out.write(b'{"stream": "' + b"x" * (LONGEST_INPUT + 1))
    with pytest.raises(Unreadable, match=r"r\.jsonl:21"):
        import_file(ledger, file, recorded_by="Mere")
    assert size(ledger) == 20


def test_a_line_that_never_ends_is_not_read_to_its_end(tmp_path: Path, ledger: Ledger) -> None:
    file = tmp_path / "r.jsonl"
    with file.open("wb") as out:
        out.write(b'{"stream": "')
        for _ in range(6):
            out.write(b"x" * 1_000_000)
    with pytest.raises(Unreadable, match=r"r\.jsonl:1"):
        import_file(ledger, file, recorded_by="Mere")
    assert size(ledger) == 0


def test_a_killed_import_leaves_whole_chunks_and_simply_goes_on(tmp_path: Path) -> None:
    total = 60_000
    file = written(tmp_path / "register.jsonl", (fact(number) for number in range(total)))
    path = tmp_path / "l"
    Ledger(path, create=True).close()
    command = [*COMMAND, "--ledger", str(path), "import", str(file), "--as", "Mere"]
    stopped = [0]
    for _ in range(2):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        with Ledger(path) as ledger:
            while size(ledger) == stopped[-1] and process.poll() is None:
                time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with Ledger(path) as ledger:
            stopped.append(size(ledger))
    assert 0 < stopped[1] < stopped[2] < total, "each was killed when a part was taken in"
    assert {one % importing.CHUNK for one in stopped} == {0}
    done = subprocess.run([*command, "--json"], capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert answer == {"created": total - stopped[-1], "existed": stopped[-1], "refused": 0}
    with Ledger(path) as ledger:
        assert size(ledger) == total
        assert ledger.rebuild().differences == []


def test_a_process_that_ends_before_it_has_validated_its_share_is_an_error(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it did not do must not pass for the end of the file."""
    file = written(tmp_path / "register.jsonl", (fact(number) for number in range(9_000)))
    monkeypatch.setattr(importing, "WORTH_A_PROCESS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "validated", working.validated_by_us_alone)
        with pytest.raises(WorkerEnded):
            import_file(ledger, file, recorded_by="Mere")
    assert size(ledger) < 9_000
    result = import_file(ledger, file, recorded_by="Mere")
    assert result.created + result.existed == size(ledger) == 9_000


def test_the_command_says_what_came_of_it(tmp_path: Path) -> None:
    facts = [fact(1), {**fact(2), "occurred": "next week"}]
    file = written(tmp_path / "register.jsonl", facts)
    command = [*COMMAND, "--ledger", str(tmp_path / "l")]
    subprocess.run([*command, "init"], check=True, capture_output=True)
    told = subprocess.run([*command, "import", str(file)], capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "register.jsonl:2" in told.stderr
    assert "next week" in told.stderr
    assert told.stdout == "imported 0 facts; 0 existed already\n"
