"""What a relying party may ask: whether a finger is that of who bears a number, and whose it is; no more is here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from idverify.dispatch.method import Method
from idverify.domain.assertions.request_digest import request_digest
from idverify.domain.model import Decision, RequestContext, Sample
from idverify.domain.references import require_identifier
from idverify.osia.abis import method
from idverify.osia.answers import answer
from idverify.osia.bodies import ATTRIBUTES, ATTRIBUTES_OF_WHOM
from idverify.osia.fingers import shown_of
from idverify.osia.requests import OsiaRequest
from idverify.osia.shapes import invalid
from idverify.services.calls.call import Asked, Call
from idverify.services.identification import IdentificationService, Identified
from idverify.services.prints.searching import require_complete
from idverify.services.verification import VerificationService, Verified

SERVICE = "osia.id"
_CODES = {Decision.MATCH: 1, Decision.NO_MATCH: 0, Decision.INCONCLUSIVE: 2}
_MOST_PROCEDURE = 64

_RECORDS = (
    "attributes are given for a procedure, by law or consent, on a match: OSIA's request has neither procedure nor"
    " finger; ask identify with fingers, or Verify with a procedure"
)
NOT_HERE = {
    ("GET", "/v1/attributes/{attributeSetName}/{identifier}"): _RECORDS,
    ("POST", "/v1/attributes/{identifier}"): _RECORDS,
    ("GET", "/v1/identify/{taskID}"): "identify is answered at once here, so there are no tasks of that",
}
"""What is answered with 501, by verb and path, and why."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Answers what is here.

    Attributes:
        verification: the use case of ``Verify``, with its limits and its trail.
        identification: that of ``Identify``.
    """

    verification: VerificationService
    identification: IdentificationService

    def methods(self) -> dict[str, Method[OsiaRequest]]:
        """Return the methods by operation id."""
        identify = method(SERVICE, "identify", self._identify, ATTRIBUTES_OF_WHOM)
        return {
            "verify": method(SERVICE, "verify", self._verify, ATTRIBUTES),
            "identify": replace(identify, context=_for_procedure),
        }

    def _verify(self, call: Call, request: OsiaRequest) -> bytes:
        samples = _fingers(request.body, "body")

        def told(verified: Verified) -> bytes:
            return answer(
                {"verificationCode": _CODES[verified.decision], "verificationMessage": verified.decision.value}
            )

        return self.verification.verify(call, request.path["identifier"], samples, None, told)

    def _identify(self, call: Call, request: OsiaRequest) -> bytes:
        """Tell what the procedure is given of whom the fingers surely are; of whoever else they may be, nothing."""
        samples = _fingers(request.body["attributeSet"], "attributeSet")
        asked = Asked(request_digest("Identify", call.context, "", samples))
        return self.identification.identify(replace(call, asked=asked), samples, None, None, _found)


def _for_procedure(request: OsiaRequest) -> RequestContext:
    """Return who calls, for the procedure by whose code attributes are asked for."""
    code = require_identifier(request.body["outputAttributeSetName"], "outputAttributeSetName")
    if len(code) > _MOST_PROCEDURE:
        raise invalid("outputAttributeSetName", "must be the code of a procedure")
    return replace(request.context, procedure_code=code)


def _fingers(attributes: dict[str, Any], where: str) -> Sequence[Sample]:
    if set(attributes) != {"biometricData"}:
        raise invalid(where, "must have biometricData and nothing else: nobody is known here by other attributes")
    shown = shown_of(attributes["biometricData"])
    if shown.slaps:
        raise invalid("biometricData", "must be of single fingers")
    return shown.samples


def _found(identified: Identified) -> bytes:
    if identified.decision is not Decision.MATCH:
        require_complete(identified.searched_share)  # an empty list could not be told from that of nobody
    disclosure = identified.disclosure
    if disclosure is None:
        return answer([])
    return answer([{"biographicData": {record.record_type: json.loads(record.json) for record in disclosure.records}}])
