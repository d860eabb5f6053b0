"""The digest of a request, by which an assertion says what it answers; ``docs/assertion.md`` defines it to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from idverify.domain.model import FingerPosition, RequestContext, Sample

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
    shown = [(sample.position, sample.sha256) for sample in samples]
    return digest_with(method, context, citizen_number, shown)


def digest_with(
    method: str, context: RequestContext, citizen_number: str, shown: Iterable[tuple[FingerPosition | None, str]]
) -> str:
    """Return the same from the digests of the samples: where they came one by one, and are not kept.

    Args:
        method: the RPC.
        context: as above.
        citizen_number: as above.
        shown: of each sample, in order, the finger it states and the SHA-256 of its bytes, hexadecimal.
    """
    lines = [
        _VERSION,
        f"method {method}",
        *(f"{name} {getattr(context, name)}" for name in _FIELDS),
        f"citizen_number {citizen_number}",
        *(f"sample {_code(position)} {digest}" for position, digest in shown),
    ]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _code(position: FingerPosition | None) -> int:
    """The number of the finger in the protos: zero where none is stated."""
    return 0 if position is None else position.value + 1
