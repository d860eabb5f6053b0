"""What each method does, as a clerk would call it; by its name, which is the action in the audit trail."""

from __future__ import annotations

from idverify.domain.guidance.language import Text, worded
from idverify.texts import has


def action_text(action: str) -> Text | None:
    """Return what a method does; None: it is none of ours, such as a look at the service's health."""
    return worded("actions", action) if has("actions", action) else None
