"""Certificates that their authority has revoked (RFC 5280, section 5). gRPC's TLS does not ask; the dispatch does."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from idverify.access.changes import Changes
from idverify.domain.errors import SettingsError
from idverify.ports import Clock

_LOG = logging.getLogger(__name__)
_PEM = re.compile(b"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)

Issued = tuple[bytes, int]
"""Issuer (DER) and serial number: what tells one certificate from all others."""


class Revocations:
    """What the lists in a file say, read again when the file changes.

    A list that is out of date goes on to bar those it names, and the log says so: it shuts out nobody else, because
    then whoever keeps the authority's list from being copied would shut out all.

    Args:
        path: one list or several, PEM, each signed by one of the authorities; or one in DER.
        authorities: certificates of those who issue clients' certificates.
        clock: tells whether a list is out of date.

    Raises:
        SettingsError: the file cannot be used.
    """

    def __init__(self, path: Path, authorities: Sequence[x509.Certificate], clock: Clock) -> None:
        self._path = path
        self._authorities = {a.subject.public_bytes(): a for a in authorities}
        self._clock = clock
        self._changes = Changes(path)
        self._lists = self._read()

    def is_revoked(self, issued: Issued) -> bool:
        """Tell whether a certificate was revoked."""
        issuer, serial = issued
        found = self._lists.get(issuer)
        return found is not None and found.get_revoked_certificate_by_serial_number(serial) is not None

    def look(self) -> None:
        """Read the file again if it changed, and say what is out of date.

        Raises:
            SettingsError: it cannot be used any more; what was read before stays in force.
        """
        if self._changes.any():
            self._lists = self._read()
            _LOG.info("revocation lists read", extra={"lists": len(self._lists)})

    def out_of_date(self) -> int:
        """Return how many lists should have been followed by a newer one."""
        now = self._clock.now()
        return sum(bool(found.next_update_utc and found.next_update_utc < now) for found in self._lists.values())

    def _read(self) -> Mapping[bytes, x509.CertificateRevocationList]:
        try:
            content = self._path.read_bytes()
            found = [x509.load_pem_x509_crl(pem) for pem in _PEM.findall(content)]
            lists = found or [x509.load_der_x509_crl(content)]
        except OSError as error:
            raise SettingsError(f"tls_client_crl: {self._path} cannot be read: {error.strerror}") from None
        except ValueError:
            raise SettingsError(f"tls_client_crl: {self._path} holds no revocation list in PEM or DER") from None
        return {one.issuer.public_bytes(): self._signed(one) for one in lists}

    def _signed(self, one: x509.CertificateRevocationList) -> x509.CertificateRevocationList:
        authority = self._authorities.get(one.issuer.public_bytes())
        try:
            if authority is not None and one.is_signature_valid(authority.public_key()):  # type: ignore[arg-type]
                return one
        except (TypeError, UnsupportedAlgorithm):  # a key that signs no lists
            pass
        raise SettingsError(f"tls_client_crl: a list in {self._path} is signed by nobody in tls_client_ca")
