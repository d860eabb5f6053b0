"""The signature over a chip's hashes: CMS SignedData (RFC 5652) with one signer."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from idverify.domain.factors.cards import card_invalid
from idverify.trust.cards.issuers import HASHES
from idverify.trust.cards.layout import LDS_SECURITY_OBJECT

_LEAST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Signed:
    """What a document signer signed; ``time``: as the signer says, None: it says nothing."""

    content: bytes
    signer: x509.Certificate
    time: datetime | None


def checked(data: cms.SignedData) -> Signed:
    """Return what is signed, once its signature was found good; whose certificate it is, is not looked at.

    Raises:
        DomainError: CARD_INVALID: ``form``, ``algorithm``, ``signature``.
        ValueError: and others, for what is malformed.
    """
    if data["encap_content_info"]["content_type"].dotted != LDS_SECURITY_OBJECT or len(data["signer_infos"]) != 1:
        raise card_invalid("form")
    signer: cms.SignerInfo = data["signer_infos"][0]
    content = bytes(data["encap_content_info"]["content"].native)
    digest = _known(signer["digest_algorithm"]["algorithm"].native)
    attributes = _attributes(signer)
    if attributes.get("content_type") != LDS_SECURITY_OBJECT:
        raise card_invalid("form")
    if not hmac.compare_digest(attributes["message_digest"], hashlib.new(digest, content).digest()):
        raise card_invalid("signature")
    certificate = _certificate(data, signer)
    _verify(certificate, signer, digest)
    return Signed(content, certificate, attributes.get("signing_time"))


def _attributes(signer: cms.SignerInfo) -> dict[str, Any]:
    """Return the signed attributes by name, each of which has one value."""
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        (value,) = attribute["values"]
        if name in found:
            raise card_invalid("form")
        found[name] = value.dotted if name == "content_type" else value.native
    return found


def _certificate(data: cms.SignedData, signer: cms.SignerInfo) -> x509.Certificate:
    for choice in data["certificates"]:
        one = choice.chosen
        if isinstance(one, asn1_x509.Certificate) and _is_meant(signer["sid"], one):
            return x509.load_der_x509_certificate(one.dump())
    raise card_invalid("signer")


def _is_meant(sid: cms.SignerIdentifier, certificate: asn1_x509.Certificate) -> bool:
    if sid.name == "subject_key_identifier":
        return bool(certificate.key_identifier == sid.chosen.native)
    named = sid.chosen
    return bool(named["issuer"] == certificate.issuer and named["serial_number"].native == certificate.serial_number)


def _verify(certificate: x509.Certificate, signer: cms.SignerInfo, digest: str) -> None:
    key, algorithm = certificate.public_key(), signer["signature_algorithm"]
    signature, signed = signer["signature"].native, signer["signed_attrs"].untag().dump()
    kind = algorithm.signature_algo
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            key.verify(signature, signed, ec.ECDSA(HASHES[_known(algorithm.hash_algo)]))
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS and kind == "rsassa_pss":
            hashed = HASHES[_known(algorithm.hash_algo)]
            mask = HASHES[_known(algorithm["parameters"]["mask_gen_algorithm"]["parameters"]["algorithm"].native)]
            salt = algorithm["parameters"]["salt_length"].native
            key.verify(signature, signed, padding.PSS(padding.MGF1(mask), salt), hashed)
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS and kind == "rsassa_pkcs1v15":
            # Where the algorithm names no hash, it is the one of the digest (RFC 3370, 3.2).
            named = digest if algorithm["algorithm"].native == "rsassa_pkcs1v15" else algorithm.hash_algo
            key.verify(signature, signed, padding.PKCS1v15(), HASHES[_known(named)])
        else:
            raise card_invalid("algorithm")
    except InvalidSignature:
        raise card_invalid("signature") from None


def _known(name: str) -> str:
    if name not in HASHES:
        raise card_invalid("algorithm")
    return name
