"""How does a command write an answer that is a whole document? As text, as Markdown or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, Any, Final

import click

from .common import written
from .printing import echo, escaped, terminal_width, visible

if TYPE_CHECKING:
    from ..reports.document import Document

documents: Final = written(("text", "md", "json"), "text", "Default: text, or as FILE ends.")
"""--json, --format and -o."""


def write_document(answer: Mapping[str, Any], made: Callable[[], Document], form: str, out: IO[str]) -> None:
    """Write what was answered; `made` gives it as a document for people."""
    from ..reports.document import as_markdown, as_text

    if form == "json":
        out.write(escaped(json.dumps(answer, ensure_ascii=False)) + "\n")
        return
    document = made()
    if form == "md":
        out.write(as_markdown(document))
        return
    headings = {section.heading for section in document.sections}
    for line in as_text(document, terminal_width(out) or 80):
        echo(click.style(visible(line), bold=True) if line in headings else visible(line), out)
