"""What MOSIP's data share encrypts is read in its present form and in the former one, and nothing else is."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import SettingsError
from idverify.mosip.abis.failures import AbisError, Failure
from idverify.mosip.abis.unsealing import key_in, unsealed
from tests.mosip_kit import sealed_for

KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
THUMBPRINT = os.urandom(32)
SPLITTER = b"#KEY_SPLITTER#"
PADDING = OAEP(MGF1(SHA256()), SHA256(), None)


def present(data: bytes) -> bytes:
    return sealed_for(KEY.public_key(), data)


def former(data: bytes, thumbprint: bytes = THUMBPRINT) -> bytes:
    content_key, nonce = os.urandom(32), os.urandom(16)
    wrapped = thumbprint + KEY.public_key().encrypt(content_key, PADDING)
    sealed = AESGCM(content_key).encrypt(nonce, data, None)
    return base64.urlsafe_b64encode(wrapped + SPLITTER + sealed + nonce)


@given(st.binary(max_size=200))
def test_what_was_encrypted_comes_back(data: bytes) -> None:
    for sealed in (present(data), former(data), former(data, b""), present(data) + b"\n"):
        assert unsealed(sealed, KEY) == data


@given(st.binary(max_size=900), st.integers(0, 700), st.booleans())
def test_nothing_else_is_read(garbage: bytes, place: int, cut: bool) -> None:
    sealed = bytearray(base64.urlsafe_b64decode(present(b"a record") + b"==="))
    place %= len(sealed)
    changed = bytes(sealed[:place]) if cut else bytes(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
    # Of the digest of the certificate nothing is believed.
    candidates = [garbage, base64.urlsafe_b64encode(garbage)]
    candidates += [base64.urlsafe_b64encode(changed)] if cut or not 6 <= place < 38 else []
    for wrong in candidates:
        with pytest.raises(AbisError) as refused:
            unsealed(wrong, KEY)
        assert refused.value.failure is Failure.CBEFF_INVALID


def test_it_is_for_one_key() -> None:
    with pytest.raises(AbisError):
        unsealed(present(b"a record"), OTHER)


def test_a_key_is_of_rsa_and_nobody_else_s(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"

    def written(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, mode: int = 0o600) -> Path:
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.chmod(mode)
        return file

    assert key_in(written(KEY)).private_numbers() == KEY.private_numbers()
    for wrong in (written(KEY, 0o644), tmp_path / "none"):
        with pytest.raises(SettingsError, match="mosip_key_file"):
            key_in(wrong)
    with pytest.raises(SettingsError, match="RSA"):
        key_in(written(ec.generate_private_key(ec.SECP256R1())))
    file.write_text("no key")
    with pytest.raises(SettingsError, match="in PEM"):
        key_in(file)
