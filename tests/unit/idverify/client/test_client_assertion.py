"""Offline checking of assertions: what the service signs is accepted, everything else is refused."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey
from joserfc.jws import JWSRegistry

from idverify.client import AssertionRejectedError, Rejection, check_record, verify_assertion
from idverify.client.assertion import ASSERTION_TYPE
from idverify.client.offline.tokens import NO_BIOMETRIC, _Algorithms
from idverify.v1.types_pb2 import Record

NOW = 1_767_600_000
CONTENT = '{"cư trú":"Bắc Ninh"}'
DIGEST = hashlib.sha256(CONTENT.encode()).hexdigest()
RECORD = Record(record_type="residence", owning_agency="BCA", version=2, json=CONTENT)

KEY = OKPKey.generate_key("Ed25519", {"kid": "one", "use": "sig"})
OTHER = OKPKey.generate_key("Ed25519", {"kid": "one", "use": "sig"})
SECOND = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})


def key_set(*keys: Any) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def claims(**changes: Any) -> dict[str, Any]:
    made = {
        "iss": "idverify.test",
        "aud": "H05.12",
        "sub": "pairwise",
        "jti": "j",
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 300,
        "auth_time": NOW,
        "txn": "t",
        "amr": ["fpt"],
        "acr": "urn:x",
        "bio": {},
        "records": [{"type": "residence", "agency": "BCA", "version": 2, "sha256": DIGEST}],
        "missing": [],
    } | changes
    return {name: value for name, value in made.items() if value is not None}


def signed(payload: dict[str, Any] | None = None, key: Any = KEY, **header: Any) -> str:
    full = {"alg": "EdDSA", "kid": "one", "typ": ASSERTION_TYPE} | header
    full = {name: value for name, value in full.items() if value is not None}
    return jwt.encode(full, payload or claims(), key, registry=_Algorithms(), default_type=None)


def check(token: str, keys: str = key_set(KEY, SECOND), now: float = NOW + 10, **changes: Any) -> dict[str, Any]:
    given = {"issuer": "idverify.test", "audience": "H05.12"} | changes
    return verify_assertion(token, keys, now=now, **given)


def test_a_genuine_assertion_gives_its_claims() -> None:
    assert check(signed()) == claims()
    assert check(signed(key=SECOND, alg="ES256", kid="two")) == claims()


@pytest.mark.parametrize("now", [NOW - 29, NOW, NOW + 329])
def test_clocks_may_differ_a_little(now: int) -> None:
    assert check(signed(), now=now)["sub"] == "pairwise"


@pytest.mark.parametrize("now", [NOW - 31, NOW + 330, 0, 2 * NOW])
def test_outside_its_time_it_is_refused(now: int) -> None:
    with pytest.raises(AssertionRejectedError):
        check(signed(), now=now)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"aud": "H05.13"},
        {"aud": []},
        {"aud": ["H05.13"]},
        {"exp": NOW + 301},
        {"exp": float("nan")},
        {"exp": "soon"},
        {"exp": True},
        {"nbf": NOW + 200},
        {"iat": NOW + 200},
        {"iat": NOW - 100},
        {"sub": 7},
        *(
            {name: None}
            for name in ("iss", "aud", "sub", "jti", "iat", "nbf", "exp", "txn", "amr", "acr", "bio", "records")
        ),
    ],
    ids=str,
)
def test_claims_that_do_not_fit_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(AssertionRejectedError):
        check(signed(claims(**changes)))


EXCEPTION: dict[str, Any] = {"bio": None, "amr": [], "acr": NO_BIOMETRIC, "exception": {"reason": "INJURED"}}


def test_the_word_of_two_officers_is_refused_unless_it_is_accepted() -> None:
    token = signed(claims(**EXCEPTION))
    with pytest.raises(AssertionRejectedError) as caught:
        check(token)
    assert caught.value.reason is Rejection.EXCEPTION_NOT_ACCEPTED
    assert check(token, exceptions=True)["exception"] == {"reason": "INJURED"}
    assert check(signed(), exceptions=True)["amr"] == ["fpt"]


@pytest.mark.parametrize("changes", [{"acr": "urn:x"}, {"exception": None, "bio": {}}], ids=str)
def test_what_a_token_rests_on_is_not_contradicted(changes: dict[str, Any]) -> None:
    with pytest.raises(AssertionRejectedError) as caught:
        check(signed(claims(**EXCEPTION | changes)), exceptions=True)
    assert caught.value.reason is Rejection.CLAIM_INVALID


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": None}, {"kid": None}, {"kid": "unknown"}], ids=str)
def test_headers_that_do_not_fit_are_refused(header: dict[str, Any]) -> None:
    with pytest.raises(AssertionRejectedError):
        check(signed(**header), key_set(KEY))


def test_another_key_under_the_same_name_is_refused() -> None:
    with pytest.raises(AssertionRejectedError, match="bad_signature"):
        check(signed(key=OTHER))


def test_a_public_key_is_no_secret_of_hs256() -> None:
    """The oldest trick: the attacker signs with the published key as if it were a shared secret (RFC 8725 2.1)."""
    public = KEY.as_dict(private=False)
    secret = OctKey.import_key(base64.urlsafe_b64decode(str(public["x"]) + "="), {"kid": "one"})
    header = {"alg": "HS256", "kid": "one", "typ": ASSERTION_TYPE}
    token = jwt.encode(header, claims(), secret, registry=JWSRegistry(algorithms=["HS256"]))
    for keys in (key_set(KEY), json.dumps({"keys": [secret.as_dict(private=True)]})):
        with pytest.raises(AssertionRejectedError):
            check(token, keys)


def encode(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def test_an_unsigned_token_is_refused() -> None:
    header = encode({"alg": "none", "kid": "one", "typ": ASSERTION_TYPE})
    for token in (f"{header}.{encode(claims())}.", f"{header}.{encode(claims())}"):
        with pytest.raises(AssertionRejectedError):
            check(token)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_any_changed_part_is_refused(part: int) -> None:
    parts = signed().split(".")
    middle = len(parts[part]) // 2
    parts[part] = parts[part][:middle] + ("A" if parts[part][middle] != "A" else "B") + parts[part][middle + 1 :]
    with pytest.raises(AssertionRejectedError):
        check(".".join(parts))


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "\u00e9.\u00e9.\u00e9", "e30.e30.e30", "A" * 200_000])
def test_no_token_at_all(token: str) -> None:
    with pytest.raises(AssertionRejectedError):
        check(token)


@pytest.mark.parametrize(
    "keys",
    [
        "",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": 3}',
        '{"keys": [{"kty": "OKP"}]}',
        '{"keys": [{"kty": "nope", "kid": "one"}]}',
    ],
)
def test_no_key_set_at_all(keys: str) -> None:
    with pytest.raises(AssertionRejectedError):
        check(signed(), keys)


def test_a_record_is_vouched_for_byte_for_byte() -> None:
    check_record(RECORD, check(signed()))


def changed(**fields: Any) -> Callable[[], Record]:
    def make() -> Record:
        record = Record()
        record.CopyFrom(RECORD)
        for name, value in fields.items():
            setattr(record, name, value)
        return record

    return make


@pytest.mark.parametrize(
    "make",
    [
        changed(json=CONTENT + " "),
        changed(version=3),
        changed(record_type="insurance"),
        changed(owning_agency="BHXH"),
        changed(json="{}", sha256=hashlib.sha256(b"{}").hexdigest()),
    ],
)
def test_another_record_is_refused(make: Callable[[], Record]) -> None:
    with pytest.raises(AssertionRejectedError, match="vouch"):
        check_record(make(), claims())


def test_no_record_was_disclosed() -> None:
    with pytest.raises(AssertionRejectedError, match="vouch"):
        check_record(RECORD, claims(records=[]))
