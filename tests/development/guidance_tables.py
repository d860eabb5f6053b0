"""Tables of what clerks are told, in both languages, as ``docs/errors.md`` takes them in."""

from __future__ import annotations

from collections.abc import Iterable

from idverify import texts
from idverify.domain.guidance.language import Text, worded
from idverify.domain.guidance.officer import advice_text, officer_text, wait_text
from idverify.domain.guidance.reasons import failed_text, reason_text
from idverify.domain.model import Action, Advice, FingerPosition, Language, NextStep
from idverify.domain.reasons import Reason


def guidance_tables() -> dict[str, str]:
    """Return every block by its name, as Markdown without an end of line."""
    reasons = {reason.code: reason_text(reason) for reason in Reason} | {"INTERNAL": failed_text()}
    causes = [name for name in texts.patterns("reasons", "vi") if "." in name]
    added = [
        ("(one that may be passed)", worded("officer", "may-be-passed")),
        ("(its time is over)", worded("officer", "expired")),
        ("(too many tries)", wait_text(30)),
    ]
    return {
        "texts-reasons": _table("reason", reasons.items()),
        "texts-causes": _table("reason", ((name.replace(".", ": "), worded("reasons", name)) for name in causes)),
        "texts-fields": _table("field", _every("fields")),
        "texts-actions": _table("method", _every("actions")),
        "texts-steps": _table("action", [*((action.value, _officer(action)) for action in Action), *added]),
        "texts-printing": _table("message", _every("printing")),
        "texts-advice": _table("advice", ((advice.value, advice_text(advice)) for advice in Advice)),
    }


def _every(file: str) -> list[tuple[str, Text]]:
    return [(name, worded(file, name)) for name, said in texts.patterns(file, "vi").items() if "$" not in said]


def _officer(action: Action) -> Text:
    step = NextStep(action, FingerPosition.RIGHT_INDEX if action is Action.CAPTURE else None)
    return Text(officer_text(step, Language.VI), officer_text(step, Language.EN))


def _table(what: str, rows: Iterable[tuple[str, Text]]) -> str:
    lines = [f"| `{code}` | {text.vi} | {text.en} |" for code, text in rows]
    return "\n".join((f"| {what} | Tiếng Việt | English |", "|---|---|---|", *lines))
