"""Who shows a key gets an access token; nobody else does, and a token dies with what it rests on."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from idverify.access.callers import CertifiedCallers
from idverify.access.known import KnownCallers
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, ClientEntry, ClientState, Credentials, Presented, Role
from idverify.services.registry.clients import ClientsService
from idverify.services.registry.directory import ClientDirectory
from idverify.services.registry.tokens import TokenService
from idverify.trust.client_assertions import MOST_BYTES, JwsClientAssertions
from idverify.trust.signing import JwsSigner
from tests.service_kit import Answers, World, refused
from tests.token_kit import KeyHolder

YEAR = timedelta(days=365)


class Desk:
    """A registry that gives tokens."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients = ClientsService(
            world.store, world.catalogue, ClientDirectory(), world.clock, JwsClientAssertions()
        )
        self.tokens = TokenService(
            world.store,
            world.clock,
            self.clients.directory,
            self.clients.assertions,
            world.signer,
            world.pseudonyms,
            world.audit,
            timedelta(minutes=5),
        )
        certified = CertifiedCallers(self.clients.directory.known_by)
        self.callers = KnownCallers(certified.caller_of, self.tokens.shown_by, self.tokens.with_key)

    def register(self, holder: KeyHolder, *others: KeyHolder, version: int = 0) -> None:
        until = self.world.clock.now() + YEAR
        entry = ClientEntry(
            Caller(holder.name, frozenset({Role.COUNTER}), "H05.12", calls_per_minute=60),
            "",
            tuple(each.entry(until) for each in (holder, *others)),
        )
        call = self.world.call("UpdateClient" if version else "RegisterClient", caller="chief")
        if version:
            self.clients.update(call, entry, version, Answers())
        else:
            self.clients.register(call, entry, Answers())

    def put(self, state: ClientState) -> None:
        self.clients.put_in_state(self.world.call("Change", caller="chief"), "portal", state, None, Answers())

    def cause(self, assertion: str, client_id: str = "") -> str:
        with refused(Reason.CLIENT_ASSERTION_INVALID) as caught:
            self.tokens.issue(assertion, client_id)
        return caught.value.metadata["cause"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    world = World(tmp_path)
    yield Desk(world)
    world.store.close()


@pytest.fixture
def portal(desk: Desk) -> KeyHolder:
    holder = KeyHolder()
    desk.register(holder)
    return holder


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ECKey.generate_key("P-256"), "ES256"),
        (OKPKey.generate_key("Ed25519"), "EdDSA"),
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
        (RSAKey.generate_key(2048), "PS256"),
    ],
)
def test_who_is_known_by_a_token_is_who_is_registered(desk: Desk, key: Any, algorithm: str) -> None:
    portal = KeyHolder("portal", key, algorithm)
    desk.register(portal)
    given = desk.tokens.issue(portal.assertion(desk.world.clock.now()), "portal")
    caller = desk.callers.caller_of(Credentials(token=given.token))
    (client,) = desk.clients.directory.all()
    assert replace(caller, presented=None) == client.caller
    assert caller.presented == Presented(b"", client.keys[0].sha256)
    assert desk.callers.caller_again("portal", caller.presented) == caller
    assert given.seconds == 300
    event = desk.world.trail()[-1].entry
    assert (event.caller, event.action, event.outcome) == ("portal", "IssueToken", "ISSUED")
    assert event.details == {"key_id": client.keys[0].key_id, "key_sha256": client.keys[0].sha256}


def test_a_token_ends(desk: Desk, portal: KeyHolder) -> None:
    token = desk.tokens.issue(portal.assertion(desk.world.clock.now()), "").token
    desk.world.clock.advance(299)
    assert desk.callers.caller_of(Credentials(token=token)).name == "portal"
    desk.world.clock.advance(1)
    with refused(Reason.TOKEN_INVALID):
        desk.callers.caller_of(Credentials(token=token))


