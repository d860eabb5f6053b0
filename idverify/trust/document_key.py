"""The key that signs printed documents, with a certificate of its own: PDF readers know certificates, not JWKs.

P-256, which every PDF reader knows, and not the key of assertions: who reads documents must not have to trust that one.
The certificate is made by the service itself; who checks documents takes it from the key set. Former certificates are
kept: what they signed stays checkable.

The file is JSON, ``{"version": 1, "sealed": B64}``, all of it sealed as that of the signing keys.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

from idverify.trust.sealed_file import SealedForm
from idverify.trust.sealing import MasterKeys, Purpose
from idverify.trust.secret_file import create_secret_file, replace_secret_file

LIFETIME = timedelta(days=3 * 365)
"""Of a certificate. A document needs to be checked while its dossier is open, 90 days, and as evidence later."""

_LONGEST_NAME = 64
"""Bytes of a common name, ub-common-name of RFC 5280."""

_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_FORM = SealedForm("the document key", Purpose.DOCUMENT_KEY, ("document_key", "key"))


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """The key, its certificate, and the certificates of those before it, newest first; all PEM."""

    private: bytes
    certificate: bytes
    former: tuple[bytes, ...] = ()

    @property
    def expires(self) -> datetime:
        """When the certificate ends, aware."""
        return x509.load_pem_x509_certificate(self.certificate).not_valid_after_utc


def load_or_create_document_key(path: Path, keys: MasterKeys, issuer: str, now: datetime) -> DocumentKey:
    """Load the key, making the file with a new one if there is none.

    Raises:
        StoredDataError: the file is readable by others, was changed, or belongs to another root secret.
        OSError: the file cannot be read or made.
    """
    try:
        return load_document_key(path, keys)
    except FileNotFoundError:
        create_secret_file(path, _encode(_new(issuer, now, ()), keys))
        return load_document_key(path, keys)


def load_document_key(path: Path, keys: MasterKeys) -> DocumentKey:
    """Load the key. Raises as :func:`load_or_create_document_key`, and FileNotFoundError."""
    content = json.loads(_FORM.read(path, keys))
    former = tuple(each.encode() for each in content["former"])
    return DocumentKey(content["private"].encode(), content["certificate"].encode(), former)


def rotate_document_key(path: Path, keys: MasterKeys, issuer: str, now: datetime) -> DocumentKey:
    """Make a new key and certificate; a running server signs with it from its next document on.

    Raises:
        StoredDataError, OSError: as :func:`load_document_key`.
    """
    before = load_document_key(path, keys)
    replace_secret_file(path, _encode(_new(issuer, now, (before.certificate, *before.former)), keys))
    return load_document_key(path, keys)


def _new(issuer: str, now: datetime, former: tuple[bytes, ...]) -> DocumentKey:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _short(issuer) or "idverify")])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # verifiers' clocks may be behind
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return DocumentKey(private, certificate.public_bytes(pem), former)


def _short(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _encode(key: DocumentKey, keys: MasterKeys) -> bytes:
    content = {
        "private": key.private.decode(),
        "certificate": key.certificate.decode(),
        "former": [each.decode() for each in key.former],
    }
    return _FORM.written(json.dumps(content).encode(), keys)
