"""What is cited is looked for in its source: each document is read and folded once, however often it is cited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from faults.ledgers import asked, plain, unguarded

from engagement_ledger.domain.errors import NoWholeDigest, QuoteNotInSource, SourceNotArchived
from engagement_ledger.ledger import append as batch
from engagement_ledger.ledger.application import Ledger
from engagement_ledger.ledger.drafts import draft_of
from engagement_ledger.record.seals import AlteredSource

WORDS = [f"undertaking {number} of the parties" for number in range(200)]
NOWHERE = "sha256:" + "0" * 64


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    with Ledger(tmp_path / "l.ledger", create=True) as made:
        yield made


def archived(ledger: Ledger, content: str) -> str:
    return ledger.archive(content.encode(), title=None, media=None, language=None, by="mere")


def cited(stream: str, *citations: dict[str, str]) -> Any:
    raw = {
        "stream": f"dialogue:{stream}",
        "type": "dialogue.meeting-held/1",
        "occurred": "2026-02-05",
        "body": {"meeting": "1"},
        "sources": list(citations),
    }
    return draft_of(raw, recorded_by="mere", resolve=str)


def test_a_source_that_is_cited_often_is_folded_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    document = archived(ledger, " \n".join(WORDS))
    looked = {"folded": 0, "stands_in": 0}

    def counting(name: str) -> None:
        real = getattr(batch, name)

        def counted(*args: Any) -> Any:
            looked[name] += 1
            return real(*args)

        monkeypatch.setattr(batch, name, counted)

    counting("folded")
    counting("stands_in")
    quotes = [{"document": document, "quote": words} for words in WORDS]
    ledger.append(cited("a", *quotes), cited("b", *quotes, {"document": document}))
    assert looked == {"folded": 1, "stands_in": len(WORDS)}


def test_more_sources_than_are_remembered_are_all_looked_into(ledger: Ledger) -> None:
    documents = [archived(ledger, f"source {number} says so") for number in range(3 * batch._REMEMBERED)]
    every = [{"document": one, "quote": f"source {number} says so"} for number, one in enumerate(documents)]
    assert len(ledger.append(*(cited(f"d{number}", *every[::-1], *every) for number in range(2)))) == 2
    with pytest.raises(QuoteNotInSource):
        ledger.append(cited("e", *every, {"document": documents[0], "quote": "source 1 says so"}))
    with pytest.raises(SourceNotArchived):
        ledger.append(cited("e", *every, {"document": NOWHERE}))


def test_a_long_quote_with_a_prefix_is_looked_for_without_a_pattern(ledger: Ledger) -> None:
    """A pattern tries every blank anew, which took minutes under the write lock; here it is over at once."""
    text = "b " + "a " * 500_000
    document = archived(ledger, text)
    long = {"document": document, "prefix": "b a", "quote": ("a " * 20_000)[:-1], "suffix": "a"}
    assert ledger.append(cited("a", long))
    with pytest.raises(QuoteNotInSource):
        ledger.append(cited("b", {**long, "suffix": "b"}))


SHORT = "sha256:" + "0" * 63
WHOLE = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "document",
    [SHORT, "sha256:", f"sha256: {WHOLE}", f"SHA256:{WHOLE}", f"sha256:{WHOLE.upper()}", WHOLE, WHOLE.upper(),
     f"sha-256:{WHOLE}", f"sha256:{WHOLE}0", f"sha256:{WHOLE[:12]}…"],
)  # fmt: skip
def test_what_is_meant_as_a_digest_and_is_none_is_refused(document: str, ledger: Ledger) -> None:
    with pytest.raises(NoWholeDigest):
        ledger.append(cited("a", {"document": document, "quote": "what nobody looks for"}))


@pytest.mark.parametrize("document", ["SHA-256 explained", "https://example.org/sha256/abc", WHOLE[:63], "sha256sum"])
def test_a_title_that_only_speaks_of_digests_is_a_title(document: str, ledger: Ledger) -> None:
    assert ledger.append(cited("a", {"document": document}))[0].position == 1


def test_what_a_correction_cites_is_looked_for_too(ledger: Ledger) -> None:
    (receipt,) = ledger.append(cited("a"))
    digest = archived(ledger, WORDS[0])

    def corrected(**citation: str) -> Any:
        body = {"entry": receipt.entry_id, "changes": {"sources": [citation]}, "reason": "the source came later"}
        raw = {"stream": "dialogue:a", "type": "entry.corrected/1", "occurred": "2026-02-05", "body": body}
        return draft_of(raw, recorded_by="mere", resolve=str)

    with pytest.raises(NoWholeDigest):
        ledger.append(corrected(document=digest[:20]))
    with pytest.raises(SourceNotArchived):
        ledger.append(corrected(document=NOWHERE))
    with pytest.raises(QuoteNotInSource):
        ledger.append(corrected(document=digest, quote="what is not in it"))
    assert ledger.append(corrected(document=digest, quote=WORDS[0]))[0].position == 3


def test_a_source_that_was_changed_supports_nothing(ledger: Ledger) -> None:
    digest = archived(ledger, WORDS[0])
    with plain(Path(ledger.place)) as connection:
        unguarded(connection)
        connection.execute("UPDATE sources SET content = CAST('what was never said' AS BLOB)")
    with pytest.raises(AlteredSource):
        ledger.append(cited("a", {"document": digest, "quote": "what was never said"}))
    outcome = asked(Path(ledger.place), "source", "show", digest)
    assert (outcome.code, outcome.out) == (4, b"")


@pytest.mark.parametrize(
    "citation",
    [{"quote": " \n"}, {"quote": "\u00ad"}, {"prefix": "what is not in it"}, {"suffix": "what is not in it"},
     {"quote": " ", "prefix": "source"}],
)  # fmt: skip
def test_blanks_and_surroundings_alone_are_no_quote(citation: dict[str, str], ledger: Ledger) -> None:
    document = archived(ledger, "a source says so")
    with pytest.raises(QuoteNotInSource):
        ledger.append(cited("a", {"document": document, **citation}))
    assert ledger.append(cited("a", {"document": document, "quote": "says", "prefix": "source"}))
