"""What becomes of the records that a procedure asks for: one outcome a record type, one verdict a field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from idverify.domain.assurance import BY_FINGER, Factor
from idverify.domain.model.deciding import Assertion
from idverify.domain.model.owners import Fault
from idverify.domain.model.procedures import RecordAccess
from idverify.domain.model.records import Record


class Verdict(Enum):
    """What becomes of one field, or of one question to it."""

    DISCLOSED = "DISCLOSED"
    NOT_LISTED = "NOT_LISTED"
    NOT_ENTITLED = "NOT_ENTITLED"
    PURPOSE = "PURPOSE"
    CONSENT_MISSING = "CONSENT_MISSING"
    CONSENT_INVALID = "CONSENT_INVALID"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    CONSENT_SCOPE = "CONSENT_SCOPE"
    ASSURANCE = "ASSURANCE"
    DISPUTED = "DISPUTED"
    SILENT = "SILENT"
    NOT_THERE = "NOT_THERE"


class Ground(Enum):
    """What a disclosure rests on: a law, the citizen's consent as this service or another keeps it, or nothing."""

    LAW = "LAW"
    CONSENT = "CONSENT"
    CONSENT_ELSEWHERE = "CONSENT_ELSEWHERE"
    NONE = "NONE"


REFUSALS = (
    *(Verdict.NOT_LISTED, Verdict.NOT_ENTITLED, Verdict.PURPOSE),
    *(Verdict.CONSENT_MISSING, Verdict.CONSENT_INVALID, Verdict.CONSENT_WITHDRAWN, Verdict.CONSENT_SCOPE),
    Verdict.ASSURANCE,
)
"""Those that the policy gives, whatever the records are."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """The verdict on one thing that is asked for.

    Attributes:
        name: of its member in the disclosed record: a field, or a predicate as it is written.
        field: that it is about.
        verdict: what becomes of it.
    """

    name: str
    field: str
    verdict: Verdict

    @property
    def told(self) -> str:
        """The field as the trail has it: with a ``?`` where something is asked of it. Neither question nor value."""
        return self.field if self.name == self.field else f"{self.field}?"


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What becomes of one kind of record.

    Attributes:
        access: what the procedure may see of it.
        title: its name, in Vietnamese.
        lines: one a field and predicate, in the order of the catalogue.
        record: reduced to what is disclosed; None: nothing is.
        disputed: the fields by which it is another person's.
        fault: why its owner gave none; None: nobody was asked in vain.
        source: the office that keeps it, where it was silent.
    """

    access: RecordAccess
    title: str
    lines: tuple[FieldLine, ...]
    record: Record | None = None
    disputed: tuple[str, ...] = ()
    fault: Fault | None = None
    source: str = ""

    @property
    def record_type(self) -> str:
        """Of which kind."""
        return self.access.record_type

    @property
    def paper(self) -> str:
        """The paper that stands for it."""
        return self.access.replaced_paper

    @property
    def whole(self) -> bool:
        """Whether everything that the procedure asks for is disclosed: only then the paper need not be brought."""
        return self.record is not None and all(line.verdict is Verdict.DISCLOSED for line in self.lines)

    def refused(self) -> dict[Verdict, list[FieldLine]]:
        """Return what the policy refuses, by why."""
        return {verdict: lines for verdict, lines in self._by_verdict().items() if verdict in REFUSALS}

    def trace(self) -> list[str]:
        """Return the lines for the trail: type, verdict, and fields where they are not all of the access. No values."""
        found = self._by_verdict()
        return [
            f"{self.record_type}:{verdict.value}"
            + ("" if len(found) == 1 and verdict is not Verdict.DISCLOSED else f":{_names(lines)}")
            for verdict, lines in found.items()
        ]

    def _by_verdict(self) -> dict[Verdict, list[FieldLine]]:
        found: dict[Verdict, list[FieldLine]] = {}
        for line in self.lines:
            found.setdefault(line.verdict, []).append(line)
        return found


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What a procedure gets of a citizen's records, by one version of it.

    Attributes:
        procedure_version: of the procedure.
        ground: what it rests on.
        legal_basis: the law, in Vietnamese; empty: it rests on consent.
        outcomes: one a record type, in the order of the catalogue.
        offered: factors by which more could be reached.
    """

    procedure_version: int
    ground: Ground
    legal_basis: str
    outcomes: tuple[RecordOutcome, ...]
    offered: frozenset[Factor]

    @property
    def records(self) -> tuple[Record, ...]:
        """What is disclosed."""
        return tuple(outcome.record for outcome in self.outcomes if outcome.record is not None)

    @property
    def missing(self) -> tuple[RecordOutcome, ...]:
        """What the procedure needs and did not get, or not all of: the paper is asked for."""
        return tuple(outcome for outcome in self.outcomes if outcome.access.required and not outcome.whole)

    @property
    def missing_optional(self) -> tuple[RecordOutcome, ...]:
        """What the procedure can do without and did not get, or not all of: who has the paper hands it in."""
        return tuple(outcome for outcome in self.outcomes if not outcome.access.required and not outcome.whole)

    @property
    def replaced_papers(self) -> tuple[str, ...]:
        """Papers that need not be brought."""
        return tuple(outcome.paper for outcome in self.outcomes if outcome.whole)

    @property
    def disputed(self) -> tuple[RecordOutcome, ...]:
        """What is there, and another person's by what it says itself."""
        return tuple(outcome for outcome in self.outcomes if outcome.disputed)

    @property
    def silent(self) -> tuple[RecordOutcome, ...]:
        """Whose owner gave nothing that can be used."""
        return tuple(outcome for outcome in self.outcomes if outcome.fault is not None)

    @property
    def asked(self) -> tuple[str, ...]:
        """Fields that questions were answered of, as ``record_type.field``."""
        return tuple(
            f"{outcome.record_type}.{field}"
            for outcome in self.outcomes
            for field in sorted({line.field for line in _answered(outcome.lines)})
            if outcome.record is not None
        )

    @property
    def trace(self) -> tuple[str, ...]:
        """What became of each kind of record, for the auditor."""
        return tuple(line for outcome in self.outcomes for line in outcome.trace())


@dataclass(frozen=True, slots=True)
class Disclosure(Disclosed):
    """What a match gives for the procedure at hand: what is disclosed, and what vouches for it.

    ``factors``: shown and checked; none where two officers vouch.
    """

    assertion: Assertion
    factors: frozenset[Factor] = BY_FINGER


def disclosed_whole(trace: Iterable[str]) -> set[str]:
    """Return the record types that were disclosed with all that the procedure lists, by the lines of a trace."""
    verdicts: dict[str, set[str]] = {}
    for line in trace:
        record_type, verdict, *_ = line.split(":")
        verdicts.setdefault(record_type, set()).add(verdict)
    return {record_type for record_type, found in verdicts.items() if found == {Verdict.DISCLOSED.value}}


def _answered(lines: Iterable[FieldLine]) -> list[FieldLine]:
    return [line for line in lines if line.name != line.field and line.verdict is Verdict.DISCLOSED]


def _names(lines: Iterable[FieldLine]) -> str:
    return ",".join(line.told for line in lines)
