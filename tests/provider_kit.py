"""An OpenID provider on a real socket, which says what a test wants; honest unless it is told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from tests.token_kit import AnyAlgorithm

CLIENT = "counter-pages"


@dataclass
class Provider:
    """Signs in whoever ``user`` says.

    Attributes:
        user: claims of whoever is before the browser.
        lies: claims of ID tokens as a test wants them; None: left out.
        header: of ID tokens, the same way.
        signed_with: another key; None: its own.
        user_info: claims that the user info says instead.
        refuses: every token request.
        refresh: refresh tokens are given.
        lives: seconds of an access token.
        instead: status and body by path, in the place of an answer.
    """

    user: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    signed_with: ECKey | OctKey | None = None
    user_info: dict[str, Any] = field(default_factory=dict)
    refuses: bool = False
    refresh: bool = True
    lives: int = 3600
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    instead: dict[str, tuple[int, str]] = field(default_factory=dict)
    issuer: str = ""

    def start(self) -> Provider:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
                provider.get(self, path, {name: values[0] for name, values in query.items()})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                provider.token(self, {name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def be_honest(self, **user: Any) -> None:
        """Forget all lies, and have a user."""
        self.user, self.lies, self.header, self.signed_with = user, {}, {}, None
        self.known[user["sub"]] = user
        self.user_info, self.refuses, self.refresh, self.lives, self.gone = {}, False, True, 3600, set()

    def get(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
        if path in self.instead:
            status, body = self.instead[path]
            _send(handler, body.encode(), status)
            return
        if path == "/.well-known/openid-configuration":
            at = {
                name: f"{self.issuer}{where}"
                for name, where in {
                    "authorization_endpoint": "/authorize",
                    "token_endpoint": "/token",
                    "jwks_uri": "/keys",
                    "userinfo_endpoint": "/me",
                    "end_session_endpoint": "/end",
                }.items()
            }
            _answer(handler, {"issuer": self.issuer, "authorization_response_iss_parameter_supported": True, **at})
        elif path == "/keys":
            _answer(
                handler, {"keys": [{**self.key.as_dict(private=False), "kid": self.key.thumbprint(), "use": "sig"}]}
            )
        elif path == "/authorize":
            self.asked.append(query)
            code = secrets.token_urlsafe(8)
            self.codes[code] = query
            said = urlencode({"code": code, "state": query["state"], "iss": self.issuer})
            handler.send_response(302)
            handler.send_header("location", f"{query['redirect_uri']}?{said}")
            handler.send_header("content-length", "0")
            handler.end_headers()
        elif path == "/me":
            who = handler.headers["authorization"].removeprefix("Bearer ").partition(".")[0]
            if who in self.gone or who not in self.known:
                _answer(handler, {"error": "invalid_token"}, 401)
            else:
                _answer(handler, self.known[who] | self.user_info)
        else:
            _answer(handler, {}, 404)

    def token(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        self.asked.append(form)
        if "/token" in self.instead:
            status, body = self.instead["/token"]
            _send(handler, body.encode(), status)
            return
        if form["grant_type"] == "refresh_token":
            who = form["refresh_token"].partition(".")[0]
            if who in self.gone or self.refuses:
                _answer(handler, {"error": "invalid_grant"}, 400)
            else:
                _answer(handler, self._tokens(who, None))
            return
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or self.refuses or challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            _answer(handler, {"error": "invalid_grant"}, 400)
        else:
            _answer(handler, self._tokens(self.user["sub"], asked["nonce"]))

    def _tokens(self, who: str, nonce: str | None) -> dict[str, Any]:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "sub": who, "iat": now, "exp": now + 300, "auth_time": now}
        said |= {"nonce": nonce} if nonce is not None else {}
        said |= self.lies
        header = {"alg": "ES256", "kid": self.key.thumbprint()} | self.header
        token = jwt.encode(
            {name: value for name, value in header.items() if value is not None},
            {name: value for name, value in said.items() if value is not None},
            self.signed_with or self.key,
            registry=AnyAlgorithm(strict_check_header=False),
        )
        given = {"access_token": f"{who}.{secrets.token_urlsafe(8)}", "token_type": "Bearer", "expires_in": self.lives}
        again = {"refresh_token": f"{who}.{secrets.token_urlsafe(8)}"} if self.refresh else {}
        return {**given, **again, "id_token": token}


def _answer(handler: BaseHTTPRequestHandler, content: dict[str, Any], status: int = 200) -> None:
    _send(handler, json.dumps(content).encode(), status)


def _send(handler: BaseHTTPRequestHandler, body: bytes, status: int) -> None:
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
