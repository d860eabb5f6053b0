"""Who issues the chips of identity cards: the certificates that an operator trusts.

Two layers (ICAO Doc 9303, part 12): a country's signing certificate (CSCA), which issues those of document signers
(DS). One of either kind may be trusted; a document signer that is trusted itself needs no issuer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from idverify.domain.errors import SettingsError
from idverify.domain.factors.cards import card_invalid

HASHES = {
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
"""Those of part 12, 4.4, that are good for signatures still."""


def load_issuers(path: Path) -> list[x509.Certificate]:
    """Read certificates, PEM.

    Raises:
        SettingsError: the file cannot be read, or holds no certificate or a malformed one.
    """
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(f"card_issuers_file: {path}: no certificates in PEM: {error}") from None


def issuer_of(signer: x509.Certificate, trusted: Sequence[x509.Certificate], when: datetime) -> x509.Certificate:
    """Return the trusted certificate on which a document signer rests; its own, if that is trusted.

    Args:
        signer: the document signer.
        trusted: what the operator trusts.
        when: the signature was made.

    Raises:
        DomainError: CARD_INVALID: ``issuer`` if it rests on none, ``validity`` if one of both was not valid then.
    """
    found = [signer] if signer in trusted else [one for one in trusted if _issued(one, signer)]
    if not found or _is_authority(signer) or not _may(signer, "digital_signature"):
        raise card_invalid("issuer")
    # A country renews its certificate with the same name and key: one that was valid is enough.
    valid = next((one for one in found if _is_valid(one, when)), None)
    if valid is None or not _is_valid(signer, when):
        raise card_invalid("validity")
    return valid


def _is_valid(certificate: x509.Certificate, when: datetime) -> bool:
    return certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc


def _issued(authority: x509.Certificate, signer: x509.Certificate) -> bool:
    if not _is_authority(authority) or not _may(authority, "key_cert_sign"):
        return False
    try:
        signer.verify_directly_issued_by(authority)
        hashed = signer.signature_hash_algorithm
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return hashed is not None and hashed.name in HASHES


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _may(certificate: x509.Certificate, use: str) -> bool:
    """Tell whether a certificate's key is for a use; one that does not say what it is for is for any."""
    try:
        return bool(getattr(certificate.extensions.get_extension_for_class(x509.KeyUsage).value, use))
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
