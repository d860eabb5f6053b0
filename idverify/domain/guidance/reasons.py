"""What a clerk is told of a refusal, by its reason: what happened, and what to do. ``docs/errors.md`` has the table.

For whoever stands at the counter; what an integrator needs stands with the reason itself.
"""

from __future__ import annotations

import re

from idverify.domain.errors import DomainError
from idverify.domain.guidance.language import Text, worded
from idverify.domain.reasons import Reason
from idverify.texts import has

_OF_A_CAUSE = ("cause", "field", "missing_factors")
"""What a reason's metadata may have, by which one reason has several remedies."""

_NO_LETTER_OF_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


def reason_text(reason: Reason) -> Text:
    """Return what is told of a reason whose cause is not known."""
    return worded("reasons", reason.code)


def failed_text() -> Text:
    """Return what is told of a failure of the service itself, which has no reason."""
    return worded("reasons", "INTERNAL")


def refused_text(error: DomainError) -> Text:
    """Return what is told of a refusal: by its cause, where its reason has a remedy for that."""
    for name in _OF_A_CAUSE:
        form = _NO_LETTER_OF_A_NAME.sub("_", error.metadata.get(name, ""))
        if form and has("reasons", f"{error.reason.code}.{form}"):
            return worded("reasons", f"{error.reason.code}.{form}")
    return reason_text(error.reason)
