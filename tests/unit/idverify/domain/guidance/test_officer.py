"""What the officer and the citizen are told, in both languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pytest

from idverify.domain.consent import consent_texts
from idverify.domain.guidance.language import Text
from idverify.domain.guidance.officer import ACTIONS, ADVICE, FINGERS, officer_text
from idverify.domain.model import Action, Advice, FingerPosition, Language, NextStep
from tests.service_kit import BIRTH, packaged_catalogue


@pytest.mark.parametrize(
    ("table", "keys"), [(ACTIONS, set(Action)), (ADVICE, set(Advice)), (FINGERS, {None, *FingerPosition})]
)
def test_none_is_missing(table: Mapping[object, Text], keys: set[object]) -> None:
    assert set(table) == keys
    for both in table.values():
        texts = {language: both.in_language(language) for language in Language}
        assert set(texts) == set(Language)
        assert texts[Language.VI] != texts[Language.EN]
        assert all(unicodedata.is_normalized("NFC", text) and text.strip() == text for text in texts.values())


def test_a_capture_names_its_finger_and_says_how() -> None:
    step = NextStep(Action.CAPTURE, FingerPosition.LEFT_THUMB, (Advice.TOO_DRY,))
    assert officer_text(step, Language.EN) == (
        "Have the citizen place the left thumb on the scanner. The finger is dry: moisten it a little and press more."
    )
    assert "ngón cái trái" in officer_text(step, Language.VI)


def test_consent_names_the_agency_the_procedure_and_what_is_seen() -> None:
    procedure = packaged_catalogue().procedure(BIRTH)
    titles = {access.record_type: f"<{access.record_type}>" for access in procedure.records}
    texts = consent_texts(procedure, titles, "H05.12")
    assert {text.language for text in texts} == set(Language)
    for text in texts:
        assert all(part in text.text for part in ("H05.12", procedure.code, procedure.title, *titles.values()))
    assert len({text.sha256 for text in texts}) == len(texts)
