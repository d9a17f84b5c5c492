"""What the pages show is what happens: their sessions run, in order, in a scratch folder."""

import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
WRITTEN = [page for page in PAGES if "reference" not in page.parts]
SHOWS = [page for page in WRITTEN if re.search("^```(console|pycon)", page.read_text(encoding="utf-8"), re.MULTILINE)]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PICTURES = sorted(DOCS.rglob("*.svg"))


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", SHOWS, ids=named)
def test_a_session_prints_what_its_page_shows(page: Path, sessions: ModuleType) -> None:
    assert "\n".join(sessions.differences(page)) == ""


def test_the_pages_a_stranger_follows_show_sessions() -> None:
    how_tos = sorted((DOCS / "how-to").glob("*.md"))
    assert len(how_tos) >= 6
    assert {ROOT / "README.md", DOCS / "tutorial.md", *how_tos} <= set(SHOWS)


def page_with(tmp_path: Path, text: str) -> Path:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    return page


def test_a_session_that_shows_something_else_is_found(tmp_path: Path, sessions: ModuleType) -> None:
    sessions.ROOT = tmp_path
    try:
        wrong = page_with(tmp_path, "```console\n$ engage --version\nengage, version 9\n```\n")
        assert "+engage, version" in "\n".join(sessions.differences(wrong))
        silent = page_with(tmp_path, "```console\n$ engage --version\n```\n")
        assert list(sessions.differences(silent))
        right = page_with(tmp_path, "```console\n$ engage --version\nengage, version …\n```\n")
        assert list(sessions.differences(right)) == []
    finally:
        sessions.ROOT = ROOT


def test_a_session_of_python_that_shows_something_else_is_found(tmp_path: Path, sessions: ModuleType) -> None:
    sessions.ROOT = tmp_path
    try:
        right = page_with(tmp_path, "```pycon\n>>> one = 1\n>>> one + 1\n2\n```\n")
        assert list(sessions.differences(right)) == []
        wrong = page_with(tmp_path, "```pycon\n>>> one = 1\n>>> one + 1\n3\n```\n")
        assert list(sessions.differences(wrong))
    finally:
        sessions.ROOT = ROOT


def test_an_ellipsis_stands_for_part_of_one_line(sessions: ModuleType) -> None:
    assert sessions.matches(["known … UTC"], ["known 2026-02-03 09:00 UTC"])
    assert not sessions.matches(["known … UTC"], ["known 2026-02-03 09:00"])
    assert not sessions.matches(["…"], ["one", "two"])


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#{1,6} (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    outside_of_code = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    targets = [*LINK.findall(outside_of_code), *re.findall(r'(?:src|href|srcset)="([^"]+)"', outside_of_code)]
    for target in targets:
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{named(page)}: {target}"
        if anchor:
            assert anchor in anchors(there), f"{named(page)}: {target}"


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            there = (page.parent / target.partition("#")[0]).resolve()
            if there.suffix == ".md" and there not in seen:
                waiting.append(there)
    assert [named(page) for page in PAGES if page not in seen] == []


@pytest.mark.parametrize("picture", PICTURES, ids=named)
def test_pictures_are_well_formed_say_what_they_show_and_load_nothing(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314 - a file of this repository
    svg = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{svg}svg"
    assert root.get("viewBox")
    assert root.find(f"{svg}title") is not None
    assert root.find(f"{svg}desc") is not None
    assert "prefers-color-scheme: dark" in text
    assert re.findall(r"(?:href|src)=|url\((?!#)|@import|<script", text) == []


def test_there_are_pictures() -> None:
    assert len(PICTURES) >= 2


def test_no_page_names_a_place_on_somebodys_machine() -> None:
    for page in PAGES:
        found = re.findall(r"/(?:home|Users|tmp|work|root)/\S+", page.read_text(encoding="utf-8"))
        assert found == [], named(page)
