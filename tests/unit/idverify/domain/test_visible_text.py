"""What a reader sees of a text, over the whole of Unicode."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from idverify.domain.visible_text import has_hidden, is_blank

BLANKS = [
    *("\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\u00a0", "\u2003", "\u3000", "\u1680", "\u0020"),
    *("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u061c", "\u180e", "\U000e0041", "\U0001d159"),
    *("\u0301", "\u0323", "\u20dd", "\u0903", "\ufe0f"),  # marks without a letter
    *("\n", "\x00", "\ue000", "\u0378"),
]


@pytest.mark.parametrize("blank", BLANKS, ids=lambda c: f"{ord(c):04X}")
def test_what_shows_nothing_is_blank(blank: str) -> None:
    assert is_blank(blank)
    assert is_blank(f" {blank}{blank} \u3164")
    assert not is_blank(f"{blank}A")


@pytest.mark.parametrize("name", ["Nguyễn Thị Thử", "Nguye\u0302\u0303n", "김", "ᄀ", "李", "O'", "7", "ก", "א"])
def test_names_are_seen_and_hide_nothing(name: str) -> None:
    assert not is_blank(name)
    assert not has_hidden(name)


def test_every_character_without_a_drawing_of_its_own_is_blank() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character)[0] in "CMZ":
            assert is_blank(character), f"{code:04X}"
        if unicodedata.category(character) == "Cf" and unicodedata.bidirectional(character) == "BN":
            assert has_hidden(character), f"{code:04X}"


def test_two_names_that_look_alike_are_told_apart() -> None:
    for hidden in ("\u3164", "\u2800", "\u200b", "\ufe0f", "\u1160"):
        assert has_hidden(f"An{hidden}")
