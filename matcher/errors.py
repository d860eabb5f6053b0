"""Every error this package raises, each with a stable machine-readable reason.

The reason strings are the ``google.rpc.ErrorInfo.reason`` values of the service, so that an error keeps its name
from the codec to the counter. Messages never carry biometric data.
"""

from __future__ import annotations

from typing import ClassVar


class MatcherError(Exception):
    """Root of all errors raised by :mod:`matcher`."""

    reason: ClassVar[str] = "MATCHER_ERROR"


class SampleInvalidError(MatcherError):
    """The bytes are not what they claim to be: truncated, corrupt, or out of limits."""

    reason = "SAMPLE_INVALID"


class SampleExtentError(SampleInvalidError):
    """An image has not the size of a finger at its resolution."""


class SlapCountError(SampleInvalidError):
    """A slap does not show as many fingers as it should.

    Attributes:
        expected: how many it should show.
        found: how many come apart, one that is as wide as two counted as two.
    """

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"the {expected} fingers of the slap are not found apart from each other: {found} are")
        self.expected = expected
        self.found = found


class SampleFormatUnsupportedError(MatcherError):
    """The bytes are in a format, or a variant of one, that this library does not read."""

    reason = "SAMPLE_FORMAT_UNSUPPORTED"


class SampleResolutionUnknownError(MatcherError):
    """Neither the caller nor the file says how many pixels make an inch, or the ridges contradict what is said.

    Attributes:
        estimated_ppi: a guess from the distance of the ridges, for people to look at; None where there is none.
    """

    reason = "SAMPLE_RESOLUTION_UNKNOWN"

    def __init__(self, message: str, estimated_ppi: float | None = None) -> None:
        super().__init__(message)
        self.estimated_ppi = estimated_ppi


class SampleImplausibleError(MatcherError):
    """No finger has such minutiae: they were repeated, or are of two fingers."""

    reason = "SAMPLE_IMPLAUSIBLE"


class TemplateInvalidError(MatcherError):
    """A stored template does not decode, or was made by an incompatible version."""

    reason = "TEMPLATE_INVALID"


class ExtractorUnavailableError(MatcherError):
    """The extractor's weights cannot be found, or are not the ones it was built for."""

    reason = "EXTRACTOR_UNAVAILABLE"


class QualityModelUnavailableError(ExtractorUnavailableError):
    """The forest of NFIQ 2 cannot be found, or is another."""


class NotCompiledError(MatcherError):
    """The machine code of a compiled loop is not there, and there is no place to keep it."""

    reason = "NOT_COMPILED"
