"""How are the figures told? RESULTS.md: the budgets, what dominates where one is missed, and a table a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from measuring import Figure

OURS = "engage"
QUESTIONS = {
    "count": "How many stand in each status on a day, all known",
    "count-half": "The same, as known at half of the ledger",
    "one": "Status of one aggregate",
    "log": "Log of one aggregate",
    "append-cold": "One fact appended by command",
    "append": "One durable append in a running process",
    "append-ram": "The same on a disk of memory: the work without waiting for the disk",
    "long": "One append at the end of a long stream, disk of memory",
    "late": "One late arrival in a mission of 20,000 entries, by how many follow it, disk of memory",
    "import": "Import of the facts",
    "import-variant": "Import of the untidy facts (two obligors, vague, late, corrected)",
    "count-variant": "How many stand in each status on a day, untidy facts",
    "count-variant-half": "The same, as known at half of the ledger, untidy facts",
    "known-1000": "What the last 1,000 entries taught (`diff --known`), untidy facts",
    "month": "What changed in a month (`diff`), untidy facts",
    "due": "What is due within 90 days, untidy facts",
    "by-status": "status --status stalled, first 100 rows, untidy facts",
    "by-flag": "status --flag overdue, first 100 rows, untidy facts",
    "by-party": "status of what concerns two parties, first 100 rows, untidy facts",
    "by-title": "status of what has two words in its title, first 100 rows, untidy facts",
    "search": "search of two words",
    "check": "check of everything, untidy facts",
    "sign": "Sign a checkpoint, untidy facts",
    "prove": "Prove one entry, untidy facts",
    "answer": "Check the proof of an answer, untidy facts",
    "import-again": "The same file imported again, nothing new in it",
    "verify": "verify",
    "verify-full": "verify --full",
    "rebuild": "rebuild",
    "export": "export",
    "listing": "status --json, every part of every commitment",
    "first-row": "status --json, until the first row",
    "start": "Start-up",
    "disk": "Bytes on disk an entry",
}
RATES = {"check", "import", "import-variant", "import-again", "verify", "verify-full", "rebuild", "export"}
ABOUT = {
    "count": "Each a new process with its files in the page cache (`status --count --as-of 2013-06-30`). MariaDB's "
    "server was running, its client is new, and its peak is the server's. Raw sqlite3 groups one table of changes; "
    "the eventsourcing application reads and folds every event; journals are parsed whole at each question.",
    "count-half": "The journals and the eventsourcing application have one clock and cannot say it.",
    "append": "Validated, judged, hashed, with rows and tree, beside an INSERT of the same line into one table with an "
    "index; all WAL and synchronous=FULL, one transaction each. A value is the median of one round; rounds alternate.",
    "import": "Facts without `known_since`, in groups of 2,000: peers commit after each, we after two seconds. "
    "MariaDB is not here: its rows were loaded ready made, as no importer derives them. 'together' is all processes "
    "at once.",
    "late": "A mission whose level changed 20,000 times: what follows a late arrival is judged again, and what came "
    "before is not read.",
    "due": "As of 2040-10-15, when all that is still open is due within the 90 days: until the first 1,000 rows.",
    "search": "Beside a scan of every line in one table for both words.",
    "listing": "Rows a second to a file; as of 2026-01-01, when every commitment has its last status.",
}


METHOD = (
    "Untidy: two obligors each, 10 % of the dates known to the month alone, 10 % of the facts recorded after later "
    "ones, and 2 % corrections on top. Medians; 'beside ours' is the other's median divided by ours. Before a peer is "
    "timed its answer is compared with ours and with a count by a plain loop. Short runs are run once before, "
    "uncounted. MB are millions of bytes. Rates are of whole commands: at 10 k entries starting up takes its share."
)


@dataclass(slots=True)
class Budget:
    """A limit of the design, and what was measured."""

    what: str
    limit: str
    judge: Callable[[Results], tuple[str, bool, str] | None]
    """measured, met, by how much it is missed; None where it was not measured"""
    question: str


@dataclass(slots=True)
class Results:
    """All that was measured."""

    machine: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    figures: dict[tuple[str, int, str], Figure] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    entries: dict[tuple[str, int], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    profiles: dict[str, list[str]] = field(default_factory=dict)

    def get(self, question: str, size: int | None = None, who: str = OURS) -> Figure | None:
        """A figure; of the largest size where none is named."""
        sizes = [key[1] for key in self.figures if key[0] == question and key[2] == who]
        return self.figures.get((question, max(sizes) if size is None else size, who)) if sizes else None


def time_of(seconds: float) -> str:
    """Seconds as people read them."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 100 else f"{seconds:.0f} s"


