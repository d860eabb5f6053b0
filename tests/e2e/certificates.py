"""A small authority that issues certificates for the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID


class Authority:
    """Issues certificates; every file lies in one folder, ``NAME.crt`` beside ``NAME.key``."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _subject(name)
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        self._certificate = _builder(self._name, self._name, self._key.public_key()).add_extension(
            constraints, critical=True
        ).sign(self._key, SHA256())  # fmt: skip
        self.path = folder / f"{name}.crt"
        self.path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self, name: str, *, common_name: str | None = None, uris: tuple[str, ...] = (), key_of: str | None = None
    ) -> x509.Certificate:
        """Issue a certificate for 127.0.0.1 with the URIs; the common name is the name unless told otherwise.

        It has a key of its own, or that of another certificate.
        """
        key: ec.EllipticCurvePrivateKey = ec.generate_private_key(ec.SECP256R1())
        if key_of is not None:
            former = serialization.load_pem_private_key((self.folder / f"{key_of}.key").read_bytes(), None)
            assert isinstance(former, ec.EllipticCurvePrivateKey)
            key = former
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri) for uri in uris]
        names.append(x509.IPAddress(ip_address("127.0.0.1")))
        certificate = _builder(_subject(common_name or name), self._name, key.public_key()).add_extension(
            x509.SubjectAlternativeName(names), critical=False
        ).sign(self._key, SHA256())  # fmt: skip
        (self.folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
    )
