"""Who calls, and may they? Asked before anything is looked up; who is turned away is in the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from idverify.access.permissions import is_permitted, not_permitted
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.door import Arrival
from idverify.dispatch.method import Method, StreamMethod
from idverify.dispatch.workers import WorkerPool
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, RequestContext
from idverify.services.calls.auditing import AuditService

CallerOf = Callable[[bytes | None], Caller]
"""From the client certificate of a connection, PEM, to the caller. Raises DomainError CLIENT_UNKNOWN."""


class Admission:
    """Lets callers in, or not.

    Args:
        caller_of: tells the caller.
        audit: where denials are recorded.
        housekeeping: where they are written, so that they never wait behind fingerprints.
    """

    def __init__(self, caller_of: CallerOf, audit: AuditService, housekeeping: WorkerPool) -> None:
        self._caller_of = caller_of
        self._audit = audit
        self._housekeeping = housekeeping

    async def caller(self, method: Method[Any] | StreamMethod, arrival: Arrival, line: CallLine) -> Caller:
        """Return the caller if it may call this method or open this stream. Its request has not been read yet.

        Raises:
            DomainError: CLIENT_UNKNOWN, CLIENT_NOT_AUTHORIZED, both in the audit trail by then.
        """
        caller = None
        try:
            caller = self._caller_of(arrival.certificate)
            line.caller = caller.name
            if not is_permitted(caller, method.full_name):
                raise not_permitted()
        except DomainError as error:
            await self._housekeeping.run(partial(self._deny, caller, method.name, error.reason, arrival.peer))
            raise
        return caller

    def _deny(self, caller: Caller | None, action: str, reason: Reason, peer: str) -> None:
        # What else they state nobody has read.
        self._audit.denied(caller, action, reason, RequestContext(), peer)
