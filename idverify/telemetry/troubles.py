"""Telling the operator what is wrong: the cause, in words without anything personal, and not again each second."""

from __future__ import annotations

import errno
import time

from idverify.domain.errors import DomainError, SettingsError, StoredDataError

_AGAIN_SECONDS = 60.0


def cause_of(error: OSError | DomainError | SettingsError | StoredDataError) -> str:
    """Return what a log line says of an error of ours or of the operating system."""
    match error:
        case DomainError():
            return ": ".join(filter(None, (error.reason.code, error.metadata.get("cause"))))
        case StoredDataError() | SettingsError():
            return str(error)
        case OSError(errno=int(number)):
            return f"{errno.errorcode.get(number, number)}: {error.strerror}"
        case _:
            return type(error).__name__


class Rarely:
    """Lets the same cause through once a minute, and another one at once. For one kind of line; any thread."""

    def __init__(self) -> None:
        self._last: tuple[str, float] | None = None

    def due(self, cause: str) -> bool:
        """Tell whether to say it now."""
        now = time.monotonic()
        if self._last is not None and self._last[0] == cause and now < self._last[1] + _AGAIN_SECONDS:
            return False
        self._last = (cause, now)
        return True

    def over(self) -> bool:
        """Tell whether there was something to say, which has ended."""
        was, self._last = self._last is not None, None
        return was
