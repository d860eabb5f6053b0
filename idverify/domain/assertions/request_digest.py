"""The digest of a request, by which an assertion says what it answers; ``docs/assertion.md`` defines it to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from idverify.domain.model import RequestContext, Sample

_VERSION = "idverify-request-1"
_FIELDS = (
    "request_id",
    "transaction_id",
    "procedure_code",
    "dossier_code",
    "agency_code",
    "officer_id",
    "counter_id",
    "purpose",
    "nonce",
    "consent_ref",
)
"""Of the context, in the order of the protos; another list is another version."""


def request_digest(method: str, context: RequestContext, citizen_number: str, samples: Sequence[Sample]) -> str:
    """Return the SHA-256, hexadecimal, over lines of ``name value``, each ended by a line feed, in UTF-8.

    The digests of the samples are in it: who has the citizen's other data cannot find the number by trying.

    Args:
        method: the RPC, e.g. ``Verify``.
        context: with the transaction id that the answer names.
        citizen_number: as claimed; empty for a search.
        samples: in the order of the request.
    """
    lines = [
        _VERSION,
        f"method {method}",
        *(f"{name} {getattr(context, name)}" for name in _FIELDS),
        f"citizen_number {citizen_number}",
        *(f"sample {_code(sample)} {hashlib.sha256(sample.content.data).hexdigest()}" for sample in samples),
    ]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _code(sample: Sample) -> int:
    """The number of the finger in the protos: zero where none is stated."""
    return 0 if sample.position is None else sample.position.value + 1
