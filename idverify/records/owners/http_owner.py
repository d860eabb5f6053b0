"""Owners behind the data-sharing platform (LGSP/NGSP), by HTTP and JSON.

Authenticated by OAuth 2.0 client credentials (RFC 6749, 4.4; authlib), and each request signed (RFC 9421, with the
digest of its body by RFC 9530; http-message-signatures). Field names are those of the platform's documents of citizen
data. That the answer is ``{"signed_record": JWS}``, as by gRPC, is an assumption: no published document says it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from threading import Lock

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256

from idverify.domain.model.owners import Fault, RecordQuery, SignedAnswer, SourceError
from idverify.records.owners.platform_access import PlatformAccess
from idverify.trust.bounded_http import BoundedTransport, TooLongError, TooSlowError, bounded, no_cookies
from idverify.trust.source_signatures import MOST_BYTES, SourceKeys
from idverify.trust.strict_json import StrictJsonError, parse_strict

_COVERED = ("@method", "@target-uri", "content-type")
"""By the signature, and the digest of the body."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
"""RFC 6749, A.12: what can stand in a header. Another would be kept, and no question asked with it until it expires."""

_FAULTS = {400: Fault.REFUSED, 401: Fault.REFUSED, 403: Fault.REFUSED, 422: Fault.REFUSED, 504: Fault.SLOW}


class HttpOwner:
    """Implements the port ``RecordOwner``.

    Args:
        access: to the platform.
        keys: that the owner signs with.
    """

    def __init__(self, access: PlatformAccess, keys: SourceKeys) -> None:
        self._access = access
        self._keys = keys
        self._lock = Lock()
        resolver = MappingKeyResolver(public_keys={}, private_keys={access.key_id: access.key})
        self._signer = HTTPMessageSigner(signature_algorithm=ECDSA_P256_SHA256, key_resolver=resolver)
        self._client = OAuth2Client(
            access.client_id,
            access.client_secret,
            token_endpoint=access.token_url,
            grant_type="client_credentials",
            transport=BoundedTransport(access.tls),
            trust_env=False,  # no proxy that nobody named
            cookies=no_cookies(),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, query: RecordQuery, seconds: float) -> SignedAnswer | None:
        """Return what the owner says; None if it has no such record.

        Raises:
            SourceError: SLOW, UNREACHABLE, REFUSED, SIGNATURE, MALFORMED.
        """
        try:
            with bounded(seconds, MOST_BYTES) as left:
                token = self._token(left)
                status, body = self._sent(query, left)
                if status == httpx2.codes.UNAUTHORIZED:  # it was withdrawn before its time
                    self._token(left, refused=token)
                    status, body = self._sent(query, left)
        except TooLongError as error:
            raise SourceError(Fault.MALFORMED, str(error)) from None
        except (TooSlowError, httpx2.TimeoutException):
            raise SourceError(Fault.SLOW, "no answer in time") from None
        except AuthlibBaseError as error:
            raise SourceError(Fault.REFUSED, f"no access token: {error.error}") from None
        except (TypeError, OverflowError, RecursionError):  # of the library, at what is no answer of a token endpoint
            raise SourceError(Fault.MALFORMED, "what was given as an access token is none") from None
        except (httpx2.HTTPError, ValueError) as error:
            raise SourceError(Fault.UNREACHABLE, type(error).__name__) from None
        if status == httpx2.codes.NOT_FOUND:
            return None
        if status != httpx2.codes.OK:
            raise SourceError(_FAULTS.get(status, Fault.UNREACHABLE), f"HTTP status {status}")
        return self._keys.read(_signed_record(body))

    def _token(self, left: Callable[[], float], refused: object = None) -> object:
        """Have a token that holds for a while, and is not the one that was refused; return it."""
        if not self._lock.acquire(timeout=left()):
            raise SourceError(Fault.SLOW, "no access token in time")
        try:
            token = self._client.token
            if token and token is not refused and not token.is_expired(leeway=60):
                return token
            given = self._client.fetch_token(grant_type="client_credentials", timeout=left())
            if not _is_bearer(given):
                self._client.token = token  # else what is no token would stay until the next start
                raise SourceError(Fault.MALFORMED, "what was given as an access token is none of the type Bearer")
            return given
        finally:
            self._lock.release()

    def _sent(self, query: RecordQuery, left: Callable[[], float]) -> tuple[int, bytes]:
        content = json.dumps(_fields(query, self._access.services[query.record_type]), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        request = self._client.build_request("POST", self._access.url, content=content, headers=headers, timeout=left())
        self._signer.sign(
            request,
            key_id=self._access.key_id,
            nonce=query.query_id,
            label="idverify",
            covered_component_ids=_COVERED,
            body=content,
        )
        response = self._client.send(request, auth=self._client.token_auth, follow_redirects=False)
        if len(response.content) > MOST_BYTES:
            raise SourceError(Fault.MALFORMED, f"the answer has more than {MOST_BYTES} bytes")
        return response.status_code, response.content


def _is_bearer(said: object) -> bool:
    if not isinstance(said, dict):
        return False
    token, kind = said.get("access_token"), said.get("token_type", "Bearer")
    return (
        isinstance(token, str) and bool(_TOKEN.fullmatch(token)) and isinstance(kind, str) and kind.lower() == "bearer"
    )


def _fields(query: RecordQuery, service: str) -> dict[str, str]:
    """Return the query as the platform's documents name its fields; what is not known is left out."""
    former = len(query.citizen_number) == 9
    said = {
        "MaYeuCau": query.query_id,
        "MaDVC": query.procedure_code,
        "MaTichHop": service,
        "MaDonVi": query.agency_code,
        "MaCanBo": query.officer_id,
        "SoCMND" if former else "SoDinhDanh": query.citizen_number,
        "HoVaTen": query.full_name,
        "NgayThangNamSinh": query.birth_date,
    }
    return {name: value for name, value in said.items() if value}


def _signed_record(body: bytes) -> str:
    try:
        content = parse_strict(body)
    except StrictJsonError as error:
        raise SourceError(Fault.MALFORMED, f"the answer: {error}") from None
    signed = content.get("signed_record") if isinstance(content, dict) else None
    if not isinstance(signed, str):
        raise SourceError(Fault.MALFORMED, "the answer has no signed_record")
    return signed
