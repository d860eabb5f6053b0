"""Fetching biometrics from where a request says they are: from hosts that the operator names, and no others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import httpx2

from idverify.mosip.abis.failures import AbisError, Failure
from idverify.mosip.abis.unsealing import Unseal
from idverify.trust.bounded_http import (
    TooLongError,
    TooSlowError,
    bounded,
    bounded_client,
    is_of,
    named_host,
)

MOST_BYTES = 48 << 20
"""Ten fingers, face and irises uncompressed, twice in base64, are some 40 MB."""

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches CBEFF.

    Attributes:
        hosts: that are asked, ``host`` at the port of the scheme, or ``host:port``.
        unseal: decrypts what is encrypted; None: nobody has given this service a key.
    """

    hosts: Collection[str]
    unseal: Unseal | None
    _client: httpx2.Client = field(init=False, repr=False, default_factory=bounded_client)

    def cbeff(self, url: str) -> bytes:
        """Return the document at an address, decrypted.

        Raises:
            AbisError: REFERENCE_URL_MISSING, NOT_FETCHED, URL_EXPIRED, CBEFF_EMPTY, CBEFF_INVALID.
        """
        if not url:
            raise AbisError(Failure.REFERENCE_URL_MISSING, "referenceURL is missing")
        self._require_allowed(url)
        data = self._fetched(url).strip()
        if not data:
            raise AbisError(Failure.CBEFF_EMPTY, "there is nothing at referenceURL")
        if data.startswith((b"<", b"\xef\xbb\xbf<")):
            return data
        if data.startswith(b"{"):  # what the data share says, with status 200, instead of data
            expired = b"expire" in data[:4096].lower()
            raise AbisError(Failure.URL_EXPIRED if expired else Failure.NOT_FETCHED, "the data share gave an error")
        if self.unseal is None:
            raise AbisError(Failure.CBEFF_INVALID, "what was fetched is encrypted, and mosip_key_file is not set")
        return self.unseal(data)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _require_allowed(self, url: str) -> None:
        if named_host(url) is None:
            raise AbisError(Failure.NOT_FETCHED, "referenceURL is no address of http or https")
        if not is_of(url, self.hosts, plain=True):
            raise AbisError(Failure.NOT_FETCHED, "referenceURL is of a host that is not among mosip_fetch_hosts")

    def _fetched(self, url: str) -> bytes:
        try:
            with bounded(_SECONDS, MOST_BYTES) as left:
                answer = self._client.get(url, timeout=left())
        except (TooSlowError, TooLongError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise AbisError(Failure.NOT_FETCHED, f"nothing came from referenceURL: {type(error).__name__}") from None
        if answer.status_code == httpx2.codes.GONE:
            raise AbisError(Failure.URL_EXPIRED, "referenceURL has expired")
        if answer.status_code != httpx2.codes.OK:
            raise AbisError(Failure.NOT_FETCHED, f"HTTP status {answer.status_code}")
        return answer.content
