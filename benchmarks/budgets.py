"""What was promised? The budgets of the design, each with how it is judged."""

from __future__ import annotations

from collections.abc import Callable

from measuring import Figure
from report import OURS, Budget, Results, count_of, size_of, time_of

CLICK = "python -c 'import click'"
CLICK_SQLITE = "python -c 'import click, sqlite3'"
HELP, VERSION, COMPLETION = "engage --help", "engage --version", "engage completion (one word)"
SHORT = 1000
Judged = tuple[str, bool, str] | None


def _times(value: float, limit: float) -> str:
    return f"{value / limit:.3g} × the budget"


def _within(question: str, seconds: float, megabytes: float = 0) -> Callable[[Results], Judged]:
    def judge(results: Results) -> Judged:
        one = results.get(question)
        if one is None:
            return None
        peak = max(one.peak, one.together) / 1e6
        met = one.median <= seconds and (not megabytes or peak <= megabytes)
        said = time_of(one.median) + (f", {peak:.0f} MB" if peak else "") + f" at {size_of(one.size)}"
        by = [_times(one.median, seconds)] if one.median > seconds else []
        if megabytes and peak > megabytes:
            by.append(f"memory {_times(peak, megabytes)}")
        return said, met, "; ".join(by)

    return judge


def _rate(question: str, least: float, megabytes: float = 0) -> Callable[[Results], Judged]:
    def judge(results: Results) -> Judged:
        one = results.get(question)
        if one is None:
            return None
        number = (
            results.rows[one.size] if question == "listing" else results.entries.get((question, one.size), one.size)
        )
        rate, peak = number / one.median, max(one.peak, one.together) / 1e6
        by = [f"{rate / least:.2f} of the budget"] if rate < least else []
        if megabytes and peak > megabytes:
            by.append(f"memory {_times(peak, megabytes)}")
        return f"{count_of(rate)} a second, {peak:.0f} MB at {size_of(one.size)}", not by, "; ".join(by)

    return judge


def _ratio(above: Figure | None, below: Figure | None, most: float, words: str) -> Judged:
    if above is None or below is None:
        return None
    ratio = above.median / below.median
    said = f"{ratio:.2f} × ({time_of(above.median)} beside {time_of(below.median)}, {words})"
    return said, ratio <= most, _times(ratio, most)


def _start(who: str) -> Callable[[Results], Judged]:
    return lambda results: _ratio(results.get("start", 0, who), results.get("start", 0, CLICK), 2, "click alone")


def _append(results: Results) -> Judged:
    ours = results.get("append")
    raw = ours and results.get("append", ours.size, "raw sqlite3")
    if not ours or not raw:
        return None
    speed = raw.median / ours.median
    said = f"{speed:.2f} × ({time_of(ours.median)} beside {time_of(raw.median)} at {size_of(ours.size)})"
    return said, speed >= 0.4, f"{speed / 0.4:.2f} of the budget"


def _growth(question: str) -> Callable[[Results], Judged]:
    def judge(results: Results) -> Judged:
        large, small = results.get(question), results.get(question, 10_000)
        if not large or not small or large is small:
            return None
        return _ratio(large, small, 1.3, f"{size_of(large.size)} and 10 k")

    return judge


def _one(results: Results) -> Judged:
    large = results.get("one")
    words = f"{size_of(large.size)} and 1 k" if large else ""
    return _ratio(large, results.get("one", SHORT), 1.2, words)


def _disk(results: Results) -> Judged:
    one = results.get("disk")
    return one and (f"{one.median:.0f} bytes at {size_of(one.size)}", one.median <= 1000, _times(one.median, 1000))


def _long(kind: str) -> Callable[[Results], Judged]:
    def judge(results: Results) -> Judged:
        found = {key[2]: one for key, one in results.figures.items() if key[0] == "long"}
        long = next((one for who, one in found.items() if kind in who and "long" in who), None)
        short = next((one for who, one in found.items() if kind in who and "short" in who), None)
        return _ratio(long, short, 1.5, "long and short")

    return judge


