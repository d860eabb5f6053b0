"""The one place where errors become gRPC statuses: ``google.rpc.Status`` with its details.

These are ErrorInfo and LocalizedMessage, and where they fit BadRequest and RetryInfo.
"""

from __future__ import annotations

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from idverify.dispatch.refusal import CODES, RETRY_SECONDS, Refusal
from idverify.domain.errors import DomainError, Kind
from idverify.domain.guidance.refusals import refusal_text
from idverify.domain.model import Language

ERROR_DOMAIN = "idverify"
INTERNAL_REASON = "INTERNAL"
_LONGEST_METADATA_VALUE = 256
_LONGEST_MESSAGE = 768
"""Bytes. A status travels in trailers, its message three times and once percent-encoded; clients take 8 KiB of them."""


def status_of(refusal: Refusal, action: str, language: Language) -> status_pb2.Status:
    """Return the status of a call that gave no answer.

    Args:
        refusal: why.
        action: name of the method that was called.
        language: that its caller reads.
    """
    if isinstance(refusal, DomainError):
        return domain_status(refusal, action, language)
    return internal_status(refusal.reference, action, language)


def domain_status(error: DomainError, action: str, language: Language) -> status_pb2.Status:
    """Return the status of a refusal: the reason with its metadata, the field at fault, and when to try again."""
    reason = error.reason
    metadata = {name: _cut(value, _LONGEST_METADATA_VALUE) for name, value in error.metadata.items()}
    message = _cut(error.message, _LONGEST_MESSAGE)
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=reason.code, domain=ERROR_DOMAIN, metadata=metadata),
        _localized(DomainError(reason, message, metadata), action, language),  # which may say the field
    ]
    if reason.kind is Kind.INVALID and "field" in metadata:
        violation = error_details_pb2.BadRequest.FieldViolation(
            field=metadata["field"], description=message, reason=reason.code
        )
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    seconds = int(metadata["retry_seconds"]) if "retry_seconds" in metadata else RETRY_SECONDS.get(reason.kind)
    if seconds is not None:
        details.append(error_details_pb2.RetryInfo(retry_delay=Duration(seconds=seconds)))
    return _status(code_pb2.Code.Value(CODES[reason.kind]), message, details)


def internal_status(request_id: str, action: str, language: Language) -> status_pb2.Status:
    """Return the status of a failure of our own. It says nothing about it: what is said there may be personal."""
    metadata = {"request_id": request_id} if request_id else {}
    info = error_details_pb2.ErrorInfo(reason=INTERNAL_REASON, domain=ERROR_DOMAIN, metadata=metadata)
    text = "the service failed; tell its operator the request_id and the time"
    return _status(code_pb2.INTERNAL, text, [info, _localized(None, action, language)])


def _localized(error: DomainError | None, action: str, language: Language) -> error_details_pb2.LocalizedMessage:
    text = refusal_text(error, action, language)
    return error_details_pb2.LocalizedMessage(locale=language.value, message=text)


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def _status(code: int, message: str, details: list[Message]) -> status_pb2.Status:
    return status_pb2.Status(code=code, message=message, details=[_packed(detail) for detail in details])


def _packed(message: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed
