"""What a relying party may ask: whether a finger is that of who bears a number. The rest is not here."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.dispatch.method import Method
from idverify.domain.model import Decision
from idverify.osia.abis import method
from idverify.osia.answers import answer
from idverify.osia.bodies import ATTRIBUTES
from idverify.osia.fingers import shown_of
from idverify.osia.requests import OsiaRequest
from idverify.osia.shapes import invalid
from idverify.services.calls.call import Call
from idverify.services.verification import VerificationService, Verified

SERVICE = "osia.id"
_CODES = {Decision.MATCH: 1, Decision.NO_MATCH: 0, Decision.INCONCLUSIVE: 2}

_RECORDS = (
    "attributes are given for a procedure, by law or consent, on a match: OSIA's request has neither procedure nor"
    " finger; ask Verify with a procedure"
)
NOT_HERE = {
    ("GET", "/v1/attributes/{attributeSetName}/{identifier}"): _RECORDS,
    ("POST", "/v1/attributes/{identifier}"): _RECORDS,
    ("POST", "/v1/identify"): "nobody is looked for by personal data here; by fingers ask Identify",
    ("GET", "/v1/identify/{taskID}"): "nobody is looked for by personal data here, so there are no tasks of that",
}
"""What is answered with 501, by verb and path, and why."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Answers what is here.

    Attributes:
        verification: the use case of ``Verify``, with its limits and its trail.
    """

    verification: VerificationService

    def methods(self) -> dict[str, Method[OsiaRequest]]:
        """Return the methods by operation id."""
        return {"verify": method(SERVICE, "verify", self._verify, ATTRIBUTES)}

    def _verify(self, call: Call, request: OsiaRequest) -> bytes:
        if set(request.body) != {"biometricData"}:
            raise invalid("body", "must have biometricData and nothing else: other attributes are not verified here")
        shown = shown_of(request.body["biometricData"])
        if shown.slaps:
            raise invalid("biometricData", "must be of single fingers")

        def told(verified: Verified) -> bytes:
            return answer(
                {"verificationCode": _CODES[verified.decision], "verificationMessage": verified.decision.value}
            )

        return self.verification.verify(call, request.path["identifier"], shown.samples, None, told)
