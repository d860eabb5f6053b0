"""Certificates for one measurement: an authority, the server, its clients, and one client that is not registered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

CLIENTS = ("counter-1", "counter-2", "counter-3", "counter-4")
STRANGER = "stranger"


def issue_all(folder: Path) -> None:
    """Write ``NAME.crt`` and ``NAME.key`` for authority, server and clients, and ``clients.toml``."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _named("authority")
    own = _builder(authority, authority, key.public_key())
    own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    (folder / "authority.crt").write_bytes(own.sign(key, SHA256()).public_bytes(Encoding.PEM))
    for name in ("server", *CLIENTS, STRANGER):
        _issue(folder, name, authority, key)
    tables = [f'[clients.{name}]\nroles = ["counter"]\n' for name in CLIENTS]
    (folder / "clients.toml").write_text("".join(tables), encoding="utf-8")


def _issue(folder: Path, name: str, authority: x509.Name, authority_key: ec.EllipticCurvePrivateKey) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = _builder(_named(name), authority, key.public_key()).add_extension(host, critical=False)
    (folder / f"{name}.crt").write_bytes(made.sign(authority_key, SHA256()).public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _named(name: str) -> x509.Name:
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
        .not_valid_after(now + timedelta(days=1))
    )
