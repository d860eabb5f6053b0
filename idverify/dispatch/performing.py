"""One request from its bytes to its answer, in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.access.permissions import acting_for, require_entitled, require_for
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.method import Method
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller
from idverify.ports import Deadline, Pseudonyms
from idverify.services.acts.holding import ActGate, AskedAct
from idverify.services.calls.auditing import AuditService
from idverify.services.calls.call import begin


@dataclass(frozen=True, slots=True)
class Performer:
    """Reads requests and has the use cases answer them.

    Attributes:
        audit: where denials are recorded.
        pseudonyms: for the digests of requests, by which a repeated one is known.
        gate: keeps back what needs a second person.
    """

    audit: AuditService
    pseudonyms: Pseudonyms
    gate: ActGate

    def perform(self, method: Method[object], body: bytes, caller: Caller, deadline: Deadline, line: CallLine) -> bytes:
        """Return the encoded answer to a caller who may call the method.

        Raises:
            DomainError: FIELD_*, CLIENT_NOT_ENTITLED, CLIENT_NOT_AUTHORIZED, OFFICER_NOT_AUTHORIZED,
                DEADLINE_EXCEEDED, those of :meth:`ActGate.let_through`, and those of the method.
        """
        deadline.check()
        request = method.read(body)
        stated = line.context = method.context(request)
        if method.needs_request_id and not stated.request_id:
            raise _missing("context.request_id")
        if method.needs_purpose and not stated.purpose:
            raise _missing("context.purpose")
        try:
            require_entitled(caller, stated.procedure_code, method.record_type(request))
            context = acting_for(caller, stated)
            digest = self.pseudonyms.request_digest(method.content(request) + _officer(caller))
            require_for(caller, method.decides_on(request), stated.request_id.encode() + digest)
        except DomainError as error:
            self.audit.denied(caller, method.name, error.reason, stated)
            raise
        call = begin(caller, context, method.name, digest, deadline)
        line.context = call.context
        act = method.act(request)
        if act is not None:
            number = method.citizen_number(request)
            call = self.gate.let_through(call, AskedAct(act, method.full_name, body, method.needs_request_id, number))
        return method.run(call, request)


def _officer(caller: Caller) -> bytes:
    """Return what tells apart the requests of officers who leave it to us to say who they are."""
    return b"" if caller.officer is None else b"\0officer " + caller.officer.officer_id.encode()


def _missing(field: str) -> DomainError:
    return DomainError(Reason.FIELD_MISSING, f"{field} is required", {"field": field})
