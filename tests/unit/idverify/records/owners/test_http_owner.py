"""Owners behind the data-sharing platform, against a real HTTP server."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from idverify.domain.model.owners import Fault, RecordQuery, SourceError
from idverify.records.owners.http_owner import HttpOwner
from idverify.records.owners.platform_access import PlatformAccess
from idverify.trust.source_signatures import MOST_BYTES, SourceKeys
from tests import platform_kit as kit
from tests.source_kit import KEY, KIND, KNOWN, UNKNOWN, reference
from tests.waiting import PATIENCE

KEYS = SourceKeys(json.dumps({"keys": [KEY.as_dict(private=False)]}))
QUERY = RecordQuery("q-1", KIND, KNOWN, "Nguyễn Thị Thử", "1999-05-01", "1.001776", "H05.12", "an")


@pytest.fixture
def platform() -> Iterator[kit.Platform]:
    with kit.platform(reference()) as served:
        yield served


def access(platform: kit.Platform) -> PlatformAccess:
    return PlatformAccess(
        f"{platform.address}/records",
        f"{platform.address}/token",
        kit.CLIENT,
        kit.SECRET,
        kit.SIGNING,
        "idverify-1",
        {KIND: kit.SERVICE},
        ssl.create_default_context(),
    )


@pytest.fixture
def owner(platform: kit.Platform) -> Iterator[HttpOwner]:
    made = HttpOwner(access(platform), KEYS)
    yield made
    made.close()


def fault_of(owner: HttpOwner, seconds: float = PATIENCE) -> Fault:
    with pytest.raises(SourceError) as caught:
        owner.ask(QUERY, seconds)
    assert KNOWN not in str(caught.value)
    return caught.value.fault


def test_the_query_has_the_platform_s_fields_and_the_answer_is_read(platform: kit.Platform, owner: HttpOwner) -> None:
    answer = owner.ask(QUERY, PATIENCE)
    assert answer is not None
    assert (answer.claims["sub"], answer.claims["version"], answer.key_id) == (KNOWN, 2, "k1")
    assert platform.asked == [
        {
            "MaYeuCau": "q-1",
            "MaDVC": "1.001776",
            "MaTichHop": kit.SERVICE,
            "MaDonVi": "H05.12",
            "MaCanBo": "an",
            "SoDinhDanh": KNOWN,
            "HoVaTen": "Nguyễn Thị Thử",
            "NgayThangNamSinh": "1999-05-01",
        }
    ]
    owner.ask(QUERY, PATIENCE)
    assert len(platform.tokens) == 1


def test_a_former_number_has_its_own_field_and_what_is_not_known_is_left_out(
    platform: kit.Platform, owner: HttpOwner
) -> None:
    platform.status = 404
    assert owner.ask(replace(QUERY, citizen_number="027199009", birth_date="", officer_id=""), PATIENCE) is None
    assert "SoDinhDanh" not in platform.asked[0]
    assert platform.asked[0]["SoCMND"] == "027199009"
    assert not {"NgayThangNamSinh", "MaCanBo"} & set(platform.asked[0])


def test_who_has_none_is_no_fault(owner: HttpOwner) -> None:
    assert owner.ask(replace(QUERY, citizen_number=UNKNOWN), PATIENCE) is None


def test_a_token_that_was_withdrawn_is_had_anew(platform: kit.Platform, owner: HttpOwner) -> None:
    owner.ask(QUERY, PATIENCE)
    platform.tokens.append("another")
    assert owner.ask(QUERY, PATIENCE) is not None
    assert len(platform.tokens) == 3


def test_a_wrong_secret_and_a_wrong_key_are_refused(platform: kit.Platform) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    for wrong in (replace(access(platform), client_secret="x"), replace(access(platform), key=stranger)):
        owner = HttpOwner(wrong, KEYS)
        assert fault_of(owner) is Fault.REFUSED
        owner.close()


@pytest.mark.parametrize(
    ("status", "fault"),
    [(400, Fault.REFUSED), (403, Fault.REFUSED), (500, Fault.UNREACHABLE), (302, Fault.UNREACHABLE), (504, Fault.SLOW)],
)
def test_each_status_is_a_fault(platform: kit.Platform, owner: HttpOwner, status: int, fault: Fault) -> None:
    platform.status = status
    assert fault_of(owner) is fault


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"<html>", Fault.MALFORMED),
        (b"[]", Fault.MALFORMED),
        (b"{}", Fault.MALFORMED),
        (b"[" * 3000 + b"]" * 3000, Fault.MALFORMED),
        (b"\xff", Fault.MALFORMED),
        (b'{"signed_record": "x", "signed_record": "y"}', Fault.MALFORMED),
        (b'{"signed_record": "\\ud800"}', Fault.MALFORMED),
        (b'{"signed_record": "x"}', Fault.SIGNATURE),
        (b" " * (MOST_BYTES + 1), Fault.MALFORMED),
    ],
)
def test_each_answer_that_is_none_is_a_fault(
    platform: kit.Platform, owner: HttpOwner, body: bytes, fault: Fault
) -> None:
    platform.body = body
    assert fault_of(owner) is fault


@pytest.mark.parametrize(
    "given",
    [
        ["x"],
        5,
        {"expires_in": []},
        {"token_type": "Bearer"},
        {"access_token": 5},
        {"access_token": "x", "token_type": "mac"},
    ],
)
def test_what_is_no_token_is_a_fault_and_not_kept(platform: kit.Platform, owner: HttpOwner, given: object) -> None:
    platform.given = given
    assert fault_of(owner) in {Fault.MALFORMED, Fault.UNREACHABLE}
    platform.given = None
    assert owner.ask(QUERY, PATIENCE) is not None


def test_a_platform_that_is_slow_or_gone_is_said_to_be(platform: kit.Platform, owner: HttpOwner) -> None:
    owner.ask(QUERY, PATIENCE)
    platform.held = threading.Event()
    assert fault_of(owner, 0.2) is Fault.SLOW
    assert fault_of(owner, 0.0) is Fault.SLOW
    gone = HttpOwner(replace(access(platform), token_url="http://127.0.0.1:1/token"), KEYS)
    assert fault_of(gone, 5.0) is Fault.UNREACHABLE
    gone.close()
