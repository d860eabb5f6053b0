"""One word, one thing: what people read in Vietnamese has the words of the glossary, and none of those beside them."""

from __future__ import annotations

import re

import pytest

from idverify import texts
from tests.places import DOCS

GLOSSARY = DOCS / "vi" / "thuat-ngu.md"
HANDBOOKS = ("so-tay-can-bo.md", "quan-tri-vien.md")
LINK_OR_CODE = re.compile(r"\]\([^)]*\)|```.*?```|`[^`]*`", re.DOTALL)
NEW_TONE_MARKS = re.compile(r"(?<![qQ])[uU][ýỳỷỹỵ]\b|[oO][àáảãạèéẻẽẹ]\b")
"""As in "hoà"; official texts, and these, have "hòa"."""


def terms() -> dict[str, list[str]]:
    """Return the words of the glossary, each with those that are not to stand for it."""
    rows = re.findall(r"^\|(.+)\|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return {
        right: [word.strip() for word in wrong.split(",") if word.strip()]
        for _, right, wrong, _ in cells
        if right not in {"dùng", "---"}
    }


TERMS = terms()
NOT_SAID = [word for wrong in TERMS.values() for word in wrong]


def spoken() -> dict[str, str]:
    """Return everything that is said in Vietnamese, by where it stands."""
    pages = {page: (DOCS / "vi" / page).read_text(encoding="utf-8") for page in HANDBOOKS}
    handbooks = {page: LINK_OR_CODE.sub("", text) for page, text in pages.items()}
    return handbooks | {file: "\n".join(texts.patterns(file, "vi").values()) for file in texts.files()}


@pytest.mark.parametrize("where", spoken())
def test_nothing_has_a_second_name(where: str) -> None:
    said = spoken()[where]
    assert [word for word in NOT_SAID if re.search(rf"\b{word}\b", said, re.IGNORECASE)] == []
    assert NEW_TONE_MARKS.findall(said) == []


def test_the_handbook_calls_what_is_on_the_page_as_the_page_does() -> None:
    handbook = (DOCS / "vi" / "so-tay-can-bo.md").read_text(encoding="utf-8")
    named = {name for name in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", handbook) if name[0].isupper()}
    assert len(named) > 15
    assert named - set(texts.patterns("page", "vi").values()) == set()


def test_the_glossary_is_one() -> None:
    assert len(TERMS) > 40
    assert not set(NOT_SAID) & {part for right in TERMS for part in right.split(", ")}
