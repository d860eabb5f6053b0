"""The retention schedule: what kinds of data there are, from when each is kept, what becomes of it, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from idverify.domain.law.facts import FactCode


class DataKind(Enum):
    """Data that the service itself takes out when their time is over."""

    DECEASED = "deceased"
    IMAGES = "images"
    RECORD_VERSIONS = "record-versions"
    CONSENTS = "consents"
    PRESENCES = "presences"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A line of the schedule.

    Attributes:
        name: of the data.
        what: they are.
        since: from when they are kept.
        then: what becomes of them.
        fact: by which the period is told; None: by what ``then`` says.
        kind: by which the service takes them out; None: another part of it does, or the operator.
    """

    name: str
    what: str
    since: str
    then: str
    fact: FactCode | None = None
    kind: DataKind | None = None


SCHEDULE = (
    Scheduled(
        "deceased",
        "citizens whose death is registered, with everything of theirs",
        "the death was recorded",
        "erased as by DeleteCitizen: rows and data key go, so that copies of the rows cannot be read",
        FactCode.KEEP_DECEASED,
        DataKind.DECEASED,
    ),
    Scheduled(
        "templates",
        "citizens, numbers, templates, the newest version of each record, consents that hold",
        "enrolment",
        "kept while the citizen is in the register; erased with them, or at their request",
    ),
    Scheduled(
        "images",
        "images of enrolled impressions, where they are kept at all",
        "they were taken",
        "erased; templates stay",
        FactCode.KEEP_IMAGES,
        DataKind.IMAGES,
    ),
    Scheduled(
        "record-versions",
        "versions of linked records that a newer one replaced",
        "they were replaced",
        "erased",
        FactCode.KEEP_RECORD_VERSIONS,
        DataKind.RECORD_VERSIONS,
    ),
    Scheduled(
        "consents",
        "consents that were taken back",
        "they were taken back",
        "erased",
        FactCode.KEEP_CONSENTS,
        DataKind.CONSENTS,
    ),
    Scheduled(
        "presences",
        "what two officers vouched for: marks of papers, notes",
        "the citizen stood there",
        "erased; counts stay",
        FactCode.KEEP_PRESENCES,
        DataKind.PRESENCES,
    ),
    Scheduled(
        "requests",
        "requests of citizens about their data, and legal holds",
        "they came",
        "kept, naming nobody once the citizen is erased: that an erasure was asked for, and done, must be shown",
    ),
    Scheduled("transactions", "counter transactions", "they ended", "forgotten by the service after a day"),
    Scheduled("answers", "first answers to requests", "they were given", "erased after the setting reply_hours"),
    Scheduled(
        "confirmations",
        "ids of confirmations, and whether they are revoked",
        "they were issued",
        "kept for ever, naming nobody once the citizen is erased: a status list may not change its meaning",
    ),
    Scheduled(
        "audit-events",
        "who did what, about a random subject id: nothing else personal",
        "the event",
        "archived by the operator with `idverify audit archive`, and the archive destroyed",
        FactCode.KEEP_AUDIT_EVENTS,
    ),
    Scheduled("logs", "logs, which name nobody", "written", "deleted by the operator", FactCode.KEEP_LOGS),
    Scheduled(
        "backups",
        "encrypted copies of everything",
        "taken",
        "destroyed by the operator; who was erased meanwhile is erased again by `idverify restore`",
        FactCode.KEEP_BACKUPS,
    ),
)

SWEPT: Mapping[DataKind, FactCode] = {line.kind: line.fact for line in SCHEDULE if line.kind and line.fact}
"""What the service takes out, and by which fact."""
