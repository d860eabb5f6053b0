"""The refusal of whatever needs a key that cannot be had."""

from __future__ import annotations

from idverify.domain.errors import DomainError, Reason


def keys_unavailable(cause: str, text: str) -> DomainError:
    """Return it; ``cause`` is stable, and stands in ``docs/keys.md``."""
    return DomainError(Reason.KEYS_UNAVAILABLE, text, {"cause": cause})
