"""A provider is asked: what it says is checked, what it does not say is not taken, and its silence ends nothing."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idverify.access.officers.claims import ClaimNames
from idverify.access.officers.provider import (
    Granted,
    Provider,
    ProviderAccess,
    ProviderError,
    RefusedError,
    is_protected,
    private_key,
)
from idverify.access.officers.sessions import SessionLimits, Sessions
from idverify.access.officers.sign_in import OfficerSignIn, Recorder
from idverify.domain.errors import DomainError
from idverify.domain.model import Caller, Client, ClientEntry, OfficerRole, Role, ShownSession
from tests.provider_kit import CLIENT
from tests.provider_kit import Provider as Theirs

VERIFIER = "v" * 43
NAMES = ClaimNames("officer", "", "roles", {"clerk": OfficerRole.CLERK, "supervisor": OfficerRole.SUPERVISOR})
ONE = {"sub": "s-1", "officer": "CB-1", "roles": ["clerk"]}


class SystemTime:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Way:
    """To a provider, with a clock of its own for what is kept."""

    theirs: Theirs
    seconds: float = 0.0
    done: list[tuple[str, str]] = field(default_factory=list)

    def provider(self, issuer: str = "", secret: Any = None) -> Provider:
        access = ProviderAccess(
            issuer or self.theirs.issuer, CLIENT, secret, "http://127.0.0.1:1/sign-in/callback", "openid", _TLS
        )
        return Provider(access, SystemTime(), lambda: self.seconds)

    def granted(self, provider: Provider) -> Granted:
        """Sign somebody in."""
        nonce = "n" * 43
        sent = httpx2.get(provider.sign_in_url("state", nonce, VERIFIER))
        code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]
        return provider.exchange(code, VERIFIER, nonce, 0)


_TLS = ssl.create_default_context()


@pytest.fixture(scope="module")
def theirs() -> Iterator[Theirs]:
    provider = Theirs().start()
    yield provider
    provider.stop()


@pytest.fixture
def way(theirs: Theirs) -> Way:
    theirs.be_honest(**ONE)
    return Way(theirs)


def test_what_it_says_of_an_officer_is_asked_again_by_refresh_token(way: Way) -> None:
    provider = way.provider()
    first = way.granted(provider)
    assert first.claims["officer"] == "CB-1"
    way.seconds = first.tokens.until
    way.theirs.user["roles"] = ["supervisor"]
    again = provider.again(first.tokens, "s-1")
    assert (again.claims["roles"], again.tokens.access != first.tokens.access) == (["supervisor"], True)
    way.theirs.lies["sub"] = "s-2"
    with pytest.raises(RefusedError, match="another officer"):
        provider.again(first.tokens, "s-1")
    way.theirs.refuses = True
    with pytest.raises(RefusedError, match="invalid_grant"):
        provider.again(first.tokens, "s-1")


def test_keys_are_fetched_anew_when_another_is_named_and_not_all_the_time(way: Way) -> None:
    provider = way.provider()
    way.granted(provider)
    former, way.theirs.key = way.theirs.key, ECKey.generate_key("P-256")
    try:
        with pytest.raises(RefusedError, match="key"):
            way.granted(provider)
        way.seconds = 31.0
        assert way.granted(provider).claims["sub"] == "s-1"
    finally:
        way.theirs.key = former


def test_what_it_is_known_by_is_shown(way: Way) -> None:
    way.granted(way.provider(secret="secret" * 8))
    assert "client_assertion" not in way.theirs.asked[-1]
    for key in (ECKey.generate_key("P-256"), RSAKey.generate_key(2048)):
        pem = key.as_pem(private=True).decode()
        way.granted(way.provider(secret=private_key(pem)))
        assert way.theirs.asked[-1]["client_assertion_type"].endswith("jwt-bearer")
        assert private_key(json.dumps(key.as_dict(private=True))).thumbprint() == key.thumbprint()
    others = [ECKey.generate_key("P-256").as_pem(private=False), ECKey.generate_key("P-384").as_pem(private=True)]
    others.append(OKPKey.generate_key("Ed25519").as_pem(private=True))
    for none in ("", "abc", *(each.decode() for each in others)):
        with pytest.raises(ValueError, match="no private key"):
            private_key(none)


@pytest.mark.parametrize(
    ("path", "answer", "error"),
    [
        ("/.well-known/openid-configuration", (200, "{}"), RefusedError),
        ("/.well-known/openid-configuration", (200, "[]"), RefusedError),
        ("/.well-known/openid-configuration", (200, "no json"), RefusedError),
        ("/.well-known/openid-configuration", (404, "{}"), RefusedError),
        ("/.well-known/openid-configuration", (503, "{}"), ProviderError),
        ("/.well-known/openid-configuration", (200, '{"a": "' + "a" * 400_000 + '"}'), ProviderError),
        ("/keys", (200, '{"keys": [{"kty": "x"}]}'), RefusedError),
        ("/token", (200, "[]"), RefusedError),
        ("/token", (200, '{"access_token": 7, "id_token": "a"}'), RefusedError),
        ("/token", (200, '{"access_token": "a", "id_token": "b"}'), RefusedError),
        ("/token", (502, "oops"), ProviderError),
        ("/token", (400, '{"error": {"a": 1}}'), RefusedError),
        ("/me", (401, "{}"), RefusedError),
        ("/me", (500, "{}"), ProviderError),
    ],
)
def test_what_it_answers_wrong_is_told_apart(
    way: Way, path: str, answer: tuple[int, str], error: type[Exception]
) -> None:
    way.theirs.instead = {path: answer}
    try:
        with pytest.raises(error):
            way.granted(way.provider())
    finally:
        way.theirs.instead = {}


def test_one_that_is_not_there_is_not_one_that_refuses(way: Way) -> None:
    with pytest.raises(ProviderError):
        way.provider("http://127.0.0.1:1").names_itself()
    facts = {"issuer": way.theirs.issuer, "authorization_endpoint": "http://elsewhere.example/"}
    way.theirs.instead = {"/.well-known/openid-configuration": (200, json.dumps(facts))}
    try:
        with pytest.raises(RefusedError, match="authorization_endpoint"):
            way.provider().sign_in_url("s", "n", VERIFIER)
        assert way.provider().sign_out_url("t", "/") == ""
        assert way.provider()._user_info(None, "s-1") == {}  # type: ignore[arg-type]
        assert not way.provider().names_itself()
    finally:
        way.theirs.instead = {}
    assert [is_protected(url) for url in ("https://a", "http://[::1]:1/", "http://a", "ftp://a", "https:///x")] == [
        True,
        True,
        False,
        False,
        False,
    ]


class Desk:
    """Pages of one client, and who signed in to them."""

    def __init__(self, way: Way, most: int = 100, agency: str | None = None) -> None:
        self.way = way
        self.client: Client | None = Client.registered(
            ClientEntry(Caller("page", frozenset({Role.COUNTER}), agency), "name:page"), datetime.now(UTC)
        )
        self.sessions = Sessions(SessionLimits(900.0, 28_800.0, most), lambda: way.seconds)
        recorder = Recorder(lambda *told: way.done.append(told[:2]), lambda *_: way.done.append(("SignIn", "DENIED")))
        self.sign_in = OfficerSignIn(
            way.provider(),
            self.sessions,
            replace(NAMES, agency="agency" if agency else ""),
            "https://page.example",
            lambda: self.client,
            SystemTime(),
            recorder,
            lambda: way.seconds,
        )

    def enter(self, shown: ShownSession | None = None, second_for: str = "") -> ShownSession | None:
        """Sign in whoever the provider says; return the session."""
        begun = self.sign_in.begin("/", second_for, shown)
        query = parse_qs(urlsplit(httpx2.get(begun.location).headers["location"]).query)
        answer = {name: values[0] for name, values in query.items()}
        ended = self.sign_in.finish(answer, begun.browser, shown, "10.0.0.1")
        return None if not ended.session_id else self.shown(ended.session_id)

    def shown(self, session_id: str, **other: Any) -> ShownSession:
        plain = ShownSession(session_id, protected=True, csrf="", origin="", changes=False)
        told = self.sign_in.session(plain)
        csrf = told.csrf if told else ""
        return replace(plain, csrf=csrf, origin="https://page.example", **other)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value.reason.code


def test_sessions_end_by_themselves(way: Way) -> None:
    desk = Desk(way)
    shown = desk.enter()
    assert shown is not None
    way.seconds = 800.0
    assert desk.sign_in.caller_of(shown).officer is not None
    way.seconds = 1600.0
    desk.sign_in.session(shown)  # looking at it makes it last no longer
    assert desk.sign_in.caller_of(shown).name == "page"
    way.seconds = 2500.0
    assert refused(lambda: desk.sign_in.caller_of(shown)) == "SESSION_ENDED"
    another = desk.enter()
    assert another is not None
    for _ in range(40):
        way.seconds += 700.0
        desk.sign_in.caller_of(another)
    way.seconds += 800.0
    assert desk.sign_in.session(another) is None, "the shift is over"


def test_without_a_refresh_token_a_session_ends_with_the_access_token(way: Way) -> None:
    way.theirs.refresh, way.theirs.lives = False, 600
    desk = Desk(way)
    shown = desk.enter()
    assert shown is not None
    way.seconds = 599.0
    assert desk.sign_in.session(shown) is not None
    way.seconds = 600.0
    assert desk.sign_in.session(shown) is None


def test_there_are_so_many_sessions_and_so_many_of_one_officer(way: Way) -> None:
    desk = Desk(way, most=5)
    own = [desk.enter() for _ in range(5)]
    assert [desk.sign_in.session(each) is not None for each in own] == [False, True, True, True, True]
    for number in (2, 3):
        way.theirs.be_honest(sub=f"s-{number}", officer=f"CB-{number}", roles=["clerk"])
        way.seconds += 1.0
        assert desk.enter() is not None
    assert [desk.sign_in.session(each) is not None for each in own] == [False, False, True, True, True]


def test_a_cookie_that_nothing_protects_is_none_where_pages_are_by_tls(way: Way) -> None:
    desk = Desk(way)
    shown = desk.enter()
    assert shown is not None
    assert refused(lambda: desk.sign_in.caller_of(replace(shown, protected=False))) == "SESSION_ENDED"
    desk.client = None
    assert refused(lambda: desk.sign_in.caller_of(shown)) == "CLIENT_UNKNOWN"


def test_the_word_of_a_second_officer_ends(way: Way) -> None:
    desk = Desk(way)
    first = desk.enter()
    assert first is not None
    way.theirs.be_honest(sub="s-2", officer="CB-2", roles=["supervisor"])
    desk.enter(first, second_for="t-1")
    word = desk.sign_in.witness(first, "t-1")
    assert word is not None
    ticket = replace(first, witness=word.ticket)
    officer = desk.sign_in.caller_of(ticket).officer
    assert officer is not None
    assert officer.officer_id == "CB-2"
    assert officer.ticket is not None
    assert [officer.ticket("t-2", b"a"), officer.ticket("t-1", b"a"), officer.ticket("t-1", b"b")] == [
        False,
        True,
        False,
    ]
    desk.enter(first, second_for="t-1")
    way.seconds = 121.0
    assert refused(lambda: desk.sign_in.caller_of(ticket)) == "SESSION_ENDED"
    assert desk.sign_in.witness(first, "t-1") is None


def test_who_is_of_another_agency_than_the_pages_does_not_get_in(way: Way) -> None:
    way.theirs.user["agency"] = "H05.13"
    assert Desk(way, agency="H05.12").enter() is None
    assert Desk(way, agency="H05.13").enter() is not None


def test_a_way_to_the_provider_ends(way: Way) -> None:
    desk = Desk(way)
    begun = desk.sign_in.begin("/", "", None)
    query = parse_qs(urlsplit(httpx2.get(begun.location).headers["location"]).query)
    way.seconds = 601.0
    answer = {name: values[0] for name, values in query.items()}
    assert refused(lambda: desk.sign_in.finish(answer, begun.browser, None, "")) == "SIGN_IN_FAILED"


def test_a_provider_that_is_silent_ends_no_session(way: Way) -> None:
    desk = Desk(way)
    shown = desk.enter()
    assert shown is not None
    way.seconds = 400.0
    way.theirs.instead = {"/me": (503, "{}")}
    desk.sign_in.check_again(300.0)
    assert desk.sign_in.session(shown) is not None
    way.theirs.instead = {}
    way.theirs.user["officer"] = "CB-9"
    desk.sign_in.check_again(300.0)
    assert desk.sign_in.session(shown) is None, "who has another id by now is another"
    assert way.done[-1] == ("SignOut", "ENDED_BY_PROVIDER")
    assert desk.sessions.due(0.0) == []
    desk.sessions.renewed(b"gone", None, None)
    way.seconds = 5000.0
    way.theirs.instead = {"/.well-known/openid-configuration": (503, "{}")}
    assert refused(lambda: desk.sign_in.begin("/", "", None)) == "SIGN_IN_FAILED"
    way.theirs.instead = {}


def test_signing_out_needs_no_provider(way: Way) -> None:
    desk = Desk(way)
    shown = desk.enter()
    assert shown is not None
    way.seconds = 4000.0 - 3500.0
    desk.sign_in._provider._facts = None
    way.theirs.instead = {"/.well-known/openid-configuration": (503, "{}")}
    try:
        assert desk.sign_in.end(shown) == ""
    finally:
        way.theirs.instead = {}
    assert refused(lambda: desk.sign_in.end(shown)) == "SESSION_ENDED"
