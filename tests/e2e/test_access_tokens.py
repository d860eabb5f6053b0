"""Clients without certificates: a key in the registry, an access token for it, and the same caller as any other."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.databases import Databases
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.token_kit import KeyHolder, asked_for

ISSUER = "https://id.example.vn"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("data")
    running = start_server(local_settings(folder, databases, http="127.0.0.1:0", issuer=ISSUER))
    yield running
    running.stop()


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"http://{server.http}", headers={"accept-language": "en"}) as made:
        yield made


def registered(client: httpx2.Client, name: str) -> KeyHolder:
    holder = KeyHolder(name)
    until = (datetime.now(UTC) + timedelta(days=365)).strftime("%Y-%m-%dT%H:%M:%SZ")
    entry = {"name": name, "roles": ["CLIENT_ROLE_COUNTER"], "keys": [{"jwkJson": holder.jwk, "expireTime": until}]}
    told = client.post("/v1/clients", json={"context": context(), "client": entry})
    assert told.status_code == 200, told.text
    assert told.json()["client"]["keys"][0]["keyId"] == holder.key_id
    return holder


def context() -> dict[str, str]:
    return {"requestId": str(uuid.uuid4())}


def token_of(client: httpx2.Client, holder: KeyHolder, endpoint: str = "/oauth2/token") -> dict[str, str]:
    assertion = holder.assertion(datetime.now(UTC), aud=f"{ISSUER}/oauth2/token")
    told = client.post(endpoint, data=asked_for(assertion))
    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store"), told.text
    answer = told.json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 300)
    return {"authorization": f"Bearer {answer['access_token']}"}


def test_a_key_is_as_good_as_a_certificate_until_its_client_is_withdrawn(client: httpx2.Client) -> None:
    holder = registered(client, "portal")
    facts = client.get("/.well-known/oauth-authorization-server").json()
    assert (facts["issuer"], facts["token_endpoint"]) == (ISSUER, f"{ISSUER}/oauth2/token")
    assert client.get("/.well-known/openid-configuration").json()["token_endpoint"] == facts["token_endpoint"]
    bearer = token_of(client, holder)
    assert client.get("/v1/procedures", headers=bearer).status_code == 200
    # What the local caller may do, it may not: the token counts.
    refused = client.get("/v1/clients", headers=bearer)
    assert (refused.status_code, refused.json()["reason"]) == (403, "CLIENT_NOT_AUTHORIZED")
    start = {"context": context() | {"procedureCode": "1.001193"}}
    assert client.post("/v1/transactions", json=start, headers=bearer).json()["reason"] == "CLIENT_NOT_ENTITLED"
    assert client.post("/v1/clients/portal:revoke", json={"context": context()}).status_code == 200
    ended = client.get("/v1/procedures", headers=bearer)
    assert (ended.status_code, ended.json()["reason"]) == (401, "CLIENT_REVOKED")
    assert ended.headers["www-authenticate"] == 'Bearer realm="idverify"'
    events = client.get("/v1/auditEvents", params={"page_size": 1000}).json()["events"]
    assert {"IssueToken ISSUED", "ListClients DENIED", "ListProcedures DENIED"} <= {
        f"{e['action']} {e['outcome']}" for e in events if e["caller"] == "portal"
    }


def test_what_is_done_by_a_token_says_so(client: httpx2.Client) -> None:
    bearer = token_of(client, registered(client, "clinic"))
    told = client.post(
        "/v1/consents:list",
        json={"citizenNumber": "027199000001", "context": {"purpose": "PURPOSE_TEST"}},
        headers=bearer,
    )
    assert told.json()["reason"] == "SUBJECT_NOT_FOUND"
    events = client.get("/v1/auditEvents", params={"page_size": 1000}).json()["events"]
    (event,) = [e for e in events if (e["caller"], e["action"]) == ("clinic", "ListConsents")]
    assert json.loads(event["detailsJson"])["known_by"] == "token"


FORM = asked_for("abc")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        (FORM, 401, "invalid_client"),
        (FORM | {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (FORM | {"scope": "admin"}, 400, "invalid_scope"),
        (FORM | {"client_assertion_type": "x"}, 400, "invalid_request"),
        (FORM | {"client_secret": "x"}, 400, "invalid_request"),
        (FORM | {"client_assertion": ""}, 400, "invalid_request"),
        (FORM | {"client_assertion": ["a", "b"]}, 400, "invalid_request"),
        (FORM | {"client_assertion": "a" * 20_000}, 413, "invalid_request"),
        ({}, 400, "invalid_request"),
    ],
)
def test_what_is_asked_wrong_is_refused_as_rfc_6749_says(
    client: httpx2.Client, form: dict[str, Any], status: int, error: str
) -> None:
    told = client.post("/oauth2/token", data=form) if form else client.post("/oauth2/token", json={})
    assert (told.status_code, told.json()["error"]) == (status, error)
    assert ("www-authenticate" in told.headers) == (status == 401)


@pytest.mark.parametrize(
    "headers",
    [
        [("authorization", "Bearer abc")],
        [("authorization", "bearer  a b")],
        [("authorization", "Bearer a"), ("authorization", "Bearer b")],
    ],
)
def test_what_is_no_token_is_not_taken_for_none(client: httpx2.Client, headers: list[tuple[str, str]]) -> None:
    told = client.get("/v1/procedures", headers=headers)
    assert (told.status_code, told.json()["reason"]) == (401, "TOKEN_INVALID")
    assert told.headers["www-authenticate"] == 'Bearer realm="idverify", error="invalid_token"'
