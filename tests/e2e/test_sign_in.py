"""Sign-in for portals by OpenID Connect CIBA, poll mode: the counter is the device at which the citizen proves it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idverify.client import Client, Desk, ServiceError
from idverify.domain.errors import DomainError, Reason
from idverify.v1 import clients_pb2
from tests.e2e.harness import NUMBER, PROCEDURE, RunningServer, enrolment, local_settings, print_of, start_server
from tests.peer_verifiers import packages_of_npm
from tests.token_kit import BY_ASSERTION, KeyHolder
from tests.waiting import PATIENCE

ISSUER = "https://id.example.vn"
GRANT = "urn:openid:params:grant-type:ciba"
NOBODY = "027199000099"


class Hall:
    """A service, a counter, and a portal that is registered with a key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.portal = KeyHolder("portal")
        self.open()
        person = enrolment()
        self.counter.enrol(NUMBER, person.personal_data, person.samples)
        key = clients_pb2.ClientKey(jwk_json=self.portal.jwk)
        key.expire_time.FromDatetime(datetime.now(UTC) + timedelta(days=1))
        self.register("portal", "PORTAL", PROCEDURE, key)

    def open(self) -> None:
        settings = local_settings(self.folder / "data", http="127.0.0.1:0", issuer=ISSUER)
        self.server: RunningServer = start_server(settings)
        self.counter = Client(self.server.address, desk=Desk("portal", "CB-1"), timeout=PATIENCE)
        self.http = httpx2.Client(base_url=f"http://{self.server.http}")

    def close(self) -> None:
        self.http.close()
        self.counter.close()
        self.server.stop()

    def register(self, name: str, role: str, procedure: str, key: clients_pb2.ClientKey) -> None:
        entitlement = clients_pb2.Entitlement(procedure_code=procedure)
        self.counter.register_client(
            clients_pb2.Client(name=name, roles=[f"CLIENT_ROLE_{role}"], keys=[key], entitlements=[entitlement])
        )

    def post(self, path: str, holder: KeyHolder | None = None, **fields: str) -> tuple[int, dict[str, Any]]:
        assertion = (holder or self.portal).assertion(datetime.now(UTC), aud=ISSUER)
        form = {"client_assertion_type": BY_ASSERTION, "client_assertion": assertion, **fields}
        told = self.http.post(path, data={name: value for name, value in form.items() if value})
        return told.status_code, told.json()

    def ask(self, holder: KeyHolder | None = None, **fields: str) -> tuple[int, dict[str, Any]]:
        form = {"scope": "openid", "login_hint": NUMBER, "binding_message": PROCEDURE} | fields
        return self.post("/oauth2/bc-authorize", holder, **form)

    def poll(self, auth_req_id: str, holder: KeyHolder | None = None) -> tuple[int, dict[str, Any]]:
        return self.post("/oauth2/token", holder, grant_type=GRANT, auth_req_id=auth_req_id)

    def begin(self, number: str = NUMBER) -> Any:
        (waiting, *_) = self.counter.sign_ins(number)
        assert (waiting.client, waiting.procedure_code) == ("portal", PROCEDURE)
        context = self.counter.new_context(procedure=PROCEDURE)
        return self.counter.start_transaction(context, number, sign_in_id=waiting.sign_in_id)

    def prove(self) -> dict[str, Any]:
        """A citizen shows their finger; returns the claims of the counter's assertion, read and not checked."""
        begun = self.begin()
        after = self.counter.step_after(begun.nonce, begun.standing)
        shown = self.counter.add_capture(after, print_of("alice/RIGHT_INDEX/80"))
        done = self.counter.authenticate_citizen(self.counter.step_after(begun.nonce, shown.standing), NUMBER)
        return claims_of(done.verification.disclosure.assertion.jwt)


def claims_of(token: str) -> dict[str, Any]:
    from joserfc import jws

    claims: dict[str, Any] = json.loads(jws.extract_compact(token.encode()).payload)
    return claims


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.close()


