"""What citizens ask about data that are held on them, and how a request may stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from idverify.domain.errors import DomainError, Reason
from idverify.domain.law.facts import FactCode


class SubjectRequestKind(Enum):
    """What is asked for."""

    ACCESS = "ACCESS"
    CORRECTION = "CORRECTION"
    ERASURE = "ERASURE"
    HISTORY = "HISTORY"
    RESTRICTION = "RESTRICTION"
    OBJECTION = "OBJECTION"


DEADLINES: Mapping[SubjectRequestKind, FactCode] = {
    kind: FactCode(f"request.{kind.value.lower()}") for kind in SubjectRequestKind
}
"""The facts by which each kind has to be done."""


class SubjectRequestState(Enum):
    """How a request stands."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    DONE = "DONE"


_BEFORE: Mapping[SubjectRequestState, SubjectRequestState] = {
    SubjectRequestState.ACCEPTED: SubjectRequestState.OPEN,
    SubjectRequestState.REFUSED: SubjectRequestState.OPEN,
    SubjectRequestState.DONE: SubjectRequestState.ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class SubjectRequest:
    """A request of a citizen; it outlives them, since an erasure that was asked for must be shown.

    Attributes:
        subject_request_id: a random UUID.
        subject_id: whose it is.
        kind: what is asked for.
        received: when the citizen asked.
        reply_due: until when they must have a first answer; None: no fact of law says it.
        due: until when it must be done; None: no fact of law says it.
        client: to which it was told.
        agency_code: to which it was told.
        state: how it stands.
        grounds: on which it was decided, or what was done; names nobody.
        decided: when it was last.
        version: counts its changes from 1.
    """

    subject_request_id: str
    subject_id: str
    kind: SubjectRequestKind
    received: datetime
    reply_due: datetime | None
    due: datetime | None
    client: str
    agency_code: str
    state: SubjectRequestState = SubjectRequestState.OPEN
    grounds: str = field(default="", repr=False)
    decided: datetime | None = None
    version: int = 1

    def overdue(self, now: datetime) -> bool:
        """Tell whether a deadline has passed, and what it was for is not done."""
        if self.state in {SubjectRequestState.REFUSED, SubjectRequestState.DONE}:
            return False
        unanswered = self.state is SubjectRequestState.OPEN and self.reply_due is not None and now >= self.reply_due
        return unanswered or (self.due is not None and now >= self.due)

    def decided_as(self, state: SubjectRequestState, grounds: str, now: datetime) -> SubjectRequest:
        """Return the next version. Raises DomainError SUBJECT_REQUEST_DECIDED if it cannot follow."""
        self.require(_BEFORE.get(state))
        return replace(self, state=state, grounds=grounds, decided=now, version=self.version + 1)

    def require(self, state: SubjectRequestState | None) -> None:
        """Require that it stands so. Raises DomainError SUBJECT_REQUEST_DECIDED."""
        if self.state is not state:
            raise DomainError(
                Reason.SUBJECT_REQUEST_DECIDED,
                f"the citizen's request is {self.state.value}: this step does not follow",
                {"subject_request_id": self.subject_request_id, "state": self.state.value},
            )
