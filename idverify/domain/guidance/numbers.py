"""What is unusual about a citizen number, in words."""

from __future__ import annotations

from idverify.domain.guidance.language import Text, worded
from idverify.domain.model import NumberWarning


def warning_text(warning: NumberWarning) -> Text:
    """Return what is to be looked at once more; nobody is refused for it."""
    return worded("numbers", warning.value)
