"""Officers sign in to a page: who they are is proven, and what they may have done looked at."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from google.protobuf.json_format import ParseDict
from joserfc.jwk import ECKey, OctKey

from idverify.client import Client
from idverify.domain.attempts import Scope, Standing
from idverify.domain.errors import DomainError
from idverify.domain.model import Act, Caller, Confirmation, Credentials, HeldAct, RequestContext, Role
from idverify.ports.attempts import Counted
from idverify.v1 import catalogue_pb2, clients_pb2
from tests.e2e.harness import NUMBER, PROCEDURE, RunningServer, enrolment, local_settings, start_server
from tests.provider_kit import CLIENT, Provider
from tests.waiting import wait_until

PAGE = {
    "name": "page",
    "certificateName": "page",
    "roles": ["CLIENT_ROLE_COUNTER", "CLIENT_ROLE_ADMIN", "CLIENT_ROLE_AUDITOR"],
    "entitlements": [{"procedureCode": "*", "recordTypes": ["*"]}],
    "sampleKinds": ["SAMPLE_KIND_MINUTIAE", "SAMPLE_KIND_IMAGE"],
}
CLERK = {"sub": "s-1", "officer": "CB-1", "agency": "H05.12", "roles": ["clerk", "other"], "name": "Nguyễn Thị Một"}
CHIEF = {"sub": "s-2", "officer": "CB-2", "agency": "H05.12", "roles": ["supervisor"], "name": "Trần Văn Hai"}
_HOUR = timedelta(hours=1)
GUARD = {"sub": "s-3", "officer": "CB-3", "agency": "H05.12", "roles": ["security_officer"], "name": "Lê Ba"}


@dataclass
class Office:
    """A service with pages, and the provider that its officers sign in by."""

    server: RunningServer
    provider: Provider
    clients: list[httpx2.Client] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://{self.server.http}"

    def browser(self) -> Browser:
        self.clients.append(httpx2.Client(base_url=self.origin))
        return Browser(self, self.clients[-1])

    def signed_in(self, user: dict[str, Any]) -> Browser:
        """A browser before which an officer has signed in."""
        browser = self.browser()
        self.provider.be_honest(**user)
        assert browser.sign_in() == "/"
        return browser

    def trail(self) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
        with self.server.application.store.reading() as view:
            events = [event.entry for event in view.audit.page(0, 10_000)]
        return [(e.action, e.outcome, {"officer": e.context.officer_id, "caller": e.caller}, e.details) for e in events]


def _latin(headers: dict[str, str]) -> httpx2.Headers:
    return httpx2.Headers([(name.encode(), value.encode("latin-1")) for name, value in headers.items()])


@dataclass
class Browser:
    """One browser: its cookies, and the pages of the office in it."""

    office: Office
    client: httpx2.Client

    def sign_in(self, query: str = "return_to=/") -> str:
        """Follow the way to the provider and back; return where it ended."""
        return self.back(self.sent(query))

    def sent(self, query: str = "return_to=/") -> str:
        """Begin, sign in at the provider, and return the address that it sends the browser back to."""
        begun = self.client.get(f"/sign-in?{query}")
        assert begun.status_code == 303, begun.text
        with httpx2.Client() as elsewhere:
            return elsewhere.get(begun.headers["location"]).headers["location"]

    def back(self, address: str) -> str:
        """Come back from the provider, and return where the browser is sent then."""
        ended = self.client.get(address)
        assert ended.status_code == 303, ended.text
        return ended.headers["location"]

    @property
    def session(self) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get("/session").json()
        return told

    def post(self, path: str, content: dict[str, Any] | None = None, **headers: str) -> httpx2.Response:
        """Call as a page does: with its token and its origin."""
        own = {"x-csrf-token": self.session["csrf"], "origin": self.office.origin, "accept-language": "en"}
        body = {"context": {"requestId": str(uuid.uuid4())}} | (content or {})
        return self.client.post(
            path, json=body, headers=_latin(own | {n.replace("_", "-"): v for n, v in headers.items()})
        )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    provider = Provider().start()
    settings = local_settings(
        tmp_path_factory.mktemp("data"),
        http=f"127.0.0.1:{port}",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_officer_claim="officer",
        oidc_agency_claim="agency",
        page_url=f"http://127.0.0.1:{port}",
        page_client="page",
        session_recheck_minutes=0.01,
    )
    running = start_server(settings)
    register(running)
    yield Office(running, provider)
    running.stop()
    provider.stop()


@pytest.fixture(autouse=True)
def closed(office: Office) -> Iterator[None]:
    """Close the browsers of a test."""
    yield
    while office.clients:
        office.clients.pop().close()


def register(running: RunningServer) -> None:
    """Register the client of the pages and a citizen, as an operator on the machine does."""
    with Client(running.address) as client:
        client.register_client(ParseDict(PAGE, clients_pb2.Client()))
        catalogue = json.loads(client.export_catalogue(catalogue_pb2.CATALOGUE_FORMAT_JSON))
        (procedure,) = [one for one in catalogue["procedures"] if one["code"] == PROCEDURE]
        changed = {"procedures": [procedure | {"exceptions_allowed": True, "legal_basis": "Luật Hộ tịch"}]}
        client.import_catalogue(json.dumps(changed).encode(), catalogue_pb2.CATALOGUE_FORMAT_JSON)
        request = enrolment()
        client.enrol(request.citizen_number, request.personal_data, request.samples)


def reason(answer: httpx2.Response) -> tuple[int, str, str]:
    told = answer.json()
    return answer.status_code, told["reason"], told.get("metadata", {}).get("cause", "")


def test_a_page_is_told_who_signed_in_and_nothing_of_it_stands_in_an_address(office: Office) -> None:
    browser = office.browser()
    assert browser.session["signInNeeded"]
    assert not browser.session["signedIn"]
    nobody = browser.client.get("/v1/procedures")
    assert reason(nobody) == (401, "CLIENT_UNKNOWN", "")
    assert "www-authenticate" in nobody.headers
    browser = office.signed_in(CLERK)
    told = browser.session
    assert told["officer"] == {"id": "CB-1", "name": "Nguyễn Thị Một", "agency": "H05.12", "roles": ["clerk"]}
    assert (told["proof"], told["signedIn"], told["idleSeconds"]) == ("SIGNED_IN", True, 900)
    (cookie,) = [c for c in browser.client.cookies.jar if c.name == "idverify-session"]
    assert str(cookie.value) not in json.dumps(told)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    asked = office.provider.asked[-2]
    assert (asked["code_challenge_method"], asked["prompt"], asked["response_type"]) == ("S256", "login", "code")
    assert browser.client.get("/v1/procedures").status_code == 200


def test_the_officer_and_agency_of_a_call_are_those_who_signed_in(office: Office) -> None:
    browser = office.signed_in(CLERK)
    purpose = {"purpose": "PURPOSE_TEST", "requestId": str(uuid.uuid4())}
    asked = {"context": purpose, "citizenNumber": NUMBER}
    assert browser.post("/v1/consents:list", asked).status_code == 200
    for stated, cause in (({"officerId": "CB-9"}, "OFFICER"), ({"agencyCode": "H05.13"}, "AGENCY")):
        refused = browser.post("/v1/consents:list", asked | {"context": purpose | stated})
        assert reason(refused) == (403, "OFFICER_NOT_AUTHORIZED", cause)
    same = purpose | {"officerId": "CB-1", "agencyCode": "H05.12"}
    assert browser.post("/v1/consents:list", asked | {"context": same}).status_code == 200
    (*_, (_, _, who, details)) = [e for e in office.trail() if e[0] == "ListConsents" and e[1] != "DENIED"]
    assert who == {"officer": "CB-1", "caller": "page"}
    assert (details["officer_proof"], details["known_by"]) == ("SIGNED_IN", "session")
    guard = office.signed_in(GUARD)
    events = guard.client.get("/v1/auditEvents", params={"page_size": 1000}).json()["events"]
    assert "OFFICER_PROOF_SIGNED_IN" in {e["officerProof"] for e in events if e["action"] == "ListConsents"}


CALLS: list[tuple[str, str, set[str]]] = [
    ("GET", "/v1/procedures", {"clerk", "supervisor", "security_officer"}),
    ("GET", "/v1/attemptLimits", {"supervisor"}),
    ("GET", "/v1/acts", {"supervisor", "security_officer"}),
    ("GET", "/v1/auditEvents", {"security_officer"}),
    ("GET", "/v1/clients", {"security_officer"}),
    ("GET", "/v1/gallery", set()),
    ("POST", "/v1/consents:list", {"clerk", "supervisor"}),
]


@pytest.mark.parametrize("user", [CLERK, CHIEF, GUARD], ids=lambda user: user["roles"][0])
def test_roles_say_what_an_officer_may_have_done(office: Office, user: dict[str, Any]) -> None:
    """The client of the pages may call all of it."""
    browser = office.signed_in(user)
    for verb, path, roles in CALLS:
        answer = browser.client.get(path) if verb == "GET" else browser.post(path)
        refused = answer.status_code == 403 and reason(answer)[1:] == ("OFFICER_NOT_AUTHORIZED", "ROLE")
        assert refused is roles.isdisjoint(user["roles"]), (path, answer.text)


def test_an_officer_is_no_more_than_their_role_whatever_the_client_of_the_pages_may(office: Office) -> None:
    """It may read the trail and revoke what any client had issued: for a security officer, and for nobody here."""
    store = office.server.application.store
    with store.reading() as view:
        enrolled = next(e for e in view.audit.page(0, 100) if e.entry.action == "EnrolCitizen")
    with store.transaction() as uow:
        until = datetime.now(UTC) + timedelta(days=30)
        elsewhere = Confirmation(str(uuid.uuid4()), enrolled.entry.subject_id, "other-province", "", until)
        uow.confirmations.add(elsewhere)
    proof, revoke = f"/v1/log/events/{enrolled.sequence}/proof", f"/v1/confirmations/{elsewhere.confirmation_id}:revoke"
    for user in (CLERK, CHIEF):
        browser = office.signed_in(user)
        assert reason(browser.client.get(proof))[:2] == (404, "EVENT_NOT_FOUND")
        assert reason(browser.post(revoke))[:2] == (404, "CONFIRMATION_NOT_FOUND")
    with store.reading() as view:
        assert not list(view.confirmations.revoked(0, 100))


def of_another(user: dict[str, Any]) -> dict[str, Any]:
    """Somebody with the same role in another agency."""
    return user | {"sub": f"{user['sub']}b", "officer": f"{user['officer']}B", "agency": "H99.01"}


def kept_for(office: Office) -> tuple[str, str, str]:
    """What an agency has: a request of a citizen, one who takes no try, an act; the ids of the last two, the client."""
    clerk = office.signed_in(CLERK)
    asked = clerk.post("/v1/subject-requests", {"citizenNumber": NUMBER, "kind": "SUBJECT_REQUEST_KIND_ACCESS"})
    assert asked.status_code == 200, asked.text
    now = datetime.now(UTC)
    with office.server.application.store.transaction() as uow:
        subject_id = uow.subjects.id_of(NUMBER) or ""
        closed = Standing(100.0, now, now + timedelta(hours=1))
        uow.attempts.put({Counted(Scope.CITIZEN, subject_id=subject_id): closed, Counted(Scope.CLIENT, "far"): closed})
        context = RequestContext(agency_code="H05.12")
        method = "idverify.v1.EnrolmentService/DeleteCitizen"
        held = HeldAct(str(uuid.uuid4()), Act.ERASE, method, "far", "k", context, b"d", b"", None, now, now + _HOUR)
        uow.acts.add(held)
    return subject_id, held.act_id, "far"


def test_to_officers_of_another_agency_there_is_nothing_of_this_one(office: Office) -> None:
    transaction = vouched(office.signed_in(CLERK))
    subject_id, act_id, client = kept_for(office)
    own, other = office.signed_in(CHIEF), office.signed_in(of_another(CHIEF))
    listed = {
        "/v1/subject-requests": "requests",
        "/v1/attemptLimits": "limits",
        "/v1/acts": "acts",
        "/v1/transactions": "transactions",
    }
    for path, many in listed.items():
        assert own.client.get(path).json().get(many), path
        assert not other.client.get(path).json().get(many), path
    there = {
        "/v1/attemptLimits:lift": ({"subjectId": subject_id}, {"subjectId": str(uuid.uuid4())}, "SUBJECT_NOT_FOUND"),
        "/v1/attemptLimits:lift ": ({"citizenNumber": NUMBER}, {"citizenNumber": "001099000000"}, "SUBJECT_NOT_FOUND"),
        "/v1/attemptLimits:lift  ": ({"client": client}, {"client": "nobody"}, "CLIENT_NOT_FOUND"),
    }
    for path, (known, unknown, code) in there.items():
        for _ in range(2):  # that they were refused is no dealing with the citizen
            told = [other.post(path.strip(), {"reason": "LIFT_REASON_TRIAL"} | whom) for whom in (known, unknown)]
            assert [reason(each)[:2] for each in told] == [(404, code)] * 2, [each.text for each in told]
            assert told[0].json()["detail"] == told[1].json()["detail"]
    assert reason(other.client.get(f"/v1/acts/{act_id}"))[:2] == (404, "ACT_NOT_FOUND")
    assert reason(other.post(f"/v1/acts/{act_id}:reject"))[:2] == (404, "ACT_NOT_FOUND")
    clerk = office.signed_in(of_another(CLERK))
    assert reason(clerk.client.get(f"/v1/transactions/{transaction}"))[:2] == (404, "TRANSACTION_NOT_FOUND")
    assert own.client.get(f"/v1/acts/{act_id}").status_code == 200
    assert own.post(f"/v1/acts/{act_id}:reject").status_code == 200
    lifted = own.post("/v1/attemptLimits:lift", {"subjectId": subject_id, "reason": "LIFT_REASON_TRIAL"})
    assert lifted.status_code == 200, lifted.text


def test_a_security_officer_of_an_agency_reads_its_events_alone(office: Office) -> None:
    transaction = vouched(office.signed_in(CLERK))
    with office.server.application.store.reading() as view:
        begun = next(e for e in view.audit.page(0, 10_000) if e.entry.context.transaction_id == transaction)
    own, other = office.signed_in(GUARD), office.signed_in(of_another(GUARD))
    for guard, agency in ((own, "H05.12"), (other, "H99.01")):
        listed = guard.client.get("/v1/auditEvents", params={"page_size": 1000}).json()["events"]
        found = guard.post("/v1/auditEvents:search", {"context": {}}).json()["events"]
        for events in (listed, found):
            assert {json.loads(event["contextJson"])["agency_code"] for event in events} == {agency}
    wanted = {"context": {}, "agencyCode": "H05.12"}
    assert own.post("/v1/auditEvents:search", wanted).json()["events"]
    assert not other.post("/v1/auditEvents:search", wanted).json().get("events")
    proof = f"/v1/log/events/{begun.sequence}/proof"
    assert own.client.get(proof).status_code == 200
    assert office.signed_in(CLERK).client.get(proof).status_code == 200
    for user in (CLERK, GUARD):
        told = office.signed_in(of_another(user)).client.get(proof)
        assert reason(told)[:2] == (404, "EVENT_NOT_FOUND")


def test_what_changes_something_comes_from_our_page(office: Office) -> None:
    browser = office.signed_in(CLERK)
    asked = {"context": {"purpose": "PURPOSE_TEST"}, "citizenNumber": NUMBER}
    csrf, origin = browser.session["csrf"], office.origin
    other = office.signed_in(CHIEF).session["csrf"]
    for headers in ({}, {"x-csrf-token": csrf}, {"origin": origin}, {"x-csrf-token": other, "origin": origin}):
        refused = browser.client.post("/v1/consents:list", json=asked, headers=headers)
        assert reason(refused)[:2] == (403, "CSRF_TOKEN_WRONG"), headers
    foreign = {"x-csrf-token": csrf, "origin": "http://evil.example"}
    assert reason(browser.client.post("/v1/consents:list", json=asked, headers=foreign))[1] == "ORIGIN_FOREIGN"
    assert browser.client.post("/sign-out").status_code == 403
    assert browser.session["signedIn"]


def test_who_signs_out_is_out_here_and_is_sent_to_be_out_there(office: Office) -> None:
    browser = office.signed_in(CLERK)
    kept = dict(browser.client.cookies)
    ended = browser.post("/sign-out")
    leads = urlsplit(ended.json()["location"])
    assert f"{leads.scheme}://{leads.netloc}{leads.path}" == f"{office.provider.issuer}/end"
    assert parse_qs(leads.query)["post_logout_redirect_uri"] == [f"{office.origin}/"]
    browser.client.cookies.update(kept)
    assert not browser.session["signedIn"]
    assert reason(browser.client.get("/v1/procedures")) == (401, "SESSION_ENDED", "")
    assert ("SignOut", "SIGNED_OUT") in [(action, outcome) for action, outcome, *_ in office.trail()]


def test_no_session_is_taken_over_by_signing_in(office: Office) -> None:
    """An id that somebody else knows, or made up, is not the one that the officer gets."""
    office.provider.be_honest(**CLERK)
    browser = office.browser()
    browser.client.cookies.set("idverify-session", "known-to-others", "127.0.0.1", "/")
    browser.sign_in()
    first = browser.client.cookies["idverify-session"]
    assert first != "known-to-others"
    browser.sign_in()
    assert browser.client.cookies["idverify-session"] != first
    browser.client.cookies.set("idverify-session", first, "127.0.0.1", "/")
    assert not browser.session["signedIn"], "the former session of this browser has ended"


def test_an_answer_is_for_one_browser_and_once(office: Office) -> None:
    office.provider.be_honest(**CLERK)
    browser, other = office.browser(), office.browser()
    address = browser.sent()
    assert reason(other.client.get(address)) == (401, "SIGN_IN_FAILED", "STATE")
    assert browser.back(address) == "/"
    cookies = dict(browser.client.cookies)
    assert reason(browser.client.get(address)) == (401, "SIGN_IN_FAILED", "STATE")
    assert dict(browser.client.cookies) == cookies
    assert reason(browser.client.get("/sign-in/callback?code=a&state=b")) == (401, "SIGN_IN_FAILED", "STATE")
    assert reason(browser.client.get(f"{browser.sent()}&state=b"))[1] == "SIGN_IN_FAILED"


def test_a_code_is_of_use_in_the_browser_that_asked_for_it(office: Office) -> None:
    """Somebody brings the code of another's sign-in into a sign-in of their own."""
    office.provider.be_honest(**CHIEF)
    stolen = parse_qs(urlsplit(office.browser().sent()).query)["code"][0]
    thief = office.browser()
    own = urlsplit(thief.sent())
    query = {name: values[0] for name, values in parse_qs(own.query).items()} | {"code": stolen}
    ended = thief.client.get("/sign-in/callback", params=query)
    assert ended.headers["location"] == "/?sign_in=FAILED"
    assert not thief.session["signedIn"]


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\r\nb", "/%0d%0a", "/a#b", "/\t/evil"],
)
def test_a_sign_in_leads_to_our_own_pages_only(office: Office, path: str) -> None:
    told = office.browser().client.get("/sign-in", params={"return_to": path})
    if path == "/%0d%0a":  # sent as it stands, which is a path of ours
        assert told.status_code == 303
        return
    assert (told.status_code, told.json()["reason"]) == (400, "FIELD_INVALID")


