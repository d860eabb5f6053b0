"""What the officer does next, in words: Vietnamese and English."""

from __future__ import annotations

from idverify.domain.guidance.language import Text, sentences, worded
from idverify.domain.model import Action, Advice, FingerException, FingerPosition, Language, NextStep


def advice_text(advice: Advice) -> Text:
    """Return how to take a clearer print."""
    return worded("officer", f"advice-{advice.value}")


def wait_text(seconds: int) -> Text:
    """Return how long nothing is compared."""
    return worded("officer", "wait", seconds=seconds)


def finger_text(finger: FingerPosition | None) -> Text:
    """Return which finger; None: any."""
    if finger is None:
        return worded("officer", "finger-any")
    return worded("officer", f"finger-{finger.name}")


def unavailable_text(finger: FingerException, language: Language) -> str:
    """Return which finger is not to be asked for, why, and until when, in one sentence."""
    which, why = finger_text(finger.position), worded("officer", f"fault-{finger.fault.value}")
    if finger.until:
        told = worded("officer", "unavailable-until", finger=which, fault=why, day=finger.until)
    else:
        told = worded("officer", "unavailable", finger=which, fault=why)
    sentence = told.in_language(language)
    return sentence[0].upper() + sentence[1:]


def officer_text(step: NextStep, language: Language) -> str:
    """Return what the officer does next, in whole sentences."""
    return sentences(_told(step)).in_language(language)


def _told(step: NextStep) -> list[Text]:
    if step.action is Action.CAPTURE:
        told = [worded("officer", "action-CAPTURE", finger=finger_text(step.finger))]
    else:
        told = [worded("officer", f"action-{step.action.value}")]
    if step.may_be_passed:
        told.append(worded("officer", "may-be-passed"))
    if step.expired:
        told.append(worded("officer", "expired"))
    if step.wait_seconds:
        told.append(wait_text(step.wait_seconds))
    return told + [advice_text(advice) for advice in step.advice]
