"""What a start finds wrong with what is stored, in words that say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain.errors import StoredDataError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        code: stable; goes to the audit trail if the loss is accepted.
        text: what is wrong, and what to do about it; nothing personal.
        acceptable: whether the operator may go on without what was lost, on the record.
    """

    code: str
    text: str
    acceptable: bool = False


ACCEPT = "if that cannot be had, 'idverify accept-loss' goes on without it and puts that in the audit trail"
"""How a text ends whose loss may be accepted."""


def refuse(findings: Sequence[Finding]) -> None:
    """Refuse to go on if anything is wrong.

    Raises:
        StoredDataError: with the text of all that was found.
    """
    if findings:
        raise StoredDataError("; and: ".join(finding.text for finding in findings))