OTHER = ECKey.generate_key("P-256")


@dataclass
class Lie:
    """What a provider, or somebody in its place, does."""

    tell: Callable[[Provider], None]
    problem: str = "FAILED"


def _says(**claims: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.lies.update(claims)


def _sign_with_a_secret(provider: Provider) -> None:
    provider.header["alg"] = "HS256"
    provider.signed_with = OctKey.import_key("a" * 32)


LIES = {
    "another nonce": Lie(_says(nonce="x" * 43)),
    "no nonce": Lie(_says(nonce=None)),
    "for another client": Lie(_says(aud="portal")),
    "for another client too": Lie(_says(aud=[CLIENT, "portal"], azp=CLIENT)),
    "made for another client": Lie(_says(azp="portal")),
    "of another provider": Lie(_says(iss="https://elsewhere.example")),
    "ended": Lie(_says(exp=1)),
    "old": Lie(_says(iat=1)),
    "from the future": Lie(_says(iat=4_000_000_000)),
    "who signed in yesterday": Lie(_says(auth_time=1)),
    "who signed in at no time": Lie(_says(auth_time=None)),
    "nobody": Lie(_says(sub=None)),
    "another's access token": Lie(_says(at_hash="AAAAAAAAAAAAAAAAAAAAAA")),
    "another key": Lie(lambda p: setattr(p, "signed_with", OTHER)),
    "a key that it does not have": Lie(lambda p: p.header.update(kid="other")),
    "a secret": Lie(_sign_with_a_secret),
    "nothing signed": Lie(lambda p: p.header.update(alg="none")),
    "user info of somebody else": Lie(lambda p: p.user_info.update(sub="s-2")),
    "no tokens": Lie(lambda p: setattr(p, "refuses", True)),
    "no role here": Lie(lambda p: p.user.update(roles=["other"]), "NO_ROLE"),
    "roles that are none": Lie(lambda p: p.user.update(roles={"clerk": True}), "NO_ROLE"),
    "no id": Lie(lambda p: p.user.pop("officer"), "NO_ROLE"),
    "too long an id": Lie(lambda p: p.user.update(officer="C" * 21), "NO_ROLE"),
    "an id that is not seen": Lie(lambda p: p.user.update(officer="CB\N{ZERO WIDTH SPACE}"), "NO_ROLE"),
    "no agency": Lie(lambda p: p.user.pop("agency"), "NO_ROLE"),
}


@pytest.mark.parametrize("lie", LIES)
def test_nobody_signs_in_by_what_does_not_fit(office: Office, lie: str) -> None:
    office.provider.be_honest(**CLERK)
    LIES[lie].tell(office.provider)
    browser = office.browser()
    assert browser.sign_in() == f"/?sign_in={LIES[lie].problem}"
    assert not browser.session["signedIn"]
    assert {action for action, outcome, *_ in office.trail() if outcome == "DENIED"} >= {"SignIn"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"iss": "https://elsewhere.example"}, "FAILED"),
        ({"iss": ""}, "FAILED"),
        ({"error": "access_denied", "code": ""}, "DENIED"),
    ],
)
def test_an_answer_is_that_of_the_provider(office: Office, change: dict[str, str], problem: str) -> None:
    office.provider.be_honest(**CLERK)
    browser = office.browser()
    query = {
        name: values[0] for name, values in parse_qs(urlsplit(browser.sent("return_to=/supervisor?a=1")).query).items()
    }
    said = {name: value for name, value in (query | change).items() if value}
    assert (
        browser.client.get("/sign-in/callback", params=said).headers["location"] == f"/supervisor?a=1&sign_in={problem}"
    )


