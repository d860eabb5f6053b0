"""Signatures of the owners of records: JWS in compact form (RFC 7515), by keys that the operator was given."""

from __future__ import annotations

import hashlib
import json

from joserfc import jws
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from idverify.domain.model.owners import Fault, SignedAnswer, SourceError
from idverify.domain.sources.answers import ANSWER_TYPE
from idverify.trust.malformed import MALFORMED
from idverify.trust.strict_json import StrictJsonError, parse_strict

ALGORITHMS = ("ES256", "EdDSA")
MOST_BYTES = 256 << 10
"""Of a signed answer: a record of 64 KiB in base64url, and room."""


class SourceKeys:
    """The public keys of one source; immutable, thread-safe."""

    def __init__(self, key_set_json: str) -> None:
        """Read a JWK Set (RFC 7517); a key without ``kid`` is known by its thumbprint (RFC 7638).

        Raises:
            ValueError: it is none.
        """
        try:
            self._keys = KeySet.import_key_set(json.loads(key_set_json))
        except MALFORMED:
            raise ValueError("it is no JWK Set of public keys") from None
        if not self._keys.keys:
            raise ValueError("it is a JWK Set without keys")

    def read(self, text: str) -> SignedAnswer:
        """Return what was signed.

        Raises:
            SourceError: SIGNATURE: by none of these keys, changed, or of another type; MALFORMED: no
                JSON object that everybody reads alike, or too long.
        """
        if len(text) > MOST_BYTES:
            raise SourceError(Fault.MALFORMED, f"the answer has more than {MOST_BYTES} bytes")
        try:
            signed = jws.deserialize_compact(text, self._keys, registry=_Algorithms())
        except MALFORMED:
            raise SourceError(Fault.SIGNATURE, "the answer is not signed by a key of this source") from None
        header = signed.headers()
        # The library takes the only key of a set for a token that names none.
        if not isinstance(header.get("kid"), str) or header.get("typ") != ANSWER_TYPE:
            raise SourceError(Fault.SIGNATURE, f"the header must name kid, and the typ {ANSWER_TYPE}")
        try:
            claims = parse_strict(signed.payload)
        except StrictJsonError as error:
            raise SourceError(Fault.MALFORMED, f"the payload: {error}") from None
        if not isinstance(claims, dict):
            raise SourceError(Fault.MALFORMED, "the payload is no JSON object")
        return SignedAnswer(claims, header["kid"], hashlib.sha256(text.encode()).hexdigest())


class _Algorithms(JWSRegistry):
    """Knows the allowed algorithms, and does not warn that RFC 9864 has a newer name for EdDSA."""

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an allowed algorithm."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError("its algorithm is not allowed")
        return self.algorithms[name]