def test_a_token_from_the_future_holds_no_longer_than_others(desk: Desk, portal: KeyHolder) -> None:
    """The clock was ahead, and is set right."""
    token = desk.tokens.issue(portal.assertion(desk.world.clock.now()), "").token
    desk.world.clock.advance(-600)
    with refused(Reason.TOKEN_INVALID):
        desk.callers.caller_of(Credentials(token=token))


def test_a_token_dies_with_the_client_at_once(desk: Desk, portal: KeyHolder) -> None:
    token = Credentials(token=desk.tokens.issue(portal.assertion(desk.world.clock.now()), "").token)
    desk.put(ClientState.SUSPENDED)
    assert desk.callers.caller_of(token).barred is Reason.CLIENT_SUSPENDED
    with refused(Reason.CLIENT_SUSPENDED):
        desk.tokens.issue(portal.assertion(desk.world.clock.now()), "")
    desk.put(ClientState.REVOKED)
    assert desk.callers.caller_of(token).barred is Reason.CLIENT_REVOKED


def test_a_token_dies_with_its_key_and_another_key_goes_on(desk: Desk, portal: KeyHolder) -> None:
    newer = KeyHolder("portal", OKPKey.generate_key("Ed25519"), "EdDSA")
    desk.register(portal, newer, version=1)
    old, new = (
        Credentials(token=desk.tokens.issue(each.assertion(desk.world.clock.now()), "").token)
        for each in (portal, newer)
    )
    was = desk.callers.caller_of(old).presented
    desk.register(newer, version=2)
    assert desk.callers.caller_of(new).name == "portal"
    with refused(Reason.TOKEN_INVALID):
        desk.callers.caller_of(old)
    with refused(Reason.TOKEN_INVALID):
        desk.callers.caller_again("portal", was)
    assert desk.cause(portal.assertion(desk.world.clock.now())) == "KEY"


def test_a_key_ends_and_none_begins_before_its_time(desk: Desk) -> None:
    now, holder = desk.world.clock.now(), KeyHolder()
    may = Caller("portal", frozenset({Role.COUNTER}))
    entry = ClientEntry(may, "", (holder.entry(now + timedelta(hours=2), now + timedelta(hours=1)),))
    desk.clients.register(desk.world.call("RegisterClient", caller="chief"), entry, Answers())
    assert desk.cause(holder.assertion(now)) == "KEY"
    desk.world.clock.advance(3600)
    token = desk.tokens.issue(holder.assertion(desk.world.clock.now()), "").token
    assert desk.callers.caller_of(Credentials(token=token)).name == "portal"
    desk.world.clock.advance(3600)
    assert desk.cause(holder.assertion(desk.world.clock.now())) == "KEY"


def test_an_assertion_is_used_once_whatever_the_clock_does(desk: Desk, portal: KeyHolder) -> None:
    assertion = portal.assertion(desk.world.clock.now())
    desk.tokens.issue(assertion, "")
    assert desk.cause(assertion) == "REPLAYED"
    desk.world.clock.advance(100)
    assert desk.cause(assertion) == "REPLAYED"
    desk.world.clock.advance(-130)
    assert desk.cause(assertion) == "REPLAYED"


def _unsigned(assertion: str) -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    _, claims, _ = assertion.split(".")
    return f"{part({'alg': 'none', 'kid': KID})}.{claims}."


