"""Wrong certificate files are told before anything is sent, each for what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from idverify.client import Tls
from tests.e2e.certificates import Authority


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    authority = Authority(folder)
    authority.issue("one")
    authority.issue("two")
    key = load_pem_private_key((folder / "one.key").read_bytes(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    (folder / "locked.key").write_bytes(locked)
    (folder / "empty").write_bytes(b"")
    (folder / "both.pem").write_bytes((folder / "one.crt").read_bytes() + (folder / "one.key").read_bytes())
    (folder / "torn.crt").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    broken = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    (folder / "torn.key").write_bytes(broken)
    return folder


NO_CERTIFICATE = "holds no certificate in PEM"
NO_KEY = "holds no private key in PEM that opens without a password"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("empty", "one.crt", "one.key"), f"empty {NO_CERTIFICATE}"),
        (("authority.crt", "one.key", "one.key"), f"one.key {NO_CERTIFICATE}"),
        (("authority.crt", "torn.crt", "one.key"), f"torn.crt {NO_CERTIFICATE}"),
        (("authority.crt", "one.crt", "one.crt"), f"one.crt {NO_KEY}"),
        (("authority.crt", "one.crt", "torn.key"), f"torn.key {NO_KEY}"),
        (("authority.crt", "one.crt", "locked.key"), f"locked.key {NO_KEY}"),
        (("authority.crt", "one.crt", "two.key"), "two.key is not the key of one.crt"),
    ],
)
def test_the_file_that_is_wrong_is_named(folder: Path, files: tuple[str, ...], told: str) -> None:
    with pytest.raises(ValueError, match=told.partition(" ")[0]) as error:
        Tls.from_files(*(folder / name for name in files))
    assert str(error.value).replace(f"{folder}/", "") == told


def test_those_that_go_together_are_taken(folder: Path) -> None:
    tls = Tls.from_files(folder / "authority.crt", folder / "one.crt", folder / "one.key")
    assert tls.private_key == (folder / "one.key").read_bytes()
    assert Tls.from_files(folder / "authority.crt").certificate is None
    assert Tls.from_files(None, folder / "both.pem", folder / "both.pem").root_certificates is None
