"""What dominates? Samples of a program by py-spy, where it is installed, told as shares of the time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from measuring import environment, run
from peers import tool

_FRAME = re.compile(r"^(?P<name>.+?) \((?P<file>[^():]+)(?::\d+)?\)$")
_SCAFFOLD = re.compile(
    r"<module>|frozen|\((core|main|spawn|process|contextlib|popen_\w+|engage|application)(\.py)?\)|spawn_main"
)
MOST = 10


def profile(command: Sequence[str], work: Path, codes: tuple[int, ...] = (0,), waiting: bool = False) -> list[str]:
    """Where the time of a command goes: alone, and with all that is called from there; `waiting`: for disks as well."""
    spy = tool("py-spy")
    if spy is None:
        return ["No profile: py-spy is not installed."]
    out = work / "profile.txt"
    options = ["record", "--rate", "200", "--subprocesses", "--format", "raw", "--output", str(out)]
    options += ["--idle"] if waiting else []
    run([spy, *options, "--", *command], codes=(*codes, 0, 1), env=environment())
    alone: Counter[str] = Counter()
    below: Counter[str] = Counter()
    total = imports = 0
    for line in out.read_text(encoding="utf-8").splitlines():
        stack, _, number = line.rpartition(" ")
        frames = [_short(frame) for frame in stack.split(";") if not frame.startswith("process ")]
        samples = int(number)
        total += samples
        imports += samples if any("_find_and_load" in frame for frame in frames) else 0
        if frames:
            alone[frames[-1]] += samples
            below.update(dict.fromkeys(frames, samples))
    if not total:
        return ["No profile: too short to be sampled."]
    return [
        f"py-spy, {total} samples of all processes together. Alone: " + _shares(alone, total) + ".",
        "",
        f"Importing modules: {100 * imports / total:.0f} %. With what they call: "
        + _shares(Counter({name: number for name, number in below.items() if not _SCAFFOLD.search(name)}), total)
        + ".",
    ]


def _short(frame: str) -> str:
    found = _FRAME.match(frame)
    if not found:
        return frame
    path = Path(found["file"])
    name = "/".join(path.parts[-2:]) if path.name in ("__init__.py", "connection.py") else path.name
    return f"{found['name']} ({name})"


def _shares(found: Counter[str], total: int) -> str:
    return ", ".join(f"`{name}` {100 * number / total:.0f} %" for name, number in found.most_common(MOST))
