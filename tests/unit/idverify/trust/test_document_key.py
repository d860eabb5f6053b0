"""The key of printed documents and its certificate: made once, private, refused when in doubt, changed while in use."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from idverify.domain.errors import StoredDataError
from idverify.trust.document_key import (
    LIFETIME,
    load_document_key,
    load_or_create_document_key,
    rotate_document_key,
)
from idverify.trust.sealing import MasterKeys, new_key
from idverify.trust.secret_file import KeyFileError
from tests.contract.store_kit import KEYS, NOW

ISSUER = "https://xac-minh.bacninh.example"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "document-key.json"


def test_it_is_a_p_256_key_with_a_certificate_for_documents_alone(path: Path) -> None:
    key = load_or_create_document_key(path, KEYS, ISSUER, NOW)
    assert load_or_create_document_key(path, KEYS, "another", NOW) == load_document_key(path, KEYS) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"PRIVATE" not in path.read_bytes()
    certificate = x509.load_pem_x509_certificate(key.certificate)
    private = key.private
    assert (private.curve.name, private.public_key()) == ("secp256r1", certificate.public_key())
    certificate.verify_directly_issued_by(certificate)
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == ISSUER
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert key.expires == NOW.replace(microsecond=0) + LIFETIME


def test_the_longest_and_the_emptiest_name_of_a_service(tmp_path: Path) -> None:
    for issuer, expected in {"a" + "é" * 100: "a" + "é" * 31, "": "idverify"}.items():
        key = load_or_create_document_key(tmp_path / f"{len(expected)}.json", KEYS, issuer, NOW)
        (name,) = x509.load_pem_x509_certificate(key.certificate).subject
        assert name.value == expected


def test_former_certificates_stay_known(path: Path) -> None:
    first = load_or_create_document_key(path, KEYS, ISSUER, NOW)
    second = rotate_document_key(path, KEYS, ISSUER, NOW + timedelta(days=1))
    third = rotate_document_key(path, KEYS, ISSUER, NOW + timedelta(days=2))
    assert third.former == (second.certificate, first.certificate)
    assert len({each.private.private_numbers().private_value for each in (first, second, third)}) == 3
    with pytest.raises(FileNotFoundError):
        rotate_document_key(path.with_name("none"), KEYS, ISSUER, NOW)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"version": 1}', b'{"version": 1, "sealed": 3}', b'{"version": 1, "sealed": "not base64!"}'],
)
def test_a_damaged_file_is_refused_and_kept(path: Path, content: bytes) -> None:
    load_or_create_document_key(path, KEYS, ISSUER, NOW)
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="damaged"):
        load_or_create_document_key(path, KEYS, ISSUER, NOW)
    assert path.read_bytes() == content


def test_a_file_of_a_newer_version_or_of_other_secrets_is_refused(path: Path) -> None:
    load_or_create_document_key(path, KEYS, ISSUER, NOW)
    other = MasterKeys("k1", {"k1": new_key()}, new_key())
    with pytest.raises(StoredDataError):
        load_document_key(path, other)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 2}))
    with pytest.raises(KeyFileError, match="newer"):
        load_document_key(path, KEYS)
