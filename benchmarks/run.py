"""How fast is it, beside what else there is? Measures everything in one go and writes RESULTS.md as it goes.

`make bench ARGS="--sizes 10k,100k,1m"`. What is installed of hledger, ledger-cli, beancount and MariaDB is asked the
same; what is not is named. Long runs are repeated less often (--limit); the number of runs is in the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from itertools import product
from pathlib import Path

import peers
import report
from appending import MISSIONS, mission
from budgets import BUDGETS, CLICK, CLICK_SQLITE, COMPLETION, HELP, SHORT, VERSION
from measuring import Figure, Run, environment, repeated, run, smaller
from profiling import profile
from report import OURS, Results
from workload import DAY, LARGEST_FOR_ALL

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
ENGAGE = str(Path(PYTHON).parent / "engage")
SEED = 20260202
RAW, LIBRARY = "raw sqlite3", "eventsourcing"
LATER = "2026-01-01"
LONG = {"long": {"dialogue": 5000, "relationship": 20_000}, "short": {"dialogue": 20, "relationship": 20}}
IMPORTS = 4
"""An import may take so many times as long as other figures: it is the longest of all, and is run three times."""
ALL_SIZES = {"1k": 1000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}


class Bench:
    """One run over all sizes."""

    def __init__(self, options: argparse.Namespace, work: Path) -> None:
        self.options, self.work, self.began = options, work, time.monotonic()
        self.results = Results(machine=machine())
        self.journals, missing = peers.journals()
        self.beancount = peers.beancount()
        self.results.skipped += [f"{name} is not installed" for name in missing]
        if self.beancount is None:
            self.results.skipped.append("beancount is not installed (no bean-check on PATH)")
        self.mariadb: peers.MariaDB | None = None
        if peers.MariaDB.there():
            self.mariadb = peers.MariaDB(work / "mariadb")
        else:
            self.results.skipped.append("MariaDB is not installed")
        versions = [f"{LIBRARY} {version('eventsourcing')}", *(one.version for one in self.journals)]
        versions += [one.version for one in (self.beancount, self.mariadb) if one]
        self.results.machine.append("peers: " + "; ".join(versions))
        self.stale: set[str] = set()

    # --- figures ------------------------------------------------------------------------------------------

    def late(self) -> bool:
        """Whether the time that the whole run may take is over."""
        return bool(self.options.minutes) and time.monotonic() - self.began > 60 * self.options.minutes

    def take(
        self,
        question: str,
        size: int,
        who: str,
        once: Callable[[], Run | float],
        *,
        runs: int = 3,
        note: str = "",
        warm: bool = True,
        limit: float = 0,
    ) -> Figure | None:
        """Take a figure and write the report again; none where time is over."""
        if self.late():
            self.results.notes.append(f"left out for want of time: {question} at {report.size_of(size)}, {who}")
            report.write(self.results, BUDGETS, self.options.output)
            return None
        figure = Figure(question, size, who, note=note)
        quick = self.results.get(question, who=who)
        # What took long on a tenth of the size is not run once more for nothing.
        warm = warm and not (quick is not None and quick.size < size and quick.median > 1)
        repeated(figure, once, max(runs, 3), max(limit, self.options.limit), warm)
        self.keep(figure)
        return figure

    def keep(self, figure: Figure) -> None:
        """Put a figure among the results."""
        self.results.figures[figure.question, figure.size, figure.who] = figure
        report.write(self.results, BUDGETS, self.options.output)
        peak = f"  {figure.peak / 1e6:.0f} MB" if figure.peak else ""
        value = f"{figure.median:.0f} bytes" if figure.question == "disk" else report.time_of(figure.median)
        taken = f"{value} (n={len(figure.values)}){peak}"
        print(
            f"{time.strftime('%H:%M:%S')}  {figure.question:<18} {figure.size:>9}  {figure.who:<22} {taken}", flush=True
        )

    def guarded(self, step: Callable[..., object], *given: object) -> None:
        """Do a step; where it fails, say so and go on, so that the other figures are there."""
        try:
            step(*given)
        except (RuntimeError, AssertionError, OSError, ValueError, LookupError, sqlite3.Error) as error:
            told = " ".join(str(one) for one in given if isinstance(one, str | int))
            self.results.notes.append(f"failed: {step.__name__} {told}: {type(error).__name__}: {self.said(error)}")
            print(self.results.notes[-1], flush=True)
            report.write(self.results, BUDGETS, self.options.output)

    def said(self, error: Exception) -> str:
        """What went wrong, in one line and without the folders of this machine."""
        return " ".join(str(error).replace(f"{self.work}/", "").replace(f"{HERE.parent}/", "").split())[-300:]

    def same(self, who: str, found: dict[str, int], wanted: dict[str, int]) -> None:
        """A peer that answers otherwise is not timed."""
        found = {name: number for name, number in found.items() if number}
        assert found == wanted, f"{who} answers {found}, and the facts say {wanted}"

    # --- the ledger ---------------------------------------------------------------------------------------

    def engage(
        self, ledger: Path, *words: str, codes: tuple[int, ...] = (0,), watch: bool = False, quiet: bool = False
    ) -> Run:
        """Run our command."""
        out = Path(os.devnull) if quiet else None
        return run([ENGAGE, "--ledger", str(ledger), *words], codes=codes, watch=watch, out=out)

    def fresh(self, ledger: Path, file: Path) -> Run:
        """Import a file into a new ledger."""
        _remove(ledger)
        self.engage(ledger, "init")
        return self.engage(ledger, "import", str(file), "--json", watch=True)

    def counted(self, ledger: Path, known: str = "") -> tuple[dict[str, int], int]:
        """Our answer, and the position that it is known at."""
        words = ["status", "--count", "--as-of", DAY, "--json", *(["--known-at", known] if known else [])]
        told = json.loads(self.engage(ledger, *words).out)
        return {row["status"]: row["count"] for row in told["rows"] if row["part"] == "overall"}, told["known_at"][
            "position"
        ]

    def size(self, size: int) -> None:
        """Everything at one size."""
        folder = self.work / str(size)
        if not (folder / "done").exists():
            subprocess.run([PYTHON, str(HERE / "workload.py"), str(folder), str(size), str(SEED)], check=True)
            (folder / "done").touch()
        ledger = folder / "plain.ledger"
        beyond = size > LARGEST_FOR_ALL
        limit = self.options.limit * (1 if beyond else IMPORTS)
        made = self.take(
            "import", size, OURS, lambda: self.fresh(ledger, folder / "plain.jsonl"), warm=size < 50_000, limit=limit
        )
        if made is None:
            return
        on_disk = sum(path.stat().st_size for path in folder.glob("plain.ledger*"))
        lines = self.engage(ledger, "export", "--to", "2000").out
        mean = f"the first 2,000 lines: {len(lines) / len(lines.splitlines()):.0f} bytes each"
        self.keep(Figure("disk", size, OURS, [on_disk / size], note=mean))
        ask = self.engage
        self.guarded(self.counts, folder, ledger, size)
        self.guarded(self.one, ledger, size)
        self.guarded(self.listing, ledger, size)
        self.guarded(self.searched, folder, ledger, size)
        self.guarded(self.take, "verify", size, OURS, lambda: ask(ledger, "verify", codes=(7,), watch=True))
        self.guarded(self.take, "export", size, OURS, lambda: ask(ledger, "export", quiet=True))
        self.guarded(self.appends, folder, ledger, size)
        if beyond:
            told = "engage alone, and without rebuild, verify --full, a second import and the untidy facts"
            self.results.notes.append(f"{report.size_of(size)} entries: {told}")
            return
        self.guarded(self.take, "rebuild", size, OURS, lambda: ask(ledger, "rebuild", watch=True))
        full = ["verify", "--full"]
        self.guarded(self.take, "verify-full", size, OURS, lambda: ask(ledger, *full, codes=(7,), watch=True))
        self.guarded(self.variant, folder, size)
        for one in (*self.journals, *([self.beancount] if self.beancount else [])):
            self.guarded(self.journal, one, folder, size)
        self.guarded(self.again, folder, ledger, size)

    def again(self, folder: Path, ledger: Path, size: int) -> None:
        """The same file once more."""

        def once() -> Run:
            done = self.engage(ledger, "import", str(folder / "plain.jsonl"), "--json", watch=True)
            assert json.loads(done.out)["created"] == 0
            return done

        self.take("import-again", size, OURS, once)

    def variant(self, folder: Path, size: int) -> None:
        """The untidy facts."""
        ledger = folder / "variant.ledger"
        made = self.take(
            "import-variant", size, OURS, lambda: self.fresh(ledger, folder / "variant.jsonl"), warm=size < 50_000,
            limit=self.options.limit * IMPORTS,
        )  # fmt: skip
        if made is None:
            return
        entries = json.loads(self.engage(ledger, "log", "-n", "1", "--json").out)["size"]
        self.results.entries["import-variant", size] = entries
        words = ["status", "--count", "--as-of", DAY, "--json"]
        runs = 10 if size <= 100_000 else 5
        self.take("count-variant", size, OURS, lambda: self.engage(ledger, *words), runs=runs)
        half = f"#{entries // 2}"
        self.take("count-variant-half", size, OURS, lambda: self.engage(ledger, *words, "--known-at", half), runs=runs)
        on_disk = sum(path.stat().st_size for path in folder.glob("variant.ledger*"))
        self.keep(Figure("disk", size, "engage, untidy facts", [on_disk / entries]))
        self.guarded(self.asked, ledger, size, entries)
        self.guarded(self.proven, folder, ledger, size, entries)

    def asked(self, ledger: Path, size: int, entries: int) -> None:
        """What costs its answer, and what reads everything."""
        whole = {
            "known-1000": ["diff", "--known", f"#{entries - 1000}..", "--json"],
            "month": ["diff", "2013-06-01..2013-07-01", "--json"],
        }
        for question, words in whole.items():
            self.take(question, size, OURS, partial(self.engage, ledger, *words, quiet=True), runs=5)
        first = {
            "due": (1000, ["due", "--within", "90", "--as-of", "2040-10-15"]),
            "by-status": (100, ["status", "--status", "stalled", "--as-of", DAY]),
            "by-flag": (100, ["status", "--flag", "overdue", "--as-of", "2041-02-01"]),
            "by-party": (100, ["status", "--party", "NZ", "--party", "FJ", "--as-of", DAY]),
            "by-title": (100, ["status", "--title", "matter 77", "--as-of", DAY]),
        }
        for question, (rows, words) in first.items():
            asked = [ENGAGE, "--ledger", str(ledger), *words, "--json"]
            self.take(question, size, OURS, partial(_until, asked, b'"stream"', rows), runs=5)
        self.results.entries["check", size] = entries
        self.take("check", size, OURS, lambda: self.engage(ledger, "check", "--json", codes=(0, 1), watch=True))

    def proven(self, folder: Path, ledger: Path, size: int, entries: int) -> None:
        """A checkpoint, and what rests on one."""
        key, proof = folder / "key", folder / "answer.proof"
        for left in folder.glob("key*"):
            left.unlink()
        public = folder / "key.pub"
        public.write_bytes(self.engage(ledger, "key", "create", "bench.example/ledger", "--key", str(key)).out)
        sign = ["checkpoint", "create", "--key", str(key)]
        self.take("sign", size, OURS, lambda: self.engage(ledger, *sign, quiet=True), runs=5)
        self.take("prove", size, OURS, lambda: self.engage(ledger, "prove", f"#{entries // 2}", quiet=True), runs=5)
        proof.unlink(missing_ok=True)
        ask = [ENGAGE, "--ledger", str(ledger), "status", "commitment:c7", "--proof", str(proof)]
        run(ask, env=environment(ENGAGE_KEY=str(key)))
        check = ["verify", "--answer", str(proof), "--key", str(public)]
        self.take("answer", size, OURS, lambda: self.engage(ledger, *check), runs=5)

    # --- questions ----------------------------------------------------------------------------------------

    def counts(self, folder: Path, ledger: Path, size: int) -> None:
        """How many stand where, everybody."""
        wanted = self.expected(folder, size)
        ours, _ = self.counted(ledger)
        self.same(OURS, ours, wanted)
        halved, position = self.counted(ledger, f"#{size // 2}")
        half = self.expected(folder, position)
        self.same(OURS + " at half", halved, half)
        ask = ["status", "--count", "--as-of", DAY, "--json"]
        self.take("count", size, OURS, lambda: self.engage(ledger, *ask), runs=15)
        self.take("count-half", size, OURS, lambda: self.engage(ledger, *ask, "--known-at", f"#{size // 2}"), runs=10)
        if size > LARGEST_FOR_ALL:
            return
        self.guarded(self.raw, folder, size, wanted, half, position)
        self.guarded(self.library, folder, size, wanted)
        self.guarded(self.rows, folder, size, wanted, half, position)

    def journal(self, peer: peers.Journal | peers.Beancount, folder: Path, size: int) -> None:
        """A plain-text tool; the run whose answer was checked counts where it took long."""
        if self.late():
            self.results.notes.append(f"left out for want of time: count at {report.size_of(size)}, {peer.name}")
            return
        done = peer.count(folder)
        self.same(peer.name, peer.answer(done), self.expected(folder, size))
        if done.seconds < 5:
            self.take("count", size, peer.name, lambda: peer.count(folder), runs=5, warm=False)
            return
        figure = Figure("count", size, peer.name, [done.seconds], peak=done.peak)
        if done.seconds * 3 <= self.options.limit and not self.late():
            repeated(figure, lambda: peer.count(folder), 3, self.options.limit, warm=False)
        self.keep(figure)

    def expected(self, folder: Path, upto: int) -> dict[str, int]:
        """The answer by a plain loop, in a process of its own so that this one stays small."""
        script = f"import workload; print(workload.counted({str(folder / 'facts.tsv')!r}, {upto}))"
        done = run([PYTHON, "-c", script], env=environment(PYTHONPATH=str(HERE)))
        return json.loads(done.out)

    def script(self, name: str, *words: object) -> Run:
        """Run a program of this folder."""
        return run([PYTHON, str(HERE / name), *map(str, words)])

    def raw(self, folder: Path, size: int, wanted: dict[str, int], half: dict[str, int], position: int) -> None:
        """Raw sqlite3."""
        base = folder / "raw.db"

        def load() -> Run:
            _remove(base)
            return self.script("raw.py", "load", base, folder / "plain.jsonl")

        if self.take("import", size, RAW, load, warm=False) is None:
            return
        self.keep(Figure("disk", size, RAW, [base.stat().st_size / size]))
        self.same(RAW, json.loads(self.script("raw.py", "count", base, DAY).out), wanted)
        self.take("count", size, RAW, lambda: self.script("raw.py", "count", base, DAY), runs=5)
        self.same(RAW, json.loads(self.script("raw.py", "count", base, DAY, position).out), half)
        self.take("count-half", size, RAW, lambda: self.script("raw.py", "count", base, DAY, position), runs=5)

    def library(self, folder: Path, size: int, wanted: dict[str, int]) -> None:
        """The plain eventsourcing application."""
        base = folder / "library.db"

        def load() -> Run:
            _remove(base)
            return self.script("library.py", "load", base, folder / "facts.tsv")

        if self.take("import", size, LIBRARY, load, warm=False) is None:
            return
        self.keep(Figure("disk", size, LIBRARY, [base.stat().st_size / size]))
        self.same(LIBRARY, json.loads(self.script("library.py", "count", base, DAY).out), wanted)
        self.take("count", size, LIBRARY, lambda: self.script("library.py", "count", base, DAY))
        self.take("one", size, LIBRARY, lambda: self.script("library.py", "one", base, "c7"), runs=10)
        self.take("append-cold", size, LIBRARY, lambda: self.script("library.py", "append", base, 1), runs=10)

    def rows(self, folder: Path, size: int, wanted: dict[str, int], half: dict[str, int], position: int) -> None:
        """MariaDB."""
        if self.mariadb is None or self.late():
            return
        base = self.mariadb
        base.fill(folder)
        self.keep(Figure("disk", size, base.name, [base.bytes_on_disk() / size], note="rows alone, without the facts"))
        note = "the peak is the server's, with a buffer pool of up to 2 GB"
        for question, upto, answer in (("count", None, wanted), ("count-half", position, half)):
            self.same(base.name, base.answer(base.count(upto)), answer)
            figure = self.take(question, size, base.name, lambda u=upto: base.count(u), runs=7, note=note)
            if figure:
                figure.peak = base.peak()

    def one(self, ledger: Path, size: int) -> None:
        """One aggregate, and one fact, by command."""
        stream = "commitment:c7"
        self.take("one", size, OURS, lambda: self.engage(ledger, "status", stream, "--json"), runs=15)
        self.take("log", size, OURS, lambda: self.engage(ledger, "log", stream, "--json"), runs=15)

        def append() -> Run:
            words = ["commitment", "make", f"cold-{time.time_ns()}", "--obligors", "NZ", "--kind", "achievement"]
            return self.engage(ledger, *words, "--text", "Cooperate on one more matter", "--on", "2026-01-01")

        self.take("append-cold", size, OURS, append, runs=10)

    def listing(self, ledger: Path, size: int) -> None:
        """Every row, and the first of them."""
        ask = ["status", "--json", "--as-of", LATER]
        told = json.loads(self.engage(ledger, "status", "--count", "--as-of", LATER, "--json").out)
        self.results.rows[size] = sum(row["count"] for row in told["rows"])
        self.take("listing", size, OURS, lambda: self.engage(ledger, *ask, quiet=True))
        self.take("first-row", size, OURS, lambda: _until([ENGAGE, "--ledger", str(ledger), *ask], b'"stream"'), runs=7)

    def searched(self, folder: Path, ledger: Path, size: int) -> None:
        """Two words in all texts, beside a scan of all lines."""
        words = ["matter", str(size // 10)]
        told = json.loads(self.engage(ledger, "search", *words, "--json").out)["entries"]
        self.take("search", size, OURS, lambda: self.engage(ledger, "search", *words, "--json"), runs=5)
        base = folder / "raw.db"
        if base.exists():
            found = json.loads(self.script("raw.py", "search", base, *words).out)
            assert found == len(told), f"{found} lines hold both words, and {len(told)} entries"
            self.take("search", size, RAW, lambda: self.script("raw.py", "search", base, *words), runs=5)

    def appends(self, folder: Path, ledger: Path, size: int) -> None:
        """One durable append at a time, in processes that run; who is measured alternates."""
        programs = {OURS: ("appending.py", ledger), RAW: ("raw.py append", folder / "raw.db")}
        programs[LIBRARY] = ("library.py append", folder / "library.db")
        self._rounds("append", size, programs, 7, 100)
        if self.mariadb and not self.late():
            rounds = [statistics.median(self.mariadb.append(20)) for _ in range(3)]
            note = "one transaction that inserts one row, by the server's clock; no fact, no proof"
            self.keep(Figure("append", size, self.mariadb.name, rounds, note=note))
        memory = peers.ram_disk()
        if memory is None or ledger.stat().st_size * 3 > shutil.disk_usage(memory).free:
            return
        with tempfile.TemporaryDirectory(dir=memory) as place:
            copies = {
                who: (name, Path(shutil.copy(file, place))) for who, (name, file) in programs.items() if file.exists()
            }
            self._rounds("append-ram", size, copies, 5, 200)

    def _rounds(self, question: str, size: int, programs: dict[str, tuple[str, Path]], rounds: int, times: int) -> None:
        if self.late():
            self.results.notes.append(f"left out for want of time: {question} at {report.size_of(size)}")
            return
        figures = {who: Figure(question, size, who) for who, (_, file) in programs.items() if file.exists()}
        for _ in range(rounds):
            for who, figure in figures.items():
                name, file = programs[who]
                script, *verb = name.split()
                done = self.script(script, *verb, file, times)
                figure.values.append(statistics.median(json.loads(done.out)["seconds"]))
                figure.peak = max(figure.peak, done.peak)
        for who, figure in figures.items():
            script, *verb = programs[who][0].split()
            again = partial(self.script, script, *verb, programs[who][1], 10)
            figure.peak = smaller(figure.peak, again)
            self.keep(figure)

    # --- what has no size ---------------------------------------------------------------------------------

    def start_up(self) -> None:
        """Help, version and completion beside the imports that they cannot do without."""
        typed = environment(_ENGAGE_COMPLETE="bash_complete", _ENGAGE_LINE="engage sta", _ENGAGE_BREAKS=" \t\n:=")
        commands: dict[str, tuple[list[str], dict[str, str]]] = {
            "python -c pass": ([PYTHON, "-c", "pass"], environment()),
            CLICK: ([PYTHON, "-c", "import click"], environment()),
            CLICK_SQLITE: ([PYTHON, "-c", "import click, sqlite3"], environment()),
            HELP: ([ENGAGE, "--help"], environment()),
            VERSION: ([ENGAGE, "--version"], environment()),
            COMPLETION: ([ENGAGE], typed),
            "engage commitment make --help": ([ENGAGE, "commitment", "make", "--help"], environment()),
            "python -c 'import eventsourcing, pydantic'": (
                [PYTHON, "-c", "import eventsourcing.application, pydantic"], environment(),
            ),
        }  # fmt: skip
        figures = {who: Figure("start", 0, who) for who in commands}
        for turn in range(21):
            for who, (command, env) in commands.items():
                done = run(command, env=env)
                if turn:
                    figures[who].values.append(done.seconds)
                    figures[who].peak = max(figures[who].peak, done.peak)
        for who, (command, env) in commands.items():
            figures[who].peak = smaller(figures[who].peak, lambda c=command, e=env: run(c, env=e))
            self.keep(figures[who])

    def short(self) -> None:
        """A ledger of 1,000 entries, to hold the cold questions against."""
        folder = self.work / str(SHORT)
        subprocess.run([PYTHON, str(HERE / "workload.py"), str(folder), str(SHORT), str(SEED)], check=True)
        ledger = folder / "plain.ledger"
        self.fresh(ledger, folder / "plain.jsonl")
        self.one(ledger, SHORT)

    def long(self) -> None:
        """Appends to long streams beside short ones, at their end and late, in one ledger."""
        place = peers.ram_disk()
        if place is None or self.late():
            return
        with tempfile.TemporaryDirectory(dir=place) as folder:
            ledger, file = Path(folder) / "long.ledger", Path(folder) / "long.jsonl"
            with file.open("w", encoding="utf-8") as out:
                out.writelines(json.dumps(one) + "\n" for one in _long_and_short())
            self.fresh(ledger, file)
            for name, numbers in (("long", (19_900, 10_000, 60)), ("short", (60,))):
                for number in numbers:
                    self._come_late(ledger, name, number)
            figures: dict[str, Figure] = {}
            for _ in range(5):
                for kind, name in product(("dialogue", "relationship"), LONG):
                    number = LONG[name][kind]
                    figure = Figure("long", 0, f"{kind}, {name} ({number:,} entries)")
                    self._added(figures.setdefault(figure.who, figure), ledger, 50, f"{kind}:{name}")
            for figure in figures.values():
                self.keep(figure)

    def _come_late(self, ledger: Path, name: str, number: int) -> None:
        figure = Figure("late", 0, f"{number:,} of {MISSIONS[name]:,} entries follow")
        for turn in range(3):
            self._added(figure, ledger, 10, f"relationship:missions-{name}", number - 10 * turn)
        self.keep(figure)

    def _added(self, figure: Figure, *words: object) -> None:
        """One more round of appends."""
        done = self.script("appending.py", *words)
        figure.values.append(statistics.median(json.loads(done.out)["seconds"]))
        figure.peak = max(figure.peak, done.peak)

    def profiles(self) -> None:
        """Of what misses its budget, what dominates; on a size that is quick to run."""
        sizes = [size for size in self.results.rows if size <= 100_000] or [max(self.results.rows)]
        small, large = self.work / str(max(sizes)), self.work / str(max(self.results.rows))
        whole = self.work / str(max(size for size in self.results.rows if size <= LARGEST_FOR_ALL))
        fresh = self.work / "profiled.ledger"
        half = f"#{max(self.results.rows) // 2}"
        commands: dict[str, list[str]] = {
            "import": [ENGAGE, "--ledger", str(fresh), "import", str(whole / "plain.jsonl")],
            "import-variant": [ENGAGE, "--ledger", str(fresh), "import", str(whole / "variant.jsonl")],
            "append": [PYTHON, str(HERE / "appending.py"), str(small / "plain.ledger"), "1000"],
        }
        commands["append-ram"] = commands["long"] = commands["append"]
        by_ledger = {
            "count": (large, ["status", "--count", "--as-of", DAY]),
            "count-half": (large, ["status", "--count", "--as-of", DAY, "--known-at", half]),
            "listing": (small, ["status", "--json", "--as-of", LATER]),
            "first-row": (small, ["status", "--json", "--as-of", LATER]),
            "one": (large, ["status", "commitment:c7"]),
            "verify": (small, ["verify"]),
            "verify-full": (small, ["verify", "--full"]),
            "rebuild": (small, ["rebuild"]),
            "append-cold": (small, ["commitment", "make", "profiled", "--obligors", "NZ", "--kind", "achievement",
                                    "--text", "Cooperate", "--on", "2026-01-01"]),
        }  # fmt: skip
        for name, (folder, words) in by_ledger.items():
            commands[name] = [ENGAGE, "--ledger", str(folder / "plain.ledger"), *words]
        commands["start"] = [ENGAGE, "--help"]
        for budget in BUDGETS:
            judged = budget.judge(self.results)
            if (
                judged is None
                or judged[1]
                or budget.question in self.results.profiles
                or budget.question not in commands
            ):
                continue
            if self.late():
                return
            _remove(fresh)
            self.engage(fresh, "init")
            waiting = budget.question.startswith("append")
            found = profile(commands[budget.question], self.work, (0, 7), waiting)
            of = (
                ""
                if "No profile" in found[0]
                else "`"
                + " ".join(commands[budget.question][1:]).replace(f"{self.work}/", "").replace(f"{HERE.parent}/", "")
                + "`"
            )
            self.results.profiles[budget.question] = [*([of, ""] if of else []), *found]
            report.write(self.results, BUDGETS, self.options.output)


def _long_and_short() -> Iterator[dict[str, object]]:
    for name, numbers in LONG.items():
        yield from (_meeting(name, number) for number in range(numbers["dialogue"]))
        yield from (_position(name, number) for number in range(numbers["relationship"]))
        yield from (mission(name, number) for number in range(MISSIONS[name]))


def _meeting(name: str, number: int) -> dict[str, object]:
    day = f"{1990 + number // 336}-{number % 336 // 28 + 1:02}-{number % 28 + 1:02}"
    body = {"meeting": f"m{number}"}
    return {"stream": f"dialogue:{name}", "type": "dialogue.meeting-held/1", "occurred": day, "body": body}


def _position(name: str, number: int) -> dict[str, object]:
    day = f"{1960 + number // 336}-{number % 336 // 28 + 1:02}-{number % 28 + 1:02}"
    body = {"by": ["NZ", "US"], "text": f"a free and open region, said for the {number}th time"}
    return {"stream": f"relationship:{name}", "type": "relationship.position-affirmed/1", "occurred": day, "body": body}


def _until(command: list[str], mark: bytes, times: int = 1) -> float:
    """Seconds until a program has printed the mark so often, or all that it has; it is ended then, as `head` would."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()) as process:
        assert process.stdout
        seen = b""
        while seen.count(mark) < times and (chunk := process.stdout.read1(65536)):
            seen += chunk
        assert mark in seen, "it ended before its first row"
        taken = time.perf_counter() - started
        process.kill()
    return taken


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def machine() -> list[str]:
    """Where and with what this was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    load = os.getloadavg()[0]
    return [
        f"date: {time.strftime('%Y-%m-%d %H:%M')}, load before it began {load:.1f}",
        f"machine: {os.cpu_count()} cores ({model}), {memory:.0f} GB, {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        ", ".join(f"{name} {version(name)}" for name in ("engagement-ledger", "pydantic", "click")),
    ]


def main() -> None:
    """Measure, and write RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10k,100k", help="of 1k, 10k, 100k, 1m, 10m; default 10k,100k")
    parser.add_argument("--ten-million", action="store_true", help="10 million as well (an hour and 30 GB of disk)")
    parser.add_argument(
        "--limit", type=float, default=60, help="seconds for the runs of one figure; at least one is run"
    )
    parser.add_argument("--minutes", type=float, default=0, help="leave out what would begin after so many minutes")
    parser.add_argument("--work", type=Path, help="a folder that keeps the generated files for the next run")
    parser.add_argument("--output", type=Path, default=HERE / "RESULTS.md")
    parser.add_argument("--no-profiles", action="store_true")
    options = parser.parse_args()
    options.sizes = sorted({ALL_SIZES[name.strip().lower()] for name in options.sizes.split(",")})
    if options.ten_million:
        options.sizes.append(ALL_SIZES["10m"])
    with tempfile.TemporaryDirectory() as made:
        work = (options.work or Path(made)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        bench = Bench(options, work)
        try:
            for size in options.sizes:
                bench.size(size)
                if size == options.sizes[0]:
                    bench.start_up()
                    bench.guarded(bench.short)
                    bench.guarded(bench.long)
                largest = max((one for one in options.sizes if one <= LARGEST_FOR_ALL), default=size)
                if not options.no_profiles and size == largest:
                    bench.guarded(bench.profiles)
        finally:
            if bench.mariadb:
                bench.mariadb.stop()
            report.write(bench.results, BUDGETS, options.output)


if __name__ == "__main__":
    main()