def test_a_role_that_is_taken_away_is_gone_and_so_is_an_officer(office: Office) -> None:
    browser = office.signed_in(CHIEF)
    assert browser.client.get("/v1/attemptLimits").status_code == 200
    office.provider.user["roles"] = ["clerk"]
    wait_until(lambda: browser.session["officer"]["roles"] == ["clerk"])
    assert reason(browser.client.get("/v1/attemptLimits"))[1] == "OFFICER_NOT_AUTHORIZED"
    office.provider.user["roles"] = []
    wait_until(lambda: not browser.session["signedIn"])
    browser = office.signed_in(CLERK)
    office.provider.gone.add("s-1")
    wait_until(lambda: not browser.session["signedIn"])
    assert ("SignOut", "ENDED_BY_PROVIDER") in [(action, outcome) for action, outcome, *_ in office.trail()]


def test_the_pages_client_is_known_by_officers_only(office: Office) -> None:
    """Whoever has a key or a certificate of that name is not it."""
    callers = office.server.application.caller_of.__self__  # type: ignore[attr-defined]
    named = replace(callers, by_certificate=lambda _: Caller("page", frozenset(Role)))
    with pytest.raises(DomainError, match="CLIENT_UNKNOWN"):
        named.caller_of(Credentials(b"pem"))