KID = "2026"
OTHER = ECKey.generate_key("P-256")
Forged = Callable[[KeyHolder, Any], str]
ATTACKS: dict[str, tuple[Forged, str]] = {
    "without a signature": (lambda h, now: _unsigned(h.assertion(now)), "SIGNATURE"),
    "the public key as a secret": (
        lambda h, now: h.assertion(now, {"alg": "HS256"}, OctKey.import_key(h.jwk)), "SIGNATURE",
    ),
    "another key under the id of this one": (lambda h, now: h.assertion(now, key=OTHER), "SIGNATURE"),
    "a key in the header": (
        lambda h, now: h.assertion(now, {"jwk": dict(OTHER.as_dict(private=False))}, OTHER), "SIGNATURE",
    ),
    "a key that nobody has": (lambda h, now: h.assertion(now, {"kid": "other"}), "KEY"),
    "no key named": (lambda h, now: h.assertion(now, {"kid": None}), "FORM"),
    "what must be understood": (lambda h, now: h.assertion(now, {"crit": ["exp"], "exp": 1}), "SIGNATURE"),
    "one of our own kinds": (lambda h, now: h.assertion(now, {"typ": "at+jwt"}), "SIGNATURE"),
    "for another service": (lambda h, now: h.assertion(now, aud="https://elsewhere.example"), "AUDIENCE"),
    "for another service too": (lambda h, now: h.assertion(now, aud=["xac-minh.example", "e"]), "AUDIENCE"),
    "for nobody": (lambda h, now: h.assertion(now, aud=None), "AUDIENCE"),
    "for a number": (lambda h, now: h.assertion(now, aud=[7]), "AUDIENCE"),
    "ended": (lambda h, now: h.assertion(now, exp=int(now.timestamp()) - 31), "TIME"),
    "without end": (lambda h, now: h.assertion(now, exp=None), "FORM"),
    "for too long": (lambda h, now: h.assertion(now, exp=int(now.timestamp()) + 3600), "TIME"),
    "for ever": (lambda h, now: h.assertion(now, exp=1e300), "FORM"),
    "at no time": (lambda h, now: h.assertion(now, exp=True), "FORM"),
    "from the future": (lambda h, now: h.assertion(now, iat=int(now.timestamp()) + 60), "TIME"),
    "not yet": (lambda h, now: h.assertion(now, nbf=int(now.timestamp()) + 60), "TIME"),
    "of somebody else": (lambda h, now: h.assertion(now, sub="counter-1"), "FORM"),
    "without an id": (lambda h, now: h.assertion(now, jti=None), "FORM"),
    "with an id that repeats": (lambda h, now: h.assertion(now, jti="1"), "FORM"),
    "no token": (lambda h, now: "abc", "FORM"),
    "without claims": (lambda h, now: "e30.W10.", "FORM"),
    "without end to it": (lambda h, now: "a" * (MOST_BYTES + 1), "FORM"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_forged_gets_nothing(desk: Desk, attack: str) -> None:
    holder = KeyHolder(key=ECKey.generate_key("P-256", {"kid": KID}))
    holder = _named(holder)
    desk.register(holder)
    forge, cause = ATTACKS[attack]
    assert desk.cause(forge(holder, desk.world.clock.now())) == cause
    denied = desk.world.trail()[-1].entry
    assert (denied.action, denied.outcome) == ("IssueToken", "DENIED")


def _named(holder: KeyHolder) -> KeyHolder:
    class Named(KeyHolder):
        @property
        def key_id(self) -> str:
            return KID

    return Named(holder.name, holder.key)


def test_the_id_of_a_key_means_the_key_of_its_client(desk: Desk) -> None:
    """Two clients that call their keys the same: neither is taken for the other."""
    first, second = (_named(KeyHolder(n, ECKey.generate_key("P-256", {"kid": KID}))) for n in ("portal", "clinic"))
    for holder in (first, second):
        desk.register(holder)
    now = desk.world.clock.now()
    assert desk.cause(first.assertion(now, key=second.key)) == "SIGNATURE"
    assert desk.cause(first.assertion(now), "clinic") == "FORM"
    assert desk.cause(first.assertion(now, iss="nobody", sub="nobody")) == "KEY"
    assert (
        desk.callers.caller_of(Credentials(token=desk.tokens.issue(second.assertion(now), "").token)).name == "clinic"
    )


def test_no_two_clients_share_a_key_not_even_one_that_was_revoked(desk: Desk, portal: KeyHolder) -> None:
    with refused(Reason.CLIENT_EXISTS) as caught:
        desk.register(KeyHolder("clinic", portal.key))
    assert caught.value.metadata == {"field": "client.keys"}
    desk.put(ClientState.REVOKED)
    with refused(Reason.CLIENT_EXISTS):
        desk.register(KeyHolder("clinic", portal.key))


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ('{"kty": "EC"}', "not a JWK"),
        ("[", "not a JWK"),
        (json.dumps(dict(ECKey.generate_key("P-384").as_dict(private=False))), "P-256"),
        (json.dumps(dict(OKPKey.generate_key("X25519").as_dict(private=False))), "Ed25519"),
        (json.dumps({"kty": "RSA", "n": "AQ" * 80, "e": "AQAB"}), "2048"),
        (json.dumps(dict(ECKey.generate_key("P-256").as_dict(private=True))), "private"),
        (json.dumps({**ECKey.generate_key("P-256").as_dict(private=False), "kid": "a\n"}), "kid"),
        ('{"kty": "oct", "k": "c2VjcmV0"}', "not a JWK"),
    ],
)
def test_what_is_no_public_key_is_not_registered(desk: Desk, key: str, what: str) -> None:
    entry = ClientEntry(
        Caller("portal", frozenset({Role.COUNTER})), "", (replace(KeyHolder().entry(desk.world.clock.now()), jwk=key),)
    )
    with pytest.raises(DomainError, match=what) as caught:
        desk.clients.register(desk.world.call("RegisterClient", caller="chief"), entry, Answers())
    assert (caught.value.reason, caught.value.metadata) == (Reason.FIELD_INVALID, {"field": "client.keys"})


