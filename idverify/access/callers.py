"""Who calls: the client by its certificate, or whoever is on this machine where there is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from idverify.access.expiry import Expiring
from idverify.access.revocation import Issued
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import EVERY_PROCEDURE, EVERY_RECORD_TYPE, Caller, Client, Presented, Role, SampleKind

KnownBy = Callable[[Collection[str]], Sequence[Client]]
"""From the ways in which a certificate may be known to the clients that are known by one of them."""

_MOST_CERTIFICATES = 4096


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is asked of a client's certificate.

    Attributes:
        ways: how a client may be known by it, in the registry's words.
        issued: its issuer (DER) and serial number.
        sha256: its fingerprint.
        until: when it expires.
        key_sha256: of its public key (DER, SubjectPublicKeyInfo).
    """

    ways: frozenset[str]
    issued: Issued
    sha256: str
    until: datetime
    key_sha256: str


class CertifiedCallers:
    """Tells the caller by the certificate that TLS has already checked.

    A client is pinned to one certificate by its SHA-256 fingerprint, or known by a name that the certificate carries:
    one of its URIs (subjectAltName), or its common name if it has no URI.

    Args:
        known_by: the registry.
        is_revoked: what the authority says.
        seen: told of every certificate by which a client calls.
    """

    def __init__(
        self,
        known_by: KnownBy,
        is_revoked: Callable[[Issued], bool] = lambda _: False,
        seen: Callable[[Expiring], None] = lambda _: None,
    ) -> None:
        self._known_by = known_by
        self._is_revoked = is_revoked
        self._seen = seen
        self._callers: dict[str, tuple[Client, Caller]] = {}

    def caller_of(self, certificate_pem: bytes | None) -> Caller:
        """Return the caller, as the registry has it at this moment; barred, if it may do nothing now.

        Raises:
            DomainError: CLIENT_UNKNOWN for no certificate, one that nobody is registered with, or one that fits
                several clients.
        """
        if not certificate_pem:
            raise _unknown()
        certificate = read_certificate(certificate_pem)
        found = self._known_by(certificate.ways)
        if len(found) != 1:
            raise _unknown()
        caller = self._calling(found[0], certificate, certificate_pem)
        if caller.barred is None and self._is_revoked(certificate.issued):
            return replace(caller, barred=Reason.CERTIFICATE_REVOKED)
        return caller

    def _calling(self, client: Client, certificate: Certificate, pem: bytes) -> Caller:
        """Return a client as it calls by a certificate; made anew when its entry was changed."""
        known = self._callers.get(certificate.sha256)
        if known is not None and known[0] is client:
            return known[1]
        caller = replace(client.caller, presented=Presented(pem, certificate.key_sha256))
        self._seen(Expiring(caller.name, certificate.sha256, certificate.until))
        self._callers[certificate.sha256] = client, caller
        return caller


def local_caller(name: str) -> Caller:
    """Return the caller on an unprotected loopback address: whoever can reach it may do everything, and sees all."""
    return Caller(
        name,
        frozenset(Role),
        sample_kinds=frozenset(SampleKind),
        entitlements=EVERY_PROCEDURE,
        record_types=EVERY_RECORD_TYPE,
    )


@lru_cache(_MOST_CERTIFICATES)
def read_certificate(pem: bytes) -> Certificate:
    """Return what is asked of a certificate; read once."""
    certificate = x509.load_pem_x509_certificate(pem)
    fingerprint = certificate.fingerprint(SHA256()).hex()
    names = {f"name:{name}" for name in _subjects(certificate)}
    issued = certificate.issuer.public_bytes(), certificate.serial_number
    ways = frozenset({f"sha256:{fingerprint}"} | names)
    key = Hash(SHA256())
    key.update(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return Certificate(ways, issued, fingerprint, certificate.not_valid_after_utc, key.finalize().hex())


def _unknown() -> DomainError:
    return DomainError(
        Reason.CLIENT_UNKNOWN,
        "the client certificate is not registered (or fits several clients); ask the service's operator",
    )


def _subjects(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        uris = extension.value.get_values_for_type(x509.UniformResourceIdentifier)
    except (x509.ExtensionNotFound, ValueError):  # ValueError: an extension that is not well formed names nobody
        uris = []
    return uris or [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
