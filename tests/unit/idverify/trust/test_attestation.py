"""What a device signs is read only if its key signed it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey

from idverify.domain.model import Attestation, PadDecision, PadSaid, SignedKind
from idverify.trust.attestation import JwsAttestations

KEY = ECKey.generate_key("P-256")
PUBLIC = json.dumps(KEY.as_dict(private=False))
CLAIMS: dict[str, Any] = {"nonce": "n", "sha256": "ab", "iat": 1_770_000_000}
READ = JwsAttestations()


def token(claims: dict[str, Any] = CLAIMS, key: Any = KEY, **header: Any) -> str:
    return jwt.encode({"alg": "ES256", "typ": SignedKind.CAPTURE.value, "kid": "scanner-1", **header}, claims, key)


def test_what_is_stated_is_read() -> None:
    said = READ.read(token({**CLAIMS, "pad": {"decision": "BONA_FIDE", "method": "pulse"}}), PUBLIC, SignedKind.CAPTURE)
    at = datetime.fromtimestamp(1_770_000_000, UTC)
    assert said == Attestation("n", "ab", at, PadSaid(PadDecision.BONA_FIDE, "pulse"))
    assert READ.read(token(), PUBLIC, SignedKind.CAPTURE).pad is None
    assert READ.device_of(token()) == "scanner-1"


@pytest.mark.parametrize(
    ("bad", "part"),
    [
        (token(key=ECKey.generate_key("P-256")), "signature"),
        (token(typ="JWT"), "typ"),
        (token({"nonce": "n", "sha256": "ab"}), "claims"),
        (token({**CLAIMS, "iat": "now"}), "claims"),
        (token({**CLAIMS, "iat": True}), "claims"),
        (token({**CLAIMS, "iat": 10**30}), "claims"),
        (token({**CLAIMS, "nonce": 5}), "claims"),
        (token({**CLAIMS, "pad": "BONA_FIDE"}), "claims"),
        (token({**CLAIMS, "pad": {"decision": "BONA_FIDE"}}), "claims"),
        (token({**CLAIMS, "pad": {"decision": "MAYBE", "method": ""}}), "claims"),
        (token()[:-8] + "AAAAAAAA", "signature"),
        ("no token", "signature"),
        ("ß", "signature"),
        (jwt.encode({"alg": "HS256", "typ": SignedKind.CAPTURE.value}, CLAIMS, OctKey.import_key(PUBLIC)), "signature"),
    ],
)
def test_anything_else_is_not(bad: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        READ.read(bad, PUBLIC, SignedKind.CAPTURE)


@pytest.mark.parametrize("bad", ["", "a.b.c", "ß", token(kid="")])
def test_a_token_that_names_no_device(bad: str) -> None:
    with pytest.raises(ValueError, match="no "):
        READ.device_of(bad)


def headed(header: bytes) -> str:
    """A token with this header, signed by nobody."""
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (header, b"{}", b"x" * 64))


@pytest.mark.parametrize(
    "header",
    [
        b"5",
        b'"alg"',
        b'["alg"]',
        b'{"alg":"ES256","kid":[]}',
        b'{"alg":"ES256","x":' + b"[" * 1400 + b"]" * 1400 + b"}",
    ],
)
def test_a_header_of_another_form_names_no_device(header: bytes) -> None:
    with pytest.raises(ValueError, match=r"^no "):
        READ.device_of(headed(header))


@pytest.mark.parametrize("critical", ["5", "[5]", "[[]]", "null", '{"a":1}', '["x"]'])
def test_what_is_said_to_be_critical_is_not_believed(critical: str) -> None:
    with pytest.raises(ValueError, match=r"^signature$"):
        READ.read(headed(f'{{"kid":"scanner-1","crit":{critical},"alg":"ES256"}}'.encode()), PUBLIC, SignedKind.CAPTURE)


def test_claims_nested_without_end_are_none() -> None:
    header = {"alg": "ES256", "typ": SignedKind.CAPTURE.value, "kid": "scanner-1"}
    nested = jws.serialize_compact(header, b'{"x":' + b"[" * 1400 + b"]" * 1400 + b"}", KEY)
    assert READ.device_of(nested) == "scanner-1"
    with pytest.raises(ValueError, match=r"^claims$"):
        READ.read(nested, PUBLIC, SignedKind.CAPTURE)


@pytest.mark.parametrize(
    "key",
    [
        "{}",
        "[]",
        "no JSON",
        "[" * 3000 + "]" * 3000,
        json.dumps(KEY.as_dict(private=True)),
        json.dumps(ECKey.generate_key("P-384").as_dict(private=False)),
        json.dumps(OctKey.generate_key(256).as_dict()),
    ],
)
def test_a_key_that_is_none(key: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        READ.check_key(key)


def test_a_key_is_kept_without_anything_else() -> None:
    kept = json.loads(READ.check_key(json.dumps({**KEY.as_dict(private=False), "note": "of the vendor"})))
    assert {"kty", "crv", "x", "y"} <= set(kept)
    assert "d" not in kept
