"""Acts that a second person approves: looked at once more, and done as the calls that they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from idverify.access.permissions import acting_for, permitted, require_entitled
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.method import Method
from idverify.dispatch.performing import Performer
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, HeldAct
from idverify.domain.vouching.second_person import Asker, require_another
from idverify.services.acts.deciding import ActsService, Encode
from idverify.services.application import CallerAgain
from idverify.services.calls.call import Call


@dataclass(frozen=True, slots=True)
class Approving:
    """Approves acts.

    Attributes:
        acts: what is kept.
        methods: what they are calls of, by full name.
        performer: does them.
        caller_again: tells who the client that asked is by now, and what it may do.
    """

    acts: ActsService
    methods: Mapping[str, Method[Any]]
    performer: Performer
    caller_again: CallerAgain

    def approve(self, call: Call, act_id: str, digest: bytes, encode: Encode) -> bytes:
        """Approve an act and do it; raises as :meth:`ActsService.approve`, and ACT_NO_LONGER_ALLOWED."""
        allowed, do = partial(self._require_allowed, call), partial(self._do, call)
        return self.acts.approve(call, act_id, digest, allowed, do, encode)

    def _require_allowed(self, call: Call, held: HeldAct) -> None:
        key = held.presented.key_sha256 if held.presented else ""
        require_another(call.caller, Asker(held.caller, key, held.context.officer_id, held.signed_in))
        acting_for(call.caller, held.context)
        if held.body is not None:
            self._asker(held, held.body)

    def _asker(self, held: HeldAct, body: bytes) -> Caller:
        """Return who asked, as they are now.

        Raises:
            DomainError: ACT_NO_LONGER_ALLOWED if they could not ask for it any more.
        """
        method = self.methods[held.method]
        try:
            asker = permitted(self.caller_again(held.caller, held.presented), held.method)
            require_entitled(asker, held.context.procedure_code, method.record_type(method.read(body)))
            acting_for(asker, held.context)
        except DomainError as error:
            raise _no_longer_allowed(error.reason) from None
        if asker.name != held.caller:
            raise _no_longer_allowed(Reason.CLIENT_UNKNOWN)
        return asker

    def _do(self, call: Call, held: HeldAct) -> bool:
        """Do an act with the very bytes that were kept; tell whether it was done, or is for whoever asked to do."""
        method = self.methods[held.method]
        if not method.needs_request_id:
            return False
        assert held.body is not None
        asker = self._asker(held, held.body)
        self.performer.perform(method, held.body, asker, call.deadline, CallLine(held.method))
        return True


def _no_longer_allowed(reason: Reason) -> DomainError:
    return DomainError(
        Reason.ACT_NO_LONGER_ALLOWED,
        "the client that asked for it may not do it any more",
        {"reason": reason.code},
    )
