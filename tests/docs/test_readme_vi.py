"""README.vi.md has the parts of README.md, its commands, its pictures and its links."""

from __future__ import annotations

import re

from tests.places import REPOSITORY

TEXTS = [(REPOSITORY / name).read_text(encoding="utf-8") for name in ("README.md", "README.vi.md")]


def commands(text: str) -> list[str]:
    """Lines of blocks of code, without what is said about them."""
    lines = "\n".join(re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)).splitlines()
    return [re.sub(r"\s+# .*| --lang vi", "", line) for line in lines]


def links(text: str) -> set[str]:
    every = re.findall(r"\]\(([^)\s]+)\)", text)
    return {link for link in every if "/vi/" not in link and not link.startswith("README")}


def test_it_has_the_same_parts_in_the_same_order() -> None:
    english, vietnamese = (re.findall(r"^(#+) .", text, re.MULTILINE) for text in TEXTS)
    assert vietnamese == english


def test_it_has_the_same_commands_and_output() -> None:
    english, vietnamese = map(commands, TEXTS)
    assert vietnamese == english


def test_it_leads_where_the_other_does() -> None:
    english, vietnamese = map(links, TEXTS)
    assert vietnamese == english
