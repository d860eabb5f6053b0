"""What a clerk is told of a call that gave no answer: what was asked, why not, and what to do."""

from __future__ import annotations

from idverify.domain.errors import DomainError
from idverify.domain.guidance.actions import action_text
from idverify.domain.guidance.fields import field_text
from idverify.domain.guidance.language import worded
from idverify.domain.guidance.officer import advice_text, wait_text
from idverify.domain.guidance.reasons import failed_text, refused_text
from idverify.domain.model import Advice, Language
from idverify.domain.reasons import Reason

_ABOUT_A_FIELD = {Reason.FIELD_MISSING, Reason.FIELD_INVALID}


def refusal_text(error: DomainError | None, action: str, language: Language) -> str:
    """Return what a clerk is told.

    Args:
        error: why it was refused; None: the service failed.
        action: name of the method; one that is not ours, such as a look at the service's health, is left out.
        language: that they read.
    """
    told = [failed_text().in_language(language)] if error is None else _why(error, language)
    asked = action_text(action)
    return " ".join(told if asked is None else [f"{asked.in_language(language)}:", *told])


def _why(error: DomainError, language: Language) -> list[str]:
    told = [refused_text(error)]
    field = error.metadata.get("field", "")
    if error.reason in _ABOUT_A_FIELD and field:
        told.append(worded("reasons", "field-named", field=field_text(field)))
    if error.reason is Reason.SAMPLE_QUALITY_LOW:
        told += [advice_text(Advice(code)) for code in error.metadata.get("advice", "").split(",") if code]
    if error.reason is Reason.ATTEMPTS_EXCEEDED and (seconds := error.metadata.get("retry_seconds", "")):
        told.append(wait_text(int(seconds)))
    return [text.in_language(language) for text in told]
