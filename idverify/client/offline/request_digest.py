"""The digest of a request, computed by who sent it: the assertion of the answer has the same (``request_sha256``)."""

from __future__ import annotations

import hashlib

from idverify.v1.types_pb2 import FingerprintSample, Purpose
from idverify.v1.verification_pb2 import IdentifyRequest, VerifyRequest

_FIELDS = ["procedure_code", "dossier_code", "agency_code", "officer_id", "counter_id"]


def request_sha256(request: VerifyRequest | IdentifyRequest, transaction_id: str) -> str:
    """Return SHA-256, hexadecimal, over the lines that ``docs/assertion.md`` lists.

    Args:
        request: as sent.
        transaction_id: as the answer has it.
    """
    context = request.context
    verify = isinstance(request, VerifyRequest)
    samples = list(request.samples)
    if isinstance(request, IdentifyRequest) and not samples:
        samples = [request.sample]
    purpose = Purpose.Name(context.purpose).removeprefix("PURPOSE_") if context.purpose else ""
    lines = [
        "idverify-request-1",
        f"method {'Verify' if verify else 'Identify'}",
        f"request_id {context.request_id.lower()}",
        f"transaction_id {transaction_id}",
        *(f"{field} {getattr(context, field)}" for field in _FIELDS),
        f"purpose {purpose}",
        f"nonce {context.nonce}",
        f"consent_ref {context.consent_ref}",
        f"citizen_number {request.citizen_number if isinstance(request, VerifyRequest) else ''}",
        *(f"sample {sample.finger_position} {_digest(sample)}" for sample in samples),
    ]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _digest(sample: FingerprintSample) -> str:
    data = sample.image.data if sample.WhichOneof("sample") == "image" else sample.iso_19794_2_2005
    return hashlib.sha256(data).hexdigest()
