"""The pages: all listed, every link leads somewhere, every file, module and command that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.places import DOCS, REPOSITORY

FRONT = [REPOSITORY / name for name in ("README.md", "README.vi.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES = sorted(DOCS.rglob("*.md"))


def links(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]


def anchors(page: Path) -> set[str]:
    """Anchors of the headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_page_is_listed() -> None:
    listed = {(DOCS / target).resolve() for target in links(DOCS / "README.md")}
    assert set(PAGES) - listed == {DOCS / "README.md"}


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in [*FRONT, *PAGES] for target in links(page)}
    assert {path for path in (DOCS / "pictures").iterdir() if path not in shown} == set()


@pytest.mark.parametrize("page", [*FRONT, *PAGES], ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), link
        assert not anchor or anchor in anchors(path), link