def test_keys_have_ends_and_ids_of_their_own(desk: Desk) -> None:
    now, holder = desk.world.clock.now(), KeyHolder()
    may = Caller("portal", frozenset({Role.COUNTER}))
    once = holder.entry(now + YEAR)
    for keys in (
        (once, once),
        (holder.entry(now + 4 * YEAR),),
        (holder.entry(now + YEAR, now + YEAR),),
        tuple(KeyHolder().entry(now + YEAR) for _ in range(9)),
    ):
        with refused(Reason.FIELD_INVALID):
            desk.clients.register(
                desk.world.call("RegisterClient", caller="chief"), ClientEntry(may, "", keys), Answers()
            )
    with refused(Reason.FIELD_MISSING):
        desk.clients.register(desk.world.call("RegisterClient", caller="chief"), ClientEntry(may, ""), Answers())


def test_no_other_token_of_the_house_is_an_access_token(desk: Desk, portal: KeyHolder, tmp_path: Path) -> None:
    token = desk.tokens.issue(portal.assertion(desk.world.clock.now()), "").token
    claims = desk.world.signer.own_access_token(token)
    assert claims is not None
    assert desk.world.signer.own(token) is None, "nor the other way round"
    other = JwsSigner(desk.world.signer._path, desk.world.signer._keys, "https://other.example", desk.world.clock)
    for forged in (
        desk.world.signer.sign(claims),
        desk.world.signer.sign_access_token(claims | {"aud": "https://other.example"}),
        other.sign_access_token(claims | {"iss": "https://other.example"}),
        token[:-4] + "AAAA",
        "",
        "abc",
    ):
        with refused(Reason.TOKEN_INVALID):
            desk.callers.caller_of(Credentials(token=forged))


def test_a_token_with_another_clients_certificate_is_nobodys(desk: Desk, portal: KeyHolder) -> None:
    token = desk.tokens.issue(portal.assertion(desk.world.clock.now()), "").token
    certified = Caller("portal", frozenset({Role.COUNTER}))
    callers = replace(desk.callers, by_certificate=lambda _: certified)
    assert callers.caller_of(Credentials(b"pem", token)).presented is not None
    certified = replace(certified, name="counter-1")
    with refused(Reason.TOKEN_INVALID):
        callers.caller_of(Credentials(b"pem", token))


def test_an_issuer_with_an_address_has_a_token_endpoint(desk: Desk) -> None:
    assert set(desk.tokens.audiences) == {"xac-minh.example"}
    signer = JwsSigner(desk.world.signer._path, desk.world.signer._keys, "https://id.example/", desk.world.clock)
    assert set(replace(desk.tokens, signer=signer).audiences) == {
        "https://id.example/",
        "https://id.example/oauth2/token",
    }
