"""Does the audit say what the ledger says, to a person, and does text from the ledger do nothing in it?

Cost: a few small ledgers, some seconds.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from faults.ledgers import asked, eventful, fact, opened, plain, settled, unguarded, with_key

from engagement_ledger.reports.document import Bars, Document, Section, Table, as_html, as_markdown

EVIL = "<script>alert(1)</script> | [x](javascript:y) \x1b[31m\u202e `a` # _b_"


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "l"
    eventful(path, commitments=8)
    with opened(path) as ledger:
        ledger.append(fact("made", "evil", text=EVIL.replace("\x1b", ""), envelope={"note": "x"}))
        receipts = ledger.append(fact("made", "late", on="2020-01-01"))
        ledger.append(fact("entry.retracted/1", "late", entry=receipts[0].entry_id, reason="<b>never</b> true"))
        (receipt,) = ledger.append(fact("made", "corrected", on="2018-08-08"))
        changes = {"occurred": "2019-05-05"}
        ledger.append(fact("entry.corrected/1", "corrected", entry=receipt.entry_id, changes=changes, reason="misread"))
    settled(path)
    return path


@pytest.fixture
def path(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = with_key(made_once, tmp_path, monkeypatch)
    asked(path, "checkpoint", "create", "--name", "here", "-o", str(tmp_path / "kept"))
    return path


def written(path: Path, name: str, *words: str, code: int = 0) -> str:
    outcome = asked(path, "audit", "-o", str(path.with_name(name)), *words)
    assert outcome.code == code, outcome
    return path.with_name(name).read_text(encoding="utf-8")


def test_a_report_says_what_the_ledger_says_in_both_forms(path: Path) -> None:
    verified = asked(path, "verify", "--json").json
    whole = asked(path, "log", "--json", "--as-recorded").json["entries"]
    put_right = [one for one in whole if one["type"].startswith("entry.")]
    assert put_right
    for name in ("report.html", "report.md"):
        report = written(path, name, "--against", str(path.with_name("kept")))
        text = " ".join(Page(report).words) if name.endswith("html") else report.replace("\\", "")
        assert verified["root"] in text
        assert f"its first {verified['size']} entries are those of" in text
        assert "signed by: mfa.example/ledger" in text
        assert "here" in text
        for one in put_right:
            assert f"#{one['position']}" in text
            assert one["body"]["reason"] in text
        late = text.partition("Late arrivals")[2].partition("Corrections and retractions")[0]
        assert "2019-05-05" in late, "the date that a correction gave it"
        assert "2018-08-08" not in late
        assert "2020-01-01" not in late, "it was never true"
        assert "Certification" in text
        for finding in asked(path, "check", "--json").json["findings"]:
            assert finding["message"] in text


def test_a_page_needs_nothing_and_runs_nothing(path: Path) -> None:
    page = Page(written(path, "report.html"))
    assert "script" not in page.tags
    assert {"svg", "table"} <= set(page.tags)
    assert not [one for one in page.attributes if one[0] in ("src", "href") or one[0].startswith("on")]
    assert "<b>never</b> true" in " ".join(page.words), "text is text"


def test_text_of_a_ledger_does_nothing_in_a_report() -> None:
    document = Document(EVIL, [Section(EVIL, [EVIL, Table((EVIL,), [(EVIL,)]), Bars(EVIL, [(EVIL, 1)])])])
    page = as_html(document)
    assert "script" not in Page(page).tags
    for one in ("\x1b", "\u202e"):
        assert one not in page
        assert one not in as_markdown(document)
    assert "<script>" not in as_markdown(document)
    assert "[x](" not in as_markdown(document)
    rows = [re.sub(r"\\.", "", line) for line in as_markdown(document).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {2, 3}, "no bar of a cell divides it"


def test_an_altered_ledger_is_reported_as_one(path: Path) -> None:
    with plain(path) as connection:
        unguarded(connection)
        connection.execute("UPDATE groups SET recorded = recorded + 1 WHERE last = (SELECT min(last) FROM groups)")
    report = written(path, "report.md", code=4)
    assert "No: " in report
    assert "Yes, as far" not in report


def test_another_ledger_is_not_reported_as_this_one(path: Path) -> None:
    other = path.with_name("other")
    with opened(other, create=True) as ledger:
        ledger.append(fact("made", "a"))
    outcome = asked(other, "audit", "-o", str(path.with_name("report.md")), "--against", str(path.with_name("kept")))
    assert (outcome.code, path.with_name("report.md").exists()) == (4, False)


def test_a_report_of_an_empty_ledger_and_of_another_ending(tmp_path: Path) -> None:
    assert asked(tmp_path / "l", "init").code == 0
    assert "There are none." in written(tmp_path / "l", "report.md")
    assert asked(tmp_path / "l", "audit", "-o", str(tmp_path / "report.pdf")).code == 2
