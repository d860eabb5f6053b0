"""Acts that one person alone may not do, and what is kept of one until another person has decided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from idverify.domain.model.callers import Presented, RequestContext
from idverify.domain.model.citizens import Citizen


class Act(Enum):
    """What may need a second person."""

    ERASE = "erase"
    EXPORT = "export"
    ADMIN_CLIENT = "admin-client"
    CATALOGUE = "catalogue"


class ActState(Enum):
    """How a kept act stands. Approved and not done: its answer is for whoever asked, who has to ask once more."""

    PENDING = "pending"
    APPROVED = "approved"
    DONE = "done"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ActSubject:
    """Whom an act concerned when it was asked for: what a number leads to may be somebody else later.

    Attributes:
        citizen_number: as it was asked for.
        subject_id: whom it led to; empty: to nobody.
        version: how often something about them had been changed, plus one.
        absorbed: subject ids of who had turned out to be them.
    """

    citizen_number: str = field(repr=False)
    subject_id: str = ""
    version: int = 0
    absorbed: tuple[str, ...] = ()

    def is_still(self, citizen: Citizen) -> bool:
        """Tell whether a citizen is whom it concerned, with nothing changed since."""
        now = (citizen.subject_id, citizen.version, citizen.absorbed)
        return now == (self.subject_id, self.version, self.absorbed)


@dataclass(frozen=True, slots=True)
class Approval:
    """That a call was asked for by one client and approved by another: goes with every event of it.

    ``subject``: the citizen for whom it holds; None: it names none; ``asked``: when it was asked for; ``officer``: who
    approved it, if they had signed in.
    """

    act_id: str
    by: str
    subject: ActSubject | None
    asked: datetime
    officer: str = ""


@dataclass(frozen=True, slots=True)
class HeldAct:
    """A call that was kept instead of being done.

    Attributes:
        act_id: a random UUID.
        act: what it is.
        method: full name of what was called.
        caller: name of the client that asked.
        key: by which the same request of the same client is known: its id, or its digest where it needs none.
        context: as it was stated.
        digest: keyed digest of the request's content.
        body: the request, to the byte; None once it is done, rejected or expired.
        presented: by what the client was known when it asked.
        created, expires: when it was asked for, and until when it may be approved and done.
        state: how it stands.
        version: counts its changes from 1.
        decided_by, decided: who approved or rejected it, and when.
        subject: whom it concerns; None if its request names no citizen, and once nothing can come of it.
        signed_in: the officer in the context had signed in when it was asked for.
        decided_officer: the officer who decided, as signed in; empty: nobody but the client knows.
    """

    act_id: str
    act: Act
    method: str
    caller: str
    key: str
    context: RequestContext
    digest: bytes
    body: bytes | None = field(repr=False)
    presented: Presented | None = field(repr=False)
    created: datetime
    expires: datetime
    state: ActState = ActState.PENDING
    version: int = 1
    decided_by: str = ""
    decided: datetime | None = None
    subject: ActSubject | None = None
    signed_in: bool = False
    decided_officer: str = ""

    @property
    def closed(self) -> bool:
        """Whether nothing can come of it any more."""
        return self.state in {ActState.DONE, ActState.REJECTED, ActState.EXPIRED}

    @property
    def approval(self) -> Approval:
        """Who asked another whom."""
        return Approval(self.act_id, self.decided_by, self.subject, self.created, self.decided_officer)

    def at(self, now: datetime) -> HeldAct:
        """Return it as it stands at a time: what was not done until it expired is expired."""
        if self.closed or now < self.expires:
            return self
        return replace(self, state=ActState.EXPIRED, body=None, subject=None)

    def decided_as(self, state: ActState, by: str, now: datetime, officer: str = "") -> HeldAct:
        """Return the next version, approved or rejected by a client; ``officer``: who signed in to its page."""
        return self._next(state, replace(self, decided_by=by, decided=now, decided_officer=officer))

    def ended_as(self, state: ActState) -> HeldAct:
        """Return the next version, done or expired."""
        return self._next(state, self)

    def _next(self, state: ActState, changed: HeldAct) -> HeldAct:
        body, subject = (self.body, self.subject) if state is ActState.APPROVED else (None, None)
        return replace(changed, state=state, version=self.version + 1, body=body, subject=subject)
