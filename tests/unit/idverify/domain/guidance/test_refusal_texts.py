"""What a clerk is told of a refusal: why, by reason and cause, and which of the things that they filled in."""

from __future__ import annotations

from dataclasses import fields

import pytest

from idverify.client.offline.rejection import Rejection
from idverify.domain.errors import DomainError
from idverify.domain.guidance.refusals import refusal_text
from idverify.domain.model import FingerException, Language, PersonalData
from idverify.domain.reasons import Reason
from idverify.texts import patterns


def told(reason: Reason, metadata: dict[str, str], action: str = "", language: Language = Language.VI) -> str:
    return refusal_text(DomainError(reason, "precise", metadata), action, language)


def test_a_wrong_field_is_named_in_words() -> None:
    wrong = {"field": "personal_data.birth_date"}
    assert told(Reason.FIELD_INVALID, wrong, "EnrolCitizen") == (
        "Đăng ký công dân: Có thông tin không đúng. Hãy sửa rồi gửi lại. "
        "Mục: ngày sinh (năm-tháng-ngày hoặc chỉ năm, từ 1900 đến hôm nay)."
    )
    assert "It is: date of birth" in told(Reason.FIELD_INVALID, wrong, language=Language.EN)
    assert "Mục: băng đến ngày nào" in told(Reason.FIELD_INVALID, {"field": "finger_exceptions.until"})
    assert "Mục: dấu vân tay." in told(Reason.FIELD_MISSING, {"field": "samples[3]"})


def test_a_field_that_nobody_fills_in_is_its_path() -> None:
    assert told(Reason.FIELD_INVALID, {"field": "card.data_groups[2].number"}).endswith(
        "Mục: card.data_groups[2].number."
    )
    assert "Mục" not in told(Reason.FIELD_INVALID, {})
    assert "Mục" not in told(Reason.IDENTIFIER_MALFORMED, {"field": "citizen_number"})


def test_what_is_entered_of_a_citizen_has_words() -> None:
    assert {field.name for field in fields(PersonalData)} <= set(patterns("fields", "vi"))
    assert {field.name for field in fields(FingerException)} <= set(patterns("fields", "vi"))


@pytest.mark.parametrize(
    ("reason", "metadata", "vi", "en"),
    [
        (Reason.CLIENT_NOT_AUTHORIZED, {"cause": "SAME_OFFICER"}, "cán bộ khác", "another officer"),
        (Reason.CLIENT_NOT_AUTHORIZED, {"cause": "SAME_CLIENT"}, "trên máy khác", "another workstation"),
        (Reason.CLIENT_NOT_AUTHORIZED, {"cause": "OWN_ENTRY"}, "quản trị viên khác", "another administrator"),
        (Reason.CLIENT_NOT_AUTHORIZED, {}, "hỏi người vận hành", "Ask the operator"),
        (Reason.TRANSACTION_MISMATCH, {"field": "citizen_number"}, "Số định danh khác", "Enter that one"),
        (Reason.TRANSACTION_MISMATCH, {"field": "nonce"}, "Hãy mở lại giao dịch", "Open the transaction"),
        (Reason.ASSERTION_INVALID, {"cause": "SUBJECT"}, "kiểm tra lại số định danh", "Check the citizen number"),
        (Reason.ASSERTION_INVALID, {"cause": "REVOKED"}, "đã bị thu hồi", "was revoked"),
        (Reason.ASSERTION_INVALID, {"cause": "DOSSIER"}, "hồ sơ khác", "another dossier"),
        (Reason.ASSERTION_INVALID, {"cause": "EXPIRED"}, "đã hết hạn", "no longer valid"),
        (Reason.ASSURANCE_UNREACHABLE, {"missing_factors": "pin"}, "mã PIN", "a PIN too"),
        (Reason.ASSURANCE_UNREACHABLE, {"missing_factors": "sc"}, "thẻ căn cước", "identity card too"),
        (Reason.ASSURANCE_UNREACHABLE, {"missing_factors": "sc,pin"}, "cả thẻ căn cước và mã PIN", "Take both"),
        (Reason.ASSURANCE_UNREACHABLE, {"missing_factors": "sc", "cause": "NOT_OFFERED"}, "cách khác", "other means"),
        (Reason.SAMPLE_INVALID, {"cause": "EXTENT"}, "từng ngón một", "one finger at a time"),
        (Reason.ATTEMPTS_EXCEEDED, {"retry_seconds": "30"}, "Chờ 30 giây", "Wait 30 seconds"),
        (Reason.PRINTS_CONTRADICT, {}, "không cho thấy điều này", "do not show this"),
    ],
)
def test_each_cause_has_its_remedy(reason: Reason, metadata: dict[str, str], vi: str, en: str) -> None:
    assert vi in told(reason, metadata)
    assert en in told(reason, metadata, language=Language.EN)


@pytest.mark.parametrize("cause", Rejection)
def test_no_confirmation_is_told_to_be_used_in_five_minutes(cause: Rejection) -> None:
    assert "năm phút" not in told(Reason.ASSERTION_INVALID, {"cause": cause.value}, "PrintConfirmation")
