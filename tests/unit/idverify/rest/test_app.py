"""Every path leads to one call of the dispatch, and nowhere else."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import httpx2
import pytest

from idverify.dispatch.door import Arrival
from idverify.dispatch.method import Method
from idverify.dispatch.refusal import FailedError
from idverify.dispatch.tokens import sign_in_method, token_method
from idverify.domain.errors import DomainError, Reason
from idverify.rest.app import Surroundings, application_of
from idverify.rest.calls import bound
from idverify.rpc.servicers.all import all_methods
from idverify.services.application import Application
from idverify.v1 import assertions_pb2, confirmations_pb2, log_pb2, procedures_pb2, verification_pb2
from tests.development.openapi.document import description

METHODS = all_methods(MagicMock(spec=Application))
FIXED = "7f9c1c6e-8f0b-4d5a-9a38-2f1f3a1f0c11"


class Dispatch:
    """Stands in for the dispatch, and notes what reaches it."""

    def __init__(self, answer: bytes | Exception = b"") -> None:
        self.calls: list[tuple[str, bytes, bool]] = []
        self.strangers: list[str] = []
        self.turned_away: DomainError | None = None
        self.arrivals: list[Arrival] = []
        self._answer = answer

    watermark = "71"
    lets_in = True

    def spend_stranger(self, peer: str) -> None:
        self.strangers.append(peer)
        if self.turned_away:
            raise self.turned_away

    async def call(self, method: Method[Any], arrival: Arrival, *, anonymous: bool = False) -> bytes:
        self.arrivals.append(arrival)
        if self.lets_in and not anonymous:
            arrival.admitted()
        body = await arrival.read()
        assert body is not None
        self.calls.append((method.full_name, body, anonymous))
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def ask(dispatch: Dispatch, verb: str, path: str, tiles: Path | None = None, **options: Any) -> httpx2.Response:
    async def made() -> httpx2.Response:
        stands_in: Any = dispatch
        token, sign_in = (method(MagicMock(), MagicMock()) for method in (token_method, sign_in_method))
        app = application_of(stands_in, METHODS, Surroundings((), tiles, lambda: True, token, sign_in))
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
            return await client.request(verb, path, **options)

    return asyncio.run(made())


@pytest.mark.parametrize("one", bound(METHODS), ids=lambda one: one.method.name)
def test_each_path_is_one_call(one: Any) -> None:
    dispatch, path = Dispatch(), one.binding.path
    for name in one.binding.variables:
        path = path.replace(f"{{{name}}}", "7")
    answer = ask(dispatch, one.binding.verb, path, json={} if one.binding.has_body else None)
    assert answer.status_code == 200, answer.text
    ((called, body, anonymous),) = dispatch.calls
    assert (called, anonymous) == (one.method.full_name, False)
    assert (b"7" in body or bool(body)) == bool(one.binding.variables or one.binding.constants)


@pytest.mark.parametrize(
    ("path", "method", "answer", "kind"),
    [
        (
            "/.well-known/jwks.json",
            "AssertionService/GetKeySet",
            assertions_pb2.GetKeySetResponse(jwks_json='{"keys": []}'),
            "application/jwk-set+json",
        ),
        (
            "/.well-known/openid-configuration",
            "AssertionService/GetKeySet",
            assertions_pb2.GetKeySetResponse(jwks_json='{"keys": [{"alg": "EdDSA"}]}', issuer="https://id.example.vn"),
            "application/json",
        ),
        ("/status-lists/7", "ConfirmationService/GetStatusList", None, "application/statuslist+jwt"),
        (
            "/log/checkpoint",
            "LogService/GetLogCheckpoint",
            log_pb2.GetLogCheckpointResponse(checkpoint="x\n"),
            "text/plain; charset=utf-8",
        ),
    ],
)
def test_what_is_public_is_a_call_of_nobody_in_particular(path: str, method: str, answer: Any, kind: str) -> None:
    dispatch = Dispatch(b"" if answer is None else answer.SerializeToString())
    told = ask(dispatch, "GET", path)
    assert (told.status_code, told.headers["content-type"]) == (200, kind)
    assert "idverify-watermark" not in told.headers
    assert [(called, anonymous) for called, _, anonymous in dispatch.calls] == [(f"idverify.v1.{method}", True)]


def test_who_was_let_in_is_told_how_new_the_answer_is() -> None:
    for answer in (b"", DomainError(Reason.PROCEDURE_NOT_FOUND, "none")):
        dispatch = Dispatch(answer)
        assert ask(dispatch, "GET", "/v1/procedures").headers["idverify-watermark"] == "71"
        dispatch.lets_in = False
        assert "idverify-watermark" not in ask(dispatch, "GET", "/v1/procedures").headers
    for path in ("/livez", "/nothing", "/openapi.json", "/session"):
        assert "idverify-watermark" not in ask(Dispatch(), "GET", path).headers


def test_the_configuration_says_where_the_keys_are() -> None:
    answer = assertions_pb2.GetKeySetResponse(jwks_json='{"keys": []}', issuer="https://id.example.vn")
    told = ask(Dispatch(answer.SerializeToString()), "GET", "/.well-known/openid-configuration").json()
    assert told["jwks_uri"] == "https://id.example.vn/.well-known/jwks.json"
    assert told["response_types_supported"] == []


def test_a_page_is_told_that_officers_are_whoever_they_claim_to_be() -> None:
    told = ask(Dispatch(), "GET", "/session").json()
    assert (told["signedIn"], told["signInNeeded"], told["proof"], told["officer"]) == (False, False, "CLAIMED", None)


def test_the_rest_is_no_call() -> None:
    dispatch = Dispatch()
    statuses = {
        ("GET", "/livez"): 200,
        ("GET", "/readyz"): 200,
        ("GET", "/openapi.json"): 200,
        ("GET", "/session"): 200,
        ("GET", "/nothing"): 404,
        ("GET", "/v1/verifications"): 405,
        ("POST", "/v1/verifications"): 415,
        ("GET", "/log/tile/0/000"): 404,
        ("POST", "/livez"): 404,
    }
    assert {asked: ask(dispatch, *asked).status_code for asked in statuses} == statuses
    assert dispatch.calls == []
    assert ask(dispatch, "PUT", "/v1/clients/x").headers["allow"] == "GET, PATCH"


@pytest.mark.parametrize(
    ("path", "place"), [("/supervisor/", "/supervisor"), ("/auditor/?lang=en", "/auditor?lang=en")]
)
def test_a_page_is_found_with_a_slash_after_it(path: str, place: str) -> None:
    told = ask(Dispatch(), "GET", path)
    assert (told.status_code, told.headers["location"]) == (307, place)


@pytest.mark.parametrize("path", ["/counter", "/index.html", "/supervisor/x", "/page/nothing"])
def test_who_reads_pages_is_told_by_one_that_there_is_none_and_who_calls_by_a_problem(path: str) -> None:
    page = ask(Dispatch(), "GET", path, headers={"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'href="/"' in page.text
    assert "Không có trang này" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for asked in ({}, {"accept": "*/*"}, {"accept": "application/json"}):
        assert ask(Dispatch(), "GET", path, headers=asked).json()["reason"] == "PATH_UNKNOWN"
    assert ask(Dispatch(), "POST", path, headers={"accept": "text/html"}, json={}).status_code in {404, 405}
    assert (
        "text/html" not in ask(Dispatch(), "POST", "/nothing", headers={"accept": "text/html"}).headers["content-type"]
    )


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("/.well-known/jwks.json", True),
        ("/.well-known/openid-configuration", True),
        ("/status-lists/0", True),
        ("/log/checkpoint", True),
        ("/log/tile/0/000", True),
        ("/log/tile/nothing", True),
        ("/openapi.json", True),
        ("/livez", False),
        ("/readyz", False),
        ("/v1/keySet", False),
    ],
)
def test_what_needs_no_certificate_is_counted_by_address_and_refused_with_the_time(
    tmp_path: Path, path: str, counts: bool
) -> None:
    dispatch = Dispatch()
    dispatch.turned_away = DomainError(Reason.CALL_BUDGET_EXCEEDED, "too often", {"retry_seconds": "7"})
    told = ask(dispatch, "GET", path, tmp_path)
    assert dispatch.strangers == ["127.0.0.1"] * counts
    if counts:
        assert (told.status_code, told.headers["retry-after"]) == (429, "7")
        assert (told.json()["reason"], dispatch.calls) == ("CALL_BUDGET_EXCEEDED", [])
    else:
        assert told.status_code == 200


def test_tiles_are_files(tmp_path: Path) -> None:
    for log, content in (("former", b"old"), ("now", b"hashes")):
        folder = tmp_path / log / "tile" / "0"
        folder.mkdir(parents=True)
        (tmp_path / log / "checkpoint").write_text("x")
        (folder / "000").write_bytes(content)
        (folder / "x.html").write_bytes(b"<script>")
    os.utime(tmp_path / "former" / "checkpoint", (1, 1))
    (tmp_path / "now" / "secret").write_bytes(b"secret")
    tile = ask(Dispatch(), "GET", "/log/tile/0/000", tmp_path)
    assert (tile.content, tile.headers["content-type"]) == (b"hashes", "application/octet-stream")
    for path in ("../secret", "%2e%2e/secret", "0/001", "0/x.html", "0/000/../../secret", "64/000"):
        assert ask(Dispatch(), "GET", f"/log/tile/{path}", tmp_path).status_code == 404


def test_a_number_that_no_list_has_is_no_path() -> None:
    assert ask(Dispatch(), "GET", "/status-lists/99999999999999999999").status_code == 404


@pytest.mark.parametrize("path", ["/v1%2Fprocedures", "/v1/procedures%09", "/v1/%70rocedures"])
def test_a_path_that_is_only_like_one_is_none(path: str) -> None:
    assert ask(Dispatch(), "GET", path).status_code == 404


ODD_JSON = {
    "half a surrogate pair as a name": b'{"\\ud800": 1}',
    "half a surrogate pair as a value": b'{"citizenNumber": "\\ud800"}',
    "half a surrogate pair in UTF-8": b'{"citizenNumber": "\xed\xa0\x80"}',
    "half a surrogate pair as an enum": b'{"samples": [{"fingerPosition": "\\udfff"}]}',
    "half a surrogate pair as bytes": b'{"samples": [{"image": {"data": "\\ud800"}}]}',
    "NUL, raw": b'{"citizenNumber": "\x00"}',
    "NUL as a name": b'{"\\u0000": 1}',
    "10 MB of nesting": b"[" * 10_000_000,
    "nesting": b'{"context":' * 40_000 + b"1" + b"}" * 40_000,
    "1e400": b'{"targetFmr": 1e400}',
    "1e400 as an enum": b'{"samples": [{"fingerPosition": 1e400}]}',
    "many digits": b'{"targetFmr": ' + b"9" * 5000 + b"}",
    "NaN": b'{"targetFmr": NaN}',
    "a member twice": b'{"citizenNumber": "1", "citizenNumber": "2"}',
    "a member in two spellings": b'{"citizenNumber": "1", "citizen_number": "2"}',
    "UTF-16": '{"citizenNumber": "1"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"citizenNumber": "1"}'.encode("utf-16-le"),
    "UTF-32": '{"citizenNumber": "1"}'.encode("utf-32"),
    "Latin-1": '{"citizenNumber": "ÿ"}'.encode("latin-1"),
    "two values": b"{} {}",
    "nothing": b"",
}


@pytest.mark.parametrize("body", ODD_JSON.values(), ids=ODD_JSON)
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=b0"], ids=["JSON", "form"])
def test_json_that_not_everybody_reads_alike_is_refused(kind: str, body: bytes) -> None:
    dispatch = Dispatch()
    if kind != "application/json":
        body = b'--b0\r\nContent-Disposition: form-data; name="request"\r\n\r\n' + body + b"\r\n--b0--\r\n"
    told = ask(dispatch, "POST", "/v1/verifications", content=body, headers={"content-type": kind})
    assert (told.status_code, told.json()["reason"]) == (400, "FIELD_INVALID")
    assert told.json()["errors"][0]["field"]
    assert dispatch.calls == []


def test_a_mark_of_utf_8_is_passed_over() -> None:
    dispatch = Dispatch()
    body, kind = b'\xef\xbb\xbf{"citizenNumber": "1"}', {"content-type": "application/json"}
    assert ask(dispatch, "POST", "/v1/verifications", content=body, headers=kind).status_code == 200
    assert dispatch.calls[0][1] == verification_pb2.VerifyRequest(citizen_number="1").SerializeToString()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a%2Fb", "a/b"),
        ("..%2F..%2Fsecret", "../../secret"),
        ("%2E%2E", ".."),
        ("a%3Ab", "a:b"),
        ("%00", "\x00"),
        ("%ED%A0%80", "\ufffd\ufffd\ufffd"),
        ("%u0041", "%u0041"),
    ],
)
def test_what_is_escaped_in_a_path_is_text_of_its_field_and_no_path(path: str, code: str) -> None:
    dispatch = Dispatch()
    assert ask(dispatch, "GET", f"/v1/procedures/{path}").status_code == 200
    (called,) = dispatch.calls
    assert called[:2] == (
        "idverify.v1.ProcedureService/GetProcedure",
        procedures_pb2.GetProcedureRequest(code=code).SerializeToString(),
    )


def test_a_request_with_a_body_has_nothing_in_its_query() -> None:
    dispatch = Dispatch()
    path = "/v1/citizens:get?citizenNumber=027199000001"
    told = ask(dispatch, "POST", path, json={})
    assert (told.status_code, told.json()["reason"]) == (400, "FIELD_INVALID")
    assert dispatch.calls == []


def test_the_key_of_a_header_serves_where_the_body_says_none() -> None:
    dispatch, own = Dispatch(), "7f9c1c6e-8f0b-4d5a-9a38-2f1f3a1f0c22"
    ask(dispatch, "POST", "/v1/verifications", json={"context": {"requestId": own}}, headers={"idempotency-key": FIXED})
    assert own.encode() in dispatch.calls[0][1]
    assert FIXED.encode() not in dispatch.calls[0][1]


def test_a_public_document_waits_for_nothing() -> None:
    """A body that was announced and never came held the memory that others wait for."""
    dispatch = Dispatch(assertions_pb2.GetKeySetResponse(jwks_json="{}").SerializeToString())
    headers = {"content-length": "10", "request-timeout": "9999"}
    assert ask(dispatch, "GET", "/.well-known/jwks.json", headers=headers).status_code == 200
    assert dispatch.arrivals[0].seconds_left() is None


def test_a_refusal_keeps_its_reason_words_field_and_time() -> None:
    refusal = DomainError(Reason.FIELD_INVALID, "it is wrong", {"field": "citizen_number"})
    told = ask(Dispatch(refusal), "POST", "/v1/verifications", json={}, headers={"accept-language": "en"})
    assert told.headers["content-type"] == "application/problem+json"
    problem = told.json()
    assert problem["message"]["locale"] == "en"
    assert "citizen" in problem.pop("message")["text"]
    assert problem == {
        "type": "urn:idverify:reason:FIELD_INVALID",
        "title": "Field invalid",
        "status": 400,
        "reason": "FIELD_INVALID",
        "detail": "it is wrong",
        "metadata": {"field": "citizen_number"},
        "errors": [{"field": "citizen_number", "detail": "it is wrong"}],
    }
    busy = ask(Dispatch(DomainError(Reason.SERVER_BUSY, "busy")), "GET", "/.well-known/jwks.json")
    assert (busy.status_code, busy.headers["retry-after"], busy.json()["retrySeconds"]) == (429, "2", 2)
    failed = ask(Dispatch(FailedError("r-1")), "GET", "/v1/procedures")
    assert (failed.status_code, failed.json()["metadata"]) == (500, {"request_id": "r-1"})


def test_headers_say_how_long_and_which_request() -> None:
    dispatch = Dispatch()
    headers = {"idempotency-key": f'"{FIXED}"', "request-timeout": "2.5"}
    ask(dispatch, "POST", "/v1/verifications", json={}, headers=headers)
    assert FIXED.encode() in dispatch.calls[0][1]
    assert dispatch.arrivals[0].seconds_left() == 2.5
    for wrong in ("0", "-1", "1e3", "soon", "99999"):
        ask(dispatch, "GET", "/v1/procedures", headers={"request-timeout": wrong})
        with pytest.raises(DomainError, match="request-timeout must be"):
            dispatch.arrivals[-1].seconds_left()


def test_the_description_is_that_of_the_protos() -> None:
    file = Path(__file__).parents[4] / "idverify" / "rest" / "openapi.json"
    assert json.loads(file.read_text()) == description(), "make generate"


def test_a_file_is_given_as_such_to_whoever_asks_so() -> None:
    answer = log_pb2.GetEventProofResponse(proof="c2sp.org/tlog-proof@v1\n").SerializeToString()
    path = "/v1/log/events/7/proof"
    as_file = ask(Dispatch(answer), "GET", path, headers={"accept": "text/plain;q=0.9, */*"})
    assert (as_file.text, as_file.headers["content-type"]) == ("c2sp.org/tlog-proof@v1\n", "text/plain; charset=utf-8")
    assert ask(Dispatch(answer), "GET", path).json() == {"proof": "c2sp.org/tlog-proof@v1\n"}
    printed = confirmations_pb2.PrintConfirmationResponse(pdf=b"%PDF").SerializeToString()
    pdf = ask(Dispatch(printed), "POST", "/v1/confirmations:print", json={}, headers={"accept": "application/pdf"})
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF", "application/pdf")
    # What is no file is JSON, whatever is asked for.
    told = ask(Dispatch(), "GET", "/v1/procedures", headers={"accept": "text/plain"})
    assert told.headers["content-type"] == "application/json"
