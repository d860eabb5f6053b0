"""Who calls, and may they? Asked before anything is looked up; who is turned away is in the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from idverify.access.permissions import is_permitted, not_permitted
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.door import Arrival
from idverify.dispatch.method import Method, StreamMethod
from idverify.dispatch.workers import WorkerPool
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, RequestContext
from idverify.services.auditing import AuditService

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

    async def to_call(self, method: Method[object], body: bytes, arrival: Arrival, line: CallLine) -> Caller:
        """Return the caller if it may call this method.

        Raises:
            DomainError: CLIENT_UNKNOWN, CLIENT_NOT_AUTHORIZED, both in the audit trail by then.
        """
        return await self._admitted(method, arrival, line, partial(_stated, method, body))

    async def to_stream(self, method: StreamMethod, arrival: Arrival, line: CallLine) -> Caller:
        """Return the caller if it may open this stream, as :meth:`to_call`; no request has come in yet."""
        return await self._admitted(method, arrival, line, RequestContext)

    async def _admitted(
        self,
        method: Method[object] | StreamMethod,
        arrival: Arrival,
        line: CallLine,
        stated: Callable[[], RequestContext],
    ) -> Caller:
        caller = None
        try:
            caller = self._caller_of(arrival.certificate)
            line.caller = caller.name
            if not is_permitted(caller, method.full_name):
                raise not_permitted()
        except DomainError as error:
            denial = partial(self._deny, caller, method.name, error.reason, stated, arrival.peer)
            await self._housekeeping.run(denial)
            raise
        return caller

    def _deny(
        self, caller: Caller | None, action: str, reason: Reason, stated: Callable[[], RequestContext], peer: str
    ) -> None:
        self._audit.denied(caller, action, reason, stated(), peer)


def _stated(method: Method[object], body: bytes) -> RequestContext:
    try:
        return method.context(method.read(body))
    except DomainError:
        return RequestContext()  # what is not sound does not go into the trail
