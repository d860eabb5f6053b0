"""Sources of records that cannot be used end the start, with a message that says which and why."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from idverify.domain.errors import SettingsError
from idverify.settings import load_settings
from idverify.start.record_sources import open_sources
from tests import platform_kit, source_kit
from tests.fakes import FakeClock
from tests.service_kit import packaged_catalogue

HEAD = f'[sources.insurer]\ntitle = "Bảo hiểm"\nrecord_types = ["{source_kit.KIND}"]\nkeys = "insurer.jwks.json"\n'


def opened(folder: Path, way: str) -> set[str]:
    """Return the types that have a source."""
    path = folder / "sources.toml"
    path.write_text(HEAD + way, encoding="utf-8")
    settings = load_settings(data_dir=folder, record_sources_file=path)
    with ExitStack() as undo:
        return set(open_sources(settings, packaged_catalogue(), FakeClock(), undo))


def http(folder: Path) -> str:
    source_kit.public_keys(folder)
    return platform_kit.way(folder, "https://lgsp.example")


def test_both_ways_are_opened_without_asking_anybody(tmp_path: Path) -> None:
    assert opened(tmp_path, http(tmp_path)) == {source_kit.KIND}
    assert opened(tmp_path, 'grpc = { address = "127.0.0.1:1" }') == {source_kit.KIND}


def test_without_a_file_every_type_is_in_the_local_table(tmp_path: Path) -> None:
    with ExitStack() as undo:
        assert open_sources(load_settings(data_dir=tmp_path), packaged_catalogue(), FakeClock(), undo) == {}


def pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "secret").unlink(), "secret cannot be read"),
        (lambda folder: (folder / "secret").write_text("bí mật", encoding="utf-8"), "printable ASCII"),
        (lambda folder: (folder / "secret").write_text("\n"), "printable ASCII"),
        (lambda folder: (folder / "signing.key").write_text("x"), "no private key in PEM"),
        (lambda folder: (folder / "signing.key").write_bytes(pem(ed25519.Ed25519PrivateKey.generate())), "P-256"),
        (lambda folder: (folder / "signing.key").write_bytes(pem(ec.generate_private_key(ec.SECP384R1()))), "P-256"),
        (lambda folder: (folder / "insurer.jwks.json").write_text("{}"), "JWK Set"),
        (lambda folder: (folder / "insurer.jwks.json").unlink(), "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, spoil: Callable[[Path], object], says: str) -> None:
    way = http(tmp_path)
    spoil(tmp_path)
    with pytest.raises(SettingsError, match=f"record source insurer: .*{says}"):
        opened(tmp_path, way)


def test_certificates_that_are_none_are_named(tmp_path: Path) -> None:
    way = http(tmp_path)
    (tmp_path / "ca.pem").write_text("x")
    with pytest.raises(SettingsError, match="record source insurer: ca, certificate or key cannot be used"):
        opened(tmp_path, f'{way}ca = "ca.pem"\n')
    with pytest.raises(SettingsError, match="record source insurer: without TLS only a server on this machine"):
        opened(tmp_path, 'grpc = { address = "far.example:443" }')
