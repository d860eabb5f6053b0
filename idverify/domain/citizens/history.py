"""What a citizen is told of what was asked about them: who, when, for what, with what outcome.

Figures, officers, other people and what is held against somebody are not theirs to see: an auditor reads the trail.
"""

from __future__ import annotations

from idverify.domain.guidance.language import Text, worded
from idverify.domain.guidance.reasons import reason_text
from idverify.domain.model import AuditEntry, AuditEvent, HistoryEntry, HistoryOutcome
from idverify.domain.reasons import Reason

MOST_ENTRIES = 1000

_OUTCOMES = {
    "MATCH": HistoryOutcome.CONFIRMED,
    "NO_MATCH": HistoryOutcome.NOT_CONFIRMED,
    "INCONCLUSIVE": HistoryOutcome.NOT_CONFIRMED,
    "REFUSED": HistoryOutcome.REFUSED,
    "ALARM": HistoryOutcome.REFUSED,
}
"""Of outcomes in the trail; whatever else stands there was done."""

_UNDECIDED = frozenset({"HELD", "EXPIRED"})
"""An act that waits for a second person, or waited too long: nothing has come of it for the citizen."""

_UNTOLD = frozenset({"PlaceLegalHold", "ReleaseLegalHold"})
"""Whatever comes of them: a hold is placed for somebody else, perhaps against the citizen."""

_WITHHELD = frozenset(
    {
        Reason.DUPLICATE_PERSON_SUSPECTED,
        Reason.SAME_FINGER_SUSPECTED,
        Reason.PRINTS_CONTRADICT,
        Reason.LEGAL_HOLD,
    }
)
"""Reasons that tell of another person, a legal hold, or a suspicion that is looked into. Of an alarm none is told."""


def history_entry(event: AuditEvent, *, merged: bool) -> HistoryEntry | None:
    """Return an event as the citizen whom it is about is told it; None: it is not told.

    Args:
        event: about them.
        merged: under an entry that was merged into theirs.
    """
    entry = event.entry
    if entry.action in _UNTOLD or entry.outcome in _UNDECIDED:
        return None
    disclosed = entry.details.get("disclosed")
    return HistoryEntry(
        event=event.sequence,
        time=entry.time,
        client=entry.caller,
        agency_code=entry.context.agency_code,
        procedure_code=entry.context.procedure_code,
        dossier_code=entry.context.dossier_code,
        action=entry.action,
        outcome=_OUTCOMES.get(entry.outcome, HistoryOutcome.DONE),
        reason=_reason(entry),
        # Each is its type, perhaps its source, and its version.
        disclosed=tuple(each.partition(":")[0] for each in disclosed) if isinstance(disclosed, list) else (),
        merged=merged,
    )


def outcome_text(entry: HistoryEntry) -> Text:
    """Return in words what came of it, and why it was refused."""
    text = worded("history", entry.outcome.value)
    if entry.reason is None:
        return text
    why = reason_text(entry.reason)
    return Text(f"{text.vi}: {_what(why.vi)}", f"{text.en}: {_what(why.en)}")


def _what(told: str) -> str:
    """Return the first sentence, which says what there is; the others tell the officer what to do."""
    return f"{told.partition('. ')[0].removesuffix('.')}."


def _reason(entry: AuditEntry) -> Reason | None:
    if entry.outcome != "REFUSED":
        return None
    reason = next((each for each in Reason if each.code == entry.details.get("reason")), None)
    return None if reason in _WITHHELD else reason
