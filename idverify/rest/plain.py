"""Answers that are one file, given as that file to whoever asks for it so: a proof to be kept, a page to be printed."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor

FILES: Mapping[str, tuple[str, str]] = {
    "idverify.v1.LogService.GetEventProof": ("proof", "text/plain"),
    "idverify.v1.ConfirmationService.PrintConfirmation": ("pdf", "application/pdf"),
    "idverify.v1.ConfirmationService.GetStatusList": ("jwt", "application/statuslist+jwt"),
}
"""Field and media type, by the full name of the method."""


def wants_file(method: MethodDescriptor, accept: str) -> bool:
    """Tell whether a client asks for the file and not for JSON: it names its media type (RFC 9110 section 12.5.1)."""
    known = FILES.get(method.full_name)
    return known is not None and known[1] in {part.partition(";")[0].strip().lower() for part in accept.split(",")}


def file_of(method: MethodDescriptor, answer: bytes) -> tuple[bytes, str]:
    """Return the file in an encoded answer, and its media type."""
    name, media_type = FILES[method.full_name]
    message = message_factory.GetMessageClass(method.output_type)()
    message.ParseFromString(answer)
    content = getattr(message, name)
    return content.encode() if isinstance(content, str) else content, media_type
