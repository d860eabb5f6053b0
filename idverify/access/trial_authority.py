"""A private authority with certificates for a trial: what takes a page of openssl otherwise. Not for production.

The authority's key lies beside what it signed. Keys are ECDSA P-256, which every TLS can use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from idverify.domain.model import Role
from idverify.trust.secret_file import create_secret_file

_EARLIER = timedelta(minutes=5)
"""Clocks differ a little: certificates are valid from so long before they were made."""


@dataclass(frozen=True, slots=True)
class _Issuer:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def make_trial_certificates(
    folder: Path, hosts: Sequence[str], clients: Mapping[str, Role], now: datetime, days: int
) -> Sequence[Path]:
    """Write an authority, a certificate for the server, one for each client, and a clients file.

    Args:
        folder: where; made with mode 0700 if missing. All files have mode 0600.
        hosts: names and addresses of the server.
        clients: by name.
        now: aware.
        days: how long the certificates are valid.

    Returns:
        What was written.

    Raises:
        FileExistsError: one of the files is there; nothing is written then.
        OSError: a file cannot be written.
    """
    authority = _authority(now, days)
    usage = ExtendedKeyUsageOID
    pairs = {"ca": (authority.certificate, authority.key)}
    pairs["server"] = _issue(authority, "server", [_host(host) for host in hosts], usage.SERVER_AUTH, (now, days))
    for name in clients:
        uri: x509.GeneralName = x509.UniformResourceIdentifier(_uri(name))
        pairs[name] = _issue(authority, name, [uri], usage.CLIENT_AUTH, (now, days))
    contents: dict[str, bytes] = {}
    for name, (certificate, key) in pairs.items():
        contents[f"{name}.crt"] = certificate.public_bytes(serialization.Encoding.PEM)
        contents[f"{name}.key"] = _pem(key)
    contents["clients.toml"] = "\n".join(_table(name, role) for name, role in clients.items()).encode()
    taken = [name for name in contents if (folder / name).exists()]
    if taken:
        raise FileExistsError(f"{folder} holds {', '.join(taken)} already")
    for name, content in contents.items():
        create_secret_file(folder / name, content)
    return [folder / name for name in contents]


def _authority(now: datetime, days: int) -> _Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("idverify trial authority")
    key_usage = x509.KeyUsage(
        key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = _builder(name, name, key.public_key(), (now, days))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _Issuer(key, builder.add_extension(key_usage, critical=True).sign(key, SHA256()))


def _issue(
    issuer: _Issuer,
    name: str,
    names: Sequence[x509.GeneralName],
    usage: x509.ObjectIdentifier,
    valid: tuple[datetime, int],
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_named(name), issuer.certificate.subject, key.public_key(), valid)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return builder.sign(issuer.key, SHA256()), key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, valid: tuple[datetime, int]
) -> x509.CertificateBuilder:
    now, days = valid
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _uri(name: str) -> str:
    return f"urn:idverify:{name}"


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _table(name: str, role: Role) -> str:
    lines = [f'[clients."{name}"]', f'roles = ["{role.value}"]', f'certificate_name = "{_uri(name)}"']
    if role is Role.COUNTER:
        lines.append('procedures = { "*" = ["*"] }')
    if role is Role.ADMIN:
        lines.append('record_types = ["*"]')
    return "\n".join(lines) + "\n"
