"""Writes the reference from the declarations, and never by hand: `python docs/generate.py`.

`--check` writes nothing, names every page that is stale, one a line, and ends with 1 where there is one. What
the commands are made from (`cli/commands.json`, `cli/words.json`) is written and checked with the pages.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import answers
import checks
import commands
import events
import tables

from engagement_ledger import domain
from engagement_ledger.cli import index

DOCS: Final = Path(__file__).resolve().parent
ROOT: Final = DOCS.parent
REFERENCE: Final = DOCS / "reference"
NOTE: Final = "<!-- Written by docs/generate.py from the declarations; do not edit. -->\n\n"

PAGES: Final[dict[str, Callable[[], str]]] = {
    "commands.md": commands.page,
    "events.md": events.page,
    "tables.md": tables.page,
    "exit-codes.md": tables.exit_codes,
    "checks.md": checks.page,
}


def wanted() -> Iterator[tuple[Path, str]]:
    """Every generated file with the text that it should hold."""
    yield index.INDEX, index.text()
    yield index.WORDS, index.words_text()
    yield ROOT / "domain" / "__init__.pyi", _names()
    yield ROOT / "domain" / "type_names.py", events.type_names()
    for name, page in PAGES.items():
        yield REFERENCE / name, NOTE + page().rstrip() + "\n"
    yield REFERENCE / "facts" / "facts.schema.json", _json(events.schema())
    yield REFERENCE / "facts" / "file.schema.json", _json(events.file_schema())
    yield REFERENCE / "facts" / "entry.schema.json", _json(events.entry_schema())
    for name, schema in answers.SCHEMAS.items():
        yield REFERENCE / "answers" / f"{name}.schema.json", _json(schema)


def _names() -> str:
    """What `engagement_ledger.domain` exports, for whoever checks types: at run time each name is looked up."""
    modules: dict[str, list[str]] = {}
    for name in dir(domain):
        modules.setdefault(getattr(domain, name).__module__.rpartition(".")[2], []).append(name)
    lines = ["# Written by docs/generate.py from the declarations; do not edit."]
    for module in sorted(modules):
        lines += [f"from .{module} import (", *(f"    {name} as {name}," for name in sorted(modules[module])), ")"]
    return "\n".join(lines) + "\n"


def _json(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def leftovers(files: set[Path]) -> list[Path]:
    """Files in the folder of the reference that nothing generates any more."""
    return sorted(one for one in REFERENCE.rglob("*") if one.is_file() and one not in files)


def main(arguments: list[str]) -> int:
    """Write the reference, or say what is stale."""
    files = dict(wanted())
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in [*stale, *leftovers(set(files))]:
            print(f"stale: {path.relative_to(ROOT)} (run python docs/generate.py)")
        return 1 if stale or leftovers(set(files)) else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    for path in leftovers(set(files)):
        path.unlink()
        print(f"removed {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
