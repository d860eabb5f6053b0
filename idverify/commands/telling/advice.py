"""What to do after a refusal, in terms of this command line, and what is told where no service told anything."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import worded
from idverify.domain.guidance.reasons import reason_text
from idverify.domain.model import Language
from idverify.domain.reasons import Reason
from idverify.texts import has

_OF_THE_CONNECTION = {
    "CERTIFICATE_VERIFY_FAILED": "connection-certificate",
    "is for another name or address": "connection-name",
    "WRONG_VERSION_NUMBER": "connection-no-tls",
    "it wants TLS": "connection-wants-tls",
    "it wants a certificate": "connection-wants-certificate",
    "does not take the caller's certificate": "connection-certificate-refused",
}
"""What is said where no connection came about, and what to do then."""

_AS_THE_SERVICE = {
    "DEADLINE_EXCEEDED": Reason.DEADLINE_EXCEEDED,
    "RESOURCE_EXHAUSTED": Reason.REQUEST_TOO_LARGE,
}
"""What gRPC says itself, where the service says the same of what it finds."""


def next_step(reason: str, metadata: Mapping[str, str], language: Language = Language.EN, message: str = "") -> str:
    """Return a hint, or nothing where the message says all."""
    name = _hint(reason, metadata, message)
    return worded("commands", name).in_language(language) if has("commands", name) else ""


def _hint(reason: str, metadata: Mapping[str, str], message: str) -> str:
    if reason == "UNAVAILABLE":
        for mark, name in _OF_THE_CONNECTION.items():
            if mark in message:
                return name
    if metadata.get("field", "").endswith("finger_position"):
        return "name-the-finger"
    if reason == Reason.CLIENT_NOT_AUTHORIZED.code and "cause" in metadata:
        return "another-person"
    return f"next-{reason}"


def local_text(reason: str, language: Language) -> str:
    """Return what a clerk is told where the refusal is not the service's; empty where nothing is said of it."""
    if reason in _AS_THE_SERVICE:
        return reason_text(_AS_THE_SERVICE[reason]).in_language(language)
    name = f"local-{reason}"
    return worded("commands", name).in_language(language) if has("commands", name) else ""
