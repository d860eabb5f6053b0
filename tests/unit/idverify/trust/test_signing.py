"""Signatures that others can verify, and keys that change without an outage."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import OKPKey

from idverify.domain.errors import StoredDataError
from idverify.trust.sealing import MasterKeys, Purpose, seal
from idverify.trust.secret_file import KeyFileError
from idverify.trust.signing import ASSERTION_TYPE, JwsSigner, open_signer, rotate_signing_key
from tests.contract.store_kit import KEYS
from tests.fakes import FakeClock

ISSUER = "https://xac-minh.bacninh.example"
CLAIMS = {"iss": ISSUER, "sub": "pairwise", "exp": 1767600300, "bio": {"fmr_at_score": 1e-7}, "ten": "chữ Việt"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "signing.json"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def signer(path: Path, clock: FakeClock) -> JwsSigner:
    return open_signer(path, KEYS, ISSUER, clock)


def unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(token: str, key_set: str) -> dict[str, Any]:
    """Verify as RFC 7515 and RFC 8032 say, without the library that signed."""
    header_part, payload_part, signature_part = token.split(".")
    header = json.loads(unbase64(header_part))
    (key,) = [k for k in json.loads(key_set)["keys"] if k["kid"] == header["kid"]]
    public = Ed25519PublicKey.from_public_bytes(unbase64(key["x"]))
    public.verify(unbase64(signature_part), f"{header_part}.{payload_part}".encode())
    claims: dict[str, Any] = json.loads(unbase64(payload_part))
    return claims


def kids(signer: JwsSigner) -> list[str]:
    return [key["kid"] for key in json.loads(signer.key_set()[0])["keys"]]


def test_a_signature_holds_for_whoever_has_the_key_set(signer: JwsSigner) -> None:
    token = signer.sign(CLAIMS)
    assert verify(token, signer.key_set()[0]) == CLAIMS
    header = json.loads(unbase64(token.split(".")[0]))
    assert header == {"alg": "EdDSA", "typ": ASSERTION_TYPE, "kid": signer.key_set()[1]}
    assert signer.issuer == ISSUER


def test_a_changed_assertion_does_not_hold(signer: JwsSigner) -> None:
    header, payload, signature = signer.sign(CLAIMS).split(".")
    other = base64.urlsafe_b64encode(json.dumps(CLAIMS | {"sub": "somebody else"}).encode()).decode().rstrip("=")
    for token in (f"{header}.{other}.{signature}", f"{header}.{payload}.{signature[:-4]}AAAA"):
        with pytest.raises(InvalidSignature):
            verify(token, signer.key_set()[0])


@pytest.mark.parametrize(
    "header",
    ['["alg"]', '{"alg":"EdDSA","kid":[]}', '{"alg":"EdDSA","kid":"KID","crit":[[]]}', "[" * 3000 + "]" * 3000],
    ids=["list", "kid", "crit", "nested"],
)
def test_what_is_no_assertion_is_not_its_own(signer: JwsSigner, header: str) -> None:
    head = base64.urlsafe_b64encode(header.replace("KID", kids(signer)[0]).encode()).rstrip(b"=").decode()
    assert signer.own(f"{head}.e30.{'eHh4' * 21}") is None


def test_the_key_set_is_public_and_named_by_thumbprint(signer: JwsSigner) -> None:
    keys = json.loads(signer.key_set()[0])["keys"]
    assert len(keys) == 2
    for key in keys:
        assert set(key) == {"kty", "crv", "x", "use", "alg", "kid"}
        assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("OKP", "Ed25519", "sig", "EdDSA")
        members = f'{{"crv":"Ed25519","kty":"OKP","x":"{key["x"]}"}}'  # RFC 7638, RFC 8037 appendix A.3
        assert unbase64(key["kid"]) == hashlib.sha256(members.encode()).digest()


def test_the_file_is_private_and_sealed(path: Path, signer: JwsSigner) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    content = path.read_text()
    assert set(json.loads(content)) == {"version", "sealed"}
    assert not any(key["x"] in content for key in json.loads(signer.key_set()[0])["keys"])


def test_a_restart_signs_with_the_same_key(path: Path, signer: JwsSigner, clock: FakeClock) -> None:
    again = open_signer(path, KEYS, ISSUER, clock)
    assert again.key_set() == signer.key_set()
    verify(again.sign(CLAIMS), signer.key_set()[0])


def test_all_who_start_at_once_get_the_same_keys(path: Path, clock: FakeClock) -> None:
    with ThreadPoolExecutor(8) as pool:
        signers = list(pool.map(lambda _: open_signer(path, KEYS, ISSUER, clock), range(8)))
    assert len({signer.key_set() for signer in signers}) == 1
    assert len(list(path.parent.iterdir())) == 1


def test_rotation_reaches_a_running_server_and_breaks_no_verifier(
    path: Path, signer: JwsSigner, clock: FakeClock
) -> None:
    cached, first = signer.key_set()
    old_token = signer.sign(CLAIMS)
    promoted = rotate_signing_key(path, KEYS, clock.now())
    new_token = signer.sign(CLAIMS)
    assert signer.key_set()[1] == promoted != first
    assert verify(new_token, cached) == CLAIMS, "a verifier with the former key set knows the next key"
    assert verify(old_token, signer.key_set()[0]) == CLAIMS, "what was signed before still holds"
    assert kids(signer)[0] == promoted
    assert len(set(kids(signer))) == 3


def test_a_former_key_goes_when_nothing_it_signed_is_valid(path: Path, signer: JwsSigner, clock: FakeClock) -> None:
    first = signer.key_set()[1]
    rotate_signing_key(path, KEYS, clock.now())
    clock.advance(90 * 86_400 + 3599)
    assert first in kids(signer)
    clock.advance(1)
    assert first not in kids(signer)
    assert len(kids(signer)) == 2
    second = signer.key_set()[1]
    rotate_signing_key(path, KEYS, clock.now())
    rotate_signing_key(path, KEYS, clock.now())
    assert second in kids(signer)
    assert len(kids(signer)) == 4, "the expired one is gone from the file as well"


def test_rotations_at_the_same_moment_leave_a_sound_file(path: Path, signer: JwsSigner, clock: FakeClock) -> None:
    cached = signer.key_set()[0]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: rotate_signing_key(path, KEYS, clock.now()), range(8)))
        tokens = list(pool.map(lambda _: signer.sign(CLAIMS), range(8)))
    current = signer.key_set()[0]
    assert all(verify(token, current) == CLAIMS for token in tokens)
    assert json.loads(cached)["keys"][0]["kid"] in kids(signer)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_signing_while_rotating_never_gives_a_token_that_does_not_hold(
    path: Path, signer: JwsSigner, clock: FakeClock
) -> None:
    with ThreadPoolExecutor(4) as pool:
        signing = [pool.submit(signer.sign, CLAIMS) for _ in range(200)]
        for _ in range(10):
            rotate_signing_key(path, KEYS, clock.now())
    for token in signing:
        verify(token.result(), signer.key_set()[0])


def test_there_is_nothing_to_rotate_before_the_first_start(path: Path, clock: FakeClock) -> None:
    with pytest.raises(FileNotFoundError):
        rotate_signing_key(path, KEYS, clock.now())


def test_another_root_secret_does_not_open_the_keys(path: Path, signer: JwsSigner, clock: FakeClock) -> None:
    other = MasterKeys("k1", {"k1": b"\x11" * 32}, b"\x78" * 32)
    with pytest.raises(StoredDataError, match="does not open"):
        open_signer(path, other, ISSUER, clock)


def test_a_new_master_key_changes_nothing(path: Path, signer: JwsSigner, clock: FakeClock) -> None:
    rotated = MasterKeys("k2", {**KEYS.keys, "k2": b"\x22" * 32}, KEYS.root)
    assert open_signer(path, rotated, ISSUER, clock).key_set() == signer.key_set()


def test_a_file_that_others_reach_is_refused(path: Path, signer: JwsSigner, clock: FakeClock) -> None:
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        open_signer(path, KEYS, ISSUER, clock)


def test_a_signer_without_its_file_does_not_sign(path: Path, signer: JwsSigner) -> None:
    path.unlink()
    with pytest.raises(FileNotFoundError):
        signer.sign(CLAIMS)


def sealed(content: object) -> bytes:
    text = seal(KEYS.subkey(Purpose.SIGNING_KEYS), json.dumps(content).encode(), "signing_keys", "ring")
    return json.dumps({"version": 1, "sealed": base64.b64encode(text).decode()}).encode()


X25519 = OKPKey.generate_key("X25519").as_dict(private=True)
P256 = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"version": 2, "sealed": "AAAA"}',
        b'{"version": 1, "sealed": "not base64!"}',
        b'{"version": 1, "sealed": 3}',
        b'{"version": 1, "sealed": "AQID"}',
        sealed({}),
        sealed([]),
        sealed({"active": {}, "next": {}, "former": []}),
        sealed({"active": P256, "next": P256, "former": []}),
        sealed({"active": X25519, "next": X25519, "former": []}),
        sealed({"active": 1, "next": 2, "former": 3}),
    ],
)
def test_a_damaged_file_is_refused_and_kept(path: Path, clock: FakeClock, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(StoredDataError):
        open_signer(path, KEYS, ISSUER, clock)
    assert path.read_bytes() == content


def test_a_public_key_cannot_be_the_active_one(path: Path, signer: JwsSigner, clock: FakeClock) -> None:
    (one, two) = json.loads(signer.key_set()[0])["keys"]
    path.write_bytes(sealed({"active": one, "next": two, "former": []}))
    with pytest.raises(KeyFileError, match="damaged"):
        signer.sign(CLAIMS)


def test_nothing_else_than_ed25519_signs(signer: JwsSigner) -> None:
    for name in ("none", "HS256", "ES256"):
        with pytest.raises(UnsupportedAlgorithmError):
            signer._registry.get_alg(name)


def test_a_key_slipped_in_without_the_root_secret_is_not_published(path: Path, signer: JwsSigner) -> None:
    intruder = MasterKeys("k1", {"k1": b"\x11" * 32}, b"\x00" * 32)
    other = seal(intruder.subkey(Purpose.SIGNING_KEYS), b"{}", "signing_keys", "ring")
    path.write_bytes(json.dumps({"version": 1, "sealed": base64.b64encode(other).decode()}).encode())
    with pytest.raises(StoredDataError):
        signer.key_set()
