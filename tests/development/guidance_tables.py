"""Tables of what clerks are told, in both languages, as ``docs/errors.md`` takes them in."""

from __future__ import annotations

from collections.abc import Iterable

from idverify.domain.guidance.actions import ACTION_TEXTS
from idverify.domain.guidance.causes import CAUSE_TEXTS
from idverify.domain.guidance.fields import FIELD_TEXTS
from idverify.domain.guidance.language import Text
from idverify.domain.guidance.officer import ADVICE, EXPIRED, MAY_BE_PASSED, officer_text, wait_text
from idverify.domain.guidance.reasons import FAILED_TEXT, REASON_TEXTS
from idverify.domain.model import Action, FingerPosition, Language, NextStep

_ADDED = [
    ("(one that may be passed)", MAY_BE_PASSED),
    ("(its time is over)", EXPIRED),
    ("(too many tries)", wait_text(30)),
]


def guidance_tables() -> dict[str, str]:
    """Return every block by its name, as Markdown without an end of line."""
    reasons = {reason.code: text for reason, text in REASON_TEXTS.items()} | {"INTERNAL": FAILED_TEXT}
    causes = CAUSE_TEXTS.items()
    return {
        "texts-reasons": _table("reason", reasons.items()),
        "texts-causes": _table("reason", ((f"{reason.code}: {cause}", text) for (reason, cause), text in causes)),
        "texts-fields": _table("field", FIELD_TEXTS.items()),
        "texts-actions": _table("method", ACTION_TEXTS.items()),
        "texts-steps": _table("action", [*((action.value, _officer(action)) for action in Action), *_ADDED]),
        "texts-advice": _table("advice", ((advice.value, text) for advice, text in ADVICE.items())),
    }


def _officer(action: Action) -> Text:
    step = NextStep(action, FingerPosition.RIGHT_INDEX if action is Action.CAPTURE else None)
    return Text(officer_text(step, Language.VI), officer_text(step, Language.EN))


def _table(what: str, texts: Iterable[tuple[str, Text]]) -> str:
    rows = [f"| `{code}` | {text.vi} | {text.en} |" for code, text in texts]
    return "\n".join((f"| {what} | Tiếng Việt | English |", "|---|---|---|", *rows))
