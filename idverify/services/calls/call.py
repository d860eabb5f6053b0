"""One call of a use case: who, why, until when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from idverify.domain.model import Approval, Caller, RequestContext
from idverify.ports import Deadline


@dataclass(frozen=True, slots=True)
class Asked:
    """What the assertion of a match shall say of its request, and in which forms.

    Attributes:
        request_sha256: see :func:`idverify.domain.assertions.request_digest.request_digest`.
        sd_jwt: as an SD-JWT too.
    """

    request_sha256: str = ""
    sd_jwt: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """What every use case gets besides its own input.

    Attributes:
        caller: the authenticated client system.
        context: as given by the client; ``transaction_id`` is filled in.
        method: name of the RPC, e.g. ``Verify``.
        digest: keyed digest of the request's content, to tell a retry from a reuse of its id.
        deadline: how long the caller still waits.
        asked: of the assertion, where the call may end in one.
        approval: who approved it, where it needed a second person.
    """

    caller: Caller
    context: RequestContext
    method: str
    digest: bytes
    deadline: Deadline
    asked: Asked = Asked()
    approval: Approval | None = None


def begin(caller: Caller, context: RequestContext, method: str, digest: bytes, deadline: Deadline) -> Call:
    """Return the call, with a transaction id made up if the client gave none."""
    if not context.transaction_id:
        context = replace(context, transaction_id=str(uuid.uuid4()))
    return Call(caller, context, method, digest, deadline)