def count_of(number: float) -> str:
    """A number with its thousands."""
    return f"{number:,.0f}"


def size_of(size: int) -> str:
    """10000 as 10 k."""
    if size >= 1_000_000:
        return f"{size // 1_000_000} M"
    return f"{size // 1000} k" if size >= 1000 else str(size)


def _table(results: Results, question: str) -> list[str]:
    found = [one for key, one in results.figures.items() if key[0] == question]
    if question == "disk":
        return _disk(found)
    rate, listing = question in RATES, question == "listing"
    head = [
        "size",
        "who",
        "median",
        "min–max",
        "n",
        "beside ours",
        "peak MB",
        *(["a second"] if rate or listing else []),
    ]
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    for one in sorted(found, key=lambda one: (one.size, one.who != OURS)):
        ours = results.figures.get((question, one.size, OURS))
        ratio = f"{one.median / ours.median:.3g} ×" if ours and one is not ours else ""
        peak = f"{one.peak / 1e6:.0f}" if one.peak else ""
        if one.together > one.peak:
            peak += f" (together {one.together / 1e6:.0f})"
        spread = f"{time_of(one.lowest)} – {time_of(one.highest)}"
        cells = [
            size_of(one.size) if one.size else "",
            one.who,
            time_of(one.median),
            spread,
            str(len(one.values)),
            ratio,
            peak,
        ]
        if rate:
            cells.append(count_of(results.entries.get((question, one.size), one.size) / one.median))
        if listing:
            cells.append(count_of(results.rows[one.size] / one.median))
        lines.append("| " + " | ".join(cells) + " |")
    notes = dict.fromkeys(f"{one.who}: {one.note}" for one in found if one.note)
    return [*lines, "", *(f"- {note}" for note in notes)]


def _disk(found: list[Figure]) -> list[str]:
    lines = ["| size | who | bytes an entry | |", "| --- | --- | --- | --- |"]
    found = sorted(found, key=lambda one: (one.size, one.who != OURS))
    return lines + [f"| {size_of(one.size)} | {one.who} | {one.median:.0f} | {one.note} |" for one in found]


def _budgets(results: Results, budgets: list[Budget]) -> list[str]:
    lines = ["| what | budget | measured | |", "| --- | --- | --- | --- |"]
    missed = []
    for one in budgets:
        judged = one.judge(results)
        if judged is None:
            lines.append(f"| {one.what} | {one.limit} | not measured in this run | |")
            continue
        measured, met, by = judged
        lines.append(f"| {one.what} | {one.limit} | {measured} | {'met' if met else '**missed**'} |")
        if not met:
            missed.append((one, measured, by))
    lines += ["", "## Missed budgets", ""]
    if not missed:
        lines.append("None of those measured.")
    for one, measured, by in missed:
        lines += [f"### {one.what}", "", f"Budget {one.limit}; measured {measured}: {by}.", ""]
        lines += results.profiles.get(one.question, ["No profile was taken."])
        lines.append("")
    return lines


def write(results: Results, budgets: list[Budget], path: Path) -> None:
    """Write the whole file again."""
    lines = ["# Benchmarks", "", "Written by `make bench`; every figure was measured in this one run.", ""]
    lines += [f"- {line}" for line in results.machine]
    lines += [f"- skipped: {line}" for line in results.skipped]
    lines += ["", "The work: N/5 commitments with five changes of status each over 25 years, from a seed; N facts.", ""]
    lines += [METHOD, "", "## Budgets", ""]
    lines += _budgets(results, budgets)
    for question, title in QUESTIONS.items():
        if any(key[0] == question for key in results.figures):
            lines += [f"## {title}", "", *([ABOUT[question], ""] if question in ABOUT else [])]
            lines += [*_table(results, question), ""]
    if results.notes:
        lines += ["## Notes", "", *(f"- {note}" for note in results.notes), ""]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    new = path.with_suffix(".new")
    new.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    new.replace(path)
