"""What is the text of a document, in which a quote is looked for? Of plain text, HTML and PDF; of others there is none.

A document is what somebody sends, so how much is read of it is bounded, and no name in it leads anywhere.
"""

from __future__ import annotations

import io
import mimetypes
from pathlib import PurePath
from typing import Any, Final

from ..domain.limits import LARGEST_HTML, LARGEST_TEXT, MOST_PAGES, MOST_TAGS, mebibytes
from ..domain.refusal import Refusal
from .visible_text import visible_text

_OF_TEXT: Final = ("text/plain", "text/markdown", "text/csv", "application/json")


class NoTextToQuote(Refusal):
    """A document has no text that is read here, so that no quote of it can be checked."""

    def __init__(self, document: str, why: str, remedy: str = "cite it without a quote") -> None:
        super().__init__(f"no quote of {document} can be checked", why, remedy)


def media_of(name: str) -> str:
    """The media type that the ending of a file's name says; bytes of no kind where it says none."""
    ending = PurePath(name).suffix.lower()
    if ending in ("", ".txt", ".text"):
        return "text/plain"
    return mimetypes.guess_type(f"x{ending}", strict=False)[0] or "application/octet-stream"


def text_of(content: bytes, media: str | None, document: str) -> str:
    """The text of a document; raises NoTextToQuote. `media` may name a charset; without one it is UTF-8."""
    kind, _, rest = (media or "text/plain").partition(";")
    kind = kind.strip().lower()
    if kind == "application/pdf":
        return _of_pdf(content, document)
    if kind not in (*_OF_TEXT, "text/html", "application/xhtml+xml"):
        raise NoTextToQuote(document, f"it is {kind}: text is read of plain text, HTML and PDF")
    text = _decoded(content, rest, document)
    return text if kind in _OF_TEXT else _visible(text, document)


def _decoded(content: bytes, parameters: str, document: str) -> str:
    charset = "utf-8"
    for one in parameters.split(";"):
        name, _, value = one.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"')
    try:
        return content.decode(charset, "replace")
    except LookupError:
        raise NoTextToQuote(document, f"its charset is given as {charset[:40]!r}, which is not known") from None


def _visible(text: str, document: str) -> str:
    if len(text) > LARGEST_HTML:
        raise NoTextToQuote(document, f"it is HTML of more than {mebibytes(LARGEST_HTML)}")
    if text.count("<") > MOST_TAGS:
        raise NoTextToQuote(document, f"it is HTML of more than {MOST_TAGS:,} tags")
    return visible_text(text)


def _of_pdf(content: bytes, document: str) -> str:
    try:
        from pypdf import PdfReader
    except ImportError:
        raise NoTextToQuote(
            document, "reading PDF takes a part that is not installed", "pip install 'engagement-ledger[pdf]'"
        ) from None
    parts: list[str] = []
    size = 0
    try:
        pages: Any = PdfReader(io.BytesIO(content)).pages
        if len(pages) > MOST_PAGES:
            raise NoTextToQuote(document, f"it has {len(pages)} pages; of at most {MOST_PAGES} the text is read")
        for page in pages:
            parts.append(page.extract_text())
            size += len(parts[-1])
            if size > LARGEST_TEXT:
                raise NoTextToQuote(document, f"its text is larger than {mebibytes(LARGEST_TEXT)}")
    except Refusal:
        raise
    except Exception as error:  # a damaged PDF brings up anything
        raise NoTextToQuote(document, f"it is no PDF that can be read: {type(error).__name__}") from error
    return "\n".join(parts)
