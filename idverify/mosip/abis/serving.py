"""From the bytes of a request to those of its answer, on behalf of the client that MOSIP is to this service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from idverify.access.permissions import permitted, role_for
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.method import Method
from idverify.dispatch.performing import Performer
from idverify.dispatch.refusal import FailedError
from idverify.domain.errors import DomainError
from idverify.domain.model import Caller, RequestContext
from idverify.mosip.abis.failures import AbisError, Failure, failure_of
from idverify.mosip.abis.messages import Asked, Operation, failed, read_request
from idverify.mosip.abis.operations import ALL, Operations, content_of
from idverify.ports import Deadline, Watch
from idverify.services.foreground import Foreground

_SERVICE = "mosip.abis"
"""By whose permission all is done."""

_NAMES = {
    Operation.INSERT: "InsertReference",
    Operation.IDENTIFY: "IdentifyReference",
    Operation.DELETE: "DeleteReference",
}
"""What the audit trail calls each."""


class LaterError(Exception):
    """Nothing was done, and the same request may be done later: a database that is not there, say."""


@dataclass(frozen=True, slots=True)
class Abis:
    """Answers requests, in the thread that asks.

    Attributes:
        operations: do it.
        performer: on behalf of whom, within which limits.
        caller: tells who MOSIP is. Raises DomainError CLIENT_UNKNOWN.
        foreground: told what is being worked on.
        watch: told what happens.
    """

    operations: Operations
    performer: Performer
    caller: Callable[[], Caller]
    foreground: Foreground
    watch: Watch

    def is_work(self, asked: Asked) -> bool:
        """Tell whether a request changes or searches something, so that it waits for those before it."""
        return asked.operation in ALL

    def answer(self, data: bytes, waiting: int, deadline: Deadline) -> bytes:
        """Return the answer to a request, which is kept by then if the request was one of work.

        Args:
            data: the request.
            waiting: how many requests of work came and have no answer.
            deadline: until when.

        Raises:
            LaterError: nothing was done.
        """
        asked = read_request(data)
        clock = self.operations.clock
        try:
            asked.require_whole()
            if not self.is_work(asked):
                return self._told(asked, waiting)
            return self._worked(asked, data, deadline)
        except AbisError as error:
            return failed(asked, clock.now(), error.failure)
        except DomainError as error:
            failure = failure_of(error)
            if failure is None:
                raise LaterError(error.reason.code) from None
            return failed(asked, clock.now(), failure)
        except FailedError:
            return failed(asked, clock.now(), Failure.INTERNAL)

    def _told(self, asked: Asked, waiting: int) -> bytes:
        full_name = f"{_SERVICE}/{asked.id.rpartition('.')[2]}"
        with CallLine(full_name, watch=self.watch).told():
            self._permitted(asked, full_name)
            return self.operations.at_once(asked, waiting)

    def _worked(self, asked: Asked, data: bytes, deadline: Deadline) -> bytes:
        assert asked.operation is not None
        method: Method[Any] = Method(
            _SERVICE,
            _NAMES[asked.operation],
            read_request,
            lambda request: RequestContext(request_id=request.request_id),
            content_of,
            self.operations.run,
            needs_request_id=True,
        )
        line = CallLine(method.full_name, watch=self.watch)
        with line.told(), self.foreground.working():
            caller = self._permitted(asked, method.full_name)
            line.caller, line.role = caller.name, role_for(caller, method.full_name)
            return self.performer.perform(method, data, caller, deadline, line)

    def _permitted(self, asked: Asked, full_name: str) -> Caller:
        """Return who MOSIP is, if it may do that; that it may not is on the record."""
        caller = None
        try:
            caller = self.caller()
            return permitted(caller, full_name)
        except DomainError as error:
            context = RequestContext(request_id=asked.request_id)
            self.performer.audit.denied(caller, full_name.rpartition("/")[2], error.reason, context)
            raise
