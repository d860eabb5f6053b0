"""What a clerk may do where a source was silent."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from idverify.domain.guidance.language import Text, worded
from idverify.domain.model.owners import Fault


class Recourse(Enum):
    """A way on."""

    PAPER = "PAPER"
    LATER = "LATER"
    OTHER_OFFICE = "OTHER_OFFICE"


RECOURSES: Mapping[Fault, tuple[Recourse, ...]] = {
    Fault.SLOW: (Recourse.LATER, Recourse.PAPER),
    Fault.UNREACHABLE: (Recourse.LATER, Recourse.PAPER),
    Fault.RESTING: (Recourse.LATER, Recourse.PAPER),
    Fault.REFUSED: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.SIGNATURE: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.WRONG_PERSON: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.WRONG_ANSWER: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.STALE: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.MALFORMED: (Recourse.PAPER, Recourse.OTHER_OFFICE),
}
"""Best first. What is wrong with an answer does not pass by waiting: the office that keeps the record mends it."""


def recourse_text(recourse: Recourse) -> Text:
    """Return a way on in words."""
    return worded("sources", f"recourse-{recourse.value}")


def fault_text(fault: Fault) -> Text:
    """Return in words why a source was silent."""
    return worded("sources", f"fault-{fault.value}")
