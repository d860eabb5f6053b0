"""Why a record was disclosed, or not: one line a record type, for the auditor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from idverify.domain.model import RecordAccess


class Verdict(Enum):
    """What became of one kind of record that a procedure may see."""

    DISCLOSED = "DISCLOSED"
    NOT_ENTITLED = "NOT_ENTITLED"
    DISPUTED = "DISPUTED"
    SILENT = "SILENT"
    NOT_THERE = "NOT_THERE"


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """The verdict on one kind of record, and the paper that it saves."""

    access: RecordAccess
    verdict: Verdict

    @property
    def saves_paper(self) -> bool:
        """Whether the citizen need not bring a paper."""
        return self.verdict is Verdict.DISCLOSED and bool(self.access.replaced_paper)

    def as_text(self) -> str:
        """Return the line for the trail: type, verdict, and the fields given whole or asked of. No values."""
        if self.verdict is not Verdict.DISCLOSED:
            return f"{self.access.record_type}:{self.verdict.value}"
        asked = (f"{predicate.field}?" for predicate in self.access.predicates)
        return f"{self.access.record_type}:{self.verdict.value}:{','.join((*self.access.fields, *asked))}"
