"""What the officer and the citizen are told, in both languages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from idverify.domain.consent import consent_texts, title_of
from idverify.domain.guidance.agencies import NOBODY, agency_text
from idverify.domain.guidance.language import Text
from idverify.domain.guidance.officer import officer_text, unavailable_text, wait_text
from idverify.domain.model import (
    Action,
    Advice,
    FingerException,
    FingerFault,
    FingerPosition,
    Language,
    NextStep,
    Procedure,
    RecordType,
)
from tests.service_kit import BIRTH, BUSINESS, packaged_catalogue


def test_a_capture_names_its_finger_and_says_how() -> None:
    step = NextStep(Action.CAPTURE, FingerPosition.LEFT_THUMB, (Advice.TOO_DRY,))
    assert officer_text(step, Language.EN) == (
        "Have the citizen place the left thumb on the scanner. The finger is dry: moisten it a little and press more."
    )
    assert "ngón cái trái" in officer_text(step, Language.VI)


def test_a_finger_that_cannot_be_shown_says_why_and_until_when() -> None:
    bandaged = FingerException(FingerPosition.RIGHT_INDEX, FingerFault.BANDAGED, date(2026, 12, 4))
    assert unavailable_text(bandaged, Language.EN) == "The right index finger is bandaged until 4 December 2026."
    assert unavailable_text(bandaged, Language.VI) == "Ngón trỏ phải đang băng đến hết ngày 04/12/2026."
    missing = FingerException(FingerPosition.LEFT_THUMB, FingerFault.MISSING)
    assert unavailable_text(missing, Language.EN) == "The left thumb is missing."
    assert unavailable_text(missing, Language.VI) == "Ngón cái trái không có."


def test_one_second_is_one() -> None:
    assert wait_text(1) == Text("Chờ 1 giây trước khi so khớp vân tay.", "Wait one second before the comparison.")
    assert wait_text(1800).vi == "Chờ 1.800 giây trước khi so khớp vân tay."


def test_the_text_of_a_consent_changes_with_its_version_only() -> None:
    """What was agreed to is kept by version and digest: whoever mends a word gives it another version."""
    procedure = packaged_catalogue().procedure(BIRTH)
    titles = {access.record_type: Text("a", "b") for access in procedure.records}
    shown = consent_texts(procedure, titles, agency_text(NOBODY, "H05.12"))
    assert [(text.text_id, text.sha256[:16]) for text in shown] == [
        ("consent-1:1.001193", "a2de1a97df496548"),
        ("consent-1:1.001193", "270f6a402c27efa5"),
    ]


def test_consent_names_the_agency_the_procedure_and_what_is_seen() -> None:
    procedure = packaged_catalogue().procedure(BIRTH)
    titles = {
        access.record_type: Text(f"<{access.record_type}>", f"[{access.record_type}]") for access in procedure.records
    }
    texts = consent_texts(procedure, titles, agency_text({"H05.12": Text("Phường Một", "Ward One")}, "H05.12"))
    assert {text.language for text in texts} == set(Language)
    for text in texts:
        named = (title.in_language(text.language) for title in (title_of(procedure), *titles.values()))
        assert all(part in text.text for part in ("(H05.12)", procedure.code, *named))
    assert len({text.sha256 for text in texts}) == len(texts)
    english = next(text for text in texts if text.language is Language.EN)
    assert "Ward One (H05.12)" in english.text
    assert "Birth registration" in english.text
    assert "Đăng ký" not in english.text


def test_an_agency_that_nobody_named_is_called_by_its_code() -> None:
    assert agency_text({"H05.12": Text("Phường Một", "Ward One")}, "H05.13") == Text("H05.13", "H05.13")
    told = consent_texts(packaged_catalogue().procedure(BUSINESS), defaultdict(lambda: Text("", "")), None)
    assert "cơ quan đang tiếp nhận" in told[0].text


def test_what_is_packaged_has_a_name_in_english_and_what_has_none_keeps_its_own() -> None:
    catalogue = packaged_catalogue()
    items: list[Procedure | RecordType] = [*catalogue.procedures(), *catalogue.record_types()]
    for item in items:
        assert item.title_en.isascii()
        assert title_of(item).en == item.title_en != item.title
        assert title_of(replace(item, title_en="")).en == item.title
