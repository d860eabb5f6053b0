"""A chip card in a transaction: a factor if it is sound and the citizen's, and nothing of it in the trail but which."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from idverify.domain.assurance import LEVELS, SINGLE_BIOMETRIC, Assurance
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Action, CardRead, Decision, Role, SignedKind
from idverify.services.counter.factors import FactorService
from idverify.services.prints.attesting import Attester
from idverify.services.registry.devices import DevicesService
from idverify.trust.attestation import JwsAttestations
from tests.card_kit import card, country, data_group_1, mrz
from tests.fakes import sample
from tests.service_kit import AN, BINH, World, encode, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter, enrolled, world_that_requires

FINGER = f"{AN}/RIGHT_INDEX/80"
KEY = ECKey.generate_key("P-256")
TRUSTED = [country().certificate]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return enrolled(World(tmp_path, card_issuers=TRUSTED))


@pytest.fixture
def counter(world: World) -> Counter:
    counter = Counter(world)
    counter.start(AN)
    return counter


def read(number: str = AN, **lines: str) -> CardRead:
    return card({1: data_group_1(mrz(number, **lines))})


def finished(counter: Counter) -> Any:
    counter.capture(sample(FINGER))
    counter.agree()
    return counter.authenticate()


def test_a_sound_card_of_the_citizen_is_a_second_factor(world: World, counter: Counter) -> None:
    shown = read()
    taken = counter.read_card(shown)
    assert (taken.card.issuer, taken.card.differing, taken.card.device_id) == ("CN=CSCA", (), "")
    done = finished(counter)
    assert done.verified.decision is Decision.MATCH
    claims = world.claims(told(done.verified.disclosure).assertion.jwt)
    assert (claims["amr"], claims["acr"]) == (["fpt", "sc", "mfa"], LEVELS[3])
    assert claims["card"] == {"issuer": "CN=CSCA", "clone_check": "not_performed"}
    assert not {shown.sha256, taken.card.sha256} & set(re.findall(r"\w+", repr(claims))), (
        "nothing links what two audiences are told"
    )
    (entry,) = [event.entry for event in world.trail() if event.entry.outcome == "CARD_READ"]
    assert entry.details == {
        "factor": "sc", "issuer": "CN=CSCA", "sha256": taken.card.sha256, "clone_check": "not_performed"
    }  # fmt: skip
    assert "NGUYEN" not in repr(world.trail())


@pytest.mark.parametrize(
    ("lines", "differing"),
    [
        ({"name": "NGUYEN<<VAN<BINH"}, ("full_name",)),
        ({"birth": "840202"}, ("birth_date",)),
        ({"sex": "F"}, ("sex",)),
        ({"birth": "84<<<<", "sex": "X"}, ()),
        ({"name": "TRAN<<THI<MO", "birth": "700101", "sex": "F"}, ("full_name", "birth_date", "sex")),
    ],
)
def test_what_is_other_on_the_card_is_said_and_refuses_nothing(
    world: World, counter: Counter, lines: dict[str, str], differing: tuple[str, ...]
) -> None:
    assert counter.read_card(read(**lines)).card.differing == differing
    assert world.trail()[-1].entry.details.get("differing", []) == list(differing)


def refusal(counter: Counter, shown: CardRead, attestation: str = "") -> DomainError:
    with pytest.raises(DomainError) as caught:
        counter.read_card(shown, attestation)
    return caught.value


def test_a_card_of_another_is_refused_and_on_the_record(world: World, counter: Counter) -> None:
    error = refusal(counter, read(BINH))
    assert error.reason is Reason.CARD_MISMATCH
    assert BINH not in str(error)
    last = world.trail()[-1].entry
    assert (last.outcome, last.details["reason"]) == ("REFUSED", "CARD_MISMATCH")
    claims = world.claims(told(finished(counter).verified.disclosure).assertion.jwt)
    assert (claims["acr"], "card" in claims) == (SINGLE_BIOMETRIC, False)


def test_a_virtual_number_is_the_citizens(world: World) -> None:
    answers: list[Any] = []

    def made(_: Any, number: Any) -> bytes:
        answers.append(number)
        return b"made"

    call = world.call("CreateVirtualNumber", roles=frozenset({Role.COUNTER}))
    world.virtual.create(call, AN, [sample(f"{AN}/RIGHT_INDEX/60")], None, False, made)  # noqa: FBT003
    counter = Counter(world)
    counter.start(answers[0].number)
    counter.read_card(read())
    assert refusal(counter, read(BINH)).reason is Reason.CARD_MISMATCH


def test_an_expired_card_is_none(counter: Counter) -> None:
    error = refusal(counter, read(expires="200101"))
    assert (error.reason, error.metadata) == (Reason.CARD_INVALID, {"part": "expired"})
    counter.read_card(read(expires="<<<<<<"))


def test_one_that_was_changed_is_refused_with_its_part(counter: Counter) -> None:
    groups = {1: data_group_1(mrz(AN))}
    error = refusal(counter, card(groups, signed={1: data_group_1(mrz(BINH))}))
    assert error.metadata == {"part": "data_group", "data_group": "1"}


def test_nobody_named_no_card(world: World) -> None:
    counter = Counter(world)
    counter.start()
    assert refusal(counter, read()).reason is Reason.FIELD_MISSING


def test_where_no_issuer_is_trusted_it_is_refused(tmp_path: Path) -> None:
    counter = Counter(enrolled(World(tmp_path)))
    counter.start(AN)
    assert refusal(counter, read()).reason is Reason.CARD_READS_UNAVAILABLE


def test_a_repeated_request_has_one_effect(world: World, counter: Counter) -> None:
    call, shown, given = counter.call("AddCardRead", "card"), counter.shown, read()
    first = world.factors.read_card(call, shown, given, "", encode)
    assert world.factors.read_card(call, shown, given, "", encode) == first
    assert len([event for event in world.trail() if event.entry.outcome == "CARD_READ"]) == 1


def signed(counter: Counter, shown: CardRead, typ: str = SignedKind.CARD_READ.value, **other: Any) -> str:
    now = int(counter.world.clock.now().timestamp())
    claims = {"nonce": counter.shown.nonce, "sha256": shown.sha256, "iat": now, **other}
    return jwt.encode({"alg": "ES256", "typ": typ, "kid": "reader-1"}, claims, KEY)


@pytest.fixture
def registered(world: World) -> None:
    service = DevicesService(world.store, JwsAttestations(), world.clock)
    public = json.dumps(KEY.as_dict(private=False))
    service.register(world.call("RegisterDevice"), "reader-1", "model", public, "", encode)


@pytest.mark.usefixtures("registered")
def test_a_device_vouches_for_the_reading(world: World, counter: Counter) -> None:
    shown = read()
    assert counter.read_card(shown, signed(counter, shown)).card.device_id == "reader-1"
    claims = world.claims(told(finished(counter).verified.disclosure).assertion.jwt)
    assert claims["card"]["device"] == "reader-1"


@pytest.mark.usefixtures("registered")
def test_one_that_vouches_for_something_else_is_refused(counter: Counter) -> None:
    shown, hour = read(), timedelta(hours=1)
    old = int((counter.world.clock.now() - hour).timestamp())
    for attestation, part in (
        (signed(counter, shown, nonce="another"), "nonce"),
        (signed(counter, shown, sha256=read(BINH).sha256), "sha256"),
        (signed(counter, shown, iat=old), "iat"),
        (signed(counter, shown, typ=SignedKind.CAPTURE.value), "typ"),
        ("nothing", "form"),
    ):
        error = refusal(counter, shown, attestation)
        assert (error.reason, error.metadata["part"]) == (Reason.DEVICE_ATTESTATION_INVALID, part)


def test_where_it_is_required_none_comes_without(world: World, counter: Counter) -> None:
    before = world.factors
    attester = Attester(JwsAttestations(), world.clock, required=True)
    world.factors = FactorService(before.steps, before.attempts, before.pins, before.cards, attester)
    assert refusal(counter, read()).metadata["part"] == "missing"


def test_the_highest_level_takes_finger_card_and_pin(tmp_path: Path) -> None:
    world = world_that_requires(tmp_path, Assurance.LEVEL_4, TRUSTED)
    call = world.call("SetPin", roles=frozenset({Role.COUNTER}))
    world.pins.set(call, AN, [sample(f"{AN}/RIGHT_INDEX/60")], "802915", encode)
    counter = Counter(world)
    begun = counter.start(AN)
    assert {factor.value[1] for factor in begun.factors} == {"fpt", "sc", "pin"}
    assert counter.capture(sample(FINGER)).standing.next.action is Action.READ_CARD
    assert counter.read_card(read()).standing.next.action is Action.ENTER_PIN
    counter.agree()
    with refused(Reason.ASSURANCE_UNREACHABLE) as caught:
        counter.authenticate()
    assert caught.value.metadata["missing_factors"] == "pin"
    counter.enter("802915")
    claims = world.claims(told(counter.authenticate().verified.disclosure).assertion.jwt)
    assert (claims["acr"], claims["amr"]) == (LEVELS[4], ["fpt", "pin", "sc", "mfa"])


def test_what_was_read_is_kept_until_the_end_and_no_longer(world: World, counter: Counter) -> None:
    taken = counter.read_card(read(sex="F"))
    with world.store.reading() as view:
        kept = view.transactions.get(counter.shown.transaction_id)
    assert told(kept).besides.card == taken.card
    counter.end()
    with world.store.reading() as view:
        assert told(view.transactions.get(counter.shown.transaction_id)).besides.card is None
