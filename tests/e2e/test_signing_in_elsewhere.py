"""Officers sign in by a provider that other people made: oidc-provider of npm, certified by the OpenID Foundation."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator

import httpx2
import pytest
from google.protobuf.json_format import ParseDict
from joserfc.jwk import ECKey

from idverify.client import Client
from idverify.v1 import clients_pb2
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.peer_verifiers import packages_of_npm

PEOPLE = {
    "s-1": {"officer": "CB-1", "name": "Nguyễn Thị Một", "agency": "H05.12", "roles": ["clerk"]},
    "s-2": {"officer": "CB-2", "name": "Trần Văn Hai", "agency": "H05.12", "roles": ["supervisor"]},
    "s-3": {"officer": "CB-3", "name": "Lê Ba", "agency": "H05.12", "roles": ["visitor"]},
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    node = packages_of_npm()
    folder, ours, theirs = tmp_path_factory.mktemp("data"), free_port(), free_port()
    key = ECKey.generate_key("P-256")
    (folder / "client.pem").write_bytes(key.as_pem(private=True))
    (folder / "client.pem").chmod(0o600)
    public = {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": "ES256"}
    client = {
        "client_id": "counter-pages",
        "redirect_uris": [f"http://127.0.0.1:{ours}/sign-in/callback"],
        "post_logout_redirect_uris": [f"http://127.0.0.1:{ours}/"],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "application_type": "native",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "id_token_signed_response_alg": "RS256",
        "jwks": {"keys": [public]},
    }
    given = json.dumps({"port": theirs, "client": client, "people": PEOPLE})
    with subprocess.Popen(
        ["node", str(node / "provider.mjs"), given], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as provider:
        assert provider.stdout is not None
        assert any(line.startswith("ready") for line in provider.stdout)
        settings = local_settings(
            folder,
            http=f"127.0.0.1:{ours}",
            oidc_issuer=f"http://127.0.0.1:{theirs}",
            oidc_client_id="counter-pages",
            oidc_client_key_file=folder / "client.pem",
            oidc_officer_claim="officer",
            oidc_agency_claim="agency",
            page_url=f"http://127.0.0.1:{ours}",
            page_client="page",
        )
        running = start_server(settings)
        with Client(running.address) as operator:
            entry = {"name": "page", "certificateName": "page", "roles": ["CLIENT_ROLE_COUNTER"]}
            operator.register_client(ParseDict(entry, clients_pb2.Client()))
        yield running
        running.stop()
        provider.terminate()


def signed_in(browser: httpx2.Client, server: RunningServer, who: str) -> httpx2.Response:
    """Sign in as somebody would: through the provider's pages, each form sent as it stands."""
    page = browser.get(f"http://{server.http}/sign-in")
    for _ in range(4):  # who they are, that they agree, and that who was there before is not any more
        if page.url.path == "/":
            break
        action = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        assert action is not None, page.text
        answer = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        answer |= {"login": who, "password": "x"} if 'name="login"' in page.text else {}
        page = browser.post(str(page.url.join(action[1])), data=answer)
    return page


def test_officers_sign_in_and_out(server: RunningServer) -> None:
    with httpx2.Client(follow_redirects=True) as browser:
        assert signed_in(browser, server, "s-1").url.path == "/"
        at = f"http://{server.http}"
        told = browser.get(f"{at}/session").json()
        assert told["officer"] == {"id": "CB-1", "name": "Nguyễn Thị Một", "agency": "H05.12", "roles": ["clerk"]}
        assert browser.get(f"{at}/v1/procedures").status_code == 200
        assert signed_in(browser, server, "s-2").url.path == "/", "signing in anew asks who it is"
        told = browser.get(f"{at}/session").json()
        assert told["officer"]["id"] == "CB-2"
        ended = browser.post(f"{at}/sign-out", headers={"x-csrf-token": told["csrf"], "origin": at}).json()
        assert "sign-out" in browser.get(ended["location"]).text.lower()
        assert not browser.get(f"{at}/session").json()["signedIn"]


def test_whoever_has_no_role_here_does_not_get_in(server: RunningServer) -> None:
    with httpx2.Client(follow_redirects=True) as browser:
        assert signed_in(browser, server, "s-3").url.query == b"sign_in=NO_ROLE"