@contextmanager
def portal_of_npm(hall: Hall, number: str) -> Iterator[subprocess.Popen[str]]:
    """A portal that somebody else's library makes; it has asked."""
    packages = packages_of_npm()
    facts = hall.http.get("/.well-known/openid-configuration").json()
    here = {k: v.replace(ISSUER, f"http://{hall.server.http}") for k, v in facts.items() if isinstance(v, str)}
    key = hall.portal.key.as_dict(private=True) | {"kid": hall.portal.key_id}
    given = {"metadata": facts | here | {"issuer": ISSUER}, "client": "portal", "key": key}
    given |= {"login_hint": number, "binding_message": PROCEDURE}
    command = ["node", str(packages / "sign_in.mjs")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=dict(os.environ), **pipes) as running:
        assert running.stdin is not None
        running.stdin.write(json.dumps(given) + "\n")
        running.stdin.flush()
        yield running


def told(running: subprocess.Popen[str]) -> dict[str, Any]:
    assert running.stdout is not None
    said: dict[str, Any] = json.loads(running.stdout.readline())
    return said


def test_somebody_elses_library_gets_an_id_token_that_says_what_the_assertion_says(hall: Hall) -> None:
    with portal_of_npm(hall, NUMBER) as running:
        asked = told(running)
        assert (asked["expires_in"], asked["interval"]) == (600, 5)
        asserted = hall.prove()
        assert running.stdin is not None
        running.stdin.write("now\n")
        running.stdin.flush()
        claims = told(running)["claims"]
    names = ("acr", "amr", "txn", "nonce", "auth_time")
    assert {name: claims[name] for name in names} == {name: asserted[name] for name in names}
    assert (claims["iss"], claims["aud"]) == (ISSUER, "portal")
    assert asserted["aud"] == "portal", "an agency that is named as the portal is another audience"
    assert claims["sub"] not in {"", NUMBER, asserted["sub"]}
    assert hall.poll(asked["auth_req_id"]) == (400, {"error": "invalid_grant"})


def test_a_sign_in_survives_a_restart_and_is_told_once_to_its_portal_alone(hall: Hall) -> None:
    status, asked = hall.ask()
    assert status == 200
    hall.close()
    hall.open()
    other = KeyHolder("other")
    key = clients_pb2.ClientKey(jwk_json=other.jwk)
    key.expire_time.FromDatetime(datetime.now(UTC) + timedelta(days=1))
    hall.register("other", "PORTAL", PROCEDURE, key)
    asserted = hall.prove()
    assert hall.poll(asked["auth_req_id"], other) == (400, {"error": "invalid_grant"})
    status, given = hall.poll(asked["auth_req_id"])
    assert (status, given["token_type"]) == (200, "Bearer")
    assert claims_of(given["id_token"])["txn"] == asserted["txn"]
    assert hall.poll(asked["auth_req_id"]) == (400, {"error": "invalid_grant"})
    events = [event for event in hall.counter.audit_events() if event.caller in {"portal", "other"}]
    assert [f"{event.caller} {event.action}:{event.outcome}" for event in events] == [
        "portal RequestSignIn:ASKED",
        "other SignIn:DENIED",
        "portal SignIn:SIGNED_IN",
        "portal IssueToken:ISSUED",
        "portal SignIn:DENIED",
    ]
    assert json.loads(events[1].details_json) == {"reason": "SIGN_IN_NOT_FOUND"}
    assert json.loads(events[3].details_json)["key_id"] == hall.portal.key_id


def test_what_cannot_be_signed_now_is_given_out_with_the_next_poll(hall: Hall) -> None:
    def cannot(*_: object) -> bytes:
        raise DomainError(Reason.KEYS_UNAVAILABLE, "the token is away")

    _, asked = hall.ask()
    hall.prove()
    portal = hall.server.application.clients.directory.get("portal")
    assert portal is not None
    with pytest.raises(DomainError):
        hall.server.application.sign_ins.poll(portal, asked["auth_req_id"], cannot)
    assert hall.poll(asked["auth_req_id"])[0] == 200


def test_who_waits_waits_and_who_asks_too_often_is_slowed_down(hall: Hall) -> None:
    _, asked = hall.ask()
    assert hall.poll(asked["auth_req_id"]) == (400, {"error": "authorization_pending"})
    assert hall.poll(asked["auth_req_id"]) == (400, {"error": "slow_down"})


