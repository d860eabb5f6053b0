"""Errors on the wire."""

from __future__ import annotations

import re
from typing import TypeVar

import pytest
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from idverify.domain.errors import DomainError, Kind, Reason
from idverify.domain.model import Advice, Language
from idverify.rpc.errors import domain_status, internal_status

Detail = TypeVar("Detail", bound=Message)


def _detail(status: status_pb2.Status, kind: type[Detail]) -> Detail | None:
    found = [detail for detail in status.details if detail.Is(kind.DESCRIPTOR)]
    if not found:
        return None
    (packed,) = found
    message = kind()
    packed.Unpack(message)
    return message


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_status_with_error_info(reason: Reason) -> None:
    status = domain_status(DomainError(reason, "do this", {"sample": "1"}), "Verify", Language.EN)
    info = _detail(status, error_details_pb2.ErrorInfo)
    assert info is not None
    assert (info.reason, info.domain, dict(info.metadata)) == (reason.code, "idverify", {"sample": "1"})
    # AIP-193.
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+[A-Z0-9]", info.reason)
    assert len(info.reason) <= 63
    assert status.message == "do this"
    assert status.code not in {code_pb2.OK, code_pb2.UNKNOWN, code_pb2.INTERNAL}
    retry = _detail(status, error_details_pb2.RetryInfo)
    assert (retry is not None) == (reason.kind in {Kind.UNAVAILABLE, Kind.EXHAUSTED})
    assert retry is None or retry.retry_delay.seconds > 0


def test_kinds_have_codes_of_their_own() -> None:
    codes = {
        kind: domain_status(DomainError(r, ""), "", Language.EN).code for kind in Kind for r in Reason if r.kind is kind
    }
    assert set(codes) == set(Kind)
    assert len(set(codes.values())) == len(Kind)


def test_a_field_at_fault_is_a_bad_request() -> None:
    status = domain_status(
        DomainError(Reason.FIELD_INVALID, "must be less", {"field": "page_size"}), "ListCitizens", Language.EN
    )
    bad = _detail(status, error_details_pb2.BadRequest)
    assert bad is not None
    (violation,) = bad.field_violations
    assert (violation.field, violation.description) == ("page_size", "must be less")


def test_a_status_fits_into_the_trailers_that_clients_take() -> None:
    error = DomainError(Reason.FIELD_INVALID, "ế" * 100_000, {"field": "ế" * 100_000})
    status = domain_status(error, "StartFindDuplicates", Language.VI)
    percent_encoded = 3 * len(status.message.encode())
    assert status.ByteSize() * 4 / 3 + percent_encoded < 8192
    assert status.message.endswith("ế")


def test_an_internal_error_has_a_reference_only() -> None:
    status = internal_status("11111111-1111-4111-8111-111111111111", "Verify", Language.EN)
    info = _detail(status, error_details_pb2.ErrorInfo)
    assert info is not None
    assert (status.code, info.reason) == (code_pb2.INTERNAL, "INTERNAL")
    assert dict(info.metadata) == {"request_id": "11111111-1111-4111-8111-111111111111"}


def test_a_refusal_says_to_the_clerk_what_was_asked_and_what_to_do() -> None:
    advice = {"advice": "TOO_WET,SMALL_AREA"}
    error = DomainError(Reason.SAMPLE_QUALITY_LOW, "too little ridge detail", advice)
    told = _detail(domain_status(error, "Verify", Language.EN), error_details_pb2.LocalizedMessage)
    assert told is not None
    assert told.locale == "en"
    assert told.message == (
        "Verify a citizen: The fingerprint is not clear enough. Take it again, or use another finger. "
        "The finger is wet: dry it and press less. Centre the finger and press a little more."
    )
    told = _detail(domain_status(error, "Verify", Language.VI), error_details_pb2.LocalizedMessage)
    assert told is not None
    assert told.locale == "vi"
    assert told.message.startswith("Xác minh công dân: Dấu vân tay không đủ rõ.")
    failed = _detail(internal_status("", "", Language.EN), error_details_pb2.LocalizedMessage)
    assert failed is not None
    assert failed.message.startswith("The system failed.")  # of what is not ours, such as health, there is no name


def test_the_longest_text_fits_into_the_trailers_too() -> None:
    metadata = {"advice": ",".join(advice.value for advice in Advice), "field": "x" * 300}
    error = DomainError(Reason.SAMPLE_QUALITY_LOW, "ế" * 1000, metadata)
    status = domain_status(error, "StartFindDuplicates", Language.VI)
    assert status.ByteSize() * 4 / 3 + 3 * len(status.message.encode()) < 8192
