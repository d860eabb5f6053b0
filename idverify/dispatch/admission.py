"""Who calls, and may they? Asked before anything is looked up; who is turned away is in the audit trail."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

from idverify.access.permissions import anybody, permitted, role_for
from idverify.dispatch.call_budget import CallBudgets, StrangerBudgets
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.door import Arrival
from idverify.dispatch.keeping_up import KeepingUp
from idverify.dispatch.method import Method, StreamMethod
from idverify.dispatch.workers import WorkerPool
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, RequestContext
from idverify.services.application import CallerOf
from idverify.services.calls.auditing import AuditService

_LOOK_SECONDS = 1.0
"""Between two looks whether the caller of an open stream may still have it."""


class Admission:
    """Lets callers in, or not.

    Args:
        caller_of: tells the caller.
        audit: where denials are recorded.
        housekeeping: where they are written, so that they never wait behind fingerprints.
        strangers_per_minute: what one address may ask of whom nothing is known.
        keeping_up: knows by then what other servers did.
    """

    def __init__(
        self,
        caller_of: CallerOf,
        audit: AuditService,
        housekeeping: WorkerPool,
        strangers_per_minute: int,
        keeping_up: KeepingUp,
    ) -> None:
        self._keeping_up = keeping_up
        self._caller_of = caller_of
        self._audit = audit
        self._housekeeping = housekeeping
        self._budgets = CallBudgets()
        self._strangers = StrangerBudgets(strangers_per_minute)

    async def caller(
        self, method: Method[Any] | StreamMethod, arrival: Arrival, line: CallLine, *, anonymous: bool = False
    ) -> Caller:
        """Return the caller as it may call this method or open this stream. Its request has not been read yet.

        ``anonymous``: it is not asked who it is, and may have what is public.

        Raises:
            DomainError: CLIENT_UNKNOWN, TOKEN_INVALID, SESSION_ENDED, CSRF_TOKEN_WRONG, CLIENT_SUSPENDED,
                CLIENT_REVOKED, CERTIFICATE_REVOKED, CLIENT_NOT_AUTHORIZED, OFFICER_NOT_AUTHORIZED, all in the audit
                trail by then; CALL_BUDGET_EXCEEDED for a stranger who is refused too often for that; STORE_UNAVAILABLE.
        """
        if not (anonymous or (isinstance(method, Method) and method.at_once)):  # these are answered of memory alone
            await self._keeping_up.caught_up()
        caller = None
        try:
            caller = anybody() if anonymous else self._caller_of(arrival.credentials)
            line.caller = caller.name
            caller = permitted(caller, method.full_name)
            line.role = role_for(caller, method.full_name)
        except DomainError as error:
            if caller is None and arrival.credentials.certificate is None:  # whose the trail is not to fill
                self._strangers.spend(arrival.peer)
            await self._housekeeping.run(partial(self._deny, caller, method.name, error.reason, arrival.peer))
            raise
        return caller

    async def up_to_date(
        self, method: Method[Any] | StreamMethod, arrival: Arrival, line: CallLine, *, anonymous: bool = False
    ) -> None:
        """Wait until this server knows what the client says that another one knew, once it is known and counted.

        Raises:
            DomainError: those of :meth:`KeepingUp.come_to`; of :meth:`caller`, who is looked at again after that.
        """
        if await self._keeping_up.come_to(arrival.watermark):
            await self.caller(method, arrival, line, anonymous=anonymous)

    def spend_stranger(self, peer: str) -> None:
        """Count what an address asks that is for anybody. Raises DomainError CALL_BUDGET_EXCEEDED."""
        self._strangers.spend(peer)

    def spend(self, caller: Caller) -> None:
        """Count a call, or one request of a stream. Raises DomainError CALL_BUDGET_EXCEEDED."""
        self._budgets.spend(caller)

    def still(self, method: StreamMethod, arrival: Arrival) -> Caller | None:
        """Return the caller of an open stream as they are by now; None if they may not have it any more."""
        try:
            return permitted(self._caller_of(arrival.credentials), method.full_name)
        except DomainError:
            return None

    async def until_refused(self, method: StreamMethod, arrival: Arrival, line: CallLine, look: asyncio.Event) -> None:
        """Wait until the caller of an open stream may not have it any more, and raise that as :meth:`caller` does.

        Looked at every second, so that a stream on which nothing comes ends too, and when ``look`` is set.
        """
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await look.wait()
            look.clear()
            await self.caller(method, arrival, line)

    def _deny(self, caller: Caller | None, action: str, reason: Reason, peer: str) -> None:
        # What else they state nobody has read.
        officer = caller.officer.officer_id if caller is not None and caller.officer is not None else ""
        self._audit.denied(caller, action, reason, RequestContext(officer_id=officer), peer)
