"""What a clerk is told of what the policy keeps back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from idverify.domain.assurance import BY_FINGER, Factor, acr_of, reaches
from idverify.domain.guidance.language import Text, sentences, worded
from idverify.domain.model import RecordAccess, Verdict

TOLD = (
    Verdict.NOT_ENTITLED,
    Verdict.PURPOSE,
    Verdict.CONSENT_MISSING,
    Verdict.CONSENT_SCOPE,
    Verdict.ASSURANCE,
)
"""What an answer can tell; consent that is named and does not hold refuses the whole call."""

_PIN, _CARD = frozenset({Factor.PIN}), frozenset({Factor.IDENTITY_CARD})

_BESIDES: Mapping[frozenset[frozenset[Factor]], str] = {
    frozenset({_PIN}): "pin",
    frozenset({_CARD}): "sc",
    frozenset({_PIN, _CARD}): "either",
    frozenset({_PIN | _CARD}): "both",
}
"""By the sets of factors of which any is enough besides a finger; the match has ended the transaction at hand."""


def kept_back_text(
    access: RecordAccess, verdict: Verdict, fields: Collection[str], offered: AbstractSet[Factor]
) -> Text:
    """Return why fields of a record are kept back, and what the clerk can do.

    Args:
        access: what the procedure may see of it.
        verdict: a refusal.
        fields: that are kept back.
        offered: factors by which more could be reached.
    """
    text = worded("disclosing", f"kept-back-{verdict.value}")
    if verdict is not Verdict.ASSURANCE:
        return text
    needed = [assurance for name, assurance in access.field_assurance if name in fields]
    enough = [
        more
        for more in (_PIN, _CARD, _PIN | _CARD)
        if more <= offered and all(reaches(acr_of(BY_FINGER | more), each) for each in needed)
    ]
    ways = frozenset(more for more in enough if not any(less < more for less in enough))
    if ways not in _BESIDES:
        return text
    return sentences([text, worded("disclosing", f"besides-{_BESIDES[ways]}")])
