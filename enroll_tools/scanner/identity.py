"""Who a scanner says that it is, and the key by which it signs what it says."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import RSAKey

MAKE, MODEL, PROVIDER = "idverify", "simulator", "idverify"
SERVICE_VERSION = "0.9.5"
ENVIRONMENT = "Developer"
_VALID = timedelta(days=30)


class Identity:
    """The digital id of a scanner: what it is called, a key made at its start, and a certificate of its own issue.

    Nobody vouches for it: it shows what a scanner signs, and in which form.
    """

    def __init__(self, serial: str) -> None:
        self.serial = serial
        private = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{MAKE} {MODEL} {serial}")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + _VALID)
            .sign(private, hashes.SHA256())
        )
        der = certificate.public_bytes(serialization.Encoding.DER)
        self._header = {"alg": "RS256", "typ": "JWT", "x5c": [base64.b64encode(der).decode("ascii")]}
        self._key = RSAKey.import_key(private)

    @property
    def code(self) -> str:
        """Code of the device, as a management server would have given it."""
        return hashlib.sha256(self.serial.encode()).hexdigest()[:32]

    def digital_id(self, now: datetime) -> dict[str, str]:
        """Return who it is."""
        return {
            "serialNo": self.serial,
            "make": MAKE,
            "model": MODEL,
            "type": "Finger",
            "deviceSubType": "Single",
            "deviceProvider": PROVIDER,
            "deviceProviderId": PROVIDER,
            "dateTime": timestamp(now),
        }

    def signed(self, content: Mapping[str, Any]) -> str:
        """Return something signed, JWS in compact form (RFC 7515), with the certificate."""
        return jws.serialize_compact(self._header, json.dumps(content).encode(), self._key)


def unsigned(content: Mapping[str, Any]) -> str:
    """Return something as it is said without a signature: base64url of its JSON."""
    return base64url(json.dumps(content).encode())


def base64url(content: bytes) -> str:
    """Return bytes in base64url without padding, RFC 4648 section 5."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def timestamp(now: datetime) -> str:
    """Return a time as the contract has it: RFC 3339, in UTC."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
