"""What others rely on: signatures, and pseudonyms that tell nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from idverify.domain.model import AuditEvent, LogHead, LogProof, TrailHead
from idverify.ports.timing import Deadline


class Signer(Protocol):
    """Signs assertions."""

    @property
    def issuer(self) -> str:
        """Value of the claim ``iss``."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as a JWT in JWS compact form, with ``kid`` and ``typ`` in the header."""

    def sign_sd_jwt(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as an SD-JWT (RFC 9901); those that are ``Disclosable`` can be withheld."""

    def sign_status_list(self, claims: Mapping[str, Any]) -> str:
        """Sign the claims of a Status List Token."""

    def sign_access_token(self, claims: Mapping[str, Any]) -> str:
        """Sign the claims of an access token (RFC 9068)."""

    def sign_id_token(self, claims: Mapping[str, Any]) -> str:
        """Sign the claims of an ID token (OpenID Connect Core 1.0 section 2)."""

    def own_access_token(self, token: str) -> dict[str, Any] | None:
        """Return the claims of an access token that this service signed, whatever its time; None: it is none."""

    def own(self, assertion: str) -> dict[str, Any] | None:
        """Return the claims of an assertion (JWT) that this service signed, whatever its time; None: it is none."""

    def key_set(self) -> tuple[str, str]:
        """Return the public JWK Set as JSON, and the key id that signs now."""


class ClientAssertions(Protocol):
    """Reads what clients sign to say who they are (RFC 7523)."""

    def named(self, token: str) -> tuple[str, str]:
        """Return the client and the key that a token names; nothing is checked. Raises ValueError if it names none."""

    def read(self, token: str, jwk: str) -> dict[str, Any]:
        """Return the claims. Raises ValueError if this key did not sign them, by the one algorithm that it is for."""

    def check_key(self, jwk: str) -> tuple[str, str, str]:
        """Return a public key as it is kept, by which id it is named, and its SHA-256.

        Raises ValueError if it is none that a client may have.
        """


class Notary(Protocol):
    """Vouches for the log of the audit trail."""

    def checkpoint(self, head: LogHead) -> str:
        """Return a signed checkpoint of the log."""

    def published(self) -> tuple[int, bytes, str] | None:
        """Return size and root of what was published last, and its checkpoint; None: nothing is."""

    def proof(self, checkpoint: str, proof: LogProof) -> str:
        """Return the proof of an event as it is given out, with the checkpoint for which it holds."""

    def verifier_keys(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the public keys that sign now, and those that did before."""


class Pseudonyms(Protocol):
    """Keyed one-way mappings."""

    def pairwise(self, subject_id: str, audience: str) -> str:
        """Return the subject identifier for one audience: stable, and not linkable between audiences."""

    def request_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content."""

    def document_digest(self, kind: str, number: str) -> bytes:
        """Return the keyed digest by which a document that was seen is known again."""

    def sample_digest(self, mark: bytes) -> bytes:
        """Return the keyed digest by which a sample is known again."""


class Published(Protocol):
    """What is published of the log, where others can change it."""

    def findings(self, deadline: Deadline, *, full: bool) -> Sequence[str]:
        """Say what is wrong with it: with the checkpoint, and ``full`` with every tile."""


class Verified(Protocol):
    """Up to which event the whole chain has been recomputed; kept where who has the database does not reach."""

    def verified(self) -> TrailHead:
        """Return that event."""

    def note_verified(self, head: TrailHead) -> None:
        """Put it elsewhere, further on or back."""


class Erasures(Protocol):
    """Who was erased, kept where no backup holds it, so that none brings them back."""

    def note(self, erased: Sequence[AuditEvent]) -> Callable[[], object]:
        """Note the events by which subjects are erased, with their ``encounters``; durable when it returns.

        Returns:
            What takes it back if they are not erased after all.

        Raises:
            DomainError: STORE_NOT_WRITABLE.
        """