def test_a_transaction_that_is_given_up_denies_it(hall: Hall) -> None:
    _, asked = hall.ask()
    begun = hall.begin()
    assert hall.counter.sign_ins(NUMBER) == []
    with pytest.raises(ServiceError) as caught:
        start_with(hall, "no such id")
    assert caught.value.reason == "SIGN_IN_NOT_FOUND"
    hall.counter.end_transaction(hall.counter.step_after(begun.nonce, begun.standing))
    assert hall.poll(asked["auth_req_id"]) == (400, {"error": "access_denied"})


def start_with(hall: Hall, sign_in_id: str, number: str = NUMBER, procedure: str = PROCEDURE) -> None:
    context = hall.counter.new_context(procedure=procedure)
    hall.counter.start_transaction(context, number, sign_in_id=sign_in_id)


def test_a_number_that_nobody_bears_is_not_told_apart(hall: Hall) -> None:
    known, unknown = hall.ask(), hall.ask(login_hint=NOBODY)
    assert known[0] == unknown[0] == 200
    assert known[1].keys() == unknown[1].keys()
    assert len(known[1]["auth_req_id"]) == len(unknown[1]["auth_req_id"])
    for _, asked in (known, unknown):
        assert hall.poll(asked["auth_req_id"]) == (400, {"error": "authorization_pending"})
    with pytest.raises(ServiceError) as caught:
        hall.counter.sign_ins(NOBODY)
    assert caught.value.reason == "SUBJECT_NOT_FOUND"


def test_only_its_own_procedure_and_citizen_begin_it(hall: Hall) -> None:
    hall.ask()
    (waiting,) = hall.counter.sign_ins(NUMBER)
    for number, procedure in ((NUMBER, "1.004222"), ("", PROCEDURE)):
        with pytest.raises(ServiceError) as caught:
            start_with(hall, waiting.sign_in_id, number, procedure)
        assert caught.value.reason == "SIGN_IN_NOT_FOUND"
    start_with(hall, waiting.sign_in_id)
    with pytest.raises(ServiceError) as caught:
        start_with(hall, waiting.sign_in_id)
    assert caught.value.reason == "SIGN_IN_NOT_FOUND"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"scope": "profile"}, "invalid_scope"),
        ({"login_hint": ""}, "invalid_request"),
        ({"login_hint": "12"}, "invalid_request"),
        ({"binding_message": ""}, "invalid_binding_message"),
        ({"binding_message": "9.999999"}, "invalid_binding_message"),
        ({"binding_message": "1.004222"}, "unauthorized_client"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"requested_expiry": "soon"}, "invalid_request"),
        ({"client_assertion": "x"}, "invalid_client"),
    ],
)
def test_what_is_asked_wrong_is_refused_as_the_standard_says(shared: Hall, fields: dict[str, Any], error: str) -> None:
    status, told = shared.ask(**fields)
    assert (status, told["error"]) == (401 if error == "invalid_client" else 400, error)


def test_what_is_refused_once_the_key_was_shown_is_on_the_record(hall: Hall) -> None:
    hall.ask(login_hint="12")
    for procedure in ("9.999999", "1.004222"):
        hall.ask(binding_message=procedure)
    denied = [event for event in hall.counter.audit_events() if event.caller == "portal"]
    assert {(event.action, event.outcome) for event in denied} == {("RequestSignIn", "DENIED")}
    reasons = [json.loads(event.details_json)["reason"] for event in denied]
    assert reasons == ["IDENTIFIER_MALFORMED", "PROCEDURE_NOT_FOUND", "CLIENT_NOT_ENTITLED"]


def test_a_wish_for_less_time_is_heard_and_who_is_no_portal_asks_nothing(shared: Hall) -> None:
    assert shared.ask(requested_expiry="60")[1]["expires_in"] == 60
    assert shared.ask(requested_expiry="9000")[1]["expires_in"] == 600
    clerk = KeyHolder("clerk")
    key = clients_pb2.ClientKey(jwk_json=clerk.jwk)
    key.expire_time.FromDatetime(datetime.now(UTC) + timedelta(days=1))
    shared.register("clerk", "COUNTER", PROCEDURE, key)
    assert shared.ask(clerk)[1]["error"] == "unauthorized_client"
    assert shared.post("/oauth2/token", grant_type=GRANT)[1]["error"] == "invalid_request"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    made = Hall(tmp_path_factory.mktemp("shared"))
    yield made
    made.close()
