"""Which language a caller is told in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.guidance.language import Text, language_asked
from idverify.domain.model import Language


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("", "vi"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN", "en"),
        ("vi-VN,en;q=0.9", "vi"),
        ("en,vi", "en"),
        ("vi;q=0.5, en;q=0.8", "en"),
        ("vi;q=0.8, en;q=0.8", "vi"),
        ("fr, en;q=0.3", "en"),
        ("fr", "vi"),
        ("*", "vi"),
        ("en;q=0", "vi"),
        ("en;q=0, vi;q=0", "vi"),
        ("en;q=1.000", "en"),
        ("vi;q=0.9,en;q=7", "en"),
        ("en;q=", "vi"),
        ("en;q=nan", "vi"),
        ("en;q=-1", "vi"),
        ("en;q=²", "vi"),
        ("en;level=1", "vi"),
        ("english", "vi"),
        ("fr," * 200 + "en", "vi"),
    ],
)
def test_the_language_of_the_highest_weight_is_taken(asked: str, got: str) -> None:
    assert language_asked(asked).value == got


@given(st.text())
def test_whatever_is_sent_there_is_a_language(asked: str) -> None:
    assert language_asked(asked) in Language


def test_a_text_is_there_in_each_language() -> None:
    text = Text("Xin chào", "Hello")
    assert [text.in_language(language) for language in Language] == ["Xin chào", "Hello"]
