"""What a verifier refuses that has nothing but the key set: each fault, its reason, in both forms of an assertion."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from idverify.client import (
    AssertionRejectedError,
    MemoryReplayCache,
    Rejection,
    check_record,
    present,
    verify_assertion,
)
from idverify.client.offline.disclosures import Disclosure, split
from idverify.domain.assertions.disclosable import Disclosable
from idverify.services.calls.call import Asked
from idverify.trust.signing import JwsSigner, rotate_signing_key
from idverify.trust.signing_keys import PUBLISHED_AFTERWARDS
from idverify.v1.types_pb2 import Record
from tests.contract.store_kit import KEYS
from tests.fakes import sample
from tests.peer_verifiers import verified_by_npm, verified_by_pypi
from tests.service_kit import AN, BIRTH, ISSUER, RESIDENCE, World, told

AUDIENCE = "H05.12"
NONCE = "f3b1c0de-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Issued:
    """A real assertion, in both forms, and who signed it."""

    world: World
    jwt: str
    sd_jwt: str
    record: Record
    key_file: Path

    @property
    def keys(self) -> str:
        return self.world.signer.key_set()[0]

    @property
    def now(self) -> float:
        return self.world.clock.now().timestamp()

    def form(self, sd_jwt: bool) -> str:
        return self.sd_jwt if sd_jwt else self.jwt

    def check(self, token: str, **changes: Any) -> dict[str, Any]:
        given: dict[str, Any] = {"issuer": ISSUER, "audience": AUDIENCE, "nonce": NONCE, "now": self.now} | changes
        return verify_assertion(token, given.pop("keys", self.keys), **given)

    def reason(self, token: str, **changes: Any) -> Rejection:
        with pytest.raises(AssertionRejectedError) as refused:
            self.check(token, **changes)
        return refused.value.reason


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    folder = tmp_path_factory.mktemp("issued")
    world = World(folder)
    world.enrol(AN)
    world.put(AN, "residence", RESIDENCE)
    call = world.call("Verify", procedure_code=BIRTH, agency_code=AUDIENCE, nonce=NONCE, consent_ref="phieu-7")
    answer = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/80")], call=replace(call, asked=Asked("0" * 64, sd_jwt=True)))
    given = told(answer.disclosure)
    (record,) = (r for r in given.records if r.record_type == "residence")
    wire = Record(
        record_type=record.record_type, owning_agency=record.owning_agency, version=record.version, json=record.json
    )
    return Issued(world, given.assertion.jwt, given.assertion.sd_jwt, wire, folder / "signing.json")


def issue(folder: Path) -> Issued:
    """Sign an assertion in a world of its own."""
    world = World(folder)
    world.enrol(AN)
    call = world.call("Verify", procedure_code=BIRTH, agency_code=AUDIENCE, nonce=NONCE)
    answer = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/80")], call=replace(call, asked=Asked("", sd_jwt=True)))
    assertion = told(answer.disclosure).assertion
    return Issued(world, assertion.jwt, assertion.sd_jwt, Record(), folder / "signing.json")


both_forms = pytest.mark.parametrize("sd_jwt", [False, True], ids=["jwt", "sd-jwt"])


@both_forms
def test_what_was_signed_is_accepted_and_says_what_was_asked(issued: Issued, sd_jwt: bool) -> None:
    claims = issued.check(issued.form(sd_jwt))
    assert (claims["nonce"], claims["consent_ref"], claims["request_sha256"]) == (NONCE, "phieu-7", "0" * 64)
    assert claims["bio"]["fmr_target"] == 1e-4
    check_record(issued.record, claims)


def test_both_forms_say_the_same(issued: Issued) -> None:
    open_claims = issued.check(issued.jwt)
    shown = issued.check(issued.sd_jwt)
    assert {name: shown[name] for name in open_claims} == open_claims
    assert set(shown) - set(open_claims) == {"vct", "attributes"}
    assert shown["attributes"]["residence"] == json.loads(issued.record.json)


@both_forms
def test_changed_by_one_bit(issued: Issued, sd_jwt: bool) -> None:
    token = issued.form(sd_jwt)
    for place in range(0, len(token), 1 if not sd_jwt else 3):
        for bit in (0, 5):
            changed = token[:place] + chr(ord(token[place]) ^ 1 << bit) + token[place + 1 :]
            assert isinstance(issued.reason(changed), Rejection)


@both_forms
def test_a_signature_spelled_with_another_last_letter(issued: Issued, sd_jwt: bool) -> None:
    """The last letter of 64 bytes has four bits that say nothing: decoders overlook them."""
    signed, *rest = issued.form(sd_jwt).split("~")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = signed[:-1] + letters[letters.index(signed[-1]) ^ 1]
    assert issued.reason("~".join([other, *rest])) is Rejection.SIGNATURE_INVALID


@both_forms
def test_its_time_its_audience_its_issuer_and_its_nonce(issued: Issued, sd_jwt: bool) -> None:
    token = issued.form(sd_jwt)
    assert issued.reason(token, now=issued.now + 331) is Rejection.EXPIRED
    assert issued.reason(token, now=issued.now - 31) is Rejection.NOT_YET_VALID
    assert issued.reason(token, audience="H05.13") is Rejection.AUDIENCE_WRONG
    assert issued.reason(token, issuer="somebody else") is Rejection.ISSUER_WRONG
    assert issued.reason(token, nonce=NONCE[::-1]) is Rejection.NONCE_WRONG


@both_forms
def test_used_twice(issued: Issued, sd_jwt: bool) -> None:
    clock = [issued.now]
    seen = MemoryReplayCache(lambda: clock[0])
    issued.check(issued.form(sd_jwt), seen=seen)
    assert issued.reason(issued.form(sd_jwt), seen=seen) is Rejection.REPLAYED
    assert issued.reason(issued.form(not sd_jwt), seen=seen) is Rejection.REPLAYED
    clock[0] += 331
    assert seen.first_use("another", clock[0] + 300)
    assert list(seen._until) == ["another"]


@both_forms
def test_a_key_that_was_retired_and_removed(tmp_path: Path, sd_jwt: bool) -> None:
    issued = issue(tmp_path)
    now = issued.now
    rotate_signing_key(issued.key_file, KEYS, issued.world.clock.now())
    issued.check(issued.form(sd_jwt), now=now)
    issued.world.clock.advance(PUBLISHED_AFTERWARDS.total_seconds() + 1)
    assert issued.reason(issued.form(sd_jwt), now=now) is Rejection.KEY_UNKNOWN


@both_forms
def test_keys_that_were_withdrawn(tmp_path: Path, sd_jwt: bool) -> None:
    issued = issue(tmp_path)
    signs, waits = issued.world.signer.key_ids()
    rotate_signing_key(issued.key_file, KEYS, issued.world.clock.now(), withdraw=True)
    assert issued.reason(issued.form(sd_jwt)) is Rejection.KEY_UNKNOWN
    assert not {signs, waits} & {key["kid"] for key in json.loads(issued.keys)["keys"]}


@both_forms
def test_another_kind_of_token_of_the_same_signer(issued: Issued, sd_jwt: bool) -> None:
    signer: JwsSigner = issued.world.signer
    claims = issued.check(issued.jwt)
    other = signer.sign_sd_jwt({**claims, "vct": "urn:something:else"}) if sd_jwt else signer.sign_sd_jwt(claims)[:-1]
    assert issued.reason(other) is Rejection.TYPE_WRONG


def swapped(parts: list[str], other: list[str]) -> list[str]:
    return [parts[0], other[1], *parts[2:]]


def added(parts: list[str], other: list[str]) -> list[str]:
    return [*parts[:-1], other[1], ""]


def doubled(parts: list[str], _: list[str]) -> list[str]:
    return [*parts[:-1], parts[1], ""]


def with_key_binding(parts: list[str], other: list[str]) -> list[str]:
    return [*parts[:-1], other[0]]


def without_the_way(parts: list[str], _: list[str]) -> list[str]:
    """Show an attribute but not the record that it belongs to."""
    return [part for part in parts if b'"residence", {"_sd"' not in _decoded(part)]


def _decoded(text: str) -> bytes:
    return b"" if "." in text or not text else base64.urlsafe_b64decode(text + "==")


@pytest.mark.parametrize("change", [swapped, added, doubled, with_key_binding, without_the_way])
def test_disclosures_that_were_not_signed(issued: Issued, change: Callable[[list[str], list[str]], list[str]]) -> None:
    other = issued.world.signer.sign_sd_jwt({"bio": Disclosable({"fmr_target": 1e-9})}).split("~")
    changed = "~".join(change(issued.sd_jwt.split("~"), other))
    assert changed != issued.sd_jwt
    assert issued.reason(changed) is Rejection.DISCLOSURE_INVALID


@pytest.mark.parametrize("text", ["~", "a", "a.b~", "e30.W10.e30~", "e30.!.e30~", "e30.e3.e30~"])
def test_nothing_is_shown_of_what_is_none(text: str) -> None:
    with pytest.raises(AssertionRejectedError):
        present(text, [])


@pytest.mark.parametrize("text", ["e30", "W10", "WzEsMl0", "WyJzIl0", "WyJzIiwxLDJd", "!", "e3", "WyJzIiwiYSJ"])
def test_disclosures_that_are_none(issued: Issued, text: str) -> None:
    assert issued.reason(f"{issued.sd_jwt}{text}~") in {Rejection.DISCLOSURE_INVALID, Rejection.MALFORMED}


def test_claims_a_verifier_decides_by_cannot_be_disclosed(issued: Issued) -> None:
    claims = issued.check(issued.jwt) | {"vct": "urn:idverify:vct:assertion"}
    for name, reason in {"cnf": Rejection.DISCLOSURE_INVALID, "exp": Rejection.CLAIM_INVALID}.items():
        token = issued.world.signer.sign_sd_jwt(claims | {name: Disclosable(claims.get(name, {}))})
        assert issued.reason(token) is reason


@pytest.mark.parametrize(
    "signed",
    [
        {"_sd": 7},
        {"_sd": [7]},
        {"_sd": ["a", "a"]},
        {"a": [{"...": "a"}, {"...": "a"}]},
        {"...": "a"},
        {"_sd_alg": "md5"},
    ],
    ids=str,
)
def test_digests_that_are_none(issued: Issued, signed: dict[str, Any]) -> None:
    claims = issued.check(issued.jwt) | {"vct": "urn:idverify:vct:assertion"} | signed
    assert issued.reason(issued.world.signer._sign(claims, "dc+sd-jwt") + "~") is Rejection.DISCLOSURE_INVALID


def test_a_disclosure_in_the_wrong_kind_of_place(issued: Issued) -> None:
    claims = issued.check(issued.jwt) | {"vct": "urn:idverify:vct:assertion"}
    element, member, taken = (_made(*content) for content in (["s", 1], ["s", "a", 1], ["s", "acr", "better"]))
    for disclosure, place in (
        (element, {"_sd": [element.digest]}),
        (member, {"a": [{"...": member.digest}]}),
        (taken, {"_sd": [taken.digest]}),
    ):
        token = issued.world.signer._sign(claims | place, "dc+sd-jwt")
        assert issued.reason(f"{token}~{disclosure.text}~") is Rejection.DISCLOSURE_INVALID


def _made(*content: Any) -> Disclosure:
    text = base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
    return split(f"x~{text}~")[1][0]


def test_only_what_is_wanted_is_shown(issued: Issued) -> None:
    less = present(issued.sd_jwt, ["attributes/residence/permanent_address"])
    claims = issued.check(less)
    assert claims["attributes"] == {"residence": {"permanent_address": json.loads(RESIDENCE)["permanent_address"]}}
    assert (claims["records"], "bio" in claims) == ([], False)
    assert less.count("~") == 3
    nothing = issued.check(present(issued.sd_jwt, []))
    assert (nothing["attributes"], nothing["sub"]) == ({}, claims["sub"])
    digests = issued.check(present(issued.sd_jwt, ["records/residence"]))["records"]
    assert digests == [r for r in issued.check(issued.jwt)["records"] if r["type"] == "residence"]
    with pytest.raises(KeyError):
        present(less, ["bio"])


def test_the_verifier_of_pypi_agrees(issued: Issued) -> None:
    assert verified_by_pypi(issued.sd_jwt, issued.keys) == issued.check(issued.sd_jwt)
    less = present(issued.sd_jwt, ["bio"])
    assert verified_by_pypi(less, issued.keys) == issued.check(less)


def test_the_verifier_of_npm_agrees(issued: Issued) -> None:
    less = present(issued.sd_jwt, ["records/residence"])
    for token in (issued.sd_jwt, less):
        assert verified_by_npm(token, issued.keys, issued.now) == issued.check(token)
    with pytest.raises(ValueError, match="expired"):
        verified_by_npm(less, issued.keys, issued.now + 1000)
    parts = issued.sd_jwt.split("~")
    with pytest.raises(ValueError, match="Signature"):
        verified_by_npm("~".join([parts[0][:-8] + "AAAAAAAA", *parts[1:]]), issued.keys, issued.now)


@pytest.mark.parametrize(
    "header",
    ['["alg"]', '{"alg":"EdDSA","kid":[]}', '{"alg":"EdDSA","crit":5}', "[" * 3000 + "]" * 3000],
    ids=["list", "kid", "crit", "nested"],
)
def test_a_header_of_another_form_is_refused(issued: Issued, header: str) -> None:
    head = base64.urlsafe_b64encode(header.encode()).rstrip(b"=").decode()
    with pytest.raises(AssertionRejectedError):
        issued.check(f"{head}.e30.{'eHh4' * 21}")
