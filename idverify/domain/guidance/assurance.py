"""The rules of assurance, in words: what was shown, and what that amounts to."""

from __future__ import annotations

from idverify.domain.assurance import Assurance
from idverify.domain.guidance.language import Text, worded


def assurance_text(reached: Assurance) -> Text:
    """Return what was shown, and which level of the decree it reaches."""
    return worded("assurance", reached.value)


def no_biometric_text() -> Text:
    """Return the same where two officers vouched."""
    return worded("assurance", "no-biometric")