def vouched(browser: Browser) -> str:
    """Begin an exception and return the transaction."""
    answer = browser.post(
        "/v1/transactions",
        {"context": {"requestId": str(uuid.uuid4()), "procedureCode": PROCEDURE}, "citizenNumber": NUMBER},
    )
    assert answer.status_code == 200, answer.text
    begun = answer.json()
    standing = begun["standing"]
    step = {"transactionId": standing["transactionId"], "nonce": begun["nonce"], "step": standing["step"]}
    asked = {
        "step": step,
        "citizenNumber": NUMBER,
        "reason": "EXCEPTION_REASON_INJURED",
        "documents": [{"kind": "DOCUMENT_KIND_PASSPORT", "number": "C1234567"}],
    }
    answer = browser.post(f"/v1/transactions/{standing['transactionId']}:askException", asked)
    assert answer.status_code == 200, answer.text
    return str(standing["transactionId"])


CONFIRMED = {"citizenNumber": NUMBER, "reason": "EXCEPTION_REASON_INJURED"}


def test_a_second_officer_gives_their_word_at_the_counter_of_the_first(office: Office) -> None:
    clerk = office.signed_in(CLERK)
    transaction = vouched(clerk)
    confirm = f"/v1/transactions/{transaction}:confirmException"
    assert reason(clerk.post(confirm, CONFIRMED))[1] == "OFFICER_NOT_AUTHORIZED"
    pop_up = f"as=second&transaction={transaction}"
    # Themselves, who may not, a namesake, somebody of another agency.
    for user in (CLERK | {"sub": "s-1"}, GUARD, CHIEF | {"officer": "cb-1"}, of_another(CHIEF)):
        office.provider.be_honest(**user)
        assert clerk.sign_in(pop_up) == "/sign-in/done?sign_in=NO_ROLE"
    asked = {"transaction": transaction}
    assert clerk.client.get("/session/witness", params=asked).json()["witness"] is None
    office.provider.be_honest(**CHIEF)
    assert clerk.sign_in(pop_up) == "/sign-in/done"
    assert clerk.client.get("/sign-in/done").status_code == 200
    assert clerk.session["officer"]["id"] == "CB-1", "the session is that of the first still"
    told = clerk.client.get("/session/witness", params=asked).json()
    assert told["witness"]["id"] == "CB-2"
    ticket = told["ticket"]
    assert reason(clerk.post(confirm, CONFIRMED, officer_witness="\xe9"))[1] == "SESSION_ENDED"
    elsewhere = vouched(clerk)
    other = clerk.post(f"/v1/transactions/{elsewhere}:confirmException", CONFIRMED, officer_witness=ticket)
    assert reason(other) == (403, "OFFICER_NOT_AUTHORIZED", "TICKET")
    assert reason(clerk.post("/v1/consents:list", officer_witness=ticket))[2] == "ROLE"
    # An act may bear the id of the transaction, which the client chooses: the word is on the exception.
    act = clerk.post(f"/v1/acts/{transaction}:approve", {"digest": "YQ=="}, officer_witness=ticket)
    assert reason(act) == (403, "OFFICER_NOT_AUTHORIZED", "ROLE")
    assert reason(office.signed_in(CLERK).post(confirm, CONFIRMED, officer_witness=ticket))[1] == "SESSION_ENDED"
    request = {"context": {"requestId": str(uuid.uuid4())}} | CONFIRMED
    for _ in range(2):  # the answer may be lost on its way
        done = clerk.post(confirm, request, officer_witness=ticket)
        assert done.status_code == 200, done.text
        assert done.json() == {"firstOfficerId": "CB-1", "firstOfficerProof": "OFFICER_PROOF_SIGNED_IN"}
    assert reason(clerk.post(confirm, CONFIRMED, officer_witness=ticket))[2] == "TICKET"
    assert clerk.client.get("/session/witness", params=asked).json()["witness"] is None
    (event,) = [e for e in office.trail() if e[:2] == ("ConfirmException", "EXCEPTION_CONFIRMED")]
    assert (event[2]["officer"], event[3]["first_officer"], event[3]["officer_proof"]) == ("CB-2", "CB-1", "SIGNED_IN")


def test_a_second_officer_confirms_from_a_page_of_their_own(office: Office) -> None:
    clerk, chief = office.signed_in(CLERK), office.signed_in(CHIEF)
    transaction = vouched(clerk)
    done = chief.post(f"/v1/transactions/{transaction}:confirmException", CONFIRMED)
    assert done.status_code == 200, done.text
    own = vouched(chief)
    again = chief.post(f"/v1/transactions/{own}:confirmException", CONFIRMED)
    assert reason(again) == (403, "CLIENT_NOT_AUTHORIZED", "SAME_OFFICER")


def test_whoever_is_not_signed_in_has_no_second_officer(office: Office) -> None:
    browser = office.browser()
    begun = browser.client.get("/sign-in", params={"as": "second", "transaction": "t"})
    assert reason(begun)[:2] == (401, "SESSION_ENDED")
    for query in (
        {"as": "second"},
        {"transaction": "t"},
        {"as": "x"},
        {"as": "second", "act": "a"},
    ):
        assert browser.client.get("/sign-in", params=query).status_code == 400
    assert browser.client.get("/session/witness").status_code == 400
