"""The key that signs printed documents, with a certificate of its own: PDF readers know certificates, not JWKs.

P-256, which every PDF reader knows, and not the key of assertions: who reads documents must not have to trust that one.
The certificate is made by the service itself; who checks documents takes it from the key set. Former certificates are
kept: what they signed stays checkable.

The file is JSON, ``{"version": 1, "sealed": B64}``, all of it sealed as that of the signing keys. Of a key in a token
it holds a reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

from idverify.trust.homes.home import FILES, KeyHome, kept
from idverify.trust.sealed_file import KeysInFile, SealedForm
from idverify.trust.sealing import MasterKeys, Purpose

LIFETIME = timedelta(days=3 * 365)
"""Of a certificate. A document needs to be checked while its dossier is open, 90 days, and as evidence later."""

_LONGEST_NAME = 64
"""Bytes of a common name, ub-common-name of RFC 5280."""

_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_FORM = SealedForm("the document key", Purpose.DOCUMENT_KEY, ("document_key", "key"))


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """The key, its certificate, and the certificates of those before it, newest first, as PEM."""

    private: ec.EllipticCurvePrivateKey = field(repr=False, compare=False)
    certificate: bytes
    former: tuple[bytes, ...] = ()

    @property
    def expires(self) -> datetime:
        """When the certificate ends, aware."""
        return x509.load_pem_x509_certificate(self.certificate).not_valid_after_utc


def load_or_create_document_key(
    path: Path, keys: MasterKeys, issuer: str, now: datetime, home: KeyHome = FILES
) -> DocumentKey:
    """Load the key, making the file with a new one if there is none. Raises as :meth:`KeysInFile.load_or_make`."""
    return _file(path, keys, home).load_or_make(lambda: _new(issuer, now, (), home))


def load_document_key(path: Path, keys: MasterKeys, home: KeyHome = FILES) -> DocumentKey:
    """Load the key. Raises as :meth:`KeysInFile.load`."""
    return _file(path, keys, home).load()


def rotate_document_key(path: Path, keys: MasterKeys, issuer: str, now: datetime, home: KeyHome = FILES) -> DocumentKey:
    """Make a new key and certificate; a running server signs with it from its next document on.

    Raises:
        DomainError, StoredDataError, OSError: as :func:`load_or_create_document_key`.
    """
    return _file(path, keys, home).change(lambda before: _new(issuer, now, (before.certificate, *before.former), home))


def _file(path: Path, keys: MasterKeys, home: KeyHome) -> KeysInFile[DocumentKey]:
    return KeysInFile(path, keys, _FORM, partial(_decode, home), _encode, lambda key: (key.private,))


def _new(issuer: str, now: datetime, former: tuple[bytes, ...], home: KeyHome) -> DocumentKey:
    key = home.new_p256()
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
    return DocumentKey(key, certificate.public_bytes(serialization.Encoding.PEM), former)


def _short(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _encode(key: DocumentKey) -> dict[str, Any]:
    return {
        "private": kept(key.private) or _pem(key.private),
        "certificate": key.certificate.decode(),
        "former": [each.decode() for each in key.former],
    }


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _decode(home: KeyHome, content: dict[str, Any]) -> DocumentKey:
    former = tuple(each.encode() for each in content["former"])
    return DocumentKey(_private(home, content["private"]), content["certificate"].encode(), former)


def _private(home: KeyHome, content: str | dict[str, str]) -> ec.EllipticCurvePrivateKey:
    if isinstance(content, dict):
        return home.p256(content)
    key = serialization.load_pem_private_key(content.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of documents is of another kind")
    return key
