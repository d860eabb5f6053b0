"""A signed capture counts if its device is registered and vouches for this sample, for this transaction, just now."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import CitizenState, Decision, Sample, VirtualNumber
from idverify.services.prints.attesting import Attester
from idverify.services.verification import Verified
from idverify.trust.attestation import JwsAttestations
from tests.fakes import sample
from tests.service_kit import AN, World, encode, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter
from tests.unit.idverify.services.counter.scanner_kit import KEY, register, service, signed

PRINT = sample(f"{AN}/RIGHT_INDEX/80")


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.enrol(AN)
    register(world, "scanner-1")
    return world


@pytest.fixture
def counter(world: World) -> Counter:
    counter = Counter(world)
    counter.start(AN)
    return counter


def refusal(counter: Counter, print_: Sample) -> DomainError:
    with pytest.raises(DomainError) as caught:
        counter.capture(print_)
    return caught.value


def test_a_signed_capture_is_taken_and_on_the_record(world: World, counter: Counter) -> None:
    counter.capture(signed(counter, PRINT, pad={"decision": "BONA_FIDE", "method": "pulse"}))
    assert world.trail()[-1].entry.details["device"] == "scanner-1"
    counter.agree()
    done = counter.authenticate().verified
    assert done.decision is Decision.MATCH
    said = {"device": "scanner-1", "pad_said_by_device": "BONA_FIDE", "pad_method": "pulse"}
    assert world.claims(told(done.disclosure).assertion.jwt)["bio"]["captures"] == [said]
    (decided,) = (event.entry for event in world.trail() if event.entry.outcome == "MATCH")
    assert decided.details["devices"] == ["scanner-1"]


def test_a_decision_that_says_nothing_names_the_scanners_too(world: World, counter: Counter) -> None:
    counter.capture(signed(counter, sample("stranger/RIGHT_INDEX/20")))
    counter.agree()
    assert counter.authenticate().verified.decision is Decision.INCONCLUSIVE
    (decided,) = (event.entry for event in world.trail() if event.entry.outcome == "INCONCLUSIVE")
    assert decided.details["devices"] == ["scanner-1"]


@pytest.mark.parametrize(
    ("claims", "part"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"sha256": "0" * 64}, "sha256"),
        ({"iat": 0}, "iat"),
        ({"iat": 4_000_000_000}, "iat"),
        ({"iat": "x"}, "claims"),
    ],
)
def test_one_that_does_not_fit_is_refused(world: World, counter: Counter, claims: dict[str, Any], part: str) -> None:
    error = refusal(counter, signed(counter, PRINT, **claims))
    assert error.reason is Reason.DEVICE_ATTESTATION_INVALID
    assert error.metadata == {"part": part, "sample": "0"}
    assert world.trail()[-1].entry.outcome == "REFUSED"


def test_one_signed_by_another_key_is_refused(counter: Counter) -> None:
    error = refusal(counter, signed(counter, PRINT, key=ECKey.generate_key("P-256")))
    assert (error.reason, error.metadata["part"]) == (Reason.DEVICE_ATTESTATION_INVALID, "signature")
    error = refusal(counter, replace(PRINT, attestation="nothing"))
    assert (error.reason, error.metadata["part"]) == (Reason.DEVICE_ATTESTATION_INVALID, "form")


def test_one_of_another_device_is_refused(world: World, counter: Counter) -> None:
    assert refusal(counter, signed(counter, PRINT, kid="scanner-2")).reason is Reason.DEVICE_NOT_REGISTERED
    keys = [ECKey.generate_key("P-256") for _ in range(2)]
    register(world, "scanner-3", "H05.13", keys[0])
    error = refusal(counter, signed(counter, PRINT, key=keys[0], kid="scanner-3"))
    assert error.reason is Reason.DEVICE_NOT_REGISTERED
    register(world, "scanner-4", "H05.12", keys[1])
    counter.capture(signed(counter, PRINT, key=keys[1], kid="scanner-4"))


def test_a_key_is_never_a_second_device_s_whatever_else_is_said_of_it(world: World) -> None:
    service(world).revoke(world.call("RevokeDevice"), "scanner-1", encode)
    for said in ({}, {"kid": "another", "use": "sig"}):
        with pytest.raises(DomainError) as caught:
            register(world, "scanner-2", key=ECKey.import_key({**KEY.as_dict(private=False), **said}))
        assert (caught.value.reason, caught.value.metadata["field"]) == (
            Reason.DEVICE_EXISTS,
            "device.public_key_jwk",
        )
    register(world, "scanner-2", key=ECKey.generate_key("P-256"))


def test_a_revoked_device_counts_from_the_next_capture_on(world: World, counter: Counter) -> None:
    counter.capture(signed(counter, PRINT))
    for _ in range(2):
        service(world).revoke(world.call("RevokeDevice"), "scanner-1", encode)
        assert refusal(counter, signed(counter, PRINT)).reason is Reason.DEVICE_REVOKED
    with refused(Reason.DEVICE_EXISTS):
        register(world, "scanner-1")
    with refused(Reason.DEVICE_NOT_FOUND):
        service(world).revoke(world.call("RevokeDevice"), "scanner-2", encode)


def test_a_presentation_attack_is_an_alarm(world: World, counter: Counter) -> None:
    error = refusal(counter, signed(counter, PRINT, pad={"decision": "ATTACK", "method": "pulse"}))
    assert error.reason is Reason.PRESENTATION_ATTACK_SUSPECTED
    assert world.trail()[-1].entry.outcome == "ALARM"


def test_where_it_is_required_none_comes_without(world: World, counter: Counter) -> None:
    world.transactions = replace(world.transactions, attester=Attester(JwsAttestations(), world.clock, required=True))
    error = refusal(counter, PRINT)
    assert (error.reason, error.metadata["part"]) == (Reason.DEVICE_ATTESTATION_INVALID, "missing")
    counter.capture(signed(counter, PRINT))


def test_what_citizens_do_by_an_unsigned_finger_stands_for_none_that_must_be_signed(world: World) -> None:
    world.transactions = replace(world.transactions, attester=Attester(JwsAttestations(), world.clock, required=True))
    states: list[CitizenState] = []
    numbers = [AN]

    def state_since(_: Verified, state: CitizenState) -> bytes:
        states.append(state)
        return b""

    def number_made(_: Verified, made: VirtualNumber | None) -> bytes:
        numbers.append(made.number if made else "none")
        return b""

    world.locking.lock(world.call("LockCitizen"), AN, [PRINT], state_since)
    world.locking.unlock(world.call("UnlockCitizen"), AN, [PRINT], state_since)
    call = world.call("CreateVirtualNumber")
    world.virtual.create(call, AN, [PRINT], lifetime=None, one_time=False, encode=number_made)
    assert states == [CitizenState.LOCKED, CitizenState.ACTIVE]
    assert len(numbers) == 2
    for number in numbers:
        counter = Counter(world)
        counter.start(number)
        assert refusal(counter, PRINT).metadata["part"] == "missing"


def test_keys_and_ids_are_checked_at_registration(world: World) -> None:
    call = world.call("RegisterDevice")
    with refused(Reason.FIELD_MISSING):
        service(world).register(call, "", "", "{}", "", encode)
    with refused(Reason.FIELD_INVALID):
        service(world).register(call, "scanner-9", "", json.dumps(KEY.as_dict(private=True)), "", encode)


def test_devices_are_listed_page_by_page(world: World) -> None:
    register(world, "scanner-2", key=ECKey.generate_key("P-256"))
    call = world.call("ListDevices")
    first, token = service(world).page(call, 1, "")
    second, end = service(world).page(call, 1, token)
    assert [device.device_id for device in (*first, *second)] == ["scanner-1", "scanner-2"]
    assert end == ""
