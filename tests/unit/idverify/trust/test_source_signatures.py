"""What passes for the signature of a source, and what does not."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey

from idverify.domain.model.owners import Fault, SourceError
from idverify.domain.sources.answers import ANSWER_TYPE
from idverify.trust.source_signatures import MOST_BYTES, SourceKeys

KEY = ECKey.generate_key("P-256", {"kid": "k1"})
EDWARDS = OKPKey.generate_key("Ed25519", {"kid": "k2"})
KEYS = SourceKeys(json.dumps({"keys": [KEY.as_dict(private=False), EDWARDS.as_dict(private=False)]}))


def signed(payload: bytes = b'{"a": 1}', key: Any = KEY, **header: Any) -> str:
    said = {"alg": "ES256", "kid": "k1", "typ": ANSWER_TYPE} | header
    return jws.serialize_compact({n: v for n, v in said.items() if v}, payload, key, algorithms=[said["alg"]])


def headed(header: bytes) -> str:
    """A token with this header, signed by nobody."""
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (header, b"{}", b"x" * 64))


def fault_of(text: str) -> Fault:
    with pytest.raises(SourceError) as caught:
        KEYS.read(text)
    return caught.value.fault


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # the test signs by the library's own registry
def test_what_is_signed_is_read_with_its_key() -> None:
    answer = KEYS.read(signed())
    assert (answer.claims, answer.key_id, len(answer.sha256)) == ({"a": 1}, "k1", 64)
    assert KEYS.read(signed(key=EDWARDS, alg="EdDSA", kid="k2")).key_id == "k2"


def test_anything_else_is_not() -> None:
    whole = signed()
    head, body, signature = whole.split(".")
    for text in (
        "",
        "x",
        f"{head}.{body}.",
        f"{head}.{body[:-2]}AA.{signature}",
        signed(key=ECKey.generate_key("P-256", {"kid": "k1"})),
        signed(kid="k3"),
        signed(kid=None),
        signed(typ="JWT"),
        signed(typ=None),
        headed(b"[]"),
        headed(b"5"),
        headed(b'{"alg":"ES256","kid":"k1","crit":5}'),
        headed(b'{"alg":"ES256","kid":"k1","crit":[[]]}'),
        headed(b'{"alg":"ES256","kid":"k1","crit":[5]}'),
        headed(b'{"alg":[],"kid":{}}'),
        headed(b'{"alg":"ES256","x":' + b"[" * 3000 + b"]" * 3000 + b"}"),
        jws.serialize_compact(
            {"alg": "HS256", "kid": "k1", "typ": ANSWER_TYPE}, b"{}", OctKey.import_key("x" * 40), algorithms=["HS256"]
        ),
    ):
        assert fault_of(text) is Fault.SIGNATURE
    for payload in (
        b"x",
        b"[]",
        b"\xff",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\ud800"}',
        b"[" * 3000 + b"]" * 3000,
    ):
        assert fault_of(signed(payload)) is Fault.MALFORMED
    assert fault_of("x" * (MOST_BYTES + 1)) is Fault.MALFORMED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_whatever_is_signed_is_an_object_or_refused(value: Any) -> None:
    try:
        claims = KEYS.read(signed(json.dumps(value).encode())).claims
    except SourceError:
        return
    assert claims == value


@given(JSON)
def test_whatever_header_comes_unsigned_is_refused(value: Any) -> None:
    header = {"alg": "ES256", "kid": "k1", "typ": ANSWER_TYPE}
    for said in (value, header | {"crit": value}, header | {"alg": value}, header | {"kid": value}):
        assert fault_of(headed(json.dumps(said).encode())) is Fault.SIGNATURE


@given(st.text())
def test_whatever_comes_is_refused_in_order(text: str) -> None:
    with pytest.raises(SourceError):
        KEYS.read(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": []}', '{"keys": [{"kty": "EC"}]}'])
def test_keys_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="JWK Set"):
        SourceKeys(text)
