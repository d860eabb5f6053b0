"""What a clerk is told of a call that gave no answer: what was asked, why not, and what to do."""

from __future__ import annotations

from idverify.domain.errors import DomainError
from idverify.domain.guidance.actions import ACTION_TEXTS
from idverify.domain.guidance.causes import CAUSE_TEXTS
from idverify.domain.guidance.fields import field_text
from idverify.domain.guidance.language import Text
from idverify.domain.guidance.officer import ADVICE, wait_text
from idverify.domain.guidance.reasons import FAILED_TEXT, REASON_TEXTS
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
    told = [FAILED_TEXT.in_language(language)] if error is None else _why(error, language)
    asked = ACTION_TEXTS.get(action)
    return " ".join(told if asked is None else [f"{asked.in_language(language)}:", *told])


def _why(error: DomainError, language: Language) -> list[str]:
    told = [_text(error).in_language(language)]
    field = error.metadata.get("field", "")
    if error.reason in _ABOUT_A_FIELD and field:
        words = field_text(field)
        told.append(Text(f"Mục: {words.vi}.", f"It is: {words.en}.").in_language(language))
    if error.reason is Reason.SAMPLE_QUALITY_LOW:
        told += [
            ADVICE[Advice(code)].in_language(language) for code in error.metadata.get("advice", "").split(",") if code
        ]
    if error.reason is Reason.ATTEMPTS_EXCEEDED and (seconds := error.metadata.get("retry_seconds", "")):
        told.append(wait_text(int(seconds)).in_language(language))
    return told


def _text(error: DomainError) -> Text:
    for name in ("cause", "field", "missing_factors"):
        if (text := CAUSE_TEXTS.get((error.reason, error.metadata.get(name, "")))) is not None:
            return text
    return REASON_TEXTS[error.reason]
