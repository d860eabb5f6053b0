"""What others rely on: signatures, and pseudonyms that tell nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Signer(Protocol):
    """Signs assertions."""

    @property
    def issuer(self) -> str:
        """Value of the claim ``iss``."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as a JWT in JWS compact form, with ``kid`` and ``typ`` in the header."""

    def key_set(self) -> tuple[str, str]:
        """Return the public JWK Set as JSON, and the key id that signs now."""


class Pseudonyms(Protocol):
    """Keyed one-way mappings."""

    def pairwise(self, subject_id: str, audience: str) -> str:
        """Return the subject identifier for one audience: stable, and not linkable between audiences."""

    def request_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content."""
