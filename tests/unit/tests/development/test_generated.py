"""The generated blocks of the pages are fresh, and every block that can be made stands somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.development.generated import blocks, names, pages, refreshed


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_blocks_are_fresh(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert refreshed(text) == text, "run: python -m tests.development.generated"


def test_every_block_stands_on_a_page() -> None:
    used = [name for page in pages() for name in names(page.read_text(encoding="utf-8"))]
    assert sorted(used) == sorted(blocks())


def test_a_stale_block_is_written_over_and_the_rest_left_alone() -> None:
    name = "error-rates-summary"
    around = "before\n\n<!-- generated: {} -->\n{}<!-- end of generated -->\nafter | 1 |\n"
    fresh = around.format(name, blocks()[name] + "\n")
    assert refreshed(around.format(name, "")) == refreshed(around.format(name, "| stale |\n")) == fresh
    with pytest.raises(KeyError, match="nobody"):
        refreshed(around.format("nobody", ""))
