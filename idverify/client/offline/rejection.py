"""Why a token is refused: one reason a fault, stable, and a text that quotes nothing of the token."""

from __future__ import annotations

from enum import StrEnum


class Rejection(StrEnum):
    """What is wrong with a token, or with what was given to check it."""

    MALFORMED = "MALFORMED"
    TYPE_WRONG = "TYPE_WRONG"
    ALGORITHM_NOT_ALLOWED = "ALGORITHM_NOT_ALLOWED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"
    ISSUER_WRONG = "ISSUER_WRONG"
    AUDIENCE_WRONG = "AUDIENCE_WRONG"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    LIFETIME_TOO_LONG = "LIFETIME_TOO_LONG"
    CLAIM_INVALID = "CLAIM_INVALID"
    NONCE_WRONG = "NONCE_WRONG"
    REPLAYED = "REPLAYED"
    REVOKED = "REVOKED"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    DISCLOSURE_INVALID = "DISCLOSURE_INVALID"
    EXCEPTION_NOT_ACCEPTED = "EXCEPTION_NOT_ACCEPTED"
    RECORD_NOT_VOUCHED_FOR = "RECORD_NOT_VOUCHED_FOR"


class AssertionRejectedError(Exception):
    """The token or a record cannot be relied on; the text says why, without quoting it."""

    def __init__(self, reason: Rejection, message: str) -> None:
        super().__init__(message)
        self.reason = reason