BUDGETS = [
    Budget(
        "how many stand in each status on a day, cold, all known",
        "≤ 150 ms, ≤ 100 MB",
        _within("count", 0.15, 100),
        "count",
    ),
    Budget("the same as known at half of the ledger", "≤ 0.7 s", _within("count-half", 0.7), "count-half"),
    Budget("listing rows as JSON", "≥ 200 k rows/s", _rate("listing", 200_000), "listing"),
    Budget("first row of a listing", "≤ 200 ms", _within("first-row", 0.2), "first-row"),
    Budget("status of one aggregate, cold", "≤ 1.2 × that at 1 k entries", _one, "one"),
    Budget("status of one aggregate, cold", "≤ 120 ms", _within("one", 0.12), "one"),
    Budget("--help", "≤ 2 × importing click", _start(HELP), "start"),
    Budget("--version", "≤ 2 × importing click", _start(VERSION), "start"),
    Budget("completion", "≤ 2 × importing click", _start(COMPLETION), "start"),
    Budget("one fact appended by command, cold", "≤ 180 ms", _within("append-cold", 0.18), "append-cold"),
    Budget("one durable append in process", "≥ 0.4 × raw sqlite3", _append, "append"),
    Budget("import from JSONL", "≥ 12 k/s, ≤ 400 MB", _rate("import", 12_000, 400), "import"),
    Budget("import of the untidy facts", "≥ 8 k/s, ≤ 400 MB", _rate("import-variant", 8_000, 400), "import-variant"),
    Budget("verify", "≥ 180 k/s, ≤ 200 MB", _rate("verify", 180_000, 200), "verify"),
    Budget("verify --full", "≥ 20 k/s, ≤ 400 MB", _rate("verify-full", 20_000, 400), "verify-full"),
    Budget("rebuild", "≥ 20 k/s, ≤ 400 MB", _rate("rebuild", 20_000, 400), "rebuild"),
    Budget("on disk, with traits", "≤ 1,000 bytes an entry", _disk, "disk"),
    Budget("what the last 1,000 entries taught", "≤ 250 ms", _within("known-1000", 0.25), "known-1000"),
    Budget("what changed in a month", "≤ 1 s", _within("month", 1), "month"),
    Budget("what is due within 90 days", "≤ 500 ms", _within("due", 0.5), "due"),
    *(
        Budget(f"first 100 rows of status by {by}", "≤ 300 ms", _within(f"by-{by}", 0.3), f"by-{by}")
        for by in ("status", "flag", "party", "title")
    ),
    Budget("search of two words", "≤ 2 s", _within("search", 2), "search"),
    Budget("check of everything", "≥ 20 k/s, ≤ 400 MB", _rate("check", 20_000, 400), "check"),
    *(
        Budget(what, "≤ 150 ms", _within(question, 0.15), question)
        for question, what in {
            "sign": "sign a checkpoint",
            "prove": "prove one entry",
            "answer": "check the proof of an answer",
        }.items()
    ),
    Budget("growth of an append from 10 k", "≤ 1.3 ×", _growth("append"), "append"),
    Budget("growth of an append from 10 k, disk of memory", "≤ 1.3 ×", _growth("append-ram"), "append-ram"),
    Budget("growth of status of one from 10 k", "≤ 1.3 ×", _growth("one"), "one"),
    Budget("append to a dialogue of 5,000 meetings", "≤ 1.5 × a short one", _long("dialogue"), "long"),
    Budget("append to a relationship of 20,000 entries", "≤ 1.5 × a short one", _long("relationship"), "long"),
]
__all__ = ["BUDGETS", "CLICK", "CLICK_SQLITE", "COMPLETION", "HELP", "OURS", "SHORT", "VERSION"]
