"""Chip cards made for tests: a country, its document signers, and what a reader reads of a chip (ICAO Doc 9303)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from idverify.domain.model import CardRead
from idverify.trust.cards.layout import LDS_SECURITY_OBJECT, LdsSecurityObject

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
ISSUED = datetime(2020, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=365)


@dataclass(frozen=True)
class Holder:
    """Whoever has a key and a certificate."""

    key: Key = field(repr=False)
    certificate: x509.Certificate


def certified(
    name: str,
    by: Holder | None = None,
    *,
    key: Key | None = None,
    authority: bool = False,
    begins: datetime = ISSUED,
    ends: datetime = ISSUED + 15 * YEARS,
    hashed: hashes.SHA256 | hashes.SHA512 | None = None,
) -> Holder:
    """Make a key and a certificate, by its own key or by another's."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                key_cert_sign=authority,
                crl_sign=authority,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    return Holder(key, builder.sign(by.key if by else key, hashed or hashes.SHA256()))


@cache
def country() -> Holder:
    """The country whose cards are trusted."""
    return certified("CSCA", authority=True)


@cache
def signer() -> Holder:
    """Its document signer."""
    return certified("DS 1", country())


def mrz(
    number: str, *, name: str = "NGUYEN<<VAN<AN", birth: str = "840201", sex: str = "M", expires: str = "441231"
) -> str:
    """The three lines, with fillers for check digits: what is signed needs none."""
    lines = (f"IDVNM{number[3:]}<{number}", f"{birth}<{sex}{expires}<VNM", name)
    return "".join(line.ljust(30, "<") for line in lines)


def data_group_1(text: str) -> bytes:
    """EF.DG1 with a machine readable zone."""
    return element(b"\x61", element(b"\x5f\x1f", text.encode()))


def element(tag: bytes, content: bytes) -> bytes:
    """One element in DER."""
    size = len(content)
    if size < 0x80:
        return tag + bytes([size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return tag + bytes([0x80 | len(digits)]) + digits + content


def card(
    groups: Mapping[int, bytes],
    by: Holder | None = None,
    *,
    signed: Mapping[int, bytes] | None = None,
    time: datetime | None = None,
    digest: str = "sha256",
    scheme: str = "",
    content_type: str = LDS_SECURITY_OBJECT,
    named: Holder | None = None,
    by_key: bool = False,
) -> CardRead:
    """What a reader reads of a chip whose data groups were signed.

    ``signed``: others were; ``named``: who is named as signer; ``by_key``: by the key, and not by issuer and number.
    """
    by = by or signer()
    hashed = groups if signed is None else signed
    content = LdsSecurityObject(
        {
            "version": 0,
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": digest}),
            "hashes": [{"number": n, "hash": hashlib.new(digest, data).digest()} for n, data in hashed.items()],
        }
    ).dump()
    attributes = [
        cms.CMSAttribute({"type": "content_type", "values": [content_type]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(digest, content).digest()]}),
    ]
    if time is not None:
        stamp = cms.Time({"utc_time": core.UTCTime(time)})
        attributes.append(cms.CMSAttribute({"type": "signing_time", "values": [stamp]}))
    algorithm, signature = _signature(by.key, cms.CMSAttributes(attributes).dump(), digest, scheme)
    info = cms.SignerInfo(
        {
            "version": "v3" if by_key else "v1",
            "sid": _identifier(named or by, by_key=by_key),
            "digest_algorithm": {"algorithm": digest},
            "signed_attrs": attributes,
            "signature_algorithm": algorithm,
            "signature": signature,
        }
    )
    return CardRead(element(b"\x77", _signed_data(by, content, info, digest, content_type)), groups)


def _identifier(named: Holder, *, by_key: bool) -> cms.SignerIdentifier:
    certificate = _as_asn1(named)
    if by_key:
        return cms.SignerIdentifier("subject_key_identifier", core.OctetString(certificate.key_identifier))
    pair = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(pair))


def _as_asn1(one: Holder) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(one.certificate.public_bytes(serialization.Encoding.DER))


def _signed_data(by: Holder, content: bytes, info: cms.SignerInfo, digest: str, content_type: str) -> bytes:
    data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": {"content_type": content_type, "content": content},
            "certificates": [cms.CertificateChoices("certificate", _as_asn1(by))],
            "signer_infos": [info],
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return made


def _signature(key: Key, signed: bytes, digest: str, scheme: str) -> tuple[algos.SignedDigestAlgorithm, bytes]:
    hashed = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}[digest]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"}), key.sign(signed, ec.ECDSA(hashed))
    if scheme == "rsassa_pss":
        parameters = {
            "hash_algorithm": {"algorithm": digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}},
            "salt_length": 32,
        }
        made = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
        return made, key.sign(signed, padding.PSS(padding.MGF1(hashed), 32), hashed)
    made = algos.SignedDigestAlgorithm({"algorithm": scheme or f"{digest}_rsa"})
    return made, key.sign(signed, padding.PKCS1v15(), hashed)
